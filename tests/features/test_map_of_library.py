"""The map: what lies together, what stays where it was, what is stored, and what happens to damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.errors import Cancelled, LibraryError
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import atlas, layout
from avrec_desktop.features.atlas import Atlas
from avrec_desktop.jobs.job import Job
from tests.features.conftest import Rig

TAGS = ("calm", "loud", "everywhere")


def world(n: int, seed: int = 0, ids: np.ndarray | None = None) -> ItemFeatures:
    """Items of three kinds far apart, in turn; the first two kinds have a tag of their own."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    content = np.eye(3, 16)[kind] + rng.normal(0, 0.12, (n, 16))
    content = (content / np.linalg.norm(content, axis=1, keepdims=True)).astype(np.float32)
    tags = np.stack([kind == 0, kind == 1, np.ones(n)], axis=1).astype(np.float32) * 0.8
    ids = np.arange(1, n + 1) if ids is None else ids
    return ItemFeatures(ids, content, tags, TAGS, modalities={"audio": content})


def pick(features: ItemFeatures, rows: np.ndarray) -> ItemFeatures:
    content = features.content[rows]
    return ItemFeatures(features.ids[rows], content, features.tags[rows], TAGS, modalities={"audio": content})


def spread(xy: np.ndarray, kind: np.ndarray) -> float:
    """Return the mean distance inside a kind over that between kinds."""
    away = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    same = kind[:, None] == kind[None]
    return float(away[same].mean() / away[~same].mean())


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, atlas.MapLayout]:
    """A map of 120 items, made once."""
    root = tmp_path_factory.mktemp("vectors")
    return root, Atlas(root).update(world(120), Job())


@pytest.fixture
def root(laid: tuple[Path, atlas.MapLayout], tmp_path: Path) -> Path:
    """A folder of its own with that map."""
    (tmp_path / "map.npz").write_bytes((laid[0] / "map.npz").read_bytes())
    return tmp_path


def test_alike_items_lie_together_and_regions_bear_their_tags(laid: tuple[Path, atlas.MapLayout]) -> None:
    _, made = laid
    kind = np.arange(120) % 3
    assert made.xy.dtype == np.float32
    assert made.ids.dtype == np.int64
    assert not made.stale
    assert spread(made.xy, kind) < 0.35
    assert 0.9 < np.percentile(np.linalg.norm(made.xy, axis=1), 99) < 1.1
    named = {r.words[0]: r for r in made.regions if r.level == 0}
    assert set(named) == {"calm", "loud"}, "a tag that is everywhere says nothing of a place"
    for word, number in (("calm", 0), ("loud", 1)):
        middle = made.xy[kind == number].mean(axis=0)
        assert np.hypot(named[word].x - middle[0], named[word].y - middle[1]) < 0.4


def test_a_map_is_stored_and_read_without_pickle(laid: tuple[Path, atlas.MapLayout]) -> None:
    root, made = laid
    with np.load(root / "map.npz", allow_pickle=False) as data:
        assert set(data.files) == {"ids", "xy", "cells", "facts"}
    known = Atlas(root).known(world(120))
    assert known is not None
    np.testing.assert_array_equal(known.xy, made.xy)
    assert known.regions == made.regions
    assert not list(root.glob(".map*")), "no temporary file stays"


def test_progress_goes_up_to_the_end(tmp_path: Path) -> None:
    seen: list[float] = []
    job = Job("map", on_progress=lambda p: seen.append(p.fraction or 0.0))
    Atlas(tmp_path).update(world(60), job)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_new_items_go_amid_their_neighbours_and_nothing_else_moves(root: Path) -> None:
    before = Atlas(root).known(world(120))
    assert before is not None
    grown = world(150)
    known = Atlas(root).known(grown)
    assert known is not None
    assert len(known) == 150
    assert not known.stale
    np.testing.assert_array_equal(known.xy[:120], before.xy)
    assert spread(known.xy, np.arange(150) % 3) < 0.35
    assert len(np.unique(known.xy, axis=0)) == 150, "no two items on one spot"
    made = Atlas(root).update(grown, Job())
    np.testing.assert_array_equal(made.xy, known.xy)
    again = Atlas(root).known(grown)
    assert again is not None
    np.testing.assert_array_equal(again.xy, known.xy)


def test_many_new_items_wait_for_the_job(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "FEW_NEW", 10)
    known = Atlas(root).known(world(150))
    assert known is not None
    assert len(known) == 120
    assert known.stale
    made = Atlas(root).update(world(150), Job())  # placed by the compute process
    assert len(made) == 150
    np.testing.assert_array_equal(made.xy[:120], known.xy)


def test_what_is_gone_leaves_the_map_and_comes_back_to_its_place(root: Path) -> None:
    full = world(120)
    before = Atlas(root).known(full)
    assert before is not None
    rest = np.arange(0, 120, 2)
    some = Atlas(root).known(pick(full, rest))
    assert some is not None
    np.testing.assert_array_equal(some.xy, before.xy[rest])
    again = Atlas(root).known(full)
    assert again is not None
    np.testing.assert_array_equal(again.xy, before.xy)


def test_growth_by_half_makes_a_new_map_that_is_turned_like_the_old(root: Path) -> None:
    before = Atlas(root).known(world(120))
    grown = world(200)
    known = Atlas(root).known(grown)
    assert before is not None
    assert known is not None
    assert known.stale
    made = Atlas(root).update(grown, Job())
    assert not made.stale
    for number in range(3):
        old = before.xy[np.arange(120) % 3 == number].mean(axis=0)
        new = made.xy[np.arange(200) % 3 == number].mean(axis=0)
        assert old @ new / (np.linalg.norm(old) * np.linalg.norm(new)) > 0.8, "each kind lies where it lay"
    assert not Atlas(root).known(grown).stale  # type: ignore[union-attr]


def test_turning_finds_a_rotation_and_a_mirror() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(0, 1, (50, 2)).astype(np.float32)
    mirror = np.array([[0.6, 0.8], [0.8, -0.6]], np.float32)
    np.testing.assert_allclose(atlas.turned(before @ mirror, np.arange(50), before), before, atol=1e-4)


def test_other_extractors_make_the_map_stale(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Atlas, "_sources", lambda self: ("another-v1",))
    known = Atlas(root).known(world(120))
    assert known is not None
    assert known.stale
    Atlas(root).update(world(120), Job())
    assert not Atlas(root).known(world(120)).stale  # type: ignore[union-attr]


def test_cancelling_keeps_the_map_of_before(root: Path) -> None:
    stored = (root / "map.npz").read_bytes()
    job = Job("map", on_progress=lambda p: job.cancel())
    with pytest.raises(Cancelled):
        Atlas(root).update(world(120), job, anew=True)
    assert (root / "map.npz").read_bytes() == stored


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no zip", b"\x93NUMPY"])
def test_a_damaged_map_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "map.npz").write_bytes(damage)
    assert Atlas(tmp_path).known(world(30)) is None
    assert len(Atlas(tmp_path).update(world(30), Job())) == 30
    assert Atlas(tmp_path).known(world(30)) is not None


def test_arrays_that_do_not_fit_are_no_map(root: Path) -> None:
    with np.load(root / "map.npz") as data:
        parts = dict(data)
    parts["xy"] = parts["xy"][:-1]
    np.savez(root / "map.npz", **parts)
    assert Atlas(root).known(world(120)) is None


def test_a_map_that_cannot_be_stored_says_so(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_bytes(b"a file where the folder should be")
    with pytest.raises(LibraryError, match="cannot be stored"):
        Atlas(tmp_path / "vectors").update(world(3), Job())


@pytest.mark.parametrize("number", [1, 2, 3, 7, 9])
def test_small_libraries_have_a_map(tmp_path: Path, number: int) -> None:
    made = Atlas(tmp_path).update(world(number), Job())
    assert made.xy.shape == (number, 2)
    assert np.isfinite(made.xy).all()


def test_equal_items_do_no_harm(tmp_path: Path) -> None:
    same = world(1).content.repeat(40, axis=0)
    features = ItemFeatures(np.arange(1, 41), same, np.zeros((40, 0), np.float32), modalities={"audio": same})
    made = Atlas(tmp_path).update(features, Job())
    assert np.isfinite(made.xy).all()


def test_items_without_vectors_are_counted_not_placed(tmp_path: Path) -> None:
    features = world(20)
    features.content[[3, 5]] = 0.0
    made = Atlas(tmp_path).update(features, Job())
    assert made.without == 2
    assert not np.isin(features.ids[[3, 5]], made.ids).any()
    nothing = ItemFeatures(np.array([1, 2]), np.zeros((0, 64), np.float32), np.zeros((2, 0), np.float32))
    empty = Atlas(tmp_path / "other").update(nothing, Job())
    assert (len(empty), empty.without) == (0, 2)
    assert not (tmp_path / "other").exists(), "an empty map is not worth storing"


class _Context:
    """Notes progress; stops after so many reports."""

    def __init__(self, most: int = 10_000) -> None:
        self.seen: list[int] = []
        self._most = most

    def check(self) -> None:
        if len(self.seen) >= self._most:
            raise Cancelled

    def event(self, payload: dict[str, int]) -> None:
        self.seen.append(payload["done"])


@pytest.mark.parametrize(("exact", "interpolated"), [(10, 10_000), (10_000, 10)], ids=["annoy", "fft"])
def test_the_ways_of_large_libraries_give_the_same_kind_of_map(
    exact: int, interpolated: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "_EXACT", exact)
    monkeypatch.setattr(layout, "_INTERPOLATED", interpolated)
    context = _Context()
    made = layout.compute({"vectors": world(150).content, "start": None}, context)  # type: ignore[arg-type]
    assert spread(made["xy"], np.arange(150) % 3) < 0.35
    assert context.seen == sorted(context.seen)
    assert made["cells"].shape == (2, 150)


def test_a_layout_stops_within_a_few_steps() -> None:
    context = _Context(most=12)
    with pytest.raises(Cancelled):
        layout.compute({"vectors": world(150).content, "start": None}, context)  # type: ignore[arg-type]
    assert len(context.seen) == 12


def test_a_new_item_joins_the_nearest_cluster_not_the_middle() -> None:
    known = np.eye(2, 4, dtype=np.float32).repeat(3, axis=0)
    xy = np.array([[-1, 0]] * 3 + [[1, 0]] * 3, np.float32)
    between = np.array([[0.72, 0.69, 0, 0]], np.float32)
    near, place = layout.place_new(between, known, xy, np.array([7]))
    assert near[0] < 3
    assert np.linalg.norm(place[0] - [-1, 0]) < 0.3


def test_the_map_of_a_real_library(rig: Rig) -> None:
    ids = rig.add("one.wav", "two.wav", "three.wav")
    assert rig.features.known_map() is None
    assert rig.features.map(Job()).without == 3
    rig.features.extract(["probe-sound", "probe-words"], job=Job())
    made = rig.features.map(Job())
    assert made.ids.tolist() == sorted(ids)
    known = rig.features.known_map()
    assert known is not None
    np.testing.assert_array_equal(known.xy, made.xy)
