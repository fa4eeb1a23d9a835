"""The weights of signals in the settings: shown, changed at once, undone, reset."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


def test_weights_and_half_lives_are_changed_undone_and_reset(world: World, parts: Parts, qtbot: QtBot) -> None:
    parts.go("settings")
    editor = parts.settings_page.weights
    qtbot.waitUntil(lambda: editor.strengths["complete"].value() == 0.5)
    assert editor.strengths["stars-4"].value() == 0.6
    assert (editor.days["play"].value(), editor.days["like"].value()) == (180, 0)
    assert editor.days["like"].text() == "never fades"
    editor.strengths["complete"].setValue(0.7)
    editor.days["like"].setValue(365)
    editor.strengths["stars-4"].setValue(0.5)
    editor.days["like"].editingFinished.emit()
    weights = world.behaviour.weights
    qtbot.waitUntil(lambda: weights().complete == 0.7)
    assert weights().half_life("like") == 365
    assert weights().stars == (-1.0, -0.5, 0.1, 0.5, 1.0)
    assert weights().half_life("play") == 180
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: weights() == SignalWeights())
    qtbot.waitUntil(lambda: editor.strengths["complete"].value() == 0.5)
    editor.days["queue"].setValue(0)
    editor.days["queue"].editingFinished.emit()
    qtbot.waitUntil(lambda: weights().half_life("queue") == 0)
    editor.changed.emit(SignalWeights())
    qtbot.waitUntil(lambda: weights() == SignalWeights())
