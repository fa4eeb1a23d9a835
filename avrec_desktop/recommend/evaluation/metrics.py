"""Ranking metrics over full lists, beyond-accuracy metrics, and metrics of click scores.

A *top list* is int64 (n_users, depth): item rows, best first, padded with -1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]
Metric = NDArray[np.float64]

#: Cut-offs of the ranking metrics.
CUTS = (5, 10, 20)


class Positives:
    """The held-out items of every evaluated user.

    Args:
        users: int64 (n,), user of each held-out item, as row of the top lists.
        items: int64 (n,), item rows.
        n_users: Number of rows of the top lists.
        n_items: Number of items.
    """

    def __init__(self, users: IntArray, items: IntArray, n_users: int, n_items: int) -> None:
        keys = np.sort(users * n_items + items)
        self._keys = keys
        self._n_items = n_items
        self.counts = np.bincount(users, minlength=n_users)

    def hits(self, top: IntArray) -> NDArray[np.bool_]:
        """Return which entries of the top lists are held-out items, same shape."""
        if not len(self._keys):
            return np.zeros(top.shape, bool)
        keys = np.arange(len(top))[:, None] * self._n_items + np.maximum(top, 0)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found: NDArray[np.bool_] = (self._keys[at] == keys) & (top >= 0)
        return found


def per_user(top: IntArray, positives: Positives, cuts: Sequence[int] = CUTS) -> dict[str, Metric]:
    """Return precision, recall, F1, hit rate, NDCG, MAP at each cut, and MRR over the whole list, each (n_users,).

    Binary relevance. NDCG is divided by the best DCG possible with the user's number of held-out items, MAP by
    ``min(k, held-out items)``; ``recall_capped@k`` divides the hits by the same. Every user counts, also one with
    an empty list.
    """
    hit = positives.hits(top)
    n = np.maximum(positives.counts, 1)
    ranks = np.arange(1, top.shape[1] + 1)
    out: dict[str, Metric] = {}
    for k in cuts:
        head = hit[:, :k]
        found = head.sum(1)
        discounts = 1 / np.log2(np.arange(2, k + 2))
        best = np.cumsum(discounts)[np.minimum(n, k) - 1]
        precision, recall = found / k, found / n
        total = np.where(found > 0, precision + recall, 1.0)
        so_far = np.cumsum(head, axis=1) / ranks[: head.shape[1]]
        out[f"hr@{k}"] = (found > 0).astype(float)
        out[f"ndcg@{k}"] = head @ discounts[: head.shape[1]] / best
        out[f"precision@{k}"] = precision
        out[f"recall@{k}"] = recall
        out[f"recall_capped@{k}"] = found / np.minimum(n, k)
        out[f"f1@{k}"] = np.where(found > 0, 2 * precision * recall / total, 0.0)
        out[f"map@{k}"] = (so_far * head).sum(1) / np.minimum(n, k)
    first = np.argmax(hit, axis=1)
    out["mrr"] = np.where(hit.any(1), 1 / (first + 1), 0.0)
    return out


def coverage(top: IntArray, n_candidates: int, k: int = 10) -> float:
    """Return the share of the candidates that are in somebody's first ``k``."""
    head = top[:, :k]
    return len(np.unique(head[head >= 0])) / max(n_candidates, 1)


def gini(top: IntArray, n_items: int, k: int = 10) -> float:
    """Return the Gini index of how often each item is in a first ``k``: 0 all alike, 1 one item only."""
    head = top[:, :k]
    counts = np.sort(np.bincount(head[head >= 0], minlength=n_items)).astype(float)
    if not counts.sum():
        return 0.0
    ranks = np.arange(1, n_items + 1)
    return float(((2 * ranks - n_items - 1) * counts).sum() / (n_items * counts.sum()))


def novelty(top: IntArray, popularity: Metric, n_users: int, k: int = 10) -> Metric:
    """Return the mean self-information of each first ``k``, ``-log2 p(item)``, in bits, (n_users,).

    Args:
        top: Top lists.
        popularity: (n_items,), number of users who know each item; one is added to each.
        n_users: Number of users behind the popularity.
        k: Cut-off.
    """
    information = -np.log2((popularity + 1) / (n_users + 1))
    return _mean_over(top[:, :k], information)


def popularity_lift(top: IntArray, popularity: Metric, history_popularity: Metric, k: int = 10) -> Metric:
    """Return how much more popular the lists are than what each user knew, 0.5 = half as much again, (n_users,).

    The relative group average popularity of Abdollahpouri et al. (2019), for each user alone.
    """
    mean = _mean_over(top[:, :k], popularity)
    return mean / np.maximum(history_popularity, 1e-9) - 1


def intra_list_diversity(top: IntArray, content: FloatArray, k: int = 10, chunk: int = 2048) -> Metric:
    """Return the mean of 1 - cosine over the pairs of each first ``k``, (n_users,); 0 for fewer than two items.

    Args:
        top: Top lists.
        content: float32 (n_items, d), unit or zero rows.
        k: Cut-off.
        chunk: Users at a time.
    """
    out = np.zeros(len(top))
    for start in range(0, len(top), chunk):
        head = top[start : start + chunk, :k]
        there = head >= 0
        vectors = content[np.maximum(head, 0)] * there[:, :, None]
        sums = vectors.sum(1)
        same = np.einsum("ud,ud->u", sums, sums) - np.einsum("ukd,ukd->u", vectors, vectors)
        n = there.sum(1)
        pairs = n * (n - 1)
        out[start : start + chunk] = np.where(pairs > 0, 1 - same / np.maximum(pairs, 1), 0.0)
    return out


def miscalibration(
    top: IntArray, history_tags: FloatArray, tags: FloatArray, k: int = 10, smoothing: float = 0.01
) -> Metric:
    """Return the divergence in nats of each list's tags from those of the user's history, (n_users,); 0 is calibrated.

    Kullback-Leibler, the list's distribution mixed with ``smoothing`` of the history's (Steck, 2018).

    Args:
        top: Top lists.
        history_tags: float32 (n_users, n_tags), sums over each history.
        tags: float32 (n_items, n_tags).
        k: Cut-off.
        smoothing: Share of the history's distribution.
    """
    head = top[:, :k]
    there = head >= 0
    shares = tags / np.maximum(tags.sum(1, keepdims=True), 1e-9)
    listed = np.zeros(history_tags.shape)
    for column in range(head.shape[1]):
        listed += shares[np.maximum(head[:, column], 0)] * there[:, column, None]
    p = history_tags / np.maximum(history_tags.sum(1, keepdims=True), 1e-9)
    q = (1 - smoothing) * listed / np.maximum(listed.sum(1, keepdims=True), 1e-9) + smoothing * p
    divergence: Metric = np.where(p > 0, p * np.log(np.maximum(p, 1e-12) / np.maximum(q, 1e-12)), 0.0).sum(1)
    return divergence


def click_metrics(scores: FloatArray, labels: NDArray[np.bool_], threshold: float = 0.5) -> dict[str, float]:
    """Return accuracy, AUC and log loss of predicted probabilities of a click.

    Args:
        scores: float32 (n,), probabilities in [0, 1].
        labels: bool (n,), whether it was clicked.
        threshold: From which probability on a click is predicted.

    Returns:
        ``accuracy``, ``auc`` (the chance that a clicked one scores above another, ties count half; NaN when one class
        is missing) and ``log_loss`` in nats.
    """
    from scipy.stats import rankdata

    clipped = np.clip(scores.astype(float), 1e-7, 1 - 1e-7)
    good, bad = int(labels.sum()), int((~labels).sum())
    area = float("nan")
    if good and bad:
        area = (float(rankdata(scores)[labels].sum()) - good * (good + 1) / 2) / (good * bad)
    return {
        "accuracy": float(((scores >= threshold) == labels).mean()),
        "auc": area,
        "log_loss": float(-np.where(labels, np.log(clipped), np.log(1 - clipped)).mean()),
    }


def _mean_over(head: IntArray, values: Metric) -> Metric:
    there = head >= 0
    mean: Metric = (values[np.maximum(head, 0)] * there).sum(1) / np.maximum(there.sum(1), 1)
    return mean
