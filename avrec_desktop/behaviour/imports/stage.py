"""Writing of a source into the library without anybody seeing it yet: short transactions, columns, little memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.behaviour.community import BLOCK, Block, read_blocks
from avrec_desktop.behaviour.imports.types import (
    CODES,
    RAW_INTEREST,
    RAW_RATING,
    STRENGTH,
    BadRow,
    Batch,
    Source,
    Thing,
)
from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.jobs import Job
from avrec_desktop.library.database import Database

#: Bad rows that are kept with their reasons; the others are counted.
KEPT_BAD = 10_000
_FEATURES = ("album", "kind", "series", "season", "episode", "duration", "path", "mbid")


@dataclass(slots=True)
class Staged:
    """What was read into the library and waits to become visible.

    Attributes:
        import_id: Row of ``imports``.
        things: Everything that is known of the items, by row of ``community_items``.
        items: Number of items.
        told: Number of items that the source described.
        interactions: Number of acts.
        bad: Rows left out; ``n_bad`` counts also those beyond :data:`KEPT_BAD`.
    """

    import_id: int
    things: dict[int, Thing] = field(default_factory=dict)
    items: int = 0
    told: int = 0
    interactions: int = 0
    bad: list[BadRow] = field(default_factory=list)
    n_bad: int = 0


class Stager:
    """Writes batches as blocks.

    Args:
        database: The library's.
        import_id: Row of ``imports`` with the state ``staging``.
        undated: Time of acts whose time is not known, seconds since the epoch.
    """

    def __init__(self, database: Database, import_id: int, undated: float = 0.0) -> None:
        self._database = database
        self._undated = undated
        self.result = Staged(import_id)
        with database.read() as db:
            top = db.execute(
                "SELECT (SELECT coalesce(max(id), 0) FROM community_items),"
                " (SELECT coalesce(max(id), 0) FROM community_users)"
            ).fetchone()
        self._next_item, self._next_user = top[0] + 1, top[1] + 1
        self._items: dict[str, int] = {}
        self._users: dict[str, int] = {}
        self._new_items: list[str] = []
        self._new_users: list[str] = []
        self._changed: dict[int, Thing] = {}
        self._columns: list[list[Any]] = [[] for _ in range(6)]
        self.tops = {RAW_RATING: 0.0, RAW_INTEREST: 0.0}

    def add(self, batch: Batch) -> None:
        """Take a batch; what fills a block is written."""
        result = self.result
        result.n_bad += len(batch.bad)
        result.bad += batch.bad[: max(0, KEPT_BAD - len(result.bad))]
        for thing in batch.things:
            self._tell(thing)
        for key in dict.fromkeys(batch.keys):
            if key not in self._items:
                row = self._item(key)
                if "/" in key or "\\" in key:
                    result.things[row] = Thing(key, path=key)
        for name in dict.fromkeys(batch.users):
            if name not in self._users:
                self._users[name] = self._next_user
                self._next_user += 1
                self._new_users.append(name)
        users, items = self._users, self._items
        new: list[list[Any]] = [
            [users[u] for u in batch.users],
            [items[k] for k in batch.keys],
            batch.kinds,
            batch.values,
            batch.times,
            batch.ordinals,
        ]
        for column, values in zip(self._columns, new, strict=True):
            column += values
        result.interactions += len(batch)
        if len(self._columns[0]) >= BLOCK or len(self._changed) >= BLOCK:
            self._flush()

    def close(self) -> Staged:
        """Write the rest."""
        self._flush()
        self.result.items = len(self._items)
        return self.result

    def _item(self, key: str) -> int:
        row = self._items.get(key)
        if row is None:
            row = self._items[key] = self._next_item
            self._next_item += 1
            self._new_items.append(key)
        return row

    def _tell(self, thing: Thing) -> None:
        row = self._item(thing.key)
        if row not in self.result.things:
            self.result.told += 1
        self.result.things[row] = self._changed[row] = thing

    def _flush(self) -> None:
        columns, self._columns = self._columns, [[] for _ in range(6)]
        import_id = self.result.import_id
        with self._database.write(durable=False) as db:
            db.executemany(
                "INSERT INTO community_items (id, import_id, key) VALUES (?, ?, ?)",
                [(self._items[k], import_id, k) for k in self._new_items],
            )
            db.executemany(
                "UPDATE community_items SET title = ?, year = ?, category = ?, artist = ?, features = ? WHERE id = ?",
                [(t.title, t.year, t.category, t.artist, _features(t), row) for row, t in self._changed.items()],
            )
            db.executemany(
                "INSERT INTO community_users (id, import_id, name) VALUES (?, ?, ?)",
                [(self._users[u], import_id, u) for u in self._new_users],
            )
            for start in range(0, len(columns[0]), BLOCK):
                self._block(db, [c[start : start + BLOCK] for c in columns])
        self._new_items, self._new_users, self._changed = [], [], {}

    def _block(self, db: sqlite3.Connection, columns: Sequence[list[Any]]) -> None:
        users, items, kinds, values, times, ordinals = columns
        kind = np.array(kinds, np.uint8)
        value, at, ordinal = np.array(values, np.float32), np.array(times, np.float64), np.array(ordinals, np.int32)
        for raw in self.tops:
            chosen = value[kind == raw]
            if len(chosen):
                self.tops[raw] = max(self.tops[raw], float(np.abs(chosen).max()))
        if self._undated:
            unknown = at <= 0
            at[unknown] = self._undated
            ordinal[unknown & (ordinal == 0)] = 1
        db.execute(
            "INSERT INTO community_blocks (import_id, n, users, items, kinds, vals, times, ordinals)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.result.import_id,
                len(users),
                np.array(users, "<i4").tobytes(),
                np.array(items, "<i4").tobytes(),
                kind.tobytes(),
                value.astype("<f4").tobytes(),
                at.astype("<f8").tobytes(),
                ordinal.astype("<i4").tobytes() if self._undated and ordinal.any() else None,
            ),
        )


def _features(thing: Thing) -> str | None:
    told = {n: v for n in _FEATURES if (v := getattr(thing, n)) is not None}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace").decode() if told else None


def thing_of(row: sqlite3.Row) -> Thing:
    """Return what a row of ``community_items`` tells of its item."""
    told = json.loads(row["features"]) if row["features"] else {}
    known = {n: told[n] for n in _FEATURES if n in told}
    return Thing(row["key"], row["title"], row["artist"], year=row["year"], category=row["category"], **known)


def stage(
    database: Database, source: Source, import_id: int, undated: float, job: Job
) -> tuple[Staged, dict[int, float]]:
    """Read a source into the library, invisible.

    Returns:
        What was read, and the largest raw rating and interest.

    Raises:
        InputError: The source cannot be read.
        Cancelled: The job was cancelled.
    """
    stager = Stager(database, import_id, undated)
    for batch in source.read():
        job.progress(min(batch.done, source.total), source.total, f"Reading {source.path.name}")
        stager.add(batch)
    return stager.close(), stager.tops


def settle(database: Database, import_id: int, tops: dict[int, float], *, own: bool, job: Job) -> None:
    """Bring raw ratings and interests of whatever scale into strengths, or into acts of one's own.

    Raises:
        Cancelled: The job was cancelled.
    """
    if not any(tops.values()):
        with database.read() as db:
            raw = any(np.isin(b.kinds, list(tops)).any() for b in read_blocks(db, "import_id = ?", (import_id,)))
        if not raw:
            return
    for block in _each(database, import_id):
        job.check()
        kinds, values = (_own if own else _community)(block, tops)
        with database.write(durable=False) as db:
            db.execute(
                "UPDATE community_blocks SET kinds = ?, vals = ? WHERE id = ?",
                (kinds.tobytes(), values.astype("<f4").tobytes(), block.id),
            )


def _each(database: Database, import_id: int) -> Iterator[Block]:
    with database.read() as db:
        ids = [
            r[0] for r in db.execute("SELECT id FROM community_blocks WHERE import_id = ? ORDER BY id", (import_id,))
        ]
    for block_id in ids:
        with database.read() as db:
            (block,) = read_blocks(db, "id = ?", (block_id,))
        yield block


def _stars(values: NDArray[np.float32], top: float) -> NDArray[np.float64]:
    scaled = values.astype(np.float64) * (5.0 / top if top > 5 else 1.0)
    return np.clip(scaled if top > 1 else 1 + 4 * scaled, 1.0, 5.0)


def _share(values: NDArray[np.float32], top: float) -> NDArray[np.float64]:
    return np.clip(values.astype(np.float64) / (top if top > 1 else 1.0), -1.0, 1.0)


def _community(block: Block, tops: dict[int, float]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    values = block.values.astype(np.float64)
    rated, told = block.kinds == RAW_RATING, block.kinds == RAW_INTEREST
    if tops[RAW_RATING] > 1:
        values[rated] = np.interp(_stars(block.values[rated], tops[RAW_RATING]), np.arange(1, 6), SignalWeights().stars)
    else:
        values[rated] = np.clip(2 * values[rated] - 1, -1, 1)
    values[told] = np.clip(2 * _share(block.values[told], tops[RAW_INTEREST]) - 1, -1, 1)
    return np.full(len(values), STRENGTH, np.uint8), values.astype(np.float32)


def _own(block: Block, tops: dict[int, float]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    kinds, values = block.kinds.copy(), block.values.astype(np.float64)
    rated, told = block.kinds == RAW_RATING, block.kinds == RAW_INTEREST
    if tops[RAW_RATING] > 1:
        kinds[rated], values[rated] = CODES["rate"], _stars(block.values[rated], tops[RAW_RATING])
    else:  # a column of ones and zeros says liked or not
        kinds[rated] = np.select(
            [values[rated] == 1, values[rated] == 0], [CODES["like"], CODES["dislike"]], CODES["rate"]
        )
        values[rated] = np.where(kinds[rated] == CODES["rate"], _stars(block.values[rated], 1.0), np.nan)
    share = np.maximum(0.0, _share(block.values[told], tops[RAW_INTEREST]))
    kinds[told] = np.select([share >= 0.6, share < 0.2], [CODES["complete"], CODES["skip"]], CODES["play"])
    values[told] = share
    return kinds, values.astype(np.float32)
