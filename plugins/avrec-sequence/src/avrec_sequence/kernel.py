"""A lone user: what the items have in common with one user's own likes, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Explanation, History, ItemFeatures, Part, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import explanation
from avrec_sequence.common import FloatArray, IntArray
from avrec_sequence.shared import Block, shared_blocks


@dataclass(frozen=True)
class TasteKernelConfig(RecommenderConfig):
    """Settings of :class:`TasteKernel`.

    Attributes:
        dislike: Weight of a dislike, where a like has the weight 1.
        catalogue: How many likes the catalogue as a whole stands for: with few likes, what is typical of the
            collection goes first.
        recent: Most entries of the history that are read.
    """

    dislike: float = 0.2
    catalogue: float = 4.0
    recent: int = 400


class TasteKernel(ArrayRecommender):
    """Ranks items by the information that they share with the user's own likes.

    The score is the mean likeness to the likes, shrunk to the item's likeness to the whole catalogue; dislikes count
    against it. Likenesses of different kinds (genres, words, sound, picture ...) count the same, see
    :func:`~avrec_sequence.shared.shared_blocks`. Reads nobody else's behaviour and needs no training; every like has an
    exact share of the score.
    """

    id = "taste-kernel"
    version = 2
    name = "Your own taste"
    Config = TasteKernelConfig
    config: TasteKernelConfig
    min_interactions = 0

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self._blocks: dict[str, Block] = {}
        self._typical: FloatArray = np.zeros(0, np.float32)

    def fit(self, data: TrainingData, run: Run) -> None:
        """Bind the items; there is nothing to train."""
        self.bind(data.items)
        run.epoch(1, 1)

    def bind(self, items: ItemFeatures) -> None:
        """Prepare the likeness of the items."""
        if items is self.items:  # one library serves many lone users
            return
        super().bind(items)
        self._blocks = shared_blocks(items)
        self._typical = np.zeros(len(items), np.float32)
        for block in self._blocks.values():
            self._typical += block.typical

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items); an empty history gives what is typical of the catalogue."""
        n_items = len(self.columns)
        total = np.zeros((n_items, len(histories)), np.float32)
        read = [self._read(h) for h in histories]
        for block in self._blocks.values():
            if read:
                total += block.project(np.stack([block.sum_of(rows, weights) for rows, weights, _ in read], axis=1))
        priors = np.array([prior for _, _, prior in read], np.float32)
        return np.ascontiguousarray((total + self._typical[:, None] * priors).T, np.float32)

    def item_vectors(self) -> FloatArray | None:
        """Return the scaled rows of all kinds side by side, and the likeness to the catalogue."""
        kinds = [block.rows[:, None] * (block.values - block.centre) for block in self._blocks.values()]
        return np.hstack([*kinds, self._typical[:, None]]).astype(np.float32)

    def query(self, history: History) -> FloatArray | None:
        """Return the direction of the likes in each kind, and the weight of the catalogue."""
        rows, weights, prior = self._read(history)
        kinds = [block.sum_of(rows, weights) for block in self._blocks.values()]
        return np.concatenate([*kinds, [prior]]).astype(np.float32)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what each item of the history adds, and the same by kind of likeness."""
        rows, weights, prior = self._read(history)
        if not len(rows):
            return None
        kinds = {name: block.likeness(item, rows) * weights for name, block in self._blocks.items()}
        shares = np.sum([np.zeros(len(rows)), *kinds.values()], axis=0)
        found = explanation(rows, shares, float(prior * self._typical[item]), limit)
        named = np.isin(rows, [part.key for part in found.parts if part.kind == "item"])
        carried = {name: float(each[named].sum()) for name, each in kinds.items()}
        ordered = sorted(carried.items(), key=lambda entry: -abs(entry[1]))
        return Explanation(found.score, (*found.parts, *(Part("modality", name, value) for name, value in ordered)))

    def _read(self, history: History) -> tuple[IntArray, NDArray[np.float64], float]:
        """Return the items that are read, their weights, and the weight of the catalogue."""
        rows = history.items[-self.config.recent :].astype(np.int64)
        values = history.values[-self.config.recent :].astype(np.float64)
        size = float(np.maximum(values, 0).sum()) + max(self.config.catalogue, 1e-6)
        weights = np.where(values > 0, values, self.config.dislike * values) / size
        return rows, weights, self.config.catalogue / size
