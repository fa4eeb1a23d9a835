"""Neighbour models: by common users, and by content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_classics.common import FloatArray, behaviour_matrix, history_matrix, last_values, positives
from avrec_desktop.api import Explanation, History, ItemFeatures, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import explanation, need_likes

if TYPE_CHECKING:
    from scipy import sparse

#: Cells of a block of similarities held at a time (64 MB of float32).
_CELLS = 16_000_000


@dataclass(frozen=True)
class ItemKNNConfig(RecommenderConfig):
    """Settings of :class:`ItemKNN`.

    Attributes:
        neighbours: Most similar items kept for each item.
        shrink: Added to the denominator of the cosine, so that similarities from few users count less.
    """

    neighbours: int = 100
    shrink: float = 10.0


class ItemKNN(ArrayRecommender):
    """Adds up the similarities to the items of the history; similar are items with common users.

    Cosine with shrinkage and the k nearest neighbours (Sarwar et al., "Item-based collaborative filtering", 2001).
    """

    id = "item-knn"
    name = "Item neighbours"
    Config = ItemKNNConfig
    config: ItemKNNConfig
    uses_content = False

    def fit(self, data: TrainingData, run: Run) -> None:
        """Find the neighbours of each item."""
        need_likes(self, data)
        matrix = positives(behaviour_matrix(data))
        counts = np.asarray(matrix.sum(0)).ravel()
        kept = np.flatnonzero(counts > 0)
        self.item_ids = data.items.ids[kept]
        found = _neighbours(matrix[:, kept], counts[kept], self.config)
        self.arrays = {"data": found.data, "indices": found.indices, "indptr": found.indptr}
        self.bind(data.items)
        run.epoch(1, 1)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return sums of similarities; a history without a known item gives NaN."""
        asked = history_matrix(histories, self.columns, len(self.item_ids))
        scores = self.spread(np.asarray((asked @ self._weights()).todense(), np.float32))
        scores[np.diff(asked.indptr) == 0] = np.nan
        return scores

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the similarity to each item of the history."""
        found, values = last_values(history)
        known = self.columns[found] >= 0
        if self.columns[item] < 0 or not known.any():
            return None
        weights = self._weights()[self.columns[found[known]]][:, [self.columns[item]]].toarray().ravel()
        return explanation(found[known], values[known] * weights, 0.0, limit)

    def _weights(self) -> sparse.csr_matrix[np.float32]:
        from scipy import sparse

        size = len(self.item_ids)
        parts = (self.arrays["data"], self.arrays["indices"], self.arrays["indptr"])
        return sparse.csr_matrix(parts, shape=(size, size))


def _neighbours(
    matrix: sparse.csr_matrix[np.float32], counts: NDArray[np.float32], config: ItemKNNConfig
) -> sparse.csr_matrix[np.float32]:
    """Return the similarities (from, to); each column keeps its ``config.neighbours`` largest."""
    from scipy import sparse

    size = matrix.shape[1]
    norms = np.sqrt(counts)
    transposed = matrix.T.tocsr()
    step = max(1, _CELLS // max(1, size))
    blocks = []
    for start in range(0, size, step):
        common = (transposed[start : start + step] @ matrix).tocsr()
        rows = np.repeat(np.arange(common.shape[0]), np.diff(common.indptr))
        values = common.data / (norms[start + rows] * norms[common.indices] + config.shrink)
        values[common.indices == start + rows] = 0
        blocks.append(_largest(rows, common.indices, values, config.neighbours, common.shape))
    stacked: sparse.csr_matrix[np.float32] = sparse.vstack(blocks).T.tocsr()
    return stacked


def _largest(
    rows: NDArray[np.int64], columns: NDArray[np.int32], values: FloatArray, most: int, shape: tuple[int, int]
) -> sparse.csr_matrix[np.float32]:
    from scipy import sparse

    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    keep = (rank < most) & (values > 0)
    return sparse.csr_matrix((values[keep].astype(np.float32), (rows[keep], columns[keep])), shape=shape)


@dataclass(frozen=True)
class ContentKNNConfig(RecommenderConfig):
    """Settings of :class:`ContentKNN`.

    Attributes:
        likes: How many of the most similar likes are averaged.
        dislike: Weight of the most similar dislikes, averaged likewise.
    """

    likes: int = 3
    dislike: float = 0.5


class ContentKNN(ArrayRecommender):
    """Scores an item by its likeness to the nearest likes, minus that to the nearest dislikes."""

    id = "content-knn"
    name = "Content neighbours"
    Config = ContentKNNConfig
    config: ContentKNNConfig
    min_interactions = 0

    def fit(self, data: TrainingData, run: Run) -> None:
        """Learn nothing; content says it all."""
        self.bind(data.items)
        self.item_ids = data.items.ids.copy()
        run.epoch(1, 1)

    def bind(self, items: ItemFeatures) -> None:
        """Take the items and which of them have content."""
        super().bind(items)
        self._able = items.content.any(axis=1)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores; NaN for items without content, and for a history of nothing but such items."""
        scores = np.full((len(histories), len(self._able)), np.nan, np.float32)
        for row, history in enumerate(histories):
            found, values = self._usable(history)
            if len(found):
                shares = self._shares(np.flatnonzero(self._able), found, values)
                scores[row, self._able] = shares.sum(axis=1)
        return scores

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the part of each of the nearest likes and dislikes."""
        found, values = self._usable(history)
        if not self._able[item] or not len(found):
            return None
        shares = self._shares(np.array([item]), found, values)[0].astype(np.float64)
        told = shares != 0
        return explanation(found[told], shares[told], 0.0, limit)

    def _usable(self, history: History) -> tuple[NDArray[np.int64], FloatArray]:
        found, values = last_values(history)
        keep = self._able[found] & (values != 0)
        return found[keep], values[keep]

    def _shares(self, rows: NDArray[np.int64], found: NDArray[np.int64], values: FloatArray) -> FloatArray:
        """Return float32 (n_rows, n_found): what each item of the history adds to each item's score."""
        assert self.items is not None
        similar = self.items.content[rows] @ self.items.content[found].T
        shares = np.zeros_like(similar)
        for sign, most in ((1, self.config.likes), (-1, self.config.likes)):
            side = np.flatnonzero(values * sign > 0)
            count = min(most, len(side))
            if not count:
                continue
            strength = similar[:, side] * np.abs(values[side])
            nearest = np.argpartition(-strength, count - 1, axis=1)[:, :count]
            weight = 1.0 if sign > 0 else -self.config.dislike
            part = np.take_along_axis(strength, nearest, axis=1) * np.float32(weight / count)
            np.put_along_axis(shares, side[nearest], part, axis=1)
        return shares
