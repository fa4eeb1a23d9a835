"""Labels, buttons, chips and other small parts in the app's dress."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.ui import theme


def label(text: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label with an object name for the style sheet."""
    out = QLabel(text)
    out.setObjectName(name)
    out.setWordWrap(wrap)
    out.setTextFormat(Qt.TextFormat.PlainText)
    out.setIndent(0)  # else a style sheet's padding moves the text by half an x
    return out


def tab_bar(names: Sequence[str], name: str) -> QTabBar:
    """Return the tabs of a page; ``name`` is their accessible name."""
    out = QTabBar()
    out.setExpanding(False)
    out.setDrawBase(False)
    out.setAccessibleName(name)
    for text in names:
        out.addTab(text)
    return out


def plain_tip(text: str) -> str:
    """Return a tool tip that shows the text as it is: titles and file names may look like HTML, which Qt would run."""
    return f"<span>{html.escape(text)}</span>" if "<" in text or "&" in text else text


def button(text: str, on_click: Callable[[], object], *, icon: str | None = None, primary: bool = False) -> QPushButton:
    """Return a push button."""
    out = QPushButton(text if icon is None else f" {text}")  # a style sheet cannot space icon and text
    out.setAccessibleName(text)
    if primary:
        out.setObjectName("primary")
    if icon is not None:
        colour = theme.tokens().on_accent if primary else None
        out.setIcon(theme.icon(icon, colour))
    out.clicked.connect(lambda: on_click())
    return out


def tool(icon: str, name: str, on_click: Callable[[], object] | None = None, *, size: int = 20) -> QToolButton:
    """Return a flat icon button; ``name`` is its tool tip and accessible name."""
    out = QToolButton()
    out.setIcon(theme.icon(icon))
    out.setIconSize(QSize(size, size))
    out.setToolTip(plain_tip(name))
    out.setAccessibleName(name)
    out.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if on_click is not None:
        out.clicked.connect(lambda: on_click())
    return out


class ElidedLabel(QLabel):
    """A label of one or more lines that ends in an ellipsis instead of growing."""

    def __init__(
        self,
        text: str = "",
        name: str = "",
        lines: int = 1,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self._lines = lines
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Set the text; the whole of it is the tool tip and accessible name."""
        super().setText(text)
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        return QSize(60, self.fontMetrics().lineSpacing() * self._lines + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, the last one elided."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        words, y = self.text(), 0
        for line in range(self._lines):
            last = line == self._lines - 1
            part = words if last else _fitting(words, lambda t: metrics.horizontalAdvance(t) <= self.width())
            words = words[len(part) :].lstrip()
            shown = metrics.elidedText(part, self._elide, self.width())
            box = QRect(0, y, self.width(), metrics.lineSpacing())
            side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
            y += metrics.lineSpacing()
            if not words:
                break


def _fitting(text: str, fits: Callable[[str], bool]) -> str:
    """Return the longest beginning that fits, cut at a space where there is one."""
    if fits(text):
        return text
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    space = text.rfind(" ", 0, low + 1)
    return text[:space] if space > low // 2 else text[:low]


class Chip(QPushButton):
    """A small rounded word, such as a tag."""

    def __init__(self, text: str, tip: str = "") -> None:
        super().__init__(text)
        self.setObjectName("chip")
        self.setToolTip(tip)
        self.setAccessibleName(f"{text}. {tip}" if tip else text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Stars(QWidget):
    """Five stars to rate with: click, or arrow keys; clicking the set value takes the rating back.

    Signals:
        rated: (0 to 5), 0 takes the rating back.
    """

    rated = Signal(int)
    _SIDE = 22

    def __init__(self) -> None:
        super().__init__()
        self._value = 0
        self._hover = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(5 * self._SIDE + 4, self._SIDE + 4)
        self.set_value(0)

    def set_value(self, value: int) -> None:
        """Show a rating."""
        self._value = value
        self.setAccessibleName(self.tr("Rating: {n} of 5 stars").format(n=value))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stars and, with focus, a frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._hover or self._value
        for i in range(5):
            full = i < shown
            icon = theme.icon(
                "star" if full else "star-outline", theme.tokens().accent if full else theme.tokens().muted
            )
            icon.paint(painter, QRect(2 + i * self._SIDE, 2, self._SIDE - 2, self._SIDE - 2))
        if self.hasFocus():
            painter.setPen(theme.tokens().accent)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)

    def _at(self, event: QMouseEvent) -> int:
        return max(1, min(5, int(event.position().x() // self._SIDE) + 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would set."""
        self._hover = self._at(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Show the value again."""
        self._hover = 0
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Rate."""
        value = self._at(event)
        self._emit(0 if value == self._value else value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rate by keys: 0 to 5, left and right."""
        if event.text() in {"0", "1", "2", "3", "4", "5"}:
            self._emit(int(event.text()))
        elif event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Left}:
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._emit(max(0, min(5, self._value + step)))
        else:
            super().keyPressEvent(event)

    def _emit(self, value: int) -> None:
        self.set_value(value)
        self.rated.emit(value)


class FlowLayout(QLayout):
    """Lays widgets out in lines, as words in a text."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._entries: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an entry."""
        self._entries.append(item)

    def count(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an entry."""
        return self._entries[index] if 0 <= index < len(self._entries) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return an entry."""
        return self._entries.pop(index) if 0 <= index < len(self._entries) else None

    def hasHeightForWidth(self) -> bool:
        """The height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the entries."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """Return the smallest size."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest entry."""
        size = QSize(0, 0)
        for entry in self._entries:
            size = size.expandedTo(entry.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for entry in self._entries:
            size = entry.sizeHint()
            if x + size.width() > rect.right() + 1 and line:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if place:
                entry.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            line = max(line, size.height())
        return y + line - rect.y()


def clear_layout(layout: QLayout) -> None:
    """Remove and delete all widgets of a layout."""
    while layout.count():
        entry = layout.takeAt(0)
        widget = entry.widget() if entry is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def section(title: str) -> tuple[QFrame, QVBoxLayout]:
    """Return a framed part of a page with its heading, and the layout to fill."""
    frame = QFrame()
    frame.setObjectName("panel")
    box = QVBoxLayout(frame)
    box.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
    box.setSpacing(theme.S)
    box.addWidget(label(title, "h2"))
    return frame, box


class EmptyState(QFrame):
    """What a page shows when it has nothing: an icon, a sentence, and what to do."""

    def __init__(self, icon: str, title: str, text: str, actions: Sequence[QPushButton] = ()) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setSpacing(theme.M)
        box.addStretch(2)
        picture = QLabel()
        picture.setPixmap(theme.icon(icon, theme.tokens().accent).pixmap(QSize(64, 64)))
        picture.setAccessibleName(title)
        for widget in (picture, label(title, "h1"), label(text, "muted", wrap=True)):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(widget)
        row = QHBoxLayout()
        row.addStretch()
        for action in actions:
            row.addWidget(action)
        row.addStretch()
        box.addSpacing(theme.S)
        box.addLayout(row)
        box.addStretch(3)
