"""Which library item an imported thing is taken for, which is asked about, and which is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avrec_desktop.behaviour.imports.types import Thing
from avrec_desktop.behaviour.matching import CERTAIN, Matcher, bare, plain
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library

SONGS = (
    ("Hello", "Adele", "25"),
    ("Hello", "Lionel Richie", "Can't Slow Down"),
    ("Human Behaviour", "Björk", "Debut"),
    ("Come Together - Remastered 2009", "The Beatles", "Abbey Road"),
    ("Yellow", "Coldplay", "Parachutes"),
    ("Yellow", "Coldplay", "Live 2003"),
    ("Get Lucky (feat. Pharrell Williams)", "Daft Punk", "Random Access Memories"),
    ("Smells Like Teen Spirit", "Nirvana", "Nevermind"),
    ("Piano Sonata No. 14 in D major", "Beethoven", "Sonatas"),
)


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matcher]:
    """Songs 1 to 9; films and an episode from 21."""
    library = Library.open(tmp_path_factory.mktemp("matching"), events=EventBus())
    insert = (
        "INSERT INTO items (id, kind, status, title, artist, album, year, series, season, episode, duration,"
        " fingerprint, added_at, updated_at) VALUES (?, ?, 'ready', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"
    )
    with library.database.write() as db:
        for n, (title, artist, album) in enumerate(SONGS, 1):
            db.execute(insert, (n, "audio", title, artist, album, None, None, None, None, 200.0, bytes([n] * 16)))
        films = [(21, "Heat", 1995), (22, "Heat", 1986), (23, "Amélie", 2001), (24, "Blade Runner", 1982)]
        for n, title, year in films:
            db.execute(insert, (n, "video", title, None, None, year, None, None, None, 6000.0, None))
        db.execute(insert, (30, "video", "Lies", None, None, None, "Dark", 1, 2, 3000.0, None))
        for n, path in ((21, "/films/Heat (1995)/Heat.mkv"), (24, "/films/Blade Runner/film.mkv")):
            db.execute(
                "INSERT INTO files (item_id, path, size, mtime_ns, state) VALUES (?, ?, 1, 1, 'present')",
                (n, path.encode()),
            )
    yield Matcher(library.database)
    library.close()


def song(title: str, artist: str, album: str | None = None, **more: object) -> Thing:
    return Thing("k", title, artist, album, kind="audio", **more)  # type: ignore[arg-type]


def film(title: str, year: int | None = None, **more: object) -> Thing:
    return Thing("k", title, year=year, kind="video", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("thing", "item", "how"),
    [
        (song("Hello", "Adele"), 1, "tags"),
        (song("HELLO", "lionel richie"), 2, "tags"),
        (song("human behaviour", "Bjork"), 3, "tags"),
        (song("Come Together", "Beatles"), 4, "tags"),
        (song("Yellow", "Coldplay", "Live 2003"), 6, "tags"),
        (song("Yellow", "Coldplay"), 5, "tags"),
        (song("Get Lucky", "Daft Punk feat. Pharrell Williams"), 7, "tags"),
        (song("Smells Like Teen Spirt", "Nirvana"), 8, "tags"),
        (film("Heat", 1995), 21, "title"),
        (film("heat", 1986), 22, "title"),
        (film("Amelie", 2001), 23, "title"),
        (film("Amélie", 2002), 23, "title"),
        (film("Blade Runner"), 24, "title"),
        (Thing("k", "?", series="Dark", season=1, episode=2), 30, "episode"),
        (Thing("k", path="/films/Heat (1995)/Heat.mkv"), 21, "path"),
        (Thing("k", path="D:\\media\\heat (1995)\\heat.mkv"), 21, "path"),
        (Thing("k", fingerprint="03" * 16), 3, "fingerprint"),
        (Thing("k", "Yellow", item_id=6), 6, "id"),
    ],
)
def test_what_is_certain_is_taken(matcher: Matcher, thing: Thing, item: int, how: str) -> None:
    (match,) = matcher.match([thing])
    assert (match.item_id, match.how) == (item, how)
    assert match.confidence >= CERTAIN
    assert match.candidates == ()


@pytest.mark.parametrize(
    ("thing", "items"),
    [
        (film("Heat"), {21, 22}),
        (film("Blade Runer 2", 1982), {24}),
        (film("Blad Runer", 1983), {24}),
        (song("Smels Lke Ten Spirt", "Nirvana"), {8}),
        (song("Piano Sonata No. 15 in D major", "Beethoven"), {9}),
        (Thing("k", path="/elsewhere/film.mkv"), {24}),
        (song("Hello", "Adele Adkins"), {1}),
        (song("Human Behaviour", "Björk and the Sugarcubes"), {3}),
    ],
)
def test_what_is_not_certain_is_asked(matcher: Matcher, thing: Thing, items: set[int]) -> None:
    (match,) = matcher.match([thing])
    assert match.item_id is None
    assert {c.item_id for c in match.candidates} == items


@pytest.mark.parametrize(
    "thing",
    [
        song("Hello", "Evanescence"),
        film("Heat", 2013),
        film("Alien", 1979),
        Thing("k", "Truths", series="Dark", season=1, episode=3),
        Thing("k", "Lies", series="Other", season=1, episode=2),
        Thing("k", "Another title", item_id=6),
        Thing("k", fingerprint="zz"),
        Thing("k", path="\0"),
        Thing("k"),
    ],
)
def test_what_is_something_else_is_left_alone(matcher: Matcher, thing: Thing) -> None:
    (match,) = matcher.match([thing])
    assert (match.item_id, match.candidates) == (None, ())


def test_plain_and_bare_titles() -> None:
    assert plain("The  Élan—Vital!") == "elan vital"
    assert plain("!!!") == "!!!"
    assert bare("Song (feat. X) [Remastered 2011]") == "song"
    assert bare("Song (Live at Y)") == "song live at y", "a live recording is another recording"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Thing,
        st.text(min_size=1),
        st.none() | st.text(),
        st.none() | st.text(),
        year=st.none() | st.integers(),
        path=st.none() | st.text(st.characters(codec="utf-8")),
        fingerprint=st.none() | st.text(),
        series=st.none() | st.text(),
        season=st.none() | st.integers(),
        episode=st.none() | st.integers(),
        duration=st.none() | st.floats(),
    )
)
def test_any_thing_gets_an_answer(matcher: Matcher, thing: Thing) -> None:
    (match,) = matcher.match([thing])
    assert 0 <= match.confidence <= 1
    assert match.item_id is None or not match.candidates


def test_no_items_no_matches(tmp_path: Path) -> None:
    with_library = Library.open(tmp_path / "empty", events=EventBus())
    try:
        assert Matcher(with_library.database).match([film("Heat", 1995)])[0].item_id is None
    finally:
        with_library.close()
