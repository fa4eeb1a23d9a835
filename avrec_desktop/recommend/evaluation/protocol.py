"""Full-ranking protocol: what is asked of a model in a phase, its top lists, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, Recommender
from avrec_desktop.recommend.evaluation import metrics
from avrec_desktop.recommend.evaluation.dataset import Dataset, Phase
from avrec_desktop.recommend.evaluation.statistics import confidence_interval

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]

#: Length of the lists.
DEPTH = 100
#: Scores held at a time while lists are made (64 MB of float32).
_CELLS = 16_000_000


class Question:
    """What a phase asks: for each evaluated user, which of the candidates come next.

    ``valid``: known is train, held out is valid. ``test``: known is train and valid, held out is test. Candidates are
    all items that the user does not know; in a cold split only the items held out in that phase. Users with at least
    one known and one held-out row are evaluated; held-out items that no model can know count as misses.

    Attributes:
        users: int64 (n,), evaluated users, as rows of the data set.
        histories: What each of them did before.
        candidates: int64, item rows that may be listed, ascending.
        positives: Held-out items per evaluated user.
    """

    def __init__(self, dataset: Dataset, phase: Phase) -> None:
        known, asked = dataset.known(phase), dataset.parts[phase]
        self.dataset = dataset
        self.phase = phase
        self.users: IntArray = np.intersect1d(known.users, asked.users)
        self.histories: list[History] = dataset.histories(phase, self.users)
        self.candidates: IntArray = np.unique(asked.items) if dataset.cold else np.arange(dataset.n_items)
        row = np.searchsorted(self.users, asked.users)
        inside = np.isin(asked.users, self.users)
        self._asked = (row[inside], asked.items[inside])
        self.positives = metrics.Positives(*self._asked, len(self.users), dataset.n_items)
        pairs = np.unique(known.users * dataset.n_items + known.items)  # who did a thing twice counts once
        self.popularity = np.bincount(pairs % dataset.n_items, minlength=dataset.n_items).astype(float)

    def held_out(self) -> list[IntArray]:
        """Return the held-out item rows of each evaluated user."""
        users, items = self._asked
        order = np.argsort(users, kind="stable")
        return np.split(items[order], np.cumsum(np.bincount(users, minlength=len(self.users)))[:-1])

    def top_lists(
        self, model: Recommender, *, depth: int = DEPTH, step: Callable[[int, int], None] | None = None
    ) -> IntArray:
        """Return each evaluated user's best candidates, int64 (n_users, depth), padded with -1.

        Args:
            model: Fitted and bound to the items of the data set.
            depth: Length of the lists.
            step: Called with (users done, users in all) after each batch.
        """
        batch = max(1, min(1024, _CELLS // max(1, self.dataset.n_items)))
        lists = np.full((len(self.users), depth), -1, np.int64)
        for start in range(0, len(self.users), batch):
            histories = self.histories[start : start + batch]
            found = top_lists(model.score_many(histories), histories, self.candidates, depth)
            lists[start : start + batch, : found.shape[1]] = found
            if step is not None:
                step(min(start + batch, len(self.users)), len(self.users))
        return lists

    def evaluate(self, top: IntArray) -> dict[str, float | list[float]]:
        """Return all metrics of top lists, means over the evaluated users (see :mod:`.metrics`)."""
        items = self.dataset.items
        values: dict[str, float | list[float]] = {
            name: float(each.mean()) if len(each) else 0.0
            for name, each in metrics.per_user(top, self.positives).items()
        }
        values["coverage@10"] = metrics.coverage(top, len(self.candidates))
        values["gini@10"] = metrics.gini(top[:, :10], self.dataset.n_items)
        each_user = {
            "novelty@10": metrics.novelty(top, self.popularity, self.dataset.n_users),
            "popularity_lift@10": metrics.popularity_lift(top, self.popularity, self._history_mean(self.popularity)),
            "diversity@10": metrics.intra_list_diversity(top, items.content),
        }
        if items.tags.shape[1]:
            each_user["miscalibration@10"] = metrics.miscalibration(top, self._history_tags(), items.tags)
        values.update({name: float(v.mean()) if len(v) else 0.0 for name, v in each_user.items()})
        values["users"] = float(len(self.users))
        values["ndcg@10_ci95"] = list(confidence_interval(self.per_user(top)["ndcg@10"]))
        return values

    def per_user(self, top: IntArray) -> dict[str, NDArray[np.float64]]:
        """Return the ranking metrics of each evaluated user, in the order of :attr:`users`."""
        return metrics.per_user(top, self.positives)

    def write(self, top: IntArray, path: Path) -> None:
        """Write top lists as a CSV table ``user,item,rank``; ranks count from 0."""
        import pandas as pd

        row, rank = np.nonzero(top >= 0)
        users, items = self.dataset.user_ids[self.users[row]], self.dataset.item_ids[top[row, rank]]
        pd.DataFrame({"user": users, "item": items, "rank": rank}).to_csv(path, index=False)

    def _history_mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([values[h.items].mean() for h in self.histories])

    def _history_tags(self) -> FloatArray:
        tags = self.dataset.items.tags / np.maximum(self.dataset.items.tags.sum(1, keepdims=True), 1e-9)
        return np.stack([tags[h.items].sum(0) for h in self.histories]) if self.histories else tags[:0]


def top_lists(
    scores: FloatArray, histories: Sequence[History], candidates: IntArray | None = None, depth: int = DEPTH
) -> IntArray:
    """Return the best items that each user does not know, int64 (n_users, min(depth, n_items)), padded with -1.

    Args:
        scores: (n_users, n_items); what is not finite is never listed.
        histories: One per row of the scores; their items are never listed.
        candidates: Item rows that may be listed; None for all.
        depth: Length of the lists.

    Ties go to the lower item row.
    """
    allowed = np.full(scores.shape, candidates is None)
    if candidates is not None:
        allowed[:, candidates] = True
    for row, history in enumerate(histories):
        allowed[row, history.items] = False
    masked = np.where(allowed & np.isfinite(scores), scores, -np.inf)
    depth = min(depth, masked.shape[1])
    if not depth or not len(masked):
        return np.full((len(masked), depth), -1, np.int64)
    best = np.argpartition(-masked, depth - 1, axis=1)[:, :depth]
    best = np.sort(best, axis=1)
    values = np.take_along_axis(masked, best, axis=1)
    last = values.min(1)
    # where more items share the last value than fit, the partition chose among them at random
    crowded = ((masked == last[:, None]).sum(1) > (values == last[:, None]).sum(1)) & np.isfinite(last)
    for row in np.flatnonzero(crowded).tolist():
        best[row] = np.sort(np.argsort(-masked[row], kind="stable")[:depth])
    values = np.take_along_axis(masked, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    listed = np.where(np.isfinite(values), best, -1)
    return np.take_along_axis(listed, order, axis=1).astype(np.int64)
