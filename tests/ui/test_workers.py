"""Background work: results, errors, cancelling, and the end of it all."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs import Job
from avrec_desktop.ui.workers import JobCenter, Runner


@pytest.fixture
def runner(qtbot: QtBot) -> Any:
    """A runner that is closed at the end."""
    out = Runner()
    yield out
    out.close()


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.expects_errors
@pytest.mark.parametrize("error", [ValueError("no"), RuntimeError("no"), AvrecError("no")])
def test_every_error_is_told_before_the_end(qtbot: QtBot, runner: Runner, error: Exception) -> None:
    heard: list[str] = []
    runner.run(
        lambda: _raise(error),
        lambda _: heard.append("result"),
        lambda e: heard.append(e.message),
        lambda: heard.append("finished"),
    )
    qtbot.waitUntil(lambda: not runner.busy)
    assert len(heard) == 2
    assert heard[0].endswith("no")
    assert heard[1] == "finished"


def test_callbacks_run_in_the_ui_thread(qtbot: QtBot, runner: Runner) -> None:
    threads: list[threading.Thread] = []
    runner.run(threading.current_thread, threads.append, None, lambda: threads.append(threading.current_thread()))
    qtbot.waitUntil(lambda: len(threads) == 2)
    worker, here = threads
    assert worker is not threading.main_thread()
    assert here is threading.main_thread()


def test_a_newer_task_of_the_same_key_cuts_the_older_off(qtbot: QtBot, runner: Runner) -> None:
    gate = threading.Event()
    got: list[str] = []
    runner.run(lambda: gate.wait(10) and "old", got.append, key="search")
    runner.run(lambda: "new", got.append, key="search")
    qtbot.waitUntil(lambda: got == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert got == ["new"]


def test_closing_waits_for_what_runs_and_takes_no_more(qtbot: QtBot) -> None:
    runner = Runner()
    started, over = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        over.wait(10)

    runner.run(work, long=True)
    assert started.wait(10)
    threading.Timer(0.05, over.set).start()
    runner.close()
    assert over.is_set()
    late: list[int] = []
    runner.run(lambda: late.append(1))
    assert late == []


def test_cancelling_a_job_stops_it_and_says_so(qtbot: QtBot, runner: Runner) -> None:
    center = JobCenter(runner)
    running = threading.Event()

    def work(job: Job) -> None:
        running.set()
        while True:
            job.check()

    entry = center.start("Endless", "test", work)
    assert center.running("test") == [entry]
    assert running.wait(10)
    with qtbot.waitSignal(center.ended):
        entry.cancel()
    assert entry.state == "cancelled"
    assert entry.error is None
    assert center.running() == []


def test_a_failing_job_keeps_its_error(qtbot: QtBot, runner: Runner) -> None:
    center = JobCenter(runner)
    with qtbot.waitSignal(center.ended):
        entry = center.start("Bad", "test", lambda job: _raise(AvrecError("disk full", hint="Free some space.")))
    assert entry.state == "failed"
    assert entry.error is not None
    assert entry.error.hint == "Free some space."


def test_progress_and_losses_reach_the_entry(qtbot: QtBot, runner: Runner) -> None:
    center = JobCenter(runner)

    class Report:
        def __init__(self, epoch: int, loss: float) -> None:
            self.epoch, self.metrics = epoch, {"loss": loss}

    def work(job: Job) -> str:
        job.progress(3, 4, "three of four")
        for epoch in (1, 2):
            job.partial(Report(epoch, 1 / epoch))
        return "fine"

    with qtbot.waitSignal(center.ended):
        entry = center.start("Train", "train", work)
    assert entry.state == "done"
    assert entry.result == "fine"
    assert entry.losses == [1.0, 0.5]
    assert entry.progress is not None
    assert entry.progress.fraction == pytest.approx(0.75)


def test_a_paused_job_waits_and_goes_on(qtbot: QtBot, runner: Runner) -> None:
    center = JobCenter(runner)
    steps: list[int] = []
    go, asked = threading.Event(), threading.Event()

    def work(job: Job) -> str:
        go.wait(10)
        asked.set()
        job.check()
        steps.append(1)
        return "over"

    entry = center.start("Long", "test", work)
    with qtbot.waitSignal(entry.changed):
        entry.toggle_pause()
    assert entry.paused
    go.set()
    assert asked.wait(10)
    assert steps == []
    assert entry.state == "running"
    with qtbot.waitSignal(center.ended):
        entry.toggle_pause()
    assert (entry.state, entry.result, steps) == ("done", "over", [1])


def test_a_paused_job_does_not_hold_up_the_end(qtbot: QtBot) -> None:
    runner = Runner()
    center = JobCenter(runner)
    inside = threading.Event()

    def work(job: Job) -> None:
        job.pause()
        inside.set()
        job.check()

    entry = center.start("Paused", "test", work)
    assert inside.wait(10)
    center.cancel_all()
    runner.close()
    assert runner._long.activeThreadCount() == 0
    assert runner._quick.activeThreadCount() == 0
    qtbot.waitUntil(lambda: entry.state == "cancelled")


def test_quick_tasks_never_lose_their_callbacks(qtbot: QtBot, runner: Runner) -> None:
    got: list[int] = []
    over: list[int] = []
    for n in range(200):
        runner.run(lambda n=n: n, got.append, None, lambda n=n: over.append(n))
    qtbot.waitUntil(lambda: not runner.busy)
    assert sorted(got) == sorted(over) == list(range(200))


def test_no_result_arrives_after_the_end(qtbot: QtBot) -> None:
    runner = Runner()
    started, go = threading.Event(), threading.Event()
    got: list[str] = []

    def work() -> str:
        started.set()
        go.wait(10)
        return "late"

    runner.run(work, got.append, lambda e: got.append(e.message))
    assert started.wait(10)
    go.set()
    runner.close()
    qtbot.waitUntil(lambda: not runner.busy)
    assert got == []


def test_the_end_of_a_job_is_no_news_for_a_list_that_is_gone(qtbot: QtBot) -> None:
    runner = Runner()
    center = JobCenter(runner)
    reported = threading.Event()

    def work(job: Job) -> None:
        job.progress(1, 2, "half")
        reported.set()

    entry = center.start("Late", "test", work)
    assert reported.wait(10)
    runner.close()  # its news are queued, and nobody has read them yet
    shiboken6.delete(center)
    with qtbot.captureExceptions() as exceptions:
        qtbot.waitUntil(lambda: not runner.busy)
    assert exceptions == []
    assert not shiboken6.isValid(entry)
