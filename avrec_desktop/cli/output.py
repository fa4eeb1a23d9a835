"""What the command line prints: one JSON document, or tables and progress bars for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avrec_desktop.api.errors import AvrecError, InputError
from avrec_desktop.jobs.job import Job, Progress

if TYPE_CHECKING:
    from avrec_desktop.session import Session


READ_ONLY = "The library can only be read: its file or folder cannot be written, so nothing that is done is stored."


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    library: Path | None
    profile: str
    as_json: bool
    verbose: int


class Console:
    """Opens the session for a command and prints its result."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the library of the global options and close it after the command."""
        from avrec_desktop.session import Session, SessionOptions

        with Session.open(self.settings.library, SessionOptions(profile=self.settings.profile)) as session:
            if session.library.database.read_only:
                print(READ_ONLY, file=sys.stderr)
            yield session

    @contextmanager
    def job(self, title: str, on_partial: Callable[[Any], None] | None = None) -> Iterator[Job]:
        """Give a job whose progress is drawn with an ETA when standard error is a terminal."""
        if self.settings.as_json or not sys.stderr.isatty():
            yield Job(title, on_partial=on_partial)
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[message]}", markup=False),
        )
        with Bars(*columns, console=RichConsole(stderr=True), transient=True) as bars:
            task = bars.add_task(title, total=None, message="")

            def show(progress: Progress) -> None:
                message = progress.message[-60:]
                bars.update(task, completed=progress.done, total=progress.total, message=message)

            yield Job(title, on_progress=show, on_partial=on_partial)

    def need_terminal(self, what: str) -> None:
        """Say so when nobody can be asked.

        Raises:
            InputError: Standard input is no terminal, or the output is for programs.
        """
        if self.settings.as_json or not sys.stdin.isatty():
            raise InputError(f"{what} asks questions and needs a terminal")

    def result(self, value: Any, human: Callable[[], None]) -> None:
        """Print the JSON document, or call ``human``."""
        if self.settings.as_json:
            print_json(value)
        else:
            human()

    @staticmethod
    def table(rows: Sequence[Sequence[Any]], header: Sequence[str], empty: str) -> None:
        """Print a table, or ``empty`` when there is no row."""
        if not rows:
            print(empty)
            return
        from rich import box
        from rich.console import Console as RichConsole
        from rich.table import Table

        table = Table(*header, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            table.add_row(*(_clean(cell) for cell in row))
        console = RichConsole(markup=False, highlight=False)
        if not console.is_terminal:
            console.width = 160
        console.print(table)

    @staticmethod
    def failures(failures: Sequence[Any], limit: int = 20) -> None:
        """List failed files on standard error."""
        for failure in failures[:limit]:
            row = failure.to_dict()
            who = f" [{row['extractor']}]" if "extractor" in row else ""
            print(f"failed{who}: {row['path']}: {row['reason']}", file=sys.stderr)
        if len(failures) > limit:
            print(f"... and {len(failures) - limit} more (--json lists all)", file=sys.stderr)

    @staticmethod
    def report(error: AvrecError, *, as_json: bool) -> None:
        """Print an error: text on standard error and, with ``--json``, the document on standard output."""
        print(f"avrec: {error}", file=sys.stderr)
        if as_json:
            print_json({"error": error.to_dict()})


def print_json(value: Any) -> None:
    """Print one JSON document; bytes of odd file names become replacement characters, NaN becomes null."""
    text = json.dumps(_finite(value), ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return value.item() if hasattr(value, "item") else value


def _clean(cell: Any) -> str:
    if cell is None:
        return ""
    text = f"{cell:.3f}" if isinstance(cell, float) else str(cell)
    return text.encode("utf-8", "replace").decode()


def duration(seconds: float) -> str:
    """Return ``m:ss`` or ``h:mm:ss``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
