from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import DATABASE_NAME, Library
from avrec_desktop.library.types import ItemQuery
from tests.library import old_versions


@pytest.mark.parametrize("version", old_versions.versions())
def test_a_library_of_any_version_opens_with_everything_in_it(version: int, tmp_path: Path) -> None:
    old_versions.make(tmp_path / DATABASE_NAME, version)
    library = Library.open(tmp_path, events=EventBus())
    try:
        (item,) = library.items(ItemQuery("old so"))
        assert (item.id, item.title, item.path, item.duration) == (7, "Old song", "/m/a", 61.5)
        assert (item.rating, item.plays, [t.name for t in item.tags]) == (4, 2, ["rock"])
        assert library.folders()[0].n_items == 1
        assert library.database.version == old_versions.versions()[-1]
        assert library.database.check() == []
        assert library.ids(ItemQuery("rock said:harbour")).tolist() == ([7] if version >= 6 else [])
    finally:
        library.close()
    assert (tmp_path / f"{DATABASE_NAME}.v{version}.bak").exists() == (version != old_versions.versions()[-1])


def test_transcripts_written_down_before_plain_words_found_them_are_found(tmp_path: Path) -> None:
    old_versions.make(tmp_path / DATABASE_NAME, 8)
    library = Library.open(tmp_path, events=EventBus())
    try:
        assert library.ids(ItemQuery("old harbour rock")).tolist() == [7]
    finally:
        library.close()


def test_films_and_long_sounds_are_read_again_for_their_chapters(tmp_path: Path) -> None:
    old_versions.make(tmp_path / DATABASE_NAME, 8)
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as db, db:
        db.execute("UPDATE items SET duration = 3600")
    library = Library.open(tmp_path, events=EventBus())
    try:
        with library.database.read() as db:
            assert db.execute("SELECT size FROM files").fetchone()[0] == -1
    finally:
        library.close()


def test_acts_of_a_clock_that_was_set_back_are_put_in_order(tmp_path: Path) -> None:
    old_versions.make(tmp_path / DATABASE_NAME, 9)
    acts = [(10, "app"), (900, "app"), (20, "cli"), (15, "import:x"), (30, "app")]
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as db, db:
        db.execute("DELETE FROM events")
        db.executemany(
            "INSERT INTO events (profile_id, item_id, kind, value, at, origin) VALUES (1, 7, 'play', 1, ?, ?)", acts
        )
    library = Library.open(tmp_path, events=EventBus())
    try:
        with library.database.read() as db:
            assert [r[0] for r in db.execute("SELECT ordered FROM events ORDER BY id")] == [None, None, 900, None, 900]
            assert db.execute("SELECT last_order FROM item_state").fetchone()[0] == 900
        assert [e.at for e in Behaviour(library.database, events=EventBus()).events("default")] == [30, 20, 900, 15, 10]
    finally:
        library.close()
