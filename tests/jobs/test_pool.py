"""The pool: work side by side, replacement, preparation, idle end and shutdown."""

from __future__ import annotations

import queue
import threading

import psutil
import pytest

from avrec_desktop.api.errors import Cancelled, ComputeError
from avrec_desktop.jobs import ComputePool, ComputeProcess

SELFTEST = "avrec_desktop.jobs.selftest:"
SOON = 20.0


def wait_for_end(pid: int) -> None:
    """Wait until a process is gone, and reaped."""
    try:
        psutil.Process(pid).wait(timeout=SOON)
    except psutil.NoSuchProcess:
        pass


def test_work_runs_side_by_side_in_few_processes() -> None:
    begun: queue.Queue[int] = queue.Queue()
    stop = threading.Event()
    with ComputePool(2) as pool:
        waiting = [
            pool.submit(SELFTEST + "wait", on_event=lambda e: begun.put(e["pid"]), should_stop=stop.is_set)
            for _ in range(2)
        ]
        assert len({begun.get(timeout=SOON), begun.get(timeout=SOON)}) == 2
        stop.set()
        assert all(isinstance(f.exception(timeout=SOON), Cancelled) for f in waiting)
        numbers = [pool.submit(SELFTEST + "echo", {"n": n}) for n in range(20)]
        assert [f.result(timeout=SOON)["n"] for f in numbers] == list(range(20))
        assert len(pool.pids) == 2


def test_crash_costs_one_task_and_the_replacement_is_prepared() -> None:
    prepared: list[int] = []

    def prepare(process: ComputeProcess) -> None:
        prepared.append(process.call(SELFTEST + "about")["pid"])

    with ComputePool(1, on_start=prepare) as pool:
        before = pool.submit(SELFTEST + "about").result(timeout=SOON)["pid"]
        with pytest.raises(ComputeError, match="crashed"):
            pool.submit(SELFTEST + "die").result(timeout=SOON)
        after = pool.submit(SELFTEST + "about").result(timeout=SOON)["pid"]
    assert prepared == [before, after]


def test_idle_processes_end_and_come_back_while_busy_ones_stay() -> None:
    stop, begun = threading.Event(), threading.Event()
    with ComputePool(2, idle=0.05) as pool:
        long = pool.submit(SELFTEST + "wait", on_event=lambda _: begun.set(), should_stop=stop.is_set)
        assert begun.wait(SOON)
        first = pool.submit(SELFTEST + "about").result(timeout=SOON)["pid"]
        wait_for_end(first)
        assert len(pool.pids) == 1, "the idle one ended, the busy one did not"
        assert pool.submit(SELFTEST + "about").result(timeout=SOON)["pid"] != first
        stop.set()
        assert isinstance(long.exception(timeout=SOON), Cancelled)


def test_light_load_keeps_one_process_warm() -> None:
    with ComputePool(3) as pool:
        pids = {pool.submit(SELFTEST + "about").result(timeout=SOON)["pid"] for _ in range(6)}
        # the supervising thread gives the process back a moment after the result is out, so a second may start
        assert len(pids) <= 2


def test_shutdown_ends_running_and_waiting_work() -> None:
    begun = threading.Event()
    pool = ComputePool(1)
    running = pool.submit(SELFTEST + "wait", {"deaf": True}, on_event=lambda _: begun.set())
    waiting = pool.submit(SELFTEST + "echo")
    assert begun.wait(SOON)
    pids = pool.pids
    pool.shutdown()
    assert isinstance(running.exception(timeout=SOON), ComputeError)
    assert waiting.cancelled() or isinstance(waiting.exception(timeout=SOON), ComputeError)
    assert not any(psutil.pid_exists(p) for p in pids)
    assert pool.pids == []
