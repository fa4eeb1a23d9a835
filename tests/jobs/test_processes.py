"""Compute processes: what they do when code fails, hangs, crashes, chatters, or their parent dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError
from avrec_desktop.jobs import ComputePool, ComputeProcess

LOAD = "avrec_desktop.plugin_host.child:load"


def plugin(folder: Path, name: str, code: str) -> dict[str, Any]:
    """Return load arguments of a plugin whose import runs ``code`` in the child."""
    (folder / f"{name}.py").write_text(code)
    entry = {"id": name.replace("_", "-"), "paths": [str(folder)], "module": name, "permissions": []}
    return {"plugins": [entry]}


def works(process: ComputeProcess) -> bool:
    """Whether the process answers."""
    return process.call(LOAD, {"plugins": []}, timeout=30) == {"plugins": {}}


def test_fault_of_ours_is_reported_with_its_traceback_and_the_process_goes_on() -> None:
    with ComputeProcess() as process:
        with pytest.raises(ComputeError, match="TypeError") as caught:
            process.call("avrec_desktop.jobs.child:resolve", {})
        assert "Traceback" in caught.value.details
        pid = process.pid
        assert works(process)
        assert process.pid == pid


def test_error_for_people_keeps_its_kind_and_fields() -> None:
    with ComputeProcess() as process, pytest.raises(AvrecError, match="not a function of this app"):
        process.call("os:system", {"command": "true"})


def test_crash_is_reported_and_the_process_replaced(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; print('last words', file=sys.stderr, flush=True); os.kill(os.getpid(), signal.SIGABRT)"
    )
    with ComputeProcess() as process:
        assert works(process)
        first = process.pid
        with pytest.raises(ComputeError, match=rf"crashed \(signal {int(signal.SIGABRT)}\)") as caught:
            process.call(LOAD, plugin(tmp_path, "crasher", code))
        assert "last words" in caught.value.details
        assert works(process)
        assert process.pid != first


def test_hang_is_ended_by_the_time_limit(tmp_path: Path) -> None:
    with ComputeProcess() as process:
        with pytest.raises(ComputeError, match="no answer within 1 s"):
            process.call(LOAD, plugin(tmp_path, "hanger", "while True: pass"), timeout=1.0)
        assert not process.alive
        assert works(process)


def test_cancel_ends_code_that_does_not_listen(tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    with ComputeProcess() as process:
        with pytest.raises(Cancelled):
            process.call(
                LOAD,
                plugin(tmp_path, "deaf", "while True: pass"),
                on_event=seen.append,
                should_stop=lambda: bool(seen),
                grace=0.2,
            )
        assert seen == [{"loading": "deaf"}]
        assert works(process)


def test_what_plugins_print_does_not_harm_the_messages(tmp_path: Path) -> None:
    code = "import os, sys\nprint('x' * 100000)\nos.write(1, b'\\x00\\xff' * 1000)\nsys.stdout.write('noise')"
    with ComputeProcess() as process:
        answer = process.call(LOAD, plugin(tmp_path, "chatty", code), timeout=30)
        assert answer["plugins"]["chatty"]["error"] is None


_BUSY = {
    "python": "while True: pass",
    "native code": "import ctypes; ctypes.CDLL(None).sleep(600)",
    "native code that keeps the interpreter": "import ctypes; ctypes.PyDLL(None).sleep(600)",
}


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
@pytest.mark.parametrize("how", _BUSY)
def test_no_orphan_when_the_parent_is_killed(tmp_path: Path, how: str) -> None:
    busy = plugin(tmp_path, "busy", _BUSY[how])
    code = (
        "import sys\nfrom avrec_desktop.jobs import ComputeProcess\np = ComputeProcess()\n"
        f"p.call({LOAD!r}, {{'plugins': []}})\nprint(p.pid, flush=True)\n"
        f"p.call({LOAD!r}, {busy!r}, on_event=lambda e: print('busy', flush=True))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert parent.stdout.readline() == "busy\n"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert alive == []


def test_pool_runs_side_by_side_survives_a_crash_and_ends_its_processes(tmp_path: Path) -> None:
    crash = plugin(tmp_path, "bang", "import os; os._exit(7)")
    with ComputePool(2) as pool:
        work = [pool.submit(LOAD, {"plugins": []}) for _ in range(4)]
        bad = pool.submit(LOAD, crash)
        work += [pool.submit(LOAD, {"plugins": []}) for _ in range(4)]
        assert all(f.result(timeout=30) == {"plugins": {}} for f in work)
        with pytest.raises(ComputeError, match="exit code 7"):
            bad.result(timeout=30)
        children = [psutil.Process(pid) for pid in pool.pids]
        assert 1 <= len(children) <= 2
    assert psutil.wait_procs(children, timeout=10)[1] == []


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="niceness of Unix")
def test_a_running_process_gets_nicer_and_is_replaced_where_it_may_not_get_less_nice() -> None:
    about = "avrec_desktop.jobs.selftest:about"
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with ComputeProcess(nice=own + 1) as process:
        first = process.call(about)
        assert first["niceness"] == own + 1
        process.nice = own + 3
        process.renice()
        second = process.call(about)
        assert (second["pid"], second["niceness"]) == (first["pid"], own + 3)
        process.nice = own + 2
        process.renice()
        assert process.call(about)["niceness"] == own + 2


def test_closing_twice_is_harmless() -> None:
    process = ComputeProcess()
    process.close()
    assert works(process)
    process.close()
    process.close()
    assert process.pid is None or not process.alive
