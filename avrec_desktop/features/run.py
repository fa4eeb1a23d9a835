"""One extraction run: keeps its crew busy within what the policy allows, and survives what files and plugins do."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError
from avrec_desktop.features.crew import Crew, Inbox, Working, display_name, own_memory
from avrec_desktop.features.ledger import Ledger
from avrec_desktop.features.plan import ExtractResult
from avrec_desktop.features.policy import Budget, Decision, Policy, Reason
from avrec_desktop.features.task import ItemTask, Slot, first_items
from avrec_desktop.features.worker import text_to_values

if TYPE_CHECKING:
    from avrec_desktop.jobs.job import Job
    from avrec_desktop.library.catalogue import Library

#: Items of one call when nothing has to be decoded.
TEXT_BATCH = 64
#: Items looked up at a time when they are decoded one by one; a change of priority counts after so many.
MEDIA_CHUNK = 8
#: Seconds of work over which the rate is taken.
RATE_SECONDS = 90.0
#: Files after which the time to go is told.
_FIRST_FILES = 4


@dataclass(frozen=True, slots=True)
class Activity:
    """A run as it is now.

    Attributes:
        budget: How much of the machine it takes.
        wait_for: What it waits for by itself (``battery``, ``playing``), or None.
        files_per_minute: Over the last minute and a half of work; None while that is not known.
        eta: Seconds of work to go, or None.
        memory: Resident bytes of the compute processes and this one.
        peak_memory: The most so far.
        working: What each process does.
    """

    budget: Budget
    wait_for: Reason | None
    files_per_minute: float | None
    eta: float | None
    memory: int
    peak_memory: int
    working: tuple[Working, ...]


class Pace:
    """Rate and time to go, from files finished in the last minute and a half of work; pauses do not count.

    Args:
        total: Files in all.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._active = 0.0
        self._marks: deque[tuple[float, int]] = deque([(0.0, 0)])

    def worked(self, seconds: float) -> None:
        """Add working time."""
        self._active += seconds

    def finished(self) -> None:
        """Count a file."""
        self.done += 1
        self._marks.append((self._active, self.done))
        while len(self._marks) > 2 and self._active - self._marks[0][0] > RATE_SECONDS:
            self._marks.popleft()

    @property
    def per_minute(self) -> float | None:
        """Files a minute, or None before the first."""
        seconds = self._active - self._marks[0][0]
        files = self.done - self._marks[0][1]
        return 60.0 * files / seconds if files and seconds > 0 else None

    @property
    def eta(self) -> float | None:
        """Seconds of work to go, or None while unknown: the first files come slowly, since processes start."""
        rate = self.per_minute
        return None if rate is None or self.done < _FIRST_FILES else 60.0 * max(0, self.total - self.done) / rate


class ExtractionRun:
    """Analyses the planned pairs; see :meth:`run`.

    Args:
        library: Gives paths and words.
        load_args: What processes must load.
        ledger: Takes outcomes and settles faults.
        modalities: Modality of each extractor.
        policy: Asked again and again how much may be taken.
        budget: Instead of the one that the policy's settings name, or None.
        job: Takes progress, says when to pause and stop.
    """

    def __init__(
        self,
        library: Library,
        load_args: dict[str, Any],
        ledger: Ledger,
        modalities: dict[str, str],
        policy: Policy,
        budget: Budget | None,
        job: Job,
    ) -> None:
        self._library = library
        self._load_args = load_args
        self._ledger = ledger
        self._modalities = modalities
        self._policy = policy
        self._budget: Budget | None = budget
        self._job = job
        self._flying: list[Slot] = []
        self._pace = Pace(0)
        self._ticked = time.monotonic()
        self._decodes = False
        self._message = ""
        self._decision = Decision("gentle")
        self._own_memory = own_memory()
        self.inbox: Inbox = queue.SimpleQueue()
        self._crew: Crew | None = None

    @property
    def activity(self) -> Activity:
        """The run as it is now; may be asked from any thread."""
        crew = self._crew
        return Activity(
            self._decision.budget,
            self._decision.wait_for,
            self._pace.per_minute,
            self._pace.eta,
            self._own_memory + (crew.memory if crew is not None else 0),
            self._own_memory + (crew.peak_memory if crew is not None else 0),
            tuple(crew.working(list(self._flying))) if crew is not None else (),
        )

    def run(self, crew: Crew, plan: dict[str, list[int]], priority: Callable[[], Sequence[int]]) -> ExtractResult:
        """Analyse until everything planned has an outcome; the crew is ended.

        Args:
            crew: Does the work; it answers by :attr:`inbox`.
            plan: Item ids per extractor, first ones first.
            priority: Asked now and then for the items to do before all others.

        Raises:
            Cancelled: The job was cancelled; what was finished is stored.
            AvrecError: The compute processes cannot be started, or the disk is full.
        """
        self._crew = crew
        total = sum(len(ids) for ids in plan.values())
        result = self._ledger.result
        try:
            self._work(crew, self._calls(plan, priority), total)
            again = self._ledger.words_again()
            if again:
                total += sum(len(ids) for ids in again.values())
                self._work(crew, self._calls(again, priority), total)
        finally:
            crew.shutdown()
            result.peak_memory = crew.peak_memory
            self._receive_rest()
            self._ledger.store()
            self._ledger.tell(at_once=True)
        self._job.progress(total, total, self._message, **self._figures(crew))
        return result

    def _work(self, crew: Crew, calls: Iterator[list[ItemTask]], total: int) -> None:
        """Keep the crew busy until there is nothing more to do."""
        more = True
        while more or self._flying or self._ledger.retries:
            eta = self._pace.eta
            self._job.progress(self._ledger.settled, total, self._message, eta=eta, **self._figures(crew))
            self._decision = self._policy.decide(self._budget)
            self._tick()
            crew.look(len(self._flying), self._decision)
            if self._decision.wait_for is None:
                more = self._fill(crew, calls)
            self._receive(crew)
            self._ledger.store()
            self._ledger.tell()

    def _tick(self) -> None:
        """Count the time as work when something is being done; a pause of the user blocks in ``progress``."""
        now = time.monotonic()
        if self._flying:
            self._pace.worked(min(now - self._ticked, 1.0))
        self._ticked = now

    def _figures(self, crew: Crew) -> dict[str, float]:
        memory = (self._own_memory + crew.memory) / 1e6
        figures = {"files_per_minute": self._pace.per_minute or 0.0, "memory_mb": memory}
        if self._decision.wait_for is not None:
            figures[f"waits_for_{self._decision.wait_for}"] = 1.0
        return figures

    def _calls(self, plan: dict[str, list[int]], priority: Callable[[], Sequence[int]]) -> Iterator[list[ItemTask]]:
        """Yield the calls: words in big batches first, then one file at a time."""
        text = [e for e in plan if self._modalities[e] == "text"]
        media = [e for e in plan if e not in text]
        self._decodes = bool(media)
        self._pace = Pace(len({item for name in media or text for item in plan[name]}))
        for names, size in ((text, TEXT_BATCH), (media, 1)):
            wanted: dict[int, list[str]] = {}
            for name in names:
                for item in plan[name]:
                    wanted.setdefault(item, []).append(name)
            while wanted:
                chunk = first_items(wanted, priority(), size if size > 1 else MEDIA_CHUNK)
                infos = {info.item_id: info for info in self._library.media_info(chunk)}
                extractors = {item: wanted.pop(item) for item in chunk}
                self._ledger.result.skipped += sum(len(e) for item, e in extractors.items() if item not in infos)
                tasks = [ItemTask(infos[item], extractors[item], words=size > 1) for item in chunk if item in infos]
                for first in range(0, len(tasks), size):
                    yield tasks[first : first + size]

    def _fill(self, crew: Crew, calls: Iterator[list[ItemTask]]) -> bool:
        """Keep as many calls in flight as the crew and the policy allow; returns whether more may be left."""
        retries = self._ledger.retries
        while len(self._flying) < crew.width(self._decision):
            tasks = retries.popleft() if retries else next(calls, None)
            if tasks is None:
                return False
            tasks = [t for t in tasks if self._ledger.ready(t)]
            if tasks:
                self._submit(crew, tasks)
        return True

    def _submit(self, crew: Crew, tasks: list[ItemTask]) -> None:
        slot = Slot({t.info.item_id: t for t in tasks})
        items = [
            {
                "info": asdict(t.info),
                "text": text_to_values(self._library.media_text(t.info.item_id)),
                "extractors": t.extractors,
                "blocked": sorted(t.blocked),
            }
            for t in tasks
        ]
        self._flying.append(slot)
        crew.submit(slot, {"plugins": self._load_args, "items": items})

    def _receive(self, crew: Crew, wait: float = 0.2) -> None:
        """Handle what arrived; waits for the first message."""
        try:
            slot, message = self.inbox.get(timeout=wait)
            while True:
                if isinstance(message, Future):
                    self._finished(crew, slot, message)
                elif message["kind"] == "result":
                    self._ledger.outcome(slot, message)
                else:
                    self._item(crew, slot, message)
                slot, message = self.inbox.get_nowait()
        except queue.Empty:
            pass

    def _receive_rest(self) -> None:
        """After the end: keep finished results that still lie in the queue."""
        while not self.inbox.empty():
            slot, message = self.inbox.get()
            if not isinstance(message, Future) and message["kind"] == "result" and message["item"] in slot.tasks:
                self._ledger.outcome(slot, message)

    def _item(self, crew: Crew, slot: Slot, message: dict[str, Any]) -> None:
        task = slot.tasks.pop(message["item"])
        if not task.words or not self._decodes:
            self._pace.finished()
        crew.finished(task)
        self._message = display_name(task.info.path)
        self._ledger.moments(task.info.item_id, message["moments"])

    def _finished(self, crew: Crew, slot: Slot, future: Future[Any]) -> None:
        self._flying.remove(slot)
        try:
            future.result()
        except (Cancelled, CancelledError):
            if not slot.late:
                return  # the job was cancelled; the loop notices
            self._crashed(crew, slot, f"did not end within {slot.limit:.0f} s")
        except ComputeError as error:
            self._crashed(crew, slot, error.message)
        except AvrecError as error:
            self._crashed(crew, slot, error.message, error)
        else:
            self._ledger.call_went_well()

    def _crashed(self, crew: Crew, slot: Slot, how: str, plain: AvrecError | None = None) -> None:
        crew.lost(slot)
        self._ledger.crashed(slot, how, plain)
