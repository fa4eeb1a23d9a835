"""Backup of a whole library into one file, and its restoration: all of it or nothing."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from avrec_desktop import paths
from avrec_desktop.api.errors import InputError, LibraryError
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.database import APPLICATION_ID, Database, folder_error, is_damage

DATABASE = "library.sqlite3"
MANIFEST = "avrec-backup.json"
FORMAT = 1
#: Parts of a library directory beside the database; caches, logs and locks are made anew.
PARTS = ("vectors", "models")
_SKIPPED = frozenset({".lock", ".part", ".new", ".tmp"})
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes:
        made_at: Seconds since the epoch.
        version: Number of the newest migration in it.
        items, events: Numbers of items and of ratings, plays and other acts.
        bytes: Size of its contents.
    """

    made_at: float
    version: int
    items: int
    events: int
    bytes: int


def write(directory: Path, database: Database, target: Path, job: Job) -> Backup:
    """Write a backup of a library that is in use; nothing may analyse it meanwhile.

    Args:
        directory: The library directory.
        database: Its database.
        target: The file to write; replaced when the backup is whole.
        job: Takes progress in bytes, hands out cancel.

    Raises:
        LibraryError: The target cannot be written.
        Cancelled: Nothing is left behind.
    """
    partial = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".avrec-backup-") as scratch:
            copy = Path(scratch) / DATABASE
            _copy_database(database, copy, target)  # first: vectors that come later do no harm, missing ones would
            backup = _write_archive(directory, copy, partial, job)
        os.replace(partial, target)
    except OSError as error:
        raise _unwritten(target, error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
    return backup


def _copy_database(database: Database, copy: Path, target: Path) -> None:
    try:
        database.backup(copy)
    except LibraryError as error:  # it names the copy, which the user never saw
        if is_damage(error):
            raise LibraryError(error.message, path=database.path, hint=error.hint) from error.__cause__
        raise _unwritten(target, error.message) from error


def _unwritten(target: Path, why: str) -> LibraryError:
    reason = f"the backup cannot be written: {why.rstrip('.')}."
    return LibraryError(reason, path=target, hint="Choose another place; nothing was changed.")


def _write_archive(directory: Path, copy: Path, partial: Path, job: Job) -> Backup:
    files = [(DATABASE, copy), *_parts(directory)]
    total = sum(path.stat().st_size for _, path in files)
    done = 0
    hashes: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
        for name, path in files:
            kind = zipfile.ZIP_STORED if name.startswith("vectors/") else zipfile.ZIP_DEFLATED  # noise packs badly
            info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
            info.compress_type = kind
            digest, size = hashlib.sha256(), 0
            with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as sink:
                while chunk := source.read(_CHUNK):
                    sink.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    done += len(chunk)
                    job.progress(done, max(total, done), "Backing up")
            hashes[name] = {"sha256": digest.hexdigest(), "bytes": size}
        facts = _facts(copy) | {"format": FORMAT, "made_at": time.time(), "files": hashes}
        archive.writestr(MANIFEST, json.dumps(facts, indent=1), zipfile.ZIP_DEFLATED)
    with partial.open("rb") as whole:
        os.fsync(whole.fileno())
    return _describe(facts)


def _parts(directory: Path) -> Iterator[tuple[str, Path]]:
    for part in PARTS:
        for path in sorted((directory / part).rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix not in _SKIPPED:
                yield path.relative_to(directory).as_posix(), path


def _facts(copy: Path) -> dict[str, Any]:
    with contextlib.closing(sqlite3.connect(copy)) as db:
        counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("items", "events")]  # noqa: S608 - constants
        version = db.execute("PRAGMA user_version").fetchone()[0]
    return {"items": counts[0], "events": counts[1], "version": version}


def _describe(facts: dict[str, Any]) -> Backup:
    size = sum(entry["bytes"] for entry in facts["files"].values())
    return Backup(facts["made_at"], facts["version"], facts["items"], facts["events"], size)


def read(source: Path) -> Backup:
    """Return what a backup holds, by its own words.

    Raises:
        InputError: It is no backup of this app.
    """
    with _open(source) as archive:
        return _describe(_manifest(archive, source))


def restore(source: Path, directory: Path, job: Job) -> Path | None:
    """Put a backup in the place of a library that is not open.

    Everything is unpacked beside the directory and checked, byte by byte and by SQLite, before it takes its place.

    Args:
        source: The backup.
        directory: The library directory; need not exist.
        job: Takes progress in bytes, hands out cancel.

    Returns:
        Where the library that was there is now, or None.

    Raises:
        InputError: The file is no backup, is damaged, or a newer version of the app made it. Nothing was changed.
        LibraryError: The folder cannot be written.
        Cancelled: Nothing was changed.
    """
    directory = Path(os.path.abspath(directory))
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}-restore-"))
    except OSError as error:
        raise folder_error(directory.parent, error) from error
    try:
        with _open(source) as archive:
            _unpack(archive, _manifest(archive, source), scratch, source, job)
        _check_database(scratch / DATABASE, source)
        before = None
        if directory.exists():
            stamp = time.strftime("%Y-%m-%d-%H%M%S")
            before = directory.with_name(f"{directory.name}-before-{stamp}")
            directory.rename(before)
        try:
            scratch.rename(directory)
        except OSError:
            if before is not None:
                before.rename(directory)
            raise
        _keep_own(before, directory)
    except OSError as error:
        raise folder_error(directory.parent, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return before


def _keep_own(before: Path | None, directory: Path) -> None:
    """Take over what belongs to the machine and not to the library: the window's state."""
    if before is not None and (before / "window.ini").exists():
        shutil.copy2(before / "window.ini", directory / "window.ini")


@contextlib.contextmanager
def _open(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, zipfile.LargeZipFile, NotImplementedError) as error:
        raise InputError("it is no backup, or a damaged one.", path=source, hint="Nothing was changed.") from error
    except FileNotFoundError as error:
        raise InputError("there is no such file.", path=source) from error


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    unfit = InputError("it is no backup of this app.", path=source, hint="Nothing was changed.")
    try:
        facts = json.loads(archive.read(MANIFEST))
        numbers = [facts[key] for key in ("format", "version", "items", "events", "made_at")]
        files = {str(name): (str(entry["sha256"]), int(entry["bytes"])) for name, entry in facts["files"].items()}
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise unfit from error
    if not all(isinstance(n, int | float) for n in numbers) or DATABASE not in files:
        raise unfit
    newest = max(int(p.name[:4]) for p in (paths.resources() / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql"))
    if facts["format"] > FORMAT or facts["version"] > newest:
        raise InputError("a newer version of the app made it.", path=source, hint="Update the app first.")
    for name in files:
        place = PurePosixPath(name)
        inside = name == DATABASE or place.parts[0] in PARTS
        if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name or not inside:
            raise unfit
    return dict(facts)


def _unpack(archive: zipfile.ZipFile, facts: dict[str, Any], target: Path, source: Path, job: Job) -> None:
    total = sum(entry["bytes"] for entry in facts["files"].values())
    done = 0
    for name, entry in facts["files"].items():
        place = target.joinpath(*PurePosixPath(name).parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            member: Any = archive.open(name)
        except KeyError as error:
            raise _damaged(source, name) from error
        with member, place.open("wb") as sink:
            digest = hashlib.sha256()
            for chunk in _chunks(member, entry["bytes"], source, name):
                sink.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                job.progress(done, max(total, done), "Restoring")
            sink.flush()
            os.fsync(sink.fileno())
        if digest.hexdigest() != entry["sha256"] or place.stat().st_size != entry["bytes"]:
            raise _damaged(source, name)


def _chunks(member: BinaryIO, size: int, source: Path, name: str) -> Iterator[bytes]:
    """Yield a member, but never more than it is said to hold: a small file may unpack to a huge one."""
    seen = 0
    while chunk := member.read(_CHUNK):
        seen += len(chunk)
        if seen > size:
            raise _damaged(source, name)
        yield chunk


def _damaged(source: Path, name: str) -> InputError:
    return InputError(f"the backup is damaged ({name}).", path=source, hint="Nothing was changed.")


def _check_database(path: Path, source: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    except sqlite3.DatabaseError as error:
        raise _damaged(source, DATABASE) from error
    if found != "ok" or not ours:
        raise _damaged(source, DATABASE)
