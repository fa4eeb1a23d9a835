"""The command palette, undo of what settings and slider do, reduced motion, and new looks while a job runs."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.session import Session
from avrec_desktop.ui import motion, theme
from avrec_desktop.ui.app import Application
from avrec_desktop.ui.palette import Command, Palette, matching
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


def _open(parts: Parts) -> Palette:
    parts.acts.show_palette()
    palette = parts._window.findChild(Palette)
    assert palette is not None
    return palette


def test_typing_finds_a_command_and_enter_does_it(qtbot: QtBot, parts: Parts) -> None:
    palette = _open(parts)
    qtbot.keyClicks(palette.field, "plugins")
    assert palette.list.item(0).text().startswith("Go to Plugins")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: parts.shown() == "plugins")


def test_arrows_choose_and_any_words_can_be_searched_for(qtbot: QtBot, parts: Parts) -> None:
    palette = _open(parts)
    qtbot.keyClicks(palette.field, "bell tow")
    last = palette.list.count() - 1
    assert "bell tow" in palette.list.item(last).text()
    for _ in range(last):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: parts.shown() == "library" and parts.model.rowCount() == 1)


def test_every_page_can_be_reached(parts: Parts) -> None:
    palette = _open(parts)
    texts = " ".join(palette.list.item(n).text() for n in range(palette.list.count()))
    for name in ("Home", "Library", "Jobs", "Plugins", "Settings", "Undo", "Mini player"):
        assert name in texts
    palette.reject()


def test_misspelt_words_fit_too() -> None:
    commands = [Command(t, lambda: None) for t in ("Play or pause", "Mini player", "Refresh recommendations")]
    assert matching(commands, "recomendation")[0].text == "Refresh recommendations"
    assert matching(commands, "mini")[0].text == "Mini player"
    assert matching(commands, "zzzz") == []
    assert [c.text for c in matching(commands, " ")] == [c.text for c in commands]


def test_weights_and_folders_are_undone(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.go("settings")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    before = world.behaviour.weights()
    parts.settings_page.weights_changed.emit(dataclasses.replace(before, skip=-0.9))
    qtbot.waitUntil(lambda: world.behaviour.weights().skip == pytest.approx(-0.9))
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: world.behaviour.weights() == before)


def test_the_slider_is_undone(qtbot: QtBot, parts: Parts) -> None:
    parts.home_page.novelty.slider.setValue(90)
    parts.home_page.novelty._settle()
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: parts.home_page.novelty.place == 0.5)


def test_who_wants_less_motion_gets_no_previews_by_themselves(parts: Parts, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "motion.ini"), QSettings.Format.IniFormat)
    try:
        motion.choose(settings, "reduced")
        parts.preview.hover(1)
        assert not parts.preview._timer.isActive()
        motion.choose(settings, "full")
        parts.preview.hover(2)
        assert parts.preview._timer.isActive()
    finally:
        parts.preview.leave()
        motion.choose(settings, "system")


def test_looks_and_language_change_while_a_job_runs(qtbot: Any, qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    Session.open(folder).close()
    application = Application(qapp, folder, "default", "light", "en")
    go_on, results = threading.Event(), []
    try:
        application.window.show()
        with qtbot.waitSignal(application.window.ready, timeout=20_000):
            application.open()
        first = application.window
        first.jobs.start("Long work", "test", lambda job: go_on.wait(20), results.append)
        application.choose_theme("dark")
        assert theme.is_dark()
        assert application.window is not first
        application.choose_language("zh_CN")
        window = application.window
        assert window.parts is not None
        assert window.parts.sidebar.entries()["home"].text() == "主页"
        assert [e.title for e in window.jobs.running()] == ["Long work"]
        assert not first.isVisible()
        go_on.set()
        qtbot.waitUntil(lambda: results == [True], timeout=10_000)
        qtbot.waitUntil(lambda: not application._retired, timeout=10_000)
    finally:
        go_on.set()
        application.choose_language("en")
        application.choose_theme("light")
        application.close()
