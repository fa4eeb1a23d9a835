"""Topics and moods as bars: their share of the library and of what is liked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QStyle, QVBoxLayout, QWidget

from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import percent
from avrec_desktop.ui.widgets.basics import button, clear_layout, label

#: Topics shown at first.
FEW = 12
_NUMBER, _BAR = 46, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        kind: ``topic`` or ``mood``.
        key: Its key.
        name: For people.
        library: Share of the library in [0, 1]; ``likes`` of the liked items, None when nothing is liked.
    """

    kind: str
    key: str
    name: str
    library: float
    likes: float | None


class BarRow(QPushButton):
    """A topic or mood; pressing it filters the map."""

    def __init__(self, bar: Bar, largest: float) -> None:
        super().__init__()
        self.bar = bar
        self._largest = max(largest, 1e-6)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        text = self.tr("{name}: {p} of the library").format(name=bar.name, p=percent(bar.library, fine=True))
        if bar.likes is not None:
            text = self.tr("{name}: {p} of the library, {q} of what you like").format(
                name=bar.name, p=percent(bar.library, fine=True), q=percent(bar.likes, fine=True)
            )
        self.setAccessibleName(text)
        self.setToolTip(text)

    def sizeHint(self) -> QSize:
        """Return the height of a name or two bars."""
        return QSize(200, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, bars and number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = theme.tokens()
        painter.setPen(QColor(c.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = c.accent_soft if self.isChecked() else c.hover if self.underMouse() else ""
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        font = painter.font()
        font.setWeight(font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(c.text))
        way, whole = self.layoutDirection(), self.rect()
        words, end_room = round(0.58 * self.width()), theme.scaled(_NUMBER)
        box = QStyle.visualRect(way, whole, QRect(6, 0, words - 10, self.height()))
        name = painter.fontMetrics().elidedText(self.bar.name, Qt.TextElideMode.ElideRight, box.width())
        start = QStyle.visualAlignment(way, Qt.AlignmentFlag.AlignLeft)
        end = QStyle.visualAlignment(way, Qt.AlignmentFlag.AlignRight)
        painter.drawText(box, start | Qt.AlignmentFlag.AlignVCenter, name)
        number = QStyle.visualRect(way, whole, QRect(self.width() - end_room, 0, end_room - 6, self.height()))
        painter.setPen(QColor(c.muted))
        text = percent(self.bar.library, fine=True)
        painter.drawText(number, end | Qt.AlignmentFlag.AlignVCenter, text)
        room = self.width() - words - end_room
        bars = [(self.bar.library, c.muted)]
        if self.bar.likes is not None:
            bars.append((self.bar.likes, c.accent))
        top = (self.height() - len(bars) * (_BAR + 1)) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for n, (share, colour) in enumerate(bars):
            painter.setBrush(QColor(colour))
            width = max(2.0, room * share / self._largest) if share > 0 else 0.0
            left = words if way != Qt.LayoutDirection.RightToLeft else self.width() - words - width
            painter.drawRoundedRect(QRectF(left, top + n * (_BAR + 1), width, _BAR), 3, 3)


class Overview(QWidget):
    """All bars.

    Signals:
        chosen: (kind, key) filter by it; empty for everything.
    """

    chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.XS)
        outer.addWidget(label(self.tr("Topics and moods"), "h2"))
        self._key = label("", "small", wrap=True)
        outer.addWidget(self._key)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, theme.S, theme.S)
        self._list.setSpacing(1)
        area.setWidget(inner)
        outer.addWidget(area, 1)
        self._bars: Sequence[Bar] = ()
        self._all = False
        self._chosen = ("", "")
        self.rows: list[BarRow] = []

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these bars, largest first within their kind."""
        if list(bars) == list(self._bars):
            return
        self._bars = bars
        self._fill()

    def mark(self, kind: str, key: str) -> None:
        """Show which bar filters the map."""
        self._chosen = (kind, key)
        for row in self.rows:
            row.setChecked((row.bar.kind, row.bar.key) == self._chosen)

    def _fill(self) -> None:
        clear_layout(self._list)
        self.rows = []
        liked = any(b.likes is not None for b in self._bars)
        self._key.setText(
            self.tr("Grey: share of the library. Coloured: share of what you like.")
            if liked
            else self.tr("Share of the library. Like a few items to see what you like beside it.")
        )
        for kind, title in (("topic", self.tr("Topics")), ("mood", self.tr("Moods"))):
            bars = [b for b in self._bars if b.kind == kind]
            if not bars:
                continue
            self._list.addWidget(label(title, "heading"))
            largest = max(max(b.library, b.likes or 0.0) for b in bars)
            shown = bars if self._all or kind == "mood" else bars[:FEW]
            for bar in shown:
                row = BarRow(bar, largest)
                row.clicked.connect(lambda on, b=bar: self.chosen.emit(*((b.kind, b.key) if on else ("", ""))))
                self._list.addWidget(row)
                self.rows.append(row)
            if len(shown) < len(bars):
                more = self.tr("Show all {n} topics").format(n=len(bars))
                self._list.addWidget(button(more, self._show_all))
        self._list.addStretch()
        self.mark(*self._chosen)

    def _show_all(self) -> None:
        self._all = True
        self._fill()
