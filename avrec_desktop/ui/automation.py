"""What happens by itself: analysis after a scan, training when there is enough new behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import BehaviourChanged
from avrec_desktop.session import Session
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.texts import error_text
from avrec_desktop.ui.workers import JobCenter, JobEntry

#: Acts after which a model is trained anew, and milliseconds of quiet before that.
ACTS, QUIET = 5, 8000


class Automation(QObject):
    """Runs scans, and starts analysis and training when they make sense.

    Signals:
        problem: A message for the user.
        told: A sentence about what was done.
    """

    problem = Signal(str)
    told = Signal(str)

    def __init__(self, session: Session, jobs: JobCenter, bridge: EventBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._acts = 0
        self._rescan = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET)
        self._timer.timeout.connect(self._train_if_due)
        bridge.behaviour_changed.connect(self._acted)
        jobs.ended.connect(self._ended)

    def scan(self, folders: Sequence[Path] | None = None) -> JobEntry:
        """Scan folders (None: all known), then analyse what is new."""
        wanted = None if folders is None else list(folders)
        return self._jobs.start(
            self.tr("Scanning folders"), "scan", lambda job: self._session.library.scan(wanted, job), self._scanned
        )

    def sample(self, directory: Path) -> JobEntry:
        """Make the sample media and take it in."""

        def work(job: Job) -> Any:
            from avrec_desktop.sample import install_sample

            return install_sample(self._session, directory, job)

        return self._jobs.start(self.tr("Making sample media"), "sample", work, lambda _: self.analyse())

    def analyse(self) -> JobEntry | None:
        """Analyse what has not been analysed, unless that is under way."""
        if self._jobs.running("analyse"):
            self._rescan = True
            return None
        return self._jobs.start(
            self.tr("Understanding your media"),
            "analyse",
            lambda job: self._session.features.extract(job=job),
            self._analysed,
        )

    def train(self, model: str | None = None) -> JobEntry | None:
        """Train a model, unless one is being trained."""
        if self._jobs.running("train"):
            return None
        self._acts = 0
        profile = self._session.profile
        return self._jobs.start(
            self.tr("Learning your taste"),
            "train",
            lambda job: self._session.recommend.train(model, profile, job),
        )

    def _scanned(self, result: Any) -> None:
        if result.failed:
            self.told.emit(
                self.tr("{n} files could not be read. The Jobs page lists them with the reasons.").format(
                    n=len(result.failed)
                )
            )
        self.analyse()

    def _analysed(self, result: Any) -> None:
        if self._rescan:
            self._rescan = False
            self.analyse()
        elif self._acts or result.done:
            self._acts = max(self._acts, ACTS)
            self._timer.start()

    def _acted(self, event: BehaviourChanged) -> None:
        if event.profile == self._session.profile:
            self._acts += 1
            self._timer.start()

    def _train_if_due(self) -> None:
        if self._acts < ACTS or self._jobs.running("analyse") or self._jobs.running("train"):
            return
        self._jobs.start(self.tr("Learning your taste"), "train", self._train_quietly)
        self._acts = 0

    def _train_quietly(self, job: Job) -> Any:
        """Train when there is something to learn from; too little data is no error here."""
        if not len(self._session.behaviour.preferences(self._session.profile)):
            return None
        return self._session.recommend.train(None, self._session.profile, job)

    def _ended(self, entry: JobEntry) -> None:
        if entry.error is not None:
            self.problem.emit(f"{entry.title}: {error_text(entry.error)}")
        if entry.kind == "analyse" and self._acts >= ACTS:
            self._timer.start()
