"""Everything the Understanding page shows, read in one go in a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features import overview
from avrec_desktop.features.atlas import MapLayout
from avrec_desktop.features.evidence import SHOWN
from avrec_desktop.features.joined import known
from avrec_desktop.features.overview import Groups, Share
from avrec_desktop.features.understanding import Topics
from avrec_desktop.library.types import Item, ItemQuery
from avrec_desktop.library.vocabulary import vocabulary
from avrec_desktop.session import Session
from avrec_desktop.ui.texts import concept_name, listed, tr
from avrec_desktop.ui.widgets.found import Found, Moment

#: Ways to colour the map, in the order of the list.
COLOURINGS = ("topic", "mood", "folder", "kind", "liked")
#: Results of a search.
RESULTS = 40


@dataclass(frozen=True)
class Scene:
    """The contents of the page.

    Attributes:
        layout: The map, or None when there is none yet.
        groups: Division of the items of the map per way to colour it.
        topics: Topics and moods of all items.
        shares: Their shares.
        liked: Whether anything is liked.
        waiting: Whether there is no map although something could be on it.
    """

    layout: MapLayout | None
    groups: Mapping[str, Groups]
    topics: Topics
    shares: tuple[Share, ...]
    liked: bool
    waiting: bool = False


def load(session: Session) -> Scene:
    """Read the scene; takes tens of milliseconds at 20,000 items."""
    library, profile = session.library, session.profile
    layout = session.features.known_map()
    topics = session.features.understanding.matrix()
    liked = library.ids(ItemQuery(filter="liked", profile=profile))
    groups: dict[str, Groups] = {}
    if layout is not None:
        ids = layout.ids
        unplayed = library.ids(ItemQuery(filter="unplayed", profile=profile))
        groups = {
            "topic": overview.strongest(ids, topics.ids, topics.matrix, topics.names),
            "mood": overview.strongest(ids, topics.ids, topics.moods, topics.mood_names),
            "folder": overview.by_folder(library.database, ids),
            "kind": overview.members(ids, [(k, library.ids(ItemQuery(kind=k))) for k in ("audio", "video")]),
            "liked": overview.members(
                ids, [("liked", liked), ("unplayed", unplayed), ("played", np.setdiff1d(ids, unplayed))]
            ),
        }
    waiting = layout is None and bool(known(session.features.item_features().content).any())
    return Scene(
        layout, groups, topics, tuple(overview.shares(topics, library.all_ids(), liked)), bool(len(liked)), waiting
    )


def search(session: Session, text: str, why: Mapping[str, str]) -> list[Found]:
    """Search by meaning, for items and for moments inside them.

    Args:
        session: The session.
        text: What to search for.
        why: Sentence for people per carrier of a result.
    """
    features = session.features
    near, places = features.search_moments(text, RESULTS)
    moments: dict[int, list[Moment]] = {}
    for place in places:
        moments.setdefault(place.item_id, []).append(Moment(place.start, place.end, why.get(place.by, "")))
    by = {n.item_id: n.by for n in near}
    items = session.library.items_by_id(list(by), session.profile)
    words = vocabulary()
    asked = {words.concepts[i].key for i in words.find(text)}
    topics = features.understanding.matrix() if asked else None
    out = []
    for item in items:
        reason = why.get(by[item.id], "")
        fitting = [] if topics is None else [k for k in topics_of(topics, item.id) if k in asked]
        if fitting:
            what = listed(concept_name(k) for k in fitting)
            reason = tr("{text}: {what}").format(text=reason, what=what)
        out.append(Found(item, reason, tuple(sorted(moments.get(item.id, ()), key=_start))))
    return out


def similar(session: Session, item_id: int, by: str, why: Mapping[str, str]) -> tuple[Item, list[Found]]:
    """Return an item and what is like it by one sense or by all."""
    near = session.features.similar(item_id, RESULTS, by)  # type: ignore[arg-type]
    carried = {n.item_id: n.by for n in near}
    items = session.library.items_by_id(list(carried), session.profile)
    found = [Found(item, why.get(carried[item.id], "")) for item in items]
    return session.library.item(item_id, session.profile), found


def topics_of(topics: Topics, item_id: int) -> list[str]:
    """Return the keys of the topics and moods of an item, surest first, topics before moods."""
    row = int(np.searchsorted(topics.ids, item_id))
    if row >= len(topics.ids) or topics.ids[row] != item_id:
        return []
    return _named(topics.matrix[row], topics.names) + _named(topics.moods[row], topics.mood_names)


def _named(row: NDArray[np.float32], names: tuple[str, ...]) -> list[str]:
    return [names[i] for i in np.argsort(-row, kind="stable") if row[i] >= SHOWN]


def _start(moment: Moment) -> float:
    return moment.start
