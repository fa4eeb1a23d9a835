"""Asks folders whether they answer, and never waits for one that does not: a dead network mount can hang a call."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable

#: Seconds after which a folder counts as not answering.
PATIENCE = 5.0


def look(path: bytes) -> bool:
    """Return whether a folder can be read now. May hang, as long as the system lets it."""
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError:
        return False
    return True


class Prober:
    """Keeps asking folders; at most one question at a time waits for each. Not thread-safe.

    Args:
        patience: Seconds after which a folder counts as not answering.
        ask: Asks one folder; for tests.
    """

    def __init__(self, patience: float = PATIENCE, ask: Callable[[bytes], bool] = look) -> None:
        self._patience = patience
        self._ask = ask
        self._open: dict[bytes, tuple[float, threading.Thread]] = {}
        self._answers: dict[bytes, bool] = {}

    def start(self, paths: Iterable[bytes]) -> None:
        """Ask these folders, save those that still owe an answer."""
        for path in paths:
            if path in self._open and self._open[path][1].is_alive():
                continue
            self._answers.pop(path, None)
            thread = threading.Thread(target=self._run, args=(path,), name="mount-probe", daemon=True)
            self._open[path] = (time.monotonic(), thread)
            thread.start()

    def answer(self, path: bytes) -> bool | None:
        """Return whether a folder can be read: False also when it did not answer in time, None while it may yet."""
        known = self._answers.get(path)
        if known is not None:
            return known
        asked = self._open.get(path)
        return False if asked is not None and time.monotonic() - asked[0] > self._patience else None

    def wait(self, paths: Iterable[bytes]) -> dict[bytes, bool]:
        """Ask folders and return the answers, at the latest when the patience is over."""
        wanted = list(dict.fromkeys(paths))
        self.start(wanted)
        deadline = time.monotonic() + self._patience
        for path in wanted:
            self._open[path][1].join(max(0.0, deadline - time.monotonic()))
        return {path: bool(self._answers.get(path)) for path in wanted}

    def _run(self, path: bytes) -> None:
        self._answers[path] = self._ask(path)
