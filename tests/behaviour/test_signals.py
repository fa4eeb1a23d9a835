"""Arithmetic of preferences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.behaviour.signals import Preferences, SignalWeights, believable, strengths

NOW = 1_700_000_000.0
DAY = 86400.0
PLAIN = SignalWeights(half_life_days=0)
KINDS = ("rate", "like", "dislike", "none", "play", "skip", "complete", "hide", "unhide", "queue")


def prefs(*acts: tuple[int, str, float | None], weights: SignalWeights = PLAIN, age: float = 0.0) -> Preferences:
    items, kinds, values = zip(*acts, strict=True)
    times = NOW - age + np.arange(len(acts), dtype=float) * 1e-3
    numbers = np.array([np.nan if v is None else v for v in values])
    return strengths(np.array(items, np.int64), np.array(kinds, np.str_), numbers, times, weights, NOW + 1)


def value(*acts: tuple[str, float | None], weights: SignalWeights = PLAIN, age: float = 0.0) -> float:
    found = prefs(*((1, kind, v) for kind, v in acts), weights=weights, age=age)
    return float(found.values[0]) if len(found) else 0.0


@pytest.mark.parametrize(("stars", "strength"), [(1, -1.0), (2, -0.5), (3, 0.1), (4, 0.6), (5, 1.0)])
def test_stars_become_the_documented_strengths(stars: float, strength: float) -> None:
    assert value(("rate", stars)) == pytest.approx(strength)


def test_a_completion_counts_about_half_a_like_and_more_plays_raise_it() -> None:
    once, often = value(("complete", 1.0)), value(*[("complete", 1.0)] * 6)
    assert 0.4 <= once <= 0.6
    assert once < often < PLAIN.implicit_limit < value(("like", None))


def test_partial_plays_are_graded_and_early_skips_are_weakly_negative() -> None:
    assert 0 < value(("play", 0.3)) < value(("play", 0.6)) < value(("complete", 0.9))
    assert -0.26 <= value(("skip", 0.0)) < value(("skip", 0.15)) < 0


def test_a_statement_overrules_what_was_played() -> None:
    assert value(("dislike", None), *[("complete", 1.0)] * 9) == pytest.approx(-1.0)
    assert value(("skip", 0.0), ("like", None)) == pytest.approx(1.0)


def test_the_last_statement_wins_and_none_gives_way_to_plays() -> None:
    assert value(("like", None), ("rate", 2)) == pytest.approx(-0.5)
    assert value(("like", None), ("none", None)) == 0.0
    assert value(("complete", 1.0), ("like", None), ("none", None)) == value(("complete", 1.0))


def test_unhide_takes_back_hiding_but_no_like() -> None:
    assert value(("hide", None)) < 0
    assert value(("hide", None), ("unhide", None)) == 0.0
    assert value(("hide", None), ("like", None), ("unhide", None)) == pytest.approx(1.0)


def test_implicit_signals_fade_by_half_life_and_statements_do_not() -> None:
    weights = SignalWeights(half_life_days=100)
    fresh, old = (value(("queue", None), weights=weights, age=a) for a in (0.0, 100 * DAY))
    # the sum is squashed after fading
    assert np.arctanh(old / 0.9) == pytest.approx(np.arctanh(fresh / 0.9) / 2, rel=1e-4)
    assert value(("like", None), weights=weights, age=1000 * DAY) == pytest.approx(1.0)


def test_items_come_oldest_first_by_their_last_act() -> None:
    found = prefs((7, "like", None), (3, "like", None), (7, "complete", 1.0))
    assert found.item_ids.tolist() == [3, 7]


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(KINDS), st.floats(0, 5) | st.none()), min_size=1, max_size=60)
)
def test_strengths_stay_in_bounds_with_one_entry_for_each_item(acts: list[tuple[int, str, float | None]]) -> None:
    acts = [(i, k, None if v is None else (max(1.0, v) if k == "rate" else min(1.0, v))) for i, k, v in acts]
    found = prefs(*acts)
    assert np.isfinite(found.values).all() and (np.abs(found.values) <= 1).all()
    assert len(set(found.item_ids.tolist())) == len(found)
    assert set(found.item_ids.tolist()) <= {i for i, _, _ in acts}
    assert (np.diff(found.times) >= 0).all()


def test_weights_survive_json_and_ignore_unknown_names() -> None:
    weights = SignalWeights(like=0.9, stars=(-1.0, -0.4, 0.0, 0.5, 0.9))
    assert SignalWeights.from_dict(weights.to_dict() | {"of_a_newer_version": 3}) == weights


def test_each_kind_of_act_fades_by_its_own_half_life() -> None:
    items, times = np.array([1, 2, 3, 4]), np.zeros(4)
    kinds, values = np.array(["like", "complete", "skip", "rate"]), np.array([np.nan, 1.0, 0.0, 5.0])
    weights = SignalWeights(half_lives={"like": 10.0, "complete": 20.0, "skip": 0.0})
    now = 20 * 86400.0
    found = strengths(items, kinds, values, times, weights, now)
    got = dict(zip(found.item_ids.tolist(), found.values.tolist(), strict=True))
    assert got[1] == pytest.approx(0.25)
    assert got[2] == pytest.approx(0.9 * np.tanh(0.25 / 0.9))
    assert got[3] == pytest.approx(0.9 * np.tanh(-0.25 / 0.9))
    assert got[4] == pytest.approx(1.0), "a rating does not fade unless it is told to"
    assert SignalWeights.from_dict(weights.to_dict()) == weights


def test_what_was_searched_for_counts_more_than_what_was_only_played() -> None:
    assert value(("play", 0.5)) < value(("play", 0.5), ("search", None)) < PLAIN.implicit_limit
    fading = SignalWeights(half_lives={"search": 10.0, "play": 0.0})
    later = value(("play", 0.5), ("search", None), weights=fading, age=1000 * DAY)
    assert later == pytest.approx(value(("play", 0.5)), abs=1e-3)


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([1, 90, 3, 4], [1, 3, 3, 4]),
        ([1, 90, 95], [1, 10, 10]),
        ([5, 1, 2, 6], [5, 5, 5, 6]),
        ([5, 90, 2, 6], [5, 5, 5, 6]),
        ([], []),
    ],
)
def test_times_of_a_wrong_clock_are_mended_from_those_around_them(said: list[float], believed: list[float]) -> None:
    assert believable(np.array(said, float), 10.0).tolist() == believed
