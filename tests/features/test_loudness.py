"""How loud items and albums are, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from avrec_desktop.features.loudness import MOST, TARGET, UNKNOWN, Loudness, gain, read
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three tracks of one album, one of which was not measured, and one of another artist's album of that name."""
    library = Library.open(tmp_path / "library", events=EventBus())
    rows = [(1, "Blue", "Ann", 60, -20.0), (2, "Blue", "Ann", 180, -10.0), (3, "Blue", "Ann", 60, None)]
    rows += [(4, "Blue", "Bob", 60, -30.0), (5, None, "Ann", 60, -7.0)]
    with library.database.write() as db:
        for number, album, artist, seconds, loud in rows:
            db.execute(
                "INSERT INTO items (id, kind, status, title, artist, album, sort_album, duration, added_at, updated_at)"
                " VALUES (?, 'audio', 'ready', 't', ?, ?, ?, ?, 0, 0)",
                (number, artist, album, (album or "").lower(), seconds),
            )
            if loud is not None:
                db.execute(
                    "INSERT INTO extractions (item_id, extractor, version, state, descriptors, at)"
                    " VALUES (?, 'm', 1, 'done', json_object('loudness', ?), 0)",
                    (number, loud),
                )
    return library


def test_an_album_is_as_loud_as_its_power_by_length(library: Library) -> None:
    found = read(library.database, 1)
    assert found.item == -20.0
    assert found.album == pytest.approx(-11.107, abs=0.001)  # 10 log10((60 * 0.01 + 180 * 0.1) / 240)
    assert read(library.database, 3) == Loudness(None, found.album)
    assert read(library.database, 4) == Loudness(-30.0, None)
    assert read(library.database, 5) == Loudness(-7.0, None)


def test_what_is_loud_is_softened_and_what_is_soft_lifted_within_bounds() -> None:
    assert gain(Loudness(-8.0), "item") == TARGET + 8
    assert gain(Loudness(-24.0), "item") == TARGET + 24
    assert gain(Loudness(-60.0), "item") == MOST
    assert gain(Loudness(-60.0), "item", 3) == MOST + 3
    assert gain(Loudness(), "item") == TARGET - UNKNOWN
    assert gain(Loudness(-8.0), "off", 6) == 0.0


def test_a_quiet_track_stays_quieter_than_its_album() -> None:
    assert gain(Loudness(-20.0, -12.0), "album") == TARGET + 12
    assert gain(Loudness(-20.0, None), "album") == TARGET + 20
