"""Invariants of the re-ranking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avrec_desktop.api.recommend import Explanation, History, ItemFeatures, Part
from avrec_desktop.recommend.panel import Strategy, causes, newest, rerank, spread
from avrec_desktop.recommend.scorer import PENALTY, ContentScorer


def some_items(n: int, groups: list[int] | None = None, seed: int = 0) -> ItemFeatures:
    content = np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)
    content /= np.maximum(np.linalg.norm(content, axis=1, keepdims=True), 1e-9)
    at = np.array(groups, np.int32) if groups is not None else None
    return ItemFeatures(np.arange(1, n + 1), content, np.zeros((n, 0), np.float32), groups=at, added=np.arange(n) * 1.0)


@settings(deadline=None)
@given(st.data())
def test_no_row_twice_none_forbidden_and_as_many_as_there_are(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 60))
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    scores = np.array(
        data.draw(st.lists(st.floats(-5, 5, width=32) | st.just(float("nan")), min_size=n, max_size=n)), np.float32
    )
    groups = data.draw(st.lists(st.integers(-1, 4), min_size=n, max_size=n))
    limit, novelty = data.draw(st.integers(0, 20)), data.draw(st.floats(0, 1))
    liked = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=4)), np.int64)
    rows = rerank(scores, allowed, some_items(n, groups), limit, Strategy.at(novelty), None, liked)
    usable = int((allowed & np.isfinite(scores)).sum())
    assert len(rows) == len(set(rows)) == min(limit, usable)
    assert all(allowed[r] and np.isfinite(scores[r]) for r in rows)


def test_groups_are_capped_while_others_are_left() -> None:
    groups = [0] * 20 + [1 + i // 4 for i in range(20)]
    scores = np.linspace(1, 0, 40).astype(np.float32)
    rows = rerank(scores, np.ones(40, bool), some_items(40, groups), 10, Strategy())
    assert sum(groups[r] == 0 for r in rows) == Strategy().per_group
    alone = rerank(scores, np.arange(40) < 20, some_items(40, groups), 10, Strategy())
    assert len(alone) == 10


def test_without_diversity_the_order_is_that_of_the_scores() -> None:
    scores = np.random.default_rng(1).normal(size=200).astype(np.float32)
    rows = rerank(scores, np.ones(200, bool), some_items(200), 10, Strategy(diversity=0))
    assert rows == np.argsort(-scores)[:10].tolist()


def test_diversity_keeps_a_copy_from_standing_beside_its_original() -> None:
    items = some_items(30)
    items.content[1] = items.content[0]
    scores = np.linspace(1, 0.9, 30).astype(np.float32)
    scores[:2] = 1.0
    allowed = np.ones(30, bool)
    assert rerank(scores, allowed, items, 2, Strategy(diversity=0)) == [0, 1]
    assert rerank(scores, allowed, items, 2, Strategy(diversity=0.5))[1] != 1


def test_novelty_zero_is_nearer_to_the_likes_than_one() -> None:
    items, scores = some_items(300), np.random.default_rng(2).random(300).astype(np.float32)
    liked = np.array([7, 8])

    def nearness(novelty: float) -> float:
        rows = rerank(scores, np.ones(300, bool), items, 10, Strategy.at(novelty), None, liked)
        return float((items.content[rows] @ items.content[liked].T).max(axis=1).mean())

    assert nearness(0) > nearness(0.5) > nearness(1)


def test_the_selection_of_a_cold_start_reaches_every_cluster() -> None:
    items = some_items(40)
    centres = np.eye(6, dtype=np.float32)[:4]
    items.content[:] = centres[np.arange(40) % 4]
    rows = spread(items, np.ones(40, bool), 4, seed=0)
    assert {r % 4 for r in rows} == {0, 1, 2, 3}


def test_the_newest_come_first() -> None:
    assert newest(some_items(9), np.arange(9) < 8, 3) == [7, 6, 5]


def test_causes_are_liked_items_with_a_real_share() -> None:
    shares = {1: 0.8, 2: 0.5, 3: 0.4, 4: 0.1}
    parts = (*(Part("item", row, share) for row, share in shares.items()), Part("bias", "bias", 9.0))
    values = {1: 1.0, 2: -1.0, 3: 0.6, 4: 1.0, 5: 1.0}
    assert causes(Explanation(10.8, parts), values, own=5) == [1, 3]
    assert causes(Explanation(10.8, parts), values, own=1) == [3, 4]
    assert causes(None, values, own=1) == []


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 39), st.floats(-1, 1, width=32)), min_size=1, max_size=12, unique_by=lambda p: p[0]
    )
)
def test_shares_of_the_content_scorer_add_up_and_rank_as_the_scores(acts: list[tuple[int, float]]) -> None:
    scorer = ContentScorer(some_items(40))
    rows, values = zip(*acts, strict=True)
    history = History(np.array(rows), np.array(values, np.float32), np.zeros(len(rows)))
    scores = scorer.score(history)
    explained = [scorer.explain(history, item) for item in range(40)]
    totals = np.array([e.score for e in explained if e is not None])
    for explanation in explained:
        assert explanation is not None
        assert abs(sum(p.share for p in explanation.parts) - explanation.score) < 1e-5
    if np.abs(totals).max() > 1e-6:
        assert np.corrcoef(totals, scores)[0, 1] > 0.999


def test_removing_the_named_cause_lowers_the_score() -> None:
    items = some_items(40)
    scorer = ContentScorer(items)
    history = History(np.array([3, 9, 21]), np.ones(3, np.float32), np.zeros(3))
    own = int(np.argsort(-(items.content @ items.content[9]))[1])
    explanation = scorer.explain(history, own)
    assert explanation is not None
    (cause, *_) = causes(explanation, dict.fromkeys((3, 9, 21), 1.0), own)
    assert cause == 9
    without = scorer.explain(history.without([9]), own)
    assert without is not None
    assert without.score < explanation.score


def test_a_long_history_is_solved_as_a_short_one_is() -> None:
    items = some_items(60)
    rng = np.random.default_rng(4)
    values = rng.choice([-1.0, 0.5, 1.0], 40).astype(np.float32)
    history = History(np.arange(40), values, np.zeros(40))
    scorer = ContentScorer(items)
    x = items.content[:40].astype(np.float64) - items.content.mean(axis=0)
    alpha = np.linalg.solve(x @ x.T + PENALTY * np.eye(40), values.astype(np.float64))
    expected = (items.content - items.content.mean(axis=0)) @ (x.T @ alpha)
    expected /= np.abs(expected[:40]).max()
    assert np.allclose(scorer.score(history), expected, atol=1e-5)
    found = scorer.explain(history, 50, 5)
    assert found is not None
    assert sum(p.kind == "item" for p in found.parts) == 5
    assert sum(p.share for p in found.parts) == pytest.approx(found.score)
