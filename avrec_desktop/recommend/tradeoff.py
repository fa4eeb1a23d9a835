"""What the familiar-new slider costs and gives: expected match, variety and newness of the panel by its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, ItemFeatures
from avrec_desktop.recommend.panel import Check, Strategy, goes_on, rerank

#: Places of the slider at which the panel is really made; between them the window interpolates.
POSITIONS = (0.0, 0.25, 0.5, 0.75, 1.0)
#: Newest likes that newness is measured against.
_MAX_LIKED = 200


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """Figures of the panel at some places of the slider; all arrays float32 (n_positions,), in [0, 1].

    Attributes:
        positions: Places of the slider, rising.
        accuracy: Expected accuracy: mean score of the picks on the scale from the library's middle (0) to the best
            list there is (1).
        diversity: How unlike the picks are: 1 minus their mean cosine with each other (intra-list diversity; Ziegler
            et al. 2005).
        novelty: How far the picks are from what is liked: 1 minus the mean of each pick's largest cosine with a like.
    """

    positions: NDArray[np.float32]
    accuracy: NDArray[np.float32]
    diversity: NDArray[np.float32]
    novelty: NDArray[np.float32]

    def at(self, place: float) -> tuple[float, float, float]:
        """Return (accuracy, diversity, novelty) at a place of the slider, linear between the measured ones."""
        columns = (self.accuracy, self.diversity, self.novelty)
        accuracy, diversity, novelty = (float(np.interp(place, self.positions, column)) for column in columns)
        return accuracy, diversity, novelty


def measure_tradeoff(
    scores: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    items: ItemFeatures,
    history: History,
    limit: int,
    shown: NDArray[np.int64] | None = None,
    check: Check = goes_on,
) -> Tradeoff | None:
    """Make the panel at each of :data:`POSITIONS` and measure it; None when nothing can be picked.

    Args:
        scores: float32 (n_items,), NaN where the model cannot say.
        allowed: bool (n_items,), what may be picked.
        items: The items.
        history: What the profile did.
        limit: Length of the panel.
        shown: int64 (n_items,), how often each was offered in vain.
        check: Called before each place; what it raises ends the work.
    """
    usable = scores[allowed & np.isfinite(scores)]
    if not len(usable) or limit <= 0:
        return None
    count = min(limit, len(usable))
    best = float(np.partition(usable, len(usable) - count)[-count:].mean())
    middle = float(np.median(usable))
    liked = history.items[history.values > 0]
    known = np.asarray(items.content[liked[-_MAX_LIKED:]], dtype=np.float32)
    rows: list[tuple[float, float, float]] = []
    for place in POSITIONS:
        check()
        picks = rerank(scores, allowed, items, limit, Strategy.at(place), shown, liked)
        content = np.asarray(items.content[picks], dtype=np.float32)
        match = (float(scores[picks].mean()) - middle) / (best - middle) if best > middle else 1.0
        apart = content @ content.T
        n = len(picks)
        alike = float((apart.sum() - np.trace(apart)) / (n * (n - 1))) if n > 1 else 1.0
        near = float((content @ known.T).max(axis=1).mean()) if len(known) else 0.0
        rows.append((match, 1 - alike, 1 - near))
    accuracy, diversity, novelty = np.clip(np.array(rows, dtype=np.float32), 0, 1).T
    return Tradeoff(np.array(POSITIONS, dtype=np.float32), accuracy, diversity, novelty)
