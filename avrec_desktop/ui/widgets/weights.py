"""How much each kind of act counts, and how fast it fades, to be seen and changed."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QSpinBox, QWidget

from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import button, label

_WIDTH = 128
#: Longest half-life, days.
_MOST_DAYS = 3650


class WeightsEditor(QWidget):
    """Layout of the weights: a line per kind of act.

    Signals:
        changed: (:class:`SignalWeights`) the user set something.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._weights = SignalWeights()
        names = {
            "like": self.tr("A like"),
            "dislike": self.tr("A dislike"),
            "hide": self.tr("Not interested"),
            "stars-1": self.tr("One star"),
            "stars-2": self.tr("Two stars"),
            "stars-3": self.tr("Three stars"),
            "stars-4": self.tr("Four stars"),
            "stars-5": self.tr("Five stars"),
            "complete": self.tr("Played to the end"),
            "play": self.tr("Played in part"),
            "skip": self.tr("Skipped early"),
            "queue": self.tr("Put into the queue"),
            "search": self.tr("Searched for, then played"),
            "implicit_limit": self.tr("Most that plays can add up to"),
        }
        self.strengths: dict[str, QDoubleSpinBox] = {}
        self.days: dict[str, QSpinBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.L)
        grid.setVerticalSpacing(theme.S)
        grid.setColumnStretch(3, 1)
        grid.setColumnMinimumWidth(0, theme.scaled(262))
        grid.addWidget(label(self.tr("Strength"), "heading"), 0, 1)
        grid.addWidget(label(self.tr("Counts half after"), "heading"), 0, 2)
        for row, (key, name) in enumerate(names.items(), 1):
            grid.addWidget(label(name), row, 0)
            self.strengths[key] = self._strength(name, lowest=0.0 if key == "implicit_limit" else -1.0)
            grid.addWidget(self.strengths[key], row, 1)
            kind = "rate" if key == "stars-5" else key
            if (not key.startswith("stars") and key != "implicit_limit") or key == "stars-5":
                self.days[kind] = self._half_life(self.tr("Any stars") if kind == "rate" else name)
                grid.addWidget(self.days[kind], row, 2)
        line = QHBoxLayout()
        line.addWidget(button(self.tr("Reset to the defaults"), lambda: self.changed.emit(SignalWeights())))
        line.addStretch()
        grid.addLayout(line, len(names) + 1, 0, 1, 4)

    def _strength(self, name: str, lowest: float) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setRange(lowest, 1)
        spin.setSingleStep(0.05)
        spin.setAccessibleName(name)
        spin.setFixedWidth(_WIDTH)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spin.lineEdit().setTextMargins(theme.S, 0, 0, 0)
        spin.editingFinished.connect(self._edited)
        return spin

    def _half_life(self, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(0, _MOST_DAYS)
        spin.setSingleStep(30)
        spin.setSuffix(self.tr(" days"))
        spin.setSpecialValueText(self.tr("never fades"))
        spin.setAccessibleName(self.tr("{act} counts half after so many days").format(act=name))
        spin.setFixedWidth(_WIDTH + 24)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spin.lineEdit().setTextMargins(theme.S, 0, 0, 0)
        spin.editingFinished.connect(self._edited)
        return spin

    def show_weights(self, weights: SignalWeights) -> None:
        """Show these weights; a field that is being edited keeps what was typed."""
        self._weights = weights
        for key, strength in self.strengths.items():
            value = weights.stars[int(key[-1]) - 1] if key.startswith("stars") else getattr(weights, key)
            if not strength.hasFocus():
                strength.setValue(value)
        for kind, days in self.days.items():
            if not days.hasFocus():
                days.setValue(round(weights.half_life(kind)))

    def _edited(self) -> None:
        values = {key: round(spin.value(), 3) for key, spin in self.strengths.items()}
        stars = tuple(values.pop(f"stars-{n}") for n in range(1, 6))
        half_lives = dict(self._weights.half_lives)
        for kind, spin in self.days.items():
            if spin.value() != round(self._weights.half_life(kind)):
                half_lives[kind] = float(spin.value())
        fresh = dataclasses.replace(self._weights, stars=stars, half_lives=half_lives, **values)  # type: ignore[arg-type]
        if fresh != self._weights:
            self.changed.emit(fresh)
