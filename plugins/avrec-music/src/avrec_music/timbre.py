"""Statistics of the log-mel spectrogram, which hold where the networks, taught with music alone, have little to say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_COEFFICIENTS = 25
#: Lags in frames of 16 ms: 0.13 to 1.2 s.
_LAGS = np.unique(np.geomspace(8, 75, 14).round().astype(int))
DIM = 3 * _COEFFICIENTS + len(_LAGS) + 3


def describe(spectrograms: Matrix) -> Matrix:
    """Return float32 (n, DIM) of log-mel spectrograms (n, frames, bands).

    Mean and deviation of cepstral coefficients (Davis and Mermelstein 1980) and deviation of their change,
    autocorrelation of the onset strength, mean and deviation of the onset strength, deviation of the level.
    """
    from scipy.fft import dct

    cepstra = dct(spectrograms, type=2, norm="ortho", axis=2)[..., :_COEFFICIENTS]
    change = cepstra[:, 2:] - cepstra[:, :-2]
    onset = onset_strength(spectrograms)
    parts = [
        cepstra.mean(axis=1),
        cepstra.std(axis=1),
        change.std(axis=1),
        _rhythm(onset),
        onset.mean(axis=1, keepdims=True),
        onset.std(axis=1, keepdims=True),
        spectrograms.mean(axis=2).std(axis=1, keepdims=True),
    ]
    return np.concatenate(parts, axis=1).astype(np.float32)


def onset_strength(spectrograms: Matrix) -> Matrix:
    """Return the mean rise over the bands, float32 (n, frames - 1)."""
    return np.asarray(np.maximum(np.diff(spectrograms, axis=1), 0.0).mean(axis=2), dtype=np.float32)


def _rhythm(onset: Matrix) -> Matrix:
    centred = onset - onset.mean(axis=1, keepdims=True)
    energy = (centred**2).sum(axis=1) + 1e-6
    return np.stack([(centred[:, :-lag] * centred[:, lag:]).sum(axis=1) / energy for lag in _LAGS], axis=1)
