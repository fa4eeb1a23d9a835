"""The form for the options of a plugin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from avrec_desktop.api.options import PluginOption
from avrec_desktop.plugin_host.host import PluginState, PluginStatus
from avrec_desktop.ui.pages.plugins import PluginRow
from avrec_desktop.ui.widgets.options import OptionsForm, PathField

OPTIONS = (
    PluginOption("model", "folder", "Model", "", "Where it lies."),
    PluginOption("size", "integer", "Size", 3),
    PluginOption("rate", "number", "Rate", 0.5),
    PluginOption("fast", "switch", "Fast", False),
    PluginOption("mode", "choice", "Mode", "a", choices=("a", "b")),
    PluginOption("name", "text", "Name", "x"),
)
VALUES = {"model": "/m", "size": 7, "rate": 0.25, "fast": True, "mode": "b", "name": "y"}


def test_the_form_shows_values_and_tells_only_what_was_changed(qtbot: QtBot) -> None:
    form = OptionsForm(OPTIONS, VALUES)
    qtbot.addWidget(form)
    assert form.values() == VALUES
    assert not form.apply.isEnabled()
    field = form._fields["model"]
    assert isinstance(field, PathField)
    field.line.setText(" /other ")
    form._fields["fast"].setChecked(False)  # type: ignore[attr-defined]
    with qtbot.waitSignal(form.applied) as caught:
        qtbot.mouseClick(form.apply, Qt.MouseButton.LeftButton)
    assert caught.args == [{"model": "/other", "fast": False}]


def test_defaults_come_back(qtbot: QtBot) -> None:
    form = OptionsForm(OPTIONS, VALUES)
    qtbot.addWidget(form)
    form.defaults.click()
    assert form.values() == {o.name: o.default for o in OPTIONS}
    assert not form.defaults.isEnabled()
    with qtbot.waitSignal(form.applied) as caught:
        form.apply.click()
    assert set(caught.args[0]) == set(VALUES)


def test_every_field_has_a_name_and_a_row_hides_its_form(qtbot: QtBot) -> None:
    status = PluginStatus(
        "speech", "Speech", "1", PluginState.ACTIVE, (), (), None, "bundled",
        notice="Speech: Install faster-whisper.", options=OPTIONS, values=VALUES,
    )  # fmt: skip
    row = PluginRow(status)
    qtbot.addWidget(row)
    row.show()
    (form,) = row.findChildren(OptionsForm)
    for name, field in form._fields.items():
        assert (field.line if isinstance(field, PathField) else field).accessibleName(), name
    assert not form.isVisible()
    switch = next(b for b in row.findChildren(QPushButton) if b.accessibleName() == "Options of Speech")
    switch.click()
    assert form.isVisible()
    assert "Install faster-whisper" in " ".join(child.text() for child in row.findChildren(type(row._notice)))
    form._fields["size"].setValue(9)  # type: ignore[attr-defined]
    with qtbot.waitSignal(row.set_up) as caught:
        form.apply.click()
    assert caught.args == ["speech", {"size": 9}]
