"""The map of the library as people use it: hover, click, drag, lasso, pinch and keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QPinchGesture

from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.map_paint import inside_polygon
from avrec_desktop.ui.widgets.map_picture import MapPicture

#: Pixels from which a press that moves is a drag, and that an arrow key pans.
DRAG, _STEP = 4, 60
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class MapView(MapPicture):
    """The map.

    Drag pans, the wheel, a pinch, plus and minus zoom, Home fits. Shift and drag chooses by a rectangle, Ctrl and drag
    (or any drag while ``lasso`` is on) by a loop; with Alt beside them the choice is added to. Arrow keys pan, Shift
    and arrow go to the nearest point in that direction, Space chooses it, Enter plays it.

    Attributes:
        lasso: Whether every drag draws a loop.

    Signals:
        hovered: (item id, where) the pointer is on a point, or keys went to it; 0 when it left.
        played: (item id) Enter, or a double click.
        menu_wanted: (item id, where on the screen).
    """

    hovered = Signal(int, QPoint)
    played = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__(thumbnails)
        self.lasso = False
        self._press: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # -- pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._press = event.position()
        keys = event.modifiers()
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self._mode = "box"
        elif self.lasso or keys & Qt.KeyboardModifier.ControlModifier:
            self._mode = "loop"
        else:
            self._mode = "pan"
        self._path = [event.position()]
        self._set_hover(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag, or look what lies under the pointer."""
        spot = event.position()
        if self._press is None:
            self._set_hover(self._nearest(spot))
            return
        moved = spot - self._press
        if len(self._path) == 1 and abs(moved.x()) + abs(moved.y()) < DRAG:
            return
        if self._mode == "pan":
            step = spot - self._path[-1]
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.camera.pan(step.x(), step.y())
        self._path.append(spot)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag: choose what was drawn around; or take the click."""
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        keys = event.modifiers()
        if len(self._path) < 2:
            self._clicked(event.position(), add=bool(keys & _ADDING))
        elif self._mode != "pan":
            inside = inside_polygon(self._at(), self._outline(), self.width(), self.height())
            self.select(self._ids[inside & self._shown], add=bool(keys & Qt.KeyboardModifier.AltModifier))
        self._press, self._mode, self._path = None, "", []
        self.setCursor(Qt.CursorShape.CrossCursor if self.lasso else Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play."""
        item_id = self.item_at(event.position())
        if item_id and event.button() == Qt.MouseButton.LeftButton:
            self.played.emit(item_id)

    def contextMenuEvent(self, event: object) -> None:
        """Offer what can be done with the item, by pointer or by key."""
        keyboard = event.reason() == event.Reason.Keyboard  # type: ignore[attr-defined]
        item_id = self.current if keyboard else self.item_at(QPointF(event.pos()))  # type: ignore[attr-defined]
        if item_id:
            where = self.mapToGlobal(self.position_of(item_id)) if keyboard else event.globalPos()  # type: ignore[attr-defined]
            self.menu_wanted.emit(item_id, where)

    def leaveEvent(self, event: QEvent) -> None:
        """Hover over nothing."""
        self._set_hover(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hover over nothing, as when the pointer leaves."""
        super().focusOutEvent(event)
        self.hovered.emit(0, QPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self._set_hover(-1)
        self.camera.zoom_at(event.position(), 1.0016 ** event.angleDelta().y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch, on touch pads and touch screens."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.camera.zoom_at(event.position(), 1.0 + event.value())
                return True
        elif event.type() == QEvent.Type.Gesture:
            pinch = event.gesture(Qt.GestureType.PinchGesture)  # type: ignore[attr-defined]
            if isinstance(pinch, QPinchGesture):
                centre = QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint()))
                self.camera.zoom_at(centre, pinch.scaleFactor())
                return True
        return super().event(event)

    def _clicked(self, spot: QPointF, *, add: bool) -> None:
        row = self._nearest(spot)
        if row < 0:
            if not add:
                self.select(np.empty(0, np.int64))
            return
        self._set_current(row)
        if add:
            self._toggle(row)
        else:
            self.select(self._ids[[row]])

    def _toggle(self, row: int) -> None:
        chosen = self._chosen.copy()
        chosen[row] = not chosen[row]
        self.select(self._ids[chosen])

    def _set_hover(self, row: int) -> None:
        if row == self._hover:
            return
        self._hover = row
        self.update()
        if row < 0:
            self.hovered.emit(0, QPoint())
        else:
            self.hovered.emit(int(self._ids[row]), self.position_of(int(self._ids[row])))

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan, zoom, go from point to point, choose, play."""
        key, keys = Qt.Key(event.key()), event.modifiers()
        if key in _ARROWS:
            right, up = _ARROWS[key]
            if keys & Qt.KeyboardModifier.ShiftModifier:
                self._set_current(self._toward(right, up))
                self.hovered.emit(self.current, self.position_of(self.current) if self.current else QPoint())
            else:
                self.camera.pan(-right * _STEP, up * _STEP)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom_by(1.4)
        elif key in {Qt.Key.Key_Minus, Qt.Key.Key_Underscore}:
            self.zoom_by(1 / 1.4)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_0}:
            self.fit()
        elif key == Qt.Key.Key_A and keys & Qt.KeyboardModifier.ControlModifier:
            self.select(self._ids[self._shown])
        elif key == Qt.Key.Key_Escape:
            self.select(np.empty(0, np.int64))
            self.hovered.emit(0, QPoint())
        elif not self._point_key(key):
            super().keyPressEvent(event)

    def _point_key(self, key: Qt.Key) -> bool:
        if not self.current:
            return False
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.played.emit(self.current)
        elif key == Qt.Key.Key_Space:
            self._toggle(self._current)
        else:
            return False
        return True
