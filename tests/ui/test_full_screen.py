"""The picture on the whole screen: how it is entered and left, its keys, and when its controls go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.ui.fullscreen import FullScreen
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.window import Parts


@pytest.fixture
def cinema(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Iterator[FullScreen]:
    """The full screen of a window that shows a film."""
    parts._window.show()
    parts.player.queue.set([parts.session.library.item(3, "default")], 0)
    parts.show_page("stage")
    monkeypatch.setattr(type(parts.player), "playing", property(lambda _self: True))
    yield parts.cinema
    parts.cinema.leave()
    parts.player.queue.set(())


def test_the_picture_takes_the_screen_and_gives_it_back(cinema: FullScreen, parts: Parts) -> None:
    parts.detail_pane.show()
    parts.full_screen()
    assert parts._window.isFullScreen()
    for widget in (parts.sidebar, parts.detail_pane, parts.stage.head):
        assert not widget.isVisible()
    assert parts.player_bar.isVisible()
    assert parts.player_bar.full.accessibleName() == "Leave the full screen"
    parts.player_bar.full.click()
    assert not parts._window.isFullScreen()
    for widget in (parts.sidebar, parts.detail_pane, parts.stage.head, parts.player_bar):
        assert widget.isVisible()
    assert parts.player_bar.window() is parts._window
    assert not parts.queue_panel.isVisible()


def test_escape_leaves_the_screen_first_and_then_the_page(qtbot: QtBot, cinema: FullScreen, parts: Parts) -> None:
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_F)
    assert cinema.on
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_Escape)
    assert not cinema.on
    assert parts.shown() == "stage"
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_Escape)
    assert parts.shown() == "home"


def test_a_film_that_is_over_gives_the_screen_back(cinema: FullScreen, parts: Parts) -> None:
    cinema.enter()
    parts.player.stop()
    assert not cinema.on
    assert not parts._window.isFullScreen()


def test_controls_and_pointer_go_and_come_back_with_a_key(
    qtbot: QtBot, cinema: FullScreen, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[int] = []
    monkeypatch.setattr(Player, "seek_by", lambda _self, by: sought.append(by))
    cinema.enter()
    cinema._rest.timeout.emit()
    assert not parts.player_bar.isVisible()
    cursor = QApplication.overrideCursor()
    assert cursor is not None
    assert cursor.shape() == Qt.CursorShape.BlankCursor
    volume = parts.player_bar.volume.value()
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_Up)
    assert parts.player_bar.volume.value() == min(100, volume + 5)
    assert parts.player_bar.isVisible()
    assert QApplication.overrideCursor() is None
    cinema._rest.timeout.emit()
    cinema.leave()
    assert QApplication.overrideCursor() is None
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_Left)
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_M)
    assert parts.player.output.isMuted()
    qtbot.keyClick(parts.stage.video, Qt.Key.Key_M)
    assert not parts.player.output.isMuted()


def test_what_is_paused_keeps_its_controls(cinema: FullScreen, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    cinema.enter()
    monkeypatch.setattr(type(parts.player), "playing", property(lambda _self: False))
    cinema._rest.timeout.emit()
    assert parts.player_bar.isVisible()
    assert cinema._rest.isActive()
