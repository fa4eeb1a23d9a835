"""Previews in the library's grid: by pointer and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.library.strips import COLUMNS, FRAMES
from avrec_desktop.ui.delegates import CardDelegate
from avrec_desktop.ui.seekbar import Filmstrip
from avrec_desktop.ui.window import Parts


@pytest.fixture
def grid(qtbot: QtBot, parts: Parts) -> Parts:
    """A window whose library grid is on show with its items fetched."""
    parts.go("library")
    qtbot.waitUntil(lambda: parts.model.item_at(0) is not None)
    QApplication.processEvents()
    return parts


def _row_of_film(parts: Parts) -> int:
    return parts.model.row_of(3)


def _move(parts: Parts, row: int, share: float = 0.5) -> None:
    view = parts.library_page.grid
    box = view.visualRect(parts.model.index(row, 0))
    place = QPointF(box.left() + share * box.width(), box.top() + 30)
    no = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, place, no, no, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), event)


def _delegate(parts: Parts) -> CardDelegate:
    delegate = parts.library_page.grid.itemDelegate()
    assert isinstance(delegate, CardDelegate)
    return delegate


def test_the_card_under_the_pointer_is_previewed_until_it_leaves(grid: Parts) -> None:
    _move(grid, 1)
    assert grid.preview.current == int(grid.model.ids[1])
    _move(grid, 2)
    assert grid.preview.current == int(grid.model.ids[2])
    QApplication.sendEvent(grid.library_page.grid.viewport(), QEvent(QEvent.Type.Leave))
    assert grid.preview.current == 0


def test_frames_and_reasons_are_shown_on_the_card(grid: Parts) -> None:
    _move(grid, 1)
    item = grid.preview.current
    image = QImage(32, 18, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    grid.preview.frame.emit(image)
    overlay = _delegate(grid).overlay
    assert overlay is not None
    assert overlay.item_id == item
    box = grid.library_page.grid.visualRect(grid.model.index(1, 0))
    shown = grid.library_page.grid.viewport().grab(box).toImage()
    middle = shown.pixelColor(QPoint(shown.width() // 2, 40))
    assert (middle.red(), middle.green()) == (255, 0)
    grid.preview.failed.emit(item, "the drive is away")
    overlay = _delegate(grid).overlay
    assert overlay is not None
    assert "the drive is away" in overlay.note
    grid.preview.leave()
    assert _delegate(grid).overlay is None


def test_the_pointer_goes_through_a_film(grid: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = QPixmap(COLUMNS * 8, FRAMES // COLUMNS * 6)
    sheet.fill(Qt.GlobalColor.blue)
    monkeypatch.setattr(grid.strips, "get", lambda item: Filmstrip(sheet))
    row = _row_of_film(grid)
    _move(grid, row, 0.2)
    _move(grid, row, 0.8)
    overlay = _delegate(grid).overlay
    assert overlay is not None
    assert overlay.progress == pytest.approx(0.8, abs=0.02)
    sought: list[float] = []
    monkeypatch.setattr(grid.preview, "scrub", sought.append)
    grid.hover._rested()
    assert sought == [pytest.approx(0.8, abs=0.02)]


def test_keys_preview_too(qtbot: QtBot, grid: Parts) -> None:
    grid._window.activateWindow()
    qtbot.waitUntil(grid._window.isActiveWindow)
    view = grid.library_page.grid
    view.setFocus()
    view.setCurrentIndex(grid.model.index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert grid.preview.current == int(grid.model.ids[1])
