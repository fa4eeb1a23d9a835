"""The window before there is a library: it shows at once, and imports its parts only when there is one to show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QPushButton

from avrec_desktop import paths
from avrec_desktop.ui.widgets.basics import EmptyState
from avrec_desktop.ui.workers import JobCenter, Runner

if TYPE_CHECKING:
    from avrec_desktop.session import Session
    from avrec_desktop.ui.window import Parts


def app_icon() -> QIcon:
    """Return the icon of the app."""
    return QIcon(str(paths.resources() / "desktop" / "avrec.svg"))


class MainWindow(QMainWindow):
    """The window. Shows at once; the library's parts come with :meth:`attach` when it is open.

    Signals:
        theme_chosen: ``system``, ``light`` or ``dark``.
        language_chosen: Language code.
        profile_chosen: Name of a profile.
        text_size_chosen: Percent of the usual size.
        restore_wanted: Path of a backup that is to take the library's place.
        ready: The first contents are on show.
    """

    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    profile_chosen = Signal(str)
    text_size_chosen = Signal(int)
    restore_wanted = Signal(object)
    ready = Signal()

    def __init__(self, settings: QSettings, work: tuple[Runner, JobCenter] | None = None) -> None:
        super().__init__()
        self._settings = settings
        self.setWindowTitle("avrec")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(860, 560)
        self.resize(1280, 800)
        self.setAcceptDrops(True)
        self._lent = False
        if work is None:
            self.runner = Runner(self)
            self.jobs = JobCenter(self.runner, self)
        else:  # goes on where a window in other colours or another language left off
            self.runner, self.jobs = work
            self.runner.setParent(self)
            self.jobs.setParent(self)
        self.parts: Parts | None = None
        waiting = EmptyState("progress-clock", self.tr("Opening your library …"), "")
        waiting.setObjectName("page")
        self.setCentralWidget(waiting)
        geometry = settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def attach(self, session: Session) -> None:
        """Fill the window with the parts of an open library."""
        from avrec_desktop.ui.window import Parts

        self.parts = Parts(self, session, self._settings)
        self.setCentralWidget(self.parts.root)
        self.parts.start()

    def hand_over(self) -> tuple[Runner, JobCenter]:
        """Give what runs to another window; this one listens no more and can be deleted when the jobs are over."""
        self._lent = True
        self.runner.cut_quick()
        if self.parts is not None:
            self.parts.close()
        return self.runner, self.jobs

    def show_failure(self, text: str, *, damaged: bool = False) -> None:
        """Say why the library cannot be opened; where its file is damaged, offer to restore a backup."""
        actions = []
        if damaged:
            text += "\n" + self.tr("A backup takes the place of this library, which is kept beside it.")
            button = QPushButton(self.tr("Restore a backup"))
            button.clicked.connect(self._choose_backup)
            actions.append(button)
        page = EmptyState("alert-circle-outline", self.tr("The library cannot be opened"), text, actions)
        page.setObjectName("page")
        self.setCentralWidget(page)

    def _choose_backup(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Restore a backup"), "", "ZIP (*.zip)")
        if path:
            self.restore_wanted.emit(Path(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Scan what was dropped; on the page of imports, import it."""
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if self.parts is not None and len(paths) == 1 and self.parts.shown() == "imports":
            self.parts.imports.open(paths[0])
        elif paths and self.parts is not None:
            self.parts.take_in(paths)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab walk through the panes in the order of reading."""
        if self.parts is not None:
            from avrec_desktop.ui.tabbing import step

            if step(self, self.parts.panes, forward=forward):
                return True
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or pause with the space bar, wherever no control takes it."""
        if event.key() == Qt.Key.Key_Space and self.parts is not None:
            self.parts.player.toggle()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Store the window's state and end everything."""
        self._settings.setValue("window/geometry", self.saveGeometry())
        if not self._lent:
            if self.parts is not None:
                self.parts.close()
            self.jobs.cancel_all()
            self.runner.close()
        super().closeEvent(event)
