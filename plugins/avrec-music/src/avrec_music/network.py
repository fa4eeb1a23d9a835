"""The musicnn network (Pons and Serra 2019, "musicnn: pre-trained convolutional neural networks for music audio
tagging"), computed with numpy.

Convolutions are matrix products over windows of the spectrogram. Each is followed by a rectifier, a batch
normalisation and a maximum over all frequencies. The last two are monotonous in each channel, so the maximum is taken
first, over the plain products: that is most of the speed.
"""  # noqa: D205 - the title of the paper is long

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_music.spectrogram import BANDS, FRAMES

Matrix = NDArray[np.float32]

#: Values of the last layer but one, and number of tags, of each network.
EMBEDDING, TAGS = 200, 50
_REACH = 3


@dataclass(frozen=True)
class Output:
    """What a network says of n excerpts.

    Attributes:
        embedding: float32 (n, 200), the last layer but one.
        tags: float32 (n, 50), probabilities.
    """

    embedding: Matrix
    tags: Matrix


class Musicnn:
    """One network.

    Args:
        weights: Arrays written by ``tools/convert_musicnn.py``.
        prefix: ``"MSD/"`` or ``"MTT/"``.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float16]], prefix: str) -> None:
        self._w = {n[len(prefix) :]: np.asarray(weights[n], np.float32) for n in weights if n.startswith(prefix)}
        self._pooled = {name: _Pooled(self._w, name) for name in ("timbral_38", "timbral_67")}
        self._pooled |= {name: _Pooled(self._w, name) for name in ("temporal_128", "temporal_64", "temporal_32")}

    def __call__(self, spectrograms: Matrix) -> Output:
        """Return the output for spectrograms float32 (n, 187, 96)."""
        rows = [self._features(s) for s in spectrograms]
        scale, shift = self._w["pooled"]
        dense = _dense(np.stack(rows) * scale + shift, self._w, "penultimate")
        scale, shift = self._w["penultimate.norm"]
        embedding = np.maximum(dense, 0.0) * scale + shift
        tags = 1.0 / (1.0 + np.exp(-_dense(embedding, self._w, "tags")))
        return Output(embedding.astype(np.float32), tags.astype(np.float32))

    def _features(self, spectrogram: Matrix) -> Matrix:
        """Return float32 (1506,), maximum and mean over time of front and middle, side by side per channel."""
        scale, shift = self._w["input"]
        image = spectrogram * scale[0] + shift[0]
        padded = np.pad(image, ((_REACH, _REACH), (0, 0)))
        front = [self._pooled[name].timbral(padded) for name in ("timbral_38", "timbral_67")]
        front += [self._pooled[name].temporal(image) for name in ("temporal_128", "temporal_64", "temporal_32")]
        first = np.concatenate(front, axis=1)
        second = _along_time(first, self._w, "mid_1")
        third = _along_time(second, self._w, "mid_2") + second
        fourth = _along_time(third, self._w, "mid_3") + third
        layers = np.concatenate([first, second, third, fourth], axis=1)
        return np.stack([layers.max(axis=0), layers.mean(axis=0)], axis=1).ravel()


class _Pooled:
    """Convolution, rectifier, normalisation and maximum over frequency."""

    def __init__(self, weights: Mapping[str, Matrix], name: str) -> None:
        kernel, bias = weights[f"{name}.kernel"], weights[f"{name}.bias"]
        self._scale, self._shift = weights[f"{name}.norm"]
        # where the normalisation turns a channel round, its largest value comes from the smallest product
        self._sign = np.where(self._scale < 0, -1.0, 1.0).astype(np.float32)
        self._shape = kernel.shape[:2]
        self._kernel = np.ascontiguousarray(kernel.reshape(-1, kernel.shape[-1]) * self._sign)
        self._bias = bias

    def timbral(self, padded: Matrix) -> Matrix:
        """Return float32 (187, channels) of an image padded in time."""
        return self._pool(np.lib.stride_tricks.sliding_window_view(padded, self._shape), BANDS - self._shape[1] + 1)

    def temporal(self, image: Matrix) -> Matrix:
        """Return float32 (187, channels) of an image; "same" padding in time, one frequency at a time."""
        length = self._shape[0]
        padded = np.pad(image, (((length - 1) // 2, length // 2), (0, 0)))
        return self._pool(np.lib.stride_tricks.sliding_window_view(padded, length, axis=0), BANDS)

    def _pool(self, windows: Matrix, positions: int) -> Matrix:
        products = windows.reshape(FRAMES * positions, -1) @ self._kernel
        highest = products.reshape(FRAMES, positions, -1).max(axis=1) * self._sign + self._bias
        return np.asarray(np.maximum(highest, 0.0) * self._scale + self._shift, dtype=np.float32)


def _along_time(values: Matrix, weights: Mapping[str, Matrix], name: str) -> Matrix:
    kernel = weights[f"{name}.kernel"]
    padded = np.pad(values, ((_REACH, _REACH), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[:2])
    products = windows.reshape(len(values), -1) @ kernel.reshape(-1, kernel.shape[-1]) + weights[f"{name}.bias"]
    scale, shift = weights[f"{name}.norm"]
    return np.asarray(np.maximum(products, 0.0) * scale + shift, dtype=np.float32)


def _dense(values: Matrix, weights: Mapping[str, Matrix], name: str) -> Matrix:
    return np.asarray(values @ weights[f"{name}.kernel"] + weights[f"{name}.bias"], dtype=np.float32)
