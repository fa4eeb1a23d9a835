"""The own history as a test, in the order in which it happened: could the model have told what was liked next?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, Interactions, Recommender, TrainingData

#: Likes with which measuring begins to make sense, fewest and most of them that are held out, and the share.
MIN_LIKES, MIN_HELD, MAX_HELD, SHARE = 10, 5, 100, 0.2
#: Length of the lists that coverage, diversity and the like are measured on.
DEPTH = 20


@dataclass(frozen=True)
class Cut:
    """A history cut in two at a moment, with nothing from after it in the training data, of anybody.

    Attributes:
        data: What may be learned from.
        history: What the profile did before.
        items: int64 (n,), rows of what it did after, oldest first.
        values: float32 (n,).
        times: float64 (n,).
    """

    data: TrainingData
    history: History
    items: NDArray[np.int64]
    values: NDArray[np.float32]
    times: NDArray[np.float64]

    @property
    def likes(self) -> NDArray[np.int64]:
        """Rows of the held-out likes, oldest first."""
        return self.items[self.values > 0]

    def histories(self) -> list[History]:
        """Return what was known just before each held-out like."""
        out, known = [], self.history
        for item, value, at in zip(self.items, self.values, self.times, strict=True):
            now = History(known.items, known.values, known.times, known.user, float(at))
            if value > 0:
                out.append(now)
            known = History(
                np.append(known.items, item),
                np.append(known.values, value).astype(np.float32),
                np.append(known.times, at),
                known.user,
                float(at),
            )
        return out


def n_likes(data: TrainingData, user: int) -> int:
    """Return how many items a user row likes."""
    x = data.interactions
    return int(((x.users == user) & (x.values > 0)).sum())


def cut_newest(data: TrainingData, user: int) -> Cut | None:
    """Cut a user's history before its newest likes (a fifth, at least 5, at most 100); None with under 10 likes.

    Behaviour of others from after the cut is left out of the training data as well. The user counts as a profile of
    this machine there: a model that adapts to profiles adapts to whoever is measured.
    """
    x = data.interactions
    own = np.flatnonzero(x.users == user)
    own = own[np.argsort(x.times[own], kind="stable")]
    liked = np.flatnonzero(x.values[own] > 0)
    if len(liked) < MIN_LIKES:
        return None
    held = min(MAX_HELD, max(MIN_HELD, round(SHARE * len(liked))))
    first = int(liked[len(liked) - held])
    before, after = own[:first], own[first:]
    moment = float(x.times[after[0]])
    keep = (x.times < moment) | (x.times <= 0)
    keep[own] = False
    keep[before] = True
    rest = Interactions(x.users[keep], x.items[keep], x.values[keep], x.times[keep])
    history = History(x.items[before].astype(np.int64), x.values[before], x.times[before], data.user_ids[user], moment)
    return Cut(
        dataclasses.replace(data, interactions=rest, local_users=tuple(sorted({*data.local_users, user}))),
        history,
        x.items[after].astype(np.int64),
        x.values[after],
        x.times[after],
    )


@dataclass(frozen=True)
class Places:
    """Where each held-out like stood among all that the profile had not touched before.

    Attributes:
        better: int64 (n,), how many stood above it.
        equal: int64 (n,), how many had the same score, itself included.
        candidates: int64 (n,), how many there were.
        top: int64 (n, 20), the rows of each list, padded with -1.
    """

    better: NDArray[np.int64]
    equal: NDArray[np.int64]
    candidates: NDArray[np.int64]
    top: NDArray[np.int64]

    def hit(self, k: int) -> NDArray[np.float64]:
        """Return how likely each like is in the first ``k``, float64 (n,): 0 or 1 but for ties, which are shared."""
        return np.clip((k - self.better) / self.equal, 0.0, 1.0)

    def gain(self, k: int) -> NDArray[np.float64]:
        """Return the NDCG at ``k`` of each like, float64 (n,); of ties the mean over their places."""
        sums = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])
        first, last = np.minimum(self.better, k), np.minimum(self.better + self.equal, k)
        return np.asarray((sums[last] - sums[first]) / self.equal)

    def reciprocal(self) -> NDArray[np.float64]:
        """Return 1 / rank of each like, float64 (n,), ties at their middle."""
        return 1 / (1 + self.better + (self.equal - 1) / 2)

    def area(self) -> NDArray[np.float64]:
        """Return which share of the other candidates stood below each like, float64 (n,), ties half."""
        below = self.candidates - self.better - self.equal + (self.equal - 1) / 2
        return np.asarray(below / np.maximum(self.candidates - 1, 1))


def places(model: Recommender, cut: Cut) -> Places:
    """Ask a model that learned from before the cut for each held-out like, its history growing as it did.

    The model does not learn in between: what is newer reaches it through the history alone, as in use.
    """
    better, equal, candidates, lists = [], [], [], []
    for item, history in zip(cut.likes, cut.histories(), strict=True):
        found = np.asarray(model.score(history), np.float32)
        scores = np.where(np.isfinite(found), found, -np.inf)
        free = np.ones(len(scores), bool)
        free[history.items] = False
        better.append(int((scores[free] > scores[item]).sum()))
        equal.append(max(1, int((scores[free] == scores[item]).sum())))
        candidates.append(int(free.sum()))
        order = np.argsort(-np.where(free, scores, -np.inf), kind="stable")[:DEPTH]
        row = np.full(DEPTH, -1, np.int64)
        row[: len(order)] = np.where(free[order] & np.isfinite(scores[order]), order, -1)
        lists.append(row)
    top = np.stack(lists) if lists else np.zeros((0, DEPTH), np.int64)
    return Places(np.array(better, np.int64), np.array(equal, np.int64), np.array(candidates, np.int64), top)
