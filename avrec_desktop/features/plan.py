"""What is still to be analysed, and what came of it so far, as the catalogue knows it."""

# ruff: noqa: S608 - only constants are put into SQL here

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.library.types import Failure

if TYPE_CHECKING:
    from avrec_desktop.api.media import Modality
    from avrec_desktop.library.database import Database
    from avrec_desktop.plugin_host.host import ExtractorInfo

#: Items that can be analysed now: read by the scanner, with a file that can be opened.
_AVAILABLE = "i.status = 'ready' AND i.presence = 2"
_APPLIES: dict[str, str] = {"audio": "i.has_audio = 1", "video": "i.has_video = 1", "text": "1"}


@dataclass(frozen=True, slots=True)
class ExtractorStatus:
    """How far one extractor got; counts are of available items to which it applies."""

    id: str
    version: int
    done: int
    failed: int
    empty: int
    pending: int


@dataclass(frozen=True, slots=True)
class FailedAnalysis:
    """A failure as the catalogue keeps it.

    Attributes:
        at: When, seconds since the epoch.
    """

    item_id: int
    at: float
    failure: Failure


@dataclass(slots=True)
class ExtractResult:
    """Outcome of a run; the counts are of (item, extractor) pairs.

    Attributes:
        skipped: Pairs left for later: the file went away, or the plugin failed too often.
        seconds: Wall-clock time.
        peak_memory: Largest memory of the compute processes together, bytes.
    """

    done: int = 0
    skipped: int = 0
    failed: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    peak_memory: int = 0


def pending_ids(database: Database, extractor: ExtractorInfo) -> NDArray[np.int64]:
    """Return int64 (n,) ids of the items without an outcome of this extractor's version, newest first.

    A failure counts as an outcome until the file is changed after it; words that changed after they were read, and
    those of an item whose speech was written down since, are to be read again.
    """
    with database.read() as connection:
        rows = connection.execute(
            f"SELECT i.id {_pending(extractor.modality)} ORDER BY i.added_at DESC, i.id",
            (extractor.id, extractor.version),
        ).fetchall()
    return np.array([r[0] for r in rows], dtype=np.int64)


def count_pending(database: Database, extractor: ExtractorInfo) -> int:
    """Return how many items :func:`pending_ids` names."""
    with database.read() as connection:
        row = connection.execute(
            f"SELECT count(*) {_pending(extractor.modality)}", (extractor.id, extractor.version)
        ).fetchone()
    return int(row[0])


def status(database: Database, extractors: Sequence[ExtractorInfo]) -> list[ExtractorStatus]:
    """Return the state of each extractor."""
    out = []
    for extractor in extractors:
        with database.read() as connection:
            rows = connection.execute(
                "SELECT e.state, count(*) FROM extractions e JOIN items i ON i.id = e.item_id WHERE e.extractor = ?"
                f" AND e.version = ? AND {_AVAILABLE} AND {_fresh(extractor.modality)} GROUP BY e.state",
                (extractor.id, extractor.version),
            ).fetchall()
        counts = {r[0]: int(r[1]) for r in rows}
        out.append(
            ExtractorStatus(
                extractor.id,
                extractor.version,
                counts.get("done", 0),
                counts.get("failed", 0),
                counts.get("empty", 0),
                count_pending(database, extractor),
            )
        )
    return out


def failures(database: Database, extractors: Sequence[ExtractorInfo]) -> list[FailedAnalysis]:
    """Return what failed, newest first; items whose file is gone are left out."""
    current = {e.id: e.version for e in extractors}
    with database.read() as connection:
        rows = connection.execute(
            "SELECT e.item_id, e.extractor, e.version, e.reason, e.at,"
            " (SELECT f.path FROM files f WHERE f.item_id = e.item_id AND f.state = 'present' ORDER BY f.id LIMIT 1)"
            " FROM extractions e WHERE e.state = 'failed' ORDER BY e.at DESC, e.item_id"
        ).fetchall()
    return [
        FailedAnalysis(int(item), float(at), Failure(os.fsdecode(path), reason or "", extractor))
        for item, extractor, version, reason, at, path in rows
        if path is not None and current.get(extractor) == version
    ]


def items_of_paths(database: Database, paths: Sequence[str]) -> dict[str, int]:
    """Return the item of each known path."""
    out: dict[str, int] = {}
    with database.read() as connection:
        for path in paths:
            row = connection.execute("SELECT item_id FROM files WHERE path = ?", (os.fsencode(path),)).fetchone()
            if row is not None:
                out[path] = int(row[0])
    return out


def _pending(modality: Modality) -> str:
    return f"FROM items i WHERE {_AVAILABLE} AND {_APPLIES[modality]} AND NOT EXISTS ({_outcome(modality)})"


def _outcome(modality: Modality) -> str:
    fresh = _fresh(modality)
    return f"SELECT 1 FROM extractions e WHERE e.item_id = i.id AND e.extractor = ? AND e.version = ? AND {fresh}"


def _fresh(modality: Modality) -> str:
    """Return the condition under which an outcome still holds: what it was made from has not changed since."""
    fresh = "(e.state <> 'failed' OR NOT EXISTS (SELECT 1 FROM files f WHERE f.item_id = i.id"
    fresh += " AND f.state = 'present' AND f.mtime_ns / 1e9 > e.at))"
    if modality == "text":
        fresh += " AND e.at >= i.updated_at AND NOT EXISTS (SELECT 1 FROM extractions s"
        fresh += " WHERE s.item_id = i.id AND s.said_at > e.at)"
    return fresh
