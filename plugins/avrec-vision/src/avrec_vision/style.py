"""How pictures look, whatever they show: colour, light, flatness, edges, change and pacing.

Networks taught with photographs read cartoons, screens and rendered films badly; these values tell them apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_HUES, _LIGHTS, _DETAIL = 12, 8, 6
#: Gradient up to which a pixel counts as flat, and bounds of the histogram of gradients.
_FLAT = 1.0
#: Grey value up to which a pixel counts as black.
_DARK = 16.0
_BOUNDS = np.array([1, 3, 8, 20, 50])
DIM = _HUES + _LIGHTS + _DETAIL + 5


def describe(pictures: NDArray[np.uint8]) -> Matrix:
    """Return float32 (n, DIM) of pictures uint8 (n, h, w, 3).

    Square roots of histograms of hue (weighted by colourfulness), light and gradients; then mean saturation, share of
    flat pixels, number of distinct colours, contrast and difference of the channels.
    """
    return np.stack([_describe(p) for p in pictures])


def flatness(pictures: NDArray[np.uint8]) -> Matrix:
    """Return the share of pixels without any gradient among those not black, float32 (n,).

    It is high for drawings, screens and titles.
    """
    out = np.empty(len(pictures), dtype=np.float32)
    for i, picture in enumerate(pictures):
        grey = _grey(picture)
        lit = grey[:-1, :-1] > _DARK
        out[i] = ((_gradient(grey) < _FLAT) & lit).sum() / max(1, lit.sum())
    return out


def colours(pictures: NDArray[np.uint8]) -> tuple[Matrix, Matrix, Matrix]:
    """Return mean brightness, contrast and saturation of each picture, each float32 (n,) in [0, 1]."""
    small = pictures[:, ::4, ::4].astype(np.float32) / 255.0
    top, low = small.max(axis=3), small.min(axis=3)
    saturation = ((top - low) / np.maximum(top, 0.05)).mean(axis=(1, 2))
    light = small.mean(axis=3)
    return light.mean(axis=(1, 2)), light.std(axis=(1, 2)) * 2.0, saturation


def pacing(pictures: NDArray[np.uint8], shot_lengths: NDArray[np.float64]) -> dict[str, float]:
    """Return ``motion``, the mean change from frame to frame in [0, 1], and ``shot_seconds``, the median shot."""
    small = pictures[:, ::8, ::8].astype(np.float32) / 255.0
    change = float(np.abs(np.diff(small, axis=0)).mean()) if len(small) > 1 else 0.0
    return {"motion": change, "shot_seconds": float(np.median(shot_lengths))}


def _describe(picture: NDArray[np.uint8]) -> Matrix:
    colour = picture[::2, ::2].astype(np.float32) / 255.0
    top, low = colour.max(axis=2), colour.min(axis=2)
    chroma = top - low
    bins = np.minimum((_hue(colour, top, chroma) * (_HUES / 6)).astype(np.intp), _HUES - 1)
    hue = np.bincount(bins.ravel(), weights=chroma.ravel(), minlength=_HUES) / top.size
    light = np.bincount(np.minimum((top * _LIGHTS).astype(np.intp), _LIGHTS - 1).ravel(), minlength=_LIGHTS) / top.size
    grey = _grey(picture)
    gradient = _gradient(grey)
    kinds = np.searchsorted(_BOUNDS, np.arange(256), side="right")
    detail = np.bincount(kinds[gradient.astype(np.intp)].ravel(), minlength=_DETAIL) / gradient.size
    codes = (picture[::2, ::2] >> 4).astype(np.intp) @ np.array([256, 16, 1])
    distinct = np.count_nonzero(np.bincount(codes.ravel(), minlength=4096)) / 1000.0
    extra = [
        float((chroma / np.maximum(top, 0.05)).mean()),
        float(detail[0]),
        min(1.0, distinct),
        float(grey.std() / 128.0),
        float(chroma.mean()),
    ]
    return np.concatenate([np.sqrt(hue), np.sqrt(light), np.sqrt(detail), extra]).astype(np.float32)


def _grey(picture: NDArray[np.uint8]) -> Matrix:
    return np.asarray(picture @ np.full(3, 1 / 3, dtype=np.float32), dtype=np.float32)


def _gradient(grey: Matrix) -> Matrix:
    """Return the larger of the steps to the right and down, float32 (h - 1, w - 1)."""
    return np.maximum(np.abs(np.diff(grey, axis=1))[:-1], np.abs(np.diff(grey, axis=0))[:, :-1])


def _hue(colour: Matrix, top: Matrix, chroma: Matrix) -> Matrix:
    """Return the hue in [0, 6) of colours (h, w, 3)."""
    red, green, blue = colour[..., 0], colour[..., 1], colour[..., 2]
    safe = np.maximum(chroma, 1e-6)
    hue = np.where(
        top == red,
        np.mod((green - blue) / safe, 6.0),
        np.where(top == green, (blue - red) / safe + 2.0, (red - green) / safe + 4.0),
    )
    return np.asarray(np.mod(hue, 6.0), dtype=np.float32)
