"""One long piece of work as seen by whoever started it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.api.errors import Cancelled

#: Seconds between two progress reports of a job (throttled at the source).
MIN_INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job stands.

    Attributes:
        done: Units done.
        total: Units in all, or None while unknown.
        message: What is being done now.
        elapsed: Seconds since the start.
        eta: Estimated seconds to go, or None.
        values: Named extra values (a loss, a rate).
    """

    done: int
    total: int | None
    message: str
    elapsed: float
    eta: float | None
    values: dict[str, float] = field(default_factory=dict)

    @property
    def fraction(self) -> float | None:
        """Share done in [0, 1], or None while unknown."""
        return None if not self.total else min(1.0, self.done / self.total)


class Job:
    """Handle passed down into a long call: takes reports, hands out the cancel and pause state. Thread-safe.

    Args:
        title: Name of the job for people.
        on_progress: Called with each (throttled) :class:`Progress`, in the working thread.
        on_partial: Called with partial results (ids that became visible, an epoch's metrics), in the working thread.
    """

    def __init__(
        self,
        title: str = "",
        on_progress: Callable[[Progress], None] | None = None,
        on_partial: Callable[[Any], None] | None = None,
    ) -> None:
        self.title = title
        self._on_progress = on_progress
        self._on_partial = on_partial
        self._cancel = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._start = time.monotonic()
        self._last_report = -1.0
        self._paused_for = 0.0
        self.last: Progress | None = None

    def progress(
        self,
        done: int,
        total: int | None = None,
        message: str = "",
        *,
        eta: float | None = None,
        **values: float,
    ) -> None:
        """Report where the job stands; also a point where it can be cancelled or paused.

        Args:
            done: Units done.
            total: Units in all.
            message: What is being done now.
            eta: Seconds to go, where the job knows better than the share that is done.
            values: See :class:`Progress`.

        Raises:
            Cancelled: :meth:`cancel` was called.
        """
        self.check()
        now = time.monotonic()
        finished = total is not None and done >= total
        if now - self._last_report < MIN_INTERVAL and not finished:
            return
        self._last_report = now
        elapsed = now - self._start - self._paused_for
        if eta is None and total and done > 0:
            eta = elapsed / done * (total - done)
        self.last = Progress(done, total, message, elapsed, eta, dict(values))
        if self._on_progress is not None:
            self._on_progress(self.last)

    def partial(self, payload: Any) -> None:
        """Hand out a partial result."""
        if self._on_partial is not None:
            self._on_partial(payload)

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._cancel.set()
        self._running.set()

    def pause(self) -> None:
        """Make the job wait at its next step."""
        self._running.clear()

    def resume(self) -> None:
        """Let a paused job go on."""
        self._running.set()

    @property
    def paused(self) -> bool:
        """Whether the job is asked to wait."""
        return not self._running.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._cancel.is_set()

    def check(self) -> None:
        """Wait while paused, then raise when cancelled.

        Raises:
            Cancelled: :meth:`cancel` was called.
        """
        if not self._running.is_set():
            began = time.monotonic()
            self._running.wait()
            self._paused_for += time.monotonic() - began
        if self._cancel.is_set():
            raise Cancelled(self.title)
