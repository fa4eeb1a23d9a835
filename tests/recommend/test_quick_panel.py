"""What a like costs until the new panel is there, and what stands below the panel after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.api.errors import Cancelled
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.database import Database
from avrec_desktop.recommend import current
from avrec_desktop.recommend.scorer import ContentScorer
from tests.recommend.small_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.behaviour.rate("ann", 1, "like")
    made.recommend.recommend("ann")
    yield made
    made.close()


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[int]]:
    """Count the calls of a function: the list grows by one for each."""

    def watch(owner: Any, name: str) -> list[int]:
        calls: list[int] = []
        plain = getattr(owner, name)

        def counted(*args: Any, **more: Any) -> Any:
            calls.append(1)
            return plain(*args, **more)

        monkeypatch.setattr(owner, name, counted)
        return calls

    return watch


def test_acts_and_what_was_shown_do_not_make_the_items_be_looked_at(
    world: World, count: Callable[[Any, str], list[int]]
) -> None:
    looks = count(current, "_stamp")
    event = world.behaviour.rate("ann", 2, "like")
    world.recommend.shelves("ann")
    world.behaviour.undo(event.id)
    assert world.recommend.recommend("ann").picks
    assert looks == []


def test_another_process_makes_the_items_be_looked_at(world: World, count: Callable[[Any, str], list[int]]) -> None:
    looks = count(current, "_stamp")
    with closing(Library.open(world.library.directory, events=EventBus())) as other, other.database.write() as db:
        db.execute("UPDATE files SET state = 'missing' WHERE item_id = 5")
    assert 5 not in {p.item for p in world.recommend.recommend("ann", 100).picks}
    assert looks == [1]


def test_shelves_and_the_slider_go_on_from_the_scores_of_the_panel(
    world: World, count: Callable[[Any, str], list[int]]
) -> None:
    scored = count(ContentScorer, "score")
    panel = world.recommend.recommend("ann")
    shelves = world.recommend.shelves("ann", panel=panel)
    assert world.recommend.tradeoff("ann") is not None
    assert scored == [1]
    assert {p.item for p in panel.picks}.isdisjoint(p.item for s in shelves[1:] for p in s.picks)


def test_shelves_know_of_an_act_after_the_panel(world: World) -> None:
    panel = world.recommend.recommend("ann")
    before = {p.item for s in world.recommend.shelves("ann", panel=panel)[1:] for p in s.picks}
    hidden = min(before)
    world.behaviour.record("ann", hidden, "hide")
    after = {p.item for s in world.recommend.shelves("ann", panel=panel)[1:] for p in s.picks}
    assert after
    assert hidden not in after


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_shelves_that_nobody_waits_for_end_at_the_next_step_and_were_not_shown(world: World, steps: int) -> None:
    panel = world.recommend.recommend("ann")
    done: list[int] = []

    def check() -> None:
        if len(done) == steps:
            raise Cancelled
        done.append(1)

    with pytest.raises(Cancelled):
        world.recommend.shelves("ann", panel=panel, check=check)
    with world.library.database.read() as db:
        assert {r[0] for r in db.execute("SELECT DISTINCT shelf FROM impressions")} == {"for-you"}


def test_only_the_act_itself_waits_for_the_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    durable: list[bool] = []
    plain = Database.write

    def watch(self: Database, **how: Any) -> Any:
        durable.append(how.get("durable", True))
        return plain(self, **how)

    monkeypatch.setattr(Database, "write", watch)
    world.behaviour.rate("ann", 2, "like")
    assert durable == [True]
    durable.clear()
    panel = world.recommend.recommend("ann")
    assert world.recommend.last_panel("ann") == panel
    world.recommend.shelves("ann", panel=panel)
    assert durable
    assert not any(durable)
