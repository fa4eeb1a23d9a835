"""What a search by meaning found: items with the reason, and the moments inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import duration, subtitle
from avrec_desktop.ui.thumbs import paint_art
from avrec_desktop.ui.widgets.basics import Chip, ElidedLabel, FlowLayout, clear_layout, label, tool

#: Letters of a reason from which it takes two lines.
_LONG = 20


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of an item in seconds, and what it was found by, in words."""

    start: float
    end: float
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """An item that was found, why, and where inside it."""

    item: Item
    why: str
    moments: tuple[Moment, ...] = ()


class _Picture(QWidget):
    def __init__(self, item: Item) -> None:
        super().__init__()
        self.setFixedSize(72, 48)
        self._item = item
        self._pixmap: QPixmap | None = None

    def set_pixmap(self, pixmap: QPixmap | None) -> None:
        self._pixmap = pixmap
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(path)
        seed = self._item.artist or self._item.title
        paint_art(painter, QRectF(self.rect()), self._pixmap, self._item.kind, seed)


class FoundCard(QFrame):
    """A result: a click chooses it, Enter or a double click plays it, a moment plays from there.

    Signals:
        chosen: (item id).
        played: (item id, from this second; below 0 from where it was left).
        menu_wanted: (item id, where on the screen).
    """

    chosen = Signal(int)
    played = Signal(int, float)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, found: Found) -> None:
        super().__init__()
        self.found = found
        item = found.item
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{item.title}, {subtitle(item)}. {found.why}")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        box.setSpacing(theme.XS)
        row = QHBoxLayout()
        self.picture = _Picture(item)
        row.addWidget(self.picture)
        words = QVBoxLayout()
        words.setSpacing(1)
        length = duration(item.duration)
        second = " · ".join(x for x in (subtitle(item), length) if x)
        for text, name in ((item.title, "cardTitle"), (second, "reason"), (found.why, "reason")):
            line = ElidedLabel("", name, lines=2 if text == found.why and len(text) > _LONG else 1)
            line.setText(text)
            words.addWidget(line)
        row.addLayout(words, 1)
        title = self.tr("Play {title}").format(title=item.title)
        row.addWidget(tool("play", title, lambda: self.played.emit(item.id, -1.0), size=18))
        box.addLayout(row)
        if found.moments:
            holder = QWidget()
            flow = FlowLayout(holder, spacing=4)
            for moment in found.moments:
                at = duration(max(1.0, moment.start)) if moment.start >= 0.5 else "0:00"
                chip = Chip(f"▸ {at}", self.tr("Play from {time}. {why}").format(time=at, why=moment.why))
                chip.clicked.connect(lambda _=False, s=moment.start: self.played.emit(item.id, s))
                flow.addWidget(chip)
            box.addWidget(holder)

    def set_hot(self, hot: bool) -> None:
        """Mark it as chosen."""
        self.setProperty("hot", hot)
        self.style().unpolish(self)
        self.style().polish(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.found.item.id)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play it."""
        self.played.emit(self.found.item.id, -1.0)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with it."""
        self.menu_wanted.emit(self.found.item.id, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter plays, Space chooses, arrows move on."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.played.emit(self.found.item.id, -1.0)
        elif key == Qt.Key.Key_Space:
            self.chosen.emit(self.found.item.id)
        elif key == Qt.Key.Key_Down:
            self.focusNextChild()
        elif key == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


class FoundPanel(QWidget):
    """The list of results.

    Signals:
        closed: Show the overview again.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.XS)
        head = QHBoxLayout()
        self._title = ElidedLabel("", "h2")
        head.addWidget(self._title, 1)
        head.addWidget(tool("close", self.tr("Close the results"), self.closed.emit, size=16))
        outer.addLayout(head)
        self._about = label("", "small", wrap=True)
        outer.addWidget(self._about)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, theme.S, theme.S)
        self._list.setSpacing(theme.S)
        area.setWidget(inner)
        outer.addWidget(area, 1)
        self.cards: list[FoundCard] = []

    def show_found(self, title: str, about: str, found: Sequence[Found]) -> list[FoundCard]:
        """Show results, best first, and return their cards."""
        clear_layout(self._list)
        self._title.setText(title)
        self._about.setText(about)
        self.cards = [FoundCard(f) for f in found]
        for card in self.cards:
            self._list.addWidget(card)
        self._list.addStretch()
        return self.cards

    def mark(self, item_id: int) -> None:
        """Show which result is current."""
        for card in self.cards:
            card.set_hot(card.found.item.id == item_id)
