"""A run that is killed with everything around it goes on where it stopped; files that bring processes down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.features import task
from avrec_desktop.features.policy import AnalysisSettings, Policy
from avrec_desktop.jobs.job import Job, Progress

ROOT = str(Path(__file__).parents[2])
HONEST = ["probe-sound", "probe-words"]

_RUN = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.features.conftest import open_rig
from avrec_desktop.jobs.job import Job
rig = open_rig(Path(sys.argv[1]))
def say(progress):
    working = rig.features.activity.working if rig.features.activity else ()
    print(progress.done, *(w.name for w in working if w.name), flush=True)
rig.features.extract(["probe-sound", "probe-words"], workers=2, job=Job(on_progress=say))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_the_whole_group_killed_in_the_middle_goes_on_where_it_stopped(rig, tmp_path: Path) -> None:
    ids = rig.add(*(f"tone{i:02}.wav" for i in range(30)))
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([ROOT, os.environ.get("PYTHONPATH", "")])),
    )
    children: dict[int, psutil.Process] = {}
    reported = 0
    with process:
        for line in process.stdout:
            reported, *pids = (int(word) for word in line.split())
            children |= {pid: psutil.Process(pid) for pid in pids if pid not in children and psutil.pid_exists(pid)}
            if reported >= 36 and children:  # all words and some sound
                os.killpg(process.pid, signal.SIGKILL)
                break
    assert 36 <= reported < 60
    _, alive = psutil.wait_procs(list(children.values()), timeout=10)
    assert alive == []

    stored = {name: len(rig.features.vectors(name)) for name in HONEST}
    assert stored["probe-words"] == 30
    assert reported - 30 <= stored["probe-sound"] < 30
    kept = rig.features.vectors("probe-sound")
    before = dict(zip(kept.ids.tolist(), kept.matrix.copy(), strict=True))
    result = rig.features.extract(HONEST, job=Job())
    assert (result.done, result.failed) == (30 - len(before), [])
    after = rig.features.vectors("probe-sound")
    assert after.ids.tolist() == sorted(ids)
    for item, vector in zip(after.ids.tolist(), after.matrix, strict=True):
        np.testing.assert_array_equal(vector, before.get(item, vector))
    assert rig.features.pending()["probe-sound"] == 0


@pytest.mark.parametrize(("name", "reason"), [("segfault.wav", "crashed (signal 11)"), ("sleep.wav", "did not end")])
def test_native_code_that_dies_or_hangs_takes_its_process_only_and_is_not_tried_again(
    rig, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    monkeypatch.setattr(task, "EXTRACT_LIMIT", (2.0, 0.0))
    bad, *good = rig.add(name, *(f"fine{i}.wav" for i in range(4)))
    result = rig.features.extract(workers=1, job=Job())
    (failure,) = result.failed
    assert failure.extractor == "probe-trouble"
    assert reason in failure.reason
    assert result.done == 3 * 5 - 1
    assert [rig.state(i, "probe-trouble") for i in good] == [("done", None)] * 4
    assert rig.state(bad, "probe-trouble")[0] == "failed"
    # it is not tried again by itself, whatever is analysed later
    rig.add("later.wav")
    again = rig.features.extract(job=Job())
    assert (again.done, again.failed) == (3, [])


def test_only_what_a_new_version_needs_is_analysed_again(rig) -> None:
    ids = rig.add("one.wav", "two.wav")
    rig.features.extract(HONEST, job=Job())
    newer = [replace(e, version=2) if e.id == "probe-sound" else e for e in rig.plugins.extractors()]
    rig.plugins.extractors = lambda: newer
    assert rig.features.pending()["probe-sound"] == 2
    assert rig.features.pending()["probe-words"] == 0
    result = rig.features.extract(HONEST, job=Job())
    assert result.done == 2
    with rig.library.database.read() as db:
        rows = db.execute("SELECT extractor, version, count(*) FROM extractions GROUP BY 1, 2 ORDER BY 1, 2").fetchall()
    assert [tuple(r) for r in rows] == [("probe-sound", 1, 2), ("probe-sound", 2, 2), ("probe-words", 1, 2)]
    assert rig.features.vectors("probe-sound").ids.tolist() == sorted(ids)


@pytest.mark.expects_errors
def test_done_is_said_only_of_vectors_that_can_be_read_back(rig, tmp_path: Path) -> None:
    ids = rig.add("one.wav", "two.wav", "three.wav")
    rig.features.extract(["probe-sound"], job=Job())
    (matrix,) = (tmp_path / "library" / "vectors").glob("probe-sound-*/items-*.f32")
    size = matrix.stat().st_size
    data = bytearray(matrix.read_bytes())
    data[size // 3 : 2 * size // 3] = bytes(size // 3)  # the second row is zeroed on the disk
    matrix.write_bytes(data)
    rig.add("four.wav")
    with pytest.raises(LibraryError, match="1 vectors that were stored cannot be read back"):
        rig.features.extract(["probe-sound"], job=Job())
    assert rig.features.pending()["probe-sound"] == 1
    assert rig.features.extract(["probe-sound"], job=Job()).done == 1
    assert len(rig.features.vectors("probe-sound")) == len(ids) + 1


def test_a_run_waits_on_battery_says_so_and_follows_the_settings(rig) -> None:
    rig.add(*(f"tone{i:02}.wav" for i in range(24)))
    discharging = [True]
    policy = rig.features.policy = Policy(AnalysisSettings("full"), battery=lambda: discharging[0])
    seen: list[tuple[str, str | None]] = []

    def watch(progress: Progress) -> None:
        activity = rig.features.activity
        if activity is None:
            return
        seen.append((activity.budget, activity.wait_for))
        if activity.wait_for == "battery":
            assert progress.values["waits_for_battery"] == 1.0
            assert progress.done == 0
            policy.go_on_anyway()
        if progress.done >= 2:
            policy.settings = AnalysisSettings("gentle")

    result = rig.features.extract(["probe-sound"], job=Job(on_progress=watch))
    assert result.done == 24
    assert ("full", "battery") in seen
    assert ("full", None) in seen
    assert ("gentle", None) in seen
    assert rig.features.activity is None


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="niceness of Unix")
def test_processes_get_nicer_in_a_run_and_never_work_side_by_side_gently(rig) -> None:
    rig.add(*(f"tone{i:02}.wav" for i in range(24)), seconds=35.0)
    rig.features.policy = Policy(AnalysisSettings("full"), battery=lambda: False)
    after: list[tuple[int, ...]] = []

    def watch(progress: Progress) -> None:
        activity = rig.features.activity
        if activity is not None and progress.done >= 4:
            rig.features.policy.settings = AnalysisSettings("gentle")
        if activity is not None and progress.done >= 8:
            working = [int(w.name) for w in activity.working if w.path]
            after.append(tuple(os.getpriority(os.PRIO_PROCESS, pid) for pid in working if psutil.pid_exists(pid)))

    rig.features.extract(["probe-sound"], job=Job(on_progress=watch))
    assert after
    assert {nice for each in after for nice in each} == {19}
    assert max(len(each) for each in after) == 1
