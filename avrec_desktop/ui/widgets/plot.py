"""A figure that follows the width and the colours of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontInfo, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy

from avrec_desktop.recommend.figures import FigureSpec, Look
from avrec_desktop.ui import theme

#: Change of the width from which the figure is drawn anew, and milliseconds of quiet before that.
_STEP, _QUIET = 24, 250
#: Device-independent pixels below which no figure can be read.
_NARROWEST = 200
#: Colours beside the accent, told apart by people with any colour vision (checked light and dark).
_LIGHT = ("#1d7a4a", "#9a6200", "#c0293b", "#1573b8", "#8a3fb5", "#5c6474")
_DARK = ("#5fd19a", "#f0b44c", "#ff7b87", "#5bb8ff", "#d58cff", "#a0a7b6")


def look(ratio: float) -> Look:
    """Return the window's looks for figures."""
    colours = theme.tokens()
    return Look(
        text=colours.text,
        muted=colours.muted,
        grid=colours.border,
        background=colours.surface,
        series=(colours.accent, *(_DARK if theme.is_dark() else _LIGHT)),
        font=QFontInfo(QApplication.font()).family(),
        ratio=ratio,
    )


class Plot(QLabel):
    """Shows a figure once it is drawn.

    Signals:
        stale: It must be drawn (anew): the data, the width or the colours changed.
    """

    stale = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.png: bytes | None = None
        self._kind, self._height, self._data = "", 0, dict[str, object]()
        self._drawn = 0
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET)
        self._timer.timeout.connect(self.stale)

    def set_figure(self, kind: str, height: int, data: dict[str, object], description: str) -> None:
        """Have a figure drawn; ``description`` says in words what it shows."""
        self.setAccessibleName(description)
        self.setToolTip("")
        if (kind, height, data) == (self._kind, self._height, self._data) and self.png is not None:
            return
        self._kind, self._height, self._data = kind, height, data
        self.setFixedHeight(height)
        self._timer.start()

    def forget(self) -> None:
        """Have nothing to show any more."""
        self._timer.stop()
        self._kind, self._data, self.png = "", {}, None
        self.clear()

    def spec(self, width: int = 0) -> FigureSpec | None:
        """Return the figure in the given width, or in the one that it has now; None when there is nothing to show."""
        width = width or self.width()
        if not self._kind or width < _NARROWEST:
            return None
        return FigureSpec(self._kind, width, self._height, dict(self._data))

    def show_picture(self, picture: bytes, width: int) -> None:
        """Show the drawn figure."""
        pixmap = QPixmap()
        pixmap.loadFromData(picture, "PNG")
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.png, self._drawn = picture, width
        self.setPixmap(pixmap)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the figure drawn in the new width."""
        super().resizeEvent(event)
        if self._kind and abs(self.width() - self._drawn) >= _STEP:
            self._timer.start()

    def changeEvent(self, event: QEvent) -> None:
        """Have the figure drawn in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._kind:
            self._timer.start()
