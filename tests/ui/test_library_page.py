"""The library page: orders that survive a search, chips that search, and a selection both views share."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, Qt
from pytestqt.qtbot import QtBot

from avrec_desktop.library import store
from avrec_desktop.library.types import Item, ItemQuery
from avrec_desktop.ui.items_model import COLUMNS
from avrec_desktop.ui.widgets.basics import Chip
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


@pytest.fixture
def table(qtbot: QtBot, parts: Parts) -> Parts:
    """The library as a table."""
    parts.go("library")
    parts.library_page.as_table.setChecked(True)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    return parts


def _click_header(parts: Parts, column: str) -> None:
    parts.library_page.table.horizontalHeader().sectionClicked.emit(COLUMNS.index(column))


def _wait_for(qtbot: QtBot, parts: Parts, world: World, query: ItemQuery) -> None:
    want = [int(i) for i in world.library.ids(query)]
    assert want
    qtbot.waitUntil(lambda: [int(i) for i in parts.model.ids] == want)


@pytest.fixture
def ranked(world: World) -> ItemQuery:
    """A search whose matches differ in rank: the word is a whole title, or one of many words in it."""
    titles = {1: "Zither", 2: "A zither among many other words of a long title", 3: "Zither and more"}
    with world.library.database.write() as db:
        for item_id, title in titles.items():
            db.execute("UPDATE items SET title = ? WHERE id = ?", (title, item_id))
        store.index_items(db, list(titles))
    query = ItemQuery(text="zither", sort="relevance")
    ids = list(world.library.ids(query))
    assert sorted(ids) == [1, 2, 3]
    assert ids != ids[::-1]
    return query


def test_the_best_match_comes_first_whatever_the_order_was(
    qtbot: QtBot, world: World, ranked: ItemQuery, table: Parts
) -> None:
    _click_header(table, "title")  # it was sorted so: now it is turned round
    _wait_for(qtbot, table, world, ItemQuery(sort="title", descending=True))
    qtbot.keyClicks(table.library_page.search, ranked.text)
    _wait_for(qtbot, table, world, ranked)


def test_the_order_of_a_column_is_there_again_after_a_search(qtbot: QtBot, world: World, table: Parts) -> None:
    _click_header(table, "artist")
    _click_header(table, "artist")
    by_artist = ItemQuery(sort="artist", descending=True)
    _wait_for(qtbot, table, world, by_artist)
    qtbot.keyClicks(table.library_page.search, "river")
    qtbot.waitUntil(lambda: table.model.rowCount() == 1)
    table.library_page.search.clear()
    _wait_for(qtbot, table, world, by_artist)
    header = table.library_page.table.horizontalHeader()
    assert header.sortIndicatorSection() == COLUMNS.index("artist")
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder


def test_another_order_from_the_box_wins_over_the_column(qtbot: QtBot, world: World, table: Parts) -> None:
    _click_header(table, "artist")
    _wait_for(qtbot, table, world, ItemQuery(sort="artist"))
    order = table.library_page.order
    order.setCurrentIndex(order.findData("added"))
    _wait_for(qtbot, table, world, ItemQuery(sort="added", descending=True))
    table.library_page.search.setText("river")
    qtbot.waitUntil(lambda: table.model.rowCount() == 1)
    table.library_page.search.clear()
    _wait_for(qtbot, table, world, ItemQuery(sort="added", descending=True))


def test_a_selection_of_several_is_the_same_in_both_views(qtbot: QtBot, parts: Parts) -> None:
    parts.go("library")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    page = parts.library_page
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in (1, 4):
        page.grid.selectionModel().select(parts.model.index(row, 0), flags)
    page.as_table.setChecked(True)
    assert sorted({i.row() for i in page.table.selectionModel().selectedRows()}) == [1, 4]
    page.table.selectionModel().select(parts.model.index(6, 0), flags)
    page.as_grid.setChecked(True)
    assert sorted({i.row() for i in page.grid.selectedIndexes() if i.column() == 0}) == [1, 4, 6]


def test_a_chip_searches_for_its_tag(qtbot: QtBot, parts: Parts, world: World) -> None:
    world.library.set_tags("test", {3: [("windy", 0.9)]})
    parts.detail.open(3)
    qtbot.waitUntil(lambda: bool(parts.detail_pane.findChildren(Chip)))
    chip = parts.detail_pane.findChildren(Chip)[0]
    assert chip.text() == "windy"
    assert "90%" in chip.toolTip()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert parts.shown() == "library"
    assert parts.library_page.search.text() == "windy"
    qtbot.waitUntil(lambda: [int(i) for i in parts.model.ids] == [3])


def test_keys_on_an_item_of_the_list(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.go("library")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    grid = parts.library_page.grid
    grid.setCurrentIndex(parts.model.index(0, 0))
    item = int(parts.model.ids[0])
    qtbot.keyClick(grid, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: world.behaviour.state("default", item).liked == 1)
    with qtbot.waitSignal(grid.played) as played:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert played.args == [item]


def test_while_a_search_runs_the_last_of_what_is_typed_waits_for_it(
    qtbot: QtBot, parts: Parts, world: World, ranked: ItemQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.go("library")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    go_on, asked, real = threading.Event(), list[str](), world.library.ids

    def ids(query: ItemQuery) -> NDArray[np.int64]:
        asked.append(query.text)
        assert go_on.wait(10)
        return real(query)

    monkeypatch.setattr(world.library, "ids", ids)
    shown = list[int]()
    parts.library.loaded.connect(lambda: shown.append(len(parts.model.ids)))
    qtbot.keyClicks(parts.library_page.search, "zith")
    qtbot.waitUntil(lambda: asked == ["z"])  # the first key starts a search: nothing waits for a pause
    go_on.set()
    qtbot.waitUntil(lambda: bool(shown))
    assert asked == ["z", "zith"]
    assert shown == [3], "what was overtaken is not put on show"


def test_rows_read_before_a_change_are_not_shown_after_it(
    qtbot: QtBot, parts: Parts, world: World, ranked: ItemQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.go("library")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    read, go_on, real = threading.Event(), threading.Event(), world.library.items_by_id

    def items_by_id(ids: Iterable[int], profile: str = "default") -> list[Item]:
        found = real(ids, profile)
        read.set()
        assert go_on.wait(10)
        return found

    monkeypatch.setattr(world.library, "items_by_id", items_by_id)
    qtbot.keyClick(parts.library_page.search, "z")
    qtbot.waitUntil(read.is_set)
    with world.library.database.write() as db:
        db.execute("UPDATE items SET title = 'Zither, mended' WHERE id = 1")
    parts.model.refresh_items([1])
    go_on.set()
    qtbot.waitUntil(lambda: sorted(int(i) for i in parts.model.ids) == [1, 2, 3])
    row = parts.model.row_of(1)
    qtbot.waitUntil(lambda: parts.model.index(row, 0).data() not in (None, "…"))
    assert parts.model.index(row, 0).data() == "Zither, mended"
