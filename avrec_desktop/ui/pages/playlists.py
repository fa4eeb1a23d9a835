"""The playlists page: lists made by hand and saved queries, their items, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.library.playlists import Playlist
from avrec_desktop.ui import theme
from avrec_desktop.ui.delegates import CardDelegate
from avrec_desktop.ui.dragging import EntriesModel, dragged_ids
from avrec_desktop.ui.orders import order_box
from avrec_desktop.ui.texts import counted
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.basics import EmptyState, button, label, tool
from avrec_desktop.ui.widgets.item_views import GridView, TableView
from avrec_desktop.ui.widgets.query_edit import QueryEdit

LISTS_WIDTH = 260
_ID, _NAME = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class PlaylistList(QListWidget):
    """The names of the playlists; items can be dropped onto them.

    Signals:
        renamed: (playlist id, name).
        taken: (playlist id, item ids) items were dropped.
        deleted: (playlist id) the Delete key was pressed.
    """

    renamed = Signal(int, str)
    taken = Signal(int, object)
    deleted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("playlists")
        self.setAccessibleName(self.tr("Playlists"))
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setUniformItemSizes(True)
        self.itemChanged.connect(self._edited)

    def show_lists(self, playlists: Sequence[Playlist], current: int) -> None:
        """List the playlists; the current one stays chosen."""
        self.blockSignals(True)
        self.clear()
        for playlist in playlists:
            entry = QListWidgetItem(playlist.name)
            entry.setFlags(entry.flags() | Qt.ItemFlag.ItemIsEditable)
            entry.setIcon(theme.icon("playlist-star" if playlist.smart else "playlist-music", theme.tokens().muted))
            entry.setData(_ID, playlist.id)
            entry.setData(_NAME, playlist.name)
            count = counted(playlist.n_items or 0, self.tr("{n} item"), self.tr("{n} items"))
            kind = self.tr("Smart playlist") if playlist.smart else count
            entry.setData(Qt.ItemDataRole.AccessibleDescriptionRole, kind)
            self.addItem(entry)
            if playlist.id == current:
                self.setCurrentItem(entry)
        self.blockSignals(False)

    def current_id(self) -> int:
        """Return the id of the chosen playlist, or 0."""
        return int(self.currentItem().data(_ID)) if self.currentRow() >= 0 else 0

    def _edited(self, entry: QListWidgetItem) -> None:
        name = " ".join(entry.text().split())
        if name and name != entry.data(_NAME):
            self.renamed.emit(int(entry.data(_ID)), name)
        else:
            self.blockSignals(True)
            entry.setText(str(entry.data(_NAME)))
            self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete with the Delete key."""
        if event.key() == Qt.Key.Key_Delete and self.current_id():
            self.deleted.emit(self.current_id())
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take items."""
        if dragged_ids(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show which playlist would take the items."""
        if self.itemAt(event.position().toPoint()) is not None and dragged_ids(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the items into the playlist they are dropped on."""
        entry, ids = self.itemAt(event.position().toPoint()), dragged_ids(event.mimeData())
        if entry is not None and ids:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.taken.emit(int(entry.data(_ID)), ids)


class EntriesTable(TableView):
    """The entries of a list, in its own order.

    Signals:
        removed: (rows) the Delete key was pressed.
        shifted: (rows, -1 or 1) Alt+Up or Alt+Down was pressed.
    """

    removed = Signal(object)
    shifted = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Items of the playlist"))
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSortIndicatorShown(False)

    def rows(self) -> list[int]:
        """Return the chosen rows, ascending."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove and move entries by keys."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Delete and self.rows():
            self.removed.emit(self.rows())
        elif step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier and self.rows():
            self.shifted.emit(self.rows(), step)
        else:
            super().keyPressEvent(event)


class PlaylistsPage(QWidget):
    """Layout of the playlists page."""

    def __init__(self, model: EntriesModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("page")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.XL, theme.L, theme.M, theme.L)
        outer.setSpacing(theme.L)
        outer.addWidget(self._make_lists())
        self.right = QStackedWidget()
        self.right.addWidget(self._make_contents(model, thumbnails))
        self.new_first = button(self.tr("New playlist"), lambda: None, icon="playlist-plus", primary=True)
        self.import_first = button(self.tr("Import a playlist"), lambda: None, icon="import")
        self.none = EmptyState(
            "playlist-music-outline",
            self.tr("No playlists yet"),
            self.tr("Make one, drop items onto it, or save a search as a smart playlist that keeps itself up to date."),
            [self.new_first, self.import_first],
        )
        self.right.addWidget(self.none)
        outer.addWidget(self.right, 1)

    def _make_lists(self) -> QWidget:
        side = QFrame()
        side.setObjectName("panel")
        side.setFixedWidth(min(theme.scaled(LISTS_WIDTH), 320))
        box = QVBoxLayout(side)
        box.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Playlists"), "h2"))
        head.addStretch()
        self.new = tool("playlist-plus", self.tr("New playlist"))
        self.imported = tool("import", self.tr("Import M3U or XSPF"))
        head.addWidget(self.new)
        head.addWidget(self.imported)
        box.addLayout(head)
        self.lists = PlaylistList()
        box.addWidget(self.lists, 1)
        return side

    def _make_contents(self, model: EntriesModel, thumbnails: Thumbnails) -> QWidget:
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.S)
        head = QHBoxLayout()
        self.name = QLineEdit()
        self.name.setObjectName("title")
        self.name.setAccessibleName(self.tr("Name of the playlist"))
        self.name.setToolTip(self.tr("Click to rename"))
        head.addWidget(self.name, 1)
        self.count = label("", "muted")
        head.addWidget(self.count)
        box.addLayout(head)
        acts = QHBoxLayout()
        self.play = button(self.tr("Play"), lambda: None, icon="play", primary=True)
        self.shuffle = tool("shuffle-variant", self.tr("Play in random order"))
        self.remove = tool("playlist-remove", self.tr("Take the chosen items out"))
        self.export = tool("export", self.tr("Export as M3U8 or XSPF"))
        self.delete = tool("trash-can-outline", self.tr("Delete the playlist"))
        self.as_table = tool("view-list-outline", self.tr("Show as a table"))
        self.as_grid = tool("view-grid-outline", self.tr("Show as cards"))
        for widget in (self.play, self.shuffle, self.remove, self.export, self.delete):
            acts.addWidget(widget)
        acts.addStretch()
        acts.addWidget(self.as_grid)
        acts.addWidget(self.as_table)
        for choice in (self.as_grid, self.as_table):
            choice.setCheckable(True)
            choice.setAutoExclusive(True)
        self.as_table.setChecked(True)
        box.addLayout(acts)
        box.addWidget(self._make_rule())
        self.views = QStackedWidget()
        self.table, self.grid = EntriesTable(), GridView()
        self.table.setModel(model)
        self.grid.setModel(model)
        self.grid.setAccessibleName(self.tr("Items of the playlist as cards"))
        self.grid.setItemDelegate(CardDelegate(thumbnails, self.grid))
        self.grid.setDragEnabled(True)
        self.grid.setSelectionModel(self.table.selectionModel())
        self.empty = EmptyState("playlist-plus", self.tr("This playlist is empty"), "")
        self.empty_text = label("", "muted", wrap=True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.layout().insertWidget(3, self.empty_text)  # type: ignore[union-attr]
        for page in (self.table, self.grid, self.empty):
            self.views.addWidget(page)
        box.addWidget(self.views, 1)
        return inner

    def _make_rule(self) -> QWidget:
        """Return the line that says what a smart playlist holds."""
        self.rule = QWidget()
        box = QVBoxLayout(self.rule)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.S)
        self.query = QueryEdit(
            self.tr("Query of the smart playlist"), self.tr("For example: mood:calm year>2010 unplayed")
        )
        self.order = order_box()
        self.most = QSpinBox()
        self.most.setRange(0, 100_000)
        self.most.setSingleStep(25)
        self.most.setSpecialValueText(self.tr("All items"))
        self.most.setPrefix(self.tr("At most "))
        self.most.setAccessibleName(self.tr("Most items"))
        self.most.setKeyboardTracking(False)
        self.most.lineEdit().setTextMargins(theme.S, 0, 0, 0)
        self.most.setMinimumWidth(theme.scaled(150))
        row = QHBoxLayout()
        row.addWidget(self.order)
        row.addWidget(self.most)
        row.addStretch()
        box.addWidget(self.query)
        box.addWidget(self.query.trouble)
        box.addLayout(row)
        return self.rule

    def view(self) -> EntriesTable | GridView:
        """Return the view on show."""
        return self.grid if self.as_grid.isChecked() else self.table

    def chosen(self) -> list[QModelIndex]:
        """Return the chosen entries, in order."""
        return sorted(self.table.selectionModel().selectedRows(), key=lambda index: index.row())
