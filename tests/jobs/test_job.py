"""Jobs: progress, estimates, pause and cancel; news."""

from __future__ import annotations

import threading

import pytest

from avrec_desktop.api.errors import Cancelled
from avrec_desktop.jobs import Job, Progress
from avrec_desktop.jobs import job as job_module
from avrec_desktop.jobs.events import EventBus, ItemsChanged, PluginsChanged


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(job_module, "time", made)
    return made


def test_progress_has_fraction_elapsed_and_estimate(clock: Clock) -> None:
    seen: list[Progress] = []
    job = Job("work", seen.append)
    job.progress(0, 10, "begin")
    clock.now += 4
    job.progress(2, 10, "going", loss=0.5)
    assert [p.eta for p in seen] == [None, 16.0]
    assert seen[1] == Progress(2, 10, "going", 4.0, 16.0, {"loss": 0.5})
    assert seen[1].fraction == 0.2
    assert job.last is seen[1]


def test_unknown_total_has_no_fraction_and_no_estimate(clock: Clock) -> None:
    job = Job()
    job.progress(5)
    assert job.last is not None
    assert (job.last.fraction, job.last.eta) == (None, None)


def test_reports_are_throttled_but_the_last_one_is_sent(clock: Clock) -> None:
    seen: list[Progress] = []
    job = Job("work", seen.append)
    for done in range(1, 1001):
        clock.now += 0.001
        job.progress(done, 1000)
    assert len(seen) <= 12
    assert seen[-1].done == 1000


def test_time_spent_paused_does_not_count(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job()
    job.pause()
    assert job.paused
    waiting = threading.Event()
    original = job._running.wait

    def wait(timeout: float | None = None) -> bool:
        clock.now += 1000
        waiting.set()
        return original(timeout)

    monkeypatch.setattr(job._running, "wait", wait)
    thread = threading.Thread(target=lambda: job.progress(1, 2))
    thread.start()
    assert waiting.wait(10)
    job.resume()
    thread.join(10)
    assert job.last is not None
    assert job.last.elapsed == 0.0


def test_cancel_stops_at_the_next_step_also_when_paused() -> None:
    job = Job("work")
    job.progress(1)
    job.pause()
    job.cancel()
    assert job.cancelled
    for step in (job.check, lambda: job.progress(2)):
        with pytest.raises(Cancelled):
            step()


def test_partial_results_are_handed_out() -> None:
    seen: list[object] = []
    Job(on_partial=seen.append).partial([1, 2])
    Job().partial("nobody listens")
    assert seen == [[1, 2]]


@pytest.mark.expects_errors
def test_failing_subscriber_hurts_no_other() -> None:
    bus = EventBus()
    seen: list[object] = []

    def broken(_: object) -> None:
        raise ValueError("no")

    bus.subscribe(broken)
    end = bus.subscribe(seen.append)
    bus.publish(PluginsChanged("a"))
    end()
    end()
    bus.publish(ItemsChanged())
    assert seen == [PluginsChanged("a")]
