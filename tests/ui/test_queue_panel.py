"""The queue beside the pages, and the menu of items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from avrec_desktop.ui.window import Parts
from tests.library import media_factory
from tests.ui.conftest import World


@pytest.fixture
def playing(qtbot: QtBot, world: World, parts: Parts, tmp_path: Path) -> Parts:
    """A window that plays the first of three items, which are real files."""
    tone = media_factory.make_audio(tmp_path / "tone.wav", seconds=20.0)
    with world.library.database.write() as db:
        for item_id in (1, 2, 4, 5, 7):
            path = tmp_path / f"{item_id}.wav"
            path.hardlink_to(tone)
            db.execute("UPDATE files SET path = ? WHERE item_id = ?", (bytes(path), item_id))
    parts.actions.play(1, [1, 2, 4])
    _wait(qtbot, parts, [1, 2, 4])
    return parts


def _wait(qtbot: QtBot, parts: Parts, ids: list[int]) -> None:
    qtbot.waitUntil(lambda: parts.queued.ids.tolist() == ids and not parts._window.runner.busy)


def _act(menu: QMenu, text: str) -> QAction:
    return next(a for a in menu.actions() if a.text() == text)


def _menu(parts: Parts, *ids: int) -> QMenu:
    grid = parts.library_page.grid
    grid.clearSelection()
    for item_id in ids:
        index = parts.model.index(parts.model.row_of(item_id), 0)
        grid.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    return parts.item_menu.build(grid, list(ids))


def test_the_menu_fills_the_queue_and_an_undo_takes_it_back(qtbot: QtBot, playing: Parts) -> None:
    _act(_menu(playing, 5), "Play next").trigger()
    _wait(qtbot, playing, [1, 5, 2, 4])
    _act(_menu(playing, 7), "Add to queue").trigger()
    _wait(qtbot, playing, [1, 5, 2, 4, 7])
    playing.actions.undo()
    _wait(qtbot, playing, [1, 5, 2, 4])
    playing.actions.undo()
    _wait(qtbot, playing, [1, 2, 4])
    assert playing.player.item is not None
    assert playing.player.item.id == 1


def test_entries_are_moved_removed_mixed_and_cleared(qtbot: QtBot, playing: Parts) -> None:
    playing.queue.toggle()
    table = playing.queue_panel.table
    assert playing.queue_panel.isVisible()
    table.selectRow(2)
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    _wait(qtbot, playing, [1, 4, 2])
    data = playing.model.mimeData([playing.model.index(playing.model.row_of(5), 0)])
    playing.queued.dropMimeData(data, Qt.DropAction.CopyAction, 1, 0, QModelIndex())
    _wait(qtbot, playing, [1, 5, 4, 2])
    playing.queue_panel.shuffle.setChecked(True)
    assert playing.player.queue.shuffled
    assert sorted(playing.queued.ids.tolist()) == [1, 2, 4, 5]
    playing.queue_panel.shuffle.setChecked(False)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)  # what plays stays
    assert playing.queued.ids.tolist()[0] == 1
    playing.queue_panel.clear.click()
    _wait(qtbot, playing, [1])
    playing.actions.undo()
    qtbot.waitUntil(lambda: len(playing.queued.ids) == 4)


def test_a_queue_is_saved_as_a_playlist(qtbot: QtBot, playing: Parts, world: World) -> None:
    playing.queue_panel.save.click()
    qtbot.waitUntil(lambda: len(world.library.playlists.list()) == 1)
    assert world.library.playlists.items(world.library.playlists.list()[0].id).tolist() == [1, 2, 4]


def test_playlists_are_filled_from_the_menu(qtbot: QtBot, playing: Parts, world: World) -> None:
    lists = next(a.menu() for a in _menu(playing, 1, 2).actions() if a.menu() is not None)
    _act(lists, "New playlist").trigger()
    qtbot.waitUntil(lambda: len(playing.playlists.playlists) == 1)
    lists = next(a.menu() for a in _menu(playing, 5).actions() if a.menu() is not None)
    _act(lists, "New playlist")
    lists.actions()[-1].trigger()
    key = playing.playlists.playlists[0].id
    qtbot.waitUntil(lambda: world.library.playlists.items(key).tolist() == [1, 2, 5])


def test_radio_and_path_are_played(qtbot: QtBot, playing: Parts, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(name: str, call: Callable[..., list[int]]) -> None:
        monkeypatch.setattr(world.features, name, call, raising=False)

    give("radio", lambda item_id, n: [5, 7])
    give("path", lambda a, b, n: [a, 7, b])
    _act(_menu(playing, 4), "Start a radio from here").trigger()
    _wait(qtbot, playing, [4, 5, 7])
    _act(_menu(playing, 2), "Find a path from what plays to here").trigger()
    _wait(qtbot, playing, [4, 7, 2])
    _act(_menu(playing, 5, 1), "Find a path between the two").trigger()
    _wait(qtbot, playing, [5, 7, 1])
