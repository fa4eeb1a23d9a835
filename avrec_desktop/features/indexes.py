"""Keeps the indexes of large matrices up to date, built in the background beside what they index."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError, Cancelled
from avrec_desktop.features import nearest
from avrec_desktop.features.joined import Matrix
from avrec_desktop.features.nearest import Nearest, StoredIndex
from avrec_desktop.jobs import ComputeProcess

log = logging.getLogger(__name__)

#: Writes the matrix to be indexed into a ``.npy`` file.
Writer = Callable[[Path], None]


class IndexKeeper:
    """Gives the nearest rows of matrices, and has indexes built where matrices are large. Thread-safe.

    While an index is being built (in a process, one at a time), all rows are looked at.

    Args:
        folder: Where the indexes of the library are stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._one_build = threading.Lock()
        self._held: dict[str, tuple[Matrix, int, Nearest]] = {}
        self._building: dict[tuple[Path, str], threading.Thread] = {}
        self._failed: set[tuple[Path, str]] = set()
        self._closed = threading.Event()

    def nearest(self, name: str, ids: NDArray[np.int64], matrix: Matrix) -> Nearest:
        """Return what finds the nearest rows of a matrix; the same object while matrix and index are the same.

        Args:
            name: Names the index.
            ids: int64 (n,), ids of the rows.
            matrix: float32 (n, d); do not change it.
        """
        if len(matrix) <= nearest.EXACT_UP_TO or not nearest.available():
            return Nearest(ids, matrix)
        stamp = nearest.stamp_of(self._folder, name)
        with self._lock:
            held = self._held.get(name)
        if held is not None and held[0] is matrix and held[1] == stamp:
            return held[2]
        found = Nearest(ids, matrix, StoredIndex.load(self._folder, name, matrix.shape[1]))
        with self._lock:
            self._held[name] = (matrix, stamp, found)
        if found.due:
            self.build(self._folder, name, ids, lambda path: _write(path, matrix))
        return found

    def build(self, folder: Path, name: str, ids: NDArray[np.int64], write: Writer) -> None:
        """Have an index built in the background, unless that is under way or failed before.

        Args:
            folder: Where to store it.
            name: Names it.
            ids: int64 (n,), ids of the rows.
            write: Writes the matrix; called in a thread of the keeper.
        """
        key = (folder, name)
        with self._lock:
            if self._closed.is_set() or key in self._building or key in self._failed or not nearest.available():
                return
            thread = threading.Thread(target=lambda: self._build(key, ids, write), name=f"index-{name}", daemon=True)
            self._building[key] = thread
            thread.start()

    def wait(self) -> None:
        """Wait until no index is being built."""
        with self._lock:
            threads = list(self._building.values())
        for thread in threads:
            thread.join()

    def close(self) -> None:
        """Stop building."""
        self._closed.set()
        self.wait()

    def _build(self, key: tuple[Path, str], ids: NDArray[np.int64], write: Writer) -> None:
        folder, name = key
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self._one_build, tempfile.TemporaryDirectory(prefix=".build-", dir=folder) as scratch:
                paths = {"matrix": Path(scratch) / "matrix.npy", "ids": Path(scratch) / "ids.npy"}
                np.save(paths["ids"], ids, allow_pickle=False)
                write(paths["matrix"])
                args = {"folder": str(folder), "name": name} | {k: str(v) for k, v in paths.items()}
                with ComputeProcess("index", threads=os.cpu_count() or 1, nice=10) as process:
                    found = process.call("avrec_desktop.features.nearest:build", args, should_stop=self._closed.is_set)
            log.info("index %s: %.3f of the ten best found in %d cells", name, found["recall"], found["probes"])
        except Cancelled:
            log.info("the index %s was given up", name)
        except (AvrecError, OSError) as error:
            log.warning("the index %s cannot be built: %s", name, error)
            with self._lock:
                self._failed.add(key)
        finally:
            with self._lock:
                self._building.pop(key, None)


def _write(path: Path, matrix: Matrix) -> None:
    np.save(path, matrix, allow_pickle=False)
