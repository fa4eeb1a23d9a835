"""The picture side of the map: what lies where, how it is coloured, and painting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from avrec_desktop.ui import theme
from avrec_desktop.ui.thumbs import Thumbnails, paint_art
from avrec_desktop.ui.widgets.map_camera import Camera
from avrec_desktop.ui.widgets.map_paint import Canvas, hues, label_picture, rest

Ids = NDArray[np.int64]
#: Pixels around a point that count as on it.
NEAR = 7
#: Points in view up to which pictures are shown instead, and their size.
PICTURES, PICTURE = 40, QSize(72, 48)
#: Zoom from which the names of small regions are shown instead of those of large ones.
CLOSE = 2.2
#: Words that may be drawn for the first time in one frame; each takes one or two milliseconds.
_FRESH = 3
#: Titles kept.
_CAPTIONS = 2000


@dataclass(frozen=True, slots=True)
class Name:
    """A word on the map.

    Attributes:
        level: 0 for a large region, 1 for a small one.
    """

    x: float
    y: float
    text: str
    level: int


class MapPicture(QWidget):
    """Points in the plane, some of them chosen, one of them current.

    Signals:
        current_changed: (item id) the point that keys act on, 0 for none.
        selection_changed: Other points are chosen.
        captions_wanted: (ids) these items are shown as pictures and have no titles yet.
    """

    current_changed = Signal(int)
    selection_changed = Signal()
    captions_wanted = Signal(list)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self.setMinimumSize(260, 220)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Map of your library"))
        self.camera = Camera(self)
        self.camera.moved.connect(self._moved)
        self._ids: Ids = np.empty(0, np.int64)
        self._xy = self._corners = np.empty((0, 2), np.float32)
        self._codes = np.empty(0, np.uint8)
        self._shown = np.empty(0, bool)
        self._chosen = np.empty(0, bool)
        self._results: Ids = np.empty(0, np.int64)
        self._names: tuple[Name, ...] = ()
        self._current = self._hover = -1
        self._canvas: Canvas | None = None
        self._pixels: NDArray[np.float32] | None = None
        self._words: dict[tuple[str, int], QPixmap] = {}
        self._captions: dict[int, tuple[str, str, str]] = {}
        self._asked: tuple[int, ...] = ()
        self._mode = ""
        self._path: list[QPointF] = []
        self._pictured = False
        thumbnails.ready.connect(self._picture_came)

    # -- contents

    def set_map(self, ids: Ids, xy: NDArray[np.float32], names: Sequence[Name]) -> None:
        """Show these items (int64 (n,), ascending) at these places (float32 (n, 2)); what was chosen stays chosen."""
        chosen, current, first = self.selected(), self.current, not len(self._ids)
        self._captions.clear()
        self._asked = ()
        self._ids, self._xy, self._names = ids, xy, tuple(names)
        self._corners = np.stack([xy.min(axis=0), xy.max(axis=0)]) if len(xy) else xy
        self._codes = np.full(len(ids), len(hues()), np.uint8)
        self._shown = np.ones(len(ids), bool)
        self._chosen = np.isin(ids, chosen)
        self._results = self._results[np.isin(self._results, ids)]
        self._hover = -1
        self._current = self._row(current)
        if first:
            self.fit(smooth=False)
        self._stale()

    def set_groups(self, codes: NDArray[np.uint8], shown: NDArray[np.bool_]) -> None:
        """Colour the points.

        Args:
            codes: uint8 (n,), which of :func:`hues` each has; the number of hues for none of them.
            shown: bool (n,), which are full points; the others are faint and cannot be reached.
        """
        self._codes, self._shown = codes, shown
        self._stale()

    def set_results(self, ids: Ids) -> None:
        """Mark these items, such as the results of a search."""
        self._results = ids[np.isin(ids, self._ids)]
        self._stale()

    def fit(self, *, smooth: bool = True) -> None:
        """Show the whole map."""
        self.camera.fit(self._corners, smooth=smooth)

    def set_captions(self, captions: Mapping[int, tuple[str, str, str]]) -> None:
        """Give (title, kind, seed of the placeholder) of items that are shown as pictures."""
        if len(self._captions) > _CAPTIONS:
            self._captions.clear()
        self._captions |= captions
        self.update()

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle."""
        self.camera.zoom_at(QPointF(self.width() / 2, self.height() / 2), factor)

    @property
    def ids(self) -> Ids:
        """The items on the map, int64 (n,)."""
        return self._ids

    @property
    def current(self) -> int:
        """The item that keys act on, or 0."""
        return int(self._ids[self._current]) if 0 <= self._current < len(self._ids) else 0

    def set_current(self, item_id: int) -> None:
        """Make an item the one that keys act on, and bring it into view."""
        self._set_current(self._row(item_id))

    @property
    def shown_count(self) -> int:
        """How many items are full points."""
        return int(self._shown.sum())

    def selected(self) -> Ids:
        """Return the chosen items, ascending."""
        return self._ids[self._chosen]

    def select(self, ids: Ids, *, add: bool = False) -> None:
        """Choose these items."""
        fresh = np.isin(self._ids, ids)
        if add:
            fresh |= self._chosen
        if not np.array_equal(fresh, self._chosen):
            self._chosen = fresh
            self._stale()
            self.selection_changed.emit()

    def describe(self, text: str) -> None:
        """Say to screen readers what is chosen."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _picture_came(self, _item_id: int) -> None:
        if self._pictured:
            self.update()

    # -- where things are

    def _row(self, item_id: int) -> int:
        row = int(np.searchsorted(self._ids, item_id))
        return row if row < len(self._ids) and self._ids[row] == item_id else -1

    def _at(self) -> NDArray[np.float32]:
        if self._pixels is None:
            self._pixels = self.camera.to_pixels(self._xy)
        return self._pixels

    def position_of(self, item_id: int) -> QPoint:
        """Return where an item is painted."""
        x, y = self._at()[self._row(item_id)].tolist()
        return QPoint(round(x), round(y))

    def radius(self) -> float:
        """Return the radius of a point in pixels."""
        spacing = self.camera.scale * 1.8 / max(1.0, len(self._ids)) ** 0.5
        return float(np.clip(0.2 * spacing, 1.75, 9.0))

    def item_at(self, spot: QPointF) -> int:
        """Return the item nearest to a pixel and close enough, or 0."""
        row = self._nearest(spot)
        return int(self._ids[row]) if row >= 0 else 0

    def _nearest(self, spot: QPointF) -> int:
        if not len(self._ids):
            return -1
        away = self._at() - np.array([spot.x(), spot.y()], np.float32)
        distance = np.where(self._shown, np.einsum("ij,ij->i", away, away), np.inf)
        row = int(distance.argmin())
        if self._pictured and np.isfinite(distance[row]):
            return row if self._picture_box(row).contains(spot) else -1
        return row if distance[row] <= max(NEAR, self.radius() + 3) ** 2 else -1

    def _toward(self, right: int, up: int) -> int:
        """Return the nearest point in a direction from the current one: near, and not far off the line."""
        if not self._shown.any():
            return -1
        if self._current < 0:
            middle = self.camera.to_pixels(np.array([[self.camera.x, self.camera.y]], np.float32))[0]
            away = np.where(self._shown, ((self._at() - middle) ** 2).sum(axis=1), np.inf)
            return int(away.argmin())
        step = self._xy - self._xy[self._current]
        along = step[:, 0] * right + step[:, 1] * up
        aside = np.abs(step[:, 0] * up) + np.abs(step[:, 1] * right)
        cost = np.where(self._shown & (along > 1e-7) & (aside <= 1.5 * along), along + 2.0 * aside, np.inf)
        row = int(cost.argmin())
        return row if np.isfinite(cost[row]) else self._current

    def _set_current(self, row: int) -> None:
        if row == self._current:
            return
        self._current = row
        if row >= 0:
            self.camera.show(*self._xy[row].tolist())
        self.update()
        self.current_changed.emit(self.current)

    # -- paint

    def _moved(self) -> None:
        self._pixels = None
        self._stale()

    def _stale(self) -> None:
        self._canvas = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look through the new size; the whole map stays whole."""
        self.camera.resize(self.width(), self.height(), self._corners)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint points, pictures when there are few, names, marks and what is being drawn by hand."""
        painter = QPainter(self)
        if self._canvas is None:
            self._canvas = self._drawn()
        painter.drawImage(QRectF(self.rect()), self._canvas.image(), self._canvas.box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pictures(painter)
        self._paint_names(painter)
        self._paint_marks(painter)
        self._paint_hand(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.tokens().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _drawn(self) -> Canvas:
        ratio = self.devicePixelRatioF()
        colours = theme.tokens()
        canvas = Canvas(round(self.width() * ratio), round(self.height() * ratio), colours.surface)
        at, radius = self._at() * np.float32(ratio), self.radius() * ratio
        palette = [*hues(), rest()]
        faint = ~self._shown
        if len(self._results):
            faint |= ~np.isin(self._ids, self._results)
        chosen = self._chosen & self._shown
        plain = ~faint & ~chosen
        one = np.zeros(len(at), np.uint8)
        canvas.stamp(at[faint], one[faint], [colours.border], max(1.2, 0.8 * radius))
        canvas.stamp(at[plain], self._codes[plain], palette, radius)
        if chosen.any():
            canvas.stamp(at[chosen], one[chosen], [colours.text], radius + 3.5 * ratio)
            canvas.stamp(at[chosen], one[chosen], [colours.surface], radius + 2.0 * ratio)
            canvas.stamp(at[chosen], self._codes[chosen], palette, radius + 0.5 * ratio)
        return canvas

    def _in_view(self) -> NDArray[np.intp]:
        at = self._at()
        inside = (at[:, 0] > 0) & (at[:, 0] < self.width()) & (at[:, 1] > 0) & (at[:, 1] < self.height())
        return np.flatnonzero(inside & self._shown)

    def _paint_pictures(self, painter: QPainter) -> None:
        rows = self._in_view() if self.camera.zoom > 1.5 else np.empty(0, np.intp)
        self._pictured = 0 < len(rows) <= PICTURES
        if not self._pictured:
            return
        palette = [*hues(), rest()]
        for row in rows.tolist():
            box = self._picture_box(row)
            item_id = int(self._ids[row])
            title, kind, seed = self._captions.get(item_id, ("", "audio", ""))
            paint_art(painter, box, self._thumbnails.get(item_id), kind, seed)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self._chosen[row]:
                painter.setPen(QPen(QColor(theme.tokens().text), 3))
                painter.drawRect(box.adjusted(-3, -3, 3, 3))
            painter.setPen(QPen(QColor(palette[self._codes[row]]), 3))
            painter.drawRect(box)
            if title:
                self._paint_caption(painter, box, title)
        self._ask_captions(self._ids[rows])

    def _paint_caption(self, painter: QPainter, box: QRectF, title: str) -> None:
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, PICTURE.width() + 40)
        width = metrics.horizontalAdvance(shown) + 8
        strip = QRectF(box.center().x() - width / 2, box.bottom() + 4, width, metrics.height())
        ground = QColor(theme.tokens().surface)
        ground.setAlpha(215)
        painter.fillRect(strip, ground)
        painter.setPen(QColor(theme.tokens().text))
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, shown)

    def _ask_captions(self, ids: Ids) -> None:
        missing = tuple(i for i in ids.tolist() if i not in self._captions)
        if missing and missing != self._asked:
            self._asked = missing
            QTimer.singleShot(0, self, lambda: self.captions_wanted.emit(list(missing)))

    def _picture_box(self, row: int) -> QRectF:
        x, y = self._at()[row].tolist()
        return QRectF(x - PICTURE.width() / 2, y - PICTURE.height() / 2, PICTURE.width(), PICTURE.height())

    def _paint_names(self, painter: QPainter) -> None:
        level = 0 if self.camera.zoom < CLOSE or not any(n.level for n in self._names) else 1
        taken: list[QRectF] = []
        fresh = 0
        for name in self._names:
            if name.level != level:
                continue
            if (name.text, level) not in self._words:
                if fresh == _FRESH:  # the others come with the next frames
                    QTimer.singleShot(0, self, self.update)
                    break
                fresh += 1
            picture = self._word(name.text, level)
            size = picture.deviceIndependentSize()
            x, y = self.camera.to_pixels(np.array([[name.x, name.y]], np.float32))[0].tolist()
            box = QRectF(x - size.width() / 2, y - size.height() / 2, size.width(), size.height())
            box = self._pushed_in(box) if 0 <= x < self.width() else box
            if box.intersects(QRectF(self.rect())) and not any(box.intersects(t) for t in taken):
                taken.append(box)
                painter.drawPixmap(box.topLeft(), picture)

    def _pushed_in(self, box: QRectF) -> QRectF:
        """Return the box moved sideways into the view, where it fits."""
        left = max(0.0, min(box.left(), self.width() - box.width()))
        return QRectF(left, box.top(), box.width(), box.height())

    def _word(self, text: str, level: int) -> QPixmap:
        if (text, level) not in self._words:
            font = self.font()
            font.setPixelSize(14 if level == 0 else 13)
            font.setWeight(font.Weight.DemiBold)
            self._words[text, level] = label_picture(text, font, self.devicePixelRatioF())
        return self._words[text, level]

    def _paint_marks(self, painter: QPainter) -> None:
        colours = theme.tokens()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        marked = [(self._row(int(i)), colours.accent, 2.0) for i in self._results[:200]]
        if self._hover >= 0:
            marked.append((self._hover, colours.text, 2.0))
        if self._current >= 0 and self.hasFocus():
            marked.append((self._current, colours.accent, 3.0))
        for row, colour, width in marked:
            painter.setPen(QPen(QColor(colour), width))
            if self._pictured:
                painter.drawRect(self._picture_box(row).adjusted(-3, -3, 3, 3))
            else:
                x, y = self._at()[row].tolist()
                reach = self.radius() + 4
                painter.drawEllipse(QPointF(x, y), reach, reach)

    def _paint_hand(self, painter: QPainter) -> None:
        if self._mode not in {"loop", "box"} or len(self._path) < 2:
            return
        accent = QColor(theme.tokens().accent)
        painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
        soft = QColor(accent)
        soft.setAlpha(36)
        painter.setBrush(soft)
        painter.drawPolygon(QPolygonF(self._outline()))

    def _outline(self) -> list[QPointF]:
        if self._mode == "loop":
            return self._path
        a, b = self._path[0], self._path[-1]
        return [a, QPointF(b.x(), a.y()), b, QPointF(a.x(), b.y())]
