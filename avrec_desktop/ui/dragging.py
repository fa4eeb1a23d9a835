"""Items that are dragged: out of the window as files, within it as items."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.player import file_url

#: Items within the app: a JSON list of ids.
ITEMS = "application/x-avrec-items"
#: Entries of one list, that are moved within it: a JSON list of rows.
ENTRIES = "application/x-avrec-entries"

Index = QModelIndex | QPersistentModelIndex


def dragged_ids(data: QMimeData) -> list[int]:
    """Return the ids of the items that are dragged, if any."""
    return _numbers(data, ITEMS)


def _numbers(data: QMimeData, kind: str) -> list[int]:
    if not data.hasFormat(kind):
        return []
    try:
        found = json.loads(bytes(data.data(kind).data()))
    except ValueError:
        return []
    return [n for n in found if isinstance(n, int)] if isinstance(found, list) else []


class DragModel(ItemsModel):
    """Items that can be dragged onto playlists and out of the window."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that items can be chosen and dragged."""
        flags = super().flags(index)
        some = index.isValid() and not self.is_head(index.row())
        return flags | Qt.ItemFlag.ItemIsDragEnabled if some else flags

    def mimeTypes(self) -> list[str]:
        """Return what a drag carries."""
        return [ITEMS, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the ids of the items, and their files as far as they have been fetched."""
        rows = sorted({index.row() for index in indexes})
        data = QMimeData()
        data.setData(ITEMS, json.dumps(self.ids_of(np.array(rows, np.int64)).tolist()).encode())
        items = (self.item_at(row) for row in rows)
        data.setUrls([file_url(item.path) for item in items if item is not None and item.available and item.path])
        return data


class EntriesModel(DragModel):
    """The entries of a list that can be put into another order, and take items.

    Signals:
        moved: (rows, row before which they shall stand) entries were dragged.
        dropped: (item ids, row before which they shall stand) items were brought.
    """

    moved = Signal(object, int)
    dropped = Signal(object, int)
    changeable = True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that the list takes drops between its entries."""
        flags = super().flags(index)
        return flags if index.isValid() or not self.changeable else flags | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that entries move and items are copied."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Return what a drag carries."""
        return [ENTRIES, *super().mimeTypes()]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the items, and the rows they stand in."""
        data = super().mimeData(indexes)
        data.setData(ENTRIES, json.dumps([id(self), *sorted({index.row() for index in indexes})]).encode())
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, _parent: Index) -> bool:
        """Return whether these are items."""
        return self.changeable and data.hasFormat(ITEMS)

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index) -> bool:
        """Tell where entries or items were dropped."""
        if not self.changeable:
            return False
        to = row if row >= 0 else parent.row() if parent.isValid() else self.rowCount()
        own = _numbers(data, ENTRIES)
        if own[:1] == [id(self)]:
            self.moved.emit(own[1:], to)
        elif ids := dragged_ids(data):
            self.dropped.emit(ids, to)
        else:
            return False
        return True
