"""A new run serves only when it is at least as good on what neither it nor the serving one has seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from avrec_desktop.api.recommend import History, Interactions, ItemFeatures, Recommender, TrainingData
from avrec_desktop.api.testing.data import make_training_data
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import ModelChanged
from avrec_desktop.recommend.measure import Held, keep_new, log_rank_gains, split_last
from avrec_desktop.recommend.runs import RunStore
from avrec_desktop.recommend.training import TrainResult
from tests.recommend.small_world import DAY, World

T0 = 1_700_000_000.0


class Fixed(Recommender):
    """Scores as told."""

    id = "fixed"

    def __init__(self, scores: list[float]) -> None:
        super().__init__()
        self.scores = np.array(scores, np.float32)
        self.seen: list[int] = []

    def fit(self, data: TrainingData, run: Any) -> None: ...

    def bind(self, items: ItemFeatures) -> None: ...

    def score(self, history: History) -> Any:
        self.seen.append(len(history))
        return self.scores

    def save(self, directory: Path) -> None: ...

    @classmethod
    def load(cls, directory: Path, config: Any = None) -> Any: ...


def held() -> Held:
    base = make_training_data(2, 8)
    rows = np.arange(6)
    table = Interactions(
        np.zeros(6, np.int32), rows.astype(np.int32), np.array([1, 1, 1, -1, 1, 1], np.float32), 10.0 * (1 + rows)
    )
    return split_last(TrainingData(base.items, table, ("me",), (0,)), 0, share=0.5)


def test_gains_are_of_likes_only_with_a_growing_history() -> None:
    model = Fixed([0, 0, 0, 9, 5, np.nan, 7, 1])
    gains = log_rank_gains(model, held())
    assert model.seen == [4, 5]
    # item 4 has 6 above it; item 5 has no score
    assert gains.tolist() == pytest.approx([1 / np.log2(3), 0.0])


def test_what_the_serving_run_saw_is_no_test_for_it() -> None:
    later = held().after(45.0)
    assert later.items.tolist() == [4, 5]
    assert later.history.items.tolist() == [0, 1, 2, 3]


def test_equal_is_good_enough_and_worse_is_not() -> None:
    assert keep_new(0.5, 0.5)
    assert keep_new(0.6, 0.5)
    assert not keep_new(0.4, 0.5)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, 80)
    yield made
    made.close()


def backdate(world: World, result: TrainResult, until: float) -> None:
    """Have a run look as if it had been trained when the history so far ended."""
    with world.library.database.write() as db:
        row = db.execute("SELECT summary FROM runs WHERE id = ?", (result.run,)).fetchone()
        summary = json.loads(row["summary"]) | {"until": until}
        db.execute("UPDATE runs SET summary = ? WHERE id = ?", (json.dumps(summary), result.run))


def like_daily(world: World, items: list[int], day: int) -> None:
    world.behaviour.record_many("ann", [(i, "like", None, T0 + (day + n) * DAY) for n, i in enumerate(items)])


@pytest.mark.parametrize(("model", "promoted"), [("content-knn", True), ("fickle", False)])
def test_the_old_run_serves_until_the_new_one_is_as_good(world: World, model: str, promoted: bool) -> None:
    world.plugins.install(str(Path(__file__).parent.parent / "plugins" / "fickle"), Job())
    strings = world.of_style("strings")
    like_daily(world, strings[:18], 0)
    old = world.recommend.train(model, "ann", Job())
    assert (old.promoted, old.comparison) == (True, {})
    backdate(world, old, T0 + 17.5 * DAY)
    like_daily(world, [*world.of_style("drums")[:4], *strings[18:20]], 18)
    changes: list[object] = []
    world.bus.subscribe(changes.append)
    new = world.recommend.train(model, "ann", Job())
    assert new.comparison["likes"] == 5  # a fifth of the 24 is held out; all of it came after the old run
    assert new.promoted is promoted
    assert (new.comparison["new"] >= new.comparison["old"]) is promoted
    panel = world.recommend.recommend("ann", 6, model)
    assert panel.run == (new.run if promoted else old.run)
    assert any(isinstance(change, ModelChanged) for change in changes) is promoted


def test_without_new_likes_there_is_nothing_to_compare_by(world: World) -> None:
    like_daily(world, world.of_style("strings")[:20], 0)
    like_daily(world, world.of_style("drums")[:4], 20)
    world.recommend.train("content-knn", "ann", Job())
    again = world.recommend.train("content-knn", "ann", Job())
    assert (again.promoted, again.comparison) == (True, {})


def test_a_run_that_is_not_promoted_stays_behind_the_serving_one(world: World) -> None:
    runs = RunStore(world.library.directory / "models", world.library.database)

    def finished(*, promote: bool) -> str:
        run, folder = runs.begin("dot", "dot", "1")
        (folder / "model").mkdir()
        runs.finish("dot", run, {"epochs": 1}, promote=promote)
        return run

    good = finished(promote=True)
    for _ in range(5):
        finished(promote=False)
    serving = runs.current("dot")
    assert serving is not None
    assert serving.id == good
    better = finished(promote=True)
    serving = runs.current("dot")
    assert serving is not None
    assert serving.id == better
    runs.close()


def test_training_by_itself_is_due_after_enough_acts_whether_or_not_the_run_serves(world: World) -> None:
    world.recommend.choose("content-knn")
    assert not world.recommend.retraining_due("ann", fresh=True), "there is nothing to learn"
    like_daily(world, world.of_style("strings")[:4], 0)
    assert not world.recommend.retraining_due("ann")
    assert world.recommend.retraining_due("ann", fresh=True)
    event = world.behaviour.rate("ann", world.of_style("strings")[4], "like")
    assert world.recommend.retraining_due("ann")
    world.recommend.train(None, "ann", Job())
    assert not world.recommend.retraining_due("ann")
    world.behaviour.undo(event.id)
    assert not world.recommend.retraining_due("ann")
    like_daily(world, world.of_style("drums")[:6], 10)
    assert world.recommend.retraining_due("ann")
