"""News of the rooms as Qt signals in the UI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from avrec_desktop.jobs import events


class EventBridge(QObject):
    """Forwards :class:`EventBus` events, which come in any thread, to the UI thread.

    Signals:
        items_changed: :class:`events.ItemsChanged`.
        behaviour_changed: :class:`events.BehaviourChanged`.
        features_stored: :class:`events.FeaturesStored`.
        model_changed: :class:`events.ModelChanged`.
        plugins_changed: :class:`events.PluginsChanged`.
        playlists_changed: :class:`events.PlaylistsChanged`.
    """

    items_changed = Signal(object)
    behaviour_changed = Signal(object)
    features_stored = Signal(object)
    model_changed = Signal(object)
    plugins_changed = Signal(object)
    playlists_changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, bus: events.EventBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = bus.subscribe(self._arrived.emit)

    def close(self) -> None:
        """Listen no more."""
        self._unsubscribe()

    def _dispatch(self, event: object) -> None:
        signals = {
            events.ItemsChanged: self.items_changed,
            events.BehaviourChanged: self.behaviour_changed,
            events.FeaturesStored: self.features_stored,
            events.ModelChanged: self.model_changed,
            events.PluginsChanged: self.plugins_changed,
            events.PlaylistsChanged: self.playlists_changed,
        }
        signals[type(event)].emit(event)
