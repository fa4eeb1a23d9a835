"""Reading of foreign tables: encodings, delimiters, columns, and values that make sense."""

from __future__ import annotations

import csv
import datetime
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from avrec_desktop.api.errors import InputError

#: Largest table taken, bytes.
MAX_SIZE = 2 << 30
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header.

    Attributes:
        path: The file.
        columns: Lower-case names in order.
        lines: The header and the rows.
        delimiter: Between cells.
        headless: Whether the file has no header, so that its first row is line 1.
    """

    path: Path
    columns: tuple[str, ...]
    lines: Sequence[str]
    delimiter: str
    headless: bool = False

    def rows(self) -> Iterator[tuple[int, dict[str, str] | str]]:
        """Yield (line number in the file, cells by column), or (line number, reason) for a row that cannot be read."""
        reader = csv.reader(self.lines, delimiter=self.delimiter)
        next(reader)
        before = int(self.headless)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield reader.line_num - before, f"the row cannot be read: {error}"
                continue
            if not any(c.strip() for c in cells):
                continue
            if len(cells) != len(self.columns):
                yield reader.line_num - before, f"it has {len(cells)} cells, and the header has {len(self.columns)}"
                continue
            yield reader.line_num - before, {n: c.strip() for n, c in zip(self.columns, cells, strict=True)}


def read_text(path: Path) -> str:
    """Read a text file in whatever encoding it is in.

    Raises:
        InputError: It cannot be read, is too large, or is no text.
    """
    try:
        if path.stat().st_size > MAX_SIZE:
            raise InputError("the file is larger than 2 GB", path=path, hint="Split it.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", path=path) from error
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("it is not a text file", path=path, hint="Expected a table as CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data[:1_000_000]).best()
        if best is None:
            raise InputError("its text encoding is not known", path=path, hint="Save it as UTF-8.") from None
        return data.decode(best.encoding, "replace")


def read_table(path: Path, columns: Sequence[str] | None = None, delimiter: str | None = None) -> Table:
    """Read a table.

    Args:
        path: The file.
        columns: Names, for a file without a header; else they come from the first line.
        delimiter: The delimiter; None: found out from the header.

    Raises:
        InputError: It is empty or no table.
    """
    text = read_text(path)
    if not text.strip():
        raise InputError("the file is empty", path=path)
    lines = io.StringIO(text, newline="").readlines()
    if columns is not None:
        header = ",".join(columns) if delimiter is None else delimiter.join(columns)
        lines.insert(0, header + "\n")
    found = delimiter or max(_DELIMITERS, key=lines[0].count)
    names = next(csv.reader([lines[0]], delimiter=found))
    # RecBole's tables name the type behind a colon
    clean = tuple(name.strip().lower().partition(":")[0] for name in names)
    if len(set(clean)) != len(clean):
        raise InputError(f"columns are named twice: {', '.join(clean)}", path=path)
    return Table(path, clean, lines, found, columns is not None)


def number(text: str) -> float:
    """Return a finite number.

    Raises:
        ValueError: It is not one.
    """
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def moment(text: str) -> float:
    """Return seconds since the epoch from seconds, milliseconds, or an ISO date.

    Raises:
        ValueError: It is none of these.
    """
    try:
        value = number(text)
    except ValueError:
        parsed = datetime.datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=datetime.UTC)
        return parsed.timestamp()
    return value / 1000 if value > 1e11 else value
