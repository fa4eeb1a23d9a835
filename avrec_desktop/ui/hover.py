"""Previews in the library's grid: what the pointer or the keyboard rests on plays, films follow the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPointF, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QListView

from avrec_desktop.ui.delegates import CardDelegate, Overlay
from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.preview import Preview
from avrec_desktop.ui.strips import Strips

#: Milliseconds without a move after which a film plays on from where the pointer rests.
REST = 350


class GridHover(QObject):
    """Runs the preview of the item under the pointer, or of the current one while keys move.

    Args:
        grid: The view.
        model: Its model.
        preview: The one excerpt player.
        strips: Filmstrips to go through films with.
        parent: Qt parent.
    """

    def __init__(self, grid: QListView, model: ItemsModel, preview: Preview, strips: Strips, parent: QObject) -> None:
        super().__init__(parent)
        self._grid = grid
        self._model = model
        self._preview = preview
        self._strips = strips
        self._hot = 0
        self._share = 0.0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._rested)
        grid.viewport().installEventFilter(self)
        grid.selectionModel().currentChanged.connect(self._current)
        preview.frame.connect(self._frame)
        preview.progressed.connect(self._progress)
        preview.stopped.connect(self._stopped)
        preview.failed.connect(self._failed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            self._moved(event.position())
        elif event.type() in {QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.Wheel}:
            self._leave()
        return super().eventFilter(watched, event)

    def _moved(self, place: QPointF) -> None:
        index = self._grid.indexAt(place.toPoint())
        item = self._model.item_at(index.row()) if index.isValid() else None
        if item is None or not item.available:
            self._leave()
            return
        box = self._grid.visualRect(index)
        self._share = max(0.0, min(1.0, (place.x() - box.left()) / max(1, box.width())))
        if item.id != self._hot:
            self._hot = item.id
            self._preview.hover(item.id)
        elif item.has_video:
            strip = self._strips.get(item.id)
            if strip is not None:
                self._show(Overlay(item.id, strip.picture(self._share), self._share))
            self._rest.start()

    def _current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        """Preview what keys move to; a click moves the current item too, but the pointer is there already."""
        if not current.isValid() or not self._grid.hasFocus() or self._grid.underMouse():
            return
        item = self._model.item_at(current.row())
        if item is not None and item.available:
            self._hot = item.id
            self._preview.hover(item.id)

    def _rested(self) -> None:
        if self._hot and self._hot == self._preview.current:
            self._preview.scrub(self._share)

    def _leave(self) -> None:
        self._rest.stop()
        if self._hot:
            hot, self._hot = self._hot, 0
            if self._preview.current == hot:
                self._preview.leave()
            self._show(None)

    def _mine(self) -> bool:
        return bool(self._hot) and self._preview.current == self._hot and not self._rest.isActive()

    def _frame(self, image: QImage) -> None:
        if self._mine():
            old = self._overlay()
            self._show(Overlay(self._hot, QPixmap.fromImage(image), old.progress if old is not None else 0.0))

    def _progress(self, share: float) -> None:
        if self._mine():
            old = self._overlay()
            picture = old.picture if old is not None and old.item_id == self._hot else None
            self._show(Overlay(self._hot, picture, share))

    def _stopped(self, item_id: int) -> None:
        overlay = self._overlay()
        if overlay is not None and overlay.item_id == item_id:
            self._show(None)

    def _failed(self, item_id: int, message: str) -> None:
        if item_id == self._hot:
            self._show(Overlay(item_id, None, 0.0, self.tr("No preview: {why}").format(why=message)))

    def _overlay(self) -> Overlay | None:
        delegate = self._grid.itemDelegate()
        return delegate.overlay if isinstance(delegate, CardDelegate) else None

    def _show(self, overlay: Overlay | None) -> None:
        delegate = self._grid.itemDelegate()
        if not isinstance(delegate, CardDelegate):
            return
        old, delegate.overlay = delegate.overlay, overlay
        for item_id in {o.item_id for o in (old, overlay) if o is not None}:
            row = self._model.row_of(item_id)
            if row >= 0:
                self._grid.update(self._model.index(row, 0))
