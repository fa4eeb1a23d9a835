"""Brings the catalogue up to date with the folders: names at once, then what is inside the files.

One thread walks; compute processes read the files; the calling thread decides and writes.
"""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError
from avrec_desktop.api.media import Kind
from avrec_desktop.jobs import ComputePool
from avrec_desktop.jobs.events import EventBus, ItemsChanged
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import store, walker
from avrec_desktop.library.database import Database, now
from avrec_desktop.library.kinds import by_extension, kind_of
from avrec_desktop.library.scan_parts import FILE_TIMEOUT, Changes, Read, Target, Walked, Watch
from avrec_desktop.library.sidecars import tells_of
from avrec_desktop.library.store import FileRef
from avrec_desktop.library.types import Failure, ScanResult

#: Files read by one call into a compute process.
BATCH = 64
#: Most new names and most results written in one transaction.
WRITE_BATCH = 400
#: Most files marked as away in one transaction.
AWAY_BATCH = 2000
#: Seconds between two transactions, so that the window shows what arrived.
FLUSH_INTERVAL = 0.25
#: Seconds that a call has to end after it was asked to.
GRACE = 2.0
#: Files beside media are looked at when they came after the last scan, or so many seconds before its end: then the
#: moment at which the media were read decides.
DAY = 86_400.0
_KNOWN = "SELECT path, size, mtime_ns, state = 'present', id FROM files WHERE path = ? OR (path > ? AND path < ?)"
_PROBE = "avrec_desktop.library.probe:probe_batch"


_KEPT = "its drive may not be connected, so its items are kept as unavailable"


class Scanner:
    """One scan of some targets; make a new one for each.

    Args:
        database: The library.
        events: Takes :class:`ItemsChanged` while the scan goes.
        excluded: ``(st_dev, st_ino)`` of directories to leave out (the library's own).
        silent: Source folders that do not answer: they are not looked at, their items are kept as unavailable.
        workers: Compute processes that read files.
    """

    def __init__(
        self,
        database: Database,
        events: EventBus,
        *,
        excluded: frozenset[tuple[int, int]] = frozenset(),
        silent: frozenset[bytes] = frozenset(),
        workers: int = 0,
    ) -> None:
        self._db = database
        self._events = events
        self._excluded = excluded
        self._silent = silent
        self._workers = workers or min(4, os.cpu_count() or 1)
        self._inbox: queue.SimpleQueue[Walked | Read | AvrecError | Exception] = queue.SimpleQueue()
        self._room = threading.Semaphore(2000)  # listings the walker may be ahead
        self._stop = threading.Event()
        self._pool: ComputePool | None = None
        self._known: dict[bytes, walker.Known] = {}
        self._scanned: dict[bytes, float] = {}  # source folders, and from when on files beside media are looked at
        self._ignored: dict[bytes, tuple[int, int]] = {}
        self._failed_before: dict[bytes, str] = {}
        self._new: list[tuple[FileRef, Kind]] = []
        self._changed: list[FileRef] = []
        self._to_read: list[tuple[FileRef, bool]] = []
        self._results: list[tuple[FileRef, dict[str, Any]]] = []
        self._present: list[tuple[int | None, int]] = []
        self._unread: list[bytes] = []
        self._away: list[bytes] = []
        self._changes = Changes()
        self._joined: set[int] = set()
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
        answering = [target for target in targets if target.root not in self._silent]
        for target in targets:
            if target.root in self._silent:
                self._away.append(target.start)
                self._result.failed.append(Failure(os.fsdecode(target.start), f"it does not answer; {_KEPT}"))
        thread = threading.Thread(target=self._walk, args=(answering,), name="scan-walk", daemon=True)
        thread.start()
        try:
            self._loop(len(answering), job)
            self._finish(targets)
        except Cancelled:
            self._wind_down()
            raise
        finally:
            self._stop.set()
            self._room.release(10_000)
            if self._pool is not None:
                self._pool.shutdown()
            thread.join(timeout=10)
        self._result.seconds = time.monotonic() - started
        return self._result

    def _wind_down(self) -> None:
        """Store what is read when the scan is cancelled."""
        self._stop.set()
        deadline = time.monotonic() + 1.0
        while self._outstanding and (left := deadline - time.monotonic()) > 0:
            try:
                message = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            if isinstance(message, Read):
                self._outstanding -= 1
                if not message.future.cancelled() and message.future.exception() is None:
                    self._take(message)
        self._new = []
        self._write()
        self._publish()

    # The walking thread.

    def _walk(self, targets: Sequence[Target]) -> None:
        """Put what is new into the inbox; directories without news are summed up."""
        quiet, spoken = 0, time.monotonic()
        try:
            for target in targets:
                since = self._scanned.get(target.root, float("inf"))
                for listing in self._listings(target):
                    if self._stop.is_set():
                        return
                    listing.beside = [found for found in listing.beside if found[1] > since]
                    quiet += listing.unchanged
                    news = listing.files or listing.errors or listing.beside or listing.directory == target.start
                    if news or time.monotonic() - spoken > 0.05:
                        listing.unchanged, quiet, spoken = quiet, 0, time.monotonic()
                        self._room.acquire()
                        self._inbox.put(Walked(target, listing))
                self._inbox.put(Walked(target, None, quiet))
                quiet = 0
        except Exception as error:  # noqa: BLE001 - handed to the scanning thread, which raises it
            self._inbox.put(error)

    def _listings(self, target: Target) -> Iterable[walker.Listing]:
        if target.is_file:
            return [walker.single(target.start, self._known)]
        return walker.walk(target.start, self._known, self._excluded)

    # The scanning thread.

    def _load(self, targets: Sequence[Target]) -> None:
        with self._db.read() as db:
            rows = db.cursor()
            rows.row_factory = None  # plain tuples are twice as fast
            for target in targets:
                rows.execute(_KNOWN, (target.start, walker.below(target.start), walker.behind(target.start)))
                self._known |= {row[0]: row for row in rows}
            for path, at in db.execute("SELECT path, scanned_at FROM folders WHERE scanned_at IS NOT NULL"):
                self._scanned[path] = at - DAY
            self._ignored = {r["path"]: (r["size"], r["mtime_ns"]) for r in db.execute("SELECT * FROM ignored")}
            failed = db.execute(
                "SELECT f.path, i.reason FROM items i JOIN files f ON f.item_id = i.id WHERE i.status = 'failed'"
            )
            for path, reason in failed:
                self._failed_before[path] = reason
                if path in self._known:
                    before = self._known[path]
                    self._known[path] = (*before[:3], 0, before[4])  # not in good order: the loop looks closer

    def _loop(self, walking: int, job: Job) -> None:
        self._flushed = time.monotonic()
        while walking or self._outstanding or self._to_read or self._unwritten():
            try:
                message = self._inbox.get(timeout=0.0 if len(self._new) >= WRITE_BATCH else 0.05)
            except queue.Empty:
                message = None
            if isinstance(message, Walked):
                if message.listing is None:
                    walking -= 1
                    self._result.unchanged += message.unchanged
                    self._seen += message.unchanged
                    self._done += message.unchanged
                else:
                    self._room.release()
                    self._compare(message.target, message.listing)
            elif isinstance(message, Read):
                self._outstanding -= 1
                self._take(message)
            elif message is not None:
                raise message
            due = time.monotonic() - self._flushed >= FLUSH_INTERVAL
            idle = message is None and not walking
            if due or idle or len(self._new) >= WRITE_BATCH or len(self._results) >= WRITE_BATCH:
                self._flush(final=not walking)
            job.progress(self._done, None if walking else self._seen, "Reading files" if not walking else "Looking")

    def _unwritten(self) -> bool:
        return bool(self._new or self._changed or self._results or self._present)

    def _compare(self, target: Target, listing: walker.Listing) -> None:
        result = self._result
        result.unchanged += listing.unchanged
        self._seen += listing.unchanged
        self._done += listing.unchanged
        if listing.unread and listing.directory == target.start:
            self._away.append(target.start)
            result.failed.append(Failure(os.fsdecode(target.start), f"{listing.errors[0][1]}; {_KEPT}"))
            return
        for path, reason in listing.errors:
            result.failed.append(Failure(os.fsdecode(path), reason))
            self._unread.append(path)  # a folder, or a file in one that shows its names only
        if listing.unread:
            self._unread.append(listing.directory)
            return
        if listing.directory == target.start and not target.is_file and not listing.n_entries:
            self._look_at_empty(target)
            return
        for path, size, mtime_ns, known in listing.files:
            self._seen += 1
            if known is None:
                self._schedule_new(target, path, size, mtime_ns)
            elif (known[1], known[2]) != (size, mtime_ns):
                self._changed.append(FileRef(path, size, mtime_ns, target.folder_id, known[4]))
            else:
                self._back(target, path, known[4])
        if listing.beside:
            self._look_beside(listing, {known[4] for *_, known in listing.files if known is not None})

    def _look_beside(self, listing: walker.Listing, noted: set[int]) -> None:
        """Have media read again whose files beside them came or changed since they were read."""
        with self._db.read() as db:
            files = store.files_read_before(db, listing.directory, max(at for _, at in listing.beside))
        for file, read_at in files:
            if file.id not in noted and any(at > read_at and tells_of(path, file.path) for path, at in listing.beside):
                self._changed.append(file)
                self._result.unchanged -= 1
                self._done -= 1

    def _look_at_empty(self, target: Target) -> None:
        """Take an empty folder that had files for a drive that is not connected."""
        if any(walker.inside(path, target.start) for path in self._known):
            self._away.append(target.start)
            self._result.failed.append(Failure(os.fsdecode(target.start), f"the folder is empty; {_KEPT}"))

    def _back(self, target: Target, path: bytes, file_id: int) -> None:
        """Take a file that is as it was: one that failed before, or one that is there again."""
        self._done += 1
        self._present.append((target.folder_id, file_id))
        if path in self._failed_before:
            self._result.failed.append(Failure(os.fsdecode(path), self._failed_before[path]))
        else:
            self._result.unchanged += 1

    def _schedule_new(self, target: Target, path: bytes, size: int, mtime_ns: int) -> None:
        candidate = "audio" if target.is_file else by_extension(os.path.basename(path))
        file = FileRef(path, size, mtime_ns, target.folder_id)
        if candidate is None or self._ignored.get(path) == (size, mtime_ns):
            self._seen -= 1
        elif candidate == "unknown":
            self._to_read.append((file, False))
        else:
            self._new.append((file, kind_of(candidate)))

    def _take(self, read: Read) -> None:
        """Take the results of one call; a batch that a file brought down is read again one by one."""
        try:
            results = read.future.result()
        except ComputeError as error:
            results = [{"reason": f"reading it failed: {error.message}", "retry": False}]
        except Cancelled:
            if not read.watch.stalled:
                raise
            results = [{"reason": f"reading it took longer than {FILE_TIMEOUT:.0f} s", "retry": False}]
        if len(results) < len(read.files):
            for file, certain in zip(read.files, read.certain, strict=True):
                self._submit([file], [certain])
            return
        if "reason" in results[0] and not read.certain[0] and len(results) == 1:
            results = [{"ignore": True}]
        self._results += zip(read.files, results, strict=True)

    def _submit(self, files: list[FileRef], certain: list[bool]) -> None:
        if self._pool is None:
            self._pool = ComputePool(self._workers, "probe")
        args = {"paths": [f.path for f in files], "certain": certain}
        watch = Watch(self._stop)
        future = self._pool.submit(_PROBE, args, on_event=watch.progress, should_stop=watch.should_stop, grace=GRACE)
        self._outstanding += 1
        future.add_done_callback(lambda done: self._inbox.put(Read(files, certain, watch, done)))

    def _flush(self, *, final: bool) -> None:
        self._write()
        while len(self._to_read) >= BATCH or (self._to_read and (final or self._outstanding < self._workers)):
            part, self._to_read = self._to_read[:BATCH], self._to_read[BATCH:]
            self._submit([f for f, _ in part], [c for _, c in part])
        self._publish()
        self._flushed = time.monotonic()

    def _write(self) -> None:
        """Store what was gathered, at most :data:`WRITE_BATCH` new names at a time."""
        if not self._unwritten():
            return
        at = now()
        part, self._new = self._new[:WRITE_BATCH], self._new[WRITE_BATCH:]
        with self._db.write(durable=False) as db:
            named = store.insert_named(db, part, at)
            changed = [store.current(db, file) for file in self._changed]
            touched = [self._store(db, file, result, at) for file, result in self._results]
            store.index_items(db, [item_id for item_id in touched if item_id])
            self._changes.updated |= store.mark_present(db, self._present)
        self._to_read += [(file, True) for file in (*named, *changed)]
        self._changes.added |= {file.item_id for file in named}
        self._changed, self._results, self._present = [], [], []

    def _store(self, db: Any, file: FileRef, result: dict[str, Any], at: float) -> int:
        self._done += 1
        if "ignore" in result:
            db.execute("INSERT OR REPLACE INTO ignored VALUES (?, ?, ?)", (file.path, file.size, file.mtime_ns))
            self._seen -= 1
            self._done -= 1
            return 0
        if not file.id:
            (file,) = store.insert_named(db, [(file, result.get("kind", "audio"))], at)
            self._changes.added.add(file.item_id)
        if "reason" in result:
            self._result.failed.append(Failure(os.fsdecode(file.path), result["reason"]))
            stored = store.store_failure(db, file, result["reason"], at, retry=result["retry"])
        else:
            stored = store.store_probe(db, file, result, at)
            if result["warning"]:
                self._result.warnings.append(Failure(os.fsdecode(file.path), result["warning"]))
            if stored.removed:
                self._joined.add(stored.item_id)
            if file.new:
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
        hidden = frozenset((*self._away, *self._unread))
        away, gone = list[int](), list[int]()
        for path, known in self._known.items():
            (away if walker.inside_any(path, hidden) else gone).append(known[4])
        for start in range(0, len(away), AWAY_BATCH):  # a drive of a million files must not keep a rating waiting
            with self._db.write(durable=False) as db:
                self._changes.updated |= store.mark_offline(db, away[start : start + AWAY_BATCH], at)
        with self._db.write(durable=False) as db:
            lost = store.mark_missing(db, gone, at)
            moved = len(lost.elsewhere & self._joined)
            self._result.added -= moved
            self._result.updated += moved
            self._result.missing += lost.files
            self._changes.updated |= lost.elsewhere
            self._changes.removed |= lost.items
            for target in targets:
                if not target.is_file and target.start == target.root:
                    db.execute(
                        "UPDATE folders SET available = ?, scanned_at = ? WHERE id = ?",
                        (target.root not in self._away, at, target.folder_id),
                    )
        self._publish()

    def _publish(self) -> None:
        changes, self._changes = self._changes, Changes()
        if changes:
            added = changes.added - changes.removed
            updated = changes.updated - changes.added - changes.removed
            self._events.publish(
                ItemsChanged(tuple(sorted(added)), tuple(sorted(updated)), tuple(sorted(changes.removed)))
            )
