"""The picture of the map: many thousand round points in a few milliseconds, and the colours they may have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from avrec_desktop.ui import theme

#: Hues that stay apart for people with any one kind of colour blindness: "muted" and "light" of Paul Tol (2021),
#: "Colour schemes", SRON technical note SRON/EPS/TN/09-002.
LIGHT_HUES = (
    "#332288", "#cc6677", "#117733", "#88ccee", "#aa4499", "#999933", "#44aa99", "#882255", "#ddcc77",
)  # fmt: skip
DARK_HUES = (
    "#77aadd", "#ee8866", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#eedd88", "#aaaa00",
)  # fmt: skip
#: Coverage of a pixel at the rim of a point is rounded to these.
_RIM = (0.25, 0.5, 0.75)


def hues() -> tuple[str, ...]:
    """Return the colours for groups in the scheme in use, in order."""
    return DARK_HUES if theme.is_dark() else LIGHT_HUES


def rest() -> str:
    """Return the colour of everything that has no group."""
    return "#6c7383" if theme.is_dark() else "#9aa1af"


@lru_cache(maxsize=64)
def _kernel(quarters: int) -> tuple[tuple[tuple[int, int, int], ...], int]:
    """Return (row, column, rim level) of the pixels of a disc with a radius of so many quarter pixels, and its reach.

    Level 0 to 2 is the rim, from the faintest on; 3 is full.
    """
    radius = quarters / 4
    reach = math.ceil(radius + 0.5)
    pixels = []
    for y in range(-reach, reach + 1):
        for x in range(-reach, reach + 1):
            cover = min(1.0, max(0.0, radius + 0.5 - math.hypot(x, y)))
            level = round(cover * 4) - 1
            if level >= 0:
                pixels.append((y, x, level))
    pixels.sort(key=lambda p: p[2])
    return tuple(pixels), reach


def _mixed(colour: QColor, ground: QColor, share: float) -> int:
    """Return the colour laid over the ground with an opacity, as a pixel."""
    parts = [
        round(share * a + (1 - share) * b)
        for a, b in zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return int(0xFF000000 | parts[0] << 16 | parts[1] << 8 | parts[2])


class Canvas:
    """An image that points are stamped onto, with smooth rims.

    Rims are mixed with the ground and drawn before the insides, so that a point never eats into another.

    Args:
        width: Pixels; ``height`` likewise.
        ground: Colour of the ground.
    """

    #: Pixels around the image, so that points at its edge need no clipping: twice the largest radius and a rim.
    MARGIN = 80

    def __init__(self, width: int, height: int, ground: str) -> None:
        m = self.MARGIN
        self._ground = QColor(ground)
        self._pixels = np.full((height + 2 * m, width + 2 * m), _mixed(self._ground, self._ground, 1), np.uint32)
        self.box = QRectF(m, m, width, height)

    def stamp(self, at: NDArray[np.float32], codes: NDArray[np.uint8], colours: Sequence[str], radius: float) -> None:
        """Draw points.

        Args:
            at: float32 (n, 2), pixels from the upper left corner; points outside are left out.
            codes: uint8 (n,), index of the colour of each.
            colours: Colours.
            radius: Pixels; not more than fits twice into :data:`MARGIN` is painted.
        """
        pixels, reach = _kernel(max(2, min(2 * self.MARGIN - 8, round(4 * radius))))
        m, (height, width) = self.MARGIN, self._pixels.shape
        spots = np.rint(at).astype(np.int32)
        x, y = spots[:, 0] + m, spots[:, 1] + m
        inside = (x >= m - reach) & (x < width - m + reach) & (y >= m - reach) & (y < height - m + reach)
        flat = (y[inside] * width + x[inside]).astype(np.intp)
        table = np.array(
            [[_mixed(QColor(c), self._ground, share) for c in colours] for share in (*_RIM, 1.0)], dtype=np.uint32
        )
        chosen = codes[inside]
        values = [row[chosen] for row in table]
        target = self._pixels.reshape(-1)
        for down, right, level in pixels:
            target[flat + (down * width + right)] = values[level]

    def image(self) -> QImage:
        """Return the image with its margin; :attr:`box` is the part to show. It shares the canvas's memory."""
        height, width = self._pixels.shape
        return QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)


def inside_polygon(at: NDArray[np.float32], corners: Sequence[QPointF], width: int, height: int) -> NDArray[np.bool_]:
    """Return which points (n, 2) lie inside a polygon drawn on a picture of that size; outside the picture none do."""
    image = QImage(max(1, width), max(1, height), QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.drawPolygon(QPolygonF(list(corners)), Qt.FillRule.WindingFill)
    painter.end()
    filled = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    spots = np.floor(at).astype(np.int64)
    on = (spots[:, 0] >= 0) & (spots[:, 0] < image.width()) & (spots[:, 1] >= 0) & (spots[:, 1] < image.height())
    out = np.zeros(len(at), dtype=bool)
    out[on] = filled[spots[on, 1], spots[on, 0]] > 127
    return out


def label_picture(text: str, font: QFont, ratio: float) -> QPixmap:
    """Return a word for the map, readable on any points by a halo of the ground's colour."""
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 8
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(QPointF(6, 4 + metrics.ascent()), font, text)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(theme.tokens().surface)
    ground.setAlphaF(0.86)
    painter.strokePath(path, QPen(ground, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, QColor(theme.tokens().text))
    painter.end()
    return picture
