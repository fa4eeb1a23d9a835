"""Groups in the library's grid and table: headers among the rows, their places, keys, clicks and memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, QSettings, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractItemView, QFrame
from pytestqt.qtbot import QtBot

from avrec_desktop.library.grouping import Grouped
from avrec_desktop.library.types import Item
from avrec_desktop.ui.item_menu import chosen_ids
from avrec_desktop.ui.items_model import PAGE, ItemsModel
from avrec_desktop.ui.sections import Section, Sections
from avrec_desktop.ui.widgets.card_layout import CardLayout
from avrec_desktop.ui.widgets.item_views import GridView, TableView
from avrec_desktop.ui.widgets.section_head import head_height
from avrec_desktop.ui.window import Parts
from avrec_desktop.ui.workers import Runner
from tests.ui.conftest import World


def _grouped(*counts: int) -> Grouped:
    starts = np.cumsum([0, *counts[:-1]])
    keys = tuple(f"group {n}" for n in range(len(counts)))
    return Grouped("artist", np.arange(1, sum(counts) + 1), starts.astype(np.int64), keys)


# -- where rows are

_COUNTS = st.lists(st.integers(1, 9), min_size=1, max_size=12)


@given(_COUNTS, st.data())
def test_rows_of_groups_are_headers_and_the_items_of_open_groups(counts: list[int], data: st.DataObject) -> None:
    closed = data.draw(st.sets(st.integers(0, len(counts) - 1)))
    sections = Sections(_grouped(*counts), {f"group {n}" for n in closed})
    want, position = [], 0
    for number, count in enumerate(counts):
        want.append(-1)
        want += [] if number in closed else list(range(position, position + count))
        position += count
    assert sections.positions.tolist() == want
    assert sections.heads.tolist() == [row for row, place in enumerate(want) if place < 0]
    for place in range(position):
        assert sections.row_of(place) == (want.index(place) if place in want else -1)


@given(_COUNTS, st.integers(1, 5), st.integers(1, 40), st.integers(0, 30), st.booleans())
def test_the_layout_of_cards_is_that_of_one_who_places_them_in_turn(
    counts: list[int], columns: int, height: int, head: int, grouped: bool
) -> None:
    counts = counts if grouped else [sum(counts)]
    head = head or 1
    places: list[tuple[int, int, bool]] = []
    heads, y = [], 0
    for count in counts:
        if grouped:
            heads.append(len(places))
            places.append((0, y, True))
            y += head
        places += [(n % columns, y + n // columns * height, False) for n in range(count)]
        y += -(-count // columns) * height
    layout = CardLayout(len(places), np.array(heads, np.int64), columns, height, head)
    assert layout.length == y
    assert [layout.place(row) for row in range(len(places))] == places
    for row, (column, top, _) in enumerate(places):
        line = layout.line(top)
        assert line[0 if places[line[0]][2] else column] == row
    for at in range(0, y, 3):
        tall = [head if is_head else height for _, _, is_head in places]
        want = [r for r, (_, top, _) in enumerate(places) if top <= at + 7 and top + tall[r] > at]
        assert list(layout.between(at, at + 7)) == want


# -- the model


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    out = Runner()
    yield out
    out.close()


@pytest.fixture
def model(runner: Runner) -> Iterator[ItemsModel]:
    """Three groups of 2, 3 and 200 items under the eye of Qt's tester."""
    out = ItemsModel(runner, lambda ids: [Item(i, f"/{i}.ogg", "audio", "ready", f"Title {i}") for i in ids])
    tester = QAbstractItemModelTester(out, QAbstractItemModelTester.FailureReportingMode.Fatal)
    grouped = _grouped(2, 3, 200)
    out.set_ids(grouped.ids, grouped=grouped)
    yield out
    del tester


def test_headers_are_rows_without_an_item(model: ItemsModel) -> None:
    assert model.rowCount() == 208
    assert model.heads.tolist() == [0, 3, 7]
    assert [model.index(r, 0).data(ItemsModel.id_role) for r in range(8)] == [0, 1, 2, 0, 3, 4, 5, 0]
    assert model.index(3, 0).data(ItemsModel.section_role) == Section("group 1", 3, closed=False)
    assert model.index(4, 0).data(ItemsModel.section_role) is None
    assert model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "group 1, 3 items, open"
    assert not model.flags(model.index(3, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(4, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.row_of(3) == 4
    assert model.position_of(3) == 2
    assert model.ids_of(np.arange(2, 6)).tolist() == [2, 3, 4]


def test_groups_close_and_open(qtbot: QtBot, model: ItemsModel) -> None:
    with qtbot.waitSignal(model.rowsRemoved) as gone:
        model.set_closed(4, closed=True)
    assert gone.args[1:] == [4, 6]
    assert model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "group 1, 3 items, closed"
    assert model.row_of(3) == -1
    assert model.row_of(6) == 5
    grouped = _grouped(2, 3, 100)
    model.set_ids(grouped.ids, grouped=grouped)
    assert model.row_of(3) == -1, "a new list keeps it closed"
    with qtbot.waitSignal(model.rowsInserted) as come:
        model.set_closed(3, closed=False)
    assert come.args[1:] == [4, 6]
    model.close_all(closed=True)
    assert model.rowCount() == 3
    model.close_all(closed=False)
    assert model.rowCount() == 108
    model.set_ids(grouped.ids)
    assert model.rowCount() == 105
    assert len(model.heads) == 0


def test_rows_are_fetched_below_headers_and_told_of(qtbot: QtBot, model: ItemsModel) -> None:
    row = 9 + PAGE
    with qtbot.waitSignal(model.dataChanged) as changed:
        assert model.item_at(row) is None
    item_id = model.index(row, 0).data(ItemsModel.id_role)
    assert model.item_at(row).id == item_id  # type: ignore[union-attr]
    first, last = changed.args[0].row(), changed.args[1].row()
    assert first <= row <= last
    assert model.item_at(7) is None, "a header has no item"
    model.set_closed(3, closed=True)
    assert model.item_at(row - 3).id == item_id, "what was fetched stays"  # type: ignore[union-attr]


# -- the views


@pytest.fixture
def grid(qtbot: QtBot, model: ItemsModel) -> GridView:
    view = GridView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.resize(610, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def table(qtbot: QtBot, model: ItemsModel) -> TableView:
    view = TableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(900, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.mark.parametrize("scrolled", [0, 90, 3000])
def test_every_card_and_header_is_where_it_is_found(grid: GridView, scrolled: int) -> None:
    grid.verticalScrollBar().setValue(scrolled)
    hidden = head_height() if scrolled else 0
    for row in range(grid.model().rowCount()):
        box = grid.visualRect(grid.model().index(row, 0))
        if box.top() >= hidden:
            assert grid.indexAt(box.center()).row() == row
    first = grid.visualRect(grid.model().index(0, 0))
    assert first == QRect(0, -scrolled, grid.viewport().width(), head_height())


def test_the_header_of_what_is_on_show_stays_in_view(grid: GridView, table: TableView) -> None:
    for view in (grid, table):
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        assert view.indexAt(QPoint(30, 4)).row() == 7
        view.scrollTo(view.model().index(60, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        box = view.visualRect(view.model().index(60, 0))
        assert view.indexAt(box.center()).row() == 60, "not below the header"


def test_keys_go_over_headers_and_open_and_close_them(grid: GridView, model: ItemsModel) -> None:
    grid.setCurrentIndex(model.index(2, 0))
    for key, row in (
        (Qt.Key.Key_Down, 3), (Qt.Key.Key_Down, 4), (Qt.Key.Key_Up, 3), (Qt.Key.Key_Up, 1), (Qt.Key.Key_Down, 3),
    ):  # fmt: skip
        QTest.keyClick(grid, key)
        assert grid.currentIndex().row() == row
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert model.section(3) == Section("group 1", 3, closed=True)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.currentIndex().row() == 4
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert model.section(3) == Section("group 1", 3, closed=False)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert model.rowCount() == 205


def test_a_click_on_a_header_closes_its_group(grid: GridView, table: TableView, model: ItemsModel) -> None:
    for view, rows in ((grid, 205), (table, 208)):
        at = view.visualRect(model.index(3, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        assert model.rowCount() == rows


def test_all_that_is_chosen_are_items(grid: GridView, table: TableView) -> None:
    for view in (grid, table):
        view.selectAll()
        assert chosen_ids(view) == list(range(1, 206))


def test_headers_of_many_groups_cost_nothing_to_lay_out(grid: GridView, model: ItemsModel) -> None:
    count = 100_000
    grouped = Grouped("title", np.arange(1, count + 1), np.arange(0, count, 2), tuple(range(count // 2)))
    model.set_ids(grouped.ids, grouped=grouped)
    grid.scrollTo(model.index(model.rowCount() - 1, 0))
    assert grid.visualRect(model.index(model.rowCount() - 1, 0)).bottom() == grid.viewport().height() - 1
    assert grid.verticalScrollBar().maximum() > count // 2 * head_height()


# -- the page


def test_the_library_is_grouped_searched_and_remembered(qtbot: QtBot, world: World, parts: Parts) -> None:
    parts.go("library")
    page = parts.library_page
    page.group.setCurrentIndex(page.group.findData("kind"))
    qtbot.waitUntil(lambda: len(parts.model.heads) == 2)
    assert page.fold.isVisible()
    assert "2 groups" in page.count.text()
    total = len(parts.model.ids)
    page.fold.click()
    assert parts.model.rowCount() == 2
    page.fold.click()
    assert parts.model.rowCount() == total + 2
    page.grid.selectionModel().setCurrentIndex(parts.model.index(0, 0), QItemSelectionModel.SelectionFlag.Current)
    assert parts.detail.item is None
    page.search.setText("kind:video")
    qtbot.waitUntil(lambda: len(parts.model.heads) == 1)
    page.search.clear()
    page.order.setCurrentIndex(page.order.findData("year"))
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    settings: QSettings = parts._settings
    assert settings.value("library/group") == "kind"
    assert settings.value("library/order") == "year"
    page.group.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(parts.model.heads) == 0)
    assert not page.fold.isVisible()


def test_what_was_chosen_is_there_at_the_next_start(parts: Parts) -> None:
    settings = parts._settings
    for key, value in {"order": "duration", "downwards": True, "group": "artist", "view": "table"}.items():
        settings.setValue(f"library/{key}", value)
    parts.library.remember(settings)
    assert (parts.library.query.sort, parts.library.query.descending) == ("duration", True)
    assert parts.library_page.group.currentData() == "artist"
    assert parts.library_page.order.currentData() == "duration"
    assert parts.library_page.as_table.isChecked()
    settings.setValue("library/order", "nonsense")
    settings.setValue("library/group", "nonsense")
    parts.library.remember(settings)
    assert parts.library_page.group.currentData() == ""
