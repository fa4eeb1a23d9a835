"""Listening histories: exports of Last.fm (CSV, JSON) and of ListenBrainz (zip, JSON, JSON Lines)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.records import UnreadableError, dig, lines, records, text, when, whole
from avrec_desktop.behaviour.imports.types import BadRow, Batch, Source, Thing, refuse
from avrec_desktop.behaviour.tables import Table, moment, open_table
from avrec_desktop.library.words import fold

#: A scrobble says that at least half of the track was heard.
PLAYED = "complete"
_LASTFM_NAMES = {
    "artist": ("artist", "artist_name"),
    "title": ("track", "title", "track name", "song"),
    "album": ("album", "album_name"),
    "time": ("uts", "date", "utc_time", "timestamp", "time"),
    "mbid": ("track_mbid", "mbid"),
}
_NOW = "it is playing now and has no time yet"


def song_key(artist: str, title: str) -> str:
    """Return the key of a song in all listening histories, so that two exports speak of the same one."""
    return f"{fold(artist)} – {fold(title)}"


def song(artist: str, title: str, album: str = "", mbid: str = "", seconds: float | None = None) -> Thing:
    """Return a song.

    Raises:
        ValueError: The title or the artist is missing.
    """
    if not title or not artist:
        refuse("it has no title" if not title else "it has no artist")
    return Thing(
        song_key(artist, title), title, artist, album or None, kind="audio", duration=seconds, mbid=mbid.lower() or None
    )


class _Songs:
    """Adds plays of songs to batches; each song is told once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def play(self, batch: Batch, thing: Thing, at: float, kind: str = PLAYED) -> None:
        if thing.key not in self._seen:
            self._seen.add(thing.key)
            batch.things.append(thing)
        batch.act(thing.key, kind, at=at)


# -- Last.fm


def is_lastfm_table(table: Table, row: Sequence[str]) -> bool:
    """Whether a table is one of the usual exports: named columns, or artist, album, track, date without names."""
    if table.header:
        names = set(table.columns)
        timed = bool(names & {"uts", "utc_time"}) or any(n.startswith("date") for n in names)
        return "artist" in names and "track" in names and timed
    return len(row) == 4 and bool(row[0] and row[2]) and _is_worded(row[3])


def _is_worded(cell: str) -> bool:
    try:
        return moment(cell) > 0 and not cell.isdigit()
    except (ValueError, OverflowError):
        return False


def lastfm_table_source(files: Files, entry: Entry) -> Source:
    """Return the scrobbles of a CSV export.

    Raises:
        InputError: It cannot be read.
    """
    table = open_table(files.path, lambda: files.open(entry), is_header=lambda names: "artist" in names)
    label = files.label(entry)
    place = _places(table)
    if max(place) >= len(table.columns) or min(place[0], place[1], place[3]) < 0:
        raise InputError(
            "it is no export of Last.fm",
            path=files.path,
            hint="Expected columns for artist, track and date, or artist, album, track, date without names.",
        )

    def read() -> Iterator[Batch]:
        songs = _Songs()
        with explained(files.path, label), table.read() as reader:
            batch = Batch()
            for line, cells in reader:
                try:
                    if isinstance(cells, str):
                        refuse(cells)
                    artist, title, album, at, mbid = (cells[n] if n >= 0 else "" for n in place)
                    songs.play(batch, song(artist, title, album, mbid), _scrobbled(at))
                except (ValueError, OverflowError) as error:
                    batch.bad.append(BadRow(line, str(error), label))
                if batch.full:
                    batch.done = reader.done
                    yield batch
                    batch = Batch()
            batch.done = reader.done
            yield batch

    return _source("lastfm", files, [entry], read)


def _places(table: Table) -> tuple[int, ...]:
    if not table.header:
        return 0, 2, 1, 3, -1
    # lastfmstats names its column "date#<user>"
    columns = ["date" if c.startswith("date#") else c for c in table.columns]

    def find(role: str) -> int:
        return next((columns.index(n) for n in _LASTFM_NAMES[role] if n in columns), -1)

    return find("artist"), find("title"), find("album"), find("time"), find("mbid")


def _scrobbled(cell: str) -> float:
    if not cell:
        refuse(_NOW)
    at = when(cell, "its date")
    if at < 86_400 * 365:
        refuse(f"its date is {cell!r}, before there was Last.fm")
    return at


def lastfm_json_source(files: Files, entry: Entry) -> Source:
    """Return the scrobbles of a JSON export (of the API's pages, or of lastfmstats)."""

    def one(record: dict[str, Any], batch: Batch, songs: _Songs) -> int:
        tracks = dig(record, "recenttracks", "track") or record.get("track")
        if not isinstance(tracks, list):
            _lastfm_scrobble(record, batch, songs)
            return 0
        for track in tracks:
            try:
                if not isinstance(track, dict):
                    refuse(f"{str(track)[:40]} is no record")
                _lastfm_scrobble(track, batch, songs)
            except ValueError as error:
                batch.bad.append(BadRow(0, str(error)))
        return len(tracks)

    return _source("lastfm", files, [entry], lambda: _read_json(files, [entry], one))


def _lastfm_scrobble(record: dict[str, Any], batch: Batch, songs: _Songs) -> None:
    def name(value: object) -> str:
        return text(value if not isinstance(value, dict) else value.get("#text") or value.get("name"))

    date = record.get("date", record.get("uts"))
    if date is None and dig(record, "@attr", "nowplaying"):
        refuse(_NOW)
    at = _scrobbled(text(date.get("uts") if isinstance(date, dict) else date))
    title = name(record.get("name") or record.get("track") or record.get("title"))
    songs.play(batch, song(name(record.get("artist")), title, name(record.get("album")), text(record.get("mbid"))), at)


# -- ListenBrainz


def find_listens(files: Files) -> list[Entry]:
    """Return the files of listens of an export: ``listens/<year>/<month>.jsonl``, feedback first."""
    listens = files.find("listens/*/*.jsonl", "listens/*.jsonl", "listens.jsonl", "listens.json")
    return [*files.find("feedback.jsonl"), *listens] if listens else []


def listenbrainz_source(files: Files, entries: Sequence[Entry]) -> Source:
    """Return the listens (and loves and hates) of an export."""
    chosen = list(entries)
    return _source("listenbrainz", files, chosen, lambda: _read_json(files, chosen, _listen))


def _listen(record: dict[str, Any], batch: Batch, songs: _Songs) -> int:
    meta = record.get("track_metadata")
    more = dig(meta, "additional_info")
    mbid = text(
        dig(meta, "mbid_mapping", "recording_mbid") or dig(more, "recording_mbid") or record.get("recording_mbid")
    )
    length = whole(dig(more, "duration_ms"))
    seconds = length / 1000 if length else whole(dig(more, "duration"))
    artist, title = text(dig(meta, "artist_name")), text(dig(meta, "track_name"))
    thing = song(artist, title, text(dig(meta, "release_name")), mbid, float(seconds) if seconds else None)
    if "score" in record and "listened_at" not in record:
        score = whole(record["score"])
        kinds = {1: "like", -1: "dislike"}
        if score not in kinds:
            refuse(f"its score is {text(record['score'])!r}, not 1 or -1")
        created = record.get("created")
        songs.play(batch, thing, when(created, "created") if created else 0.0, kinds[score])
        return 0
    at = record.get("listened_at")
    if at is None:
        refuse(_NOW)
    songs.play(batch, thing, when(at, "listened_at"))
    return 0


# -- both

_One = Callable[[dict[str, Any], Batch, _Songs], int]


def _read_json(files: Files, entries: Sequence[Entry], one: _One) -> Iterator[Batch]:
    songs, before = _Songs(), 0
    for entry in entries:
        label = files.label(entry)
        with explained(files.path, label), files.open(entry) as stream:
            batch = Batch()
            for number, record in _numbered(files, stream, entry, alone=len(entries) == 1):
                try:
                    if isinstance(record, str):
                        refuse(record)
                    first = len(batch.bad)
                    one(record, batch, songs)
                    batch.bad[first:] = [BadRow(number, b.reason, label) for b in batch.bad[first:]]
                except (ValueError, OverflowError) as error:
                    batch.bad.append(BadRow(number, str(error), label))
                if batch.full:
                    batch.done = before + stream.tell()
                    yield batch
                    batch = Batch()
            before += entry.size
            batch.done = before
            yield batch


def _numbered(files: Files, stream: Any, entry: Entry, *, alone: bool) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Number the records of a JSON or JSON Lines file; a file that ends in the middle gives a last bad row."""
    if is_json_lines(files, entry):
        yield from lines(stream)
        return
    number = 0
    try:
        for number, record in enumerate(records(stream), 1):
            yield number, record
    except UnreadableError as error:
        if not number and alone:
            raise InputError(str(error), path=files.path) from error
        yield number + 1, f"the rest of the file cannot be read: {error}"


def is_json_lines(files: Files, entry: Entry) -> bool:
    """Whether a file holds one object a line."""
    if entry.base.endswith(".jsonl"):
        return True
    with files.open(entry) as stream:
        first, second = stream.readline(1 << 20).strip(), stream.readline(1 << 20).strip()
    if not first.startswith(b"{") or not first.endswith(b"}"):
        return False
    try:
        only = json.loads(first)
    except (ValueError, RecursionError):
        return False
    if second:
        return True
    held = [v for v in only.values() if isinstance(v, list)]
    return not any(isinstance(v, dict) for values in held for v in values)  # else its records stand in that array


def _source(form: str, files: Files, entries: list[Entry], read: Callable[[], Iterator[Batch]]) -> Source:
    return Source(form, files.path, True, "songs", files.size(entries), read, lambda: files.digest(entries))
