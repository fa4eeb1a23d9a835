"""What is popular now: counts that fade with time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from avrec_desktop.api import History, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_desktop.api.behaviour import liked, need_likes
from avrec_sequence.common import FloatArray

#: Most moments at which the counts are kept, and most numbers kept in all.
MAX_MOMENTS = 256
MAX_NUMBERS = 4_000_000


@dataclass(frozen=True)
class RecencyConfig(RecommenderConfig):
    """Settings of :class:`Recency`.

    Attributes:
        half_life: Time after which an interaction counts half, as a share of the time that the behaviour spans.
            0: nothing fades.
    """

    half_life: float = 0.03


class Recency(ArrayRecommender):
    """Popularity with a half-life, as it was at the time of the query.

    Only what happened before :attr:`History.now` counts (all of it where the time is unknown). The score is the
    logarithm of the faded count.

    Attributes:
        arrays: ``moments`` float64 (m,) ascending, ``counts`` float32 (m, n_columns) faded to each moment.
    """

    id = "recency"
    name = "Popular now"
    Config = RecencyConfig
    config: RecencyConfig
    uses_content = False

    @classmethod
    def search_space(cls, data: TrainingData) -> list[dict[str, Any]]:
        """Return half-lives from a hundredth of the time spanned to all of it."""
        _, _, times = liked(data)
        if not len(times) or times.max() <= times.min():
            return [{"half_life": 0.0}]
        return [{"half_life": 2.0**-power} for power in (5, 7, 6, 4, 3, 1)] + [{"half_life": 0.0}]

    def fit(self, data: TrainingData, run: Run) -> None:
        """Count the positive interactions."""
        need_likes(self, data)
        _, items, times = liked(data)
        seen, column = np.unique(items, return_inverse=True)
        self.item_ids = data.items.ids[seen]
        span = float(times.max() - times.min())
        fades = span > 0 and self.config.half_life > 0
        moments = self._moments(times, len(seen)) if fades else times.max()[None]
        counts = np.zeros((len(moments), len(seen)), np.float32)
        half_life = self.config.half_life * span if fades else np.inf
        order = np.argsort(times, kind="stable")
        cuts = np.searchsorted(times[order], moments, side="right")
        state, begin, before = np.zeros(len(seen)), 0, float(moments[0])
        for row, (moment, end) in enumerate(zip(moments.tolist(), cuts.tolist(), strict=True)):
            rows = order[begin:end]
            weights = np.exp2(-(moment - times[rows]) / half_life)
            state = state * np.exp2(-(moment - before) / half_life)
            state += np.bincount(column[rows], weights, len(seen))
            counts[row], begin, before = state, end, moment
        self.arrays = {"moments": moments.astype(np.float64), "counts": counts}
        self.bind(data.items)
        run.epoch(1, 1)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores; NaN for items without behaviour."""
        moments = self.arrays["moments"]
        now = np.array([h.now if h.now > 0 else np.inf for h in histories])
        row = np.maximum(np.searchsorted(moments, now, side="right") - 1, 0).astype(np.int64)
        return self.spread(np.log(self.arrays["counts"][row] + np.float32(0.1)))

    @staticmethod
    def _moments(times: FloatArray, n_items: int) -> FloatArray:
        n = int(np.clip(MAX_NUMBERS // max(1, n_items), 1, MAX_MOMENTS))
        return np.unique(np.quantile(times, np.linspace(0, 1, n + 1)[1:]))
