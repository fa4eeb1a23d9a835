"""How sure a measured figure is: bootstrap intervals and paired comparisons over users."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Resampled values held at a time, so that memory stays bounded for many users.
_CELLS = 8_000_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """Model ``b`` against model ``a`` on the same users.

    Attributes:
        difference: Mean of b minus mean of a.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        p_not_better: Share of the resamples in which b is not better than a.
    """

    difference: float
    low: float
    high: float
    p_not_better: float


def bootstrap_means(values: NDArray[np.float64], draws: int, seed: int = 0) -> NDArray[np.float64]:
    """Return the means of ``draws`` resamples with replacement, float64 (draws,)."""
    generator = np.random.default_rng(seed)
    rows = max(1, _CELLS // max(1, len(values)))
    means = [
        values[generator.integers(0, len(values), (min(rows, draws - start), len(values)))].mean(1)
        for start in range(0, draws, rows)
    ]
    return np.concatenate(means)


def confidence_interval(values: NDArray[np.float64], draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean; (nan, nan) for no values."""
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.percentile(bootstrap_means(values, draws, seed), [2.5, 97.5])
    return float(low), float(high)


def compare(a: NDArray[np.float64], b: NDArray[np.float64], draws: int = 5000, seed: int = 0) -> Comparison:
    """Return the paired bootstrap comparison of two models' values for the same users, in the same order.

    Raises:
        ValueError: The two have different lengths or are empty.
    """
    if len(a) != len(b) or not len(a):
        raise ValueError(f"cannot pair {len(a)} with {len(b)} values")
    difference = b - a
    means = bootstrap_means(difference, draws, seed)
    low, high = np.percentile(means, [2.5, 97.5])
    return Comparison(float(difference.mean()), float(low), float(high), float((means <= 0).mean()))


def sign_flip(difference: NDArray[np.float64], draws: int = 10_000, seed: int = 0) -> float:
    """Return the one-sided p value of paired differences having a mean above 0, by flipping their signs at random.

    Exact up to 13 pairs. Unlike the bootstrap it stays honest for a handful of pairs (Fisher's randomisation test;
    for its use on rankings see Smucker, Allan and Carterette, CIKM 2007).

    Args:
        difference: float64 (n,), b minus a.
        draws: Random flips for more pairs.
        seed: Seed of these.
    """
    n, seen = len(difference), float(difference.sum())
    if not n:
        return 1.0
    slack = 1e-12 * float(np.abs(difference).sum())
    if n <= 13:
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return float(((signs @ difference) >= seen - slack).mean())
    generator = np.random.default_rng(seed)
    rows = max(1, min(draws, _CELLS // n))
    hits = done = 0
    while done < draws:
        signs = generator.choice(np.array([-1.0, 1.0]), (min(rows, draws - done), n))
        hits += int(((signs @ difference) >= seen - slack).sum())
        done += len(signs)
    return (hits + 1) / (draws + 1)
