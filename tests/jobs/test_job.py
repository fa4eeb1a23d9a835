"""Jobs: progress with ETA, throttling, pause and cancel; news to subscribers."""

from __future__ import annotations

import logging
import threading

import pytest

from avrec_desktop.api.errors import Cancelled
from avrec_desktop.jobs import Job, Progress
from avrec_desktop.jobs.events import BehaviourChanged, EventBus
from avrec_desktop.jobs.files import write_atomic


def test_progress_is_throttled_but_the_end_is_always_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("avrec_desktop.jobs.job.time.monotonic", lambda: clock[0])
    seen: list[Progress] = []
    job = Job("work", on_progress=seen.append)
    for n in range(1, 101):
        clock[0] += 0.01
        job.progress(n, 100, f"step {n}")
    assert 8 <= len(seen) <= 12
    assert (seen[-1].done, seen[-1].fraction, seen[-1].message) == (100, 1.0, "step 100")
    middle = seen[len(seen) // 2]
    assert middle.eta == pytest.approx((100 - middle.done) * 0.01, rel=0.01)


def test_cancel_raises_at_the_next_step() -> None:
    job = Job()
    job.progress(1, 3)
    job.cancel()
    assert job.cancelled
    with pytest.raises(Cancelled):
        job.progress(2, 3)


def test_pause_holds_the_work_until_it_is_resumed_or_cancelled() -> None:
    job = Job()
    job.pause()
    passed = threading.Event()

    def work() -> None:
        job.check()
        passed.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not passed.wait(0.1)
    job.resume()
    assert passed.wait(5)
    thread.join()
    job.pause()
    job.cancel()
    with pytest.raises(Cancelled):
        job.check()


@pytest.mark.expects_errors
def test_failing_subscriber_hurts_no_other(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()
    seen: list[object] = []

    def fail(_: object) -> None:
        raise ValueError("no")

    bus.subscribe(fail)
    end = bus.subscribe(seen.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(BehaviourChanged("me", 1))
    assert "a handler of BehaviourChanged failed" in caplog.text
    end()
    bus.publish(BehaviourChanged("me", 2))
    assert seen == [BehaviourChanged("me", 1)]


def test_atomic_write_keeps_the_old_content_when_it_fails(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "state.json"
    write_atomic(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("avrec_desktop.jobs.files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if "state" in p.name] == ["state.json"]
