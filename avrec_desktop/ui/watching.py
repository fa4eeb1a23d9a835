"""Live watching of folders in the window: the setting, its notes, and scans of what changed."""

from __future__ import annotations

from pathlib import Path, PurePath

from PySide6.QtCore import QObject, QTimer, Signal

from avrec_desktop.library import watcher
from avrec_desktop.library.watcher import FolderWatcher, WatchState
from avrec_desktop.session import Session
from avrec_desktop.ui.automation import Automation
from avrec_desktop.ui.pages.settings import SettingsPage
from avrec_desktop.ui.texts import error_text
from avrec_desktop.ui.workers import JobCenter, Runner

#: Milliseconds between looks at how folders are watched, while the settings page is on show.
_NOTES = 2000


class Watching(QObject):
    """Runs the watcher while the setting is on.

    Signals:
        problem: A message for the user.
        acted: (text, work) an act to carry out and note; ``work`` returns what takes it back.
    """

    problem = Signal(str)
    acted = Signal(str, object)
    _chosen = Signal(bool)
    _changed = Signal(object)

    def __init__(
        self,
        runner: Runner,
        jobs: JobCenter,
        session: Session,
        automation: Automation,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page: SettingsPage | None = None
        self._runner, self._jobs = runner, jobs
        self._on = False
        self._session, self._automation = session, automation
        self._waiting: set[Path] = set()
        self._closed = False
        self.watcher = FolderWatcher(session.library, self._changed.emit)
        self._changed.connect(self._scan)
        self._chosen.connect(self._apply)
        jobs.ended.connect(lambda _: self._scan([]))
        self._notes = QTimer(self)
        self._notes.setInterval(_NOTES)
        self._notes.timeout.connect(self._show_notes)

    def attach(self, page: SettingsPage) -> None:
        """Show the setting and the notes on a page, which is made later than this."""
        self._page = page
        page.watch.setChecked(self._on)
        page.watch_chosen.connect(self._choose)

    def start(self) -> None:
        """Begin to watch, if the user wants it."""
        self._runner.run(
            lambda: watcher.is_on(self._session.library), self._apply, lambda e: self.problem.emit(error_text(e))
        )

    def renew(self) -> None:
        """The list of folders is another."""
        self.watcher.renew()

    def close(self) -> None:
        """Watch no more, whatever still arrives."""
        self._closed = True
        self._notes.stop()
        self.watcher.stop()

    def _choose(self, on: bool) -> None:
        if on == self._on:
            return

        def turn(wanted: bool) -> None:
            watcher.set_on(self._session.library, wanted)
            self._chosen.emit(wanted)

        def work() -> object:
            turn(on)
            return lambda: turn(not on)

        text = self.tr("Folders are watched for changes.") if on else self.tr("Folders are not watched any more.")
        self.acted.emit(text, work)

    def _apply(self, on: bool) -> None:
        if self._closed:
            return
        self._on = on
        if self._page is not None:
            self._page.watch.setChecked(on)
        if on:
            self.watcher.start()
            self._notes.start()
        else:
            self._notes.stop()
            if self._page is not None:
                self._page.watch_note.hide()
            self._runner.run(self.watcher.stop, long=True)

    def _scan(self, folders: list[Path]) -> None:
        """Scan what changed, unless a scan runs; then after it."""
        self._waiting |= set(folders)
        if self._closed:
            return
        if self._waiting and not self._jobs.running("scan"):
            wanted, self._waiting = sorted(self._waiting), set()
            self._automation.scan(wanted)

    def _show_notes(self) -> None:
        if self._page is not None and self._page.isVisible():
            odd = [s for s in self.watcher.states() if s.note]
            self._page.watch_note.setText("\n".join(self._note(s) for s in odd))
            self._page.watch_note.setVisible(bool(odd))

    def _note(self, state: WatchState) -> str:
        name = PurePath(state.path).name.encode("utf-8", "replace").decode()
        if state.state == "away":
            return self.tr("{folder}: its drive or folder is away or does not answer.").format(folder=name)
        if state.note is not None and "max_user_watches" in state.note:
            return self.tr(
                "{folder}: the system allows no more watched folders (fs.inotify.max_user_watches), so it is looked at"
                " every few minutes instead."
            ).format(folder=name)
        return self.tr("{folder} cannot be watched, so it is looked at every few minutes instead.").format(folder=name)
