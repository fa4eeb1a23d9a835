"""All formats that can be imported, and finding out which one a file or folder is of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports import backup, columns, letterboxd, movielens, nfo, scrobbles, tabular, trakt
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.columns import TableOptions, TablePreview
from avrec_desktop.behaviour.imports.records import UnreadableError, dig, lines, records
from avrec_desktop.behaviour.imports.types import KINDS, Source
from avrec_desktop.behaviour.tables import Table, open_table


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its id, its name for people, and what to choose for it."""

    id: str
    name: str
    files: str


FORMATS = (
    Format("behaviour", "Table of many people", "CSV with a user and an item column"),
    Format("history", "Table of one's own history", "CSV with items and times or ratings"),
    Format("items", "Table of items", "CSV with an item column and titles or categories"),
    Format("movielens", "MovieLens", "folder or zip with u.data, ratings.dat or ratings.csv"),
    Format("lastfm", "Last.fm", "CSV or JSON of scrobbles"),
    Format("listenbrainz", "ListenBrainz", "zip, JSON or JSON Lines of listens"),
    Format("trakt", "Trakt", "zip, folder or JSON with history, watched or ratings"),
    Format("letterboxd", "Letterboxd", "zip or folder with diary.csv, ratings.csv, watched.csv"),
    Format("avrec", "avrec", "CSV or JSON that this app exported"),
    Format("nfo", "Kodi or Jellyfin", "folder with .nfo files beside the media"),
)
_IDS = tuple(f.id for f in FORMATS)


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file or folder was found to be.

    Attributes:
        source: Its rows; None while a table cannot be read as it is mapped (``preview.problem`` says why).
        format: Id of the format, or None.
        preview: How the table is read, for tables whose columns can be mapped.
        sample: The first acts otherwise, as (what, act, value, seconds since the epoch).
    """

    source: Source | None
    format: str | None
    preview: TablePreview | None = None
    sample: tuple[tuple[str, str, float, float], ...] = ()


def detect(path: Path, form: str | None = None, options: TableOptions | None = None) -> Detected:
    """Find out what a file or folder is.

    Args:
        path: The file or folder.
        form: Id of a format, when the user says which; None: found out.
        options: What the user corrected of how a table is read.

    Raises:
        InputError: There is no such file or format, or nothing in it is known.
    """
    if form is not None and form not in _IDS:
        raise InputError(f"there is no format {form!r}", hint=f"There are: {', '.join(_IDS)}.")
    files = Files(path)
    me = options.me if options is not None else None
    ratings = form in {None, "movielens"} and _is_movielens(files)
    if options is not None and (files.is_folder or files.is_archive or (ratings and options == TableOptions(me=me))):
        options = None
    if me is not None and ratings and options is None:
        folder = files if files.is_folder or files.is_archive else Files(files.path.parent)
        source = movielens.movielens_source(folder, me)
        return Detected(source, source.format, sample=first_acts(source))
    if me is not None and options is None:
        raise InputError(
            "it does not say who is who",
            path=path,
            hint="A name is asked for tables of many people and MovieLens only; import it without.",
        )
    if form in columns.FORMS or (form is None and options is not None):
        return _table(path, form, options)
    if form is not None:
        return _as_told(files, form)
    found = _many(files) if files.is_folder or files.is_archive else _single(files, files.entries[0])
    if found is not None:
        return Detected(found, found.format, sample=first_acts(found))
    if files.is_folder or files.is_archive:
        raise InputError(
            "nothing in it is known",
            path=path,
            hint=(
                "Expected a MovieLens folder (u.data, ratings.dat, ratings.csv with movies.csv), an export of "
                "ListenBrainz, Trakt or Letterboxd, or .nfo files beside media."
            ),
        )
    return _table(path, None, None)


def _is_movielens(files: Files) -> bool:
    if files.is_folder or files.is_archive:
        return movielens.find_movielens(files) is not None
    return files.entries[0].base in {"u.data", "ratings.dat"}


def open_source(path: Path, form: str | None = None, options: TableOptions | None = None) -> Source:
    """Return the rows of a file or folder.

    Raises:
        InputError: It is not known, cannot be read, or lacks a column.
    """
    found = detect(path, form, options)
    if found.source is None:
        return tabular.table_source(path, _with_form(options, form))  # says what is wrong
    return found.source


def _with_form(options: TableOptions | None, form: str | None) -> TableOptions:
    from dataclasses import replace

    options = options or TableOptions()
    return options if form is None else replace(options, form=form)  # type: ignore[arg-type]


def _table(path: Path, form: str | None, options: TableOptions | None) -> Detected:
    chosen = _with_form(options, form)
    preview = tabular.preview_table(path, chosen)
    source = None if preview.problem else tabular.table_source(path, chosen)
    return Detected(source, preview.form, preview)


def _as_told(files: Files, form: str) -> Detected:
    many = files.is_folder or files.is_archive
    source: Source | None = None
    if form == "movielens":
        source = movielens.movielens_source(files if many else Files(files.path.parent))
    elif form == "nfo":
        nfo.need_some(files)
        source = nfo.nfo_source(files)
    elif form == "trakt":
        entries = trakt.find_trakt(files) if many else list(files.entries)
        source = trakt.trakt_source(files, entries) if entries else None
    elif form == "letterboxd":
        entries = letterboxd.find_letterboxd(files) if many else list(files.entries)
        source = letterboxd.letterboxd_source(files, entries) if entries else None
    elif form == "listenbrainz":
        entries = scrobbles.find_listens(files) or files.find("*.json", "*.jsonl")
        source = scrobbles.listenbrainz_source(files, entries) if entries else None
    elif form == "avrec":
        entries = files.find("*.csv", "*.json")
        if entries:
            source = backup.backup_source(files, entries[0], is_json=_is_json(files, entries[0]))
    elif form == "lastfm":
        entries = files.find("*.csv", "*.json", "*.tsv", "*.txt")
        source = _lastfm(files, entries[0]) if entries else None
    if source is None:
        name = next(f for f in FORMATS if f.id == form)
        raise InputError(f"it is no export of {name.name}", path=files.path, hint=f"Expected: {name.files}.")
    return Detected(source, form, sample=first_acts(source))


def first_acts(source: Source, n: int = 30) -> tuple[tuple[str, str, float, float], ...]:
    """Return the first acts of a source, as (what, act, value, seconds since the epoch); fewer where it has fewer.

    Raises:
        InputError: It cannot be read.
    """
    out: list[tuple[str, str, float, float]] = []
    names: dict[str, str] = {}
    for batch in source.read():
        for thing in batch.things:
            words = (thing.artist, thing.series if thing.series != thing.title else None, thing.title, thing.year)
            names[thing.key] = " – ".join(str(w) for w in words if w) or thing.key
        for key, kind, value, at in zip(batch.keys, batch.kinds, batch.values, batch.times, strict=True):
            out.append((names.get(key, key), KINDS[kind] if kind < len(KINDS) else "rate", value, at))
        if len(out) >= n:
            break
    return tuple(out[:n])


def _lastfm(files: Files, entry: Entry) -> Source:
    return (
        scrobbles.lastfm_json_source(files, entry)
        if _is_json(files, entry)
        else scrobbles.lastfm_table_source(files, entry)
    )


def _many(files: Files) -> Source | None:
    if entries := letterboxd.find_letterboxd(files):
        return letterboxd.letterboxd_source(files, entries)
    if entries := scrobbles.find_listens(files):
        return scrobbles.listenbrainz_source(files, entries)
    if movielens.find_movielens(files) is not None:
        return movielens.movielens_source(files)
    if entries := trakt.find_trakt(files):
        return trakt.trakt_source(files, entries)
    if nfo.find_nfo(files):
        return nfo.nfo_source(files)
    only = files.find("*.json", "*.jsonl", "*.csv")
    return _single(files, only[0]) if len(only) == 1 else None


def _single(files: Files, entry: Entry) -> Source | None:
    """Return the rows of one file, or None for a table whose columns are to be looked at."""
    if entry.base in {"u.data", "ratings.dat"} and not files.is_archive:
        return movielens.movielens_source(Files(files.path if files.is_folder else files.path.parent))
    if entry.base.endswith(".nfo"):
        return nfo.nfo_source(files)
    if _is_json(files, entry):
        return _json(files, entry)
    table = open_table(files.path, lambda: files.open(entry), is_header=columns.is_header)
    if backup.is_backup_table(table.columns):
        return backup.backup_source(files, entry, is_json=False)
    if letterboxd.is_letterboxd(table.columns):
        return letterboxd.letterboxd_source(files, [entry])
    if scrobbles.is_lastfm_table(table, _first_row(table)):
        return scrobbles.lastfm_table_source(files, entry)
    return None if not files.is_archive else tabular.table_source(files.path, opener=(files, entry))


def _is_json(files: Files, entry: Entry) -> bool:
    with files.open(entry) as stream, explained(files.path, entry.name):
        return stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def _first_row(table: Table) -> list[str]:
    with explained(table.path), table.read() as reader:
        return next((cells for _, cells in reader if not isinstance(cells, str)), [])


def _json(files: Files, entry: Entry) -> Source:
    sample = _first_record(files, entry)
    if sample is not None and ("track_metadata" in sample or "listened_at" in sample):
        return scrobbles.listenbrainz_source(files, [entry])
    if backup.is_backup_record(sample):
        return backup.backup_source(files, entry, is_json=True)
    if trakt.looks_like_trakt(sample):
        return trakt.trakt_source(files, [entry])
    if sample is not None and (
        isinstance(dig(sample, "recenttracks", "track") or sample.get("track"), list)
        or ("artist" in sample and any(n in sample for n in ("name", "track", "title")))
    ):
        return scrobbles.lastfm_json_source(files, entry)
    raise InputError(
        "its records are of no known kind",
        path=files.path,
        hint="JSON is read from Last.fm (scrobbles), ListenBrainz (listens) and Trakt (history, watched, ratings).",
    )


def _first_record(files: Files, entry: Entry) -> dict[str, Any] | None:
    with explained(files.path, entry.name), files.open(entry) as stream:
        if scrobbles.is_json_lines(files, entry):
            return next((r for _, r in lines(stream) if isinstance(r, dict)), None)
        try:
            return next((r for r in records(stream) if isinstance(r, dict)), None)
        except UnreadableError as error:
            raise InputError(str(error), path=files.path) from error
