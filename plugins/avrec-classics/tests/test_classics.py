"""The classical models keep the contract, and do by hand what they should."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_classics import EASE, EDLAE, IALS, ContentKNN, ItemKNN, Popularity, Random, avrec_recommenders
from avrec_classics.baselines import PopularityConfig
from avrec_classics.factors import IALSConfig
from avrec_classics.linear import EASEConfig
from avrec_classics.neighbours import ItemKNNConfig
from avrec_desktop.api import History, Interactions, ItemFeatures, ModelError, TrainingData
from avrec_desktop.api.testing import RecommenderConformance, RecordingRun, history_of, make_items, make_training_data


class TestPopularityConformance(RecommenderConformance):
    model = Popularity
    personal = False
    scores_new_items = False


class TestRandomConformance(RecommenderConformance):
    model = Random
    personal = False
    explains = False


class TestItemKNNConformance(RecommenderConformance):
    model = ItemKNN
    scores_new_items = False


class TestContentKNNConformance(RecommenderConformance):
    model = ContentKNN


class TestEASEConformance(RecommenderConformance):
    model = EASE
    config = EASEConfig(reg=5.0)
    scores_new_items = False


class TestEDLAEConformance(RecommenderConformance):
    model = EDLAE
    scores_new_items = False


class TestIALSConformance(RecommenderConformance):
    model = IALS
    config = IALSConfig(embedding_size=8, epochs=5)


def table(pairs: list[tuple[int, int, float]], times: list[float] | None = None) -> Interactions:
    users, items, values = (np.array(column) for column in zip(*pairs, strict=True))
    when = np.arange(len(pairs), dtype=np.float64) if times is None else np.array(times)
    return Interactions(users.astype(np.int32), items.astype(np.int32), values.astype(np.float32), when)


def data_of(pairs: list[tuple[int, int, float]], n_items: int, times: list[float] | None = None) -> TrainingData:
    n_users = max(u for u, _, _ in pairs) + 1
    return TrainingData(make_items(n_items), table(pairs, times), tuple(f"u{u}" for u in range(n_users)))


def asked(*rows: int) -> History:
    return History(np.array(rows, np.int64), np.ones(len(rows), np.float32), np.zeros(len(rows)), "someone")


def test_the_plugin_registers_all_models() -> None:
    assert [m.id for m in avrec_recommenders()] == [
        "popularity", "random", "item-knn", "content-knn", "ease", "edlae", "ials",
    ]  # fmt: skip


def test_popularity_counts_likes_and_not_dislikes() -> None:
    data = data_of([(0, 0, 1), (0, 1, 1), (1, 1, 0.5), (1, 2, -1)], 4)
    model = Popularity(PopularityConfig(half_life=0))
    model.fit(data, RecordingRun())
    assert model.score(asked()).round(3).tolist() == [1, 2, 0, 0]


def test_popularity_fades_where_taste_moves_on() -> None:
    day = 86400.0
    # forty old interactions with item 0, then item 1 takes over
    pairs = [(u, 0, 1.0) for u in range(40)] + [(u, 1, 1.0) for u in range(30)]
    times = [u * 0.01 * day for u in range(40)] + [(60 + u * 0.1) * day for u in range(30)]
    data = data_of(pairs, 3, times)
    model = Popularity()
    model.fit(data, RecordingRun())
    assert float(model.arrays["half_life"]) > 0
    scores = model.score(asked())
    assert scores[1] > scores[0]


def test_random_is_fixed_by_user_and_item_and_spread_evenly() -> None:
    data = make_training_data(4, 4000)
    model = Random()
    model.fit(data, RecordingRun())
    first = model.score(history_of(data, 0))
    other = model.score(history_of(data, 1))
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    assert abs(first.mean() - 0.5) < 0.03
    assert first.min() >= 0 and first.max() < 1
    half = ItemFeatures(data.items.ids[::2], data.items.content[::2], data.items.tags[::2])
    model.bind(half)
    assert np.array_equal(model.score(history_of(data, 0)), first[::2])


def test_item_knn_similarity_by_hand() -> None:
    # items 0 and 1 share two users of three each; with a shrinkage of 1: 2 / (sqrt(3 * 3) + 1)
    data = data_of([(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 0, 1), (3, 1, 1)], 3)
    model = ItemKNN(ItemKNNConfig(neighbours=5, shrink=1.0))
    model.fit(data, RecordingRun())
    scores = model.score(asked(0))
    assert scores[1] == pytest.approx(0.5)
    assert scores[0] == 0
    assert np.isnan(scores[2])


def test_content_knn_averages_the_three_nearest_likes() -> None:
    data = make_training_data()
    model = ContentKNN()
    model.fit(data, RecordingRun())
    content = data.items.content
    scores = model.score(asked(0, 4, 8, 12, 1))
    expected = np.sort(content[20] @ content[[0, 4, 8, 12, 1]].T)[-3:].mean()
    assert scores[20] == pytest.approx(expected, rel=1e-5)


def test_ease_solves_its_ridge_problem() -> None:
    rng = np.random.default_rng(0)
    filled = rng.random((40, 7)) < 0.4
    filled[0] = True
    data = data_of([(int(u), int(i), 1.0) for u, i in zip(*np.nonzero(filled), strict=True)], 7)
    model = EASE(EASEConfig(reg=3.0))
    model.fit(data, RecordingRun())
    weights = model.arrays["weights"].astype(np.float64)
    x = filled.astype(np.float64)
    for item in range(7):
        others = np.delete(np.arange(7), item)
        a = x[:, others]
        expected = np.linalg.solve(a.T @ a + 3.0 * np.eye(6), a.T @ x[:, item])
        assert np.allclose(weights[others, item], expected, atol=1e-5)
    assert not np.diag(weights).any()


def test_ease_keeps_the_most_popular_items_when_there_are_too_many() -> None:
    data = make_training_data()
    model = EASE(EASEConfig(max_items=10))
    model.fit(data, RecordingRun())
    assert model.arrays["weights"].shape == (10, 10)
    assert int(np.isfinite(model.score(asked(*range(60)))).sum()) == 10


def test_ials_loss_falls_and_folding_in_agrees_with_training() -> None:
    data = make_training_data()
    run = RecordingRun(2)
    model = IALS(IALSConfig(embedding_size=8, epochs=8))
    model.fit(data, run)
    losses = [metrics["loss"] for _, _, metrics in run.epochs]
    assert losses[-1] < losses[0]
    scores = model.score(history_of(data, 2))
    mine = np.arange(60) % 4 == 2
    assert scores[mine].mean() > scores[~mine].mean() + 0.1


def test_without_likes_models_say_why() -> None:
    data = data_of([(0, 0, -1.0)], 3)
    for model in (EASE(), ItemKNN(), IALS()):
        with pytest.raises(ModelError, match="no likes"):
            model.fit(data, RecordingRun())
