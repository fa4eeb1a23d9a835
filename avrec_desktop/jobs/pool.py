"""Several compute processes behind ``submit``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from avrec_desktop.api.errors import ComputeError
from avrec_desktop.jobs.compute import ComputeProcess

log = logging.getLogger(__name__)

#: Seconds without work after which a process of a pool is ended; TensorFlow's memory goes with it.
IDLE_SECONDS = 60.0


class ComputePool:
    """Several compute processes, each supervised by its own thread.

    Processes start when first needed, are replaced when they crash, and end when idle.

    Args:
        workers: Number of processes.
        name: For messages and logs.
        threads: Native threads in each.
        nice: Added niceness.
        env: Extra environment.
        idle: Seconds without work after which a process is ended (a later call starts a new one), or None for never.
        on_start: Called with each new process before its first call, in the supervising thread; again after a crash
            or an idle end.
    """

    def __init__(
        self,
        workers: int,
        name: str = "pool",
        *,
        threads: int = 1,
        nice: int = 0,
        env: Mapping[str, str] | None = None,
        idle: float | None = IDLE_SECONDS,
        on_start: Callable[[ComputeProcess], None] | None = None,
    ) -> None:
        self.workers = max(1, workers)
        self._name = name
        self._idle = idle
        self._all = [
            ComputeProcess(f"{name}-{i}", threads=threads, nice=nice, env=env, on_start=on_start)
            for i in range(self.workers)
        ]
        self._changed = threading.Condition()
        # (since when it is free, process): a stack, so that a light load keeps few processes warm
        self._free: list[tuple[float, ComputeProcess]] = [(time.monotonic(), p) for p in self._all]
        self._closed = False
        self._reaper: threading.Thread | None = None
        self._executor = ThreadPoolExecutor(self.workers, thread_name_prefix=name)

    def submit(
        self,
        target: str,
        args: dict[str, Any] | None = None,
        *,
        prepare: Callable[[ComputeProcess], None] | None = None,
        **options: Any,
    ) -> Future[Any]:
        """Run ``target`` in a free process; options as in :meth:`ComputeProcess.call`.

        ``prepare`` is called with the process before this call, in the supervising thread; for work that is needed
        once per process, see ``on_start``.
        """

        def work() -> Any:
            with self._borrow() as process:
                if prepare is not None:
                    prepare(process)
                return process.call(target, args, **options)

        return self._executor.submit(work)

    @property
    def pids(self) -> list[int]:
        """Process ids of the living children."""
        return [p.pid for p in self._all if p.alive and p.pid is not None]

    def set_nice(self, nice: int) -> None:
        """Start processes with this niceness from now on; those that run keep theirs until asked by ``renice``."""
        for process in self._all:
            process.nice = nice

    def close_free(self, keep: int = 0) -> None:
        """End processes that have nothing to do, for their memory, but ``keep`` of them; they start when needed."""
        with self._changed:
            alive = [process for _, process in self._free if process.alive]
            for process in alive[: max(0, len(alive) - keep)]:  # the last ones are those used next
                process.close()

    def shutdown(self) -> None:
        """Cancel what waits, end all processes and threads. Work that runs fails with :class:`ComputeError`."""
        with self._changed:
            self._closed = True
            reaper, self._reaper = self._reaper, None
            self._changed.notify_all()
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in self._all:
            process.end()
        self._executor.shutdown(wait=True)
        if reaper is not None:
            reaper.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.shutdown()

    @contextlib.contextmanager
    def _borrow(self) -> Iterator[ComputeProcess]:
        with self._changed:
            if self._closed:
                raise ComputeError("the work was ended")
            # as many processes as threads: one is always free
            _, process = self._free.pop()
        try:
            yield process
        finally:
            with self._changed:
                self._free.append((time.monotonic(), process))
                if self._idle is not None and self._reaper is None and not self._closed:
                    self._reaper = threading.Thread(target=self._reap, name=f"{self._name}-idle", daemon=True)
                    self._reaper.start()

    def _reap(self) -> None:
        """End processes that were free for long; ends itself when none is left to watch."""
        idle = self._idle or 0.0
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                for since, process in self._free:
                    if process.alive and now - since >= idle:
                        log.debug("%s is idle and ends", process.name)
                        process.close()
                alive = [since for since, process in self._free if process.alive]
                if not alive and len(self._free) == self.workers:
                    self._reaper = None
                    return
                self._changed.wait(max(0.01, min(alive, default=now) + idle - now))
