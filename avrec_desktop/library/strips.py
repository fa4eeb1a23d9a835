"""Waveforms, filmstrips, clips and chapters of items: made in a compute process, kept within one limit."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import ComputeError, InputError, LibraryError, MediaError
from avrec_desktop.jobs.compute import ComputeProcess
from avrec_desktop.library.database import Database

log = logging.getLogger(__name__)

#: Seconds that making one may take; megabytes that all of them may take by default, and the least that can be set.
TIMEOUT = 120.0
DEFAULT_LIMIT_MB, LEAST_LIMIT_MB = 512, 16
#: Columns of a waveform, frames of a filmstrip and how many stand in a row; as in the process that makes them.
BINS, FRAMES, COLUMNS = 600, 60, 10
_SETTING = "preview-cache-mb"
_CHILD = "avrec_desktop.library.stripchild"
_CLIPS = "avrec_desktop.library.clipchild"
#: Share of the limit from which no clips are made ahead; they would drive out what is in use.
_FULL = 0.9


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: ``start`` and ``end`` in seconds."""

    start: float
    end: float
    title: str


class Strips:
    """The cache of waveforms and filmstrips. Thread-safe; they are made one after the other.

    Args:
        database: The library.
        directory: Where they are kept; safe to delete at any time.
    """

    def __init__(self, database: Database, directory: Path) -> None:
        self._db = database
        self._directory = directory
        self._lock = threading.Lock()
        self._process: ComputeProcess | None = None
        self._closed = False  # who waited for the lock meanwhile must not start another process

    def waveform(self, item_id: int) -> NDArray[np.uint8] | None:
        """Return uint8 (BINS, 4), peak and shares of low, middle and high sound over time; None without sound."""
        path = self._get(item_id, "wave", f"{_CHILD}:make_waveform")
        if path is None:
            return None
        try:
            wave = np.fromfile(path, dtype=np.uint8)
        except OSError:
            return None  # deleted in this moment; it is made again next time
        return wave.reshape(BINS, 4) if wave.size == 4 * BINS else None

    def filmstrip(self, item_id: int) -> Path | None:
        """Return a JPEG sheet of FRAMES pictures at even times, COLUMNS in a row; None without a picture."""
        return self._get(item_id, "jpg", f"{_CHILD}:make_filmstrip")

    def clip(self, item_id: int) -> Path | None:
        """Return the clip of a film if it was made already; a look at the disk, no more."""
        row = self._row(item_id)
        if row is None or row["fingerprint"] is None:
            return None
        return _used(self._path(item_id, row, "mp4"))

    def make_clip(self, item_id: int, start: float, seconds: float = math.inf) -> Path | None:
        """Make the clip of a film that begins at ``start`` seconds, of which ``seconds`` at most will be seen.

        Returns:
            The MP4 file; None where there is no picture, or where making it failed, which is not tried again. A film
            that is away now stays to be made.
        """
        row = self._row(item_id)
        if row is None or not os.path.exists(row["path"]):
            return None
        return self._get(item_id, "mp4", f"{_CLIPS}:make_clip", start=start, seconds=seconds)

    def wants_clips(self, item_ids: Sequence[int]) -> list[int]:
        """Return which items have neither a clip nor a mark that there can be none; nothing when there is no room."""
        if self._size() > _FULL * 1_000_000 * self.limit_mb():
            return []
        out = []
        for item_id in item_ids:
            row = self._row(item_id)
            if row is not None and row["fingerprint"] is not None and os.path.exists(row["path"]):
                target = self._path(item_id, row, "mp4")
                if not target.exists() and not target.with_suffix(".no-mp4").exists():
                    out.append(item_id)
        return out

    def chapters(self, item_id: int) -> list[Chapter]:
        """Return the chapters of an item, in order; none for a file that has none or cannot be opened."""
        row = self._row(item_id)
        if row is None:
            return []
        with self._lock:
            if self._closed:
                return []
            try:
                found = self._compute().call(f"{_CHILD}:read_chapters", {"path": row["path"]}, timeout=TIMEOUT)
            except (ComputeError, MediaError) as error:
                log.info("no chapters: %s", error)
                return []
        return [Chapter(float(c["start"]), float(c["end"]), str(c["title"])) for c in found]

    # -- the limit

    def limit_mb(self) -> int:
        """Return how many megabytes the cache may take."""
        with self._db.read() as db:
            row = db.execute("SELECT value FROM settings WHERE key = ?", (_SETTING,)).fetchone()
        return DEFAULT_LIMIT_MB if row is None else int(json.loads(row["value"]))

    def set_limit_mb(self, megabytes: int) -> None:
        """Set how many megabytes the cache may take, and delete what is too much, longest unused first.

        Raises:
            InputError: The limit is too small to be of use.
        """
        if megabytes < LEAST_LIMIT_MB:
            raise InputError(f"a preview cache of {megabytes} MB is too small", hint=f"Take {LEAST_LIMIT_MB} or more.")
        with self._db.write() as db:
            db.execute(
                "INSERT INTO settings (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (_SETTING, json.dumps(megabytes)),
            )
        self.trim()

    def trim(self) -> int:
        """Delete the longest unused files until the cache is within its limit; returns the bytes that are left."""
        limit = self.limit_mb() * 1_000_000
        files: list[tuple[float, int, Path]] = []
        for path in self._directory.glob("*/*"):
            try:
                facts = path.stat()
            except OSError:
                continue  # another process deleted it
            files.append((facts.st_mtime, facts.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= limit:
                break
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("the preview cache cannot be cleared: %s", error)
                break
            total -= size
        return total

    def close(self) -> None:
        """End the compute process; nothing is made any more."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.close()
                self._process = None

    # -- inside

    def _row(self, item_id: int) -> dict[str, Any] | None:
        with self._db.read() as db:
            row = db.execute(
                "SELECT i.fingerprint, i.duration, f.path FROM items i JOIN files f ON f.item_id = i.id"
                " AND f.state = 'present' WHERE i.id = ? LIMIT 1",
                (item_id,),
            ).fetchone()
        return None if row is None else dict(row)

    def _path(self, item_id: int, row: dict[str, Any], ending: str) -> Path:
        return self._directory / f"{item_id % 256:02x}" / f"{item_id}-{row['fingerprint'].hex()[:12]}.{ending}"

    def _size(self) -> int:
        total = 0
        for path in self._directory.glob("*/*"):
            with contextlib.suppress(OSError):  # another process deleted it
                total += path.stat().st_size
        return total

    def _get(self, item_id: int, ending: str, function: str, **more: float) -> Path | None:
        row = self._row(item_id)
        if row is None or row["fingerprint"] is None:
            return None
        target = self._path(item_id, row, ending)
        nothing = target.with_suffix(f".no-{ending}")
        if (there := _used(target)) is not None:
            return there
        if nothing.exists():
            return None
        args = {"path": row["path"], "duration": row["duration"], "target": str(target), **more}
        return self._make(args, target, nothing, function)

    def _make(self, args: dict[str, Any], target: Path, nothing: Path, function: str) -> Path | None:
        with self._lock:
            if target.exists():
                return target
            if self._closed:
                return None
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                made = bool(self._compute().call(function, args, timeout=TIMEOUT))
                if not made:
                    nothing.touch()
            except ComputeError as error:
                log.warning("no preview: %s", error)
                if function.startswith(_CLIPS):
                    with contextlib.suppress(OSError):
                        nothing.touch()  # clips are made ahead: a film that ends the process would end it for ever
                return None
            except (LibraryError, OSError) as error:
                log.warning("the preview cache cannot be written: %s", error)
                return None
        if made:
            self.trim()
        return target if made else None

    def _compute(self) -> ComputeProcess:
        if self._process is None:
            self._process = ComputeProcess("previews", nice=5)
        return self._process


def _used(target: Path) -> Path | None:
    """Return a file of the cache that is there, marked as used just now, so that others go first."""
    if not target.exists():
        return None
    try:
        os.utime(target)
    except OSError:
        log.debug("the time of %s cannot be set", target.name)
    return target
