"""Tables of an import: uncertain matches to decide about, and rows that were left out. Any number of rows is cheap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from avrec_desktop.behaviour.imports.results import Doubt
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import amount, listed, percent

Index = QModelIndex | QPersistentModelIndex
#: Columns of the table of matches.
THING, ACTS, BEST, SCORE, DECISION = range(5)


def thing_text(doubt: Doubt) -> str:
    """Return what the source calls an item."""
    thing = doubt.thing
    parts = [thing.artist, thing.title or thing.key, thing.album, thing.year]
    return " – ".join(str(p) for p in parts if p)


class DoubtsModel(QAbstractTableModel):
    """Uncertain matches with what was decided about each.

    Signals:
        decided: The decisions changed.
    """

    decided = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doubts: list[Doubt] = []
        self._names: Mapping[int, str] = {}
        self.decisions: dict[int, int | None] = {}

    def show(self, doubts: Sequence[Doubt], names: Mapping[int, str]) -> None:
        """Show these matches; ``names`` are those of all their candidates."""
        self.beginResetModel()
        self._doubts, self._names = list(doubts), names
        self.decisions = {d.row: d.chosen for d in doubts if d.decided}
        self.endResetModel()
        self.decided.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of matches."""
        return 0 if parent.isValid() else len(self._doubts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of columns."""
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (
            self.tr("In the file"), self.tr("Times"), self.tr("Perhaps this"), self.tr("Alike"), self.tr("Decided")
        )  # fmt: skip
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cells."""
        if not index.isValid():
            return None
        doubt, column = self._doubts[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._cell(doubt, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return listed(self._cell(doubt, c) for c in range(5))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in {ACTS, SCORE}:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == DECISION and doubt.row in self.decisions:
            chosen = self.decisions[doubt.row] is not None
            return QColor(theme.tokens().success if chosen else theme.tokens().muted)
        return None

    def _cell(self, doubt: Doubt, column: int) -> str:
        best = doubt.candidates[0] if doubt.candidates else None
        if column == THING:
            return thing_text(doubt)
        if column == ACTS:
            return amount(doubt.acts)
        if column == BEST:
            return self.name(best.item_id) if best is not None else ""
        if column == SCORE:
            return percent(best.score) if best is not None else ""
        if doubt.row not in self.decisions:
            return ""
        item = self.decisions[doubt.row]
        if item is None:
            return self.tr("None of them")
        return self.tr("This one") if best is not None and item == best.item_id else self.name(item)

    def name(self, item: int) -> str:
        """Return what a library item is called."""
        return self._names.get(item, self.tr("Item {n}").format(n=item))

    def doubt(self, row: int) -> Doubt | None:
        """Return the match of a row."""
        return self._doubts[row] if 0 <= row < len(self._doubts) else None

    def decide(self, rows: Sequence[int], candidate: int | None) -> None:
        """Decide for the candidate of that number (from 0) of each row, or for none of them."""
        for row in rows:
            doubt = self.doubt(row)
            if doubt is None:
                continue
            if candidate is None:
                self.decisions[doubt.row] = None
            elif candidate < len(doubt.candidates):
                self.decisions[doubt.row] = doubt.candidates[candidate].item_id
        self._changed()

    def decide_other(self, row: int, item: int, name: str) -> None:
        """Decide for a library item that is not among the candidates."""
        doubt = self.doubt(row)
        if doubt is not None:
            self._names = {**self._names, item: name}
            self.decisions[doubt.row] = item
            self._changed()

    def leave_open(self, rows: Sequence[int]) -> None:
        """Take decisions back."""
        for row in rows:
            doubt = self.doubt(row)
            if doubt is not None:
                self.decisions.pop(doubt.row, None)
        self._changed()

    def accept_from(self, score: float) -> int:
        """Decide for the best candidate of all open rows that are at least so much alike; returns how many."""
        before = len(self.decisions)
        for doubt in self._doubts:
            if doubt.row not in self.decisions and doubt.candidates and doubt.candidates[0].score >= score:
                self.decisions[doubt.row] = doubt.candidates[0].item_id
        self._changed()
        return len(self.decisions) - before

    def _changed(self) -> None:
        if self._doubts:
            self.dataChanged.emit(self.index(0, DECISION), self.index(len(self._doubts) - 1, DECISION))
        self.decided.emit()


class BadRowsModel(QAbstractTableModel):
    """Rows that were left out, with the reasons."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[dict[str, Any]] = []

    def show(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show rows with ``row``, ``reason`` and perhaps ``file``."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of columns."""
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("File"), self.tr("Row"), self.tr("Why it was left out"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cells."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return (row.get("file", ""), str(row["row"]), row["reason"])[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.get('file', '')} {row['row']}: {row['reason']}".strip()
        return None
