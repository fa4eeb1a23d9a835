"""Popularity and random: the least that a personal model must beat."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_classics.common import FloatArray
from avrec_desktop.api import Explanation, History, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import explanation

DAY = 86400.0
#: Half-lives tried, in days; 0 means that old interactions count in full.
HALF_LIVES = (0.0, 1.0, 3.0, 7.0, 30.0, 90.0, 365.0)
#: Share of the interactions, the latest, on which the half-life is chosen.
TAIL = 0.1


@dataclass(frozen=True)
class PopularityConfig(RecommenderConfig):
    """Settings of :class:`Popularity`.

    Attributes:
        half_life: Days after which an interaction counts half; 0 for never, negative to choose it on the latest part
            of the training data.
    """

    half_life: float = -1.0


class Popularity(ArrayRecommender):
    """Scores an item by how many likes and plays it has, recent ones counting more where that predicts better."""

    id = "popularity"
    name = "Popularity"
    Config = PopularityConfig
    config: PopularityConfig
    uses_content = False

    def fit(self, data: TrainingData, run: Run) -> None:
        """Count the positive interactions of each item."""
        table = data.interactions
        good = table.values > 0
        items, times = table.items[good].astype(np.int64), table.times[good]
        half_life = self.config.half_life
        if half_life < 0:
            half_life = _choose_half_life(items, times, data.n_items)
        now = float(times.max()) if len(times) else 0.0
        self.item_ids = data.items.ids.copy()
        self.arrays = {
            "counts": _counts(items, times, now, half_life, data.n_items),
            "half_life": np.array(half_life),
        }
        self.bind(data.items)
        run.epoch(1, 1)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return the same counts for every history."""
        counts = self.spread(self.arrays["counts"][None, :].astype(np.float32))
        return np.repeat(counts, len(histories), axis=0)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the count as the bias; None for an item that was not there."""
        score = float(self.score(history)[item])
        nothing = np.zeros(0)
        return explanation(nothing.astype(np.int64), nothing, score, limit) if np.isfinite(score) else None


def _counts(
    items: NDArray[np.int64], times: NDArray[np.float64], now: float, half_life: float, n_items: int
) -> NDArray[np.float64]:
    weights = np.ones(len(items)) if half_life <= 0 else np.exp2(-np.maximum(now - times, 0) / (half_life * DAY))
    # the plain count breaks ties among items whose weights have faded to nothing
    return np.bincount(items, weights, n_items) + 1e-6 * np.bincount(items, minlength=n_items)


def _choose_half_life(items: NDArray[np.int64], times: NDArray[np.float64], n_items: int) -> float:
    """Return the half-life whose counts rank the latest interactions best (mean reciprocal log rank)."""
    order = np.argsort(times, kind="stable")
    tail = max(1, int(TAIL * len(order)))
    early, late = order[:-tail], order[-tail:]
    if len(early) < 20 or times[late[-1]] <= times[early[0]]:
        return 0.0
    now = float(times[early[-1]])
    gains = []
    for half_life in HALF_LIVES:
        counts = _counts(items[early], times[early], now, half_life, n_items)
        rank = np.empty(n_items)
        rank[np.argsort(-counts, kind="stable")] = np.arange(n_items)
        gains.append(float((1 / np.log2(rank[items[late]] + 2)).mean()))
    return HALF_LIVES[int(np.argmax(gains))]


@dataclass(frozen=True)
class RandomConfig(RecommenderConfig):
    """Settings of :class:`Random`.

    Attributes:
        seed: Another seed gives other scores.
    """

    seed: int = 0


class Random(ArrayRecommender):
    """Gives each user an arbitrary but fixed order; an item keeps its score when others come or go."""

    id = "random"
    name = "Random"
    Config = RandomConfig
    config: RandomConfig
    uses_content = False
    min_interactions = 0

    def fit(self, data: TrainingData, run: Run) -> None:
        """Learn nothing."""
        self.item_ids = data.items.ids.copy()
        self.bind(data.items)
        run.epoch(1, 1)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return uniform numbers in [0, 1) made from the user's name, the item's id and the seed."""
        ids = self.items.ids if self.items is not None else np.zeros(0, np.int64)
        names = [f"{self.config.seed}:{h.user}".encode() for h in histories]
        users = np.array([zlib.crc32(n) | zlib.crc32(n[::-1]) << 32 for n in names], np.uint64)
        return _uniform(users[:, None] ^ _mix(ids.astype(np.uint64))[None, :])


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return well-mixed 64 bits for each number (the finaliser of SplitMix64, Steele et al. 2014)."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _uniform(x: NDArray[np.uint64]) -> FloatArray:
    return ((_mix(x) >> np.uint64(40)).astype(np.float32)) * np.float32(2.0**-24)
