"""Imported behaviour reaches training: people are users, matched items are the library's, one's own stays one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.behaviour.importers import import_file
from avrec_desktop.behaviour.imports.service import Imports
from avrec_desktop.jobs import Job
from avrec_desktop.recommend.dataset import build_catalogue, build_training_data, imported_history, popularity
from tests.recommend.small_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, 12)
    yield made
    made.close()


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


TABLE = (
    "user,item,title,rating,time\nann,a,Title 3,5,10\nann,b,Elsewhere,1,11\nbob,b,Elsewhere,5,12\nbob,a,Title 3,4,9\n"
)


def test_people_of_a_table_are_users_and_their_items_those_of_the_library(world: World, tmp_path: Path) -> None:
    import_file(world, write(tmp_path, "t.csv", TABLE), None, Job())
    world.behaviour.rate("ann", 7, "like")
    catalogue = build_catalogue(world.features, world.behaviour)  # type: ignore[arg-type]
    data = build_training_data(catalogue, world.behaviour, ["ann"])
    assert data.local_users == (0,)
    assert [u.split(":")[-1] for u in data.user_ids] == ["ann", "ann", "bob"]
    (outside,) = (i for i in catalogue.items.ids.tolist() if i < 0)
    assert catalogue.titles[outside] == "Elsewhere"
    ids = catalogue.items.ids[data.interactions.items]
    found = list(zip(data.interactions.users.tolist(), ids.tolist(), data.interactions.values.tolist(), strict=True))
    assert found == [
        (0, 7, 1.0),
        (1, 3, 1.0),
        (1, outside, -1.0),
        (2, 3, pytest.approx(0.6)),
        (2, outside, 1.0),
    ]
    history = imported_history(catalogue, world.behaviour, "bob", 0.0)
    assert catalogue.items.ids[history.items].tolist() == [3, outside]
    liked = popularity(catalogue, world.behaviour)
    assert liked is not None
    assert np.isfinite(liked).sum() == 2


def test_undone_people_are_gone_and_come_back(world: World, tmp_path: Path) -> None:
    result = import_file(world, write(tmp_path, "t.csv", TABLE), None, Job())
    service = Imports(world)
    service.undo(result.id)
    catalogue = build_catalogue(world.features, world.behaviour)  # type: ignore[arg-type]
    assert (catalogue.items.ids > 0).all()
    assert len(build_training_data(catalogue, world.behaviour, []).interactions.users) == 0
    service.redo(result.id)
    catalogue = build_catalogue(world.features, world.behaviour)  # type: ignore[arg-type]
    assert len(build_training_data(catalogue, world.behaviour, []).interactions.users) == 4


def test_own_history_outside_the_library_belongs_to_the_same_user(world: World, tmp_path: Path) -> None:
    text = "title,rating,time\nTitle 3,5,2024-01-01\nElsewhere,4,2024-01-02\n"
    import_file(world, write(tmp_path, "h.csv", text), None, Job(), profile="ann")
    catalogue = build_catalogue(world.features, world.behaviour)  # type: ignore[arg-type]
    data = build_training_data(catalogue, world.behaviour, ["ann"])
    assert data.user_ids == ("ann",)
    ids = catalogue.items.ids[data.interactions.items].tolist()
    assert ids[0] == 3 and ids[1] < 0
    picks = [p.item for p in world.recommend.recommend("ann", 20).picks]
    assert ids[1] not in picks, "what was seen elsewhere is not recommended"


def test_the_panel_of_a_running_app_knows_an_import_at_once(world: World, tmp_path: Path) -> None:
    world.behaviour.rate("ann", 7, "like")
    before = world.recommend.recommend("ann", 20)
    assert all(p.item > 0 for p in before.picks)
    import_file(world, write(tmp_path, "t.csv", TABLE), None, Job())
    panel = world.recommend.recommend("bob", 20)
    assert panel.kind == "personal", "bob of the table has a history"
    for profile in ("ann", "nobody"):
        picks = world.recommend.recommend(profile, 20).picks
        assert all(p.item > 0 for p in picks), "what cannot be played here is not offered to who uses the library"


def test_an_import_before_any_analysis_gives_a_panel(tmp_path: Path) -> None:
    from avrec_desktop.session import Session

    with Session.open(tmp_path / "own") as session:
        with session.library.database.write() as db:
            db.execute(
                "INSERT INTO items (id, kind, status, title, added_at, updated_at)"
                " VALUES (1, 'audio', 'ready', 'Title 1', 0, 0)"
            )
        import_file(session, write(tmp_path, "t.csv", TABLE), None, Job())
        assert session.recommend.recommend("default", 5).picks
