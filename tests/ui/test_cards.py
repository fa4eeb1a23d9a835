"""The cards of the panel for people without a mouse, and under the pointer."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from avrec_desktop.ui.widgets.card import RecommendationCard
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


@pytest.fixture
def cards(qtbot: QtBot, parts: Parts) -> list[RecommendationCard]:
    """The cards of the active window."""
    parts._window.activateWindow()
    qtbot.waitUntil(parts._window.isActiveWindow)
    return parts.home_page.grid.cards


def _tabbed(qtbot: QtBot, cards: list[RecommendationCard]) -> list[QWidget]:
    """Return where Tab goes from the first card on, as many steps as there are cards."""
    cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    out: list[QWidget] = []
    for _ in cards:
        widget = QApplication.focusWidget()
        assert widget is not None
        out.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    return out


def test_tab_comes_from_the_sidebar_to_the_cards(qtbot: QtBot, parts: Parts, cards: list[RecommendationCard]) -> None:
    parts.sidebar._entries["home"].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(60):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget is cards[0]:
            return
        assert widget not in cards, "the first card is reached first"
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    pytest.fail("Tab never reaches the cards")


def test_tab_and_arrows_go_from_card_to_card(qtbot: QtBot, cards: list[RecommendationCard]) -> None:
    assert _tabbed(qtbot, cards) == cards
    cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(cards[0], Qt.Key.Key_Right)
    assert QApplication.focusWidget() is cards[1]
    qtbot.keyClick(cards[1], Qt.Key.Key_Left)
    assert QApplication.focusWidget() is cards[0]


def test_tab_keeps_the_order_on_screen_when_cards_come_and_go(
    qtbot: QtBot, parts: Parts, cards: list[RecommendationCard]
) -> None:
    gone = cards[2]
    qtbot.keyClick(gone, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: gone not in parts.home_page.grid.cards)
    parts.actions.undo()
    qtbot.waitUntil(lambda: [c.pick.item for c in parts.home_page.grid.cards].count(gone.pick.item) == 1)
    qtbot.waitUntil(lambda: not parts.home._soon.isActive() and not parts._window.runner.busy)
    order = list(parts.home_page.grid.cards)
    assert all(c.isVisible() for c in order), "the card that is back leaves no hole"
    assert _tabbed(qtbot, order) == order


def test_enter_plays_the_card(qtbot: QtBot, parts: Parts, cards: list[RecommendationCard]) -> None:
    wanted: list[Any] = []
    parts.player.play_items = lambda items, *_a, **_k: wanted.append([i.id for i in items])  # type: ignore[method-assign]
    qtbot.keyClick(cards[1], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(wanted))
    assert wanted[0][0] == cards[1].pick.item


def test_space_shows_the_details(qtbot: QtBot, parts: Parts, cards: list[RecommendationCard]) -> None:
    qtbot.keyClick(cards[1], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: parts.detail_pane.isVisible() and parts.detail.item is not None)
    assert parts.detail.item is not None
    assert parts.detail.item.id == cards[1].pick.item


def test_the_heart_of_a_card_stores_a_like(
    qtbot: QtBot, parts: Parts, cards: list[RecommendationCard], world: World
) -> None:
    card = cards[0]
    heart = next(b for b in card.findChildren(QAbstractButton) if b.accessibleName().startswith("Like "))
    qtbot.mouseClick(heart, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card not in parts.home_page.grid.cards)
    assert world.behaviour.state("default", card.pick.item).liked == 1
    assert not parts.detail_pane.isVisible(), "the click on the heart is not a click on the card"


def test_hovering_a_card_whose_file_is_gone_says_so_on_the_card(
    qtbot: QtBot, parts: Parts, cards: list[RecommendationCard]
) -> None:
    card = cards[0]
    where = QPointF(5, 5)
    with qtbot.waitSignal(parts.preview.failed, timeout=15_000) as failed:
        QApplication.sendEvent(card, QEnterEvent(where, where, where))
        assert parts.preview.current == card.pick.item
    assert failed.args is not None
    assert failed.args[0] == card.pick.item
    assert card.art._note.startswith("No preview: ")
    QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert parts.preview.current == 0
    assert card.art._note == ""
    assert parts.preview.media.source().isEmpty()
