"""Playlists: lists made by hand, and queries saved under a name. Every change can be taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.jobs.events import EventBus, PlaylistsChanged
from avrec_desktop.library import playlist_files
from avrec_desktop.library.database import Database, now
from avrec_desktop.library.listing import SORTS, fetch_items
from avrec_desktop.library.playlist_files import Entry, Format
from avrec_desktop.library.query import parse
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.library.words import clean

Ids = NDArray[np.int64]
Act = Literal["create", "add", "remove", "move", "rename", "change", "delete", "undo"]


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist as it is listed.

    Attributes:
        query: Search text of a smart playlist; None for one made by hand.
        sort, descending, most: Order and greatest number of items of a smart playlist.
        n_items: Number of entries; None for a smart playlist, whose number takes a search.
    """

    id: int
    name: str
    query: str | None = None
    sort: str = "title"
    descending: bool = False
    most: int | None = None
    n_items: int | None = None
    updated_at: float = 0.0

    @property
    def smart(self) -> bool:
        """Whether it is a saved query."""
        return self.query is not None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a playlist is: its row in the database, and its items, int64 (n,)."""

    row: tuple[object, ...]
    items: Ids


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a playlist, and all that is needed to take it back.

    Attributes:
        act: What was done.
        playlist_id: The playlist.
        name: Its name when it was done.
        count: Number of entries added, removed or moved.
        before: What the playlist was; None: there was none.
        revision: The playlist's as long as this is its last change; None: it is gone.
    """

    act: Act
    playlist_id: int
    name: str
    count: int = 0
    before: Content | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """Outcome of reading a playlist file.

    Attributes:
        change: Undoes the import.
        found: Number of entries that are in the library.
        unknown: Entries that are not, as written in the file.
    """

    change: Change
    found: int
    unknown: tuple[Entry, ...]


_COLUMNS = "id, name, query, sort, descending, most, created_at, updated_at, revision"


class Playlists:
    """The playlists of a library. Thread-safe.

    Args:
        database: The library.
        events: Hears of changes.
        search: Returns the ids that a query lists.
    """

    def __init__(self, database: Database, events: EventBus, search: Callable[[ItemQuery], Ids]) -> None:
        self._db = database
        self._events = events
        self._search = search

    # Reading.

    def list(self) -> list[Playlist]:
        """Return all playlists by name."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT p.*, n.n FROM playlists p LEFT JOIN (SELECT playlist_id, count(*) AS n FROM playlist_items "
                "GROUP BY playlist_id) n ON n.playlist_id = p.id"
            ).fetchall()
        return sorted((_playlist(row) for row in rows), key=lambda p: (p.name.casefold(), p.id))

    def get(self, playlist_id: int) -> Playlist:
        """Return one playlist.

        Raises:
            NotFoundError: There is no such playlist.
        """
        with self._db.read() as db:
            row = db.execute(
                "SELECT p.*, (SELECT count(*) FROM playlist_items WHERE playlist_id = p.id) AS n "
                "FROM playlists p WHERE id = ?",
                (playlist_id,),
            ).fetchone()
        if row is None:
            raise _gone(playlist_id)
        return _playlist(row)

    def items(self, playlist_id: int, profile: str = "default") -> Ids:
        """Return the ids of a playlist in its order, int64 (n,); of a smart one what its query finds now.

        Raises:
            NotFoundError: There is no such playlist.
            InputError: The query of a smart playlist cannot be understood.
        """
        playlist = self.get(playlist_id)
        if playlist.query is None:
            with self._db.read() as db:
                return _items(db, playlist_id)
        query = ItemQuery(playlist.query, sort=playlist.sort, descending=playlist.descending, profile=profile)
        return self._search(query)[: playlist.most]

    # Changing.

    def create(self, name: str, item_ids: Iterable[int] = ()) -> Change:
        """Make a playlist by hand.

        Raises:
            InputError: The name is empty.
            NotFoundError: One of the items does not exist.
        """
        ids = np.fromiter(map(int, item_ids), np.int64)
        with self._db.write() as db:
            playlist_id = _insert(db, _named(name))
            _write_items(db, playlist_id, ids)
        return self._told(Change("create", playlist_id, _named(name), len(ids), None, 1))

    def create_smart(
        self, name: str, query: str, *, sort: str = "title", descending: bool = False, most: int | None = None
    ) -> Change:
        """Save a query as a playlist.

        Args:
            name: Its name.
            query: Search text, see :mod:`avrec_desktop.library.query`.
            sort: Order, as in :class:`ItemQuery`.
            descending: Turn the order round.
            most: Keep only so many items, the first of the order.

        Raises:
            InputError: The name or the query is empty or cannot be understood, or there is no such order.
        """
        _check_smart(query, sort, most)
        with self._db.write() as db:
            playlist_id = _insert(db, _named(name), query.strip(), sort, descending, most)
        return self._told(Change("create", playlist_id, _named(name), 0, None, 1))

    def change_smart(
        self, playlist_id: int, *, query: str, sort: str = "title", descending: bool = False, most: int | None = None
    ) -> Change:
        """Give a smart playlist another query, order or limit.

        Raises:
            NotFoundError: There is no such playlist.
            InputError: It was made by hand, or the query cannot be understood.
        """
        _check_smart(query, sort, most)
        if not self.get(playlist_id).smart:
            raise InputError("this playlist was made by hand and has no query.")

        def work(db: sqlite3.Connection, _before: Content) -> int:
            db.execute(
                "UPDATE playlists SET query = ?, sort = ?, descending = ?, most = ? WHERE id = ?",
                (query.strip(), sort, descending, most, playlist_id),
            )
            return 0

        return self._change("change", playlist_id, work)

    def add(self, playlist_id: int, item_ids: Iterable[int], at: int | None = None) -> Change:
        """Put items into a playlist, before position ``at`` or at its end.

        Raises:
            NotFoundError: There is no such playlist or item.
            InputError: It is a smart playlist.
        """
        new = np.fromiter(map(int, item_ids), np.int64)

        def work(db: sqlite3.Connection, before: Content) -> int:
            if at is None or at >= len(before.items):
                _write_items(db, playlist_id, new, first=len(before.items))
            else:
                _replace_items(db, playlist_id, np.insert(before.items, max(0, at), new))
            return len(new)

        return self._change("add", playlist_id, work, manual=True)

    def remove(self, playlist_id: int, positions: Iterable[int]) -> Change:
        """Take the entries at these positions out; positions that do not exist are passed over.

        Raises:
            NotFoundError: There is no such playlist.
            InputError: It is a smart playlist.
        """
        wanted = list(positions)

        def work(db: sqlite3.Connection, before: Content) -> int:
            out = _valid(wanted, len(before.items))
            _replace_items(db, playlist_id, np.delete(before.items, out))
            return len(out)

        return self._change("remove", playlist_id, work, manual=True)

    def move(self, playlist_id: int, positions: Iterable[int], to: int) -> Change:
        """Move the entries at these positions, in their order, before the entry that is at ``to`` now.

        Raises:
            NotFoundError: There is no such playlist.
            InputError: It is a smart playlist.
        """
        wanted = list(positions)

        def work(db: sqlite3.Connection, before: Content) -> int:
            moved = _valid(wanted, len(before.items))
            _replace_items(db, playlist_id, moved_to(before.items, moved, to))
            return len(moved)

        return self._change("move", playlist_id, work, manual=True)

    def rename(self, playlist_id: int, name: str) -> Change:
        """Give a playlist another name.

        Raises:
            NotFoundError: There is no such playlist.
            InputError: The name is empty.
        """
        text = _named(name)

        def work(db: sqlite3.Connection, _before: Content) -> int:
            db.execute("UPDATE playlists SET name = ? WHERE id = ?", (text, playlist_id))
            return 0

        return self._change("rename", playlist_id, work)

    def delete(self, playlist_id: int) -> Change:
        """Delete a playlist; its items stay in the library.

        Raises:
            NotFoundError: There is no such playlist.
        """
        with self._db.write() as db:
            before = _content(db, playlist_id)
            db.execute("DELETE FROM playlists WHERE id = ?", (playlist_id,))
        return self._told(Change("delete", playlist_id, str(before.row[1]), len(before.items), before, None))

    def undo(self, change: Change) -> Change:
        """Take a change back; what this returns takes the undo back.

        Raises:
            InputError: Something else was done to the playlist since.
        """
        with self._db.write() as db:
            present = db.execute("SELECT revision FROM playlists WHERE id = ?", (change.playlist_id,)).fetchone()
            if (None if present is None else present["revision"]) != change.revision:
                raise InputError(f"“{change.name}” was changed since; this cannot be taken back any more.")
            current = None if present is None else _content(db, change.playlist_id)
            db.execute("DELETE FROM playlists WHERE id = ?", (change.playlist_id,))
            revision = None
            if change.before is not None:
                revision = _restore(db, change.before)
        return self._told(Change("undo", change.playlist_id, change.name, change.count, current, revision))

    # Files.

    def import_file(self, path: Path, name: str | None = None) -> Imported:
        """Make a playlist of an M3U, M3U8 or XSPF file; entries that are not in the library are listed.

        Args:
            path: The file.
            name: Name of the playlist; None for the title in the file, or its file name.

        Raises:
            InputError: The file cannot be read or is no playlist.
        """
        found = playlist_files.read(path)
        with self._db.read() as db:
            ids, unknown = playlist_files.resolve(db, found.entries, path)
        change = self.create(name or found.title or clean(path.stem) or "?", ids)
        return Imported(change, len(ids), tuple(unknown))

    def export_file(self, playlist_id: int, path: Path, kind: Format | None = None) -> int:
        """Write a playlist as M3U8 or XSPF, with paths relative to the file where it can; replaces the file whole.

        Args:
            playlist_id: The playlist.
            path: Where to.
            kind: ``m3u8`` or ``xspf``; None for what the file name says.

        Returns:
            Number of entries written; items without any known file are left out.

        Raises:
            NotFoundError: There is no such playlist.
            InputError: The file cannot be written, or its name tells no format.
        """
        playlist = self.get(playlist_id)
        ids = self.items(playlist_id).tolist()
        with self._db.read() as db:
            items = fetch_items(db, ids, "default", tags=0)
        return playlist_files.write(path, playlist.name, [i for i in items if i.path], kind)

    # Inside.

    def _change(
        self,
        act: Act,
        playlist_id: int,
        work: Callable[[sqlite3.Connection, Content], int],
        *,
        manual: bool = False,
    ) -> Change:
        with self._db.write() as db:
            before = _content(db, playlist_id)
            if manual and before.row[2] is not None:
                raise InputError("a smart playlist cannot be changed by hand; change its query.")
            count = work(db, before)
            row = db.execute(
                "UPDATE playlists SET revision = revision + 1, updated_at = ? WHERE id = ? RETURNING name, revision",
                (now(), playlist_id),
            ).fetchone()
        return self._told(Change(act, playlist_id, row["name"], count, before, row["revision"]))

    def _told(self, change: Change) -> Change:
        self._events.publish(PlaylistsChanged(change.playlist_id))
        return change


def moved_to(ids: Ids, positions: Sequence[int], to: int) -> Ids:
    """Return the ids with those at ``positions`` (ascending) put, in order, before what is at ``to`` now."""
    mask = np.zeros(len(ids), dtype=bool)
    mask[list(positions)] = True
    to = max(0, min(to, len(ids)))
    head, tail = ids[:to][~mask[:to]], ids[to:][~mask[to:]]
    return np.concatenate([head, ids[mask], tail])


def _playlist(row: sqlite3.Row) -> Playlist:
    return Playlist(
        row["id"],
        row["name"],
        row["query"],
        row["sort"],
        bool(row["descending"]),
        row["most"],
        None if row["query"] is not None else row["n"] or 0,
        row["updated_at"],
    )


def _gone(playlist_id: int) -> NotFoundError:
    return NotFoundError(f"there is no playlist {playlist_id}")


def _named(name: str) -> str:
    text = clean(" ".join(name.split()), 200)
    if text is None:
        raise InputError("a playlist needs a name.")
    return text


def _check_smart(query: str, sort: str, most: int | None) -> None:
    if not query.strip():
        raise InputError("a smart playlist needs a query.", hint="Type for example: mood:calm unplayed")
    parse(query)
    if sort not in SORTS:
        raise InputError(f"there is no order {sort!r}", hint=f"Orders: {', '.join(SORTS)}.")
    if most is not None and most < 1:
        raise InputError("a playlist has at least one item.")


def _valid(positions: Sequence[int], n: int) -> list[int]:
    return sorted({p for p in positions if 0 <= p < n})


def _items(db: sqlite3.Connection, playlist_id: int) -> Ids:
    cursor = db.cursor()
    cursor.row_factory = None
    cursor.execute("SELECT item_id FROM playlist_items WHERE playlist_id = ? ORDER BY position", (playlist_id,))
    return np.fromiter((row[0] for row in cursor), np.int64)


def _content(db: sqlite3.Connection, playlist_id: int) -> Content:
    row = db.execute(f"SELECT {_COLUMNS} FROM playlists WHERE id = ?", (playlist_id,)).fetchone()  # noqa: S608 - constants
    if row is None:
        raise _gone(playlist_id)
    return Content(tuple(row), _items(db, playlist_id))


def _restore(db: sqlite3.Connection, content: Content) -> int:
    """Write a playlist back as it was; items that are gone for good since are left out. Returns its revision."""
    marks = ", ".join("?" * len(content.row))
    db.execute(f"INSERT INTO playlists ({_COLUMNS}) VALUES ({marks})", content.row)  # noqa: S608 - constants
    known = {row[0] for row in db.execute("SELECT id FROM items")}
    _write_items(db, int(str(content.row[0])), content.items[[i in known for i in content.items.tolist()]])
    return int(str(content.row[-1]))


def _insert(
    db: sqlite3.Connection,
    name: str,
    query: str | None = None,
    sort: str = "title",
    descending: bool = False,
    most: int | None = None,
) -> int:
    at = now()
    row = db.execute(
        "INSERT INTO playlists (name, query, sort, descending, most, created_at, updated_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (name, query, sort, descending, most, at, at),
    ).fetchone()
    return int(row["id"])


def _write_items(db: sqlite3.Connection, playlist_id: int, ids: Ids, first: int = 0) -> None:
    try:
        db.executemany(
            "INSERT INTO playlist_items (playlist_id, position, item_id) VALUES (?, ?, ?)",
            [(playlist_id, position, item) for position, item in enumerate(ids.tolist(), first)],
        )
    except sqlite3.IntegrityError as error:
        raise NotFoundError("one of these items is no longer in the library") from error


def _replace_items(db: sqlite3.Connection, playlist_id: int, ids: Ids) -> None:
    db.execute("DELETE FROM playlist_items WHERE playlist_id = ?", (playlist_id,))
    _write_items(db, playlist_id, ids)
