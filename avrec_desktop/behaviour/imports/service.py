"""Imports as a user sees them: prepare, look at what is uncertain, finish; list, undo, do again, remove.

Nothing of an import is visible before :meth:`Imports.finish`; a cancelled, failed or crashed one leaves nothing.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from avrec_desktop.api.errors import InputError, LibraryError, NotFoundError
from avrec_desktop.behaviour.imports import own
from avrec_desktop.behaviour.imports.results import Doubt, PastImport, Rooms, Summary
from avrec_desktop.behaviour.imports.stage import Staged, settle, stage, thing_of
from avrec_desktop.behaviour.imports.types import Source
from avrec_desktop.behaviour.matching import Candidate, Match, Matcher
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import BehaviourChanged
from avrec_desktop.library.lock import DirectoryLock


class Prepared:
    """An import that is read and matched but not visible; finish or discard it, or leave its ``with`` block.

    Attributes:
        source: What was read.
        summary: Counts so far.
        doubts: Items whose match is not certain.
        duplicate_of: An earlier import of exactly this content, or None.
    """

    def __init__(
        self,
        imports: Imports,
        source: Source,
        staged: Staged,
        summary: Summary,
        doubts: list[Doubt],
        lock: DirectoryLock,
    ) -> None:
        self._imports = imports
        self._lock = lock
        self.source = source
        self.staged = staged
        self.summary = summary
        self.doubts = doubts
        self.duplicate_of: int | None = None
        self.tops: dict[int, float] = {}
        self.open = True

    @property
    def id(self) -> int:
        """Number of the import."""
        return self.staged.import_id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.discard()

    def discard(self) -> None:
        """Forget everything that was read; does nothing when it is finished."""
        if self.open:
            try:
                self._imports.erase(self.id)
            finally:
                self.release()

    def release(self) -> None:
        """Let other imports start."""
        self.open = False
        self._lock.release()


class Imports:
    """The imports of one library. Thread-safe; one import at a time.

    Args:
        rooms: The session.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._library = rooms.library
        self._behaviour = rooms.behaviour
        self._database = rooms.behaviour.database

    # -- importing

    def prepare(self, source: Source, job: Job, *, profile: str = "default") -> Prepared:
        """Read a source and match it, without anybody seeing it.

        Args:
            source: Of :func:`avrec_desktop.behaviour.imports.formats.detect`.
            job: Takes progress.
            profile: Whose history it is, where the source is one's own.

        Raises:
            InputError: It cannot be read, or no row of it can be used; nothing is left of it.
            LibraryError: Another import is under way.
            Cancelled: The job was cancelled; nothing is left of it.
        """
        lock = DirectoryLock(self._library.directory / "import.lock")
        if not lock.acquire():
            raise LibraryError(
                "another import is under way", path=self._library.directory, hint="Wait until it has ended."
            )
        try:
            import_id = self._begin(source, profile)
            try:
                return self._fill(source, import_id, lock, job)
            except BaseException:
                self.erase(import_id)
                raise
        except BaseException:
            lock.release()
            raise

    def _begin(self, source: Source, profile: str) -> int:
        profile_id = self._behaviour.ensure_profile(profile) if source.own else None
        for left in self._ids("state = 'staging'"):  # of an app that ended in the middle
            self.erase(left)
        with self._database.write() as db:
            cursor = db.execute(
                "INSERT INTO imports (format, source, at, state, profile_id, space) VALUES (?, ?, ?, 'staging', ?, ?)",
                (source.format, str(source.path.resolve()), time.time(), profile_id, source.space),
            )
            return int(cursor.lastrowid or 0)

    def _fill(self, source: Source, import_id: int, lock: DirectoryLock, job: Job) -> Prepared:
        staged, tops = stage(self._database, source, import_id, _written(source.path) if source.own else 0.0, job)
        if not staged.interactions and not staged.told:
            first = f" (first: row {staged.bad[0].row}: {staged.bad[0].reason})" if staged.bad else ""
            raise InputError(f"no row of it can be used{first}", path=source.path)
        job.progress(0, None, "Checking for an earlier import")
        with self._database.write(durable=False) as db:
            db.execute("UPDATE imports SET digest = ? WHERE id = ?", (source.digest(), import_id))
        matched, doubts = self._match(import_id, source.space, staged, job)
        summary = Summary(
            source.format,
            staged.told or staged.items,
            staged.interactions,
            matched,
            len(doubts),
            staged.items - matched - len(doubts),
            n_bad=staged.n_bad,
            bad=staged.bad,
            notes=source.notes,
        )
        prepared = Prepared(self, source, staged, summary, doubts, lock)
        prepared.tops = tops
        prepared.duplicate_of = self._same(import_id) if source.own else None
        return prepared

    def _match(self, import_id: int, space: str, staged: Staged, job: Job) -> tuple[int, list[Doubt]]:
        rows = list(staged.things)
        if not rows:
            return 0, []
        decided = self._decided(space, import_id)
        found = Matcher(self._database).match(list(staged.things.values()), job)
        updates: list[tuple[int | None, str, int]] = []
        doubts: list[Doubt] = []
        for row, match in zip(rows, found, strict=True):
            thing = staged.things[row]
            if thing.key in decided:
                updates.append((decided[thing.key], json.dumps({"decided": True}), row))
            elif match.item_id is not None:
                updates.append((match.item_id, json.dumps({"how": match.how, "confidence": match.confidence}), row))
            elif match.candidates:
                updates.append((None, _candidates(match), row))
                doubts.append(Doubt(row, thing, match.candidates))
        for start in range(0, len(updates), 10_000):
            job.check()
            with self._database.write(durable=False) as db:
                db.executemany(
                    "UPDATE community_items SET item_id = ?, match = ? WHERE id = ?", updates[start : start + 10_000]
                )
        counts = own.acts_by_item(self._database, import_id) if doubts else {}
        doubts = [Doubt(d.row, d.thing, d.candidates, acts=counts.get(d.row, 0)) for d in doubts]
        doubts.sort(key=lambda d: (-d.acts, d.row))
        return sum(item is not None for item, *_ in updates), doubts

    def _decided(self, space: str, import_id: int) -> dict[str, int | None]:
        """Return what a person decided about the same things in earlier imports."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT c.key, c.item_id FROM community_items c JOIN imports i ON i.id = c.import_id"
                " WHERE i.space = ? AND i.id <> ? AND c.match LIKE '{\"decided\"%' ORDER BY c.id",
                (space, import_id),
            ).fetchall()
        return {r["key"]: r["item_id"] for r in rows}

    def _same(self, import_id: int) -> int | None:
        with self._database.read() as db:
            row = db.execute(
                "SELECT o.id FROM imports o JOIN imports n ON n.id = ? AND n.digest = o.digest"
                " AND n.profile_id IS o.profile_id AND n.format = o.format WHERE o.id <> n.id AND o.state = 'done'",
                (import_id,),
            ).fetchone()
        return None if row is None else int(row["id"])

    def finish(self, prepared: Prepared, decisions: Mapping[int, int | None] | None, job: Job) -> Summary:
        """Make a prepared import visible.

        Args:
            prepared: Of :meth:`prepare`.
            decisions: For rows of :attr:`Prepared.doubts`: the library item it is, or None for none of them; rows that
                are not named stay open for later.
            job: Takes progress.

        Raises:
            Cancelled: The job was cancelled; nothing is left of it.
        """
        summary, source, import_id = prepared.summary, prepared.source, prepared.id
        try:
            if prepared.duplicate_of is not None and not decisions:
                summary.duplicates = summary.interactions
                prepared.discard()
                return summary
            self._store_decisions(import_id, decisions or {})
            settle(self._database, import_id, prepared.tops, own=source.own, job=job)
            if source.own:
                summary.events, summary.duplicates = own.stage_events(self._database, import_id, job)
            job.progress(0, None, "Storing")
            self._recount(import_id, summary)
            self._show(import_id, source, summary)
        except BaseException:
            prepared.discard()
            raise
        prepared.release()
        self._tell(import_id)
        return summary

    def _recount(self, import_id: int, summary: Summary) -> None:
        with self._database.read() as db:
            row = db.execute(
                "SELECT count(*) AS n, count(item_id) AS matched, total(match LIKE '{\"candidates\"%') AS open"
                " FROM community_items WHERE import_id = ?",
                (import_id,),
            ).fetchone()
        summary.matched, summary.uncertain = row["matched"], int(row["open"])
        summary.unmatched = row["n"] - summary.matched - summary.uncertain

    def _show(self, import_id: int, source: Source, summary: Summary) -> None:
        with self._database.write() as db:
            if source.own:
                own.show_events(db, import_id)
            else:
                _replace(db, import_id, erase=True)
            db.execute(
                "UPDATE imports SET state = 'done', at = ?, summary = ? WHERE id = ?",
                (time.time(), json.dumps(summary.to_dict(), ensure_ascii=False), import_id),
            )

    # -- afterwards

    def past(self) -> list[PastImport]:
        """Return all imports, newest first."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT i.*, p.name AS profile FROM imports i LEFT JOIN profiles p ON p.id = i.profile_id"
                " WHERE i.state <> 'staging' ORDER BY i.at DESC, i.id DESC"
            ).fetchall()
        return [
            PastImport(
                r["id"], r["format"], r["source"], r["at"], r["state"], r["profile"],
                json.loads(r["summary"]) if r["summary"] else {},
            )
            for r in rows
        ]  # fmt: skip

    def undo(self, import_id: int) -> None:
        """Take an import back as a whole; :meth:`redo` brings it back.

        Raises:
            NotFoundError: There is no such import.
        """
        self._need(import_id)
        with self._database.write() as db:
            db.execute("UPDATE imports SET state = 'undone' WHERE id = ?", (import_id,))
            own.drop_events(db, import_id)
        self._fill_gaps(import_id)
        self._tell(import_id)

    def redo(self, import_id: int, job: Job | None = None) -> None:
        """Bring an import back that was undone.

        Raises:
            NotFoundError: There is no such import.
        """
        found = self._need(import_id)
        if found.profile is not None:
            own.stage_events(self._database, import_id, job or Job())
        with self._database.write() as db:
            own.show_events(db, import_id)
            if found.profile is None:
                _replace(db, import_id, erase=False)
            db.execute("UPDATE imports SET state = 'done', at = ? WHERE id = ?", (time.time(), import_id))
        self._tell(import_id)

    def remove(self, import_id: int) -> None:
        """Erase an import for good.

        Raises:
            NotFoundError: There is no such import.
        """
        found = self._need(import_id)
        with self._database.write() as db:
            own.drop_events(db, import_id)
        self._fill_gaps(import_id)
        self.erase(import_id)
        self._publish(found.profile)

    def doubts(self, import_id: int) -> list[Doubt]:
        """Return the items of an import that are open, or that a person has decided about, those with most acts first.

        Raises:
            NotFoundError: There is no such import.
        """
        self._need(import_id)
        with self._database.read() as db:
            rows = db.execute(
                "SELECT * FROM community_items WHERE import_id = ?"
                " AND (match LIKE '{\"candidates\"%' OR match LIKE '{\"decided\"%')",
                (import_id,),
            ).fetchall()
        counts = own.acts_by_item(self._database, import_id) if rows else {}
        found = []
        for row in rows:
            told = json.loads(row["match"])
            candidates = tuple(Candidate(*c) for c in told.get("candidates", ()))
            decided = "decided" in told
            found.append(Doubt(row["id"], thing_of(row), candidates, row["item_id"], decided, counts.get(row["id"], 0)))
        return sorted(found, key=lambda d: (-d.acts, d.row))

    def names(self, items: Iterable[int]) -> dict[int, str]:
        """Return how library items are called: artist, title, album and year."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT id, artist, title, album, year FROM items WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(set(items))),),
            ).fetchall()
        return {r["id"]: " – ".join(str(p) for p in tuple(r)[1:] if p) for r in rows}

    def decide(self, import_id: int, decisions: Mapping[int, int | None], job: Job | None = None) -> None:
        """Say which library items imported items are; None: none of them. Counts at once.

        Raises:
            NotFoundError: There is no such import or item.
        """
        found = self._need(import_id)
        self._store_decisions(import_id, decisions)
        if found.profile is not None and found.state == "done":
            with self._database.write() as db:
                own.drop_events(db, import_id)
            own.stage_events(self._database, import_id, job or Job())
            with self._database.write() as db:
                own.show_events(db, import_id)
        summary = Summary("")
        self._recount(import_id, summary)
        counts = {n: getattr(summary, n) for n in ("matched", "uncertain", "unmatched")}
        with self._database.write() as db:
            told = json.dumps(found.summary | counts, ensure_ascii=False)
            db.execute("UPDATE imports SET summary = ?, at = ? WHERE id = ?", (told, time.time(), import_id))
        self._publish(found.profile)

    # -- inside

    def _store_decisions(self, import_id: int, decisions: Mapping[int, int | None]) -> None:
        rows = [(item, json.dumps({"decided": True}), row, import_id) for row, item in decisions.items()]
        with self._database.write(durable=False) as db:
            try:
                db.executemany("UPDATE community_items SET item_id = ?, match = ? WHERE id = ? AND import_id = ?", rows)
            except sqlite3.IntegrityError as error:
                raise NotFoundError("one of the chosen items is not in this library") from error

    def _fill_gaps(self, without: int) -> None:
        """Have other imports of the profile give what this one gave before them."""
        others = self._ids(
            "state = 'done' AND id <> ? AND profile_id = (SELECT profile_id FROM imports WHERE id = ?)",
            (without, without),
        )
        for other in others:
            own.stage_events(self._database, other, Job())
            with self._database.write() as db:
                own.show_events(db, other)

    def erase(self, import_id: int) -> None:
        """Delete the rows of an import, in short transactions."""
        while True:
            with self._database.write(durable=False) as db:
                gone = db.execute(
                    "DELETE FROM community_blocks WHERE id IN"
                    " (SELECT id FROM community_blocks WHERE import_id = ? LIMIT 20)",
                    (import_id,),
                ).rowcount
            if not gone:
                break
        with self._database.write() as db:
            _erase(db, import_id)

    def _need(self, import_id: int) -> PastImport:
        found = next((p for p in self.past() if p.id == import_id), None)
        if found is None:
            raise NotFoundError(f"there is no import {import_id}", hint="avrec imports list shows them.")
        return found

    def _ids(self, where: str, values: Sequence[object] = ()) -> list[int]:
        with self._database.read() as db:
            return [r[0] for r in db.execute(f"SELECT id FROM imports WHERE {where} ORDER BY id", values)]  # noqa: S608

    def _tell(self, import_id: int) -> None:
        found = next((p for p in self.past() if p.id == import_id), None)
        self._publish(found.profile if found is not None else None)

    def _publish(self, profile: str | None) -> None:
        bus = self._behaviour.bus
        bus.publish(BehaviourChanged("", None))
        if profile is not None:
            bus.publish(BehaviourChanged(profile, None))


def _candidates(match: Match) -> str:
    return json.dumps({"candidates": [[c.item_id, round(c.score, 3), c.how] for c in match.candidates]})


def _replace(db: sqlite3.Connection, import_id: int, *, erase: bool) -> None:
    """Take back what an earlier import of the same table of other people gave; of those taken back, keep the last."""
    old = db.execute(
        "SELECT o.id, o.state FROM imports o JOIN imports n ON n.id = ? WHERE o.id <> n.id AND o.profile_id IS NULL"
        " AND o.state <> 'staging' AND (o.source = n.source AND o.format IN (n.format, 'tables')"
        " OR (o.digest = n.digest AND o.format = n.format))",
        (import_id,),
    ).fetchall()
    for row in old:
        if row["state"] == "done":
            db.execute("UPDATE imports SET state = 'undone' WHERE id = ?", (row["id"],))
        elif erase:
            _erase(db, row["id"])


def _erase(db: sqlite3.Connection, import_id: int) -> None:
    for table in ("community_blocks", "community_interactions", "community_users", "community_items"):
        db.execute(f"DELETE FROM {table} WHERE import_id = ?", (import_id,))  # noqa: S608 - our own words
    own.drop_events(db, import_id)
    db.execute("DELETE FROM imports WHERE id = ?", (import_id,))


def _written(path: Path) -> float:
    """Return when a file or folder was last written: the latest that an act without a time can be of."""
    try:
        return max(1.0, path.stat().st_mtime)
    except OSError:
        return time.time()
