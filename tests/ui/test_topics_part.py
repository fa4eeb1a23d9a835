"""Topics and moods in the detail pane: names, sources, corrections and undo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from avrec_desktop.features.understanding import ItemTopic
from avrec_desktop.ui.texts import concept_name
from avrec_desktop.ui.widgets.basics import Chip
from avrec_desktop.ui.widgets.topics import TopicsPart
from avrec_desktop.ui.window import Parts

TOPICS = (
    ItemTopic("topic", "piano", 0.82, {"sound": 0.7, "words": 0.4}),
    ItemTopic("mood", "calm", 0.4, {"meaning": 0.4}),
    ItemTopic("mood", "sad", 1.0, {"user": 1.0}),
)


def chips(part: TopicsPart) -> list[Chip]:
    return [c for c in part.findChildren(Chip) if c.isVisible()]


def show(qtbot: QtBot) -> TopicsPart:
    part = TopicsPart()
    qtbot.addWidget(part)
    part.show_topics(TOPICS)
    part.resize(300, 200)
    part.show()
    return part


def test_chips_name_the_sources_and_how_sure_they_are(qtbot: QtBot) -> None:
    piano, calm, sad = chips(show(qtbot))
    assert piano.text() == "Piano"
    assert "82%" in piano.toolTip() and "sound 70%" in piano.toolTip() and "words 40%" in piano.toolTip()
    assert piano.property("sure") == "true"
    assert calm.property("sure") == "half"
    assert "You said so" in sad.toolTip() and sad.property("yours") == "true"


def test_the_menu_of_a_chip_corrects_it(qtbot: QtBot) -> None:
    part = show(qtbot)
    menu = part.menu(TOPICS[0])
    *_, yes, no = menu.actions()
    with qtbot.waitSignal(part.corrected) as said:
        no.trigger()
    assert said.args == ["topic", "piano", False]
    with qtbot.waitSignal(part.corrected) as said:
        yes.trigger()
    assert said.args == ["topic", "piano", True]
    assert len(part.menu(TOPICS[2]).actions()) == 3  # what the user said is not asked again


def test_the_menu_opens_by_key(qtbot: QtBot) -> None:
    part = show(qtbot)
    chip = chips(part)[0]
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), chip.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(chip, event)
    (menu,) = [m for m in part.findChildren(QMenu) if m.isVisible()]
    menu.close()


def test_only_what_is_missing_is_offered(qtbot: QtBot) -> None:
    part = show(qtbot)
    offer = part.offer_menu()
    names = {a.text() for menu in offer.findChildren(QMenu) for a in menu.actions()}
    assert "Jazz" in names and "Epic" in names
    assert "Piano" not in names and "Calm" not in names


def test_a_correction_is_stored_shown_and_undone(qtbot: QtBot, parts: Parts) -> None:
    parts.detail.open(1)
    qtbot.waitUntil(lambda: parts.detail_pane.isVisible())
    understanding = parts.session.features.understanding
    assert "epic" not in {t.key for t in understanding.of(1)}
    parts.detail_pane.topics.corrected.emit("mood", "epic", True)
    qtbot.waitUntil(lambda: concept_name("epic") in [c.text() for c in chips(parts.detail_pane.topics)])
    parts.actions.undo()
    qtbot.waitUntil(lambda: concept_name("epic") not in [c.text() for c in chips(parts.detail_pane.topics)])
    assert understanding.corrections(1) == {}


def test_a_chip_searches_the_library(qtbot: QtBot, parts: Parts) -> None:
    parts.session.features.understanding.correct([2], "topic", "jazz", True)
    parts.detail.open(2)
    qtbot.waitUntil(lambda: "Jazz" in [c.text() for c in chips(parts.detail_pane.topics)])
    chip = next(c for c in chips(parts.detail_pane.topics) if c.text() == "Jazz")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: parts.model.rowCount() == 1 and parts.model.row_of(2) == 0)
