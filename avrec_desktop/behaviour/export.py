"""Export of what is known of a person: readable, anonymised or encrypted; and erasing it, with a backup."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.behaviour.community import read_blocks
from avrec_desktop.behaviour.imports.types import KINDS
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import BehaviourChanged
from avrec_desktop.privacy.anonymise import Grain, Pseudonyms, coarse_date
from avrec_desktop.privacy.encrypt import check_passphrase, encrypt, private_file

if TYPE_CHECKING:
    from avrec_desktop.behaviour.imports.results import Rooms

ExportForm = Literal["csv", "json"]
#: Marks the JSON form, and columns of the CSV form.
MARK = "avrec-history"
COLUMNS = (
    "time", "kind", "value", "avrec_item", "fingerprint", "title", "artist", "album", "year", "path", "origin"
)  # fmt: skip
ANONYMOUS = ("user", "item", "kind", "value", "week")
#: Tables about a profile that are erased with its history; its imports too.
ERASED = ("events", "item_state", "panels", "impressions", "interleavings")
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Outcome of an export.

    Attributes:
        path: The file.
        acts: Acts in it.
        items: Different items in it.
        anonymous, encrypted: What was done to it.
    """

    path: str
    acts: int
    items: int
    anonymous: bool
    encrypted: bool

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def export_history(
    rooms: Rooms,
    profile: str,
    target: Path,
    job: Job,
    *,
    form: ExportForm = "csv",
    anonymous: bool = False,
    grain: Grain = "week",
    passphrase: str | None = None,
) -> ExportResult:
    """Write all acts of a profile to a file that only its owner may read; on an error or cancel there is none.

    Acts on imported things that are not in the library are included. What was exported can be imported again.

    Args:
        rooms: The session.
        profile: Name of the profile.
        target: The file; one that is there is replaced.
        job: Takes progress.
        form: ``csv`` or ``json``.
        anonymous: Write pseudonyms and coarse dates only, without titles, paths and origins.
        grain: How coarse the dates of an anonymous export are.
        passphrase: Encrypts the file; None: plain.

    Raises:
        NotFoundError: There is no such profile.
        InputError: The passphrase is too short, or the file cannot be written.
        Cancelled: The job was cancelled.
    """
    profile_id = _profile_id(rooms, profile)
    if passphrase is not None:
        check_passphrase(passphrase)
    writer = _Writer(form, anonymous, grain, profile)
    plain = target.with_name(f".{target.name}.part")
    sealed = target.with_name(f".{target.name}.sealed")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with private_file(plain) as stream:
            writer.write(stream, rooms, profile_id, job)
        if passphrase is not None:
            size = plain.stat().st_size
            with plain.open("rb") as source, private_file(sealed) as out:
                encrypt(source, out, passphrase, step=lambda n: job.progress(n, max(size, n), "Encrypting"))
                _sync(out)
            _overwrite(plain)
            sealed.replace(target)
        else:
            plain.replace(target)
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", path=target) from error
    finally:
        for left in (plain, sealed):
            with contextlib.suppress(OSError):
                left.unlink()
    return ExportResult(str(target), writer.acts, len(writer.items), anonymous, passphrase is not None)


def erase_history(rooms: Rooms, profile: str, job: Job, *, backup: Path | None, passphrase: str | None = None) -> int:
    """Erase everything a profile did and was shown, its own imports included; the profile and its settings stay.

    The freed pages of the database are overwritten. Importing the backup brings the history back.

    Args:
        rooms: The session.
        profile: Name of the profile.
        job: Takes progress; what was begun to be erased is erased.
        backup: File for an export of it in JSON, written before; None: none.
        passphrase: Encrypts the backup.

    Returns:
        The number of acts that were erased.

    Raises:
        NotFoundError: There is no such profile.
        InputError: The backup cannot be written; nothing is erased.
        Cancelled: The job was cancelled before erasing; nothing is erased.
    """
    profile_id = _profile_id(rooms, profile)
    if backup is not None:
        export_history(rooms, profile, backup, job, form="json", passphrase=passphrase)
    job.progress(0, None, "Erasing")
    database = rooms.behaviour.database
    with database.write() as db:
        db.execute("PRAGMA secure_delete = ON")
        count = db.execute("SELECT count(*) FROM events WHERE profile_id = ?", (profile_id,)).fetchone()[0]
        own = [r[0] for r in db.execute("SELECT id FROM imports WHERE profile_id = ?", (profile_id,))]
        for table in ERASED:
            db.execute(f"DELETE FROM {table} WHERE profile_id = ?", (profile_id,))  # noqa: S608 - our own words
        for import_id in own:
            count += _outside_count(db, import_id)
            for table in ("community_blocks", "community_users", "community_items"):
                db.execute(f"DELETE FROM {table} WHERE import_id = ?", (import_id,))  # noqa: S608 - our own words
            db.execute("DELETE FROM imports WHERE id = ?", (import_id,))
    with database.read() as db:  # the write-ahead log holds old pages until it is folded in
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ("", profile):
        rooms.behaviour.bus.publish(BehaviourChanged(name, None))
    return int(count)


def _outside_count(db: Any, import_id: int) -> int:
    loose = {r[0] for r in db.execute("SELECT id FROM community_items WHERE import_id = ? AND item_id IS NULL",
                                      (import_id,))}  # fmt: skip
    return sum(int(i in loose) for b in read_blocks(db, "import_id = ?", (import_id,)) for i in b.items.tolist())


def backup_name(profile: str, *, encrypted: bool = False) -> str:
    """Return a file name for a backup made now."""
    kept = "".join(c if c.isalnum() else "-" for c in profile)[:40] or "profile"
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d-%H%M%S")
    return f"{kept}-{stamp}.json{'.avrecbox' if encrypted else ''}"


def _profile_id(rooms: Rooms, profile: str) -> int:
    found = next((p.id for p in rooms.behaviour.profiles() if p.name == profile), None)
    if found is None:
        raise NotFoundError(f"there is no profile {profile!r}")
    return found


class _Writer:
    """Writes acts one after the other, in either form."""

    def __init__(self, form: ExportForm, anonymous: bool, grain: Grain, profile: str) -> None:
        self._form = form
        self._anonymous = anonymous
        self._grain = grain
        self._profile = profile
        self._names = Pseudonyms()
        self.acts = 0
        self.items: set[str] = set()

    def write(self, binary: BinaryIO, rooms: Rooms, profile_id: int, job: Job) -> None:
        stream = io.TextIOWrapper(binary, encoding="utf-8", errors="replace", newline="", write_through=False)
        rows = self._rows(rooms, profile_id, job)
        if self._form == "csv":
            out = csv.writer(stream)
            out.writerow(ANONYMOUS if self._anonymous else COLUMNS)
            out.writerows(rows)
        else:
            self._write_json(stream, rows)
        stream.flush()
        _sync(binary)
        stream.detach()

    def _write_json(self, stream: io.TextIOWrapper, rows: Iterator[tuple[Any, ...]]) -> None:
        names = ANONYMOUS if self._anonymous else COLUMNS
        head: dict[str, Any] = {"format": MARK, "version": 1}
        if not self._anonymous:
            head |= {"profile": self._profile, "exported": _iso(time.time())}
        text = json.dumps(head, ensure_ascii=False)
        stream.write(f'{text[:-1]}, "acts": [')
        for n, row in enumerate(rows):
            told = {k: v for k, v in zip(names, row, strict=True) if v not in (None, "")}
            stream.write((",\n" if n else "\n") + json.dumps(told, ensure_ascii=False))
        stream.write("\n]}\n")

    def _rows(self, rooms: Rooms, profile_id: int, job: Job) -> Iterator[tuple[Any, ...]]:
        for row in _acts(rooms, profile_id, job):
            self.acts += 1
            item = row["fingerprint"] or f"{row['artist'] or ''}\0{row['title'] or ''}\0{row['year'] or ''}"
            self.items.add(item)
            if self._anonymous:
                yield (
                    self._names.name("user", self._profile),
                    self._names.name("item", item),
                    row["kind"],
                    row["value"],
                    coarse_date(row["at"], self._grain),
                )
            else:
                yield (_iso(row["at"]), *(row[n] for n in COLUMNS[1:]))


def _acts(rooms: Rooms, profile_id: int, job: Job) -> Iterator[dict[str, Any]]:
    """Yield the acts of a profile as they count, oldest first, then those on things outside the library."""
    database = rooms.behaviour.database
    with database.read() as db:
        total = db.execute("SELECT count(*) FROM events WHERE profile_id = ? AND NOT undone", (profile_id,)).fetchone()[
            0
        ]
        cursor = db.execute(
            "SELECT e.at, e.kind, e.value, e.item_id, e.origin, lower(hex(i.fingerprint)) AS fingerprint, i.title,"
            " i.artist, i.album, i.year, (SELECT f.path FROM files f WHERE f.item_id = i.id ORDER BY f.state DESC, f.id"
            " LIMIT 1) AS path FROM events e JOIN items i ON i.id = e.item_id"
            " WHERE e.profile_id = ? AND NOT e.undone ORDER BY e.at, e.id",
            (profile_id,),
        )
        for n, row in enumerate(cursor):
            if n % _BATCH == 0:
                job.progress(n, total, "Exporting")
            path = "" if row["path"] is None else os.fsdecode(row["path"]).encode("utf-8", "replace").decode()
            yield {**dict(row), "avrec_item": row["item_id"], "path": path}
        yield from _outside(rooms, profile_id, job)


def _outside(rooms: Rooms, profile_id: int, job: Job) -> Iterator[dict[str, Any]]:
    """Yield acts on imported things that are not in the library, each once."""
    with rooms.behaviour.database.read() as db:
        names = {
            r["id"]: r
            for r in db.execute(
                "SELECT c.* , i.format FROM community_items c JOIN imports i ON i.id = c.import_id"
                " WHERE i.profile_id = ? AND i.state = 'done' AND c.item_id IS NULL",
                (profile_id,),
            )
        }
        seen: set[tuple[str, int, float, float]] = set()
        where = "import_id IN (SELECT id FROM imports WHERE profile_id = ? AND state = 'done')"
        for block in read_blocks(db, where, (profile_id,)):
            job.progress(0, None, "Exporting")
            columns = (block.items, block.kinds, block.values, block.times, block.ordinals)
            for item, kind, value, at, ordinal in zip(*(c.tolist() for c in columns), strict=True):
                row = names.get(item)
                mark = (
                    (row["key"], kind, -float(ordinal) if ordinal else at, value if value == value else -1.0)
                    if row
                    else None
                )
                if row is None or mark is None or mark in seen:
                    continue
                seen.add(mark)
                yield dict.fromkeys(COLUMNS) | {
                    "at": at,
                    "kind": KINDS[kind],
                    "value": None if value != value else round(value, 4),
                    "title": row["title"] or row["key"],
                    "artist": row["artist"],
                    "year": row["year"],
                    "origin": f"import:{row['format']}",
                }


def _iso(at: float) -> str:
    if at <= 0:
        return ""
    return datetime.datetime.fromtimestamp(round(at, 3), datetime.UTC).isoformat().replace("+00:00", "Z")


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _overwrite(path: Path) -> None:
    """Overwrite a plain file before it goes; a copy-on-write file system or a flash drive may keep the old blocks."""
    left = path.stat().st_size
    with path.open("r+b") as stream:
        while left > 0:
            left -= stream.write(bytes(min(left, 1 << 20)))
        _sync(stream)
