"""Compaction of a vector matrix: rows that no item uses any more are left out of the next generation."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.matrix import generation_key, read_dim

if TYPE_CHECKING:
    import sqlite3

    from avrec_desktop.library.database import Database

_CHUNK = 16384


def compact(directory: Path, database: Database, extractor: str, version: int, waste: float) -> bool:
    """Rewrite the matrices in ``directory`` when more than ``waste`` of the item rows is unused.

    The new files are complete on the disk before one transaction makes them the current ones; a crash before leaves
    the old ones in force.

    Returns:
        Whether it was done.
    """
    dim = read_dim(directory)
    if dim is None:
        return False
    with database.write() as connection:
        key = generation_key(extractor, version)
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        old = int(row[0]) if row is not None else 0
        rows = connection.execute(
            "SELECT row, item_id FROM extractions WHERE extractor = ? AND version = ? AND row IS NOT NULL"
            " ORDER BY item_id",
            (extractor, version),
        ).fetchall()
        source = _matrix(directory / f"items-{old}.f32", dim)
        if source is None or len(source) - len(rows) <= waste * len(source):
            return False
        new = old + 1
        written = [directory / f"items-{new}.f32", directory / f"segments-{new}.f32"]
        try:
            _copy(source, np.array([r[0] for r in rows], dtype=np.int64), written[0])
            connection.executemany(
                "UPDATE extractions SET row = ? WHERE item_id = ? AND extractor = ? AND version = ?",
                [(i, r[1], extractor, version) for i, r in enumerate(rows)],
            )
            _compact_segments(connection, directory, dim, extractor, version, old, written[1])
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, str(new)))
        except BaseException:
            for path in written:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise
    return True


def _compact_segments(
    connection: sqlite3.Connection, directory: Path, dim: int, extractor: str, version: int, old: int, target: Path
) -> None:
    source = _matrix(directory / f"segments-{old}.f32", dim)
    if source is None:
        return
    rows = connection.execute(
        "SELECT first_row, length(times) / 16, item_id FROM segments WHERE extractor = ? AND version = ?"
        " ORDER BY item_id",
        (extractor, version),
    ).fetchall()
    counts = np.array([r[1] for r in rows], dtype=np.int64)
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64) if len(rows) else counts
    parts = [np.arange(r[0], r[0] + r[1], dtype=np.int64) for r in rows]
    _copy(source, np.concatenate(parts) if parts else np.zeros(0, np.int64), target)
    connection.executemany(
        "UPDATE segments SET first_row = ? WHERE item_id = ? AND extractor = ? AND version = ?",
        [(int(first), r[2], extractor, version) for first, r in zip(firsts, rows, strict=True)],
    )


def _matrix(path: Path, dim: int) -> NDArray[np.float32] | None:
    rows = path.stat().st_size // (4 * dim) if path.exists() else 0
    return np.memmap(path, dtype="<f4", mode="r", shape=(rows, dim)) if rows else None


def _copy(source: NDArray[np.float32], rows: NDArray[np.int64], target: Path) -> None:
    with target.open("wb") as file:
        for start in range(0, len(rows), _CHUNK):
            file.write(np.ascontiguousarray(source[rows[start : start + _CHUNK]]).tobytes())
        file.flush()
        os.fsync(file.fileno())
