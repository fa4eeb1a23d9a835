"""The mini player: a small window above all others, with the picture of what plays."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtMultimediaWidgets import QVideoWidget
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from avrec_desktop.ui import theme
from avrec_desktop.ui.thumbs import Picture
from avrec_desktop.ui.widgets.basics import ElidedLabel, tool


class MiniPlayer(QWidget):
    """Layout of the mini player.

    Signals:
        toggled, next_wanted: Buttons.
        closed: It was closed: the picture goes back to the window.
    """

    toggled = Signal()
    next_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags)
        self.setWindowTitle(self.tr("Mini player"))
        self.setAccessibleName(self.tr("Mini player"))
        self.setObjectName("playerbar")
        self.resize(QSize(320, 232))
        self._drag: QPoint | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self.video = QVideoWidget()
        self.video.setAccessibleName(self.tr("Video"))
        self.art = Picture()
        self.art.setAccessibleName(self.tr("Picture"))
        self._stack.addWidget(self.video)
        self._stack.addWidget(self.art)
        box.addWidget(holder, 1)
        row = QHBoxLayout()
        row.setContentsMargins(theme.M, theme.XS, theme.S, theme.XS)
        self.title = ElidedLabel("", "cardTitle")
        row.addWidget(self.title, 1)
        self.play = tool("play", self.tr("Play"), self.toggled.emit)
        row.addWidget(self.play)
        row.addWidget(tool("skip-next", self.tr("Next"), self.next_wanted.emit))
        row.addWidget(tool("arrow-expand", self.tr("Back to the window"), self.close))
        box.addLayout(row)

    def show_item(self, title: str, pixmap: QPixmap | None, video: bool) -> None:
        """Show what plays: its moving picture, or its art."""
        self.title.setText(title)
        self._stack.setCurrentWidget(self.video if video else self.art)
        self.art.show_item("video" if video else "audio", title, pixmap)

    def set_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.play.setIcon(theme.icon("pause" if playing else "play"))
        name = self.tr("Pause") if playing else self.tr("Play")
        self.play.setToolTip(name)
        self.play.setAccessibleName(name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the window by any part of it."""
        self._drag = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the window."""
        if self._drag is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.move(event.globalPosition().toPoint() - self._drag)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays or pauses, Esc goes back to the window."""
        if event.key() == Qt.Key.Key_Space:
            self.toggled.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the picture back once nobody sees it here."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.closed.emit()
