"""Labels, buttons, chips and other small parts in the app's dress."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
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
    """A label of one or more lines that takes shorter words, and at last an ellipsis, instead of growing."""

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
        self._shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str, shorter: Sequence[str] = ()) -> None:
        """Set the text; the whole of it is the tool tip and accessible name.

        Args:
            text: What to show where there is room for it.
            shorter: Other words for it, the longest first; the first that fit are shown.
        """
        super().setText(text)
        self._shorter = tuple(shorter)
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        return QSize(60, self.fontMetrics().lineSpacing() * self._lines + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines."""
        return self.sizeHint()

    def shown(self) -> list[str]:
        """Return the lines as they are shown at this width."""
        lines: list[str] = []
        for text in (self.text(), *self._shorter):
            lines = [text] if self._lines == 1 else self._wrapped(text)
            if len(lines) <= self._lines and self.fontMetrics().horizontalAdvance(lines[-1]) <= self.width():
                return lines
        rest = "".join(lines[self._lines - 1 :])
        last = self.fontMetrics().elidedText(rest, self._elide, self.width())
        return [*lines[: self._lines - 1], last]

    def _wrapped(self, text: str) -> list[str]:
        """Return a text in lines of this width, broken where its language allows."""
        layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.width())
            lines.append(text[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        return [*(line.rstrip() for line in lines[: self._lines - 1]), *lines[self._lines - 1 :]] or [""]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        height = self.fontMetrics().lineSpacing()
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        for n, line in enumerate(self.shown()):
            painter.drawText(QRect(0, n * height, self.width(), height), side | Qt.AlignmentFlag.AlignVCenter, line)


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
        parent = self.parentWidget()
        way = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        for entry in self._entries:
            if entry.isEmpty():
                continue  # it is hidden
            size = entry.sizeHint()
            if x + size.width() > rect.right() + 1 and line:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if place:
                entry.setGeometry(QStyle.visualRect(way, rect, QRect(QPoint(x, y), size)))
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


class _PageScroll(QScrollArea):
    """The scrolling part of a page. Its bar keeps its room, so that nothing moves sideways when it comes or goes."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._ranged)
        bar.setEnabled(False)
        inner.setObjectName("scrolled")
        self.setWidget(inner)

    def _ranged(self, low: int, high: int) -> None:
        self.verticalScrollBar().setEnabled(high > low)


def page_scroll(inner: QWidget) -> QScrollArea:
    """Return the scrolling part of a page; it reaches :data:`theme.GUTTER` further than what it holds."""
    return _PageScroll(inner)


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
        self._picture, self._title, self._text = picture, label(title, "h1"), label(text, "muted", wrap=True)
        for widget in (picture, self._title, self._text):
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

    def say(self, title: str, text: str) -> None:
        """Say something else."""
        self._picture.setAccessibleName(title)
        self._title.setText(title)
        self._text.setText(text)
