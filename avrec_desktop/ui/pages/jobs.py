"""The jobs page: what runs, how far it is, what failed and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.ui import theme
from avrec_desktop.ui.pages.queue import QueuePage, waiting_text
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import amount, counted, decimal, error_text, left, listed
from avrec_desktop.ui.widgets.basics import EmptyState, button, label, page_scroll, plain_tip, tab_bar, tool
from avrec_desktop.ui.workers import JobCenter, JobEntry

#: Failed files shown of a job.
SHOWN_FAILURES = 50


class LossPlot(QWidget):
    """The loss of a training run as a small curve."""

    def __init__(self) -> None:
        super().__init__()
        self._losses: Sequence[float] = ()
        self.setFixedSize(QSize(220, 44))

    def show_losses(self, losses: Sequence[float]) -> None:
        """Draw these losses, one per epoch."""
        self._losses = list(losses)
        self.setVisible(len(self._losses) > 1)
        if self._losses:
            text = self.tr("Loss from {first} to {last} in {n} epochs")
            values = {"first": decimal(losses[0], 4), "last": decimal(losses[-1], 4), "n": amount(len(losses))}
            self.setAccessibleName(text.format(**values))
            self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curve."""
        if len(self._losses) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = min(self._losses), max(self._losses)
        box = QRectF(self.rect()).adjusted(2, 4, -2, -4)
        path = QPainterPath()
        for n, loss in enumerate(self._losses):
            x = box.left() + box.width() * n / (len(self._losses) - 1)
            y = box.bottom() - box.height() * ((loss - low) / (high - low) if high > low else 0.5)
            point = QPointF(x, y)
            path.moveTo(point) if n == 0 else path.lineTo(point)
        painter.setPen(QPen(QColor(theme.tokens().accent), 2))
        painter.drawPath(path)


class JobRow(QFrame):
    """One job."""

    def __init__(self, entry: JobEntry) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._entry = entry
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        box.setSpacing(theme.S)
        head = QHBoxLayout()
        head.addWidget(label(entry.title, "h2"))
        self._state = label("", "muted")
        head.addWidget(self._state)
        head.addStretch()
        self._pause = tool("pause", self.tr("Pause {job}").format(job=entry.title), entry.toggle_pause)
        self._cancel = tool("close-circle-outline", self.tr("Cancel {job}").format(job=entry.title), entry.cancel)
        head.addWidget(self._pause)
        head.addWidget(self._cancel)
        box.addLayout(head)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of {job}").format(job=entry.title))
        box.addWidget(self._bar)
        row = QHBoxLayout()
        self._message = label("", "small", wrap=True)
        row.addWidget(self._message, 1)
        self._plot = LossPlot()
        self._plot.hide()
        row.addWidget(self._plot)
        box.addLayout(row)
        self._failures = label("", "small", wrap=True)
        self._failures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._failures.hide()
        box.addWidget(self._failures)
        entry.changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        entry = self._entry
        running = entry.state == "running"
        names = {
            "running": self.tr("Paused") if entry.paused else self._running(),
            "done": self.tr("Done"),
            "failed": self.tr("Failed"),
            "cancelled": self.tr("Cancelled"),
        }
        parts = [names[entry.state]]
        progress = entry.progress
        if running and progress is not None:
            if progress.total:
                parts.append(f"{amount(progress.done)} / {amount(progress.total)}")
            parts.append(left(progress.eta))
        self._state.setText(" · ".join(p for p in parts if p))
        self._bar.setVisible(running)
        fraction = progress.fraction if progress else None
        self._bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._bar.setValue(round(1000 * fraction))
        self._pause.setVisible(running)
        self._pause.setIcon(theme.icon("play" if entry.paused else "pause"))
        self._cancel.setVisible(running)
        self._plot.show_losses(entry.losses)
        self._message.setText(_message(entry))
        self._show_failures()

    def _running(self) -> str:
        values = self._entry.progress.values if self._entry.progress is not None else {}
        for reason in ("battery", "playing"):
            if values.get(f"waits_for_{reason}"):
                return waiting_text(reason)
        return self.tr("Running")

    def _show_failures(self) -> None:
        failures = getattr(self._entry.result, "failed", None) or []
        lines, paths = [], []
        for failure in failures[:SHOWN_FAILURES]:
            row = failure.to_dict()
            who = f" [{row['extractor']}]" if "extractor" in row else ""
            lines.append(f"{PurePath(row['path']).name}{who}: {said(row['reason'])}")
            paths.append(row["path"])
        if len(failures) > SHOWN_FAILURES:
            lines.append(self.tr("… and {n} more").format(n=len(failures) - SHOWN_FAILURES))
        self._failures.setText("\n".join(lines))
        self._failures.setToolTip(plain_tip("\n".join(paths)))
        self._failures.setVisible(bool(lines))


def _message(entry: JobEntry) -> str:
    if entry.error is not None:
        return error_text(entry.error)
    if entry.state == "done":
        return _summary(entry.result)
    return said(entry.message.encode("utf-8", "replace").decode())


def _summary(result: Any) -> str:
    """Return the counts of a result in words, whatever job it is of."""
    from avrec_desktop.ui.texts import tr

    words = (
        ("added", tr("{n} added")),
        ("updated", tr("{n} updated")),
        ("unchanged", tr("{n} unchanged")),
        ("missing", tr("{n} missing")),
        ("done", tr("{n} analyses done")),
        ("made", tr("{n} clips made")),
        ("interactions", tr("learned from {n} likes, plays and ratings")),
    )
    single = {"done": tr("{n} analysis done"), "made": tr("{n} clip made")}
    counts = ((name, text, getattr(result, name, 0)) for name, text in words)
    parts = [counted(n, single.get(name, text), text) for name, text, n in counts if n]
    failed = getattr(result, "failed", None)
    if failed:
        parts.append(tr("{n} failed").format(n=len(failed)))
    seconds = getattr(result, "seconds", None)
    if seconds is not None:
        parts.append(tr("in {n} s").format(n=decimal(seconds, 1)))
    return listed(parts)


class JobsPage(QWidget):
    """Layout of the jobs page: the jobs, and the queue of the analysis.

    Signals:
        scan_wanted, analyse_wanted, train_wanted: Buttons.
    """

    scan_wanted = Signal()
    analyse_wanted = Signal()
    train_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, theme.GUTTER, 0)
        head.addWidget(label(self.tr("Jobs"), "h1"))
        head.addStretch()
        head.addWidget(button(self.tr("Look for changes"), self.scan_wanted.emit, icon="folder-refresh-outline"))
        head.addWidget(button(self.tr("Analyse"), self.analyse_wanted.emit, icon="waveform"))
        head.addWidget(button(self.tr("Train now"), self.train_wanted.emit, icon="school-outline"))
        box.addLayout(head)
        names = (self.tr("Jobs"), self.tr("Analysis queue"))
        self.tabs = tab_bar(names, self.tr("Jobs or the queue of the analysis"))
        box.addWidget(self.tabs)
        self.queue = QueuePage()
        self._stack = QStackedWidget()
        self._stack.setObjectName("stack")
        self._stack.addWidget(self._list_part())
        self._stack.addWidget(self.queue)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        box.addWidget(self._stack, 1)

    def _list_part(self) -> QWidget:
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        self._empty = EmptyState(
            "check-circle-outline",
            self.tr("All quiet"),
            self.tr("Scans, analyses and training show here while they run."),
        )
        box.addWidget(self._empty, 1)
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, theme.S, theme.S, theme.L)
        self._rows.setSpacing(theme.S)
        self._rows.addStretch()
        self._area = page_scroll(inner)
        self._area.hide()
        box.addWidget(self._area, 1)
        return part

    def add(self, row: JobRow) -> None:
        """Put a job on top; the oldest of many ended ones goes."""
        self._empty.hide()
        self._area.show()
        self._rows.insertWidget(0, row)
        while self._rows.count() > 31:
            entry = self._rows.takeAt(self._rows.count() - 2)
            widget = entry.widget() if entry is not None else None
            if widget is not None:
                widget.deleteLater()


class JobsController(QObject):
    """Puts jobs on the page as they start."""

    def __init__(self, page: JobsPage, jobs: JobCenter, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        for entry in jobs.entries:  # those of a window before, in other colours or another language
            self._add(entry)
        jobs.added.connect(self._add)

    def _add(self, entry: JobEntry) -> None:
        self._page.add(JobRow(entry))
