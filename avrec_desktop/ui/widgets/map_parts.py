"""What lies around and over the map: the legend, the card of the point under the pointer, the bar of the chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import amount, counted, duration, subtitle
from avrec_desktop.ui.thumbs import art_seed
from avrec_desktop.ui.widgets.basics import ElidedLabel, FlowLayout, button, clear_layout, label, tool
from avrec_desktop.ui.widgets.card import CARD_WIDTH, Art

#: Pixels between a point and its card.
_GAP = 14
#: Width below which the bar of the chosen shows icons alone.
_NARROW = 600
#: Height of two lines of the legend.
_LINES = 54


class LegendEntry(QPushButton):
    """A group of the map: its colour, name and number; checked while only some groups are shown and it is one."""

    def __init__(self, name: str, colour: str, number: int) -> None:
        super().__init__()
        self.name = name
        self.setObjectName("chip")
        self.setCheckable(True)
        self.setText(f"{name}  {amount(number)}")
        self.setAccessibleName(counted(number, self.tr("{name}, {n} item"), self.tr("{name}, {n} items"), name=name))
        self.setToolTip(self.tr("Show only this; press again to show everything"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._colour = colour

    def sizeHint(self) -> QSize:
        """Leave room for the colour."""
        return super().sizeHint() + QSize(16, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the colour before the words; a frame around it when it is checked."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = theme.tokens()
        on = self.isChecked()
        painter.setBrush(QColor(c.accent_soft if on else c.hover if self.underMouse() else c.raised))
        painter.setPen(QColor(c.accent) if on or self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        middle = self.rect().center().y()
        painter.drawEllipse(QPoint(13, middle + 1), 5, 5)
        painter.setPen(QColor(c.text))
        painter.drawText(
            self.rect().adjusted(24, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )


class Legend(QScrollArea):
    """The groups of the map, to filter by; two lines of them, the others by scrolling.

    Signals:
        changed: Other groups are to be shown.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._flow = FlowLayout(inner)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._entries: dict[int, LegendEntry] = {}
        self._groups: list[tuple[int, str, str, int]] = []
        self.setAccessibleName(self.tr("Groups of the map"))

    def show_groups(self, groups: Sequence[tuple[int, str, str, int]], *, keep: bool) -> None:
        """Show groups (code, name, colour, number); with ``keep`` those that were picked stay so, else none is."""
        picked = {e.name for e in self._entries.values() if e.isChecked()} if keep else set()
        if list(groups) == self._groups and keep:
            return
        self._groups = list(groups)
        clear_layout(self._flow)
        self._entries = {}
        for code, name, colour, number in groups:
            entry = LegendEntry(name, colour, number)
            entry.setChecked(name in picked)
            entry.toggled.connect(self.changed)
            self._flow.addWidget(entry)
            entry.show()  # a hidden one takes no room in the sum below
            self._entries[code] = entry
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the lines need at the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self._flow.heightForWidth(self.width())
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if needed > _LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bar)
        self.setFixedHeight(max(1, min(_LINES, needed)))

    def wanted(self) -> set[int]:
        """Return the codes that are to be shown; empty for all."""
        return {code for code, entry in self._entries.items() if entry.isChecked()}


class HoverCard(QFrame):
    """The item under the pointer: picture with running preview, title, second line, topics."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFixedWidth(CARD_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, theme.S)
        box.setSpacing(2)
        self._box = box
        self.art = Art("audio", "")
        box.addWidget(self.art)
        self._lines = [ElidedLabel("", name) for name in ("cardTitle", "reason", "reason")]
        for line in self._lines:
            holder = QHBoxLayout()
            holder.setContentsMargins(theme.M, 0, theme.M, 0)
            holder.addWidget(line)
            box.addLayout(holder)
        self.item = 0
        self.hide()

    def show_item(self, item: Item, words: str, at: QPoint) -> None:
        """Show an item beside a point of the parent, where there is room."""
        self.item = item.id
        fresh = Art(item.kind, art_seed(item))
        self._box.replaceWidget(self.art, fresh)
        self.art.deleteLater()
        self.art = fresh
        second = " · ".join(x for x in (subtitle(item), duration(item.duration)) if x)
        for line, text in zip(self._lines, (item.title, second, words), strict=True):
            line.setText(text)
            line.setVisible(bool(text))
        self.adjustSize()
        self.place(at)
        self.show()
        self.raise_()

    def clear(self) -> None:
        """Show nothing."""
        self.item = 0
        self.hide()

    def place(self, at: QPoint) -> None:
        """Stand beside a point of the parent, where there is room."""
        parent = self.parentWidget()
        if parent is None:
            return
        room = parent.rect().adjusted(6, 6, -6, -6)
        x = at.x() + _GAP if at.x() + _GAP + self.width() <= room.right() else at.x() - _GAP - self.width()
        y = at.y() - self.height() // 2
        x = max(room.left(), min(x, room.right() - self.width()))
        self.move(x, max(room.top(), min(y, room.bottom() - self.height())))


class SelectionBar(QFrame):
    """What is chosen on the map, and what can be done with it.

    Signals:
        play, like, playlist, details, clear: Buttons.
    """

    play = Signal()
    like = Signal()
    playlist = Signal()
    details = Signal()
    clear = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        self.text = ElidedLabel("")
        row.addWidget(self.text, 1)
        self.play_button = self._add(row, self.tr("Play"), self.play.emit, "play", primary=True)
        self.playlist_button = self._add(row, self.tr("Add to playlist …"), self.playlist.emit, "playlist-plus")
        self.like_button = self._add(row, self.tr("Like all"), self.like.emit, "heart-outline")
        self.details_button = self._add(row, self.tr("Details"), self.details.emit, "information-outline")
        row.addWidget(tool("close", self.tr("Choose nothing"), self.clear.emit, size=16))
        self._narrow = False
        self.hide()

    @staticmethod
    def _add(
        row: QHBoxLayout, text: str, call: Callable[[], object], icon: str, *, primary: bool = False
    ) -> QPushButton:
        out = button(text, call, icon=icon, primary=primary)
        row.addWidget(out)
        return out

    def show_count(self, number: int, text: str) -> None:
        """Show how many are chosen and, of one, which."""
        self.setVisible(number > 0)
        self.text.setText(text)
        self.details_button.setVisible(number == 1)
        self.like_button.setAccessibleName(self.tr("Like") if number == 1 else self.tr("Like all"))
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show icons alone where there is no room for words."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._write()

    def _write(self) -> None:
        for part in (self.play_button, self.playlist_button, self.like_button, self.details_button):
            name = part.accessibleName()
            part.setText("" if self._narrow else f" {name}")
            part.setToolTip(name if self._narrow else "")


class FilterStrip(QFrame):
    """Says that the map shows only a topic or mood.

    Signals:
        opened: Show these items in the library.
        cleared: Show everything.
    """

    opened = Signal()
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.XS, theme.S, theme.XS)
        self.text = label("")
        row.addWidget(self.text)
        row.addStretch()
        row.addWidget(button(self.tr("Show in Library"), self.opened.emit, icon="view-grid-outline"))
        row.addWidget(tool("close", self.tr("Show everything again"), self.cleared.emit, size=16))
        self.hide()

    def show_text(self, text: str) -> None:
        """Say what is shown."""
        self.text.setText(text)
        self.setVisible(bool(text))
