"""Timbre, dynamics and rhythm of sound as statistics of mel-frequency cepstra and spectra."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, Tag

RATE = 22050
_FFT, _HOP = 2048, 512
_BANDS, _COEFFICIENTS = 64, 20
_OCTAVES = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 11025.0)
_LAGS = 12
#: Samples that an excerpt must have for the statistics over time; shorter ones are padded.
_SHORTEST = _FFT + 16 * _HOP
#: Root mean square below which a patch counts as silent.
_SILENCE = 1e-3
_TAGS = ("brilliant", "muffled", "calm", "loud", "quiet", "percussive")


class SoundBasics(FeatureExtractor):
    """Mean and spread of MFCCs (Davis & Mermelstein 1980), spectral contrast (Jiang et al. 2002) and rhythm.

    The vector describes the whole file; a segment's describes one excerpt of 3 s. Salience is how loud and how
    typical an excerpt is.
    """

    id = "sound-basics"
    version = 1
    name = "Timbre and rhythm"
    modality = "audio"
    dim = 4 * _COEFFICIENTS + 2 * (len(_OCTAVES) - 1) + 6 + _LAGS
    tags = _TAGS

    def open(self) -> None:
        """Prepare window, mel filters and scales."""
        self._window = np.hanning(_FFT + 1)[:-1].astype(np.float32)
        self._filters = mel_filters(RATE, _FFT, _BANDS)
        self._edges = np.searchsorted(np.fft.rfftfreq(_FFT, 1 / RATE), _OCTAVES)
        self._frequencies = np.fft.rfftfreq(_FFT, 1 / RATE).astype(np.float32)

    def extract(self, media: MediaSource) -> Features:
        """Return timbre, contrast, dynamics and rhythm of the excerpts.

        Raises:
            MediaError: The file has no decodable sound.
        """
        patches = media.audio(RATE)
        samples = patches.samples
        if samples.shape[1] < _SHORTEST:
            samples = np.pad(samples, ((0, 0), (0, _SHORTEST - samples.shape[1])))
        loudness = np.sqrt((samples**2).mean(axis=1))
        heard = np.flatnonzero(loudness > _SILENCE)
        if not len(heard):
            return Features(np.zeros(self.dim, np.float32))
        rows = [self._describe(samples[i]) for i in heard]
        table = np.stack([row[0] for row in rows])
        whole = table.mean(axis=0)
        segments = _unit(table)
        typical = segments @ _unit(whole[None])[0]
        level = 20 * np.log10(loudness[heard] + 1e-6)
        starts = patches.starts[heard]
        return Features(
            vector=_unit(whole[None])[0],
            segments=segments,
            times=np.stack([starts, starts + patches.samples.shape[1] / RATE], axis=1),
            salience=(typical + np.clip((level - level.max()) / 20.0, -1.0, 0.0)).astype(np.float32),
            tags=_tags(np.stack([row[1] for row in rows]).mean(axis=0), float(level.mean())),
            descriptors={"level_db": float(level.mean()), "brightness_hz": float(np.mean([r[1][0] for r in rows]))},
        )

    def _describe(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the features float32 (dim,) of one excerpt, and (centroid in Hz, flatness, onset strength)."""
        from scipy.fft import dct

        frames = np.lib.stride_tricks.sliding_window_view(samples, _FFT)[::_HOP] * self._window
        power = np.abs(np.fft.rfft(frames, axis=1)).astype(np.float32) ** 2 + 1e-8
        mel = np.log(power @ self._filters.T + 1e-6)
        cepstra = dct(mel, type=2, norm="ortho", axis=1)[:, :_COEFFICIENTS].astype(np.float32)
        cepstra[:, 0] /= 4.0  # the level says less than the colour
        change = np.diff(cepstra, axis=0)
        contrast = np.stack(
            [_contrast(power[:, a:b]) for a, b in zip(self._edges[:-1], self._edges[1:], strict=True)], axis=1
        )
        total = power.sum(axis=1)
        centroid = (power @ self._frequencies) / total
        flatness = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
        onset = np.maximum(np.diff(mel, axis=0), 0.0).mean(axis=1)
        spread = np.array([
            np.log(centroid).mean() - 7.0, np.log(centroid).std(), np.log(flatness).mean() / 4 + 1.0,
            onset.mean() * 4, onset.std() * 4, np.log(total).std() / 2,
        ])  # fmt: skip
        vector = np.concatenate([
            cepstra.mean(axis=0) / 4, cepstra.std(axis=0) / 2, change.std(axis=0), _skew(cepstra) / 2,
            contrast.mean(axis=0) / 2, contrast.std(axis=0), spread, _rhythm(onset),
        ])  # fmt: skip
        return vector.astype(np.float32), np.array([centroid.mean(), flatness.mean(), onset.std()], dtype=np.float32)


def mel_filters(rate: int, fft: int, bands: int) -> NDArray[np.float32]:
    """Return triangular filters float32 (bands, fft // 2 + 1) on the mel scale, each of area one."""
    top = 2595.0 * np.log10(1.0 + rate / 2 / 700.0)
    edges = 700.0 * (10.0 ** (np.linspace(0.0, top, bands + 2) / 2595.0) - 1.0)
    bins = np.fft.rfftfreq(fft, 1.0 / rate)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(filters / np.maximum(filters.sum(axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _contrast(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return per frame the log ratio of the strongest to the weakest fifth of a band."""
    ordered = np.sort(power, axis=1)
    share = max(1, power.shape[1] // 5)
    ratio = ordered[:, -share:].mean(axis=1) / ordered[:, :share].mean(axis=1)
    return np.asarray(np.log(ratio) / 4, dtype=np.float32)


def _skew(values: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = values - values.mean(axis=0)
    return np.asarray((centred**3).mean(axis=0) / (values.std(axis=0) ** 3 + 1e-6), dtype=np.float32)


def _rhythm(onset: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the autocorrelation of the onset strength at lags of 0.14 to 1.1 s, float32 (12,)."""
    centred = onset - onset.mean()
    energy = float(centred @ centred) + 1e-6
    lags = np.unique(np.geomspace(6, 48, _LAGS).round().astype(int))
    values = [float(centred[:-lag] @ centred[lag:]) / energy if lag < len(centred) else 0.0 for lag in lags]
    return np.resize(np.array(values, dtype=np.float32), _LAGS)


def _tags(means: NDArray[np.float32], level: float) -> tuple[Tag, ...]:
    centroid, flatness, onset = (float(v) for v in means)
    values = {
        "brilliant": _slope(centroid, 2200.0, 600.0),
        "muffled": _slope(-centroid, -900.0, 300.0),
        "percussive": _slope(onset, 0.22, 0.05),
        "calm": _slope(-onset, -0.10, 0.03) * _slope(-level, 18.0, 4.0),
        "loud": _slope(level, -12.0, 2.0),
        "quiet": _slope(-level, 30.0, 4.0),
    }
    del flatness
    found = [Tag(name, p) for name, p in values.items() if p >= 0.3]
    return tuple(sorted(found, key=lambda t: -t.p))


def _slope(value: float, middle: float, width: float) -> float:
    """Return a soft threshold in (0, 1)."""
    return float(1.0 / (1.0 + np.exp(-np.clip((value - middle) / width, -30, 30))))


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
