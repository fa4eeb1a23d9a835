"""Live watching of folders, drives that come and go, and mounts that hang."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avrec_desktop.jobs.job import Job
from avrec_desktop.library import mounts, watcher
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.mounts import Prober
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.library.watcher import FolderWatcher, Timing
from tests.library import media_factory

QUICK = Timing(quiet=0.2, longest=2.0, ask=0.2, again=0.4, stall=20.0)


class Heard:
    """Collects what a watcher tells."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.folders: list[Path] = []

    def __call__(self, folders: list[Path]) -> None:
        with self._news:
            self.folders += folders
            self._news.notify_all()

    def wait_for(self, *wanted: Path) -> None:
        with self._news:
            assert self._news.wait_for(lambda: set(wanted) <= set(self.folders), timeout=20), self.folders


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 40
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it took too long"
        pause.wait(0.02)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    (folder / "a" / "deep").mkdir(parents=True)
    return folder


@pytest.fixture
def start(library: Library) -> Iterator[Callable[..., tuple[FolderWatcher, Heard]]]:
    made: list[FolderWatcher] = []

    def begin(timing: Timing = QUICK, prober: Prober | None = None) -> tuple[FolderWatcher, Heard]:
        heard = Heard()
        found = FolderWatcher(library, heard, timing=timing, prober=prober)
        made.append(found)
        found.start()
        return found, heard

    yield begin
    for each in made:
        each.stop()


def states(found: FolderWatcher) -> list[str]:
    return [s.state for s in found.states()]


def test_changes_are_told_as_folders_to_scan(library: Library, music: Path, start) -> None:
    library.add_folder(music)
    found, heard = start()
    wait_until(lambda: states(found) == ["watching"])
    (music / "a" / "deep" / "new.mp3").write_bytes(b"x")
    heard.wait_for(music / "a" / "deep")
    media_factory.make_audio(music / "b.wav")
    heard.wait_for(music)
    (music / "a" / "deep" / "new.mp3").unlink()
    (music / "a" / "deep").rmdir()
    heard.wait_for(music / "a")
    library.scan(sorted(set(heard.folders)), Job())
    assert [i.title for i in library.items(ItemQuery())] == ["b"]


def test_folders_added_later_are_watched_too(library: Library, music: Path, tmp_path: Path, start) -> None:
    found, heard = start()
    library.add_folder(music)
    found.renew()
    wait_until(lambda: states(found) == ["watching"])
    (music / "x.mp3").write_bytes(b"x")
    heard.wait_for(music)


def test_a_drive_that_goes_and_comes_back_loses_nothing(library: Library, music: Path, start) -> None:
    media_factory.make_audio(music / "a" / "one.wav")
    library.add_folder(music)
    library.scan(None, Job())
    (item,) = library.items(ItemQuery())
    found, heard = start()
    wait_until(lambda: states(found) == ["watching"])
    music.rename(music.with_name("elsewhere"))
    wait_until(lambda: states(found) == ["away"])
    heard.wait_for(music)
    library.scan([music], Job())
    assert not library.item(item.id).available
    heard.folders.clear()
    music.with_name("elsewhere").rename(music)
    heard.wait_for(music)
    wait_until(lambda: states(found) == ["watching"])
    library.scan([music], Job())
    assert library.item(item.id).available
    assert library.item(item.id).id == item.id


def test_a_mount_that_hangs_blocks_nothing(library: Library, music: Path, tmp_path: Path, start) -> None:
    dead = tmp_path / "dead"
    dead.mkdir()
    release = threading.Event()

    def ask(path: bytes) -> bool:
        if path == bytes(dead):
            release.wait(30)
        return mounts.look(path)

    library.add_folder(music)
    library.add_folder(dead)
    try:
        found, heard = start(prober=Prober(2.0, ask))
        wait_until(lambda: sorted(states(found)) == ["away", "watching"])
        (music / "x.mp3").write_bytes(b"x")
        heard.wait_for(music)
        assert any("does not answer" in (s.note or "") for s in found.states())
    finally:
        release.set()
    wait_until(lambda: states(found) == ["watching", "watching"])


def test_a_scan_passes_a_mount_that_hangs_and_keeps_its_items(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_factory.make_audio(music / "one.wav")
    library.add_folder(music)
    library.scan(None, Job())
    release = threading.Event()
    monkeypatch.setattr("avrec_desktop.library.catalogue.PATIENCE", 0.2)
    library._prober = Prober(0.2, lambda _: release.wait(30))
    try:
        result = library.scan(None, Job())
    finally:
        release.set()
    assert ["does not answer" in f.reason for f in result.failed] == [True]
    (item,) = library.items(ItemQuery())
    assert not item.available
    library._prober = Prober()
    library.scan(None, Job())
    assert library.items(ItemQuery())[0].available


def test_what_cannot_be_watched_is_looked_at_again(
    library: Library, music: Path, start, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_folder(music)
    found, heard = start(Timing(quiet=0.2, ask=60.0, again=0.4))
    wait_until(lambda: states(found) == ["watching"])
    error = {"root": 0, "error": "OSError: OS file watch limit reached."}
    found._event(error, [bytes(music)])
    (state,) = found.states()
    assert state.state == "polling"
    assert "max_user_watches" in (state.note or "")
    heard.wait_for(music)


def test_the_wish_not_to_watch_is_kept(library: Library) -> None:
    assert watcher.is_on(library)
    watcher.set_on(library, False)
    assert not watcher.is_on(library)
    watcher.set_on(library, True)
    assert watcher.is_on(library)


def test_a_name_that_is_no_text_is_polled(library: Library, tmp_path: Path, start) -> None:
    odd = tmp_path / os.fsdecode(b"odd\xff")
    odd.mkdir()
    library.add_folder(odd)
    found, _ = start()
    wait_until(lambda: states(found) == ["polling"])
