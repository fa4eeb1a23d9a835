"""Compute processes: answers, errors, crashes, time limits, cancelling, and that nothing is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError, MediaError
from avrec_desktop.jobs import ComputeProcess, wire

SELFTEST = "avrec_desktop.jobs.selftest:"
ROOT = Path(__file__).resolve().parents[2]
#: Seconds within which something must have happened on a busy machine.
SOON = 20.0


def test_values_arrays_and_events_come_back(process: ComputeProcess) -> None:
    sent = {"a": [1, 2.5, None, True, "ü\udcff"], "x": np.arange(6, dtype=np.float32).reshape(2, 3), "b": b"\x00\xff"}
    big = np.random.default_rng(0).standard_normal((4000, 1000)).astype(np.float32)  # 16 MB: more than any pipe holds
    events: list[dict[str, Any]] = []
    back = process.call(SELFTEST + "echo", {**sent, "big": big, "events": [{"n": 1}, {"n": 2}]}, on_event=events.append)
    assert (back["a"], back["b"]) == (sent["a"], sent["b"])
    assert np.array_equal(back["x"], sent["x"])
    assert back["x"].dtype == np.float32
    assert np.array_equal(back["big"], big)
    assert events == [{"n": 1}, {"n": 2}]


def test_errors_and_faults_are_told_apart_and_the_process_goes_on(process: ComputeProcess) -> None:
    before = process.pid
    with pytest.raises(MediaError) as caught:
        process.call(SELFTEST + "fail", {"how": "error", "path": "a/\udcff.mp3"})
    error = caught.value
    assert (error.message, error.hint, error.plugin) == ("the file is cut off", "Copy it again.", "some-plugin")
    assert error.path == "a/?.mp3"
    for how, message, details in (
        ("fault", "RuntimeError: a fault of the program", "in fail"),
        ("memory", "out of memory", ""),
        ("unsendable", "object cannot be sent", ""),
    ):
        with pytest.raises(ComputeError, match=message) as fault:
            process.call(SELFTEST + "fail", {"how": how})
        assert details in fault.value.details
    assert process.call(SELFTEST + "about")["pid"] == before


def test_only_functions_of_the_app_are_served(process: ComputeProcess) -> None:
    for target in ("os:system", "avrec_desktop_evil:run", "avrec.x:y"):
        with pytest.raises(AvrecError, match="not a function of this app"):
            process.call(target)


@pytest.mark.parametrize(
    ("args", "how"), [({"signal": int(signal.SIGSEGV)}, f"signal {int(signal.SIGSEGV)}"), ({"code": 3}, "exit code 3")]
)
def test_crash_is_reported_with_the_last_words_and_the_process_replaced(
    process: ComputeProcess, args: dict[str, int], how: str
) -> None:
    before = process.pid
    assert before is not None
    with pytest.raises(ComputeError, match=how) as caught:
        process.call(SELFTEST + "die", args)
    assert "last words" in caught.value.details
    assert not psutil.pid_exists(before)
    assert process.call(SELFTEST + "about")["pid"] != before


def test_time_limit_kills(process: ComputeProcess) -> None:
    pid = process.pid
    assert pid is not None
    with pytest.raises(ComputeError, match="no answer within"):
        process.call(SELFTEST + "wait", {"deaf": True}, timeout=0.2)
    assert not psutil.pid_exists(pid)


def test_cancel_is_cooperative_first_and_forced_later(process: ComputeProcess) -> None:
    pid, begun = process.pid, threading.Event()
    watch: dict[str, Any] = {"on_event": lambda _: begun.set(), "should_stop": begun.is_set}
    with pytest.raises(Cancelled):
        process.call(SELFTEST + "wait", grace=SOON, **watch)
    assert process.call(SELFTEST + "about")["pid"] == pid, "a call that stops when asked costs no process"
    begun.clear()
    with pytest.raises(Cancelled):
        process.call(SELFTEST + "wait", {"deaf": True}, grace=0.1, **watch)
    assert not process.alive


def test_event_handler_that_raises_ends_the_work(process: ComputeProcess) -> None:
    pid = process.pid

    def cancel(_: dict[str, Any]) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        process.call(SELFTEST + "wait", on_event=cancel)
    # the same process answers: the endless call was told to stop
    assert process.call(SELFTEST + "about", timeout=SOON)["pid"] == pid


def test_what_plugins_print_does_not_enter_the_messages(process: ComputeProcess) -> None:
    # more than a pipe holds, from Python and from C
    assert process.call(SELFTEST + "chatter", {"lines": 3000}, timeout=SOON) == 3000 * 71
    assert process.call(SELFTEST + "echo", {"a": 1})["a"] == 1


def test_native_threads_and_niceness_are_set() -> None:
    with ComputeProcess(threads=3, nice=5) as process:
        found = process.call(SELFTEST + "about")
    assert found["threads"] == "3"
    if os.name == "posix":
        assert found["niceness"] >= 5


def test_new_process_is_prepared_and_a_replaced_one_again() -> None:
    prepared: list[int] = []

    def prepare(process: ComputeProcess) -> None:
        prepared.append(process.call(SELFTEST + "about")["pid"])

    with ComputeProcess(on_start=prepare) as process:
        first = process.call(SELFTEST + "about")["pid"]
        process.call(SELFTEST + "echo")
        assert prepared == [first]
        with pytest.raises(ComputeError):
            process.call(SELFTEST + "die")
        second = process.call(SELFTEST + "about")["pid"]
    assert prepared == [first, second]


def test_failed_preparation_fails_the_call_and_is_tried_again() -> None:
    fails = [True]

    def prepare(process: ComputeProcess) -> None:
        if fails.pop():
            process.call(SELFTEST + "fail", {"how": "error"})

    with ComputeProcess(on_start=prepare) as process:
        with pytest.raises(MediaError):
            process.call(SELFTEST + "about")
        fails.append(False)
        process.call(SELFTEST + "about")
    assert fails == []


def test_ended_process_starts_no_more() -> None:
    process = ComputeProcess()
    process.end()
    with pytest.raises(ComputeError, match="was ended"):
        process.call(SELFTEST + "echo")
    assert not process.alive


def test_close_frees_files_and_threads() -> None:
    def use() -> tuple[int, int]:
        with ComputeProcess() as process:
            process.call(SELFTEST + "echo")
        me = psutil.Process()
        return threading.active_count(), me.num_fds() if os.name == "posix" else me.num_handles()

    first = use()
    assert use() == first


PARENT = f"""
from avrec_desktop.jobs import ComputeProcess
ComputeProcess().call("{SELFTEST}wait", {{"deaf": True}}, on_event=lambda e: print(e["pid"], flush=True))
"""


def test_killed_app_leaves_no_orphan() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env=env) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=SOON)
    assert not child.is_running()


def test_answer_that_is_too_long_is_refused_at_once(process: ComputeProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_MESSAGE", 100)  # in this process only: the child sends what is refused here
    with pytest.raises(ComputeError, match="damaged message"):
        process.call(SELFTEST + "fail", {"how": "fault"}, timeout=SOON)
