"""The speech extractor: finding speech, packing it, what is kept; and the contract where Whisper is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avrec_desktop.api import MediaSource
from avrec_desktop.api.options import provide_options
from avrec_desktop.api.testing import ExtractorConformance, FakeMedia
from avrec_desktop.api.testing.extractor import tone
from avrec_speech import Speech, extractor, model, windows
from avrec_speech.model import RATE, Line

DATA = Path(__file__).parent / "data"
HAVE_MODEL = pytest.mark.skipif(model.problem() is not None, reason="faster-whisper or its model is not installed")


def spoken(name: str) -> np.ndarray:
    import soundfile

    return np.asarray(soundfile.read(DATA / f"{name}.ogg", dtype="float32")[0])


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


@HAVE_MODEL
class TestSpeechConformance(ExtractorConformance):
    extractor = Speech

    def typical(self) -> Sequence[MediaSource]:
        return [FakeMedia(sound=spoken("lighthouse")), FakeMedia(sound=spoken("story"))]


@HAVE_MODEL
def test_what_is_said_is_written_down_with_its_moment_and_language() -> None:
    sound = np.concatenate([silence(40), spoken("lighthouse"), silence(200), spoken("story"), silence(3)])
    media = FakeMedia(sound=sound, pictures=np.zeros((2, 8, 8, 3), np.uint8))
    found = Speech().extract(media)
    assert found.language == "en"
    words = [p.text.lower() for p in found.passages]
    first = next(p for p, text in zip(found.passages, words, strict=True) if "sunrise" in text)
    last = next(p for p, text in zip(found.passages, words, strict=True) if "storm" in text)
    assert first.start == pytest.approx(40.0, abs=1.0)
    assert 243 < last.start < 250
    assert last.end <= len(sound) / RATE
    assert found.tags[0].name == "speech"
    assert found.descriptors["speech_share"] < 0.1


@HAVE_MODEL
def test_a_song_is_not_decoded_as_a_whole_and_gives_nothing() -> None:
    class Song(FakeMedia):
        def audio_stream(self, rate: int = 16000, seconds: float = 30.0):
            raise AssertionError("a song was decoded as a whole")

    chord = sum(tone(60, hertz) for hertz in (220.0, 277.2, 329.6))
    found = Speech().extract(Song(sound=chord / 3))
    assert (found.passages, found.tags, found.language) == ((), (), None)


@HAVE_MODEL
def test_sparse_speech_in_a_long_recording_is_found() -> None:
    sound = np.concatenate([silence(1210), spoken("lighthouse"), silence(3)])
    assert not windows.speech_in(FakeMedia(sound=sound[: 1210 * RATE]).audio(RATE).samples)
    assert any("sunrise" in p.text for p in Speech().extract(FakeMedia(sound=sound)).passages)


def test_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.importlib.util, "find_spec", lambda name: None)
    assert "pip install faster-whisper" in (Speech.unavailable() or "")
    monkeypatch.setattr(model.importlib.util, "find_spec", lambda name: object() if name == "faster_whisper" else None)
    assert "Set the option 'Whisper model'" in (Speech.unavailable() or "")
    provide_options("speech", {"model": str(tmp_path), "language": ""})
    try:
        assert "model.bin, config.json, tokenizer.json missing" in (Speech.unavailable() or "")
        for name in ("model.bin", "config.json", "tokenizer.json"):
            (tmp_path / name).write_bytes(b"x")
        assert Speech.unavailable() is None
        one = model.version()
        (tmp_path / "model.bin").write_bytes(b"another")
        assert model.version() != one > 1
        provide_options("speech", {"model": str(tmp_path), "language": "English"})
        assert "two letters" in (Speech.unavailable() or "")
    finally:
        provide_options("speech", {})


@HAVE_MODEL
def test_a_damaged_model_is_a_clear_error(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(extractor.PluginError, match="cannot be loaded") as caught:
        model.Whisper(tmp_path)
    assert str(tmp_path) in caught.value.message


def cut_up(stretches: list[tuple[float, float]], seconds: float, window: float = 30.0):
    """Return the blocks of a silent stream whose 'speech' lies at these seconds, marked by ones."""
    sound = silence(seconds)
    for start, end in stretches:
        sound[round(start * RATE) : round(end * RATE)] = 1.0
    step = round(window * RATE)
    stream = ((at / RATE, sound[at : at + step]) for at in range(0, len(sound), step))
    return list(windows.blocks(stream, find)), sound


def find(sound: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], sound > 0.5, [0]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0.3, 25.0), st.floats(0.3, 80.0)), max_size=12), st.floats(0.0, 20.0))
def test_every_stretch_is_transcribed_once_whole_and_at_its_time(pairs: list[tuple[float, float]], tail: float) -> None:
    at, stretches = 0.0, []
    for length, gap in pairs:
        at += gap
        stretches.append((at, at + length))
        at += length
    pieces, sound = cut_up(stretches, at + tail + 0.1)
    assert sum(len(s) for _, s, _ in pieces) == len(sound)
    assert max(len(s) for _, s, _ in pieces) <= (windows.BLOCK + 30 + 30) * RATE
    seen = []
    for began, held, found in pieces:
        for clip in windows.clips(began, held, found):
            assert len(clip.sound) <= 30 * RATE
            for inside, outside, length in zip(clip.inside, clip.outside, clip.lengths, strict=True):
                part = clip.sound[round(inside * RATE) : round((inside + length) * RATE)]
                assert (part == 1.0).all()
                assert clip.time(inside + length / 2) == pytest.approx(outside + length / 2, abs=1e-3)
                seen.append((outside, outside + length))
    assert seen == [(pytest.approx(a, abs=1e-3), pytest.approx(b, abs=1e-3)) for a, b in stretches]


def test_a_time_in_the_gap_between_two_stretches_belongs_to_the_one_before() -> None:
    sound = silence(60)
    (clip,) = windows.clips(100.0, sound, [(0, 2 * RATE), (50 * RATE, 55 * RATE)])
    assert clip.time(1.0) == 101.0
    assert clip.time(2.1) == 102.0
    assert clip.time(2.25 + 3.0) == 153.0
    assert clip.time(100.0) == 155.0


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (Line(0, 1, " Hello there. ", -0.2, 0.0, 1.0), "Hello there."),
        (Line(0, 1, "[Music]", -0.2, 0.0, 1.0), None),
        (Line(0, 1, "(laughs) ", -0.2, 0.0, 1.0), None),
        (Line(0, 1, "♪ la la la ♪", -0.2, 0.0, 1.0), None),
        (Line(0, 1, " ... ", -0.2, 0.0, 1.0), None),
        (Line(0, 1, "He said (quietly) no.", -0.2, 0.0, 1.0), "He said (quietly) no."),
        (Line(0, 1, "Thank you.", -1.4, 0.2, 1.0), None),
        (Line(0, 1, "oh oh oh oh", -0.3, 0.1, 3.0), None),
        (Line(0, 1, "Thank you.", -0.8, 0.9, 1.0), None),
        (Line(0, 1, "Thank you.", -0.3, 0.9, 1.0), "Thank you."),
    ],
)
def test_lines_that_are_no_speech_or_not_sure_are_dropped(line: Line, kept: str | None) -> None:
    (clip,) = windows.clips(0.0, silence(5), [(0, 5 * RATE)])
    found = extractor._passage(clip, line)
    assert (found.text if found else None) == kept


def test_the_language_is_listened_for_until_it_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    class Ears:
        def write_down(self, clips, spoken):
            asked.append(spoken)
            heard = (spoken, 1.0) if spoken else (("nl", 0.3) if len(asked) == 1 else ("de", 0.9))
            return [[Line(0.0, 1.0, "Guten Tag.", -0.1, 0.0, 1.0)] for _ in clips], *heard

    monkeypatch.setattr(windows, "stretches", find)
    monkeypatch.setattr(windows.blocks, "__defaults__", (find,))
    one = Speech()
    one._whisper = Ears()  # type: ignore[assignment]
    sound = silence(600)
    for at in (10, 200, 400):
        sound[at * RATE : (at + 5) * RATE] = 1.0
    found = one.extract(FakeMedia(sound=sound, pictures=np.zeros((1, 8, 8, 3), np.uint8)))
    assert asked == [None, None, "de"]
    assert found.language == "de"
    assert [round(p.start) for p in found.passages] == [10, 200, 400]
    assert 0.25 < found.tags[0].p < 1.0
