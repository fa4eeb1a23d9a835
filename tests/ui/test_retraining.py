"""Models are trained by themselves when enough has changed and the machine has time."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from avrec_desktop.ui import automation
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automation, "QUIET", 10)
    monkeypatch.setattr(automation, "AGAIN", 20)


def busy(monkeypatch: pytest.MonkeyPatch, *answers: bool) -> list[bool]:
    """Have the machine be busy or not, in turn; the last answer stays."""
    left = list(answers)
    monkeypatch.setattr(automation, "machine_is_busy", lambda: left.pop(0) if len(left) > 1 else left[0])
    return left


def test_enough_acts_train_when_the_machine_has_time(
    world: World, parts: Parts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = busy(monkeypatch, True, True, False)
    world.recommend.due = True
    world.behaviour.rate("default", 1, "like")
    qtbot.waitUntil(lambda: world.recommend.trained == 1)
    assert left == [False], "it looked again while the machine was busy"


def test_too_few_acts_train_nothing(world: World, parts: Parts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(monkeypatch, False)
    looked: list[bool] = []
    monkeypatch.setattr(type(world.recommend), "retraining_due", lambda *_, **__: bool(looked.append(True)))
    world.behaviour.rate("default", 1, "like")
    qtbot.waitUntil(lambda: looked == [True])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    assert world.recommend.trained == 0


def test_a_machine_that_is_always_busy_is_not_waited_for_for_ever(
    world: World, parts: Parts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(monkeypatch, True)
    monkeypatch.setattr(automation, "PATIENCE", 60)
    world.recommend.due = True
    world.behaviour.rate("default", 1, "like")
    qtbot.waitUntil(lambda: world.recommend.trained == 1)


def test_a_run_that_does_not_serve_is_told(
    world: World, parts: Parts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(monkeypatch, False)
    world.recommend.due, world.recommend.promoted = True, False
    with qtbot.waitSignal(parts.automation.told) as told:
        world.behaviour.rate("default", 1, "like")
    assert told.args == ["The new training was not better, so the model of before goes on."]
