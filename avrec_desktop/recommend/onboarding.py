"""What to ask a newcomer about: a few items that differ most, by content where it is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import joined
from avrec_desktop.recommend.panel import spread


def diverse_rows(items: ItemFeatures, allowed: NDArray[np.bool_], n: int, seed: int = 0) -> list[int]:
    """Choose rows that are far apart, so that a like or dislike of each says most.

    By content (farthest-first) as far as the analysis has come; the rest one of each artist, series or folder, those
    of the largest groups first, as they say most about the library.

    Args:
        items: The items.
        allowed: bool (n_items,), what may be asked about.
        n: How many.
        seed: Of the order within groups.
    """
    known = allowed & joined.known(items.content)
    chosen = spread(items, known, n, seed) if known.any() else []
    if len(chosen) >= n:
        return chosen
    rest = np.flatnonzero(allowed & ~known)
    rest = np.random.default_rng(seed).permutation(rest)
    groups = items.groups[rest] if items.groups is not None else np.full(len(rest), -1)
    taken = set(items.groups[chosen].tolist()) if items.groups is not None and chosen else set()
    _, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    nth = np.zeros(len(rest), np.int64)  # how many of its group stand before each row
    order = np.argsort(inverse, kind="stable")
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    nth[order] = np.arange(len(rest)) - starts
    nth = np.where(np.isin(groups, list(taken)) & (groups >= 0), nth + 1, nth)
    best = np.lexsort((-sizes[inverse], nth))
    return chosen + [int(r) for r in rest[best[: n - len(chosen)]]]
