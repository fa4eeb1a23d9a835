"""The most telling seconds of an item, for previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.store import MOMENTS

if TYPE_CHECKING:
    from avrec_desktop.library.database import Database

#: Length of a highlight in seconds: wished, least.
LENGTH, SHORTEST = 10.0, 8.0
#: Share of the length that lies before the telling moment, so that a preview leads up to it.
_LEAD = 0.2
#: Near the edges an item is often an intro, a title or credits; moments there count less by this factor.
_EDGE, _EDGE_FACTOR = 0.05, 0.6
#: Liveliness (loudness and light, 0 to 1) below which a moment is silent or black.
_DEAD = 0.02


def highlight(database: Database, item_id: int) -> tuple[float, float]:
    """Return start and end in seconds of the most telling 8 to 15 s of an item.

    Reads only what analysis stored: segments with their salience by each extractor, and loudness and light over
    time. Without those it is the stretch at a third of the item.
    """
    with database.read() as connection:
        row = connection.execute("SELECT duration FROM items WHERE id = ?", (item_id,)).fetchone()
        duration = float(row[0]) if row is not None else 0.0
        segments = connection.execute(
            "SELECT extractor, times, salience FROM segments WHERE item_id = ?", (item_id,)
        ).fetchall()
    views = [_view(r[1], r[2]) for r in segments if r[0] != MOMENTS and r[2] is not None]
    moments = next((_view(r[1], r[2]) for r in segments if r[0] == MOMENTS and r[2] is not None), None)
    best = _best(views, moments, duration)
    return _window(duration / 3 if best is None else best, duration, centred=best is not None)


def _view(times: bytes, salience: bytes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    spans = np.frombuffer(times, dtype=np.float64).reshape(-1, 2)
    return spans.mean(axis=1), np.frombuffer(salience, dtype=np.float32).astype(np.float64)


def _best(
    views: list[tuple[NDArray[np.float64], NDArray[np.float64]]],
    moments: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    duration: float,
) -> float | None:
    """Return the middle of the best moment, or None."""
    centres_of = [view[0] for view in views] + ([moments[0]] if moments is not None else [])
    at = np.concatenate(centres_of) if centres_of else np.zeros(0)
    if not len(at):
        return None
    score = np.zeros(len(at))
    for centres, salience in views:
        rank = np.argsort(np.argsort(salience, kind="stable"), kind="stable") / max(1, len(salience) - 1)
        score += rank[np.abs(at[:, None] - centres[None, :]).argmin(axis=1)]
    if moments is not None:
        lively = moments[1][np.abs(at[:, None] - moments[0][None, :]).argmin(axis=1)]
        if (lively <= _DEAD).all():  # dark and silent throughout: at least where something was decoded
            return float(moments[0][int(np.abs(moments[0] - duration / 3).argmin())])
        score = np.where(lively <= _DEAD, -1.0, score + lively)
    if duration > 0:
        edge = (at < _EDGE * duration) | (at > (1 - _EDGE) * duration)
        score = np.where(edge & (score > 0), score * _EDGE_FACTOR, score)
    return float(at[int(np.argmax(score))])


def _window(moment: float, duration: float, *, centred: bool) -> tuple[float, float]:
    if 0 < duration <= LENGTH:
        return 0.0, duration
    start = moment - _LEAD * LENGTH if centred else moment
    if duration > 0:
        start = min(start, duration - LENGTH)
    start = max(0.0, start)
    return start, start + LENGTH
