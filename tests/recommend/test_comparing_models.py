"""Impressions, what became of them, and two models that share a panel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.errors import InputError
from avrec_desktop.jobs import Job
from avrec_desktop.recommend.interleaving import preference, sign_test, team_draft
from avrec_desktop.recommend.satisfaction import wilson
from tests.recommend.small_world import DAY, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


class Clock:
    """A clock that the test turns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def impressions(world: World) -> list[tuple[int, str, str | None, int]]:
    with world.library.database.read() as db:
        rows = db.execute("SELECT item_id, shelf, model, position FROM impressions ORDER BY id").fetchall()
    return [tuple(r) for r in rows]


def test_what_is_shown_is_noted_once_a_sitting_with_model_and_place(world: World, clock: Clock) -> None:
    world.behaviour.rate("ann", 1, "like")
    panel = world.recommend.recommend("ann", 3)
    world.recommend.recommend("ann", 3)
    assert impressions(world) == [(p.item, "for-you", "content", n) for n, p in enumerate(panel.picks)]
    clock.now += 2 * 3600
    world.recommend.recommend("ann", 3)
    assert len(impressions(world)) == 6


def test_picks_of_the_other_shelves_are_noted_under_their_shelf(world: World) -> None:
    world.behaviour.rate("ann", 1, "like")
    shelves = world.recommend.shelves("ann", 3)
    noted = {(item, shelf) for item, shelf, *_ in impressions(world)}
    assert noted == {(p.item, s.key) for s in shelves for p in s.picks}


def test_acts_count_for_what_was_shown_before_them(world: World, clock: Clock) -> None:
    world.behaviour.rate("ann", 1, "like")
    a, b, c, d, e = (p.item for p in world.recommend.recommend("ann", 5).picks)
    unseen = next(i for i in range(1, 81) if i not in (a, b, c, d, e, 1))
    clock.now += 600
    world.behaviour.record("ann", a, "complete", 0.9)
    world.behaviour.record("ann", b, "skip", 0.05)
    world.behaviour.record("ann", c, "hide")
    undone = world.behaviour.record("ann", d, "like")
    world.behaviour.undo(undone.id)
    world.behaviour.record("ann", unseen, "like")
    clock.now += 2 * DAY
    world.behaviour.record("ann", e, "like")  # too late to be the panel's merit
    (outcome,) = world.recommend.satisfaction("ann").models
    assert (outcome.model, outcome.shown, outcome.accepted) == ("content", 5, 1)
    assert (outcome.played, outcome.skipped, outcome.up, outcome.down) == (2, 1, 0, 1)
    assert (outcome.acceptance, outcome.skip_rate) == (0.2, 0.5)
    assert world.recommend.satisfaction("bob").models == []


def test_weeks_are_told_apart(world: World, clock: Clock) -> None:
    world.behaviour.rate("ann", 1, "like")
    world.recommend.recommend("ann", 2)
    clock.now += 8 * DAY
    world.recommend.recommend("ann", 2)
    weeks = world.recommend.satisfaction("ann").weeks
    assert [(w.shown, w.week) for w in weeks] == [(2, w) for w in sorted({w.week for w in weeks})]
    assert len(weeks) == 2


def test_the_interval_of_a_share_is_inside_its_bounds() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(3, 10)
    assert 0.1 < low < 0.3 < high < 0.61
    assert wilson(0, 5)[0] == 0.0


def test_a_draft_is_fair_and_keeps_each_sides_order() -> None:
    first, second = list(range(10)), [5, 6, 7, 20, 21, 22, 0, 23, 24, 25]
    top = [0, 0]
    for seed in range(400):
        drafted = team_draft(first, second, 8, seed)
        rows = [row for row, _ in drafted]
        assert len(set(rows)) == 8
        teams = [team for _, team in drafted]
        assert abs(teams.count(0) - teams.count(1)) <= 1
        for team, side in enumerate((first, second)):
            own = [side.index(row) for row, t in drafted if t == team]
            assert own == sorted(own)
        top[teams[0]] += 1
    assert abs(top[0] - top[1]) < 100
    assert team_draft(first, second, 8, 3) == team_draft(first, second, 8, 3)
    assert [row for row, _ in team_draft([1], [1], 5, 0)] == [1]


def test_a_preference_needs_evidence() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(9, 1) == pytest.approx(2 * 11 / 1024)
    few = preference("a", "b", [(1, 0)] * 4)
    assert not few.decided
    clear = preference("a", "b", [(2, 0)] * 12 + [(0, 1)] * 1 + [(1, 1), (0, 0)])
    assert (clear.wins_a, clear.wins_b, clear.ties) == (12, 1, 1)
    assert clear.decided
    assert clear.low > 0.5
    even = preference("a", "b", [(1, 0), (0, 1)] * 10)
    assert not even.decided
    assert even.low < 0.5 < even.high
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        truth = rng.random()
        wins = int(rng.binomial(40, truth))
        found = preference("a", "b", [(1, 0)] * wins + [(0, 1)] * (40 - wins))
        covered += found.low <= truth <= found.high
    assert covered >= 180


def trained_pair(world: World) -> None:
    rows = [(i, "like", None, 1e9 + i) for i in (*world.of_style("strings")[:4], *world.of_style("drums")[:3])]
    world.behaviour.record_many("ann", rows)
    world.recommend.train("content-knn", "ann", Job())
    world.recommend.train("random", "ann", Job())


def test_two_models_share_the_panel_and_plays_decide(world: World, clock: Clock) -> None:
    trained_pair(world)
    pair = world.recommend.compare("ann", "content-knn", "random")
    for sitting in range(12):
        panel = world.recommend.recommend("ann", 6)
        assert panel.model == "content-knn+random"
        teams = [p.model for p in panel.picks]
        assert teams.count("content-knn") == teams.count("random") == 3
        clock.now += 60
        taken = next(p for p in panel.picks if p.model == ("random" if sitting == 5 else "content-knn"))
        world.behaviour.record("ann", taken.item, "complete", 1.0)
        clock.now += 3600
    found = world.recommend.comparison("ann")
    assert found is not None
    now, preferred = found
    assert (now.id, now.ended) == (pair.id, None)
    assert (preferred.wins_a, preferred.wins_b) == (11, 1)
    assert preferred.decided
    assert {o.model for o in world.recommend.satisfaction("ann").models} == {"content-knn", "random"}
    world.recommend.stop_comparing("ann")
    assert world.recommend.recommend("ann", 6).label_key != "shared"
    ended = world.recommend.comparison("ann")
    assert ended is not None
    assert ended[0].ended is not None
    assert ended[1] == preferred


def test_a_shared_panel_does_not_jump_within_a_sitting(world: World) -> None:
    trained_pair(world)
    world.recommend.compare("ann", "content-knn", "random")
    first = [(p.item, p.model) for p in world.recommend.recommend("ann", 6).picks]
    assert [(p.item, p.model) for p in world.recommend.recommend("ann", 6).picks] == first
    again = world.recommend.last_panel("ann")
    assert again is not None
    assert [(p.item, p.model) for p in again.picks] == first


def test_only_two_different_trained_models_can_be_compared(world: World) -> None:
    trained_pair(world)
    with pytest.raises(InputError, match="different"):
        world.recommend.compare("ann", "random", "random")
    with pytest.raises(InputError, match="not trained"):
        world.recommend.compare("ann", "random", "ease")
    assert world.recommend.comparison("ann") is None
