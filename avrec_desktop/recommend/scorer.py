"""A content scorer of the core: personal from the first like on, without any trained model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import Explanation, History, ItemFeatures, Part
from avrec_desktop.features.joined import known, mean_of
from avrec_desktop.features.nearest import Nearest, products

#: Ridge penalty. Large, so that few likes stay close to their mean; chosen on MovieLens histories of 1 to 50 likes.
PENALTY = 30.0
#: Newest interactions used.
MAX_HISTORY = 500


class ContentScorer:
    """Kernel ridge regression of the signed strengths on centred content vectors.

    The score of item v is sum_i alpha_i (x_i - m)·(x_v - m), with m the mean content, so that each item of the history
    has a share, and the shares add up to the score.

    Args:
        items: The items; those without content get NaN.
    """

    def __init__(self, items: ItemFeatures) -> None:
        self._content = items.content  # never centred as a whole: at 100,000 items that would be another 25 MB
        self._known = known(items.content)
        self._mean = mean_of(items.content, self._known)
        self._last: tuple[tuple[bytes, bytes], tuple[NDArray[np.int64], NDArray[np.float64]]] | None = None

    def _centred(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the centred content of rows with content, float64 (n, d)."""
        return self._content[rows].astype(np.float64) - self._mean

    def _alpha(self, history: History) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return rows and their pulls; the last answer is kept, as a panel asks for scores and then for reasons."""
        key = (history.items.tobytes(), history.values.tobytes())
        last = self._last
        if last is None or last[0] != key:
            last = self._last = (key, self._solve(history))
        return last[1]

    def _solve(self, history: History) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        usable = self._known[history.items]
        rows, values = history.items[usable][-MAX_HISTORY:], history.values[usable][-MAX_HISTORY:]
        x, y = self._centred(rows), values.astype(np.float64)
        if len(rows) > x.shape[1]:  # solved in the width of the content instead (Woodbury's identity)
            small = x.T @ x + PENALTY * np.eye(x.shape[1])
            return rows, (y - x @ np.linalg.solve(small, x.T @ y)) / PENALTY
        return rows, np.asarray(np.linalg.solve(x @ x.T + PENALTY * np.eye(len(rows)), y), np.float64)

    def score(self, history: History) -> NDArray[np.float32]:
        """Return float32 (n_items,), NaN for items without content; all NaN without a usable history."""
        found = self._direction(history)
        if found is None:
            return np.full(len(self._known), np.nan, np.float32)
        direction, scale = found
        scores = products(self._content, direction)
        scores -= np.float32(self._mean @ direction)
        scores /= scale
        scores[~self._known] = np.nan
        return scores

    def candidates(
        self, history: History, near: Nearest, allowed: NDArray[np.bool_], n: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return the best rows among those allowed with their scores; None without a usable history.

        Args:
            history: What the user did.
            near: Finds the nearest rows of the content.
            allowed: bool (n_items,).
            n: How many.
        """
        found = self._direction(history)
        if found is None:
            return None
        direction, scale = found
        rows, scores = near.top(direction, n, allowed & self._known)
        return rows, ((scores - self._mean @ direction) / np.float32(scale)).astype(np.float32)

    def _direction(self, history: History) -> tuple[NDArray[np.float32], np.float32] | None:
        """Return what contents are multiplied by, float32 (d,), and by what scores are divided."""
        rows, alpha = self._alpha(history)
        if not len(rows):
            return None
        direction = (self._centred(rows).T @ alpha).astype(np.float32)
        # shown to people: scaled so that the like nearest to the whole taste has 1
        own = np.asarray(self._content[rows]) @ direction - self._mean @ direction
        return direction, np.float32(np.abs(own).max() or 1.0)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the shares of the history's items in the (unscaled) score of an item row.

        Args:
            history: What the user did.
            item: The item row.
            limit: Most items named, those with the largest shares; the rest is one part called ``others``.
        """
        rows, alpha = self._alpha(history)
        if not len(rows) or not self._known[item]:
            return None
        shares = alpha * (self._centred(rows) @ self._centred(np.array([item]))[0])
        order = np.argsort(-np.abs(shares), kind="stable")
        named = order[:limit]
        parts = [Part("item", int(rows[i]), float(shares[i])) for i in named[np.argsort(-shares[named], kind="stable")]]
        if len(order) > limit:
            parts.append(Part("bias", "others", float(shares[order[limit:]].sum())))
        return Explanation(float(shares.sum()), tuple(parts))
