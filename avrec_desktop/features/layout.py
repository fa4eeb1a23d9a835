"""Runs inside a compute process: lays items out in two dimensions so that alike ones lie together.

The layout is t-SNE (van der Maaten & Hinton 2008) as openTSNE does it: interpolated by FFT for many points (Linderman
et al. 2019), started from the principal components or from the map before (Kobak & Berens 2019).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.jobs.child import ChildContext

Matrix = NDArray[np.float32]

#: Neighbours that count for an item, roughly; the layout looks at three times as many.
PERPLEXITY = 30
#: Steps with and without exaggeration, and the factor.
EARLY, LATE, EXAGGERATION = 250, 300, 12
#: Items up to which neighbours are found exactly, and from which on the forces are interpolated.
_EXACT, _INTERPOLATED = 30_000, 3_000
#: Items below which principal components say all there is to say.
_FEW = 8
_CHUNK = 512
#: Shares of the work: neighbours, one early step, one late step (late steps are dearer, as the map is wider).
_SEARCH, _LATE_COST = 300, 3
_REPORT_EVERY = 10
#: Most regions of the coarse and the fine division, and the divisor of sqrt(n) that gives their number.
_DIVISIONS = ((9, 4.0), (48, 2.0))


def compute(args: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    """Lay items out.

    Args:
        args: ``vectors`` float32 (n, d), unit rows; ``start`` float32 (n, 2), where to begin, or None.
        context: Hears of progress (``done`` of ``total``) and may stop the work.

    Returns:
        ``xy`` float32 (n, 2), centred, 99 of 100 items within distance 1; ``cells`` int16 (2, n), the region of each
        item in a coarse and a fine division.

    Raises:
        Cancelled: The caller cancelled.
    """
    vectors = np.ascontiguousarray(args["vectors"], dtype=np.float32)
    start = args["start"]
    if len(vectors) < _FEW:
        xy = normalised(principal_plane(vectors))
    else:
        xy = normalised(_embed(vectors, principal_plane(vectors) if start is None else start, context))
    context.check()
    return {"xy": xy, "cells": divide(xy)}


def place(args: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    """Serve :func:`place_new` with ``vectors``, ``known``, ``xy``, ``ids``: ``near`` int64 (m,), ``xy`` (m, 2)."""
    near, xy = place_new(args["vectors"], args["known"], args["xy"], args["ids"])
    return {"near": near, "xy": xy}


def place_new(
    vectors: Matrix, known: Matrix, xy: Matrix, ids: NDArray[np.int64], neighbours: int = 5
) -> tuple[NDArray[np.int64], Matrix]:
    """Put items onto an existing map, each amid its nearest neighbours.

    Only those neighbours count that lie near the nearest one: the mean of two far places is no place at all.

    Args:
        vectors: float32 (m, d), unit rows of the new items.
        known: float32 (n, d), unit rows of the items on the map; n > 0.
        xy: float32 (n, 2), their places.
        ids: int64 (m,), ids of the new items; items with the same neighbours get places side by side by them.
        neighbours: How many neighbours to look at.

    Returns:
        int64 (m,), row of the nearest item on the map, and float32 (m, 2), the places.
    """
    count = min(neighbours, len(known))
    reach = 2.0 / np.sqrt(len(known))  # some ten times the distance between points of an even map of radius 1
    near = np.zeros(len(vectors), dtype=np.int64)
    out = np.zeros((len(vectors), 2), dtype=np.float32)
    for begin in range(0, len(vectors), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        scores = np.einsum("ij,kj->ik", vectors[rows], known)
        best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        spots = xy[best]
        close = np.linalg.norm(spots - spots[:, :1], axis=2) <= reach
        near[rows] = best[:, 0]
        out[rows] = (spots * close[:, :, None]).sum(axis=1) / close.sum(axis=1)[:, None]
    angle = ids.astype(np.float64) * 2.399963  # the golden angle: successive ids never coincide
    offset = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (0.15 * reach)
    return near, (out + offset).astype(np.float32)


def principal_plane(vectors: Matrix) -> Matrix:
    """Return float32 (n, 2), the two directions of largest variance."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    plane = centred @ axes[:, ::-1][:, :2]
    if plane.shape[1] < 2:
        plane = np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))
    return np.asarray(plane, dtype=np.float32)


def normalised(xy: NDArray[Any]) -> Matrix:
    """Return the map centred, with 99 of 100 items within distance 1 and none beyond 1.25."""
    centred = np.asarray(xy, dtype=np.float64) - np.median(xy, axis=0)
    distance = np.linalg.norm(centred, axis=1)
    radius = float(np.percentile(distance, 99)) if len(distance) else 1.0
    if radius <= 1e-12:
        return np.zeros_like(centred, dtype=np.float32)
    centred /= radius
    distance /= radius
    centred *= np.where(distance > 1.25, 1.25 / np.maximum(distance, 1.25), 1.0)[:, None]
    return np.asarray(centred, dtype=np.float32)


def divide(xy: Matrix) -> NDArray[np.int16]:
    """Return int16 (2, n): the region of each item in a coarse and a fine division of the map."""
    from scipy.cluster.vq import kmeans2

    out = np.zeros((len(_DIVISIONS), len(xy)), dtype=np.int16)
    different = len(np.unique(xy, axis=0))
    for level, (most, divisor) in enumerate(_DIVISIONS):
        number = min(most, round(len(xy) ** 0.5 / divisor), different)
        if number >= 2:
            _, out[level] = kmeans2(xy.astype(np.float64), number, minit="++", rng=0, missing="warn")
    return out


def _embed(vectors: Matrix, start: Matrix, context: ChildContext) -> NDArray[np.float64]:
    import openTSNE

    number = len(vectors)
    perplexity = min(PERPLEXITY, (number - 1) / 3)
    reports = _Reports(context)
    if number <= _EXACT:
        found = openTSNE.nearest_neighbors.PrecomputedNeighbors(
            *_exact_neighbours(vectors, min(number - 1, int(3 * perplexity)), reports)
        )
        affinities = openTSNE.affinity.PerplexityBasedNN(
            knn_index=found, perplexity=perplexity, n_jobs=1, random_state=0
        )
    else:
        affinities = openTSNE.affinity.PerplexityBasedNN(
            vectors, perplexity=perplexity, metric="cosine", method="annoy", n_jobs=1, random_state=0
        )
    reports.base = _SEARCH
    reports.say(0)
    embedding = openTSNE.TSNEEmbedding(
        openTSNE.initialization.rescale(_spread(start)),
        affinities,
        negative_gradient_method="fft" if number >= _INTERPOLATED else "bh",
        n_jobs=1,
        random_state=0,
    )
    options: dict[str, Any] = {"callbacks": reports.step, "callbacks_every_iters": _REPORT_EVERY, "inplace": True}
    embedding.optimize(EARLY, exaggeration=EXAGGERATION, momentum=0.5, **options)
    reports.base, reports.cost = _SEARCH + EARLY, _LATE_COST
    embedding.optimize(LATE, momentum=0.8, **options)
    return np.asarray(embedding, dtype=np.float64)


class _Reports:
    """Turns steps into progress events and looks for the wish to stop."""

    def __init__(self, context: ChildContext) -> None:
        self._context = context
        self.base, self.cost = 0, 1

    def say(self, done: float) -> None:
        self._context.check()
        total = _SEARCH + EARLY + _LATE_COST * LATE
        self._context.event({"done": int(self.base + self.cost * done), "total": total})

    def step(self, iteration: int, _error: float, _embedding: Any) -> bool:
        self.say(iteration)
        return False


def _exact_neighbours(vectors: Matrix, k: int, reports: _Reports) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return rows (n, k) and cosine distances (n, k) of the nearest others, nearest first."""
    number = len(vectors)
    rows = np.zeros((number, k), dtype=np.int64)
    distances = np.zeros((number, k), dtype=np.float64)
    for begin in range(0, number, _CHUNK):
        part = slice(begin, min(number, begin + _CHUNK))
        away = np.float32(1.0) - vectors[part] @ vectors.T
        away[np.arange(part.stop - begin), np.arange(begin, part.stop)] = np.inf
        best = np.argpartition(away, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(away, best, axis=1)
        order = np.argsort(values, axis=1)
        rows[part] = np.take_along_axis(best, order, axis=1)
        distances[part] = np.maximum(np.take_along_axis(values, order, axis=1), 0.0)
        reports.say(_SEARCH * part.stop / number)
    return rows, distances


def _spread(start: Matrix) -> NDArray[np.float64]:
    """Return the start with a little noise, so that items in one place can part."""
    spot = np.asarray(start, dtype=np.float64)
    width = max(float(spot.std()), 1e-6)
    return np.asarray(spot + np.random.default_rng(0).normal(0, 0.01 * width, spot.shape))
