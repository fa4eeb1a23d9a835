"""One's own imported history as events: only what is in the library, each act once however often it is imported."""

from __future__ import annotations

import math
import sqlite3
from typing import Any

import numpy as np

from avrec_desktop.behaviour.community import Block, read_blocks
from avrec_desktop.behaviour.imports.types import KINDS, STRENGTH
from avrec_desktop.behaviour.store import refresh_state
from avrec_desktop.jobs import Job
from avrec_desktop.library.database import Database

#: ``events.undone`` of events of an import that is not visible yet.
STAGED = 3
_CHUNK = 5000
_INSERT = """
INSERT INTO events (profile_id, item_id, kind, value, at, origin, undone, import_id, source_key)
SELECT :profile, :item, :kind, :value, :at, :origin, 3, :import, :key WHERE NOT EXISTS (
    SELECT 1 FROM events WHERE item_id = :item AND source_key = :key AND kind = :kind AND profile_id = :profile
)
"""


def acts_by_item(database: Database, import_id: int) -> dict[int, int]:
    """Return the number of acts for every row of ``community_items`` of an import."""
    out: dict[int, int] = {}
    with database.read() as db:
        for block in read_blocks(db, "import_id = ?", (import_id,)):
            rows, counts = np.unique(block.items, return_counts=True)
            for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
                out[row] = out.get(row, 0) + count
    return out


def stage_events(database: Database, import_id: int, job: Job) -> tuple[int, int]:
    """Write the acts on library items as events that do not count yet, in short transactions.

    Returns:
        (events that are new, acts that were known).

    Raises:
        Cancelled: The job was cancelled; the events wait for :func:`drop_events`.
    """
    with database.read() as db:
        info = db.execute("SELECT profile_id, format FROM imports WHERE id = ?", (import_id,)).fetchone()
        matched = dict(
            db.execute(
                "SELECT id, item_id FROM community_items WHERE import_id = ? AND item_id IS NOT NULL", (import_id,)
            ).fetchall()
        )
        ids = [
            r[0] for r in db.execute("SELECT id FROM community_blocks WHERE import_id = ? ORDER BY id", (import_id,))
        ]
    if info["profile_id"] is None or not matched:
        return 0, 0
    common = {"profile": info["profile_id"], "origin": f"import:{info['format']}", "import": import_id}
    fresh = known = 0
    for number, block_id in enumerate(ids):
        with database.read() as db:
            blocks = list(read_blocks(db, "id = ?", (block_id,)))
        rows = [row for block in blocks for row in _rows(block, matched, common)]
        for start in range(0, len(rows), _CHUNK):
            job.progress(number * 100_000 + start, len(ids) * 100_000, "Storing")
            chunk = rows[start : start + _CHUNK]
            with database.write(durable=False) as db:
                before = db.total_changes
                db.executemany(_INSERT, chunk)
                new = db.total_changes - before
            fresh, known = fresh + new, known + len(chunk) - new
    return fresh, known


def _rows(block: Block, matched: dict[int, int], common: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = np.isin(block.items, np.fromiter(matched, np.int64, len(matched))) & (block.kinds != STRENGTH)
    at = np.flatnonzero(wanted)
    columns = (block.items, block.kinds, block.values, block.times, block.ordinals)
    out = []
    for item, code, value, when, ordinal in zip(*(c[at].tolist() for c in columns), strict=True):
        key = f"#{ordinal}" if ordinal else str(int(when))
        number = None if math.isnan(value) else round(value, 4)
        if KINDS[code] == "rate":
            key = f"{key}={number}"  # a rating that was changed since is another act
        out.append(common | {"item": matched[item], "kind": KINDS[code], "value": number, "at": when, "key": key})
    return out


def show_events(db: sqlite3.Connection, import_id: int) -> None:
    """Make the staged events of an import count, in the caller's transaction."""
    rows = db.execute(
        "SELECT DISTINCT profile_id, item_id FROM events WHERE import_id = ? AND undone = ?", (import_id, STAGED)
    ).fetchall()
    db.execute("UPDATE events SET undone = 0 WHERE import_id = ? AND undone = ?", (import_id, STAGED))
    if rows:
        refresh_state(db, rows[0]["profile_id"], [r["item_id"] for r in rows])


def drop_events(db: sqlite3.Connection, import_id: int) -> None:
    """Delete the events of an import, in the caller's transaction; :func:`stage_events` can write them again."""
    rows = db.execute("SELECT DISTINCT profile_id, item_id FROM events WHERE import_id = ?", (import_id,)).fetchall()
    db.execute("DELETE FROM events WHERE import_id = ?", (import_id,))
    if rows:
        refresh_state(db, rows[0]["profile_id"], [r["item_id"] for r in rows])
