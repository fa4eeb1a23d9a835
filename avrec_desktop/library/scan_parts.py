"""What a scan is given, and what passes between its threads and processes."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.library import walker
from avrec_desktop.library.store import FileRef

#: Seconds that reading one file may take.
FILE_TIMEOUT = 30.0


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
class Walked:
    """News of the walking thread about one directory, or the end of a target."""

    target: Target
    listing: walker.Listing | None  # None: this target is done
    unchanged: int = 0


class Watch:
    """Ends a call that makes no progress: the child sends an event at the first file that begins a second later."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._last = 0.0
        self.stalled = False

    def progress(self, _payload: dict[str, Any]) -> None:
        """Note that the child has come to another file."""
        self._last = time.monotonic()

    def should_stop(self) -> bool:
        """Return whether to end the call; asked about 20 times a second while it runs."""
        now_ = time.monotonic()
        self._last = self._last or now_
        self.stalled = self.stalled or now_ - self._last > FILE_TIMEOUT
        return self.stalled or self._stop.is_set()


@dataclass(slots=True)
class Read:
    """Files that a compute process reads, and its answer."""

    files: list[FileRef]
    certain: list[bool]
    watch: Watch
    future: Future[Any]


@dataclass(slots=True)
class Changes:
    """Items that changed since the last news of it."""

    added: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


def without_inner(targets: Sequence[Target]) -> list[Target]:
    """Return the targets less those that lie in another one, or are named twice."""
    kept: list[Target] = []
    for target in sorted(targets, key=lambda t: t.start):
        if not any(walker.inside(target.start, other.start) for other in kept):
            kept.append(target)
    return kept
