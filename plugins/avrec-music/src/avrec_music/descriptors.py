"""Tempo, key, loudness, dynamics and brightness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_music.spectrogram import HOP, RATE
from avrec_music.timbre import onset_strength

Matrix = NDArray[np.float32]

_CHROMA_FFT = 4096
#: How well each note of the scale fits a major and a minor key (Krumhansl and Kessler 1982).
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def describe_sound(samples: Matrix, spectrograms: Matrix) -> dict[str, float]:
    """Return descriptors of excerpts.

    ``tempo`` in beats a minute; ``key`` 0 to 11 for C to B and ``minor`` 0 or 1, with ``key_strength`` in [0, 1];
    ``loudness`` in LUFS (ITU-R BS.1770, gated) and ``loudness_range`` in LU, of the mono excerpts; ``brightness`` in
    Hz, the spectral centroid.

    Args:
        samples: float32 (n, n_samples) at 16 kHz.
        spectrograms: float32 (n, frames, bands), their log-mel spectrograms.
    """
    import librosa

    onset = onset_strength(spectrograms)
    out = {}
    if onset.std() > 1e-4:  # a steady sound has no beat
        out["tempo"] = float(librosa.feature.tempo(onset_envelope=onset.ravel(), sr=RATE, hop_length=HOP)[0])
    out |= _key(librosa.feature.chroma_stft(y=samples, sr=RATE, n_fft=_CHROMA_FFT, hop_length=2048, tuning=0.0))
    out |= _loudness(samples)
    middle = librosa.mel_frequencies(n_mels=spectrograms.shape[2] + 2, fmax=RATE / 2)[1:-1]
    magnitude = np.sqrt(np.maximum(10.0**spectrograms - 1.0, 0.0)).sum(axis=(0, 1))
    if magnitude.sum() > 0:
        out["brightness"] = float(magnitude @ middle / magnitude.sum())
    return {name: value for name, value in out.items() if np.isfinite(value)}


def _key(chroma: Matrix) -> dict[str, float]:
    """Return the key whose profile correlates best with the notes heard, chroma (n, 12, frames)."""
    notes = chroma.mean(axis=(0, 2))
    if not np.isfinite(notes).all() or notes.std() < 1e-6:
        return {}
    fits = np.array(
        [[np.corrcoef(np.roll(profile, k), notes)[0, 1] for k in range(12)] for profile in (_MAJOR, _MINOR)]
    )
    minor, key = np.unravel_index(int(fits.argmax()), fits.shape)
    return {"key": float(key), "minor": float(minor), "key_strength": float(max(0.0, fits.max()))}


def _loudness(samples: Matrix) -> dict[str, float]:
    """Return the gated loudness of BS.1770 over blocks of 0.4 s, and its spread between excerpts."""
    from scipy.signal import lfilter

    shelf, high = _k_weighting()
    weighted = lfilter(*high, lfilter(*shelf, samples.astype(np.float64), axis=1), axis=1)
    block = round(0.4 * RATE)
    blocks = [
        (weighted[:, start : start + block] ** 2).mean(axis=1)
        for start in range(0, max(1, samples.shape[1] - block + 1), block // 4)
    ]
    power = np.concatenate(blocks)
    level = -0.691 + 10 * np.log10(power + 1e-12)
    loud = power[level > -70.0]
    if not len(loud):
        return {}
    gate = -0.691 + 10 * np.log10(loud.mean()) - 10.0
    kept = power[(level > -70.0) & (level > gate)]
    spread = level[(level > -70.0) & (level > gate - 10.0)]
    low, top = np.percentile(spread, [10, 95])
    return {"loudness": float(-0.691 + 10 * np.log10(kept.mean())), "loudness_range": float(top - low)}


def _k_weighting() -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
    """Return the two filters of BS.1770 for 16 kHz, by the bilinear transform of their analogue prototypes."""
    gain, quality, middle = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = np.tan(np.pi * middle / RATE)
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / quality + k * k
    shelf = (
        [(high + band * k / quality + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / quality + k * k) / a0],
        [1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0],
    )
    quality, middle = 0.5003270373238773, 38.13547087602444
    k = np.tan(np.pi * middle / RATE)
    a0 = 1 + k / quality + k * k
    return shelf, ([1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0])
