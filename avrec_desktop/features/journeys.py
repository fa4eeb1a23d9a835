"""Ways through the library along its content: a radio that starts at an item, and a path from one item to another.

A path is found by beam search. Its waypoints lie on the great circle between the two content vectors; each step is
chosen among the items nearest to its waypoint, so that the sum of the distances to the waypoints and of the steps is
small. (Flexer et al. 2008 build such playlists between a start and an end song; the steps are added here, which keeps
the way smooth where the library has a gap.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import NotFoundError
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features.neighbours import likeness, top

#: Candidates for each step of a path, and ways followed at once.
WIDTH, BEAMS = 24, 12
#: Weight of a step's length beside its distance to the waypoint.
STEP = 1.0
#: What two items of one artist in a row cost, as a cosine distance.
SAME = 0.15
#: Pool of a radio, as a multiple of its length, and the share of the seed beside what played last.
POOL, SEED = 6, 0.7


def radio(features: ItemFeatures, item_id: int, n: int, seed: int | None = None) -> list[int]:
    """Return ids of items that go on from an item: like it and like each other, artists mixed.

    Args:
        features: All items.
        item_id: Where it starts; not part of the answer.
        n: How many items.
        seed: Of the random draw; None for another radio every time.

    Raises:
        NotFoundError: The item is unknown or was not analysed yet.
    """
    row = _row(features, item_id)
    near = likeness(features, row)
    near[row] = -np.inf
    near[~features.content.any(axis=1)] = -np.inf
    pool = top(near, min(len(near), POOL * n + 1))
    rng = np.random.default_rng(seed)
    taste = near[pool].astype(np.float64)
    left = np.ones(len(pool), dtype=bool)
    out: list[int] = []
    last = row
    for _ in range(min(n, len(pool))):
        follows = features.content[pool] @ features.content[last]
        score = SEED * taste + (1 - SEED) * follows - SAME * _same_group(features, pool, last)
        score += rng.gumbel(0.0, 0.03, len(pool))  # another order each time, the nearest first on the whole
        score[~left] = -np.inf
        best = int(score.argmax())
        left[best] = False
        last = int(pool[best])
        out.append(int(features.ids[last]))
    return out


def path(features: ItemFeatures, first: int, last: int, n: int) -> list[int]:
    """Return the ids of a way from one item to another, both included.

    Args:
        features: All items.
        first: Where it starts.
        last: Where it ends.
        n: Number of items in between; fewer come back from a small library.

    Raises:
        NotFoundError: One of the items is unknown or was not analysed yet.
    """
    start, end = _row(features, first), _row(features, last)
    if start == end:
        return [first]
    content = features.content
    usable = np.asarray(content.any(axis=1))
    usable[[start, end]] = False
    n = min(n, int(usable.sum()))
    beams: list[tuple[float, tuple[int, ...]]] = [(0.0, (start,))]
    for waypoint in _circle(content[start], content[end], n):
        closeness = (content @ waypoint).astype(np.float64)
        closeness[~usable] = -np.inf
        candidates = top(closeness, WIDTH + n)
        away = 1.0 - closeness[candidates]
        grown: list[tuple[float, tuple[int, ...]]] = []
        for cost, way in beams:
            steps = 1.0 - content[candidates] @ content[way[-1]]
            total = cost + away + STEP * steps + SAME * _same_group(features, candidates, way[-1])
            total[np.isin(candidates, way)] = np.inf
            best = np.argsort(total, kind="stable")[:BEAMS]
            grown += [(float(total[i]), (*way, int(candidates[i]))) for i in best if np.isfinite(total[i])]
        beams = sorted(grown)[:BEAMS]
    ends = [(cost + STEP * float(1.0 - content[way[-1]] @ content[end]), way) for cost, way in beams]
    return [int(i) for i in features.ids[[*min(ends)[1], end]]]


def _row(features: ItemFeatures, item_id: int) -> int:
    row = int(features.rows([item_id])[0])
    if row < 0 or row >= len(features.content) or not features.content[row].any():
        raise NotFoundError(f"item {item_id} has not been analysed yet", hint="Let the analysis go on, then try again.")
    return row


def _same_group(features: ItemFeatures, rows: NDArray[np.int64], row: int) -> NDArray[np.float64]:
    """Return 1 for the rows of the same artist or series as a row, else 0; float64 (n,)."""
    if features.groups is None or features.groups[row] < 0:
        return np.zeros(len(rows))
    return np.asarray(features.groups[rows] == features.groups[row], dtype=np.float64)


def _circle(a: NDArray[np.float32], b: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    """Return ``n`` unit vectors evenly between two, on the great circle; float32 (n, d)."""
    shares = (np.arange(1, n + 1) / (n + 1))[:, None]
    cosine = float(np.clip(a @ b, -1.0, 1.0))
    angle = np.arccos(cosine)
    if np.sin(angle) < 1e-4:  # the same direction, or opposite ones with no way of their own
        mixed = (1 - shares) * a + shares * b
    else:
        mixed = (np.sin((1 - shares) * angle) * a + np.sin(shares * angle) * b) / np.sin(angle)
    lengths = np.linalg.norm(mixed, axis=1, keepdims=True)
    return np.asarray(mixed / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
