# Paths are bytes of the file system here; pathlib knows only text.
# ruff: noqa: PTH119, PTH123

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.library import walker
from avrec_desktop.library.walker import walk


def found(root: Path, **options: Any) -> set[str]:
    base = os.fsencode(root)
    return {os.fsdecode(os.path.relpath(f[0], base)) for listing in walk(base, **options) for f in listing.files}


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_finds_media_and_unknown_but_not_companions(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp3", "B.FLAC", "deep/er/c.mkv", "noext", "odd.xyz", "cover.jpg", "x.nfo", "._a.mp3", "x.srt")
    assert found(tmp_path) == {"a.mp3", "B.FLAC", "deep/er/c.mkv", "noext", "odd.xyz"}


def test_leaves_out_system_folders_and_excluded_ones(tmp_path: Path) -> None:
    touch(tmp_path, ".Trash-1000/files/a.mp3", "$RECYCLE.BIN/b.mp3", "@eaDir/c.mp3", "library/d.mp3", "ok/e.mp3")
    info = (tmp_path / "library").stat()
    assert found(tmp_path, excluded=frozenset({(info.st_dev, info.st_ino)})) == {"ok/e.mp3"}


NAMES = [
    b"with space.mp3",
    "emoji 🎵🎶.mp3".encode(),
    "中文 歌曲.mp3".encode(),
    b"invalid \xff\xfe utf8.mp3",
    b"x" * 251 + b".mp3",
    b"-dash.mp3",
    b"quote'\".mp3",
    b"new\nline.mp3",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_takes_any_name(tmp_path: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb") as file:
        file.write(b"x")
    (listing,) = walk(os.fsencode(tmp_path))
    assert [f[0] for f in listing.files] == [path]


def test_symlink_loops_end_and_each_folder_is_met_once(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.mp3")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "again").symlink_to(tmp_path / "real")
    (tmp_path / "nowhere.mp3").symlink_to(tmp_path / "gone.mp3")
    assert found(tmp_path) == {"real/a.mp3"}


def test_linked_files_and_folders_from_elsewhere_are_taken(tmp_path: Path) -> None:
    touch(tmp_path, "outside/a.mp3", "in/b.mp3")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "song.mp3").symlink_to(tmp_path / "outside" / "a.mp3")
    assert found(tmp_path / "in") == {"b.mp3", "song.mp3", "link/a.mp3"}


def test_unreadable_folder_is_reported_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "secret/a.mp3", "open/b.mp3")
    real = os.scandir

    def scandir(path: bytes) -> Any:
        if path.endswith(b"secret"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    listings = list(walk(os.fsencode(tmp_path)))
    (secret,) = [listing for listing in listings if listing.unread]
    assert secret.errors == [(os.fsencode(tmp_path / "secret"), "no permission to read it")]
    assert found(tmp_path) == {"open/b.mp3"}


def test_missing_root_is_one_unread_listing(tmp_path: Path) -> None:
    (listing,) = walk(os.fsencode(tmp_path / "gone"))
    assert listing.unread
    assert listing.errors


class _Vanishing:
    """An entry whose file is deleted between the listing and the look at it."""

    name, path = b"gone.mp3", b"/x/gone.mp3"

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return False

    def stat(self) -> os.stat_result:
        raise FileNotFoundError(2, "No such file or directory")


def test_file_that_vanishes_stays_among_the_known_so_that_it_counts_as_missing() -> None:
    listing = walker.Listing(b"/x")
    known = {b"/x/gone.mp3": (b"/x/gone.mp3", 1, 1, 1, 7)}
    walker._look([_Vanishing()], listing, known, [], [])  # type: ignore[arg-type]
    assert known
    assert not listing.files
    assert not listing.errors


class _Closed(_Vanishing):
    """An entry of a folder that shows names only."""

    def stat(self) -> os.stat_result:
        raise PermissionError(13, "Permission denied")


def test_file_that_may_not_be_looked_at_stays_among_the_known_and_is_told() -> None:
    listing = walker.Listing(b"/x")
    known = {b"/x/gone.mp3": (b"/x/gone.mp3", 1, 1, 1, 7)}
    walker._look([_Closed()], listing, known, [], [])  # type: ignore[arg-type]
    assert known
    assert listing.errors == [(b"/x/gone.mp3", "no permission to read it")]


@pytest.mark.parametrize(("path", "held"), [(b"/a/b", True), (b"/a/b/c/d", True), (b"/a/bc", False), (b"/", False)])
def test_inside_any_goes_by_whole_names(path: bytes, held: bool) -> None:
    assert walker.inside_any(path, frozenset({b"/a/b", b"/z"})) is held


def test_unchanged_files_are_only_counted(tmp_path: Path) -> None:
    touch(tmp_path, "same.mp3", "other.mp3", "failed.mp3", "new.mp3")
    known = {}
    for number, name in enumerate(("same.mp3", "other.mp3", "failed.mp3", "gone.mp3")):
        path = os.fsencode(tmp_path / name)
        info = (tmp_path / name).stat() if name != "gone.mp3" else None
        size = info.st_size if info else 1
        known[path] = (
            path,
            size + (name == "other.mp3"),
            info.st_mtime_ns if info else 1,
            name != "failed.mp3",
            number,
        )
    (listing,) = walk(os.fsencode(tmp_path), known)
    assert listing.unchanged == 1
    assert {os.path.basename(f[0]): f[3] is None for f in listing.files} == {
        b"other.mp3": False, b"failed.mp3": False, b"new.mp3": True,
    }  # fmt: skip
    assert [os.path.basename(path) for path in known] == [b"gone.mp3"]


def test_huge_folder_comes_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker, "PORTION", 3)
    touch(tmp_path, *[f"{i}.mp3" for i in range(6)])
    listings = list(walk(os.fsencode(tmp_path)))
    assert [len(listing.files) for listing in listings] == [3, 3, 0]
    assert listings[-1].n_entries == 6


def test_inside_and_bounds() -> None:
    assert walker.inside(b"/a/b", b"/a")
    assert walker.inside(b"/a", b"/a")
    assert not walker.inside(b"/ab", b"/a")
    assert walker.inside(b"/ab", b"/")
    assert walker.below(b"/a") < b"/a/\xff\xff" < walker.behind(b"/a")
    assert not walker.below(b"/a") < b"/a.b" < walker.behind(b"/a")
