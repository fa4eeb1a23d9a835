"""Writes scan results into the catalogue. Every function works inside the caller's transaction."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.api.media import Kind
from avrec_desktop.library import spoken
from avrec_desktop.library.vocabulary import vocabulary
from avrec_desktop.library.walker import behind, below
from avrec_desktop.library.words import clean, display_name, file_words, searchable, sort_key

#: Columns that come from reading a file.
PROBED = (
    "title", "artist", "album", "album_artist", "genre", "year", "track", "disc", "series", "season",
    "episode", "description", "language", "lyrics",
    "duration", "container", "audio_codec", "video_codec", "width", "height", "fps",
    "sample_rate", "channels", "bit_rate", "has_audio", "has_video", "artwork", "warning", "kind", "fingerprint",
    "subtitles", "chapters",
)  # fmt: skip
#: Columns that the user may correct.
EDITABLE = (
    "title", "artist", "album", "album_artist", "genre", "year", "track", "disc", "series", "season", "episode",
    "description", "language", "lyrics",
)  # fmt: skip
_SET = ", ".join(f"{column} = :{column}" for column in (*PROBED, "sort_title", "sort_artist", "sort_album"))
_UPDATE = f"UPDATE items SET {_SET}, status = 'ready', reason = NULL, updated_at = :at WHERE id = :id"  # noqa: S608
#: Two files at one path are the same recording, re-encoded, when their durations differ by no more than this share.
_SAME_DURATION = 0.02


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file of the catalogue at the moment it was seen.

    Attributes:
        id: Row of ``files``, 0 when it has none yet.
        item_id: Its item, 0 when it has none yet.
        fresh: Whether its item was made for it in this scan, so that nothing else is known of the item.
        new: Whether it was never read before.
    """

    path: bytes
    size: int
    mtime_ns: int
    folder_id: int | None
    id: int = 0
    item_id: int = 0
    fresh: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing one result did: the item it belongs to, and the item that went up in it (or 0)."""

    item_id: int
    removed: int = 0


def insert_named(db: sqlite3.Connection, files: Sequence[tuple[FileRef, Kind]], at: float) -> list[FileRef]:
    """Add files whose names alone are known; they are read again until a result is stored."""
    out = []
    for file, kind in files:
        title = os.path.splitext(display_name(os.path.basename(file.path)))[0]
        item_id = db.execute(
            "INSERT INTO items (kind, status, title, sort_title, added_at, updated_at) VALUES (?, 'named', ?, ?, ?, ?)",
            (kind, title, sort_key(title), at, at),
        ).lastrowid
        file_id = db.execute(
            "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) VALUES (?, ?, ?, -1, -1, 'present')",
            (item_id, file.folder_id, file.path),
        ).lastrowid
        assert item_id is not None
        assert file_id is not None
        out.append(FileRef(file.path, file.size, file.mtime_ns, file.folder_id, file_id, item_id, fresh=True, new=True))
    return out


def files_read_before(db: sqlite3.Connection, directory: bytes, moment: float) -> list[tuple[FileRef, float]]:
    """Return the files of a directory, not of those in it, that were read before a moment, and when."""
    rows = db.execute(
        "SELECT f.*, i.updated_at FROM files f JOIN items i ON i.id = f.item_id "
        "WHERE f.path > ? AND f.path < ? AND f.state = 'present' AND f.size >= 0 AND i.updated_at < ?",
        (below(directory), behind(directory), moment),
    ).fetchall()
    return [
        (FileRef(r["path"], r["size"], r["mtime_ns"], r["folder_id"], r["id"], r["item_id"]), r["updated_at"])
        for r in rows
        if os.path.dirname(r["path"]) == directory
    ]


def current(db: sqlite3.Connection, file: FileRef) -> FileRef:
    """Return a changed file with its item and folder."""
    row = db.execute(
        "SELECT f.item_id, f.folder_id, i.status FROM files f JOIN items i ON i.id = f.item_id WHERE f.id = ?",
        (file.id,),
    ).fetchone()
    folder = row["folder_id"] if file.folder_id is None else file.folder_id
    return replace(file, item_id=row["item_id"], folder_id=folder, new=row["status"] == "named")


def mark_present(db: sqlite3.Connection, files: Sequence[tuple[int | None, int]]) -> set[int]:
    """Mark files, as (folder, row), that are there again as they were; returns the items whose state changed."""
    changed = set()
    for folder_id, file_id in files:
        row = db.execute("SELECT item_id, state, folder_id FROM files WHERE id = ?", (file_id,)).fetchone()
        if row["state"] != "present":
            db.execute(
                "UPDATE files SET state = 'present', missing_since = NULL, folder_id = ? WHERE id = ?",
                (row["folder_id"] if folder_id is None else folder_id, file_id),
            )
            changed.add(row["item_id"])
    return changed


@dataclass(frozen=True, slots=True)
class Lost:
    """What is missing after a scan.

    Attributes:
        files: Number of files that went missing in this scan.
        items: Items that have no file left where one is looked for.
        elsewhere: Items whose file was moved, or of which a copy went.
    """

    files: int
    items: set[int]
    elsewhere: set[int]


def mark_offline(db: sqlite3.Connection, file_ids: Sequence[int], at: float) -> set[int]:
    """Mark files of drives that are away; returns the items whose state changed."""
    rows = db.execute(
        "UPDATE files SET state = 'offline', missing_since = ? "
        "WHERE id IN (SELECT value FROM json_each(?)) AND state = 'present' RETURNING item_id",
        (at, json.dumps(list(file_ids))),
    ).fetchall()
    return {row["item_id"] for row in rows}


def mark_missing(db: sqlite3.Connection, file_ids: Sequence[int], at: float) -> Lost:
    """Mark files that are gone; rows of files that were moved, or never could be read, go."""
    lost = Lost(0, set(), set())
    count = 0
    for file_id in file_ids:
        file = db.execute(
            "SELECT f.item_id, f.state, i.fingerprint, EXISTS (SELECT 1 FROM files o WHERE o.item_id = f.item_id "
            "AND o.id <> f.id AND o.state = 'present') AS copied FROM files f JOIN items i ON i.id = f.item_id "
            "WHERE f.id = ?",
            (file_id,),
        ).fetchone()
        if file is None:
            continue
        if file["copied"]:
            db.execute("DELETE FROM files WHERE id = ?", (file_id,))
            lost.elsewhere.add(file["item_id"])
        elif file["fingerprint"] is None and remove_unread(db, file["item_id"]):
            lost.items.add(file["item_id"])
        elif file["state"] != "missing":
            db.execute("UPDATE files SET state = 'missing', missing_since = ? WHERE id = ?", (at, file_id))
            lost.items.add(file["item_id"])
            count += 1
    return replace(lost, files=count)


def store_failure(db: sqlite3.Connection, file: FileRef, reason: str, at: float, *, retry: bool) -> Stored:
    """Note why a file cannot be read; its item stays, and is shown as failed unless another copy is good."""
    size, mtime = (-1, -1) if retry else (file.size, file.mtime_ns)
    db.execute("UPDATE files SET size = ?, mtime_ns = ?, state = 'present' WHERE id = ?", (size, mtime, file.id))
    others = db.execute(
        "SELECT count(*) FROM files f JOIN items i ON i.id = f.item_id "
        "WHERE f.item_id = ? AND f.id <> ? AND f.state = 'present' AND i.status = 'ready'",
        (file.item_id, file.id),
    ).fetchone()[0]
    target: int | None = file.item_id
    if others:  # a copy went bad: it leaves the good ones
        title = os.path.splitext(display_name(os.path.basename(file.path)))[0]
        target = db.execute(
            "INSERT INTO items (kind, status, title, sort_title, added_at, updated_at) "
            "SELECT kind, 'failed', ?, ?, ?, ? FROM items WHERE id = ?",
            (title, sort_key(title), at, at, file.item_id),
        ).lastrowid
        db.execute("UPDATE files SET item_id = ? WHERE id = ?", (target, file.id))
    db.execute("UPDATE items SET status = 'failed', reason = ?, updated_at = ? WHERE id = ?", (reason, at, target))
    return Stored(target or 0)


def store_probe(db: sqlite3.Connection, file: FileRef, result: Mapping[str, Any], at: float) -> Stored:
    """Store what was read from a file, and join it with the item that has the same media data, if there is one."""
    twin = db.execute(
        "SELECT id FROM items WHERE fingerprint = ? AND id <> ?", (result["fingerprint"], file.item_id)
    ).fetchone()
    removed = 0
    if file.fresh and twin is None:
        target = file.item_id
    else:
        target, removed = _choose_item(db, file, result, twin, at)
    db.execute(
        "UPDATE files SET item_id = ?, size = ?, mtime_ns = ?, state = 'present', missing_since = NULL, folder_id = ? "
        "WHERE id = ?",
        (target, file.size, file.mtime_ns, file.folder_id, file.id),
    )
    _update_item(db, target, result, at, fresh=file.fresh and twin is None)
    return Stored(target, removed)


def _choose_item(
    db: sqlite3.Connection, file: FileRef, result: Mapping[str, Any], twin: sqlite3.Row | None, at: float
) -> tuple[int, int]:
    """Return the item that a file belongs to now, and the item that went up in it (or 0)."""
    own = db.execute("SELECT id, fingerprint, duration FROM items WHERE id = ?", (file.item_id,)).fetchone()
    if twin is not None:
        target = int(twin["id"])
        return target, _join(db, file, target, orphan_ok=own["fingerprint"] is not None)
    if own["fingerprint"] not in (None, result["fingerprint"]) and _is_other_recording(db, own, result):
        return _new_item(db, file, result, at), 0
    if own["fingerprint"] not in (None, result["fingerprint"]):
        db.execute("DELETE FROM extractions WHERE item_id = ?", (file.item_id,))
        db.execute("DELETE FROM segments WHERE item_id = ?", (file.item_id,))
    return file.item_id, 0


def _join(db: sqlite3.Connection, file: FileRef, target: int, *, orphan_ok: bool) -> int:
    """Move a file to another item; an item that was only a name until now goes up in it. Returns its id or 0."""
    db.execute("UPDATE files SET item_id = ? WHERE id = ?", (target, file.id))
    if orphan_ok or db.execute("SELECT 1 FROM files WHERE item_id = ?", (file.item_id,)).fetchone():
        return 0
    for table in ("events", "item_state", "overrides", "playlist_items"):
        db.execute(f"UPDATE OR IGNORE {table} SET item_id = ? WHERE item_id = ?", (target, file.item_id))  # noqa: S608 - constants
    db.execute("DELETE FROM item_search WHERE rowid = ?", (file.item_id,))
    db.execute("DELETE FROM items WHERE id = ?", (file.item_id,))
    return file.item_id


def _is_other_recording(db: sqlite3.Connection, own: sqlite3.Row, result: Mapping[str, Any]) -> bool:
    """Return whether a file was replaced by a different recording, so that its history must not pass on."""
    known, new = float(own["duration"]), float(result["duration"])
    if abs(known - new) <= max(2.0, _SAME_DURATION * known):
        return False
    return db.execute("SELECT 1 FROM events WHERE item_id = ? LIMIT 1", (own["id"],)).fetchone() is not None


def _new_item(db: sqlite3.Connection, file: FileRef, result: Mapping[str, Any], at: float) -> int:
    row = db.execute(
        "INSERT INTO items (kind, status, title, added_at, updated_at) VALUES (?, 'named', ?, ?, ?)",
        (result["kind"], result["title"], at, at),
    )
    assert row.lastrowid is not None
    db.execute("UPDATE files SET item_id = ? WHERE id = ?", (row.lastrowid, file.id))
    return row.lastrowid


def _update_item(db: sqlite3.Connection, item_id: int, result: Mapping[str, Any], at: float, *, fresh: bool) -> None:
    values: dict[str, Any] = {column: result.get(column) for column in PROBED}
    for row in () if fresh else db.execute("SELECT field, value FROM overrides WHERE item_id = ?", (item_id,)):
        if row["field"] in EDITABLE:
            values[row["field"]] = json.loads(row["value"])
    db.execute(_UPDATE, values | sort_keys(values) | {"at": at, "id": item_id})
    if not fresh:
        db.execute("DELETE FROM item_tags WHERE item_id = ? AND source = 'file'", (item_id,))
    if not fresh or result.get("spoken"):
        spoken.replace_subtitles(db, item_id, result.get("spoken", ()))
    for name in result.get("genres", ()):
        db.execute(
            "INSERT OR IGNORE INTO item_tags (item_id, name, p, source) VALUES (?, ?, 1.0, 'file')",
            (item_id, name.lower()),
        )


def restore_folder(db: sqlite3.Connection, folder: sqlite3.Row, files: Sequence[sqlite3.Row]) -> None:
    """Bring back a forgotten source folder and its files as they were, but for what was found again meanwhile."""
    db.execute(
        f"INSERT OR IGNORE INTO folders ({', '.join(folder.keys())}) VALUES ({', '.join('?' * len(folder))})",  # noqa: S608 - names of columns
        tuple(folder),
    )
    folder_id = db.execute("SELECT id FROM folders WHERE path = ?", (folder["path"],)).fetchone()["id"]
    db.executemany(
        "UPDATE files SET folder_id = ?, state = ?, missing_since = ? WHERE id = ? AND folder_id IS NULL",
        [(folder_id, file["state"], file["missing_since"], file["id"]) for file in files],
    )


def remove_unread(db: sqlite3.Connection, item_id: int) -> bool:
    """Remove an item whose file went before it could ever be read; one that somebody used stays. Returns whether."""
    if db.execute("SELECT 1 FROM events WHERE item_id = ? LIMIT 1", (item_id,)).fetchone() is not None:
        return False
    db.execute("DELETE FROM files WHERE item_id = ?", (item_id,))
    db.execute("DELETE FROM item_search WHERE rowid = ?", (item_id,))
    db.execute("DELETE FROM items WHERE id = ?", (item_id,))
    return True


def sort_keys(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the ordering columns of an item."""
    return {
        "sort_title": sort_key(values["title"]),
        "sort_artist": sort_key(values.get("artist") or values.get("album_artist")),
        "sort_album": sort_key(values.get("album")),
    }


def index_items(db: sqlite3.Connection, item_ids: Iterable[int]) -> None:
    """Write the search rows of these items anew."""
    ids = json.dumps(list(item_ids))
    tags: dict[int, list[str]] = {}
    denied: dict[int, set[int | None]] = {}
    for item_id, kind, key in db.execute(
        "SELECT item_id, kind, key FROM topic_corrections"
        " WHERE item_id IN (SELECT value FROM json_each(?)) AND holds = 0",
        (ids,),
    ):
        denied.setdefault(item_id, set()).add(vocabulary().index(kind, key))
    for item_id, name, source in db.execute(
        "SELECT item_id, name, source FROM item_tags WHERE item_id IN (SELECT value FROM json_each(?)) AND p >= 0.2",
        (ids,),
    ):
        said = denied.get(item_id, set())
        if source in ("file", "user") or not said.intersection(c for c, _ in vocabulary().of_tag(name)):
            tags.setdefault(item_id, []).append(name)
    names_of = {(c.kind, c.key): " ".join(c.names.values()) for c in vocabulary().concepts}
    for item_id, kind, key in db.execute(
        "SELECT item_id, kind, key FROM item_topics WHERE item_id IN (SELECT value FROM json_each(?)) AND p >= 0.3",
        (ids,),
    ):
        tags.setdefault(item_id, []).append(names_of.get((kind, key), ""))
    paths: dict[int, bytes] = dict(
        db.execute(
            "SELECT item_id, path FROM files WHERE item_id IN (SELECT value FROM json_each(?))", (ids,)
        ).fetchall()
    )
    rows = []
    for item in db.execute(
        "SELECT id, title, artist, album_artist, album, genre, series, description, lyrics, chapters FROM items "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    ):
        *folders, name = paths.get(item["id"], b"").split(os.sep.encode())[-3:]
        names = " ".join(file_words(display_name(part)) for part in (name, *folders) if part)
        more = (item[name] for name in ("series", "genre", "description", "lyrics", "chapters"))
        extra = " ".join(str(value) for value in more if value)
        artist = " ".join(dict.fromkeys(v for v in (item["artist"], item["album_artist"]) if v))
        words = (item["title"], artist, item["album"])
        rows.append((item["id"], *map(searchable, words), names, searchable(" ".join(tags.get(item["id"], ()))),
                     searchable(extra)))  # fmt: skip
    db.executemany("DELETE FROM item_search WHERE rowid = ?", [(row[0],) for row in rows])
    db.executemany(
        "INSERT INTO item_search (rowid, title, artist, album, file_name, tags, extra) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    spoken.index(db, [row[0] for row in rows])


def edit_items(db: sqlite3.Connection, item_ids: Sequence[int], fields: Mapping[str, Any], at: float) -> None:
    """Store the user's corrections.

    Raises:
        InputError: A field cannot be edited or a value does not fit.
    """
    values = {name: _checked(name, value) for name, value in fields.items() if name != "tags"}
    for item_id in map(int, item_ids):
        for name, value in values.items():
            if value is None:
                db.execute("DELETE FROM overrides WHERE item_id = ? AND field = ?", (item_id, name))
                db.execute("UPDATE files SET size = -1, mtime_ns = -1 WHERE item_id = ?", (item_id,))
                continue
            db.execute(
                "INSERT OR REPLACE INTO overrides (item_id, field, value, at) VALUES (?, ?, ?, ?)",
                (item_id, name, json.dumps(value), at),
            )
            db.execute(f"UPDATE items SET {name} = ?, updated_at = ? WHERE id = ?", (value, at, item_id))  # noqa: S608 - constants
        if "tags" in fields:
            db.execute("DELETE FROM item_tags WHERE item_id = ? AND source = 'user'", (item_id,))
            names = dict.fromkeys(n for n in (clean(t, 80) for t in fields["tags"] or ()) if n)
            db.executemany(
                "INSERT INTO item_tags (item_id, name, source, p) VALUES (?, ?, 'user', 1.0)",
                [(item_id, name) for name in names],
            )
        row = db.execute("SELECT * FROM items WHERE id = ?", (item_id,)).fetchone()
        if row is not None:
            db.execute(
                "UPDATE items SET sort_title = :sort_title, sort_artist = :sort_artist, sort_album = :sort_album "
                "WHERE id = :id",
                sort_keys(dict(row)) | {"id": item_id},
            )
    index_items(db, item_ids)


def _checked(name: str, value: Any) -> Any:
    if name not in EDITABLE:
        raise InputError(f"the field {name!r} cannot be edited", hint=f"Fields: {', '.join(EDITABLE)}, tags.")
    if name in ("year", "track", "disc", "season", "episode"):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1_000_000):
            raise InputError(f"{name} must be a whole number, not {value!r}")
        return value
    if value is not None and not isinstance(value, str):
        raise InputError(f"{name} must be a text, not {value!r}")
    text = None if value is None else clean(value, 20_000)
    if name == "title" and value is not None and text is None:
        raise InputError("the title cannot be empty")
    return text
