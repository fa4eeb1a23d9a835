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
from avrec_desktop.recommend.evaluation.content import plain_title

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


def change(data, part, **columns):
    table = pd.read_csv(data / f"{part}.csv", dtype=str)
    table.assign(**columns).to_csv(data / f"{part}.csv", index=False)


def test_one_odd_id_costs_its_row_only(make_split):
    data = make_split()
    before = load_dataset(data)
    table = pd.read_csv(data / "test.csv", dtype=str)
    table.loc[0, "item"] = "x1"
    table.to_csv(data / "test.csv", index=False)
    dataset = load_dataset(data)
    assert len(dataset.parts["test"]) == len(before.parts["test"]) - 1
    assert [(s["row"], s["reason"]) for s in dataset.skipped] == [
        ("test.csv: 1 rows", "1 with an item that is not in items.csv, such as 'x1'")
    ]


def test_numbers_are_the_same_however_they_are_written(make_split):
    data = make_split()
    before = load_dataset(data)
    items = pd.read_csv(data / "test.csv", dtype=str)["item"]
    change(data, "test", item=items.map(lambda i: f"00{i}.0"))
    assert load_dataset(data).parts["test"].items.tolist() == before.parts["test"].items.tolist()
    assert before.items.ids.tolist() == [1000 + i for i in range(60)]


def test_ids_that_are_words_work_and_are_written_as_they_are(make_split, count_model, tmp_path):
    data = make_split()
    for name in ("train", "valid", "test", "items", "users"):
        table = pd.read_csv(data / f"{name}.csv", dtype=str)
        for column in {"user", "item"} & set(table.columns):
            table[column] = f"{column}-007/" + table[column]
        table.to_csv(data / f"{name}.csv", index=False)
    evaluate_dataset(data, [ModelSpec("count")], tmp_path, Job(), resolve=lambda _: count_model)
    recs = pd.read_csv(tmp_path / "recs-count.csv")
    assert recs["user"].str.startswith("user-007/").all()
    assert recs["item"].str.startswith("item-007/").all()


@pytest.mark.parametrize("write", [lambda t: pd.to_datetime(t, unit="s").astype(str), lambda t: t * 10**9])
def test_times_are_read_as_dates_and_as_nanoseconds_too(write, make_split):
    data = make_split()
    times = pd.read_csv(data / "train.csv")["ts"] + 1_600_000_000
    change(data, "train", ts=times)
    before = load_dataset(data).parts["train"]
    change(data, "train", ts=write(times))
    found = load_dataset(data)
    assert found.parts["train"].times == pytest.approx(before.times)
    assert not found.skipped


def test_cells_that_cannot_be_read_are_told(make_split):
    data = make_split()
    change(data, "train", rating="good", ts="long ago")
    dataset = load_dataset(data)
    n = len(dataset.parts["train"])
    assert [s["row"] for s in dataset.skipped] == [f"train.csv: {n} cells"] * 2
    assert {s["reason"].split()[0] for s in dataset.skipped} == {"rating", "ts"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("train.csv", b"user,item\n100,1000\n100,1001,3\n", "line 3 has 3 cells"),
        ("items.csv", b"item,title\n1000,Rain\n1001,Caf\xe9 Noir\n", "line 3 is not UTF-8"),
        ("valid.csv", b"", "the table is empty"),
        ("train.csv", b"user;item\n100;1000\n", "lacks the column user, item"),
        ("items.csv", b"item\n", "the table has no items"),
        ("test.csv", b"user,item\n", "nothing can be asked"),
        ("test.csv", b"user,item\nnobody,1000\n", "nothing can be asked"),
    ],
)
def test_errors_name_the_file_and_the_line_and_what_to_do(name, text, message, make_split):
    data = make_split()
    (data / name).write_bytes(text)
    with pytest.raises(InputError, match=message) as caught:
        load_dataset(data)
    assert caught.value.path is not None
    assert str(caught.value.path).endswith(name)
    assert caught.value.hint or name == "items.csv"


def test_headers_in_capitals_and_a_mark_at_the_beginning_are_read(make_split):
    data = make_split()
    for part in ("train", "valid", "test"):
        head, _, rest = (data / f"{part}.csv").read_text("utf-8").partition("\n")
        (data / f"{part}.csv").write_bytes(b"\xef\xbb\xbf" + f"{head.title()}\n{rest}".encode())
    assert len(load_dataset(data).parts["train"])


def test_who_met_an_item_twice_counts_once_in_its_popularity(make_split):
    data = make_split()
    before = Question(load_dataset(data), "test").popularity
    table = pd.read_csv(data / "train.csv")
    pd.concat([table, table]).to_csv(data / "train.csv", index=False)
    assert Question(load_dataset(data), "test").popularity.tolist() == before.tolist()


def _first_letters(texts):
    """A reader of two columns: does a title begin with "The film of rain" or of something else."""
    rows = np.array([[1.0, 0.0] if "rain" in t else [0.6, 0.8] for t in texts], np.float32)
    return {"words": rows, "blank": np.zeros((len(texts), 3), np.float32)}


def test_titles_are_read_where_new_items_are_asked_for(make_split):
    items = load_dataset(make_split(cold=True), _first_letters).items
    read = items.modalities["words"]
    rain = np.arange(len(items)) % 4 == 0
    np.testing.assert_allclose(np.linalg.norm(read, axis=1), 1, atol=1e-5)
    assert (read[rain] @ read[rain].T > 0.99).all()
    assert (read[rain] @ read[~rain].T < -0.9).all()  # what all titles share is taken off
    assert not items.modalities["blank"].any()
    assert items.content.shape == load_dataset(make_split(cold=True)).items.content.shape


def test_titles_are_not_read_where_all_items_are_known(make_split):
    def refused(texts):
        raise AssertionError("no reader is needed")

    assert "words" not in load_dataset(make_split(), refused).items.modalities


def test_lone_users_are_answered_without_the_meaning_of_titles(make_split, count_model, tmp_path):
    def refused(texts):
        raise AssertionError("no reader is needed")

    data = make_split(cold=True)
    models = [ModelSpec("count")]
    result = evaluate_dataset(data, models, tmp_path, Job(), resolve=lambda _: count_model, lone=[1], reader=refused)
    assert "words" not in result["data"]["content"]


@pytest.mark.parametrize(
    ("written", "said"),
    [("Piano, The", "The Piano"), ("Postino, Il (1994)", "Il Postino (1994)"), ("Theory, again", "Theory, again")],
)
def test_titles_are_read_as_they_are_said(written, said):
    assert plain_title(written) == said
