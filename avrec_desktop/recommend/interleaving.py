"""Two models share one panel, and what the user plays decides which is preferred (team-draft interleaving).

Radlinski, Kurup and Joachims, "How does clickthrough data reflect retrieval quality?", CIKM 2008.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.store import Behaviour

#: Sittings that one of the two must have won before a preference is told.
ENOUGH = 10
#: Points of the grid on which the belief about the preference is held.
_GRID = 4000


@dataclass(frozen=True, slots=True)
class Pair:
    """A comparison under way.

    Attributes:
        id: Its row.
        a: The first model.
        b: The second model.
        seed: Seed of the coin tosses; the same for a while, so that the panel does not jump at each look.
        started: When it began, seconds since the epoch.
        ended: When it ended, or None.
    """

    id: int
    a: str
    b: str
    seed: int
    started: float = 0.0
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two models is preferred so far.

    Attributes:
        a: The first model.
        b: The second model.
        wins_a: Sittings in which more picks of ``a`` were taken.
        wins_b: Sittings in which more picks of ``b`` were taken.
        ties: Sittings in which as many of both were taken, at least one.
        share: Mean belief of how often ``a`` wins, ties left out, in [0, 1].
        low: Lower end of the 95 % credible interval of the share (uniform prior).
        high: Upper end.
        p: Two-sided sign test of the wins; 1 without any.
    """

    a: str
    b: str
    wins_a: int
    wins_b: int
    ties: int
    share: float
    low: float
    high: float
    p: float

    @property
    def decided(self) -> bool:
        """Whether one is preferred: enough sittings, and p below 0.05."""
        return self.wins_a + self.wins_b >= ENOUGH and self.p < 0.05


def team_draft(a: Sequence[int], b: Sequence[int], limit: int, seed: int) -> list[tuple[int, int]]:
    """Return (row, team) of a list that two rankings fill in turns; team 0 is ``a``, 1 is ``b``.

    In each round a coin says who picks first, and each side adds its best item that is not there yet. What both rank
    goes to whoever's turn it is, so neither has an advantage.
    """
    rng = np.random.default_rng(seed)
    sides, at, taken = (list(a), list(b)), [0, 0], set[int]()
    counts, out = [0, 0], list[tuple[int, int]]()
    while len(out) < limit:
        open_sides = [s for s in (0, 1) if any(row not in taken for row in sides[s][at[s] :])]
        if not open_sides:
            break
        coin = int(rng.integers(2))
        side = coin if counts[0] == counts[1] else int(counts[1] < counts[0])
        if side not in open_sides:
            side = open_sides[0]
        while sides[side][at[side]] in taken:
            at[side] += 1
        row = sides[side][at[side]]
        taken.add(row)
        counts[side] += 1
        out.append((row, side))
    return out


def preference(a: str, b: str, sittings: Sequence[tuple[int, int]]) -> Preference:
    """Return which model is preferred.

    Args:
        a: The first model.
        b: The second model.
        sittings: Per sitting how many picks of each were taken.
    """
    wins_a = sum(x > y for x, y in sittings)
    wins_b = sum(y > x for x, y in sittings)
    ties = sum(x == y > 0 for x, y in sittings)
    share, low, high = _credible(wins_a, wins_b)
    return Preference(a, b, wins_a, wins_b, ties, share, low, high, sign_test(wins_a, wins_b))


def sign_test(wins: int, losses: int) -> float:
    """Return the two-sided p value of wins against losses under equal chances."""
    n = wins + losses
    if not n:
        return 1.0
    tail = float(sum(math.comb(n, k) for k in range(max(wins, losses), n + 1)) / 2**n)
    return min(1.0, 2 * tail)


def _credible(wins: int, losses: int) -> tuple[float, float, float]:
    """Return mean and 95 % interval of Beta(wins + 1, losses + 1)."""
    x = (np.arange(_GRID) + 0.5) / _GRID
    log_density = wins * np.log(x) + losses * np.log1p(-x)
    mass = np.exp(log_density - log_density.max())
    total = np.cumsum(mass / mass.sum())
    low, high = (float(x[np.searchsorted(total, q)]) for q in (0.025, 0.975))
    return (wins + 1) / (wins + losses + 2), low, high


class Interleavings:
    """Keeps the comparisons of all profiles; a profile has one at a time.

    Args:
        behaviour: Knows the profiles and their database.
    """

    #: Seconds for which a shared panel keeps its coin tosses.
    SITTING = 3600.0

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def start(self, profile: str, a: str, b: str) -> Pair:
        """Begin a comparison; one that is under way ends.

        Raises:
            InputError: Both are the same model.
        """
        if a == b:
            raise InputError("choose two different models to compare")
        profile_id, now = self._behaviour.ensure_profile(profile), time.time()
        with self._behaviour.database.write() as db:
            db.execute("UPDATE interleavings SET ended = ? WHERE profile_id = ? AND ended IS NULL", (now, profile_id))
            row = db.execute(
                "INSERT INTO interleavings (profile_id, model_a, model_b, started) VALUES (?, ?, ?, ?) RETURNING id",
                (profile_id, a, b, now),
            ).fetchone()
        return self._pair(row["id"], a, b, now, None, now)

    def stop(self, profile: str) -> None:
        """End the comparison under way, if any; what was found stays."""
        with self._behaviour.database.write() as db:
            db.execute(
                "UPDATE interleavings SET ended = ? WHERE ended IS NULL"
                " AND profile_id = (SELECT id FROM profiles WHERE name = ?)",
                (time.time(), profile),
            )

    def reopen(self, pair: Pair) -> None:
        """Go on with a comparison that ended."""
        with self._behaviour.database.write() as db:
            db.execute("UPDATE interleavings SET ended = NULL WHERE id = ?", (pair.id,))

    def current(self, profile: str, now: float) -> Pair | None:
        """Return the comparison under way, or None."""
        found = [pair for pair in self.all(profile, now) if pair.ended is None]
        return found[0] if found else None

    def all(self, profile: str, now: float) -> list[Pair]:
        """Return all comparisons of a profile, the latest first."""
        with self._behaviour.database.read() as db:
            rows = db.execute(
                "SELECT i.* FROM interleavings i JOIN profiles p ON p.id = i.profile_id WHERE p.name = ?"
                " ORDER BY started DESC, i.id DESC",
                (profile,),
            ).fetchall()
        return [self._pair(r["id"], r["model_a"], r["model_b"], r["started"], r["ended"], now) for r in rows]

    def _pair(self, number: int, a: str, b: str, started: float, ended: float | None, now: float) -> Pair:
        return Pair(number, a, b, number * 1_000_003 + int((now - started) // self.SITTING), started, ended)
