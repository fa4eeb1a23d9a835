"""The cards of the panel for people without a mouse, and under the pointer."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
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


def _walked(qtbot: QtBot, cards: list[RecommendationCard]) -> list[QWidget]:
    """Return where the right arrow goes from the first card on, as many steps as there are cards."""
    cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    out: list[QWidget] = []
    for _ in cards:
        widget = QApplication.focusWidget()
        assert widget is not None
        out.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Right)
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


def test_arrows_go_from_card_to_card_and_tab_past_them_all(qtbot: QtBot, cards: list[RecommendationCard]) -> None:
    assert _walked(qtbot, cards) == cards
    qtbot.keyClick(cards[-1], Qt.Key.Key_Tab)
    past = QApplication.focusWidget()
    assert past is not None
    assert past not in cards
    qtbot.keyClick(past, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() in cards
    cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(cards[0], Qt.Key.Key_Right)
    assert QApplication.focusWidget() is cards[1]
    qtbot.keyClick(cards[1], Qt.Key.Key_Left)
    assert QApplication.focusWidget() is cards[0]


def test_arrows_keep_the_order_on_screen_when_cards_come_and_go(
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
    assert _walked(qtbot, order) == order


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


@pytest.fixture
def menus(monkeypatch: pytest.MonkeyPatch) -> list[tuple[QMenu, QPoint]]:
    """The menus that were shown, and where."""
    shown: list[tuple[QMenu, QPoint]] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: shown.append((menu, at)))
    return shown


def test_keys_show_the_menu_of_a_card_with_the_acts_of_the_library(
    qtbot: QtBot, parts: Parts, cards: list[RecommendationCard], menus: list[tuple[QMenu, QPoint]]
) -> None:
    card = cards[1]
    card.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(card, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    far = QPoint(-5, -5)  # where the pointer is says nothing about the card with the focus
    QApplication.sendEvent(card, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, far, far))
    assert len(menus) == 2
    for menu, at in menus:
        assert card.rect().contains(card.mapFromGlobal(at))
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        wanted = ("Play", "Play next", "Add to queue", "Add to playlist", "Edit details …", "More like this", "Like")
        assert set(wanted) | {"Not interested", "Show in the file manager", "Details"} <= set(texts)
    item = card.pick.item
    next(a for a in menus[0][0].actions() if a.text() == "Not interested").trigger()
    qtbot.waitUntil(lambda: parts.session.behaviour.state("default", item).hidden)


def test_keys_show_the_menu_of_the_library(
    qtbot: QtBot, parts: Parts, cards: list[RecommendationCard], menus: list[tuple[QMenu, QPoint]]
) -> None:
    parts.go("library")
    grid = parts.library_page.grid
    qtbot.waitUntil(lambda: parts.model.rowCount() > 0)
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    grid.setCurrentIndex(parts.model.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert "Not interested" in [action.text() for action in menus[0][0].actions()]
