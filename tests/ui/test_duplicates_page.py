"""The duplicates page, and the dialog that corrects items."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import QFile
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from avrec_desktop.features.duplicates import Copy, Duplicates
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.ui.window import Parts
from tests.library import media_factory
from tests.ui.conftest import World


def _copy(item_id: int, path: Path) -> Copy:
    return Copy(item_id, str(path), path.stem, path.stat().st_size, 1.0, 320_000, "mp3", None, None)


@pytest.fixture
def group(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Duplicates:
    """Two copies with files."""
    folder = tmp_path / "media"
    folder.mkdir()
    paths = [media_factory.make_audio(folder / f"{n}.wav", seed=n) for n in (1, 2)]
    with world.library.database.write() as db:
        db.execute("UPDATE folders SET path = ?", (bytes(folder),))
        for item_id, path in enumerate(paths, 1):
            db.execute("UPDATE files SET path = ? WHERE item_id = ?", (bytes(path), item_id))
        db.execute("DELETE FROM files WHERE item_id > 2")
    world.library.scan([folder], Job())
    found = Duplicates("near", 0.98, tuple(_copy(n, path) for n, path in enumerate(paths, 1)))
    monkeypatch.setattr(world.features, "duplicates", lambda: [found], raising=False)
    return found


def test_copies_stand_side_by_side_and_go_only_when_asked(
    qtbot: QtBot, parts: Parts, world: World, group: Duplicates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trash = tmp_path / "trash"

    def move(path: str) -> tuple[bool, str]:
        Path(path).rename(trash)
        return True, str(trash)

    monkeypatch.setattr(QFile, "moveToTrash", move)
    parts.go("duplicates")
    qtbot.waitUntil(lambda: len(parts.duplicates.tiles) == 2)
    assert "98" in " ".join(w.text() for w in parts.duplicates_page.findChildren(type(parts.duplicates_page.count)))
    assert all(Path(c.path).exists() for c in group.copies)
    parts.duplicates.tiles[1].trashed.emit()
    qtbot.waitUntil(lambda: parts.duplicates.found == [])
    assert trash.exists()
    assert Path(group.copies[0].path).exists()
    qtbot.waitUntil(lambda: not world.library.item(2).available)
    parts.actions.undo()
    qtbot.waitUntil(lambda: Path(group.copies[1].path).exists() and world.library.item(2).available)


def test_what_is_no_duplicate_is_remembered_and_an_undo_brings_it_back(
    qtbot: QtBot, parts: Parts, world: World, group: Duplicates, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart: list[list[int]] = []

    def tell_apart(ids: Iterable[int]) -> Callable[[], None]:
        apart.append(sorted(ids))
        return apart.clear

    monkeypatch.setattr(world.features, "tell_apart", tell_apart, raising=False)
    monkeypatch.setattr(world.features, "duplicates", lambda: [] if apart else [group], raising=False)
    parts.go("duplicates")
    qtbot.waitUntil(lambda: len(parts.duplicates.tiles) == 2)
    (press,) = [b for b in parts.duplicates_page.findChildren(QPushButton) if b.text().strip() == "Not duplicates"]
    press.click()
    qtbot.waitUntil(lambda: parts.duplicates_page.stack.currentWidget() is parts.duplicates_page.none)
    assert apart == [[1, 2]]
    assert all(Path(c.path).exists() for c in group.copies)
    parts.actions.undo()
    qtbot.waitUntil(lambda: len(parts.duplicates.tiles) == 2)
    assert apart == []


def test_a_drive_without_a_trash_says_so(
    qtbot: QtBot, parts: Parts, group: Duplicates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFile, "moveToTrash", lambda _: (False, ""))
    with qtbot.waitSignal(parts.duplicates.problem) as problem:
        parts.duplicates.trash(group.copies[0])
    assert "cannot be moved to the trash" in problem.args[0]
    assert Path(group.copies[0].path).exists()


def test_many_items_are_corrected_at_once_and_back(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.edit.open([1, 2, 3])
    qtbot.waitUntil(lambda: parts.edit.dialog is not None)
    dialog = parts.edit.dialog
    assert dialog is not None
    assert dialog.edits["album"].text() == "An Album"
    assert dialog.edits["title"].text() == ""
    assert "Several" in dialog.edits["title"].placeholderText()
    dialog.edits["year"].setText("soon")
    dialog._accept()
    assert dialog.isVisible()
    assert "whole number" in dialog.trouble.text()
    dialog.edits["year"].setText("1988")
    dialog.edits["tags"].setText("slow, blue ")
    dialog._accept()
    qtbot.waitUntil(lambda: world.library.count(ItemQuery("year:1988 tag:slow tag:blue")) == 3)
    assert world.library.item(1).title == "Anemones"
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: world.library.count(ItemQuery("year:1988")) == 0)


def test_nothing_changed_is_nothing_done(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.edit.open([1])
    qtbot.waitUntil(lambda: parts.edit.dialog is not None)
    dialog = parts.edit.dialog
    assert dialog is not None
    assert dialog.changed() == {}
    dialog.edits["artist"].setText("")
    assert dialog.changed() == {"artist": None}
    dialog.reject()
