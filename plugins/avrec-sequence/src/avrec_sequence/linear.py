"""Linear models of what follows what, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Explanation, History, RecommenderConfig, Run, TrainingData, Validation
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import allowed, explanation, liked, most_popular, ndcg, need_likes
from avrec_sequence.common import FloatArray, IntArray, decayed_matrix, sampled

if TYPE_CHECKING:
    from scipy import sparse

#: Catalogues up to this size are tuned over all settings; larger ones over those that need no new factorisation.
SMALL = 4000
_GRAM_ROWS = 500_000


@dataclass(frozen=True)
class SeqEASEConfig(RecommenderConfig):
    """Settings of :class:`SeqEASE`.

    Attributes:
        decay: Weight of a step back in the history, relative to the step after it.
        mix: Weight of "comes next" against "belongs together"; 0 leaves the former out.
        ease_reg: L2 penalty of "belongs together", in multiples of the mean count of an item.
        next_reg: L2 penalty of "comes next", in multiples of the mean weight of an item.
        length: How many steps back "comes next" reads.
        max_items: Most items modelled, the most popular ones; memory grows with the square.
    """

    decay: float = 0.9
    mix: float = 0.4
    ease_reg: float = 8.0
    next_reg: float = 1.0
    length: int = 20
    max_items: int = 6000


class SeqEASE(ArrayRecommender):
    """EASE on a history that fades, plus a ridge regression from the last steps to the next one.

    Two item-to-item matrices: B of EASE (Steck, 2019) says which items belong together whatever their order;
    W = (X'X + l I)^-1 X'Y says which come next, X being the faded bags of the steps before each interaction and Y
    the interaction itself. Both are brought to unit spread and added; the score is ``faded history @ (B + mix W)``,
    so that the terms of the sum explain it exactly.

    Attributes:
        arrays: ``weights``, float32 (n_columns, n_columns).
    """

    id = "seq-ease"
    name = "What follows what"
    Config = SeqEASEConfig
    config: SeqEASEConfig
    uses_content = False

    def fit(self, data: TrainingData, run: Run) -> None:
        """Solve for the weights."""
        need_likes(self, data)
        parts = _Parts(data, self.config.max_items)
        self._take(data, parts, parts.weights(self.config))
        run.epoch(1, 1)

    def _take(self, data: TrainingData, parts: _Parts, weights: FloatArray) -> None:
        self.item_ids = data.items.ids[parts.kept]
        self.arrays = {"weights": weights}
        self.bind(data.items)

    @classmethod
    def tune(
        cls, config: RecommenderConfig, data: TrainingData, held_out: Validation, run: Run
    ) -> RecommenderConfig | None:
        """Try decays, mixes and penalties; the closed forms are shared between trials."""
        assert isinstance(config, SeqEASEConfig)
        if not len(held_out.histories) or not (data.interactions.values > 0).any():
            return config
        parts = _Parts(data, config.max_items)
        held_out = sampled(held_out, 2000)
        free = allowed(held_out, data.n_items)
        made = cls(config)

        def value(trial: SeqEASEConfig) -> float:
            run.epoch(1, 1)
            made.config = trial
            made._take(data, parts, parts.weights(trial))
            return float(ndcg(made.score_many(held_out.histories), free, held_out.positives).mean())

        steps: list[tuple[str, tuple[float, ...]]] = [("decay", (1.0, 0.97, 0.93, 0.85)), ("mix", (0.0, 0.15, 1.0))]
        if len(parts.kept) <= SMALL:
            steps += [("ease_reg", (3.0, 20.0)), ("next_reg", (0.4, 3.0))]
        best, best_value = config, value(config)
        for name, values in steps:
            tried = [replace(best, **{name: v}) for v in values]
            for trial, reached in [(t, value(t)) for t in tried]:
                if reached > best_value:
                    best, best_value = trial, reached
        return best

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores; a history without a known item gives NaN."""
        bags = decayed_matrix(histories, self.columns, len(self.item_ids), self.config.decay)
        scores = self.spread(np.asarray(bags @ self.arrays["weights"], np.float32))
        scores[np.diff(bags.indptr) == 0] = np.nan
        return scores

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what each item of the history adds."""
        column = self.columns[history.items]
        weights = history.values * np.power(self.config.decay, np.arange(len(history) - 1, -1, -1))
        known = (column >= 0) & (np.abs(weights) > 1e-6)
        if self.columns[item] < 0 or not known.any():
            return None
        shares = weights[known] * self.arrays["weights"][column[known], self.columns[item]]
        return explanation(history.items[known], shares, 0.0, limit)


class _Parts:
    """The closed forms of one data set, kept while settings are tried."""

    def __init__(self, data: TrainingData, max_items: int) -> None:
        users, items, _ = liked(data)
        self.kept: IntArray = most_popular(np.bincount(items, minlength=data.n_items), max_items)
        column = np.full(data.n_items, -1, np.int64)
        column[self.kept] = np.arange(len(self.kept))
        known = column[items] >= 0
        self._users, self._items = users[known], column[items[known]]
        self._n_users = data.n_users
        self._together: dict[float, FloatArray] = {}
        self._next: dict[tuple[float, float, int], FloatArray] = {}

    def weights(self, config: SeqEASEConfig) -> FloatArray:
        """Return the sum of both matrices, each scaled to the unit spread of what it adds to a score."""
        weights = self._scaled(self.together(config.ease_reg), config.decay)
        if config.mix:
            following = self.following(config.next_reg, config.decay, config.length)
            weights = weights + np.float32(config.mix) * self._scaled(following, config.decay)
        return weights

    def together(self, reg: float) -> FloatArray:
        """Return the matrix of EASE."""
        if reg not in self._together:
            matrix = self._matrix()
            gram = np.asarray((matrix.T @ matrix).todense(), np.float64)
            gram[np.diag_indices_from(gram)] += reg * max(1e-9, float(np.trace(gram)) / max(1, len(gram)))
            inverse = np.linalg.inv(gram)
            weights = inverse / -np.diag(inverse)
            np.fill_diagonal(weights, 0)
            self._together = {reg: weights.astype(np.float32)}
        return self._together[reg]

    def following(self, reg: float, decay: float, length: int) -> FloatArray:
        """Return the matrix of the ridge regression from the steps before to the step itself."""
        key = (reg, decay, length)
        if key not in self._next:
            n = len(self.kept)
            gram, cross = np.zeros((n, n)), np.zeros((n, n))
            for bags, nexts in self._steps(decay, length):
                gram += np.asarray((bags.T @ bags).todense())
                cross += np.asarray((bags.T @ nexts).todense())
            gram[np.diag_indices_from(gram)] += reg * max(1e-9, float(np.trace(gram)) / max(1, n))
            self._next = {key: np.linalg.solve(gram, cross).astype(np.float32)}
        return self._next[key]

    def _matrix(self) -> sparse.csr_matrix[np.float32]:
        from scipy import sparse

        ones = np.ones(len(self._users), np.float32)
        matrix = sparse.csr_matrix((ones, (self._users, self._items)), shape=(self._n_users, len(self.kept)))
        matrix.sum_duplicates()
        matrix.data[:] = 1
        return matrix

    def _steps(
        self, decay: float, length: int
    ) -> list[tuple[sparse.csr_matrix[np.float64], sparse.csr_matrix[np.float64]]]:
        from scipy import sparse

        users, items = self._users, self._items
        size, n = len(users), len(self.kept)
        starts = np.searchsorted(users, users)
        position = np.arange(size) - starts
        blocks = []
        for low in range(0, size, _GRAM_ROWS):
            rows = np.arange(low, min(low + _GRAM_ROWS, size))
            row, column, value = [], [], []
            for age in range(1, length + 1):
                able = rows[position[rows] >= age]
                row.append(able - low)
                column.append(items[able - age])
                value.append(np.full(len(able), float(decay) ** (age - 1)))
            entries = (np.concatenate(value), (np.concatenate(row), np.concatenate(column)))
            bags = sparse.csr_matrix(entries, shape=(len(rows), n))
            nexts = sparse.csr_matrix((np.ones(len(rows)), (rows - low, items[rows])), shape=(len(rows), n))
            blocks.append((bags, nexts))
        return blocks

    def _scaled(self, weights: FloatArray, decay: float) -> FloatArray:
        """Return the weights divided by the mean spread of the scores that they give to users of the data."""
        users, first = np.unique(self._users, return_index=True)
        ends = np.append(first[1:], len(self._users))
        step = max(1, len(users) // 256)
        spreads = []
        for begin, end in zip(first[::step].tolist(), ends[::step].tolist(), strict=True):
            age = np.arange(end - begin - 1, -1, -1)
            near = age < 200
            spreads.append(float(np.std((decay ** age[near]) @ weights[self._items[begin:end][near]])))
        return weights / np.float32(max(float(np.mean(spreads)), 1e-9))


def age_weights(count: int, decay: float) -> NDArray[np.float64]:
    """Return the weights of ``count`` steps, oldest first, float64 (count,)."""
    return np.power(float(decay), np.arange(count - 1, -1, -1))
