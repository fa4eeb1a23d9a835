"""What the library is made of: the share of each topic and mood, and groups of items to colour a map by."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.evidence import SHOWN

if TYPE_CHECKING:
    from avrec_desktop.features.understanding import Topics
    from avrec_desktop.library.database import Database

Ids = NDArray[np.int64]
#: Folders deeper than this below the source folder are not told apart.
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the library has a topic or mood.

    Attributes:
        kind: ``topic`` or ``mood``.
        key: Its key in the vocabulary.
        items: How many items have it.
        library: They as a share of all items, in [0, 1].
        likes: Of the liked items, the share that has it; 0 when nothing is liked.
    """

    kind: str
    key: str
    items: int
    library: float
    likes: float


@dataclass(frozen=True)
class Groups:
    """A division of items.

    Attributes:
        names: Of the groups, largest first.
        codes: int32 (n,), the group of each item, -1 for none.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int32]


def shares(topics: Topics, ids: Ids, liked: Ids) -> list[Share]:
    """Return the shares of all topics and moods that any item has, topics first, largest first.

    Args:
        topics: Topics and moods; items without any may be missing.
        ids: int64 (n,), the items of the library.
        liked: int64 (m,), those of them that are liked.
    """
    there = np.isin(topics.ids, ids)
    likes = np.isin(topics.ids, liked) & there
    out: list[Share] = []
    for kind, names, matrix in (("topic", topics.names, topics.matrix), ("mood", topics.mood_names, topics.moods)):
        has = matrix >= SHOWN
        count, among = has[there].sum(axis=0), has[likes].sum(axis=0)
        found = [
            Share(kind, name, int(n), float(n) / max(1, len(ids)), float(m) / max(1, len(liked)))
            for name, n, m in zip(names, count, among, strict=True)
            if n
        ]
        out += sorted(found, key=lambda s: (-s.items, s.key))
    return out


def having(topics: Topics, kind: str, key: str) -> Ids:
    """Return the items that have a topic or mood, surest first."""
    names, matrix = (topics.names, topics.matrix) if kind == "topic" else (topics.mood_names, topics.moods)
    if key not in names:
        return np.zeros(0, dtype=np.int64)
    p = matrix[:, names.index(key)]
    rows = np.flatnonzero(p >= SHOWN)
    return topics.ids[rows[np.argsort(-p[rows], kind="stable")]]


def strongest(ids: Ids, of: Ids, matrix: NDArray[np.float32], names: Sequence[str]) -> Groups:
    """Group items by what is most probable of each.

    Args:
        ids: int64 (n,), the items.
        of: int64 (m,), ascending, the items of the rows of ``matrix``.
        matrix: float32 (m, k), probabilities.
        names: Of the columns.
    """
    codes = np.full(len(ids), -1, dtype=np.int32)
    if len(of) and matrix.shape[1]:
        at = np.minimum(np.searchsorted(of, ids), len(of) - 1)
        best = matrix[at].argmax(axis=1)
        said = (of[at] == ids) & (matrix[at, best] >= SHOWN)
        codes[said] = best[said]
    return by_size(codes, names)


def by_size(codes: NDArray[np.int32], names: Sequence[str]) -> Groups:
    """Return the groups that have items, largest first."""
    count = np.bincount(codes[codes >= 0], minlength=len(names))
    order = [int(i) for i in np.argsort(-count, kind="stable") if count[i]]
    place = np.full(len(names) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(order))
    return Groups(tuple(names[i] for i in order), place[codes])


def by_folder(database: Database, ids: Ids) -> Groups:
    """Group items by folder, as deep below the source folders as it takes to tell any apart."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT f.item_id, min(f.path), o.path FROM files f LEFT JOIN folders o ON o.id = f.folder_id"
            " WHERE f.state <> 'missing' GROUP BY f.item_id"
        ).fetchall()
    known: dict[tuple[bytes, bytes | None], tuple[str, ...]] = {}
    separator = os.sep.encode()
    places: dict[int, tuple[str, ...]] = {}
    for item_id, path, root in rows:
        at = (path.rpartition(separator)[0], root)
        if at not in known:
            known[at] = _parts(path, root)
        places[item_id] = known[at]
    of = [places.get(int(i), ()) for i in ids]
    depth = next((d for d in range(1, _DEPTH + 1) if len({p[:d] for p in of if p}) > 1), 1)
    numbers: dict[tuple[str, ...], int] = {}
    codes = np.array([numbers.setdefault(p[:depth], len(numbers)) if p else -1 for p in of], dtype=np.int32)
    return by_size(codes, [place[-1] for place in numbers])


def members(ids: Ids, groups: Sequence[tuple[str, Any]]) -> Groups:
    """Group items by lists of ids; an item in several belongs to the first."""
    codes = np.full(len(ids), -1, dtype=np.int32)
    for number, (_, some) in reversed(list(enumerate(groups))):
        codes[np.isin(ids, some)] = number
    return by_size(codes, [name for name, _ in groups])


def _parts(path: bytes, root: bytes | None) -> tuple[str, ...]:
    """Return the source folder and the folders below it on the way to a file."""
    separator = os.sep.encode()
    folder = path.rpartition(separator)[0]
    if not root or not path.startswith(root):
        return (os.fsdecode(folder.rpartition(separator)[2]),) if folder else ()
    inside = folder[len(root) :].strip(separator)
    names = [os.path.basename(root.rstrip(separator)), *(inside.split(separator) if inside else [])]  # noqa: PTH119
    return tuple(os.fsdecode(name).encode("utf-8", "replace").decode() for name in names)
