"""What most models do with behaviour: take the likes, restrict, measure a ranking, tell shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import ModelError
from avrec_desktop.api.recommend import (
    Explanation,
    FloatArray,
    Interactions,
    ItemFeatures,
    Part,
    Recommender,
    TrainingData,
    Validation,
)

IntArray = NDArray[np.int64]

#: Most columns of content that are read as they are; beyond, only the fused vector is read.
MAX_CONTENT = 1024


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


def restricted(data: TrainingData, kept: IntArray) -> TrainingData:
    """Return the data with the given item rows only."""
    items = data.items
    part = ItemFeatures(
        ids=items.ids[kept],
        content=items.content[kept],
        tags=items.tags[kept],
        tag_names=items.tag_names,
        modalities={name: block[kept] for name, block in items.modalities.items()},
        groups=None if items.groups is None else items.groups[kept],
        added=None if items.added is None else items.added[kept],
        durations=None if items.durations is None else items.durations[kept],
    )
    row = np.full(data.n_items, -1, np.int64)
    row[kept] = np.arange(len(kept))
    table = data.interactions
    known = row[table.items] >= 0
    rows = Interactions(
        table.users[known], row[table.items[known]].astype(np.int32), table.values[known], table.times[known]
    )
    return replace(data, items=part, interactions=rows)


def content_of(items: ItemFeatures) -> FloatArray:
    """Return the content that the networks read: the modalities side by side, or the fused vector."""
    blocks = [items.modalities[name] for name in sorted(items.modalities)]
    if blocks and sum(b.shape[1] for b in blocks) <= MAX_CONTENT:
        return np.hstack(blocks).astype(np.float32)
    return items.content


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
    rows: IntArray, shares: NDArray[Any], prior: float, limit: int, more: Sequence[Part] = ()
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
    return Explanation(float(summed.sum()) + prior, (*parts, *more))
