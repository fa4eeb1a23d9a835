"""Analysis by the workers of a ``dask.distributed`` cluster: another crew for the same run.

Every worker needs the app installed and sees the media and the plugins under the same paths. On a worker the same
function runs, in a compute process beside it, so that a crash of a decoder costs its file and not the worker; dask
hands the files of a worker that died to the others. What comes back are the same messages, packed as data, and the
one writer here stores them.

A cluster is trusted by whoever sets its address: dask itself sends pickled functions both ways. Nothing is contacted
and no port is opened unless an address is set; ``tls://`` addresses use the certificates of dask's own configuration.
"""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError, error_from_dict
from avrec_desktop.api.media import MediaInfo
from avrec_desktop.features.crew import Inbox, Working, take_step, working
from avrec_desktop.features.policy import Decision
from avrec_desktop.features.task import ItemTask, Slot
from avrec_desktop.jobs import ComputePool, wire

log = logging.getLogger(__name__)

#: Seconds to wait for the scheduler to answer, between two looks at the workers, and without any before giving up.
CONNECT_SECONDS, LOOK_SECONDS, LONELY_SECONDS = 15.0, 2.0, 60.0

_here = threading.local()


def serve(payload: bytes) -> bytes:
    """Analyse on a worker; one compute process per thread of the worker does it.

    Args:
        payload: Packed arguments of :func:`avrec_desktop.features.worker:analyse`.

    Returns:
        Packed ``{"events", "lost", "error"}``: what the function announced; where and how the process was lost, or
        None; an error for people, or None.
    """
    args = wire.unpack(payload)
    slot = Slot({i["info"]["item_id"]: ItemTask(MediaInfo(**i["info"]), i["extractors"]) for i in args["items"]})
    events: list[dict[str, Any]] = []

    def note(event: dict[str, Any]) -> None:
        if event.get("kind") == "step":
            take_step(slot, event)
        elif "kind" in event:
            events.append(event)

    answer: dict[str, Any] = {"events": events, "lost": None, "error": None}
    pool = getattr(_here, "pool", None)
    if pool is None:
        pool = _here.pool = ComputePool(1, "cluster", threads=1)
    target = "avrec_desktop.features.worker:analyse"
    try:
        pool.submit(target, args, on_event=note, should_stop=slot.overdue).result()
    except Cancelled:
        answer["lost"] = f"did not end within {slot.limit:.0f} s"
    except ComputeError as error:
        answer["lost"] = error.message
    except AvrecError as error:
        answer["error"] = error.to_dict()
    answer |= {"item": slot.item, "extractor": slot.extractor, "decode": slot.decode}
    return wire.pack(answer)


class ClusterCrew:
    """The workers of a cluster.

    Args:
        address: Of the scheduler, as dask takes it.
        inbox: Takes what comes back.
        workers: Most calls in flight, or None for as many as the cluster has threads.

    Raises:
        ComputeError: ``dask.distributed`` is not installed, or nobody answers at the address.
    """

    def __init__(self, address: str, inbox: Inbox, workers: int | None = None) -> None:
        self._address = address
        self._inbox = inbox
        self._most = workers
        self._threads = 0
        self._looked = 0.0
        self._seen = time.monotonic()
        self._pending: set[Any] = set()
        self._closed = False
        self.memory = self.peak_memory = 0
        try:
            distributed = importlib.import_module("distributed")
        except ImportError as error:
            raise ComputeError(
                "an address of a cluster is set, but dask.distributed is not installed",
                hint="Install the extra “cluster”, or empty the address in the settings.",
            ) from error
        try:
            self._client: Any = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise ComputeError(
                f"no cluster answers at {address}: {error}", hint="Start its scheduler, or empty the address."
            ) from error

    def width(self, decision: Decision) -> int:
        """See :class:`Crew`: one call ahead for every four threads, so that no worker waits for the network."""
        ahead = self._threads + -(-self._threads // 4)
        return ahead if self._most is None else min(ahead, self._most)

    def look(self, flying: int, decision: Decision) -> None:
        """See :class:`Crew`.

        Raises:
            ComputeError: The scheduler is gone, or all workers have been gone for a minute.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        try:
            alive = self._client.status == "running"
            self._threads = sum(self._client.nthreads().values()) if alive else 0
        except (OSError, RuntimeError) as error:
            log.info("the scheduler at %s does not answer: %s", self._address, error)
            alive = False
        if not alive:
            raise ComputeError(
                f"the connection to the cluster at {self._address} was lost",
                hint="What was finished is stored; analyse again when it is back.",
            )
        if self._threads:
            self._seen = now
        elif now - self._seen > LONELY_SECONDS:
            raise ComputeError(f"the cluster at {self._address} has no workers", hint="Start some, and analyse again.")

    def submit(self, slot: Slot, args: dict[str, Any]) -> None:
        """See :class:`Crew`."""
        if len(slot.tasks) == 1:
            slot.item = next(iter(slot.tasks))  # to be blamed when workers die of it
        future = self._client.submit(serve, wire.pack(args), pure=False)
        self._pending.add(future)
        future.add_done_callback(lambda done: self._arrived(slot, done))

    def finished(self, task: ItemTask) -> None:
        """See :class:`Crew`: nothing to note."""

    def lost(self, slot: Slot) -> None:
        """See :class:`Crew`: the worker replaces its process itself."""

    def working(self, flying: Sequence[Slot]) -> list[Working]:
        """See :class:`Crew`: what is on its way; which worker has it is dask's to know."""
        return [working(slot, self._address) for slot in flying]

    def shutdown(self) -> None:
        """See :class:`Crew`; files that workers have in hand are finished there, and their results dropped."""
        self._closed = True
        try:
            self._client.cancel(list(self._pending), force=True)
            self._client.close(timeout=CONNECT_SECONDS)
        except (OSError, RuntimeError) as error:
            log.info("the cluster at %s did not take its leave: %s", self._address, error)

    def _arrived(self, slot: Slot, future: Any) -> None:
        """Pass on what a worker sent, in a thread of dask's."""
        self._pending.discard(future)
        over: Future[Any] = Future()
        try:
            answer = wire.unpack(future.result())
        except BaseException as error:  # noqa: BLE001 - whatever a cluster can raise becomes the fault of this call
            over.set_exception(ComputeError(f"the cluster lost it: {str(error) or type(error).__name__}"))
        else:
            for event in answer["events"]:
                self._inbox.put((slot, event))
            if answer["error"] is not None:
                over.set_exception(error_from_dict(answer["error"]))
            elif answer["lost"] is not None:
                slot.item, slot.extractor, slot.decode = answer["item"], answer["extractor"], answer["decode"]
                over.set_exception(ComputeError(answer["lost"]))
            else:
                over.set_result(None)
        if not self._closed:
            self._inbox.put((slot, over))
