"""Painting of the headers of groups, alike in grid and table."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle

from avrec_desktop.ui import theme
from avrec_desktop.ui.sections import Section
from avrec_desktop.ui.thumbs import card_icon

#: Pixels of a header at the usual size of text.
HEIGHT = 36
_ICON = 18


def head_height() -> int:
    """Return the height of a header at the chosen size of text."""
    return theme.scaled(HEIGHT)


def paint_head(
    painter: QPainter, box: QRect, section: Section, *, focused: bool, hovered: bool = False, raised: bool = False
) -> None:
    """Paint the header of a group: whether it is open, its name, how many items it has.

    Args:
        painter: Paints.
        box: Where, the whole width of the view.
        section: The group.
        focused: Whether keys act on it.
        hovered: Whether the pointer is over it.
        raised: Whether to set it apart from rows around it.
    """
    colours, ratio = theme.tokens(), painter.device().devicePixelRatio()
    painter.save()
    ground, under = (colours.raised, colours.hover) if raised else (colours.window, colours.raised)
    painter.fillRect(box, QColor(under if hovered else ground))
    if focused:
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    else:
        painter.setPen(QColor(colours.border))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
    rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    name = ("chevron-left" if rtl else "chevron-right") if section.closed else "chevron-down"
    middle = box.top() + (box.height() - _ICON) // 2
    icon = card_icon(name, colours.muted, _ICON, ratio)
    painter.drawPixmap(box.right() - 8 - _ICON if rtl else box.left() + 8, middle, icon)
    words = box.adjusted(8, 0, -(14 + _ICON), 0) if rtl else box.adjusted(14 + _ICON, 0, -8, 0)
    start = QStyle.visualAlignment(painter.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
    count = QLocale().toString(section.count)
    font = painter.font()
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(colours.text))
    metrics = painter.fontMetrics()
    room = words.width() - metrics.horizontalAdvance(count) - 2 * theme.S
    title = metrics.elidedText(section.title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(words, start | Qt.AlignmentFlag.AlignVCenter, title)
    beside = metrics.horizontalAdvance(title) + theme.S
    font.setWeight(font.Weight.Normal)
    painter.setFont(font)
    painter.setPen(QColor(colours.muted))
    rest = words.adjusted(0, 0, -beside, 0) if rtl else words.adjusted(beside, 0, 0, 0)
    painter.drawText(rest, start | Qt.AlignmentFlag.AlignVCenter, count)
    painter.restore()
