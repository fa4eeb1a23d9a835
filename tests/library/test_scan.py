# Paths are bytes of the file system here; pathlib knows only text.
# ruff: noqa: PTH104, PTH110, PTH119

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

import mutagen
import pytest

from avrec_desktop.api.errors import Cancelled, InputError, LibraryError, MediaError, NotFoundError
from avrec_desktop.jobs.events import EventBus, ItemsChanged
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import scan_parts, scanner, store
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.lock import DirectoryLock
from avrec_desktop.library.types import Item, ItemQuery, ScanResult
from tests.library import media_factory


@pytest.fixture
def music(media: Path, tmp_path: Path) -> Path:
    """A folder of three songs and a clip."""
    folder = tmp_path / "music"
    (folder / "album").mkdir(parents=True)
    for name in ("tone.mp3", "tone.flac", "tone.ogg"):
        shutil.copy(media / name, folder / "album" / name)
    shutil.copy(media / "clip.mkv", folder / "clip.mkv")
    return folder


def scan(library: Library, *folders: Path) -> ScanResult:
    return library.scan(list(folders) or None, Job())


def counts(result: ScanResult) -> tuple[int, int, int, int, int]:
    return result.added, result.updated, result.unchanged, result.missing, len(result.failed)


def by_name(library: Library, **query: Any) -> dict[str, Item]:
    return {os.path.basename(i.path): i for i in library.items(ItemQuery(**query))}


def rate(library: Library, item_id: int) -> None:
    """Give an item a history."""
    with library.database.write() as db:
        db.execute("INSERT OR IGNORE INTO profiles (id, name, created_at) VALUES (1, 'default', 0)")
        db.execute("INSERT INTO events (profile_id, item_id, kind, value, at) VALUES (1, ?, 'rate', 5, 0)", (item_id,))
        db.execute("INSERT INTO item_state (profile_id, item_id, rating) VALUES (1, ?, 5)", (item_id,))


def test_first_scan_and_again(library: Library, music: Path) -> None:
    assert counts(scan(library, music)) == (4, 0, 0, 0, 0)
    items = by_name(library)
    assert items.keys() == {"tone.mp3", "tone.flac", "tone.ogg", "clip.mkv"}
    assert {i.status for i in items.values()} == {"ready"}
    assert {i.kind for i in items.values()} == {"audio", "video"}
    assert items["clip.mkv"].width == 96
    assert counts(scan(library, music)) == (0, 0, 4, 0, 0)
    assert counts(scan(library)) == (0, 0, 4, 0, 0)
    (folder,) = library.folders()
    assert (folder.path, folder.n_items, folder.available) == (str(music), 4, True)
    assert folder.scanned_at is not None
    assert library.database.check() == []


def test_names_come_before_tags(library: Library, music: Path, changes: list[ItemsChanged]) -> None:
    seen: list[set[str]] = []
    library.events.subscribe(
        lambda e: seen.append({i.status for i in library.items_by_id(e.added)}) if e.added else None
    )
    scan(library, music)
    assert seen[0] == {"named"}
    assert len(changes[0].added) == 4
    assert set(changes[0].added) == {i for c in changes for i in c.updated}


def test_only_what_changed_is_read_again(library: Library, music: Path, media: Path) -> None:
    scan(library, music)
    ids = {name: item.id for name, item in by_name(library).items()}
    file = mutagen.File(music / "album" / "tone.mp3", easy=True)
    file.add_tags() if file.tags is None else None
    file["title"], file["artist"] = "New title", "Somebody"
    file.save()
    shutil.copy(media / "tone.opus", music / "extra.opus")
    assert counts(scan(library)) == (1, 1, 3, 0, 0)
    item = by_name(library)["tone.mp3"]
    assert (item.id, item.title, item.artist) == (ids["tone.mp3"], "New title", "Somebody")
    assert [i.id for i in library.items(ItemQuery("somebody"))] == [item.id]
    assert [i.id for i in library.items(ItemQuery("new titl"))] == [item.id]


def test_moved_and_renamed_files_keep_id_and_history(
    library: Library, music: Path, changes: list[ItemsChanged]
) -> None:
    scan(library, music)
    before = by_name(library)["tone.mp3"]
    rate(library, before.id)
    (music / "else" / "where").mkdir(parents=True)
    (music / "album" / "tone.mp3").rename(music / "else" / "where" / "renamed.mp3")
    changes.clear()
    assert counts(scan(library)) == (0, 1, 3, 0, 0)
    after = by_name(library)["renamed.mp3"]
    assert (after.id, after.rating, after.available) == (before.id, 5, True)
    assert library.count(ItemQuery()) == 4
    shown = {i for c in changes for i in c.added} - {i for c in changes for i in c.removed}
    assert not shown, "the provisional item of the moved file must be gone again"
    assert library.path(before.id).endswith("renamed.mp3")
    assert library.resolve(str(music / "else" / "where" / "renamed.mp3")) == before.id


def test_moved_and_retagged_at_once_keeps_the_id(library: Library, music: Path) -> None:
    scan(library, music)
    before = by_name(library)["tone.flac"].id
    (music / "album" / "tone.flac").rename(music / "x.flac")
    file = mutagen.File(music / "x.flac")
    file["title"] = "Other"
    file.save()
    assert counts(scan(library)) == (0, 1, 3, 0, 0)
    assert by_name(library)["x.flac"].id == before


def test_copies_are_one_item_and_outlive_each_other(library: Library, music: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.mp3"]
    shutil.copy(music / "album" / "tone.mp3", music / "copy.mp3")
    assert counts(scan(library)) == (1, 0, 4, 0, 0)
    assert library.count(ItemQuery()) == 4
    (music / "album" / "tone.mp3").unlink()
    assert counts(scan(library)) == (0, 0, 4, 0, 0)
    assert library.path(item.id) == str(music / "copy.mp3")
    (music / "copy.mp3").unlink()
    assert counts(scan(library)) == (0, 0, 3, 1, 0)
    with pytest.raises(MediaError, match="missing"):
        library.path(item.id)


def test_swapped_files_swap_their_items(library: Library, music: Path) -> None:
    first, second = media_factory.make_audio(music / "a.mp3", seed=1), media_factory.make_audio(music / "b.mp3", seed=2)
    scan(library, music)
    ids = {name: item.id for name, item in by_name(library).items()}
    first.rename(music / "t.mp3")
    second.rename(first)
    (music / "t.mp3").rename(second)
    os.utime(first, (1, 1))
    os.utime(second, (2, 2))
    assert counts(scan(library)) == (0, 2, 4, 0, 0)
    assert library.resolve(str(first)) == ids["b.mp3"]
    assert library.resolve(str(second)) == ids["a.mp3"]


def test_removed_files_are_hidden_and_come_back_with_their_history(library: Library, music: Path, media: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.ogg"]
    rate(library, item.id)
    (music / "album" / "tone.ogg").unlink()
    assert counts(scan(library)) == (0, 0, 3, 1, 0)
    assert item.id not in library.ids(ItemQuery())
    assert item.id in library.ids(ItemQuery(filter="unavailable"))
    assert item.id not in library.all_ids()
    assert item.id in library.all_ids(available_only=False)
    assert counts(scan(library)) == (0, 0, 3, 0, 0), "missing is told once"
    shutil.copy(media / "tone.ogg", music / "back.ogg")
    scan(library)
    assert (by_name(library)["back.ogg"].id, by_name(library)["back.ogg"].rating) == (item.id, 5)


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_folder_that_is_away_loses_nothing(library: Library, music: Path, how: str, tmp_path: Path) -> None:
    scan(library, music)
    ids = set(library.ids(ItemQuery()).tolist())
    music.rename(tmp_path / "unplugged")
    if how == "empty":
        music.mkdir()
    result = scan(library)
    assert counts(result) == (0, 0, 0, 0, 1)
    assert "kept as unavailable" in result.failed[0].reason
    assert result.failed[0].path == str(music)
    items = library.items(ItemQuery())
    assert {i.id for i in items} == ids
    assert not any(i.available for i in items)
    assert not library.folders()[0].available
    assert len(library.all_ids()) == 0
    with pytest.raises(MediaError, match="away"):
        library.path(items[0].id)
    if how == "empty":
        music.rmdir()
    (tmp_path / "unplugged").rename(music)
    assert counts(scan(library)) == (0, 0, 4, 0, 0)
    assert all(i.available for i in library.items(ItemQuery()))
    assert library.folders()[0].available


def test_unreadable_folder_keeps_its_items(library: Library, music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(library, music)
    real = os.scandir

    def scandir(path: Any) -> Any:
        if os.fsencode(path).endswith(b"album"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = scan(library)
    assert counts(result) == (0, 0, 1, 0, 1)
    assert result.failed[0].to_dict() == {"path": str(music / "album"), "reason": "no permission to read it"}
    assert library.count(ItemQuery()) == 4
    assert [i.available for i in by_name(library).values()].count(False) == 3


def test_files_of_a_folder_that_shows_names_only_are_away_until_it_opens(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(library, music)
    real = os.scandir

    class Closed:
        def __init__(self, entry: os.DirEntry[bytes]) -> None:
            self.path, self.name = entry.path, entry.name

        def is_dir(self, **_: Any) -> bool:
            return False

        def stat(self) -> os.stat_result:
            raise PermissionError(13, "Permission denied", self.path)

    def scandir(path: Any) -> Any:
        entries = real(path)
        if os.fsencode(path).endswith(b"album"):
            return contextlib.nullcontext(iter([Closed(e) for e in entries]))
        return entries

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        result = scan(library)
    assert counts(result) == (0, 0, 1, 0, 3)
    assert {f.reason for f in result.failed} == {"no permission to read it"}
    assert [i.available for i in by_name(library).values()].count(False) == 3
    assert counts(scan(library)) == (0, 0, 4, 0, 0)
    assert all(i.available for i in by_name(library).values())


BAD = {
    "empty.mp3": b"",
    "text.mp3": b"just words\n" * 40,
    "zero.ogg": b"\0" * 5000,
    "noise.mkv": bytes(i * 7919 % 251 for i in range(9000)),
}


def test_bad_files_are_named_and_the_rest_goes_on(library: Library, music: Path) -> None:
    for name, content in BAD.items():
        (music / name).write_bytes(content)
    (music / os.fsdecode(b"odd \xff name \xf0\x9f\x8e\xb5.mp3")).write_bytes(b"")
    result = scan(library, music)
    assert counts(result) == (4, 0, 0, 0, 5)
    reasons = {os.path.basename(f.path): f.reason for f in result.failed}
    assert reasons.keys() >= BAD.keys()
    assert all(reasons.values())
    assert library.count(ItemQuery()) == 4
    failed = library.items(ItemQuery(filter="failed"))
    assert len(failed) == 5
    assert all(i.reason for i in failed)
    again = scan(library)
    assert counts(again) == (0, 0, 4, 0, 5), "known failures are told again, not read again"
    assert library.database.check() == []


def test_cut_file_that_plays_is_taken_with_a_warning(library: Library, music: Path, media: Path) -> None:
    data = (media / "tone.wav").read_bytes()
    (music / "cut.wav").write_bytes(data[: len(data) // 2])
    result = scan(library, music)
    assert (result.added, len(result.failed)) == (5, 0)
    assert [(os.path.basename(w.path), "cut short" in w.reason) for w in result.warnings] == [("cut.wav", True)]
    assert "cut short" in (by_name(library)["cut.wav"].reason or "")


def test_mended_file_becomes_an_item_and_removed_failure_goes(library: Library, music: Path, media: Path) -> None:
    (music / "a.mp3").write_bytes(b"")
    (music / "b.mp3").write_bytes(b"")
    scan(library, music)
    shutil.copy(media / "tone.aac", music / "a.mp3")
    (music / "b.mp3").unlink()
    result = scan(library)
    assert (result.updated, len(result.failed), result.missing) == (1, 0, 0)
    assert library.count(ItemQuery(filter="failed")) == 0
    assert by_name(library)["a.mp3"].status == "ready"


def test_file_that_goes_bad_keeps_its_item_and_history(library: Library, music: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.mp3"]
    rate(library, item.id)
    good = (music / "album" / "tone.mp3").read_bytes()
    (music / "album" / "tone.mp3").write_bytes(b"")
    assert len(scan(library).failed) == 1
    assert library.item(item.id).status == "failed"
    (music / "album" / "tone.mp3").write_bytes(good)
    scan(library)
    assert (library.item(item.id).status, library.item(item.id).rating) == ("ready", 5)


def test_replaced_recording_does_not_inherit_the_history(library: Library, music: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.mp3"]
    rate(library, item.id)
    old = (music / "album" / "tone.mp3").read_bytes()
    media_factory.make_audio(music / "album" / "tone.mp3", seed=9, seconds=9)
    scan(library)
    new = by_name(library)["tone.mp3"]
    assert new.id != item.id
    assert new.rating is None
    (music / "old.mp3").write_bytes(old)
    scan(library)
    assert (by_name(library)["old.mp3"].id, by_name(library)["old.mp3"].rating) == (item.id, 5)


def test_reencoded_file_keeps_its_item_but_not_its_vectors(library: Library, music: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.mp3"]
    rate(library, item.id)
    with library.database.write() as db:
        db.execute(
            "INSERT INTO extractions (item_id, extractor, version, state, at) VALUES (?, 'x', 1, 'done', 0)", (item.id,)
        )
    media_factory.make_audio(music / "album" / "tone.mp3", seed=5)
    scan(library)
    assert by_name(library)["tone.mp3"].id == item.id
    with library.database.read() as db:
        assert db.execute("SELECT count(*) FROM extractions").fetchone()[0] == 0


def test_unknown_names_are_looked_at_once(library: Library, music: Path, media: Path) -> None:
    (music / "notes.xyz").write_bytes(b"nothing")
    shutil.copy(media / "tone.opus", music / "song")
    assert counts(scan(library, music)) == (5, 0, 0, 0, 0)
    assert by_name(library)["song"].status == "ready"
    assert counts(scan(library)) == (0, 0, 5, 0, 0)
    with library.database.read() as db:
        assert [r["path"] for r in db.execute("SELECT path FROM ignored")] == [os.fsencode(music / "notes.xyz")]


def test_odd_names(library: Library, media: Path, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    names = [
        b"with space.mp3",
        "emoji 🎵.mp3".encode(),
        "中文歌曲.mp3".encode(),
        b"bad \xff\xfe.mp3",
        b"y" * 251 + b".mp3",
    ]
    for number, name in enumerate(names):
        made = media_factory.make_audio(tmp_path / "made.mp3", seed=number)
        os.rename(os.fsencode(made), os.path.join(os.fsencode(folder), name))
    assert counts(scan(library, folder)) == (5, 0, 0, 0, 0)
    items = library.items(ItemQuery())
    assert {os.fsencode(os.path.basename(i.path)) for i in items} == set(names)
    for item in items:
        item.title.encode()
        assert os.path.exists(library.path(item.id))
        assert library.resolve(item.path) == item.id
        assert library.media_text(item.id).file_name
    assert [i.title for i in library.items(ItemQuery("歌曲"))] == ["中文歌曲"]


class Crash:
    """Makes reading a file with a telling name crash or hang; runs inside the compute process."""

    SITE = (
        "import os, sys, time\n"
        "from avrec_desktop.library import probe\n"
        "real = probe.probe_file\n"
        "def probe_file(path, shelf, *, certain=True):\n"
        "    if path.endswith(b'a crash.mp3'): os._exit(139)\n"
        "    if path.endswith(b'a hang.mp3'): time.sleep(3600)\n"
        "    return real(path, shelf, certain=certain)\n"
        "probe.probe_file = probe_file\n"
        "probe_batch = probe.probe_batch\n"
    )


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve probes through a module that crashes and hangs on some files."""
    package = Path(scanner.__file__).parents[1]
    module = tmp_path / "site" / "sitecustomize.py"
    module.parent.mkdir()
    module.write_text(
        "import sys, types\n"
        f"sys.path.insert(0, {str(package.parent)!r})\n"
        "module = types.ModuleType('avrec_desktop.library.hostile')\n"
        "sys.modules['avrec_desktop.library.hostile'] = module\n"
        f"source = {Crash.SITE!r}\n"
        "module.__dict__['__name__'] = 'avrec_desktop.library.hostile'\n"
        "def __getattr__(name):\n"
        "    exec(source, module.__dict__)\n"
        "    return module.__dict__[name]\n"
        "module.__getattr__ = __getattr__\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(module.parent))
    monkeypatch.setattr(scanner, "_PROBE", "avrec_desktop.library.hostile:probe_batch")


@pytest.mark.usefixtures("hostile")
def test_file_that_crashes_the_reader_is_named_and_the_rest_is_read(library: Library, music: Path) -> None:
    media_factory.make_audio(music / "a crash.mp3", seed=1)
    result = scan(library, music)
    assert counts(result) == (4, 0, 0, 0, 1), result
    assert result.failed[0].path.endswith("a crash.mp3")
    assert "crashed" in result.failed[0].reason


@pytest.mark.usefixtures("hostile")
def test_file_that_hangs_the_reader_is_named_and_the_rest_is_read(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "FILE_TIMEOUT", 6.0)
    monkeypatch.setattr(scan_parts, "FILE_TIMEOUT", 6.0)
    monkeypatch.setattr(scanner, "GRACE", 0.1)
    media_factory.make_audio(music / "a hang.mp3", seed=1)
    result = scan(library, music)
    assert counts(result) == (4, 0, 0, 0, 1)
    assert "took longer" in result.failed[0].reason


def test_cancelled_scan_goes_on_where_it_stopped(library: Library, music: Path) -> None:
    job = Job()
    library.events.subscribe(lambda event: job.cancel())
    with pytest.raises(Cancelled):
        library.scan([music], job)
    assert {i.status for i in library.items(ItemQuery())} <= {"named", "ready"}
    result = scan(library)
    assert result.added + result.unchanged == 4
    assert {i.status for i in library.items(ItemQuery())} == {"ready"}


def test_second_scan_at_the_same_time_is_refused(library: Library, music: Path) -> None:
    with DirectoryLock(library.directory / "scan.lock") as lock:
        assert lock.acquire()
        with pytest.raises(LibraryError, match="already"):
            scan(library, music)
    assert scan(library, music).added == 4


def test_full_disk_ends_the_scan_with_a_clear_error(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(library, music)
    media_factory.make_audio(music / "new.mp3", seed=3)

    def full(*args: Any, **kwargs: Any) -> None:
        raise library_full

    import sqlite3

    library_full = sqlite3.OperationalError("database or disk is full")
    library_full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with monkeypatch.context() as patch:
        patch.setattr(store, "insert_named", full)
        with pytest.raises(LibraryError, match="disk is full"):
            scan(library)
    assert counts(scan(library)) == (1, 0, 4, 0, 0)


def test_paths_that_are_not_there_are_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder") as caught:
        scan(library, tmp_path / "nowhere")
    assert caught.value.path == str(tmp_path / "nowhere")
    assert library.folders() == []


def test_single_files_and_overlapping_paths(library: Library, music: Path) -> None:
    song = music / "album" / "tone.mp3"
    assert counts(scan(library, song, song)) == (1, 0, 0, 0, 0)
    assert library.folders() == []
    assert counts(scan(library)) == (0, 0, 1, 0, 0)
    assert counts(scan(library, music / "album", music, song)) == (3, 0, 1, 0, 0)
    assert [f.path for f in library.folders()] == [str(music)]
    assert library.folders()[0].n_items == 4
    assert counts(scan(library, music / "album")) == (0, 0, 3, 0, 0)
    assert len(library.folders()) == 1


def test_a_file_that_cannot_be_read_is_no_item_of_its_folder(library: Library, music: Path) -> None:
    (music / "broken.mp4").write_bytes(bytes(5000))
    scan(library, music)
    assert library.folders()[0].n_items == library.count(ItemQuery()) == 4


def test_removed_folder_hides_its_items_until_it_is_back(library: Library, music: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.mp3"]
    rate(library, item.id)
    before = library.folders(), library.items(ItemQuery())
    back = library.remove_folder(library.folders()[0].id)
    assert (library.folders(), library.items(ItemQuery())) == ([], [])
    music.rename(music.with_name("away"))
    back()
    assert (library.folders(), library.items(ItemQuery())) == before, "nothing needs to be read again for that"
    music.with_name("away").rename(music)
    library.remove_folder(library.folders()[0].id)
    assert library.folders() == []
    assert library.count(ItemQuery()) == 0
    with pytest.raises(NotFoundError):
        library.remove_folder(77)
    assert counts(scan(library, music)) == (0, 0, 4, 0, 0)
    assert by_name(library)["tone.mp3"].rating == 5
    assert library.folders()[0].n_items == 4


def test_library_inside_a_scanned_folder_leaves_itself_out(music: Path) -> None:
    inner = Library.open(music / "my library", events=EventBus())
    try:
        (inner.directory / "x.mp3").write_bytes(b"not to be seen")
        assert counts(scan(inner, music)) == (4, 0, 0, 0, 0)
    finally:
        inner.close()


def test_progress_tells_what_is_done(library: Library, music: Path) -> None:
    reports: list[Any] = []
    library.scan([music], Job(on_progress=reports.append))
    assert (reports[-1].done, reports[-1].total) == (4, 4)


def test_edits_win_over_the_file_and_can_be_taken_back(library: Library, music: Path) -> None:
    scan(library, music)
    item = by_name(library)["tone.mp3"]
    library.edit([item.id], {"title": "Mine", "year": 1999, "tags": ["Calm", "calm", ""]})
    file = mutagen.File(music / "album" / "tone.mp3", easy=True)
    file.add_tags() if file.tags is None else None
    file["title"], file["artist"] = "File's", "Who"
    file.save()
    scan(library)
    edited = library.item(item.id)
    assert (edited.title, edited.year, edited.artist) == ("Mine", 1999, "Who")
    assert {(t.name, t.source) for t in edited.tags} == {("Calm", "user"), ("calm", "user")}
    assert library.ids(ItemQuery("mine")).tolist() == [item.id]
    library.edit([item.id], {"title": None, "tags": []})
    scan(library)
    assert library.item(item.id).title == "File's"
    for fields in ({"title": ""}, {"year": "x"}, {"duration": 3}, {"artist": 3}, {"track": True}):
        with pytest.raises(InputError):
            library.edit([item.id], fields)


def test_episodes_without_a_season_come_together_as_a_series_in_their_order(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "shows"
    folder.mkdir()
    for seed, name in enumerate(("Show - 10.mkv", "[Group] Show - 09 (1080p).mkv", "Show - 02.mkv", "Apollo 13.mkv")):
        media_factory.make_video(folder / name, seed=seed)
    scan(library, folder)
    assert [item.episode for item in library.items(ItemQuery("series:show", sort="series"))] == [2, 9, 10]
    found = library.grouped(ItemQuery(sort="series"), "series")
    assert (found.keys, found.starts.tolist()) == (("Show", None), [0, 3])
