"""The details say why an item is recommended, with shares that add up, and the user can object."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from avrec_desktop.behaviour.taste import TasteEdit, TasteStore
from avrec_desktop.recommend.why import Cause, ExplanationDetail, Share
from avrec_desktop.ui.widgets.why import ShareLine, counterfactual, divided, parts_of
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


def detail(**changes: object) -> ExplanationDetail:
    values: dict[str, object] = {
        "item": 2, "model": "dot", "run": "r", "score": 2.0,
        "causes": (Cause(1, 1.0, 1.5), Cause(3, -1.0, -0.5)), "others": 0.5, "prior": 0.25,
        "edits": (Share("jazz", 0.25),), "topics": (Share("jazz", 1.0), Share("", 0.5)),
        "modalities": (Share("audio", 1.2), Share("text", 0.3)),
        "rank": 2, "candidates": 512, "without": (1,), "rank_without": 48,
    }  # fmt: skip
    return ExplanationDetail(**{**values, **changes})  # type: ignore[arg-type]


def test_shares_are_of_all_that_speaks_for_or_against() -> None:
    parts = parts_of(detail(), {1: "One", 3: "Three"})
    assert sum(abs(p.share) for p in parts) == pytest.approx(1.0)
    assert [(p.text, round(p.share, 3)) for p in parts[:2]] == [("One", 0.5), ("Three", -0.167)]
    assert [p.seed for p in parts] == [1, 3, None, None, None]
    assert [p.share for p in divided(detail().modalities)] == pytest.approx([0.8, 0.2])
    assert parts_of(detail(causes=(), others=0.0, prior=0.0, edits=()), {}) == []


def test_the_counterfactual_is_a_sentence() -> None:
    assert counterfactual(detail()) == "Without this like it would be number 48 by score, not 2."
    assert counterfactual(detail(without=(1, 3, 4))).startswith("Without these 3 likes")
    assert "still be number 2" in counterfactual(detail(rank_without=2))
    assert counterfactual(detail(without=(), rank_without=None)) == ""


def open_item(parts: Parts, qtbot: QtBot, item: int) -> None:
    parts.detail.open(item)
    runner = parts._window.runner
    qtbot.waitUntil(lambda: parts.detail.item is not None and parts.detail.item.id == item and not runner.busy)


def test_it_shows_the_causes_and_hides_when_nothing_is_known(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.explanation = detail()
    open_item(parts, qtbot, 2)
    why = parts.detail_pane.why
    assert why.isVisibleTo(parts.detail_pane)
    assert why.place.text() == "Number 2 of 512 by your taste"
    names = [line.accessibleName() for line in why.findChildren(ShareLine) if line.isVisibleTo(why)]
    assert "Anemones: 50%" in names
    assert "Cold River: −17%" in names
    assert "Sound: 80%" in names
    world.recommend.explanation = None
    open_item(parts, qtbot, 5)
    assert not why.isVisibleTo(parts.detail_pane)


def test_a_seed_is_blocked_from_its_line_and_undone(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.explanation = detail()
    open_item(parts, qtbot, 2)
    buttons = parts.detail_pane.why.findChildren(QToolButton)
    block = next(b for b in buttons if b.accessibleName() == "Don't use Anemones for recommendations")
    block.click()
    taste = TasteStore(world.behaviour)
    qtbot.waitUntil(lambda: taste.blocked_seeds("default") == [1])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: taste.blocked_seeds("default") == [])


def test_the_menu_offers_less_of_the_artist_and_undo_takes_it_back(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.explanation = detail()
    open_item(parts, qtbot, 2)
    menu = parts.detail_pane.why.tune.menu()
    artist = next(a.menu() for a in menu.actions() if a.text() == "Artist 2")
    next(a for a in artist.actions() if a.text() == "Less of it").trigger()  # type: ignore[attr-defined]
    taste = TasteStore(world.behaviour)
    qtbot.waitUntil(lambda: taste.edits("default") == [TasteEdit("artist", "Artist 2", -0.5)])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: taste.edits("default") == [])
