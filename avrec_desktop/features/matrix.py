"""Files of vectors: plain rows of little-endian float32, appended to, cut back to what the catalogue knows."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import PluginError
from avrec_desktop.jobs.files import write_atomic

if TYPE_CHECKING:
    import sqlite3

    from avrec_desktop.library.database import Database

log = logging.getLogger(__name__)

ITEM_BYTES = np.dtype("<f4").itemsize
MatrixKind = Literal["items", "segments"]


class Matrix:
    """One matrix file, open for appending."""

    def __init__(self, path: Path, dim: int, rows: int) -> None:
        self._dim = dim
        self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b", buffering=0)
        self._rows = rows  # rows the catalogue knows
        self._end = rows  # rows written
        self._dirty = False
        self._file.truncate(rows * dim * ITEM_BYTES)

    def append(self, rows: NDArray[np.float32]) -> int:
        """Write rows (n, dim) behind the last one; returns the number of the first.

        Raises:
            OSError: The disk is full.
        """
        if rows.shape[1:] != (self._dim,):
            raise PluginError(f"vectors of {rows.shape[1]} numbers do not fit a matrix of {self._dim}")
        first = self._end
        data = memoryview(np.ascontiguousarray(rows, dtype="<f4").tobytes())
        self._file.seek(first * self._dim * ITEM_BYTES)
        while data:
            data = data[self._file.write(data) :]
        self._end += len(rows)
        self._dirty = True
        return first

    def sync(self) -> None:
        """Wait until what was appended is on the disk."""
        if self._dirty:
            os.fsync(self._file.fileno())
            self._dirty = False

    def keep(self) -> None:
        """The catalogue knows everything appended so far."""
        self._rows = self._end

    def cut(self) -> None:
        """Take back what was appended since the last :meth:`keep`."""
        with contextlib.suppress(OSError):
            self._file.truncate(self._rows * self._dim * ITEM_BYTES)
        self._end = self._rows

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_dim(directory: Path) -> int | None:
    """Return the vector length of a matrix directory, or None when there is none yet."""
    try:
        return int(json.loads((directory / "matrix.json").read_text(encoding="utf-8"))["dim"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_dim(directory: Path, extractor: str, dim: int) -> bool:
    """Return whether a matrix exists in ``directory``; its vectors have the length ``dim`` then.

    Raises:
        PluginError: They have another length.
    """
    stored = read_dim(directory)
    if stored is not None and stored != dim:
        raise PluginError(
            f"the extractor {extractor} now gives vectors of {dim} numbers instead of {stored} without a new version"
        )
    return stored is not None


def open_for_append(root: Path, database: Database, extractor: str, version: int, dim: int, kind: MatrixKind) -> Matrix:
    """Open a matrix for writing: what a killed run left behind the last known row is cut off.

    Rows that the catalogue names but the file does not hold are forgotten, so that they are made again.

    Raises:
        PluginError: The stored vectors have another length.
        OSError: The file cannot be written.
    """
    directory = root / folder_name(extractor, version)
    directory.mkdir(parents=True, exist_ok=True)
    if not check_dim(directory, extractor, dim):
        facts = {"extractor": extractor, "version": version, "dim": dim, "dtype": "<f4"}
        write_atomic(directory / "matrix.json", json.dumps(facts).encode())
    with database.write() as connection:
        generation = read_generation(connection, extractor, version)
        path = directory / f"{kind}-{generation}.f32"
        there = path.stat().st_size // (dim * ITEM_BYTES) if path.exists() else 0
        known = _forget_lost(connection, extractor, version, kind, there)
    for old in directory.glob(f"{kind}-*.f32"):
        if old != path:
            with contextlib.suppress(OSError):
                old.unlink()
    return Matrix(path, dim, known)


def _forget_lost(connection: sqlite3.Connection, extractor: str, version: int, kind: str, there: int) -> int:
    """Forget what the catalogue names but the file does not hold; return the number of rows to keep."""
    key = (extractor, version)
    if kind == "items":
        lost = connection.execute(
            "DELETE FROM extractions WHERE extractor = ? AND version = ? AND row >= ?", (*key, there)
        ).rowcount
        if lost:
            log.warning("%d vectors of %s were lost and will be made again", lost, extractor)
        sql = "SELECT max(row) + 1 FROM extractions WHERE extractor = ? AND version = ? AND row IS NOT NULL"
    else:
        end = "first_row + length(times) / 16"
        connection.execute(
            f"DELETE FROM segments WHERE extractor = ? AND version = ? AND {end} > ?",  # noqa: S608 - constant
            (*key, there),
        )
        sql = f"SELECT max({end}) FROM segments WHERE extractor = ? AND version = ?"  # noqa: S608 - constant
    return int(connection.execute(sql, key).fetchone()[0] or 0)


def folder_name(extractor: str, version: int) -> str:
    """Return the name of an extractor version's directory."""
    return f"{urllib.parse.quote(extractor, safe='')}-v{version}"


def read_generation(connection: sqlite3.Connection, extractor: str, version: int) -> int:
    """Return the number of the current files of an extractor version; compaction raises it."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (generation_key(extractor, version),)).fetchone()
    return int(row[0]) if row is not None else 0


def generation_key(extractor: str, version: int) -> str:
    """Return the key under which the table ``meta`` holds the generation of an extractor's matrices."""
    return f"vectors/{folder_name(extractor, version)}"
