"""Carries an import through its steps, and looks after past ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.behaviour.imports.columns import FORMS
from avrec_desktop.behaviour.imports.formats import Detected, detect
from avrec_desktop.behaviour.imports.results import Doubt, PastImport, Summary
from avrec_desktop.behaviour.imports.service import Imports, Prepared
from avrec_desktop.jobs import Job
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.session import Session
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.pages.imports import ImportsPage, PastRow, format_name, summary_lines
from avrec_desktop.ui.texts import error_text
from avrec_desktop.ui.widgets.imports import KEYS
from avrec_desktop.ui.workers import JobCenter, JobEntry, Runner


class ImportsController(QObject):
    """Runs imports for one profile.

    Signals:
        problem: A message for the user.
        noted: A note for the user.
        acted: (text, what takes it back) something was done.
    """

    problem = Signal(str)
    noted = Signal(str)
    acted = Signal(str, object)
    _changed = Signal()

    def __init__(
        self,
        page: ImportsPage,
        runner: Runner,
        jobs: JobCenter,
        session: Session,
        bridge: EventBridge,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._jobs = jobs
        self._profile = session.profile
        self._imports = Imports(session)
        self._library = session.library
        self._path: Path | None = None
        self._found: Detected | None = None
        self._prepared: Prepared | None = None
        self._reviewed = 0  # the past import under review; 0: a fresh one
        self._entry: JobEntry | None = None
        self._last = 0
        self._note = ""
        page.start.file_wanted.connect(self._choose_file)
        page.start.folder_wanted.connect(self._choose_folder)
        page.mapping.changed.connect(self._remap)
        page.mapping.confirmed.connect(self._prepare)
        page.mapping.left.connect(self.show_start)
        page.busy.cancelled.connect(self._cancel)
        page.review.finished.connect(self._finish)
        page.review.discarded.connect(self._discard)
        page.review.searched.connect(self._look_for)
        page.result.closed.connect(self.show_start)
        page.result.undone.connect(lambda: self.undo(self._last))
        bridge.behaviour_changed.connect(lambda e: self.load() if not e.profile else None)
        self._changed.connect(self.load)

    # -- past imports

    def load(self) -> None:
        """Read the list of past imports anew."""
        self._runner.run(self._imports.past, self._show_past, self._tell, key="imports")

    def _show_past(self, past: list[PastImport]) -> None:
        rows = []
        for one in past:
            row = PastRow(one)
            row.undone.connect(self.undo)
            row.redone.connect(self.redo)
            row.removed.connect(lambda i: self._do(lambda: self._imports.remove(i), self.tr("The import is gone.")))
            row.reviewed.connect(self._review_past)
            rows.append(row)
        self._page.start.show_past(rows)

    def undo(self, import_id: int) -> None:
        """Take an import back."""
        undo, back = self._imports.undo, partial(self._followed, self._imports.redo, import_id)
        self._do(lambda: undo(import_id), self.tr("The import was undone."), back)
        self.show_start()

    def redo(self, import_id: int) -> None:
        """Bring an import back."""
        redo, back = self._imports.redo, partial(self._followed, self._imports.undo, import_id)
        self._do(lambda: redo(import_id), self.tr("The import is back."), back)

    def _followed(self, change: Callable[[int], object], import_id: int) -> None:
        """Change an import in a thread, as undo does, and have it listed anew."""
        change(import_id)
        self._changed.emit()

    def _do(self, work: Any, text: str, back: Callable[[], object] | None = None) -> None:
        def done(_: object) -> None:
            if back is None:
                self.noted.emit(text)
            else:
                self.acted.emit(text, back)
            self.load()

        self._runner.run(work, done, self._tell, long=True)

    def _review_past(self, import_id: int) -> None:
        def work() -> tuple[list[Doubt], dict[int, str]]:
            doubts = self._imports.doubts(import_id)
            return doubts, self._names(doubts)

        def show(found: tuple[list[Doubt], dict[int, str]]) -> None:
            self._reviewed = import_id
            self._page.review.model.show(*found)
            self._page.show_step(self._page.review)
            self._page.review.begin(self._how(), fresh=False)

        self._runner.run(work, show, self._tell, key="review")

    # -- choosing

    def show_start(self) -> None:
        """Show the first step."""
        self._page.show_step(self._page.start)
        self.load()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self._page, self.tr("Choose an export or a table"), str(Path.home()))
        if path:
            self.open(Path(path))

    def _choose_folder(self) -> None:
        title = self.tr("Choose the folder of an export, or of media with .nfo files")
        path = QFileDialog.getExistingDirectory(self._page, title, str(Path.home()))
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Find out what a file or folder is and show it."""
        self._path, self._note = path, ""
        self._page.mapping.begin()
        self._runner.run(lambda: detect(path), self._show_found, self._tell, key="detect")

    def _remap(self) -> None:
        path, options = self._path, self._page.mapping.options()
        if path is not None:
            self._runner.run(lambda: detect(path, None, options), self._show_found, self._show_problem, key="detect")

    def _show_problem(self, error: AvrecError) -> None:
        """A wrong correction keeps what is on the page, and nothing can be imported until it is put right."""
        self._found = None
        self._page.mapping.show_problem(error_text(error))

    def _show_found(self, found: Detected) -> None:
        self._found = found
        assert self._path is not None
        guessed = found.preview is not None and found.preview.guessed
        form = found.preview.form if found.preview is not None else found.format
        title = f"{self._path.name}: {format_name(form or '')}"
        notes = found.source.notes if found.source is not None else ()
        if guessed:
            self._note = self.tr("The names of the columns are not known. Their meanings are guessed: please check.")
        if found.preview is not None and self._note:
            notes = (self._note,)
        people = form == "behaviour" or found.format == "movielens"
        self._page.mapping.show_found(title, notes, found.preview, found.sample, people=people)
        self._page.show_step(self._page.mapping)
        if guessed:
            self._remap()  # with the guesses as shown
        elif found.preview is None and not people:
            self._page.mapping.go.setFocus()

    # -- importing

    def _prepare(self) -> None:
        found = self._found
        if found is None or found.source is None:
            return
        source, profile = found.source, self._profile

        def work(job: Job) -> tuple[Prepared, dict[int, str]]:
            prepared = self._imports.prepare(source, job, profile=profile)
            try:
                return prepared, self._names(prepared.doubts)
            except BaseException:
                prepared.discard()
                raise

        self._start(self.tr("Importing {name}").format(name=source.path.name), work, self._prepare_done)

    def _prepare_done(self, found: tuple[Prepared, dict[int, str]]) -> None:
        prepared, names = found
        self._prepared, self._reviewed = prepared, 0
        if prepared.duplicate_of is not None or not prepared.doubts:
            self._finish()
            return
        review = self._page.review
        review.model.show(prepared.doubts, names)
        self._page.show_step(review)
        review.begin("\n".join((*summary_lines(prepared.summary)[:3], self._how())), fresh=True)

    def _look_for(self, text: str) -> None:
        """Find library items for a match that is none of the candidates."""

        def work() -> list[tuple[int, str]]:
            ids = self._library.ids(ItemQuery(text, sort="relevance"))[:KEYS].tolist() if text else []
            names = self._imports.names(ids)
            return [(i, names[i]) for i in ids if i in names]

        self._runner.run(work, self._page.review.show_others, self._tell, key="another item")

    def _how(self) -> str:
        return self.tr("Keys: 1 to 5 take a candidate, Enter the best one, N none of them, Delete leaves it open.")

    def _finish(self) -> None:
        decisions = dict(self._page.review.model.decisions)
        if self._reviewed:
            number = self._reviewed
            self._do(lambda: self._imports.decide(number, decisions), self.tr("Your decisions count now."))
            self.show_start()
            return
        prepared = self._prepared
        if prepared is None:
            return
        self._prepared = None
        if not prepared.doubts:
            decisions = {}

        def work(job: Job) -> tuple[Summary, int]:
            known = prepared.duplicate_of is not None and not decisions
            summary = self._imports.finish(prepared, decisions, job)
            return summary, 0 if known else prepared.id

        self._start(self.tr("Importing {name}").format(name=prepared.source.path.name), work, self._show_result)

    def _show_result(self, found: tuple[Summary, int]) -> None:
        summary, self._last = found
        view = self._page.result
        view.bad.show([b.to_dict() for b in summary.bad])
        if self._last:
            title = self.tr("Imported: {format}").format(format=format_name(summary.format))
            self.acted.emit(title, partial(self._followed, self._imports.undo, self._last))
            lines = summary_lines(summary)
        else:
            title = self.tr("Exactly this was imported before")
            lines = [self.tr("Nothing was changed.")]
        self._page.show_step(view)
        view.show_result(title, lines, can_undo=bool(self._last))

    def _discard(self) -> None:
        prepared, self._prepared = self._prepared, None
        if prepared is not None and not self._reviewed:
            self._do(prepared.discard, self.tr("The import was discarded."))
        self._reviewed = 0
        self.show_start()

    def _start(self, title: str, work: Any, on_result: Any) -> None:
        self._page.busy.begin(title)
        self._page.show_step(self._page.busy)
        entry = self._jobs.start(title, "import", work, on_result)
        self._entry = entry
        entry.changed.connect(lambda: self._show_progress(entry))
        entry.ended.connect(lambda: self._ended(entry))

    def _show_progress(self, entry: JobEntry) -> None:
        if entry.progress is not None:
            self._page.busy.show_progress(entry.progress)

    def _ended(self, entry: JobEntry) -> None:
        if entry.state == "done" or entry is not self._entry:
            return
        back = self._page.mapping if self._found is not None and self._found.format in FORMS else self._page.start
        self._page.show_step(back)
        self.noted.emit(self.tr("The import was cancelled. Nothing was changed.")) if entry.error is None else None

    def _cancel(self) -> None:
        if self._entry is not None:
            self._entry.cancel()

    def close(self) -> None:
        """Let go of an import that was not finished; it never becomes visible."""
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            prepared.release()

    def _names(self, doubts: list[Doubt]) -> dict[int, str]:
        return self._imports.names(c.item_id for d in doubts for c in d.candidates)

    def _tell(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
