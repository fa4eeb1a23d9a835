"""Corrections of items: in the library with undo, and, where the user says so, in the tags of the files."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.api.errors import AvrecError, InputError
from avrec_desktop.jobs.compute import ComputeProcess
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import store
from avrec_desktop.library.database import Database, now
from avrec_desktop.library.store import EDITABLE
from avrec_desktop.library.types import Failure

#: Fields that are written into files, and what mutagen's common names for them are.
WRITABLE = {"title": "title", "artist": "artist", "album": "album", "album_artist": "albumartist", "genre": "genre",
            "year": "date", "track": "tracknumber", "disc": "discnumber"}  # fmt: skip
_WRITE = "avrec_desktop.library.tag_writer:write_tags"
_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit changed: per item the columns, the corrections (JSON or None) and the user's tags of before."""

    columns: Mapping[int, Mapping[str, Any]]
    overrides: Mapping[int, Mapping[str, str | None]]
    tags: Mapping[int, Sequence[str]] | None

    @property
    def item_ids(self) -> tuple[int, ...]:
        """The items."""
        return tuple(self.columns)


@dataclass(slots=True)
class TagWrite:
    """Outcome of writing tags into files.

    Attributes:
        ids: Rows of ``tag_writes``, for the undo.
        failed: Files that could not be written, with the reason; they are as they were.
    """

    ids: list[int] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def edit(database: Database, item_ids: Sequence[int], fields: Mapping[str, Any]) -> Edit:
    """Correct fields of items in the library; see :meth:`Library.edit`."""
    ids = list(dict.fromkeys(map(int, item_ids)))
    with database.write() as db:
        before = _before(db, ids, fields)
        store.edit_items(db, list(before.item_ids), fields, now())
    return before


def undo(database: Database, change: Edit) -> None:
    """Put back what an edit changed."""
    at = now()
    with database.write() as db:
        for item_id, columns in change.columns.items():
            for name, value in columns.items():
                db.execute(f"UPDATE items SET {name} = ?, updated_at = ? WHERE id = ?", (value, at, item_id))  # noqa: S608 - of EDITABLE
                old = change.overrides[item_id][name]
                db.execute("DELETE FROM overrides WHERE item_id = ? AND field = ?", (item_id, name))
                if old is not None:
                    db.execute(
                        "INSERT INTO overrides (item_id, field, value, at) VALUES (?, ?, ?, ?)",
                        (item_id, name, old, at),
                    )
        for item_id, names in (change.tags or {}).items():
            db.execute("DELETE FROM item_tags WHERE item_id = ? AND source = 'user'", (item_id,))
            db.executemany(
                "INSERT INTO item_tags (item_id, name, source, p) VALUES (?, ?, 'user', 1.0)",
                [(item_id, name) for name in names],
            )
        for row in db.execute(
            "SELECT * FROM items WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(change.item_ids),)
        ).fetchall():
            db.execute(
                "UPDATE items SET sort_title = :sort_title, sort_artist = :sort_artist, sort_album = :sort_album "
                "WHERE id = :id",
                store.sort_keys(dict(row)) | {"id": row["id"]},
            )
        store.index_items(db, change.item_ids)


def _before(db: sqlite3.Connection, ids: list[int], fields: Mapping[str, Any]) -> Edit:
    names = [name for name in fields if name in EDITABLE]
    wanted = json.dumps(ids)
    rows = db.execute("SELECT * FROM items WHERE id IN (SELECT value FROM json_each(?))", (wanted,)).fetchall()
    known = {row["id"]: {name: row[name] for name in names} for row in rows}
    columns = {item_id: known[item_id] for item_id in ids if item_id in known}
    overrides: dict[int, dict[str, str | None]] = {item_id: dict.fromkeys(names) for item_id in columns}
    for row in db.execute("SELECT * FROM overrides WHERE item_id IN (SELECT value FROM json_each(?))", (wanted,)):
        if row["field"] in names:
            overrides[row["item_id"]][row["field"]] = row["value"]
    tags: dict[int, list[str]] | None = None
    if "tags" in fields:
        tags = {item_id: [] for item_id in columns}
        for row in db.execute(
            "SELECT item_id, name FROM item_tags WHERE source = 'user' AND item_id IN (SELECT value FROM json_each(?))",
            (wanted,),
        ):
            tags[row["item_id"]].append(row["name"])
    return Edit(columns, overrides, tags)


# Into the files.


def write_tags(database: Database, item_ids: Iterable[int], names: Sequence[str], job: Job) -> TagWrite:
    """Write what the library says of items into the tags of all their present files.

    Args:
        database: The library.
        item_ids: The items.
        names: Fields to write, of :data:`WRITABLE`; one that the library does not know is removed from the file.
        job: Takes progress, hands out cancel.

    Raises:
        InputError: A field cannot be written.
        Cancelled: What was written until then stays, and can be undone.
    """
    odd = [name for name in names if name not in WRITABLE]
    if odd or not names:
        raise InputError(f"{', '.join(odd) or 'nothing'} cannot be written into files.")
    with database.read() as db:
        rows = db.execute(
            "SELECT i.*, f.path FROM items i JOIN files f ON f.item_id = i.id AND f.state = 'present' "
            "WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY f.path",
            (json.dumps(list(item_ids)),),
        ).fetchall()
    wanted = [
        (row["id"], row["path"], {WRITABLE[n]: [] if row[n] is None else [str(row[n])] for n in names}) for row in rows
    ]
    return _write_all(database, wanted, job, keep=True)


def undo_write(database: Database, write: TagWrite, job: Job) -> TagWrite:
    """Put back the tags that stood in the files before."""
    with database.read() as db:
        rows = db.execute(
            "SELECT * FROM tag_writes WHERE NOT undone AND id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
            (json.dumps(write.ids),),
        ).fetchall()
    result = _write_all(
        database, [(row["item_id"], row["path"], json.loads(row["before"])) for row in rows], job, keep=False
    )
    failed = {failure.path for failure in result.failed}
    done = [(row["id"],) for row in rows if os.fsdecode(row["path"]) not in failed]
    with database.write() as db:
        db.executemany("UPDATE tag_writes SET undone = 1 WHERE id = ?", done)
    return result


def _write_all(
    database: Database, wanted: Sequence[tuple[int, bytes, dict[str, list[str]]]], job: Job, *, keep: bool
) -> TagWrite:
    result = TagWrite()
    with ComputeProcess("tags") as process:
        for number, (item_id, path, values) in enumerate(wanted):
            job.progress(number, len(wanted), "Writing tags")
            try:
                before = process.call(_WRITE, {"path": path, "values": values}, timeout=_SECONDS)
            except AvrecError as error:
                result.failed.append(Failure(os.fsdecode(path), error.message))
                continue
            if keep:
                with database.write() as db:
                    row = db.execute(
                        "INSERT INTO tag_writes (item_id, path, before, at) VALUES (?, ?, ?, ?) RETURNING id",
                        (item_id, path, json.dumps(before), now()),
                    ).fetchone()
                result.ids.append(row["id"])
    job.progress(len(wanted), len(wanted))
    return result
