"""Brings the catalogue up to date with the folders: names at once, then what is inside the files.

One thread walks; compute processes read the files; the calling thread decides and writes.
"""

# Paths are bytes of the file system here; pathlib knows only text.
# ruff: noqa: PTH119

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError
from avrec_desktop.jobs.compute import ComputePool
from avrec_desktop.jobs.events import EventBus, ItemsChanged
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import store, walker
from avrec_desktop.library.database import Database, now
from avrec_desktop.library.kinds import by_extension, kind_of
from avrec_desktop.library.store import FileRef
from avrec_desktop.library.types import Failure, ScanResult

#: Files read by one call into a compute process.
BATCH = 64
#: Most new names and most results written in one transaction.
WRITE_BATCH = 400
#: Seconds between two transactions, so that the window shows what arrived.
FLUSH_INTERVAL = 0.25
#: Seconds that a batch, and a single file after its batch failed, may take.
BATCH_TIMEOUT = 120.0
FILE_TIMEOUT = 30.0
_PROBE = "avrec_desktop.library.probe:probe_batch"


@dataclass(slots=True)
class Target:
    """A folder (or a single file) to look at.

    Attributes:
        folder_id: The source folder it is or lies in; None for a single file outside all.
        root: Path of that source folder, or of the file.
        start: Where the walk begins: the root, or a folder inside it.
        is_file: Whether it is a single file.
    """

    folder_id: int | None
    root: bytes
    start: bytes
    is_file: bool = False


@dataclass(slots=True)
class _Known:
    """A row of ``files`` as it was when the scan began."""

    id: int
    item_id: int
    size: int
    mtime_ns: int
    state: str
    folder_id: int | None


@dataclass(slots=True)
class _Walked:
    target: Target
    listing: walker.Listing | None  # None: this target is done


@dataclass(slots=True)
class _Read:
    files: list[FileRef]
    certain: list[bool]
    future: Future[Any]


@dataclass(slots=True)
class _Changes:
    added: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


class Scanner:
    """One scan of some targets; make a new one for each.

    Args:
        database: The library.
        events: Takes :class:`ItemsChanged` while the scan goes.
        excluded: ``(st_dev, st_ino)`` of directories to leave out (the library's own).
        workers: Compute processes that read files.
    """

    def __init__(
        self,
        database: Database,
        events: EventBus,
        *,
        excluded: frozenset[tuple[int, int]] = frozenset(),
        workers: int = 0,
    ) -> None:
        self._db = database
        self._events = events
        self._excluded = excluded
        self._workers = workers or min(4, os.cpu_count() or 1)
        self._inbox: queue.SimpleQueue[_Walked | _Read | AvrecError | Exception] = queue.SimpleQueue()
        self._room = threading.Semaphore(2000)  # listings the walker may be ahead
        self._stop = threading.Event()
        self._pool: ComputePool | None = None
        self._known: dict[bytes, _Known] = {}
        self._ignored: dict[bytes, tuple[int, int]] = {}
        self._failed_before: dict[bytes, str] = {}
        self._new: list[tuple[FileRef, Any]] = []
        self._to_read: list[tuple[FileRef, bool]] = []
        self._results: list[tuple[FileRef, dict[str, Any]]] = []
        self._present: list[int] = []
        self._unread: list[bytes] = []
        self._away: list[bytes] = []
        self._changes = _Changes()
        self._fresh: set[int] = set()
        self._outstanding = 0
        self._flushed = 0.0
        self._seen = 0
        self._done = 0
        self._result = ScanResult()

    def run(self, targets: Sequence[Target], job: Job) -> ScanResult:
        """Scan the targets and return what changed.

        Raises:
            Cancelled: The job was cancelled; what was read until then is stored.
            LibraryError: The catalogue cannot be written.
        """
        started = time.monotonic()
        self._load(targets)
        thread = threading.Thread(target=self._walk, args=(targets,), name="scan-walk", daemon=True)
        thread.start()
        try:
            self._loop(len(targets), job)
            self._finish(targets)
        except Cancelled:
            self._flush(final=True)
            raise
        finally:
            self._stop.set()
            self._room.release(10_000)
            if self._pool is not None:
                self._pool.shutdown()
            thread.join(timeout=10)
        self._result.seconds = time.monotonic() - started
        return self._result

    # The walking thread.

    def _walk(self, targets: Sequence[Target]) -> None:
        try:
            for target in targets:
                listings = (
                    [walker.single(target.start)] if target.is_file else walker.walk(target.start, self._excluded)
                )
                for listing in listings:
                    self._room.acquire()
                    if self._stop.is_set():
                        return
                    self._inbox.put(_Walked(target, listing))
                self._inbox.put(_Walked(target, None))
        except Exception as error:  # noqa: BLE001 - handed to the scanning thread, which raises it
            self._inbox.put(error)

    # The scanning thread.

    def _load(self, targets: Sequence[Target]) -> None:
        whole = {t.folder_id for t in targets if t.start == t.root and not t.is_file}
        prefixes = [t.start for t in targets if t.folder_id not in whole or t.is_file]
        with self._db.read() as db:
            rows = db.cursor()
            rows.row_factory = None  # plain tuples are twice as fast
            rows.execute("SELECT path, id, item_id, size, mtime_ns, state, folder_id FROM files")
            for path, *values in rows:
                if values[5] in whole or any(_inside(path, prefix) for prefix in prefixes):
                    self._known[path] = _Known(*values)
            self._ignored = {r["path"]: (r["size"], r["mtime_ns"]) for r in db.execute("SELECT * FROM ignored")}
            self._failed_before = dict(
                db.execute(
                    "SELECT f.path, i.reason FROM items i JOIN files f ON f.item_id = i.id WHERE i.status = 'failed'"
                ).fetchall()
            )

    def _loop(self, walking: int, job: Job) -> None:
        self._flushed = time.monotonic()
        while walking or self._outstanding or self._new or self._to_read or self._results:
            try:
                message = self._inbox.get(timeout=0.05)
            except queue.Empty:
                message = None
            if isinstance(message, _Walked):
                if message.listing is None:
                    walking -= 1
                else:
                    self._room.release()
                    self._compare(message.target, message.listing)
            elif isinstance(message, _Read):
                self._outstanding -= 1
                self._take(message)
            elif message is not None:
                raise message
            due = time.monotonic() - self._flushed >= FLUSH_INTERVAL
            idle = message is None and not walking
            if due or idle or len(self._new) >= WRITE_BATCH or len(self._results) >= WRITE_BATCH:
                self._flush(final=not walking)
            job.progress(self._done, None if walking else self._seen, "Reading files" if not walking else "Looking")

    def _compare(self, target: Target, listing: walker.Listing) -> None:
        result = self._result
        for path, reason in listing.errors:
            result.failed.append(Failure(os.fsdecode(path), reason))
        if listing.unread:
            (self._away if listing.directory == target.start else self._unread).append(listing.directory)
            return
        if listing.directory == target.start and not target.is_file and not listing.n_entries:
            self._away.append(target.start)  # an empty mount point looks like this; missing files are not forgotten
            return
        for path, size, mtime_ns in listing.files:
            self._seen += 1
            known = self._known.pop(path, None)
            if known is not None and known.size == size and known.mtime_ns == mtime_ns:
                if known.state != "present":
                    self._present.append(known.id)
                    self._changes.updated.add(known.item_id)
                self._done += 1
                if path in self._failed_before:
                    result.failed.append(Failure(os.fsdecode(path), self._failed_before[path]))
                else:
                    result.unchanged += 1
                continue
            self._schedule(target, known, path, size, mtime_ns)

    def _schedule(self, target: Target, known: _Known | None, path: bytes, size: int, mtime_ns: int) -> None:
        if known is not None:
            folder = target.folder_id if target.folder_id is not None else known.folder_id
            self._to_read.append((FileRef(path, size, mtime_ns, folder, known.id, known.item_id), True))
            if known.size < 0:
                self._fresh.add(known.id)
            return
        candidate = "audio" if target.is_file else by_extension(os.path.basename(path))
        file = FileRef(path, size, mtime_ns, target.folder_id)
        if candidate is None or self._ignored.get(path) == (size, mtime_ns):
            self._seen -= 1
        elif candidate == "unknown":
            self._to_read.append((file, False))
        else:
            self._new.append((file, kind_of(candidate)))

    def _take(self, read: _Read) -> None:
        """Take the results of one call; a batch that a file brought down is read again one by one."""
        try:
            results = read.future.result()
        except ComputeError as error:
            if len(read.files) > 1:
                for file, certain in zip(read.files, read.certain, strict=True):
                    self._submit([file], [certain], FILE_TIMEOUT)
                return
            results = [{"reason": f"reading it failed: {error.message}", "retry": False}]
            if not read.certain[0]:
                results = [{"ignore": True}]
        self._results += zip(read.files, results, strict=True)

    def _submit(self, files: list[FileRef], certain: list[bool], timeout: float) -> None:
        if self._pool is None:
            self._pool = ComputePool(self._workers, "probe")
        args = {"paths": [f.path for f in files], "certain": certain}
        future = self._pool.submit(_PROBE, args, timeout=timeout, should_stop=self._stop.is_set)
        self._outstanding += 1
        future.add_done_callback(lambda done: self._inbox.put(_Read(files, certain, done)))

    def _flush(self, *, final: bool) -> None:
        at = now()
        if self._new or self._results or self._present:
            with self._db.write(durable=False) as db:
                named = store.insert_named(db, self._new, at)
                touched = [self._store(db, file, result, at) for file, result in self._results]
                store.index_items(db, [item_id for item_id in touched if item_id])
                db.executemany(
                    "UPDATE files SET state = 'present', missing_since = NULL WHERE id = ?",
                    [(i,) for i in self._present],
                )
            self._to_read += [(file, True) for file in named]
            self._changes.added |= {file.item_id for file in named}
            self._fresh |= {file.id for file in named}
            self._new, self._results, self._present = [], [], []
        while len(self._to_read) >= BATCH or (self._to_read and (final or self._outstanding < self._workers)):
            part, self._to_read = self._to_read[:BATCH], self._to_read[BATCH:]
            self._submit([f for f, _ in part], [c for _, c in part], BATCH_TIMEOUT)
        self._publish()
        self._flushed = time.monotonic()

    def _store(self, db: Any, file: FileRef, result: dict[str, Any], at: float) -> int:
        self._done += 1
        if "ignore" in result:
            db.execute("INSERT OR REPLACE INTO ignored VALUES (?, ?, ?)", (file.path, file.size, file.mtime_ns))
            self._seen -= 1
            self._done -= 1
            return 0
        if not file.id:
            (file,) = store.insert_named(db, [(file, result.get("kind", "audio"))], at)
            self._fresh.add(file.id)
            self._changes.added.add(file.item_id)
        if "reason" in result:
            self._result.failed.append(Failure(os.fsdecode(file.path), result["reason"]))
            stored = store.store_failure(db, file, result["reason"], at, retry=result["retry"])
        else:
            stored = store.store_probe(db, file, result, at)
            if file.id in self._fresh:
                self._result.added += 1
            else:
                self._result.updated += 1
        if stored.removed:
            self._changes.removed.add(stored.removed)
        self._changes.updated.add(stored.item_id)
        return stored.item_id

    def _finish(self, targets: Sequence[Target]) -> None:
        """Mark what was not met: files of drives that are away, and files that are gone."""
        at = now()
        away, gone = list[_Known](), list[_Known]()
        for path, known in self._known.items():
            hidden = any(_inside(path, directory) for directory in (*self._away, *self._unread))
            (away if hidden else gone).append(known)
        with self._db.write(durable=False) as db:
            self._mark(db, [k for k in away if k.state == "present"], "offline", at)
            gone = self._forget_moved(db, gone)
            self._mark(db, [k for k in gone if k.state != "missing"], "missing", at)
            for target in targets:
                if not target.is_file and target.start == target.root:
                    db.execute(
                        "UPDATE folders SET available = ?, scanned_at = ? WHERE id = ?",
                        (target.root not in self._away, at, target.folder_id),
                    )
        self._publish()

    def _forget_moved(self, db: Any, gone: list[_Known]) -> list[_Known]:
        """Drop the rows of files that were moved, whose copies are still there, or that never could be read.

        Returns the others.
        """
        left = []
        for known in gone:
            item = db.execute("SELECT fingerprint FROM items WHERE id = ?", (known.item_id,)).fetchone()
            copy = db.execute(
                "SELECT 1 FROM files WHERE item_id = ? AND id <> ? AND state = 'present'", (known.item_id, known.id)
            ).fetchone()
            if copy is not None:
                db.execute("DELETE FROM files WHERE id = ?", (known.id,))
                self._changes.updated.add(known.item_id)
            elif item["fingerprint"] is None and store.remove_unread(db, known.item_id):
                self._changes.removed.add(known.item_id)
            else:
                left.append(known)
        return left

    def _mark(self, db: Any, files: list[_Known], state: str, at: float) -> None:
        db.executemany("UPDATE files SET state = ?, missing_since = ? WHERE id = ?", [(state, at, k.id) for k in files])
        items = {k.item_id for k in files}
        if state == "missing":
            self._result.missing += len(files)
            self._changes.removed |= items
        else:
            self._changes.updated |= items

    def _publish(self) -> None:
        changes, self._changes = self._changes, _Changes()
        if changes:
            added = changes.added - changes.removed
            updated = changes.updated - changes.added - changes.removed
            self._events.publish(
                ItemsChanged(tuple(sorted(added)), tuple(sorted(updated)), tuple(sorted(changes.removed)))
            )


def _inside(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder if folder.endswith(os.sep.encode()) else folder + os.sep.encode())
