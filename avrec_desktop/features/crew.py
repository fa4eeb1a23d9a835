"""The compute processes of an extraction run: how many, how nice, how big, and what each is doing."""

from __future__ import annotations

import logging
import os
import queue
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Protocol

from avrec_desktop.features import task as limits
from avrec_desktop.features.policy import BUDGETS, Decision, processes
from avrec_desktop.features.task import LOADING_SECONDS, ItemTask, Slot, resident_memory, time_limit
from avrec_desktop.jobs import ComputePool, ComputeProcess

if TYPE_CHECKING:
    from avrec_desktop.jobs.job import Job

log = logging.getLogger(__name__)

#: Memory that all compute processes may take together, and that of one above which it is replaced. One with TensorFlow
#: and its networks takes 930 MB and must not be replaced for each file.
MEMORY_LIMIT, PROCESS_LIMIT = 1_150_000_000, 1_050_000_000
#: Seconds between two looks at the memory of the processes.
MEASURE_SECONDS = 0.4
#: Share of the largest size seen that is still expected after one more item: one huge file is forgotten in time.
FORGET = 0.98

#: What comes back from a crew: events of a call, and its future once it is over.
Inbox = queue.SimpleQueue[tuple[Slot, "dict[str, Any] | Future[Any]"]]


@dataclass(frozen=True, slots=True)
class Working:
    """What one process is doing.

    Attributes:
        name: Process id, or the address of a worker of a cluster.
        path: The file in work, empty while plugins are loaded.
        extractor: The extractor that runs, empty between two.
        decode: ``sound`` or ``pictures`` while they are decoded, else empty.
        seconds: Since this step began.
        memory: Resident bytes, 0 when unknown.
    """

    name: str
    path: str
    extractor: str
    decode: str
    seconds: float
    memory: int


class Crew(Protocol):
    """Whoever carries out the calls of a run: compute processes here, or the workers of a cluster."""

    #: Resident bytes of the processes on this machine: now, and the most so far.
    memory: int
    peak_memory: int

    def width(self, decision: Decision) -> int:
        """Return how many calls may be in flight now."""
        ...

    def look(self, flying: int, decision: Decision) -> None:
        """Look after the processes, with so many calls in flight."""
        ...

    def submit(self, slot: Slot, args: dict[str, Any]) -> None:
        """Start a call of :func:`avrec_desktop.features.worker:analyse`; everything comes back by the inbox."""
        ...

    def finished(self, task: ItemTask) -> None:
        """Take note that everything was done with an item."""
        ...

    def lost(self, slot: Slot) -> None:
        """Take note that the process of a call was lost."""
        ...

    def working(self, flying: Sequence[Slot]) -> list[Working]:
        """Return what is being done now."""
        ...

    def shutdown(self) -> None:
        """End everything; what is in flight fails."""
        ...


class LocalCrew:
    """Compute processes on this machine.

    The first process works alone until it has finished something, so that its size is known; then as many run side by
    side as the budget allows and as fit into :data:`MEMORY_LIMIT` together. Decoding starts with one again: it takes
    more memory than words.

    Args:
        load_args: What the processes must load.
        job: Says when to stop.
        inbox: Takes what comes back.
        workers: Most processes, or None for what the budget allows.
    """

    def __init__(self, load_args: dict[str, Any], job: Job, inbox: Inbox, workers: int | None = None) -> None:
        self._load_args = load_args
        self._job = job
        self._inbox = inbox
        self._workers = workers
        self._pool = ComputePool(workers or processes("full"), "extract", threads=1)
        self._sizes: dict[int, int] = {}
        self._warm: set[int] = set()
        self._decodes = self._known = False
        self._size = 0.0
        self._measured = 0.0
        self.memory = 0
        self.peak_memory = 0

    def width(self, decision: Decision) -> int:
        """See :class:`Crew`."""
        allowed = self._workers or processes(decision.budget)
        if decision.budget == "gentle":
            allowed = min(allowed, BUDGETS["gentle"][0])
        fits = max(1, int(MEMORY_LIMIT // self._size)) if self._known and self._size else 1
        return min(allowed, self._pool.workers, fits)

    def look(self, flying: int, decision: Decision) -> None:
        """See :class:`Crew`; about twice a second the memory is measured, and what is not needed is ended."""
        self._pool.set_nice(decision.nice)
        if time.monotonic() - self._measured >= MEASURE_SECONDS:
            self._measure()
            self._pool.close_free(keep=max(0, self.width(decision) - flying))

    def submit(self, slot: Slot, args: dict[str, Any]) -> None:
        """See :class:`Crew`."""
        if not self._decodes and not all(task.words for task in slot.tasks.values()):
            self._decodes, self._known, self._size = True, False, 0.0
        future = self._pool.submit(
            "avrec_desktop.features.worker:analyse",
            args,
            prepare=lambda process: self._prepare(process, slot),
            on_event=lambda payload: self._note(slot, payload),
            should_stop=lambda: self._job.cancelled or slot.overdue(),
        )
        future.add_done_callback(lambda done: self._inbox.put((slot, done)))

    def finished(self, task: ItemTask) -> None:
        """See :class:`Crew`; now the size of a process is known."""
        if task.words != self._decodes:
            self._known = True
            self._size *= FORGET
            self._measure()

    def lost(self, slot: Slot) -> None:
        """See :class:`Crew`."""
        if slot.pid is not None:
            self._warm.discard(slot.pid)

    def working(self, flying: Sequence[Slot]) -> list[Working]:
        """See :class:`Crew`."""
        return [working(slot, str(slot.pid or ""), self._sizes.get(slot.pid or 0, 0)) for slot in flying]

    def shutdown(self) -> None:
        """See :class:`Crew`."""
        self._measure()
        self._pool.shutdown()
        self.memory = 0

    def _measure(self) -> None:
        self._measured = time.monotonic()
        self._sizes = resident_memory(self._pool.pids)
        self.memory = sum(self._sizes.values())
        self.peak_memory = max(self.peak_memory, self.memory)
        self._size = max(self._size, *self._sizes.values(), 0.0)

    def _prepare(self, process: ComputeProcess, slot: Slot) -> None:
        """Replace a process that grew too big and load the plugins; in the supervising thread."""
        pid = process.pid if process.alive else None
        if pid is not None and self._sizes.get(pid, 0) > PROCESS_LIMIT:
            process.close()
        process.renice()
        pid = process.pid if process.alive else None
        slot.step_began = time.monotonic()
        if pid is None or pid not in self._warm:
            process.call(
                "avrec_desktop.features.worker:warm",
                {"plugins": self._load_args},
                should_stop=lambda: self._job.cancelled,
                timeout=LOADING_SECONDS,
            )
            if process.pid is not None:
                self._warm.add(process.pid)
        slot.pid = process.pid
        slot.step_began = time.monotonic()

    def _note(self, slot: Slot, payload: dict[str, Any]) -> None:
        """Take an event in the supervising thread: time limits are kept here, the rest is passed on."""
        if payload.get("kind") == "step":
            take_step(slot, payload)
        elif "kind" in payload:
            self._inbox.put((slot, payload))


def take_step(slot: Slot, payload: dict[str, Any]) -> None:
    """Note in a slot what is done now and how long it may take."""
    task = slot.tasks.get(payload["item"])
    if task is None:
        return
    slot.item, slot.extractor, slot.decode = payload["item"], payload["extractor"], payload["decode"]
    slot.limit = time_limit(task.info, limits.DECODE_LIMIT if slot.decode else limits.EXTRACT_LIMIT)
    slot.step_began = time.monotonic()


def working(slot: Slot, name: str, memory: int = 0) -> Working:
    """Return what a call is doing."""
    task = slot.tasks.get(slot.item) if slot.item is not None else None
    path = "" if task is None else task.info.path
    return Working(name, path, slot.extractor, slot.decode, time.monotonic() - slot.step_began, memory)


def display_name(path: str) -> str:
    """Return the name of a file, fit for display."""
    return PurePath(path).name.encode("utf-8", "replace").decode()


def own_memory() -> int:
    """Return the resident bytes of this process."""
    return resident_memory([os.getpid()]).get(os.getpid(), 0)
