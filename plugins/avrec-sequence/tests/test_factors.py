"""Factors by weighted least squares: the solution, its shares, and that they find who likes what."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from avrec_desktop.api import History
from avrec_sequence.factors import ALPHA, REG, history_tastes, item_factors, moments, shares, tastes


def _table(seed: int = 0) -> sparse.csr_matrix[np.float32]:
    """Return 40 users by 30 items: everybody likes some of one half of the items."""
    rng = np.random.default_rng(seed)
    half = np.arange(30) % 2 == np.arange(40)[:, None] % 2
    return sparse.csr_matrix((half & (rng.random((40, 30)) < 0.6)).astype(np.float32))


def test_a_taste_minimises_the_weighted_squares() -> None:
    rng = np.random.default_rng(1)
    factors = rng.standard_normal((6, 3)).astype(np.float32)
    history = np.array([[1, 0, 0, 1, 0, -0.5]], np.float32)
    found = tastes(sparse.csr_matrix(history), factors, moments(factors))[0].astype(np.float64)
    weight = 1 + ALPHA * np.abs(history[0])
    # an entry of size v asks for (1 + alpha) v / (1 + alpha |v|), with the weight 1 + alpha |v|
    wanted = (1 + ALPHA) * history[0] / weight
    slope = factors.T @ (weight * (factors @ found - wanted)) + REG * 6 * found
    assert np.abs(slope).max() < 1e-4


def test_the_shares_of_a_history_add_up_to_the_score() -> None:
    factors = item_factors(_table(), 4)
    base = moments(factors)
    history = History(np.array([0, 2, 5, 2]), np.array([1, 1, -0.5, 1], np.float32), np.arange(4.0), "someone", 4.0)
    taste = history_tastes([history], factors, base)[0]
    told = shares(history.items, history.values, factors, factors[8], base)
    assert told.sum() == pytest.approx(float(taste @ factors[8]), rel=1e-4)


def test_who_likes_one_half_gets_that_half() -> None:
    table = _table()
    factors = item_factors(table, 4)
    scores = tastes(table, factors, moments(factors)) @ factors.T
    even = np.arange(30) % 2 == 0
    assert scores[::2][:, even].mean() > 3 * abs(scores[::2][:, ~even].mean())


def test_a_single_user_or_item_gives_one_factor() -> None:
    assert item_factors(sparse.csr_matrix(np.ones((1, 5), np.float32)), 8).shape == (5, 1)
    assert item_factors(sparse.csr_matrix(np.ones((5, 1), np.float32)), 8).shape == (1, 1)
