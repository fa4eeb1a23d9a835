"""The music extractor: the contract, the original networks' values, and sensible tags and descriptors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.manifest import MANIFEST_NAME, read_manifest
from avrec_desktop.api.options import provide_options
from avrec_desktop.api.testing import ExtractorConformance, FakeMedia
from avrec_music import Music
from avrec_music.descriptors import describe_sound
from avrec_music.keras_network import KerasMusicnn
from avrec_music.labels import EVEN, MSD, MTT, VOCABULARY, name_tags, tag_matrix
from avrec_music.network import TAGS, Musicnn
from avrec_music.spectrogram import BANDS, FFT, HOP, RATE, LogMel, mel_filters

HERE = Path(__file__)
WEIGHTS = HERE.parents[1] / "src" / "avrec_music" / "weights" / "musicnn.npz"
TIMES = np.arange(3 * RATE) / RATE


class TestMusicConformance(ExtractorConformance):
    extractor = Music


@cache
def reference() -> dict[str, np.ndarray]:
    with np.load(HERE.parent / "data" / "reference.npz", allow_pickle=False) as data:
        return dict(data)


@pytest.mark.parametrize("network", [Musicnn, KerasMusicnn])
@pytest.mark.parametrize("name", ["MSD", "MTT"])
def test_networks_give_what_the_original_graph_gives(name: str, network: type[Musicnn | KerasMusicnn]) -> None:
    known = reference()
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        found = network(weights, f"{name}/")(LogMel()(known["signal"][None]))
    np.testing.assert_allclose(found.tags[0], known[f"{name}/tags"], atol=1e-3)
    np.testing.assert_allclose(found.embedding[0], known[f"{name}/penultimate"], atol=0.02)


def test_the_keras_networks_have_the_published_number_of_parameters() -> None:
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        assert KerasMusicnn(weights, "MSD/").model.count_params() == 792_079


def test_the_option_chooses_what_computes_and_the_vectors_are_the_same() -> None:
    signal = FakeMedia(sound=np.tile(reference()["signal"], 3))
    found = []
    for backend, network in (("numpy", Musicnn), ("keras", KerasMusicnn)):
        provide_options("music", {"backend": backend})
        music = Music()
        music.open()
        assert isinstance(music._mtt, network)
        found.append(music.extract(signal))
    provide_options("music", {})
    np.testing.assert_allclose(found[0].vector, found[1].vector, atol=1e-4)
    assert [tag.name for tag in found[0].tags] == [tag.name for tag in found[1].tags]


def test_the_spectrogram_is_that_of_librosa() -> None:
    librosa = pytest.importorskip("librosa")
    signal = reference()["signal"]
    theirs = librosa.feature.melspectrogram(y=signal, sr=RATE, n_fft=FFT, hop_length=HOP, n_mels=BANDS).T
    ours = LogMel()(signal[None])[0]
    np.testing.assert_allclose(ours, np.log10(1e4 * theirs + 1)[: len(ours)], atol=1e-4)
    np.testing.assert_allclose(
        mel_filters(RATE, FFT, BANDS), librosa.filters.mel(sr=RATE, n_fft=FFT, n_mels=BANDS), atol=1e-7
    )


def test_loud_sound_stays_finite() -> None:
    assert np.isfinite(LogMel()(np.ones((1, 3 * RATE), np.float32))).all()


def sound(*patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    samples = np.stack(patches).astype(np.float32)
    return samples, LogMel()(samples)


def clicks(beats_a_minute: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 0.3, len(TIMES))
    return noise * (np.mod(TIMES, 60 / beats_a_minute) < 0.03) + 1e-4 * noise


@pytest.mark.parametrize("tempo", [90.0, 120.0, 150.0])
def test_the_tempo_of_clicks_is_found(tempo: float) -> None:
    samples, image = sound(clicks(tempo), clicks(tempo))
    assert describe_sound(samples, image)["tempo"] == pytest.approx(tempo, rel=0.06)


@pytest.mark.parametrize(("root", "third", "key", "minor"), [(60, 4, 0, 0), (57, 3, 9, 1), (67, 4, 7, 0)])
def test_the_key_of_a_chord_is_found(root: int, third: int, key: int, minor: int) -> None:
    tones = sum(np.sin(2 * np.pi * 440 * 2 ** ((root + step - 69) / 12) * TIMES) for step in (0, third, 7, 12))
    found = describe_sound(*sound(0.1 * tones))
    assert (found["key"], found["minor"]) == (key, minor)


def test_loudness_is_that_of_the_standard() -> None:
    # BS.1770: a sine of 997 Hz at full scale in one channel measures -3.01 LUFS
    found = describe_sound(*sound(np.sin(2 * np.pi * 997 * TIMES)))
    assert found["loudness"] == pytest.approx(-3.01, abs=0.1)
    quieter = describe_sound(*sound(0.1 * np.sin(2 * np.pi * 997 * TIMES)))
    assert quieter["loudness"] == pytest.approx(found["loudness"] - 20, abs=0.1)


def test_hiss_is_brighter_than_a_low_tone() -> None:
    hiss = describe_sound(*sound(np.random.default_rng(1).normal(0, 0.1, len(TIMES))))
    hum = describe_sound(*sound(0.2 * np.sin(2 * np.pi * 110 * TIMES)))
    assert hiss["brightness"] > 5 * hum["brightness"]


def test_a_short_sound_is_not_taken_for_the_silence_after_it() -> None:
    music = Music()
    music.open()
    rng = np.random.default_rng(0)
    hiss, chord = (
        rng.normal(0, 0.2, RATE // 4),
        sum(0.1 * np.sin(2 * np.pi * f * TIMES[: RATE // 4]) for f in (220, 277)),
    )

    def vector(*samples: np.ndarray) -> np.ndarray:
        return music.extract(FakeMedia(sound=np.concatenate(samples).astype(np.float32))).vector

    pause, rest = np.zeros(RATE // 4), np.zeros(11 * RATE // 4)
    assert vector(hiss, rest) @ vector(*[pause, hiss] * 6) > 0.9
    assert vector(hiss, rest) @ vector(chord, rest) < 0.5


def test_synonyms_add_up_and_opposites_exclude_each_other() -> None:
    msd, mtt = np.zeros((1, TAGS), np.float32), np.zeros((1, TAGS), np.float32)
    for i, name in enumerate(MTT):
        if name == "female voice":
            mtt[0, i] = 0.2
    mtt[0, MTT.index("instrumental")] = 0.3
    row = tag_matrix(msd, mtt)[0]
    together = 1 - 0.8 ** MTT.count("female voice")
    assert row[VOCABULARY.index("female voice")] == pytest.approx(3 * together / (1 + 2 * together))
    assert row[VOCABULARY.index("piano")] == 0.0
    found = {tag.name for tag in name_tags(row)}
    assert "female voice" in found
    assert "instrumental" not in found
    assert len(MSD) == len(MTT) == TAGS


def test_what_is_as_likely_as_not_is_even() -> None:
    msd = np.zeros((2, TAGS), np.float32)
    msd[:, MSD.index("jazz")] = (EVEN, 1.0)
    np.testing.assert_allclose(tag_matrix(msd, np.zeros_like(msd))[:, VOCABULARY.index("jazz")], [0.5, 1.0], rtol=1e-5)


def test_silence_says_nothing_and_the_quiet_excerpt_is_least_salient() -> None:
    music = Music()
    music.open()
    assert not music.extract(FakeMedia(sound=np.zeros(RATE * 10))).vector.any()
    tone = np.concatenate([np.sin(2 * np.pi * 220 * TIMES) * level for level in (0.3, 0.3, 0.004, 0.3)])
    found = music.extract(FakeMedia(sound=tone))
    assert found.salience is not None and found.times is not None
    assert found.times[int(found.salience.argmax()), 0] != pytest.approx(6.0, abs=1.0)


def test_the_manifest_is_valid() -> None:
    manifest = read_manifest(HERE.parents[1] / "src" / "avrec_music" / MANIFEST_NAME)
    assert manifest.compatible
    assert set(manifest.permissions) == {Music.modality}
    assert [(option.name, option.default) for option in manifest.options] == [("backend", "numpy")]
