"""What people see in the panel and on the shelves, from the first start on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from avrec_desktop.api.errors import InputError, ModelError, NotFoundError
from avrec_desktop.behaviour.importers import import_file
from avrec_desktop.jobs import Job
from tests.recommend.small_world import DAY, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def picked(world: World, profile: str = "ann", limit: int = 10) -> list[int]:
    return [p.item for p in world.recommend.recommend(profile, limit).picks]


def test_before_any_behaviour_it_is_a_labelled_varied_selection(world: World) -> None:
    panel = world.recommend.recommend("ann", 4)
    assert panel.kind == "content"
    assert "Like a few" in panel.label
    assert len({world.style(p.item) for p in panel.picks}) == 4


def test_before_analysis_it_is_the_newest(tmp_path: Path) -> None:
    world = World(tmp_path, 12, analysed=False)
    try:
        panel = world.recommend.recommend("ann", 5)
        assert (panel.kind, [p.item for p in panel.picks]) == ("newest", [1, 2, 3, 4, 5])
    finally:
        world.close()


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    world = World(tmp_path, 0)
    try:
        assert world.recommend.recommend("ann").kind == "empty"
        assert world.recommend.shelves("ann") == []
    finally:
        world.close()


def test_the_first_like_makes_it_personal(world: World) -> None:
    liked = world.of_style("strings")[0]
    world.behaviour.rate("ann", liked, "like")
    panel = world.recommend.recommend("ann")
    assert panel.kind == "personal"
    assert liked not in [p.item for p in panel.picks]
    assert sum(world.style(p.item) == "strings" for p in panel.picks) >= 7
    first = panel.picks[0]
    assert (first.because, first.tags) == ([liked], ["strings"])
    assert first.reason == f"Because you liked “Title {liked}”: strings"


def test_a_like_of_another_style_changes_the_panel_and_undo_brings_it_back(world: World) -> None:
    world.behaviour.rate("ann", world.of_style("strings")[0], "like")
    before = picked(world)
    event = world.behaviour.rate("ann", world.of_style("drums")[0], "like")
    after = picked(world)
    assert sum(world.style(i) == "drums" for i in after) >= 3
    world.behaviour.undo(event.id)
    assert picked(world) == before


def test_a_dislike_lowers_items_like_it(world: World) -> None:
    world.behaviour.rate("ann", world.of_style("strings")[0], "like")
    world.behaviour.rate("ann", world.of_style("drums")[0], "like")
    before = sum(world.style(i) == "drums" for i in picked(world))
    for item in world.of_style("drums")[1:3]:
        world.behaviour.record("ann", item, "hide")
    after = picked(world)
    assert sum(world.style(i) == "drums" for i in after) < before
    assert not set(world.of_style("drums")[:3]) & set(after)


@pytest.mark.parametrize("act", ["like", "dislike", "hide", "rate"])
def test_what_was_judged_is_never_offered_even_when_nothing_else_is_left(world: World, act: str) -> None:
    judged = list(range(2, 75))
    rows = [(i, act, 4.0 if act == "rate" else None, 10.0 + i) for i in judged]
    world.behaviour.record_many("ann", [(1, "like", None, 1.0), *rows])
    found = picked(world, limit=50)
    assert sorted(found) == [75, 76, 77, 78, 79, 80]


def test_what_was_played_lately_comes_back_only_when_nothing_else_is_left(world: World) -> None:
    now = time.time()
    world.behaviour.record_many("ann", [(i, "complete", 1.0, now - 60 + i / 100) for i in range(1, 76)])
    found = picked(world, limit=8)
    assert sorted(found[:5]) == [76, 77, 78, 79, 80]
    assert len(set(found)) == 8


def test_items_on_a_drive_that_is_away_are_not_offered_and_come_back_with_it(world: World) -> None:
    strings = world.of_style("strings")
    world.behaviour.rate("ann", strings[0], "like")
    world.set_files(strings[1:], "offline")
    assert not set(picked(world)) & set(strings)
    world.set_files(strings[1:], "present")
    assert set(picked(world)) & set(strings)


def test_a_like_does_not_gather_the_items_anew(world: World) -> None:
    picked(world)
    asked = world.features.asked
    world.behaviour.rate("ann", 1, "like")
    picked(world)
    assert world.features.asked == asked


def test_offering_in_vain_makes_an_item_sink(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.behaviour.rate("ann", world.of_style("noise")[0], "like")
    first, now = picked(world, limit=5), time.time()
    for sitting in range(1, 12):
        monkeypatch.setattr(time, "time", lambda sitting=sitting: now + sitting * 2 * 3600)
        last = picked(world, limit=5)
    assert not set(first) <= set(last)


def test_the_last_panel_is_there_after_a_restart(world: World) -> None:
    world.behaviour.rate("ann", 3, "like")
    panel = world.recommend.recommend("ann")
    again = world.open_recommend()
    try:
        assert again.last_panel("ann") == panel
        assert again.last_panel("bob") is None
    finally:
        again.close()


def test_an_unknown_model_and_a_wrong_novelty_are_refused(world: World) -> None:
    with pytest.raises(NotFoundError, match="no model 'none'"):
        world.recommend.recommend("ann", model="none")
    with pytest.raises(InputError, match="not between 0 and 1"):
        world.recommend.recommend("ann", novelty=1.5)


def test_the_slider_leads_from_the_familiar_to_the_new(world: World) -> None:
    liked = world.of_style("strings")[:3]
    for item in liked:
        world.behaviour.rate("ann", item, "like")

    def alike(novelty: float) -> int:
        panel = world.recommend.recommend("ann", novelty=novelty)
        return sum(world.style(p.item) == "strings" for p in panel.picks)

    assert alike(0.0) >= alike(0.5) > alike(1.0)


def test_no_item_stands_on_two_shelves(world: World) -> None:
    now = time.time()
    strings, drums = world.of_style("strings"), world.of_style("drums")
    old = [(i, "like", None, now - 200 * DAY) for i in strings[:3]]
    world.behaviour.record_many("ann", [*old, (drums[0], "like", None, now - 5), (drums[1], "dislike", None, now)])
    world.behaviour.set_position("ann", drums[2], 40.0)
    shelves = {s.key: s for s in world.recommend.shelves("ann", 5)}
    assert {"for-you", "because", "rediscover", "just-added", "different"} <= set(shelves)
    items = [p.item for s in shelves.values() for p in s.picks]
    assert len(items) == len(set(items))
    assert drums[1] not in items
    assert sorted(p.item for p in shelves["rediscover"].picks) == strings[:3]
    assert shelves["because"].anchor == drums[0]
    assert shelves["because"].title == f"Because you liked “Title {drums[0]}”"
    assert all(world.style(p.item) not in {"strings", "drums"} for p in shelves["different"].picks)


def test_begun_items_are_gone_on_with(world: World) -> None:
    world.behaviour.rate("ann", 2, "like")
    for item, at in ((41, 50.0), (42, 1.0), (43, 99.0)):  # begun, hardly begun, over
        world.behaviour.set_position("ann", item, at)
    going_on = next(s for s in world.recommend.shelves("ann", 3) if s.key == "continue")
    assert [p.item for p in going_on.picks] == [41]


def test_training_needs_behaviour_and_says_so(world: World) -> None:
    with pytest.raises(ModelError, match="there are 0 likes, plays and ratings"):
        world.recommend.train("dot", "ann", Job())


def test_the_two_tables_give_a_table_of_video_and_score_without_any_file(tmp_path: Path) -> None:
    world = World(tmp_path, 0)
    try:
        behaviour = tmp_path / "user_behavior.csv"
        rows = [f"{u},{v},{5 if v % 2 == u % 2 else 1}" for u in range(8) for v in range(u % 3, 20, 2)]
        behaviour.write_text("user_id,video_id,rating\n" + "\n".join(rows) + "\n")
        (tmp_path / "video_feature.csv").write_text(
            "video_id,category\n" + "".join(f"{v},{'music' if v % 2 else 'sport'}\n" for v in range(20))
        )
        for name in ("user_behavior.csv", "video_feature.csv"):
            import_file(world, tmp_path / name, None, Job())
        cold = world.recommend.recommend("nobody", 5)
        assert cold.label_key == "popular"
        assert all(p.item < 0 and p.key is not None and p.score == p.score for p in cold.picks)
        seen = {row.split(",")[1] for row in rows if row.startswith("1,")}
        warm = world.recommend.recommend("1", 5)
        assert warm.kind == "personal"
        assert warm.picks
        assert not {p.key for p in warm.picks} & seen
    finally:
        world.close()
