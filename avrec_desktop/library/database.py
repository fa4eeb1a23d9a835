"""The SQLite file of a library: opening, migrating, reading and writing."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.library.changes import EVERYTHING, NOTHING, ChangeLog, Changes, Moment

log = logging.getLogger(__name__)

#: Marks the file as ours in SQLite's header ("avrc").
APPLICATION_ID = 0x61767263
#: Seconds a connection waits for another process's write.
BUSY_TIMEOUT = 15.0
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


class Database:
    """One library file in WAL mode: many readers, one writer at a time.

    Thread-safe. Readers never wait for the writer; a read sees the state of its last statement's start.

    Attributes:
        path: The SQLite file.
        version: Number of the newest migration in it.
        read_only: Whether the file or its folder cannot be written, so that every write fails.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = 0
        self.read_only = False
        self._address: str | None = None  # that a file which can only be read is opened by
        self._write_lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._writer: sqlite3.Connection | None = None
        self._monitor: sqlite3.Connection | None = None
        self._log = ChangeLog()
        self._seen_by_writer = 0  # commits of other processes
        self._pending = NOTHING

    @classmethod
    def open(cls, path: Path, migrations_dir: Path) -> Self:
        """Open the file, create it where there is none, and bring it up to the newest migration.

        A file of an older version is copied to ``<name>.v<version>.bak`` before it is changed. One that cannot be
        written is opened for reading.

        Raises:
            LibraryError: The folder cannot be written and holds no library of this version, the file is damaged or no
                library, or a newer version of the app wrote it.
        """
        self = cls(path)
        if path.exists() and not _can_write(path):
            self._open_to_read(migrations_dir)
            return self
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(path.parent, error) from error
        try:
            with self._reporting():
                self._writer = self._connect()
                self._migrate(migrations_dir)
                self._monitor = self._connect()
                self._seen_by_writer = _data_version(self._writer)
        except BaseException:
            self.close()
            raise
        return self

    def _open_to_read(self, migrations_dir: Path) -> None:
        self.read_only = True
        log_file = self.path.with_name(f"{self.path.name}-wal")
        try:
            # without a write-ahead log SQLite cannot read such a folder, unless it may trust that nothing changes
            logged = log_file.exists() and log_file.stat().st_size > 0
            self._address = f"{self.path.absolute().as_uri()}?mode=ro{'' if logged else '&immutable=1'}"
            with self._reporting():
                self._monitor = self._connect()
                self.version = _user_version(self._monitor)
                newest = max(_migrations(migrations_dir))
                _check_version(self._monitor, self.version, newest, self.path)
        except BaseException:
            self.close()
            raise
        if self.version < newest:
            self.close()
            raise self._refusal()

    def _refusal(self) -> LibraryError:
        text, hint = _MESSAGES[sqlite3.SQLITE_READONLY]
        return LibraryError(text, path=self.path, hint=hint)

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for reading; rows come as :class:`sqlite3.Row`.

        Raises:
            LibraryError: The file cannot be read.
        """
        with self._reporting():
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextlib.contextmanager
    def write(self, *, durable: bool = True, changes: Changes = EVERYTHING) -> Iterator[sqlite3.Connection]:
        """Lend the writing connection inside a transaction: commits at the end, rolls back on any exception.

        May be nested in one thread; the outermost block commits.

        Args:
            durable: Whether the data is on the disk when the block ends, so that not even a power cut loses it.
                False is for what can be read from the media again; a crash of the app loses neither.
            changes: What it touches of that which lists are made from; only name less than everything where that is
                sure, as searches trust it.

        Raises:
            LibraryError: The disk is full, the file is read-only or damaged; nothing of the block is stored.
        """
        with self._reporting(), self._write_lock:
            connection = self._writer
            if connection is None:
                raise self._refusal() if self.read_only else LibraryError("the library is closed", path=self.path)
            if connection.in_transaction:
                self._pending |= changes
                yield connection
                return
            self._pending = changes
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            self._note(connection)

    def _note(self, writer: sqlite3.Connection) -> None:
        with self._pool_lock:
            if self._monitor is None:
                return
            version, seen = _data_version(self._monitor), _data_version(writer)
            self._log.wrote(self._pending, version, others=seen != self._seen_by_writer)
            self._seen_by_writer = seen

    def moment(self) -> Moment:
        """Return the present moment, to ask later what changed :meth:`since`; take it before reading."""
        with self._reporting(), self._pool_lock:
            if self._monitor is None:
                raise LibraryError("the library is closed", path=self.path)
            return self._log.moment(_data_version(self._monitor))

    def others(self) -> int:
        """Return a number that grows when other processes have written."""
        return self.moment().others

    def since(self, moment: Moment) -> Changes:
        """Return what writes of this process changed after a moment; everything where others wrote too."""
        with self._pool_lock:
            return self._log.since(moment)

    def generation(self) -> int:
        """Return a number that changes with every commit of this or any other process."""
        with self._reporting(), self._pool_lock:
            if self._monitor is None:
                raise LibraryError("the library is closed", path=self.path)
            return _data_version(self._monitor)

    def check(self) -> list[str]:
        """Return what SQLite finds wrong with the file; empty when it is sound."""
        with self.read() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
        return [line for line in found if line != "ok"] + [f"dangling reference in table {row[0]}" for row in broken]

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the file while it is in use.

        Raises:
            LibraryError: The copy cannot be written.
        """
        with self.read() as connection:
            _copy(connection, target)

    def close(self) -> None:
        """Close all connections; SQLite then folds the write-ahead log into the file."""
        with self._write_lock, self._pool_lock:
            self._closed = True
            for connection in (*self._idle, self._monitor, self._writer):
                if connection is not None:
                    connection.close()  # a connection still lent out is closed when it comes back
            self._idle.clear()
            self._writer = self._monitor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._address or self.path,
            timeout=BUSY_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
            uri=self.read_only,
        )
        connection.row_factory = sqlite3.Row
        if not self.read_only:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        # per thread. No memory map: it measured no faster, counted as the process's memory (128 MB at 100,000 items),
        # and a drive that goes away under a map kills the process
        connection.execute("PRAGMA cache_size = -8000")
        return connection

    def _borrow(self) -> sqlite3.Connection:
        with self._pool_lock:
            if self._closed:
                raise LibraryError("the library is closed", path=self.path)
            return self._idle.pop() if self._idle else self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._pool_lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _migrate(self, directory: Path) -> None:
        connection = self._writer
        assert connection is not None
        steps = _migrations(directory)
        newest = max(steps)
        self.version = _user_version(connection)
        _check_version(connection, self.version, newest, self.path)
        if self.version == newest:
            return
        if self.version:
            _copy(connection, self.path.with_name(f"{self.path.name}.v{self.version}.bak"))
        for number in sorted(n for n in steps if n > self.version):
            _apply(connection, number, steps[number])
        self.version = _user_version(connection)

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise  # a fault of the program, not of the disk
        except sqlite3.DatabaseError as error:
            known = database_error(self.path, error)
            if known is None:
                raise
            raise known from error


def _can_write(path: Path) -> bool:
    """Return whether a file can be changed and others be made beside it."""
    effective = os.access in os.supports_effective_ids
    return all(os.access(place, os.W_OK, effective_ids=effective) for place in (path, path.parent))


def _check_version(connection: sqlite3.Connection, version: int, newest: int, path: Path) -> None:
    """Make sure that a file is a library, and none of a version to come.

    Raises:
        LibraryError: It is not.
    """
    if version > newest:
        raise LibraryError(
            f"a newer version of the app wrote the library (format {version}, this one knows {newest}).",
            path=path,
            hint="Update the app, or choose another library directory. Nothing was changed.",
        )
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise LibraryError(
            "the file is a database of another program.", path=path, hint="Choose another library directory."
        )


def _migrations(directory: Path) -> dict[int, Path]:
    steps = {int(m[1]): p for p in directory.glob("*.sql") if (m := _MIGRATION.fullmatch(p.name))}
    if sorted(steps) != list(range(1, len(steps) + 1)):
        raise LibraryError("the app lacks its database migrations.", path=directory, hint="Install it again.")
    return steps


def _data_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _user_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _apply(connection: sqlite3.Connection, number: int, script: Path) -> None:
    """Run one migration in one transaction, unless another process has just done it."""
    connection.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _user_version(connection) < number:
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.execute(statement)
            _check_references(connection, number)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    log.info("library is at version %d", number)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # a full disk makes SQLite roll back by itself
        connection.execute("ROLLBACK")


def _check_references(connection: sqlite3.Connection, number: int) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise LibraryError(f"migration {number} would break references of table {broken[0]}")


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for piece in re.split("(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        copy = sqlite3.connect(partial)
        try:
            connection.backup(copy)
        finally:
            copy.close()
        partial.replace(target)
    except OSError as error:
        raise folder_error(target.parent, error) from error
    except sqlite3.DatabaseError as error:
        raise database_error(partial, error) or error from error


def folder_error(folder: Path, error: OSError) -> LibraryError:
    """Return what to tell the user when the library's folder cannot be used."""
    return LibraryError(
        f"the library directory cannot be written: {error.strerror or error}.",
        path=folder,
        hint="Choose another directory with --library, or give yourself the right to write there.",
    )


_MESSAGES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("the disk is full.", "Free some space; nothing that was stored before is lost."),
    sqlite3.SQLITE_READONLY: (
        "the library is read-only.",
        "Make the file and its folder writable, or choose another library directory.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the library cannot be opened.",
        "Check that its folder exists and can be written, or choose another library directory.",
    ),
    sqlite3.SQLITE_PERM: ("the library cannot be opened.", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_IOERR: (
        "the disk reported an error.",
        "Check that it has free space and is connected; nothing that was stored before is lost.",
    ),
    sqlite3.SQLITE_CORRUPT: ("the library file is damaged.", "Restore a backup; your media files are not touched."),
    sqlite3.SQLITE_NOTADB: ("the file is not a library.", "Move it away or choose another library directory."),
    sqlite3.SQLITE_BUSY: ("another program keeps the library locked.", "Close it and try again."),
    sqlite3.SQLITE_LOCKED: ("another program keeps the library locked.", "Close it and try again."),
}


def database_error(path: Path, error: sqlite3.DatabaseError) -> LibraryError | None:
    """Return what to tell the user about a failure of the disk or the file; None for a fault of the program."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    known = _MESSAGES.get(code & 0xFF)
    return None if known is None else LibraryError(known[0], path=path, hint=known[1])


def is_damage(error: LibraryError) -> bool:
    """Return whether an error says that the library's file itself is damaged, so that only a backup helps."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def fetch_numbers(db: sqlite3.Connection, sql: str, values: Mapping[str, object]) -> NDArray[np.int64]:
    """Return the whole numbers that a statement selects as its only column, in its order, int64 (n,).

    SQLite joins them to one text: a row for each would take five times as long, and all that time no other thread
    could run Python.
    """
    joined = db.execute(f"WITH found (number) AS ({sql}) SELECT group_concat(number) FROM found", values).fetchone()[0]  # noqa: S608 - constants
    if joined is None:
        return np.empty(0, dtype=np.int64)
    return np.fromstring(str(joined), dtype=np.int64, sep=",")


def now() -> float:
    """Return seconds since the epoch, the time stamp of all tables."""
    return time.time()
