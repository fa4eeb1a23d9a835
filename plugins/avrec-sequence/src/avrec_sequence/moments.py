"""When a step was taken: what the sequence networks read beside the items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_sequence.common import FloatArray

#: Users per moment that is learnt; with fewer, a moment would be the name of a user.
USERS_PER_MOMENT = 32
#: Logarithm of the number of steps that is read as nothing.
_USUAL = 4.0


def moments_of(times: NDArray[np.float64], n_users: int, most: int) -> NDArray[np.float64]:
    """Return moments between which equally much was done, ascending and different.

    Args:
        times: When each positive step was taken, seconds; 0 when unknown.
        n_users: Number of users with such steps.
        most: Most moments.

    Returns:
        float64 (m,), at least one; one means that the time says nothing.
    """
    known = times[times > 0]
    count = min(most, n_users // USERS_PER_MOMENT)
    if count < 2 or not len(known):
        return np.zeros(1)
    return np.unique(np.quantile(known, np.linspace(0, 1, count)))


def places(times: NDArray[np.float64], moments: NDArray[np.float64]) -> FloatArray:
    """Return where times lie among the moments, 0 to m - 1, float32; an unknown one counts as the last."""
    known = np.where(times > 0, times, moments[-1])
    return np.interp(known, moments, np.arange(len(moments))).astype(np.float32)


def levels(counts: NDArray[np.int64]) -> FloatArray:
    """Return the number of steps taken so far on a scale near 0, float32."""
    return (np.log1p(counts) / _USUAL - 1).astype(np.float32)


def context(place: FloatArray, level: FloatArray, n_moments: int) -> FloatArray:
    """Return the columns that the networks read, float32 (..., m + 2).

    Each moment's share (linear between two moments), the level, and its square; as the layer ``Context`` has them.
    """
    shares = np.maximum(0, 1 - np.abs(place[..., None] - np.arange(n_moments, dtype=np.float32)))
    return np.concatenate([shares, level[..., None], level[..., None] ** 2], axis=-1).astype(np.float32)
