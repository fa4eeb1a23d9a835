"""Makes library files as older versions of the app wrote them, for tests of migrations.

A migration whose change needs rows of a new table to work on adds a function to :data:`_FILL`; the test of all versions
(``test_migrations.py``) then opens such a file with today's app.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from avrec_desktop import paths
from avrec_desktop.library.database import Database


def versions() -> list[int]:
    """Return the numbers of all migrations."""
    return sorted(int(p.name[:4]) for p in (paths.resources() / "migrations").glob("*.sql"))


def make(path: Path, version: int) -> None:
    """Write a library file of the given version that holds a song, a rating and a tag."""
    with tempfile.TemporaryDirectory() as folder:
        for script in (paths.resources() / "migrations").glob("*.sql"):
            if int(script.name[:4]) <= version:
                shutil.copy(script, folder)
        with Database.open(path, Path(folder)) as database, database.write() as db:
            for number in range(1, version + 1):
                if number in _FILL:
                    _FILL[number](db)


def _fill_1(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, x'2f6d', 0)")
    db.execute(
        "INSERT INTO items (id, fingerprint, kind, status, title, sort_title, duration, added_at, updated_at) "
        "VALUES (7, x'00112233445566778899aabbccddeeff', 'audio', 'ready', 'Old song', 'old song', 61.5, 5, 5)"
    )
    db.execute(
        "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) "
        "VALUES (7, 1, x'2f6d2f61', 3, 4, 'present')"
    )
    db.execute("INSERT INTO item_tags (item_id, name, source, p) VALUES (7, 'rock', 'file', 1.0)")
    db.execute("INSERT INTO item_search (rowid, title, tags) VALUES (7, 'old song', 'rock')")
    db.execute("INSERT INTO profiles (id, name, created_at) VALUES (1, 'default', 0)")
    db.execute("INSERT INTO events (profile_id, item_id, kind, value, at) VALUES (1, 7, 'rate', 4, 9)")
    db.execute("INSERT INTO item_state (profile_id, item_id, rating, plays) VALUES (1, 7, 4, 2)")


def _fill_6(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO passages (id, item_id, extractor, start, stop, text) VALUES (3, 7, 'ears', 1, 2, 'A Harbour')"
    )
    db.execute("INSERT INTO passage_search (rowid, text) VALUES (3, 'a harbour')")


_FILL: dict[int, Callable[[sqlite3.Connection], None]] = {1: _fill_1, 6: _fill_6}
