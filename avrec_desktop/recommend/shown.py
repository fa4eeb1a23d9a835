"""What was shown to whom: the last panel, there at once after a start, and every pick that was offered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.library.changes import NOTHING
from avrec_desktop.recommend.panel import Panel, Pick, panel_from_dict, panel_to_dict
from avrec_desktop.recommend.situation import Situation

#: Seconds within which showing an item again is the same sitting.
SITTING = 3600.0
_DAY = 86400.0
#: Days for which being shown in vain counts, and for which what was shown is kept.
FATIGUE_DAYS, KEPT_DAYS = 90.0, 800.0


class ShownStore:
    """Keeps panels and impressions of all profiles.

    Args:
        behaviour: Knows the profiles and their database.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def last_panel(self, profile: str) -> Panel | None:
        """Return the panel shown last, or None when there is none this version can read."""
        with self._behaviour.database.read() as db:
            row = db.execute(
                "SELECT payload FROM panels JOIN profiles p ON p.id = profile_id WHERE p.name = ?", (profile,)
            ).fetchone()
        try:
            return None if row is None else panel_from_dict(json.loads(row["payload"])["panel"])
        except (KeyError, TypeError, ValueError):
            return None

    def store(self, profile: str, panel: Panel, now: float, interleaving: int | None = None) -> None:
        """Keep a panel, and note its picks as shown; a library that can only be read forgets them."""
        if self._behaviour.database.read_only:
            return
        payload = {"panel": panel_to_dict(panel)}
        text = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace").decode()
        profile_id = self._behaviour.ensure_profile(profile)
        with self._write() as db:
            db.execute(
                "INSERT INTO panels (profile_id, at, payload) VALUES (?, ?, ?)"
                " ON CONFLICT (profile_id) DO UPDATE SET at = excluded.at, payload = excluded.payload",
                (profile_id, now, text),
            )
            self.record(profile, {"for-you": panel.picks}, now, run=panel.run, interleaving=interleaving)

    def record(
        self,
        profile: str,
        shelves: Mapping[str, Sequence[Pick]],
        now: float,
        *,
        run: str | None = None,
        interleaving: int | None = None,
    ) -> None:
        """Note picks as shown; those that a shelf showed in the same sitting by the same model are noted already."""
        if self._behaviour.database.read_only:
            return
        profile_id = self._behaviour.ensure_profile(profile)
        with self._write() as db:
            noted = {
                (r["shelf"], r["item_id"], r["model"])
                for r in db.execute(
                    "SELECT shelf, item_id, model FROM impressions WHERE profile_id = ? AND at > ?",
                    (profile_id, now - SITTING),
                )
            }
            fresh = [
                (shelf, n, pick)
                for shelf, picks in shelves.items()
                for n, pick in enumerate(picks)
                if (shelf, pick.item, pick.model) not in noted
            ]
            db.executemany(
                "INSERT INTO impressions (profile_id, item_id, shelf, model, run, position, interleaving, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(profile_id, pick.item, shelf, pick.model, run, n, interleaving, now) for shelf, n, pick in fresh],
            )
            if fresh:
                db.execute(
                    "DELETE FROM impressions WHERE profile_id = ? AND at < ?", (profile_id, now - KEPT_DAYS * _DAY)
                )

    def _write(self) -> AbstractContextManager[sqlite3.Connection]:
        # nobody waits for the disk: what was shown is no act of the user, and is shown again anyway
        return self._behaviour.database.write(durable=False, changes=NOTHING)

    def counts(self, situation: Situation) -> NDArray[np.int64]:
        """Return in how many sittings each item stood in the panel lately, int64 (n_items,)."""
        counts = np.zeros(len(situation.items), np.int64)
        with self._behaviour.database.read() as db:
            rows = db.execute(
                "SELECT item_id, count(*) AS n FROM impressions"
                " WHERE profile_id = (SELECT id FROM profiles WHERE name = ?) AND at > ? AND shelf = 'for-you'"
                " AND model IS NOT NULL GROUP BY item_id",
                (situation.profile, situation.now - FATIGUE_DAYS * _DAY),
            ).fetchall()
        at = situation.items.rows([r["item_id"] for r in rows])
        for row, r in zip(at, rows, strict=True):
            if row >= 0:
                counts[row] = r["n"]
        return counts
