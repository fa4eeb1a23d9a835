"""One extraction run: keeps compute processes busy, stores what they find, and survives what they do not."""

from __future__ import annotations

import logging
import os
import queue
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError
from avrec_desktop.features.plan import ExtractResult
from avrec_desktop.features.store import Record, Writer
from avrec_desktop.features.task import (
    DECODE_LIMIT,
    EXTRACT_LIMIT,
    LOADING_SECONDS,
    ItemTask,
    Slot,
    first_items,
    resident_memory,
    time_limit,
)
from avrec_desktop.features.worker import text_to_values
from avrec_desktop.jobs import ComputePool, ComputeProcess
from avrec_desktop.jobs.events import EventBus, FeaturesStored
from avrec_desktop.library.types import Failure

if TYPE_CHECKING:
    from avrec_desktop.jobs.job import Job
    from avrec_desktop.library.catalogue import Library
    from avrec_desktop.plugin_host.host import ExtractorInfo, PluginHost

log = logging.getLogger(__name__)

#: Memory of all compute processes together above which one fewer is used, and of one above which it is replaced.
MEMORY_LIMIT, PROCESS_LIMIT = 1_150_000_000, 900_000_000
#: Crashes and faults in a row after which an extractor is left out of the rest of the run.
FAULTS_IN_A_ROW = 5
#: Items of one call when nothing has to be decoded.
TEXT_BATCH = 64
#: Items looked up at a time when they are decoded one by one; a change of priority counts after so many.
MEDIA_CHUNK = 8
#: Seconds between two announcements of what was stored.
TELL_SECONDS = 1.0
#: Seconds between two looks at the memory of the processes.
MEASURE_SECONDS = 0.4
#: Tags stored of one item and extractor, and the least probability.
MAX_TAGS, MIN_TAG_P = 20, 0.05


class ExtractionRun:
    """Analyses the planned pairs; see :meth:`run`.

    Args:
        library: Gives paths, words and takes tags.
        plugins: Gives what the processes must load.
        extractors: The extractors by id.
        writer: Takes the records.
        events: Hears of what is stored.
        job: Takes progress, says when to pause and stop.
        workers: Compute processes.
        nice: Their niceness.
    """

    def __init__(
        self,
        library: Library,
        plugins: PluginHost,
        extractors: dict[str, ExtractorInfo],
        writer: Writer,
        events: EventBus,
        job: Job,
        *,
        workers: int,
        nice: int,
    ) -> None:
        self._library = library
        self._plugins = plugins
        self._extractors = extractors
        self._writer = writer
        self._events = events
        self._job = job
        self._nice = nice
        self._load_args = plugins.load_args()
        self._pool = self._new_pool(workers)
        self._inbox: queue.SimpleQueue[tuple[Slot, dict[str, Any] | Future[Any]]] = queue.SimpleQueue()
        self._retries: deque[list[ItemTask]] = deque()
        self._flying: list[Slot] = []
        self._memory: dict[int, int] = {}
        self._warm: set[int] = set()
        self._faults: Counter[str] = Counter()
        self._dropped: set[str] = set()
        self._start_failures = 0
        self._tags: dict[str, dict[int, list[tuple[str, float]]]] = {}
        self._stored: dict[str, list[int]] = {}
        self._told = time.monotonic()
        self._measured = 0.0
        self._spoken: list[int] = []
        self._items_done = 0
        self._decodes = False
        self._message = ""
        self._began = time.monotonic()
        self.result = ExtractResult()

    def run(self, plan: dict[str, list[int]], priority: Callable[[], Sequence[int]]) -> ExtractResult:
        """Analyse until everything planned has an outcome.

        Args:
            plan: Item ids per extractor, first ones first.
            priority: Asked now and then for the items to do before all others.

        Raises:
            Cancelled: The job was cancelled; what was finished is stored.
            AvrecError: The compute processes cannot be started, or the disk is full.
        """
        total = sum(len(ids) for ids in plan.values())
        try:
            self._work(self._calls(plan, priority), total)
            again = self._words_again()
            total += sum(len(ids) for ids in again.values())
            self._work(self._calls(again, priority), total)
        finally:
            self._measure(at_once=True)
            self._pool.shutdown()
            self._receive_rest()
            self._store()
            self._tell(at_once=True)
        self._job.progress(total, total, self._message, **self._figures())
        return self.result

    def _work(self, calls: Iterator[list[ItemTask]], total: int) -> None:
        more = True
        while more or self._flying or self._retries:
            self._job.progress(self._settled, total, self._message, **self._figures())
            self._measure()
            more = self._fill(calls) if more or self._retries else False
            self._receive()
            self._store()
            self._tell()

    def _words_again(self) -> dict[str, list[int]]:
        """Return what to read again because something said in it was written down: speech is words too.

        Words come first in a run, since they cost least and make the library searchable at once; the few items with
        speech are then read a second time. Where the run ends before, they are still to be done in the next one.
        """
        spoken = list(dict.fromkeys(self._spoken))
        names = [e.id for e in self._extractors.values() if e.modality == "text" and e.id not in self._dropped]
        return dict.fromkeys(names, spoken) if spoken else {}

    @property
    def _settled(self) -> int:
        return self.result.done + self.result.skipped + len(self.result.failed)

    def _figures(self) -> dict[str, float]:
        minutes = max(1e-6, (time.monotonic() - self._began) / 60.0)
        return {"files_per_minute": self._items_done / minutes, "memory_mb": sum(self._memory.values()) / 1e6}

    def _calls(self, plan: dict[str, list[int]], priority: Callable[[], Sequence[int]]) -> Iterator[list[ItemTask]]:
        """Yield the calls: words in big batches first, then one file at a time."""
        text = [e for e in plan if self._extractors[e].modality == "text"]
        media = [e for e in plan if e not in text]
        self._decodes = bool(media)
        for names, size in ((text, TEXT_BATCH), (media, 1)):
            wanted: dict[int, list[str]] = {}
            for name in names:
                for item in plan[name]:
                    wanted.setdefault(item, []).append(name)
            while wanted:
                chunk = first_items(wanted, priority(), size if size > 1 else MEDIA_CHUNK)
                infos = {info.item_id: info for info in self._library.media_info(chunk)}
                extractors = {item: wanted.pop(item) for item in chunk}
                self.result.skipped += sum(len(names) for item, names in extractors.items() if item not in infos)
                tasks = [ItemTask(infos[item], extractors[item], words=size > 1) for item in chunk if item in infos]
                for first in range(0, len(tasks), size):
                    yield tasks[first : first + size]

    def _fill(self, calls: Iterator[list[ItemTask]]) -> bool:
        """Keep as many calls in flight as there are processes; returns whether more may be left."""
        if self._crowded():
            return True
        while len(self._flying) < self._pool.workers:
            tasks = self._retries.popleft() if self._retries else next(calls, None)
            if tasks is None:
                return False
            tasks = [t for t in tasks if self._ready(t)]
            if tasks:
                self._submit(tasks)
        return True

    def _ready(self, task: ItemTask) -> bool:
        """Leave out extractors that were dropped, and files that went away."""
        kept = [e for e in task.extractors if e not in self._dropped]
        self.result.skipped += len(task.extractors) - len(kept)
        task.extractors = kept
        if not kept:
            return False
        if any(self._extractors[e].modality != "text" for e in kept) and not os.path.exists(task.info.path):  # noqa: PTH110
            self.result.skipped += len(kept)
            return False
        return True

    def _measure(self, *, at_once: bool = False) -> None:
        """Look at the memory of the processes, about twice a second."""
        if time.monotonic() - self._measured < MEASURE_SECONDS and not at_once:
            return
        self._measured = time.monotonic()
        self._memory = resident_memory(self._pool.pids)
        self.result.peak_memory = max(self.result.peak_memory, sum(self._memory.values()))

    def _crowded(self) -> bool:
        """Use one process fewer when all together take too much memory; waits until none is busy."""
        used = sum(self._memory.values())
        if used <= MEMORY_LIMIT or self._pool.workers == 1:
            return False
        if self._flying:
            return True
        log.info("compute processes take %d MB: one fewer from now on", used // 1_000_000)
        workers = self._pool.workers - 1
        self._pool.shutdown()
        self._memory.clear()
        self._warm.clear()
        self._pool = self._new_pool(workers)
        return False

    def _new_pool(self, workers: int) -> ComputePool:
        return ComputePool(workers, "extract", threads=1, nice=self._nice)

    def _submit(self, tasks: list[ItemTask]) -> None:
        slot = Slot({t.info.item_id: t for t in tasks})
        self._flying.append(slot)
        items = [
            {
                "info": asdict(t.info),
                "text": text_to_values(self._library.media_text(t.info.item_id)),
                "extractors": t.extractors,
                "blocked": sorted(t.blocked),
            }
            for t in tasks
        ]
        future = self._pool.submit(
            "avrec_desktop.features.worker:analyse",
            {"plugins": self._load_args, "items": items},
            prepare=lambda process: self._prepare(process, slot),
            on_event=lambda payload: self._note(slot, payload),
            should_stop=lambda: self._job.cancelled or slot.overdue(),
        )
        future.add_done_callback(lambda done: self._inbox.put((slot, done)))

    def _prepare(self, process: ComputeProcess, slot: Slot) -> None:
        """Replace a process that grew too big and load the plugins; in the supervising thread."""
        pid = process.pid if process.alive else None
        if pid is not None and self._memory.get(pid, 0) > PROCESS_LIMIT:
            process.close()
            pid = None
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
            task = slot.tasks[payload["item"]]
            slot.item, slot.extractor, slot.decode = payload["item"], payload["extractor"], payload["decode"]
            slot.limit = time_limit(task.info, DECODE_LIMIT if slot.decode else EXTRACT_LIMIT)
            slot.step_began = time.monotonic()
        elif "kind" in payload:
            self._inbox.put((slot, payload))

    def _receive(self, wait: float = 0.2) -> None:
        """Handle what arrived; waits for the first message."""
        try:
            slot, message = self._inbox.get(timeout=wait)
            while True:
                if isinstance(message, Future):
                    self._finished(slot, message)
                elif message["kind"] == "result":
                    self._result(slot, message)
                else:
                    self._item(slot, message)
                slot, message = self._inbox.get_nowait()
        except queue.Empty:
            pass

    def _receive_rest(self) -> None:
        """After the end: keep finished results that still lie in the queue."""
        while not self._inbox.empty():
            slot, message = self._inbox.get()
            if not isinstance(message, Future) and message["kind"] == "result":
                self._result(slot, message)

    def _result(self, slot: Slot, message: dict[str, Any]) -> None:
        task = slot.tasks[message["item"]]
        name = message["extractor"]
        task.extractors = [e for e in task.extractors if e != name]
        self._faults[name] = self._faults[name] + 1 if message.get("fault") else 0
        if message["state"] == "failed":
            if message.get("details"):
                log.warning("%s on %s:\n%s", name, task.info.path, message["details"])
            self._fail(task, name, message["reason"], message["seconds"])
            self._drop_if_broken(name, message["reason"])
            return
        extractor, vector = self._extractors[name], message.get("vector")
        self._writer.add(
            Record(
                task.info.item_id,
                name,
                extractor.version,
                extractor.dim,
                message["state"],
                vector=vector if vector is not None and vector.any() else None,
                segments=message.get("segments"),
                times=message.get("times"),
                salience=message.get("salience"),
                segment_tags=message.get("segment_tags"),
                descriptors=message.get("descriptors", {}),
                reason=message.get("reason"),
                seconds=message["seconds"],
                passages=message.get("passages", ()),
                language=message.get("language"),
            )
        )
        if message.get("passages"):
            self._spoken.append(task.info.item_id)
        tags = [(str(t), float(p)) for t, p in message.get("tags", ()) if p >= MIN_TAG_P][:MAX_TAGS]
        if tags or extractor.tags:
            self._tags.setdefault(name, {})[task.info.item_id] = tags
        self.result.done += 1

    def _item(self, slot: Slot, message: dict[str, Any]) -> None:
        task = slot.tasks.pop(message["item"])
        self._items_done += not task.words or not self._decodes
        self._message = PurePath(task.info.path).name.encode("utf-8", "replace").decode()
        moments = message["moments"]
        if moments is not None:
            self._writer.add_moments(task.info.item_id, moments["times"], moments["salience"])

    def _finished(self, slot: Slot, future: Future[Any]) -> None:
        self._flying.remove(slot)
        try:
            future.result()
        except (Cancelled, CancelledError):
            if not slot.late:
                return  # the job was cancelled; the loop notices
            self._crashed(slot, f"did not end within {slot.limit:.0f} s")
        except ComputeError as error:
            self._crashed(slot, error.message)
        except AvrecError as error:
            self._crashed(slot, error.message, plain=error)
        else:
            self._start_failures = 0

    def _crashed(self, slot: Slot, how: str, plain: AvrecError | None = None) -> None:
        """A process was lost: settle who is to blame, and let the rest of the call be tried again."""
        if slot.pid is not None:
            self._warm.discard(slot.pid)
        guilty = slot.tasks.pop(slot.item, None) if slot.item is not None else None
        if guilty is None:
            self._start_failures += 1
            if self._start_failures > 2:
                raise plain or ComputeError(f"the compute processes cannot work: {how}")
        else:
            self._blame(guilty, slot, how)
        if slot.tasks:
            self._retries.append(list(slot.tasks.values()))

    def _blame(self, task: ItemTask, slot: Slot, how: str) -> None:
        task.attempts += 1
        log.warning("%s: %s during %s of %s", task.info.path, how, slot.decode or "extraction", slot.extractor)
        if task.attempts > 2 or not task.extractors:
            for name in task.extractors:
                self._fail(task, name, f"given up after {task.attempts} tries: {how}")
            return
        if slot.decode:
            task.blocked.add(slot.decode)
        elif slot.extractor in task.extractors:
            task.extractors.remove(slot.extractor)
            self._faults[slot.extractor] += 1
            reason = f"the extractor {slot.extractor}: {how}"
            self._fail(task, slot.extractor, reason)
            self._drop_if_broken(slot.extractor, reason)
        if task.extractors:
            self._retries.append([task])

    def _fail(self, task: ItemTask, name: str, reason: str, seconds: float = 0.0) -> None:
        extractor = self._extractors[name]
        if not os.path.exists(task.info.path):  # noqa: PTH110 - a text path with surrogate escapes
            self.result.skipped += 1
            return
        self._writer.add(
            Record(task.info.item_id, name, extractor.version, extractor.dim, "failed", reason=reason, seconds=seconds)
        )
        self.result.failed.append(Failure(task.info.path, reason, name))

    def _drop_if_broken(self, name: str, reason: str) -> None:
        if self._faults[name] >= FAULTS_IN_A_ROW and name not in self._dropped:
            self._dropped.add(name)
            self._plugins.report_failure(self._extractors[name].plugin, reason)

    def _store(self) -> None:
        for source, tags in self._tags.items():
            self._library.set_tags(source, tags)
        self._tags = {}
        for record in self._writer.flush():
            if record.state != "failed":
                self._stored.setdefault(record.extractor, []).append(record.item_id)

    def _tell(self, *, at_once: bool = False) -> None:
        """Publish what was stored, about once a second."""
        if not self._stored or (time.monotonic() - self._told < TELL_SECONDS and not at_once):
            return
        self._told = time.monotonic()
        stored, self._stored = self._stored, {}
        for name, ids in stored.items():
            self._events.publish(FeaturesStored(name, tuple(dict.fromkeys(ids))))
