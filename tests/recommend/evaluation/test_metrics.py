"""Metrics against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.recommend.evaluation import compare, confidence_interval, metrics
from avrec_desktop.recommend.evaluation.content import item_features, title_words, year_code

TOP = np.array([[3, 1, 0, -1], [2, 4, 1, 0], [-1, -1, -1, -1]])
POSITIVES = metrics.Positives(np.array([0, 0, 1, 2]), np.array([1, 4, 2, 0]), 3, 5)


def test_ranking_metrics_by_hand():
    found = metrics.per_user(TOP, POSITIVES, cuts=(2,))
    first = 1 / math.log2(3)
    assert found["ndcg@2"] == pytest.approx([first / (1 + first), 1.0, 0.0])
    assert found["precision@2"] == pytest.approx([0.5, 0.5, 0.0])
    assert found["recall@2"] == pytest.approx([0.5, 1.0, 0.0])
    assert found["f1@2"] == pytest.approx([0.5, 2 / 3, 0.0])
    assert found["map@2"] == pytest.approx([0.25, 1.0, 0.0])
    assert found["hr@2"].tolist() == [1.0, 1.0, 0.0]
    assert found["mrr"] == pytest.approx([0.5, 1.0, 0.0])


def test_spread_metrics_by_hand():
    assert metrics.coverage(TOP, 5, k=2) == pytest.approx(4 / 5)
    assert metrics.gini(np.array([[0], [1], [2], [3]]), 4, k=1) == pytest.approx(0.0)
    assert metrics.gini(np.array([[0], [0], [0], [0]]), 4, k=1) == pytest.approx(0.75)
    popularity = np.array([0.0, 1.0, 3.0, 7.0, 0.0])
    assert metrics.novelty(TOP, popularity, 7, k=2) == pytest.approx([1.0, 2.0, 0.0])
    lift = metrics.popularity_lift(TOP, popularity, np.array([2.0, 3.0, 1.0]), k=2)
    assert lift == pytest.approx([1.0, -0.5, -1.0])


def test_diversity_and_calibration_by_hand():
    content = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], np.float32)
    assert metrics.intra_list_diversity(TOP, content, k=3) == pytest.approx([2 / 3, 2 / 3, 0.0])
    tags = content
    same = metrics.miscalibration(TOP[:1, :2], np.array([[3.0, 3.0]], np.float32), tags)
    off = metrics.miscalibration(TOP[:1, :2], np.array([[3.0, 0.0]], np.float32), tags)
    assert same == pytest.approx([0.0], abs=1e-6)
    assert off == pytest.approx([-math.log(0.99 * 0.5 + 0.01)])


def test_click_metrics_by_hand():
    scores = np.array([0.9, 0.4, 0.4, 0.1], np.float32)
    labels = np.array([True, True, False, False])
    found = metrics.click_metrics(scores, labels)
    assert found["accuracy"] == 0.75
    assert found["auc"] == pytest.approx(3.5 / 4)
    assert math.isnan(metrics.click_metrics(scores, np.ones(4, bool))["auc"])


def test_intervals_and_pairs():
    values = np.random.default_rng(1).random(400)
    low, high = confidence_interval(values)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.15)
    better = compare(values, values + 0.01)
    assert better.difference == pytest.approx(0.01)
    assert better.p_not_better == 0.0
    with pytest.raises(ValueError, match="cannot pair"):
        compare(values, values[:3])


def test_content_has_a_block_for_every_known_column():
    table = pd.DataFrame(
        {
            "item": ["a", "b", "c", "d"],
            "title": ["流浪地球 The Storm", "流浪地球二 storm", None, "Quiet"],
            "year": ["1999", None, "x", "2001"],
            "genres": ["Drama|科幻", "Drama", None, ""],
        }
    )
    features = item_features(table)
    assert features.ids.tolist() == [1, 2, 3, 4]
    assert features.tag_names == ("Drama", "科幻")
    title = features.modalities["title"]
    assert title[0] @ title[1] > 0.5
    assert title[2].any() == features.modalities["genres"][2].any() == False  # noqa: E712
    norms = np.linalg.norm(features.content, axis=1)
    assert norms[[0, 1, 3]] == pytest.approx([1, 1, 1], abs=1e-5)
    assert norms[2] == 0


def test_content_of_bare_items_is_empty_but_there():
    features = item_features(pd.DataFrame({"item": [5, 7]}))
    assert features.ids.tolist() == [5, 7]
    assert features.content.shape == (2, 1)
    assert not features.content.any()


def test_near_years_are_near():
    code = year_code(np.array([0, 1950, 1990, 1991, 1998, 2020], float))
    near = code @ code.T
    assert not code[0].any()
    assert near[2, 3] > near[2, 4] > near[2, 5]
    assert near[2, 3] == pytest.approx((math.exp(-1 / 4) + math.exp(-1 / 64)) / 2, abs=0.03)


@given(st.text(max_size=60))
def test_any_title_gives_words(title):
    assert all(word == word.lower() and word for word in title_words(title))
