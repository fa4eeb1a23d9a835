"""Changing the profile in the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from avrec_desktop.session import Session
from avrec_desktop.ui.app import Application


def test_window_goes_on_as_the_chosen_profile(qtbot: Any, qapp: Any, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Session.open(folder) as session:
        session.behaviour.ensure_profile("Mara", sample=True)
    application = Application(qapp, folder, "default", "light", "en")
    try:
        application.window.show()
        with qtbot.waitSignal(application.window.ready, timeout=20_000):
            application.open()
        first = application.window
        assert first.parts is not None
        first.parts.go("settings")
        choice = first.parts.settings_page.profile
        qtbot.waitUntil(lambda: choice.count() == 2, timeout=10_000)
        assert choice.currentData() == "default"
        assert choice.itemText(choice.findData("Mara")) == "Mara (sample)"
        first.parts.settings_page.profile_chosen.emit("Mara")
        assert application.session is not None
        assert application.session.profile == "Mara"
        assert application.window is not first
        assert application.window.parts is not None
        shown = application.window.parts.settings_page.profile
        qtbot.waitUntil(lambda: shown.currentData() == "Mara", timeout=10_000)
    finally:
        application.close()
