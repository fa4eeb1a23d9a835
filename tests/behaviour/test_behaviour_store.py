"""Events, undo and the state kept beside them."""

from __future__ import annotations

import sqlite3
import time

import numpy as np
import pytest

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.behaviour.store import Behaviour, ItemState
from avrec_desktop.jobs.events import BehaviourChanged
from avrec_desktop.library.types import ItemQuery
from tests.behaviour.conftest import Rooms

DAY = 86400.0


def test_a_rating_is_stored_and_told(rooms: Rooms) -> None:
    seen: list[object] = []
    rooms.behaviour.bus.subscribe(seen.append)
    event = rooms.behaviour.rate("ann", 2, "4")
    assert (event.kind, event.value) == ("rate", 4.0)
    assert rooms.behaviour.state("ann", 2).rating == 4.0
    assert BehaviourChanged("ann", 2) in seen


@pytest.mark.parametrize("value", ["0", "6", "4.5", "LIKE", "", "love"])
def test_other_ratings_are_refused_and_nothing_is_stored(rooms: Rooms, value: str) -> None:
    with pytest.raises(InputError, match="is not 1 to 5"):
        rooms.behaviour.rate("ann", 2, value)
    assert rooms.behaviour.events("ann", 10) == []


def test_an_unknown_item_is_named(rooms: Rooms) -> None:
    with pytest.raises(NotFoundError, match="no item 99"):
        rooms.behaviour.record("ann", 99, "like")


def test_many_acts_are_stored_together_or_not_at_all(rooms: Rooms) -> None:
    with pytest.raises(NotFoundError):
        rooms.behaviour.record_many("ann", [(1, "like", None, 1.0), (99, "like", None, 2.0)])
    assert rooms.behaviour.events("ann", 10) == []
    assert rooms.behaviour.state("ann", 1) == ItemState()


def test_undo_marks_the_act_and_brings_back_what_was_before(rooms: Rooms) -> None:
    behaviour = rooms.behaviour
    behaviour.rate("ann", 1, "like")
    wrong = behaviour.rate("ann", 1, "dislike")
    assert behaviour.state("ann", 1).liked == -1
    behaviour.undo(wrong.id)
    assert behaviour.state("ann", 1).liked == 1
    assert behaviour.preferences("ann").values.tolist() == [1.0]
    with behaviour.database.read() as db:
        rows = db.execute("SELECT kind, undone FROM events ORDER BY id").fetchall()
    assert [tuple(r) for r in rows] == [("like", 0), ("dislike", 1)]


def test_undo_of_the_only_act_leaves_nothing(rooms: Rooms) -> None:
    event = rooms.behaviour.record("ann", 1, "complete", 1.0)
    rooms.behaviour.undo(event.id)
    assert rooms.behaviour.state("ann", 1) == ItemState()
    assert not len(rooms.behaviour.preferences("ann"))


def test_undo_of_an_unknown_act_is_refused(rooms: Rooms) -> None:
    with pytest.raises(NotFoundError, match="no event 12"):
        rooms.behaviour.undo(12)


def test_the_state_counts_plays_skips_and_completions(rooms: Rooms) -> None:
    acts = [(1, "play", 0.4, 10.0), (1, "skip", 0.1, 20.0), (1, "complete", 1.0, 30.0), (1, "hide", None, 40.0)]
    rooms.behaviour.record_many("ann", acts)
    state = rooms.behaviour.state("ann", 1)
    assert (state.plays, state.skips, state.completions, state.last_played, state.hidden) == (2, 1, 1, 30.0, True)


def test_the_position_survives_a_rating(rooms: Rooms) -> None:
    rooms.behaviour.set_position("ann", 1, 61.5)
    rooms.behaviour.rate("ann", 1, "like")
    assert rooms.behaviour.state("ann", 1).position == 61.5


def test_what_was_returned_is_on_disk(rooms: Rooms) -> None:
    event = rooms.behaviour.rate("ann", 3, "like")
    other = sqlite3.connect(f"file:{rooms.library.database.path}?mode=ro", uri=True)
    try:
        row = other.execute("SELECT e.kind, s.liked FROM events e JOIN item_state s USING (item_id, profile_id)"
                            " WHERE e.id = ?", (event.id,)).fetchone()  # fmt: skip
    finally:
        other.close()
    assert row == ("like", 1)


def test_profiles_do_not_mix(rooms: Rooms) -> None:
    rooms.behaviour.rate("ann", 1, "like")
    rooms.behaviour.rate("bob", 1, "dislike")
    assert rooms.behaviour.preferences("ann").values.tolist() == [1.0]
    assert rooms.behaviour.preferences("bob").values.tolist() == [-1.0]
    rooms.behaviour.delete_profile("bob")
    assert [p.name for p in rooms.behaviour.profiles() if p.events] == ["ann"]


def test_sample_profiles_go_in_one_step_and_own_ones_stay(rooms: Rooms) -> None:
    rooms.behaviour.ensure_profile("sample", sample=True)
    rooms.behaviour.rate("sample", 1, "like")
    rooms.behaviour.rate("ann", 2, "like")
    assert rooms.behaviour.has_sample()
    assert rooms.behaviour.remove_sample() == 1
    assert not rooms.behaviour.has_sample()
    assert [p.name for p in rooms.behaviour.profiles()] == ["ann"]


def test_changed_weights_count_at_once(rooms: Rooms) -> None:
    rooms.behaviour.rate("ann", 1, "like")
    rooms.behaviour.set_weights(SignalWeights(like=0.5))
    assert Behaviour(rooms.library.database, events=rooms.behaviour.bus).preferences("ann").values.tolist() == [0.5]


def test_a_play_that_a_search_led_to_says_more(rooms: Rooms) -> None:
    behaviour = rooms.behaviour
    behaviour.record("ann", 1, "play", 0.5)
    behaviour.record("ann", 2, "play", 0.5, origin="search")
    behaviour.record("ann", 3, "skip", 0.0, origin="search")
    found = behaviour.preferences("ann")
    values = dict(zip(found.item_ids.tolist(), found.values.tolist(), strict=True))
    assert values[2] > values[1] > 0 > values[3]


YEAR = 365 * DAY


@pytest.mark.parametrize("jump", [-20 * YEAR, 20 * YEAR], ids=["back", "forward"])
def test_acts_stay_in_the_order_they_were_done_in_whatever_the_clock_does(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    behaviour, now = rooms.behaviour, time.time
    behaviour.record("ann", 1, "complete", 1.0)
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    behaviour.record("ann", 2, "complete", 1.0)
    monkeypatch.setattr(time, "time", now)
    behaviour.record("ann", 3, "complete", 1.0)
    behaviour.record("ann", 1, "play", 0.5)
    assert [event.item_id for event in behaviour.events("ann")] == [1, 3, 2, 1]
    learned = behaviour.preferences("ann")
    assert learned.item_ids.tolist() == [2, 3, 1]
    assert (np.diff(learned.times) >= 0).all()
    assert np.ptp(learned.times) < DAY, "no time of a wrong clock is believed"
    assert (learned.times <= time.time()).all()
    played = rooms.library.ids(ItemQuery(filter="recent", sort="played", descending=True, profile="ann"))
    assert played.tolist() == [1, 3, 2]
    assert behaviour.state("ann", 1).last_played == pytest.approx(now(), abs=60)


def test_what_an_import_dates_back_comes_before_what_was_done_in_the_app(rooms: Rooms) -> None:
    rooms.behaviour.record("ann", 1, "complete", 1.0)
    rooms.behaviour.record_many("ann", [(2, "like", None, 1e9), (1, "rate", 1.0, 1e9)], origin="import:x")
    rooms.behaviour.record("ann", 3, "complete", 1.0)
    assert [event.item_id for event in rooms.behaviour.events("ann")] == [3, 1, 1, 2]
    assert rooms.behaviour.preferences("ann").item_ids.tolist() == [2, 1, 3]


def test_acts_of_one_moment_keep_their_order(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.7e9)
    for item in (3, 1, 2):
        rooms.behaviour.record("ann", item, "complete", 1.0)
    assert [event.item_id for event in rooms.behaviour.events("ann")] == [2, 1, 3]
    played = rooms.library.ids(ItemQuery(filter="recent", sort="played", descending=True, profile="ann"))
    assert played.tolist() == [2, 1, 3]
