"""Groups of a list: every item once, in groups by what it has, what nothing is known of last."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.grouping import GROUPINGS, Places, group
from avrec_desktop.library.types import ItemQuery
from tests.benchmarks.catalogue_fixture import make_library


@pytest.fixture
def filled(tmp_path: Path) -> Library:
    library = make_library(tmp_path / "library", 80)
    with library.database.write() as db:
        db.execute("UPDATE items SET artist = NULL WHERE id <= 5")
        db.execute("UPDATE items SET genre = 'ROCK' WHERE id = 6")
        db.execute("UPDATE items SET genre = 'rock' WHERE id = 7")
        db.execute("INSERT INTO item_topics (item_id, kind, key, p, sources) VALUES (3, 'mood', 'calm', 0.5, '{}'),"
                   "(3, 'mood', 'happy', 0.8, '{}'), (4, 'mood', 'sad', 0.1, '{}')")  # fmt: skip
    return library


def _groups(library: Library, field: str, query: ItemQuery | None = None) -> dict[object, list[int]]:
    found = library.grouped(query or ItemQuery(), field)
    ends = [*found.starts.tolist(), len(found.ids)]
    return {key: found.ids[a:b].tolist() for key, a, b in zip(found.keys, ends[:-1], ends[1:], strict=True)}


@pytest.mark.parametrize("field", GROUPINGS)
def test_every_item_is_in_one_group_and_in_the_order_of_the_list(filled: Library, field: str) -> None:
    listed = filled.ids(ItemQuery(sort="duration")).tolist()
    groups = _groups(filled, field, ItemQuery(sort="duration"))
    assert sorted(i for items in groups.values() for i in items) == sorted(listed)
    for items in groups.values():
        assert items == [i for i in listed if i in set(items)]
    assert None not in list(groups)[:-1], "what nothing is known of comes last"
    filled.close()


def test_values_decide(filled: Library) -> None:
    assert sorted(_groups(filled, "artist")[None]) == [1, 2, 3, 4, 5]
    rock = next(items for key, items in _groups(filled, "genre").items() if str(key).lower() == "rock")
    assert {6, 7} <= set(rock), "case makes no other genre"
    assert _groups(filled, "mood")["happy"] == [3]
    assert len(_groups(filled, "mood")) == 2, "a mood that is hardly likely counts for none"
    years = list(_groups(filled, "year"))
    assert years == sorted(years, reverse=True)
    assert list(_groups(filled, "year", ItemQuery(sort="year"))) == years[::-1], "the order turns its groups round"
    assert list(_groups(filled, "folder"))[:2] == ["music/0", "music/1"]
    filled.close()


def test_a_rating_moves_an_item_to_its_group_at_once(filled: Library) -> None:
    behaviour = Behaviour(filled.database, events=EventBus())
    behaviour.ensure_profile("default")
    assert list(_groups(filled, "rating")) == [None]
    behaviour.rate("default", 9, "4")
    behaviour.rate("default", 8, "2")
    assert list(_groups(filled, "rating")) == [4, 2, None]
    assert _groups(filled, "rating")[4] == [9]
    filled.close()


def test_a_search_is_grouped_too_and_so_is_a_part(filled: Library) -> None:
    found = filled.grouped(ItemQuery("kind:video"), "kind")
    assert found.keys == ("video",)
    some = np.array([1, 2, 3])
    assert sorted(filled.grouped(ItemQuery(), "kind", some).ids.tolist()) == [1, 2, 3]
    none = filled.grouped(ItemQuery("nothinglikeit"), "artist")
    assert (len(none.ids), len(none.starts), none.keys) == (0, 0, ())
    filled.close()


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.randoms(use_true_random=False), st.booleans())
def test_grouping_is_a_stable_sort(ranks: list[int], rng: object, descending: bool) -> None:
    places = Places(np.array([4, *ranks], np.int32), ("a", "b", "c", "d", None))
    ids = list(range(1, len(ranks) + 1))
    rng.shuffle(ids)  # type: ignore[attr-defined]
    found = group("artist", places, np.array(ids, np.int64), descending=descending)
    key = {0: 3, 1: 2, 2: 1, 3: 0, 4: 4} if descending else {n: n for n in range(5)}
    assert found.ids.tolist() == sorted(ids, key=lambda i: key[ranks[i - 1]])
    assert found.ids[found.starts].tolist() == [
        i for n, i in enumerate(found.ids.tolist()) if n == 0 or ranks[found.ids[n - 1] - 1] != ranks[i - 1]
    ]
