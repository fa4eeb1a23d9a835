"""The catalogue of one library: folders, items, search, artwork. The face of this room."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop import paths
from avrec_desktop.api.errors import InputError, LibraryError, MediaError, NotFoundError
from avrec_desktop.api.media import MediaInfo, MediaText
from avrec_desktop.jobs.events import EventBus, ItemsChanged
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import backup, edits, store
from avrec_desktop.library.backup import Backup
from avrec_desktop.library.completion import Completer, Completion
from avrec_desktop.library.database import Database, now
from avrec_desktop.library.edits import Edit, TagWrite
from avrec_desktop.library.grouping import Grouped
from avrec_desktop.library.listing import Listing, fetch_items
from avrec_desktop.library.lock import DirectoryLock
from avrec_desktop.library.mediatext import read_media_text
from avrec_desktop.library.mounts import PATIENCE, Prober
from avrec_desktop.library.playlists import Playlists
from avrec_desktop.library.query_match import Concepts
from avrec_desktop.library.scan_parts import Target, without_inner
from avrec_desktop.library.scanner import Scanner
from avrec_desktop.library.strips import Strips
from avrec_desktop.library.thumbnails import Thumbnails
from avrec_desktop.library.types import Folder, Item, ItemQuery, ScanResult
from avrec_desktop.library.walker import behind, below, inside
from avrec_desktop.library.words import clean

DATABASE_NAME = "library.sqlite3"


class Library:
    """The catalogue of one library directory. Thread-safe.

    Attributes:
        directory: The library directory.
        database: Its SQLite file, shared with the other rooms.
        events: Where changes are published.
        playlists: The playlists.
        strips: Waveforms, filmstrips and chapters.
    """

    def __init__(self, directory: Path, database: Database, events: EventBus) -> None:
        self.directory = directory
        self.database = database
        self.events = events
        self._listing = Listing(database)
        self._completer = Completer(database)
        self._prober = Prober()
        self.playlists = Playlists(database, events, self._listing.ids)
        self._thumbnails = Thumbnails(database, directory / "cache" / "thumbnails")
        self.strips = Strips(database, directory / "cache" / "strips")

    @classmethod
    def open(cls, directory: Path, *, events: EventBus) -> Self:
        """Open (or create) the library in a directory.

        Raises:
            LibraryError: It cannot be created or opened, or a newer version of the app wrote it.
        """
        directory = Path(os.path.abspath(directory))
        database = Database.open(directory / DATABASE_NAME, paths.resources() / "migrations")
        return cls(directory, database, events)

    def close(self) -> None:
        """End the processes that make pictures and close the database."""
        self._thumbnails.close()
        self.strips.close()
        self.database.close()

    # Folders and scanning.

    def folders(self) -> list[Folder]:
        """Return the source folders by label."""
        with self.database.read() as db:
            counts = dict(
                db.execute(
                    "SELECT f.folder_id, count(DISTINCT f.item_id) FROM files f JOIN items i ON i.id = f.item_id"
                    " WHERE f.state <> 'missing' AND i.status <> 'failed' GROUP BY f.folder_id"
                ).fetchall()
            )
            rows = db.execute("SELECT * FROM folders").fetchall()
        found = [
            Folder(
                row["id"],
                os.fsdecode(row["path"]),
                clean(os.path.basename(os.fsdecode(row["path"]))) or clean(os.fsdecode(row["path"])) or "?",
                bool(row["available"]),
                row["scanned_at"],
                counts.get(row["id"], 0),
                bool(row["sample"]),
            )
            for row in rows
        ]
        return sorted(found, key=lambda f: (f.label.casefold(), f.path))

    def add_folder(self, path: Path | str, *, sample: bool = False) -> Folder:
        """Remember a source folder; folders inside it become part of it, one inside a known folder is that folder.

        Raises:
            InputError: There is no such folder.
        """
        root = _absolute(path)
        if not os.path.isdir(root):
            raise InputError("there is no such folder.", path=os.fsdecode(root), hint="Check the spelling.")
        target = self._folder_target(root, sample=sample)
        return next(f for f in self.folders() if f.id == target.folder_id)

    def remove_folder(self, folder_id: int) -> Callable[[], None]:
        """Forget a source folder: its items leave the lists, their ratings and history stay for when they return.

        Returns:
            What brings it back as it was, also while its drive is away.

        Raises:
            NotFoundError: There is no such folder.
        """
        with self.database.write() as db:
            folder = db.execute("SELECT * FROM folders WHERE id = ?", (folder_id,)).fetchone()
            if folder is None:
                raise NotFoundError(f"there is no folder {folder_id}")
            files = db.execute(
                "SELECT id, item_id, state, missing_since FROM files WHERE folder_id = ?", (folder_id,)
            ).fetchall()
            db.execute(
                "UPDATE files SET state = 'missing', missing_since = ? WHERE folder_id = ? AND state <> 'missing'",
                (now(), folder_id),
            )
            db.execute("DELETE FROM folders WHERE id = ?", (folder_id,))
        items = tuple({row["item_id"] for row in files})
        self.events.publish(ItemsChanged(removed=items))

        def back() -> None:
            with self.database.write() as db:
                store.restore_folder(db, folder, files)
            self.events.publish(ItemsChanged(added=items))

        return back

    def scan(self, paths: Sequence[Path] | None, job: Job) -> ScanResult:
        """Bring the catalogue up to date.

        Args:
            paths: Folders (remembered as source folders) or single files; None means all known folders.
            job: Takes progress, hands out cancel.

        Raises:
            InputError: A path does not exist and was never part of the library.
            Cancelled: What was read until then is stored.
            LibraryError: The catalogue cannot be written.
        """
        with DirectoryLock(self.directory / "scan.lock") as lock:
            if not lock.acquire():
                raise LibraryError(
                    "the library is being scanned already.", path=self.directory, hint="Wait until that scan has ended."
                )
            targets = self._all_targets() if paths is None else [self._target(p) for p in paths]
            own = os.stat(self.directory)
            targets = without_inner(targets)
            excluded = frozenset({(own.st_dev, own.st_ino)})
            scanner = Scanner(self.database, self.events, excluded=excluded, silent=self._silent(targets))
            return scanner.run(targets, job)

    def _silent(self, targets: Sequence[Target]) -> frozenset[bytes]:
        """Return the source folders that do not answer in time: walking a dead mount would hang the scan."""
        began = time.monotonic()
        answers = self._prober.wait(target.root for target in targets if not target.is_file)
        if time.monotonic() - began < PATIENCE:
            return frozenset()  # all answered; what cannot be read is for the walk to tell
        return frozenset(path for path, there in answers.items() if not there)

    def _all_targets(self) -> list[Target]:
        with self.database.read() as db:
            folders = [Target(r["id"], r["path"], r["path"]) for r in db.execute("SELECT id, path FROM folders")]
            loose = db.execute("SELECT path FROM files WHERE folder_id IS NULL AND state <> 'missing'").fetchall()
        return folders + [Target(None, r["path"], r["path"], is_file=True) for r in loose]

    def _target(self, path: Path | str) -> Target:
        root = _absolute(path)
        if os.path.isdir(root):
            return self._folder_target(root)
        with self.database.read() as db:
            known = db.execute("SELECT id FROM folders WHERE path = ?", (root,)).fetchone()
        if known is not None:
            return Target(known["id"], root, root)
        parent = self._enclosing(root)
        if not os.path.lexists(root):
            if parent is None:
                raise InputError("there is no such file or folder.", path=os.fsdecode(root), hint="Check the spelling.")
            while root != parent[1] and not os.path.isdir(root):
                root = os.path.dirname(root)  # it has gone: what is above tells what went with it
            return Target(parent[0], parent[1], root)
        return Target(parent[0], parent[1], root, is_file=True) if parent else Target(None, root, root, is_file=True)

    def _enclosing(self, path: bytes) -> tuple[int, bytes] | None:
        with self.database.read() as db:
            rows = db.execute("SELECT id, path FROM folders").fetchall()
        for row in rows:
            if inside(path, row["path"]):
                return row["id"], row["path"]
        return None

    def _folder_target(self, root: bytes, *, sample: bool = False) -> Target:
        parent = self._enclosing(root)
        if parent is not None:
            return Target(parent[0], parent[1], root)
        with self.database.write() as db:
            db.execute("INSERT OR IGNORE INTO folders (path, added_at, sample) VALUES (?, ?, ?)", (root, now(), sample))
            folder_id = int(db.execute("SELECT id FROM folders WHERE path = ?", (root,)).fetchone()["id"])
            for row in db.execute("SELECT id, path FROM folders WHERE id <> ?", (folder_id,)).fetchall():
                if inside(row["path"], root):
                    db.execute("UPDATE files SET folder_id = ? WHERE folder_id = ?", (folder_id, row["id"]))
                    db.execute("DELETE FROM folders WHERE id = ?", (row["id"],))
            db.execute(
                "UPDATE files SET folder_id = ? WHERE folder_id IS NULL AND path > ? AND path < ?",
                (folder_id, below(root), behind(root)),
            )
        return Target(folder_id, root, root)

    # Items.

    def ids(self, query: ItemQuery) -> NDArray[np.int64]:
        """Return the ids of the items that match, in order, int64 (n,); read-only where it is shared.

        Raises:
            QueryError: The search text cannot be understood.
        """
        return self._listing.ids(query)

    def warm_search(self, query: ItemQuery, wanted: Callable[[], bool]) -> None:
        """Look up ahead what the first key of a search will ask for while it is wanted; seconds for a million items."""
        self._listing.warm(query, wanted)

    def grouped(self, query: ItemQuery, field: str, among: NDArray[np.int64] | None = None) -> Grouped:
        """Return the ids of the items that match, in groups of a field of :data:`GROUPINGS`; of ``among`` only.

        Raises:
            QueryError: The search text cannot be understood.
        """
        return self._listing.grouped(query, field, among)

    def count(self, query: ItemQuery) -> int:
        """Return the number of items that match."""
        return len(self._listing.ids(query))

    def name_concepts(self, concepts: Concepts) -> None:
        """Tell what topics and moods are called in the languages of the window, so that searches know the names."""
        self._listing.concepts = self._completer.concepts = concepts

    def complete(self, text: str, cursor: int, limit: int = 10) -> list[Completion]:
        """Return what could stand at the cursor of a search text; reads the database, so not for the UI thread."""
        return self._completer.complete(text, cursor, limit)

    def total_duration(self, ids: NDArray[np.int64]) -> float:
        """Return how many seconds these items last together; one that comes twice counts twice."""
        unique, counts = np.unique(ids, return_counts=True)
        with self.database.read() as db:
            rows = db.execute(
                "SELECT id, duration FROM items WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
                (json.dumps(unique.tolist()),),
            ).fetchall()
        times = dict(zip(unique.tolist(), counts.tolist(), strict=True))
        return float(sum(row["duration"] * times[row["id"]] for row in rows))

    def items(self, query: ItemQuery, limit: int | None = None, offset: int = 0) -> list[Item]:
        """Return the items that match, in order."""
        ids = self._listing.ids(query)[offset : None if limit is None else offset + limit]
        return self.items_by_id(ids.tolist(), query.profile)

    def items_by_id(self, ids: Iterable[int], profile: str = "default") -> list[Item]:
        """Return these items in this order, with up to five tags each; unknown ids are left out."""
        with self.database.read() as db:
            return fetch_items(db, ids, profile)

    def item(self, item_id: int, profile: str = "default") -> Item:
        """Return one item with all its tags.

        Raises:
            NotFoundError: There is no such item.
        """
        with self.database.read() as db:
            found = fetch_items(db, [item_id], profile, tags=10_000)
        if not found:
            raise NotFoundError(f"there is no item {item_id} in this library")
        return found[0]

    def all_ids(self, available_only: bool = True) -> NDArray[np.int64]:
        """Return the ids of all readable items, ascending, int64 (n,); those with a present copy, or all known."""
        with self.database.read() as db:
            rows = db.execute(
                "SELECT id FROM items WHERE status = 'ready' AND presence >= ? ORDER BY id",
                (2 if available_only else 0,),
            ).fetchall()
        return np.fromiter((r[0] for r in rows), dtype=np.int64, count=len(rows))

    def resolve(self, text: str) -> int:
        """Return the item that an id or a path names.

        Raises:
            NotFoundError: There is none.
        """
        with self.database.read() as db:
            row = db.execute("SELECT item_id AS id FROM files WHERE path = ?", (_absolute(text),)).fetchone()
            if row is None and text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 19:
                row = db.execute("SELECT id FROM items WHERE id = ?", (int(text),)).fetchone()
        if row is None:
            raise NotFoundError(
                f"there is no item {text!r} in this library", hint="Give the id or the path of an item."
            )
        return int(row["id"])

    def path(self, item_id: int) -> str:
        """Return the path of a present copy of an item.

        Raises:
            MediaError: Its file is missing or on a drive that is away.
            NotFoundError: There is no such item.
        """
        with self.database.read() as db:
            rows = db.execute("SELECT path, state FROM files WHERE item_id = ? ORDER BY id", (item_id,)).fetchall()
        present = [os.fsdecode(r["path"]) for r in rows if r["state"] == "present"]
        if present:
            return next((p for p in present if os.path.exists(p)), present[0]) if len(present) > 1 else present[0]
        item = self.item(item_id)
        away = any(r["state"] == "offline" for r in rows)
        raise MediaError(
            f"it is not available: {'its drive or folder is away' if away else 'the file is missing'}.",
            path=item.path or item.title,
            hint="Connect the drive and scan again." if away else "Scan the folder that it was moved to.",
        )

    def media_info(self, ids: Iterable[int]) -> list[MediaInfo]:
        """Return the facts an extractor needs, for the items that are readable and present, in the order asked."""
        wanted = [int(i) for i in ids]
        with self.database.read() as db:
            rows = db.execute(
                "SELECT i.id, i.kind, i.duration, i.has_audio, i.has_video, min(f.path) AS path FROM items i "
                "JOIN files f ON f.item_id = i.id AND f.state = 'present' "
                "WHERE i.status = 'ready' AND i.id IN (SELECT value FROM json_each(?)) GROUP BY i.id",
                (json.dumps(wanted),),
            ).fetchall()
        found = {
            r["id"]: MediaInfo(
                r["id"], os.fsdecode(r["path"]), r["kind"], r["duration"], bool(r["has_audio"]), bool(r["has_video"])
            )
            for r in rows
        }
        return [found[i] for i in wanted if i in found]

    def media_text(self, item_id: int) -> MediaText:
        """Return all words known about an item; reads its subtitle files, so not for the UI thread.

        Raises:
            NotFoundError: There is no such item.
        """
        with self.database.read() as db:
            return read_media_text(db, item_id)

    def thumbnail(self, item_id: int, size: int = 256) -> Path | None:
        """Return the cached picture of an item, made when it is not there; None where it has none. Blocking."""
        return self._thumbnails.get(item_id, size)

    # Changes by other rooms and the user.

    def set_tags(self, source: str, tags: Mapping[int, Sequence[tuple[str, float]]]) -> None:
        """Replace what one source says of these items, and update the search."""
        with self.database.write(durable=False) as db:
            known = {r[0] for r in db.execute(
                "SELECT id FROM items WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(map(int, tags))),)
            )}  # fmt: skip
            db.executemany("DELETE FROM item_tags WHERE item_id = ? AND source = ?", [(i, source) for i in known])
            db.executemany(
                "INSERT OR REPLACE INTO item_tags (item_id, name, p, source) VALUES (?, ?, ?, ?)",
                [(i, name, float(p), source) for i, pairs in tags.items() if i in known for name, p in pairs],
            )
            store.index_items(db, known)
        self.events.publish(ItemsChanged(updated=tuple(sorted(known))))

    def edit(self, item_ids: Sequence[int], fields: Mapping[str, Any]) -> Edit:
        """Correct fields of items in the library (never in the files); ``tags`` takes a list of names.

        A value of None goes back to what the file says at the next scan. What is returned undoes it.

        Raises:
            InputError: A field cannot be edited or a value does not fit.
        """
        change = edits.edit(self.database, item_ids, fields)
        self.events.publish(ItemsChanged(updated=change.item_ids))
        return change

    def undo_edit(self, change: Edit) -> None:
        """Put back what an edit changed."""
        edits.undo(self.database, change)
        self.events.publish(ItemsChanged(updated=change.item_ids))

    def write_tags(self, item_ids: Iterable[int], names: Sequence[str], job: Job) -> TagWrite:
        """Write fields of items into the tags of their files; only at the user's explicit wish.

        Raises:
            InputError: A field cannot be written.
            Cancelled: What was written until then stays.
        """
        return edits.write_tags(self.database, item_ids, names, job)

    def undo_write(self, write: TagWrite, job: Job) -> TagWrite:
        """Put back the tags that stood in the files before."""
        return edits.undo_write(self.database, write, job)

    def backup(self, target: Path, job: Job) -> Backup:
        """Write the whole library into one file, while it is in use.

        Raises:
            LibraryError: The file cannot be written, or the library is being analysed.
            Cancelled: Nothing is left behind.
        """
        (self.directory / "vectors").mkdir(exist_ok=True)
        with DirectoryLock(self.directory / "vectors" / "write.lock") as lock:
            if not lock.acquire():
                raise LibraryError(
                    "the library is being analysed.", path=self.directory, hint="Wait until that has ended."
                )
            return backup.write(self.directory, self.database, target, job)


def _absolute(path: Path | str) -> bytes:
    return os.fsencode(os.path.abspath(os.path.expanduser(path)))
