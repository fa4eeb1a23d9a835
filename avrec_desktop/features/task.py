"""The pieces of an extraction run: what is asked of a compute process, and how long it may take."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from avrec_desktop.api.media import MediaInfo

LOADING_SECONDS = 300.0
#: Slowest tolerated: seconds to begin with, and per second of media, for a decode and for an extractor.
DECODE_LIMIT, EXTRACT_LIMIT = (60.0, 0.02), (90.0, 0.5)
#: Bytes a second of the sparsest media; bounds the time limit of files that claim to be very long.
_SPARSE = 2000.0


@dataclass(slots=True)
class ItemTask:
    """One item to analyse.

    Attributes:
        extractors: Ids of those still to run.
        blocked: Decodes that crashed: ``sound``, ``pictures``.
        attempts: How often a process was lost over it.
        words: Whether only its words are analysed, so that nothing is decoded.
    """

    info: MediaInfo
    extractors: list[str]
    blocked: set[str] = field(default_factory=set)
    attempts: int = 0
    words: bool = False


@dataclass(slots=True)
class Slot:
    """One call in flight.

    Attributes:
        tasks: By item id, those without an outcome yet.
        item: The item in work, with ``extractor`` and ``decode`` (empty outside of decoding).
        step_began: Monotonic time; the step may take ``limit`` seconds.
        late: Whether it took longer.
        pid: The process that works on it.
    """

    tasks: dict[int, ItemTask]
    item: int | None = None
    extractor: str = ""
    decode: str = ""
    step_began: float = field(default_factory=time.monotonic)
    limit: float = LOADING_SECONDS
    late: bool = False
    pid: int | None = None

    def overdue(self) -> bool:
        """Return whether the current step took too long; stays true."""
        if time.monotonic() - self.step_began > self.limit:
            self.late = True
        return self.late


def first_items(wanted: dict[int, list[str]], priority: Sequence[int], number: int) -> list[int]:
    """Return the next ``number`` items: those of the priority list first."""
    urgent = list(islice((item for item in dict.fromkeys(priority) if item in wanted), number))
    chosen = set(urgent)
    return urgent + list(islice((item for item in wanted if item not in chosen), number - len(urgent)))


def time_limit(info: MediaInfo, limit: tuple[float, float]) -> float:
    """Return the seconds that a step may take: a base and a share of the length, as far as the size bears it out."""
    try:
        size = os.stat(info.path).st_size  # noqa: PTH116 - a text path with surrogate escapes
    except OSError:
        size = 0
    length = min(max(0.0, info.duration), size / _SPARSE)
    return limit[0] + limit[1] * length


def resident_memory(pids: Sequence[int]) -> dict[int, int]:
    """Return the resident bytes of each process that is alive."""
    import psutil

    out: dict[int, int] = {}
    for pid in pids:
        try:
            out[pid] = int(psutil.Process(pid).memory_info().rss)
        except psutil.Error:
            continue  # it ended just now
    return out
