"""iALS: factors of implicit feedback by alternating least squares, with content for new items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_classics.common import FloatArray, behaviour_matrix, history_matrix
from avrec_desktop.api import Explanation, History, ItemFeatures, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import explanation, need_likes

if TYPE_CHECKING:
    from scipy import sparse

FloatMatrix = NDArray[np.float64]
#: Cells of the gathered factors of a batch of rows (32 MB of float64).
_CELLS = 4_000_000


@dataclass(frozen=True)
class IALSConfig(RecommenderConfig):
    """Settings of :class:`IALS`.

    Attributes:
        embedding_size: Number of factors.
        epochs: Sweeps over users and items.
        unobserved: Weight of a pair without an interaction.
        reg: L2 penalty, scaled with the frequency of the user or item.
        reg_power: Power of the frequency, 1 for the full scaling of Rendle et al., 0 for none.
        content_reg: L2 penalty of the regression from content to factors, for new items.
    """

    embedding_size: int = 64
    epochs: int = 10
    unobserved: float = 1.0
    reg: float = 0.003
    reg_power: float = 1.0
    content_reg: float = 1.0


class IALS(ArrayRecommender):
    """Weighted matrix factorisation of implicit feedback.

    Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets" (2008), with the unobserved weight,
    the frequency-scaled penalty and the initial scale of Rendle et al., "Revisiting the performance of iALS on item
    recommendation benchmarks" (2022). A dislike is an observed pair with the target 0. A history is folded in by
    solving for its user's factors, so no user is stored; new items get factors from a ridge regression on content.

    Attributes:
        arrays: ``factors`` float32 (n_columns, k), zero for an item without behaviour; ``gram`` float64 (k, k);
            ``content`` float32 (d, k), the regression, d = 0 where content is unknown.
    """

    id = "ials"
    name = "iALS"
    Config = IALSConfig
    config: IALSConfig

    def fit(self, data: TrainingData, run: Run) -> None:
        """Alternate between users and items; the model is usable after each sweep."""
        need_likes(self, data)
        matrix = behaviour_matrix(data)
        users, items = matrix.tocsr(), matrix.T.tocsr()
        self._touched = np.asarray((matrix != 0).sum(0)).ravel() > 0
        rng = np.random.default_rng(run.seed)
        size = self.config.embedding_size
        factors = rng.standard_normal((data.n_items, size)) * (0.1 / np.sqrt(size))
        factors[~self._touched] = 0
        self.item_ids = data.items.ids.copy()
        for epoch in range(1, self.config.epochs + 1):
            people = self._solve(users, factors, data.n_items)
            factors = self._solve(items, people, data.n_users)
            self._take(factors, data.items)
            run.epoch(epoch, self.config.epochs, loss=_loss(users, people, factors, self.config.unobserved))
            if run.should_stop():
                return

    def bind(self, items: ItemFeatures) -> None:
        """Match the items; those without behaviour get factors from their content."""
        super().bind(items)
        known = self.columns >= 0
        bound = np.zeros((len(items), self.arrays["factors"].shape[1]), np.float32)
        bound[known] = self.arrays["factors"][self.columns[known]]
        blank = ~bound.any(axis=1)
        regression = self.arrays["content"]
        if len(regression) and regression.shape[0] == items.content.shape[1]:
            bound[blank] = items.content[blank] @ regression
        self._bound = bound
        self._able = bound.any(axis=1)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores; NaN for items without factors, and for a history of nothing but such items."""
        asked = self._asked(histories)
        people = self._solve(asked, self._bound.astype(np.float64), len(self.item_ids), self.arrays["gram"])
        scores = people.astype(np.float32) @ self._bound.T
        scores[:, ~self._able] = np.nan
        scores[np.diff(asked.indptr) == 0] = np.nan
        return scores

    def item_vectors(self) -> FloatArray | None:
        """Return the factors of the items; zeros where there are none."""
        return self._bound

    def query(self, history: History) -> FloatArray | None:
        """Return the solved factors of the user; None where the history holds no item with factors."""
        asked = self._asked([history])
        if not asked.nnz:
            return None
        people = self._solve(asked, self._bound.astype(np.float64), len(self.item_ids), self.arrays["gram"])
        return np.asarray(people[0], np.float32)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the terms of the folded-in user: each liked item's pull times its likeness in the solved metric."""
        asked = self._asked([history])
        if not self._able[item] or not asked.nnz:
            return None
        rows = asked.indices.astype(np.int64)
        chosen = self._bound[rows].astype(np.float64)
        left = self._left(chosen, np.abs(asked.data), len(self.item_ids), self.arrays["gram"])
        metric = np.linalg.solve(left, self._bound[item].astype(np.float64))
        shares = np.maximum(asked.data, 0) * (1 + self.config.unobserved) * (chosen @ metric)
        told = shares != 0
        return explanation(rows[told], shares[told], 0.0, limit)

    def _asked(self, histories: Sequence[History]) -> sparse.csr_matrix[np.float32]:
        """Return the histories as rows over the bound items with factors."""
        rows = np.where(self._able, np.arange(len(self._able)), -1)
        return history_matrix(histories, rows, len(rows))

    def _take(self, factors: FloatMatrix, items: ItemFeatures) -> None:
        """Keep item factors, their Gram matrix and the regression from content, and bind the items."""
        rows = np.flatnonzero(self._touched)
        regression = np.zeros((0, factors.shape[1]))
        content = items.content[rows].astype(np.float64)
        if content.any():
            left = content.T @ content
            left[np.diag_indices_from(left)] += self.config.content_reg
            regression = np.linalg.solve(left, content.T @ factors[rows])
        self.arrays = {
            "factors": factors.astype(np.float32),
            "gram": factors.T @ factors,
            "content": regression.astype(np.float32),
        }
        self.bind(items)

    def _solve(
        self, table: sparse.csr_matrix[np.float32], other: FloatMatrix, n_other: int, gram: FloatMatrix | None = None
    ) -> FloatMatrix:
        """Return the factors of the table's rows, given those of its columns; rows without entries are zero."""
        gram = other.T @ other if gram is None else gram
        counts = np.diff(table.indptr)
        solved = np.zeros((table.shape[0], other.shape[1]))
        order = np.argsort(counts, kind="stable")
        order = order[counts[order] > 0]
        start = 0
        while start < len(order):
            # rows of like length together, padded; the longest row of a batch bounds its memory
            end = start + 1
            while end < len(order) and (end + 1 - start) * counts[order[end]] * other.shape[1] <= _CELLS:
                end += 1
            batch = order[start:end]
            width = int(counts[batch[-1]])
            at = table.indptr[batch][:, None] + np.arange(width)
            inside = np.arange(width) < counts[batch][:, None]
            at = np.where(inside, at, 0)
            values = np.where(inside, table.data[at], 0).astype(np.float64)
            chosen = other[table.indices[at]] * inside[..., None]
            left = self._left(chosen, np.abs(values), n_other, gram, counts[batch])
            pulls = np.maximum(values, 0) * (1 + self.config.unobserved)
            right = np.matmul(np.swapaxes(chosen, 1, 2), pulls[..., None])
            solved[batch] = np.linalg.solve(left, right)[..., 0]
            start = end
        return solved

    def _left(
        self,
        chosen: FloatMatrix,
        weights: NDArray[np.floating],
        n_other: int,
        gram: FloatMatrix,
        counts: NDArray[np.integer] | None = None,
    ) -> FloatMatrix:
        """Return the left side of the normal equations, (..., k, k)."""
        size = chosen.shape[-1]
        number = np.asarray(chosen.shape[-2] if counts is None else counts, np.float64)
        penalty = self.config.reg * (number + self.config.unobserved * n_other) ** self.config.reg_power
        inner = np.matmul(np.swapaxes(chosen * weights[..., None], -1, -2), chosen)
        return inner + self.config.unobserved * gram + penalty[..., None, None] * np.eye(size)


def _loss(table: sparse.csr_matrix[np.float32], people: FloatMatrix, factors: FloatMatrix, unobserved: float) -> float:
    """Return the mean weighted squared error over all pairs, without the penalty."""
    rows = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    predicted = np.empty(table.nnz)
    for start in range(0, table.nnz, 200_000):
        part = slice(start, start + 200_000)
        predicted[part] = np.einsum("nk,nk->n", people[rows[part]], factors[table.indices[part]])
    target = (table.data > 0).astype(np.float64)
    seen = np.abs(table.data) * (predicted - target) ** 2 + unobserved * (predicted - target) ** 2
    everywhere = unobserved * float(np.sum((people.T @ people) * (factors.T @ factors)))
    return float((seen.sum() - unobserved * (predicted**2).sum() + everywhere) / max(1, table.shape[0] * len(factors)))
