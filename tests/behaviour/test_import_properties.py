"""Whatever bytes a file holds, a reader gives rows, lists bad rows, or names the file: never a traceback."""

from __future__ import annotations

import io
import json
import math
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.columns import ROLES, TableOptions
from avrec_desktop.behaviour.imports.formats import open_source
from avrec_desktop.behaviour.imports.types import Source

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
FIELDS = st.sampled_from(
    ["listened_at", "track_metadata", "artist_name", "track_name", "movie", "show", "episode", "season", "seasons",
     "episodes", "number", "title", "year", "plays", "rating", "watched_at", "last_watched_at", "rated_at", "artist",
     "name", "date", "uts", "#text", "track", "album", "score", "created", "additional_info", "duration_ms", "@attr"]
)  # fmt: skip
RECORDS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6), max_leaves=25
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=80)
CELLS = st.sampled_from(
    ["", "5", "-1", "nan", "1e400", "99999999999999999999", "2024-05-09", "x", "0.5", "é", '"', "\0"]
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=9).map(",".join), max_size=8).map("\n".join)


def drain(source: Source) -> None:
    """Read all rows, and check that every one is of sound values."""
    for batch in source.read():
        n = len(batch.keys)
        assert n == len(batch.users) == len(batch.kinds) == len(batch.values) == len(batch.times) == len(batch.ordinals)
        assert all(math.isfinite(t) and t >= 0 for t in batch.times)
        assert all(batch.keys)
        assert all(thing.key for thing in batch.things)
        assert all(bad.reason and bad.row >= 0 for bad in batch.bad)


def refused_by_name(path: Path, form: str | None, options: TableOptions | None = None) -> None:
    named: str | None = str(path)
    try:
        drain(open_source(path, form, options))
    except InputError as error:
        named = error.path
    assert named is not None


@pytest.mark.parametrize("form", ["trakt", "lastfm", "listenbrainz", None])
@QUICK
@given(value=RECORDS, cut=st.integers(0, 40), lines=st.booleans())
@example(value=[{"track_metadata": [], "listened_at": {}}], cut=0, lines=False)
@example(value=[{"plays": 1e300, "movie": {"title": "x"}}], cut=0, lines=True)
def test_json_of_any_shape(tmp_path: Path, form: str | None, value: object, cut: int, lines: bool) -> None:
    records = value if isinstance(value, list) else [value]
    text = "\n".join(json.dumps(r) for r in records) if lines else json.dumps(value)
    path = tmp_path / "any.json"
    path.write_bytes(text.encode()[: max(0, len(text) - cut)])
    refused_by_name(path, form)


@pytest.mark.parametrize("form", ["trakt", "lastfm", "listenbrainz", "letterboxd", "nfo", "behaviour", "history", None])
@QUICK
@given(st.binary(max_size=200) | TEXTS.map(str.encode) | st.binary(max_size=60).map(lambda b: b"<movie>" + b))
def test_any_bytes(tmp_path: Path, form: str | None, data: bytes) -> None:
    path = tmp_path / ("any.nfo" if form == "nfo" else "any.csv")
    path.write_bytes(data)
    refused_by_name(path, form)


@pytest.mark.parametrize(
    "head",
    [
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
        "Date,Name,Year,Letterboxd URI",
        "artist,album,track,date",
        "user_id,video_id,interest,rating",
        "path,plays,time",
        "item,title,year,genres",
    ],
)
@QUICK
@given(TABLES)
def test_any_cells_below_a_known_header(tmp_path: Path, head: str, rows: str) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(f"{head}\n{rows}".encode())
    refused_by_name(path, None)


@QUICK
@given(
    TABLES,
    st.dictionaries(
        st.sampled_from(sorted(ROLES)), st.sampled_from(["a", "b", "c", "column 1", "column 2"]), max_size=5
    ),
    st.sampled_from([None, ",", ";", "::", ""]),
    st.sampled_from([None, True, False]),
)
def test_any_mapping(
    tmp_path: Path, rows: str, roles: dict[str, str], delimiter: str | None, header: bool | None
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(f"a,b,c\n{rows}".encode())
    refused_by_name(path, None, TableOptions(delimiter, None, header, roles))


@QUICK
@given(st.binary(max_size=80), st.integers(0, 400), st.binary(max_size=20))
def test_damaged_archives(tmp_path: Path, body: bytes, at: int, scrap: bytes) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("listens/2024/1.jsonl", body)
        archive.writestr("diary.csv", b"Date,Name,Year,Letterboxd URI\n2024-01-01,Heat,1995,u\n")
    data = bytearray(held.getvalue())
    data[at : at + len(scrap)] = scrap
    path = tmp_path / "any.zip"
    path.write_bytes(data)
    refused_by_name(path, None)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000)
    with pytest.raises(InputError, match="nested"):
        drain(open_source(path, "lastfm"))
    path.write_text('{"a":' * 100_000)
    with pytest.raises(InputError):
        drain(open_source(path, None))
