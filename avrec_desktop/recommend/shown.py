"""What was shown to whom: the last panel, there at once after a start, and how often each item was offered in vain."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.recommend.dataset import Catalogue
from avrec_desktop.recommend.panel import Panel, panel_from_dict, panel_to_dict

#: Seconds within which showing an item again is the same sitting.
SITTING = 3600.0


class ShownStore:
    """Keeps panels and impressions of all profiles.

    Args:
        behaviour: Knows the profiles and their database.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def last_panel(self, profile: str) -> Panel | None:
        """Return the panel shown last, or None when there is none this version can read."""
        payload = self._payload(profile)
        if payload is None:
            return None
        try:
            return panel_from_dict(json.loads(payload)["panel"])
        except (KeyError, TypeError, ValueError):
            return None

    def store(self, profile: str, panel: Panel, now: float) -> None:
        """Keep a panel and count its picks as shown."""
        shown = self._impressions(profile)
        if panel.kind == "personal":
            for pick in panel.picks:
                count, last = shown.get(str(pick.item), (0, 0.0))
                if now - last > SITTING:
                    shown[str(pick.item)] = (count + 1, now)
        payload = {"panel": panel_to_dict(panel), "shown": shown}
        text = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace").decode()
        profile_id = self._behaviour.ensure_profile(profile)
        with self._behaviour.database.write() as db:
            db.execute(
                "INSERT INTO panels (profile_id, at, payload) VALUES (?, ?, ?)"
                " ON CONFLICT (profile_id) DO UPDATE SET at = excluded.at, payload = excluded.payload",
                (profile_id, now, text),
            )

    def counts(self, profile: str, catalogue: Catalogue) -> NDArray[np.int64]:
        """Return in how many sittings each item was shown, int64 (n_items,)."""
        counts = np.zeros(len(catalogue.items), np.int64)
        impressions = self._impressions(profile)
        rows = catalogue.items.rows([int(i) for i in impressions])
        for row, (count, _) in zip(rows, impressions.values(), strict=True):
            if row >= 0:
                counts[row] = count
        return counts

    def _impressions(self, profile: str) -> dict[str, tuple[int, float]]:
        payload = self._payload(profile)
        if payload is None:
            return {}
        return {k: (int(v[0]), float(v[1])) for k, v in json.loads(payload).get("shown", {}).items()}

    def _payload(self, profile: str) -> str | None:
        with self._behaviour.database.read() as db:
            row = db.execute(
                "SELECT payload FROM panels JOIN profiles p ON p.id = profile_id WHERE p.name = ?", (profile,)
            ).fetchone()
        return None if row is None else str(row["payload"])
