"""Clips are made while nothing else is going on, and no longer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from avrec_desktop.ui import clips
from avrec_desktop.ui.clips import AT_ONCE, ClipMaker
from avrec_desktop.ui.workers import Runner


class _Player(QObject):
    playing_changed = Signal(bool)
    playing = False


class _Jobs(QObject):
    added = Signal(object)

    def running(self) -> list[object]:
        return []


def test_clips_are_made_until_something_plays(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def make_ahead(_library: object, most: int, may_go_on) -> int:
        seen.append((most, may_go_on()))
        player.playing_changed.emit(True)
        seen.append(may_go_on)
        return 0

    monkeypatch.setattr(clips, "make_ahead", make_ahead)
    player, jobs, parent = _Player(), _Jobs(), QObject()
    maker = ClipMaker(SimpleNamespace(library=None), Runner(parent), jobs, player, parent)  # type: ignore[arg-type]
    player.playing = True
    maker.look()
    assert not maker._making, "nothing is made while something plays"
    player.playing = False
    maker.look()
    qtbot.waitUntil(lambda: not maker._making, timeout=10_000)
    assert seen[0] == (AT_ONCE, True)
    assert seen[1]() is False  # type: ignore[operator]
    maker.retire()
