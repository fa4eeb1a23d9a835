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

from avrec_desktop.ui.items_model import NO_HEADS, ItemsModel
from avrec_desktop.ui.widgets.card_layout import CardLayout
from avrec_desktop.ui.widgets.section_head import head_height, paint_head

Index = QModelIndex | QPersistentModelIndex
#: Room that a cell leaves around its card (see :mod:`avrec_desktop.ui.delegates`).
INSET = 6
_Action = QAbstractItemView.CursorAction
_PLAIN = ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)


class CardGrid(QListView):
    """A list view that lays its rows out as cells of :meth:`gridSize`, in any number at no cost.

    Qt's own layouts give every row a place of its own: 0.4 s of the window's time for 100,000 rows, after every key of
    a search. Here the place follows from the row, and only what is on show is touched. Groups of the model have headers
    that fill the width; that of the topmost group stays in view.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heads = NO_HEADS
        self._layout = CardLayout(0, NO_HEADS, 1, 1, 0)
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

    def _places(self) -> CardLayout:
        """Return where the rows are, computed anew after changes."""
        model = self.model()
        heads = model.heads if isinstance(model, ItemsModel) else NO_HEADS
        wanted = (self._rows(), self.columns, self.gridSize().height())
        held = self._layout
        if (held.rows, held.columns, held.height) != wanted or heads is not self._heads:
            self._heads = heads
            self._layout = CardLayout(wanted[0], heads, wanted[1], wanted[2], head_height())
        return self._layout

    def _box(self, row: int) -> QRect:
        """Return where the cell of a row is, in pixels of the viewport."""
        size, width = self.gridSize(), self.viewport().width()
        column, top, head = self._places().place(row)
        if head:
            return QRect(0, top - self.verticalOffset(), width, head_height())
        left = column * size.width()
        if self.isRightToLeft():
            left = width - left - size.width()
        return QRect(left, top - self.verticalOffset(), size.width(), size.height())

    def _rows_in(self, area: QRect) -> list[int]:
        """Return the rows whose cells touch an area of the viewport."""
        offset = self.verticalOffset()
        rows = self._places().between(area.top() + offset, area.bottom() + offset)
        return [row for row in rows if self._box(row).intersects(area)]

    def _sticky(self) -> tuple[int, QRect] | None:
        """Return the header that stays in view above the cells of its group, and where."""
        found = self._places().head_at(self.verticalOffset())
        if found is None or self._box(found[0]).top() >= 0:
            return None
        height = head_height()
        return found[0], QRect(0, min(0, found[1] - self.verticalOffset() - height), self.viewport().width(), height)

    def visualRect(self, index: Index) -> QRect:
        """Return where a cell is in the viewport."""
        return self._box(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return what is at a place of the viewport."""
        sticky = self._sticky()
        if sticky is not None and sticky[1].contains(point):
            return self._index(sticky[0])
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

    def reset(self) -> None:
        """Follow a new list at once: what Qt puts off would have everything painted twice."""
        super().reset()
        self.executeDelayedItemsLayout()

    def doItemsLayout(self) -> None:
        """Follow a change of the rows: only the length of the scroll bar has to."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """Give the scroll bar its range."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._places().length - height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cells out anew."""
        super().resizeEvent(event)
        self.updateGeometries()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; only the strip that comes into view is painted anew."""
        view = self.viewport()
        view.scroll(dx, dy)
        if len(self._heads):  # the header that stays was moved too
            view.update(0, 0, view.width(), head_height() + abs(dy))

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = QListView.ScrollHint.EnsureVisible) -> None:
        """Bring a cell into view."""
        if not index.isValid():
            return
        self.executeDelayedItemsLayout()
        box, bar, room = self.visualRect(index), self.verticalScrollBar(), self.viewport().height()
        hints = QAbstractItemView.ScrollHint
        top = head_height() if len(self._heads) and not self._places().place(index.row())[2] else 0
        if hint == hints.PositionAtTop or (hint == hints.EnsureVisible and box.top() < top):
            bar.setValue(bar.value() + box.top() - top)
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
        places, row = self._places(), current.row()
        column, top, head = places.place(row)
        forwards = -1 if self.isRightToLeft() else 1
        steps = {
            _Action.MoveLeft: -forwards,
            _Action.MoveRight: forwards,
            _Action.MovePrevious: -1,
            _Action.MoveNext: 1,
            _Action.MoveHome: -row,
            _Action.MoveEnd: count - 1 - row,
        }
        if action in steps:
            return self._index(max(0, min(count - 1, row + steps[action])))
        cell = self.gridSize().height()
        page = max(1, self.viewport().height() // max(1, cell)) * cell
        to = {
            _Action.MoveUp: top - 1,
            _Action.MoveDown: top + (head_height() if head else cell),
            _Action.MovePageUp: top - page,
            _Action.MovePageDown: top + page,
        }[action]
        line = places.line(to)
        if row in line:
            return current
        return self._index(min(line.start + column, line.stop - 1))

    def selectAll(self) -> None:
        """Choose everything in one piece: Qt would ask the model about each row."""
        modes = QAbstractItemView.SelectionMode
        if self._rows() and self.selectionMode() in {modes.ExtendedSelection, modes.MultiSelection}:
            everything = QItemSelection(self._index(0), self._index(self._rows() - 1))
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

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
        hot = self.indexAt(under).row() if under is not None else -1
        chosen = selection if selection is not None and selection.hasSelection() else None
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & _PLAIN
        for row in self._rows_in(event.rect()):
            index = self._index(row)
            if len(self._heads) and (section := index.data(ItemsModel.section_role)) is not None:
                paint_head(painter, self._box(row), section, focused=row == current, hovered=row == hot)
                continue
            option.rect = self._box(row)
            state = plain
            if chosen is not None and chosen.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == hot:
                state |= QStyle.StateFlag.State_MouseOver
            if row == current:
                state |= QStyle.StateFlag.State_HasFocus
            option.state = state
            delegate.paint(painter, option, index)
        sticky = self._sticky()
        if sticky is not None and sticky[1].intersects(event.rect()):
            section = self._index(sticky[0]).data(ItemsModel.section_role)
            paint_head(painter, sticky[1], section, focused=sticky[0] == current, hovered=sticky[0] == hot)
