"""Weights of a person's own in the blend: taken where that person's likes speak for them, else everybody's."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

from avrec_desktop.api import History, Interactions, Validation
from avrec_desktop.api.behaviour import ndcg
from avrec_desktop.api.testing import RecordingRun, history_of, make_training_data
from avrec_sequence import Auto, TasteKernel
from avrec_sequence.auto import PARTS, AutoConfig
from avrec_sequence.held_out import newest_held_out, step_by_step
from avrec_sequence.personal import Asked, best_strength, fitted, of_their_own, own_weights, scaled

PEOPLE, ITEMS, LIKES = 80, 120, 8
SIGNED = np.zeros(2, bool)


def two_tribes(seed=0, share=0.5):
    """Return questions of people whose likes follow the first part, or (a share of them) the second one alone."""
    rng = np.random.default_rng(seed)
    stacked = rng.standard_normal((PEOPLE, ITEMS, 2)).astype(np.float32)
    second = np.arange(PEOPLE) < share * PEOPLE
    likes = []
    for row in range(PEOPLE):
        logits = 2.5 * stacked[row, :, int(second[row])]
        chances = np.exp(logits - logits.max())
        likes.append(rng.choice(ITEMS, 2 * LIKES, replace=False, p=chances / chances.sum()))
    free = np.ones((PEOPLE, ITEMS), bool)
    older = Asked(("first", "second"), stacked, free, [p[:LIKES] for p in likes], np.arange(PEOPLE))
    later = free.copy()
    for row, wanted in enumerate(likes):
        later[row, wanted[:LIKES]] = False
    return older, (later, [p[LIKES:] for p in likes]), second


def value(asked, weights, judged):
    free, wanted = judged
    return float(ndcg(np.einsum("nip,np->ni", asked.stacked, weights.astype(np.float32)), free, wanted).mean())


def test_the_weights_are_where_the_likelihood_less_the_distance_is_highest():
    asked, *_ = two_tribes()
    one = asked.part(np.arange(1))
    start = np.array([[0.8, 0.3]])
    found = fitted(one, start, 4.0, SIGNED)

    def loss(weights):
        logits = one.stacked[0] @ weights
        likes = one.positives[0]
        surely = len(likes) * np.log(np.exp(logits).sum()) - logits[likes].sum()
        return surely + 2.0 * float(((weights - start[0]) ** 2).sum())

    here = loss(found[0])
    for step in (1e-2 * np.eye(2)).tolist():
        if found[0] @ np.array(step) > 0:  # not at the bound
            assert here <= loss(found[0] - np.array(step))
        assert here <= loss(found[0] + np.array(step))
    assert (found >= 0).all()


def test_people_get_the_part_that_is_right_for_them():
    asked, judged, second = two_tribes()
    everybody = scaled(np.array([1.0, 1.0]), asked)
    strength = best_strength(asked, everybody, SIGNED)
    assert strength is not None
    own = fitted(asked, np.tile(everybody, (PEOPLE, 1)), strength, SIGNED)
    assert ((own[:, 1] > own[:, 0]) == second).mean() > 0.9
    assert value(asked, own, judged) > value(asked, np.tile(everybody, (PEOPLE, 1)), judged) + 0.05


def test_where_all_are_alike_own_weights_cost_next_to_nothing():
    asked, judged, _ = two_tribes(seed=3, share=0.0)
    everybody = scaled(np.array([1.0, 0.0]), asked)
    strength = best_strength(asked, everybody, SIGNED)
    usual = np.tile(everybody, (PEOPLE, 1))
    own = usual if strength is None else fitted(asked, usual, strength, SIGNED)
    assert value(asked, own, judged) > value(asked, usual, judged) - 0.01


@pytest.mark.parametrize("count", [3, 5])
def test_few_likes_stay_near_to_everybodys_weights(count):
    asked, *_ = two_tribes()
    few = dataclasses.replace(asked, positives=[p[:count] for p in asked.positives])
    own = own_weights(few, np.array([2.0, 0.5]), SIGNED, 30.0, [f"p{n}" for n in range(PEOPLE)])
    assert len(own) == PEOPLE
    assert all(weights["first"] > weights.get("second", 0.0) for weights in own.values())
    nobody = dataclasses.replace(asked, positives=[p[:2] for p in asked.positives])
    assert own_weights(nobody, np.array([2.0, 0.5]), SIGNED, 30.0, [""] * PEOPLE) == {}


def test_likes_are_asked_for_one_by_one_with_a_history_that_grows():
    history = History(np.array([4, 7]), np.ones(2, np.float32), np.array([1.0, 2.0]), "ann", 3.0)
    steps = step_by_step(Validation([history], [np.array([1, 9, 5])]))
    assert [h.items.tolist() for h in steps.histories] == [[4, 7], [4, 7, 1], [4, 7, 1, 9]]
    assert [p.tolist() for p in steps.positives] == [[1], [9], [5]]
    assert {h.user for h in steps.histories} == {"ann"}
    assert all(len(h) == len(h.values) == len(h.times) for h in steps.histories)


def test_more_is_held_out_of_the_profiles_here():
    data = dataclasses.replace(make_training_data(6, 90, likes=30, dislikes=0), local_users=(2,))
    _, held_out = newest_held_out(data)
    sizes = [len(p) for p in held_out.positives]
    assert sizes[2] == 2 * sizes[0]
    assert len({*sizes[:2], *sizes[3:]}) == 1


def test_only_profiles_here_get_weights_where_there_are_any():
    asked, *_ = two_tribes()
    names = [f"p{n}" for n in range(PEOPLE)]
    nothing = np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0)
    everyone = Validation([History(*nothing, name) for name in names], asked.positives)
    scores = {"first": asked.stacked[..., 0], "second": asked.stacked[..., 1]}
    here = step_by_step(everyone, [3])
    own = {name: np.repeat(values[3:4], LIKES, axis=0) for name, values in scores.items()}
    found, why = of_their_own(scores, everyone, own, here, {"first": 1.0, "second": 1.0}, ())
    assert list(found) == ["p3"]
    assert found["p3"]["second"] > found["p3"].get("first", 0.0)
    assert "people with weights of their own: 1" in why
    everybody = {name: np.zeros((0, ITEMS), np.float32) for name in scores}
    found, _ = of_their_own(scores, everyone, everybody, step_by_step(everyone, []), {"first": 1.0}, ())
    assert set(found) == set(names)


class Small(Auto):
    """The automatic blend of two parts that need no training."""

    parts: ClassVar = {name: PARTS[name] for name in ("ever", "taste")}


def crowd_and_one():
    """Return data of a crowd that likes a few hits, and of one profile with a taste of its own."""
    data = make_training_data(40, 320, likes=70, dislikes=0)
    table, rng = data.interactions, np.random.default_rng(5)
    hits = rng.permutation(320)[:90]
    items = table.items.copy()
    for user in range(1, 40):
        rows = np.flatnonzero(table.users == user)
        items[rows] = rng.choice(hits, len(rows), replace=False, p=np.arange(90, 0, -1) / 4095)
    rows = Interactions(table.users, items, table.values, table.times)
    return dataclasses.replace(data, interactions=rows, local_users=(0,))


def test_one_who_differs_from_the_crowd_is_served_by_what_serves_that_one(tmp_path):
    data = crowd_and_one()
    model = Small(AutoConfig())
    model.fit(data, RecordingRun(1))
    assert list(model._own) == [data.user_ids[0]]
    own, usual = model._own[data.user_ids[0]], model._weights
    assert own["taste"] > own.get("ever", 0.0)
    assert usual["ever"] > usual.get("taste", 0.0)
    history = history_of(data, 0)
    stranger = dataclasses.replace(history, user="stranger")
    assert not np.allclose(model.score(history), model.score(stranger))
    told = model.explain(history, 3)
    assert told is not None
    assert told.score == pytest.approx(float(model.score(history)[3]), abs=1e-3)
    model.save(tmp_path)
    again = Small.load(tmp_path)
    again.bind(data.items)
    assert np.allclose(again.score(history), model.score(history), atol=1e-5)


def test_a_part_that_serves_alone_is_taken_as_it_is():
    data = make_training_data(1, 200, likes=20)
    model = Auto()
    model.fit(data, RecordingRun(1))
    taste = TasteKernel()
    taste.fit(data, RecordingRun(1))
    history = history_of(data, 0)
    assert np.allclose(model.score(history), taste.score(history))
    vectors, query = model.item_vectors(), model.query(history)
    assert vectors is not None
    assert np.allclose(vectors @ query, model.score(history), atol=1e-4)


def test_a_lone_user_with_many_likes_is_led_by_the_own_taste():
    data = make_training_data(1, 400, likes=120, dislikes=10)
    model = Small(AutoConfig())
    model.fit(data, RecordingRun(1))
    assert model._weights == {"taste": 1.0}
    own = model._own.get(data.user_ids[0], model._weights)
    assert own["taste"] == max(own.values())
