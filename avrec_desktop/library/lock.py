"""Locks of a library directory between processes; the system frees them when a process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from avrec_desktop.library.database import folder_error


class DirectoryLock:
    """An exclusive lock on one matter of a library directory, held through a small file with the holder's process id.

    Two locks on the same file exclude each other also within one process.

    Args:
        path: The lock file; it stays when the lock is released.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: FileIO | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self) -> bool:
        """Take the lock if it is free; returns whether it is held now.

        Raises:
            LibraryError: The lock file cannot be written.
        """
        if self._file is not None:
            return True
        try:
            file = self.path.open("a+b", buffering=0)
        except OSError as error:
            raise folder_error(self.path.parent, error) from error
        try:
            free = _try_lock(file)
        except OSError as error:  # as on a share without locks
            file.close()
            raise folder_error(self.path.parent, error) from error
        if not free:
            file.close()
            return False
        self._file = file
        with contextlib.suppress(OSError):  # a full disk takes no number, but the lock holds
            file.seek(0)
            file.truncate()
            file.write(b"%d\n" % os.getpid())
        return True

    def owner(self) -> int | None:
        """Return the process id of the last holder, or None when none is noted."""
        try:
            text = self.path.read_bytes().strip()
        except OSError:
            return None
        return int(text) if text.isdigit() else None

    def release(self) -> None:
        """Give the lock back."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: FileIO) -> bool:
        file.seek(1 << 20)  # outside the text, which others must be able to read
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: FileIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
