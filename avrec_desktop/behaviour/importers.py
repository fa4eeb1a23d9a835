"""Import of behaviour and items of other programs and data sets.

Rows about items that match nothing in the library stay as community data, from which collaborative models learn and
which can be recommended by name. An import is one transaction; importing a file again replaces what it gave before.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.behaviour.tables import Table, moment, number, read_table
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import BehaviourChanged

if TYPE_CHECKING:
    from avrec_desktop.behaviour.store import Behaviour
    from avrec_desktop.library.catalogue import Library

#: Names under which a column is known, best first.
USER = ("user_id", "user", "userid", "uid", "profile")
ITEM = ("video_id", "item_id", "item", "movieid", "itemid", "track_id", "song_id", "id", "path")
RATING = ("rating", "score", "stars", "value")
INTEREST = ("interest", "preference", "like", "liked", "watch_ratio", "completion")
TIME = ("timestamp", "time", "ts", "at", "date", "watched_at")
TITLE = ("title", "name", "video_title", "movie_title")
YEAR = ("year", "release_year")
CATEGORY = ("category", "categories", "genre", "genres", "class", "tags", "topic")
#: Columns of MovieLens' u.item behind the address, each 0 or 1.
GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
_FLAG = "is "
_BATCH = 5000
_YEAR_BEHIND = re.compile(r"\s*\((\d{4})\)\s*$")
_ARTICLE_BEHIND = re.compile(r"^(.+), (The|A|An|Le|La|Les|Il|Der|Die|Das|El)$")
_T = TypeVar("_T")
#: Share of letters that a title must have in common with a library title of the same year to be taken for it.
_SURE = 96.0


class Rooms(Protocol):
    """What an import works on; a session is one."""

    library: Library
    behaviour: Behaviour


@dataclass(slots=True)
class ImportResult:
    """Outcome of an import; ``skipped`` lists rows with their line number and the reason."""

    format: str
    items: int = 0
    interactions: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Act:
    user: str
    item: str
    raw: float
    scale: str  # "rating" or "interest"
    at: float


@dataclass(frozen=True, slots=True)
class _Thing:
    key: str
    title: str | None
    year: int | None
    category: str | None


def import_file(rooms: Rooms, path: Path, form: str | None, job: Job) -> ImportResult:
    """Import a table or a MovieLens folder.

    Args:
        rooms: The session.
        path: A CSV file (``user_behavior.csv``, ``video_feature.csv`` or any table with a user and an item column) or a
            MovieLens folder (``u.data``, ``ratings.csv`` or ``*.inter``).
        form: ``behaviour``, ``items`` or ``movielens``; None: found out.
        job: Takes progress.

    Raises:
        InputError: No such file, not a table, or columns are missing; nothing is imported.
        Cancelled: The job was cancelled; nothing is imported.
    """
    if form not in {None, "behaviour", "items", "movielens"}:
        raise InputError(f"there is no format {form!r}", hint="There are: behaviour, items, movielens.")
    if not path.exists():
        raise InputError("there is no such file", path=path)
    if path.is_dir():
        return _import_movielens(rooms, path, job)
    table = read_table(path)
    kind = form or _kind_of(table)
    result = ImportResult(kind)
    things: list[_Thing] = []
    acts: list[_Act] = []
    if kind == "items":
        things = _read_things(table, result, job)
    else:
        acts = _read_acts(table, result, job)
        if _column(table, TITLE) or _column(table, CATEGORY):
            told = _read_things(table, ImportResult(kind), job)
            things = list({t.key: t for t in told}.values())
    _store(rooms, path, things, acts, result, job)
    return result


def _kind_of(table: Table) -> str:
    user, item = _column(table, USER), _column(table, ITEM)
    if user and item:
        return "behaviour"
    if item and (_column(table, CATEGORY) or _column(table, TITLE)):
        return "items"
    raise InputError(
        f"its columns are not known: {', '.join(table.columns)}",
        path=table.path,
        hint=(
            "Behaviour needs a user and an item column (such as user_id, video_id) and rating or interest; "
            "items need an item column (video_id) and category or title."
        ),
    )


def _column(table: Table, names: Sequence[str]) -> str | None:
    return next((n for n in names if n in table.columns), None)


def _need(table: Table, names: Sequence[str], what: str) -> str:
    found = _column(table, names)
    if found is None:
        raise InputError(
            f"it has no column for {what}",
            path=table.path,
            hint=f"Expected one of {', '.join(names[:4])}; there are: {', '.join(table.columns)}.",
        )
    return found


def _read_acts(table: Table, result: ImportResult, job: Job) -> list[_Act]:
    user, item = _need(table, USER, "the user"), _need(table, ITEM, "the item")
    rating, interest = _column(table, RATING), _column(table, INTEREST)
    at = _column(table, TIME)

    def read(cells: dict[str, str]) -> _Act:
        if not cells[user] or not cells[item]:
            raise ValueError(f"{user if not cells[user] else item} is empty")
        raw, scale = 1.0, "interest"  # a bare pair of user and item says that it was watched
        if rating and cells[rating]:
            raw, scale = _number(cells[rating], rating), "rating"
        elif interest and cells[interest]:
            raw = _number(cells[interest], interest)
        elif rating or interest:
            raise ValueError(f"{rating or interest} is empty")
        return _Act(cells[user], cells[item], raw, scale, _moment(cells[at], at) if at and cells[at] else 0.0)

    return _read(table, read, result, job)


def _read_things(table: Table, result: ImportResult, job: Job) -> list[_Thing]:
    item = _need(table, ITEM, "the item")
    title, year, category = _column(table, TITLE), _column(table, YEAR), _column(table, CATEGORY)
    flags = {column: g for g in GENRES if (column := _FLAG + g.lower()) in table.columns}

    def read(cells: dict[str, str]) -> _Thing:
        if not cells[item]:
            raise ValueError(f"{item} is empty")
        when = int(cells[year]) if year and cells[year].isdecimal() else None  # an odd year costs no item
        words = cells[category] if category else "|".join(g for n, g in flags.items() if cells[n] == "1")
        if table.path.suffix == ".item":
            words = words.replace(" ", "|")
        name, behind = _title_and_year(cells[title] if title else "")
        return _Thing(cells[item], name or None, when or behind, words or None)

    return _read(table, read, result, job)


def _title_and_year(text: str) -> tuple[str, int | None]:
    """Split "Matrix, The (1999)" into "The Matrix" and 1999."""
    found = _YEAR_BEHIND.search(text)
    name = text[: found.start()] if found else text
    article = _ARTICLE_BEHIND.match(name)
    return f"{article[2]} {article[1]}" if article else name, int(found[1]) if found else None


def _read(table: Table, read: Callable[[dict[str, str]], _T], result: ImportResult, job: Job) -> list[_T]:
    out: list[_T] = []
    total = len(table.lines)
    for line, cells in table.rows():
        if line % 2000 == 0:
            job.progress(line, total, f"Reading {table.path.name}")
        if isinstance(cells, str):
            result.skipped.append({"row": line, "reason": cells})
            continue
        try:
            out.append(read(cells))
        except ValueError as error:
            result.skipped.append({"row": line, "reason": str(error)})
    if not out:
        reason = f" (first: row {result.skipped[0]['row']}: {result.skipped[0]['reason']})" if result.skipped else ""
        raise InputError(f"no row of it can be used{reason}", path=table.path)
    return out


def _number(text: str, column: str) -> float:
    try:
        return number(text)
    except ValueError:
        raise ValueError(f"{column} is {text!r}, not a number") from None


def _moment(text: str, column: str) -> float:
    try:
        return moment(text)
    except ValueError:
        raise ValueError(f"{column} is {text!r}, not a time") from None


def _import_movielens(rooms: Rooms, folder: Path, job: Job) -> ImportResult:
    """Import u.data and u.item, ratings.csv and movies.csv, or ``*.inter`` and ``*.item``."""
    ratings, movies = _movielens_tables(folder)
    result = ImportResult("movielens")
    acts = _read_acts(ratings, result, job)
    things = _read_things(movies, result, job) if movies else []
    _store(rooms, ratings.path, things, acts, result, job)
    return result


def _movielens_tables(folder: Path) -> tuple[Table, Table | None]:
    if (folder / "u.data").exists():
        ratings = read_table(folder / "u.data", ("user_id", "item_id", "rating", "timestamp"), "\t")
        names = ("item_id", "title", "date", "video_date", "url", *(_FLAG + g for g in GENRES))
        return ratings, read_table(folder / "u.item", names, "|") if (folder / "u.item").exists() else None
    for pattern, other in (("ratings.csv", "movies.csv"), ("*.inter", "*.item")):
        found = next(iter(sorted(folder.glob(pattern))), None)
        if found is not None:
            movies = next(iter(sorted(folder.glob(other))), None)
            return read_table(found), read_table(movies) if movies else None
    raise InputError("it is not a MovieLens folder", path=folder, hint="Expected u.data, ratings.csv or *.inter in it.")


def _strengths(acts: Sequence[_Act]) -> list[float]:
    """Bring ratings and interests of whatever scale into [-1, 1]."""
    stars = SignalWeights().stars
    ratings = [a.raw for a in acts if a.scale == "rating"]
    top = max(ratings, default=5.0)
    scale = 5.0 / top if top > 5 else 1.0
    out = []
    interest_top = max((abs(a.raw) for a in acts if a.scale == "interest"), default=1.0)
    for act in acts:
        if act.scale == "rating" and top > 1:
            out.append(float(np.interp(max(1.0, act.raw * scale), np.arange(1, 6), stars)))
        else:
            share = act.raw if act.scale == "rating" or interest_top <= 1 else act.raw / interest_top
            out.append(float(np.clip(2 * share - 1, -1, 1)))
    return out


def _store(
    rooms: Rooms, source: Path, things: Sequence[_Thing], acts: Sequence[_Act], result: ImportResult, job: Job
) -> None:
    """Write everything in one transaction.

    Items belong to the folder, so that tables that lie together speak of the same items; interactions belong to their
    file, so that importing it again replaces them and no others.
    """
    job.progress(0, None, "Storing")
    matches = _match(rooms.library, things) | _match_paths(rooms.library, [*things, *acts])
    with rooms.behaviour.database.write() as db:
        ids = _store_items(db, _import_id(db, str(source.resolve().parent)), things, acts, matches)
        import_id = _import_id(db, str(source.resolve())) if acts else 0
        if acts:
            db.execute("DELETE FROM community_interactions WHERE import_id = ?", (import_id,))
        strengths = _strengths(acts)
        rows = [(import_id, a.user, ids[a.item], v, a.at) for a, v in zip(acts, strengths, strict=True)]
        for start in range(0, len(rows), _BATCH):
            job.progress(start, len(rows), "Storing")
            db.executemany("INSERT INTO community_interactions VALUES (?, ?, ?, ?, ?)", rows[start : start + _BATCH])
        result.items = len({t.key for t in things} or {a.item for a in acts})
        result.interactions = len(rows)
    rooms.behaviour.bus.publish(BehaviourChanged("", None))


def _import_id(db: sqlite3.Connection, source: str) -> int:
    """Return the import of a folder or file, made when it is the first."""
    row = db.execute("SELECT id FROM imports WHERE source = ?", (source,)).fetchone()
    if row is not None:
        db.execute("UPDATE imports SET at = ? WHERE id = ?", (time.time(), row["id"]))
        return int(row["id"])
    cursor = db.execute("INSERT INTO imports (format, source, at) VALUES ('tables', ?, ?)", (source, time.time()))
    return int(cursor.lastrowid or 0)


def _store_items(
    db: sqlite3.Connection, import_id: int, things: Sequence[_Thing], acts: Sequence[_Act], matches: dict[str, int]
) -> dict[str, int]:
    db.executemany(
        "INSERT INTO community_items (import_id, key, item_id, title, year, category) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (import_id, key) DO UPDATE SET item_id = excluded.item_id, "
        " title = coalesce(excluded.title, title), year = coalesce(excluded.year, year),"
        " category = coalesce(excluded.category, category)",
        [(import_id, t.key, matches.get(t.key), t.title, t.year, t.category) for t in things],
    )
    db.executemany(
        "INSERT OR IGNORE INTO community_items (import_id, key, item_id) VALUES (?, ?, ?)",
        [(import_id, key, matches.get(key)) for key in dict.fromkeys(a.item for a in acts)],
    )
    rows = db.execute("SELECT key, id FROM community_items WHERE import_id = ?", (import_id,)).fetchall()
    return {r["key"]: r["id"] for r in rows}


def _match(library: Library, things: Sequence[_Thing]) -> dict[str, int]:
    """Find library items of the same title (and year, where both are known); near titles only when surely the same."""
    titled = [t for t in things if t.title]
    if not titled:
        return {}
    with library.database.read() as db:
        rows = db.execute("SELECT id, title, year FROM items").fetchall()
    if not rows:
        return {}
    from rapidfuzz import fuzz, process, utils

    known = [utils.default_process(r["title"]) for r in rows]
    exact: dict[str, list[int]] = {}
    for n, title in enumerate(known):
        exact.setdefault(title, []).append(n)
    out: dict[str, int] = {}
    for thing in titled:
        wanted = utils.default_process(thing.title or "")
        candidates = exact.get(wanted, [])
        if not candidates and thing.year:
            best = process.extractOne(wanted, known, scorer=fuzz.ratio, score_cutoff=_SURE)
            candidates = [best[2]] if best is not None else []
        years = [n for n in candidates if thing.year is None or rows[n]["year"] in {None, thing.year}]
        if len(years) == 1:
            out[thing.key] = int(rows[years[0]]["id"])
    return out


def _match_paths(library: Library, rows: Sequence[_Act | _Thing]) -> dict[str, int]:
    """Find library items whose file is named by its path; plain numbers are ids of somebody else and match nothing."""
    keys = {r.item if isinstance(r, _Act) else r.key for r in rows}
    named = {os.fsencode(k): k for k in keys if "/" in k or "\\" in k}
    if not named:
        return {}
    with library.database.read() as db:
        known = {bytes(r["path"]): int(r["item_id"]) for r in db.execute("SELECT path, item_id FROM files")}
    return {key: known[path] for path, key in named.items() if path in known}
