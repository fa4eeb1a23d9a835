"""What models share of behaviour: restricting, measuring a ranking, telling shares."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_desktop.api import History, Validation
from avrec_desktop.api.behaviour import allowed, explanation, ndcg, restricted
from avrec_desktop.api.testing import make_training_data


def test_ranking_of_held_out_items_counts_what_is_free() -> None:
    history = History(np.array([0]), np.ones(1, np.float32), np.zeros(1))
    scores = np.array([[9.0, 3.0, 2.0, np.nan]], np.float32)

    def measured(wanted: int, candidates: list[int] | None = None) -> float:
        among = None if candidates is None else np.array(candidates)
        held_out = Validation([history], [np.array([wanted])], among)
        return float(ndcg(scores, allowed(held_out, 4), held_out.positives)[0])

    assert measured(1) == 1
    assert measured(2) == pytest.approx(1 / np.log2(3))
    assert measured(2, [2, 3]) == 1
    assert measured(3) == 0


def test_restricted_data_keeps_the_rows_of_the_items_that_stay() -> None:
    data = make_training_data(6, 20, likes=5)
    kept = np.array([1, 4, 9, 16])
    part = restricted(data, kept)
    assert part.items.ids.tolist() == data.items.ids[kept].tolist()
    stay = np.isin(data.interactions.items, kept)
    assert kept[part.interactions.items].tolist() == data.interactions.items[stay].tolist()
    assert part.interactions.users.tolist() == data.interactions.users[stay].tolist()


def test_shares_of_one_item_are_added_up_and_the_parts_make_the_score() -> None:
    found = explanation(np.array([3, 5, 3, 7]), np.array([1.0, -2.0, 1.5, 0.25]), 0.5, limit=2)
    assert [(p.kind, p.key, p.share) for p in found.parts] == [
        ("item", 3, 2.5),
        ("item", 5, -2.0),
        ("bias", "prior", 0.5),
        ("bias", "others", 0.25),
    ]
    assert found.score == pytest.approx(sum(p.share for p in found.parts))
