"""Profiles and events: what people did, durably."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.behaviour.community import Community
from avrec_desktop.behaviour.signals import Preferences, SignalWeights, believable, strengths
from avrec_desktop.jobs.events import BehaviourChanged, EventBus
from avrec_desktop.library.changes import NOTHING, Changes
from avrec_desktop.library.database import Database

EventKind = Literal["rate", "like", "dislike", "none", "play", "skip", "complete", "hide", "unhide", "queue"]

_KINDS: tuple[str, ...] = get_args(EventKind)
#: Origin of plays of what was found by a search.
SEARCHED = "search"
#: By what acts are put in order: the clock's time, or what took its place when the clock was set back.
_ORDER = "coalesce(ordered, at)"
#: Seconds that an act comes at least behind the one before it.
_STEP = 0.001
#: Origins of acts that bring their own times with them, in no order.
_DATED = "import_id IS NULL AND origin NOT LIKE 'import:%' AND origin <> 'sample'"
#: All acts of a profile that count, as numbers, oldest first; -1 stands for no value, as values are not negative. The
#: last column says whether a search led to a play.
_ACTS = (
    f"SELECT item_id, CASE kind {' '.join(f'WHEN {kind!r} THEN {n}' for n, kind in enumerate(_KINDS))} END,"  # noqa: S608 - our own words
    f" coalesce(value, -1), at, origin = '{SEARCHED}' AND kind IN ('play', 'complete') FROM events e"
    " WHERE profile_id = (SELECT id FROM profiles WHERE name = ?) AND NOT undone"
    " AND NOT EXISTS (SELECT 1 FROM blocked_seeds b WHERE b.profile_id = e.profile_id AND b.item_id = e.item_id)"
    f" ORDER BY {_ORDER}, id"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person who uses the library."""

    id: int
    name: str
    sample: bool
    events: int


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An act as stored. ``value`` is stars for ``rate``, the fraction played for plays, skips and completions."""

    id: int
    profile: str
    item_id: int
    kind: str
    value: float | None
    at: float
    origin: str

    def to_dict(self) -> dict[str, Any]:
        """Return the result of ``avrec rate --json``."""
        return {
            "event": self.id,
            "profile": self.profile,
            "item": self.item_id,
            "kind": self.kind,
            "value": self.value,
            "at": self.at,
        }


@dataclass(frozen=True, slots=True)
class ItemState:
    """What a profile's events say of one item."""

    rating: float | None = None
    liked: int = 0
    hidden: bool = False
    plays: int = 0
    skips: int = 0
    completions: int = 0
    last_played: float | None = None
    position: float = 0.0


class Behaviour:
    """Events of all profiles. Thread-safe; an event that was returned is on disk.

    Args:
        database: The library's database.
        events: Takes :class:`BehaviourChanged`.

    Attributes:
        community: What imports brought of other people, and of things that are not in the library.
    """

    def __init__(self, database: Database, *, events: EventBus) -> None:
        self.database = database
        self.bus = events
        self.community = Community(database)

    # -- profiles

    def ensure_profile(self, name: str, sample: bool = False) -> int:
        """Return the id of a profile, made when missing.

        Raises:
            InputError: The name is empty.
        """
        if not name.strip():
            raise InputError("a profile needs a name")
        with self.database.read() as db:
            row = db.execute("SELECT id FROM profiles WHERE name = ?", (name,)).fetchone()
        if row is not None:
            return int(row["id"])
        with self.database.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO profiles (name, created_at, sample) VALUES (?, ?, ?)",
                (name, time.time(), int(sample)),
            )
            row = db.execute("SELECT id FROM profiles WHERE name = ?", (name,)).fetchone()
            return int(row["id"])

    def profiles(self) -> list[Profile]:
        """Return all profiles by name, with their numbers of events."""
        with self.database.read() as db:
            rows = db.execute(
                "SELECT p.id, p.name, p.sample,"
                " (SELECT count(*) FROM events e WHERE e.profile_id = p.id AND NOT undone) AS events"
                " FROM profiles p ORDER BY p.name"
            ).fetchall()
        return [Profile(r["id"], r["name"], bool(r["sample"]), r["events"]) for r in rows]

    def delete_profile(self, name: str) -> None:
        """Erase a profile with all its events."""
        with self.database.write() as db:
            db.execute("DELETE FROM profiles WHERE name = ?", (name,))
        self.bus.publish(BehaviourChanged(name, None))

    # -- events

    def rate(
        self, profile: str, item_id: int, value: str, origin: str = "app", context: dict[str, Any] | None = None
    ) -> StoredEvent:
        """Store a rating as typed: ``"1"`` to ``"5"``, ``"like"``, ``"dislike"`` or ``"none"`` (takes it back).

        Raises:
            InputError: The value is none of these.
            NotFoundError: There is no such item.
        """
        if value in {"like", "dislike", "none"}:
            return self.record(profile, item_id, value, origin=origin, context=context)
        if value in {"1", "2", "3", "4", "5"}:
            return self.record(profile, item_id, "rate", float(value), origin=origin, context=context)
        raise InputError(f"{value!r} is not 1 to 5, like, dislike or none")

    def record(
        self,
        profile: str,
        item_id: int,
        kind: str,
        value: float | None = None,
        *,
        origin: str = "app",
        context: dict[str, Any] | None = None,
        at: float | None = None,
    ) -> StoredEvent:
        """Store one act.

        Raises:
            NotFoundError: There is no such item.
        """
        when = time.time() if at is None else at
        (event_id,) = self._insert(profile, [(item_id, kind, value, when)], origin, context, now=at is None)
        self.bus.publish(BehaviourChanged(profile, item_id))
        return StoredEvent(event_id, profile, item_id, kind, value, when, origin)

    def record_many(
        self, profile: str, rows: Sequence[tuple[int, str, float | None, float]], *, origin: str = "app"
    ) -> list[int]:
        """Store acts as (item id, kind, value, time) in one transaction; returns the ids of the events.

        Raises:
            NotFoundError: One of the items does not exist; nothing is stored.
        """
        ids = self._insert(profile, rows, origin, None) if rows else []
        self.bus.publish(BehaviourChanged(profile, None))
        return ids

    def undo(self, event_id: int) -> StoredEvent:
        """Take an act back: it stays in the record, marked, and no longer counts.

        Raises:
            NotFoundError: There is no such event.
        """
        with self.database.write(changes=NOTHING) as db:
            row = db.execute(
                "UPDATE events SET undone = 1 WHERE id = ? RETURNING id, profile_id, item_id, kind, value, at, origin",
                (event_id,),
            ).fetchone()
            if row is None:
                raise NotFoundError(f"there is no event {event_id}")
            with self.database.write(changes=_of_items([row["item_id"]])):
                refresh_state(db, row["profile_id"], [row["item_id"]])
            name = db.execute("SELECT name FROM profiles WHERE id = ?", (row["profile_id"],)).fetchone()["name"]
        self.bus.publish(BehaviourChanged(name, row["item_id"]))
        return StoredEvent(row["id"], name, row["item_id"], row["kind"], row["value"], row["at"], row["origin"])

    def events(self, profile: str, limit: int | None = None) -> list[StoredEvent]:
        """Return the newest events of a profile that are not undone."""
        with self.database.read() as db:
            rows = db.execute(
                "SELECT e.* FROM events e JOIN profiles p ON p.id = e.profile_id WHERE p.name = ? AND NOT e.undone"  # noqa: S608 - constants
                f" ORDER BY {_ORDER} DESC, e.id DESC LIMIT ?",
                (profile, -1 if limit is None else limit),
            ).fetchall()
        return [StoredEvent(r["id"], profile, r["item_id"], r["kind"], r["value"], r["at"], r["origin"]) for r in rows]

    def state(self, profile: str, item_id: int) -> ItemState:
        """Return what the profile's events say of an item."""
        with self.database.read() as db:
            row = db.execute(
                "SELECT s.* FROM item_state s JOIN profiles p ON p.id = s.profile_id WHERE p.name = ? AND item_id = ?",
                (profile, item_id),
            ).fetchone()
        if row is None:
            return ItemState()
        return ItemState(
            row["rating"],
            row["liked"] or 0,
            bool(row["hidden"]),
            row["plays"],
            row["skips"],
            row["completions"],
            row["last_played"],
            row["position"],
        )

    def set_position(self, profile: str, item_id: int, seconds: float) -> None:
        """Remember where to go on."""
        profile_id = self.ensure_profile(profile)
        with self.database.write(changes=_of_items([item_id])) as db:
            db.execute(
                "INSERT INTO item_state (profile_id, item_id, position) VALUES (?, ?, ?)"
                " ON CONFLICT (profile_id, item_id) DO UPDATE SET position = excluded.position",
                (profile_id, item_id, seconds),
            )

    # -- for models

    def weights(self) -> SignalWeights:
        """Return the signal weights of this library."""
        with self.database.read() as db:
            row = db.execute("SELECT value FROM settings WHERE key = 'signal_weights'").fetchone()
        return SignalWeights() if row is None else SignalWeights.from_dict(json.loads(row["value"]))

    def set_weights(self, weights: SignalWeights) -> None:
        """Store the signal weights."""
        with self.database.write() as db:
            db.execute(
                "INSERT INTO settings (key, value) VALUES ('signal_weights', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (json.dumps(weights.to_dict()),),
            )
        for profile in self.profiles():
            self.bus.publish(BehaviourChanged(profile.name, None))

    def preferences(self, profile: str, now: float | None = None, *, outside: bool = False) -> Preferences:
        """Return one signed strength per item the profile did something with, oldest first, but for blocked seeds.

        Args:
            profile: Name of the profile.
            now: Time against which signals fade; None: now.
            outside: Whether to add what the profile's imported history says of things that are not in the library,
                under minus the id of :class:`avrec_desktop.behaviour.community.CommunityItem`.
        """
        when = time.time() if now is None else now
        weights = self.weights()
        inside = self._inside(profile, weights, when)
        if not outside:
            return inside
        more = self.community.outside(profile, weights, when)
        return inside if not len(more) else inside.merged(more)

    def _inside(self, profile: str, weights: SignalWeights, now: float) -> Preferences:
        with self.database.read() as db:
            cursor = db.cursor()
            cursor.row_factory = None  # plain tuples: tens of thousands of them
            rows = cursor.execute(_ACTS, (profile,)).fetchall()
        if not rows:
            return Preferences.empty()
        items, kinds, values, times, sought = np.array(rows, np.float64).T
        times = believable(times, now)
        found = sought > 0
        return strengths(
            np.concatenate([items, items[found]]).astype(np.int64),
            np.concatenate([np.array(_KINDS)[kinds.astype(np.intp)], np.full(int(found.sum()), "search")]),
            np.concatenate([np.where(values < 0, np.nan, values), np.full(int(found.sum()), np.nan)]),
            np.concatenate([times, times[found]]),
            weights,
            now,
        )

    # -- sample data

    def has_sample(self) -> bool:
        """Whether sample profiles exist."""
        with self.database.read() as db:
            return db.execute("SELECT 1 FROM profiles WHERE sample LIMIT 1").fetchone() is not None

    def remove_sample(self) -> int:
        """Erase the sample profiles and their events; returns the number of profiles. Media files are left alone."""
        with self.database.write() as db:
            count = db.execute("DELETE FROM profiles WHERE sample").rowcount
            db.execute("DELETE FROM imports WHERE sample")
        self.bus.publish(BehaviourChanged("", None))
        return int(count)

    # -- inside

    def _insert(
        self,
        profile: str,
        rows: Sequence[tuple[int, str, float | None, float]],
        origin: str,
        context: dict[str, Any] | None,
        *,
        now: bool = False,
    ) -> list[int]:
        """Store acts; ``now``: they are done now, so they come behind all others whatever the clock says."""
        profile_id = self.ensure_profile(profile)
        extra = None if context is None else json.dumps(context)
        with self.database.write(changes=_of_items(item for item, *_ in rows)) as db:
            first = db.execute("SELECT coalesce(max(id), 0) AS id FROM events").fetchone()["id"]
            try:
                db.executemany(
                    "INSERT INTO events (profile_id, item_id, kind, value, at, ordered, origin, context)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        (
                            profile_id,
                            item,
                            kind,
                            value,
                            at,
                            _place(db, profile_id, item, at) if now else None,
                            origin,
                            extra,
                        )
                        for item, kind, value, at in rows
                    ],
                )
            except sqlite3.IntegrityError as error:
                raise _explain(db, rows, error) from error
            ids = db.execute("SELECT id FROM events WHERE id > ? ORDER BY id", (first,)).fetchall()
            refresh_state(db, profile_id, sorted({item for item, *_ in rows}))
        return [r["id"] for r in ids]


def _place(db: sqlite3.Connection, profile_id: int, item_id: int, at: float) -> float | None:
    """Return the place in the order of an act that is done now; None where the time is good enough for that."""
    rows = db.execute(
        f"SELECT * FROM (SELECT {_ORDER} AS place FROM events WHERE profile_id = ?1 AND {_DATED}"  # noqa: S608 - constants
        " ORDER BY id DESC LIMIT 1)"
        f" UNION ALL SELECT max({_ORDER}) FROM events WHERE item_id = ?2 AND +profile_id = ?1",
        (profile_id, item_id),
    ).fetchall()
    before = max((row["place"] for row in rows if row["place"] is not None), default=-np.inf)
    return None if at > before else float(before) + _STEP


def _of_items(ids: Iterable[int]) -> Changes:
    return Changes(states=frozenset(map(int, ids)))


def _explain(
    db: sqlite3.Connection, rows: Iterable[tuple[int, str, float | None, float]], error: Exception
) -> Exception:
    for item, *_ in rows:
        if db.execute("SELECT 1 FROM items WHERE id = ?", (item,)).fetchone() is None:
            return NotFoundError(f"there is no item {item}")
    return InputError(f"the event cannot be stored: {error}")


_STATE = """
WITH stated AS (
    SELECT id, kind, value, at, coalesce(ordered, at) AS place FROM events
    WHERE item_id = :item AND profile_id = :profile AND NOT undone
)
INSERT INTO item_state (profile_id, item_id, rating, liked, hidden, plays, skips, completions, last_played, last_order)
SELECT :profile, :item,
    (SELECT value FROM stated WHERE kind IN ('rate', 'none') ORDER BY place DESC, id DESC LIMIT 1),
    (SELECT CASE kind WHEN 'like' THEN 1 WHEN 'dislike' THEN -1 END
       FROM stated WHERE kind IN ('like', 'dislike', 'none') ORDER BY place DESC, id DESC LIMIT 1),
    coalesce(
        (SELECT kind = 'hide' FROM stated WHERE kind IN ('hide', 'unhide') ORDER BY place DESC, id DESC LIMIT 1), 0),
    (SELECT count(*) FROM stated WHERE kind IN ('play', 'complete')),
    (SELECT count(*) FROM stated WHERE kind = 'skip'),
    (SELECT count(*) FROM stated WHERE kind = 'complete'),
    (SELECT at FROM stated WHERE kind IN ('play', 'skip', 'complete') ORDER BY place DESC, id DESC LIMIT 1),
    (SELECT max(place) FROM stated WHERE kind IN ('play', 'skip', 'complete'))
WHERE true
ON CONFLICT (profile_id, item_id) DO UPDATE SET rating = excluded.rating, liked = excluded.liked,
    hidden = excluded.hidden, plays = excluded.plays, skips = excluded.skips, completions = excluded.completions,
    last_played = excluded.last_played, last_order = excluded.last_order
"""


def refresh_state(db: sqlite3.Connection, profile_id: int, items: Sequence[int]) -> None:
    """Bring ``item_state`` up to date from the events of these items, in the caller's transaction."""
    db.executemany(_STATE, [{"profile": profile_id, "item": item} for item in items])
