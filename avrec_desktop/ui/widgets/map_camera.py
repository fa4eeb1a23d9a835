"""Where the map is looked at from: the plane to pixels and back, zoom, pan, smooth travel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QVariantAnimation, Signal

from avrec_desktop.ui import motion

#: Half the width of the plane that is shown at zoom 1, and the bounds of the zoom.
REACH, MOST, LEAST = 1.12, 400.0, 0.6
#: Pixels left free around the whole map.
_ROOM = 34
#: Milliseconds of a travel.
TRAVEL = 220


class Camera(QObject):
    """A look at the plane; y of the plane goes upwards.

    Signals:
        moved: The look changed.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.x = self.y = 0.0
        self.zoom = 1.0
        self.width = self.height = 100
        self._travel = QVariantAnimation(self)
        self._travel.setDuration(TRAVEL)
        self._travel.setStartValue(0.0)
        self._travel.setEndValue(1.0)
        self._travel.valueChanged.connect(self._step)
        self._route = ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0))
        self._whole = True

    @property
    def scale(self) -> float:
        """Pixels of one unit of the plane."""
        return self.zoom * min(self.width, self.height) / (2 * REACH)

    def to_pixels(self, xy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32 (n, 2) pixels of places (n, 2)."""
        out = np.empty_like(xy)
        np.multiply(xy[:, 0] - np.float32(self.x), np.float32(self.scale), out=out[:, 0])
        np.multiply(xy[:, 1] - np.float32(self.y), np.float32(-self.scale), out=out[:, 1])
        out += np.array([self.width / 2, self.height / 2], dtype=np.float32)
        return out

    def to_plane(self, pixel: QPointF) -> tuple[float, float]:
        """Return the place under a pixel."""
        return (
            self.x + (pixel.x() - self.width / 2) / self.scale,
            self.y - (pixel.y() - self.height / 2) / self.scale,
        )

    def resize(self, width: int, height: int, xy: NDArray[np.float32]) -> None:
        """Look through a window of another size; who saw all places (n, 2) sees them all again."""
        self.width, self.height = max(1, width), max(1, height)
        if self._whole:
            self.fit(xy, smooth=False)
        else:
            self.moved.emit()

    def pan(self, right: float, down: float) -> None:
        """Move what is seen by pixels."""
        self._travel.stop()
        self._whole = False
        self._set(self.x - right / self.scale, self.y + down / self.scale, self.zoom)

    def zoom_at(self, pixel: QPointF, factor: float) -> None:
        """Zoom so that the place under a pixel stays under it."""
        self._travel.stop()
        self._whole = False
        x, y = self.to_plane(pixel)
        zoom = min(MOST, max(LEAST, self.zoom * factor))
        change = self.zoom / zoom
        self._set(x + (self.x - x) * change, y + (self.y - y) * change, zoom)

    def go(self, x: float, y: float, zoom: float, *, smooth: bool = True) -> None:
        """Travel to a place; at once where moving pictures are not wanted."""
        self._whole = False
        self._go(x, y, zoom, smooth=smooth)

    def _go(self, x: float, y: float, zoom: float, *, smooth: bool) -> None:
        zoom = min(MOST, max(LEAST, zoom))
        self._travel.stop()
        if not smooth or motion.reduced():
            self._set(x, y, zoom)
            return
        self._route = ((self.x, self.y, math.log(self.zoom)), (x, y, math.log(zoom)))
        self._travel.start()

    def fit(self, xy: NDArray[np.float32], *, smooth: bool = True) -> None:
        """Show all these places (n, 2), with some room around them."""
        self._whole = True
        low, high = (xy.min(axis=0), xy.max(axis=0)) if len(xy) else (np.full(2, -1.0), np.full(2, 1.0))
        room = np.maximum(np.array([self.width, self.height]) - 2 * _ROOM, 40)
        scale = float((room / np.maximum(high - low, 1e-3)).min())
        middle = ((low + high) / 2).tolist()
        self._go(middle[0], middle[1], scale * 2 * REACH / min(self.width, self.height), smooth=smooth)

    def show(self, x: float, y: float) -> None:
        """Make sure that a place is seen, with as little movement as need be."""
        right, down = self.to_pixels(np.array([[x, y]], dtype=np.float32))[0].tolist()
        if not (40 <= right <= self.width - 40 and 40 <= down <= self.height - 40):
            self.go(x, y, self.zoom)

    def _step(self, share: float) -> None:
        eased = share * share * (3 - 2 * share)
        values = [a + (b - a) * eased for a, b in zip(*self._route, strict=True)]
        self._set(values[0], values[1], math.exp(values[2]))

    def _set(self, x: float, y: float, zoom: float) -> None:
        self.x, self.y = min(1.5, max(-1.5, x)), min(1.5, max(-1.5, y))
        self.zoom = zoom
        self.moved.emit()
