"""What the window tells about itself: its keys, and what it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from avrec_desktop import __version__
from avrec_desktop.ui import theme
from avrec_desktop.ui.shell import app_icon
from avrec_desktop.ui.texts import tr
from avrec_desktop.ui.widgets.basics import button, label, section

#: Keys, and what they do.
Keys = tuple[tuple[str, str], ...]


def key_groups() -> tuple[tuple[str, Keys], ...]:
    """Return the keys of the window in groups, each with its name."""
    return (
        (
            tr("Everywhere"),
            (
                ("Ctrl+K", tr("Find a command")),
                ("F1", tr("Show these keys")),
                ("Ctrl+1", tr("Home; Ctrl+2 to Ctrl+9 go to the other pages")),
                ("Ctrl+Z", tr("Undo the last act")),
                ("Ctrl+O", tr("Add a folder")),
                ("F5", tr("Look for new and changed files")),
                ("F11", tr("Full screen")),
            ),
        ),
        (
            tr("Finding"),
            (
                ("Ctrl+F", tr("Search the library")),
                ("Ctrl+Shift+F", tr("Search by meaning")),
                ("Down", tr("Show what can be typed in the search field")),
            ),
        ),
        (
            tr("Playing"),
            (
                ("Space", tr("Play or pause, where no control takes it")),
                ("Ctrl+P", tr("Play or pause")),
                ("Ctrl+Right", tr("10 seconds on")),
                ("Ctrl+Left", tr("10 seconds back")),
                ("Ctrl+Shift+Right", tr("Next chapter")),
                ("Ctrl+Shift+Left", tr("Previous chapter")),
                ("Ctrl+B", tr("Repeat from here")),
                ("Ctrl+U", tr("Show the queue")),
                ("Ctrl+M", tr("Mini player")),
            ),
        ),
        (
            tr("Items"),
            (
                ("Return", tr("Play")),
                ("Space", tr("Show the details of a card")),
                ("L", tr("Like")),
                ("X", tr("Not interested")),
                ("Shift+F10", tr("Show the menu")),
                ("Ctrl+E", tr("Edit details")),
                ("Ctrl+Shift+E", tr("Show in the file manager")),
                ("Alt+Up", tr("Move up in a playlist")),
                ("Alt+Down", tr("Move down in a playlist")),
                ("Del", tr("Take out of a playlist")),
            ),
        ),
    )


def native(keys: str) -> str:
    """Return keys as this desktop writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


class _Dialog(QDialog):
    """A dialog with a heading and one button."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(theme.XL, theme.L, theme.XL, theme.L)
        self.box.setSpacing(theme.M)

    def finish(self) -> None:
        """Add the button that closes."""
        row = QHBoxLayout()
        row.addStretch()
        close = button(self.tr("Close"), self.accept, primary=True)
        close.setDefault(True)
        row.addWidget(close)
        self.box.addLayout(row)
        close.setFocus()


class KeysDialog(_Dialog):
    """All keys on one page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, tr("Keyboard shortcuts"))
        self.box.addWidget(label(tr("Keyboard shortcuts"), "h2"))
        inner = QWidget()
        inner.setObjectName("scrolled")
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, theme.S, 0)
        columns.setSpacing(theme.XL)
        groups = key_groups()
        for part in (groups[0::2], groups[1::2]):
            column = QVBoxLayout()
            column.setSpacing(theme.S)
            for name, keys in part:
                column.addWidget(label(name, "heading"))
                column.addLayout(self._rows(keys))
            column.addStretch()
            columns.addLayout(column, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.box.addWidget(area, 1)
        self.finish()
        wanted = inner.sizeHint() + QSize(2 * theme.XL + theme.L, 2 * theme.L + theme.scaled(96))
        self.resize(wanted.boundedTo(parent.size() * 0.92))

    @staticmethod
    def _rows(keys: Keys) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.M)
        grid.setVerticalSpacing(theme.XS)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, theme.scaled(132))
        for n, (pressed, text) in enumerate(keys):
            grid.addWidget(label(native(pressed), "key"), n, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            words = label(text, wrap=True)
            words.setMinimumWidth(theme.scaled(200))
            grid.addWidget(words, n, 1)
        return grid


class AboutDialog(_Dialog):
    """What this is, which version, and under which licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, tr("About avrec"))
        self.setFixedWidth(theme.scaled(440))
        head = QHBoxLayout()
        head.setSpacing(theme.L)
        picture = label()
        picture.setPixmap(app_icon().pixmap(QSize(64, 64), self.devicePixelRatioF()))
        picture.setAccessibleName("avrec")
        head.addWidget(picture)
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        words.addStretch()
        words.addWidget(label("avrec", "h1"))
        words.addWidget(label(tr("Version {version} · Qt {qt}").format(version=__version__, qt=qVersion()), "muted"))
        words.addStretch()
        head.addLayout(words, 1)
        self.box.addLayout(head)
        for text in (
            tr("Your own music and films, worth exploring again."),
            tr("It learns your taste on this machine, from what you play and like. Nothing leaves it."),
            tr("MIT licence. Networks that come with plugins have licences of their own; their folders hold them."),
        ):
            self.box.addWidget(label(text, wrap=True))
        self.finish()


class AboutSection(QWidget):
    """The part of the settings that leads to keys, version and problem report.

    Signals:
        keys_wanted, about_wanted: Buttons.
    """

    keys_wanted = Signal()
    about_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame: QFrame
        frame, box = section(tr("Help"))
        row = QHBoxLayout()
        row.addWidget(button(tr("Keyboard shortcuts"), self.keys_wanted.emit, icon="keyboard-outline"))
        row.addWidget(button(tr("About avrec"), self.about_wanted.emit, icon="information-outline"))
        row.addStretch()
        box.addLayout(row)
        outer.addWidget(frame)
