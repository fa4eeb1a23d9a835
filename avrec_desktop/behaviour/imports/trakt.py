"""Exports of Trakt: watch history, watched films and shows, ratings, as JSON files, a folder or a zip of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.records import UnreadableError, dig, records, text, when, whole, year_of
from avrec_desktop.behaviour.imports.types import BadRow, Batch, Source, Thing, refuse

#: Most plays of one film that are taken.
MAX_PLAYS = 500


def film_key(title: str, year: int | None) -> str:
    """Return the key of a film in all watch histories."""
    from avrec_desktop.library.words import fold

    return f"{fold(title)} ({year})" if year else fold(title)


def find_trakt(files: Files) -> list[Entry]:
    """Return the files with history, watched and ratings."""
    names = ("history*.json", "*history*.json", "watched*.json", "*watched-*.json", "ratings*.json", "*ratings*.json")
    return sorted(files.find(*names), key=lambda e: e.name)


def looks_like_trakt(record: object) -> bool:
    """Whether a record of a JSON file is one of Trakt."""
    if not isinstance(record, dict) or not any(isinstance(record.get(n), dict) for n in ("movie", "show", "episode")):
        return False
    return any(n in record for n in ("watched_at", "last_watched_at", "rated_at", "plays"))


def trakt_source(files: Files, entries: Sequence[Entry]) -> Source:
    """Return the plays and ratings of an export.

    Where there is a history, the files of watched films and shows are left out: they count the same plays.
    """
    chosen = list(entries)
    notes: tuple[str, ...] = ()
    if any("history" in e.base for e in chosen) and any(_counts(e) for e in chosen):
        left = ", ".join(e.name for e in chosen if _counts(e))
        chosen = [e for e in chosen if not _counts(e)]
        notes = (f"left out, as the history has the same plays: {left}",)
    return Source(
        "trakt", files.path, True, "films", files.size(chosen), lambda: _read(files, chosen),
        lambda: files.digest(chosen), notes,
    )  # fmt: skip


def _counts(entry: Entry) -> bool:
    return "watched" in entry.base and "history" not in entry.base


def _read(files: Files, entries: Sequence[Entry]) -> Iterator[Batch]:
    seen: set[str] = set()
    before = 0
    for entry in entries:
        label = files.label(entry)
        with explained(files.path, label), files.open(entry) as stream:
            batch = Batch()
            number = 0
            try:
                for number, record in enumerate(records(stream), 1):
                    try:
                        _record(record, batch, seen)
                    except (ValueError, OverflowError) as error:
                        batch.bad.append(BadRow(number, str(error), label))
                    if batch.full:
                        batch.done = before + stream.tell()
                        yield batch
                        batch = Batch()
            except UnreadableError as error:
                if not number and len(entries) == 1:
                    raise InputError(str(error), path=files.path) from error
                batch.bad.append(BadRow(number + 1, f"the rest of the file cannot be read: {error}", label))
            before += entry.size
            batch.done = before
            yield batch


def _record(record: dict[str, Any] | str, batch: Batch, seen: set[str]) -> None:
    if isinstance(record, str):
        refuse(record)
    thing = _thing(record)
    if "rating" in record:
        _tell(thing, batch, seen)
        stars = whole(record["rating"])
        if stars is None or not 1 <= stars <= 10:
            refuse(f"its rating is {text(record['rating'])!r}, not 1 to 10")
        rated = record.get("rated_at")
        batch.act(thing.key, "rate", max(1.0, stars / 2), when(rated, "rated_at") if rated else 0.0)
    elif "watched_at" in record:
        at = when(record["watched_at"], "watched_at")
        _tell(thing, batch, seen)
        batch.act(thing.key, "complete", at=at)
    elif isinstance(record.get("seasons"), list):
        _seasons(record, batch, seen)
    else:
        _plays(thing, record, batch, seen)


def _tell(thing: Thing, batch: Batch, seen: set[str]) -> None:
    if thing.key not in seen:
        seen.add(thing.key)
        batch.things.append(thing)


def _thing(record: dict[str, Any]) -> Thing:
    show, episode, film = record.get("show"), record.get("episode"), record.get("movie")
    if isinstance(show, dict) and isinstance(episode, dict):
        return _episode(show, whole(episode.get("season")), whole(episode.get("number")), text(episode.get("title")))
    told = film if isinstance(film, dict) else show
    title = text(dig(told, "title"))
    if not title:
        refuse("it has neither a film nor an episode with a title")
    year = year_of(dig(told, "year"))
    if told is show:
        return Thing(f"show {film_key(title, year)}", title, year=year, kind="video", series=title)
    return Thing(film_key(title, year), title, year=year, kind="video")


def _episode(show: dict[str, Any], season: int | None, number: int | None, title: str = "") -> Thing:
    series = text(show.get("title"))
    if not series or season is None or number is None:
        refuse("the episode lacks the title of its show, its season or its number")
    key = f"{film_key(series, year_of(show.get('year')))} {season}x{number:02}"
    return Thing(
        key, title or f"{series} {season}x{number:02}", kind="video", series=series, season=season, episode=number
    )


def _seasons(record: dict[str, Any], batch: Batch, seen: set[str]) -> None:
    for season in record["seasons"]:
        episodes = dig(season, "episodes")
        for episode in episodes if isinstance(episodes, list) else ():
            if isinstance(episode, dict):
                thing = _episode(record["show"], whole(dig(season, "number")), whole(episode.get("number")))
                _plays(thing, episode, batch, seen)


def _plays(thing: Thing, record: dict[str, Any], batch: Batch, seen: set[str]) -> None:
    plays = whole(record.get("plays", 1))
    if plays is None or plays < 1:
        refuse(f"its number of plays is {text(record.get('plays'))!r}")
    last = record.get("last_watched_at")
    at = when(last, "last_watched_at") if last else 0.0
    _tell(thing, batch, seen)
    for ordinal in range(1, min(plays, MAX_PLAYS) + 1):
        batch.act(thing.key, "complete", at=at, ordinal=ordinal)
