"""Waveforms, filmstrips and chapters of items: made in a compute process when asked for, kept within a limit."""

from __future__ import annotations

import json
import logging
import os
import threading
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

    def waveform(self, item_id: int) -> NDArray[np.uint8] | None:
        """Return uint8 (BINS, 4), peak and shares of low, middle and high sound over time; None without sound."""
        path = self._get(item_id, "wave", "make_waveform")
        if path is None:
            return None
        try:
            wave = np.fromfile(path, dtype=np.uint8)
        except OSError:
            return None  # deleted in this moment; it is made again next time
        return wave.reshape(BINS, 4) if wave.size == 4 * BINS else None

    def filmstrip(self, item_id: int) -> Path | None:
        """Return a JPEG sheet of FRAMES pictures at even times, COLUMNS in a row; None without a picture."""
        return self._get(item_id, "jpg", "make_filmstrip")

    def chapters(self, item_id: int) -> list[Chapter]:
        """Return the chapters of an item, in order; none for a file that has none or cannot be opened."""
        row = self._row(item_id)
        if row is None:
            return []
        with self._lock:
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
        """End the compute process."""
        with self._lock:
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

    def _get(self, item_id: int, ending: str, function: str) -> Path | None:
        row = self._row(item_id)
        if row is None or row["fingerprint"] is None:
            return None
        target = self._directory / f"{item_id % 256:02x}" / f"{item_id}-{row['fingerprint'].hex()[:12]}.{ending}"
        nothing = target.with_suffix(f".no-{ending}")
        if target.exists():
            try:
                os.utime(target)  # used now: others go first
            except OSError:
                log.debug("the time of %s cannot be set", target.name)
            return target
        if nothing.exists():
            return None
        return self._make(row, target, nothing, function)

    def _make(self, row: dict[str, Any], target: Path, nothing: Path, function: str) -> Path | None:
        args = {"path": row["path"], "duration": row["duration"], "target": str(target)}
        with self._lock:
            if target.exists():
                return target
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                made = bool(self._compute().call(f"{_CHILD}:{function}", args, timeout=TIMEOUT))
                if not made:
                    nothing.touch()
            except ComputeError as error:
                log.warning("no preview: %s", error)
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
