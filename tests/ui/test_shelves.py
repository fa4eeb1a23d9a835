"""The shelves of the home page and the slider from the familiar to the new."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.api.errors import Cancelled
from avrec_desktop.jobs.events import FeaturesStored
from avrec_desktop.recommend.panel import Pick
from avrec_desktop.ui.pages import home_control
from avrec_desktop.ui.widgets.card import RecommendationCard
from avrec_desktop.ui.widgets.shelf import ShelfRow
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


@pytest.fixture
def liked(qtbot: QtBot, parts: Parts) -> Parts:
    """A window whose home page has shelves, as one item is liked."""
    with qtbot.waitSignal(parts.home.shelved):
        parts.actions.like(1)
    qtbot.waitUntil(lambda: len(parts.home_page.shelves) == 2)
    parts._window.activateWindow()
    qtbot.waitUntil(parts._window.isActiveWindow)
    return parts


def _focused() -> object:
    return QApplication.focusWidget()


def test_shelves_come_with_titles_and_go_with_undo(qtbot: QtBot, liked: Parts) -> None:
    shelves = liked.home_page.shelves
    assert [s.title.text() for s in shelves.values()] == ["In the mood for something calm", "Just added"]
    assert [len(s.cards) for s in shelves.values()] == [2, 5]
    liked.actions.undo()
    qtbot.waitUntil(lambda: not liked.home_page.shelves)


def test_arrows_walk_through_a_shelf_and_between_shelves(qtbot: QtBot, liked: Parts) -> None:
    mood, added = liked.home_page.shelves.values()
    last = liked.home_page.grid.cards[-1]
    last.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(last, Qt.Key.Key_Down)
    first = _focused()
    assert first in mood.cards
    mood.cards[0].setFocus()
    qtbot.keyClick(mood.cards[0], Qt.Key.Key_Right)
    assert _focused() is mood.cards[1]
    qtbot.keyClick(mood.cards[1], Qt.Key.Key_Right)
    assert _focused() is mood.cards[1], "the end of a shelf is its end"
    qtbot.keyClick(mood.cards[1], Qt.Key.Key_Down)
    assert _focused() is added.cards[1]
    qtbot.keyClick(added.cards[1], Qt.Key.Key_End)
    assert _focused() is added.cards[-1]
    qtbot.keyClick(added.cards[-1], Qt.Key.Key_Up)
    assert _focused() is mood.cards[-1]


def test_a_focused_card_comes_into_view(qtbot: QtBot, liked: Parts) -> None:
    liked._window.resize(860, 560)
    QApplication.processEvents()
    added = liked.home_page.shelves["just-added"]
    added.cards[0].setFocus()
    qtbot.keyClick(added.cards[0], Qt.Key.Key_End)
    strip = added.area.viewport()
    card = added.cards[-1]
    left = card.mapTo(strip, card.rect().topLeft()).x()
    assert 0 <= left <= strip.width() - card.width()
    page = liked.home_page.area.viewport()
    assert 0 <= added.mapTo(page, added.rect().topLeft()).y() < page.height()


def test_a_shelf_keeps_its_height_whatever_it_holds(qtbot: QtBot, liked: Parts) -> None:
    QApplication.processEvents()
    heights = {row.height() for row in liked.home_page.shelves.values()}
    assert len(heights) == 1
    with qtbot.waitSignal(liked.home.shelved):
        liked.actions.like(2)
    QApplication.processEvents()
    assert {row.height() for row in liked.home_page.shelves.values()} == heights


def test_pictures_are_loaded_for_what_is_seen_only(qtbot: QtBot, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    get = parts.thumbnails.get

    def spy(item_id: int) -> object:
        asked.append(item_id)
        return get(item_id)

    monkeypatch.setattr(parts.thumbnails, "get", spy)
    parts._window.resize(860, 560)
    with qtbot.waitSignal(parts.home.shelved):
        parts.actions.like(1)
    QApplication.processEvents()
    far = parts.home_page.shelves["just-added"].cards[-1].pick.item
    near = {c.pick.item for c in parts.home_page.grid.cards}
    if far not in near:
        assert far not in asked
    parts.home_page.show_card(parts.home_page.shelves["just-added"].cards[-1])
    qtbot.waitUntil(lambda: far in asked)


def test_the_slider_shows_its_effect_while_it_is_dragged(qtbot: QtBot, liked: Parts, world: World) -> None:
    novelty = liked.home_page.novelty
    assert novelty.isVisible()
    assert "75%" in novelty.accuracy.accessibleName()
    before = [c.pick.item for c in liked.home_page.grid.cards]
    world.recommend.places.clear()
    novelty.slider.setSliderDown(True)
    novelty.slider.setValue(100)
    assert "50%" in novelty.accuracy.accessibleName(), "the figures follow at once"
    assert "100%" in novelty.novelty.accessibleName()
    qtbot.waitUntil(lambda: [c.pick.item for c in liked.home_page.grid.cards] == before[::-1])
    assert world.recommend.places == [(1.0, False)], "a glimpse is not counted as shown"
    with qtbot.waitSignal(liked.home.place_chosen) as chosen:
        novelty.slider.setSliderDown(False)
        novelty._settle()
    assert chosen.args == [0.5, 1.0]
    qtbot.waitUntil(lambda: (1.0, True) in world.recommend.places)


def test_the_place_of_the_slider_is_kept(
    qtbot: QtBot, liked: Parts, world: World, open_window: Callable[[World], Parts]
) -> None:
    liked.home.set_place(0.75)
    again = open_window(world)
    assert again.home_page.novelty.place == 0.75


def test_the_buttons_of_a_shelf_turn_it(qtbot: QtBot, liked: Parts) -> None:
    liked._window.resize(860, 560)
    QApplication.processEvents()
    added: ShelfRow = liked.home_page.shelves["just-added"]
    bar = added.area.horizontalScrollBar()
    assert bar.maximum() > 0
    assert added._on.isVisibleTo(added)
    assert not added._back.isEnabled()
    for _ in range(3):
        added._on.click()
        qtbot.waitUntil(lambda: bar.value() == added._glide.endValue())
    assert bar.value() == bar.maximum()
    assert not added._on.isEnabled()
    assert added._back.isEnabled()


def _first_panel_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, list[int]]:
    """Hold the next panel up until the event is set; the list grows by one for each panel begun."""
    go = threading.Event()
    plain = world.recommend.recommend
    made: list[int] = []

    def slow(*args: Any, **more: Any) -> Any:
        made.append(1)
        if len(made) == 1:
            assert go.wait(20)
        return plain(*args, **more)

    monkeypatch.setattr(world.recommend, "recommend", slow)
    return go, made


def test_news_of_the_analysis_never_stops_a_panel_that_is_being_made(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, made = _first_panel_waits(world, monkeypatch)
    shown: list[int] = []
    parts.home.shown.connect(lambda: shown.append(len(made)))
    parts.home.refresh()
    qtbot.waitUntil(lambda: made == [1])
    parts.home._soon.start(0)  # as when vectors were stored a while ago
    qtbot.waitUntil(lambda: parts.home._again)
    go.set()
    qtbot.waitUntil(lambda: shown[:1] == [1])
    qtbot.waitUntil(lambda: len(shown) == 2 and not parts._window.runner.busy)
    assert len(made) == 2, "what came meanwhile is shown afterwards, once"


def test_a_like_does_not_wait_for_a_panel_made_without_it(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, made = _first_panel_waits(world, monkeypatch)
    parts.home.refresh()
    qtbot.waitUntil(lambda: made == [1])
    with qtbot.waitSignal(parts.home.shown):
        parts.actions.like(1)
    assert not go.is_set()
    go.set()
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


def test_a_like_ends_the_making_of_shelves_that_would_be_stale(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = world.recommend.shelves
    begun, go = threading.Event(), threading.Event()
    ended: list[str] = []

    def slow(*args: Any, check: Callable[[], object], **more: Any) -> Any:
        if begun.is_set():
            return plain(*args, check=check, **more)
        begun.set()
        assert go.wait(20)
        try:
            check()
        except Cancelled:
            ended.append("cancelled")
            raise
        return plain(*args, check=check, **more)

    monkeypatch.setattr(world.recommend, "shelves", slow)
    parts.home.refresh()
    qtbot.waitUntil(begun.is_set)
    with qtbot.waitSignal(parts.home.shown):
        parts.actions.like(1)
    go.set()
    with qtbot.waitSignal(parts.home.shelved):
        pass
    assert ended == ["cancelled"]
    assert parts.home_page.shelves, "those of the panel with the like came"


def test_several_acts_in_a_row_make_the_shelves_once(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    plain = world.recommend.shelves

    def count(*args: Any, **more: Any) -> Any:
        made.append(1)
        return plain(*args, **more)

    monkeypatch.setattr(world.recommend, "shelves", count)
    parts.home._next_below.setInterval(60_000)  # each act comes sooner
    for item in (1, 2, 3):
        with qtbot.waitSignal(parts.home.shown):
            parts.actions.like(item)
    assert made == []
    with qtbot.waitSignal(parts.home.shelved):
        parts.home._next_below.start(0)
    assert made == [1]


def test_a_like_makes_the_panel_and_the_shelves_once_and_few_cards_at_a_time(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    turns: list[int] = []
    card, fill = parts.home._card, parts.home._fill_shelf

    def count_card(pick: Pick) -> RecommendationCard:
        made.append(pick.item)
        return card(pick)

    def count_turn() -> None:
        before = len(made)
        fill()
        turns.append(len(made) - before)

    parts.home._next_shelf.timeout.disconnect(parts.home._fill_shelf)
    parts.home._next_shelf.timeout.connect(count_turn)
    monkeypatch.setattr(parts.home, "_card", count_card)
    monkeypatch.setattr(home_control, "AT_ONCE", 2)
    world.recommend.places.clear()
    shelved: list[None] = []
    parts.home.shelved.connect(lambda: shelved.append(None))
    with qtbot.waitSignal(parts.home.shelved):
        parts.actions.like(1)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    assert len(world.recommend.places) == 1
    assert len(shelved) == 1
    assert sum(turns) == sum(len(row.cards) for row in parts.home_page.shelves.values()) == 7
    assert max(turns) == 2


def test_shelves_that_did_not_change_keep_their_cards(
    qtbot: QtBot, liked: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = liked.home_page.all_cards()
    made: list[int] = []
    card = liked.home._card
    monkeypatch.setattr(liked.home, "_card", lambda pick: made.append(pick.item) or card(pick))
    with qtbot.waitSignal(liked.home.shelved):
        liked.home.refresh()
    assert liked.home_page.all_cards() == before
    assert made == []


def test_an_analysis_renews_the_panel_only_while_it_is_seen(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_control, "GROWN", 20)
    monkeypatch.setattr(home_control, "GROWN_MOST", 20)
    parts.go("library")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    world.recommend.places.clear()
    heard: list[object] = []
    parts.bridge.features_stored.connect(heard.append)
    for item in (1, 2, 3):
        world.events.publish(FeaturesStored("music", (item,)))
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert not parts.home._soon.isActive()
    assert world.recommend.places == []
    with qtbot.waitSignal(parts.home.shelved):
        parts.go("home")
    assert len(world.recommend.places) == 1
    with qtbot.waitSignal(parts.home.shelved):
        for item in (1, 2, 3):
            world.events.publish(FeaturesStored("music", (item,)))
    assert len(world.recommend.places) == 2


def test_a_costly_panel_follows_an_analysis_less_often(parts: Parts) -> None:
    parts.home._cost.update(panel=0.5, shelves=0.5)
    parts.home._follow_growth()
    assert parts.home._soon.isActive()
    assert parts.home._soon.interval() == 20_000
    parts.home._soon.stop()
    parts.home._cost.update(panel=60.0)
    parts.home._follow_growth()
    assert parts.home._soon.interval() == 60_000
    parts.home._soon.stop()
