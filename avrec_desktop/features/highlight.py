"""The most telling seconds of an item, for previews."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.store import HOST

if TYPE_CHECKING:
    from avrec_desktop.library.database import Database

#: Length of a highlight in seconds: wished, least.
LENGTH, SHORTEST = 10.0, 8.0
#: Least length where no more of an item is neither black nor silent, seconds.
_BRIEF = 2.0
#: Share of the length that lies before the telling moment, so that a preview leads up to it.
_LEAD = 0.2
#: Near the edges an item is often an intro, a title or credits; moments there count less by this factor.
_EDGE, _EDGE_FACTOR = 0.05, 0.6
#: Liveliness (loudness and light, 0 to 1) below which a moment is silent or black.
_DEAD = 0.02

#: Middles of moments in seconds, ascending, and a value of each; both float64 (n,).
_View = tuple[NDArray[np.float64], NDArray[np.float64]]
_Stretch = tuple[float, float]


def highlight(database: Database, item_id: int) -> tuple[float, float]:
    """Return start and end in seconds of the most telling 8 to 15 s of an item.

    Reads only what analysis stored: segments with their salience by each extractor, and loudness and light over
    time. It holds nothing black or silent as far as these tell; where no 8 s without are left it is shorter. Without
    them it is the stretch at a third of the item.
    """
    with database.read() as connection:
        row = connection.execute("SELECT duration FROM items WHERE id = ?", (item_id,)).fetchone()
        duration = float(row[0]) if row is not None else 0.0
        segments = connection.execute(
            "SELECT extractor, times, salience FROM segments WHERE item_id = ? AND salience IS NOT NULL", (item_id,)
        ).fetchall()
    views = [_view(r[1], r[2]) for r in segments if not r[0].startswith(HOST)]
    lively = [_view(r[1], r[2]) for r in segments if r[0].startswith(HOST)]
    whole = (0.0, duration or math.inf)
    told = [view for view in lively if (view[1] > _DEAD).any()]  # the sound of a silent film tells nothing
    if told:
        return _lively_window(views, told, whole)
    if lively:  # dark and silent throughout: at least where something was decoded
        at = np.concatenate([view[0] for view in lively])
        return _window(float(at[np.abs(at - duration / 3).argmin()]), whole, lead=_LEAD)
    if views:
        return _window(_best(views, [], np.concatenate([view[0] for view in views]), whole), whole, lead=_LEAD)
    return _window(duration / 3, whole, lead=0.0)


def _view(times: bytes, salience: bytes) -> _View:
    spans = np.frombuffer(times, dtype=np.float64).reshape(-1, 2)
    return spans.mean(axis=1), np.frombuffer(salience, dtype=np.float32).astype(np.float64)


def _lively_window(views: Sequence[_View], lively: Sequence[_View], whole: _Stretch) -> _Stretch:
    """Return the best window among the stretches in which all of ``lively`` are alive."""
    stretches = [whole]
    for view in lively:
        stretches = _shared(stretches, _alive(*view, whole[1]))
    lengths = [end - begin for begin, end in stretches]
    enough = [s for s, length in zip(stretches, lengths, strict=True) if length >= min(SHORTEST, whole[1])]
    if not enough:
        begin, end = stretches[int(np.argmax(lengths))] if stretches else _liveliest(lively)
        if end - begin >= _BRIEF:
            return begin, end
        return _window((begin + end) / 2, whole, lead=0.5, length=SHORTEST)
    begins = np.array([begin for begin, _ in enough])
    at = np.concatenate([view[0] for view in [*views, *lively]] + [begins + SHORTEST / 2])
    inside = [any(begin <= t < end for begin, end in enough) for t in at]
    best = _best(views, lively, at[inside], whole)
    return _window(best, enough[int((begins <= best).sum()) - 1], lead=_LEAD)


def _alive(at: NDArray[np.float64], value: NDArray[np.float64], end: float) -> list[_Stretch]:
    """Return the stretches from one moment that is alive to another with no dead one between."""
    alive = np.concatenate([[False], value > _DEAD, [False]])
    begins, ends = np.flatnonzero(alive[1:] & ~alive[:-1]), np.flatnonzero(~alive[1:] & alive[:-1]) - 1
    last = len(at) - 1
    return [
        (float(at[b]) if b else 0.0, float(at[e]) if e < last else max(end, float(at[e])))
        for b, e in zip(begins.tolist(), ends.tolist(), strict=True)
    ]


def _shared(some: Sequence[_Stretch], others: Sequence[_Stretch]) -> list[_Stretch]:
    """Return where stretches of both overlap, in order."""
    both = [(max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others]
    return sorted((begin, end) for begin, end in both if end > begin)


def _liveliest(lively: Sequence[_View]) -> _Stretch:
    """Return a point where the last of the views, the pictures where there are some, is most alive."""
    at = float(lively[-1][0][int(lively[-1][1].argmax())])
    return at, at


def _best(views: Sequence[_View], lively: Sequence[_View], at: NDArray[np.float64], whole: _Stretch) -> float:
    """Return the best of the moments ``at``: salient by all views together, and alive."""
    score = np.zeros(len(at))
    for centres, salience in views:
        rank = np.argsort(np.argsort(salience, kind="stable"), kind="stable") / max(1, len(salience) - 1)
        score += rank[_nearest(centres, at)]
    life = np.ones(len(at))
    for centres, value in lively:
        life *= value[_nearest(centres, at)]
    score += life if lively else 0.0
    if math.isfinite(whole[1]):
        edge = (at < _EDGE * whole[1]) | (at > (1 - _EDGE) * whole[1])
        score = np.where(edge, score * _EDGE_FACTOR, score)
    return float(at[int(np.argmax(score))])


def _nearest(centres: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.abs(at[:, None] - centres[None, :]).argmin(axis=1), dtype=np.int64)


def _window(moment: float, within: _Stretch, *, lead: float, length: float = LENGTH) -> _Stretch:
    """Return a window around a moment, ``lead`` of it before, that lies within a stretch."""
    begin, end = within
    start = max(begin, min(moment - lead * length, end - length))
    return start, min(end, start + length)
