"""Analysis by a cluster of two workers, one killed half-way. In a process of its own, since threads of dask stay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from avrec_desktop.api.errors import ComputeError
from avrec_desktop.jobs.job import Job

ROOT = Path(__file__).parents[2]
FILES = 24

_SCRIPT = """
import json, os, signal, sys
from pathlib import Path

def main():
    import distributed
    from avrec_desktop.jobs.job import Job
    from tests.features.conftest import close_rig, open_rig

    rig = open_rig(Path(sys.argv[1]))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1",
        local_directory=sys.argv[2],
    ) as workers:
        killed = []

        def half_way(progress):
            if progress.done >= 12 and not killed:
                killed.append(next(iter(workers.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        result = rig.features.extract(cluster=workers.scheduler_address, job=Job(on_progress=half_way))
        print(json.dumps({
            "done": result.done, "skipped": result.skipped, "killed": killed,
            "failed": [[Path(f.path).name, f.extractor, f.reason] for f in result.failed],
        }))
    close_rig(rig)

if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_a_worker_is_killed_half_way_and_nothing_is_lost(rig, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="dask.distributed is not installed")
    ids = rig.add(*(f"tone{i:02}.wav" for i in range(FILES)), "crash.wav")
    script = tmp_path / "cluster_run.py"
    script.write_text(_SCRIPT)
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    finished = subprocess.run(
        [sys.executable, str(script), str(tmp_path), str(tmp_path / "dask")],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])),
    )
    assert finished.returncode == 0, finished.stderr[-4000:]
    answer = json.loads(finished.stdout.strip().splitlines()[-1])
    assert len(answer["killed"]) == 1
    assert (answer["skipped"], answer["done"]) == (0, 3 * (FILES + 1) - 1)
    # the file whose decoder crashes costs a compute process beside a worker, and no worker
    (failure,) = answer["failed"]
    assert failure[:2] == ["crash.wav", "probe-trouble"]
    assert "crashed" in failure[2]
    for name in ("probe-sound", "probe-words"):
        vectors = rig.features.vectors(name)
        assert vectors.ids.tolist() == sorted(ids)
        np.testing.assert_allclose(np.linalg.norm(vectors.matrix, axis=1), 1.0, rtol=1e-5)
    assert rig.features.pending() == {"probe-sound": 0, "probe-words": 0, "probe-trouble": 0}
    assert {p.pid for p in psutil.Process().children(recursive=True)} == before


def test_without_the_library_it_says_what_to_install(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add("one.wav")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ComputeError, match=r"dask\.distributed is not installed") as caught:
        rig.features.extract(["probe-sound"], cluster="tcp://127.0.0.1:1", job=Job())
    assert "extra" in (caught.value.hint or "")
    assert rig.features.pending()["probe-sound"] == 1
