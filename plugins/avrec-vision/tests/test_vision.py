"""The picture extractor: the contract, the values of the original network, topics and looks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.manifest import MANIFEST_NAME, read_manifest
from avrec_desktop.api.media import Frames, MediaInfo, MediaText
from avrec_desktop.api.options import provide_options
from avrec_desktop.api.testing import ExtractorConformance
from avrec_vision import Vision
from avrec_vision.extractor import crop
from avrec_vision.keras_network import KerasEfficientNetLite0
from avrec_vision.network import EfficientNetLite0, same_padding
from avrec_vision.style import flatness
from avrec_vision.topics import TOPICS, class_matrix, look_tags, topic_matrix, topic_tags

HERE = Path(__file__)
WEIGHTS = HERE.parents[1] / "src" / "avrec_vision" / "weights" / "lite0.npz"
RNG = np.random.default_rng(0)


class TestVisionConformance(ExtractorConformance):
    extractor = Vision


class Film:
    """Media with given frames."""

    text = MediaText()

    def __init__(self, pixels: np.ndarray, shot: float = 4.0) -> None:
        self._frames = Frames(pixels, np.arange(len(pixels)) * shot, np.full(len(pixels), shot))
        self.info = MediaInfo(1, "film", "video", len(pixels) * shot, False, True)

    def frames(self, size: int = 256) -> Frames:
        return self._frames


@cache
def vision() -> Vision:
    made = Vision()
    made.open()
    return made


@pytest.mark.parametrize("network", [EfficientNetLite0, KerasEfficientNetLite0])
def test_the_network_gives_what_the_unrounded_weights_give(
    network: type[EfficientNetLite0 | KerasEfficientNetLite0],
) -> None:
    with np.load(HERE.parent / "data" / "reference.npz", allow_pickle=False) as known:
        picture, scores = known["picture"], known["scores"]
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        _, found = network(weights)(picture)
    np.testing.assert_allclose(found, scores, atol=0.08)
    assert set(np.argsort(-found[0])[:3]) == set(np.argsort(-scores[0])[:3])


def test_the_option_chooses_what_computes_and_the_vectors_are_the_same() -> None:
    film = Film(photo((120, 90, 60), 3))
    provide_options("vision", {"backend": "keras"})
    by_keras = Vision()
    by_keras.open()
    provide_options("vision", {})
    assert isinstance(by_keras._network, KerasEfficientNetLite0)
    assert isinstance(vision()._network, EfficientNetLite0)
    np.testing.assert_allclose(by_keras.extract(film).vector, vision().extract(film).vector, atol=1e-4)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [(112, 3, 1, (1, 1)), (224, 3, 2, (0, 1)), (56, 5, 2, (1, 2)), (7, 5, 1, (2, 2))],
)
def test_padding_is_that_of_tensorflow(size: int, kernel: int, stride: int, padding: tuple[int, int]) -> None:
    assert same_padding(size, kernel, stride) == padding


def photo(colour: tuple[int, int, int], number: int = 2) -> np.ndarray:
    down, across = np.mgrid[0:256, 0:320]
    base = np.array(colour) + 40 * np.sin(down / 17.0)[..., None] + 25 * np.cos(across / 31.0)[..., None]
    return np.clip(base + RNG.normal(0, 9, (number, 256, 320, 3)), 0, 255).astype(np.uint8)


def drawing(colour: tuple[int, int, int], number: int = 2) -> np.ndarray:
    pixels = np.full((number, 256, 320, 3), 240, np.uint8)
    pixels[:, 60:200, 80:240] = colour
    return pixels


def test_drawn_and_filmed_pictures_of_a_colour_are_told_apart() -> None:
    red, also, drawn = (
        vision().extract(Film(p)) for p in (photo((190, 60, 50)), photo((180, 70, 60)), drawing((190, 60, 50)))
    )
    assert red.vector @ also.vector > red.vector @ drawn.vector + 0.2
    assert "graphics" in {t.name for t in drawn.tags}
    assert "graphics" not in {t.name for t in red.tags}
    assert flatness(drawing((190, 60, 50)))[0] > 0.9 > 0.3 > flatness(photo((190, 60, 50)))[0]


def test_black_frames_are_no_segments() -> None:
    pixels = np.concatenate(
        [np.zeros((1, 256, 320, 3), np.uint8), photo((90, 120, 60), 1), np.zeros((1, 256, 320, 3), np.uint8)]
    )
    found = vision().extract(Film(pixels))
    assert found.times is not None
    assert found.times[:, 0].tolist() == [4.0]


def test_every_class_has_at_most_one_topic() -> None:
    matrix = class_matrix()
    assert matrix.sum(axis=1).max() == 1.0
    assert (matrix.sum(axis=0) > 0).all()


def test_topics_need_sureness_and_fade_in_drawings() -> None:
    scores = np.zeros((3, 1000), np.float32)
    scores[:, [820, 151, 40, 579, 963, 404, 497, 610]] = 6.0
    assert topic_tags(topic_matrix(scores, 0.0, class_matrix())) == []
    scores[:] = 0.0
    scores[:, 820] = 12.0  # steam locomotive
    (found,) = topic_tags(topic_matrix(scores, 0.0, class_matrix()))
    assert found.name == "trains"
    assert found.p > 0.9
    assert topic_tags(topic_matrix(scores, 0.95, class_matrix())) == []
    scores[:, 820] = 0.0
    scores[:, 111] = 12.0  # nematode: what is said of nothing in particular
    assert topic_tags(topic_matrix(scores, 0.0, class_matrix())) == []


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ((0.1, 0.3, 0.0, 5.0, 9), "dark picture"),
        ((0.5, 0.01, 0.0, 5.0, 9), "black and white"),
        ((0.5, 0.3, 0.0, 40.0, 9), "slow cuts"),
        ((0.5, 0.3, 0.0, 1.0, 9), "fast cuts"),
        ((0.5, 0.8, 0.0, 5.0, 9), "colourful"),
    ],
)
def test_looks_are_named(values: tuple[float, float, float, float, int], name: str) -> None:
    assert [tag.name for tag in look_tags(*values)] == [name]


@pytest.mark.parametrize("shape", [(256, 455), (455, 256), (90, 160), (9, 16), (300, 300)])
def test_any_frame_gives_the_middle_square(shape: tuple[int, int]) -> None:
    assert crop(np.zeros((2, *shape, 3), np.uint8)).shape == (2, 224, 224, 3)


def test_the_manifest_is_valid_and_topics_are_words() -> None:
    manifest = read_manifest(HERE.parents[1] / "src" / "avrec_vision" / MANIFEST_NAME)
    assert manifest.compatible
    assert set(manifest.permissions) == {Vision.modality}
    assert [(option.name, option.default) for option in manifest.options] == [("backend", "numpy")]
    assert 25 <= len(TOPICS) <= 45
