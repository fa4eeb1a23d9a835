"""The light extractors: the contract, and that they tell apart what sounds and looks different."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avrec_basics import PictureBasics, SoundBasics, avrec_feature_extractors
from avrec_basics.sound import mel_filters
from avrec_desktop.api.features import Features
from avrec_desktop.api.manifest import MANIFEST_NAME, read_manifest
from avrec_desktop.api.media import AudioPatches, Frames, MediaInfo, MediaText
from avrec_desktop.api.testing import ExtractorConformance

RATE = 22050
RNG = np.random.default_rng(0)


class TestSoundContract(ExtractorConformance):
    extractor = SoundBasics


class TestPictureContract(ExtractorConformance):
    extractor = PictureBasics


class Given:
    """Media with given excerpts or frames."""

    info = MediaInfo(1, "given", "video", 30.0, True, True)
    text = MediaText()

    def __init__(self, patches: np.ndarray | None = None, pixels: np.ndarray | None = None, shot: float = 4.0) -> None:
        self._patches, self._pixels, self._shot = patches, pixels, shot

    def audio(self, rate: int = 16000) -> AudioPatches:
        assert rate == RATE
        return AudioPatches(self._patches.astype(np.float32), np.arange(len(self._patches)) * 10.0, rate)

    def frames(self, size: int = 256) -> Frames:
        number = len(self._pixels)
        return Frames(self._pixels, np.arange(number) * self._shot, np.full(number, self._shot))


def sound(*patches: np.ndarray) -> Features:
    extractor = SoundBasics()
    extractor.open()
    return extractor.extract(Given(np.stack(patches)))


def picture(pixels: np.ndarray, shot: float = 4.0) -> Features:
    return PictureBasics().extract(Given(pixels=pixels.astype(np.uint8), shot=shot))


TIMES = np.arange(3 * RATE) / RATE


def chord(*hertz: float, level: float = 0.2) -> np.ndarray:
    return level * sum(np.sin(2 * np.pi * f * TIMES) for f in hertz) + RNG.normal(0, 1e-3, len(TIMES))


def hiss(level: float = 0.2) -> np.ndarray:
    return RNG.normal(0, level, len(TIMES))


def clicks(every: float = 0.25) -> np.ndarray:
    return hiss(0.3) * (np.mod(TIMES, every) < 0.02) + RNG.normal(0, 1e-3, len(TIMES))


def scene(colour: tuple[int, int, int], number: int = 4) -> np.ndarray:
    pixels = np.empty((number, 54, 96, 3))
    pixels[:] = np.clip(np.array(colour) + RNG.normal(0, 12, (number, 54, 96, 1)), 0, 255)
    return pixels


def test_like_sounds_lie_closer_than_unlike_ones() -> None:
    tonal, also, noisy = sound(chord(220, 330)), sound(chord(233, 350)), sound(hiss())
    assert tonal.vector @ also.vector > tonal.vector @ noisy.vector + 0.2


def test_loudness_alone_changes_little() -> None:
    assert sound(chord(220, 330)).vector @ sound(chord(220, 330, level=0.1)).vector > 0.9


def test_sound_tags_say_what_is_heard() -> None:
    assert "brilliant" in {t.name for t in sound(hiss()).tags}
    assert "muffled" in {t.name for t in sound(chord(110, 165)).tags}
    assert {t.name for t in sound(chord(110, level=0.002)).tags} >= {"quiet"}


def test_the_loud_and_typical_excerpt_is_most_salient_and_silence_is_left_out() -> None:
    found = sound(chord(220, level=0.01), np.zeros(len(TIMES)), chord(220, level=0.3))
    assert found.times[:, 0].tolist() == [0.0, 20.0]
    assert int(np.argmax(found.salience)) == 1
    assert not sound(np.zeros(len(TIMES))).vector.any()


def test_mel_filters_have_area_one_and_rise() -> None:
    filters = mel_filters(RATE, 2048, 64)
    assert filters.shape == (64, 1025)
    np.testing.assert_allclose(filters.sum(axis=1), 1.0, rtol=1e-4)
    assert (np.diff(filters.argmax(axis=1)) >= 0).all()


def test_like_pictures_lie_closer_than_unlike_ones() -> None:
    red, also, blue = picture(scene((200, 40, 40))), picture(scene((180, 50, 40))), picture(scene((40, 40, 200)))
    assert red.vector @ also.vector > red.vector @ blue.vector + 0.1


@pytest.mark.parametrize(
    ("colour", "shot", "tag"),
    [
        ((220, 30, 30), 5.0, "colourful"),
        ((120, 120, 120), 5.0, "black and white"),
        ((230, 225, 220), 5.0, "bright picture"),
        ((30, 25, 35), 5.0, "dark picture"),
        ((120, 90, 80), 1.0, "fast cuts"),
        ((120, 90, 80), 30.0, "slow cuts"),
    ],
)
def test_picture_tags_say_what_is_seen(colour: tuple[int, int, int], shot: float, tag: str) -> None:
    assert tag in {t.name for t in picture(scene(colour), shot).tags}


def test_black_films_have_nothing_to_say() -> None:
    assert not picture(np.zeros((3, 54, 96, 3))).vector.any()


def test_the_manifest_is_valid_and_names_what_is_registered() -> None:
    manifest = read_manifest(Path(__file__).parents[1] / "src" / "avrec_basics" / MANIFEST_NAME)
    assert manifest.compatible
    assert {e.modality for e in avrec_feature_extractors()} == set(manifest.permissions)
