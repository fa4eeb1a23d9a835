"""Export, decryption and erasing from the settings page."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from avrec_desktop.behaviour.export import erase_history
from avrec_desktop.jobs import Job
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


@pytest.fixture
def lived(world: World) -> World:
    """A profile with two acts, and a session that can erase them."""
    world.behaviour.rate("default", 1, "like")
    world.behaviour.rate("default", 2, "4")

    def erase(profile: str, job: Job, **how: Any) -> tuple[int, list[str]]:
        return erase_history(world, profile, job, **how), []

    world.erase_history = erase  # type: ignore[attr-defined]
    return world


def test_export_by_the_dialog(qtbot: QtBot, lived: World, parts: Parts, tmp_path: Path, monkeypatch: Any) -> None:
    out = tmp_path / "mine.csv"
    target = "avrec_desktop.ui.pages.privacy.QFileDialog.getSaveFileName"
    monkeypatch.setattr(target, lambda *_: (str(out), ""))
    parts.go("settings")
    dialog = parts.privacy.ask_export()
    qtbot.waitUntil(dialog.isVisible)
    dialog.accept()
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: "2 acts were written to mine.csv" in parts.message._text.text())
    with out.open(newline="", encoding="utf-8") as stream:
        assert [r["kind"] for r in csv.DictReader(stream)] == ["like", "rate"]


def test_a_passphrase_is_asked_twice_and_must_be_long(qtbot: QtBot, lived: World, parts: Parts, tmp_path: Path) -> None:
    parts.go("settings")
    dialog = parts.privacy.ask_export()
    qtbot.waitUntil(dialog.isVisible)
    dialog.passphrase.wanted.setChecked(True)
    for one, two, says in (("short", "short", "at least 8"), ("long enough", "long enoug", "not the same")):
        dialog.passphrase.one.setText(one)
        dialog.passphrase.two.setText(two)
        dialog.accept()
        assert dialog.isVisible()
        assert says in dialog.problem.text()
    dialog.reject()
    box = tmp_path / "m.csv.avrecbox"
    parts.privacy.export(box, "csv", False, "long enough")
    qtbot.waitUntil(box.exists, timeout=20_000)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.privacy.decrypt(box, tmp_path / "m.csv", "long enoughh")
    qtbot.waitUntil(lambda: "passphrase is wrong" in parts.message._text.text(), timeout=20_000)
    parts.privacy.decrypt(box, tmp_path / "m.csv", "long enough")
    qtbot.waitUntil((tmp_path / "m.csv").exists, timeout=20_000)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


def test_erasing_asks_for_the_name_and_keeps_a_backup(qtbot: QtBot, lived: World, parts: Parts) -> None:
    parts.go("settings")
    dialog = parts.privacy.confirm_erase(2)
    qtbot.waitUntil(dialog.isVisible)
    assert not dialog.go.isEnabled()
    dialog.name.setText("defaul")
    assert not dialog.go.isEnabled()
    dialog.name.setText("default")
    assert dialog.go.isEnabled()
    dialog.accept()
    qtbot.waitUntil(lambda: lived.behaviour.events("default") == [])
    qtbot.waitUntil(lambda: "2 acts were erased. The backup is" in parts.message._text.text())
    (backup,) = (lived.directory / "backups").iterdir()
    assert [a["kind"] for a in json.loads(backup.read_text(encoding="utf-8"))["acts"]] == ["like", "rate"]
