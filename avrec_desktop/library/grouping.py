"""Puts a list into groups: by artist, album, folder, year, genre, topic, mood, rating and whatever else is known."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.library.words import fold, sort_key

Ids = NDArray[np.int64]
#: What the items of a group share, as it is stored; None: nothing is known.
Key = str | int | None
#: Smallest probability of a topic or mood to put an item there, that of the full text.
_SURE = 0.3
_TOP = (
    "SELECT item_id, key FROM (SELECT item_id, key, max(p) AS p FROM item_topics WHERE kind = '{0}' GROUP BY item_id)"
    " WHERE p >= {1}"
)
_VALUE = "SELECT id, {0} FROM items"
_SQL = {
    "title": _VALUE.format("upper(substr(sort_title, 1, 1))"),
    "artist": _VALUE.format("coalesce(artist, album_artist)"),
    "album": _VALUE.format("album || coalesce(' · ' || album_artist, '')"),
    "genre": _VALUE.format("genre"),
    "year": _VALUE.format("year"),
    "decade": _VALUE.format("year / 10 * 10"),
    "kind": _VALUE.format("kind"),
    "series": _VALUE.format("series"),
    "language": _VALUE.format("language"),
    "format": _VALUE.format("container"),
    "added": _VALUE.format("strftime('%Y-%m', added_at, 'unixepoch', 'localtime')"),
    "mood": _TOP.format("mood", _SURE),
    "topic": _TOP.format("topic", _SURE),
    "rating": "SELECT item_id, CAST(round(rating) AS INTEGER) FROM item_state"
    " WHERE rating IS NOT NULL AND profile_id = (SELECT id FROM profiles WHERE name = :profile)",
    "folder": "SELECT item_id, min(path) FROM files WHERE state <> 'missing' GROUP BY item_id",
}
#: Fields that lists can be grouped by.
GROUPINGS = tuple(_SQL)
#: Those of which the largest usually comes first.
_DOWNWARDS = frozenset({"year", "decade", "rating", "added"})
#: Those that change with ratings.
OF_PROFILE = frozenset({"rating"})


@dataclass(frozen=True, slots=True)
class Places:
    """Where every item belongs.

    Attributes:
        ranks: For every id the number of its group, int32 (largest id + 1,).
        keys: What the items of each group share, in order; the last is None, for those of which nothing is known.
    """

    ranks: NDArray[np.int32]
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A list in groups.

    Attributes:
        field: What it is grouped by.
        ids: The ids, group by group, int64 (n,).
        starts: Where in ``ids`` each group begins, ascending, int64 (groups,).
        keys: What the items of each group share.
    """

    field: str
    ids: Ids
    starts: Ids
    keys: tuple[Key, ...]


def read_places(db: sqlite3.Connection, field: str, profile: str, size: int) -> Places:
    """Return to which group of a field each item belongs; one that differs in case or accents only is the same.

    Args:
        db: A connection of the library.
        field: One of :data:`GROUPINGS`.
        profile: Whose ratings count.
        size: Largest id + 1.
    """
    cursor = db.cursor()
    cursor.row_factory = None
    name = _folder_names(db) if field == "folder" else None
    numbers: dict[Key | bytes, int] = {}
    pairs = np.fromiter(
        (
            (item, numbers.setdefault(value if name is None else value[: value.rfind(_SLASH)], len(numbers)))
            for item, value in cursor.execute(_SQL[field], {"profile": profile} if field in OF_PROFILE else {})
            if value is not None and value != ""
        ),
        dtype=[("item", np.int64), ("number", np.int64)],
    )
    found: dict[str | int, list[int]] = {}
    shown: dict[str | int, str | int] = {}
    for raw, number in numbers.items():
        key = name(raw) if name is not None and isinstance(raw, bytes) else raw
        assert isinstance(key, str | int)
        same = fold(key).strip() if isinstance(key, str) and name is None else key
        found.setdefault(same, []).append(number)
        shown.setdefault(same, key)
    order = sorted(found, key=lambda same: (sort_key(same), same) if isinstance(same, str) else (same,))
    of_number = np.zeros(len(numbers), np.int32)
    for rank, same in enumerate(order):
        of_number[found[same]] = rank
    ranks = np.full(size, len(order), np.int32)
    pairs = pairs[pairs["item"] < size]  # one may have come meanwhile
    ranks[pairs["item"]] = of_number[pairs["number"]]
    return Places(ranks, (*(shown[same] for same in order), None))


def group(field: str, places: Places, ids: Ids, *, descending: bool | None = None) -> Grouped:
    """Return a list in groups, each in the order of the list; what nothing is known of comes last.

    Args:
        field: One of :data:`GROUPINGS`.
        places: Where every item belongs.
        ids: The list, int64 (n,).
        descending: Whether the largest group key comes first; None: as is usual for the field.
    """
    known = ids[ids < len(places.ranks)]
    ranks, last = places.ranks[known], len(places.keys) - 1
    order = ranks
    if field in _DOWNWARDS if descending is None else descending:
        order = np.where(ranks == last, last, last - 1 - ranks)
    at = np.argsort(order, kind="stable")
    ranks = ranks[at]
    starts = np.flatnonzero(np.diff(ranks, prepend=-1)).astype(np.int64)
    return Grouped(field, known[at], starts, tuple(places.keys[rank] for rank in ranks[starts].tolist()))


_SLASH = os.sep.encode()


def _folder_names(db: sqlite3.Connection) -> Callable[[bytes], str]:
    """Return what folders are called: from the name of their source folder on."""
    roots = sorted((bytes(row["path"]) for row in db.execute("SELECT path FROM folders")), key=len, reverse=True)

    def name(folder: bytes) -> str:
        root = next((r for r in roots if folder == r or folder.startswith(r.rstrip(_SLASH) + _SLASH)), b"")
        return folder[len(os.path.dirname(root)) :].decode("utf-8", "replace").strip(os.sep) or "/"

    return name
