"""A lock between processes on a file; the system frees it when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO


class FileLock:
    """An exclusive lock, not waiting.

    Args:
        path: The lock file; created where missing and never removed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def acquire(self) -> bool:
        """Take the lock; False when this or another process holds it.

        Raises:
            OSError: The file cannot be made.
        """
        if self._file is not None:
            return False
        file = self._path.open("a+b")
        try:
            _lock(file)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Free the lock."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
