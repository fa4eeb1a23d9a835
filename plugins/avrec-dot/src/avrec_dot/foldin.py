"""Solving for the interest vector of a history, in milliseconds, with shares that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
#: Rows from which the catalogue's second moments are estimated.
_SAMPLE = 20_000


@dataclass(frozen=True)
class Strength:
    """How strongly parts of the fold-in count.

    Attributes:
        catalogue: Weight per like of the catalogue as a whole as a weak "no".
        dislike: Weight of a dislike beside a like.
        reg: L2 penalty of the interest vector.
        fade: Weight of an event relative to the next newer one.
    """

    catalogue: float = 2.0
    dislike: float = 0.2
    reg: float = 2.0
    fade: float = 1.0


class FoldIn:
    """Interest vectors by ridge regression on the understood content V * C of the catalogue.

    The interest u of a history with features a_j, targets y_j (1 or -1) and weights w_j minimises
    sum_j w_j (y_j - u.a_j)^2 + c n mean_i (u.a_i)^2 + reg |u|^2: each like says yes, each dislike no, and the catalogue
    as a whole a weak no, the stronger the more likes (n) there are. The middle term is the implicit feedback of Hu,
    Koren, Volinsky (2008); with a single like it vanishes, and the score is the plain likeness to that like.

    In the eigenbasis of the catalogue's second moments the penalty is diagonal, and by the representer theorem the
    score of item i is sum_j alpha_j k(a_i, a_j): these terms are the shares of the history's items.

    Args:
        features: float32 (n_items, k), understood content of the catalogue.
    """

    def __init__(self, features: FloatArray) -> None:
        step = max(1, len(features) // _SAMPLE)
        sample = features[::step].astype(np.float64)
        moments = sample.T @ sample / max(1, len(sample))
        spread, basis = np.linalg.eigh(moments)
        self._spread = np.maximum(spread, 0)
        self.features = features @ basis.astype(np.float32)
        self._last: tuple[tuple[bytes, bytes, Strength], NDArray[np.float64]] | None = None

    def weights(self, rows: NDArray[np.int64], values: FloatArray, strength: Strength) -> NDArray[np.float64]:
        """Return alpha, float64 (n,), the pull of each history item, oldest first as given.

        A history longer than the vectors are wide is solved in their width (Woodbury's identity). The last answer is
        kept: a panel asks for the scores, then for the shares of each pick, with one history.
        """
        key = (rows.tobytes(), values.tobytes(), strength)
        if self._last is None or self._last[0] != key:
            self._last = (key, self._solve(rows, values, strength))
        return self._last[1]

    def _solve(self, rows: NDArray[np.int64], values: FloatArray, strength: Strength) -> NDArray[np.float64]:
        scaled = self._scaled(rows, self._scale(values, strength))
        fade = strength.fade ** np.arange(len(rows))[::-1]
        certainty = np.maximum(np.abs(values) * np.where(values > 0, 1.0, strength.dislike) * fade, 1e-6)
        target = np.sign(values).astype(np.float64)
        if len(rows) > scaled.shape[1]:
            pulled = scaled * certainty[:, None]
            small = pulled.T @ scaled
            small[np.diag_indices_from(small)] += 1
            return np.asarray(certainty * target - pulled @ np.linalg.solve(small, pulled.T @ target))
        system = scaled @ scaled.T
        system[np.diag_indices_from(system)] += 1 / certainty
        return np.linalg.solve(system, target)

    def interest(self, rows: NDArray[np.int64], values: FloatArray, strength: Strength) -> FloatArray:
        """Return u in the eigenbasis, float32 (k,); scores are ``features @ u``."""
        scale = self._scale(values, strength)
        alpha = self.weights(rows, values, strength)
        return (scale * (self._scaled(rows, scale).T @ alpha)).astype(np.float32)

    def shares(self, item: int, rows: NDArray[np.int64], values: FloatArray, strength: Strength) -> NDArray[np.float64]:
        """Return what each history item adds to the score of an item, float64 (n,)."""
        scale = self._scale(values, strength)
        alpha = self.weights(rows, values, strength)
        return alpha * (self._scaled(rows, scale) @ (scale * self.features[item]))

    def _scale(self, values: FloatArray, strength: Strength) -> NDArray[np.float64]:
        certain = float(np.maximum(values, 0).sum())
        return 1 / np.sqrt(strength.catalogue * max(0.0, certain - 1) * self._spread + strength.reg)

    def _scaled(self, rows: NDArray[np.int64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.features[rows] * scale, np.float64)
