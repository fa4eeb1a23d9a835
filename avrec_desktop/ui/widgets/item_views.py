"""The two views of a list of items: cards and a table, alike in their keys and in the headers of groups."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from avrec_desktop.ui import theme
from avrec_desktop.ui.delegates import CELL, cell_for
from avrec_desktop.ui.items_model import COLUMNS, Index, ItemsModel
from avrec_desktop.ui.widgets.card_grid import CardGrid
from avrec_desktop.ui.widgets.section_head import paint_head

#: Widths of the columns; title, artist and album share what the others leave.
_WIDTHS = {"year": 70, "duration": 82, "rating": 98, "plays": 86, "kind": 82}
_SHARES = {"title": 0.46, "artist": 0.27, "album": 0.27}
#: Columns that go first, in this order, when the shared ones would get narrower than this.
_YIELDING, _WORDS = ("kind", "plays", "rating", "album", "year"), 460


class _Keys:
    """Keys and clicks that grid and table share."""

    @staticmethod
    def signal_for(view: GridView | TableView, event: QKeyEvent) -> bool:
        index = view.currentIndex()
        if not index.isValid():
            return False
        key = Qt.Key(event.key())
        if index.data(ItemsModel.section_role) is not None:
            return _Keys.on_head(view, index, key)
        item_id = int(index.data(ItemsModel.id_role))
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            view.played.emit(item_id)
        elif key == Qt.Key.Key_L and not event.modifiers():
            view.liked.emit(item_id)
        elif key == Qt.Key.Key_X and not event.modifiers():
            view.refused.emit(item_id)
        else:
            return False
        return True

    @staticmethod
    def on_head(view: GridView | TableView, index: QModelIndex, key: Qt.Key) -> bool:
        model, row = view.model(), index.row()
        section = index.data(ItemsModel.section_role)
        assert isinstance(model, ItemsModel)
        back, on = Qt.Key.Key_Left, Qt.Key.Key_Right
        if view.isRightToLeft():
            back, on = on, back
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            model.set_closed(row, not section.closed)
        elif key == back and not section.closed:
            model.set_closed(row, closed=True)
        elif key == on and section.closed:
            model.set_closed(row, closed=False)
        else:
            return key in {Qt.Key.Key_L, Qt.Key.Key_X}
        return True

    @staticmethod
    def clicked(view: GridView | TableView, event: QMouseEvent) -> bool:
        """Open or close the group whose header was clicked; returns whether one was."""
        index = view.indexAt(event.position().toPoint())
        section = index.data(ItemsModel.section_role) if index.isValid() else None
        if section is None:
            return False
        if event.button() == Qt.MouseButton.LeftButton:
            model, row = view.model(), index.row()
            assert isinstance(model, ItemsModel)
            view.setCurrentIndex(model.index(row, 0))
            model.set_closed(row, not section.closed)
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
        """Handle Enter, L and X, and on a header what opens and closes its group."""
        if not _Keys.signal_for(self, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close a group by a click on its header."""
        if not _Keys.clicked(self, event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click on a header as one more."""
        if not _Keys.clicked(self, event):
            super().mouseDoubleClickEvent(event)


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
        shown = {name: theme.scaled(width) for name, width in _WIDTHS.items()}
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
        """Handle Enter, L and X, and on a header what opens and closes its group."""
        if not _Keys.signal_for(self, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close a group by a click on its header."""
        if not _Keys.clicked(self, event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click on a header as one more."""
        if not _Keys.clicked(self, event):
            super().mouseDoubleClickEvent(event)

    # -- headers of groups

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return what is at a place of the viewport; the header that stays in view counts."""
        sticky = self._sticky()
        if sticky is not None and sticky[1].contains(point):
            return self.model().index(sticky[0], 0)
        return super().indexAt(point)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a row into view, below the header of its group."""
        super().scrollTo(index, hint)
        model = self.model()
        if not isinstance(model, ItemsModel) or not len(model.heads) or model.is_head(index.row()):
            return
        under = self.verticalHeader().defaultSectionSize() - self.rowViewportPosition(index.row())
        if under > 0:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - under)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint the header that stays in view where it was."""
        super().scrollContentsBy(dx, dy)
        if self._has_heads():
            height = self.verticalHeader().defaultSectionSize()
            self.viewport().update(0, 0, self.viewport().width(), height + abs(dy))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, and headers of groups over the whole width of theirs."""
        super().paintEvent(event)
        model = self.model()
        if not isinstance(model, ItemsModel) or not len(model.heads):
            return
        painter = QPainter(self.viewport())
        width, height = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        area = event.rect()
        first, last = self.rowAt(max(0, area.top())), self.rowAt(area.bottom())
        current = self.currentIndex().row() if self.hasFocus() else -1
        under = self.viewport().mapFromGlobal(QCursor.pos()) if self.viewport().underMouse() else None
        boxes = {
            row: QRect(0, self.rowViewportPosition(row), width, height)
            for row in range(max(0, first), (last if last >= 0 else model.rowCount() - 1) + 1)
            if model.is_head(row)
        }
        sticky = self._sticky()
        if sticky is not None and sticky[1].intersects(area):
            boxes.pop(sticky[0], None)
            boxes[sticky[0]] = sticky[1]  # last: over all others
        for row, box in boxes.items():
            section = model.section(row)
            if section is not None:
                hovered = under is not None and box.contains(under)
                paint_head(painter, box, section, focused=row == current, hovered=hovered, raised=True)

    def _has_heads(self) -> bool:
        model = self.model()
        return isinstance(model, ItemsModel) and len(model.heads) > 0

    def _sticky(self) -> tuple[int, QRect] | None:
        """Return the header that stays in view above the rows of its group, and where."""
        model, first = self.model(), self.rowAt(0)
        if not isinstance(model, ItemsModel) or first < 0 or not self._has_heads():
            return None
        head = model.head_of(first)
        if self.rowViewportPosition(head) >= 0:
            return None
        height = self.verticalHeader().defaultSectionSize()
        after = first + 1
        up = self.rowViewportPosition(after) - height if after < model.rowCount() and model.is_head(after) else 0
        return head, QRect(0, min(0, up), self.viewport().width(), height)
