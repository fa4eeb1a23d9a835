"""News of what changed, from the rooms to whoever shows it. Qt-free; handlers run in the publishing thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ItemsChanged:
    """Items were added, updated, or are gone from view (their file went missing)."""

    added: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BehaviourChanged:
    """A profile rated, played, hid ... an item; ``item_id`` is None after a bulk change (import, undo of many)."""

    profile: str
    item_id: int | None


@dataclass(frozen=True, slots=True)
class FeaturesStored:
    """Vectors of these items by this extractor are stored and readable."""

    extractor: str
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """A model has a new current run, or none any more (``run`` is None)."""

    model: str
    run: str | None


@dataclass(frozen=True, slots=True)
class PluginsChanged:
    """Plugins were installed, removed, enabled, disabled or failed."""

    plugin: str | None = None


@dataclass(frozen=True, slots=True)
class PlaylistsChanged:
    """A playlist was made, changed or deleted."""

    playlist_id: int | None = None


Event = ItemsChanged | BehaviourChanged | FeaturesStored | ModelChanged | PluginsChanged | PlaylistsChanged
Handler = Callable[[Any], None]


class EventBus:
    """Carries events to subscribers. Thread-safe; a failing handler is logged and hurts no other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handlers: list[Handler] = []

    def subscribe(self, handler: Handler) -> Callable[[], None]:
        """Call ``handler`` with every event from now on; returns the function that ends it."""
        with self._lock:
            self._handlers.append(handler)

        def unsubscribe() -> None:
            with self._lock:
                if handler in self._handlers:
                    self._handlers.remove(handler)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Hand the event to all subscribers."""
        with self._lock:
            handlers = list(self._handlers)
        for handler in handlers:
            try:
                handler(event)
            except Exception:
                log.exception("a handler of %s failed", type(event).__name__)
