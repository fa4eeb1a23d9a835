"""The panel where candidates come from an index is that of scoring every item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.behaviour.taste import TasteEdit
from avrec_desktop.features import nearest
from avrec_desktop.jobs import Job
from tests.recommend.small_world import World

N = 3000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    out = World(tmp_path, N)
    yield out
    out.close()


def picks(world: World) -> list[int]:
    panel = world.recommend.recommend("ann", 5, remember=False)
    assert panel.note is None
    return [p.item for p in panel.picks]


def check(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare with and without index, before and after an item goes."""
    with monkeypatch.context() as small:
        small.setattr(nearest, "EXACT_UP_TO", 500)
        first = picks(world)  # makes the index
        world.features.indexes.wait()
        found = picks(world)
        best = world.recommend._scoring.best(world.recommend._situation("ann"), 50)
        assert not best.complete
        assert int(np.isfinite(best.values).sum()) == 50
        world.set_files([found[0]], "missing")
        world.recommend._current.forget()
        later = picks(world)
    assert found[0] not in later
    assert len(set(found) & set(first)) >= 4
    assert len(set(later) & set(picks(world))) >= 4  # everything scored


def test_by_content(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for item in (1, 5, 2):
        world.behaviour.rate("ann", item, "like")
    check(world, monkeypatch)


@pytest.mark.slow
def test_by_a_trained_model(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for item in (1, 5, 9, 2, 13):
        world.behaviour.rate("ann", item, "like")
    world.behaviour.rate("ann", 3, "dislike")
    world.recommend.train("dot", "ann", Job())
    check(world, monkeypatch)
    run = world.recommend._runs.current("dot")
    assert run is not None
    assert (run.directory / "index" / "items.npz").exists()


def test_a_corrected_taste_looks_at_every_item(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.behaviour.rate("ann", 1, "like")
    world.recommend.taste.set_edit("ann", TasteEdit("tag", "noise", 1.0))
    expected = picks(world)
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 500)
    assert picks(world) == expected
    assert any(world.style(i) == "noise" for i in expected)
