"""What happens by itself: analysis after a scan, training when there is enough new behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import BehaviourChanged
from avrec_desktop.jobs.idle import machine_is_busy
from avrec_desktop.session import Session
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.workers import JobCenter, JobEntry, Runner

#: Milliseconds of quiet before training by itself, until it is looked again when the machine is busy, and of patience.
QUIET, AGAIN, PATIENCE = 8000, 60_000, 1_800_000


class Automation(QObject):
    """Runs scans, and starts analysis and training when they make sense.

    Signals:
        problem: A message for the user.
        told: A sentence about what was done.
    """

    problem = Signal(str)
    told = Signal(str)

    def __init__(self, session: Session, runner: Runner, jobs: JobCenter, bridge: EventBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._runner = runner
        self._fresh = False
        self._waited = 0
        self._rescan = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._train_if_due)
        bridge.behaviour_changed.connect(self._acted)
        jobs.ended.connect(self._ended)

    def retire(self) -> None:
        """Start nothing more by itself; what follows from jobs that run already still does."""
        self._timer.stop()
        self._jobs.ended.disconnect(self._ended)

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
        self._fresh = False
        profile = self._session.profile
        return self._jobs.start(
            self.tr("Learning your taste"),
            "train",
            lambda job: self._session.recommend.train(model, profile, job),
            self._trained,
        )

    def _scanned(self, result: Any) -> None:
        if result.failed:
            self.told.emit(
                counted(
                    len(result.failed),
                    self.tr("{n} file could not be read. The Jobs page says why."),
                    self.tr("{n} files could not be read. The Jobs page lists them with the reasons."),
                )
            )
        self.analyse()

    def _analysed(self, result: Any) -> None:
        if self._rescan:
            self._rescan = False
            self.analyse()
        elif result.done:
            self._fresh = True
            self._timer.start(QUIET)

    def _acted(self, event: BehaviourChanged) -> None:
        if event.profile == self._session.profile:
            self._timer.start(QUIET)

    def _train_if_due(self) -> None:
        """Train by itself when enough has changed and the machine has time; else look again later."""
        if self._jobs.running():
            self._timer.start(AGAIN)
            return
        session, fresh = self._session, self._fresh

        def look() -> tuple[bool, bool]:
            due = session.recommend.retraining_due(session.profile, fresh=fresh)
            return due, due and machine_is_busy()

        self._runner.run(look, self._decide, lambda e: self.problem.emit(error_text(e)), key="retraining")

    def _decide(self, found: tuple[bool, bool]) -> None:
        due, busy = found
        if not due:
            self._waited = 0
        elif (busy and self._waited < PATIENCE) or self._jobs.running():
            self._waited += AGAIN
            self._timer.start(AGAIN)
        else:
            self._waited = 0
            self.train()

    def _trained(self, result: Any) -> None:
        if not getattr(result, "promoted", True):
            self.told.emit(self.tr("The new training was not better, so the model of before goes on."))

    def _ended(self, entry: JobEntry) -> None:
        if entry.error is not None:
            self.problem.emit(f"{entry.title}: {error_text(entry.error)}")
        if entry.kind == "analyse" and self._fresh:
            self._timer.start(QUIET)
