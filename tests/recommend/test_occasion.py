"""What the moment does to a list: the time of day, the sitting, newness, and exploring within bounds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from avrec_desktop.api.recommend import History, ItemFeatures
from avrec_desktop.recommend.occasion import MAX_REGRET, Occasion, explored, occasion_of, seed_of
from avrec_desktop.recommend.panel import MAX_LOSS, Strategy, rerank

DAY = 86400.0
NOON = 20_000 * DAY + DAY / 2


def two_kinds(n: int = 80) -> ItemFeatures:
    """Even rows lie along the first axis, odd ones along the second."""
    rng = np.random.default_rng(0)
    content = 0.2 * rng.normal(size=(n, 8))
    content[np.arange(n), np.arange(n) % 2] += 1
    content /= np.linalg.norm(content, axis=1, keepdims=True)
    return ItemFeatures(np.arange(1, n + 1), content.astype(np.float32), np.zeros((n, 0), np.float32))


def by_hour() -> History:
    """Even rows at noon, odd ones at midnight, over ten days."""
    rows = np.arange(20)
    times = NOON - DAY * (1 + rows // 2) + np.where(rows % 2, DAY / 2, 0)
    order = np.argsort(times)
    return History(rows[order], np.ones(20, np.float32), times[order])


def share_of_even(items: ItemFeatures, occasion: Occasion) -> float:
    allowed = np.arange(len(items)) >= 20
    rows = rerank(np.ones(len(items), np.float32), allowed, items, 10, Strategy(diversity=0), occasion=occasion)
    return float(np.mean([r % 2 == 0 for r in rows]))


def test_what_fits_the_time_of_day_comes_first() -> None:
    items, history = two_kinds(), by_hour()
    assert share_of_even(items, occasion_of(items, history, NOON)) >= 0.9
    assert share_of_even(items, occasion_of(items, history, NOON + DAY / 2)) <= 0.1


def test_what_was_enjoyed_in_this_sitting_counts_more_than_the_hour() -> None:
    items, history = two_kinds(), by_hour()
    rows = np.append(history.items, [21, 23, 25, 27])
    times = np.append(history.times, NOON - np.array([3000, 2000, 1000, 100]))
    now = History(rows, np.ones(len(rows), np.float32), times)
    assert share_of_even(items, occasion_of(items, now, NOON)) <= 0.1


def test_times_that_tell_nothing_change_nothing() -> None:
    items = two_kinds()
    few = History(np.arange(3), np.ones(3, np.float32), np.full(3, NOON - DAY))
    assert occasion_of(items, few, NOON).towards is None
    same = History(np.arange(20), np.ones(20, np.float32), np.full(20, NOON - DAY))
    towards = occasion_of(items, same, NOON).towards
    assert towards is not None
    assert np.abs(towards).max() < 1e-6
    untimed = History(np.arange(20), np.ones(20, np.float32), np.zeros(20))
    assert occasion_of(items, untimed, NOON).towards is None


def test_of_equals_the_newer_one_comes_first_and_an_old_library_is_left_alone() -> None:
    items = two_kinds()
    added = np.full(len(items), NOON - 900 * DAY)
    added[33] = NOON - DAY
    fresh = ItemFeatures(items.ids, items.content, items.tags, added=added)
    scores = np.ones(len(items), np.float32)
    allowed = np.ones(len(items), bool)
    assert rerank(scores, allowed, fresh, 5, Strategy(diversity=0), occasion=Occasion(NOON))[0] == 33
    assert np.abs(Occasion(NOON).lift(fresh, np.array([1, 2]), 0.3, 0.05)).max() < 1e-6


def pool(n: int = 200, d: int = 8) -> tuple[ItemFeatures, np.ndarray]:
    rng = np.random.default_rng(2)
    content = rng.normal(size=(n, d))
    content /= np.linalg.norm(content, axis=1, keepdims=True)
    return ItemFeatures(np.arange(n), content.astype(np.float32), np.zeros((n, 0), np.float32)), rng.random(n)


def test_exploring_costs_no_more_than_its_bound_and_repeats_itself() -> None:
    items, relevance = pool()
    relevance = relevance.astype(np.float32)
    rows = np.argsort(-relevance)[:10].tolist()
    history = History(np.array([3, 4]), np.ones(2, np.float32), np.zeros(2))
    changed = 0
    for seed in range(60):
        out = explored(rows, np.arange(200), relevance, items, history, 2, seed)
        assert out == explored(rows, np.arange(200), relevance, items, history, 2, seed)
        assert out[:8] == rows[:8]
        assert len(set(out)) == 10
        assert all(relevance[a] >= relevance[b] - MAX_REGRET - 1e-6 for a, b in zip(out, rows, strict=True))
        changed += out != rows
    assert changed >= 30


def test_what_is_well_known_is_explored_less() -> None:
    items, relevance = pool()
    relevance = (0.9 + 0.1 * relevance).astype(np.float32)
    rows = np.argsort(-relevance)[:10].tolist()

    def replaced(known: int) -> int:
        history = History(np.arange(known), np.ones(known, np.float32), np.zeros(known))
        return sum(
            explored(rows, np.arange(200), relevance, items, history, 1, seed)[-1] != rows[-1] for seed in range(200)
        )

    def cost(known: int) -> float:
        history = History(np.arange(known), np.ones(known, np.float32), np.zeros(known))
        last = [explored(rows, np.arange(200), relevance, items, history, 1, s)[-1] for s in range(200)]
        return float(np.mean(relevance[rows[-1]] - relevance[last]))

    assert replaced(1) > 100
    assert cost(200) < cost(1)


def test_over_sixty_lists_exploring_costs_hardly_any_likes() -> None:
    """Two kinds of content, one of which the user likes more than the other, unknown at first."""
    items = two_kinds(400)
    rng = np.random.default_rng(1)
    truth = np.where(np.arange(400) % 2, 0.9, 0.3)

    def liked_per_list(explore: bool) -> float:
        seen, values, got = [0, 2], [1.0, 1.0], []
        for day in range(60):
            history = History(np.array(seen), np.array(values, np.float32), np.zeros(len(seen)))
            x = items.content[history.items]
            weight = np.linalg.solve(x.T @ x + np.eye(8), x.T @ np.where(history.values > 0, 1.0, -1.0))
            scores = (items.content @ weight).astype(np.float32)
            allowed = ~np.isin(np.arange(400), seen)

            def try_(
                rows: list[int], pool: np.ndarray, relevance: np.ndarray, h: History = history, day: int = day
            ) -> list[int]:
                return explored(rows, pool, relevance, items, h, 1, seed_of("ann", day * DAY))

            rows = rerank(scores, allowed, items, 5, Strategy(), explore=try_ if explore else None)
            for row in rows:
                like = rng.random() < truth[row]
                seen.append(row)
                values.append(1.0 if like else -0.2)
                got.append(like)
        return float(np.mean(got))

    assert liked_per_list(explore=True) >= liked_per_list(explore=False) - 0.02


def relevance_of(scores: np.ndarray, pool: int) -> np.ndarray:
    """Return the scores on the scale of the best ``pool`` of them, from 0 to 1."""
    low = np.sort(scores)[-pool:].min()
    return np.asarray((scores - low) / max(float(scores.max() - low), 1e-9))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.floats(0.0, 3.0), st.floats(0.0, 2.0), st.floats(0.5, 8.0))
def test_whatever_the_moment_says_a_list_loses_no_more_than_its_bound(
    seed: int, moment: float, freshness: float, peak: float
) -> None:
    rng = np.random.default_rng(seed)
    items = two_kinds(200)
    items = ItemFeatures(items.ids, items.content, items.tags, added=NOON - DAY * rng.exponential(20, 200))
    scores = (rng.random(200) ** peak).astype(np.float32)
    towards = rng.normal(size=8).astype(np.float32)
    allowed = np.ones(200, bool)
    strategy = Strategy(moment=moment, freshness=freshness)
    plain = rerank(scores, allowed, items, 10, strategy)
    lifted = rerank(scores, allowed, items, 10, strategy, occasion=Occasion(NOON, towards))
    relevance = relevance_of(scores, strategy.candidates(10))
    assert relevance[lifted].mean() >= relevance[plain].mean() - MAX_LOSS - 1e-5


def test_in_a_replay_without_habits_the_weights_of_the_panel_cost_next_to_nothing() -> None:
    """People act at any hour; the panel with all its weights is asked for each next like, as is one without them."""
    rng = np.random.default_rng(4)
    items = two_kinds(300)
    items = ItemFeatures(items.ids, items.content, items.tags, added=NOON - DAY * rng.exponential(60, 300))
    found: dict[bool, list[float]] = {True: [], False: []}
    for person in range(40):
        taste = items.content @ rng.normal(size=8)
        chances = np.exp(3 * taste)
        rows = rng.choice(300, 30, replace=False, p=chances / chances.sum())
        times = NOON + np.sort(rng.random(30)) * 20 * DAY
        scores = (taste + 0.3 * rng.normal(size=300)).astype(np.float32)  # a model that knows the taste, not quite
        for k in range(20, 30):
            history = History(rows[:k], np.ones(k, np.float32), times[:k])
            allowed = ~np.isin(np.arange(300), history.items)
            settings_ = Strategy.at(0.5)
            seed = seed_of(str(person), times[k])

            def try_(
                chosen: list[int], pool: np.ndarray, wanted: np.ndarray, h: History = history, s: int = seed
            ) -> list[int]:
                return explored(chosen, pool, wanted, items, h, 1, s)

            for full in (True, False):
                occasion = occasion_of(items, history, float(times[k])) if full else None
                listed = rerank(
                    scores, allowed, items, 10, settings_, occasion=occasion, explore=try_ if full else None
                )
                found[full].append(float(rows[k] in listed))
    with_weights, without = np.mean(found[True]), np.mean(found[False])
    assert without > 0.1  # the replay can tell
    assert with_weights >= without - MAX_LOSS * without - 0.02
