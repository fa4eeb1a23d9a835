"""What a recommendation starts from: the items, what the profile did, what may be offered, what the user corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, ItemFeatures
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.behaviour.taste import TasteEdit
from avrec_desktop.library.database import Database
from avrec_desktop.recommend.dataset import Catalogue, imported_history

_DAY = 86400.0
#: An item played within so many days is not recommended again, unless nothing else is left.
RECENT_DAYS = 14.0
#: What a correction of full weight adds to the score of an item that is all that, in standard deviations of the scores.
EDIT_STRENGTH = 1.5
#: Probability of a blocked tag from which an item is not recommended.
BLOCK_FROM = 0.5


@dataclass(frozen=True)
class Tilt:
    """What the user's corrections do to the items.

    Attributes:
        parts: The corrections that touch an item, each with float32 (n_items,): how much of that the item is.
        banned: bool (n_items,), of a blocked topic, tag or artist.
    """

    parts: list[tuple[TasteEdit, NDArray[np.float32]]]
    banned: NDArray[np.bool_]

    def lift(self) -> NDArray[np.float32]:
        """Return what is added to each item's score, float32 (n_items,), in standard deviations of the scores."""
        out = np.zeros(len(self.banned), np.float32)
        for edit, much in self.parts:
            out += np.float32(EDIT_STRENGTH * edit.weight) * much
        return out

    def apply(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """Return the corrected scores, and how much of a score one unit of :meth:`lift` is worth."""
        known = scores[np.isfinite(scores)]
        unit = float(known.std()) if len(known) else 0.0
        lift = self.lift()
        if not unit or not lift.any():
            return scores, unit
        return (scores + np.float32(unit) * lift).astype(np.float32), unit


@dataclass(frozen=True)
class Situation:
    """Everything that a panel or an explanation is made from, at one moment.

    Attributes:
        catalogue: The items.
        history: What the profile did, blocked seeds left out.
        profile: Its name.
        now: Seconds since the epoch.
        allowed: bool (n_items,), fit to be recommended.
        relaxed: bool (n_items,), fit when nothing else is left.
        refused: bool (n_items,), disliked, hidden or blocked: on no shelf.
        tilt: The user's corrections.
        positions: Seconds played by row, of items that were begun, the latest first.
    """

    catalogue: Catalogue
    history: History
    profile: str
    now: float
    allowed: NDArray[np.bool_]
    relaxed: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    tilt: Tilt
    positions: dict[int, float] = field(default_factory=dict)

    @property
    def items(self) -> ItemFeatures:
        """The items."""
        return self.catalogue.items

    @property
    def personal(self) -> bool:
        """Whether anything was liked or played."""
        return bool((self.history.values > 0).any())


def gather(
    catalogue: Catalogue, behaviour: Behaviour, edits: Sequence[TasteEdit], profile: str, now: float
) -> Situation:
    """Return the situation of a profile."""
    history = history_of(catalogue, behaviour, profile, now)
    tilt = _tilt(catalogue.items, edits, behaviour.database)
    with behaviour.database.read() as db:
        rows = db.execute(
            "SELECT item_id, rating IS NOT NULL OR coalesce(liked, 0) <> 0 OR hidden AS stated,"
            " hidden OR coalesce(liked, 0) < 0 AS refused, last_played, position"
            " FROM item_state s JOIN profiles p ON p.id = s.profile_id WHERE p.name = ?"
            " ORDER BY coalesce(last_order, last_played) DESC",
            (profile,),
        ).fetchall()
    items = catalogue.items
    at = items.rows([r["item_id"] for r in rows])

    def marked(which: list[bool]) -> NDArray[np.int64]:
        found = at[np.array(which, bool)] if which else at
        return found[found >= 0]

    relaxed = ~tilt.banned
    touched = np.zeros(len(items), bool)
    touched[history.items] = True
    community = items.ids < 0
    relaxed[touched & community] = False
    if not community.all() and not (len(history) and not rows and _only_imported(behaviour.database, profile)):
        relaxed[community] = False  # what cannot be played here helps the model and is not offered
    relaxed[marked([bool(r["stated"]) for r in rows])] = False
    allowed = relaxed.copy()
    allowed[marked([_lately(r["last_played"], now) for r in rows])] = False
    refused = tilt.banned.copy()
    refused[history.items[history.values < 0]] = True
    refused[marked([bool(r["refused"]) for r in rows])] = True
    positions = {
        int(row): float(r["position"]) for row, r in zip(at, rows, strict=True) if row >= 0 and r["position"] > 0
    }
    return Situation(catalogue, history, profile, now, allowed, relaxed, refused, tilt, positions)


def _only_imported(database: Database, profile: str) -> bool:
    """Whether a name is that of a person in the imported tables, not of somebody who uses this library."""
    with database.read() as db:
        found = db.execute(
            "SELECT 1 FROM imports i JOIN profiles p ON p.id = i.profile_id WHERE p.name = ? LIMIT 1", (profile,)
        ).fetchone()
    return found is None


def _lately(at: float | None, now: float) -> bool:
    """Return whether a moment is not long ago; one that is yet to come says that the clock was wrong then."""
    return at is not None and at > 0 and -_DAY < now - at < RECENT_DAYS * _DAY


def history_of(catalogue: Catalogue, behaviour: Behaviour, profile: str, now: float) -> History:
    """Return what the profile did, or what a person of that name did in the imported tables."""
    history = catalogue.history(behaviour.preferences(profile, now, outside=True), profile, now)
    return history if len(history) else imported_history(catalogue, behaviour, profile, now)


def _tilt(items: ItemFeatures, edits: Sequence[TasteEdit], database: Database) -> Tilt:
    banned = np.zeros(len(items), bool)
    parts: list[tuple[TasteEdit, NDArray[np.float32]]] = []
    column = {name: i for i, name in enumerate(items.tag_names)}
    for edit in edits:
        if edit.kind == "tag":
            if edit.key not in column:
                continue
            much = np.asarray(items.tags[:, column[edit.key]], np.float32)
        else:
            much = _by_artist(items, edit.key, database)
        if edit.blocked:
            banned |= much >= BLOCK_FROM
        elif much.any():
            parts.append((edit, much))
    return Tilt(parts, banned)


def _by_artist(items: ItemFeatures, artist: str, database: Database) -> NDArray[np.float32]:
    with database.read() as db:
        rows = db.execute(
            "SELECT id FROM items WHERE artist = :who OR album_artist = :who OR series = :who", {"who": artist}
        ).fetchall()
    much = np.zeros(len(items), np.float32)
    at = items.rows([r["id"] for r in rows])
    much[at[at >= 0]] = 1.0
    return much
