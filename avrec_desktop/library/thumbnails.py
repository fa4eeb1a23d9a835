"""Pictures of items: made in a compute process, cached as WebP files that may be deleted at any time."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import ComputeError, LibraryError
from avrec_desktop.jobs.compute import ComputeProcess
from avrec_desktop.library.database import Database

log = logging.getLogger(__name__)
#: Seconds that making one picture may take.
TIMEOUT = 20.0
_TARGET = "avrec_desktop.library.artwork:make_thumbnail"


class Thumbnails:
    """The cache of pictures. Thread-safe; pictures are made one after the other.

    Args:
        database: The library.
        directory: Where the pictures are kept.
    """

    def __init__(self, database: Database, directory: Path) -> None:
        self._db = database
        self._directory = directory
        self._lock = threading.Lock()
        self._process: ComputeProcess | None = None
        self._closed = False  # who waited for the lock meanwhile must not start another process

    def get(self, item_id: int, size: int) -> Path | None:
        """Return the picture of an item with a longer side of at most ``size`` pixels, or None where it has none.

        That there is none is remembered until the item's media or artwork changes.
        """
        with self._db.read() as db:
            row = db.execute(
                "SELECT i.fingerprint, i.artwork, i.kind, i.duration, i.updated_at, f.path FROM items i "
                "LEFT JOIN files f ON f.item_id = i.id AND f.state = 'present' WHERE i.id = ? LIMIT 1",
                (item_id,),
            ).fetchone()
        if row is None or row["fingerprint"] is None:
            return None
        key = f"{item_id}-{row['fingerprint'].hex()[:8]}-{int(row['updated_at'] * 1000) & 0xFFFFFFFF:08x}-{size}"
        target = self._directory / f"{item_id % 256:02x}" / f"{key}.webp"
        nothing = target.with_suffix(".none")
        if target.exists():
            return target
        if row["artwork"] is None or row["path"] is None or nothing.exists():
            return None
        return self._make(dict(row), target, nothing, size)

    def _make(self, item: dict[str, Any], target: Path, nothing: Path, size: int) -> Path | None:
        args = {k: item[k] for k in ("path", "artwork", "kind", "duration")} | {"target": str(target), "size": size}
        with self._lock:
            if target.exists():
                return target
            if self._closed:
                return None
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if self._process is None:
                    self._process = ComputeProcess("thumbnails")
                made = bool(self._process.call(_TARGET, args, timeout=TIMEOUT))
            except ComputeError as error:
                log.warning(
                    "no picture of %s: %s", os.fsdecode(item["path"]).encode("utf-8", "replace").decode(), error
                )
                made = False
            except (LibraryError, OSError) as error:  # says nothing about the item, so nothing is remembered
                log.warning("the picture cache cannot be written: %s", error)
                return None
            if not made:
                try:
                    nothing.touch()
                except OSError as error:
                    log.warning("the picture cache cannot be written: %s", error)
        return target if made else None

    def close(self) -> None:
        """End the compute process; nothing is made any more."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.close()
                self._process = None
