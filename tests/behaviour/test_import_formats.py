"""Each foreign format: what is read of a file as its program writes it, and which rows are refused with a reason."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.columns import TableOptions
from avrec_desktop.behaviour.imports.formats import detect, open_source
from avrec_desktop.behaviour.imports.types import KINDS, Batch, Thing


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pack(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def read(path: Path, form: str | None = None, options: TableOptions | None = None) -> tuple[str, Batch]:
    """Return the format and all rows as one batch."""
    source = open_source(path, form, options)
    whole = Batch()
    for batch in source.read():
        for name in ("things", "users", "keys", "kinds", "values", "times", "ordinals", "bad"):
            getattr(whole, name).extend(getattr(batch, name))
        whole.done = batch.done
    assert whole.done == source.total
    return source.format, whole


def acts(batch: Batch) -> list[tuple[str, str, float | None, float]]:
    """Return (key, kind, value, time)."""
    return [
        (key, KINDS[kind], None if value != value else value, at)
        for key, kind, value, at in zip(batch.keys, batch.kinds, batch.values, batch.times, strict=True)
    ]


# -- Last.fm


_WITHOUT_HEADER = (
    '"Air","Moon Safari","La Femme d\'Argent","09 May 2024 21:30"\n'
    '"Björk","Debut","Human Behaviour","10 May 2024 08:00"\n'
)
_WITH_SECONDS = (
    "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
    '1715290200,"09 May 2024, 21:30",Air,,Moon Safari,,La Femme d\'Argent,\n'
    '1715328000,"10 May 2024, 08:00",Björk,,Debut,,Human Behaviour,\n'
)
_STATS = (
    "Artist;Album;AlbumId;Track;Date#someone\n"
    "Air;Moon Safari;;La Femme d'Argent;1715290200000\nBjörk;Debut;;Human Behaviour;1715328000000\n"
)


@pytest.mark.parametrize("text", [_WITHOUT_HEADER, _WITH_SECONDS, _STATS], ids=["no header", "uts", "lastfmstats"])
def test_lastfm_tables(tmp_path: Path, text: str) -> None:
    form, batch = read(write(tmp_path / "scrobbles.csv", text))
    assert (form, batch.bad) == ("lastfm", [])
    assert acts(batch) == [
        ("air – la femme d'argent", "complete", None, 1715290200.0),
        ("bjork – human behaviour", "complete", None, 1715328000.0),
    ]
    assert (batch.things[1].artist, batch.things[1].title, batch.things[1].album) == (
        "Björk",
        "Human Behaviour",
        "Debut",
    )


def test_lastfm_rows_without_time_title_or_sense_are_listed(tmp_path: Path) -> None:
    text = "artist,album,track,date\nAir,,Sexy Boy,\nAir,,,09 May 2024 21:30\nAir,,Sexy Boy,01 Jan 1970 00:00\nAir,x\n"
    _, batch = read(write(tmp_path / "s.csv", text + "Air,,Sexy Boy,09 May 2024 21:30\n"))
    assert len(batch) == 1
    assert [b.row for b in batch.bad] == [2, 3, 4, 5]
    assert "playing now" in batch.bad[0].reason
    assert "no title" in batch.bad[1].reason
    assert "before there was Last.fm" in batch.bad[2].reason


@pytest.mark.parametrize("shape", ["pages", "api", "stats"])
def test_lastfm_json(tmp_path: Path, shape: str) -> None:
    track = {"artist": {"#text": "Air", "mbid": ""}, "name": "Sexy Boy", "album": {"#text": "Moon Safari"},
             "date": {"uts": "1715290200", "#text": "09 May 2024, 21:30"}}  # fmt: skip
    now = {"artist": {"#text": "Air"}, "name": "Talisman", "@attr": {"nowplaying": "true"}}
    value = {
        "pages": [{"track": [track, now]}],
        "api": {"recenttracks": {"track": [track, now], "@attr": {"user": "x"}}},
        "stats": {"username": "x", "scrobbles": [{"track": "Sexy Boy", "artist": "Air", "date": 1715290200000}]},
    }[shape]
    form, batch = read(write(tmp_path / "lastfm.json", json.dumps(value)))
    assert form == "lastfm"
    assert acts(batch) == [("air – sexy boy", "complete", None, 1715290200.0)]
    assert len(batch.bad) == (shape != "stats")


# -- ListenBrainz

LISTEN = {
    "listened_at": 1715290200, "recording_msid": "a",
    "track_metadata": {
        "artist_name": "Air", "track_name": "Sexy Boy", "release_name": "Moon Safari",
        "additional_info": {"duration_ms": 298000},
        "mbid_mapping": {"recording_mbid": "8F3471B5-7E6A-48DA-86A9-C1C07A0F47AE"},
    },
}  # fmt: skip


def test_listenbrainz_archive_with_loves(tmp_path: Path) -> None:
    love = {"score": 1, "created": 1715290300, "track_metadata": {"artist_name": "Air", "track_name": "Talisman"}}
    lines = f"{json.dumps(LISTEN)}\nnot json\n{json.dumps({'listened_at': 1})}\n"
    files = {"listens/2024/5.jsonl": lines, "feedback.jsonl": json.dumps(love) + "\n", "user.json": "{}"}
    form, batch = read(pack(tmp_path / "export.zip", files))
    assert form == "listenbrainz"
    assert acts(batch) == [
        ("air – talisman", "like", None, 1715290300.0),
        ("air – sexy boy", "complete", None, 1715290200.0),
    ]
    thing = next(t for t in batch.things if t.title == "Sexy Boy")
    assert (thing.duration, thing.mbid) == (298.0, "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae")
    assert [(b.row, b.file) for b in batch.bad] == [(2, "listens/2024/5.jsonl"), (3, "listens/2024/5.jsonl")]


@pytest.mark.parametrize("shape", ["array", "lines"])
def test_listenbrainz_single_files(tmp_path: Path, shape: str) -> None:
    text = json.dumps([LISTEN, LISTEN], indent=1) if shape == "array" else f"{json.dumps(LISTEN)}\n" * 2
    form, batch = read(write(tmp_path / "listens.json", text))
    assert (form, len(batch), len(batch.things)) == ("listenbrainz", 2, 1)


def test_a_json_file_cut_off_keeps_what_was_whole_and_says_so(tmp_path: Path) -> None:
    whole = json.dumps([LISTEN, LISTEN])
    _, batch = read(write(tmp_path / "l.json", whole[: len(whole) - 40]), "listenbrainz")
    assert len(batch) == 1
    assert [b.row for b in batch.bad] == [2]
    assert "rest of the file cannot be read" in batch.bad[0].reason


# -- Trakt

MATRIX = {"title": "The Matrix", "year": 1999, "ids": {"trakt": 1, "imdb": "tt0133093"}}
SHOW = {"title": "Dark", "year": 2017, "ids": {"trakt": 2}}


def test_trakt_folder_prefers_history_to_counts(tmp_path: Path) -> None:
    history = [
        {"id": 1, "watched_at": "2024-05-09T21:30:00.000Z", "action": "watch", "type": "movie", "movie": MATRIX},
        {"id": 2, "watched_at": "2024-05-10T21:30:00.000Z", "type": "episode", "show": SHOW,
         "episode": {"season": 1, "number": 2, "title": "Lies"}},
        {"id": 3, "watched_at": "never", "movie": MATRIX},
    ]  # fmt: skip
    write(tmp_path / "t/watched-history.json", json.dumps(history))
    write(tmp_path / "t/watched-movies.json", json.dumps([{"plays": 9, "movie": MATRIX}]))
    rating = {"rated_at": "2024-05-11T00:00:00.000Z", "rating": 9, "type": "movie", "movie": MATRIX}
    write(tmp_path / "t/ratings-movies.json", json.dumps([rating, {**rating, "rating": 11}]))
    source = open_source(tmp_path / "t")
    assert "watched-movies.json" in source.notes[0]
    form, batch = read(tmp_path / "t")
    assert form == "trakt"
    assert acts(batch) == [
        ("the matrix (1999)", "rate", 4.5, 1715385600.0),
        ("the matrix (1999)", "complete", None, 1715290200.0),
        ("dark (2017) 1x02", "complete", None, 1715376600.0),
    ]
    assert Thing("dark (2017) 1x02", "Lies", kind="video", series="Dark", season=1, episode=2) in batch.things
    assert [b.file for b in batch.bad] == ["ratings-movies.json", "watched-history.json"]


def test_trakt_counted_plays_are_numbered(tmp_path: Path) -> None:
    record = {
        "plays": 3, "last_watched_at": "2024-05-09T21:30:00.000Z", "show": SHOW,
        "seasons": [{"number": 1, "episodes": [{"number": 1, "plays": 2, "last_watched_at": "2024-05-09T21:30:00Z"}]}],
    }  # fmt: skip
    movie = {"plays": 2, "last_watched_at": "2024-05-09T21:30:00.000Z", "movie": MATRIX}
    _, batch = read(write(tmp_path / "watched.json", json.dumps([record, movie])))
    assert batch.keys == ["dark (2017) 1x01"] * 2 + ["the matrix (1999)"] * 2
    assert batch.ordinals == [1, 2, 1, 2]


# -- Letterboxd


def test_letterboxd_archive(tmp_path: Path) -> None:
    head = "Date,Name,Year,Letterboxd URI"
    files = {
        "diary.csv": f"{head},Rating,Rewatch,Tags,Watched Date\n2024-05-10,Heat,1995,u,4.5,,,2024-05-09\n",
        "watched.csv": f"{head}\n2024-05-10,Heat,1995,u\n2024-05-11,Alien,1979,u\n",
        "ratings.csv": f"{head},Rating\n2024-05-10,Alien,1979,u,0.5\n2024-05-10,Alien,1979,u,9\n",
        "likes/films.csv": f"{head}\n2024-05-12,Heat,1995,u\n",
        "reviews.csv": "x",
    }
    form, batch = read(pack(tmp_path / "letterboxd.zip", files))
    assert form == "letterboxd"
    assert acts(batch) == [
        ("heat (1995)", "complete", None, 1715212800.0),
        ("heat (1995)", "rate", 4.5, 1715212800.0),
        ("alien (1979)", "complete", None, 1715385600.0),
        ("alien (1979)", "rate", 1.0, 1715299200.0),
        ("heat (1995)", "like", None, 1715472000.0),
    ]
    assert [(b.row, b.file) for b in batch.bad] == [(3, "ratings.csv")]


# -- Kodi


def test_nfo_beside_media(tmp_path: Path) -> None:
    films = tmp_path / "films"
    state = "<playcount>2</playcount><lastplayed>2024-05-09 21:30:00</lastplayed><userrating>8</userrating>"
    film = f"<movie><title>Heat</title><year>1995</year>{state}</movie>\nhttps://example.org/tt0113277"
    write(films / "Heat (1995)/Heat.nfo", film)
    write(films / "Heat (1995)/Heat.mkv", b"x")
    several = "".join(
        f"<episodedetails><title>E{n}</title><showtitle>Dark</showtitle><season>1</season><episode>{n}</episode>"
        "<playcount>1</playcount></episodedetails>"
        for n in (1, 2)
    )
    write(films / "Dark/Dark 1x01-02.nfo", f'<?xml version="1.0"?>{several}')
    write(films / "Alien/movie.nfo", "<movie><title>Alien</title><playcount>0</playcount></movie>")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><movie><title>&a;</title><playcount>1</playcount></movie>'
    write(films / "Bomb/movie.nfo", bomb)
    write(films / "Text/movie.nfo", "a plain text")
    write(films / "Broken/movie.nfo", "<movie><title>Alien")
    form, batch = read(films)
    assert form == "nfo"
    kinds = [(key, kind, value) for key, kind, value, _ in acts(batch)]
    assert kinds == [
        ("dark 1x01", "complete", None),
        ("dark 1x02", "complete", None),
        ("heat (1995)", "complete", None),
        ("heat (1995)", "complete", None),
        ("heat (1995)", "rate", 4.0),
    ]
    heat = next(t for t in batch.things if t.title == "Heat")
    assert heat.path == str((films / "Heat (1995)/Heat.mkv").resolve())
    assert {b.file for b in batch.bad} == {"Bomb/movie.nfo", "Broken/movie.nfo"}


# -- tables


def test_movielens_1m_with_double_colons(tmp_path: Path) -> None:
    write(tmp_path / "ml-1m/ratings.dat", "1::5::5::978300760\n1::6::x::978300760\n")
    write(
        tmp_path / "ml-1m/movies.dat", "5::Matrix, The (1999)::Action|Sci-Fi\n6::Café (1990)::Drama\n".encode("cp1252")
    )
    form, batch = read(tmp_path / "ml-1m")
    assert form == "movielens"
    assert (batch.users, batch.keys, batch.times) == (["1"], ["5"], [978300760.0])
    assert [(t.title, t.year, t.category) for t in batch.things] == [
        ("The Matrix", 1999, "Action|Sci-Fi"),
        ("Café", 1990, "Drama"),
    ]
    assert [(b.row, b.file) for b in batch.bad] == [(2, "ratings.dat")]


def test_a_movielens_archive_is_read_without_unpacking(tmp_path: Path) -> None:
    files = {"ml/ratings.csv": "userId,movieId,rating,timestamp\n1,4,4.5,964982703\n",
             "ml/movies.csv": 'movieId,title,genres\n4,"Heat (1995)",Action\n', "ml/README.txt": "hello"}  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    archive = pack(tmp_path / "ml.zip", files)
    form, batch = read(archive)
    assert (form, batch.keys, batch.things[0].title) == ("movielens", ["4"], "Heat")
    assert sorted(tmp_path.rglob("*")) == [*before, archive]


@pytest.mark.parametrize("name", ["", "u.data"])
def test_of_a_movielens_folder_only_the_rows_of_the_one_who_imports(name: str, tmp_path: Path) -> None:
    write(tmp_path / "ml/u.data", "1\t5\t4\t978300760\n2\t6\t3\t978300761\n2\t5\t1\t978300762\n")
    source = detect(tmp_path / "ml" / name, options=TableOptions(me="2")).source
    assert source is not None
    assert source.own
    batches = list(source.read())
    assert [(k, v) for b in batches for k, v in zip(b.keys, b.values, strict=True)] == [("6", 3.0), ("5", 1.0)]
    with pytest.raises(InputError, match="nobody in it is called '9'"):
        list(detect(tmp_path / "ml", options=TableOptions(me="9")).source.read())  # type: ignore[union-attr]


def test_a_name_where_nobody_is_named_is_not_passed_over(tmp_path: Path) -> None:
    archive = pack(tmp_path / "trakt.zip", {"history.json": "[]", "watched-movies.json": "[]"})
    with pytest.raises(InputError, match="does not say who is who"):
        detect(archive, options=TableOptions(me="ann"))


def test_the_preview_of_a_table_says_what_it_takes_the_columns_for(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "who;film;stars;when\nann;Heat (1995);5;2024-05-09\n")
    found = detect(path)
    assert found.source is None
    assert found.preview is not None
    assert found.preview.delimiter == ";"
    assert found.preview.rows == (("ann", "Heat (1995)", "5", "2024-05-09"),)
    assert found.preview.guessed
    assert found.preview.roles == {"rating": "stars", "time": "when", "title": "who", "artist": "film"}
    assert "columns are not known" in str(found.preview.problem)
    roles = {"user": "who", "title": "film", "rating": "stars", "time": "when"}
    form, batch = read(path, None, TableOptions(roles=roles))
    assert form == "behaviour"
    assert (batch.users, batch.things[0].title, batch.things[0].year) == (["ann"], "Heat", 1995)


def test_a_table_without_a_header_gets_numbered_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "7,55,4,1715290200\n8,56,3,1715290201\n")
    preview = detect(path).preview
    assert preview is not None
    assert (preview.header, preview.columns) == (False, ("column 1", "column 2", "column 3", "column 4"))
    roles = {"user": "column 1", "item": "column 2", "rating": "column 3"}
    _, batch = read(path, None, TableOptions(roles=roles))
    assert batch.users == ["7", "8"]


def test_a_row_of_the_user_who_imports_is_own_history(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "user,title,rating\nann,Heat,5\nbob,Heat,1\n")
    source = open_source(path, None, TableOptions(me="ann"))
    assert source.own
    _, batch = read(path, None, TableOptions(me="ann"))
    assert (batch.users, batch.values) == ([""], [5.0])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (TableOptions(encoding="klingon"), "no text encoding 'klingon'"),
        (TableOptions(encoding="base64"), "no encoding of text"),
        (TableOptions(delimiter="--"), "cannot stand between cells"),
        (TableOptions(roles={"hero": "user"}), "no role 'hero'"),
        (TableOptions(roles={"user": "hero"}), "no column 'hero'"),
    ],
)
def test_corrections_that_make_no_sense_are_refused(tmp_path: Path, options: TableOptions, says: str) -> None:
    path = write(tmp_path / "t.csv", "user,item,rating\na,b,5\n")
    with pytest.raises(InputError, match=says):
        detect(path, None, options)


@pytest.mark.parametrize("form", ["trakt", "letterboxd", "listenbrainz", "lastfm", "nfo", "movielens"])
def test_a_folder_without_anything_of_the_told_format_says_what_is_expected(tmp_path: Path, form: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"Expected|no \.nfo"):
        open_source(tmp_path / "empty", form)


def test_json_of_something_else_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no known kind.*Last\.fm"):
        detect(write(tmp_path / "x.json", '[{"a": 1}]'))


def test_unknown_columns_are_guessed_by_their_cells_but_nothing_is_imported_by_guesses(tmp_path: Path) -> None:
    rows = "\n".join(f"u{n % 3};Film {n};{n % 5 + 1};2024-05-{n + 1:02}" for n in range(20))
    preview = detect(write(tmp_path / "t.csv", f"wer;film;sterne;wann\n{rows}\n")).preview
    assert preview is not None
    assert preview.roles == {"user": "wer", "title": "film", "rating": "sterne", "time": "wann"}
    assert preview.guessed
    with pytest.raises(InputError, match="columns are not known"):
        open_source(tmp_path / "t.csv")
