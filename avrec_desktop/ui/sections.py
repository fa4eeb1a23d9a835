"""Rows of a list in groups: a header for each group, and the items of those that are open."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.library.grouping import Grouped, Key

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Section:
    """A group as it is shown.

    Attributes:
        title: Its name in the language of the window.
        count: Number of its items.
        closed: Whether only its header is shown.
    """

    title: str
    count: int
    closed: bool


class Sections:
    """Where the headers of groups stand among the rows, and where the items; computed for all groups at once.

    Args:
        grouped: The list.
        closed: Keys of the groups of which only the header is shown.

    Attributes:
        grouped: The list.
        heads: The rows that are headers, ascending, int64 (groups,).
        positions: For every row the place of its item in the list, -1 for a header, int64 (rows,).
    """

    def __init__(self, grouped: Grouped, closed: AbstractSet[Key]) -> None:
        self.grouped = grouped
        self.counts: Rows = np.diff(grouped.starts, append=len(grouped.ids))
        self._closed = np.fromiter((key in closed for key in grouped.keys), bool, len(grouped.keys))
        self.heads: Rows
        self.positions: Rows
        self._place()

    def _place(self) -> None:
        shown = np.where(self._closed, 0, self.counts)
        self.heads = np.arange(len(shown), dtype=np.int64) + np.cumsum(shown) - shown
        items = np.ones(len(shown) + int(shown.sum()), dtype=bool)
        items[self.heads] = False
        self.positions = np.full(len(items), -1, np.int64)
        self.positions[items] = np.flatnonzero(np.repeat(~self._closed, self.counts))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.positions)

    def of_row(self, row: int) -> int:
        """Return the number of the group that a row belongs to."""
        return int(np.searchsorted(self.heads, row, side="right")) - 1

    def is_head(self, row: int) -> bool:
        """Return whether a row is a header."""
        return bool(self.positions[row] < 0)

    def is_closed(self, number: int) -> bool:
        """Return whether only the header of a group is shown."""
        return bool(self._closed[number])

    def row_of(self, position: int) -> int:
        """Return the row of an item by its place in the list, or -1 where its group is closed."""
        number = int(np.searchsorted(self.grouped.starts, position, side="right")) - 1
        if number < 0 or self._closed[number]:
            return -1
        return int(self.heads[number] + 1 + position - self.grouped.starts[number])

    def set_closed(self, number: int, closed: bool) -> None:
        """Show only the header of a group, or its items too."""
        self._closed[number] = closed
        self._place()
