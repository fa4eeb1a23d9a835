"""The protocol gives the figures of the published reference script."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.api.errors import InputError, ModelError
from avrec_desktop.api.recommend import History
from avrec_desktop.jobs.job import Job
from avrec_desktop.recommend.evaluation import ModelSpec, Question, evaluate_dataset, load_dataset, top_lists

# What receval.py said of the lists of CountModel on these very splits (rounded there to five places).
REFERENCE = {
    False: {
        "hr@10": 0.5,
        "ndcg@10": 0.3352,
        "precision@10": 0.05,
        "recall@10": 0.5,
        "f1@10": 0.09091,
        "recall@20": 0.65,
        "recall_capped@20": 0.65,
        "mrr": 0.30556,
        "coverage@10": 0.51667,
        "users": 40,
        "ndcg@10_ci95": [0.21974, 0.45517],
    },
    True: {
        "hr@10": 1.0,
        "ndcg@10": 0.64405,
        "precision@10": 0.31282,
        "recall@10": 1.0,
        "f1@10": 0.46093,
        "recall@20": 1.0,
        "recall_capped@20": 1.0,
        "mrr": 0.49093,
        "coverage@10": 1.0,
        "users": 39,
        "ndcg@10_ci95": [0.58548, 0.70272],
    },
}


@pytest.mark.parametrize("cold", [False, True])
def test_figures_are_those_of_the_reference(cold, make_split, count_model, tmp_path):
    data = make_split(cold=cold)
    result = evaluate_dataset(data, [ModelSpec("count")], tmp_path / "out", Job(), resolve=lambda _: count_model)
    found = result["models"]["count"]["metrics"]
    for name, value in REFERENCE[cold].items():
        assert found[name] == pytest.approx(value, abs=6e-6), name
    assert result["data"]["cold"] is cold
    assert json.loads((tmp_path / "out" / "metrics.json").read_text("utf-8")) == result


def test_lists_hold_only_candidates_that_are_not_known(make_split, count_model, tmp_path):
    data = make_split(cold=True)
    evaluate_dataset(data, [ModelSpec("count")], tmp_path, Job(), resolve=lambda _: count_model)
    recs = pd.read_csv(tmp_path / "recs-count.csv")
    test = pd.read_csv(data / "test.csv")
    assert set(recs["item"]) <= set(test["item"])
    assert (recs.groupby("user")["rank"].apply(list).map(lambda r: r == list(range(len(r))))).all()


def test_a_cold_split_is_recognised_without_a_description(make_split):
    assert load_dataset(make_split(cold=True)).cold
    assert not load_dataset(make_split(cold=False)).cold


def test_one_moment_for_all_is_recognised_from_train_and_valid(make_split):
    data = make_split()
    assert not load_dataset(data).global_time
    valid = pd.read_csv(data / "valid.csv")
    valid.assign(ts=valid.ts + 10_000_000).to_csv(data / "valid.csv", index=False)
    dataset = load_dataset(data)
    assert dataset.global_time
    question = Question(dataset, "test")
    assert {h.now for h in question.histories} == {dataset.known("test").times.max()}


def test_rows_with_unknown_items_are_reported(make_split):
    data = make_split()
    train = pd.read_csv(data / "train.csv")
    pd.concat([train, train.head(3).assign(item=5)]).to_csv(data / "train.csv", index=False)
    dataset = load_dataset(data)
    assert len(dataset.parts["train"]) == len(train)
    assert dataset.skipped[0]["row"] == "train.csv: 3 rows"


@pytest.mark.parametrize("name", ["items.csv", "train.csv", "valid.csv", "test.csv"])
def test_a_missing_table_is_named(name, make_split):
    data = make_split()
    (data / name).unlink()
    with pytest.raises(InputError, match="missing") as caught:
        load_dataset(data)
    assert str(caught.value.path).endswith(name)


def test_a_missing_column_is_named(make_split):
    data = make_split()
    pd.read_csv(data / "train.csv").drop(columns="item").to_csv(data / "train.csv", index=False)
    with pytest.raises(InputError, match="lacks the column item"):
        load_dataset(data)


def test_optional_tables_and_columns_may_be_missing(make_split):
    data = make_split()
    (data / "users.csv").unlink()
    pd.read_csv(data / "items.csv")[["item"]].to_csv(data / "items.csv", index=False)
    for part in ("train", "valid", "test"):
        pd.read_csv(data / f"{part}.csv")[["user", "item"]].to_csv(data / f"{part}.csv", index=False)
    dataset = load_dataset(data)
    assert dataset.n_users == 40
    assert len(Question(dataset, "test").users) == 40
    assert not dataset.global_time


def test_a_model_that_cannot_be_trained_is_reported_and_the_rest_goes_on(make_split, count_model, tmp_path):
    class Broken(count_model):
        id = "broken"

        def fit(self, data, run):
            raise ModelError("too few likes")

    models = {"broken": Broken, "count": count_model}
    specs = [ModelSpec("broken"), ModelSpec("count")]
    result = evaluate_dataset(make_split(), specs, tmp_path, Job(), resolve=models.__getitem__)
    assert result["models"]["broken"]["error"]["message"] == "too few likes"
    assert result["models"]["count"]["metrics"]["users"] == 40


def test_the_best_setting_on_the_validation_rows_is_refitted(make_split, count_model, tmp_path):
    from dataclasses import dataclass

    from avrec_desktop.api.recommend import RecommenderConfig

    fitted = []

    @dataclass(frozen=True)
    class Config(RecommenderConfig):
        sign: float = -1.0

    class Signed(count_model):
        id = "signed"

        @classmethod
        def search_space(cls, data):
            return [{"sign": -1.0}, {"sign": 1.0}]

        def fit(self, data, run):
            fitted.append((self.config.sign, len(data.interactions)))
            super().fit(data, run)

        def score(self, history):
            return self.config.sign * super().score(history)

    Signed.Config = Config
    result = evaluate_dataset(make_split(), [ModelSpec("signed")], tmp_path, Job(), resolve=lambda _: Signed)
    rows = result["data"]["rows"]
    best = max(result["models"]["signed"]["trials"], key=lambda t: t["ndcg@10"])["config"]["sign"]
    assert fitted == [(-1.0, rows["train"]), (1.0, rows["train"]), (best, rows["train"] + rows["valid"])]
    assert result["models"]["signed"]["config"] == {"sign": best}


@given(st.data())
def test_top_lists_are_the_stable_order_of_the_scores(data):
    n_items = data.draw(st.integers(1, 30))
    depth = data.draw(st.integers(1, 12))
    values = st.sampled_from([0.0, 1.0, 2.0, 3.0, float("nan"), float("inf"), float("-inf")])
    scores = np.array(data.draw(st.lists(values, min_size=n_items, max_size=n_items)), np.float32)
    known = np.array(sorted(data.draw(st.sets(st.integers(0, n_items - 1)))), np.int64)
    history = History(known, np.ones(len(known), np.float32), np.zeros(len(known)))
    expected = [i for i in range(n_items) if i not in set(known.tolist()) and np.isfinite(scores[i])]
    expected = sorted(expected, key=lambda i: (-scores[i], i))[:depth]
    found = top_lists(scores[None], [history], None, depth)[0]
    assert found[found >= 0].tolist() == expected
