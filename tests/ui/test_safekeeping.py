"""Backup and restoration from the window, and folders that are watched while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from avrec_desktop.jobs.events import EventBus
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.ui.app import Application
from avrec_desktop.ui.window import Parts
from tests.library import media_factory
from tests.ui.conftest import TITLES, World, fill


def test_a_backup_is_written_and_offered(qtbot: QtBot, parts: Parts, tmp_path: Path) -> None:
    with qtbot.waitSignal(parts.keeping.told) as told:
        parts.keeping.back_up(tmp_path / "b.zip")
    assert "8 items" in told.args[0]
    wanted: list[Path] = []
    parts._window.restore_wanted.connect(wanted.append)
    parts.keeping.offer(tmp_path / "b.zip")
    qtbot.waitUntil(lambda: parts.keeping.question is not None)
    box = parts.keeping.question
    assert box is not None
    assert "8 items" in box.text()
    next(b for b in box.buttons() if box.buttonRole(b) == QMessageBox.ButtonRole.AcceptRole).click()
    assert wanted == [tmp_path / "b.zip"]
    (tmp_path / "x.zip").write_text("no")
    with qtbot.waitSignal(parts.keeping.problem) as problem:
        parts.keeping.offer(tmp_path / "x.zip")
    assert "no backup" in problem.args[0]


@pytest.fixture
def application(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Application]:
    library = Library.open(tmp_path / "lib", events=EventBus())
    fill(library, TITLES)
    library.close()
    made = Application(qapp, tmp_path / "lib", "default", "light", "en")
    made.open()
    qtbot.waitUntil(lambda: made.window.parts is not None, timeout=30_000)
    yield made
    made.close()
    made.window.deleteLater()


def test_a_restored_backup_is_opened_in_the_place_of_the_library(
    qtbot: QtBot, application: Application, tmp_path: Path
) -> None:
    assert application.session is not None
    application.window.parts.keeping.back_up(tmp_path / "b.zip")  # type: ignore[union-attr]
    qtbot.waitUntil((tmp_path / "b.zip").exists)
    qtbot.waitUntil(lambda: not application.window.runner.busy, timeout=30_000)
    application.session.library.edit([1], {"title": "Changed since"})
    for source, title in (("none.zip", "Changed since"), ("b.zip", "Anemones")):
        old = application.window
        application.restore(tmp_path / source)
        assert application.window is not old
        qtbot.waitUntil(lambda: application.window.parts is not None, timeout=30_000)
        assert application.session is not None
        assert application.session.library.item(1).title == title
    assert len(list(tmp_path.glob("lib-before-*"))) == 1


def test_new_files_come_by_themselves_and_the_wish_is_kept(
    qtbot: QtBot, empty_world: World, open_window: Callable[[World], Parts], tmp_path: Path
) -> None:
    music = tmp_path / "music"
    music.mkdir()
    empty_world.library.add_folder(music)
    parts = open_window(empty_world)
    qtbot.waitUntil(lambda: [s.state for s in parts.watching.watcher.states()] == ["watching"], timeout=30_000)
    media_factory.make_audio(music / "new.wav")
    qtbot.waitUntil(lambda: empty_world.library.count(ItemQuery("new")) == 1, timeout=30_000)
    parts.go("settings")
    qtbot.waitUntil(lambda: not parts._window.runner.busy, timeout=30_000)
    assert parts.settings_page.watch.isChecked()
    parts.settings_page.watch.click()
    qtbot.waitUntil(lambda: not parts._window.runner.busy, timeout=30_000)
    assert parts.watching.watcher._thread is None


def test_a_damaged_library_offers_a_backup(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(tmp_path / "lib", events=EventBus())
    fill(library, TITLES)
    library.backup(tmp_path / "b.zip", Job())
    library.close()
    file = tmp_path / "lib" / "library.sqlite3"
    file.write_bytes(b"Z" * file.stat().st_size)
    (tmp_path / "x.zip").write_text("no")
    application = Application(qapp, tmp_path / "lib", "default", "light", "en")

    def button() -> list[QPushButton]:
        page = application.window.centralWidget()
        assert page is not None
        return page.findChildren(QPushButton)

    with qtbot.waitSignal(application.window.ready, timeout=30_000):
        application.open()
    for name in ("x.zip", "b.zip"):
        assert [b.text() for b in button()] == ["Restore a backup"]
        chosen = (str(tmp_path / name), "")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, chosen=chosen: chosen)
        button()[0].click()
        with qtbot.waitSignal(application.window.ready, timeout=30_000):
            pass
    assert application.session is not None
    assert application.session.library.item(1).title == "Anemones"
    (kept,) = tmp_path.glob("lib-before-*")
    assert (kept / "library.sqlite3").read_bytes().startswith(b"ZZZZ")
    application.close()
    application.window.deleteLater()
