"""Background work for the window: every query, decode and job runs through here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from avrec_desktop.api.errors import AvrecError, Cancelled
from avrec_desktop.jobs import Job, Progress

log = logging.getLogger(__name__)

Work = Callable[[], Any]


class TaskSignals(QObject):
    """Signals of one task; they live in the UI thread.

    Signals:
        returned: The value.
        errored: An error for people (:class:`AvrecError`).
        finished: Always, last; after the runner is closed nobody hears it.
        progressed: :class:`Progress` of a job.
        partial: A partial result of a job.
    """

    returned = Signal(object)
    errored = Signal(object)
    finished = Signal()
    progressed = Signal(object)
    partial = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.long = False  # a long job
        self.cut = False  # a newer task of the same key has taken its place


class _Task(QRunnable):
    def __init__(self, work: Work, signals: TaskSignals) -> None:
        super().__init__()
        self.setAutoDelete(True)
        self._work = work
        self._signals = signals

    def run(self) -> None:
        try:
            value = self._work()
        except Cancelled:
            pass
        except AvrecError as error:
            self._emit(self._signals.errored, error)
        except Exception as error:
            # a fault of ours: the log has the traceback, the user a sentence
            log.exception("a background task failed")
            self._emit(self._signals.errored, AvrecError(f"Something went wrong inside the app: {error}"))
        else:
            self._emit(self._signals.returned, value)
        finally:
            self._emit(self._signals.finished)

    @staticmethod
    def _emit(signal: Any, *values: Any) -> None:
        try:
            signal.emit(*values)
        except RuntimeError:  # the receiver is gone: the window closed meanwhile
            log.debug("a result came after its receiver was gone")


class Runner(QObject):
    """Runs work in threads and brings results back to the UI thread.

    Short queries and long jobs have pools of their own, so that a scan never delays a search.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quick = QThreadPool(self)
        self._quick.setMaxThreadCount(3)
        self._long = QThreadPool(self)
        self._long.setMaxThreadCount(4)
        self._alive: set[TaskSignals] = set()
        self._keyed: dict[str, TaskSignals] = {}
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether tasks wait or run."""
        return bool(self._alive)

    @property
    def closed(self) -> bool:
        """Whether it takes no more work; what waits for results may be deleted already."""
        return self._closed

    def run(
        self,
        work: Work,
        on_result: Callable[[Any], object] | None = None,
        on_error: Callable[[AvrecError], object] | None = None,
        on_finished: Callable[[], object] | None = None,
        *,
        key: str | None = None,
        long: bool = False,
        priority: int = 0,
    ) -> TaskSignals:
        """Run ``work`` in a thread; the callbacks run in the UI thread.

        All callbacks are connected before the work starts: a quick task may be over before this returns.
        With a ``key``, an earlier task of the same key is cut off: its results do not arrive any more.
        """
        signals = TaskSignals()
        if self._closed:
            return signals
        if key is not None:
            self._cut(key)
            self._keyed[key] = signals
        if on_result is not None:
            signals.returned.connect(lambda value: None if signals.cut else on_result(value))
        if on_error is not None:
            signals.errored.connect(lambda error: None if signals.cut else on_error(error))
        signals.long = long
        self._alive.add(signals)
        signals.finished.connect(lambda: self._forget(signals, key))
        if on_finished is not None:
            signals.finished.connect(lambda: None if self.closed else on_finished())
        (self._long if long else self._quick).start(_Task(work, signals), priority)
        return signals

    def _cut(self, key: str) -> None:
        old = self._keyed.pop(key, None)
        if old is not None:
            old.cut = True

    @Slot()
    def _forget(self, signals: TaskSignals, key: str | None) -> None:
        self._alive.discard(signals)
        if key is not None and self._keyed.get(key) is signals:
            del self._keyed[key]

    def cut_quick(self) -> None:
        """Let the results of short tasks that run or wait not arrive: who asked for them has closed. Jobs go on."""
        for signals in self._alive:
            signals.cut = signals.cut or not signals.long

    def close(self) -> None:
        """Take no more work, drop what waits, and wait for what runs; results do not arrive any more."""
        self._closed = True
        for signals in self._alive:  # who waited for them may be deleted before they are delivered
            signals.cut = True
        self._quick.clear()
        self._long.clear()
        self._quick.waitForDone(10_000)
        self._long.waitForDone(15_000)


class JobEntry(QObject):
    """A long job as shown to the user.

    Signals:
        changed: Its progress or state changed.
        ended: It is over; ``state`` says how.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, title: str, kind: str, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.kind = kind
        self.state = "running"
        self.message = ""
        self.error: AvrecError | None = None
        self.result: Any = None
        self.progress: Progress | None = None
        self.losses: list[float] = []
        self.job: Job | None = None

    @property
    def paused(self) -> bool:
        """Whether the user paused it."""
        return self.job is not None and self.job.paused

    def cancel(self) -> None:
        """Ask it to stop."""
        if self.job is not None:
            self.job.cancel()
            self.message = self.tr("Stopping …")
            self.changed.emit()

    def toggle_pause(self) -> None:
        """Pause or resume it."""
        if self.job is not None:
            (self.job.resume if self.job.paused else self.job.pause)()
            self.changed.emit()


class JobCenter(QObject):
    """Starts long jobs and keeps the list of them.

    Signals:
        added: A :class:`JobEntry` was started.
        ended: A :class:`JobEntry` is over.
    """

    added = Signal(object)
    ended = Signal(object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.entries: list[JobEntry] = []

    def running(self, kind: str | None = None) -> list[JobEntry]:
        """Return the jobs that run, newest last."""
        return [e for e in self.entries if e.state == "running" and (kind is None or e.kind == kind)]

    def start(
        self,
        title: str,
        kind: str,
        work: Callable[[Job], Any],
        on_result: Callable[[Any], object] | None = None,
    ) -> JobEntry:
        """Run ``work(job)`` as a job with progress, pause and cancel."""
        entry = JobEntry(title, kind, self)
        signals_box: list[TaskSignals] = []

        def forward(name: str) -> Callable[[Any], None]:
            def emit(value: Any) -> None:
                try:
                    getattr(signals_box[0], name).emit(value)
                except RuntimeError:
                    log.debug("a report came after its receiver was gone")

            return emit

        job = Job(title, on_progress=forward("progressed"), on_partial=forward("partial"))
        entry.job = job
        self.entries.append(entry)
        signals = TaskSignals()
        signals_box.append(signals)

        def do() -> Any:
            try:
                return work(job)
            except Cancelled:
                entry.state = "cancelled"
                raise

        def done(value: Any) -> None:
            entry.state, entry.result = "done", value
            if on_result is not None:
                on_result(value)

        def failed(error: AvrecError) -> None:
            entry.state, entry.error = "failed", error

        def over() -> None:
            if entry.state == "running":
                entry.state = "cancelled"
            entry.changed.emit()
            entry.ended.emit()
            self.ended.emit(entry)

        signals.progressed.connect(lambda p: None if self._runner.closed else self._progress(entry, p))
        signals.partial.connect(lambda p: None if self._runner.closed else self._partial(entry, p))
        self._runner.run(do, done, failed, over, long=True)
        entry.setProperty("reports", signals)
        self.added.emit(entry)
        return entry

    def cancel_all(self) -> None:
        """Ask every running job to stop."""
        for entry in self.running():
            entry.cancel()

    @staticmethod
    def _progress(entry: JobEntry, progress: Progress) -> None:
        entry.progress, entry.message = progress, progress.message
        entry.changed.emit()

    @staticmethod
    def _partial(entry: JobEntry, partial: Any) -> None:
        metrics = getattr(partial, "metrics", None)
        if isinstance(metrics, dict) and "loss" in metrics:
            if getattr(partial, "epoch", 0) == 1:
                entry.losses.clear()
            entry.losses.append(float(metrics["loss"]))
            entry.changed.emit()
