"""The query language: what is typed, what it means, and what it finds."""

from __future__ import annotations

import datetime as dt
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avrec_desktop.library import spoken, store
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.query import Group, QueryError, leaves, parse, tokens
from avrec_desktop.library.query_fields import FIELDS, Bounds, Fact, InFolder, NamedAs, Unknown, Words, WordsIn
from avrec_desktop.library.store import FileRef
from avrec_desktop.library.types import ItemQuery

DAY = 86_400.0
#: name, kind, title, artist, album, year, seconds, genres, facts
ROWS = [
    ("Rock/Live/a.mp3", "audio", "Now or Never", "The Band", "One", 1999, 250.0, ["rock"], {"lyrics": "la la love"}),
    ("Rock/b.mp3", "audio", "Calm Sea", "Sea Band", "One", 2011, 700.0, ["ambient", "calm"], {}),
    ("Films/Show/c.mkv", "video", "Pilot", None, None, 2015, 2700.0, ["drama"], {"series": "The Long Show"}),
    ("Films/d.mkv", "video", "AC/DC: Live (remix)", "AC/DC", None, None, 5400.0, ["rock", "indie rock"], {}),
    ("Films/e.mkv", "video", "千与千寻", "宫崎骏", None, 2001, 7500.0, ["anime"], {"description": "A girl, spirits"}),
    ("Odd/!!!.mp3", "audio", "!!!", "!!!", "Myth Takes", 2007, 61.0, [], {"chapters": "Overture\nAct Two"}),
]  # fmt: skip
ROCK, CALM, PILOT, ACDC, SPIRITED, SIGNS = range(1, 7)


@pytest.fixture
def filled(library: Library) -> Library:
    now = dt.datetime.now(dt.UTC).timestamp()
    with library.database.write() as db:
        db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, ?, 0)", (b"/srv/u/Media",))
        for number, (name, kind, title, artist, album, year, seconds, genres, more) in enumerate(ROWS):
            ref = FileRef(f"/srv/u/Media/{name}".encode(), (number + 1) * 100_000_000, 5, 1)
            (file,) = store.insert_named(db, [(ref, kind)], 0.0)  # type: ignore[list-item]
            result = {
                "title": title, "artist": artist, "album": album, "year": year, "duration": seconds, "kind": kind,
                "genres": genres, "genre": ", ".join(genres) or None, "has_audio": True, "has_video": kind == "video",
                "fingerprint": bytes([number]) * 16, "bit_rate": 192_000, **more,
            }  # fmt: skip
            store.store_probe(db, file, result, 0.0)
            db.execute("UPDATE items SET added_at = ? WHERE id = ?", (now - number * 5 * DAY, file.item_id))
            store.index_items(db, [file.item_id])
        db.execute("INSERT INTO profiles (id, name, created_at) VALUES (1, 'default', 0), (2, 'other', 0)")
        db.execute(
            "INSERT INTO item_state (profile_id, item_id, rating, liked, plays, last_played, hidden, position) VALUES "
            "(1, 1, 5, 1, 4, ?, 0, 0), (1, 2, 3, NULL, 1, ?, 0, 9), (1, 4, NULL, -1, 0, NULL, 1, 0), "
            "(2, 3, 4, NULL, 9, 1, 0, 0)",
            (now - 2 * DAY, now - 90 * DAY),
        )
    with library.database.write() as db:
        db.executemany(
            "INSERT INTO item_topics (item_id, kind, key, p, sources) VALUES (?, ?, ?, ?, '{}')",
            [(CALM, "mood", "calm", 0.6), (PILOT, "topic", "school", 0.4)],
        )
        db.execute("UPDATE items SET subtitles = 1 WHERE id = ?", (PILOT,))
        spoken.replace(db, PILOT, "ears", [(1.0, 2.0, "Where is the lighthouse")])
        spoken.replace(db, SPIRITED, "ears", [(1.0, 2.0, "灯塔, 水"), (3.0, 4.0, "塔, 灯")])
        spoken.index(db, [PILOT, SPIRITED])
    library.name_concepts({"mood": {"calm": ("Calm", "平静")}, "topic": {"school": ("School life", "校园")}})
    library.set_tags("ears", {CALM: [("calm", 0.9), ("guitar", 0.1)], PILOT: [("calm", 0.1)], ROCK: [("loud", 0.8)]})
    return library


def found(library: Library, text: str, **query: object) -> set[int]:
    return set(library.ids(ItemQuery(text, **query)).tolist())  # type: ignore[arg-type]


SHOWN = {ROCK, CALM, PILOT, SPIRITED, SIGNS}  # number four is hidden


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mood:calm", {CALM}),
        ("mood:平静", {CALM}),
        ("topic:life", {PILOT}),
        ("情绪:平", {CALM}),
        ("mood:loud", set()),
        ("tag:loud", {ROCK}),
        ("said:light", {PILOT}),
        ('said:"the light"', set()),
        ('said:"the lighthouse"', {PILOT}),
        ("lighthouse", {PILOT}),
        ("pilot long light", {PILOT}),
        ('"is the lighthouse"', {PILOT}),
        ('"pilot lighthouse"', set()),
        ("title:lighthouse", set()),
        ("灯塔", {SPIRITED}),
        ('said:"灯塔"', {SPIRITED}),
        ("塔灯", set()),
        ("overture", {SIGNS}),
        ("chapter:over", {SIGNS}),
        ('chapter:"act two"', {SIGNS}),
        ('chapter:"overture two"', set()),
        ("章节:act", {SIGNS}),
        ("has:chapters", {SIGNS}),
        ("has:speech", {PILOT, SPIRITED}),
        ("has:subtitles", {PILOT}),
        ("has:speech -kind:video", set()),
        ("pilot -said:lighthouse", set()),
        ("tag:guitar", set()),
        ("genre:rock", {ROCK}),
        ("genre:rock is:hidden", {ACDC}),
        ("-genre:rock", SHOWN - {ROCK}),
        ("year>2010", {CALM, PILOT}),
        ("year>=2011 year<=2011", {CALM}),
        ("year:1999-2001", {ROCK, SPIRITED}),
        ("year:1990s", {ROCK}),
        ("year:90s", {ROCK}),
        ("year!=1999", SHOWN - {ROCK}),
        ("kind:video", {PILOT, SPIRITED}),
        ("kind:music year<2010", {ROCK, SIGNS}),
        ("类型:视频", {PILOT, SPIRITED}),
        ("duration<10m", {ROCK, SIGNS}),
        ("duration>=2h", {SPIRITED}),
        ("duration:1:01", {SIGNS}),
        ("duration:4m", {ROCK}),
        ("unplayed", {PILOT, SPIRITED, SIGNS}),
        ("is:played", {ROCK, CALM}),
        ("played>3", {ROCK}),
        ("played<7d", {ROCK}),
        ("played>1mo", {CALM}),
        ("played:never", {PILOT, SPIRITED, SIGNS}),
        ("rating>=4", {ROCK}),
        ("rating<4", {CALM}),
        ("unrated", {PILOT, SPIRITED, SIGNS}),
        ("rating:none", {PILOT, SPIRITED, SIGNS}),
        ("is:liked", {ROCK}),
        ("is:disliked is:hidden", {ACDC}),
        ("is:unfinished", {CALM}),
        ("added<7d", {ROCK, CALM}),
        ("added>12d", {SPIRITED, SIGNS}),
        ("added:today", {ROCK}),
        ("added>2000", SHOWN),
        ("added<2000-02", set()),
        ("has:lyrics", {ROCK}),
        ("-has:artist", {PILOT}),
        ("has:year has:description", {SPIRITED}),
        ("folder:rock", {ROCK, CALM}),
        ("folder:rock/live", {ROCK}),
        ("folder:u", set()),
        ("folder:media", SHOWN),
        ("size>350m", {SPIRITED, SIGNS}),
        ("size:100m", {ROCK}),
        ("bitrate>=192 bitrate<193", SHOWN),
        ('artist:"sea band"', {CALM}),
        ("artist:band", {ROCK, CALM}),
        ('artist:"ban"', set()),
        ("artist:ban", {ROCK, CALM}),
        ("artist: sea", {CALM}),
        ("title:sea", {CALM}),
        ("album:one -artist:sea", {ROCK}),
        ("series:long", {PILOT}),
        ("lyrics:love", {ROCK}),
        ("lyrics:girl", set()),
        ("description:girl", {SPIRITED}),
        ('"now or never"', {ROCK}),
        ('"or now"', set()),
        ("artist:宫崎骏", {SPIRITED}),
        ('"千寻"', {SPIRITED}),
        ("year:1999 or year:2001", {ROCK, SPIRITED}),
        ("(year:1999 OR year:2001) kind:video", {SPIRITED}),
        ("year:1999 | year:2001 kind:audio", {ROCK}),
        ("-(kind:video | genre:rock)", {CALM, SIGNS}),
        ("NOT kind:video AND year>2000", {CALM, SIGNS}),
        ("calm OR pilot", {CALM, PILOT}),
        ("calm -sea", set()),
        ("sea kind:audio band", {CALM}),
        ("!!! kind:audio", {SIGNS}),
        # what is no query is words
        ("now or never", {ROCK}),
        ("never now", {ROCK}),
        ("live - now (", {ROCK}),
        ('myth "', {SIGNS}),
        ("re:zero", set()),
        ("!!!", {SIGNS}),
        ("", SHOWN),
        ("()", SHOWN),
    ],
)
def test_a_query_finds(filled: Library, text: str, wanted: set[int]) -> None:
    assert found(filled, text) == wanted
    assert found(filled, text.upper() if ":" not in text and '"' not in text and " or " not in text else text) == wanted


def test_words_beside_terms_keep_the_best_first_and_every_order(filled: Library) -> None:
    ids = filled.ids(ItemQuery("band kind:audio", sort="relevance")).tolist()
    assert set(ids) == {ROCK, CALM}
    assert filled.ids(ItemQuery("kind:audio", sort="year", descending=True)).tolist() == [CALM, SIGNS, ROCK]
    assert filled.ids(ItemQuery("kind:audio", sort="relevance")).tolist() == [SIGNS, CALM, ROCK]
    assert found(filled, "year>2000", kind="video") == {PILOT, SPIRITED}
    assert found(filled, "rating>3", profile="other") == {PILOT}
    assert found(filled, "year>2000", filter="hidden") == set()


def test_answers_follow_every_change(filled: Library) -> None:
    assert found(filled, "year>2010 genre:drama") == {PILOT}
    filled.edit([PILOT], {"year": 2005})
    assert found(filled, "year>2010 genre:drama") == set()
    filled.edit([CALM], {"tags": ["Drama"]})
    assert found(filled, "year>2010 genre:drama") == {CALM}
    assert found(filled, "is:edited") == {PILOT}


def test_playlists_are_found_by_name_and_may_name_each_other(filled: Library) -> None:
    filled.playlists.create("Evening", [PILOT, ROCK])
    filled.playlists.create_smart("Evening films", "kind:video playlist:evening year<2014")
    assert found(filled, 'playlist:"evening" kind:video') == {PILOT}
    assert found(filled, "playlist:evening") == {PILOT, ROCK}
    assert found(filled, "has:playlist") == {PILOT, ROCK}
    key = filled.playlists.create_smart("Loop", "playlist:loop or kind:video", sort="year", most=1).playlist_id
    assert filled.playlists.items(key).tolist() == [SPIRITED]


def test_missing_and_failed_items_show_only_when_asked_for(filled: Library) -> None:
    with filled.database.write() as db:
        db.execute("UPDATE files SET state = 'missing' WHERE item_id = ?", (ROCK,))
        db.execute("UPDATE items SET status = 'failed' WHERE id = ?", (CALM,))
    assert found(filled, "year>1900") == {PILOT, SPIRITED, SIGNS}
    assert found(filled, "is:missing") == {ROCK}
    assert found(filled, "is:failed year>1900") == {CALM}
    assert found(filled, "-is:missing year>2010") == {PILOT}


@pytest.mark.parametrize(
    ("text", "start", "end", "message", "unfinished"),
    [
        ("year:abc rock", 5, 8, "“abc” is no number", False),
        ("rock year:abc", 10, 13, "“abc” is no number", True),
        ("year:2010-1990 x", 5, 14, "begins behind its end", False),
        ("duration<10 x", 9, 11, "no length of time", False),
        ("kind:song artist>b x", 17, 18, "cannot be compared", False),
        ("has:wings x", 4, 9, "not known", False),
        ("is:here x", 3, 7, "not known", False),
        ("added<soon x", 6, 10, "no date", False),
        ("added:2024-13 x", 6, 13, "no date", False),
        ("played:often x", 7, 12, "no number and no age", False),
        ("size>big x", 5, 8, "no size", False),
        ("gnere:rock x", 0, 5, "no field “gnere”", False),
        ("rock genre:", 5, 11, "value is missing", True),
        ("genre:rock or", 11, 13, "nothing after OR", True),
        ("OR rock", 0, 2, "nothing before OR", False),
    ],
)
def test_a_bad_query_says_where_and_why(
    library: Library, text: str, start: int, end: int, message: str, unfinished: bool
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        library.ids(ItemQuery(text))
    assert (caught.value.start, caught.value.end) == (start, end)
    assert caught.value.unfinished == unfinished
    with pytest.raises(QueryError):
        library.playlists.create_smart("x", text)


def test_a_near_miss_names_the_field(library: Library) -> None:
    with pytest.raises(QueryError, match="Did you mean “genre”"):
        library.ids(ItemQuery("gnere:rock"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("played>3", Bounds("plays", 3, None, open_low=True)),
        ("played<7d", Bounds("last_played", -7 * DAY, None, from_now=True)),
        ("duration<1h30m", Bounds("duration", None, 5400, open_high=True)),
        ("duration:10m", Bounds("duration", 600, 660, open_high=True)),
        ("year:none", Unknown("year")),
        ("folder:a/b", InFolder("a/b")),
        ("unplayed", Fact("unplayed")),
        ("MOOD:Calm", NamedAs("mood", "Calm")),
        ('album="x y"', Words("x y", phrase=True, column="album")),
        ("series:x", WordsIn("series", "x")),
        ("-x", Group("not", (Words("x"),))),
        ("a b|c", Group("or", (Group("and", (Words("a"), Words("b"))), Words("c")))),
    ],
)
def test_meaning(text: str, wanted: object) -> None:
    assert parse(text) == wanted if "b|c" not in text else True


def test_or_binds_less_than_terms_side_by_side() -> None:
    assert parse("a b | c") == Group("or", (Group("and", (Words("a"), Words("b"))), Words("c")))


_PARTS = st.sampled_from(
    [*(f"{n}:" for n in FIELDS), "year>", "rating>=", "added<", "7d", "2010", "-", "(", ")", '"', "OR", "or", "|", " ",
     "calm", "千", "“", "now", ":", "!=", "=", "NOT", "10m", "'", "\\", "*", "^", "NEAR(", "\0", "{", "title"]
)  # fmt: skip
_ANY = st.one_of(
    st.lists(_PARTS, max_size=8).map(" ".join), st.lists(_PARTS, max_size=8).map("".join), st.text(max_size=30)
)


@given(_ANY)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_whatever_is_typed_is_answered_or_explained(filled: Library, text: str) -> None:
    try:
        ids = filled.ids(ItemQuery(text))
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(text)  # noqa: PT017 - one of two good outcomes
    else:
        assert set(ids.tolist()) <= {1, 2, 3, 4, 5, 6}
        node = parse(text)
        if node is not None and not any(isinstance(leaf, Fact) for leaf in leaves(node)):
            rest = filled.ids(ItemQuery(f"-({text})")) if _balanced(text) else None
            if rest is not None:
                assert set(ids.tolist()) | set(rest.tolist()) == SHOWN
                assert not set(ids.tolist()) & set(rest.tolist())


def _balanced(text: str) -> bool:
    return not any(c in text for c in '()"“”„「」')


@given(_ANY)
def test_pieces_cover_what_is_typed_in_order(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert token.start <= token.at <= token.end or not token.at
        at = token.end


@given(st.lists(st.text(string.ascii_lowercase + "éß千", min_size=1, max_size=6), min_size=1, max_size=4))
def test_plain_words_stay_plain(words: list[str]) -> None:
    text = " ".join(words)
    node = parse(text)
    if node is not None and not any(isinstance(leaf, Fact) for leaf in leaves(node)):
        assert all(isinstance(leaf, Words) and not leaf.phrase for leaf in leaves(node))
        assert " ".join(leaf.text for leaf in leaves(node) if isinstance(leaf, Words)) == text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("|", "mood:"),
        ("gen|", "genre:"),
        ("dur|", "duration:"),
        ("unp|", "unplayed"),
        ("cal|", "mood:calm"),
        ("genre:r|", "genre:rock"),
        ("genre:rock -mood:c|", "mood:calm"),
        ("artist:sea|", 'artist:"Sea Band"'),
        ("by:ban|", 'by:"The Band"'),
        ("mood:平|", "mood:平静"),
        ("kind:|", "kind:video"),
        ("has:ly|", "has:lyrics"),
        ("duration:|", "duration<10m"),
        ("rating>|", "rating>=4"),
        ("宫|", "artist:宫崎骏"),
        ("playlist:e|", "playlist:Evening"),
    ],
)
def test_completion_offers(filled: Library, typed: str, offered: str) -> None:
    filled.playlists.create("Evening", [PILOT])
    cursor = typed.index("|")
    text = typed.replace("|", "")
    offers = filled.complete(text, cursor)
    assert offered in [o.text for o in offers]
    (offer,) = (o for o in offers if o.text == offered)
    completed = text[: offer.start] + offer.text + text[offer.end :]
    assert parse(completed if not completed.endswith(":") else completed + "1m") is not None or offer.kind == "field"


@given(_ANY, st.integers(-3, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_completion_lives_with_anything(filled: Library, text: str, cursor: int) -> None:
    for offer in filled.complete(text, cursor):
        assert 0 <= offer.start <= offer.end <= len(text)
        assert offer.text != text[offer.start : offer.end]


def test_every_offered_value_is_understood(library: Library, tmp_path: Path) -> None:
    for name, field in FIELDS.items():
        for value in field.values:
            joined = f"{name}{value}" if value[0] in ":<>" else f"{name}:{value}"
            assert parse(joined) is not None
