"""The queue of the analysis: how far each extractor is, what every process does, what failed and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.features.crew import Working, display_name
from avrec_desktop.features.plan import ExtractorStatus, FailedAnalysis
from avrec_desktop.features.run import Activity
from avrec_desktop.ui import theme
from avrec_desktop.ui.failures_model import EXTRACTOR, FILE, REASON, WHEN, FailuresModel
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import amount, decimal, left, listed, tr
from avrec_desktop.ui.widgets.basics import ElidedLabel, button, label, tool

#: Processes shown.
SHOWN_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Counts:
    """What the catalogue says."""

    status: tuple[ExtractorStatus, ...]
    names: Mapping[str, str]
    failed: tuple[FailedAnalysis, ...]


class ExtractorRow(QWidget):
    """Progress of one extractor."""

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.XS)
        line = QHBoxLayout()
        self._name = label("", "")
        self._counts = label("", "small")
        line.addWidget(self._name)
        line.addStretch()
        line.addWidget(self._counts)
        box.addLayout(line)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedHeight(6)
        box.addWidget(self._bar)

    def show_status(self, name: str, status: ExtractorStatus) -> None:
        """Show the counts of an extractor."""
        ended = status.done + status.empty + status.failed
        total = ended + status.pending
        parts = [self.tr("{n} of {total} done").format(n=amount(status.done), total=amount(total))]
        if status.empty:
            parts.append(self.tr("{n} with nothing to analyse").format(n=amount(status.empty)))
        if status.failed:
            parts.append(self.tr("{n} failed").format(n=amount(status.failed)))
        if status.pending:
            parts.append(self.tr("{n} waiting").format(n=amount(status.pending)))
        self._name.setText(name)
        self._counts.setText(" · ".join(parts))
        self._bar.setValue(round(1000 * ended / total) if total else 0)
        self._bar.setAccessibleName(f"{name}: {listed(parts)}")


class FailuresTable(QTableView):
    """The failed analyses."""

    def __init__(self, model: FailuresModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(32)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setAccessibleName(self.tr("Failed analyses"))
        self.setMinimumHeight(160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        width = self.viewport().width()
        fixed = {EXTRACTOR: min(150, width // 6), WHEN: min(150, width // 6)}
        room = width - sum(fixed.values())
        shares = fixed | {FILE: room * 2 // 5, REASON: room - room * 2 // 5}
        for column, size in shares.items():
            self.horizontalHeader().resizeSection(column, size)

    def chosen(self) -> list[int]:
        """Return the selected rows."""
        return sorted({index.row() for index in self.selectionModel().selectedRows()})


class QueuePage(QWidget):
    """Layout of the queue.

    Signals:
        start_wanted, pause_wanted, cancel_wanted, go_on_wanted: Buttons.
        retry_wanted: (rows) try these again.
        retry_all_wanted, copy_wanted, folder_wanted: What to do with the failures.
    """

    start_wanted = Signal()
    pause_wanted = Signal()
    cancel_wanted = Signal()
    go_on_wanted = Signal()
    retry_wanted = Signal()
    retry_all_wanted = Signal()
    copy_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = FailuresModel(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.S, theme.GUTTER, theme.L)
        box.setSpacing(theme.M)
        box.addWidget(self._state_part())
        upper = QWidget()
        upper.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(self._extractors_part(), 3)
        row.addWidget(self._working_part(), 2)
        box.addWidget(upper)
        box.addWidget(self._failures_part(), 1)
        box.addStretch()

    def _state_part(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("panel")
        line = QHBoxLayout(frame)
        line.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        self.state = label("", "h2")
        self.figures = label("", "small")
        words.addWidget(self.state)
        words.addWidget(self.figures)
        line.addLayout(words)
        line.addStretch()
        self.go_on = button(self.tr("Go on anyway"), self.go_on_wanted.emit, icon="play")
        self.start = button(self.tr("Analyse"), self.start_wanted.emit, icon="waveform", primary=True)
        self.pause = tool("pause", self.tr("Pause the analysis"), self.pause_wanted.emit)
        self.cancel = tool("close-circle-outline", self.tr("Cancel the analysis"), self.cancel_wanted.emit)
        for widget in (self.go_on, self.start, self.pause, self.cancel):
            line.addWidget(widget)
        return frame

    def _extractors_part(self) -> QFrame:
        frame, box, _ = _panel(self.tr("Analyses"))
        self._rows_box = QVBoxLayout()
        self._rows_box.setSpacing(theme.S)
        box.addLayout(self._rows_box)
        box.addStretch()
        self._rows: list[ExtractorRow] = []
        return frame

    def _working_part(self) -> QFrame:
        frame, box, _ = _panel(self.tr("Working on"))
        self._working = QGridLayout()
        self._working.setHorizontalSpacing(theme.M)
        self._working.setColumnStretch(0, 1)
        box.addLayout(self._working)
        self._idle = label(self.tr("Nothing at the moment."), "muted")
        box.addWidget(self._idle)
        box.addStretch()
        self._lines: list[tuple[ElidedLabel, ElidedLabel, QLabel]] = []
        return frame

    def _failures_part(self) -> QFrame:
        frame, box, head = _panel(self.tr("Failed"))
        self._failures = frame
        self.table = FailuresTable(self.model)
        self.retry = button(self.tr("Try again"), self.retry_wanted.emit, icon="refresh")
        self.retry_all = button(self.tr("Try all again"), self.retry_all_wanted.emit)
        self.copy = button(self.tr("Copy"), self.copy_wanted.emit, icon="content-copy")
        self.folder = button(self.tr("Show in folder"), self.folder_wanted.emit, icon="folder-open-outline")
        for each in (self.retry, self.retry_all, self.copy, self.folder):
            head.addWidget(each)
            action = self.table.addAction(each.accessibleName())
            action.triggered.connect(each.click)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy.click)
        self._fine = label(self.tr("Nothing failed."), "muted")
        box.addWidget(self._fine)
        box.addWidget(self.table, 1)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._choice_changed())
        self.model.modelReset.connect(self._choice_changed)
        self.show_failures((), {})
        return frame

    def show_counts(self, counts: Counts) -> None:
        """Show how far each extractor is."""
        while len(self._rows) < len(counts.status):
            row = ExtractorRow()
            self._rows.append(row)
            self._rows_box.addWidget(row)
        for n, row in enumerate(self._rows):
            row.setVisible(n < len(counts.status))
            if n < len(counts.status):
                status = counts.status[n]
                row.show_status(said(counts.names.get(status.id, status.id)), status)
        self.show_failures(counts.failed, counts.names)

    def show_failures(self, failed: Sequence[FailedAnalysis], names: Mapping[str, str]) -> None:
        """Show what failed."""
        self.model.set_rows(failed, names)
        self.table.setVisible(bool(failed))
        self._fine.setVisible(not failed)
        for each in (self.retry, self.retry_all, self.copy, self.folder):
            each.setVisible(bool(failed))
        grows = QSizePolicy.Policy.Expanding if failed else QSizePolicy.Policy.Maximum
        self._failures.setSizePolicy(QSizePolicy.Policy.Preferred, grows)
        self._choice_changed()

    def show_working(self, working: Sequence[Working], names: Mapping[str, str]) -> None:
        """Show what each process does."""
        shown = working[:SHOWN_PROCESSES]
        while len(self._lines) < len(shown):
            file, what, seconds = ElidedLabel(), ElidedLabel("", "small"), label("", "small")
            row = len(self._lines)
            self._working.addWidget(file, 2 * row, 0)
            self._working.addWidget(seconds, 2 * row, 1)
            self._working.addWidget(what, 2 * row + 1, 0, 1, 2)
            self._lines.append((file, what, seconds))
        for n, line in enumerate(self._lines):
            for widget in line:
                widget.setVisible(n < len(shown))
            if n < len(shown):
                self._show_line(line, shown[n], names)
        self._idle.setVisible(not shown)

    def _show_line(self, line: tuple[ElidedLabel, ElidedLabel, QLabel], now: Working, names: Mapping[str, str]) -> None:
        file, what, seconds = line
        file.setText(display_name(now.path) if now.path else self.tr("Loading plugins …"))
        doing = {"sound": self.tr("reading its sound"), "pictures": self.tr("reading its pictures")}.get(now.decode, "")
        parts = [names.get(now.extractor, now.extractor), doing]
        parts.append(self.tr("process {n}").format(n=now.name) if now.name.isdigit() else now.name)
        parts.append(megabytes(now.memory))
        what.setText(" · ".join(p for p in parts if p))
        seconds.setText(self.tr("{n} s").format(n=round(now.seconds)))

    def show_state(self, text: str, figures: str) -> None:
        """Show the line on top."""
        self.state.setText(text)
        self.figures.setText(figures)
        self.figures.setVisible(bool(figures))

    def show_controls(self, *, running: bool, paused: bool, waiting: bool) -> None:
        """Show the buttons that make sense now."""
        self.start.setVisible(not running)
        self.pause.setVisible(running)
        name = self.tr("Go on with the analysis") if paused else self.tr("Pause the analysis")
        self.pause.setIcon(theme.icon("play" if paused else "pause"))
        self.pause.setToolTip(name)
        self.pause.setAccessibleName(name)
        self.cancel.setVisible(running)
        self.go_on.setVisible(waiting)

    def _choice_changed(self) -> None:
        some = bool(self.table.chosen())
        for each in (self.retry, self.copy, self.folder):
            each.setEnabled(some)


def _panel(title: str) -> tuple[QFrame, QVBoxLayout, QHBoxLayout]:
    frame = QFrame()
    frame.setObjectName("panel")
    box = QVBoxLayout(frame)
    box.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
    box.setSpacing(theme.S)
    head = QHBoxLayout()
    head.addWidget(label(title, "h2"))
    head.addStretch()
    box.addLayout(head)
    return frame, box, head


def waiting_text(reason: str) -> str:
    """Return what an analysis waits for, in words."""
    return tr("Paused: on battery") if reason == "battery" else tr("Paused: while something plays")


def budget_text(budget: str) -> str:
    """Return how an analysis runs, in words."""
    names = {"gentle": tr("Running gently"), "normal": tr("Running"), "full": tr("Running at full power")}
    return names[budget]


def megabytes(size: int) -> str:
    """Return a size of memory, or nothing for an unknown one."""
    return tr("{n} MB").format(n=amount(round(size / 1e6))) if size else ""


def figures(activity: Activity | None) -> str:
    """Return rate, time to go and memory of a run, in words."""
    if activity is None:
        return ""
    parts = []
    if activity.files_per_minute is not None:
        rate = activity.files_per_minute
        shown = amount(round(rate)) if rate >= 10 else decimal(rate, 1)
        parts.append(tr("{n} files a minute").format(n=shown))
        parts.append(left(activity.eta))
    memory = tr("memory {now}, at most {peak}")
    parts.append(memory.format(now=megabytes(activity.memory), peak=megabytes(activity.peak_memory)))
    return " · ".join(p for p in parts if p)
