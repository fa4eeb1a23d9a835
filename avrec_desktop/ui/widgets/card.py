"""A recommendation as a card: picture, title, reason, like and "not interested"; hovering or focusing previews it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from avrec_desktop.recommend.panel import Pick
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import reason, short_reasons
from avrec_desktop.ui.thumbs import paint_art
from avrec_desktop.ui.widgets.basics import ElidedLabel, tool

CARD_WIDTH, ART_HEIGHT = 188, 112
#: Columns and rows that keys go on by.
_STEPS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Home: (-1000, 0),
    Qt.Key.Key_End: (1000, 0),
}


class Art(QWidget):
    """The picture of a card; shows the frames of a running preview and what went wrong with it.

    Signals:
        exposed: It is seen for the first time: now its picture is worth loading.
        scrubbed: (share) the pointer moves over the picture of a film.
    """

    exposed = Signal()
    scrubbed = Signal(float)

    def __init__(self, kind: str, seed: str) -> None:
        super().__init__()
        self._seen = False
        self.setMouseTracking(kind == "video")
        self.setFixedHeight(ART_HEIGHT)
        self._kind, self._seed = kind, seed
        self._pixmap: QPixmap | None = None
        self._frame: QImage | None = None
        self._note = ""
        self._playing = False
        self._progress = 0.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go through the film with the pointer."""
        if self._kind == "video":
            self.scrubbed.emit(max(0.0, min(1.0, event.position().x() / max(1, self.width()))))
        super().mouseMoveEvent(event)

    def show_item(self, kind: str, seed: str, pixmap: QPixmap | None) -> None:
        """Show the picture of another item."""
        self._kind, self._seed, self._pixmap = kind, seed, pixmap
        self._frame, self._note, self._playing = None, "", False
        self.update()

    def set_pixmap(self, pixmap: QPixmap | None) -> None:
        """Show a picture, or the placeholder."""
        self._pixmap = pixmap
        self.update()

    def set_frame(self, image: QImage | None) -> None:
        """Show a frame of the preview, or the picture again."""
        self._frame = image
        self.update()

    def set_playing(self, playing: bool, progress: float = 0.0) -> None:
        """Show that the preview plays and how far it is, in [0, 1]."""
        self._playing, self._progress = playing, progress
        self.update()

    def set_note(self, text: str) -> None:
        """Show a sentence over the picture, such as why there is no preview."""
        self._note = text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture with rounded upper corners."""
        if not self._seen:
            self._seen = True
            self.exposed.emit()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, 0)
        path = QPainterPath()
        path.addRoundedRect(box.adjusted(0, 0, 0, theme.RADIUS), theme.RADIUS - 1, theme.RADIUS - 1)
        painter.setClipPath(path)
        if self._frame is not None:
            paint_art(painter, box, QPixmap.fromImage(self._frame), self._kind, self._seed)
        else:
            paint_art(painter, box, self._pixmap, self._kind, self._seed)
        if self._playing:
            bar = QRectF(box.left(), box.bottom() - 4, box.width() * self._progress, 4)
            painter.fillRect(QRectF(box.left(), box.bottom() - 4, box.width(), 4), QColor(0, 0, 0, 90))
            painter.fillRect(bar, QColor(theme.tokens().accent))
        if self._note:
            strip = QRectF(box.left(), box.bottom() - 40, box.width(), 40)
            painter.fillRect(strip, QColor(0, 0, 0, 190))
            painter.setPen(QColor("#ffffff"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(strip.adjusted(8, 2, -8, -2), flags, self._note)


@dataclass(frozen=True, slots=True)
class Look:
    """What a card shows; one that looks the same may stay.

    Attributes:
        item: Item id.
        title: First line.
        reason: Why it is recommended, in English.
        kind: ``audio`` or ``video``.
        by: The second line: artist, series or folder.
        seed: What the placeholder takes its colours from.
    """

    item: int
    title: str
    reason: str = ""
    kind: str = "audio"
    by: str = ""
    seed: str = ""


class RecommendationCard(QFrame):
    """One pick.

    Args:
        pick: What is recommended.
        look: What the card shows.

    Signals:
        entered: The pointer or the focus came: a preview may start.
        left: They went.
        opened: Show the item's details.
        played: Play it.
        liked: Like it.
        refused: Not interested.
        menu_wanted: (item id, where on the screen) show the menu of the item.
        move_wanted: (card, columns, rows) an arrow key goes on to another card.
    """

    move_wanted = Signal(object, int, int)
    entered = Signal(object)
    left = Signal(object)
    opened = Signal(int)
    played = Signal(int)
    liked = Signal(int)
    refused = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, pick: Pick, look: Look) -> None:
        super().__init__()
        self.pick = pick
        self.look = look
        self.setObjectName("card")
        self.setFixedWidth(CARD_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text = reason(pick)
        self.setAccessibleName(". ".join(filter(None, (look.title, look.by, text))))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, theme.S)
        box.setSpacing(theme.XS)
        self.art = Art(look.kind, look.seed or look.title)
        box.addWidget(self.art)
        words = QVBoxLayout()
        words.setContentsMargins(theme.M, theme.XS, theme.M, 0)
        words.setSpacing(2)
        title = ElidedLabel(look.title, "cardTitle")
        title.setText(look.title)
        second = ElidedLabel(look.by, "small")
        second.setText(look.by)
        why = ElidedLabel(text, "reason", lines=2)
        why.setText(text, short_reasons(pick))
        for part in (title, second, why):
            words.addWidget(part)
        box.addLayout(words)
        row = QHBoxLayout()
        row.setContentsMargins(theme.S, 0, theme.S, 0)
        row.setSpacing(2)
        item = pick.item
        play = tool("play", self.tr("Play {title}").format(title=pick.title), lambda: self.played.emit(item))
        row.addWidget(play)
        row.addStretch()
        like = tool("heart-outline", self.tr("Like {title}").format(title=pick.title), lambda: self.liked.emit(item))
        refuse = tool(
            "thumb-down-outline",
            self.tr("Not interested in {title}").format(title=pick.title),
            lambda: self.refused.emit(item),
        )
        row.addWidget(like)
        row.addWidget(refuse)
        for act in (play, like, refuse):
            act.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the card has a key for each
        box.addLayout(row)

    def set_width(self, width: int) -> None:
        """Take a width; the picture keeps its shape."""
        self.setFixedWidth(width)
        self.art.setFixedHeight(round(width * ART_HEIGHT / CARD_WIDTH))

    def _set_hot(self, hot: bool) -> None:
        self.setProperty("hot", hot)
        self.style().unpolish(self)
        self.style().polish(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Let the preview start."""
        self._set_hot(True)
        self.entered.emit(self)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Let the preview stop."""
        self._set_hot(self.hasFocus())
        self.left.emit(self)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the preview start for keyboard users."""
        self._set_hot(True)
        if event.reason() in {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.OtherFocusReason,
        }:
            self.entered.emit(self)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the preview stop."""
        self._set_hot(self.underMouse())
        if not self.underMouse():
            self.left.emit(self)
        super().focusOutEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show the details."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.pick.item)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play."""
        self.played.emit(self.pick.item)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: by a right click, the menu key or Shift+F10."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._ask_menu()
        else:
            self.menu_wanted.emit(self.pick.item, event.globalPos())

    def _ask_menu(self) -> None:
        self.menu_wanted.emit(self.pick.item, self.mapToGlobal(self.art.geometry().center()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter plays, Space shows details, L likes, X refuses, arrows move on, Shift+F10 shows the menu."""
        actions = {
            Qt.Key.Key_Return: self.played,
            Qt.Key.Key_Enter: self.played,
            Qt.Key.Key_L: self.liked,
            Qt.Key.Key_X: self.refused,
            Qt.Key.Key_Space: self.opened,
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._ask_menu()
        elif key in actions:
            actions[key].emit(self.pick.item)
        elif key in _STEPS:
            columns, rows = _STEPS[key]
            self.move_wanted.emit(self, -columns if self.isRightToLeft() else columns, rows)
        else:
            super().keyPressEvent(event)
