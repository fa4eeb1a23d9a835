"""A form for the options of a plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.api.options import OptionValue, PluginOption
from avrec_desktop.ui import theme
from avrec_desktop.ui.said import said
from avrec_desktop.ui.widgets.basics import button, label, tool

_LARGEST = 2**31 - 1


class PathField(QWidget):
    """A line for the path of a file or folder, with a button to choose it.

    Signals:
        changed: The user entered or chose another.
    """

    changed = Signal()

    def __init__(self, option: PluginOption, value: str) -> None:
        super().__init__()
        self._folder = option.type == "folder"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.XS)
        self.line = QLineEdit(value)
        self.line.setAccessibleName(option.label)
        self.line.setPlaceholderText(self.tr("Not set"))
        self.line.textChanged.connect(lambda _: self.changed.emit())
        row.addWidget(self.line, 1)
        name = self.tr("Choose: {what}").format(what=option.label)
        row.addWidget(tool("folder-open-outline", name, self._choose, size=18))

    def _choose(self) -> None:
        title = self.line.accessibleName()
        if self._folder:
            path = QFileDialog.getExistingDirectory(self, title, self.line.text())
        else:
            path, _ = QFileDialog.getOpenFileName(self, title, self.line.text())
        if path:
            self.line.setText(path)


class OptionsForm(QWidget):
    """One row per option; "Apply" sets what differs.

    Signals:
        applied: (values by name) the changed ones.
    """

    applied = Signal(dict)

    def __init__(self, options: Sequence[PluginOption], values: Mapping[str, OptionValue]) -> None:
        super().__init__()
        self._options = {option.name: option for option in options}
        self._before = dict(values)
        self._fields: dict[str, QWidget] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.XS, 0, 0)
        form = QFormLayout()
        form.setVerticalSpacing(theme.M)
        form.setHorizontalSpacing(theme.L)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        box.addLayout(form)
        for option in options:
            field = self._make(option, values[option.name])
            self._fields[option.name] = field
            name = label(said(option.label))
            name.setBuddy(field.line if isinstance(field, PathField) else field)
            if option.help:
                cell = QWidget()
                column = QVBoxLayout(cell)
                column.setContentsMargins(0, 0, 0, 0)
                column.setSpacing(theme.XS)
                column.addWidget(field)
                column.addWidget(label(said(option.help), "small", wrap=True))
                form.addRow(name, cell)
            else:
                form.addRow(name, field)
            name.setMinimumSize(theme.scaled(120), field.sizeHint().height())
        row = QHBoxLayout()
        row.addStretch()
        self.defaults = button(self.tr("Defaults"), self.reset)
        self.apply = button(self.tr("Apply"), self._apply, primary=True)
        row.addWidget(self.defaults)
        row.addWidget(self.apply)
        box.addLayout(row)
        self._changed()

    def values(self) -> dict[str, OptionValue]:
        """Return what the form shows."""
        return {name: self._value(field) for name, field in self._fields.items()}

    def reset(self) -> None:
        """Show the defaults; they count once applied."""
        for name, option in self._options.items():
            self._show(self._fields[name], option.default)

    def _make(self, option: PluginOption, value: OptionValue) -> QWidget:
        field: QWidget
        if option.type == "switch":
            field = check = QCheckBox()
            check.toggled.connect(self._changed)
        elif option.type == "integer":
            field = number = QSpinBox()
            number.setRange(-_LARGEST, _LARGEST)
            number.valueChanged.connect(self._changed)
        elif option.type == "number":
            field = real = QDoubleSpinBox()
            real.setRange(-1e9, 1e9)
            real.setDecimals(4)
            real.valueChanged.connect(self._changed)
        elif option.type == "choice":
            field = choice = QComboBox()
            choice.addItems(list(option.choices))
            choice.currentIndexChanged.connect(self._changed)
        elif option.type in {"file", "folder"}:
            field = path = PathField(option, "")
            path.changed.connect(self._changed)
        else:
            field = line = QLineEdit()
            line.textChanged.connect(self._changed)
        if not isinstance(field, PathField):
            field.setAccessibleName(said(option.label))
        field.setAccessibleDescription(said(option.help))
        self._show(field, value)
        return field

    @staticmethod
    def _show(field: QWidget, value: OptionValue) -> None:
        if isinstance(field, QCheckBox):
            field.setChecked(bool(value))
        elif isinstance(field, QSpinBox):
            field.setValue(int(value))
        elif isinstance(field, QDoubleSpinBox):
            field.setValue(float(value))
        elif isinstance(field, QComboBox):
            field.setCurrentText(str(value))
        elif isinstance(field, PathField):
            field.line.setText(str(value))
        elif isinstance(field, QLineEdit):
            field.setText(str(value))

    @staticmethod
    def _value(field: QWidget) -> OptionValue:
        if isinstance(field, QCheckBox):
            return field.isChecked()
        if isinstance(field, QSpinBox | QDoubleSpinBox):
            return field.value()
        if isinstance(field, QComboBox):
            return field.currentText()
        line = field.line if isinstance(field, PathField) else field
        assert isinstance(line, QLineEdit)
        return line.text().strip()

    def _different(self) -> dict[str, OptionValue]:
        return {name: value for name, value in self.values().items() if value != self._before[name]}

    def _changed(self) -> None:
        if len(self._fields) < len(self._options):
            return  # still being made
        if hasattr(self, "apply"):
            self.apply.setEnabled(bool(self._different()))
            self.defaults.setEnabled(any(v != self._options[n].default for n, v in self.values().items()))

    def _apply(self) -> None:
        self.applied.emit(self._different())
