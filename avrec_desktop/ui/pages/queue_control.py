"""Keeps the queue page true, and carries out what its buttons ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from avrec_desktop.features.plan import FailedAnalysis
from avrec_desktop.features.run import Activity
from avrec_desktop.session import Session
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.desktop import show_in_file_manager
from avrec_desktop.ui.pages.queue import Counts, QueuePage, budget_text, figures, waiting_text
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.workers import JobCenter, JobEntry, Runner

#: Milliseconds between two looks at a run, and at the catalogue while something runs.
LOOK, COUNT = 500, 2000
#: Folders opened at once.
SHOWN_FOLDERS = 3


class AnalysisController(QObject):
    """Keeps the queue page true while it is on show, and carries out what its buttons ask.

    Signals:
        problem: A message for the user.
        analyse_wanted: Start an analysis.
    """

    problem = Signal(str)
    analyse_wanted = Signal()

    def __init__(
        self, page: QueuePage, runner: Runner, jobs: JobCenter, session: Session, bridge: EventBridge, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._jobs = jobs
        self._features = session.features
        self._plugins = session.plugins
        self._counts = Counts((), {}, ())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.setInterval(COUNT)
        self._recount.timeout.connect(self._count)
        page.start_wanted.connect(self.analyse_wanted)
        page.pause_wanted.connect(lambda: self._each(JobEntry.toggle_pause))
        page.cancel_wanted.connect(lambda: self._each(JobEntry.cancel))
        page.go_on_wanted.connect(self._go_on)
        page.retry_wanted.connect(lambda: self._retry([page.model.at(row) for row in page.table.chosen()]))
        page.retry_all_wanted.connect(lambda: self._retry(self._counts.failed))
        page.copy_wanted.connect(self._copy)
        page.folder_wanted.connect(self._show_folder)
        for news in (bridge.features_stored, bridge.items_changed, bridge.plugins_changed):
            news.connect(lambda _: self._count_soon())
        jobs.ended.connect(lambda _: self._count_soon(at_once=True))

    def show(self) -> None:
        """The page comes on show: fill it and keep it true."""
        self._count()
        self.look()
        self._timer.start()

    def hide(self) -> None:
        """The page is no longer on show."""
        self._timer.stop()
        self._recount.stop()

    def look(self) -> None:
        """Show what the run does now; instant."""
        running = self._jobs.running("analyse")
        entry = running[-1] if running else None
        activity = self._features.activity
        waits = activity is not None and activity.wait_for is not None
        paused = entry is not None and entry.paused
        self._page.show_state(self._state(entry, activity), figures(activity))
        self._page.show_controls(running=entry is not None, paused=paused, waiting=waits and not paused)
        self._page.show_working(activity.working if activity is not None else (), self._counts.names)

    def _state(self, entry: JobEntry | None, activity: Activity | None) -> str:
        if entry is None:
            waiting = max((s.pending for s in self._counts.status), default=0)
            if waiting:
                return counted(
                    waiting,
                    self.tr("{n} file waits for its analysis"),
                    self.tr("{n} files wait for their analysis"),
                )
            return self.tr("Everything is analysed") if self._counts.status else self.tr("No analysis is set up")
        if entry.job is not None and entry.job.cancelled:
            return self.tr("Stopping …")
        busy = activity is not None and activity.working
        if entry.paused:
            return self.tr("Pausing: files in work are finished first") if busy else self.tr("Paused")
        if activity is None:
            return self.tr("Getting ready …")
        if activity.wait_for is not None:
            return waiting_text(activity.wait_for)
        return budget_text(activity.budget)

    def _count_soon(self, *, at_once: bool = False) -> None:
        if not self._timer.isActive():
            return
        if at_once:
            self._count()
        elif not self._recount.isActive():
            self._recount.start()

    def _count(self) -> None:
        features, plugins = self._features, self._plugins

        def work() -> Counts:
            names = {e.id: e.name for e in plugins.extractors()}
            return Counts(tuple(features.status()), names, tuple(features.failed_analyses()))

        self._runner.run(work, self._counted, lambda e: self.problem.emit(error_text(e)), key="queue")

    def _counted(self, counts: Counts) -> None:
        self._counts = counts
        self._page.show_counts(counts)
        self.look()

    def _each(self, act: object) -> None:
        for entry in self._jobs.running("analyse"):
            act(entry)  # type: ignore[operator]
        self.look()

    def _go_on(self) -> None:
        self._features.policy.go_on_anyway()
        self.look()

    def _retry(self, failed: Sequence[FailedAnalysis]) -> None:
        pairs = [(f.item_id, f.failure.extractor) for f in failed if f.failure.extractor is not None]
        if not pairs:
            return

        def done(_: object) -> None:
            self._count()
            self.analyse_wanted.emit()

        self._runner.run(lambda: self._features.forget(pairs), done, lambda e: self.problem.emit(error_text(e)))

    def _copy(self) -> None:
        rows = self._page.table.chosen()
        QGuiApplication.clipboard().setText("\n".join(self._page.model.text(row) for row in rows))

    def _show_folder(self) -> None:
        paths = [self._page.model.at(row).failure.path for row in self._page.table.chosen()]
        for path in list({PurePath(p).parent: p for p in paths}.values())[:SHOWN_FOLDERS]:
            if not show_in_file_manager(path):
                self.problem.emit(self.tr("No program opens the folder {path}").format(path=PurePath(path).parent))
                return
