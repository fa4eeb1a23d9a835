"""The vector store: append-only matrix files whose rows the catalogue knows.

``vectors/<extractor>-v<version>/items-<generation>.f32`` holds one float32 row per item, ``segments-...`` one per
segment, both plain little-endian rows without a header. A row counts once the catalogue names it, and the catalogue
names it only after its bytes are on the disk; whatever lies behind the last named row is the rest of a killed run
and is cut off by the next writer. Compaction writes the next generation and switches over in one transaction.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError, LibraryError
from avrec_desktop.features import passages
from avrec_desktop.features.matrix import (
    ITEM_BYTES,
    Matrix,
    MatrixKind,
    check_dim,
    folder_name,
    open_for_append,
    read_dim,
    read_generation,
)
from avrec_desktop.library.lock import DirectoryLock

if TYPE_CHECKING:
    import sqlite3

    from avrec_desktop.library.database import Database

#: Beginning of the names under which the host's own views of an item over time are kept in the segments table:
#: ``host:heard`` its loudness, ``host:seen`` its light (``host:moments`` in older libraries: both in one).
HOST = "host:"
#: Rows that no item uses any more, as a share, above which a matrix is compacted.
_WASTE = 0.3
#: Rows read back at a time.
_REREAD = 4096


@dataclass(frozen=True, slots=True)
class VectorSet:
    """The vectors of one extractor.

    Attributes:
        ids: int64 (n,), items in ascending order.
        matrix: float32 (n, dim), unit rows, memory-mapped where the rows lie in order.
    """

    ids: NDArray[np.int64]
    matrix: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class SegmentSet:
    """Segments of one item: float32 (n, dim) vectors, float64 (n, 2) times, float32 (n,) salience or None."""

    vectors: NDArray[np.float32]
    times: NDArray[np.float64]
    salience: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class Record:
    """Outcome of one extractor on one item, ready to be stored.

    Attributes:
        vector: float32 (dim,), given when ``state`` is ``done`` and the extractor gives vectors.
        segments: float32 (n, dim) or None; ``times``, ``salience`` and ``segment_tags`` go with it.
        segment_tags: uint8 (n, n_tags), probabilities in 255ths, or None.
        passages: (start, end, text), by ascending start.
    """

    item_id: int
    extractor: str
    version: int
    dim: int
    state: Literal["done", "failed", "empty"]
    vector: NDArray[np.float32] | None = None
    segments: NDArray[np.float32] | None = None
    times: NDArray[np.float64] | None = None
    salience: NDArray[np.float32] | None = None
    segment_tags: NDArray[np.uint8] | None = None
    descriptors: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None
    seconds: float = 0.0
    passages: Sequence[tuple[float, float, str]] = ()
    language: str | None = None


_ROWS = (
    "SELECT item_id, row FROM extractions WHERE extractor = ? AND version = ? AND state = 'done' AND row IS NOT NULL"
)
_SOME = _ROWS + " AND item_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own words


class VectorStore:
    """Reads and writes the vectors of one library. Thread-safe; one process writes at a time.

    Args:
        root: The directory ``vectors`` of the library.
        database: The catalogue.
    """

    def __init__(self, root: Path, database: Database) -> None:
        self._root = root
        self._database = database
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def writer(self) -> Iterator[Writer]:
        """Open the store for writing; what is buffered is stored at the end, also after an error.

        Raises:
            LibraryError: Another process is writing, or the directory cannot be written.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"the vectors cannot be written: {error.strerror or error}", path=self._root) from error
        lock = DirectoryLock(self._root / "write.lock")
        if not lock.acquire():
            raise LibraryError(
                "another window or command is analysing this library",
                path=self._root,
                hint="Wait until it has finished, or stop it.",
            )
        writer = Writer(self._root, self._database, self._lock)
        try:
            yield writer
            writer.flush()
        except BaseException:
            with contextlib.suppress(LibraryError):
                writer.flush()
            raise
        finally:
            writer.close()
            lock.release()

    def vectors(self, extractor: str, version: int, only: Sequence[int] | None = None) -> VectorSet:
        """Return the stored vectors of an extractor's version, by ascending item id.

        Args:
            extractor: The extractor's id.
            version: Its version.
            only: Ids of the items wanted; None for all.

        Raises:
            LibraryError: The matrix cannot be read.
        """
        for _ in range(5):
            generation, rows = self._item_rows(extractor, version, only)
            if not len(rows):
                return VectorSet(np.zeros(0, np.int64), np.zeros((0, 0), np.float32))
            try:
                matrix = self._open(extractor, version, "items", generation)
            except FileNotFoundError:
                continue  # compacted between the two reads
            whole = rows[:, 1] < len(matrix)
            ids, at = rows[whole, 0], rows[whole, 1]
            if len(at) == len(matrix) and np.array_equal(at, np.arange(len(at))):
                return VectorSet(ids, matrix)
            if len(at) and np.array_equal(at, np.arange(at[0], at[0] + len(at))):
                return VectorSet(ids, matrix[at[0] : at[0] + len(at)])
            return VectorSet(ids, matrix[at])
        raise LibraryError(f"the vectors of {extractor} are not readable", path=self._root)

    def unreadable(self, extractor: str, version: int) -> list[int]:
        """Return the items whose vector the catalogue names but the disk does not give back, or only as zeros."""
        generation, rows = self._item_rows(extractor, version)
        if not len(rows):
            return []
        try:
            matrix = self._open(extractor, version, "items", generation)
        except (OSError, LibraryError):
            return [int(i) for i in rows[:, 0]]
        good = rows[:, 1] < len(matrix)
        for first in range(0, len(rows), _REREAD):
            part = slice(first, first + _REREAD)
            at = np.where(good[part], rows[part, 1], 0)
            square = np.einsum("ij,ij->i", matrix[at], matrix[at])
            good[part] &= np.isfinite(square) & (square > 0)
        return [int(i) for i in rows[~good, 0]]

    def segments(self, item_id: int, extractor: str, version: int) -> SegmentSet | None:
        """Return the stored segments of an item, or None."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT first_row, times, salience FROM segments WHERE item_id = ? AND extractor = ? AND version = ?",
                (item_id, extractor, version),
            ).fetchone()
            generation = read_generation(connection, extractor, version)
        if row is None:
            return None
        times = np.frombuffer(row["times"], dtype=np.float64).reshape(-1, 2)
        salience = None if row["salience"] is None else np.frombuffer(row["salience"], dtype=np.float32)
        try:
            matrix = self._open(extractor, version, "segments", generation)
        except FileNotFoundError:
            return None
        first = int(row["first_row"])
        return SegmentSet(matrix[first : first + len(times)], times, salience)

    def check_dim(self, extractor: str, version: int, dim: int) -> None:
        """Make sure that vectors of this length fit what is stored.

        Raises:
            PluginError: The extractor changed the length of its vectors without a new version.
        """
        check_dim(self._root / folder_name(extractor, version), extractor, dim)

    def _item_rows(
        self, extractor: str, version: int, only: Sequence[int] | None = None
    ) -> tuple[int, NDArray[np.int64]]:
        chosen = () if only is None else (json.dumps([int(i) for i in only]),)
        some = _ROWS if only is None else _SOME
        with self._database.read() as connection:
            generation = read_generation(connection, extractor, version)
            found = connection.execute(some + " ORDER BY item_id", (extractor, version, *chosen)).fetchall()
        return generation, np.array([tuple(r) for r in found], dtype=np.int64).reshape(-1, 2)

    def _open(self, extractor: str, version: int, kind: str, generation: int) -> NDArray[np.float32]:
        directory = self._root / folder_name(extractor, version)
        dim = read_dim(directory)
        path = directory / f"{kind}-{generation}.f32"
        if dim is None:
            raise FileNotFoundError(path)
        rows = path.stat().st_size // (dim * ITEM_BYTES)
        if not rows:
            raise FileNotFoundError(path)
        return np.memmap(path, dtype="<f4", mode="r", shape=(rows, dim))


class Writer:
    """Buffers records and stores them in batches: bytes first, then the catalogue."""

    def __init__(self, root: Path, database: Database, lock: threading.RLock) -> None:
        self._root = root
        self._database = database
        self._lock = lock
        self._buffer: list[Record] = []
        self._moments: list[tuple[int, str, NDArray[np.float64], NDArray[np.float32]]] = []
        self._matrices: dict[tuple[str, int, str], Matrix] = {}

    def add(self, record: Record) -> None:
        """Take a record; it is stored by the next :meth:`flush`."""
        self._buffer.append(record)

    def add_moments(
        self, item_id: int, sense: str, times: NDArray[np.float64], liveliness: NDArray[np.float32]
    ) -> None:
        """Take the host's own view of an item over time: (n, 2) seconds and (n,) in [0, 1].

        ``sense`` is ``heard`` or ``seen``; each stays until the same is decoded again.
        """
        self._moments.append((item_id, HOST + sense, times, liveliness))

    def flush(self) -> list[Record]:
        """Store what is buffered and return it; on return it survives a crash of the app.

        The bytes are on the disk before the catalogue names them, so that not even a power cut leaves a row without
        its vector; the catalogue's own last commits may then be lost, and their items are analysed again.

        Raises:
            LibraryError: It could not be stored (a full disk); nothing of the batch counts then, and the batch stays
                buffered.
        """
        with self._lock:
            if not self._buffer and not self._moments:
                return []
            records, moments = self._buffer, self._moments
            try:
                rows = self._write_rows(records)
                with self._database.write(durable=False) as connection:
                    for record in records:
                        _store(connection, record, *rows.get(id(record), (None, None)))
                    for item_id, name, times, liveliness in moments:
                        _store_segments(connection, item_id, name, 1, 0, times, liveliness)
            except (OSError, AvrecError) as error:
                for matrix in self._matrices.values():
                    matrix.cut()
                if isinstance(error, AvrecError):
                    raise
                raise LibraryError(f"the vectors cannot be written: {error.strerror}", path=self._root) from error
            for matrix in self._matrices.values():
                matrix.keep()
            self._buffer, self._moments = [], []
            return records

    def _write_rows(self, records: Sequence[Record]) -> dict[int, tuple[int | None, int | None]]:
        out: dict[int, tuple[int | None, int | None]] = {}
        for record in records:
            if record.state != "done" or record.vector is None:
                continue
            row = self._matrix(record, "items").append(record.vector[None])
            first = None
            if record.segments is not None and record.times is not None:
                first = self._matrix(record, "segments").append(record.segments)
            out[id(record)] = (row, first)
        for matrix in self._matrices.values():
            matrix.sync()
        return out

    def _matrix(self, record: Record, kind: MatrixKind) -> Matrix:
        key = (record.extractor, record.version, kind)
        if key not in self._matrices:
            self._matrices[key] = open_for_append(
                self._root, self._database, record.extractor, record.version, record.dim, kind
            )
        return self._matrices[key]

    def compact(self, extractor: str, version: int) -> bool:
        """Rewrite the matrices of an extractor where much of them is unused; returns whether it was done."""
        from avrec_desktop.features.compact import compact

        with self._lock:
            for key in [k for k in self._matrices if k[:2] == (extractor, version)]:
                self._matrices.pop(key).close()
            return compact(self._root / folder_name(extractor, version), self._database, extractor, version, _WASTE)

    def close(self) -> None:
        """Close the files; what was not flushed is dropped."""
        for matrix in self._matrices.values():
            matrix.close()
        self._matrices.clear()


def _store(connection: sqlite3.Connection, record: Record, row: int | None, first: int | None) -> None:
    said_at = passages.store(connection, record.item_id, record.extractor, record.passages, record.state)
    descriptors = json.dumps(dict(record.descriptors)) if record.descriptors else None
    connection.execute(
        "INSERT OR REPLACE INTO extractions (item_id, extractor, version, state, row, reason, descriptors, seconds, at,"
        " language, said_at)"
        " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM items WHERE id = ?)",
        (
            record.item_id,
            record.extractor,
            record.version,
            record.state,
            row,
            record.reason,
            descriptors,
            record.seconds,
            time.time(),
            record.language,
            said_at,
            record.item_id,
        ),
    )
    if first is not None and record.times is not None:
        _store_segments(
            connection,
            record.item_id,
            record.extractor,
            record.version,
            first,
            record.times,
            record.salience,
            record.segment_tags,
        )
    elif record.state != "failed":
        connection.execute(
            "DELETE FROM segments WHERE item_id = ? AND extractor = ? AND version = ?",
            (record.item_id, record.extractor, record.version),
        )


def _store_segments(
    connection: sqlite3.Connection,
    item_id: int,
    extractor: str,
    version: int,
    first: int,
    times: NDArray[np.float64],
    salience: NDArray[np.float32] | None,
    tags: NDArray[np.uint8] | None = None,
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO segments (item_id, extractor, version, first_row, times, salience, tags)"
        " SELECT ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM items WHERE id = ?)",
        (
            item_id,
            extractor,
            version,
            first,
            np.ascontiguousarray(times, dtype=np.float64).tobytes(),
            None if salience is None else np.ascontiguousarray(salience, dtype=np.float32).tobytes(),
            None if tags is None else np.ascontiguousarray(tags).tobytes(),
            item_id,
        ),
    )


def forget(connection: sqlite3.Connection, pairs: Iterable[tuple[int, str]], version_of: Mapping[str, int]) -> None:
    """Forget the outcome of (item, extractor) pairs, so that they are analysed again."""
    connection.executemany(
        "DELETE FROM extractions WHERE item_id = ? AND extractor = ? AND version = ?",
        [(item, extractor, version_of[extractor]) for item, extractor in pairs if extractor in version_of],
    )
