"""A lone user: few known likes, content only, nobody else's behaviour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, Interactions, Recommender, TrainingData
from avrec_desktop.recommend.evaluation import metrics
from avrec_desktop.recommend.evaluation.dataset import Dataset, Ratings
from avrec_desktop.recommend.evaluation.protocol import DEPTH, top_lists
from avrec_desktop.recommend.evaluation.statistics import confidence_interval

IntArray = NDArray[np.int64]

#: Ratings from here on are likes.
LIKE = 4.0
#: Fewest later likes a user must have to be evaluated.
MIN_POSITIVES = 5


@dataclass(frozen=True)
class LoneCase:
    """One user at the moment of the K-th like.

    Attributes:
        user: User row.
        history: The first K likes (value 1) and every lower rating before the K-th (value -1), oldest first.
        positives: int64, item rows of the later likes.
    """

    user: int
    history: History
    positives: IntArray

    def training_data(self, dataset: Dataset) -> TrainingData:
        """Return what the user knows as training data of one user."""
        h = self.history
        rows = Interactions(np.zeros(len(h), np.int32), h.items.astype(np.int32), h.values, h.times)
        return TrainingData(dataset.items, rows, (h.user,), (0,))


def lone_cases(dataset: Dataset, k: int) -> Iterator[LoneCase]:
    """Yield a case for every user with at least ``k`` + 5 likes in all tables together."""
    rows = _all_rows(dataset)
    for user in np.unique(rows.users):
        begin, end = np.searchsorted(rows.users, user), np.searchsorted(rows.users, user, side="right")
        items, times, like = rows.items[begin:end], rows.times[begin:end], rows.ratings[begin:end] >= LIKE
        if like.sum() < k + MIN_POSITIVES:
            continue
        cut = int(np.flatnonzero(like)[k - 1]) + 1
        values = np.where(like[:cut], 1.0, -1.0).astype(np.float32)
        history = History(items[:cut], values, times[:cut], str(dataset.user_ids[user]), float(times[cut - 1]))
        yield LoneCase(int(user), history, items[cut:][like[cut:]])


def lone_lists(model: Recommender, cases: Sequence[LoneCase], depth: int = DEPTH) -> IntArray:
    """Return the top lists of a fitted model for the cases, int64 (n_cases, depth), padded with -1."""
    lists = np.full((len(cases), depth), -1, np.int64)
    for row, case in enumerate(cases):
        found = top_lists(model.score(case.history)[None], [case.history], None, depth)
        lists[row, : found.shape[1]] = found[0]
    return lists


def lone_metrics(dataset: Dataset, cases: Sequence[LoneCase], top: IntArray) -> dict[str, float | list[float]]:
    """Return the ranking metrics of top lists for the cases, means over users."""
    users = np.repeat(np.arange(len(cases)), [len(c.positives) for c in cases])
    items = np.concatenate([c.positives for c in cases]) if cases else np.empty(0, np.int64)
    each = metrics.per_user(top, metrics.Positives(users, items, len(cases), dataset.n_items))
    values: dict[str, float | list[float]] = {n: float(v.mean()) if len(v) else 0.0 for n, v in each.items()}
    values["users"] = float(len(cases))
    values["ndcg@10_ci95"] = list(confidence_interval(each["ndcg@10"]))
    return values


def write_lone(dataset: Dataset, lists: dict[int, tuple[Sequence[LoneCase], IntArray]], path: Path) -> None:
    """Write the lists of every K as a CSV table ``k,user,item,rank``; ranks count from 0."""
    import pandas as pd

    tables = []
    for k, (cases, top) in lists.items():
        row, rank = np.nonzero(top >= 0)
        users = dataset.user_ids[np.array([c.user for c in cases], np.int64)[row]]
        tables.append(pd.DataFrame({"k": k, "user": users, "item": dataset.item_ids[top[row, rank]], "rank": rank}))
    pd.concat(tables).to_csv(path, index=False)


def _all_rows(dataset: Dataset) -> Ratings:
    rows = dataset.parts["train"].plus(dataset.parts["valid"]).plus(dataset.parts["test"])
    order = np.lexsort((rows.items, rows.times, rows.users))  # the order that lone users are read in: ties by item
    return Ratings(rows.users[order], rows.items[order], rows.ratings[order], rows.times[order])
