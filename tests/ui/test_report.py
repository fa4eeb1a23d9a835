"""The problem report in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.ui.report import ReportDialog
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


def test_the_user_reads_the_report_before_it_goes_anywhere(
    qtbot: QtBot, parts: Parts, world: World, tmp_path: Path
) -> None:
    logs = world.directory / "logs"
    logs.mkdir()
    (logs / "avrec.log").write_text("WARNING Bell Tower: cannot read /media/2.ogg: it is away\n")
    parts.settings_page.report_wanted.emit()
    qtbot.waitUntil(lambda: parts._window.findChild(ReportDialog) is not None)
    dialog = parts._window.findChild(ReportDialog)
    assert dialog is not None
    text = dialog.text.toPlainText()
    assert "items: 8" in text
    assert "it is away" in text
    assert "Bell Tower" not in text
    assert "/media" not in text
    dialog.copy()
    assert QGuiApplication.clipboard().text() == text
    dialog.write(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text() == text
    dialog.write(tmp_path / "no" / "such" / "folder.txt")
    assert dialog.problem.isVisibleTo(dialog)
    dialog.accept()
