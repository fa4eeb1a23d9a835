"""The picture of a film on the whole screen, with the player bar over it while the pointer or a key moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from avrec_desktop.ui.player import Player
from avrec_desktop.ui.playerbar import PlayerBar, Stage

#: Milliseconds without a move after which bar and pointer go, and between two looks at the pointer.
REST, LOOK = 2500, 100


class FullScreen(QObject):
    """Gives the whole screen to the stage, and everything back.

    The window itself fills the screen, so that its keys and menus go on working.

    Args:
        stage: The page with the picture.
        bar: The player bar; the last in the layout of ``root``.
        root: What holds pages and bar.
        others: What is hidden meanwhile.
        player: The player; what is paused keeps its bar.

    Signals:
        left: The window has everything back.
    """

    left = Signal()

    def __init__(
        self, stage: Stage, bar: PlayerBar, root: QWidget, others: tuple[QWidget, ...], player: Player
    ) -> None:
        super().__init__(root)
        self._stage, self._bar, self._root, self._others, self._player = stage, bar, root, others, player
        self._hidden: list[QWidget] = []
        self._before = Qt.WindowState.WindowNoState
        # the picture is a window of its own to the system, so only another window can lie over it; one like that of a
        # tool tip takes no keys away from the picture
        self._over = QWidget(root.window(), Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self._over.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._over.setAccessibleName(self.tr("Controls of the player"))
        box = QVBoxLayout(self._over)
        box.setContentsMargins(0, 0, 0, 0)
        self._over.hide()
        self._place = QPoint()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._cover)
        self._look = QTimer(self)
        self._look.setInterval(LOOK)
        self._look.timeout.connect(self._watch)
        self.on = False
        root.installEventFilter(self)
        stage.installEventFilter(self)
        stage.full_screen_wanted.connect(self.toggle)
        stage.full_screen_left.connect(self.leave)
        stage.keyed.connect(self.wake)
        player.playing_changed.connect(lambda _: self.wake())

    def toggle(self) -> None:
        """Fill the screen, or return to the window."""
        if self.on:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """Fill the screen with the picture."""
        if self.on or not self._stage.isVisible():
            return
        self.on = True
        window, outer = self._root.window(), self._root.layout()
        self._before = window.windowState()
        others = (self._stage.head, *self._others)
        self._hidden = [widget for widget in others if not widget.isHidden()]
        for widget in self._hidden:
            widget.hide()
        assert outer is not None
        outer.removeWidget(self._bar)
        layout = self._over.layout()
        assert layout is not None
        layout.addWidget(self._bar)
        self._bar.show()
        window.setWindowState(self._before | Qt.WindowState.WindowFullScreen)
        self._stage.set_full_screen(True)
        self._bar.set_full_screen(True)
        self._stage.focus_picture()
        self._place = QCursor.pos()
        self._look.start()
        self.wake()

    def leave(self) -> None:
        """Give everything back to the window."""
        if not self.on:
            return
        self.on = False
        self._look.stop()
        self._rest.stop()
        self._show_pointer()
        self._over.hide()
        outer = self._root.layout()
        assert outer is not None
        outer.addWidget(self._bar)
        self._bar.show()
        for widget in self._hidden:
            widget.show()
        self._hidden = []
        self._stage.set_full_screen(False)
        self._bar.set_full_screen(False)
        self._root.window().setWindowState(self._before & ~Qt.WindowState.WindowFullScreen)
        self.left.emit()

    def wake(self) -> None:
        """Show the bar and the pointer for a moment."""
        if not self.on:
            return
        self._show_pointer()
        self._lay()
        self._over.show()
        self._over.raise_()
        self._rest.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the bar at the foot; a page that is left gives the screen back."""
        if self.on and watched is self._root and event.type() == QEvent.Type.Resize:
            self._lay()
        elif self.on and watched is self._stage and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.leave()
        return super().eventFilter(watched, event)

    def _lay(self) -> None:
        height = self._bar.height()
        corner = self._root.mapToGlobal(QPoint(0, self._root.height() - height))
        self._over.setGeometry(corner.x(), corner.y(), self._root.width(), height)

    def _watch(self) -> None:
        """Look where the pointer is: moves over the picture do not reach its widget on every system."""
        place = QCursor.pos()
        if place != self._place:
            self._place = place
            self.wake()

    def _cover(self) -> None:
        """Hide bar and pointer, unless they are in use."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        used = self._over.geometry().contains(QCursor.pos())
        if not self._player.playing or used or app.activePopupWidget() is not None:
            self._rest.start()
            return
        self._over.hide()
        self._stage.focus_picture()
        app.setOverrideCursor(Qt.CursorShape.BlankCursor)

    @staticmethod
    def _show_pointer() -> None:
        while QApplication.overrideCursor() is not None:
            QApplication.restoreOverrideCursor()
