"""What the models share: matching items by id, behaviour in its order, ranking quality, storing, explaining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import (
    Explanation,
    History,
    ModelError,
    Part,
    Recommender,
    TrainingData,
    Validation,
)

if TYPE_CHECKING:
    from scipy import sparse

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


def need_likes(model: Recommender, data: TrainingData) -> None:
    """Refuse data without a single positive interaction.

    Raises:
        ModelError: There is none.
    """
    if not (data.interactions.values > 0).any():
        raise ModelError(f"{model.name} has no likes or plays to learn from", hint="Like a few items first.")


def liked(data: TrainingData) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
    """Return users, items and times of the positive interactions, by user, then time."""
    table = data.interactions
    good = table.values > 0
    return table.users[good].astype(np.int64), table.items[good].astype(np.int64), table.times[good]


def most_popular(counts: NDArray[Any], most: int) -> IntArray:
    """Return the items with behaviour, at most ``most``, ascending."""
    order = np.argsort(-counts, kind="stable")[:most]
    return np.sort(order[counts[order] > 0]).astype(np.int64)


def decayed_matrix(
    histories: Sequence[History], columns: IntArray, n_columns: int, decay: float
) -> sparse.csr_matrix[np.float32]:
    """Return the histories as rows in which each step back in time counts ``decay`` times as much.

    Float32 (n_histories, n_columns); the newest entry has its own value, a repeated item the sum of its entries.
    """
    from scipy import sparse

    lengths = np.array([len(h) for h in histories], np.int64)
    if not lengths.sum():
        return sparse.csr_matrix((len(histories), n_columns), dtype=np.float32)
    rows = np.repeat(np.arange(len(histories)), lengths)
    age = np.concatenate([np.arange(n - 1, -1, -1) for n in lengths])
    weights = np.concatenate([h.values for h in histories]) * np.power(float(decay), age)
    column = columns[np.concatenate([h.items for h in histories])]
    kept = (column >= 0) & (np.abs(weights) > 1e-6)
    entries = (weights[kept].astype(np.float32), (rows[kept], column[kept]))
    return sparse.csr_matrix(entries, shape=(len(histories), n_columns))


def sampled(held_out: Validation, most: int, seed: int = 0) -> Validation:
    """Return the held-out behaviour of at most ``most`` users, drawn at random but always the same ones."""
    if len(held_out.histories) <= most:
        return held_out
    rows = np.sort(np.random.default_rng(seed).permutation(len(held_out.histories))[:most]).tolist()
    picked = [held_out.histories[r] for r in rows]
    return Validation(picked, [held_out.positives[r] for r in rows], held_out.candidates)


def allowed(held_out: Validation, n_items: int) -> NDArray[np.bool_]:
    """Return which items may be listed for each user, bool (n_users, n_items)."""
    free = np.full((len(held_out.histories), n_items), held_out.candidates is None)
    if held_out.candidates is not None:
        free[:, held_out.candidates] = True
    for row, history in enumerate(held_out.histories):
        free[row, history.items] = False
    return free


def ndcg(scores: FloatArray, free: NDArray[np.bool_], positives: Sequence[IntArray], k: int = 10) -> FloatArray:
    """Return NDCG@k of each user's ranking, float32 (n_users,); what is not finite or not free is never listed."""
    masked = np.where(free & np.isfinite(scores), scores, -np.inf)
    k = min(k, masked.shape[1])
    best = np.argpartition(-masked, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(masked, best, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    listed = np.isfinite(np.take_along_axis(masked, best, axis=1))
    discounts = 1 / np.log2(np.arange(2, k + 2))
    found = np.zeros(len(scores), np.float32)
    for row, wanted in enumerate(positives):
        hits = np.isin(best[row], wanted) & listed[row]
        found[row] = (hits * discounts).sum() / discounts[: min(k, max(1, len(wanted)))].sum()
    return found


def explanation(
    rows: IntArray, shares: NDArray[Any], prior: float, limit: int, tags: Sequence[Part] = ()
) -> Explanation:
    """Return an explanation from the share of each history entry, largest first.

    Entries of one item are added up; what lies beyond ``limit`` is the bias ``"others"``, so that the parts add up.
    """
    items, at = np.unique(rows, return_inverse=True)
    summed = np.bincount(at, shares, len(items)) if len(items) else np.zeros(0)
    order = np.argsort(-np.abs(summed), kind="stable")
    parts = [Part("item", int(items[k]), float(summed[k])) for k in order[:limit]]
    rest = float(summed[order[limit:]].sum())
    parts += [Part("bias", name, value) for name, value in (("prior", prior), ("others", rest)) if value]
    return Explanation(float(summed.sum()) + prior, (*parts, *tags))
