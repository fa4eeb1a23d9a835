"""The first minute: folders, items that arrive, a short round of likes, the first recommendations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import ItemsChanged
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World, fill

TITLES = [f"Song {n}" for n in range(1, 13)]


@pytest.fixture
def newcomer(
    qtbot: QtBot, empty_world: World, open_window: Callable[[World], Parts], monkeypatch: pytest.MonkeyPatch
) -> Parts:
    """A window on an empty library whose scan brings twelve items."""

    def scan(paths: Any, job: Job) -> Any:
        fill(empty_world.library, TITLES)
        empty_world.events.publish(ItemsChanged(added=tuple(range(1, 13)), removed=(), updated=()))
        return type("Result", (), {"failed": []})()

    monkeypatch.setattr(empty_world.library, "scan", scan)
    return open_window(empty_world)


def test_from_folder_to_first_recommendations(qtbot: QtBot, newcomer: Parts, empty_world: World) -> None:
    page = newcomer.home_page.onboarding
    assert newcomer.home_page.welcoming
    newcomer.take_in([Path("/media")])
    assert newcomer.home_page.stack.currentWidget() is page
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.round)
    qtbot.waitUntil(lambda: len(page.tiles) == 12)
    assert page.step.text() == "1 of 10"
    assert page.title.text() == "Song 1"
    qtbot.keyClick(page, Qt.Key.Key_L)
    assert page.title.text() != "Song 1"
    qtbot.keyClick(page, Qt.Key.Key_X)
    for _ in range(7):
        page.skip.click()
    assert page.step.text() == "10 of 10"
    assert newcomer.home_page.stack.currentWidget() is page, "recommendations wait until the round is over"
    with qtbot.waitSignal(newcomer.home.shown):
        page.like.click()
    qtbot.waitUntil(lambda: newcomer.home_page.stack.currentWidget() is newcomer.home_page._panel)
    qtbot.waitUntil(lambda: "by your own taste" in newcomer.home_page.about.text())
    assert empty_world.behaviour.state("default", 1).liked == 1
    qtbot.waitUntil(lambda: not newcomer._window.runner.busy)


def test_back_takes_the_last_answer_back(qtbot: QtBot, newcomer: Parts, empty_world: World) -> None:
    page = newcomer.home_page.onboarding
    newcomer.take_in([Path("/media")])
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.round)
    assert not page.undo.isEnabled()
    page.like.click()
    qtbot.waitUntil(lambda: empty_world.behaviour.state("default", 1).liked == 1)
    qtbot.waitUntil(lambda: not newcomer._window.runner.busy)
    page.undo.click()
    assert page.title.text() == "Song 1"
    qtbot.waitUntil(lambda: empty_world.behaviour.state("default", 1).liked == 0)
    page.finish.emit()
    qtbot.waitUntil(lambda: newcomer.home_page.stack.currentWidget() is newcomer.home_page._panel)


def test_who_does_not_want_to_answer_sees_recommendations_at_once(qtbot: QtBot, newcomer: Parts) -> None:
    newcomer.take_in([Path("/media")])
    newcomer.home_page.onboarding.finish.emit()
    qtbot.waitUntil(lambda: newcomer.home_page.stack.currentWidget() is newcomer.home_page._panel)
    assert "Not personal yet" in newcomer.home_page.about.text()


def test_who_has_a_library_is_not_asked(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.take_in([world.directory])
    assert not parts.onboarding.active
    qtbot.waitUntil(lambda: not parts._window.jobs.running())


def test_who_asks_for_the_round_before_anything_was_read_gets_it_once_there_is_enough(
    qtbot: QtBot, empty_world: World, open_window: Callable[[World], Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = threading.Event()

    def scan(paths: Any, job: Job) -> Any:
        fill(empty_world.library, TITLES)
        empty_world.events.publish(ItemsChanged(added=tuple(range(1, 13)), removed=(), updated=()))
        assert read.wait(20)
        return type("Result", (), {"failed": []})()

    picks = empty_world.recommend.first_picks
    asked: list[int] = []

    def first_picks(profile: str, n: int) -> list[int]:
        asked.append(n)
        return picks(profile, n) if read.is_set() else picks(profile, n)[:2]

    monkeypatch.setattr(empty_world.library, "scan", scan)
    monkeypatch.setattr(empty_world.recommend, "first_picks", first_picks)
    parts = open_window(empty_world)
    page = parts.home_page.onboarding
    parts.take_in([Path("/media")])
    qtbot.waitUntil(page.start.isEnabled)
    page.start.click()
    qtbot.waitUntil(lambda: bool(asked) and not page.start.isEnabled())
    assert parts.onboarding.active, "the round was asked for, so it is not given up"
    assert page.stack.currentWidget() is page.arriving
    read.set()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.round)
    assert page.step.text() == "1 of 10"
