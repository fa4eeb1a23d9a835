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

log = logging.getLogger(__name__)

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

    def recover(self) -> None:
        """Mark runs of an app that died as cancelled and clear their folders; called once after opening."""
        with self._database.write() as db:
            dead = db.execute(
                "UPDATE runs SET state = 'cancelled', reason = 'the app ended during the run', finished = ?"
                " WHERE state = 'running' RETURNING id, model",
                (time.time(),),
            ).fetchall()
        for row in dead:
            shutil.rmtree(self._hidden(row["model"], row["id"]), ignore_errors=True)

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
        with self._database.write() as db:
            db.execute(
                "INSERT INTO runs (id, model, plugin, plugin_version, state, started)"
                " VALUES (?, ?, ?, ?, 'running', ?)",
                (run, model, plugin, plugin_version, time.time()),
            )
        return run, folder

    def finish(self, model: str, run: str, summary: dict[str, Any]) -> None:
        """Put a trained run into its place and make it current.

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
            db.execute("UPDATE runs SET current = 0 WHERE model = ?", (model,))
            db.execute(
                "UPDATE runs SET state = 'done', current = 1, finished = ?, summary = ? WHERE id = ?",
                (time.time(), json.dumps(summary, ensure_ascii=False), run),
            )
        shutil.rmtree(hidden, ignore_errors=True)
        self._prune(model)

    def abandon(self, model: str, run: str, state: str, reason: str) -> None:
        """Record that a run was cancelled or failed, and clear its folder."""
        shutil.rmtree(self._hidden(model, run), ignore_errors=True)
        with self._database.write() as db:
            db.execute(
                "UPDATE runs SET state = ?, reason = ?, finished = ? WHERE id = ? AND state = 'running'",
                (state, reason, time.time(), run),
            )

    def current(self, model: str) -> RunRecord | None:
        """Return the newest good run of a model whose files are there, or None."""
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

    def drop(self, model: str) -> None:
        """Delete all runs of a model."""
        with self._database.write() as db:
            db.execute("DELETE FROM runs WHERE model = ? AND state <> 'running'", (model,))
        shutil.rmtree(self.root / model, ignore_errors=True)

    def _hidden(self, model: str, run: str) -> Path:
        return self.root / model / f".{run}"

    def _prune(self, model: str) -> None:
        with self._database.read() as db:
            rows = db.execute(
                "SELECT id FROM runs WHERE model = ? AND state = 'done' ORDER BY finished DESC", (model,)
            ).fetchall()
        for row in rows[KEPT_RUNS:]:
            with contextlib.suppress(OSError):
                shutil.rmtree(self.root / model / row["id"])
            with self._database.write() as db:
                db.execute("DELETE FROM runs WHERE id = ?", (row["id"],))
