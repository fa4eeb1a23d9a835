"""The command line, or another program, writes into the library beside an open window."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs.events import BehaviourChanged, EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


def test_a_rating_edit_and_playlist_of_the_command_line_show_in_the_window(
    qtbot: QtBot, parts: Parts, world: World
) -> None:
    parts.go("library")
    row = parts.model.row_of(1)
    qtbot.waitUntil(lambda: parts.model.item_at(row) is not None)
    qtbot.waitUntil(lambda: not parts.others._looking)
    beside = Library.open(world.directory, events=EventBus())
    try:
        Behaviour(beside.database, events=EventBus()).rate("default", 1, "like")
        beside.edit([1], {"artist": "Somebody Else"})
        beside.playlists.create("From beside", [1])
    finally:
        beside.close()
    asked = len(world.recommend.places)
    parts.others.look()

    def shown() -> bool:
        item = parts.model.item_at(parts.model.row_of(1))
        return item is not None and (item.liked, item.artist) == (1, "Somebody Else")

    qtbot.waitUntil(shown)
    qtbot.waitUntil(lambda: "From beside" in [p.name for p in parts.playlists.playlists])
    qtbot.waitUntil(lambda: len(world.recommend.places) > asked)


def test_a_card_of_the_home_page_follows_a_change_of_its_item(qtbot: QtBot, parts: Parts, world: World) -> None:
    qtbot.waitUntil(lambda: bool(parts.home_page.grid.cards))
    qtbot.waitUntil(lambda: not parts.others._looking)
    card = parts.home_page.grid.cards[0]
    others = set(parts.home_page.grid.cards[1:])

    def says(text: str) -> bool:
        names = [c.accessibleName() for c in parts.home_page.grid.cards if c.pick.item == card.pick.item]
        return len(names) == 1 and text in names[0]

    beside = Library.open(world.directory, events=EventBus())
    try:
        beside.edit([card.pick.item], {"artist": "Somebody Else"})
    finally:
        beside.close()
    parts.others.look()
    qtbot.waitUntil(lambda: says("Somebody Else"))
    assert others < set(parts.home_page.grid.cards), "what looks the same stays"
    world.library.edit([card.pick.item], {"artist": "A Third One"})
    qtbot.waitUntil(lambda: says("A Third One"))


def test_what_the_window_writes_itself_is_no_news(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: not parts.others._looking)
    seen: list[object] = []
    world.events.subscribe(lambda event: seen.append(event))
    world.behaviour.rate("default", 1, "like")
    parts.others.look()
    qtbot.waitUntil(lambda: not parts.others._looking)
    assert [e for e in seen if isinstance(e, BehaviourChanged)] == [BehaviourChanged("default", 1)]
