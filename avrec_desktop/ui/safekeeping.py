"""Backup and restoration from the window."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from avrec_desktop.library import backup
from avrec_desktop.library.backup import Backup
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import amount, error_text
from avrec_desktop.ui.workers import JobCenter, Runner


class Safekeeping(QObject):
    """Asks where to, and backs up; asks for a backup, and hands it on to whoever can close the library.

    Signals:
        told: A note for the user.
        problem: A message for the user.
        restore_confirmed: (path of a backup) it is one, and the user wants it.
    """

    told = Signal(str)
    problem = Signal(str)
    restore_confirmed = Signal(object)

    def __init__(self, session: Session, runner: Runner, jobs: JobCenter, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._runner, self._jobs, self._window = session, runner, jobs, window
        self.question: QMessageBox | None = None

    def choose_target(self) -> None:
        """Ask for a file and back up into it."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = str(Path(home) / f"avrec {time.strftime('%Y-%m-%d')}.zip")
        path, _ = QFileDialog.getSaveFileName(self._window, self.tr("Back up the library"), name, "ZIP (*.zip)")
        if path:
            self.back_up(Path(path))

    def back_up(self, target: Path) -> None:
        """Back up into a file."""
        self._jobs.start(
            self.tr("Backing up the library"),
            "backup",
            lambda job: self._session.library.backup(target, job),
            lambda made: self.told.emit(
                self.tr("Backed up {n} items and {events} ratings and plays into {file}.").format(
                    n=amount(made.items), events=amount(made.events), file=target.name
                )
            ),
        )

    def choose_source(self) -> None:
        """Ask for a backup, and whether it shall take the library's place."""
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Restore a backup"), "", "ZIP (*.zip)")
        if path:
            self.offer(Path(path))

    def offer(self, source: Path) -> None:
        """Show what a backup holds, and ask."""
        self._runner.run(
            lambda: backup.read(source),
            lambda found: self._ask(source, found),
            lambda e: self.problem.emit(error_text(e)),
        )

    def _ask(self, source: Path, found: Backup) -> None:
        if self._jobs.running():
            self.problem.emit(self.tr("Wait until the running jobs are done, then restore the backup."))
            return
        at = QDateTime.fromSecsSinceEpoch(int(found.made_at))
        made = QLocale().toString(at, QLocale.FormatType.ShortFormat)
        box = self.question = QMessageBox(self._window)
        box.setIconPixmap(theme.icon("backup-restore", theme.tokens().accent).pixmap(40, 40))
        box.setWindowTitle(self.tr("Restore a backup"))
        box.setText(
            self.tr("The backup of {date} holds {n} items and {events} ratings and plays.").format(
                date=made, n=amount(found.items), events=amount(found.events)
            )
        )
        box.setInformativeText(
            self.tr("It takes the place of this library, which is kept beside it under another name.")
        )
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        restore = box.addButton(self.tr("Restore"), QMessageBox.ButtonRole.AcceptRole)
        box.buttonClicked.connect(lambda b: self.restore_confirmed.emit(source) if b is restore else None)
        box.finished.connect(box.deleteLater)
        box.open()
