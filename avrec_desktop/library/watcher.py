"""Notices what changes in the source folders while the app is open, and drives that come and go.

A compute process watches; this thread supervises it and asks the folders now and then whether they are there. What
cannot be watched (no watches left, a mount that hangs) is looked at again at intervals, and says so.
"""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError
from avrec_desktop.jobs.compute import ComputeProcess
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.mounts import Prober
from avrec_desktop.library.walker import inside

log = logging.getLogger(__name__)

State = Literal["starting", "watching", "polling", "away"]
_WATCH = "avrec_desktop.library.watch_child:watch"
_SETTING = "watch_folders"


@dataclass(frozen=True, slots=True)
class Timing:
    """Intervals in seconds.

    Attributes:
        quiet: Quiet before changes are told.
        longest: Until changes are told that never cease.
        ask: Between questions whether folders are there.
        again: Between looks at folders that cannot be watched.
        stall: Without a sign of life, until the folder in hand is given up.
    """

    quiet: float = 1.5
    longest: float = 20.0
    ask: float = 15.0
    again: float = 900.0
    stall: float = 60.0


@dataclass(frozen=True, slots=True)
class WatchState:
    """How a source folder is watched; ``note`` says for people why it is not watched live."""

    path: str
    state: State
    note: str | None = None


@dataclass(slots=True)
class _Root:
    path: bytes
    state: State = "starting"
    note: str | None = None
    looked: float = field(default_factory=time.monotonic)


class FolderWatcher:
    """Watches the source folders of a library.

    Args:
        library: Gives the folders.
        on_change: Called in the watching thread with folders to scan.
        timing: Intervals.
        prober: Asks folders whether they are there.
    """

    def __init__(
        self,
        library: Library,
        on_change: Callable[[list[Path]], None],
        *,
        timing: Timing | None = None,
        prober: Prober | None = None,
    ) -> None:
        self._library = library
        self._on_change = on_change
        self._timing = timing or Timing()
        self._prober = prober or Prober()
        self._stop = threading.Event()
        self._renew = threading.Event()
        self._lock = threading.Lock()
        self._roots: dict[bytes, _Root] = {}
        self._dirty: dict[bytes, float] = {}
        self._changed = 0.0
        self._asked = 0.0
        self._heard = 0.0
        self._starting: bytes | None = None
        self._anew = False  # the watch must begin anew, or end
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="folder-watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Watch no more; waits for the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def renew(self) -> None:
        """Read the list of folders anew: some were added or removed."""
        self._renew.set()

    def states(self) -> list[WatchState]:
        """Return how each folder is watched."""
        with self._lock:
            return [WatchState(os.fsdecode(r.path), r.state, r.note) for r in self._roots.values()]

    # The watching thread.

    def _run(self) -> None:
        with ComputeProcess("watch", nice=10) as process:
            while not self._stop.is_set():
                try:
                    self._renew.clear()
                    self._anew = False
                    self._read_folders()
                    roots = [r.path for r in self._roots.values() if r.state in ("starting", "watching")]
                    self._heard = time.monotonic()
                    if roots:
                        process.call(
                            _WATCH,
                            {"roots": roots},
                            on_event=lambda event, roots=roots: self._event(event, roots),  # type: ignore[misc]
                            should_stop=self._turn,
                            grace=3.0,
                        )
                    while not self._anew:  # nothing to watch, or nothing more
                        self._stop.wait(0.1)
                        self._turn()
                except Cancelled:
                    continue
                except ComputeError as error:
                    log.warning("the watch of folders failed: %s", error)
                    known = self._starting is not None  # which folder it was: the others can go on at once
                    self._give_up_on(self._starting)
                    self._stop.wait(1.0 if known else self._timing.ask)
                except AvrecError as error:
                    log.warning("folders cannot be watched: %s", error)
                    self._stop.wait(self._timing.ask)

    def _read_folders(self) -> None:
        paths = [os.fsencode(folder.path) for folder in self._library.folders()]
        with self._lock:
            self._roots = {path: self._roots.get(path, _Root(path)) for path in paths}

    def _event(self, event: dict[str, Any], roots: list[bytes]) -> None:
        self._heard = time.monotonic()
        if "starting" in event:
            self._starting = roots[event["starting"]]
        elif "ready" in event:
            self._set(roots[event["ready"]], "watching", None)
            self._starting = None
        elif "error" in event:
            root = roots[event["root"]]
            log.info("cannot watch %s: %s", os.fsdecode(root).encode("utf-8", "replace").decode(), event["error"])
            if self._roots.get(root, _Root(root)).state != "away":
                self._set(root, "polling", _why(event["error"], self._timing.again))
        elif "folders" in event:
            now = time.monotonic()
            for folder in event["folders"]:
                self._dirty.setdefault(folder, now)
            self._changed = now

    def _turn(self) -> bool:
        """Do what is due; returns whether the watch must begin anew or end. Asked many times a second."""
        now = time.monotonic()
        if now - self._asked >= self._timing.ask:
            self._asked = now
            self._prober.start(self._roots)
        changed = self._look_at_answers()
        self._look_again(now)
        first = min(self._dirty.values(), default=now)
        if self._dirty and (now - self._changed >= self._timing.quiet or now - first >= self._timing.longest):
            self._tell()
        if now - self._heard > self._timing.stall and self._starting is not None:
            self._give_up_on(self._starting)
            changed = True
        self._anew = self._anew or changed or self._stop.is_set() or self._renew.is_set()
        return self._anew

    def _look_at_answers(self) -> bool:
        """Notice drives that went or came back; returns whether there is another set of folders to watch."""
        changed = False
        for root in list(self._roots.values()):
            there = self._prober.answer(root.path)
            if there is False and root.state != "away":
                self._set(root.path, "away", "its drive or folder is away or does not answer.")
                self._dirty.setdefault(root.path, 0.0)
                changed = True
            elif there and root.state == "away":
                self._set(root.path, "starting", None)
                self._dirty.setdefault(root.path, 0.0)
                changed = True
        return changed

    def _look_again(self, now: float) -> None:
        for root in self._roots.values():
            if root.state == "polling" and now - root.looked >= self._timing.again:
                root.looked = now
                self._dirty.setdefault(root.path, 0.0)

    def _give_up_on(self, path: bytes | None) -> None:
        if path is not None:
            self._set(path, "polling", _why("it is too slow", self._timing.again))
        self._starting = None

    def _set(self, path: bytes, state: State, note: str | None) -> None:
        with self._lock:
            if path in self._roots:
                self._roots[path].state, self._roots[path].note = state, note

    def _tell(self) -> None:
        """Tell which folders to scan: those that are there still, less those inside another one."""
        dirty, self._dirty = self._dirty, {}
        folders: list[bytes] = []
        for folder in sorted(filter(None, map(self._nearest, dirty))):
            if not folders or not inside(folder, folders[-1]):
                folders.append(folder)
        if folders:
            self._on_change([Path(os.fsdecode(folder)) for folder in folders])

    def _nearest(self, folder: bytes) -> bytes | None:
        """Return a folder or, where it has gone, the nearest one above that is there, up to the source folder."""
        root = next((path for path in self._roots if inside(folder, path)), None)
        if root is None or self._roots[root].state == "away":
            return root
        while folder != root and not os.path.isdir(folder):
            folder = os.path.dirname(folder)
        return folder


def _why(error: str, again: float) -> str:
    every = f"It is looked at every {max(1, round(again / 60))} minutes instead."
    if "limit" in error.lower() or "os error 28" in error or "no space left" in error.lower():
        return f"the system allows no more watched folders (fs.inotify.max_user_watches). {every}"
    return f"it cannot be watched ({error}). {every}"


def is_on(library: Library) -> bool:
    """Return whether the user wants folders to be watched; yes unless they said no."""
    with library.database.read() as db:
        row = db.execute("SELECT value FROM settings WHERE key = ?", (_SETTING,)).fetchone()
    return True if row is None else bool(json.loads(row["value"]))


def set_on(library: Library, on: bool) -> None:
    """Store whether folders are to be watched."""
    with library.database.write() as db:
        db.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (_SETTING, json.dumps(on)),
        )
