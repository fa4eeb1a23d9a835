"""What is particular to this moment: the time of day, the sitting, what is new, and a little exploring."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, ItemFeatures

_DAY, _HOUR = 86400.0, 3600.0
#: Width of "about this time of day" in hours, half-life of what is read from it in days.
_HOURS, _HALF_LIFE = 3.0, 30.0
#: What was enjoyed within so many seconds belongs to this sitting; it counts so much beside the time of day.
_SITTING, _SITTING_WEIGHT = 2 * _HOUR, 5.0
#: Fewest enjoyed items with a time from which times say anything.
_ENOUGH = 8
#: Half-life of being new, days.
_NEW_HALF_LIFE = 14.0
#: Penalty of the regression whose uncertainty is explored, and the spread of a guess about an unknown direction, both
#: on the scale of relevance (0 to 1).
_PENALTY, _SPREAD = 1.0, 0.6
#: What a place that is given to exploring may cost at most, as a share of the range of relevance.
MAX_REGRET = 0.25
#: Newest acts that tell what is known of the taste.
_MAX_HISTORY = 200


@dataclass(frozen=True)
class Occasion:
    """What the re-ranking knows of the moment.

    Attributes:
        now: Seconds since the epoch.
        towards: float32 (d,), the direction of content that what is enjoyed at such moments has beyond what is enjoyed
            on the whole, or None where times do not tell.
    """

    now: float
    towards: NDArray[np.float32] | None = None

    def lift(self, items: ItemFeatures, rows: NDArray[np.int64], fit: float, fresh: float) -> NDArray[np.float32]:
        """Return what the moment adds to the relevance of rows, float32 (n,).

        Args:
            items: The items.
            rows: The rows.
            fit: Weight of fitting the moment.
            fresh: Weight of having come into the library just now; half of it after two weeks.
        """
        out = np.zeros(len(rows), np.float32)
        if self.towards is not None and fit:
            out += np.float32(fit) * np.clip(np.asarray(items.content[rows]) @ self.towards, -1, 1)
        if items.added is not None and fresh and self.now:
            age = np.maximum(0.0, self.now - items.added[rows]) / _DAY
            known = items.added[rows] > 0
            out += (fresh * known * 0.5 ** (age / _NEW_HALF_LIFE)).astype(np.float32)
        return out


def occasion_of(items: ItemFeatures, history: History, now: float) -> Occasion:
    """Return the occasion of a moment.

    Where everything was enjoyed at the same hours, or nothing within this sitting, the direction vanishes.
    """
    good = (history.values > 0) & (history.times > 0)
    if now <= 0 or int(good.sum()) < _ENOUGH:
        return Occasion(now)
    ago = np.maximum(0.0, now - history.times[good])
    apart = np.abs((ago + _DAY / 2) % _DAY - _DAY / 2) / _HOUR
    base = history.values[good].astype(np.float64)
    here = base * (np.exp(-0.5 * (apart / _HOURS) ** 2) * 0.5 ** (ago / _DAY / _HALF_LIFE))
    here += base * _SITTING_WEIGHT * (ago < _SITTING)
    if here.sum() <= 1e-9:
        return Occasion(now)
    content = np.asarray(items.content[history.items[good]], np.float64)
    sure = here.sum() / (here.sum() + 1.0)  # one like at this hour is no habit yet
    towards = sure * (here @ content / here.sum() - base @ content / base.sum())
    return Occasion(now, towards.astype(np.float32))


def explored(
    rows: list[int],
    pool: NDArray[np.int64],
    relevance: NDArray[np.float32],
    items: ItemFeatures,
    history: History,
    places: int,
    seed: int,
) -> list[int]:
    """Give the last places of a list to items that may be better than known (Thompson sampling; Agrawal & Goyal 2013).

    A taste is drawn from what a linear regression on the history leaves open, and the items that it likes best take
    the places. The more is known of a kind of content, the less is guessed about it. An item that is less relevant by
    more than :data:`MAX_REGRET` than the one whose place it takes is not considered, so a list loses at most
    ``places`` times that.

    Args:
        rows: The list, best first.
        pool: int64 (n,), candidates.
        relevance: float32 (n,), of the candidates, on a scale from 0 to 1.
        items: The items.
        history: What the user did, likes and dislikes alike.
        places: How many places at most.
        seed: Makes the draw repeatable.
    """
    places = min(places, len(rows) - 1)
    if places <= 0:
        return rows
    known = np.asarray(items.content[history.items[-_MAX_HISTORY:]], np.float64)
    precision = known.T @ known + _PENALTY * np.eye(items.content.shape[1])
    root = np.linalg.cholesky(precision)
    draw = np.random.default_rng(seed).normal(size=len(root))
    guess = np.asarray(items.content[pool], np.float64) @ np.linalg.solve(root.T, draw)
    hoped = relevance + _SPREAD * guess
    at = {int(row): i for i, row in enumerate(pool)}
    out = list(rows)
    free = ~np.isin(pool, rows)
    for place in range(len(rows) - places, len(rows)):
        kept = at.get(out[place])
        if kept is None:
            continue
        able = free & (relevance >= relevance[kept] - MAX_REGRET)
        best = int(np.argmax(np.where(able, hoped, -np.inf))) if able.any() else kept
        if hoped[best] > hoped[kept]:
            out[place] = int(pool[best])
            free[best] = False
    return out


def seed_of(profile: str, now: float) -> int:
    """Return a seed that stays for a day, so that a list does not flicker."""
    return zlib.crc32(f"{profile}/{int(now // _DAY)}".encode())
