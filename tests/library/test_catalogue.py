from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avrec_desktop.api.errors import NotFoundError
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library import store
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.listing import SORTS
from avrec_desktop.library.query import QueryError
from avrec_desktop.library.store import FileRef
from avrec_desktop.library.types import ItemQuery

ROWS = [
    # path, kind, title, artist, album, year, track, duration, genres
    (b"/m/knalgan.ogg", "audio", "Knalgan Theme", "Ryan Reilly", "Wesnoth", 2008, 2, 300.0, ["Orchestral"]),
    (b"/m/battle.ogg", "audio", "Battle Music", "Aleksi", "Wesnoth", 2006, 1, 200.0, ["Epic", "Orchestral"]),
    (b"/m/02 Track.mp3", "audio", "Track 2", None, None, None, None, 10.0, []),
    (b"/m/10 Track.mp3", "audio", "Track 10", None, None, None, None, 20.0, []),
    ("/n/千与千寻.mkv".encode(), "video", "千与千寻 Spirited Away", "宫崎骏", None, 2001, None, 7500.0, ["Anime"]),
    ("/n/Ágætis.mkv".encode(), "video", "Ágætis byrjun", "Sigur Rós", "Live", 1999, 1, 4000.0, []),
]


@pytest.fixture
def filled(library: Library) -> Library:
    with library.database.write() as db:
        db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, ?, 0), (2, ?, 0)", (b"/m", b"/n"))
        for number, (path, kind, title, artist, album, year, track, duration, genres) in enumerate(ROWS):
            folder = 1 if path.startswith(b"/m") else 2
            (file,) = store.insert_named(db, [(FileRef(path, 5, 5, folder), kind)], float(number))  # type: ignore[list-item]
            result = {
                "title": title, "artist": artist, "album": album, "year": year, "track": track, "duration": duration,
                "genres": genres, "genre": ", ".join(genres) or None, "kind": kind, "has_audio": True,
                "has_video": kind == "video", "fingerprint": bytes([number]) * 16,
            }  # fmt: skip
            store.store_probe(db, file, result, float(number))
            store.index_items(db, [file.item_id])
        db.execute("INSERT INTO profiles (id, name, created_at) VALUES (1, 'default', 0), (2, 'other', 0)")
        db.execute("INSERT INTO item_state (profile_id, item_id, rating, liked, plays, last_played, hidden) VALUES "
                   "(1, 1, 5, 1, 3, 50, 0), (1, 2, NULL, -1, 1, 90, 0), (1, 3, NULL, NULL, 0, NULL, 1), "
                   "(2, 4, 4, NULL, 9, 1, 0)")  # fmt: skip
    return library


def titles(library: Library, text: str = "", **query: object) -> list[str]:
    return [i.title for i in library.items(ItemQuery(text, **query))]  # type: ignore[arg-type]


KNALGAN, BATTLE, TWO, TEN, SPIRITED, AGAETIS = (row[2] for row in ROWS)


def test_standing_filters(filled: Library) -> None:
    assert titles(filled) == [AGAETIS, BATTLE, KNALGAN, TEN, SPIRITED]
    assert titles(filled, filter="hidden") == [TWO]
    assert titles(filled, filter="liked") == [KNALGAN]
    assert set(titles(filled, filter="unplayed")) == {AGAETIS, TEN, SPIRITED}
    assert set(titles(filled, filter="recent")) == {BATTLE, KNALGAN}
    assert titles(filled, filter="liked", profile="other") == [TEN]
    assert TWO in titles(filled, profile="other")
    assert titles(filled, kind="video") == [AGAETIS, SPIRITED]
    assert set(titles(filled, folder_id=1)) == {BATTLE, KNALGAN, TEN}
    assert titles(filled, filter="failed") == []


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("title", AGAETIS, SPIRITED),
        ("artist", BATTLE, TEN),
        ("album", AGAETIS, SPIRITED),
        ("year", AGAETIS, TEN),
        ("duration", TEN, SPIRITED),
        ("added", KNALGAN, AGAETIS),
        ("path", TEN, SPIRITED),
    ],
)
def test_sort_orders(filled: Library, sort: str, first: str, last: str) -> None:
    found = titles(filled, sort=sort)
    assert (found[0], found[-1]) == (first, last)


def test_sort_by_behaviour(filled: Library) -> None:
    assert titles(filled, sort="plays", descending=True)[:2] == [KNALGAN, BATTLE]
    assert titles(filled, sort="rating", descending=True)[0] == KNALGAN
    assert titles(filled, profile="other", sort="plays", descending=True)[0] == TEN


def test_every_order_lists_everything_once_both_ways(filled: Library) -> None:
    everything = sorted(titles(filled))
    for sort in SORTS:
        for descending in (False, True):
            assert sorted(titles(filled, sort=sort, descending=descending)) == everything, sort


def test_orders_by_facts_of_the_file_and_the_last_play(filled: Library) -> None:
    with filled.database.write() as db:
        ids = {row["title"]: row["id"] for row in db.execute("SELECT id, title FROM items")}
        db.execute("UPDATE files SET size = 900000 WHERE item_id = ?", (ids[TEN],))
        db.execute("UPDATE items SET width = 4096, height = 2160 WHERE id = ?", (ids[SPIRITED],))
        db.execute("UPDATE items SET genre = NULL")
        db.execute("UPDATE items SET genre = 'Zouk' WHERE id = ?", (ids[BATTLE],))
        db.execute("UPDATE items SET genre = 'ambient' WHERE id = ?", (ids[TEN],))
    assert titles(filled, sort="size", descending=True)[0] == TEN
    assert titles(filled, sort="quality", descending=True)[0] == SPIRITED
    assert titles(filled, sort="genre")[:2] == [TEN, BATTLE], "whoever says nothing comes last"
    assert titles(filled, sort="genre", descending=True)[:2] == [BATTLE, TEN]
    assert set(titles(filled, sort="played", descending=True)[:2]) == {BATTLE, KNALGAN}
    assert titles(filled, sort="kind")[-2:] == [AGAETIS, SPIRITED]


def test_descending_is_the_reverse(filled: Library) -> None:
    assert titles(filled, sort="duration", descending=True) == titles(filled, sort="duration")[::-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kna", {KNALGAN}),
        ("wesnoth", {KNALGAN, BATTLE}),
        ("ORCHESTRAL battle", {BATTLE}),
        ("千寻", {SPIRITED}),
        ("宫崎", {SPIRITED}),
        ("agaetis", {AGAETIS}),
        ("sigur ros", {AGAETIS}),
        ("track", {TEN}),
        ("mkv", {SPIRITED, AGAETIS}),
        ("nothing like this", set()),
    ],
)
def test_search(filled: Library, text: str, expected: set[str]) -> None:
    assert set(titles(filled, text)) == expected
    assert set(titles(filled, text, sort="relevance")) == expected


def test_relevance_puts_title_before_other_fields(filled: Library) -> None:
    filled.edit([2], {"description": "knalgan " * 3})
    assert titles(filled, "knalgan", sort="relevance") == [KNALGAN, BATTLE]


def test_search_respects_the_filters(filled: Library) -> None:
    assert titles(filled, "track", filter="hidden") == [TWO]
    assert titles(filled, "wesnoth", kind="video") == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_searched(filled: Library, text: str) -> None:
    problem = ""
    try:
        found = filled.ids(ItemQuery(text, sort="relevance"))
    except QueryError as error:  # what is no query is explained
        found, problem = None, error.message
    assert problem if found is None else len(found) <= len(filled.all_ids())


def test_tags_of_other_rooms_are_searched_and_replaced(filled: Library) -> None:
    filled.set_tags("audio-mood", {1: [("calm", 0.9), ("dark", 0.1)], 4: [("calm", 0.5)], 999: [("x", 1.0)]})
    assert set(titles(filled, "calm")) == {KNALGAN, TEN}
    assert titles(filled, "dark") == [], "hardly probable tags are not searched"
    filled.set_tags("audio-mood", {1: [("happy", 0.9)]})
    assert titles(filled, "calm") == [TEN]
    assert [(t.name, t.source) for t in filled.item(1).tags] == [("orchestral", "file"), ("happy", "audio-mood")]


def test_lists_follow_changes_at_once(filled: Library) -> None:
    before = filled.ids(ItemQuery())
    with filled.database.write() as db:
        db.execute("UPDATE item_state SET hidden = 1 WHERE item_id = 1 AND profile_id = 1")
    assert set(before) - set(filled.ids(ItemQuery())) == {1}


def test_items_by_id_keeps_the_order_and_leaves_out_the_unknown(filled: Library) -> None:
    found = filled.items_by_id([4, 77, 1], "default")
    assert [i.id for i in found] == [4, 1]
    assert (found[1].rating, found[1].liked, found[1].plays, found[1].last_played) == (5, 1, 3, 50)
    assert filled.items_by_id([4], "other")[0].rating == 4
    assert filled.items_by_id([], "default") == []


def test_item_has_all_tags_and_lists_have_few(filled: Library) -> None:
    filled.set_tags("x", {1: [(f"tag{i}", 0.5) for i in range(20)]})
    assert len(filled.item(1).tags) == 21
    assert len(filled.items_by_id([1])[0].tags) == 5
    with pytest.raises(NotFoundError, match="77"):
        filled.item(77)


def test_resolve_takes_ids_and_paths(filled: Library) -> None:
    assert filled.resolve("2") == 2
    assert filled.resolve("/m/battle.ogg") == 2
    assert filled.resolve("/m/../m/battle.ogg") == 2
    for unknown in ("99", "/m/none.ogg", "", "9" * 30, "²"):
        with pytest.raises(NotFoundError):
            filled.resolve(unknown)


def test_media_info_and_paths(filled: Library) -> None:
    infos = filled.media_info([5, 99, 1])
    assert [(i.item_id, i.kind, i.has_video) for i in infos] == [(5, "video", True), (1, "audio", False)]
    assert infos[0].path == "/n/千与千寻.mkv"
    assert filled.path(1) == "/m/knalgan.ogg"
    assert filled.all_ids().tolist() == [1, 2, 3, 4, 5, 6]


def test_json_of_an_item(filled: Library) -> None:
    row = filled.item(1).to_dict()
    assert row["tags"] == [{"name": "orchestral", "p": 1.0, "source": "file"}]
    assert (row["id"], row["kind"], row["rating"], row["plays"]) == (1, "audio", 5, 3)


def test_reopened_library_is_the_same(filled: Library) -> None:
    other = Library.open(filled.directory, events=EventBus())
    try:
        assert titles(other) == titles(filled)
        assert other.database.check() == []
    finally:
        other.close()


def test_words_of_an_item(library: Library, tmp_path: Path) -> None:
    from tests.library import media_factory

    folder = tmp_path / "films" / "Nature" / "Sea"
    folder.mkdir(parents=True)
    media_factory.make_video(folder / "waves.mkv")
    (folder / "waves.en.srt").write_text(
        "1\n00:00:02,000 --> 00:00:03,000\n<i>Second</i> line\n\n"
        "2\n00:00:00,500 --> 00:00:01,500\nFirst\n{\\an8}part\n",
        encoding="utf-8",
    )
    (folder / "waves.nfo").write_text("<movie><title>Waves</title><plot>Water.</plot><tag>Calm</tag></movie>")
    from avrec_desktop.jobs.job import Job

    library.scan([tmp_path / "films"], Job())
    text = library.media_text(library.resolve(str(folder / "waves.mkv")))
    assert (text.title, text.description, text.tags, text.file_name) == ("Waves", "Water.", ("calm",), "waves.mkv")
    assert text.folders == ("Nature", "Sea")
    assert [(line.start, line.end, line.text) for line in text.subtitles] == [
        (0.5, 1.5, "First part"),
        (2.0, 3.0, "Second line"),
    ]
    with pytest.raises(NotFoundError):
        library.media_text(99)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        b"nothing of the kind",
        b"1\n00:00:xx --> 5\nbroken\n",
        b"WEBVTT\n\nbroken",
        b"[Script Info]\n\xff",
    ],
)
def test_damaged_subtitles_are_passed_over(data: bytes) -> None:
    from avrec_desktop.library.mediatext import parse_subtitles

    assert parse_subtitles(data) == ()


def test_subtitles_that_overlap_or_end_in_nul() -> None:
    from avrec_desktop.library.mediatext import parse_subtitles

    data = "1\n00:00:01,000 --> 00:00:05,000\nEins ä\n\n2\n00:00:02,000 --> 00:00:03,000\nZwei\0\n\0".encode("cp1252")
    assert [line.text for line in parse_subtitles(data)] == ["Eins ä", "Zwei"]
