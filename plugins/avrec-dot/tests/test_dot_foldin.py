"""Long histories are solved in the width of the vectors, with the same result."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_dot.foldin import FoldIn, Strength


@pytest.mark.parametrize("n", [1, 11, 12, 13, 60])
def test_both_ways_of_solving_agree(n: int) -> None:
    rng = np.random.default_rng(n)
    features = rng.normal(size=(200, 12)).astype(np.float32)
    fold, strength = FoldIn(features), Strength(fade=0.97)
    rows = rng.permutation(200)[:n]
    values = rng.choice(np.array([1.0, 0.4, -1.0], np.float32), n)
    alpha = fold.weights(rows, values, strength)
    scale = fold._scale(values, strength)
    kernel = (fold.features[rows] * scale) @ (fold.features[rows] * scale).T
    fade = strength.fade ** np.arange(n)[::-1]
    certainty = np.abs(values) * np.where(values > 0, 1.0, strength.dislike) * fade
    np.testing.assert_allclose((kernel + np.diag(1 / certainty)) @ alpha, np.sign(values), atol=1e-4)


def test_another_history_is_not_answered_with_the_last_one() -> None:
    fold, rows = FoldIn(np.eye(6, dtype=np.float32)), np.array([0, 1])
    first = fold.weights(rows, np.array([1, 1], np.float32), Strength())
    other = fold.weights(rows, np.array([1, -1], np.float32), Strength())
    assert first[1] > 0 > other[1]
