"""What the start of the window loads and makes, and what waits until it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from avrec_desktop.library import watcher
from avrec_desktop.ui import theme
from avrec_desktop.ui.later import LaterPages
from avrec_desktop.ui.window import PAGES, Parts
from tests.ui.conftest import World

ROOT = Path(__file__).resolve().parents[2]
LATER = ("duplicates", "understanding", "insights", "jobs", "plugins", "settings", "imports")


def test_the_first_window_needs_neither_the_library_nor_the_player() -> None:
    code = "import sys, avrec_desktop.ui.app; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "PySide6.QtWidgets" in loaded
    assert loaded.isdisjoint({"numpy", "sqlite3", "msgpack", "pluggy", "PySide6.QtMultimedia"})
    assert loaded.isdisjoint({"avrec_desktop.ui.window", "avrec_desktop.session", "avrec_desktop.api.features"})


def test_one_set_of_icons_is_read() -> None:
    theme.icon("heart")
    assert list(theme._icon_font().charmap) == ["mdi6"]


def test_pages_are_made_when_they_are_first_shown(qtbot: QtBot, parts: Parts) -> None:
    assert not [name for name in LATER if parts.made(name)]
    before = parts.stack.count()
    for n, name in enumerate(LATER, 1):
        parts.show_page(name)
        assert parts.shown() == name
        assert parts.stack.count() == before + n
        assert parts.page(name) is getattr(parts, f"{name}_page") is parts.stack.currentWidget()
    for name in PAGES:
        parts.go(name)
    assert parts.stack.count() == before + len(LATER)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


@pytest.mark.parametrize("name", ["searches", "understanding", "analysis", "privacy", "settings"])
def test_a_controller_that_is_named_comes_with_its_page(parts: Parts, name: str) -> None:
    first = getattr(parts, name)
    assert getattr(parts, name) is first
    assert [n for n in LATER if parts.made(n)] == [
        {"searches": "understanding", "understanding": "understanding", "analysis": "jobs"}.get(name, "settings")
    ]


def test_a_page_that_is_made_late_shows_what_happened_before(qtbot: QtBot, parts: Parts, world: World) -> None:
    watcher.set_on(world.library, True)
    parts.watching.start()
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    with qtbot.waitSignal(parts._window.jobs.ended):
        parts._window.jobs.start("Something", "sample", lambda _: None)
    assert not parts.made("settings")
    assert not parts.made("jobs")
    assert parts.settings_page.watch.isChecked()
    assert parts.jobs_page._rows.count() == 2  # the job and the space below
    parts.watching.close()


def test_windows_know_all_pages() -> None:
    assert {n for n in PAGES if not hasattr(LaterPages, f"{n}_page")} == {"home", "library", "playlists"}
