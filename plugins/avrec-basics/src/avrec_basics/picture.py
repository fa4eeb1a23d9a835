"""Colour, light, layout, edges and pacing of pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, Tag

_SIZE = 96
_HUES, _LIGHTS, _CELLS = 12, 8, 4
_TAGS = ("dark picture", "bright picture", "colourful", "black and white", "fast cuts", "slow cuts")


class PictureBasics(FeatureExtractor):
    """Histograms of hue and light, mean colours of a 4 x 4 layout, edge directions and pacing of a film's frames.

    Salience of a frame is how lively it is (contrast, colour) and how typical.
    """

    id = "picture-basics"
    version = 1
    name = "Colour and motion"
    modality = "video"
    dim = _HUES + _LIGHTS + 3 * _CELLS**2 + 8 + 4
    tags = _TAGS

    def extract(self, media: MediaSource) -> Features:
        """Return colour, layout, edges and pacing of the frames.

        Raises:
            MediaError: The file has no decodable pictures.
        """
        frames = media.frames(_SIZE)
        table = np.stack([_describe(p) for p in frames.pixels])
        light = frames.pixels.reshape(len(frames.pixels), -1).astype(np.float32)
        brightness, contrast = light.mean(axis=1) / 255.0, light.std(axis=1) / 128.0
        seen = np.flatnonzero((brightness > 0.03) & (contrast > 0.03))
        if not len(seen):
            return Features(np.zeros(self.dim, np.float32))
        pace = _pacing(frames.pixels[seen], frames.shot_lengths[seen])
        rows = np.concatenate([table[seen], np.broadcast_to(pace, (len(seen), len(pace)))], axis=1)
        segments = _unit(rows)
        vector = _unit(rows.mean(axis=0)[None])[0]
        saturation = np.array([_saturation(p) for p in frames.pixels[seen]])
        ends = frames.times[seen] + np.clip(frames.shot_lengths[seen], 0.5, 10.0)
        return Features(
            vector=vector,
            segments=segments,
            times=np.stack([frames.times[seen], ends], axis=1),
            salience=(segments @ vector + contrast[seen] + 0.5 * saturation).astype(np.float32),
            tags=_tags(float(brightness.mean()), float(saturation.mean()), float(np.median(frames.shot_lengths[seen]))),
            descriptors={
                "brightness": float(brightness.mean()),
                "saturation": float(saturation.mean()),
                "shot_seconds": float(np.median(frames.shot_lengths[seen])),
            },
        )


def _describe(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return float32 (dim - 4,) of one frame (h, w, 3)."""
    colour = pixels.astype(np.float32) / 255.0
    top, low = colour.max(axis=2), colour.min(axis=2)
    chroma = top - low
    light = np.histogram(top, bins=_LIGHTS, range=(0, 1))[0] / top.size
    hue = np.histogram(_hue(colour, top, chroma), bins=_HUES, range=(0, 6), weights=chroma)[0] / top.size
    rows = np.array_split(colour, _CELLS, axis=0)
    cells = [cell.mean(axis=(0, 1)) for row in rows for cell in np.array_split(row, _CELLS, axis=1)]
    layout = np.concatenate(cells) - colour.mean()
    down, across = np.gradient(colour.mean(axis=2))
    strength = np.hypot(down, across)
    angle = np.mod(np.arctan2(down, across), np.pi)
    edges = np.histogram(angle, bins=8, range=(0, np.pi), weights=strength)[0] / top.size
    return np.concatenate([2 * np.sqrt(hue), np.sqrt(light), layout, 3 * np.sqrt(edges)]).astype(np.float32)


def _hue(colour: NDArray[np.float32], top: NDArray[np.float32], chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the hue in [0, 6) of colours (h, w, 3)."""
    red, green, blue = colour[..., 0], colour[..., 1], colour[..., 2]
    safe = np.maximum(chroma, 1e-6)
    hue = np.where(
        top == red,
        np.mod((green - blue) / safe, 6.0),
        np.where(top == green, (blue - red) / safe + 2.0, (red - green) / safe + 4.0),
    )
    return np.asarray(np.mod(hue, 6.0), dtype=np.float32)


def _saturation(pixels: NDArray[np.uint8]) -> float:
    top = pixels.max(axis=2).astype(np.float32)
    return float(((top - pixels.min(axis=2)) / np.maximum(top, 1.0)).mean())


def _pacing(pixels: NDArray[np.uint8], lengths: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return float32 (4,): mean and spread of change between frames, length and evenness of shots."""
    small = pixels[:, ::4, ::4].astype(np.float32) / 255.0
    change = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2, 3)) if len(small) > 1 else np.zeros(1)
    shots = np.log1p(np.maximum(lengths, 0.0))
    return np.array([change.mean() * 2, change.std() * 2, shots.mean() / 4, shots.std() / 4], dtype=np.float32)


def _tags(brightness: float, saturation: float, shot: float) -> tuple[Tag, ...]:
    values = {
        "dark picture": _slope(-brightness, -0.22, 0.05),
        "bright picture": _slope(brightness, 0.62, 0.05),
        "colourful": _slope(saturation, 0.5, 0.08),
        "black and white": _slope(-saturation, -0.05, 0.015),
        "fast cuts": _slope(-shot, -3.0, 0.8),
        "slow cuts": _slope(shot, 15.0, 3.0),
    }
    found = [Tag(name, p) for name, p in values.items() if p >= 0.3]
    return tuple(sorted(found, key=lambda t: -t.p))


def _slope(value: float, middle: float, width: float) -> float:
    """Return a soft threshold in (0, 1)."""
    return float(1.0 / (1.0 + np.exp(-np.clip((value - middle) / width, -30, 30))))


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
