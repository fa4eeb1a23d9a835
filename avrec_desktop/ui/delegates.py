"""Painting of library items in the grid."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.texts import duration, subtitle
from avrec_desktop.ui.thumbs import DIM, Thumbnails, art_seed, card_art, card_icon, paint_art, painted

CELL = QSize(196, 196)
#: Height of the picture as a share of the card's width, and pixels below it for words.
ART_SHARE, WORDS = 0.65, 76
#: Pixels around a card that its edge may take.
_EDGE = 2
_SELECTED, _HOVERED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_MouseOver
_FOCUSED = QStyle.StateFlag.State_HasFocus
_RTL = Qt.LayoutDirection.RightToLeft
_AT_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a running preview shows over the picture of an item: a frame, how far it is, why there is none."""

    item_id: int
    picture: QPixmap | None
    progress: float
    note: str = ""


def cell_for(width: int) -> QSize:
    """Return the size of a cell so that whole columns fill a view of that width."""
    columns = max(1, width // CELL.width())
    cell = width // columns
    return QSize(cell, round((cell - 12) * ART_SHARE) + theme.scaled(WORDS))


class CardDelegate(QStyledItemDelegate):
    """Paints an item as a card: picture, length, title, second line, marks."""

    def __init__(self, thumbnails: Thumbnails, parent: object | None = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self._thumbnails = thumbnails
        self.overlay: Overlay | None = None
        self._fonts: tuple[QFont, QFont, QFontMetrics, QFontMetrics] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of every cell, which is that of the view's grid."""
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one card; an item that is not fetched yet is an empty card of the same size.

        What many cards share is kept as pictures: each call of Qt lets other threads take the interpreter.
        """
        state, ratio = option.state, painter.device().devicePixelRatio()
        selected, focused = bool(state & _SELECTED), bool(state & _FOCUSED)
        edge = "accent" if selected or focused else "muted" if state & _HOVERED else "border"
        box = option.rect.adjusted(6, 6, -6, -6)
        art = QRect(box.left(), box.top(), box.width(), round(box.width() * ART_SHARE))
        item: Item | None = index.data(ItemsModel.item_role)
        painter.save()
        if item is not None:
            self._paint_art(painter, art, item, ratio)
        frame = _frame(box.size(), edge, ratio, selected=selected, focused=focused, empty=item is None)
        painter.drawPixmap(box.left() - _EDGE, box.top() - _EDGE, frame)
        if item is not None:
            self._paint_words(painter, box, art, item, ratio)
        painter.restore()

    def _paint_art(self, painter: QPainter, art: QRect, item: Item, ratio: float) -> None:
        overlay = self.overlay if self.overlay is not None and self.overlay.item_id == item.id else None
        seed, dim = art_seed(item), not item.available or item.status == "failed"
        if overlay is None or overlay.picture is None:
            own = None if item.artwork is None else self._thumbnails.get(item.id)  # none is known: nothing to look up
            painter.drawPixmap(art.topLeft(), card_art(own, item.kind, seed, art.size(), ratio, dim=dim))
        if overlay is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            path = QPainterPath()
            path.addRoundedRect(QRectF(art.adjusted(0, 0, 0, 2 * theme.RADIUS)), theme.RADIUS, theme.RADIUS)
            painter.setClipRect(art)
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            if overlay.picture is not None:
                paint_art(painter, QRectF(art), overlay.picture, item.kind, seed)
                if dim:
                    painter.fillRect(art, DIM)
            self._paint_overlay(painter, QRectF(art), overlay)
            painter.restore()

    @staticmethod
    def _paint_overlay(painter: QPainter, art: QRectF, overlay: Overlay) -> None:
        if overlay.note:
            strip = QRectF(art.left(), art.bottom() - 44, art.width(), 44)
            painter.fillRect(strip, QColor(0, 0, 0, 190))
            painter.setPen(QColor("#ffffff"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(strip.adjusted(8, 2, -8, -2), flags, overlay.note)
            return
        groove = QRectF(art.left(), art.bottom() - 4, art.width(), 4)
        painter.fillRect(groove, QColor(0, 0, 0, 90))
        done = QRectF(groove.topLeft(), QSizeF(groove.width() * overlay.progress, groove.height()))
        painter.fillRect(done, QColor(theme.tokens().accent))

    def _paint_words(self, painter: QPainter, box: QRect, art: QRect, item: Item, ratio: float) -> None:
        colours = theme.tokens()
        plain = painter.font()
        if self._fonts is None or self._fonts[0] != plain:
            bold = QFont(plain)
            bold.setWeight(QFont.Weight.DemiBold)
            self._fonts = (plain, bold, QFontMetrics(plain), QFontMetrics(bold))
        plain, bold, metrics, wide = self._fonts
        length = duration(item.duration)
        if length:
            width = metrics.horizontalAdvance(length) + 12
            left, top = art.right() + 1 - width - 6, art.bottom() + 1 - 26
            painter.drawPixmap(left, top, _badge(width, ratio))
            painter.setPen(QColor("#ffffff"))
            painter.drawText(QRect(left, top, width, 20), Qt.AlignmentFlag.AlignCenter, length)
        mark = {1: ("heart", "#ff6b81"), -1: ("thumb-down", "#ffffff")}.get(item.liked)
        if item.status == "failed":
            mark = ("alert-circle", "#ffb44c")
        elif not item.available:
            mark = ("power-plug-off", "#ffffff")
        if mark is not None:
            painter.drawPixmap(art.left() + 8, art.top() + 8, card_icon(*mark, 20, ratio))
        left, width, rtl = box.left() + 10, box.width() - 20, painter.layoutDirection() == _RTL
        align = _AT_RIGHT if rtl else _AT_LEFT
        top, height = art.bottom() + 1 + 9, theme.scaled(20)
        painter.setFont(bold)
        painter.setPen(QColor(colours.text))
        title = wide.elidedText(item.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top, width, height), align, title)
        painter.setFont(plain)
        painter.setPen(QColor(colours.muted))
        second = metrics.elidedText(subtitle(item), Qt.TextElideMode.ElideRight, width - 20)
        top += theme.scaled(21)
        painter.drawText(QRect(left + 20 if rtl else left, top, width - 20, height), align, second)
        kind = "music-note" if item.kind == "audio" else "movie-open"
        sign = card_icon(kind, colours.muted, 16, ratio)
        painter.drawPixmap(left if rtl else box.right() + 1 - 26, top + 2, sign)


def _frame(size: QSize, edge: str, ratio: float, *, selected: bool, focused: bool, empty: bool) -> QPixmap:
    """Return what lies below and around the words of a card, with a hole for its picture; kept for the next time."""
    colours = theme.tokens()

    def make(painter: QPainter) -> None:
        box = QRectF(_EDGE, _EDGE, size.width(), size.height())
        art = QRectF(box.left(), box.top(), box.width(), round(size.width() * ART_SHARE))
        path, hole = QPainterPath(), QPainterPath()
        path.addRoundedRect(box, theme.RADIUS, theme.RADIUS)
        hole.addRect(art.adjusted(-_EDGE, -_EDGE, _EDGE, 0))
        painter.fillPath(path - hole, QColor(colours.accent_soft if selected else colours.surface))
        if empty:
            painter.fillPath(path.intersected(hole), QColor(colours.raised))
        painter.setPen(QPen(QColor(getattr(colours, edge)), 2 if focused else 1))
        painter.drawPath(path)

    key = f"frame-{edge}-{selected}-{focused}-{empty}-{theme.is_dark()}-{size.width()}-{size.height()}-{ratio}"
    return painted(key, QSize(size.width() + 2 * _EDGE, size.height() + 2 * _EDGE), ratio, make)


def _badge(width: int, ratio: float) -> QPixmap:
    """Return what lies behind the length of an item; kept for the next time."""

    def make(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 165))
        painter.drawRoundedRect(QRectF(0, 0, width, 20), 5, 5)

    return painted(f"badge-{width}-{ratio}", QSize(width, 20), ratio, make)
