"""How much of the machine an analysis may take, to be seen and changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from avrec_desktop.features.policy import AnalysisSettings
from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import label


class AnalysisEditor(QWidget):
    """Layout of the settings of the analysis.

    Args:
        width: Of the controls that choose, pixels.

    Signals:
        changed: (name of a setting, value) the user set something.
    """

    changed = Signal(str, object)

    def __init__(self, width: int) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.S)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.L)
        form.setVerticalSpacing(theme.S)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        budgets = (
            (self.tr("Gently, behind everything else"), "gentle"),
            (self.tr("Normally"), "normal"),
            (self.tr("With full power"), "full"),
        )
        playing = (
            (self.tr("Gently while something plays"), "gentle"),
            (self.tr("Pause while something plays"), "pause"),
            (self.tr("Go on as before"), "same"),
        )
        self.budget = self._choice("budget", self.tr("Analyse"), budgets, width)
        self.playing = self._choice("while_playing", self.tr("While playing"), playing, width)
        for control in (self.budget, self.playing):
            form.addRow(control.accessibleName(), control)
        self.battery = QCheckBox(self.tr("Pause on battery"))
        self.battery.setAccessibleName(self.tr("Pause the analysis on battery"))
        self.battery.clicked.connect(lambda on: self.changed.emit("pause_on_battery", on))
        form.addRow("", self.battery)
        self.cluster = QLineEdit()
        self.cluster.setPlaceholderText(self.tr("none: analyse on this machine"))
        self.cluster.setAccessibleName(self.tr("Address of a Dask cluster"))
        self.cluster.setFixedWidth(width)
        self.cluster.editingFinished.connect(lambda: self.changed.emit("cluster", self.cluster.text().strip()))
        form.addRow(self.tr("Dask cluster"), self.cluster)
        box.addLayout(form)
        about = self.tr(
            "A change counts at once, also for an analysis that runs; a cluster from the next one on. A cluster is "
            "trusted fully: its machines run the app on your files, under the same paths."
        )
        box.addWidget(label(about, "small", wrap=True))

    def show_settings(self, settings: AnalysisSettings) -> None:
        """Show the settings."""
        self.budget.setCurrentIndex(max(0, self.budget.findData(settings.budget)))
        self.playing.setCurrentIndex(max(0, self.playing.findData(settings.while_playing)))
        self.battery.setChecked(settings.pause_on_battery)
        if not self.cluster.hasFocus():  # somebody is typing
            self.cluster.setText(settings.cluster)

    def _choice(self, setting: str, name: str, choices: tuple[tuple[str, str], ...], width: int) -> QComboBox:
        out = QComboBox()
        for text, key in choices:
            out.addItem(text, key)
        out.setAccessibleName(name)
        out.setFixedWidth(width)
        out.activated.connect(lambda _: self.changed.emit(setting, out.currentData()))
        return out
