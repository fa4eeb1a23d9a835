"""Where the cells and headers of a grid are: computed from the groups, never stored for each row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


class CardLayout:
    """Rows as cells side by side, each group below a header that fills the width. All lengths are in pixels.

    Args:
        rows: Number of rows.
        heads: The rows that are headers, ascending, int64 (groups,); empty for one list without any.
        columns: Cells side by side.
        height: Height of a cell.
        head: Height of a header.

    Attributes:
        rows, columns, height: As given.
        length: Height of everything.
    """

    def __init__(self, rows: int, heads: Rows, columns: int, height: int, head: int) -> None:
        self.rows, self.columns, self.height = rows, columns, height
        self._height = max(1, height)
        self._head = head if len(heads) else 0
        self._firsts = heads + 1 if len(heads) else np.zeros(1, np.int64)
        counts = np.diff(heads, append=rows) - 1 if len(heads) else np.array([rows], np.int64)
        lines = -(-counts // columns)
        heights = self._head + lines * self._height
        self._tops = np.cumsum(heights) - heights
        self.length = int(heights.sum())

    def place(self, row: int) -> tuple[int, int, bool]:
        """Return the column of a row, how far down it begins, and whether it is a header."""
        group = max(0, int(np.searchsorted(self._firsts, row + 1, side="right")) - 1) if self._head else 0
        top, offset = int(self._tops[group]), row - int(self._firsts[group])
        if offset < 0:
            return 0, top, True
        line, column = divmod(offset, self.columns)
        return column, top + self._head + line * self._height, False

    def line(self, y: int) -> range:
        """Return the rows of the line at a height; the nearest line where there is none."""
        if not self.rows:
            return range(0)
        y = max(0, min(y, self.length - 1))
        group = max(0, int(np.searchsorted(self._tops, y, side="right")) - 1)
        first, down = int(self._firsts[group]), y - int(self._tops[group])
        if down < self._head:
            return range(first - 1, first)
        end = int(self._firsts[group + 1]) - 1 if group + 1 < len(self._firsts) else self.rows
        at = first + (down - self._head) // self._height * self.columns
        return range(at, min(end, at + self.columns))

    def between(self, top: int, bottom: int) -> range:
        """Return the rows of all lines that touch a span of heights."""
        if not self.rows or top >= self.length or bottom < 0:
            return range(0)
        return range(self.line(top).start, self.line(bottom).stop)

    def head_at(self, y: int) -> tuple[int, int] | None:
        """Return the row of the header whose group lies at a height, and where the group ends; None without groups."""
        if not self._head or not self.rows:
            return None
        group = max(0, int(np.searchsorted(self._tops, max(0, y), side="right")) - 1)
        end = int(self._tops[group + 1]) if group + 1 < len(self._tops) else self.length
        return int(self._firsts[group]) - 1, end
