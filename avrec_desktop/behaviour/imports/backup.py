"""What this app exported itself: the history of a profile as CSV or JSON, read back act by act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.records import UnreadableError, records, text, when, whole, year_of
from avrec_desktop.behaviour.imports.types import CODES, BadRow, Batch, Source, Thing, refuse
from avrec_desktop.behaviour.tables import open_table

_NEEDED = ("time", "kind", "avrec_item", "title")


def is_backup_table(columns: tuple[str, ...]) -> bool:
    """Whether a table has the columns of an export of this app."""
    return all(n in columns for n in _NEEDED)


def is_backup_record(record: object) -> bool:
    """Whether a record of a JSON file is an act of an export of this app."""
    return isinstance(record, dict) and "kind" in record and "title" in record and "time" in record


def backup_source(files: Files, entry: Entry, *, is_json: bool) -> Source:
    """Return the acts of an export of this app.

    Raises:
        InputError: It is none.
    """
    read = _json if is_json else _table
    if not is_json and not is_backup_table(open_table(files.path, lambda: files.open(entry)).columns):
        raise InputError("it is no export of avrec", path=files.path, hint="Expected columns time, kind, avrec_item.")
    return Source(
        "avrec", files.path, True, "avrec", entry.size, lambda: read(files, entry), lambda: files.digest([entry])
    )


def _table(files: Files, entry: Entry) -> Iterator[Batch]:
    table = open_table(files.path, lambda: files.open(entry))
    label = files.label(entry)
    seen: set[str] = set()
    with explained(files.path, label), table.read() as reader:
        batch = Batch()
        for line, cells in reader:
            row = cells if isinstance(cells, str) else dict(zip(table.columns, cells, strict=True))
            _take(batch, row, line, label, seen)
            if batch.full:
                batch.done = reader.done
                yield batch
                batch = Batch()
        batch.done = reader.done
        yield batch


def _json(files: Files, entry: Entry) -> Iterator[Batch]:
    label = files.label(entry)
    seen: set[str] = set()
    with explained(files.path, label), files.open(entry) as stream:
        batch = Batch()
        number = 0
        try:
            for number, record in enumerate(records(stream), 1):
                _take(batch, record, number, label, seen)
                if batch.full:
                    batch.done = stream.tell()
                    yield batch
                    batch = Batch()
        except UnreadableError as error:
            if not number:
                raise InputError(str(error), path=files.path) from error
            batch.bad.append(BadRow(number + 1, f"the rest of the file cannot be read: {error}", label))
        batch.done = entry.size
        yield batch


def _take(batch: Batch, row: dict[str, Any] | str, number: int, label: str, seen: set[str]) -> None:
    try:
        if isinstance(row, str):
            refuse(row)
        else:
            _act(batch, row, seen)
    except (ValueError, OverflowError) as error:
        batch.bad.append(BadRow(number, str(error), label))


def _act(batch: Batch, row: dict[str, Any], seen: set[str]) -> None:
    kind = text(row.get("kind"))
    if kind not in CODES or not kind:
        refuse(f"its kind is {kind!r}")
    title, mark = text(row.get("title")), text(row.get("fingerprint")).lower()
    if not title:
        refuse("it has no title")
    value = row.get("value")
    number = float(text(value)) if value not in (None, "") else float("nan")
    if number == number and not 0 <= number <= 5:
        refuse(f"its value is {text(value)}, not 0 to 5")
    at = when(row["time"], "its time") if row.get("time") else 0.0
    artist, year = text(row.get("artist")), year_of(row.get("year"))
    key = mark or " – ".join(p for p in (artist, title, str(year or "")) if p)
    if key not in seen:
        seen.add(key)
        number_here = whole(row.get("avrec_item") or None)
        batch.things.append(
            Thing(key, title, artist or None, text(row.get("album")) or None, year, fingerprint=mark or None,
                  item_id=number_here, path=text(row.get("path")) or None)
        )  # fmt: skip
    batch.act(key, kind, number, at)
