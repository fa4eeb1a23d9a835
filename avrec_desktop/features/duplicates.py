"""Finds copies: several files of one item, and items that are the same recording or picture in another encoding."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.library.database import Database, now

#: Cosine of the heard or seen vectors from which two items are one recording in two encodings.
ALIKE = 0.97
#: How far their lengths may differ: seconds, or a share.
SECONDS, SHARE = 2.0, 0.01
#: Senses that are compared: words may agree where the sound does not.
_SENSES = ("audio", "video")
_ROWS = 512


@dataclass(frozen=True, slots=True)
class Copy:
    """One file of a group.

    Attributes:
        path: As text, surrogate escapes for odd bytes.
        size: Bytes.
        bit_rate: Bits a second, or None; ``width`` and ``height`` of a picture in pixels.
    """

    item_id: int
    path: str
    title: str
    size: int
    duration: float
    bit_rate: int | None
    codec: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Files that are the same to a listener or viewer.

    Attributes:
        kind: ``exact`` (the same media data) or ``near`` (another encoding).
        likeness: Smallest cosine to the first copy, 1.0 for exact ones.
        copies: The best quality first: by picture size, bit rate and file size.
    """

    kind: Literal["exact", "near"]
    likeness: float
    copies: tuple[Copy, ...]

    @property
    def spare(self) -> int:
        """Bytes of all copies but the first."""
        return sum(copy.size for copy in self.copies[1:])


def find(database: Database, features: ItemFeatures) -> list[Duplicates]:
    """Return all groups, those that take most space first, less what the user told apart.

    Args:
        database: The library.
        features: All items.
    """
    groups: list[tuple[Literal["exact", "near"], float, list[int]]] = []
    with database.read() as db:
        exact = db.execute(
            "SELECT item_id FROM files WHERE state = 'present' GROUP BY item_id HAVING count(*) > 1"
        ).fetchall()
        apart = {(row["first"], row["second"]) for row in db.execute("SELECT first, second FROM told_apart")}
    groups += [("exact", 1.0, [row["item_id"]]) for row in exact]
    groups += [("near", likeness, ids) for ids, likeness in near(features, apart)]
    copies = _copies(database, [item for _, _, ids in groups for item in ids])
    found = [
        Duplicates(kind, likeness, tuple(sorted((c for i in ids for c in copies.get(i, ())), key=_quality)))
        for kind, likeness, ids in groups
    ]
    return sorted((g for g in found if len(g.copies) > 1), key=lambda g: (-g.spare, g.copies[0].path))


def tell_apart(database: Database, item_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Remember that no two of these items are one recording, and return the pairs of ids that are news."""
    pairs = itertools.combinations(sorted(set(item_ids)), 2)
    with database.write() as db:
        known = {(row["first"], row["second"]) for row in db.execute("SELECT first, second FROM told_apart")}
        news = [pair for pair in pairs if pair not in known]
        db.executemany("INSERT INTO told_apart VALUES (?, ?, ?)", [(*pair, now()) for pair in news])
    return news


def forget_apart(database: Database, pairs: Sequence[tuple[int, int]]) -> None:
    """Forget that these pairs were told apart."""
    with database.write() as db:
        db.executemany("DELETE FROM told_apart WHERE first = ? AND second = ?", pairs)


def near(features: ItemFeatures, apart: Collection[tuple[int, int]] = frozenset()) -> list[tuple[list[int], float]]:
    """Return groups of items that sound (or look) the same and last as long, with their smallest likeness.

    Each sense that two items share must agree; an item joins the group of the longest-known item it is like, so that
    a chain of small differences never joins two different recordings.

    Args:
        features: The items.
        apart: Pairs of ids, the smaller first, that never stand in one group.
    """
    if features.durations is None or not len(features):
        return []
    seconds = features.durations.astype(np.float64)
    order = np.argsort(seconds, kind="stable")
    ids = features.ids.tolist()

    def told_apart(a: int, b: int) -> bool:
        return (min(ids[a], ids[b]), max(ids[a], ids[b])) in apart

    heads: dict[int, list[tuple[int, float]]] = {}
    head_of: dict[int, int] = {}
    for a, b, likeness in sorted(_pairs(features, seconds, order), key=lambda pair: -pair[2]):
        first, second = min(a, b), max(a, b)
        if second in head_of or second in heads:
            first, second = second, first
        if second in head_of or second in heads or first in head_of:
            continue
        if apart and any(told_apart(second, row) for row in (first, *(m for m, _ in heads.get(first, ())))):
            continue
        heads.setdefault(first, []).append((second, likeness))
        head_of[second] = first
    return [
        ([int(features.ids[i]) for i in (head, *(row for row, _ in members))], min(p for _, p in members))
        for head, members in heads.items()
    ]


def _pairs(
    features: ItemFeatures, seconds: NDArray[np.float64], order: NDArray[np.int64]
) -> list[tuple[int, int, float]]:
    """Return (row, row, likeness) of all pairs that agree; only items of about one length are compared."""
    senses = [features.modalities[name] for name in _SENSES if name in features.modalities]
    known = np.zeros(len(seconds), dtype=bool)
    for matrix in senses:
        known |= matrix.any(axis=1)
    order = order[known[order] & (seconds[order] > 0)]
    ordered = seconds[order]
    ends = np.searchsorted(ordered, ordered + np.maximum(SECONDS, SHARE * ordered), side="right")
    out: list[tuple[int, int, float]] = []
    for start in range(0, len(order), _ROWS):
        stop = min(start + _ROWS, len(order))
        rows, columns = order[start:stop], order[start : int(ends[stop - 1])]
        likeness: NDArray[np.float32] = np.full((len(rows), len(columns)), np.inf, dtype=np.float32)
        for matrix in senses:
            left, right = matrix[rows], matrix[columns]
            cosine = left @ right.T
            shared = np.logical_and.outer(left.any(axis=1), right.any(axis=1))
            likeness = np.where(shared, np.minimum(likeness, cosine), likeness)
        place = np.arange(len(columns))[None, :] + start
        own = np.arange(start, stop)[:, None]
        good = np.asarray(
            (likeness >= ALIKE) & np.isfinite(likeness) & (place > own) & (place < ends[start:stop, None])
        )
        out += [
            (int(rows[i]), int(columns[j]), float(min(1.0, likeness[i, j])))
            for i, j in zip(*np.nonzero(good), strict=True)
        ]
    return out


def _copies(database: Database, item_ids: Sequence[int]) -> dict[int, list[Copy]]:
    out: dict[int, list[Copy]] = {}
    with database.read() as db:
        for row in db.execute(
            "SELECT f.item_id, f.path, f.size, i.title, i.duration, i.bit_rate, i.width, i.height, "
            "coalesce(i.video_codec, i.audio_codec) AS codec FROM files f JOIN items i ON i.id = f.item_id "
            "WHERE f.state = 'present' AND i.status = 'ready' AND i.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(item_ids)),),
        ):
            copy = Copy(row["item_id"], os.fsdecode(row["path"]), row["title"], max(0, row["size"]), row["duration"],
                        row["bit_rate"], row["codec"], row["width"], row["height"])  # fmt: skip
            out.setdefault(copy.item_id, []).append(copy)
    return out


def _quality(copy: Copy) -> tuple[int, int, int, str]:
    return (-(copy.width or 0) * (copy.height or 0), -(copy.bit_rate or 0), -copy.size, copy.path)
