"""Training in a process: what is kept when it ends well, is cancelled, fails or is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from avrec_desktop.api.errors import Cancelled, LibraryError
from avrec_desktop.jobs import Job
from avrec_desktop.recommend.runs import KEPT_RUNS, RunStore
from avrec_desktop.recommend.service import EpochReport
from tests.recommend.small_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, 40)
    yield made
    made.close()


@pytest.fixture
def runs(world: World) -> RunStore:
    return RunStore(world.library.directory / "models", world.library.database)


def finished(runs: RunStore) -> str:
    run, folder = runs.begin("dot", "dot", "1")
    (folder / "model").mkdir()
    runs.finish("dot", run, {"epochs": 1})
    return run


def test_training_reports_epochs_serves_and_survives_a_restart(world: World) -> None:
    strings, drums = world.of_style("strings"), world.of_style("drums")
    world.behaviour.record_many("ann", [(i, "like", None, float(i)) for i in strings[:4]])
    world.behaviour.record_many("ann", [(i, "dislike", None, float(i)) for i in drums[:4]])
    reports: list[EpochReport] = []
    result = world.recommend.train("dot", "ann", Job(on_partial=reports.append))
    assert (result.model, result.items, result.interactions) == ("dot", 40, 8)
    assert "too little history" in result.metrics["note"]
    assert [r.epoch for r in reports] == list(range(1, result.epochs + 1))
    assert len(result.history["loss"]) == result.epochs
    panel = world.recommend.recommend("ann", 5)
    assert (panel.model, panel.run, panel.note) == ("dot", result.run, None)
    assert all(world.style(p.item) == "strings" for p in panel.picks[:2])
    assert set(panel.picks[0].because) <= set(strings[:4])
    again = world.open_recommend()
    try:
        assert again.recommend("ann", 5).run == result.run
    finally:
        again.close()
    _cancel_within_one_epoch(world, result.run)


def _cancel_within_one_epoch(world: World, good: str) -> None:
    """Cancel at the first epoch, in the same world: loading Keras once more takes seconds."""
    seen: list[EpochReport] = []

    def stop(report: EpochReport) -> None:
        seen.append(report)
        job.cancel()

    job = Job(on_partial=stop)
    with pytest.raises(Cancelled):
        world.recommend.train("dot", "ann", job)
    assert len(seen) <= 2
    assert world.recommend.recommend("ann", 5).run == good
    assert not list((world.library.directory / "models" / "dot").glob(".*"))


def test_a_run_of_an_app_that_died_is_cancelled_and_the_earlier_one_serves(world: World, runs: RunStore) -> None:
    good = finished(runs)
    dead, folder = runs.begin("dot", "dot", "1")
    (folder / "model").mkdir()
    (folder / "model" / "half.npz").write_bytes(b"PK")
    runs.close()  # as the system does with the locks of a process that dies
    world.open_recommend().close()
    current = runs.current("dot")
    assert current is not None
    assert current.id == good
    assert not folder.exists()
    with world.library.database.read() as db:
        state = db.execute("SELECT state, reason FROM runs WHERE id = ?", (dead,)).fetchone()
    assert tuple(state) == ("cancelled", "the app ended during the run")


def test_a_run_of_another_living_process_is_left_alone(world: World, runs: RunStore) -> None:
    run, folder = runs.begin("dot", "dot", "1")
    other = RunStore(runs.root, world.library.database)
    other.recover()
    assert folder.is_dir()
    (folder / "model").mkdir()
    runs.finish("dot", run, {})
    current = other.current("dot")
    assert current is not None
    assert current.id == run


def test_a_model_that_cannot_be_stored_leaves_the_earlier_one(runs: RunStore) -> None:
    good = finished(runs)
    run, folder = runs.begin("dot", "dot", "1")
    (folder / "model").mkdir()
    (runs.root / "dot" / run).write_bytes(b"")  # something stands where the run has to go
    with pytest.raises(LibraryError, match="cannot be stored"):
        runs.finish("dot", run, {})
    runs.abandon("dot", run, "failed", "disk full")
    current = runs.current("dot")
    assert current is not None
    assert current.id == good


def test_only_the_last_runs_are_kept(runs: RunStore) -> None:
    made = [finished(runs) for _ in range(KEPT_RUNS + 2)]
    left = {p.name for p in (runs.root / "dot").iterdir()}
    assert left == set(made[-KEPT_RUNS:])


def test_a_run_whose_files_are_gone_gives_way_to_the_one_before(runs: RunStore) -> None:
    first, second = finished(runs), finished(runs)
    (runs.root / "dot" / second / "run.json").unlink()
    current = runs.current("dot")
    assert current is not None
    assert current.id == first
