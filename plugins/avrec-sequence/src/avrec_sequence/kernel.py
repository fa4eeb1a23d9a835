"""A lone user: a Gaussian process over content, from one user's own likes and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Explanation, History, ItemFeatures, Part, RecommenderConfig, Run, TrainingData
from avrec_sequence.blocks import PLACE, Blocks, blocks_of
from avrec_sequence.common import ArrayRecommender, FloatArray, IntArray, explanation


@dataclass(frozen=True)
class TasteKernelConfig(RecommenderConfig):
    """Settings of :class:`TasteKernel`.

    Attributes:
        noise: How little one like says: variance of its noise, where an item's own variance is the number of blocks.
        dislike: What a dislike is worth, where a like is worth 1.
        background: How many unknown items the average of the catalogue stands for; they count as slightly disliked.
        sparse: Weight of a block of words, which is mostly chance where likes are few.
        place: Weight of the place in the catalogue; what came in together often belongs together. Off unless asked
            for: in published data the order of ids often tells popularity, which a measure must not profit from.
        recent: Most entries of the history that are read.
    """

    noise: float = 2.0
    dislike: float = -0.3
    background: float = 3.0
    sparse: float = 0.25
    place: float = 0.0
    recent: int = 400


class TasteKernel(ArrayRecommender):
    """Gaussian-process regression of the user's own likes and dislikes on what the items are.

    The kernel is the sum of the similarities in each modality, and in the place in the catalogue, and the product of
    both. The catalogue's average enters as one more, negative, observation, so that what is everywhere tells little.
    Reads nobody else's behaviour and needs no training.
    """

    id = "taste-kernel"
    name = "Your own taste"
    Config = TasteKernelConfig
    config: TasteKernelConfig
    min_interactions = 0

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self._blocks = Blocks({})
        self._weights: dict[str, float] = {}
        self._mean: FloatArray = np.zeros(0, np.float32)

    def fit(self, data: TrainingData, run: Run) -> None:
        """Bind the items; there is nothing to train."""
        self.bind(data.items)
        run.epoch(1, 1)

    def bind(self, items: ItemFeatures) -> None:
        """Prepare the kernel of the items."""
        super().bind(items)
        self._blocks = blocks_of(items, place=self.config.place > 0)
        self._weights = {name: self._weight(name, code) for name, code in self._blocks.codes.items()}
        self._mean = self._catalogue_mean()

    def _weight(self, name: str, code: FloatArray) -> float:
        if name == PLACE:
            return self.config.place
        if not len(code):
            return 1.0
        # words: most pairs of items have nothing in common at all
        sample = code[:: max(1, len(code) // 256)]
        return self.config.sparse if float(((sample @ sample.T) > 0).mean()) < 0.1 else 1.0

    def columns_of(self, rows: IntArray) -> FloatArray:
        """Return the kernel between all items and the given ones, float32 (n_items, len(rows))."""
        everything = np.arange(self._blocks.n_items)
        total = np.zeros((len(everything), len(rows)), np.float32)
        for name, weight in self._weights.items():
            if name != PLACE:
                total += np.float32(weight) * self._blocks.similarity(name, everything, rows)
        if PLACE not in self._weights:
            return total
        near = self._blocks.similarity(PLACE, everything, rows)
        return total * (1 + self._coupling() * near) + np.float32(self._weights[PLACE]) * near

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return the posterior means; an empty history gives the prior."""
        n_items = len(self.columns)
        if not len(histories):
            return np.zeros((0, n_items), np.float32)
        return np.stack([self._posterior(h)[0] for h in histories])

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what each item of the history adds to the posterior mean, and the same by modality."""
        scores, rows, weights = self._posterior(history)
        if not len(rows) or not np.isfinite(scores[item]):
            return None
        shares = self.columns_of(rows)[item].astype(np.float64) * weights
        prior = float(scores[item]) - float(shares.sum())
        found = explanation(history.items[-len(rows) :], shares, prior, limit)
        named = np.isin(rows, [part.key for part in found.parts if part.kind == "item"])
        parts = [*found.parts, *self._by_modality(item, rows[named], weights[named], float(shares[named].sum()))]
        return Explanation(found.score, tuple(parts))

    def _by_modality(self, item: int, rows: IntArray, weights: NDArray[np.float64], total: float) -> list[Part]:
        """Return what each modality carried of the shares of the named items, largest first."""
        target = np.array([item])
        carried = {
            name: weight * float(self._blocks.similarity(name, target, rows)[0] @ weights)
            for name, weight in self._weights.items()
        }
        carried["combined"] = total - sum(carried.values())
        ordered = sorted(carried.items(), key=lambda entry: -abs(entry[1]))
        return [Part("modality", name, value) for name, value in ordered]

    def _posterior(self, history: History) -> tuple[FloatArray, IntArray, NDArray[np.float64]]:
        rows = history.items[-self.config.recent :].astype(np.int64)
        if not len(self._mean):
            return np.zeros(0, np.float32), rows[:0], np.zeros(0)
        if not len(rows):
            return -self._mean, rows, np.zeros(0)
        values = history.values[-self.config.recent :].astype(np.float64)
        columns = self.columns_of(rows)
        size = len(rows) + 1
        gram = np.empty((size, size))
        gram[:-1, :-1] = columns[rows]
        gram[-1, :-1] = gram[:-1, -1] = self._mean[rows]
        gram[-1, -1] = float(self._mean.mean())
        noise = np.full(size, self.config.noise)
        noise[-1] /= max(self.config.background, 1e-9)
        gram[np.diag_indices(size)] += noise
        targets = np.append(np.where(values > 0, values, -self.config.dislike * values), -1.0)
        weights = np.linalg.solve(gram, targets)
        scores = columns @ weights[:-1].astype(np.float32) + np.float32(weights[-1]) * self._mean
        return np.asarray(scores, np.float32), rows, weights[:-1]

    def _coupling(self) -> np.float32:
        return np.float32(min(1.0, self.config.place))

    def _catalogue_mean(self) -> FloatArray:
        """Return each item's mean kernel with the whole catalogue, float32 (n_items,)."""
        n = self._blocks.n_items
        mean = np.zeros(n, np.float32)
        if not n:
            return mean
        codes = self._blocks.codes
        place = codes.get(PLACE)
        for name, weight in self._weights.items():
            code = codes[name]
            mean += np.float32(weight) * (code @ code.mean(0))
            if place is not None and name != PLACE:
                mean += (
                    np.float32(weight)
                    * self._coupling()
                    * np.einsum("id,ie,de->i", code, place, code.T @ place / n, optimize=True)
                )
        return mean
