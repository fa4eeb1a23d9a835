"""Keeps what the process gave back from staying in its memory."""

from __future__ import annotations

import ctypes
import sys

#: Parameters of glibc's ``mallopt`` (malloc.h).
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def tune_allocator() -> None:
    """Let large blocks go back to the system when they are freed; only glibc needs to be told.

    By itself glibc raises the size from which it maps blocks to that of the largest block freed so far, up to 32 MB:
    after one matrix of the library all others live in the heap, where one small block above them keeps them for ever.
    And each of the worker threads gets a heap of its own.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return  # another C library, such as musl, which has no such habits
    mallopt(_M_MMAP_THRESHOLD, 256 * 1024)
    mallopt(_M_TRIM_THRESHOLD, 1024 * 1024)
    mallopt(_M_ARENA_MAX, 2)
