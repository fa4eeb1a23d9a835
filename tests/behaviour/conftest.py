"""Fixtures of the behaviour room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library


@dataclass
class Rooms:
    """What importers work on."""

    library: Library
    behaviour: Behaviour


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    """A library of five items without files, ids 1 to 5."""
    bus = EventBus()
    library = Library.open(tmp_path / "library", events=bus)
    titles = (("The Matrix", 1999), ("Heat", 1995), ("Heat", 1986), ("Rain on the Roof", None), ("春江花月夜", None))
    with library.database.write() as db:
        db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, ?, 0)", (b"/films",))
        for number, (title, year) in enumerate(titles, 1):
            db.execute(
                "INSERT INTO items (id, kind, status, title, year, added_at, updated_at)"
                " VALUES (?, 'video', 'ready', ?, ?, 0, 0)",
                (number, title, year),
            )
            db.execute(
                "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) VALUES (?, 1, ?, 1, 1, 'present')",
                (number, f"/films/{number} {title}.mkv".encode()),
            )
    yield Rooms(library, Behaviour(library.database, events=bus))
    library.close()
