"""What a clip is made of: the right pictures, upright and in time, with the sound that belongs to them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from avrec_desktop.library.clipchild import RATE, SECONDS, SOUND_RATE, WIDTH, make_clip, read_pictures, read_sound

#: Seconds and pictures a second of the film; each second has its own grey.
LENGTH, FPS = 12, 25


class _Context:
    def check(self) -> None:
        """Never cancelled."""

    def should_stop(self) -> bool:
        """Never."""
        return False


def film(path: Path, width: int, height: int, *, pictures: float = LENGTH, tone_from: float | None = None) -> Path:
    """Write a film with few key frames whose brightness tells the second, with a tone from some second on."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "bf": "3", "g": "250"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        if tone_from is not None:
            audio = out.add_stream("aac", rate=SOUND_RATE, layout="mono")
            times = np.arange(LENGTH * SOUND_RATE) / SOUND_RATE
            tone = (0.5 * np.sin(2 * np.pi * 1000 * times) * (times >= tone_from)).astype(np.float32)
            for start in range(0, len(tone), 1024):
                frame = av.AudioFrame.from_ndarray(tone[None, start : start + 1024], "fltp", "mono")
                frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
                out.mux(audio.encode(frame))
            out.mux(audio.encode(None))
        for n in range(round(pictures * FPS)):
            grey = np.full((height, width, 3), 20 * (n // FPS), np.uint8)
            grey[: height // 4] = 255  # the top is white
            out.mux(video.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        out.mux(video.encode(None))
    return path


@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_pictures_are_those_of_their_time(tmp_path: Path, width: int) -> None:
    found, begin = read_pictures(str(film(tmp_path / "film.mp4", width, width // 8)), 4.5, _Context())  # type: ignore[arg-type]
    assert begin == 4.5
    assert len(found) == RATE * SECONDS
    assert found[0].shape == (WIDTH // 8, WIDTH, 3)
    shown = np.array([picture[-4:].mean() for picture in found]) / 20
    wanted = np.floor(begin + np.arange(len(found)) / RATE)
    # pictures may be late by the distance of those that are decoded, never early
    assert (np.abs(shown - wanted) < 0.3).mean() > 0.9
    assert (shown < wanted + 0.3).all()


def test_a_clip_near_the_end_begins_earlier(tmp_path: Path) -> None:
    found, begin = read_pictures(str(film(tmp_path / "film.mp4", 320, 64)), 11.0, _Context())  # type: ignore[arg-type]
    assert begin == pytest.approx(LENGTH - SECONDS, abs=0.1)
    assert len(found) == pytest.approx(RATE * SECONDS, abs=2)


def test_pictures_that_end_before_the_sound_are_found(tmp_path: Path) -> None:
    path = str(film(tmp_path / "film.mp4", 320, 64, pictures=3, tone_from=0.0))
    found, begin = read_pictures(path, 6.0, _Context())  # type: ignore[arg-type]
    assert begin == 0.0
    assert len(found) == pytest.approx(3 * RATE, abs=2)


def test_the_sound_is_in_time(tmp_path: Path) -> None:
    path = str(film(tmp_path / "film.mp4", 320, 64, tone_from=5.0))
    found = read_sound(path, 4.5, SECONDS, _Context())  # type: ignore[arg-type]
    assert found.shape == (SOUND_RATE * SECONDS, 2)
    loud = np.flatnonzero(np.abs(found[:, 0]) > 0.1)
    assert loud[0] / SOUND_RATE == pytest.approx(0.5, abs=0.06)
    assert len(read_sound(str(film(tmp_path / "mute.mp4", 320, 64)), 1.0, SECONDS, _Context())) == 0  # type: ignore[arg-type]


def test_a_clip_has_its_pictures_and_its_sound(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 640, 360, tone_from=0.0)
    target = tmp_path / "clip.mp4"
    assert make_clip({"path": str(path), "start": 2.0, "target": str(target)}, _Context())  # type: ignore[arg-type]
    with av.open(str(target)) as clip:
        assert [s.codec_context.name for s in clip.streams] == ["h264", "aac"]
        assert (clip.streams.video[0].width, clip.streams.video[0].height) == (320, 180)
        assert clip.duration / 1e6 == pytest.approx(SECONDS, abs=0.2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clip.mp4", "film.mp4"]


def test_a_film_turned_by_its_camera_stands_upright(tmp_path: Path) -> None:
    plain = film(tmp_path / "film.mp4", 640, 320)
    turned = tmp_path / "turned.mp4"
    with av.open(str(plain)) as source, av.open(str(turned), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    data = turned.read_bytes()
    upright = b"".join(n.to_bytes(4, "big", signed=True) for n in (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30))
    quarter = b"".join(n.to_bytes(4, "big", signed=True) for n in (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30))
    track = data.index(b"tkhd")
    turned.write_bytes(data[:track] + data[track:].replace(upright, quarter, 1))
    found, _ = read_pictures(str(turned), 0.0, _Context())  # type: ignore[arg-type]
    assert found[0].shape == (640, WIDTH, 3)
    # the white band of the top is now at the right
    assert found[0][:, -20:].mean() > 200 > 60 > found[0][:, :20].mean()
