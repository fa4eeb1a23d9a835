"""Training runs and the models they left: atomic on disk, recorded in the database."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.jobs.files import sync_folder, write_atomic
from avrec_desktop.library.database import Database
from avrec_desktop.library.lock import DirectoryLock

log = logging.getLogger(__name__)

#: Name of the file whose lock says that a run's process lives.
LOCK_NAME = "owner.lock"
#: Finished runs kept for each model.
KEPT_RUNS = 3


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run of a model."""

    id: str
    model: str
    plugin: str
    plugin_version: str
    finished: float
    summary: dict[str, Any]
    directory: Path


class RunStore:
    """The runs below ``models/``.

    A run is trained in a hidden folder, synced, renamed to ``models/<model>/<run>``, and only then recorded as current
    in one transaction. Whatever happens before leaves the earlier run current.

    Args:
        root: The folder ``models``.
        database: The library's database.
    """

    def __init__(self, root: Path, database: Database) -> None:
        self.root = root
        self._database = database
        self._locks: dict[str, DirectoryLock] = {}

    def recover(self) -> None:
        """Mark runs of an app that died as cancelled and clear their folders; called once after opening.

        A run whose lock is held belongs to another process that works on this library now, and is left alone.
        """
        if self._database.read_only:
            return
        with self._database.read() as db:
            running = db.execute("SELECT id, model FROM runs WHERE state = 'running'").fetchall()
        for row in running:
            hidden = self._hidden(row["model"], row["id"])
            lock = DirectoryLock(hidden / LOCK_NAME)
            if hidden.is_dir() and not lock.acquire():
                continue
            lock.release()
            self.abandon(row["model"], row["id"], "cancelled", "the app ended during the run")

    def close(self) -> None:
        """Let go of runs that were begun and not ended."""
        for lock in self._locks.values():
            lock.release()
        self._locks.clear()

    def begin(self, model: str, plugin: str, plugin_version: str) -> tuple[str, Path]:
        """Record a new run and return (run id, hidden folder to work in).

        Raises:
            LibraryError: The folder cannot be made.
        """
        run = time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + uuid.uuid4().hex[:6]
        folder = self._hidden(model, run)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise LibraryError(f"the model folder cannot be made: {error.strerror}", path=folder) from error
        self._locks[run] = DirectoryLock(folder / LOCK_NAME)
        self._locks[run].acquire()
        with self._database.write() as db:
            db.execute(
                "INSERT INTO runs (id, model, plugin, plugin_version, state, started)"
                " VALUES (?, ?, ?, ?, 'running', ?)",
                (run, model, plugin, plugin_version, time.time()),
            )
        return run, folder

    def finish(self, model: str, run: str, summary: dict[str, Any], *, promote: bool = True) -> None:
        """Put a trained run into its place and, with ``promote``, make it current.

        Raises:
            LibraryError: The disk is full or the folder cannot be written; the earlier run stays current.
        """
        hidden, place = self._hidden(model, run), self.root / model / run
        try:
            write_atomic(hidden / "model" / "run.json", json.dumps(summary, ensure_ascii=False, indent=1).encode())
            (hidden / "model").rename(place)
            sync_folder(place.parent)
        except OSError as error:
            raise LibraryError(f"the trained model cannot be stored: {error.strerror}", path=place) from error
        with self._database.write() as db:
            if promote:
                db.execute("UPDATE runs SET current = 0 WHERE model = ?", (model,))
            db.execute(
                "UPDATE runs SET state = 'done', current = ?, finished = ?, summary = ? WHERE id = ?",
                (int(promote), time.time(), json.dumps(summary, ensure_ascii=False), run),
            )
        self._clear(model, run)
        self._prune(model)

    def abandon(self, model: str, run: str, state: str, reason: str) -> None:
        """Record that a run was cancelled or failed, and clear its folder."""
        self._clear(model, run)
        with self._database.write() as db:
            db.execute(
                "UPDATE runs SET state = ?, reason = ?, finished = ? WHERE id = ? AND state = 'running'",
                (state, reason, time.time(), run),
            )

    def current(self, model: str) -> RunRecord | None:
        """Return the run that serves: the one made current, else the newest good one whose files are there, or None."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT * FROM runs WHERE model = ? AND state = 'done' ORDER BY current DESC, finished DESC", (model,)
            ).fetchall()
        for row in rows:
            directory = self.root / model / row["id"]
            if (directory / "run.json").exists():
                summary = json.loads(row["summary"] or "{}")
                ends = (row["plugin_version"], row["finished"], summary, directory)
                return RunRecord(row["id"], model, row["plugin"], *ends)
            log.warning("the files of run %s of %s are gone", row["id"], model)
        return None

    def finished(self) -> list[RunRecord]:
        """Return all good runs whose files are there, the newest of each model first."""
        with self._database.read() as db:
            rows = db.execute("SELECT * FROM runs WHERE state = 'done' ORDER BY model, finished DESC").fetchall()
        out = []
        for row in rows:
            directory = self.root / row["model"] / row["id"]
            if (directory / "run.json").exists():
                known = (row["plugin"], row["plugin_version"], row["finished"], json.loads(row["summary"] or "{}"))
                out.append(RunRecord(row["id"], row["model"], *known, directory))
        return out

    def drop(self, model: str) -> None:
        """Delete all runs of a model."""
        with self._database.write() as db:
            db.execute("DELETE FROM runs WHERE model = ? AND state <> 'running'", (model,))
        shutil.rmtree(self.root / model, ignore_errors=True)

    def _clear(self, model: str, run: str) -> None:
        lock = self._locks.pop(run, None)
        if lock is not None:
            lock.release()
        shutil.rmtree(self._hidden(model, run), ignore_errors=True)

    def _hidden(self, model: str, run: str) -> Path:
        return self.root / model / f".{run}"

    def _prune(self, model: str) -> None:
        with self._database.read() as db:
            rows = db.execute(
                "SELECT id FROM runs WHERE model = ? AND state = 'done' ORDER BY current DESC, finished DESC", (model,)
            ).fetchall()
        for row in rows[KEPT_RUNS:]:
            with contextlib.suppress(OSError):
                shutil.rmtree(self.root / model / row["id"])
            with self._database.write() as db:
                db.execute("DELETE FROM runs WHERE id = ?", (row["id"],))
