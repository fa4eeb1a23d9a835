"""Decoding with PyAV: excerpts by seeking, frames that cover the shots, damage tolerated."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avrec_desktop.api.errors import MediaError
from avrec_desktop.api.media import MediaInfo, MediaSource, MediaText
from avrec_desktop.features import pictures, sound
from avrec_desktop.features.media import DecodedMedia


def decoded(path: Path | str, **options: object) -> DecodedMedia:
    return DecodedMedia(MediaInfo(1, str(path), "audio", 0.0, True, True), MediaText(), **options)  # type: ignore[arg-type]


def write_steps(path: Path, seconds: int, rate: int = 16000) -> Path:
    """Write sound whose loudness says the time: sample value = second / 1000, alternating in sign."""
    import soundfile

    level = np.repeat(np.arange(seconds) / 1000.0, rate)
    soundfile.write(path, (level * np.where(np.arange(len(level)) % 2, 1, -1)).astype(np.float32), rate)
    return path


def write_scenes(path: Path, colours: list[tuple[int, int, int]], *, frames: int = 48, codec: str = "mpeg4") -> Path:
    """Write a film of still scenes, two seconds each at 24 frames a second; a black one shows nothing."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.gop_size = 24
        for scene, colour in enumerate(colours):
            image = np.full((96, 160, 3), colour, dtype=np.uint8)
            if any(colour):
                image[20:60, 10 + 20 * (scene % 6) : 40 + 20 * (scene % 6)] = 255 - np.array(colour)
            for _ in range(frames):
                out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(stream.encode(None))
    return path


COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30), (30, 200, 200)]


def test_it_is_a_media_source(tone, tmp_path: Path) -> None:
    assert isinstance(decoded(tone(tmp_path / "a.wav")), MediaSource)


@pytest.mark.parametrize("name", ["long.wav", "long.flac"])
def test_excerpts_of_a_long_file_lie_where_they_say(tmp_path: Path, name: str) -> None:
    patches = decoded(write_steps(tmp_path / name, 120)).audio(16000)
    assert patches.samples.shape == (10, 48000)
    assert patches.samples.dtype == np.float32
    np.testing.assert_allclose(patches.starts, np.arange(10) * 12 + 4.5, atol=0.1)
    heard = np.abs(patches.samples[:, :1000]).mean(axis=1) * 1000
    np.testing.assert_allclose(heard, np.floor(patches.starts), atol=0.6)


def test_long_files_are_not_decoded_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    original = sound._mono
    monkeypatch.setattr(sound, "_mono", lambda frame: read.append(frame.samples) or original(frame))
    decoded(write_steps(tmp_path / "long.wav", 600)).audio()
    assert sum(read) < 60 * 16000


def test_a_short_file_is_padded_and_a_middling_one_gives_full_patches(tone, tmp_path: Path) -> None:
    short = decoded(tone(tmp_path / "short.wav", seconds=1.0)).audio(8000)
    assert short.samples.shape == (1, 24000)
    assert short.samples[0, :8000].std() > 0.1
    assert np.abs(short.samples[0, 8100:]).max() < 1e-4
    middling = decoded(tone(tmp_path / "middling.wav", seconds=10.5)).audio(8000)
    assert middling.starts.tolist() == [0.0, 3.0, 6.0]
    assert (middling.samples.std(axis=1) > 0.1).all()


def test_sound_without_seeking_is_streamed_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound.AvReader, "read_at", lambda self, start, count: None)
    patches = decoded(write_steps(tmp_path / "long.wav", 400)).audio(16000)
    assert patches.samples.shape == (10, 48000)
    assert patches.starts[0] < 40
    assert patches.starts[-1] > 340
    np.testing.assert_allclose(np.abs(patches.samples).mean(axis=1) * 1000, patches.starts + 1, atol=1.5)


def test_every_rate_is_cached_and_the_file_is_decoded_once(tone, tmp_path: Path) -> None:
    steps: list[str] = []
    media = decoded(tone(tmp_path / "a.wav", seconds=5), on_step=steps.append)
    first = media.audio(16000)
    assert media.audio(16000) is first
    assert media.audio(22050).samples.shape == (1, 66150)
    assert steps == ["sound", ""]


def test_libsndfile_reads_what_ffmpeg_refuses(tmp_path: Path, tone, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: sound.AvReader, path: str) -> None:
        raise MediaError("cannot be opened: invalid data", path=path)

    monkeypatch.setattr(sound.AvReader, "__init__", refuse)
    media = decoded(tone(tmp_path / "song.ogg", seconds=60))
    assert media.audio().samples.shape == (10, 48000)
    assert sum(len(w) for _, w in media.audio_stream(8000)) == pytest.approx(480000, rel=0.01)
    (tmp_path / "no.ogg").write_bytes(b"nothing" * 100)
    with pytest.raises(MediaError, match="cannot be opened"):
        decoded(tmp_path / "no.ogg").audio()


def test_the_stream_covers_the_whole_file_in_windows(tmp_path: Path) -> None:
    windows = list(decoded(write_steps(tmp_path / "long.wav", 75)).audio_stream(8000, 30.0))
    assert [start for start, _ in windows] == [0.0, 30.0, 60.0]
    assert [len(w) for _, w in windows[:2]] == [240000, 240000]
    assert len(windows[2][1]) == pytest.approx(120000, abs=50)


def test_frames_cover_all_scenes(tmp_path: Path) -> None:
    frames = decoded(write_scenes(tmp_path / "film.mp4", COLOURS)).frames(64)
    assert frames.pixels.dtype == np.uint8
    assert frames.pixels.shape[1] == 64
    assert frames.pixels.shape[2] == pytest.approx(64 * 160 / 96, abs=2)
    assert (np.diff(frames.times) > 0).all()
    corner = frames.pixels[:, 60, 100].astype(int)
    for colour in COLOURS:
        assert np.abs(corner - np.array(colour)).sum(axis=1).min() < 60, colour
    np.testing.assert_allclose(frames.shot_lengths, 2.0, atol=0.8)


def test_many_scenes_are_thinned_to_the_limit(tmp_path: Path) -> None:
    colours = [tuple(int(v) for v in c) for c in np.random.default_rng(1).integers(40, 255, (60, 3))]
    frames = decoded(write_scenes(tmp_path / "film.mkv", colours)).frames(64)
    assert len(frames.pixels) == pictures.MAX_FRAMES
    assert frames.times[0] < 8
    assert frames.times[-1] > 110


def test_black_frames_are_left_out_where_others_are(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "film.mp4"), "w") as out:
        stream = out.add_stream("mpeg4", rate=24)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 96, 64, "yuv420p", 12
        for i in range(240):
            image = np.random.default_rng(i).integers(0, 255, (64, 96, 3)) if 120 <= i < 200 else np.zeros((64, 96, 3))
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image.astype(np.uint8), format="rgb24")))
        out.mux(stream.encode(None))
    media = decoded(tmp_path / "film.mp4")
    frames = media.frames(64)
    assert len(frames.times)
    assert frames.times.min() > 4.5
    assert frames.times.max() < 8.6


def test_sound_alone_has_no_pictures_and_pictures_alone_no_sound(tone, tmp_path: Path) -> None:
    media = decoded(tone(tmp_path / "a.wav"))
    for _ in range(2):
        with pytest.raises(MediaError, match="no pictures"):
            media.frames()
    with pytest.raises(MediaError, match="no sound"):
        decoded(write_scenes(tmp_path / "film.mp4", COLOURS[:1])).audio()


def test_a_decode_that_crashed_before_is_not_tried_again(tone, tmp_path: Path) -> None:
    media = decoded(tone(tmp_path / "a.wav"), blocked=frozenset({"sound"}))
    with pytest.raises(MediaError, match="crashed"):
        media.audio()
    with pytest.raises(MediaError, match="crashed"):
        list(media.audio_stream())


def test_moments_know_silence(tmp_path: Path) -> None:
    import soundfile

    rate = 8000
    samples = np.random.default_rng(0).normal(0, 0.2, 90 * rate).astype(np.float32)
    samples[30 * rate : 60 * rate] = 0.0
    soundfile.write(tmp_path / "a.wav", samples, rate)
    media = decoded(tmp_path / "a.wav")
    assert media.moments() == {}
    media.audio()
    times, lively = media.moments()["heard"]
    quiet = (times[:, 0] > 29.9) & (times[:, 1] < 60.1)
    assert quiet.any()
    assert (lively[quiet] == 0).all()
    assert (lively[~quiet] > 0.1).all()


def test_moments_know_the_dark_pictures_that_no_extractor_gets(tmp_path: Path) -> None:
    media = decoded(write_scenes(tmp_path / "a.mp4", [(0, 0, 0), (200, 60, 20)]))
    frames = media.frames(64)
    assert frames.pixels.reshape(len(frames.pixels), -1).mean(axis=1).min() > 12
    times, lively = media.moments()["seen"]
    dark = times[:, 0] < 1.9
    assert dark.any()
    assert (lively[dark] == 0).all()
    assert (lively[times[:, 0] > 2.1] > 0.1).all()


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    from tests.features.conftest import write_tone

    folder = tmp_path_factory.mktemp("whole")
    write_tone(folder / "a.wav", seconds=2)
    write_tone(folder / "a.flac", seconds=2)
    write_tone(folder / "a.ogg", seconds=2)
    write_scenes(folder / "a.mp4", COLOURS[:2], frames=12)
    write_scenes(folder / "a.mkv", COLOURS[:2], frames=12)
    return [p.read_bytes() for p in sorted(folder.iterdir())]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_ends_in_excerpts_or_a_reason(whole_files: list[bytes], tmp_path_factory, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(whole_files)))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, min(len(content) - 1, 4000)))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    path = tmp_path_factory.mktemp("damaged") / "file.bin"
    path.write_bytes(bytes(content))
    media = decoded(path)
    for work in (lambda: media.audio().samples, lambda: media.frames(64).pixels):
        try:
            found = work()
        except MediaError as error:
            reason = error.message
            assert reason.strip()
        else:
            assert len(found)
            assert np.isfinite(found).all()
