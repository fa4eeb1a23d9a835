"""The sample recipe and its synthesisers."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_desktop.sample import picture, sound
from avrec_desktop.sample.recipe import TASTES, recipe


def test_recipe_has_sixty_distinct_clips_of_both_kinds() -> None:
    clips = recipe()
    assert len(clips) == len({c.path for c in clips}) == 60
    assert sum(c.kind == "video" for c in clips) == 30
    assert len({c.seed for c in clips}) == 60
    assert any(c.chinese for c in clips)


def test_tastes_name_series_that_exist() -> None:
    artists = {c.artist for c in recipe()}
    for taste in TASTES:
        assert set(taste.likes) <= artists


@pytest.mark.parametrize("style", sorted({c.sound for c in recipe()}))
def test_sound_is_finite_audible_and_the_same_for_the_same_seed(style: str) -> None:
    wave = sound.render_sound(style, 4.0, 3)
    assert wave.dtype == np.float32
    assert wave.shape == (4 * sound.RATE,)
    assert np.isfinite(wave).all()
    assert 0.79 < np.abs(wave).max() <= 0.8001
    assert np.sqrt(np.mean(wave**2)) > 0.01
    np.testing.assert_array_equal(wave, sound.render_sound(style, 4.0, 3))
    assert not np.array_equal(wave, sound.render_sound(style, 4.0, 4))


@pytest.mark.parametrize("style", sorted({c.picture for c in recipe() if c.picture}))
def test_scene_draws_moving_frames(style: str) -> None:
    frame = picture.scene(style, 5, 8.0)
    first, later = frame(0.5), frame(4.0)
    assert first.shape == (picture.HEIGHT, picture.WIDTH, 3)
    assert first.dtype == np.uint8
    assert not np.array_equal(first, later)
    assert first.std() > 5  # not a blank picture


def test_styles_sound_different() -> None:
    """Slow pads have less change between short windows than drums have."""

    def flux(style: str) -> float:
        wave = sound.render_sound(style, 6.0, 1)
        power = np.abs(np.fft.rfft(wave[: len(wave) // 512 * 512].reshape(-1, 512), axis=1))
        return float(np.abs(np.diff(power, axis=0)).sum() / power.sum())

    assert flux("pads") < flux("drums")
