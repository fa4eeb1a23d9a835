"""Imports in the window: from the choice of a file to the result, with keys, cancel, undo and past imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from avrec_desktop.behaviour.imports.results import Doubt
from avrec_desktop.behaviour.imports.service import Imports
from avrec_desktop.behaviour.imports.types import Thing
from avrec_desktop.behaviour.matching import Candidate
from avrec_desktop.ui.imports_model import BadRowsModel, DoubtsModel
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World

HEAD = "artist,album,track,date"
SCROBBLES = (
    f"{HEAD}\nArtist 1,,Anemones,09 May 2024 21:30\nArtist 2,,Bel Towr,09 May 2024 21:34\n"
    "Artist 1,,Even Star,09 May 2024 21:40\nSomebody,,Something,09 May 2024 21:44\nArtist 1,,,09 May 2024 21:30\n"
)


@pytest.fixture
def scrobbles(tmp_path: Path) -> Path:
    """One sure match, two uncertain ones, one of something else, and a bad row."""
    path = tmp_path / "scrobbles.csv"
    path.write_text(SCROBBLES)
    return path


def buttons(root: QWidget) -> dict[str, QAbstractButton]:
    return {b.accessibleName() or b.text().strip(): b for b in root.findChildren(QAbstractButton) if b.isVisible()}


def kinds(world: World) -> list[tuple[int, str]]:
    return sorted((e.item_id, e.kind) for e in world.behaviour.events("default"))


def to_mapping(qtbot: QtBot, parts: Parts, path: Path) -> None:
    parts.show_page("imports")
    parts.imports.show_start()
    parts.imports.open(path)
    qtbot.waitUntil(parts.imports_page.mapping.isVisible)


def to_review(qtbot: QtBot, parts: Parts, path: Path) -> None:
    to_mapping(qtbot, parts, path)
    qtbot.mouseClick(parts.imports_page.mapping.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(parts.imports_page.review.isVisible)


def test_it_is_reached_from_the_settings_and_leads_back(qtbot: QtBot, parts: Parts) -> None:
    parts.go("settings")
    buttons(parts.settings_page)["Import listening and watch history …"].click()
    qtbot.waitUntil(lambda: parts.shown() == "imports")
    assert {"Choose a file", "Choose a folder"} <= set(buttons(parts.imports_page))
    buttons(parts.imports_page)["Back to the settings"].click()
    qtbot.waitUntil(lambda: parts.shown() == "settings")


def test_a_history_with_uncertain_matches_by_keys(qtbot: QtBot, parts: Parts, world: World, scrobbles: Path) -> None:
    to_review(qtbot, parts, scrobbles)
    review = parts.imports_page.review
    assert review.model.rowCount() == 2
    assert kinds(world) == [], "nothing counts before it is imported"
    table = review.table
    qtbot.waitUntil(lambda: table.currentIndex().row() == 0)
    assert "Bell Tower" in review.model.index(0, 2).data()
    qtbot.keyClick(table, Qt.Key.Key_1)
    assert table.currentIndex().row() == 1
    qtbot.keyClick(table, Qt.Key.Key_N)
    assert [review.model.index(r, 4).data() for r in (0, 1)] == ["This one", "None of them"]
    assert "2 of 2 decided" in review._count.text()
    review.finish.click()
    result = parts.imports_page.result
    qtbot.waitUntil(result.isVisible)
    assert kinds(world) == [(1, "complete"), (2, "complete")]
    assert "Last.fm" in result.title.text()
    assert "2 acts are new in your history" in result.text.text()
    assert result.bad.index(0, 1).data() == "6"
    assert "no title" in result.bad.index(0, 2).data()
    result.undo.click()
    qtbot.waitUntil(lambda: kinds(world) == [])
    qtbot.waitUntil(parts.imports_page.start.isVisible)
    qtbot.waitUntil(lambda: "was undone" in parts.message._text.text())
    buttons(parts.message)["Undo"].click()
    qtbot.waitUntil(lambda: kinds(world) == [(1, "complete"), (2, "complete")])
    parts.actions.undo()
    qtbot.waitUntil(lambda: kinds(world) == [], timeout=10_000)


def test_discarding_in_the_review_leaves_nothing(qtbot: QtBot, parts: Parts, world: World, scrobbles: Path) -> None:
    to_review(qtbot, parts, scrobbles)
    parts.imports_page.review.discard.click()
    qtbot.waitUntil(parts.imports_page.start.isVisible)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    assert Imports(world).past() == []
    with world.library.database.read() as db:
        assert db.execute("SELECT count(*) FROM community_items").fetchone()[0] == 0


def test_closing_the_window_in_the_review_frees_the_way_for_the_next(
    qtbot: QtBot, parts: Parts, world: World, scrobbles: Path
) -> None:
    to_review(qtbot, parts, scrobbles)
    parts._window.close()
    from avrec_desktop.behaviour.importers import import_file
    from avrec_desktop.jobs import Job

    assert import_file(world, scrobbles, None, Job()).events == 1
    assert len(Imports(world).past()) == 1


def test_past_imports_are_listed_undone_and_reviewed(qtbot: QtBot, parts: Parts, world: World, scrobbles: Path) -> None:
    to_review(qtbot, parts, scrobbles)
    parts.imports_page.review.finish.click()
    qtbot.waitUntil(parts.imports_page.result.isVisible)
    parts.imports_page.result.done.click()
    start = parts.imports_page.start
    qtbot.waitUntil(lambda: "Decide 2 matches, scrobbles.csv" in buttons(start))
    buttons(start)["Decide 2 matches, scrobbles.csv"].click()
    review = parts.imports_page.review
    qtbot.waitUntil(review.isVisible)
    review.choose(0)
    review.finish.click()
    qtbot.waitUntil(lambda: kinds(world) == [(1, "complete"), (2, "complete")])
    qtbot.waitUntil(lambda: "Decide 1 match, scrobbles.csv" in buttons(start))
    buttons(start)["Undo the import of scrobbles.csv"].click()
    qtbot.waitUntil(lambda: kinds(world) == [])
    qtbot.waitUntil(lambda: "Bring the import of scrobbles.csv back" in buttons(start))
    buttons(start)["Bring the import of scrobbles.csv back"].click()
    qtbot.waitUntil(lambda: len(kinds(world)) == 2)


def test_the_same_file_again_says_so(qtbot: QtBot, parts: Parts, world: World, scrobbles: Path) -> None:
    from avrec_desktop.behaviour.importers import import_file
    from avrec_desktop.jobs import Job

    import_file(world, scrobbles, None, Job(), profile="default")
    to_mapping(qtbot, parts, scrobbles)
    parts.imports_page.mapping.go.click()
    qtbot.waitUntil(parts.imports_page.result.isVisible)
    assert "imported before" in parts.imports_page.result.title.text()
    assert not parts.imports_page.result.undo.isVisible()


def test_columns_can_be_corrected(qtbot: QtBot, parts: Parts, world: World, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("lied;when;points\nAnemones;2024-05-09;5\nCold River;2024-05-10;2\n")
    to_mapping(qtbot, parts, path)
    mapping = parts.imports_page.mapping
    qtbot.waitUntil(lambda: "guessed: please check" in mapping._title.text())
    meanings = {b.accessibleName(): b for b in mapping.table.findChildren(QComboBox)}
    assert set(meanings) == {f"Meaning of the column {c}" for c in ("lied", "when", "points")}
    for column, role in (("lied", "title"), ("when", "time"), ("points", "rating")):
        box = {b.accessibleName(): b for b in mapping.table.findChildren(QComboBox)}[f"Meaning of the column {column}"]
        box.setCurrentIndex(box.findData(role))
        box.activated.emit(box.currentIndex())
        qtbot.waitUntil(lambda: not parts._window.runner.busy)
    mapping.kind.setCurrentIndex(mapping.kind.findData("history"))
    mapping.kind.activated.emit(0)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    assert mapping.go.isEnabled()
    assert not mapping.problem.isVisible()
    mapping.go.click()
    qtbot.waitUntil(lambda: parts.imports_page.review.isVisible() or parts.imports_page.result.isVisible())
    if parts.imports_page.review.isVisible():
        parts.imports_page.review.finish.click()
        qtbot.waitUntil(parts.imports_page.result.isVisible)
    assert kinds(world) == [(1, "rate"), (3, "rate")]


def test_one_of_the_people_of_movielens_can_be_me(qtbot: QtBot, parts: Parts, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "ml"
    folder.mkdir()
    flags = "|".join("0" * 19)
    titles = ("Anemones", "Bel Tower", "Cold River")
    films = "".join(f"{n}|{title}|01-Jan-1995|||{flags}\n" for n, title in enumerate(titles, 1))
    (folder / "u.item").write_text(films)
    (folder / "u.data").write_text("7\t1\t5\t881250949\n9\t2\t5\t881250950\n9\t3\t4\t881250951\n")
    to_mapping(qtbot, parts, folder)
    mapping = parts.imports_page.mapping
    assert mapping.me.isVisible()
    assert mapping.table.rowCount() == 3
    mapping.me.setText("8")
    mapping.me.editingFinished.emit()
    qtbot.waitUntil(mapping.problem.isVisible)
    assert "obody in it is called '8'" in mapping.problem.text()
    assert not mapping.go.isEnabled()
    mapping.me.setText("9")
    mapping.me.editingFinished.emit()
    qtbot.waitUntil(mapping.go.isEnabled)
    assert not mapping.problem.isVisible()
    assert mapping.table.rowCount() == 2
    mapping.go.click()
    qtbot.waitUntil(lambda: parts.imports_page.review.isVisible() or parts.imports_page.result.isVisible())
    if parts.imports_page.review.isVisible():
        parts.imports_page.review.finish.click()
        qtbot.waitUntil(parts.imports_page.result.isVisible)
    acts = [e for e in world.behaviour.events("default") if e.kind == "rate"]
    outside = world.behaviour.preferences("default", outside=True)
    assert len(acts) <= len(outside.item_ids) == 2
    # another file begins without the name
    to_mapping(qtbot, parts, folder)
    qtbot.waitUntil(lambda: mapping.table.rowCount() == 3)
    assert mapping.me.text() == ""


def test_a_file_that_is_nothing_is_named_and_the_page_stays(qtbot: QtBot, parts: Parts, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r")
    parts.show_page("imports")
    parts.imports.open(path)
    qtbot.waitUntil(parts.message.isVisible)
    assert "picture.png" in parts.message._text.text()
    assert parts.imports_page.start.isVisible()


def _nameless(root: QWidget) -> Iterator[str]:
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, QAbstractButton | QComboBox | QLineEdit | QTableView):
            inner = isinstance(widget.parentWidget(), QComboBox | QTableView)
            face = QAccessible.queryAccessibleInterface(widget)
            if not inner and not (face and face.text(QAccessible.Text.Name).strip()):
                yield f"{type(widget).__name__} {widget.objectName()}"


def test_every_control_of_every_step_has_a_name(qtbot: QtBot, parts: Parts, scrobbles: Path, tmp_path: Path) -> None:
    parts.show_page("imports")
    qtbot.waitUntil(parts.imports_page.start.isVisible)
    assert not list(_nameless(parts.imports_page))
    table = tmp_path / "t.csv"
    table.write_text("user,title,rating\na,b,5\n")
    to_mapping(qtbot, parts, table)
    assert not list(_nameless(parts.imports_page))
    to_review(qtbot, parts, scrobbles)
    assert not list(_nameless(parts.imports_page))
    parts.imports_page.review.finish.click()
    qtbot.waitUntil(parts.imports_page.result.isVisible)
    assert not list(_nameless(parts.imports_page))


def test_models_obey_qts_rules(qtbot: QtBot) -> None:
    model = DoubtsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    doubts = [Doubt(n, Thing(f"k{n}", f"T{n}"), (Candidate(n, 0.9 - n / 100, "title"),), acts=n) for n in range(50)]
    model.show(doubts, {1: "One"})
    assert model.accept_from(0.8) == 11
    model.decide([0, 20], None)
    model.leave_open([0])
    assert (model.index(0, 4).data(), model.index(20, 4).data(), model.index(1, 2).data()) == (
        "",
        "None of them",
        "One",
    )
    assert tester.model() is model
    bad = BadRowsModel()
    QAbstractItemModelTester(bad, QAbstractItemModelTester.FailureReportingMode.Fatal, bad)
    bad.show([{"row": 3, "reason": "why"}])
    assert bad.index(0, 2).data() == "why"


def test_a_file_dropped_on_the_page_is_imported_not_scanned(qtbot: QtBot, parts: Parts, scrobbles: Path) -> None:
    parts.show_page("imports")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scrobbles))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    parts._window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none, QEvent.Type.Drop))
    qtbot.waitUntil(parts.imports_page.mapping.isVisible)
    assert "Last.fm" in parts.imports_page.mapping._title.text()
    assert parts.imports_page.mapping.table.item(0, 0).text() == "Artist 1 – Anemones"
    assert parts._window.jobs.entries == []


def test_another_item_can_be_looked_for(qtbot: QtBot, parts: Parts, world: World, scrobbles: Path) -> None:
    to_review(qtbot, parts, scrobbles)
    review = parts.imports_page.review
    review.other.setText("cold")
    qtbot.keyClick(review.other, Qt.Key.Key_Return)
    name = "Artist 3 – Cold River – An Album – 2001"
    qtbot.waitUntil(lambda: name in buttons(review))
    buttons(review)[name].click()
    assert review.model.index(0, 4).data() == name
    assert review.table.currentIndex().row() == 1
    review.other.setText("zzz")
    qtbot.keyClick(review.other, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("called like this" in w.text() for w in review.findChildren(QLabel)))
    review.finish.click()
    qtbot.waitUntil(parts.imports_page.result.isVisible)
    assert kinds(world) == [(1, "complete"), (3, "complete")]
