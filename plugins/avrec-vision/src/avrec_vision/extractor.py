"""What a film shows, and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, plugin_options
from avrec_vision import style
from avrec_vision.network import SIDE, EfficientNetLite0
from avrec_vision.topics import VOCABULARY, class_matrix, look_tags, topic_matrix, topic_tags

Matrix = NDArray[np.float32]

#: Directions of the network's features that are kept.
SHOWN_DIM = 160
DIM = SHOWN_DIM + style.DIM + 2
#: Share of the look in the squared length of a vector.
LOOK = 0.25
#: Short side of the frames asked for; the middle of it is what the network was taught with (a crop of 0.875).
_SIZE = 256
#: Mean brightness and contrast below which a frame is black or empty.
_BLACK, _EMPTY = 0.03, 0.02
#: Share of flat pixels at which a film looks drawn, and how sharply.
_DRAWN, _DRAWN_WIDTH = 0.65, 0.06
_LONGEST = 10.0
_WEIGHTS = Path(__file__).with_name("weights") / "lite0.npz"


class Vision(FeatureExtractor):
    """Features of EfficientNet-Lite0 (ImageNet) and the look of the frames.

    The network's features are turned to the directions that tell its classes apart (singular vectors of its last
    layer), so no film had to be seen to choose them. Salience of a frame is how typical, clear and lively it is.
    """

    id = "vision"
    version = 1
    name = "Pictures"
    modality = "video"
    dim = DIM
    tags = VOCABULARY

    def open(self) -> None:
        """Load the network (110 MB with its banded matrices)."""
        network: Callable[..., Callable[[NDArray[np.uint8]], tuple[Matrix, Matrix]]] = EfficientNetLite0
        if plugin_options("vision").get("backend") == "keras":
            from avrec_vision.keras_network import KerasEfficientNetLite0

            network = KerasEfficientNetLite0
        with np.load(_WEIGHTS, allow_pickle=False) as weights:
            self._network = network(weights)
            classes = weights["classes.kernel"].astype(np.float32)
            self._mean = weights["mean"].astype(np.float32)
        _, strength, directions = np.linalg.svd(classes - classes.mean(axis=0), full_matrices=False)
        self._axes = (directions[:SHOWN_DIM] * np.sqrt(strength[:SHOWN_DIM, None] / strength[0])).T.astype(np.float32)
        self._topics = class_matrix()

    def extract(self, media: MediaSource) -> Features:
        """Return what the frames show, topics and look; nothing for black films.

        Raises:
            MediaError: The file has no decodable pictures.
        """
        frames = media.frames(_SIZE)
        brightness, contrast, saturation = style.colours(frames.pixels)
        seen = np.flatnonzero((brightness > _BLACK) & (contrast > _EMPTY))
        if not len(seen):
            return Features(np.zeros(DIM, np.float32))
        pixels, lengths = crop(frames.pixels[seen]), frames.shot_lengths[seen]
        features, scores = self._network(pixels)
        pace = style.pacing(pixels, lengths)
        rows = self._rows(features, style.describe(pixels), pace)
        vector = _unit(rows.mean(axis=0)[None])[0]
        graphics = float(1 / (1 + np.exp(-(np.median(style.flatness(pixels)) - _DRAWN) / _DRAWN_WIDTH)))
        bright, colourful = float(brightness[seen].mean()), float(saturation[seen].mean())
        topics = topic_matrix(scores, graphics, self._topics)
        tags = topic_tags(topics)
        tags += look_tags(bright, colourful, graphics, pace["shot_seconds"], len(seen))
        begin = frames.times[seen]
        end = begin + np.clip(lengths, 0.5, _LONGEST)
        if media.info.duration > 0:
            end = np.maximum(begin, np.minimum(end, media.info.duration))
        return Features(
            vector=vector,
            segments=rows,
            times=np.stack([begin, end], axis=1).astype(np.float64),
            salience=(rows @ vector + 0.3 * contrast[seen] + 0.2 * saturation[seen] + 0.2 * _sureness(scores)).astype(
                np.float32
            ),
            tags=tuple(sorted(tags, key=lambda tag: -tag.p)),
            segment_tags=np.pad(topics, ((0, 0), (0, len(VOCABULARY) - topics.shape[1]))),  # looks: of the whole only
            descriptors={"brightness": bright, "saturation": colourful, **pace},
        )

    def _rows(self, features: Matrix, look: Matrix, pace: dict[str, float]) -> Matrix:
        """Return float32 (n, DIM), unit rows."""
        pacing = np.array([4.0 * pace["motion"], np.log1p(pace["shot_seconds"]) / 4.0], dtype=np.float32)
        looks = np.concatenate([look, np.broadcast_to(pacing, (len(look), 2))], axis=1)
        shown = np.sqrt(1.0 - LOOK) * _unit((features - self._mean) @ self._axes)
        return _unit(np.concatenate([shown, np.sqrt(LOOK) * _unit(looks)], axis=1))


def crop(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the middle squares, uint8 (n, 224, 224, 3), of frames (n, h, w, 3); small frames are enlarged first."""
    height, width = pixels.shape[1:3]
    short = min(height, width)
    if short != _SIZE:
        from PIL import Image

        size = (max(SIDE, round(width * _SIZE / short)), max(SIDE, round(height * _SIZE / short)))
        pixels = np.stack([np.asarray(Image.fromarray(p).resize(size, Image.Resampling.BICUBIC)) for p in pixels])
        height, width = pixels.shape[1:3]
    top, left = (height - SIDE) // 2, (width - SIDE) // 2
    return pixels[:, top : top + SIDE, left : left + SIDE]


def _sureness(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(1.0 / powers.sum(axis=1), dtype=np.float32)


def _unit(rows: Matrix) -> Matrix:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
