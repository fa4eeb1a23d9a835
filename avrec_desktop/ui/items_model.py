"""The items of the library as one Qt model for grid, table and detail."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from avrec_desktop.library.types import Item
from avrec_desktop.ui.texts import duration, subtitle
from avrec_desktop.ui.workers import Runner

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[Sequence[int]], list[Item]]

#: Rows fetched at once, and pages kept.
PAGE, KEPT_PAGES = 64, 60
_NUMBERS = frozenset({"year", "duration", "plays"})
COLUMNS = ("title", "artist", "album", "year", "duration", "rating", "plays", "kind")


class ItemsModel(QAbstractTableModel):
    """Rows are item ids in order; details are fetched by pages in a worker when a view asks for them.

    Args:
        runner: Runs the fetches.
        fetch: Returns the items of ids, in a worker thread.

    Signals:
        ids_changed: The list of ids was replaced.
    """

    item_role = Qt.ItemDataRole.UserRole + 1
    id_role = Qt.ItemDataRole.UserRole + 2
    ids_changed = Signal()

    def __init__(self, runner: Runner, fetch: Fetch, parent: Any = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._fetch = fetch
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._pages: OrderedDict[int, list[Item | None]] = OrderedDict()
        self._wanted: set[int] = set()
        self._asked: set[int] = set()
        self._generation = 0
        #: Grows whenever items may have changed: rows read before are not to be shown any more.
        self.refreshes = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._dispatch)

    # -- what views ask

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of items."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns of the table."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the names of the columns, aligned as their cells."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (
            self.tr("Title"),
            self.tr("Artist"),
            self.tr("Album"),
            self.tr("Year"),
            self.tr("Length"),
            self.tr("Rating"),
            self.tr("Plays"),
            self.tr("Kind"),
        )
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, the item, or its id; None until the item has been fetched."""
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        if role == self.id_role:
            return int(self._ids[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, self.item_role}:
            return None
        item = self.item_at(index.row())
        if role == self.item_role:
            return item
        if item is None:
            return "…" if index.column() == 0 else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.title}, {subtitle(item)}, {duration(item.duration)}"
        if COLUMNS[index.column()] == "kind":
            return self.tr("Video") if item.kind == "video" else self.tr("Audio")
        return _cell(item, COLUMNS[index.column()])

    # -- contents

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids in order, int64 (n,)."""
        return self._ids

    def set_ids(self, ids: NDArray[np.int64], first: Sequence[Item] = ()) -> None:
        """Show these items. Rows added at the end are inserted, everything else resets the views.

        Args:
            ids: Item ids in order, int64 (n,).
            first: Those of the first :data:`PAGE` where they have been read already: they are there at once.
        """
        old = self._ids
        if np.array_equal(ids, old):
            return
        if 0 < len(old) < len(ids) and np.array_equal(ids[: len(old)], old):
            self._pages.pop((len(old) - 1) // PAGE, None)
            self._asked.discard((len(old) - 1) // PAGE)
            self.beginInsertRows(QModelIndex(), len(old), len(ids) - 1)
            self._ids = ids
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._ids = ids
            self._forget()
            if len(first):
                by_id = {item.id: item for item in first}
                self._pages[0] = [by_id.get(int(i)) for i in ids[:PAGE]]
            self.endResetModel()
        self.ids_changed.emit()

    def item_at(self, row: int) -> Item | None:
        """Return the item of a row, or None and have it fetched."""
        page = row // PAGE
        held = self._pages.get(page)
        if held is None:
            if page not in self._asked:
                self._wanted.add(page)
                self._timer.start()
            return None
        self._pages.move_to_end(page)
        offset = row - page * PAGE
        return held[offset] if offset < len(held) else None

    def row_of(self, item_id: int) -> int:
        """Return the row of an item, or -1."""
        rows = np.flatnonzero(self._ids == item_id)
        return int(rows[0]) if len(rows) else -1

    def refresh_items(self, item_ids: Sequence[int]) -> None:
        """Fetch these items anew where they are shown."""
        if not len(item_ids):
            return
        self.refreshes += 1
        rows = np.flatnonzero(np.isin(self._ids, np.asarray(item_ids)))
        for page in {int(r) // PAGE for r in rows}:
            if page in self._pages:
                self._wanted.add(page)
                self._asked.discard(page)
        if self._wanted:
            self._timer.start()

    def refresh_all(self) -> None:
        """Fetch everything shown anew."""
        self.refreshes += 1
        self._wanted |= set(self._pages)
        self._asked.clear()
        if self._wanted:
            self._timer.start()

    def _forget(self) -> None:
        self._generation += 1
        self._pages.clear()
        self._wanted.clear()
        self._asked.clear()

    def _dispatch(self) -> None:
        pages, self._wanted = sorted(self._wanted), set()
        generation = self._generation
        for page in pages:
            ids = [int(i) for i in self._ids[page * PAGE : (page + 1) * PAGE]]
            if not ids:
                continue
            self._asked.add(page)
            self._runner.run(
                lambda ids=ids: self._fetch(ids),  # type: ignore[misc]
                lambda items, page=page, ids=ids: self._store(generation, page, ids, items),  # type: ignore[misc]
                priority=page,
            )

    def _store(self, generation: int, page: int, ids: list[int], items: list[Item]) -> None:
        if generation != self._generation:
            return
        self._asked.discard(page)
        by_id = {item.id: item for item in items}
        self._pages[page] = [by_id.get(i) for i in ids]
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        first, last = page * PAGE, min(page * PAGE + len(ids), len(self._ids)) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[column] in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cell(item: Item, column: str) -> str:
    if column == "duration":
        return duration(item.duration)
    if column == "rating":
        return "★" * round(item.rating) if item.rating else ""
    if column == "plays":
        return str(item.plays) if item.plays else ""
    value = getattr(item, column)
    return "" if value is None else str(value)
