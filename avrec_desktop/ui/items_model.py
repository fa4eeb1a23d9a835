"""The items of the library as one Qt model for grid, table and detail."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from avrec_desktop.library.grouping import Grouped, Key
from avrec_desktop.library.types import Item
from avrec_desktop.ui.orders import group_title
from avrec_desktop.ui.sections import Section, Sections
from avrec_desktop.ui.texts import counted, duration, subtitle
from avrec_desktop.ui.workers import Runner

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[Sequence[int]], list[Item]]

#: Rows fetched at once, and pages kept.
PAGE, KEPT_PAGES = 64, 60
_NUMBERS = frozenset({"year", "duration", "plays"})
#: The headers of a list without groups.
NO_HEADS: NDArray[np.int64] = np.empty(0, np.int64)
COLUMNS = ("title", "artist", "album", "year", "duration", "rating", "plays", "kind")


class ItemsModel(QAbstractTableModel):
    """Rows are item ids in order; details are fetched by pages in a worker when a view asks for them.

    A list in groups has a row for the header of each; it has no item, no id (0) and cannot be chosen.

    Args:
        runner: Runs the fetches.
        fetch: Returns the items of ids, in a worker thread.

    Signals:
        ids_changed: The list of ids was replaced.
    """

    item_role = Qt.ItemDataRole.UserRole + 1
    id_role = Qt.ItemDataRole.UserRole + 2
    section_role = Qt.ItemDataRole.UserRole + 3
    ids_changed = Signal()

    def __init__(self, runner: Runner, fetch: Fetch, parent: Any = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._fetch = fetch
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._sections: Sections | None = None
        self._closed: dict[str, set[Key]] = {}
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
        """Return the number of items, and headers of groups."""
        return 0 if parent.isValid() else len(self._ids if self._sections is None else self._sections)

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

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that items can be chosen, and headers be gone to."""
        flags = super().flags(index)
        return flags & ~Qt.ItemFlag.ItemIsSelectable if index.isValid() and self.is_head(index.row()) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, the item, or its id; None until the item has been fetched."""
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        if self.is_head(index.row()):
            return self._head_data(index, role)
        if role == self.id_role:
            return int(self._ids[self._position(index.row())])
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

    def _head_data(self, index: Index, role: int) -> Any:
        if role == self.id_role:
            return 0
        section = self.section(index.row())
        if role == self.section_role:
            return section
        if section is None or index.column():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return section.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            one = self.tr("{name}, {n} item, closed") if section.closed else self.tr("{name}, {n} item, open")
            many = self.tr("{name}, {n} items, closed") if section.closed else self.tr("{name}, {n} items, open")
            return counted(section.count, one, many, name=section.title)
        return None

    # -- groups

    @property
    def heads(self) -> NDArray[np.int64]:
        """The rows that are headers of groups, ascending, int64 (groups,)."""
        return NO_HEADS if self._sections is None else self._sections.heads

    def is_head(self, row: int) -> bool:
        """Return whether a row is the header of a group."""
        return self._sections is not None and 0 <= row < len(self._sections) and self._sections.is_head(row)

    def section(self, row: int) -> Section | None:
        """Return the group that a row belongs to."""
        sections = self._sections
        if sections is None or not 0 <= row < len(sections):
            return None
        number = sections.of_row(row)
        title = group_title(sections.grouped.field, sections.grouped.keys[number])
        return Section(title, int(sections.counts[number]), sections.is_closed(number))

    def head_of(self, row: int) -> int:
        """Return the row of the header of the group that a row belongs to, or -1."""
        return -1 if self._sections is None else int(self._sections.heads[self._sections.of_row(row)])

    def set_closed(self, row: int, closed: bool) -> None:
        """Show only the header of the group that a row belongs to, or its items too."""
        sections = self._sections
        if sections is None or not 0 <= row < len(sections):
            return
        number = sections.of_row(row)
        if sections.is_closed(number) == closed:
            return
        head, count = int(sections.heads[number]), int(sections.counts[number])
        keys = self._closed.setdefault(sections.grouped.field, set())
        (keys.add if closed else keys.discard)(sections.grouped.keys[number])
        (self.beginRemoveRows if closed else self.beginInsertRows)(QModelIndex(), head + 1, head + count)
        sections.set_closed(number, closed)
        (self.endRemoveRows if closed else self.endInsertRows)()
        self.dataChanged.emit(self.index(head, 0), self.index(head, len(COLUMNS) - 1))

    def close_all(self, closed: bool) -> None:
        """Show only the headers of all groups, or all items."""
        if self._sections is None:
            return
        grouped = self._sections.grouped
        self.beginResetModel()
        self._closed[grouped.field] = set(grouped.keys) if closed else set()
        self._sections = Sections(grouped, self._closed[grouped.field])
        self.endResetModel()

    # -- contents

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids in order, those of closed groups too, int64 (n,)."""
        return self._ids

    def position_of(self, item_id: int) -> int:
        """Return the place of an item in :attr:`ids`, or -1."""
        places = np.flatnonzero(self._ids == item_id)
        return int(places[0]) if len(places) else -1

    def ids_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ids of the items in these rows, headers left out, int64 (n,)."""
        if self._sections is None:
            return self._ids[rows]
        places = self._sections.positions[rows]
        return self._ids[places[places >= 0]]

    def _position(self, row: int) -> int:
        return row if self._sections is None else int(self._sections.positions[row])

    def set_ids(self, ids: NDArray[np.int64], first: Sequence[Item] = (), grouped: Grouped | None = None) -> None:
        """Show these items. Rows added at the end are inserted, everything else resets the views.

        Args:
            ids: Item ids in order, int64 (n,).
            first: Those of the first :data:`PAGE` where they have been read already: they are there at once.
            grouped: The list in groups, of the same ids.
        """
        old, was = self._ids, None if self._sections is None else self._sections.grouped
        if np.array_equal(ids, old) and _same(was, grouped):
            return
        if was is None and grouped is None and 0 < len(old) < len(ids) and np.array_equal(ids[: len(old)], old):
            self._pages.pop((len(old) - 1) // PAGE, None)
            self._asked.discard((len(old) - 1) // PAGE)
            self.beginInsertRows(QModelIndex(), len(old), len(ids) - 1)
            self._ids = ids
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._ids = ids
            self._sections = (
                None if grouped is None else Sections(grouped, self._closed.setdefault(grouped.field, set()))
            )
            self._forget()
            if len(first):
                by_id = {item.id: item for item in first}
                self._pages[0] = [by_id.get(int(i)) for i in ids[:PAGE]]
            self.endResetModel()
        self.ids_changed.emit()

    def item_at(self, row: int) -> Item | None:
        """Return the item of a row, or None and have it fetched."""
        position = self._position(row)
        if position < 0:
            return None
        page = position // PAGE
        held = self._pages.get(page)
        if held is None:
            if page not in self._asked:
                self._wanted.add(page)
                self._timer.start()
            return None
        self._pages.move_to_end(page)
        offset = position - page * PAGE
        return held[offset] if offset < len(held) else None

    def row_of(self, item_id: int) -> int:
        """Return the row of an item, or -1; also where its group is closed."""
        position = self.position_of(item_id)
        return position if position < 0 or self._sections is None else self._sections.row_of(position)

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
        if self._sections is not None:
            places = self._sections.positions
            rows = np.flatnonzero((places >= first) & (places <= last))
            first, last = (int(rows[0]), int(rows[-1])) if len(rows) else (0, -1)
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


def _same(one: Grouped | None, other: Grouped | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.field == other.field and one.keys == other.keys and np.array_equal(one.starts, other.starts)


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
