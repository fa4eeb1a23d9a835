"""Layout of the library page: search, order, groups, grid and table over one model."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from avrec_desktop.ui import theme
from avrec_desktop.ui.delegates import CardDelegate
from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.orders import group_box, order_box
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.basics import ElidedLabel, EmptyState, button, label, tool
from avrec_desktop.ui.widgets.item_views import GridView, TableView
from avrec_desktop.ui.widgets.query_edit import QueryEdit


class LibraryPage(QWidget):
    """Layout of the library page.

    Signals:
        choose_folders: A button.
        meaning_wanted: Look for what the words of the search mean.
    """

    choose_folders = Signal()
    meaning_wanted = Signal()

    def __init__(self, model: ItemsModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        box.setSpacing(theme.S)
        head = QHBoxLayout()
        self.title = label(self.tr("Library"), "h1")
        self.count = ElidedLabel("", "muted")
        head.addWidget(self.title)
        head.addSpacing(theme.S)
        head.addWidget(self.count, 1)
        self.group, self.order = group_box(), order_box()
        self.fold = tool("unfold-less-horizontal", self.tr("Close or open all groups"))
        self.fold.hide()
        head.addWidget(self.fold)
        head.addWidget(self.group)
        head.addWidget(self.order)
        self.as_grid = tool("view-grid-outline", self.tr("Show as cards"))
        self.as_table = tool("view-list-outline", self.tr("Show as a table"))
        for choice in (self.as_grid, self.as_table):
            choice.setCheckable(True)
            choice.setAutoExclusive(True)
            head.addWidget(choice)
        self.as_grid.setChecked(True)
        box.addLayout(head)
        self.search = QueryEdit(
            self.tr("Search the library"), self.tr("Search titles, artists, files … or mood:calm year>2010 unplayed")
        )
        self.save = tool("playlist-star", self.tr("Save the search as a smart playlist"))
        self.save.setEnabled(False)
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addWidget(self.save)
        box.addLayout(line)
        box.addWidget(self.search.trouble)
        self.stack = QStackedWidget()
        self.grid, self.table = GridView(), TableView()
        self.grid.setModel(model)
        self.grid.setItemDelegate(CardDelegate(thumbnails, self.grid))
        self.grid.setIconSize(QSize(1, 1))
        self.table.setModel(model)
        self.empty = EmptyState(
            "folder-music-outline",
            self.tr("Nothing here yet"),
            self.tr("Choose folders with music or films, or drop them onto this window."),
            [button(self.tr("Choose folders"), self.choose_folders.emit, icon="folder-plus", primary=True)],
        )
        self.nothing = EmptyState(
            "magnify-close",
            self.tr("Nothing found"),
            self.tr("Try fewer or other words, or look for what they mean: the words of a title need not be known."),
            [
                button(self.tr("Search by meaning"), self.meaning_wanted.emit, icon="creation-outline", primary=True),
                button(self.tr("Clear the search"), self.search.clear, icon="close"),
            ],
        )
        self.none_of_these = EmptyState("filter-variant", "", "")
        for page in (self.grid, self.table, self.empty, self.nothing, self.none_of_these):
            self.stack.addWidget(page)
        box.addWidget(self.stack, 1)
        # cards run under the foot of the page, the frame of a table ends above it
        self.stack.currentChanged.connect(
            lambda _: box.setContentsMargins(
                theme.XL, theme.L, theme.M, theme.L if self.stack.currentWidget() is self.table else 0
            )
        )
