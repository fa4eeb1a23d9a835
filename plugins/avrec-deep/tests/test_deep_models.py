"""The deep models keep the contract, and find what is in the data."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from avrec_deep import Fusion, MatrixFactorisation, MultVAE, TwoTower, avrec_recommenders
from avrec_deep.common import next_items
from avrec_deep.fusion import FusionConfig
from avrec_deep.layers import layers
from avrec_deep.mf import MFConfig
from avrec_deep.multvae import DenseRows, MultVAEConfig, sets_of
from avrec_deep.ranking import Features
from avrec_deep.two_tower import TwoTowerConfig
from avrec_desktop.api import (
    History,
    Interactions,
    ItemFeatures,
    ModelError,
    Recommender,
    TrainingData,
    Validation,
)
from avrec_desktop.api.testing import (
    RecommenderConformance,
    RecordingRun,
    history_of,
    make_era_data,
    make_items,
    make_training_data,
    well_placed,
)

SMALL = {"epochs": 18, "embedding_size": 16, "learning_rate": 0.02, "batch_size": 64}
FUSION = FusionConfig(**SMALL, length=12, hidden=16)
TOWERS = TwoTowerConfig(**SMALL, length=12, hidden=32)


class TestFusionConformance(RecommenderConformance):
    model = Fusion
    config = FUSION


class TestTwoTowerConformance(RecommenderConformance):
    model = TwoTower
    config = TOWERS
    needs_crowd = True


class TestTwoTowerSampledConformance(RecommenderConformance):
    model = TwoTower
    config = TwoTowerConfig(**SMALL, length=12, hidden=32, full_softmax=10)
    needs_crowd = True


class TestMultVAEConformance(RecommenderConformance):
    model = MultVAE
    config = MultVAEConfig(epochs=50, embedding_size=8, hidden=32, learning_rate=0.02, batch_size=32)
    needs_crowd = True


class TestMFConformance(RecommenderConformance):
    model = MatrixFactorisation
    config = MFConfig(**SMALL)
    needs_crowd = True


class TestBPRConformance(RecommenderConformance):
    model = MatrixFactorisation
    config = MFConfig(**SMALL, loss="bpr")
    needs_crowd = True


def test_all_deep_models_are_registered_once():
    assert sorted(model.id for model in avrec_recommenders()) == ["fusion", "mf", "multvae", "two-tower"]


def test_fusion_knows_new_items_by_their_content():
    data = make_training_data(24, 80, likes=12)
    old = data.interactions.items < 60
    table = data.interactions
    rows = Interactions(table.users[old], table.items[old], table.values[old], table.times[old])
    part = dataclasses.replace(data, interactions=rows)
    model = Fusion(FUSION)
    model.fit(part, RecordingRun(1))
    right = 0
    for user in range(24):
        scores = model.score(history_of(part, user))[60:]
        right += int(np.argmax(scores) % 4 == user % 4)
    assert right >= 20


@pytest.mark.parametrize("model", [Fusion(FUSION), TwoTower(TOWERS)], ids=lambda m: m.id)
def test_new_items_of_a_liked_kind_come_first(model):
    data = make_era_data()
    model.fit(data, RecordingRun(1))
    style, era = well_placed(model, data)
    assert style >= 0.7, style
    assert era >= 0.85, era


@pytest.mark.parametrize("likes", [1, 3])
def test_fusion_serves_a_lone_user_from_one_like_on(likes):
    data = make_training_data(1, 80, likes=likes, dislikes=1)
    model = Fusion(FUSION)
    model.fit(data, RecordingRun(1))
    history = history_of(data, 0)
    scores = model.score(history)
    scores[history.items] = -np.inf
    assert np.mean(np.argsort(-scores)[:8] % 4 == 0) >= 0.75


def test_models_of_a_crowd_refuse_one_user_and_say_why():
    data = make_training_data(1, 40, likes=5)
    for model in (TwoTower(TOWERS), MatrixFactorisation(MFConfig(**SMALL)), MultVAE()):
        with pytest.raises(ModelError, match="several users"):
            model.fit(data, RecordingRun(1))


def test_next_items_are_asked_for_with_what_came_before():
    data = make_training_data(3, 20, likes=4, dislikes=0)
    found = next_items(data, 3, 100, np.random.default_rng(0))
    assert len(found["target"]) == 3 * 3
    whole = data.interactions.items[data.interactions.users == 0]
    last = np.flatnonzero(found["user"] == 0)[-1]
    assert found["target"][last] == whole[3]
    assert found["seen"][last].tolist() == (whole[:3] + 1).tolist()
    first = np.flatnonzero(found["user"] == 0)[0]
    assert found["seen"][first].tolist() == [0, 0, whole[0] + 1]
    assert len(next_items(data, 3, 5, np.random.default_rng(0))["target"]) == 5


def test_ranking_features_tell_when_the_group_was_last_met():
    items = make_training_data(1, 8).items  # groups 0 1 2 3 0 1 2 3
    day = 86400.0
    history = History(np.array([0, 1, 4]), np.ones(3, np.float32), day * np.array([1.0, 2.0, 3.0]), "", day * 5.0)
    found = Features(items).of(history, np.zeros(8, np.float32))
    assert found[:, 2].tolist() == [1, 1, 0, 0, 1, 1, 0, 0]
    assert found[4, 3] == pytest.approx(np.log1p(2))
    assert found[4, 4] == pytest.approx(np.log1p(2) / 5)
    assert found[5, 4] == pytest.approx(np.log1p(3) / 5)
    assert found[4, 1] > found[2, 1]  # the likes are mostly of the first style


def test_dense_rows_are_the_sets_of_the_users():
    data = make_training_data(3, 20, likes=4, dislikes=1)
    rows = DenseRows(sets_of(data))
    assert len(rows) == 3
    picked = rows[np.array([2, 0])]
    assert picked.sum(1).tolist() == [4, 4]
    table = data.interactions
    mine = table.items[(table.users == 2) & (table.values > 0)]
    assert np.flatnonzero(picked[0]).tolist() == sorted(mine.tolist())


def test_the_divergence_grows_to_its_weight_and_is_one_only_while_training():
    latent = layers().Latent(0.5, 4)
    both = np.array([[1.0, -1.0, 0.0, 0.0]], np.float32)  # two means of size 1, unit variances: a divergence of 1
    added = []
    for _ in range(6):
        latent(both, training=True)
        added.append(float(latent.losses[0]))
        latent._clear_losses()
    assert added == pytest.approx([0.125, 0.25, 0.375, 0.5, 0.5, 0.5])
    assert np.asarray(latent(both)).tolist() == [[1.0, -1.0]]


def test_mult_vae_learns_whose_taste_is_alike():
    """Likes of 300 people, each of one of ten tastes, without content: only the behaviour can tell them apart."""
    rng = np.random.default_rng(0)
    likes = np.stack([rng.permutation(20)[:8] * 10 + user % 10 for user in range(300)])
    table = Interactions(
        np.repeat(np.arange(300), 8).astype(np.int32),
        likes.ravel().astype(np.int32),
        np.ones(2400, np.float32),
        np.tile(np.arange(8.0), 300),
    )
    data = TrainingData(make_items(200), table, tuple(str(u) for u in range(300)))
    data = dataclasses.replace(data, items=ItemFeatures(data.items.ids, *np.zeros((2, 200, 0), np.float32)))
    found = []
    for _ in range(2):
        model = MultVAE(MultVAEConfig(epochs=60, embedding_size=16, hidden=32, learning_rate=0.01))
        model.fit(data, RecordingRun(1))
        scores = model.score_many([history_of(data, user) for user in range(10)])
        np.put_along_axis(scores, likes[:10], -np.inf, axis=1)
        found.append(np.argsort(-scores, axis=1)[:, :10])
    assert (found[0] == found[1]).all()
    assert (found[0] % 10 == np.arange(10)[:, None]).mean() > 0.95


def test_what_was_liked_lately_counts_most_where_the_held_out_behaviour_says_so():
    """Everybody goes over from one taste to another; what comes next is of the second."""
    rng = np.random.default_rng(0)
    likes = np.stack(
        [np.r_[rng.permutation(12)[:6] * 8 + u % 8, rng.permutation(12)[:6] * 8 + (u * 5 + 3) % 8] for u in range(160)]
    )
    table = Interactions(
        np.repeat(np.arange(160), 10).astype(np.int32),
        likes[:, :10].ravel().astype(np.int32),
        np.ones(1600, np.float32),
        np.tile(np.arange(10.0), 160),
    )
    data = TrainingData(make_items(96), table, tuple(str(u) for u in range(160)))
    held_out = Validation([history_of(data, u) for u in range(160)], list(likes[:, 10:].astype(np.int64)))
    config = MultVAEConfig(epochs=40, embedding_size=16, hidden=32, learning_rate=0.01, fade=1.0)
    assert MultVAE.tune(config, data, held_out, RecordingRun(1)).fade < 1
    backwards = Validation([_turned(h) for h in held_out.histories], held_out.positives)
    assert MultVAE.tune(config, data, backwards, RecordingRun(1)).fade == 1


def _turned(history: History) -> History:
    return History(history.items[::-1], history.values, history.times)


@pytest.mark.parametrize(
    "model",
    [Fusion(FUSION), TwoTower(TOWERS), MatrixFactorisation(MFConfig(**SMALL)), MultVAE(TestMultVAEConformance.config)],
    ids=lambda m: m.id,
)
def test_without_the_named_causes_an_item_falls_three_times_as_far(model):
    data = make_training_data(24, 120, n_styles=6, likes=12, dislikes=2)
    model.fit(data, RecordingRun(1))
    rng = np.random.default_rng(0)
    met = np.unique(data.interactions.items[data.interactions.values > 0])
    named_fall, random_fall = 0.0, 0.0
    for style in (*range(6), *range(6)):
        # three likes of each of four styles; the item asked about is of one of them
        likes = [rng.permutation(met[met % 6 == (style + step) % 6])[:3] for step in range(4)]
        rows = rng.permutation(np.concatenate(likes))
        history = History(rows.astype(np.int64), np.ones(12, np.float32), np.arange(12, dtype=float))
        scores = model.score(history)
        scores[(np.arange(120) % 6 != style) | np.isin(np.arange(120), rows)] = np.nan
        asked = int(np.nanargmax(scores))
        causes = [int(p.key) for p in model.explain(history, asked, 3).parts if p.kind == "item" and p.share > 0]
        before = _rank(model, history, asked)
        named_fall += _rank(model, history.without(causes), asked) - before
        for _ in range(5):
            drawn = rng.choice(np.setdiff1d(rows, causes), len(causes), replace=False)
            random_fall += (_rank(model, history.without(drawn.tolist()), asked) - before) / 5
    assert named_fall >= 3 * max(random_fall, 12.0), (named_fall, random_fall)


def _rank(model: Recommender, history: History, item: int) -> int:
    scores = model.score(history)
    return int((scores > scores[item]).sum()) + 1
