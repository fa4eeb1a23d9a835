"""The playlists page: made, filled, put in order, renamed, searched live, exported; all of it undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from pytestqt.qtbot import QtBot

from avrec_desktop.ui.dragging import ENTRIES, ITEMS, dragged_ids
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


@pytest.fixture
def page(qtbot: QtBot, world: World, parts: Parts) -> Parts:
    """The page with a playlist of four items."""
    world.library.playlists.create("Evening", [1, 2, 3, 4])
    parts.go("playlists")
    _wait(qtbot, parts, [1, 2, 3, 4])
    return parts


def _wait(qtbot: QtBot, parts: Parts, ids: list[int]) -> None:
    def there() -> bool:
        return parts.entries.ids.tolist() == ids and not parts._window.runner.busy

    qtbot.waitUntil(there, timeout=20_000)  # each step is several turns of threads, on a machine that may be busy


def test_entries_move_by_keys_and_by_dragging_and_back(qtbot: QtBot, page: Parts) -> None:
    table = page.playlists_page.table
    table.selectRow(2)
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    _wait(qtbot, page, [1, 3, 2, 4])
    assert table.rows() == [1]
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    _wait(qtbot, page, [3, 1, 2, 4])
    model = page.entries
    data = model.mimeData([model.index(0, 0), model.index(1, 0)])
    assert model.dropMimeData(data, Qt.DropAction.MoveAction, 4, 0, QModelIndex())
    _wait(qtbot, page, [2, 4, 3, 1])
    assert table.rows() == [2, 3]
    for state in ([3, 1, 2, 4], [1, 3, 2, 4], [1, 2, 3, 4]):
        page.actions.undo()
        _wait(qtbot, page, state)


def test_items_are_dropped_between_entries_and_onto_a_name(qtbot: QtBot, page: Parts, world: World) -> None:
    data = page.model.mimeData([page.model.index(0, 0)])
    first = int(page.model.ids[0])
    assert dragged_ids(data) == [first]
    assert page.entries.dropMimeData(data, Qt.DropAction.CopyAction, 1, 0, QModelIndex())
    _wait(qtbot, page, [1, first, 2, 3, 4])
    page.playlists_page.lists.taken.emit(page.playlists.current, [5, 6])
    _wait(qtbot, page, [1, first, 2, 3, 4, 5, 6])
    page.actions.undo()
    _wait(qtbot, page, [1, first, 2, 3, 4])


def test_what_is_no_item_is_not_taken(page: Parts) -> None:
    data = QMimeData()
    for value in (b"{", b'"x"', b'["a"]'):
        data.setData(ITEMS, value)
        data.setData(ENTRIES, value)
        assert not page.entries.dropMimeData(data, Qt.DropAction.CopyAction, 0, 0, QModelIndex())
    data.setData(ENTRIES, json.dumps([1, 0]).encode())
    assert not page.entries.dropMimeData(data, Qt.DropAction.MoveAction, 2, 0, QModelIndex())


def test_delete_takes_entries_out_and_playlists_away(qtbot: QtBot, page: Parts, world: World) -> None:
    page.playlists_page.table.selectRow(1)
    qtbot.keyClick(page.playlists_page.table, Qt.Key.Key_Delete)
    _wait(qtbot, page, [1, 3, 4])
    page.playlists_page.lists.setFocus()
    qtbot.keyClick(page.playlists_page.lists, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: world.library.playlists.list() == [])
    qtbot.waitUntil(lambda: page.playlists_page.right.currentWidget() is page.playlists_page.none)
    page.actions.undo()
    _wait(qtbot, page, [1, 3, 4])


def test_a_name_is_changed_in_place(qtbot: QtBot, page: Parts, world: World) -> None:
    name = page.playlists_page.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "  Late  ")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [p.name for p in world.library.playlists.list()] == ["Late"])
    qtbot.waitUntil(lambda: page.playlists_page.lists.item(0).text() == "Late")
    page.playlists_page.lists.item(0).setText("   ")
    assert page.playlists_page.lists.item(0).text() == "Late"
    page.playlists_page.lists.item(0).setText("Night")
    qtbot.waitUntil(lambda: [p.name for p in world.library.playlists.list()] == ["Night"])


def test_a_smart_playlist_follows_the_library(qtbot: QtBot, page: Parts, world: World) -> None:
    page.playlists.create_smart("Films", "kind:video")
    _wait(qtbot, page, [3, 6])
    assert page.playlists_page.rule.isVisibleTo(page.playlists_page)
    page.actions.like(6)
    page.playlists_page.query.setText("kind:video is:liked")
    page.playlists_page.query.editingFinished.emit()
    _wait(qtbot, page, [6])
    page.actions.like(3)
    _wait(qtbot, page, [3, 6])
    world.library.edit([3], {"title": "Zebra"})
    _wait(qtbot, page, [6, 3])
    page.playlists_page.most.setValue(1)
    _wait(qtbot, page, [6])
    page.playlists_page.query.setText("kind:vid")
    page.playlists_page.query.editingFinished.emit()
    trouble = page.playlists_page.query.trouble
    qtbot.waitUntil(lambda: "not known" in trouble.text() and trouble.isVisibleTo(page.playlists_page))


def test_a_search_becomes_a_smart_playlist(qtbot: QtBot, page: Parts, world: World) -> None:
    page.go("library")
    page.library_page.search.setText("artist:3 or artist:2")
    qtbot.waitUntil(lambda: page.library.query.text == "artist:3 or artist:2")
    assert page.library_page.save.isEnabled()
    page.library.show_filter("Videos", kind="video")
    page.library.saved.emit("Some films", page.library.query)
    qtbot.waitUntil(lambda: page.playlists.shown() is not None and page.playlists.shown().name == "Some films")
    _wait(qtbot, page, [3, 6])
    assert page.playlists.shown().query == "(artist:3 or artist:2) kind:video"


def test_playlists_go_out_and_come_in(qtbot: QtBot, page: Parts, world: World, tmp_path: Path) -> None:
    page.playlists.export(tmp_path / "e.xspf")
    qtbot.waitUntil(lambda: (tmp_path / "e.xspf").exists())
    (tmp_path / "e.m3u8").write_text("/media/5.ogg\nnowhere.ogg\n")
    with qtbot.waitSignal(page.actions.noted) as noted:
        page.playlists.import_file(tmp_path / "e.m3u8")
    assert "1 is not in the library: nowhere.ogg" in noted.args[0]
    _wait(qtbot, page, [5])
    page.playlists.import_file(tmp_path / "e.xspf")
    _wait(qtbot, page, [1, 2, 3, 4])
    assert len(world.library.playlists.list()) == 3


def test_a_query_is_completed_and_explained(qtbot: QtBot, page: Parts) -> None:
    page.go("library")
    search = page.library_page.search
    search.setFocus()
    page._window.activateWindow()
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, "kin")
    qtbot.waitUntil(lambda: search._list.isVisible())
    assert search._model.stringList()[0] == "kind:"
    search._take(0)
    assert search.text() == "kind:"
    qtbot.waitUntil(lambda: [o.text for o in search._offers] == ["kind:audio", "kind:video"])
    search._take(1)
    assert search.text() == "kind:video "
    qtbot.waitUntil(lambda: page.model.ids.tolist() == [3, 6])
    search._list.hide()
    search.setText("gnere:rock x")
    qtbot.waitUntil(lambda: search.trouble.isVisible())
    assert "Did you mean “genre”?" in search.trouble.text()
    assert page.model.ids.tolist() == [3, 6]
    search.setText("kind:audio")
    qtbot.waitUntil(lambda: not search.trouble.isVisible())
