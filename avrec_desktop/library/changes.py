"""What writes changed, so that what was read of the library before need not be read anew after each of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import reduce

#: Writes remembered, and items named of all of them, above which a reader reads everything anew.
_WRITES, _ITEMS = 256, 2000


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write touches of all that lists are made from.

    Attributes:
        everything: Whether it may be anything.
        states: Items whose ratings, plays and the like changed, of whatever profile.
    """

    everything: bool = False
    states: frozenset[int] = frozenset()

    def __or__(self, other: Changes) -> Changes:
        """Return what both touch."""
        if self.everything or other.everything:
            return EVERYTHING
        return Changes(states=self.states | other.states)


EVERYTHING = Changes(everything=True)
#: Only what no list is made from: settings, panels, what was shown.
NOTHING = Changes()


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the library: how often others wrote, as far as seen, and how often this process did."""

    others: int
    own: int


class ChangeLog:
    """Tells what was written between two moments. The caller locks.

    SQLite says that a file changed, not what in it. A process knows what it wrote itself; after a write of another
    process everything counts as changed. ``version`` is what ``PRAGMA data_version`` gives on a connection that never
    writes: it changes with every commit. The same on the writing connection changes with those of others only.
    """

    def __init__(self) -> None:
        self._others = self._own = 0
        self._version: int | None = None
        self._log: deque[Changes] = deque(maxlen=_WRITES)

    def moment(self, version: int) -> Moment:
        """Return the present moment; take it before reading, so that what is read is as new or newer."""
        if version != self._version:  # another process, or a write of ours that is not noted yet
            self._others += self._version is not None
            self._version = version
        return Moment(self._others, self._own)

    def wrote(self, changes: Changes, version: int, *, others: bool) -> None:
        """Note a write that was committed.

        Args:
            changes: What it touched.
            version: What the reading connection says after it.
            others: Whether another process wrote since the last write, or in between.
        """
        self._others += others
        self._own += 1
        self._version = version
        self._log.append(changes)

    def since(self, moment: Moment) -> Changes:
        """Return what was written after a moment."""
        count = self._own - moment.own
        if moment.others != self._others or not 0 <= count <= len(self._log):
            return EVERYTHING
        found = reduce(Changes.__or__, list(self._log)[len(self._log) - count :], NOTHING)
        return found if len(found.states) <= _ITEMS else EVERYTHING
