"""Starts the window: look first, library second.

Order: application and looks, the empty window, then the library is opened in a worker, then the parts are attached.
Nothing heavy is imported here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QLoggingCategory,
    QObject,
    QSettings,
    Qt,
    QTimer,
    QTranslator,
)
from PySide6.QtGui import QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from avrec_desktop import paths
from avrec_desktop.api.errors import AvrecError, LibraryError
from avrec_desktop.jobs.job import Job
from avrec_desktop.jobs.logfile import LogFile
from avrec_desktop.ui import memory, motion, theme
from avrec_desktop.ui.instance import Instance, ask_other
from avrec_desktop.ui.shell import MainWindow
from avrec_desktop.ui.workers import JobCenter, Runner

if TYPE_CHECKING:
    from avrec_desktop.session import Session

#: Seconds a busy worker thread may keep the interpreter before the UI thread gets it. Every Qt call gives the
#: interpreter away, so with Python's 5 ms a paint of twenty calls could wait for 100 ms.
SWITCH_INTERVAL = 0.0005
#: Sound servers that are not there are no news.
_QUIET = (
    "qt.multimedia.symbolsresolver=false\nqt.multimedia.ffmpeg.*=false\n"
    "qt.multimedia.*.info=false\nqt.multimedia.*.debug=false\n"
)


def make_application() -> QApplication:
    """Return the application, made when there is none."""
    memory.tune_allocator()
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QCoreApplication.setApplicationName("avrec")
    QCoreApplication.setOrganizationName("avrec")
    QGuiApplication.setDesktopFileName("avrec")
    QLoggingCategory.setFilterRules(_QUIET)
    sys.setswitchinterval(SWITCH_INTERVAL)
    os.environ.setdefault("QT_FFMPEG_PROTOCOL_WHITELIST", "file,crypto")  # media may name addresses; we open none
    return QApplication(sys.argv[:1])


class Application(QObject):
    """Looks, language and the window of one library.

    Args:
        app: The Qt application.
        directory: The library directory.
        profile: The profile.
        scheme: ``system``, ``light`` or ``dark``; None: as stored.
        language: Language code; None: as stored, else the desktop's.
    """

    def __init__(
        self,
        app: QApplication,
        directory: Path,
        profile: str,
        scheme: str | None = None,
        language: str | None = None,
    ) -> None:
        super().__init__()
        self._app = app
        self._directory = directory
        self._profile = profile
        self._translators: list[QTranslator] = []
        self.settings = QSettings(str(directory / "window.ini"), QSettings.Format.IniFormat)
        self._scheme = scheme or str(self.settings.value("looks/theme", "system"))
        self._language = language or str(self.settings.value("looks/language", "") or QLocale.system().name())
        self.session: Session | None = None
        self._damaged = False  # the library's file, so that only a backup helps
        # what the desktop's own font is above 10 points, where the sheet's sizes belong
        self._desktop_scale = max(1.0, QFontInfo(app.font()).pointSizeF() / 10)
        motion.load(self.settings)
        self._dress()
        self._translate()
        self._retired: list[MainWindow] = []
        self.window = self._make_window()
        app.styleHints().colorSchemeChanged.connect(lambda _: self._system_changed())

    def open(self) -> None:
        """Open the library in a worker, then fill the window."""
        directory, profile = self._directory, self._profile
        self.window.runner.run(lambda: _open(directory, profile), self._opened, self._failed, long=True)

    def close(self) -> None:
        """Close window and library."""
        self.window.close()
        for window in self._retired:
            window.close()
        if self.session is not None:
            self.session.close()
            self.session = None

    def bring_up(self) -> None:
        """Bring the window to the front."""
        if self.window.parts is not None:
            self.window.parts.desktop.bring_up()
        else:
            self.window.raise_()
            self.window.activateWindow()

    def take_in(self, files: Sequence[Path]) -> None:
        """Scan files and folders, as if they had been dropped on the window; once the library is open."""
        if self.window.parts is not None:
            self.window.parts.take_in(files)
        else:
            self.window.ready.connect(lambda: self.take_in(files), Qt.ConnectionType.SingleShotConnection)

    def _make_window(self, work: tuple[Runner, JobCenter] | None = None) -> MainWindow:
        window = MainWindow(self.settings, work)
        window.theme_chosen.connect(self.choose_theme)
        window.language_chosen.connect(self.choose_language)
        window.profile_chosen.connect(self.choose_profile)
        window.text_size_chosen.connect(self.choose_text_size)
        window.restore_wanted.connect(self.restore)
        return window

    def _opened(self, session: Session) -> None:
        self.session = session
        self.window.attach(session)

    def _failed(self, error: AvrecError) -> None:
        from avrec_desktop.library.database import is_damage
        from avrec_desktop.ui.texts import error_text

        self._damaged = isinstance(error, LibraryError) and is_damage(error)
        self.window.show_failure(error_text(error), damaged=self._damaged)
        self.window.ready.emit()

    # -- looks and language

    def choose_theme(self, scheme: str) -> None:
        """Change the colours and remember the choice."""
        self._scheme = scheme
        self.settings.setValue("looks/theme", scheme)
        self._dress()
        self._rebuild()

    def choose_language(self, language: str) -> None:
        """Change the language and remember the choice."""
        self._language = language
        self.settings.setValue("looks/language", language)
        self._translate()
        self._rebuild()

    def choose_profile(self, profile: str) -> None:
        """Go on as another person, unless a job still runs for this one."""
        parts = self.window.parts
        if self.session is None or parts is None or profile == self.session.profile:
            return
        if self.window.jobs.running():
            parts.message.show_note(self.tr("Wait until the running jobs are done, then change the profile."))
            parts.settings.load()
            return
        self._profile = self.session.profile = profile
        self._rebuild()

    def choose_text_size(self, percent: int) -> None:
        """Change the size of all text and remember the choice."""
        self.settings.setValue("looks/text", percent)
        self._dress()
        self._rebuild()

    def restore(self, source: Path) -> None:
        """Close the library, put a backup in its place, and open that; on any failure the old one is opened again."""
        old = self.window
        if (self.session is None and not self._damaged) or old.jobs.running():
            return
        self.window = self._make_window()
        self.window.restoreGeometry(old.saveGeometry())
        self.window.show()
        old.close()
        old.deleteLater()
        if self.session is not None:
            self.session.close()
            self.session = None

        def failed(error: AvrecError) -> None:
            self.window.ready.connect(lambda: self._say(error_text(error)))

        from avrec_desktop.library import backup
        from avrec_desktop.ui.texts import error_text

        self.window.runner.run(
            lambda: backup.restore(source, self._directory, Job()), None, failed, self.open, long=True
        )

    def _say(self, text: str) -> None:
        if self.window.parts is not None:
            self.window.parts.message.show_error(text)
        else:
            self.window.show_failure(text, damaged=self._damaged)

    def _dress(self) -> None:
        theme.set_text_scale(int(str(self.settings.value("looks/text", 100))) / 100 * self._desktop_scale)
        scheme = theme.system_scheme() if self._scheme == "system" else self._scheme
        theme.apply(self._app, "dark" if scheme == "dark" else "light")

    def _system_changed(self) -> None:
        if self._scheme == "system" and theme.is_dark() != (theme.system_scheme() == "dark"):
            self._dress()
            self._rebuild()

    def _translate(self) -> None:
        for translator in self._translators:
            self._app.removeTranslator(translator)
        self._translators.clear()
        locale = QLocale(self._language)
        QLocale.setDefault(locale)
        if locale.language() == QLocale.Language.English:
            return
        places = (
            ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
            ("avrec", str(paths.resources() / "translations")),
        )
        for name, folder in places:
            translator = QTranslator(self)
            if translator.load(locale, name, "_", folder):
                self._app.installTranslator(translator)
                self._translators.append(translator)

    def _rebuild(self) -> None:
        """Make the window anew in the new looks or language, in the same place, on the same page."""
        old = self.window
        if old.parts is None or self.session is None:
            return
        page = old.parts.shown()
        geometry = old.saveGeometry()
        self.window = self._make_window(old.hand_over() if old.jobs.running() else None)
        self.window.restoreGeometry(geometry)
        self.window.attach(self.session)
        if self.window.parts is not None and page != "stage":
            self.window.parts.go(page)
        self.window.show()
        if self.window.jobs is old.jobs:  # what a running job calls when it is over still lives in the old window
            old.hide()
            self._retired.append(old)
            old.jobs.ended.connect(self._dispose_soon)
        else:
            old.close()
            old.deleteLater()

    def _dispose_soon(self) -> None:
        QTimer.singleShot(0, self, self._dispose)

    def _dispose(self) -> None:
        """Delete the windows of before once no job needs them any more."""
        if self._retired and not self.window.jobs.running() and not self.window.runner.busy:
            for window in self._retired:
                window.close()
                window.deleteLater()
            self._retired.clear()
        elif self._retired:
            QTimer.singleShot(500, self, self._dispose)


def _open(directory: Path, profile: str) -> Session:
    """Open a library and load what its window needs, in a worker: the window shows meanwhile."""
    from avrec_desktop.session import Session, SessionOptions

    session = Session.open(directory, SessionOptions(profile=profile))
    import_module("avrec_desktop.ui.window")
    return session


def run(directory: Path, profile: str, files: Sequence[Path] = ()) -> int:
    """Open the window on a library and return the exit code of the event loop.

    Args:
        directory: The library directory.
        profile: The profile.
        files: Files and folders to take in, as a file manager hands them over; a window that is open already gets them.
    """
    app = make_application()
    application = Application(app, directory, profile)
    if ask_other(directory, bring_up=bool(files), files=files):
        return 0 if files else _offer_other(directory)
    log_file = LogFile(directory)
    log_file.start()
    instance = Instance(directory)
    instance.wanted.connect(application.bring_up)
    instance.opened.connect(application.take_in)
    if files:
        application.take_in(files)
    application.window.show()
    application.open()
    code = app.exec()
    instance.close()
    application.close()
    log_file.close()
    return code


def _offer_other(directory: Path) -> int:
    """Say that the library is open in another window, and offer to bring that to the front."""
    box = QMessageBox()
    box.setIconPixmap(theme.icon("information-outline", theme.tokens().accent).pixmap(40, 40))
    box.setWindowTitle("avrec")
    box.setText(QCoreApplication.translate("Application", "This library is open in another window."))
    show = box.addButton(
        QCoreApplication.translate("Application", "Show that window"), QMessageBox.ButtonRole.AcceptRole
    )
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    if box.clickedButton() is show:
        ask_other(directory, bring_up=True)
    return 0
