"""The window on a small real library, from folders to a like that changes the panel; also in a real X window."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel

from avrec_desktop.jobs import ComputePool, Job
from avrec_desktop.sample.recipe import recipe
from avrec_desktop.session import Session
from avrec_desktop.ui.app import Application


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight short sample clips, audio and video."""
    folder = tmp_path_factory.mktemp("media")
    clips = [dataclasses.replace(c, seconds=2.0) for c in recipe() if c.track <= 2][8:16]
    with ComputePool(2) as pool:
        work = [
            pool.submit(
                "avrec_desktop.sample.render:render",
                {"clip": dataclasses.asdict(c), "directory": str(folder)},
                timeout=90,
            )
            for c in clips
        ]
        for future in work:
            future.result()
    return folder


@pytest.fixture
def application(qapp: Any, tmp_path: Path, media: Path) -> Iterator[Application]:
    library = tmp_path / "library"
    with Session.open(library) as session:
        session.library.scan([media], Job())
        session.features.extract(["text"], job=Job())
    application = Application(qapp, library, "default", "light", "en")
    yield application
    application.close()


def _open(qtbot: Any, application: Application) -> Any:
    application.window.show()
    with qtbot.waitSignal(application.window.ready, timeout=20_000):
        application.open()
    return application.window.parts


def _play_through(qtbot: Any, application: Application) -> None:
    parts = _open(qtbot, application)
    cards = parts.home_page.grid.cards
    assert 0 < len(cards) <= 15
    assert "Not personal yet" in parts.home_page.about.text()
    item = cards[0].pick.item
    qtbot.mouseClick(cards[0].findChildren(type(parts.detail_pane.like))[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: all(c.pick.item != item for c in parts.home_page.grid.cards), timeout=10_000)
    assert application.session is not None
    assert application.session.behaviour.state("default", item).liked == 1
    assert "Not personal yet" not in parts.home_page.about.text()
    assert any(c.pick.because == [item] for c in parts.home_page.grid.cards)
    parts.actions.undo()
    qtbot.waitUntil(lambda: application.session.behaviour.state("default", item).liked == 0, timeout=10_000)


def test_like_changes_the_panel_and_can_be_undone(qtbot: Any, application: Application) -> None:
    _play_through(qtbot, application)


@pytest.mark.x11
def test_like_in_a_real_window(qtbot: Any, application: Application) -> None:
    assert application.window.windowHandle() is None or application.window.screen().name()
    _play_through(qtbot, application)
    picture = application.window.grab().toImage()
    colours = {
        picture.pixelColor(x, y).rgb() for x in range(0, picture.width(), 23) for y in range(0, picture.height(), 23)
    }
    assert len(colours) > 20


def test_library_lists_searches_and_shows_details(qtbot: Any, application: Application) -> None:
    parts = _open(qtbot, application)
    parts.go("library")
    QAbstractItemModelTester(parts.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    qtbot.waitUntil(lambda: parts.model.rowCount() == 8, timeout=10_000)
    qtbot.waitUntil(lambda: parts.model.item_at(0) is not None, timeout=10_000)
    title = parts.model.item_at(0).title
    qtbot.keyClicks(parts.library_page.search, title)
    qtbot.waitUntil(lambda: 0 < parts.model.rowCount() < 8, timeout=10_000)
    qtbot.waitUntil(lambda: parts.model.item_at(0) is not None, timeout=10_000)
    assert parts.model.item_at(0).title == title
    parts.library_page.grid.setCurrentIndex(parts.model.index(0, 0))
    qtbot.waitUntil(lambda: parts.detail_pane.title.text() == title, timeout=10_000)
    parts.library_page.search.setText("no such thing anywhere")
    qtbot.waitUntil(lambda: parts.library_page.stack.currentWidget() is parts.library_page.nothing, timeout=10_000)


def test_empty_library_shows_the_way_in(qtbot: Any, qapp: Any, tmp_path: Path) -> None:
    application = Application(qapp, tmp_path / "empty", "default", "dark", "en")
    try:
        parts = _open(qtbot, application)
        assert parts.home_page.stack.currentWidget() is parts.home_page._welcome
    finally:
        application.close()


def test_library_of_a_newer_version_is_explained(qtbot: Any, qapp: Any, tmp_path: Path) -> None:
    import sqlite3

    folder = tmp_path / "newer"
    Session.open(folder).close()
    with sqlite3.connect(folder / "library.sqlite3") as db:
        db.execute("PRAGMA user_version = 9999")
    db.close()
    application = Application(qapp, folder, "default", "light", "en")
    try:
        assert _open(qtbot, application) is None
        labels = application.window.centralWidget().findChildren(QLabel)
        assert any("newer version" in w.text() for w in labels)
    finally:
        application.close()


def test_every_control_has_a_name_for_screen_readers(qtbot: Any, application: Application) -> None:
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit, QScrollBar

    parts = _open(qtbot, application)
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)
    unnamed = []
    for page in ("home", "library", "jobs", "plugins", "settings"):
        parts.go(page)
        qtbot.waitUntil(lambda: not application.window.runner.busy, timeout=20_000)
        for widget in application.window.findChildren(object):
            if not isinstance(widget, kinds) or isinstance(widget, QScrollBar) or not widget.isVisible():
                continue
            if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName() == "qt_spinbox_lineedit":
                continue
            face = QAccessible.queryAccessibleInterface(widget)
            if not face.text(QAccessible.Text.Name):
                unnamed.append((page, type(widget).__name__, widget.objectName()))
    assert unnamed == []
