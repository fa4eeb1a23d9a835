"""The base model: its arithmetic, the contract, and that it serves a lone user and a crowd."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api import History, Interactions
from avrec_desktop.api.testing import (
    RecommenderConformance,
    RecordingRun,
    history_of,
    make_era_data,
    make_training_data,
)
from avrec_desktop.api.testing.data import likes
from avrec_dot import Dot, DotConfig, avrec_recommenders
from avrec_dot.foldin import FoldIn, Strength
from avrec_dot.network import preference

QUICK = DotConfig(epochs=2, embedding_size=8, batch_size=256)


class TestDotConformance(RecommenderConformance):
    model = Dot
    config = QUICK


class TestDotWithoutCrowdConformance(RecommenderConformance):
    model = Dot
    config = DotConfig(epochs=2, min_users=1000)


def test_the_plugin_registers_the_model() -> None:
    assert avrec_recommenders() == [Dot]


@pytest.mark.parametrize(("weights", "expected"), [(None, 0.56), ([0.8, 0.2, 0.0], 0.40)])
def test_score_by_hand(weights: list[float] | None, expected: float) -> None:
    import keras

    def tensor(values: list[float]) -> object:
        return keras.ops.convert_to_tensor(np.array([values], np.float32))

    interest, content = tensor([0.8, 0.2, 0.1]), tensor([0.6, 0.4, 0.0])
    rating = preference(interest, content, None if weights is None else tensor(weights))
    assert float(keras.ops.convert_to_numpy(rating)[0, 0]) == pytest.approx(expected, abs=1e-6)


def test_network_is_a_product_and_a_sigmoid() -> None:
    data = make_training_data()
    model = Dot(QUICK)
    model.fit(data, RecordingRun(1))
    network = model.network
    assert type(network.get_layer("preference")).__name__ == "Dot"
    like = network.get_layer("like")
    assert like.units == 1 and like.activation.__name__ == "sigmoid"
    assert network.loss == "binary_crossentropy" and type(network.optimizer).__name__ == "Adam"


def test_loss_falls_and_taste_is_found() -> None:
    data = make_training_data(40, likes=10)
    run = RecordingRun(1)
    model = Dot(DotConfig(epochs=8, embedding_size=8, batch_size=128))
    model.fit(data, run)
    losses = [m["loss"] for _, _, m in run.epochs]
    assert losses[-1] < losses[0]
    scores = model.score(history_of(data, 2))
    mine = np.arange(60) % 4 == 2
    assert scores[mine].min() > np.median(scores[~mine])


def test_without_content_it_factorises_the_behaviour() -> None:
    data = make_training_data(80, likes=10, content=False)
    model = Dot(DotConfig(epochs=20, embedding_size=8, batch_size=256, learning_rate=0.02))
    model.fit(data, RecordingRun(1))
    scores = model.score(likes([0, 4, 8]))
    mine = np.arange(60) % 4 == 0
    assert scores[mine].mean() > scores[~mine].mean()


def test_a_lone_like_ranks_by_likeness() -> None:
    data = make_training_data(1, likes=1, dislikes=0)
    model = Dot(QUICK)
    model.fit(data, RecordingRun(1))
    liked = int(data.interactions.items[0])
    scores = model.score(history_of(data, 0))
    likeness = data.items.content @ data.items.content[liked]
    assert np.corrcoef(scores, likeness)[0, 1] > 0.97


def test_fold_in_solves_its_problem_and_shares_are_exact() -> None:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((50, 6)).astype(np.float32)
    rows, values = np.array([3, 9, 11]), np.array([1.0, 0.5, -1.0], np.float32)
    strength = Strength(catalogue=2.0, dislike=0.4, reg=0.7, fade=0.9)
    fold = FoldIn(features)
    scores = fold.features @ fold.interest(rows, values, strength)
    a = features[rows].astype(float)
    w = np.array([1.0 * 0.81, 0.5 * 0.9, 0.4])
    left = a.T @ (w[:, None] * a) + 2.0 * 0.5 * (features.T @ features) / 50 + 0.7 * np.eye(6)
    expected = features @ np.linalg.solve(left, a.T @ (w * np.sign(values)))
    assert np.allclose(scores, expected, atol=1e-4)
    assert fold.shares(20, rows, values, strength).sum() == pytest.approx(expected[20], abs=1e-5)


def test_tags_and_modalities_are_named() -> None:
    data = make_training_data()
    model = Dot(QUICK)
    model.fit(data, RecordingRun(1))
    found = model.explain(likes([0, 4, 8]), 12)
    assert found is not None
    assert next(p.key for p in found.parts if p.kind == "tag") == "style-0"
    assert {p.key for p in found.parts if p.kind == "modality"} == {"audio", "text"}


def test_saved_model_serves_without_tensorflow(tmp_path: Path) -> None:
    data = make_training_data()
    model = Dot(QUICK)
    model.fit(data, RecordingRun(1))
    model.save(tmp_path)
    np.save(tmp_path / "expected.npy", model.score(history_of(data, 0)))
    code = (
        "import sys, numpy as np, pathlib\n"
        "from avrec_dot import Dot\n"
        "from avrec_desktop.api.testing import history_of, make_training_data\n"
        "data = make_training_data(); where = pathlib.Path(sys.argv[1])\n"
        "model = Dot.load(where); model.bind(data.items)\n"
        "assert np.allclose(model.score(history_of(data, 0)), np.load(where / 'expected.npy'), atol=1e-5)\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": ":".join(p for p in sys.path if p)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_last_value_of_an_item_counts() -> None:
    data = make_training_data()
    model = Dot(QUICK)
    model.fit(data, RecordingRun(1))
    twice = History(np.array([0, 4, 0]), np.array([-1, 1, 1], np.float32), np.zeros(3))
    once = History(np.array([4, 0]), np.array([1, 1], np.float32), np.zeros(2))
    assert np.allclose(model.score(twice), model.score(once), atol=1e-6)


def test_items_that_nobody_liked_are_known_by_content_alone() -> None:
    data = make_training_data()
    table = data.interactions
    met = np.bincount(table.items[table.values > 0], minlength=data.n_items) > 0
    left_out = int(np.flatnonzero(met)[0])
    kept = table.items != left_out
    rows = Interactions(table.users[kept], table.items[kept], table.values[kept], table.times[kept])
    model = Dot(QUICK)
    model.fit(dataclasses.replace(data, interactions=rows), RecordingRun(1))
    assert not model.arrays["factors"][left_out].any()
    assert model.arrays["bias"][left_out] == 0
    twin = dataclasses.replace(data.items, ids=np.where(np.arange(data.n_items) == left_out, 10**6, data.items.ids))
    before = model.score(history_of(data, 1))[left_out]
    model.bind(twin)  # the same content under an id that is new: nothing changes
    assert model.score(history_of(data, 1))[left_out] == pytest.approx(before, abs=1e-5)


def test_new_items_are_as_popular_as_their_kind() -> None:
    data = make_era_data()
    model = Dot(dataclasses.replace(QUICK, epochs=8, tune=False))
    model.fit(data, RecordingRun(1))
    prior = model.vectors(data.items)[3][-24:]
    era = (np.arange(72, 96) // 4) % 2
    assert prior[era == 0].min() > prior[era == 1].max()
    later = dataclasses.replace(data.items, ids=np.where(np.arange(96) >= 72, data.items.ids + 10**6, data.items.ids))
    model.bind(later)  # what comes after the training is told in the same way
    np.testing.assert_allclose(model.vectors(later)[3][-24:], prior, atol=1e-6)
