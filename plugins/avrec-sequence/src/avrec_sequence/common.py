"""What the models of this plugin share: behaviour in its order, and samples of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from avrec_desktop.api import History, Validation
from avrec_desktop.api.behaviour import IntArray, explanation, liked, most_popular, need_likes
from avrec_desktop.api.recommend import FloatArray

if TYPE_CHECKING:
    from scipy import sparse

__all__ = [
    "FloatArray",
    "IntArray",
    "decayed_matrix",
    "explanation",
    "liked",
    "most_popular",
    "need_likes",
    "sampled",
]


def decayed_matrix(
    histories: Sequence[History], columns: IntArray, n_columns: int, decay: float
) -> sparse.csr_matrix[np.float32]:
    """Return the histories as rows in which each step back in time counts ``decay`` times as much.

    Float32 (n_histories, n_columns); the newest entry has its own value, a repeated item the sum of its entries.
    """
    from scipy import sparse

    lengths = np.array([len(h) for h in histories], np.int64)
    if not lengths.sum():
        return sparse.csr_matrix((len(histories), n_columns), dtype=np.float32)
    rows = np.repeat(np.arange(len(histories)), lengths)
    age = np.concatenate([np.arange(n - 1, -1, -1) for n in lengths])
    weights = np.concatenate([h.values for h in histories]) * np.power(float(decay), age)
    column = columns[np.concatenate([h.items for h in histories])]
    kept = (column >= 0) & (np.abs(weights) > 1e-6)
    entries = (weights[kept].astype(np.float32), (rows[kept], column[kept]))
    return sparse.csr_matrix(entries, shape=(len(histories), n_columns))


def sampled(held_out: Validation, most: int, seed: int = 0) -> Validation:
    """Return the held-out behaviour of at most ``most`` users, drawn at random but always the same ones."""
    if len(held_out.histories) <= most:
        return held_out
    rows = np.sort(np.random.default_rng(seed).permutation(len(held_out.histories))[:most]).tolist()
    picked = [held_out.histories[r] for r in rows]
    return Validation(picked, [held_out.positives[r] for r in rows], held_out.candidates)
