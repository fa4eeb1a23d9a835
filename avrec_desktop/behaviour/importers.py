"""Import of behaviour and items of other programs and data sets in one call.

Rows about items that match nothing in the library stay as community data, from which collaborative models learn and
which can be recommended by name. :mod:`avrec_desktop.behaviour.imports` holds the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avrec_desktop.behaviour.imports.columns import TableOptions
from avrec_desktop.behaviour.imports.formats import open_source
from avrec_desktop.behaviour.imports.results import Rooms
from avrec_desktop.behaviour.imports.service import Imports
from avrec_desktop.jobs import Job


@dataclass(slots=True)
class ImportResult:
    """Outcome of an import.

    Attributes:
        format: Id of the format.
        items: Items that the source tells of.
        interactions: Acts that were read.
        skipped: Rows left out, with ``row`` and ``reason`` (the first 10,000).
        id: Number of the import; 0 when it brought nothing new.
        matched, uncertain, unmatched: Items found in the library, to be decided by a person, and not found.
        events: New acts of the profile on library items.
        duplicates: Acts that were known from an earlier import.
        n_skipped: Rows left out, all of them.
        notes: What else is to be known.
    """

    format: str
    items: int = 0
    interactions: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    id: int = 0
    matched: int = 0
    uncertain: int = 0
    unmatched: int = 0
    events: int = 0
    duplicates: int = 0
    n_skipped: int = 0
    notes: tuple[str, ...] = ()


def import_file(
    rooms: Rooms,
    path: Path,
    form: str | None,
    job: Job,
    *,
    profile: str = "default",
    options: TableOptions | None = None,
    accept: float | None = None,
) -> ImportResult:
    """Import a file or folder.

    Args:
        rooms: The session.
        path: A table, an export, or a folder.
        form: Id of a format (:data:`avrec_desktop.behaviour.imports.formats.FORMATS`); None: found out.
        job: Takes progress.
        profile: Whose history it is, where it is one's own.
        options: How a table is to be read, where that is not found out well.
        accept: Take the best candidate of uncertain matches from this confidence on; None: leave them open.

    Raises:
        InputError: No such file, not a known format, or columns are missing; nothing is imported.
        LibraryError: Another import is under way.
        Cancelled: The job was cancelled; nothing is imported.
    """
    imports = Imports(rooms)
    with imports.prepare(open_source(path, form, options), job, profile=profile) as prepared:
        decisions: Mapping[int, int | None] = {}
        if accept is not None:
            best = {d.row: d.candidates[0] for d in prepared.doubts}
            decisions = {row: c.item_id for row, c in best.items() if c.score >= accept}
        known = prepared.duplicate_of is not None and not decisions
        summary = imports.finish(prepared, decisions, job)
        return ImportResult(
            summary.format,
            summary.items,
            summary.interactions,
            [b.to_dict() for b in summary.bad],
            0 if known else prepared.id,
            summary.matched,
            summary.uncertain,
            summary.unmatched,
            summary.events,
            summary.duplicates,
            summary.n_bad,
            summary.notes,
        )
