"""The accounts of an extraction run: what came out, who is to blame, and what is stored and told."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from avrec_desktop.api.errors import AvrecError, ComputeError
from avrec_desktop.features.plan import ExtractResult
from avrec_desktop.features.store import Record, Writer
from avrec_desktop.features.task import ItemTask, Slot
from avrec_desktop.jobs.events import EventBus, FeaturesStored
from avrec_desktop.library.types import Failure

if TYPE_CHECKING:
    from avrec_desktop.library.catalogue import Library
    from avrec_desktop.plugin_host.host import ExtractorInfo, PluginHost

log = logging.getLogger(__name__)

#: Crashes and faults in a row after which an extractor is left out of the rest of the run.
FAULTS_IN_A_ROW = 5
#: Processes lost over one item after which it is given up.
MAX_ATTEMPTS = 3
#: Processes lost in a row before they took up any item, after which the run is given up.
FAILED_STARTS = 3
#: Seconds between two announcements of what was stored.
TELL_SECONDS = 1.0
#: Tags stored of one item and extractor, and the least probability.
MAX_TAGS, MIN_TAG_P = 20, 0.05


class Ledger:
    """Keeps the accounts of one run.

    Attributes:
        result: The counts so far.
        retries: Calls to make again.
        dropped: Extractors that failed too often in a row.

    Args:
        library: Takes tags.
        plugins: Hears of extractors that fail again and again.
        extractors: The extractors by id.
        writer: Takes the records.
        events: Hears of what is stored.
    """

    def __init__(
        self,
        library: Library,
        plugins: PluginHost,
        extractors: dict[str, ExtractorInfo],
        writer: Writer,
        events: EventBus,
    ) -> None:
        self._library = library
        self._plugins = plugins
        self._extractors = extractors
        self._writer = writer
        self._events = events
        self._faults: Counter[str] = Counter()
        self._start_failures = 0
        self._tags: dict[str, dict[int, list[tuple[str, float]]]] = {}
        self._stored: dict[str, list[int]] = {}
        self._told = time.monotonic()
        self.result = ExtractResult()
        self.retries: deque[list[ItemTask]] = deque()
        self.dropped: set[str] = set()
        self._spoken: list[int] = []

    def words_again(self) -> dict[str, list[int]]:
        """Return what to read again because something said in it was written down: speech is words too.

        Words come first in a run, since they cost least and make the library searchable at once; the few items with
        speech are then read a second time. Where the run ends before, they are still to be done in the next one.
        """
        spoken = list(dict.fromkeys(self._spoken))
        names = [e.id for e in self._extractors.values() if e.modality == "text" and e.id not in self.dropped]
        return dict.fromkeys(names, spoken) if spoken else {}

    @property
    def settled(self) -> int:
        """Pairs that have an outcome, or none in this run."""
        return self.result.done + self.result.skipped + len(self.result.failed)

    def ready(self, task: ItemTask) -> bool:
        """Leave out extractors that were dropped, and files that went away."""
        kept = [e for e in task.extractors if e not in self.dropped]
        self.result.skipped += len(task.extractors) - len(kept)
        task.extractors = kept
        if not kept:
            return False
        if any(self._extractors[e].modality != "text" for e in kept) and not os.path.exists(task.info.path):  # noqa: PTH110
            self.result.skipped += len(kept)
            return False
        return True

    def outcome(self, slot: Slot, message: dict[str, Any]) -> None:
        """Take the outcome of one extractor on one item."""
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

    def moments(self, item_id: int, moments: dict[str, Any]) -> None:
        """Take the host's own views of an item over time, by the sense that was decoded."""
        for sense, view in moments.items():
            self._writer.add_moments(item_id, sense, view["times"], view["salience"])

    def call_went_well(self) -> None:
        """Take note that a process did its work to the end."""
        self._start_failures = 0

    def crashed(self, slot: Slot, how: str, plain: AvrecError | None = None) -> None:
        """Settle who is to blame for a lost process, and let the rest of the call be tried again.

        Raises:
            AvrecError: Processes are lost again and again before they take up an item.
        """
        guilty = slot.tasks.pop(slot.item, None) if slot.item is not None else None
        if guilty is None:
            self._start_failures += 1
            if self._start_failures >= FAILED_STARTS:
                raise plain or ComputeError(f"the compute processes cannot work: {how}")
        else:
            self._blame(guilty, slot, how)
        if slot.tasks:
            self.retries.append(list(slot.tasks.values()))

    def _blame(self, task: ItemTask, slot: Slot, how: str) -> None:
        task.attempts += 1
        log.warning("%s: %s during %s of %s", task.info.path, how, slot.decode or "extraction", slot.extractor)
        if task.attempts >= MAX_ATTEMPTS or not task.extractors:
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
            self.retries.append([task])

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
        if self._faults[name] >= FAULTS_IN_A_ROW and name not in self.dropped:
            self.dropped.add(name)
            self._plugins.report_failure(self._extractors[name].plugin, reason)

    def store(self) -> None:
        """Store what came in; on return it survives a crash of the app."""
        for source, tags in self._tags.items():
            self._library.set_tags(source, tags)
        self._tags = {}
        for record in self._writer.flush():
            if record.state != "failed":
                self._stored.setdefault(record.extractor, []).append(record.item_id)

    def tell(self, *, at_once: bool = False) -> None:
        """Publish what was stored, about once a second."""
        if not self._stored or (time.monotonic() - self._told < TELL_SECONDS and not at_once):
            return
        self._told = time.monotonic()
        stored, self._stored = self._stored, {}
        for name, ids in stored.items():
            self._events.publish(FeaturesStored(name, tuple(dict.fromkeys(ids))))
