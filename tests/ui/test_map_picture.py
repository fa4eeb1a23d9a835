"""The picture of the map: where points are painted, what a loop holds, which colours stay apart, how one travels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.ui import motion, theme
from avrec_desktop.ui.widgets import map_camera
from avrec_desktop.ui.widgets.map_camera import Camera
from avrec_desktop.ui.widgets.map_paint import DARK_HUES, LIGHT_HUES, Canvas, inside_polygon

#: Machado, Oliveira & Fernandes (2009), severity 1, on linear light.
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, sight: str) -> np.ndarray:
    """Return the colour as somebody sees it, in CIE L*a*b*."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(SIGHT[sight]) @ linear, 0, 1)
    xyz = TO_XYZ @ seen / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("hues", [LIGHT_HUES, DARK_HUES], ids=["light", "dark"])
def test_hues_stay_apart_for_every_kind_of_sight(hues: tuple[str, ...], sight: str) -> None:
    seen = [lab(h, sight) for h in hues]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
    assert nearest > 10, "2.3 is just noticeable"


def test_points_are_round_whole_and_where_they_belong(qapp: QApplication) -> None:
    canvas = Canvas(60, 40, "#ffffff")
    at = np.array([[20, 15], [59, 39], [-300, 5], [30.4, 15.4]], np.float32)
    canvas.stamp(at, np.array([0, 1, 0, 1], np.uint8), ["#ff0000", "#0000ff"], 4.0)
    image = canvas.image().copy(canvas.box.toRect())
    assert (image.width(), image.height()) == (60, 40)
    assert image.pixelColor(20, 15).name() == "#ff0000"
    assert image.pixelColor(17, 15).name() == "#ff0000"
    assert image.pixelColor(20, 20).name() == "#ffffff"
    assert image.pixelColor(17, 12).name() not in {"#ff0000", "#ffffff"}, "a smooth rim"
    assert image.pixelColor(59, 39).name() == "#0000ff"
    assert image.pixelColor(30, 15).name() == "#0000ff"
    painted = np.frombuffer(canvas.image().constBits(), np.uint32) != 0xFFFFFFFF
    assert 140 <= painted.sum() <= 260, "three of four points, each of about 50 pixels with its rim"


@pytest.mark.parametrize("radius", [1.0, 2.5, 9.0, 30.0])
def test_points_at_the_edge_of_the_picture_do_no_harm(qapp: QApplication, radius: float) -> None:
    canvas = Canvas(50, 30, "#000000")
    edge = np.array([[x, y] for x in (-radius, 0, 49, 49 + radius) for y in (-radius, 0, 29, 29 + radius)], np.float32)
    canvas.stamp(edge, np.zeros(len(edge), np.uint8), ["#ffffff"], radius)
    assert canvas.image().pixelColor(canvas.MARGIN, canvas.MARGIN).name() == "#ffffff"


def test_a_loop_holds_what_is_inside_also_where_it_dents(qapp: QApplication) -> None:
    corners = [QPointF(*p) for p in ((10, 10), (90, 10), (90, 90), (50, 30), (10, 90))]
    at = np.array([[20, 20], [50, 80], [50, 20], [85, 70], [95, 50], [-5, 20], [500, 500]], np.float32)
    assert inside_polygon(at, corners, 100, 100).tolist() == [True, False, True, True, False, False, False]


@pytest.fixture
def camera(qapp: QApplication) -> Camera:
    """A camera on a wide window."""
    camera = Camera()
    camera.resize(800, 400, np.zeros((0, 2), np.float32))
    return camera


def test_pixels_and_places_are_inverse(camera: Camera) -> None:
    camera.go(0.3, -0.2, 5.0, smooth=False)
    places = np.array([[0.3, -0.2], [0.5, 0.1], [-1, 1]], np.float32)
    for place, pixel in zip(places, camera.to_pixels(places), strict=True):
        np.testing.assert_allclose(camera.to_plane(QPointF(*map(float, pixel))), place, atol=1e-4)
    assert camera.to_pixels(places)[0].tolist() == [400, 200]
    assert camera.to_pixels(places)[1, 1] < 200, "up is up"


def test_fitting_shows_everything_and_stays_fitted(camera: Camera) -> None:
    xy = np.array([[-0.9, -0.1], [0.7, 0.8], [0.2, 0.3]], np.float32)
    camera.fit(xy, smooth=False)
    for size in ((800, 400), (300, 900)):
        camera.resize(*size, xy)
        at = camera.to_pixels(xy)
        assert (at > 0).all()
        assert (at < size).all()
        assert (np.ptp(at, axis=0) / size).max() > 0.6
    zoom = camera.zoom
    camera.zoom_at(QPointF(10, 10), 2.0)
    camera.resize(800, 400, xy)
    assert camera.zoom == pytest.approx(2 * zoom), "who looks closer goes on doing so"


def test_zoom_has_bounds(camera: Camera) -> None:
    for factor, bound in ((10.0, map_camera.MOST), (0.01, map_camera.LEAST)):
        for _ in range(8):
            camera.zoom_at(QPointF(1, 1), factor)
        assert camera.zoom == bound


def test_travel_is_smooth_or_at_once(qtbot: QtBot, camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(motion, "reduced", lambda: False)
    camera.go(0.5, 0.5, 4.0)
    assert camera.zoom < 4.0
    qtbot.waitUntil(lambda: camera.zoom == pytest.approx(4.0) and camera.x == pytest.approx(0.5))
    monkeypatch.setattr(motion, "reduced", lambda: True)
    camera.go(0.0, 0.0, 1.0)
    assert (camera.x, camera.zoom) == (0.0, 1.0)


def test_scheme_chooses_the_hues(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    from avrec_desktop.ui.widgets.map_paint import hues

    assert hues() == LIGHT_HUES
    monkeypatch.setattr(theme, "is_dark", lambda: True)
    assert hues() == DARK_HUES
