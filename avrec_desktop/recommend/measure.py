"""A quick honest measure of a fresh model on the profile's own history, split by time."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, Interactions, Recommender, TrainingData

#: Share of a profile's newest interactions that is held out.
HELD_OUT = 0.2


@dataclass(frozen=True)
class Held:
    """A profile's history cut in two.

    Attributes:
        data: Training data without the held-out interactions.
        history: The profile's earlier interactions.
        items: int64 (n,), rows held out.
        values: float32 (n,), their strengths.
        n_history: Interactions of the profile in all.
        times: float64 (n,), when they happened.
    """

    data: TrainingData
    history: History
    items: NDArray[np.int64]
    values: NDArray[np.float32]
    n_history: int
    times: NDArray[np.float64]

    def after(self, time: float) -> Held:
        """Return the same with only what is newer held out; what lies between belongs to the history."""
        new = self.times > time
        known = History(
            np.concatenate([self.history.items, self.items[~new]]),
            np.concatenate([self.history.values, self.values[~new]]),
            np.concatenate([self.history.times, self.times[~new]]),
            self.history.user,
            self.history.now,
        )
        return Held(self.data, known, self.items[new], self.values[new], self.n_history, self.times[new])


def split_last(data: TrainingData, user: int, share: float = HELD_OUT) -> Held:
    """Hold out the newest ``share`` of one user's interactions."""
    x = data.interactions
    own = np.flatnonzero(x.users == user)
    own = own[np.argsort(x.times[own], kind="stable")]
    n_held = max(1, round(share * len(own))) if len(own) else 0
    held, kept = own[len(own) - n_held :], own[: len(own) - n_held]
    rest = np.ones(len(x), bool)
    rest[held] = False
    interactions = Interactions(x.users[rest], x.items[rest], x.values[rest], x.times[rest])
    now = float(x.times[held].min()) if n_held else 0.0
    history = History(x.items[kept].astype(np.int64), x.values[kept], x.times[kept], data.user_ids[user], now)
    return Held(
        dataclasses.replace(data, interactions=interactions),
        history,
        x.items[held].astype(np.int64),
        x.values[held],
        len(own),
        x.times[held],
    )


def auc(scores: NDArray[np.float32], positive: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve, ties counting half; NaN where one class is missing."""
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    if not n_pos or not n_neg:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[positive].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


def _accuracy(scores: NDArray[np.float32], held: Held, liked: NDArray[np.bool_]) -> float:
    """Return the share of held-out items on the right side of the threshold that is best for the earlier ones."""
    before, known = scores[held.history.items], held.history.values > 0
    if not (known.any() and (~known).any() and len(liked)):
        return float("nan")
    cuts = np.unique(before)
    right = [float((known == (before >= cut)).mean()) for cut in cuts]
    return float((liked == (scores[held.items] >= cuts[int(np.argmax(right))])).mean())


def holdout_metrics(model: Recommender, held: Held) -> dict[str, float]:
    """Measure a model that has not seen the held-out part.

    Returns:
        ``auc`` (liked against disliked of the held-out part), ``auc_unseen`` (liked against items never touched),
        ``accuracy`` (of telling liked from disliked at the threshold that is best on the earlier part), and over all
        unseen items ``precision@10``, ``recall@10``, ``f1@10``, ``ndcg@10`` and ``hr@10`` (whether a liked one is in
        the first ten); ``held_out`` says how many there were. Undefined figures are left out.
    """
    scores = np.nan_to_num(model.score(held.history).astype(np.float32), nan=-np.inf)
    liked = held.values > 0
    unseen = np.ones(len(scores), bool)
    unseen[held.history.items] = False
    never = unseen.copy()
    never[held.items] = False
    out = {"held_out": float(len(held.items)), "auc": auc(scores[held.items], liked)}
    positives = held.items[liked]
    both = np.concatenate([scores[positives], scores[never]])
    out["auc_unseen"] = auc(both, np.arange(len(both)) < len(positives))
    if len(positives):
        order = np.argsort(-np.where(unseen, scores, -np.inf), kind="stable")[:10]
        hits = np.isin(order, positives)
        gains = 1 / np.log2(np.arange(2, 12))
        precision, recall = float(hits.sum() / 10), float(hits.sum() / len(positives))
        out |= {
            "precision@10": precision,
            "recall@10": recall,
            "f1@10": 2 * precision * recall / (precision + recall) if hits.any() else 0.0,
            "ndcg@10": float(gains[: len(hits)][hits].sum() / gains[: len(positives)].sum()),
            "hr@10": float(hits.any()),
        }
    out["accuracy"] = _accuracy(scores, held, liked)
    return {name: value for name, value in out.items() if value == value}


def rank(scores: NDArray[np.float32], allowed: NDArray[np.bool_], row: int) -> int:
    """Return the place of an item row by score among the allowed ones, from 1; ties are to its advantage."""
    if not np.isfinite(scores[row]):
        return int((allowed & np.isfinite(scores)).sum()) + 1
    others = allowed & np.isfinite(scores)
    return int((scores[others] > scores[row]).sum()) + 1


def log_rank_gains(model: Recommender, held: Held) -> NDArray[np.float64]:
    """Return 1 / log2(1 + rank) of each held-out like among all items not touched before it, float64 (n_likes,).

    The history grows with each held-out interaction, as it does in use; the model does not learn in between. An item
    without a score counts 0.
    """
    gains = []
    history = held.history
    for item, value, at in zip(held.items, held.values, held.times, strict=True):
        if value > 0:
            scores = np.where(np.isfinite(found := model.score(history)), found, -np.inf)
            free = np.ones(len(scores), bool)
            free[history.items] = False
            rank = 1 + int((scores[free] > scores[item]).sum())
            gains.append(1 / np.log2(1 + rank) if np.isfinite(scores[item]) else 0.0)
        history = History(
            np.append(history.items, item),
            np.append(history.values, value).astype(np.float32),
            np.append(history.times, at),
            history.user,
            float(at),
        )
    return np.array(gains)


def keep_new(new: float, old: float) -> bool:
    """Whether a new model takes the place of the serving one: it is at least as good on what neither has seen."""
    return new >= old
