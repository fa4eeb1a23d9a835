"""The shelf of a mood, and the figures under the familiar-new slider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.recommend import History, ItemFeatures
from avrec_desktop.recommend.shelves import Ground, choose
from avrec_desktop.recommend.tradeoff import POSITIONS, measure_tradeoff
from tests.recommend.small_world import DAY, World

NOON = 20_000 * DAY + DAY / 2


def _items(n: int = 60) -> ItemFeatures:
    """Two halves in content; of each, every third is calm, every third happy, the rest neither."""
    rng = np.random.default_rng(3)
    content = np.zeros((n, 8), np.float32)
    content[np.arange(n), (np.arange(n) >= n // 2).astype(int)] = 1
    content += 0.2 * rng.normal(size=content.shape).astype(np.float32)
    content /= np.linalg.norm(content, axis=1, keepdims=True)
    tags = np.zeros((n, 3), np.float32)
    tags[0::3, 0] = 0.8
    tags[1::3, 1] = 0.8
    tags[:, 2] = 0.9
    return ItemFeatures(np.arange(1, n + 1), content, tags, ("calm", "happy", "guitar"))


def _ground(items: ItemFeatures, rows: list[int], times: list[float]) -> Ground:
    history = History(np.array(rows), np.ones(len(rows), np.float32), np.array(times))
    return Ground(items, history, np.ones(len(items), bool), np.zeros(len(items), bool), NOON)


def test_the_mood_is_that_of_this_time_of_day() -> None:
    items = _items()
    # calm at noon, happy at midnight
    ground = _ground(items, [0, 1, 3, 4], [NOON - DAY, NOON - DAY * 1.5, NOON - 2 * DAY, NOON - DAY * 2.5])
    mood = next(c for c in choose(ground, [0, 1, 3, 4], 5) if c.key == "mood")
    assert mood.mood == "calm"
    assert len(mood.rows) == 5
    assert all(items.tags[r, 0] > 0.5 for r in mood.rows)


def test_without_words_for_moods_there_is_no_such_shelf() -> None:
    items = _items()
    plain = ItemFeatures(items.ids, items.content, items.tags, ("drums", "piano", "guitar"))
    ground = _ground(plain, [0, 3], [NOON - DAY, NOON - DAY])
    assert "mood" not in {c.key for c in choose(ground, [], 5)}


def test_the_slider_trades_match_for_newness() -> None:
    items = _items()
    scores = items.content[:, 0].copy()
    history = History(np.array([0, 1, 2]), np.ones(3, np.float32), np.full(3, NOON))
    allowed = np.ones(len(items), bool)
    allowed[:3] = False
    found = measure_tradeoff(scores, allowed, items, history, 6)
    assert found is not None
    assert tuple(found.positions) == POSITIONS
    middle = POSITIONS.index(0.5)
    assert found.accuracy[middle] >= found.accuracy[-1] + 0.1
    assert found.novelty[-1] > found.novelty[middle] > found.novelty[0] - 1e-6
    assert found.diversity[-1] > found.diversity[0]
    between = found.at(0.6)
    assert min(found.novelty[2:4]) <= between[2] <= max(found.novelty[2:4])


def test_nothing_to_pick_gives_no_figures() -> None:
    items = _items(6)
    history = History(np.array([0]), np.ones(1, np.float32), np.zeros(1))
    assert measure_tradeoff(np.full(6, np.nan, np.float32), np.ones(6, bool), items, history, 5) is None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    out = World(tmp_path)
    yield out
    out.close()


def test_a_glimpse_is_neither_kept_nor_counted(world: World) -> None:
    world.behaviour.ensure_profile("ann")
    world.behaviour.rate("ann", 1, "like")
    kept = world.recommend.recommend("ann", 5)
    glimpse = world.recommend.recommend("ann", 5, novelty=1.0, remember=False)
    assert [p.item for p in glimpse.picks] != [p.item for p in kept.picks]
    last = world.recommend.last_panel("ann")
    assert last is not None
    assert [p.item for p in last.picks] == [p.item for p in kept.picks]


def test_figures_come_with_the_first_like(world: World) -> None:
    assert world.recommend.tradeoff("ann") is None
    world.behaviour.rate("ann", 1, "like")
    found = world.recommend.tradeoff("ann", 5)
    assert found is not None
    assert found.novelty[-1] > found.novelty[0]


def test_shelves_go_on_from_a_panel_that_was_made_already(world: World) -> None:
    world.behaviour.rate("ann", 1, "like")
    panel = world.recommend.recommend("ann", 5)
    shelves = world.recommend.shelves("ann", 5, panel=panel)
    assert shelves[0].picks == panel.picks
    taken = {p.item for p in panel.picks}
    assert all(p.item not in taken for shelf in shelves[1:] for p in shelf.picks)


def test_a_newcomer_is_asked_about_what_differs_most(world: World) -> None:
    picks = world.recommend.first_picks("ann", 4)
    assert len({world.style(i) for i in picks}) == 4
    world.behaviour.rate("ann", picks[0], "dislike")
    assert picks[0] not in world.recommend.first_picks("ann", 80)


def test_before_analysis_a_newcomer_is_asked_about_one_of_each_group(tmp_path: Path) -> None:
    world = World(tmp_path, 40, analysed=False)
    try:
        picks = world.recommend.first_picks("ann", 5)
    finally:
        world.close()
    assert len({(i - 1) // 8 for i in picks}) == 5
