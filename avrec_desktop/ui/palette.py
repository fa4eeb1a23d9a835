"""The command palette: everything the window can do, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.ui import theme

#: Commands shown at once, and how well the words must fit (0 to 100).
SHOWN, FIT = 12, 60
_KEYS = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Command:
    """Something the window can do.

    Attributes:
        text: What it does, translated.
        call: Does it.
        keys: The keys that do the same, or nothing.
        icon: Name of an icon.
    """

    text: str
    call: Callable[[], object]
    keys: str = ""
    icon: str = "chevron-right"


def matching(commands: Sequence[Command], words: str) -> list[Command]:
    """Return the commands that fit the words, best first; all in their order when there are no words."""
    from rapidfuzz import fuzz, process, utils

    words = words.strip()
    if not words:
        return list(commands)
    texts = [command.text for command in commands]
    found = process.extract(
        words, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=len(texts), score_cutoff=FIT
    )
    low = words.casefold()
    ranked = sorted(found, key=lambda hit: (low not in hit[0].casefold(), -hit[1], hit[2]))
    inside = sorted(
        (n for n, text in enumerate(texts) if low in text.casefold()), key=lambda n: _place(texts[n].casefold(), low)
    )
    order = dict.fromkeys([*inside, *(index for _, _, index in ranked)])
    return [commands[n] for n in order]


def _place(text: str, words: str) -> int:
    """Return 0 where a text begins with the words, 1 where one of its words does, else 2."""
    return 0 if text.startswith(words) else 1 if f" {words}" in text else 2


class _Entry(QStyledItemDelegate):
    """A command with its keys at the other end of the line."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint it."""
        super().paint(painter, option, index)
        keys = str(index.data(_KEYS) or "")
        if keys:
            painter.save()
            painter.setPen(QColor(theme.tokens().muted))
            end = QStyle.visualAlignment(painter.layoutDirection(), Qt.AlignmentFlag.AlignRight)
            painter.drawText(option.rect.adjusted(theme.M, 0, -theme.M, 0), end | Qt.AlignmentFlag.AlignVCenter, keys)
            painter.restore()


class Palette(QDialog):
    """Layout and keys of the palette.

    Signals:
        searched: (words) look for them in the library.
    """

    searched = Signal(str)

    def __init__(self, parent: QWidget, commands: Sequence[Command]) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("panel")
        self.setWindowTitle(self.tr("Commands"))
        self.setAccessibleName(self.tr("Commands"))
        self._commands = list(commands)
        self._shown: list[Command] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type what you want to do …"))
        self.field.setAccessibleName(self.tr("Type what you want to do"))
        self.field.installEventFilter(self)
        box.addWidget(self.field)
        self.list = QListWidget()
        self.list.setObjectName("playlists")
        self.list.setAccessibleName(self.tr("Commands that fit"))
        self.list.setItemDelegate(_Entry(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box.addWidget(self.list)
        self.field.textChanged.connect(lambda _: self._fill())
        self.field.returnPressed.connect(self.run_current)
        self.list.itemClicked.connect(lambda _: self.run_current())
        self.resize(min(560, parent.width() - 80), 420)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 80)
        self._fill()

    def _fill(self) -> None:
        words = self.field.text().strip()
        self._shown = matching(self._commands, words)[: SHOWN if words else None]
        if words:
            text = self.tr("Search the library for “{words}”").format(words=words)
            self._shown.append(Command(text, lambda: self.searched.emit(words), icon="magnify"))
        self.list.clear()
        for command in self._shown:
            keys = QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)
            entry = QListWidgetItem(theme.icon(command.icon, theme.tokens().muted), command.text)
            entry.setData(_KEYS, keys)
            entry.setData(Qt.ItemDataRole.AccessibleTextRole, f"{command.text}, {keys}" if keys else command.text)
            self.list.addItem(entry)
        self.list.setCurrentRow(0)

    def run_current(self) -> None:
        """Close, then do what is chosen."""
        row = self.list.currentRow()
        self.accept()
        if 0 <= row < len(self._shown):
            self._shown[row].call()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys in the field move through the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: 8,
                Qt.Key.Key_PageUp: -8,
            }
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)
