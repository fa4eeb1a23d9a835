"""The insights page: whether the recommender is any good, what became of its picks, what it learned."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.ui import theme
from avrec_desktop.ui.pages.insights_taste import TastePart, panel
from avrec_desktop.ui.pages.insights_words import column_titles, outcome_titles
from avrec_desktop.ui.texts import listed
from avrec_desktop.ui.widgets.basics import EmptyState, button, clear_layout, label, page_scroll, tab_bar, tool
from avrec_desktop.ui.widgets.plot import Plot
from avrec_desktop.ui.widgets.why import Part, ShareLine


class Table(QTableWidget):
    """A table of words that is as high as its rows."""

    def __init__(self, titles: Sequence[str], name: str) -> None:
        super().__init__(0, len(titles))
        self.setHorizontalHeaderLabels(list(titles))
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows."""
        self.setRowCount(len(rows))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                self.setItem(r, c, QTableWidgetItem(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the bar where the columns are wider than the table."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        height = self.horizontalHeader().sizeHint().height()
        height += sum(self.rowHeight(r) for r in range(self.rowCount()))
        last = self.columnCount() - 1
        columns = sum(self.columnWidth(c) for c in range(last)) + self.sizeHintForColumn(last)
        bar = self.horizontalScrollBar().sizeHint().height() if columns > self.viewport().width() else 0
        self.setFixedHeight(height + bar + 6)


class QualityPart(QWidget):
    """Layout of "How well it works".

    Signals:
        train_wanted: Train the models that are not.
    """

    train_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, theme.S, theme.L)
        box.setSpacing(theme.M)
        frame, words = panel(self.tr("In words"))
        self.about = label("", "small", wrap=True)
        words.addWidget(self.about)
        holder = QWidget()
        self._sentences = QVBoxLayout(holder)
        self._sentences.setContentsMargins(0, 0, 0, 0)
        self._sentences.setSpacing(theme.S)
        words.addWidget(holder)
        row = QHBoxLayout()
        self.untrained = label("", "small", wrap=True)
        row.addWidget(self.untrained, 1)
        self.train = button(self.tr("Train them"), self.train_wanted.emit)
        row.addWidget(self.train)
        words.addLayout(row)
        box.addWidget(frame)
        self.choice_frame, inner = panel(self.tr("What the model chose"))
        self.choice_about = label("", "", wrap=True)
        inner.addWidget(self.choice_about)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(theme.S)
        inner.addLayout(self._parts)
        box.addWidget(self.choice_frame)
        about = self.tr("Dots are means over your likes, bars 95% of what chance allows. Grey: there to compare with.")
        frame, inner = panel(self.tr("Accuracy"), about)
        self.accuracy = Plot("accuracy")
        inner.addWidget(self.accuracy)
        box.addWidget(frame)
        about = self.tr(
            "Coverage: share of the library in anybody's first ten. Variety: how unlike the picks are. Novelty: how "
            "little known. Popularity bias: how much more popular than what you like. Miscalibration: how far the "
            "topics are from yours (0: the same mix)."
        )
        frame, inner = panel(self.tr("What the lists are like"), about)
        self.beyond = Plot("lists")
        inner.addWidget(self.beyond)
        box.addWidget(frame)
        self.curves_frame, inner = panel(
            self.tr("Training"), self.tr("Loss in the newest run of each model, epoch by epoch.")
        )
        self.curves = Plot("training")
        inner.addWidget(self.curves)
        box.addWidget(self.curves_frame)
        frame, inner = panel(self.tr("All figures"))
        self.table = Table(column_titles(), self.tr("All figures"))
        inner.addWidget(self.table)
        box.addWidget(frame)
        box.addStretch(1)  # the tables would stretch their panels

    def show_sentences(self, about: str, sentences: Sequence[str], untrained: Sequence[str]) -> None:
        """Show what was found in words."""
        self.about.setText(about)
        clear_layout(self._sentences)
        for number, text in enumerate(sentences):
            sentence = label(text, "h2" if not number else "", wrap=True)
            self._sentences.addWidget(sentence)
            sentence.show()
        text = self.tr("Not trained, so not measured: {names}.").format(names=listed(untrained))
        self.untrained.setText(text)
        self.untrained.setVisible(bool(untrained))
        self.train.setVisible(bool(untrained))

    def show_choice(self, title: str, sentences: Sequence[str], parts: Sequence[tuple[str, float]]) -> None:
        """Show what a model chose and why; nothing at all for a model that has nothing to say of it."""
        self.choice_frame.setVisible(bool(sentences))
        self.choice_frame.findChildren(QLabel, "h2")[0].setText(title)
        self.choice_about.setText("\n".join(sentences))
        clear_layout(self._parts)
        for name, share in parts:
            line = ShareLine(Part(name, share))
            self._parts.addWidget(line)
            line.show()


class SatisfactionPart(QWidget):
    """Layout of "Satisfaction".

    Signals:
        compare_wanted: (model, model) let them share the panel.
        stop_wanted: End the comparison.
    """

    compare_wanted = Signal(str, str)
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, theme.S, theme.L)
        box.setSpacing(theme.M)
        about = self.tr(
            "Two models fill the panel in turns, and nothing tells which pick is whose. What you play to at least "
            "60% or like decides."
        )
        frame, inner = panel(self.tr("Compare two models on yourself"), about)
        row = QHBoxLayout()
        self.first, self.second = QComboBox(), QComboBox()
        for combo, text in ((self.first, self.tr("First model")), (self.second, self.tr("Second model"))):
            combo.setAccessibleName(text)
            combo.setMinimumWidth(190)
            row.addWidget(combo)
        self.start = button(self.tr("Let them share the panel"), self._start, primary=True)
        self.stop = button(self.tr("Stop comparing"), self.stop_wanted.emit)
        row.addWidget(self.start)
        row.addWidget(self.stop)
        row.addStretch()
        inner.addLayout(row)
        self.comparison = label("", "", wrap=True)
        inner.addWidget(self.comparison)
        box.addWidget(frame)
        about = self.tr(
            "Accepted: played to at least 60%, liked or rated 4 or more within a day of being shown. In brackets: "
            "95% of what chance allows."
        )
        frame, inner = panel(self.tr("What became of the picks"), about)
        self.table = Table(outcome_titles(), self.tr("What became of the picks"))
        inner.addWidget(self.table)
        self.nothing = label(self.tr("Nothing was shown yet. Come back after a few days of use."), "muted", wrap=True)
        inner.addWidget(self.nothing)
        self.weeks = Plot("weeks")
        inner.addWidget(self.weeks)
        box.addWidget(frame)
        box.addStretch(1)  # the tables would stretch their panels

    def _start(self) -> None:
        self.compare_wanted.emit(str(self.first.currentData()), str(self.second.currentData()))

    def show_models(self, models: Sequence[tuple[str, str]], running: tuple[str, str] | None) -> None:
        """Offer the trained models (id, name), the one in use first; while two are compared, show these."""
        known = [model for model, _ in models]
        for n, combo in enumerate((self.first, self.second)):
            before = running[n] if running is not None else combo.currentData()
            combo.clear()
            for model, name in models:
                combo.addItem(name, model)
            index = known.index(before) if before in known else min(n, len(known) - 1)
            combo.setCurrentIndex(index)
            combo.setEnabled(running is None and len(known) > 1)
        self.start.setVisible(running is None)
        self.start.setEnabled(len(known) > 1)
        self.stop.setVisible(running is not None)


class InsightsPage(QWidget):
    """Layout of the insights page.

    Signals:
        measure_wanted: Measure the models.
        cancel_wanted: Stop measuring.
        export_wanted: ``png`` or ``csv``.
        part_chosen: (index) another part is on show.
    """

    measure_wanted = Signal()
    cancel_wanted = Signal()
    export_wanted = Signal(str)
    part_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        box.setSpacing(theme.M)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, theme.GUTTER, 0)
        head.addWidget(label(self.tr("Insights"), "h1"))
        head.addStretch()
        self.export = QPushButton(self.tr("Export"))
        self.export.setIcon(theme.icon("tray-arrow-down"))
        menu = QMenu(self.export)
        menu.addAction(self.tr("Figures as PNG …"), lambda: self.export_wanted.emit("png"))
        menu.addAction(self.tr("Tables as CSV …"), lambda: self.export_wanted.emit("csv"))
        self.export.setMenu(menu)
        head.addWidget(self.export)
        self.measure = button(self.tr("Measure now"), self.measure_wanted.emit, icon="chart-line", primary=True)
        head.addWidget(self.measure)
        box.addLayout(head)
        box.addWidget(self._parts_row())
        self.progress = self._progress_row()
        box.addWidget(self.progress)
        self.quality, self.satisfaction, self.taste = QualityPart(), SatisfactionPart(), TastePart()
        self.empty = EmptyState("chart-line", "", "")
        self.stack = QStackedWidget()
        self._quality_stack = QStackedWidget()
        self._quality_area = page_scroll(self.quality)
        self._quality_stack.addWidget(self._quality_area)
        for part in (self._quality_stack, page_scroll(self.satisfaction), page_scroll(self.taste)):
            self.stack.addWidget(part)
        box.addWidget(self.stack, 1)

    def _parts_row(self) -> QTabBar:
        names = (self.tr("How well it works"), self.tr("Satisfaction"), self.tr("Your taste"))
        self.tabs = tab_bar(names, self.tr("Parts of the insights"))
        self.tabs.currentChanged.connect(self._turned)
        return self.tabs

    def _progress_row(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("panel")
        row = QHBoxLayout(frame)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        self.message = label("", "small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress of measuring"))
        row.addWidget(self.message)
        row.addWidget(self.bar, 1)
        row.addWidget(tool("close-circle-outline", self.tr("Stop measuring"), self.cancel_wanted.emit, size=18))
        frame.hide()
        return frame

    def choose(self, part: int) -> None:
        """Show a part: 0 how well it works, 1 satisfaction, 2 taste."""
        if part != self.tabs.currentIndex():
            self.tabs.setCurrentIndex(part)
        else:
            self._turned(part)

    def _turned(self, part: int) -> None:
        self.stack.setCurrentIndex(part)
        self.part_chosen.emit(part)

    def show_empty(self, title: str, text: str, *, can_measure: bool) -> None:
        """Say why there are no figures, and what to do."""
        actions = [button(self.tr("Measure now"), self.measure_wanted.emit, primary=True)] if can_measure else []
        fresh = EmptyState("chart-line", title, text, actions)
        self._quality_stack.addWidget(fresh)
        self._quality_stack.setCurrentWidget(fresh)
        self._quality_stack.removeWidget(self.empty)
        self.empty.deleteLater()
        self.empty = fresh
        self.measure.setEnabled(can_measure)

    def show_report(self) -> None:
        """Show the figures."""
        self._quality_stack.setCurrentWidget(self._quality_area)
        self.measure.setEnabled(True)

    def has_report(self) -> bool:
        """Whether figures are on show."""
        return self._quality_stack.currentWidget() is self._quality_area

    def plots(self) -> list[Plot]:
        """Return all figures."""
        quality = self.quality
        return [quality.accuracy, quality.beyond, quality.curves, self.satisfaction.weeks, self.taste.course]
