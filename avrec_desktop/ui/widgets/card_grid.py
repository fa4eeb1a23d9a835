"""A grid of equal cells whose places are computed, never stored."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QCursor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
#: Room that a cell leaves around its card (see :mod:`avrec_desktop.ui.delegates`).
INSET = 6
_Action = QAbstractItemView.CursorAction


class CardGrid(QListView):
    """A list view that lays its rows out as cells of :meth:`gridSize`, in any number at no cost.

    Qt's own layouts give every row a place of its own: 0.4 s of the window's time for 100,000 rows, after every key of
    a search. Here the place follows from the row, and only what is on show is touched.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(-INSET, 0, 0, 0)  # the first card begins where the page's other parts do

    # -- places

    @property
    def columns(self) -> int:
        """How many cells stand side by side."""
        return max(1, self.viewport().width() // max(1, self.gridSize().width()))

    def _rows(self) -> int:
        model = cast("QAbstractItemModel | None", self.model())
        return model.rowCount(self.rootIndex()) if model is not None else 0

    def _box(self, row: int) -> QRect:
        """Return where the cell of a row is, in pixels of the viewport."""
        size, columns = self.gridSize(), self.columns
        line, column = divmod(row, columns)
        left = column * size.width()
        if self.isRightToLeft():
            left = self.viewport().width() - left - size.width()
        return QRect(left, line * size.height() - self.verticalOffset(), size.width(), size.height())

    def _rows_in(self, area: QRect) -> list[int]:
        """Return the rows whose cells touch an area of the viewport."""
        height, columns, offset = max(1, self.gridSize().height()), self.columns, self.verticalOffset()
        first, last = max(0, (area.top() + offset) // height), (area.bottom() + offset) // height
        rows = range(first * columns, min(self._rows(), (last + 1) * columns))
        return [row for row in rows if self._box(row).intersects(area)]

    def visualRect(self, index: Index) -> QRect:
        """Return where a cell is in the viewport."""
        return self._box(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return what is at a place of the viewport."""
        rows = self._rows_in(QRect(point.x(), point.y(), 1, 1))
        return self._index(rows[0]) if rows else QModelIndex()

    def _index(self, row: int) -> QModelIndex:
        return self.model().index(row, 0, self.rootIndex())

    def horizontalOffset(self) -> int:
        """Return 0: the cells fill the width."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far one has scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def doItemsLayout(self) -> None:
        """Follow a change of the rows: only the length of the scroll bar has to."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """Give the scroll bar its range."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        lines = -(-self._rows() // self.columns)
        bar.setPageStep(height)
        bar.setRange(0, max(0, lines * self.gridSize().height() - height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cells out anew."""
        super().resizeEvent(event)
        self.updateGeometries()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; only the strip that comes into view is painted anew."""
        self.viewport().scroll(dx, dy)

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = QListView.ScrollHint.EnsureVisible) -> None:
        """Bring a cell into view."""
        if not index.isValid():
            return
        self.executeDelayedItemsLayout()
        box, bar, room = self.visualRect(index), self.verticalScrollBar(), self.viewport().height()
        hints = QAbstractItemView.ScrollHint
        if hint == hints.PositionAtTop or (hint == hints.EnsureVisible and box.top() < 0):
            bar.setValue(bar.value() + box.top())
        elif hint == hints.PositionAtBottom or (hint == hints.EnsureVisible and box.bottom() >= room):
            bar.setValue(bar.value() + min(box.top(), box.bottom() - room + 1))
        elif hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + box.center().y() - room // 2)

    # -- keys and selection

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return where a key leads."""
        count, current = self._rows(), self.currentIndex()
        if not count:
            return QModelIndex()
        if not current.isValid():
            return self._index(0)
        columns, row = self.columns, current.row()
        page = max(1, self.viewport().height() // max(1, self.gridSize().height())) * columns
        forwards = -1 if self.isRightToLeft() else 1
        steps = {
            _Action.MoveLeft: -forwards,
            _Action.MoveRight: forwards,
            _Action.MovePrevious: -1,
            _Action.MoveNext: 1,
            _Action.MoveUp: -columns,
            _Action.MoveDown: columns,
            _Action.MovePageUp: -page,
            _Action.MovePageDown: page,
            _Action.MoveHome: -row,
            _Action.MoveEnd: count - 1 - row,
        }
        target = row + steps[action]
        if action in {_Action.MoveUp, _Action.MovePageUp} and target < 0:
            target = row % columns
        elif action in {_Action.MoveDown, _Action.MovePageDown} and target >= count:
            same_line = row // columns == (count - 1) // columns
            target = row if same_line else count - 1
        return self._index(max(0, min(count - 1, target)))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select from one corner's cell to the other's in reading order, or what a drawn rectangle touches."""
        area = rect.normalized()
        selection = QItemSelection()
        dragging = self.state() == QAbstractItemView.State.DragSelectingState
        begin, end = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        if not dragging and begin.isValid() and end.isValid():
            first, last = sorted((begin.row(), end.row()))
            selection.select(self._index(first), self._index(last))
        else:
            for row in self._rows_in(area):
                selection.select(self._index(row), self._index(row))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return the part of the viewport where selected cells are."""
        region = QRegion()
        for row in self._rows_in(self.viewport().rect()):
            if selection.contains(self._index(row)):
                region += self._box(row)
        return region

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that the area touches."""
        painter = QPainter(self.viewport())
        delegate, selection = self.itemDelegate(), cast("QItemSelectionModel | None", self.selectionModel())
        under = self.viewport().mapFromGlobal(QCursor.pos()) if self.viewport().underMouse() else None
        current = self.currentIndex().row() if self.hasFocus() else -1
        flags = QStyle.StateFlag
        for row in self._rows_in(event.rect()):
            index = self._index(row)
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            option.rect = self._box(row)
            state = option.state & ~(flags.State_HasFocus | flags.State_Selected | flags.State_MouseOver)
            if selection is not None and selection.isSelected(index):
                state |= flags.State_Selected
            if under is not None and option.rect.contains(under):
                state |= flags.State_MouseOver
            if row == current:
                state |= flags.State_HasFocus
            option.state = state
            delegate.paint(painter, option, index)
