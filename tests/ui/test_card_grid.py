"""The grid whose places are computed: where cells are, what keys and selections reach."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from avrec_desktop.library.types import Item
from avrec_desktop.ui.items_model import PAGE, ItemsModel
from avrec_desktop.ui.widgets.card_grid import CardGrid
from avrec_desktop.ui.workers import Runner


class _Noting(QStyledItemDelegate):
    def __init__(self, parent: CardGrid) -> None:
        super().__init__(parent)
        self.painted: dict[int, QRect] = {}
        self.times = 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        self.painted[index.row()] = QRect(option.rect)
        self.times += 1


@pytest.fixture
def grid(qtbot: QtBot) -> CardGrid:
    """Return a grid of 4 columns of 100 x 50 pixels with 1,000 rows; 6 lines are on show."""
    view = CardGrid()
    qtbot.addWidget(view)
    runner = Runner(view)
    model = ItemsModel(runner, lambda ids: [], view)
    view.setGridSize(QSize(100, 50))
    view.setModel(model)
    view.setItemDelegate(_Noting(view))
    model.set_ids(np.arange(1, 1001))
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.resize(410, 300)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    return view


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("scrolled", [0, 37, 12_200])
def test_every_cell_is_where_it_is_found(grid: CardGrid, scrolled: int, direction: Qt.LayoutDirection) -> None:
    grid.setLayoutDirection(direction)
    grid.verticalScrollBar().setValue(scrolled)
    width = grid.viewport().width()
    for row in range(1000):
        left = row % 4 * 100
        left = width - left - 100 if direction == Qt.LayoutDirection.RightToLeft else left
        box = grid.visualRect(grid.model().index(row, 0))
        assert box == QRect(left, row // 4 * 50 - scrolled, 100, 50)
        for corner in (box.topLeft(), box.bottomRight(), box.center()):
            assert grid.indexAt(corner).row() == row


def test_beside_and_below_the_cells_there_is_nothing(grid: CardGrid) -> None:
    assert not grid.indexAt(QPoint(405, 20)).isValid()
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    assert not grid.indexAt(QPoint(20, 301)).isValid()
    assert grid.indexAt(QPoint(20, 299)).row() == 996
    assert grid.verticalScrollBar().maximum() == 250 * 50 - 300


def test_only_what_is_on_show_is_painted(grid: CardGrid, qtbot: QtBot) -> None:
    delegate = grid.itemDelegate()
    assert isinstance(delegate, _Noting)
    grid.verticalScrollBar().setValue(1025)
    delegate.painted.clear()
    grid.viewport().repaint()
    assert sorted(delegate.painted) == list(range(80, 108))
    assert delegate.painted[81] == QRect(100, -25, 100, 50)


def test_a_new_list_has_its_length_at_once(grid: CardGrid) -> None:
    model = grid.model()
    assert isinstance(model, ItemsModel)
    model.set_ids(np.arange(1, 1_000_001))
    grid.scrollTo(model.index(999_999, 0))
    assert grid.verticalScrollBar().maximum() == 250_000 * 50 - 300
    assert grid.visualRect(model.index(999_999, 0)).bottom() == 299


def test_a_new_list_is_painted_once(grid: CardGrid, qtbot: QtBot) -> None:
    delegate, model = grid.itemDelegate(), grid.model()
    assert isinstance(delegate, _Noting)
    assert isinstance(model, ItemsModel)
    laid: list[bool] = []
    qtbot.waitUntil(lambda: not model._asked and not model._wanted)
    delegate.times = 0
    items = [Item(i, f"/{i}", "audio", "ready", str(i)) for i in range(5000, 5000 + PAGE)]
    model.set_ids(np.arange(5000, 6000), items)
    QTimer.singleShot(0, lambda: QTimer.singleShot(50, lambda: laid.append(True)))
    qtbot.waitUntil(lambda: bool(laid))
    assert delegate.times == 24


def test_everything_is_chosen_in_one_piece(grid: CardGrid) -> None:
    grid.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    QTest.keySequence(grid, QKeySequence.StandardKey.SelectAll)
    assert [(r.top(), r.bottom()) for r in grid.selectionModel().selection().toList()] == [(0, 999)]


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [(5, Qt.Key.Key_Right, 6), (5, Qt.Key.Key_Left, 4), (5, Qt.Key.Key_Down, 9), (5, Qt.Key.Key_Up, 1),
     (2, Qt.Key.Key_Up, 2), (0, Qt.Key.Key_Left, 0), (999, Qt.Key.Key_Right, 999), (998, Qt.Key.Key_Down, 998),
     (5, Qt.Key.Key_PageDown, 29), (29, Qt.Key.Key_PageUp, 5), (7, Qt.Key.Key_PageUp, 3), (5, Qt.Key.Key_End, 999),
     (500, Qt.Key.Key_Home, 0)],
)  # fmt: skip
def test_keys_move_by_cells_and_bring_them_into_view(grid: CardGrid, start: int, key: Qt.Key, end: int) -> None:
    grid.setCurrentIndex(grid.model().index(start, 0))
    QTest.keyClick(grid, key)
    assert grid.currentIndex().row() == end
    box = grid.visualRect(grid.currentIndex())
    assert box.top() >= 0
    assert box.bottom() < 300


def test_right_to_left_the_left_key_goes_on(grid: CardGrid) -> None:
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    grid.setCurrentIndex(grid.model().index(5, 0))
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.currentIndex().row() == 6


def test_shift_and_a_click_select_in_reading_order(grid: CardGrid) -> None:
    grid.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    for first, last in ((2, 9), (9, 2), (3, 400)):
        places = []
        for row in (first, last):
            grid.scrollTo(grid.model().index(row, 0))
            places.append(grid.visualRect(grid.model().index(row, 0)).center())
            QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, none if row == first else shift, places[-1])
        chosen = sorted(index.row() for index in grid.selectionModel().selectedIndexes())
        assert chosen == list(range(min(first, last), max(first, last) + 1))


def test_the_region_of_a_selection_is_its_visible_cells(grid: CardGrid) -> None:
    model = grid.selectionModel()
    for row in (1, 6, 900):
        model.select(grid.model().index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    region = grid.visualRegionForSelection(model.selection())
    assert sorted((r.x(), r.y()) for r in region) == [(100, 0), (200, 50)]
