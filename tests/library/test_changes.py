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


def test_letters_looked_up_ahead_are_there_and_end_when_not_wanted(kept: tuple[Library, Behaviour]) -> None:
    library = kept[0]
    asked: list[str] = []
    library.warm_search(ItemQuery(), lambda: len(asked) < 3 and not asked.append("x"))  # type: ignore[func-returns-value]
    masks = library._listing._kept.masks
    assert [key[1].text for key in masks] == ["e", "t", "a"]  # type: ignore[union-attr]
    before = {key: value.copy() for key, value in masks.items()}
    found = library.ids(ItemQuery("e"))
    assert set(library._listing._kept.masks) == set(before), "the search used what was there"
    assert found.tolist() == Library.open(library.directory, events=EventBus()).ids(ItemQuery("e")).tolist()


@pytest.mark.parametrize("sort", ["plays", "rating", "played", "skips", "path", "size"])
@pytest.mark.parametrize("descending", [False, True])
def test_orders_without_a_sorter_are_those_of_sqlite(
    kept: tuple[Library, Behaviour], sort: str, descending: bool
) -> None:
    library, behaviour = kept
    rng = random.Random(5)
    for item in rng.sample(range(1, 61), 30):
        behaviour.record("default", item, rng.choice(("play", "skip")), at=float(item % 7))
        behaviour.rate("default", item, str(rng.randint(1, 5)))
    with library.database.write() as db:
        for item in rng.sample(range(1, 61), 20):  # a second file of some
            db.execute(
                "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) VALUES (?, 1, ?, ?, 0, 'present')",
                (item, b"/music/%d copy" % (rng.randint(0, 9) * 100 + item), item * 1000),
            )
    way = "DESC" if descending else "ASC"
    orders = {
        "plays": f"coalesce(s.plays, 0) {way}, i.sort_title, i.id",
        "rating": f"s.rating IS NULL, s.rating {way}, i.sort_title, i.id",
        "played": f"s.last_played IS NULL, s.last_played {way}, i.sort_title, i.id",
        "skips": f"coalesce(s.skips, 0) {way}, i.sort_title, i.id",
        "path": f"(SELECT min(path) FROM files WHERE item_id = i.id) {way}, i.id {way}",
        "size": f"(SELECT max(size) FROM files WHERE item_id = i.id) {way}, i.id {way}",
    }
    sql = f"SELECT i.id FROM items i LEFT JOIN item_state s ON s.item_id = i.id ORDER BY {orders[sort]}"
    with library.database.read() as db:
        want = [row["id"] for row in db.execute(sql)]
    assert library.ids(ItemQuery(sort=sort, descending=descending)).tolist() == want


def test_a_long_log_is_cut_and_says_so() -> None:
    log = ChangeLog()
    moment = log.moment(0)
    for version in range(1, 400):
        log.wrote(NOTHING, version, others=False)
    assert log.since(moment) == EVERYTHING
    late = log.moment(399)
    log.wrote(Changes(states=frozenset(range(5000))), 400, others=False)
    assert log.since(late) == EVERYTHING, "so many are read anew faster at once"
