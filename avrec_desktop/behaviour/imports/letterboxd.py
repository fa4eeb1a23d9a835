"""Exports of Letterboxd: a zip or folder with diary, ratings, watched films and likes."""

from __future__ import annotations

from collections.abc import Iterator

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.records import when, year_of
from avrec_desktop.behaviour.imports.trakt import film_key
from avrec_desktop.behaviour.imports.types import BadRow, Batch, Source, Thing, refuse
from avrec_desktop.behaviour.tables import TableReader, number, open_table

#: Files in the order in which they are read; the diary first, as it knows when.
_PARTS = ("diary.csv", "watched.csv", "ratings.csv", "likes/films.csv", "likes.csv")
_NEEDED = ("name", "year")


def find_letterboxd(files: Files) -> list[Entry]:
    """Return the files of an export; empty when it is none."""
    found: list[Entry] = []
    for part in _PARTS:
        found += files.find(part, top=True)[:1]
    if files.is_folder or files.is_archive:
        known = {e.base for e in found}
        return found if known & {"diary.csv", "watched.csv"} or files.find("watchlist.csv") else []
    return found


def is_letterboxd(columns: tuple[str, ...]) -> bool:
    """Whether a table has the columns of Letterboxd."""
    return "letterboxd uri" in columns and all(n in columns for n in _NEEDED)


def letterboxd_source(files: Files, entries: list[Entry]) -> Source:
    """Return the plays, ratings and likes of an export."""
    return Source(
        "letterboxd", files.path, True, "films", files.size(entries), lambda: _read(files, entries),
        lambda: files.digest(entries),
    )  # fmt: skip


def _read(files: Files, entries: list[Entry]) -> Iterator[Batch]:
    seen: set[str] = set()
    logged: set[str] = set()
    before = 0
    for entry in entries:
        with explained(files.path, files.label(entry)):
            table = open_table(files.path, lambda entry=entry: files.open(entry))  # type: ignore[misc]
            missing = [n for n in _NEEDED if n not in table.columns]
            if missing:
                raise InputError(f"its file {entry.name} has no column {missing[0]!r}", path=files.path)
            kind = _kind(entry, table.columns)
            with table.read() as reader:
                yield from _part(reader, table.columns, kind, files.label(entry), seen, logged, before)
        before += entry.size


def _kind(entry: Entry, columns: tuple[str, ...]) -> str:
    if "watched date" in columns:
        return "diary"
    if "rating" in columns:
        return "ratings"
    return "likes" if "likes" in entry.name.lower() else "watched"


def _part(
    reader: TableReader,
    columns: tuple[str, ...],
    kind: str,
    label: str,
    seen: set[str],
    logged: set[str],
    before: int,
) -> Iterator[Batch]:
    batch = Batch()
    for line, cells in reader:
        try:
            if isinstance(cells, str):
                refuse(cells)
            row = dict(zip(columns, cells, strict=True))
            if not row["name"]:
                refuse("it has no name")
            year = year_of(row["year"])
            thing = Thing(film_key(row["name"], year), row["name"], year=year, kind="video")
            _acts(batch, thing, row, kind, logged)
            if thing.key not in seen:
                seen.add(thing.key)
                batch.things.append(thing)
        except (ValueError, OverflowError) as error:
            batch.bad.append(BadRow(line, str(error), label))
        if batch.full:
            batch.done = before + reader.done
            yield batch
            batch = Batch()
    batch.done = before + reader.done
    yield batch


def _acts(batch: Batch, thing: Thing, row: dict[str, str], kind: str, logged: set[str]) -> None:
    day = row.get("watched date") or row.get("date") or ""
    at = when(day, "its date") if day else 0.0
    stars = row.get("rating", "")
    if stars:
        try:
            rating = number(stars)
        except ValueError:
            raise ValueError(f"its rating is {stars!r}, not a number") from None
        if not 0.5 <= rating <= 5:
            refuse(f"its rating is {stars!r}, not 0.5 to 5")
    elif kind == "ratings":
        refuse("it has no rating")
    if kind == "diary":
        batch.act(thing.key, "complete", at=at)
        logged.add(thing.key)
    elif kind == "watched" and thing.key not in logged:
        batch.act(thing.key, "complete", at=at)  # the day it was marked; the diary would know better
    elif kind == "likes":
        batch.act(thing.key, "like", at=at)
    if stars:
        batch.act(thing.key, "rate", max(1.0, rating), at)
