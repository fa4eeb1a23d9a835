"""Fills the insights page, measures on request, has the figures drawn, exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from avrec_desktop.api.errors import AvrecError, Cancelled
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.library.types import Item
from avrec_desktop.recommend.figures import FigureSpec, Painter
from avrec_desktop.recommend.insights import Report
from avrec_desktop.recommend.interleaving import Pair, Preference
from avrec_desktop.recommend.prequential import MIN_LIKES
from avrec_desktop.recommend.runs import RunRecord
from avrec_desktop.recommend.satisfaction import Satisfaction
from avrec_desktop.recommend.service import ModelInfo
from avrec_desktop.recommend.taste import Course, Term
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.choice import choice_words, chosen_parts
from avrec_desktop.ui.pages import insights_words as words
from avrec_desktop.ui.pages.insights import InsightsPage
from avrec_desktop.ui.pages.insights_tables import csv_tables
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import concept_name, error_text, left, listed
from avrec_desktop.ui.widgets.plot import Plot, look
from avrec_desktop.ui.workers import JobCenter, JobEntry, Runner

#: Narrowest exported figure in device-independent pixels; the widest is twice that.
_EXPORT_WIDTH = 800


class InsightsController(QObject):
    """Keeps the page up to date while it is on show.

    Signals:
        problem: A message for the user.
        told: A sentence about what was done.
        acted: (text, work) an act to carry out and note; ``work`` returns what takes it back.
    """

    problem = Signal(str)
    acted = Signal(str, object)
    told = Signal(str)

    def __init__(
        self,
        page: InsightsPage,
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
        self._session = session
        self._painter = Painter()
        self._report: Report | None = None
        self._found: dict[str, Any] = {}
        self._entry: JobEntry | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(400)
        self._soon.timeout.connect(self.load)
        page.measure_wanted.connect(self.measure)
        page.cancel_wanted.connect(self._cancel)
        page.export_wanted.connect(self._export)
        page.quality.train_wanted.connect(self.train_all)
        page.satisfaction.compare_wanted.connect(
            lambda a, b: self._compare(
                lambda: session.recommend.compare(session.profile, a, b), self.tr("Two models share the panel now.")
            )
        )
        page.satisfaction.stop_wanted.connect(
            lambda: self._compare(
                lambda: session.recommend.stop_comparing(session.profile), self.tr("One model recommends again.")
            )
        )
        for plot in page.plots():
            plot.stale.connect(self._draw_soon)
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(30)
        self._drawing.timeout.connect(self._draw)
        page.part_chosen.connect(lambda _: self._draw_soon())
        bridge.behaviour_changed.connect(lambda _: self._later())
        bridge.model_changed.connect(lambda _: self._later())
        bridge.plugins_changed.connect(lambda _: self._later())

    # -- contents

    def load(self) -> None:
        """Read everything anew."""
        session, profile = self._session, self._session.profile

        def work() -> dict[str, Any]:
            recommend = session.recommend
            seeds = recommend.taste.blocked_seeds(profile)
            report = recommend.insights.last(profile)
            return {
                "report": report,
                "missing": 0 if report is not None else recommend.insights.missing(profile),
                "models": recommend.models(),
                "runs": recommend.finished_runs(),
                "satisfaction": recommend.satisfaction(profile),
                "comparison": recommend.comparison(profile),
                "terms": recommend.taste_terms(profile),
                "course": recommend.taste_course(profile),
                "seeds": session.library.items_by_id(seeds, profile),
            }

        self._runner.run(work, self._show, lambda e: self.problem.emit(error_text(e)), key="insights", priority=3)

    def _later(self) -> None:
        if self._page.isVisible():
            self._soon.start()

    def _show(self, found: dict[str, Any]) -> None:
        models: list[ModelInfo] = found["models"]
        self._found = found
        self._show_report(found["report"], found["missing"], models, found["runs"])
        self._show_satisfaction(found["satisfaction"], found["comparison"], models)
        self._show_taste(found["terms"], found["course"], found["seeds"])
        self._page.export.setEnabled(bool(csv_tables(found)))

    def _show_report(self, report: Report | None, missing: int, models: list[ModelInfo], runs: list[RunRecord]) -> None:
        self._report = report
        if report is None:
            for plot in (self._page.quality.accuracy, self._page.quality.beyond, self._page.quality.curves):
                plot.forget()
            self._show_missing(missing)
            return
        page = self._page.quality
        chosen = next((m.id for m in models if m.chosen), "")
        lines = words.sentences(report, chosen)
        page.show_sentences(words.summary(report), lines, [said(name) for name in report.untrained])
        self._show_choice(models, chosen)
        page.table.show_rows([words.cells(m) for m in report.models])
        spoken = " ".join(lines)
        page.accuracy.set_figure("intervals", *words.leaderboard(report, chosen), spoken)
        page.beyond.set_figure(
            "bars",
            *words.beyond_accuracy(report, chosen),
            self.tr("What the lists are like; the table has the figures."),
        )
        height, curves = words.training_curves(runs, {m.id: said(m.name) for m in models})
        page.curves_frame.setVisible(bool(curves["panels"]))
        if curves["panels"]:
            page.curves.set_figure("lines", height, curves, self.tr("Losses of the newest training runs."))
        else:
            page.curves.forget()
        self._page.show_report()

    def _show_choice(self, models: list[ModelInfo], chosen: str) -> None:
        """Show what the model in use chose, else what the first one that chose anything did."""
        profile = self._session.profile
        told = [(info, choice_words(info, profile)) for info in sorted(models, key=lambda m: m.id != chosen)]
        info, sentences = next(((i, w) for i, w in told if w), (None, []))
        title = self.tr("What “{model}” chose, and why").format(model=said(info.name)) if info else ""
        self._page.quality.show_choice(title, sentences, chosen_parts(info, profile) if info else [])

    def _show_missing(self, missing: int) -> None:
        if missing:
            text = self.tr(
                "You have {n} of the {all} likes, full plays or good ratings that are needed. Like, rate or play a few "
                "more things; then this page tells how well each model would have foretold them."
            )
            title = self.tr("Not enough history yet")
            self._page.show_empty(title, text.format(n=MIN_LIKES - missing, all=MIN_LIKES), can_measure=False)
            return
        text = self.tr(
            "Each trained model is asked for your newest likes, having learned from what came before them only, and "
            "stands beside popularity, chance and nearest neighbours. It takes about as long as training them did."
        )
        self._page.show_empty(self.tr("How good are your recommendations?"), text, can_measure=True)

    def _show_satisfaction(
        self, found: Satisfaction, comparison: tuple[Pair, Preference] | None, models: list[ModelInfo]
    ) -> None:
        part, names = self._page.satisfaction, {m.id: said(m.name) for m in models}
        running = comparison[0] if comparison is not None and comparison[0].ended is None else None
        trained = [(m.id, said(m.name)) for m in sorted(models, key=lambda m: not m.chosen) if m.run is not None]
        part.show_models(trained, (running.a, running.b) if running is not None else None)
        if comparison is not None:
            part.comparison.setText(words.preference_words(*comparison, names))
        elif len(trained) < 2:
            part.comparison.setText(self.tr("Choose and train a second model first."))
        part.comparison.setVisible(comparison is not None or len(trained) < 2)
        part.table.show_rows([words.outcome_cells(o, names) for o in found.models])
        part.table.setVisible(bool(found.models))
        part.nothing.setVisible(not found.models)
        height, figure = words.acceptance_figure(found, names)
        several = len(figure["panels"][0]["x"]) > 1 and bool(figure["panels"][0]["series"])
        part.weeks.setVisible(several)  # one week is a dot that says no more than the table
        if several:
            part.weeks.set_figure("lines", height, figure, self.tr("Acceptance by week; the table has the totals."))
        else:
            part.weeks.forget()

    def _show_taste(self, terms: list[Term], course: Course, seeds: list[Item]) -> None:
        part = self._page.taste
        part.show_terms(terms)
        part.show_seeds(seeds)
        changes = bool(course.keys) and len(course.months) > 1
        part.course_frame.setVisible(changes)
        if changes:
            names = listed(concept_name(k) for k in course.keys)
            text = self.tr("Topics of your likes over {n} months: {names}").format(n=len(course.months), names=names)
            part.course.set_figure("stack", *words.course_figure(course), text)
        else:
            part.course.forget()

    # -- measuring

    def measure(self) -> None:
        """Measure the models, unless that is under way."""
        if self._jobs.running("measure"):
            return
        session, profile = self._session, self._session.profile
        entry = self._jobs.start(
            self.tr("Measuring the models"), "measure", lambda job: session.recommend.insights.evaluate(profile, job)
        )
        self._entry = entry
        entry.changed.connect(self._progress)
        entry.ended.connect(self._ended)
        self._progress()

    def train_all(self) -> None:
        """Train the models that are not, one after the other, then measure; one that cannot be trained is left out."""
        if self._jobs.running("train"):
            return
        recommend, profile = self._session.recommend, self._session.profile

        def work(job: Job) -> list[str]:
            failed = []
            for info in [m for m in recommend.models() if m.run is None]:
                try:
                    recommend.train(info.id, profile, job)
                except Cancelled:
                    raise
                except AvrecError as error:
                    failed.append(f"{said(info.name)}: {error_text(error)}")
            return failed

        def done(failed: list[str]) -> None:
            if failed:
                self.problem.emit(" ".join(failed))
            self.measure()

        self._jobs.start(self.tr("Learning your taste"), "train", work, done)

    def _cancel(self) -> None:
        if self._entry is not None:
            self._entry.cancel()

    def _progress(self) -> None:
        entry = self._entry
        self._page.progress.setVisible(entry is not None and entry.state == "running")
        if entry is None:
            return
        progress = entry.progress
        self._page.bar.setValue(round(1000 * (progress.fraction or 0.0)) if progress else 0)
        parts = [said(entry.message) or self.tr("Measuring the models"), left(progress.eta) if progress else ""]
        self._page.message.setText(" · ".join(p for p in parts if p))
        self._page.measure.setEnabled(entry.state != "running")

    def _ended(self) -> None:
        entry, self._entry = self._entry, None
        self._page.progress.hide()
        self._page.measure.setEnabled(True)
        if entry is not None and entry.error is not None:
            self.problem.emit(error_text(entry.error))
        self.load()

    # -- figures

    def _draw_soon(self) -> None:
        if not self._drawing.isActive():
            self._drawing.start()

    def _draw(self) -> None:
        """Have the figures on show drawn that are not yet."""
        wanted: list[tuple[Plot, FigureSpec]] = []
        looks = look(self._page.devicePixelRatioF())
        for plot in self._page.plots():
            spec = plot.spec() if plot.isVisible() else None
            if spec is not None and plot.property("drawn") != repr((spec, looks)):
                wanted.append((plot, spec))
        if not wanted:
            return

        def show(pictures: list[bytes]) -> None:
            for (plot, spec), picture in zip(wanted, pictures, strict=True):
                plot.show_picture(picture, spec.width)
                plot.setProperty("drawn", repr((spec, looks)))

        self._runner.run(
            lambda: self._painter.draw([spec for _, spec in wanted], looks),
            show,
            lambda e: self.problem.emit(error_text(e)),
            key="figures",
        )

    def leave(self) -> None:
        """Give the memory of the drawing process back; the page is no longer on show."""
        self._runner.run(self._painter.rest)

    def close(self) -> None:
        """End the drawing process."""
        self._painter.close()

    # -- export

    def _export(self, kind: str) -> None:
        title = self.tr("Export the tables to") if kind == "csv" else self.tr("Export the figures to")
        path = QFileDialog.getExistingDirectory(self._page, title, str(Path.home()))
        if path:
            self.export(kind, Path(path))

    def export(self, kind: str, target: Path) -> None:
        """Write all tables as CSV, or all figures as PNG, into a folder, those of parts never looked at as well."""
        tables = csv_tables(self._found) if kind == "csv" else {}
        width = min(max(self._page.stack.width() - 2 * theme.XL, _EXPORT_WIDTH), 2 * _EXPORT_WIDTH)
        specs = {plot.name: spec for plot in self._page.plots() if (spec := plot.spec(width)) is not None}
        looks = look(max(2.0, self._page.devicePixelRatioF()))

        def work() -> list[str]:
            if kind == "csv":
                files = {f"insights-{name}.csv": _csv_bytes(rows) for name, rows in tables.items()}
            else:
                pictures = self._painter.draw(list(specs.values()), looks) if specs else []
                names = (f"insights-{name}.png" for name in specs)
                files = dict(zip(names, pictures, strict=True))
            try:
                for name, content in files.items():
                    write_atomic(target / name, content)
            except OSError as error:
                raise AvrecError(f"it cannot be written: {error.strerror}", path=target) from error
            return list(files)

        def done(names: list[str]) -> None:
            if names:
                self.told.emit(self.tr("Written: {names}").format(names=listed(names)))
            else:
                self.problem.emit(self.tr("There is nothing to export yet."))

        self._runner.run(work, done, lambda e: self.problem.emit(error_text(e)))

    def _compare(self, change: Callable[[], object], text: str) -> None:
        recommend, profile = self._session.recommend, self._session.profile

        def work() -> object:
            found = recommend.comparison(profile)
            before = found[0] if found is not None and found[0].ended is None else None
            change()
            return lambda: recommend.go_on_comparing(profile, before)

        self.acted.emit(text, work)


def _csv_bytes(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")
