"""Waveforms, filmstrips and chapters: made from real files, kept within a limit, absent where there is nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from avrec_desktop.api.errors import ComputeError, InputError
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.strips import BINS, COLUMNS, FRAMES, Strips

SECONDS = 6


def _sound(path: Path) -> None:
    """Write silence, a low tone and a high tone, two seconds each."""
    rate = 22_050
    t = np.arange(2 * rate) / rate
    samples = np.concatenate([0 * t, 0.5 * np.sin(2 * np.pi * 110 * t), 0.9 * np.sin(2 * np.pi * 4000 * t)])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray((32767 * samples).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def _film(path: Path) -> None:
    """Write a film that goes from black to white and has two chapters."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.gop_size = 5
        container.set_chapters(
            [
                {"id": 1, "start": 0, "end": 3000, "time_base": Fraction(1, 1000), "metadata": {"title": "Dusk"}},
                {"id": 2, "start": 3000, "end": 6000, "time_base": Fraction(1, 1000), "metadata": {"title": "Dawn"}},
            ]
        )
        for n in range(10 * SECONDS):
            picture = np.full((48, 64, 3), round(255 * n / (10 * SECONDS)), np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with a sound (1), a film (2), a broken file (3) and one that is gone (4)."""
    _sound(tmp_path / "sound.wav")
    _film(tmp_path / "film.mkv")
    (tmp_path / "broken.mp3").write_bytes(b"nothing of worth" * 50)
    library = Library.open(tmp_path / "library", events=EventBus())
    with library.database.write() as db:
        db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, ?, 0)", (os.fsencode(tmp_path),))
        for number, name in enumerate(("sound.wav", "film.mkv", "broken.mp3", "gone.wav"), 1):
            db.execute(
                "INSERT INTO items (id, kind, status, title, duration, fingerprint, added_at, updated_at)"
                " VALUES (?, 'audio', 'ready', ?, ?, ?, 0, 0)",
                (number, name, SECONDS, number.to_bytes(16, "big")),
            )
            db.execute(
                "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) VALUES (?, 1, ?, 1, 1, 'present')",
                (number, os.fsencode(tmp_path / name)),
            )
    yield library
    library.close()


def test_a_waveform_shows_how_loud_and_how_bright_it_is(library: Library) -> None:
    wave = library.strips.waveform(1)
    assert wave is not None
    assert wave.shape == (BINS, 4)
    third = BINS // 3
    silence, low, high = wave[5 : third - 5], wave[third + 5 : 2 * third - 5], wave[2 * third + 5 : -5]
    assert silence[:, 0].max() < 5
    assert 100 < low[:, 0].mean() < 180 < high[:, 0].mean()
    assert low[:, 1].mean() > 150
    assert high[:, 3].mean() > 150


def test_a_filmstrip_runs_through_the_film(library: Library) -> None:
    from PIL import Image

    path = library.strips.filmstrip(2)
    assert path is not None
    with Image.open(path) as sheet:
        width, height = sheet.width // COLUMNS, sheet.height // (FRAMES // COLUMNS)
        grey = np.asarray(sheet.convert("L"), dtype=np.float32)
    tiles = [grey[n // COLUMNS * height, n % COLUMNS * width] for n in range(FRAMES)]
    assert tiles[0] < 40
    assert tiles[-1] > 190
    assert np.all(np.diff(tiles) > -12), "the pictures stand in order of time"


def test_chapters_come_with_times_and_titles(library: Library) -> None:
    chapters = library.strips.chapters(2)
    assert [(c.title, round(c.start), round(c.end)) for c in chapters] == [("Dusk", 0, 3), ("Dawn", 3, 6)]
    assert library.strips.chapters(1) == []


@pytest.mark.parametrize("item", [3, 4, 99])
def test_what_cannot_be_read_has_none_and_harms_nothing(library: Library, item: int) -> None:
    assert library.strips.waveform(item) is None
    assert library.strips.filmstrip(item) is None
    assert library.strips.chapters(item) == []
    assert library.strips.waveform(1) is not None


def test_nothing_starts_a_process_after_the_end(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.strips.close()
    monkeypatch.setattr("avrec_desktop.library.strips.ComputeProcess", lambda *a, **k: pytest.fail("started"))
    assert library.strips.waveform(1) is None
    assert library.strips.filmstrip(2) is None
    assert library.strips.chapters(2) == []


def test_what_was_made_is_made_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert library.strips.waveform(1) is not None
    assert library.strips.waveform(3) is None
    monkeypatch.setattr(Strips, "_make", lambda *a: pytest.fail("made again"))
    assert library.strips.waveform(1) is not None
    assert library.strips.waveform(3) is None, "that there is none is remembered"


def test_the_cache_keeps_within_its_limit_and_drops_the_longest_unused(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "library" / "cache" / "strips" / "00"
    folder.mkdir(parents=True)
    for n in range(10):
        path = folder / f"{n}.jpg"
        path.write_bytes(bytes(3_000_000))
        os.utime(path, (1000 + n, 1000 + n))
    library.strips.set_limit_mb(16)
    left = sorted(int(p.stem) for p in folder.iterdir())
    assert left == [5, 6, 7, 8, 9]
    assert library.strips.limit_mb() == 16
    with pytest.raises(InputError, match="too small"):
        library.strips.set_limit_mb(1)


def test_a_clip_is_made_once_small_and_found_again(library: Library) -> None:
    strips = library.strips
    assert strips.clip(2) is None
    assert strips.wants_clips([1, 2, 4, 99]) == [1, 2]
    path = strips.make_clip(2, start=1.0)
    assert path is not None
    assert strips.clip(2) == path
    assert [p.name for p in path.parent.iterdir() if ".part" in p.name] == []
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert (video.width, video.codec_context.name) == (320, "h264")
        assert container.duration / 1e6 == pytest.approx(SECONDS, abs=0.6)
    assert strips.make_clip(1, start=0.0) is None, "a sound has no picture"
    assert strips.make_clip(3, start=0.0) is None, "a broken file"
    assert strips.wants_clips([1, 2, 3]) == [], "none of them is tried again"


def test_a_film_that_ends_the_process_is_not_tried_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Dying:
        def call(self, function: str, args: object, timeout: float) -> bool:
            calls.append(function)
            raise ComputeError("the process ended")

        def close(self) -> None:
            pass

    monkeypatch.setattr(library.strips, "_compute", Dying)
    assert library.strips.make_clip(2, start=0.0) is None
    assert library.strips.make_clip(2, start=0.0) is None
    assert len(calls) == 1
    assert library.strips.wants_clips([2]) == []


def test_no_clips_are_made_ahead_when_the_cache_is_nearly_full(library: Library) -> None:
    big = library.strips._directory / "00" / "999-000000000000.jpg"
    big.parent.mkdir(parents=True, exist_ok=True)
    with big.open("wb") as file:
        file.truncate(int(0.95 * 512e6))
    assert library.strips.wants_clips([2]) == []
