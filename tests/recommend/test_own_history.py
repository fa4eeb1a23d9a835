"""Models measured on the own history: order of time, ties, what is kept, who fails, third parties."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.errors import Cancelled, InputError, ModelError
from avrec_desktop.api.recommend import Interactions, TrainingData
from avrec_desktop.api.testing.data import make_training_data
from avrec_desktop.jobs import Job
from avrec_desktop.recommend.evaluation.statistics import sign_flip
from avrec_desktop.recommend.insights import Report
from avrec_desktop.recommend.prequential import Places, cut_newest
from tests.recommend.small_world import DAY, World

HERE = Path(__file__).parent
T0 = 1_700_000_000.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def live(world: World, likes: int = 16) -> None:
    """Like one style after the other's dislike, a day apart."""
    rows = [(i, "like", None, T0 + n * DAY) for n, i in enumerate(world.of_style("strings")[:likes])]
    rows += [(i, "dislike", None, T0 + n * DAY + 60) for n, i in enumerate(world.of_style("noise")[:4])]
    world.behaviour.record_many("ann", rows)


def table(rows: list[tuple[int, int, float, float]]) -> Interactions:
    u, i, v, t = (np.array(c) for c in zip(*rows, strict=True))
    return Interactions(u.astype(np.int32), i.astype(np.int32), v.astype(np.float32), t.astype(np.float64))


def test_nothing_from_after_the_cut_is_learned_from_and_the_history_grows_like_by_like() -> None:
    own = [(0, i, 1.0, 100.0 + i) for i in range(20)] + [(0, 40, -1.0, 117.5)]
    others = [(1, 50, 1.0, 110.0), (1, 51, 1.0, 118.0), (2, 52, 1.0, 0.0)]
    base = make_training_data(3, 60)
    data = TrainingData(base.items, table([*own, *others]), ("me", "a", "b"), (0,))
    cut = cut_newest(data, 0)
    assert cut is not None
    assert cut.likes.tolist() == [15, 16, 17, 18, 19]
    assert sorted(cut.data.interactions.items.tolist()) == [*range(15), 50, 52]
    sizes = [len(h) for h in cut.histories()]
    assert sizes == [15, 16, 17, 19, 20]
    assert [h.now for h in cut.histories()] == [115.0, 116.0, 117.0, 118.0, 119.0]


def test_too_few_likes_cannot_be_cut() -> None:
    base = make_training_data(3, 60)
    data = TrainingData(base.items, table([(0, i, 1.0, float(i)) for i in range(9)]), ("me",), (0,))
    assert cut_newest(data, 0) is None


def test_ties_share_their_places() -> None:
    found = Places(np.array([0, 9, 12, 0]), np.array([1, 2, 3, 100]), np.full(4, 100), np.zeros((4, 20), np.int64))
    assert found.hit(10).tolist() == pytest.approx([1.0, 0.5, 0.0, 0.1])
    everything = (1 / np.log2(np.arange(2, 12))).sum() / 100
    assert found.gain(10).tolist() == pytest.approx([1.0, 0.5 / np.log2(11), 0.0, everything])
    assert found.area().tolist() == pytest.approx([1.0, (100 - 11 + 0.5) / 99, (100 - 15 + 1) / 99, 0.5])
    assert found.reciprocal()[0] == 1.0


def test_a_handful_of_lucky_hits_proves_nothing() -> None:
    lucky = np.array([0.6, 0.5, -0.02, -0.02, -0.02])
    assert sign_flip(lucky) == pytest.approx(8 / 32)
    assert sign_flip(np.full(5, 0.3)) == pytest.approx(1 / 32)
    assert sign_flip(np.zeros(0)) == 1.0
    rng = np.random.default_rng(3)
    assert sign_flip(rng.normal(0, 1, 60)) > 0.05
    assert sign_flip(rng.normal(1, 1, 60)) < 0.001


def test_a_model_is_measured_beside_the_baselines_and_the_result_is_kept(world: World) -> None:
    live(world)
    report = world.recommend.insights.evaluate("ann", Job(), ["content-knn"])
    assert {m.id for m in report.models} == {"content-knn", "popularity", "random", "item-knn"}
    assert (report.likes, report.held_out) == (16, 5)
    best = report.models[0]
    assert (best.id, best.error, best.beats_popularity) == ("content-knn", None, True)
    hits = best.figures["hr@10"]
    assert hits.mean > 0.7
    assert 0 <= hits.low <= hits.mean <= hits.high <= 1
    assert best.faithful["cases"] > 0
    popular = report.model("popularity")
    assert popular is not None
    assert popular.beats_popularity is None
    dull = report.model("random")
    assert dull is not None
    assert not dull.beats_popularity
    assert 0 < best.beyond["coverage@10"] < 1
    assert best.beyond["miscalibration@10"] < dull.beyond["miscalibration@10"]
    assert world.recommend.insights.last("ann") == report
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    assert world.recommend.insights.last("bob") is None


def test_a_damaged_result_is_no_result(world: World) -> None:
    folder = world.library.directory / "insights"
    folder.mkdir()
    number = world.behaviour.ensure_profile("ann")
    for text in ("{", '{"format": 99}', "[]", '{"format": 1}'):
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
        assert world.recommend.insights.last("ann") is None


def test_too_little_history_says_what_is_missing(world: World) -> None:
    live(world, likes=4)
    assert world.recommend.insights.missing("ann") == 6
    with pytest.raises(ModelError, match="there are 4 likes"):
        world.recommend.insights.evaluate("ann", Job())


def test_an_unknown_model_is_named(world: World) -> None:
    live(world)
    with pytest.raises(InputError, match="nonsense"):
        world.recommend.insights.evaluate("ann", Job(), ["nonsense"])


def test_a_cancelled_measurement_keeps_the_result_of_before(world: World) -> None:
    live(world)
    before = world.recommend.insights.evaluate("ann", Job(), ["random"])
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        world.recommend.insights.evaluate("ann", job, ["random"])
    assert world.recommend.insights.last("ann") == before


def test_a_third_partys_model_is_in_the_leaderboard_once_installed_and_trained(world: World) -> None:
    live(world)
    world.plugins.install(str(HERE.parent / "plugins" / "fickle"), Job())
    model = next(i for i in world.plugins.recommenders() if i.id == "fickle")
    before = world.recommend.insights.evaluate("ann", Job())
    assert model.id not in {m.id for m in before.models}
    assert model.name in before.untrained
    world.recommend.train(model.id, "ann", Job())
    after = world.recommend.insights.evaluate("ann", Job())
    third = after.model(model.id)
    assert third is not None
    assert third.error is None
    assert third.plugin == "fickle"
    assert third.beats_popularity
    assert third.gain is not None
