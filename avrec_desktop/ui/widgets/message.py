"""The bar for messages: errors, and acts that can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import button, label, tool

#: Milliseconds a note stays; errors stay until they are closed.
NOTE_TIME = 8000


class MessageBar(QFrame):
    """Shows one message at a time, without stopping anybody.

    Signals:
        turned: (on show) it comes or goes.
    """

    turned = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        self._text = label("", wrap=True)
        row.addWidget(self._text, 1)
        self._action: QPushButton | None = None
        self._row = row
        row.addWidget(tool("close", self.tr("Close the message"), self.hide, size=16))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def setVisible(self, visible: bool) -> None:
        """Come or go, and tell, so that its place in the window comes and goes with it."""
        super().setVisible(visible)
        self.turned.emit(visible)

    def show_error(self, text: str) -> None:
        """Show an error until it is closed."""
        self._show(text, "error", None, None)

    def show_note(self, text: str, action: str | None = None, on_action: Callable[[], object] | None = None) -> None:
        """Show a note for a while, with an act such as Undo."""
        self._show(text, "note", action, on_action)

    def _show(self, text: str, level: str, action: str | None, on_action: Callable[[], object] | None) -> None:
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.setProperty("level", level)
        self.style().unpolish(self)
        self.style().polish(self)
        if self._action is not None:
            self._action.deleteLater()
            self._action = None
        if action is not None and on_action is not None:
            self._action = button(action, on_action)
            self._action.clicked.connect(self.hide)
            self._row.insertWidget(1, self._action)
        self.show()
        if level == "note":
            self._timer.start(NOTE_TIME)
        else:
            self._timer.stop()
