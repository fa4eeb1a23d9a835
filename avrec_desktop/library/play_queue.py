"""What plays next: a list with a place in it, that can be shuffled without repeats and put back in order."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
#: Entries that were played lately and come late in a shuffled queue.
RECENT = 50


@dataclass(frozen=True, slots=True)
class QueueState(Generic[T]):
    """Everything a queue is at one moment, for an undo."""

    entries: tuple[tuple[int, T], ...]
    at: int
    shuffled: bool


class PlayQueue(Generic[T]):
    """A queue. What was played stays in it before the present place.

    Args:
        key: Tells entries apart.
        group: What entries should not come twice in a row (an artist); None for no group.
        rng: Source of chance.

    Attributes:
        at: Place of the present entry, or -1.
        shuffled: Whether what follows is in random order.
    """

    def __init__(
        self,
        key: Callable[[T], Hashable],
        group: Callable[[T], Hashable | None] = lambda _: None,
        rng: random.Random | None = None,
    ) -> None:
        self._key = key
        self._group = group
        self._rng = rng or random.Random()
        self._serial = itertools.count()
        self._entries: list[tuple[int, T]] = []  # the number tells the place in the order that was asked for
        self._recent: deque[Hashable] = deque(maxlen=RECENT)
        self.at = -1
        self.shuffled = False

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> list[T]:
        """All entries, in the order they play."""
        return [entry for _, entry in self._entries]

    @property
    def current(self) -> T | None:
        """The entry that plays."""
        return self._entries[self.at][1] if 0 <= self.at < len(self._entries) else None

    @property
    def has_next(self) -> bool:
        """Whether anything follows."""
        return self.at + 1 < len(self._entries)

    @property
    def following(self) -> T | None:
        """What comes next."""
        return self._entries[self.at + 1][1] if self.has_next else None

    def state(self) -> QueueState[T]:
        """Return what the queue is, for :meth:`restore`."""
        return QueueState(tuple(self._entries), self.at, self.shuffled)

    def restore(self, state: QueueState[T]) -> None:
        """Put the queue back; what plays now keeps its place in it if it was there, else follows what played then."""
        playing = self._entries[self.at] if self.current is not None else None
        self._entries, self.at, self.shuffled = list(state.entries), state.at, state.shuffled
        if playing is not None:
            numbers = [number for number, _ in self._entries]
            if playing[0] in numbers:
                self.at = numbers.index(playing[0])
            else:
                self.at += 1
                self._entries.insert(self.at, playing)

    def set(self, entries: Iterable[T], at: int = 0) -> None:
        """Begin anew at entry ``at``; a shuffled queue stays shuffled."""
        self._entries = self._numbered(entries)
        self.at = at if 0 <= at < len(self._entries) else -1
        if self.shuffled:
            first = [self._entries.pop(self.at)] if self.at >= 0 else []
            self.at = 0 if first else -1
            self._entries = first + self._mixed(self._entries)

    def play_next(self, entries: Iterable[T]) -> None:
        """Put entries right behind the present one."""
        self._entries[self.at + 1 : self.at + 1] = self._numbered(entries)

    def add(self, entries: Iterable[T]) -> None:
        """Put entries at the end; in a shuffled queue somewhere in what follows."""
        new = self._numbered(entries)
        if not self.shuffled:
            self._entries += new
            return
        for entry in new:
            self._entries.insert(self._rng.randint(min(self.at + 1, len(self._entries)), len(self._entries)), entry)

    def remove(self, rows: Iterable[int]) -> int:
        """Take entries out, but never the one that plays; returns how many."""
        out = {row for row in rows if 0 <= row < len(self._entries) and row != self.at}
        before = sum(1 for row in out if row < self.at)
        self._entries = [entry for row, entry in enumerate(self._entries) if row not in out]
        self.at -= before
        return len(out)

    def clear(self) -> int:
        """Take everything out but what plays; returns how many entries went."""
        return self.remove(range(len(self._entries)))

    def move(self, rows: Sequence[int], to: int) -> None:
        """Put the entries of these rows, in their order, before the one that is at ``to`` now."""
        chosen = sorted({row for row in rows if 0 <= row < len(self._entries)})
        playing = self._entries[self.at][0] if self.current is not None else None
        moved = [self._entries[row] for row in chosen]
        head = [entry for row, entry in enumerate(self._entries[:to]) if row not in chosen]
        tail = [entry for row, entry in enumerate(self._entries[to:], to) if row not in chosen]
        self._entries = head + moved + tail
        self.at = next((row for row, (number, _) in enumerate(self._entries) if number == playing), self.at)

    def next(self) -> T | None:
        """Go on; None at the end, where the place stays."""
        if not self.has_next:
            return None
        self._note()
        self.at += 1
        return self.current

    def previous(self) -> T | None:
        """Go back; None at the beginning."""
        if self.at <= 0:
            return None
        self.at -= 1
        return self.current

    def jump(self, row: int) -> T | None:
        """Go to an entry."""
        if not 0 <= row < len(self._entries):
            return None
        self._note()
        self.at = row
        return self.current

    def shuffle(self, on: bool) -> None:
        """Mix what follows so that everything comes once and artists are spread, or put it back in order."""
        if on == self.shuffled:
            return
        self.shuffled = on
        played, following = self._entries[: self.at + 1], self._entries[self.at + 1 :]
        self._entries = played + (self._mixed(following) if on else sorted(following, key=lambda entry: entry[0]))

    def _note(self) -> None:
        current = self.current
        if current is not None:
            self._recent.append(self._key(current))

    def _numbered(self, entries: Iterable[T]) -> list[tuple[int, T]]:
        return [(next(self._serial), entry) for entry in entries]

    def _mixed(self, entries: list[tuple[int, T]]) -> list[tuple[int, T]]:
        """Return entries in random order, each group spread over the whole, what was played lately last."""
        recent = set(self._recent)
        fresh = [entry for entry in entries if self._key(entry[1]) not in recent]
        heard = [entry for entry in entries if self._key(entry[1]) in recent]
        return self._spread(fresh) + self._spread(heard)

    def _spread(self, entries: list[tuple[int, T]]) -> list[tuple[int, T]]:
        groups: dict[Hashable, list[tuple[int, T]]] = {}
        for entry in entries:
            group = self._group(entry[1])
            groups.setdefault(("alone", entry[0]) if group is None else ("group", group), []).append(entry)
        placed: list[tuple[float, tuple[int, T]]] = []
        for members in groups.values():
            self._rng.shuffle(members)
            start = self._rng.random()
            for i, entry in enumerate(members):
                jitter = self._rng.uniform(-0.15, 0.15) if len(members) > 1 else 0.0
                placed.append(((i + start + jitter) / len(members), entry))
        placed.sort(key=lambda pair: pair[0])
        return [entry for _, entry in placed]
