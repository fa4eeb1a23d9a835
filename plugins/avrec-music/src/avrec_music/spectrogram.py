"""The spectrogram that musicnn was trained on: librosa's mel scale (Slaney), power, logarithm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

RATE, FFT, HOP, BANDS = 16000, 512, 256, 96
#: Frames that the network reads: 3 s.
FRAMES = 187


class LogMel:
    """Computes ``log10(10000 * mel + 1)`` of excerpts, as the authors did, but in float32.

    Theirs is float16, which overflows on loud sound.
    """

    def __init__(self) -> None:
        self._filters = mel_filters(RATE, FFT, BANDS)
        self._window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)).astype(np.float32)

    def __call__(self, samples: Matrix) -> Matrix:
        """Return float32 (n, 187, 96) of excerpts float32 (n, n_samples); shorter ones are padded with silence."""
        return np.asarray(np.log10(1e4 * self.mel(samples) + 1.0), dtype=np.float32)

    def mel(self, samples: Matrix) -> Matrix:
        """Return the mel power spectrogram float32 (n, 187, 96)."""
        need = FRAMES * HOP + FFT
        padded = np.pad(samples[:, : FRAMES * HOP], ((0, 0), (FFT // 2, 0)))
        rest = samples[:, FRAMES * HOP : FRAMES * HOP + FFT // 2]
        padded = np.concatenate([padded, rest], axis=1)
        padded = np.pad(padded, ((0, 0), (0, max(0, need - padded.shape[1]))))
        frames = np.lib.stride_tricks.sliding_window_view(padded, FFT, axis=1)[:, : FRAMES * HOP : HOP]
        power = np.abs(np.fft.rfft(frames * self._window, axis=2)).astype(np.float32) ** 2
        return np.asarray(power @ self._filters.T, dtype=np.float32)


def mel_filters(rate: int, fft: int, bands: int) -> Matrix:
    """Return Slaney's triangular filters of equal area, float32 (bands, fft // 2 + 1); equal to librosa's."""
    edges = _to_hertz(np.linspace(0.0, _to_mel(rate / 2), bands + 2))
    bins = np.linspace(0, rate / 2, fft // 2 + 1)
    rising = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None], dtype=np.float32)


# Slaney's Auditory Toolbox: linear below 1 kHz, logarithmic above
_LINEAR, _BREAK, _STEP = 200.0 / 3, 1000.0, np.log(6.4) / 27.0


def _to_mel(hertz: float) -> float:
    return float(_BREAK / _LINEAR + np.log(hertz / _BREAK) / _STEP if hertz >= _BREAK else hertz / _LINEAR)


def _to_hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = _BREAK / _LINEAR
    return np.where(mels >= bend, _BREAK * np.exp(_STEP * (np.maximum(mels, bend) - bend)), _LINEAR * mels)
