"""Backup and restoration: all of it or nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import cast

import pytest

from avrec_desktop.api.errors import Cancelled, InputError, LibraryError
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import backup
from avrec_desktop.library.catalogue import DATABASE_NAME, Library
from avrec_desktop.library.database import Database, database_error, is_damage
from avrec_desktop.library.lock import DirectoryLock
from avrec_desktop.library.types import ItemQuery
from tests.library import old_versions


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of a library with a song, vectors and a model."""
    source = tmp_path / "old"
    old_versions.make(source / DATABASE_NAME, old_versions.versions()[-1])
    for name, size in (("vectors/a-v1.f32", 5_000_000), ("models/dot/1/config.json", 20), ("cache/x.png", 9)):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(bytes(range(250)) * (size // 250 + 1))
    library = Library.open(source, events=EventBus())
    try:
        made = library.backup(tmp_path / "b.zip", Job())
    finally:
        library.close()
    assert (made.items, made.events) == (1, 1)
    return tmp_path / "b.zip"


def titles(directory: Path) -> list[str]:
    library = Library.open(directory, events=EventBus())
    try:
        assert library.database.check() == []
        return [i.title for i in library.items(ItemQuery())]
    finally:
        library.close()


def test_a_backup_holds_everything_that_cannot_be_made_again(saved: Path, tmp_path: Path) -> None:
    assert backup.read(saved).items == 1
    assert backup.restore(saved, tmp_path / "new", Job()) is None
    assert titles(tmp_path / "new") == ["Old song"]
    for name in ("vectors/a-v1.f32", "models/dot/1/config.json"):
        assert (tmp_path / "new" / name).read_bytes() == (tmp_path / "old" / name).read_bytes()
    assert not (tmp_path / "new" / "cache").exists()
    assert {p.name for p in tmp_path.iterdir() if p.name.startswith(".")} == set()


def test_the_library_that_was_there_is_kept(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    Library.open(target, events=EventBus()).close()
    (target / "window.ini").write_text("[x]")
    before = backup.restore(saved, target, Job())
    assert before is not None
    assert titles(before) == []
    assert titles(target) == ["Old song"]
    assert (target / "window.ini").read_text() == "[x]"


def _again(saved: Path, change: dict[str, bytes], facts: dict[str, object] | None = None) -> Path:
    """Write the backup anew with other contents or facts."""
    target = saved.with_name("changed.zip")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w") as new:
        for name in {*old.namelist(), *change}:
            data = change.get(name, old.read(name) if name in old.namelist() else b"")
            if name == backup.MANIFEST and facts is not None:
                data = json.dumps(json.loads(data) | facts).encode()
            new.writestr(name, data)
    return target


def test_a_damaged_or_foreign_file_changes_nothing(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    Library.open(target, events=EventBus()).close()
    data = bytearray(saved.read_bytes())
    at = data.index(b"vectors/a-v1.f32") + 100_000
    data[at] ^= 1
    (tmp_path / "flipped.zip").write_bytes(bytes(data))
    (tmp_path / "short.zip").write_bytes(saved.read_bytes()[:-2000])
    (tmp_path / "text.zip").write_text("hello")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("readme", "x")
    out = json.loads(zipfile.ZipFile(saved).read(backup.MANIFEST))["files"]
    entry = out["models/dot/1/config.json"]
    cases = [
        tmp_path / "flipped.zip",
        tmp_path / "short.zip",
        tmp_path / "text.zip",
        tmp_path / "other.zip",
        tmp_path / "none.zip",
    ]
    for case in cases:
        with pytest.raises(InputError):
            backup.restore(case, target, Job())
    for files in (out | {"../evil": entry}, out | {"/evil": entry}, out | {"cache/x": entry}, {"x": entry}, [1]):
        with pytest.raises(InputError):
            backup.restore(_again(saved, {}, {"files": files}), target, Job())
    for change in ({"models/dot/1/config.json": b"x" * 9999}, {DATABASE_NAME: b"SQLite format 3\0" + b"x" * 5000}):
        with pytest.raises(InputError):
            backup.restore(_again(saved, change), target, Job())
    with pytest.raises(InputError, match="newer"):
        backup.restore(_again(saved, {}, {"version": 9999}), target, Job())
    assert titles(target) == []
    assert sorted(p.name for p in tmp_path.iterdir() if "mine" in p.name) == ["mine"]
    assert not (tmp_path.parent / "evil").exists()


def test_a_cancelled_backup_leaves_nothing(saved: Path, tmp_path: Path) -> None:
    saved.unlink()
    library = Library.open(tmp_path / "old", events=EventBus())
    try:
        job = Job(on_progress=lambda _: job.cancel())
        with pytest.raises(Cancelled):
            library.backup(tmp_path / "b.zip", job)
        assert [p.name for p in tmp_path.iterdir()] == ["old"]
        with DirectoryLock(tmp_path / "old" / "vectors" / "write.lock") as lock:
            assert lock.acquire()
            with pytest.raises(LibraryError, match="analysed"):
                library.backup(tmp_path / "b.zip", Job())
        (tmp_path / "file").write_text("")
        with pytest.raises(LibraryError):
            library.backup(tmp_path / "file" / "b.zip", Job())
    finally:
        library.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
@pytest.mark.parametrize("room", [20_000, 3_000_000], ids=["for nothing", "for the catalogue"])
def test_a_full_disk_names_the_file_that_was_chosen(saved: Path, tmp_path: Path, room: int) -> None:
    saved.unlink()
    script = """
        import resource, sys
        from pathlib import Path
        from avrec_desktop.api.errors import LibraryError
        from avrec_desktop.jobs.events import EventBus
        from avrec_desktop.jobs.job import Job
        from avrec_desktop.library.catalogue import Library
        library = Library.open(Path(sys.argv[1]), events=EventBus())
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
        try:
            library.backup(Path(sys.argv[2]), Job())
        except LibraryError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "old"), str(saved), str(room)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith(f"{saved}: the backup cannot be written: ")
    assert ".avrec-backup" not in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


def test_a_damaged_library_is_not_taken_for_a_full_disk(saved: Path, tmp_path: Path) -> None:
    class Damaged:
        path = tmp_path / "old" / DATABASE_NAME

        def backup(self, copy: Path) -> None:
            cause = sqlite3.DatabaseError("database disk image is malformed")
            cause.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise database_error(copy, cause) or cause from cause

    with pytest.raises(LibraryError, match="damaged") as raised:
        backup.write(tmp_path / "old", cast("Database", Damaged()), saved, Job())
    assert raised.value.path == str(Damaged.path)
    assert is_damage(raised.value)
