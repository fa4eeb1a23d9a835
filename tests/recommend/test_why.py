"""Explanations of picks: shares that add up, counterfactuals, the user's corrections, blocked seeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.behaviour.taste import TasteEdit
from avrec_desktop.jobs import Job
from avrec_desktop.recommend.why import ExplanationDetail
from tests.recommend.small_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def like(world: World, style: str, number: int, start: int = 0) -> list[int]:
    items = world.of_style(style)[start : start + number]
    world.behaviour.record_many("ann", [(i, "like", None, 1e9 + i) for i in items])
    return items


def picked(world: World, limit: int = 10) -> list[int]:
    return [p.item for p in world.recommend.recommend("ann", limit).picks]


def why(world: World, item: int) -> ExplanationDetail:
    found = world.recommend.explain("ann", item)
    assert found is not None
    return found


def check_sums(found: ExplanationDetail) -> None:
    parts = sum(c.share for c in found.causes) + found.others + found.prior + sum(e.share for e in found.edits)
    assert parts == pytest.approx(found.score, abs=1e-6)
    assert sum(s.share for s in found.topics) == pytest.approx(found.carried, abs=1e-6)
    assert sum(s.share for s in found.modalities) == pytest.approx(found.carried, abs=1e-6)


def test_shares_add_up_and_the_item_falls_without_its_causes(world: World) -> None:
    liked = like(world, "strings", 3)
    like(world, "drums", 4)
    pick = next(i for i in picked(world) if world.style(i) == "strings")
    found = why(world, pick)
    check_sums(found)
    assert set(found.without) <= set(liked)
    assert found.rank <= 40
    assert found.rank_without is not None
    assert found.rank_without > found.rank
    assert found.topics[0].key == "strings"
    assert [c.share for c in found.causes] == sorted((c.share for c in found.causes), reverse=True)


def test_a_trained_model_explains_and_its_counterfactual_is_its_own(world: World) -> None:
    like(world, "strings", 6)
    world.behaviour.record_many("ann", [(i, "dislike", None, 1e9 + i) for i in world.of_style("drums")[:4]])
    world.recommend.train("dot", "ann", Job())
    pick = picked(world)[0]
    found = why(world, pick)
    assert found.model == "dot"
    check_sums(found)
    assert found.rank_without is not None
    assert found.rank_without >= found.rank


def test_an_item_is_no_cause_of_itself(world: World) -> None:
    liked = like(world, "strings", 3)
    found = why(world, liked[0])
    assert liked[0] not in [c.item for c in found.causes]


def test_nothing_is_explained_before_any_like_and_unknown_items_are_named(world: World) -> None:
    assert world.recommend.explain("ann", 1) is None
    with pytest.raises(NotFoundError, match="999"):
        world.recommend.explain("ann", 999)


def test_more_less_and_never_of_a_tag_change_the_panel_at_once_and_can_be_taken_back(world: World) -> None:
    like(world, "strings", 2)
    like(world, "drums", 2)
    before = picked(world)

    def count() -> int:
        return sum(world.style(i) == "drums" for i in picked(world))

    plain = count()
    taste = world.recommend.taste
    assert taste.set_edit("ann", TasteEdit("tag", "drums", 1.0)) == TasteEdit("tag", "drums")
    more = count()
    assert taste.set_edit("ann", TasteEdit("tag", "drums", -1.0)).weight == 1.0
    assert count() < plain <= more
    found = why(world, next(i for i in world.of_style("drums")[2:]))
    assert [(e.key, e.share < 0) for e in found.edits] == [("drums", True)]
    check_sums(found)
    taste.set_edit("ann", TasteEdit("tag", "drums", 0.0, blocked=True))
    assert count() == 0
    assert not {world.style(i) for s in world.recommend.shelves("ann") for i in [p.item for p in s.picks]} & {"drums"}
    taste.set_edit("ann", TasteEdit("tag", "drums"))
    assert taste.edits("ann") == []
    assert picked(world) == before


def test_a_correction_is_one_profiles_own(world: World) -> None:
    world.recommend.taste.set_edit("ann", TasteEdit("tag", "drums", 0.5))
    assert world.recommend.taste.edits("bob") == []


def test_a_correction_out_of_range_or_without_a_key_is_refused(world: World) -> None:
    with pytest.raises(InputError, match="between -1 and 1"):
        world.recommend.taste.set_edit("ann", TasteEdit("tag", "drums", 1.5))
    with pytest.raises(InputError, match="name a topic"):
        world.recommend.taste.set_edit("ann", TasteEdit("tag", " ", 0.5))


def test_less_of_an_artist_lowers_only_what_is_theirs(world: World) -> None:
    like(world, "strings", 3)
    top = picked(world)[0]
    with world.library.database.write() as db:
        db.execute("UPDATE items SET artist = 'The Bores' WHERE id = ?", (top,))
    world.recommend.taste.set_edit("ann", TasteEdit("artist", "The Bores", -1.0))
    assert top not in picked(world)[:3]
    world.recommend.taste.set_edit("ann", TasteEdit("artist", "The Bores", 0.0, blocked=True))
    assert top not in picked(world, 60)


def test_a_blocked_seed_does_not_count_and_counts_again_when_allowed(world: World) -> None:
    like(world, "strings", 2)
    (drum,) = like(world, "drums", 1)
    before = picked(world)
    taste = world.recommend.taste
    assert taste.block_seed("ann", drum) is False
    after = picked(world)
    assert sum(world.style(i) == "drums" for i in after) < sum(world.style(i) == "drums" for i in before)
    assert drum not in after
    assert taste.blocked_seeds("ann") == [drum]
    assert taste.block_seed("ann", drum, blocked=False) is True
    assert picked(world) == before
    with pytest.raises(NotFoundError):
        taste.block_seed("ann", 999)
