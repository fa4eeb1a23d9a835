"""Weights for a sum of scores, from what really came next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.behaviour import ndcg
from avrec_sequence.common import FloatArray, IntArray

#: Strength of the shrinkage to zero, in users.
SHRINKAGE = 3.0
#: Most held-out items of one user that count.
MAX_POSITIVES = 50
#: Users at a time.
CHUNK = 256
#: Groups of users that a blend is cross-fitted over.
FOLDS = 4
#: What a greedy step may add of a part, and the most steps; cells of scores that it looks at.
ADDED = (0.15, 0.4, 1.0)
STEPS = 3
GREEDY_CELLS = 3_000_000


@dataclass(frozen=True)
class Blend:
    """A chosen blend.

    Attributes:
        weights: Weight per part; parts without a weight are not needed.
        reached: Value per part and way of blending, on users the weights were not fitted on.
        why: The choice in a sentence.
    """

    weights: dict[str, float]
    reached: dict[str, float]
    why: str


def standardised(scores: FloatArray, free: NDArray[np.bool_]) -> FloatArray:
    """Return each row with mean 0 and spread 1 over the items that may be listed.

    What is not finite becomes the lowest value of its row, or 0 where the row says nothing at all.
    """
    good = free & np.isfinite(scores)
    there = np.where(good, scores, 0).astype(np.float64)
    n = np.maximum(good.sum(1, keepdims=True), 1)
    mean = there.sum(1, keepdims=True) / n
    spread = np.sqrt((np.where(good, there - mean, 0) ** 2).sum(1, keepdims=True) / n)
    usable = np.isfinite(scores)
    scaled = np.where(usable, np.where(usable, scores, 0) - mean, 0) / np.maximum(spread, 1e-6)
    lowest = np.where(good, scaled, 0).min(1, keepdims=True) if scores.shape[1] else 0.0
    return np.where(usable, scaled, lowest).astype(np.float32)


def compressed(scores: FloatArray) -> FloatArray:
    """Return standardised scores with the upper tail on a logarithmic scale; order and the rest are kept.

    Linear models have a few very large scores, logarithms of probabilities have not; a sum needs both alike.
    """
    return np.asarray(np.where(scores > 1, 1 + np.log(np.maximum(scores, 1)), scores), np.float32)


def fit_blend(
    scores: Mapping[str, FloatArray],
    free: NDArray[np.bool_],
    positives: Sequence[IntArray],
    subtractable: Sequence[str] = (),
) -> Blend:
    """Return the weights that make the held-out items likeliest, or the best single part where no sum beats it.

    Conditional logit: P(item) is proportional to exp(sum of weight times standardised score) over the items that may
    be listed. Beside it a greedy sum, which starts at the best part and adds parts while that helps. Both are judged
    by NDCG, cross-fitted over groups of users.

    Args:
        scores: Per part float32 (n_users, n_items).
        free: bool (n_users, n_items), what may be listed.
        positives: Held-out item rows per user.
        subtractable: Parts that may have a negative weight: what was always popular can say what is rising.
    """
    names = list(scores)
    if not len(positives) or len(names) < 2:
        return Blend({n: 1.0 / len(names) for n in names}, {}, "nothing to choose by: all parts count the same")
    stacked = np.stack([compressed(standardised(scores[n], free)) for n in names], axis=-1)
    signed = np.array([n in subtractable for n in names])
    reached = {n: _value(stacked[..., k], free, positives) for k, n in enumerate(names)}
    group = np.random.default_rng(0).permutation(len(positives)) % FOLDS
    ways = {"likelihood": _likeliest, "greedy": _greedy}
    for way, fit in ways.items():
        crossed = np.zeros(free.shape, np.float32)
        for number in range(FOLDS):
            inside = np.flatnonzero(group == number)
            crossed[inside] = stacked[inside] @ fit(stacked, free, positives, np.flatnonzero(group != number), signed)
        reached[f"blend by {way}"] = _value(crossed, free, positives)
    best = max(names, key=lambda n: reached[n])
    way = max(ways, key=lambda w: reached[f"blend by {w}"])
    if reached[f"blend by {way}"] < reached[best]:
        return Blend({best: 1.0}, reached, f"{_figures(reached)}; no blend beats {best}, which serves alone")
    final = ways[way](stacked, free, positives, np.arange(len(positives)), signed)
    kept = {n: round(float(w), 4) for n, w in zip(names, final, strict=True) if abs(w) > 0.01 * final.max()}
    return Blend(kept, reached, f"{_figures(reached)}; the blend by {way} is best")


def _value(scores: FloatArray, free: NDArray[np.bool_], positives: Sequence[IntArray]) -> float:
    """Return what a blend is judged by: the mean of NDCG@10, and of NDCG@50, which is less noisy."""
    near, far = (float(ndcg(scores, free, positives, k).mean()) for k in (10, 50))
    return (near + far) / 2


def _figures(reached: Mapping[str, float]) -> str:
    ordered = sorted(reached.items(), key=lambda entry: -entry[1])
    return "mean of NDCG@10 and NDCG@50 on held-out behaviour: " + ", ".join(f"{n} {v:.3f}" for n, v in ordered)


def _likeliest(
    stacked: FloatArray,
    free: NDArray[np.bool_],
    positives: Sequence[IntArray],
    users: IntArray,
    signed: NDArray[np.bool_],
) -> FloatArray:
    from scipy.optimize import minimize

    wanted = [np.asarray(positives[u])[:MAX_POSITIVES] for u in users.tolist()]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = 0.5 * SHRINKAGE * float(weights @ weights), SHRINKAGE * weights
        for begin in range(0, len(users), CHUNK):
            rows = users[begin : begin + CHUNK]
            block = stacked[rows]
            logits = np.where(free[rows], block @ weights.astype(np.float32), -np.inf)
            top = logits.max(1, keepdims=True)
            shares = np.exp(logits - top)
            size = shares.sum(1, keepdims=True)
            shares /= size
            expected = np.matmul(shares[:, None, :], block)[:, 0, :]
            normal = (top + np.log(size))[:, 0]
            for k, items in enumerate(wanted[begin : begin + CHUNK]):
                asked = items[free[rows[k], items]]
                if len(asked):
                    value += float(normal[k]) - float(logits[k, asked].mean())
                    slope = slope + expected[k] - block[k, asked].mean(0)
        return value, slope

    start = np.full(stacked.shape[-1], 0.3)
    bounds = [(None if s else 0.0, None) for s in signed.tolist()]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
    return np.asarray(found.x, np.float32)


def _greedy(
    stacked: FloatArray,
    free: NDArray[np.bool_],
    positives: Sequence[IntArray],
    users: IntArray,
    signed: NDArray[np.bool_],
) -> FloatArray:
    users = users[: max(50, GREEDY_CELLS // max(1, free.shape[1]))]
    block, able = stacked[users], free[users]
    wanted = [positives[u] for u in users.tolist()]
    n_parts = stacked.shape[-1]
    trials = list(np.eye(n_parts, dtype=np.float32))
    best, reached = trials[0], -1.0
    for _ in range(STEPS + 1):
        values = [_value(block @ t, able, wanted) for t in trials]
        at = int(np.argmax(values))
        if values[at] <= reached * 1.002:
            break
        best, reached = trials[at], values[at]
        units = np.eye(n_parts, dtype=np.float32)
        trials = [best + np.float32(added) * unit for unit in units for added in ADDED]
        trials += [best - np.float32(added) * unit for unit in units[signed] for added in ADDED]
    return np.asarray(best, np.float32)
