"""The catalogue that recommendations are made from, kept until something in it changes."""

from __future__ import annotations

import threading

import numpy as np

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.features.joined import equal
from avrec_desktop.features.pipeline import Features
from avrec_desktop.jobs.events import BehaviourChanged, FeaturesStored, ItemsChanged, PluginsChanged
from avrec_desktop.library.changes import Moment
from avrec_desktop.library.database import Database
from avrec_desktop.recommend.dataset import Catalogue, build_catalogue
from avrec_desktop.recommend.scorer import ContentScorer

#: What tells, within milliseconds, that another process added items, files, vectors or imports.
_STAMP = """
SELECT (SELECT max(id) FROM items), (SELECT count(*) FROM files WHERE state = 'present'),
    (SELECT count(*) FROM extractions), (SELECT count(*) FROM imports WHERE state = 'done'),
    (SELECT max(at) FROM imports WHERE state = 'done')
"""


class CurrentCatalogue:
    """Holds the joined catalogue and the content scorer over it. Thread-safe.

    A like changes neither items nor content, so it must not make the app gather them anew.

    Args:
        features: Gives the items of the library.
        behaviour: Gives the imported items.
    """

    def __init__(self, features: Features, behaviour: Behaviour) -> None:
        self._features = features
        self._behaviour = behaviour
        self._lock = threading.Lock()
        self._build_lock = threading.Lock()
        self._held: Catalogue | None = None
        self._scorer: tuple[Catalogue, ContentScorer] | None = None
        self._stamp: tuple[object, ...] | None = None
        self._moment: Moment | None = None
        self._changed = True

    def get(self) -> Catalogue:
        """Return the catalogue as of now; the same object while nothing changed."""
        with self._build_lock:
            database = self._behaviour.database
            moment = database.moment()
            with self._lock:
                held, changed, self._changed = self._held, self._changed, False
            if held is not None and not changed and self._moment and not database.since(self._moment).everything:
                return held  # an act of the user touches neither items nor content
            stamp = _stamp(database)
            if held is None or changed or stamp != self._stamp:
                try:
                    fresh = build_catalogue(self._features, self._behaviour)
                except BaseException:
                    self.forget()
                    raise
                if held is None or not _same(held, fresh):
                    held = fresh
            with self._lock:
                self._held, self._stamp, self._moment = held, stamp, moment
            return held

    def scorer(self, catalogue: Catalogue) -> ContentScorer:
        """Return the content scorer over a catalogue."""
        with self._lock:
            if self._scorer is None or self._scorer[0] is not catalogue:
                self._scorer = (catalogue, ContentScorer(catalogue.items))
            return self._scorer[1]

    def forget(self) -> None:
        """Have the items gathered anew at the next call."""
        with self._lock:
            self._changed = True

    def on_event(self, event: object) -> None:
        """Take notice of what changed."""
        imported = isinstance(event, BehaviourChanged) and not event.profile
        if imported or isinstance(event, ItemsChanged | FeaturesStored | PluginsChanged):
            self.forget()


def _stamp(database: Database) -> tuple[object, ...]:
    with database.read() as db:
        return tuple(db.execute(_STAMP).fetchone())


def _same(a: Catalogue, b: Catalogue) -> bool:
    """Whether two catalogues hold the same items and content (then the one bound to the model is kept)."""
    return (
        a.titles == b.titles
        and a.aliases == b.aliases
        and a.items.content.shape == b.items.content.shape
        and a.items.tag_names == b.items.tag_names
        and np.array_equal(a.items.ids, b.items.ids)
        and equal(a.items.content, b.items.content)
        and equal(a.items.tags, b.items.tags)
    )
