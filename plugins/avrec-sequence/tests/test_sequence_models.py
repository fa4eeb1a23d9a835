"""The models keep the contract, and find what is in the data."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from avrec_desktop.api import History, Interactions, Recommender, TrainingData, Validation
from avrec_desktop.api.behaviour import ndcg
from avrec_desktop.api.testing import (
    RecommenderConformance,
    RecordingRun,
    history_of,
    make_era_data,
    make_items,
    make_training_data,
    well_placed,
)
from avrec_sequence import GRU, Auto, ContentBridge, Recency, SASRec, SeqEASE, TasteKernel, avrec_recommenders
from avrec_sequence.auto import AutoConfig
from avrec_sequence.blend import compressed, fit_blend, standardised
from avrec_sequence.bridge import BridgeConfig, _ndcg
from avrec_sequence.held_out import newest_held_out
from avrec_sequence.kernel import TasteKernelConfig
from avrec_sequence.linear import SeqEASEConfig
from avrec_sequence.moments import context, levels, moments_of, places
from avrec_sequence.recency import RecencyConfig
from avrec_sequence.sequence import SASRecConfig, SequenceConfig

SMALL_NETWORK = SequenceConfig(epochs=12, embedding_size=16, length=12, learning_rate=0.01, batch_size=8)
SMALL_ATTENTION = SASRecConfig(epochs=12, embedding_size=16, length=12, learning_rate=0.01, batch_size=8)


class TestRecencyConformance(RecommenderConformance):
    model = Recency
    personal = False
    explains = False
    scores_new_items = False


class TestSeqEASEConformance(RecommenderConformance):
    model = SeqEASE
    config = SeqEASEConfig(mix=0.2)
    scores_new_items = False


class TestGRUConformance(RecommenderConformance):
    model = GRU
    config = SMALL_NETWORK


class TestSASRecConformance(RecommenderConformance):
    model = SASRec
    config = SMALL_ATTENTION


class TestContentBridgeConformance(RecommenderConformance):
    model = ContentBridge
    config = BridgeConfig(search=False)


class TestTasteKernelConformance(RecommenderConformance):
    model = TasteKernel
    config = TasteKernelConfig()


class TestAutoConformance(RecommenderConformance):
    model = Auto
    config = AutoConfig(
        weights='{"follows": 1.0, "content": 0.5, "taste": 0.5}', new_weights='{"content": 1.0, "taste": 0.5}'
    )


def test_all_models_are_registered_once():
    ids = [model.id for model in avrec_recommenders()]
    assert len(ids) == len(set(ids)) == 7


def chain_data(n_users: int = 60, n_items: int = 24, steps: int = 12, seed: int = 0) -> TrainingData:
    """Users who walk through the items in steps of one or two, each from a start of their own."""
    rng = np.random.default_rng(seed)
    walks = []
    for _ in range(n_users):
        walk = [int(rng.integers(n_items))]
        while len(walk) < steps:
            walk.append((walk[-1] + int(rng.integers(1, 3))) % n_items)
        walks.append(list(dict.fromkeys(walk)))
    users = np.concatenate([np.full(len(w), u) for u, w in enumerate(walks)]).astype(np.int32)
    items = np.concatenate(walks).astype(np.int32)
    times = np.concatenate([1e9 + 60.0 * np.arange(len(w)) for w in walks])
    rows = Interactions(users, items, np.ones(len(items), np.float32), times)
    return TrainingData(make_items(n_items, content=False), rows, tuple(f"u{u}" for u in range(n_users)))


def hit_rate(model: Recommender, data: TrainingData, n: int = 3) -> float:
    """Share of walks whose true next items are in the first ``n`` scores."""
    hits = 0
    for user in range(data.n_users):
        history = history_of(data, user)
        scores = np.array(model.score(history))
        scores[history.items] = -np.inf
        best = np.argsort(-np.where(np.isfinite(scores), scores, -np.inf))[:n]
        following = {(int(history.items[-1]) + step) % data.n_items for step in (1, 2)}
        hits += bool(following & set(best.tolist()))
    return hits / data.n_users


@pytest.mark.parametrize(
    "model",
    [
        SeqEASE(SeqEASEConfig(decay=0.5, mix=3.0)),
        GRU(dataclasses.replace(SMALL_NETWORK, epochs=40)),
        SASRec(dataclasses.replace(SMALL_ATTENTION, epochs=40)),
    ],
    ids=lambda m: m.id,
)
def test_what_comes_next_is_found_from_the_order(model):
    data = chain_data()
    model.fit(data, RecordingRun(1))
    assert hit_rate(model, data) > 0.8


@pytest.mark.parametrize("model", [GRU(SMALL_NETWORK), SASRec(SMALL_ATTENTION)], ids=lambda m: m.id)
def test_numpy_gives_the_scores_of_the_network(model):
    data = make_training_data(n_users=70)
    model.fit(data, RecordingRun(1))
    moments = model.arrays["moments"]
    assert len(moments) == 2
    history = history_of(data, 3)
    good = history.values > 0
    liked, times = history.items[good], history.times[good]
    now = float(moments.mean())
    only_likes = History(liked, np.ones(len(liked), np.float32), times, now=now)
    row = {int(i): k for k, i in enumerate(model.item_ids)}
    length, count = model.config.length, len(liked)
    given = {
        "items_seen": np.zeros((1, length), np.int32),
        "place": np.zeros((1, length), np.float32),
        "level": np.zeros((1, length), np.float32),
        "first": np.full((1, len(model.item_ids) + 1), length, np.int32),
        "asked": np.array([length - 1], np.int32),
    }
    given["items_seen"][0, -count:] = [1 + row[int(i)] for i in data.items.ids[liked]]
    given["place"][0, -count:] = places(np.append(times[1:], now), moments)
    given["level"][0, -count:] = levels(np.arange(1, count + 1))
    logits = np.asarray(model.network(given))[0, 1:]
    known = model.known >= 0
    assert model.score(only_likes)[known] == pytest.approx(logits[model.known[known]], abs=1e-4)


def test_every_step_is_asked_for_once():
    data = chain_data()
    model = GRU(SequenceConfig(length=5))
    shown = model.examples(data, np.random.default_rng(0))
    asked = shown.targets[shown.targets > 0]
    first = np.unique(data.interactions.users, return_index=True)[1]
    expected = np.delete(data.interactions.items, first) + 1
    assert sorted(asked.tolist()) == sorted(expected.tolist())
    seen, table = shown.inputs["items_seen"], data.interactions
    for row, (user, begin, end) in enumerate(shown.inputs["window"].tolist()):
        assert seen[row][seen[row] > 0].tolist() == (table.items[begin:end] + 1).tolist()
        assert shown.targets[row, -1] in (0, table.items[end] + 1)
        assert table.users[user] == table.users[end]
        assert shown.inputs["level"][row, -1] == levels(np.array([end - user]))[0]


def test_a_batch_asks_only_where_there_is_something_to_say():
    data = chain_data()
    model = GRU(SequenceConfig(length=5))
    shown = model.examples(data, np.random.default_rng(0))
    model._n_items = data.n_items
    batch = model.batch(shown, np.array([2, 0, 1]))
    there = shown.weights[[2, 0, 1]] > 0
    wanted = shown.targets[[2, 0, 1]][there]
    assert 0 < len(wanted) < there.size
    assert batch.targets[: len(wanted)].tolist() == wanted.tolist()
    assert batch.inputs["asked"][: len(wanted)].tolist() == np.flatnonzero(there).tolist()
    assert not batch.weights[len(wanted) :].any()
    # the loss of the batch is what the mean over all positions of its three windows was
    values = np.arange(len(batch.weights), dtype=np.float32)
    whole = np.zeros(there.shape, np.float32)
    whole[there] = values[: len(wanted)]
    assert (values * batch.weights).mean() == pytest.approx((whole * shown.weights[[2, 0, 1]]).mean(), rel=1e-5)


def test_what_is_known_is_no_candidate_unless_it_is_taken_again():
    items = np.array([4, 1, 2, 3, 1, 5], np.int32)
    rows = Interactions(np.zeros(6, np.int32), items, np.ones(6, np.float32), np.arange(6.0))
    data = TrainingData(make_items(6), rows, ("one",))
    model = GRU(SequenceConfig(length=3))
    model.examples(data, np.random.default_rng(0))
    model._n_items = 6
    given = {"window": np.array([[0, 1, 4], [0, 2, 5]], np.int32), "level": np.zeros((2, 3), np.float32)}
    first = model.prepare(given)["first"]
    # the first window reads 1 2 3 and asks for 2 3 1: 4 was known before it, 1 is taken again
    assert first[0].tolist() == [3, 3, 3, 1, 2, -1, 3]
    # the second reads 2 3 1 and asks for 3 1 5: 1 was known before, and is asked for
    assert first[1].tolist() == [3, 3, 3, 0, 1, -1, 3]


def test_what_everybody_likes_now_is_told_from_what_they_liked_then():
    rng = np.random.default_rng(0)
    rows = []
    for user in range(160):
        late = user % 2
        times = 1e9 + 1e6 * late + np.sort(rng.uniform(0, 1e5, 5))
        # all start with one of the last four, then go on with what is liked in their days
        items = [20 + int(rng.integers(4)), *rng.permutation(10)[:4] + 10 * late]
        rows += [(user, item, time) for item, time in zip(items, times, strict=True)]
    users, items, times = (np.array(column) for column in zip(*rows, strict=True))
    table = Interactions(users.astype(np.int32), items.astype(np.int32), np.ones(len(rows), np.float32), times)
    data = TrainingData(make_items(24), table, tuple(str(u) for u in range(160)))
    model = GRU(dataclasses.replace(SMALL_NETWORK, epochs=20))
    model.fit(data, RecordingRun(1))
    for late in (0, 1):
        now = 1e9 + 1e6 * late + 5e4
        history = History(np.array([21]), np.ones(1, np.float32), np.array([now - 1e4]), now=now)
        assert set(np.argsort(-model.score(history))[:6] // 10) == {late}


def test_moments_share_what_was_done_and_are_not_users():
    times = np.r_[np.zeros(5), 1e9 + np.arange(100.0)]
    assert moments_of(times, 40, 24).tolist() == [0.0]
    assert moments_of(times, 32 * 3, 24) == pytest.approx(1e9 + np.array([0, 49.5, 99]))
    assert len(moments_of(times, 10**6, 24)) == 24
    assert moments_of(np.zeros(9), 1000, 24).tolist() == [0.0]
    moments = np.array([10.0, 20.0, 40.0])
    assert places(np.array([0.0, 5.0, 15.0, 30.0, 99.0]), moments).tolist() == [2.0, 0.0, 0.5, 1.5, 2.0]
    columns = context(np.array([1.5], np.float32), np.array([-0.5], np.float32), 3)
    assert columns.tolist() == [[0.0, 0.5, 0.5, -0.5, 0.25]]


def test_popularity_fades_and_knows_no_future():
    times = np.array([0.0, 1.0, 2.0, 98.0, 100.0]) + 1e9
    rows = Interactions(
        np.arange(5, dtype=np.int32), np.array([0, 0, 0, 1, 2], np.int32), np.ones(5, np.float32), times
    )
    data = TrainingData(make_items(4), rows, tuple("abcde"))
    model = Recency(RecencyConfig(half_life=0.1))
    model.fit(data, RecordingRun(1))
    nothing = History(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0))
    late = model.score(dataclasses.replace(nothing, now=1e9 + 200))
    early = model.score(dataclasses.replace(nothing, now=1e9 + 3))
    assert late[2] > late[1] > late[0]
    assert early[0] > early[1]
    assert np.isnan(late[3])


def test_new_items_go_to_those_who_like_their_kind():
    data = make_training_data(40, 80, likes=12)
    old = data.interactions.items < 60
    table = data.interactions
    rows = Interactions(table.users[old], table.items[old], table.values[old], table.times[old])
    part = dataclasses.replace(data, interactions=rows)
    model = ContentBridge()
    model.fit(part, RecordingRun(1))
    right = 0
    for user in range(40):
        scores = model.score(history_of(part, user))[60:]
        right += int(np.argmax(scores) % 4 == user % 4)
    assert right >= 36


def test_new_items_of_a_liked_kind_come_first():
    data = make_era_data()
    model = ContentBridge()
    model.fit(data, RecordingRun(1))
    style, era = well_placed(model, data)
    assert style >= 0.85, style
    assert era >= 0.9, era


def test_the_measure_of_the_search_is_that_of_the_protocol():
    rng = np.random.default_rng(5)
    scores, there = rng.standard_normal((30, 25)).astype(np.float32), rng.random((30, 25)) < 0.2
    wanted = [np.flatnonzero(row) for row in there]
    expected = ndcg(scores, np.ones(scores.shape, bool), wanted)
    np.testing.assert_allclose(_ndcg(scores, there), expected, atol=1e-6)


@pytest.mark.parametrize("likes", [1, 3, 10])
def test_a_lone_user_gets_the_own_style_from_one_like_on(likes):
    data = make_training_data(1, 80, likes=likes, dislikes=1)
    model = TasteKernel(TasteKernelConfig())
    model.fit(data, RecordingRun(1))
    history = history_of(data, 0)
    scores = model.score(history)
    scores[history.items] = -np.inf
    assert np.mean(np.argsort(-scores)[:8] % 4 == 0) >= 0.75


def test_standardised_rows_and_their_tails():
    scores = np.array([[1.0, 2.0, 3.0, np.nan], [np.nan] * 4], np.float32)
    free = np.array([[True, True, True, True], [True] * 4])
    found = standardised(scores, free)
    assert found[0, :3].mean() == pytest.approx(0, abs=1e-6)
    assert found[0, :3].std() == pytest.approx(1, abs=1e-5)
    assert found[0, 3] == found[0].min()
    assert not found[1].any()
    values = np.linspace(-3, 9, 50).astype(np.float32)
    assert (np.diff(compressed(values)) > 0).all()
    assert compressed(values).max() < 3.3


def test_the_blend_is_better_than_its_parts_or_one_part_serves_alone():
    rng = np.random.default_rng(0)
    truth = rng.standard_normal((200, 80)).astype(np.float32)
    free = np.ones(truth.shape, bool)
    wanted = [np.argsort(-row)[:2] for row in truth]
    noisy = {n: truth + 1.2 * rng.standard_normal(truth.shape).astype(np.float32) for n in ("a", "b")}
    noise = rng.standard_normal(truth.shape).astype(np.float32)
    blend = fit_blend({**noisy, "noise": noise}, free, wanted)
    total = sum(w * compressed(standardised({**noisy, "noise": noise}[n], free)) for n, w in blend.weights.items())
    alone = max(ndcg(s, free, wanted).mean() for s in noisy.values())
    assert ndcg(total, free, wanted).mean() > alone + 0.05
    assert blend.weights.get("noise", 0.0) < 0.2 * max(blend.weights.values())
    single = fit_blend({"truth": truth, "noise": noise}, free, wanted)
    assert single.weights["truth"] == max(single.weights.values())


def test_the_newest_is_held_out():
    data = make_training_data(10, 60, likes=8, dislikes=2)
    part, held_out = newest_held_out(data)
    assert len(part.interactions) == len(data.interactions) - 10
    assert [len(p) for p in held_out.positives] == [1] * 10
    for user, (history, wanted) in enumerate(zip(held_out.histories, held_out.positives, strict=True)):
        whole = history_of(data, user)
        newest = whole.items[whole.values > 0][-1]
        assert wanted.tolist() == [newest]
        assert newest not in history.items


def test_auto_chooses_by_itself_and_says_why():
    data = chain_data()
    model = Auto()
    model.fit(data, RecordingRun(1))
    assert "held-out" in model.notes()["why"]
    assert model.notes()["weights"]
    assert sum(abs(share) for share in model.notes()["chosen"].values()) == pytest.approx(1, abs=1e-3)
    assert any("alone" in sentence for sentence in model.notes()["reasons"])
    assert hit_rate(model, data, 5) > 0.6


def test_auto_lets_content_serve_where_only_new_items_are_asked_for():
    data = make_training_data(40, 80, likes=12)
    old = data.interactions.items < 60
    table = data.interactions
    rows = Interactions(table.users[old], table.items[old], table.values[old], table.times[old])
    part = dataclasses.replace(data, interactions=rows)
    wanted = [table.items[(table.users == u) & ~old].astype(np.int64) for u in range(40)]
    held_out = Validation([history_of(part, u) for u in range(40)], wanted, np.arange(60, 80))
    config = Auto.tune(AutoConfig(), part, held_out, RecordingRun(1))
    assert set(config.to_dict()["new_weights"].replace('"', " ").split()) & {"content", "taste"}


@pytest.mark.parametrize(
    "model",
    [
        SeqEASE(SeqEASEConfig(mix=0.2)),
        GRU(SMALL_NETWORK),
        SASRec(SMALL_ATTENTION),
        ContentBridge(BridgeConfig(search=False)),
        TasteKernel(TasteKernelConfig()),
    ],
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
