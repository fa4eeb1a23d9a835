"""EASE and EDLAE: linear item-to-item models in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_classics.common import FloatArray, behaviour_matrix, history_matrix, last_values, positives
from avrec_desktop.api import Explanation, History, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import explanation, need_likes


@dataclass(frozen=True)
class EASEConfig(RecommenderConfig):
    """Settings of :class:`EASE`.

    Attributes:
        reg: L2 penalty of the item weights.
        dropout: Share of the input items that are thought of as dropped; 0 is EASE, above 0 is EDLAE.
        max_items: Most items modelled, the most popular ones; memory grows with the square.
    """

    reg: float = 100.0
    dropout: float = 0.0
    max_items: int = 12000


class LinearItemRecommender(ArrayRecommender):
    """A model with scores ``history @ weights``; explanations are the terms of that sum.

    Attributes:
        arrays: ``weights``, float32 (n_columns, n_columns).
    """

    uses_content = False

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores; a history without a known item gives NaN."""
        asked = history_matrix(histories, self.columns, len(self.item_ids))
        scores = self.spread(np.asarray(asked @ self.arrays["weights"], np.float32))
        scores[np.diff(asked.indptr) == 0] = np.nan
        return scores

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what each item of the history adds."""
        found, values = last_values(history)
        known = self.columns[found] >= 0
        if self.columns[item] < 0 or not known.any():
            return None
        weights = self.arrays["weights"][self.columns[found[known]], self.columns[item]]
        return explanation(found[known], values[known] * weights, 0.0, limit)


class EASE(LinearItemRecommender):
    """Embarrassingly shallow autoencoder: ridge regression of each item on all others.

    B = I - P diag(P)^-1 with P = (X'X + L)^-1 (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", 2019);
    L = reg I, and for EDLAE L = reg I + p / (1 - p) diag(X'X) (Steck, "Autoencoders that don't overfit towards the
    Identity", 2020).
    """

    id = "ease"
    name = "EASE"
    Config = EASEConfig
    config: EASEConfig

    def fit(self, data: TrainingData, run: Run) -> None:
        """Solve for the weights."""
        need_likes(self, data)
        matrix = positives(behaviour_matrix(data))
        kept = _most_popular(np.asarray(matrix.sum(0)).ravel(), self.config.max_items)
        matrix = matrix[:, kept]
        gram = np.asarray((matrix.T @ matrix).todense(), np.float64)
        self.item_ids = data.items.ids[kept]
        self.arrays = {"weights": _solve(gram, self.config)}
        self.bind(data.items)
        run.epoch(1, 1)


@dataclass(frozen=True)
class EDLAEConfig(EASEConfig):
    """Settings of :class:`EDLAE`, see :class:`EASEConfig`."""

    reg: float = 100.0
    dropout: float = 0.2


class EDLAE(EASE):
    """EASE with emphasised denoising: rare items are held back less, popular ones more."""

    id = "edlae"
    name = "EDLAE"
    Config = EDLAEConfig
    config: EDLAEConfig


def _most_popular(counts: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Return the columns of the items with behaviour, at most ``most``, ascending."""
    order = np.argsort(-counts, kind="stable")[:most]
    return np.sort(order[counts[order] > 0]).astype(np.int64)


def _solve(gram: NDArray[np.float64], config: EASEConfig) -> FloatArray:
    from scipy import linalg

    count = np.diag(gram).copy()
    penalty = config.reg + config.dropout / (1 - config.dropout) * count
    gram[np.diag_indices_from(gram)] += penalty
    factor = linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    inverse = linalg.cho_solve(factor, np.eye(len(gram)), overwrite_b=True, check_finite=False)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights.astype(np.float32)
