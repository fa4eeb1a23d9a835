"""The library page: search, order, grid and table over one model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs.events import ItemsChanged
from avrec_desktop.library.listing import DOWNWARDS
from avrec_desktop.library.types import Item, ItemQuery
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.delegates import CELL, CardDelegate, cell_for
from avrec_desktop.ui.items_model import COLUMNS, PAGE, ItemsModel
from avrec_desktop.ui.texts import error_text
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.basics import EmptyState, button, label, tool
from avrec_desktop.ui.widgets.card_grid import CardGrid
from avrec_desktop.ui.widgets.query_edit import QueryEdit
from avrec_desktop.ui.workers import Runner

_NUDGE = QPoint(CELL.width() // 2, CELL.height() // 2)
#: Widths of the columns; title, artist and album share what the others leave.
_WIDTHS = {"year": 70, "duration": 82, "rating": 98, "plays": 86, "kind": 82}
_SHARES = {"title": 0.46, "artist": 0.27, "album": 0.27}
#: Columns that go first, in this order, when the shared ones would get narrower than this.
_YIELDING, _WORDS = ("kind", "plays", "rating", "album", "year"), 460


class _Keys:
    """Keys that grid and table share."""

    @staticmethod
    def signal_for(view: GridView | TableView, event: QKeyEvent) -> bool:
        index = view.currentIndex()
        if not index.isValid():
            return False
        item_id = int(index.data(ItemsModel.id_role))
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            view.played.emit(item_id)
        elif key == Qt.Key.Key_L and not event.modifiers():
            view.liked.emit(item_id)
        elif key == Qt.Key.Key_X and not event.modifiers():
            view.refused.emit(item_id)
        else:
            return False
        return True


class GridView(CardGrid):
    """The library as cards.

    Signals:
        played, liked, refused: (item id) keys pressed on the current item.
    """

    played = Signal(int)
    liked = Signal(int)
    refused = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setGridSize(CELL)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAccessibleName(self.tr("Library as cards"))
        self.verticalScrollBar().setSingleStep(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let whole columns fill the width."""
        cell = cell_for(self.viewport().width() - 2)
        if cell != self.gridSize():
            self.setGridSize(cell)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Enter, L and X."""
        if not _Keys.signal_for(self, event):
            super().keyPressEvent(event)


class TableView(QTableView):
    """The library as a table.

    Signals:
        played, liked, refused: (item id) keys pressed on the current item.
    """

    played = Signal(int)
    liked = Signal(int)
    refused = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(32)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        self.setDragEnabled(True)
        self.setAccessibleName(self.tr("Library as a table"))

    def fit_columns(self) -> None:
        """Give the columns their widths; in a narrow view the less needed ones go, so that titles stay readable."""
        shown = dict(_WIDTHS)
        words = dict(_SHARES)
        width = self.viewport().width()
        for name in _YIELDING:
            if width - sum(shown.values()) >= _WORDS:
                break
            shown.pop(name, None)
            words.pop(name, None)
        room = width - sum(shown.values())
        shown |= {name: int(room * share / sum(words.values())) for name, share in words.items()}
        shown["title"] += width - sum(shown.values())
        header = self.horizontalHeader()
        for column, name in enumerate(COLUMNS):
            header.setSectionHidden(column, name not in shown)
            if name in shown:
                header.resizeSection(column, shown[name])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns into the width."""
        super().resizeEvent(event)
        self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Enter, L and X."""
        if not _Keys.signal_for(self, event):
            super().keyPressEvent(event)


class LibraryPage(QWidget):
    """Layout of the library page."""

    choose_folders = Signal()

    def __init__(self, model: ItemsModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        box.setSpacing(theme.S)
        head = QHBoxLayout()
        self.title = label(self.tr("Library"), "h1")
        self.count = label("", "muted")
        head.addWidget(self.title)
        head.addSpacing(theme.S)
        head.addWidget(self.count)
        head.addStretch()
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order"))
        for name, key in (
            (self.tr("By title"), "title"),
            (self.tr("By artist"), "artist"),
            (self.tr("By album"), "album"),
            (self.tr("Newest first"), "added"),
            (self.tr("By length"), "duration"),
            (self.tr("By year"), "year"),
            (self.tr("Most played"), "plays"),
            (self.tr("Best rated"), "rating"),
            (self.tr("Last played"), "played"),
            (self.tr("Most skipped"), "skips"),
            (self.tr("By genre"), "genre"),
            (self.tr("By series"), "series"),
            (self.tr("Best quality"), "quality"),
            (self.tr("Largest files"), "size"),
            (self.tr("By kind"), "kind"),
            (self.tr("By folder"), "path"),
        ):
            self.order.addItem(name, key)
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
        self.nothing = EmptyState("magnify-close", self.tr("Nothing found"), self.tr("Try fewer or other words."))
        for page in (self.grid, self.table, self.empty, self.nothing):
            self.stack.addWidget(page)
        box.addWidget(self.stack, 1)


class LibraryController(QObject):
    """Searches, orders and keeps the list up to date.

    Signals:
        selected: (item id) became current, 0 for none.
        played: (item id, ids that follow).
        loaded: A list was put on show.
        saved: (name, query) the search is to be kept as a smart playlist.
        problem: A message for the user.
    """

    selected = Signal(int)
    played = Signal(int, object)
    loaded = Signal()
    problem = Signal(str)
    saved = Signal(str, object)

    def __init__(
        self,
        page: LibraryPage,
        model: ItemsModel,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._model = model
        self._runner = runner
        self._session = session
        self._thumbnails = thumbnails
        self.query = ItemQuery(profile=session.profile)
        self._only: NDArray[np.int64] | None = None  # a fixed list of items instead of a query
        self._sorted: tuple[str, bool] = (self.query.sort, self.query.descending)  # as chosen, while not searching
        self._reading = self._stale = False
        self._reload = self._single_shot(250, self.load)
        page.search.textChanged.connect(lambda _: self._search())
        page.search.textChanged.connect(lambda text: page.save.setEnabled(bool(text.strip())))
        page.search.offer_from(runner, session.library.complete)
        page.save.clicked.connect(self._ask_name)
        page.order.currentIndexChanged.connect(lambda _: self._order())
        page.as_grid.toggled.connect(lambda on: self._show_view())
        page.table.horizontalHeader().sectionClicked.connect(self._sort_by_column)
        for view in (page.grid, page.table):
            view.doubleClicked.connect(self._play_index)
            view.played.connect(lambda i: self.played.emit(i, self._following(i)))
            view.selectionModel().currentChanged.connect(self._current)
        page.table.setSelectionModel(page.grid.selectionModel())
        thumbnails.ready.connect(self._picture)
        bridge.items_changed.connect(self._changed)
        bridge.behaviour_changed.connect(
            lambda e: model.refresh_items([e.item_id]) if e.item_id else model.refresh_all()
        )
        bridge.features_stored.connect(lambda e: model.refresh_items(e.item_ids))

    def _single_shot(self, milliseconds: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def show_filter(self, title: str, **changes: object) -> None:
        """Show another part of the library: kind, filter or folder."""
        base = ItemQuery(profile=self._session.profile, text=self.query.text, sort=self.query.sort)
        self.query = replace(base, descending=self.query.descending, **changes)  # type: ignore[arg-type]
        self._only = None
        self._page.title.setText(title)
        self.load()

    def show_items(self, title: str, ids: NDArray[np.int64]) -> None:
        """Show these items, in the order chosen; a search looks among them."""
        self.query = ItemQuery(profile=self._session.profile, sort=self.query.sort, descending=self.query.descending)
        self._page.search.clear()
        self._only = np.sort(ids)
        self._page.title.setText(title)
        self.load()

    def load(self) -> None:
        """Read the list of ids anew, and the first rows with it; the current item and the place stay.

        One search runs at a time: what is typed meanwhile waits for it, and only the last of it is looked up.
        """
        if self._reading:
            self._stale = True
            return
        self._reading, self._stale = True, False
        query, only, library, refreshes = self.query, self._only, self._session.library, self._model.refreshes

        def work() -> tuple[NDArray[np.int64], list[Item]]:
            ids = library.ids(query)
            ids = ids if only is None else ids[np.isin(ids, only)]
            return ids, library.items_by_id(ids[:PAGE].tolist(), query.profile)

        def over() -> None:
            self._reading = False
            if self._stale:
                self.load()

        self._runner.run(
            work,
            lambda found: self._loaded(query, found[0], found[1] if refreshes == self._model.refreshes else []),
            self._failed,
            over,
            key="ids",
            priority=8,
        )

    def _failed(self, error: AvrecError) -> None:
        if not self._stale and not self._page.search.explain(error):
            self.problem.emit(error_text(error))

    def _loaded(self, query: ItemQuery, ids: NDArray[np.int64], first: list[Item]) -> None:
        if self._stale:
            return
        view = self._view()
        top = view.indexAt(view.viewport().rect().topLeft() + _NUDGE)
        top_id = int(top.data(ItemsModel.id_role)) if top.isValid() and view.verticalScrollBar().value() else 0
        current = view.currentIndex()
        current_id = int(current.data(ItemsModel.id_role)) if current.isValid() else 0
        self._page.search.all_right()
        self._model.set_ids(ids, first)
        if self._page.isVisible():  # what is looked at is analysed first
            self._session.features.prioritise(ids[:PAGE].tolist())
        for item_id, bring in ((current_id, False), (top_id, True)):
            row = self._model.row_of(item_id) if item_id else -1
            if row < 0:
                continue
            index = self._model.index(row, 0)
            if bring:
                view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
            elif not view.currentIndex().isValid():
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                view.selectionModel().setCurrentIndex(index, flags)
        self._page.count.setText(self.tr("{n} items").format(n=f"{len(ids):,}"))
        self._show_view()
        self.loaded.emit()

    def _view(self) -> GridView | TableView:
        return self._page.grid if self._page.as_grid.isChecked() else self._page.table

    def _show_view(self) -> None:
        if self._model.rowCount():
            self._page.stack.setCurrentWidget(self._view())
        elif self.query.text:
            self._page.stack.setCurrentWidget(self._page.nothing)
        else:
            self._page.stack.setCurrentWidget(self._page.empty)

    def _search(self) -> None:
        text = self._page.search.text().strip()
        key, descending = self._sorted
        if text and key == "title":  # nobody chose another order: the best matches first
            key, descending = "relevance", False
        self.query = replace(self.query, text=text, sort=key, descending=descending)
        self.load()

    def _ask_name(self) -> None:
        query, text = self.query, self._page.search.text().strip()
        dialog = QInputDialog(self._page)
        dialog.setWindowTitle(self.tr("Save the search"))
        dialog.setLabelText(self.tr("Name of the smart playlist:"))
        dialog.setTextValue(text)
        dialog.resize(theme.scaled(380), dialog.sizeHint().height())
        dialog.textValueSelected.connect(lambda name: self.saved.emit(name, replace(query, text=text)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _order(self) -> None:
        key = self._page.order.currentData()
        self._sort(key, key in DOWNWARDS)

    def _sort_by_column(self, column: int) -> None:
        key = COLUMNS[column]
        descending = not self.query.descending if self.query.sort == key else False
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._page.table.horizontalHeader().setSortIndicator(column, order)
        self._sort(key, descending)

    def _sort(self, key: str, descending: bool) -> None:
        self._sorted = (key, descending)
        self.query = replace(self.query, sort=key, descending=descending)
        self.load()

    def _changed(self, event: ItemsChanged) -> None:
        if event.updated:
            for item_id in event.updated:
                self._thumbnails.forget(item_id)
            self._model.refresh_items(event.updated)
        if not self._reload.isActive():
            self._reload.start()

    def _picture(self, item_id: int) -> None:
        view = self._view()
        if view is self._page.grid and view.isVisible() and self._thumbnails.get(item_id) is not None:
            row = self._model.row_of(item_id)
            if row >= 0:
                view.update(self._model.index(row, 0))

    def _current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.selected.emit(int(current.data(ItemsModel.id_role)) if current.isValid() else 0)

    def _play_index(self, index: QModelIndex) -> None:
        item_id = int(index.data(ItemsModel.id_role))
        self.played.emit(item_id, self._following(item_id))

    def _following(self, item_id: int) -> list[int]:
        row = self._model.row_of(item_id)
        return [int(i) for i in self._model.ids[row : row + 200]]
