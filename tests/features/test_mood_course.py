"""How energetic and bright the parts of an item are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.features.mood_course import course, places
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.vocabulary import vocabulary
from avrec_desktop.plugin_host.types import ExtractorInfo

_EXTRACTOR = ExtractorInfo("sound", 1, "Sound", "audio", 4, ("metal", "mellow", "sad", "guitar"), "p")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A track of a mellow, a hard and a sad part, whose analysis did not store them in order."""
    library = Library.open(tmp_path / "library", events=EventBus())
    times = np.array([[60, 63], [0, 3], [120, 123]], np.float64)
    tags = np.array([[230, 0, 0, 90], [0, 230, 0, 90], [0, 0, 230, 90]], np.uint8)
    with library.database.write() as db:
        db.execute(
            "INSERT INTO items (id, kind, status, title, duration, added_at, updated_at)"
            " VALUES (1, 'audio', 'ready', 't', 180, 0, 0)"
        )
        for name, version, blob in (("sound", 1, tags), ("sound", 2, tags[:, :3]), ("gone", 1, tags)):
            db.execute(
                "INSERT INTO segments (item_id, extractor, version, first_row, times, tags) VALUES (1, ?, ?, 0, ?, ?)",
                (name, version, times.tobytes(), np.ascontiguousarray(blob).tobytes()),
            )
    return library


def test_parts_feel_as_their_tags_say(library: Library) -> None:
    when, felt = places(library.database, [_EXTRACTOR], vocabulary(), 1)
    assert when.tolist() == [1.5, 61.5, 121.5]
    energy, valence = felt.T
    assert energy[0] < -0.3
    assert energy[1] > 0.4
    assert valence[2] < -0.3
    assert valence[2] == valence.min()


def test_what_was_not_analysed_has_no_parts(library: Library) -> None:
    when, felt = places(library.database, [_EXTRACTOR], vocabulary(), 2)
    assert len(when) == 0
    assert felt.shape == (0, 2)


def _wave(number: int = 600) -> np.ndarray:
    wave = np.full((number, 4), 85, np.uint8)
    wave[:, 0] = 120
    return wave


def test_colours_go_along_with_the_parts_and_the_loudness(library: Library) -> None:
    when, felt = places(library.database, [_EXTRACTOR], vocabulary(), 1)
    moods = course(_wave(), 180.0, when, felt)
    assert moods.shape == (600, 2)
    assert np.abs(moods).max() <= 1.0
    assert moods[5, 0] < -0.3 < 0.4 < moods[205, 0]
    assert moods[405:, 1].max() < moods[:10, 1].min()


def test_without_analysis_loud_and_high_parts_stand_out() -> None:
    wave = _wave()
    wave[:200, 0] = 10
    wave[400:, 1:] = (10, 40, 205)
    moods = course(wave, 180.0, np.zeros(0), np.zeros((0, 2)))
    assert moods[100, 0] < moods[300, 0] - 0.4
    assert moods[500, 1] > moods[300, 1] + 0.3
    assert course(wave[:0], 0.0, np.zeros(0), np.zeros((0, 2))).shape == (0, 2)
