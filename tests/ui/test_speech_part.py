"""What is said, in the detail pane: listed, filtered, and played from the moment chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QMediaPlayer
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from avrec_desktop.api.features import Passage
from avrec_desktop.library.words import fold
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.widgets.passages import PassagesModel, SpeechPart, _PassageDelegate
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World

SAID = [
    Passage(0.0, 4.0, "Welcome to the garden."),
    Passage(65.5, 70.0, "Schöne Tomaten brauchen Sonne."),
    Passage(3700.0, 3703.0, "今天我们讨论激烈的战斗"),
]


def shown(part: SpeechPart) -> list[str]:
    return [part.model.index(row, 0).data() for row in range(part.model.rowCount())]


def fill(part: SpeechPart, passages: list[Passage], language: str | None = "en") -> None:
    part.show_passages(passages, [fold(p.text) for p in passages], language)


@pytest.fixture
def part(qtbot: QtBot) -> SpeechPart:
    made = SpeechPart()
    made.resize(288, 400)
    qtbot.addWidget(made)
    fill(made, SAID)
    made.show()
    return made


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    model = PassagesModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_passages(SAID, [fold(p.text) for p in SAID])
    model.set_filter("tomaten")
    model.set_filter("")
    assert model.rowCount() == 3
    assert tester.model() is model
    times = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole).split("  ")[0] for row in range(3)]
    assert times == ["0:00", "1:06", "1:01:40"]


def test_the_filter_ignores_case_and_accents_and_takes_all_words(part: SpeechPart) -> None:
    for text, rows in (("", 3), ("SCHONE", 1), ("sonne tomaten", 1), ("战斗", 1), ("garden sonne", 0), ("e", 2)):
        part.filter.setText(text)
        assert part.model.rowCount() == rows, text
        assert part.list.isVisible() == (rows > 0)
    part.filter.setText("nobody")
    assert part._none.isVisible()


def test_a_click_and_enter_choose_the_moment(qtbot: QtBot, part: SpeechPart) -> None:
    with qtbot.waitSignal(part.chosen) as caught:
        box = part.list.visualRect(part.model.index(1, 0))
        qtbot.mouseClick(part.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert caught.args == [65.5]
    part.filter.setText("战斗")
    with qtbot.waitSignal(part.chosen) as caught:
        qtbot.keyClick(part.filter, Qt.Key.Key_Return)
    assert caught.args == [3700.0]
    part.filter.clear()
    qtbot.keyClick(part.filter, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: part.list.currentIndex().row() == 0)
    qtbot.keyClick(part.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(part.chosen) as caught:
        qtbot.keyClick(part.list, Qt.Key.Key_Return)
    assert caught.args == [65.5]


def test_the_same_passages_again_leave_filter_and_choice(part: SpeechPart) -> None:
    part.filter.setText("e")
    part.list.setCurrentIndex(part.model.index(1, 0))
    fill(part, list(SAID))
    assert (part.filter.text(), part.list.currentIndex().row()) == ("e", 1)
    fill(part, SAID[:1])
    assert (part.filter.text(), shown(part)) == ("", ["Welcome to the garden."])
    fill(part, [])
    assert not part.isVisible()


def test_of_thousands_of_passages_only_the_visible_are_laid_out(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    part = SpeechPart()
    qtbot.addWidget(part)
    part.resize(288, 400)
    part.show()
    work: list[str] = []
    for name in ("paint", "sizeHint"):
        made = getattr(_PassageDelegate, name)
        monkeypatch.setattr(
            _PassageDelegate, name, lambda *given, name=name, made=made: work.append(name) or made(*given)
        )
    many = [Passage(float(i), i + 1.0, f"This is sentence number {i} of a very long film") for i in range(3000)]
    fill(part, many)
    part.grab()
    part.filter.setText("number 29")
    part.grab()
    assert part.model.rowCount() == sum("29" in str(i) for i in range(3000))
    assert 5 <= work.count("paint") < 60
    assert work.count("sizeHint") < 60


def test_the_pane_lists_what_is_said_and_plays_from_there(
    qtbot: QtBot, world: World, open_window: Callable[[World], Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.features.spoken = {1: SAID}
    parts = open_window(world)
    parts.go("library")
    parts.detail.open(2)
    qtbot.waitUntil(lambda: parts.detail_pane.isVisible())
    assert not parts.detail_pane.speech.isVisible()
    parts.detail.open(1)
    qtbot.waitUntil(lambda: parts.detail_pane.speech.isVisible())
    assert parts.detail_pane.speech._language.text() == "English"
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(parts.player, "play_items", lambda items, **how: calls.append((items[0].id, how)))
    parts.detail_pane.speech.list.chosen.emit(1)
    qtbot.waitUntil(lambda: bool(calls))
    assert calls == [(1, {"jump": 65.5})]
    # the item that plays is not loaded again
    monkeypatch.setattr(type(parts.player), "item", parts.detail.item)
    monkeypatch.setattr(parts.player, "seek", lambda ms: calls.append(("seek", ms)))
    parts.detail_pane.speech.list.chosen.emit(2)
    assert calls[-1] == ("seek", 3_700_000)


def test_what_was_jumped_over_is_not_heard(world: World, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    player = Player()
    monkeypatch.setattr(player.media, "setSource", lambda url: None)
    monkeypatch.setattr(player.media, "play", lambda: None)
    heard: list[tuple[object, ...]] = []
    player.left.connect(lambda *values: heard.append(values))
    player.play_items(world.library.items_by_id([1]), jump=50.0)
    positions: list[int] = []
    monkeypatch.setattr(player.media, "setPosition", positions.append)
    player._status(QMediaPlayer.MediaStatus.LoadedMedia)
    assert positions == [50_000]
    player._moved(50_000)
    player._moved(51_000)
    player.stop()
    assert len(heard) == 1
    assert heard[0][1] < 0.05
