"""What a user says of the learned taste: more or less of something, never, and items that must not count."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs.events import BehaviourChanged

EditKind = Literal["tag", "artist"]


@dataclass(frozen=True, slots=True)
class TasteEdit:
    """A correction of the learned taste.

    Attributes:
        kind: Whether ``key`` is a tag (topics and moods are tags as well) or an artist.
        key: The tag in lower case, or the artist's name.
        weight: From -1, much less of it, to 1, much more.
        blocked: Nothing of it is recommended.
    """

    kind: EditKind
    key: str
    weight: float = 0.0
    blocked: bool = False

    @property
    def neutral(self) -> bool:
        """Whether it changes nothing."""
        return not self.blocked and self.weight == 0


class TasteStore:
    """Keeps the corrections of all profiles. Thread-safe; what was set is on disk.

    Setting anything returns what was there before, so that it can be set back.

    Args:
        behaviour: Knows the profiles and their database.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def edits(self, profile: str) -> list[TasteEdit]:
        """Return the corrections of a profile, by kind and key."""
        with self._behaviour.database.read() as db:
            rows = db.execute(
                "SELECT kind, key, weight, blocked FROM taste_edits e JOIN profiles p ON p.id = e.profile_id"
                " WHERE p.name = ? ORDER BY kind, key",
                (profile,),
            ).fetchall()
        return [TasteEdit(r["kind"], r["key"], r["weight"], bool(r["blocked"])) for r in rows]

    def set_edit(self, profile: str, edit: TasteEdit) -> TasteEdit:
        """Store a correction in place of an earlier one for the same thing; a neutral one takes it back.

        Returns:
            The earlier correction (a neutral one when there was none).

        Raises:
            InputError: The weight is out of its range, or the key is empty.
        """
        if not -1 <= edit.weight <= 1:
            raise InputError(f"the weight is {edit.weight}, not between -1 and 1")
        if not edit.key.strip():
            raise InputError("name a topic, a tag or an artist")
        profile_id = self._behaviour.ensure_profile(profile)
        at = (profile_id, edit.kind, edit.key)
        with self._behaviour.database.write() as db:
            row = db.execute(
                "SELECT weight, blocked FROM taste_edits WHERE profile_id = ? AND kind = ? AND key = ?", at
            ).fetchone()
            if edit.neutral:
                db.execute("DELETE FROM taste_edits WHERE profile_id = ? AND kind = ? AND key = ?", at)
            else:
                db.execute(
                    "INSERT INTO taste_edits (profile_id, kind, key, weight, blocked, at) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (profile_id, kind, key) DO UPDATE SET weight = excluded.weight,"
                    " blocked = excluded.blocked, at = excluded.at",
                    (*at, edit.weight, int(edit.blocked), time.time()),
                )
        self._behaviour.bus.publish(BehaviourChanged(profile, None))
        before = (0.0, False) if row is None else (float(row["weight"]), bool(row["blocked"]))
        return TasteEdit(edit.kind, edit.key, *before)

    def blocked_seeds(self, profile: str) -> list[int]:
        """Return the items whose plays and ratings do not count, the latest first."""
        with self._behaviour.database.read() as db:
            rows = db.execute(
                "SELECT item_id FROM blocked_seeds b JOIN profiles p ON p.id = b.profile_id WHERE p.name = ?"
                " ORDER BY b.at DESC, item_id",
                (profile,),
            ).fetchall()
        return [r["item_id"] for r in rows]

    def block_seed(self, profile: str, item_id: int, *, blocked: bool = True) -> bool:
        """Leave an item's plays and ratings out of recommendations, or let them count again.

        Returns:
            Whether it was left out before.

        Raises:
            NotFoundError: There is no such item.
        """
        profile_id = self._behaviour.ensure_profile(profile)
        with self._behaviour.database.write() as db:
            if db.execute("SELECT 1 FROM items WHERE id = ?", (item_id,)).fetchone() is None:
                raise NotFoundError(f"there is no item {item_id}")
            at = (profile_id, item_id)
            before = db.execute("SELECT 1 FROM blocked_seeds WHERE profile_id = ? AND item_id = ?", at).fetchone()
            if blocked:
                db.execute(
                    "INSERT OR IGNORE INTO blocked_seeds (profile_id, item_id, at) VALUES (?, ?, ?)",
                    (*at, time.time()),
                )
            else:
                db.execute("DELETE FROM blocked_seeds WHERE profile_id = ? AND item_id = ?", at)
        self._behaviour.bus.publish(BehaviourChanged(profile, item_id))
        return before is not None
