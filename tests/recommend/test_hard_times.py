"""A full disk, folders that cannot be written, and a clock that jumps: the library and its recommendations go on."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop import paths
from avrec_desktop.api.errors import LibraryError
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library import database
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.database import Database
from avrec_desktop.library.strips import Strips
from avrec_desktop.library.types import ItemQuery
from tests.library import old_versions
from tests.library.media_factory import make_audio
from tests.recommend.small_world import DAY, World

YEAR = 365 * DAY


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    out = World(tmp_path)
    yield out
    out.close()


def _fill_disk(world: World) -> None:
    with world.library.database.write() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")


def _free_disk(world: World) -> None:
    with world.library.database.write() as db:
        db.execute("PRAGMA max_page_count = 1073741823")


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_stored(world: World) -> None:
    world.behaviour.rate("ann", 1, "like")
    _fill_disk(world)
    stored = []
    with pytest.raises(LibraryError, match="full"):  # noqa: PT012 - some fit into the last page
        for item in list(range(2, 80)) * 40:
            world.behaviour.rate("ann", item, "5")
            stored.append(item)
    _free_disk(world)
    assert world.library.database.check() == []
    assert world.behaviour.state("ann", 1).liked == 1
    assert all(world.behaviour.state("ann", item).rating == 5 for item in set(stored))
    world.behaviour.rate("ann", 79, "1")
    assert world.behaviour.state("ann", 79).rating == 1
    assert world.recommend.recommend("ann", 5).picks


def test_a_scan_on_a_full_disk_says_so_and_goes_on_when_there_is_room(world: World, tmp_path: Path) -> None:
    media = tmp_path / "new media"
    media.mkdir()
    for n in range(60):
        make_audio(media / f"{'long name ' * 12}{n}.wav", seed=n, seconds=0.1)
    before = len(world.library.all_ids())
    _fill_disk(world)
    with pytest.raises(LibraryError, match="full"):
        world.library.scan([media], Job())
    assert world.library.database.check() == []
    _free_disk(world)
    world.library.scan([media], Job())
    assert len(world.library.all_ids()) == before + 60


def test_a_cache_that_cannot_be_written_costs_the_preview_only(world: World, tmp_path: Path) -> None:
    sound = make_audio(tmp_path / "sound.wav", seconds=1.0)
    with world.library.database.write() as db:
        db.execute("UPDATE files SET path = ? WHERE item_id = 1", (os.fsencode(sound),))
        db.execute("UPDATE items SET fingerprint = x'00112233445566778899aabbccddeeff' WHERE id = 1")
    (tmp_path / "in the way").write_text("no folder")
    blocked = Strips(world.library.database, tmp_path / "in the way")
    assert blocked.waveform(1) is None
    blocked.close()
    assert world.library.strips.waveform(1) is not None, "nothing wrong was remembered"


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder that this process can read and not write, even where the superuser runs the tests."""
    folder = Path(tempfile.mkdtemp())  # everybody can get there, unlike to the test's own folder
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Let the superuser, who may write everywhere, have nobody's rights."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs the rights of Unix")
def test_a_library_in_a_read_only_folder_is_refused_with_a_remedy(guarded: Path) -> None:
    guarded.chmod(0o555)
    with nobody(), pytest.raises(LibraryError) as refused:
        World(guarded)
    assert refused.value.hint
    assert list(guarded.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs the rights of Unix")
def test_a_library_that_became_read_only_can_be_read_and_opens_for_writing_later(guarded: Path) -> None:
    known = World(guarded)
    number, home = len(known.library.all_ids()), known.library.database.path.parent
    known.close()
    assert number > 0
    files = [guarded, *guarded.rglob("*")]
    modes = [path.stat().st_mode for path in files]
    for path in files:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with nobody(), contextlib.closing(Library.open(home, events=EventBus())) as library:
        assert library.database.read_only
        assert len(library.ids(ItemQuery("kind:audio"))) + len(library.ids(ItemQuery("kind:video"))) == number
        with pytest.raises(LibraryError, match="read-only") as refused:
            library.edit([1], {"title": "Other"})
        assert refused.value.hint
        with pytest.raises(LibraryError):
            library.scan(None, Job())
    for path, mode in zip(files, modes, strict=True):
        path.chmod(mode)
    assert sorted(path.name for path in files) == sorted(p.name for p in [guarded, *guarded.rglob("*")])
    again = Library.open(home, events=EventBus())
    assert len(again.all_ids()) == number
    assert again.database.check() == []
    again.close()


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs the rights of Unix")
def test_what_a_crash_left_in_the_log_is_read_too(guarded: Path, tmp_path: Path) -> None:
    with contextlib.closing(Database.open(tmp_path / "library.sqlite3", paths.resources() / "migrations")) as open_one:
        with open_one.write() as db:
            db.execute("INSERT INTO settings (key, value) VALUES ('word', '1')")
        for file in tmp_path.glob("library.sqlite3*"):
            shutil.copy(file, guarded)  # as the disk is when the app is killed now
    guarded.chmod(0o555)
    with nobody(), contextlib.closing(Library.open(guarded, events=EventBus())) as library:  # noqa: SIM117
        with library.database.read() as db:
            assert db.execute("SELECT value FROM settings WHERE key = 'word'").fetchone()[0] == "1"


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs the rights of Unix")
def test_an_old_library_that_can_only_be_read_is_refused_with_a_remedy(guarded: Path) -> None:
    old_versions.make(guarded / "library.sqlite3", 3)
    guarded.chmod(0o555)
    with nobody(), pytest.raises(LibraryError, match="read-only") as refused:
        Library.open(guarded, events=EventBus())
    assert refused.value.hint


def test_a_library_that_can_only_be_read_recommends_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.behaviour.rate("ann", 1, "like")
    with world.library.database.write() as db:
        db.execute(
            "INSERT INTO runs (id, model, plugin, plugin_version, state, started) VALUES (1, 2, 3, 4, 'running', 5)"
        )
    world.close()
    monkeypatch.setattr(database, "_can_write", lambda _path: False)
    before = world.library.database.path.read_bytes()
    world.library = world.features.library = Library.open(world.library.directory, events=world.bus)
    world.behaviour = Behaviour(world.library.database, events=world.bus)
    world.recommend = world.open_recommend()
    assert world.recommend.recommend("ann", 5).picks
    assert world.recommend.shelves("ann", 5)
    with pytest.raises(LibraryError, match="read-only"):
        world.behaviour.rate("ann", 2, "like")
    world.close()
    assert world.library.database.path.read_bytes() == before


@pytest.mark.parametrize("jump", [-10 * YEAR, 10 * YEAR], ids=["back", "forward"])
def test_after_a_jump_of_the_clock_the_last_word_counts(
    world: World, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    now = time.time
    world.behaviour.rate("ann", 1, "like")
    world.behaviour.rate("ann", 2, "like")
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    world.behaviour.rate("ann", 1, "dislike")
    assert world.behaviour.state("ann", 1).liked == -1
    preferences = world.behaviour.preferences("ann")
    assert np.isfinite(preferences.values).all()
    assert np.abs(preferences.values).max() <= 1
    panel = world.recommend.recommend("ann", 5)
    assert len(panel.picks) == 5
    assert all(np.isfinite(p.score) for p in panel.picks)
    assert world.recommend.shelves("ann", 5)
    monkeypatch.setattr(time, "time", now)
    assert world.behaviour.state("ann", 1).liked == -1, "it still counts when the clock is right again"
    assert world.recommend.recommend("ann", 5).picks
