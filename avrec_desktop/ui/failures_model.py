"""Failed analyses as a Qt model; cells are made when a view asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, Qt

from avrec_desktop.features.plan import FailedAnalysis
from avrec_desktop.ui.said import said
from avrec_desktop.ui.widgets.basics import plain_tip

Index = QModelIndex | QPersistentModelIndex

FILE, EXTRACTOR, REASON, WHEN = range(4)


class FailuresModel(QAbstractTableModel):
    """Rows are failed analyses, newest first, with file, analysis, reason and time."""

    failure_role = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[FailedAnalysis] = ()
        self._names: Mapping[str, str] = {}

    def set_rows(self, rows: Sequence[FailedAnalysis], names: Mapping[str, str]) -> None:
        """Show these failures; new ones above those that are shown are inserted, everything else resets the views.

        Args:
            rows: The failures, newest first.
            names: Names of extractors for people, by id.
        """
        old, new = self._rows, tuple(rows)
        if new == old and names == self._names:
            return
        added = len(new) - len(old)
        if old and added > 0 and new[added:] == old and names == self._names:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            self._rows = new
            self.endInsertRows()
            return
        self.beginResetModel()
        self._rows, self._names = new, dict(names)
        self.endResetModel()

    def at(self, row: int) -> FailedAnalysis:
        """Return the failure of a row."""
        return self._rows[row]

    def text(self, row: int) -> str:
        """Return a row as one line of text, with the whole path."""
        failed = self._rows[row]
        path = _fit(failed.failure.path)
        return f"{path}\t{self._name(failed)}\t{failed.failure.reason}\t{_time(failed.at)}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of failures."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return four."""
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < 4:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("File"), self.tr("Analysis"), self.tr("Reason"), self.tr("When"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its tool tip, or the failure."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        failed = self._rows[index.row()]
        if role == self.failure_role:
            return failed
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(_fit(failed.failure.path) if index.column() == FILE else said(failed.failure.reason))
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(failed, index.column())
        return None

    def _cell(self, failed: FailedAnalysis, column: int) -> str:
        if column == FILE:
            return PurePath(_fit(failed.failure.path)).name
        if column == EXTRACTOR:
            return self._name(failed)
        return said(failed.failure.reason) if column == REASON else _time(failed.at)

    def _name(self, failed: FailedAnalysis) -> str:
        extractor = failed.failure.extractor or ""
        return said(self._names.get(extractor, extractor))


def _fit(path: str) -> str:
    return path.encode("utf-8", "replace").decode()


def _time(at: float) -> str:
    moment = QDateTime.fromSecsSinceEpoch(int(at))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
