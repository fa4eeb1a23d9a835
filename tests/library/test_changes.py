"""What searches keep after writes of this process and of others: always what a reader of everything would find."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.changes import EVERYTHING, NOTHING, ChangeLog, Changes
from avrec_desktop.library.types import ItemQuery
from tests.benchmarks.catalogue_fixture import make_library

_QUERIES = (
    ItemQuery(),
    ItemQuery(sort="rating", descending=True),
    ItemQuery(filter="liked"),
    ItemQuery(filter="unplayed", sort="artist"),
    ItemQuery("is:hidden"),
    ItemQuery("rating>=3 year>1970"),
    ItemQuery("unplayed kind:audio", sort="relevance"),
    ItemQuery("played>1 or liked"),
    ItemQuery("-is:disliked ra"),
    ItemQuery("played<7d", sort="plays", descending=True),
    ItemQuery("is:unfinished"),
    ItemQuery("ra", sort="relevance"),
)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Library, Behaviour]]:
    library = make_library(tmp_path / "library", 60)
    behaviour = Behaviour(library.database, events=EventBus())
    behaviour.ensure_profile("default")
    yield library, behaviour
    library.close()


def _fresh(library: Library) -> list[list[int]]:
    other = Library.open(library.directory, events=EventBus())
    try:
        return [other.ids(query).tolist() for query in _QUERIES]
    finally:
        other.close()


def test_what_is_kept_is_what_a_new_reader_finds(kept: tuple[Library, Behaviour]) -> None:
    library, behaviour = kept
    rng = random.Random(3)
    events: list[int] = []
    for _ in range(40):
        item = rng.randint(1, 60)
        act = rng.choice(("rate", "like", "dislike", "none", "play", "hide", "unhide", "undo", "position", "other"))
        if act == "undo" and events:
            behaviour.undo(events.pop())
        elif act == "position":
            behaviour.set_position("default", item, rng.choice((0.0, 12.0)))
        elif act == "other":
            behaviour.ensure_profile(f"profile {item}")
        elif act != "undo":
            value = float(rng.randint(1, 5)) if act == "rate" else None
            events.append(behaviour.record("default", item, act, value).id)
        assert [library.ids(query).tolist() for query in _QUERIES] == _fresh(library)


def test_a_rating_leaves_orders_that_do_not_depend_on_it_alone(kept: tuple[Library, Behaviour]) -> None:
    library, behaviour = kept
    before = library.ids(ItemQuery())
    behaviour.rate("default", 5, "4")
    assert library.ids(ItemQuery()) is before or np.shares_memory(library.ids(ItemQuery()), before)
    behaviour.record("default", 5, "hide")
    assert library.ids(ItemQuery()).tolist() == [i for i in before.tolist() if i != 5]


def test_what_another_process_writes_is_seen(kept: tuple[Library, Behaviour]) -> None:
    library, _ = kept
    query = ItemQuery("rating>=4")
    assert library.ids(query).tolist() == []
    other = Library.open(library.directory, events=EventBus())
    Behaviour(other.database, events=EventBus()).rate("default", 7, "5")
    other.close()
    assert library.ids(query).tolist() == [7]


def test_a_write_of_others_between_own_ones_is_not_overlooked(kept: tuple[Library, Behaviour]) -> None:
    library, behaviour = kept
    moment = library.database.moment()
    behaviour.rate("default", 1, "5")
    assert library.database.since(moment) == Changes(states=frozenset({1}))
    other = Library.open(library.directory, events=EventBus())
    with other.database.write() as db:
        db.execute("UPDATE items SET year = 1 WHERE id = 3")
    other.close()
    behaviour.rate("default", 2, "5")
    assert library.database.since(moment) == EVERYTHING
    moment = library.database.moment()
    assert library.database.since(moment) == NOTHING


def test_a_write_inside_a_write_counts_as_one_of_both(kept: tuple[Library, Behaviour]) -> None:
    database = kept[0].database
    moment = database.moment()
    with database.write(changes=NOTHING), database.write(changes=Changes(states=frozenset({4}))):
        pass
    assert database.since(moment) == Changes(states=frozenset({4}))
    with database.write(changes=NOTHING), database.write():
        pass
    assert database.since(moment) == EVERYTHING


def test_a_long_log_is_cut_and_says_so() -> None:
    log = ChangeLog()
    moment = log.moment(0)
    for version in range(1, 400):
        log.wrote(NOTHING, version, others=False)
    assert log.since(moment) == EVERYTHING
    late = log.moment(399)
    log.wrote(Changes(states=frozenset(range(5000))), 400, others=False)
    assert log.since(late) == EVERYTHING, "so many are read anew faster at once"
