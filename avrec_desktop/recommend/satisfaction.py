"""What became of what was shown: taken, skipped, refused, by model and week; and who wins a shared panel.

An act counts for the last time the item was shown before it, within a day.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.recommend.interleaving import Interleavings, Pair, Preference, preference

#: Seconds after being shown within which an act counts for it.
WINDOW = 86400.0
#: Fraction played from which an item was accepted; stars as well.
PLAYED, STARS = 0.6, 4.0

_ACTS = """
SELECT e.id AS event, max(i.at) AS shown_at, i.id AS impression, e.kind, e.value
FROM events e JOIN impressions i ON i.profile_id = e.profile_id AND i.item_id = e.item_id
    AND i.at <= e.at AND i.at > e.at - :window
WHERE e.profile_id = (SELECT id FROM profiles WHERE name = :profile) AND NOT e.undone AND e.at >= :since
GROUP BY e.id
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the picks of one model in one week.

    Attributes:
        model: The model; ``"content"`` for the core's own scorer, ``""`` where a rule chose.
        week: Its Monday, ``YYYY-MM-DD``; empty for all weeks together.
        shown: Picks shown (once a sitting).
        accepted: Of these, played to at least 60 %, liked, or rated 4 or more.
        played: Of these, played at all.
        skipped: Of these, left within the first fifth.
        up: Likes and 4 or 5 stars.
        down: Dislikes, "not interested" and 1 or 2 stars.
    """

    model: str
    week: str
    shown: int
    accepted: int
    played: int
    skipped: int
    up: int
    down: int

    @property
    def acceptance(self) -> float:
        """Share of what was shown that was accepted; NaN for none shown."""
        return self.accepted / self.shown if self.shown else float("nan")

    @property
    def skip_rate(self) -> float:
        """Share of what was played that was skipped; NaN for none played."""
        return self.skipped / self.played if self.played else float("nan")

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the acceptance (Wilson, 1927)."""
        return wilson(self.accepted, self.shown)


@dataclass(frozen=True)
class Satisfaction:
    """Outcomes of a profile.

    Attributes:
        models: Per model over all weeks, the most shown first.
        weeks: Per model and week, oldest first.
    """

    models: list[Outcome]
    weeks: list[Outcome]


def wilson(wins: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share; (0, 1) for nothing seen."""
    if not n:
        return 0.0, 1.0
    p = wins / n
    middle, spread = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, float((middle - spread) / scale)), min(1.0, float((middle + spread) / scale))


def satisfaction(behaviour: Behaviour, profile: str, since: float = 0.0) -> Satisfaction:
    """Return what became of the picks shown to a profile since a time (seconds since the epoch)."""
    with behaviour.database.read() as db:
        shown = db.execute(
            "SELECT i.id, coalesce(i.model, '') AS model, i.at FROM impressions i"
            " WHERE i.profile_id = (SELECT id FROM profiles WHERE name = ?) AND i.at >= ?",
            (profile, since),
        ).fetchall()
        acts = _acts(db, profile, since)
    total: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(6, np.int64))
    weekly: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(6, np.int64))
    for row in shown:
        found = _marks(acts.get(row["id"], []))
        counts = np.array([1, *found], np.int64)
        total[row["model"]] += counts
        weekly[_week(row["at"]), row["model"]] += counts
    models = [Outcome(model, "", *(int(c) for c in counts)) for model, counts in total.items()]
    weeks = [Outcome(model, week, *(int(c) for c in counts)) for (week, model), counts in sorted(weekly.items())]
    return Satisfaction(sorted(models, key=lambda o: (-o.shown, o.model)), weeks)


def running_preference(behaviour: Behaviour, pair: Pair) -> Preference:
    """Return which of the two models of a shared panel is preferred so far."""
    with behaviour.database.read() as db:
        name = db.execute(
            "SELECT p.name FROM profiles p JOIN interleavings i ON i.profile_id = p.id WHERE i.id = ?", (pair.id,)
        ).fetchone()
        shown = db.execute("SELECT id, model, at FROM impressions WHERE interleaving = ?", (pair.id,)).fetchall()
        acts = _acts(db, name["name"] if name else "", pair.started)
    sittings: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in shown:
        if row["model"] not in (pair.a, pair.b):
            continue
        accepted = _marks(acts.get(row["id"], []))[0]
        sittings[int((row["at"] - pair.started) // Interleavings.SITTING)][int(row["model"] == pair.b)] += accepted
    return preference(pair.a, pair.b, [(a, b) for a, b in sittings.values()])


def _acts(db: sqlite3.Connection, profile: str, since: float) -> dict[int, list[tuple[str, float | None]]]:
    """Return the acts after each impression."""
    out: dict[int, list[tuple[str, float | None]]] = defaultdict(list)
    for row in db.execute(_ACTS, {"profile": profile, "since": since, "window": WINDOW}):
        out[row["impression"]].append((row["kind"], row["value"]))
    return out


def _marks(acts: list[tuple[str, float | None]]) -> tuple[int, int, int, int, int]:
    """Return (accepted, played, skipped, up, down) of one impression, each 0 or 1."""
    up = any(k == "like" or (k == "rate" and (v or 0) >= STARS) for k, v in acts)
    down = any(k in {"dislike", "hide"} or (k == "rate" and 0 < (v or 0) <= 2) for k, v in acts)
    enough = any(k == "complete" or (k == "play" and (v or 0) >= PLAYED) for k, v in acts)
    played = any(k in {"play", "complete", "skip"} for k, _ in acts)
    skipped = any(k == "skip" for k, _ in acts) and not enough
    return int((up or enough) and not down), int(played), int(skipped), int(up), int(down)


def _week(at: float) -> str:
    day = datetime.fromtimestamp(at, UTC)
    return (day - timedelta(days=day.weekday())).strftime("%Y-%m-%d")


def weeks_ago(weeks: float, now: float | None = None) -> float:
    """Return the time so many weeks ago, seconds since the epoch."""
    return (time.time() if now is None else now) - 7 * 86400.0 * weeks
