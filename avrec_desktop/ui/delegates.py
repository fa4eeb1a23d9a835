"""Painting of library items in the grid."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.texts import duration, subtitle
from avrec_desktop.ui.thumbs import DIM, Thumbnails, art_seed, card_art, card_icon, paint_art

CELL = QSize(196, 196)
#: Height of the picture as a share of the card's width, and pixels below it for words.
ART_SHARE, WORDS = 0.65, 76


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

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of every cell, which is that of the view's grid."""
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one card; an item that is not fetched yet is an empty card of the same size."""
        colours = theme.tokens()
        box = QRectF(option.rect).adjusted(6, 6, -6, -6)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.fillPath(path, QColor(colours.accent_soft if selected else colours.surface))
        edge = colours.accent if selected or focused else (colours.muted if hovered else colours.border)
        item: Item | None = index.data(ItemsModel.item_role)
        art = QRectF(box.left(), box.top(), box.width(), round(box.width() * ART_SHARE))
        painter.save()
        if item is None:
            painter.setClipPath(path)
            painter.fillRect(art, QColor(colours.raised))
        else:
            self._paint_art(painter, path, art, item)
        painter.restore()
        painter.setPen(QPen(QColor(edge), 2 if focused else 1))
        painter.drawPath(path)
        if item is not None:
            self._paint_words(painter, box, art, item)
        painter.restore()

    def _paint_art(self, painter: QPainter, path: QPainterPath, art: QRectF, item: Item) -> None:
        overlay = self.overlay if self.overlay is not None and self.overlay.item_id == item.id else None
        picture = overlay.picture if overlay is not None else None
        seed, ratio = art_seed(item), painter.device().devicePixelRatio()
        dim = not item.available or item.status == "failed"
        if picture is None:
            size = art.size().toSize()
            kept = card_art(self._thumbnails.get(item.id), item.kind, seed, size, ratio, dim=dim)
            painter.drawPixmap(art.topLeft(), kept)
        else:
            painter.setClipPath(path)
            paint_art(painter, art, picture, item.kind, seed)
            if dim:
                painter.fillRect(art, DIM)
        if overlay is not None:
            painter.setClipPath(path)
            self._paint_overlay(painter, art, overlay)
        length = duration(item.duration)
        if length:
            metrics = painter.fontMetrics()
            width = metrics.horizontalAdvance(length) + 12
            badge = QRectF(art.right() - width - 6, art.bottom() - 26, width, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 165))
            painter.drawRoundedRect(badge, 5, 5)
            painter.setPen(QColor("#ffffff"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, length)
        mark = {1: ("heart", "#ff6b81"), -1: ("thumb-down", "#ffffff")}.get(item.liked)
        if item.status == "failed":
            mark = ("alert-circle", "#ffb44c")
        elif not item.available:
            mark = ("power-plug-off", "#ffffff")
        if mark is not None:
            painter.drawPixmap(int(art.left()) + 8, int(art.top()) + 8, card_icon(*mark, 20, ratio))

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

    @staticmethod
    def _paint_words(painter: QPainter, box: QRectF, art: QRectF, item: Item) -> None:
        colours = theme.tokens()
        font = painter.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        left, width = int(box.left()) + 10, int(box.width()) - 20
        start = QStyle.visualAlignment(painter.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        line = QRect(left, int(art.bottom()) + 9, width, theme.scaled(20))
        title = painter.fontMetrics().elidedText(item.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(line, start | Qt.AlignmentFlag.AlignVCenter, title)
        font.setWeight(font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        second = painter.fontMetrics().elidedText(subtitle(item), Qt.TextElideMode.ElideRight, width - 20)
        line.translate(0, theme.scaled(21))
        rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        words = line.adjusted(20, 0, 0, 0) if rtl else line.adjusted(0, 0, -20, 0)
        painter.drawText(words, start | Qt.AlignmentFlag.AlignVCenter, second)
        kind = "music-note" if item.kind == "audio" else "movie-open"
        sign = card_icon(kind, colours.muted, 16, painter.device().devicePixelRatio())
        painter.drawPixmap(left if rtl else int(box.right()) - 26, line.top() + 2, sign)
