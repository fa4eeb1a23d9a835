"""Reading of foreign tables as streams: encodings, delimiters, headers, and values that make sense."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from avrec_desktop.api.errors import InputError

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

#: Longest line taken, characters: a longer one is no row of a table.
MAX_LINE = 1 << 20
DELIMITERS = (",", "\t", ";", "|", "::")
_UNIT = "\x1f"
_SAMPLE = 1 << 18
_ENGLISH = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_WORDED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})(?:,? +(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a file, read anew by every call of :meth:`read`.

    Attributes:
        path: The file, for messages.
        columns: Names in lower case; ``column 1`` … where there is no header.
        delimiter: Between cells; ``::`` for the old MovieLens files.
        encoding: Of the text.
        header: Whether the first line holds the names.
        quoted: Whether cells may stand in quotes.
        open: Opens the bytes.
    """

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    encoding: str
    header: bool
    quoted: bool
    open: Callable[[], BinaryIO]

    def read(self) -> TableReader:
        """Open the table for reading."""
        return TableReader(self)


class TableReader:
    """One pass over the rows of a table; close it, or use it in ``with``."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._binary = table.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._binary.close()

    @property
    def done(self) -> int:
        """Bytes read so far."""
        return 0 if self._binary.closed else self._binary.tell()

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield (line number, cells without outer spaces), or (line number, reason) for a row that cannot be read."""
        table, width = self._table, len(self._table.columns)
        reader = _csv_reader(_lines(self._binary, table.encoding), table.delimiter, quoted=table.quoted)
        if table.header:
            next(reader, None)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield reader.line_num, f"the row cannot be read: {error}"
                continue
            if len(cells) != width:
                if any(c.strip() for c in cells):
                    yield reader.line_num, f"it has {len(cells)} cells, and the header has {width}"
                continue
            stripped = [c.strip() for c in cells]
            if any(stripped):
                yield reader.line_num, stripped


def _csv_reader(lines: Iterator[str], delimiter: str, *, quoted: bool) -> CsvReader:
    if len(delimiter) > 1:  # the csv module knows single characters only
        long, delimiter = delimiter, _UNIT
        lines = (line.replace(long, _UNIT) for line in lines)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)


def _lines(binary: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(binary, encoding=encoding, errors="replace", newline="")
    try:
        while line := text.readline(MAX_LINE):
            yield line
    finally:
        text.detach()


def find_encoding(stream: BinaryIO, path: Path) -> str:
    """Return the encoding of a text: UTF-8 if all of it is, else what is likely.

    Raises:
        InputError: It is no text, or in an unknown encoding.
    """
    first = stream.read(_SAMPLE)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in first[:4096]:
        raise InputError("it is not a text file", path=path, hint="Expected a table as CSV.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = first
    while True:
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            return _guess_encoding(first if piece is first else first + piece, path)
        if not piece:
            return "utf-8-sig"
        piece = stream.read(1 << 20)


def _guess_encoding(data: bytes, path: Path) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise InputError("its text encoding is not known", path=path, hint="Save it as UTF-8.")
    return str(best.encoding)


def _known_encoding(encoding: str, path: Path) -> str:
    try:
        info = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise InputError(f"there is no text encoding {encoding!r}", path=path) from error
    if not getattr(info, "_is_text_encoding", True):
        raise InputError(f"{encoding!r} is no encoding of text", path=path)
    return encoding


def find_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that cuts most of these lines into the same number of cells, more than one."""
    ranks: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        try:
            widths = [len(cells) for cells in _csv_reader(iter(lines), delimiter, quoted=True) if cells]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            ranks[delimiter] = (sum(w == widths[0] for w in widths) / len(widths), widths[0])
    return max(ranks, key=ranks.__getitem__, default=",")


def open_table(
    path: Path,
    opener: Callable[[], BinaryIO] | None = None,
    *,
    columns: Sequence[str] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    quoted: bool = True,
    is_header: Callable[[Sequence[str]], bool] | None = None,
) -> Table:
    """Look at the beginning of a table and say how it is to be read.

    Args:
        path: The file, also for messages.
        opener: Opens its bytes, for a file inside an archive.
        columns: Names, for a file without a header.
        delimiter: The delimiter; None: found out.
        encoding: The encoding; None: found out.
        header: Whether the first line holds names; None: found out.
        quoted: Whether cells may stand in quotes.
        is_header: Tells whether cells of the first line (in lower case) are names; used when ``header`` is None.

    Raises:
        InputError: It cannot be read, is empty or no table.
    """
    opener = opener or _file_opener(path)
    if encoding is None:
        with opener() as stream:
            encoding = find_encoding(stream, path)
    else:
        _known_encoding(encoding, path)
    with opener() as stream:
        lines = [line for line, _ in zip(_lines(stream, encoding), range(30), strict=False) if line.strip()]
    if not lines:
        raise InputError("the file is empty", path=path)
    delimiter = delimiter or find_delimiter(lines)
    if (len(delimiter) > 1 and delimiter != "::") or not delimiter:
        raise InputError(f"{delimiter!r} cannot stand between cells", path=path)
    try:
        first = next(_csv_reader(iter(lines), delimiter, quoted=quoted))
    except (csv.Error, StopIteration) as error:
        raise InputError(f"its first line cannot be read: {error}", path=path) from error
    names = tuple(columns) if columns is not None else _names(first)
    if columns is not None:
        header = False
    elif header is None:
        header = is_header is None or is_header(names)
    if not header and columns is None:
        names = tuple(f"column {n}" for n in range(1, len(first) + 1))
    if len(set(names)) != len(names):
        raise InputError(f"columns are named twice: {', '.join(names)}", path=path)
    return Table(path, names, delimiter, encoding, header, quoted, opener)


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    # RecBole's tables name the type behind a colon
    typed = re.compile(r":(token|token_seq|float|float_seq)$")
    return tuple(typed.sub("", cell.strip().lstrip("\ufeff").lower()) for cell in cells)


def _file_opener(path: Path) -> Callable[[], BinaryIO]:
    def opener() -> BinaryIO:
        try:
            return path.open("rb", buffering=1 << 20)
        except OSError as error:
            raise InputError(f"the file cannot be read: {error.strerror}", path=path) from error

    return opener


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
    """Return seconds since the epoch from seconds, milliseconds, an ISO date, or ``09 May 2024, 21:30``.

    Dates without a zone are taken as UTC.

    Raises:
        ValueError: It is none of these.
    """
    try:
        value = number(text)
    except ValueError:
        parsed = _worded(text) or datetime.datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=datetime.UTC)
        return parsed.timestamp()
    value = value / 1000 if value > 1e11 else value
    if not 0 <= value < 1e11:
        raise ValueError(text)
    return value


def _worded(text: str) -> datetime.datetime | None:
    found = _WORDED.fullmatch(text.strip())
    month = _ENGLISH.get(found[2].lower()) if found else None
    if found is None or month is None:
        return None
    hour, minute, second = (int(found[n] or 0) for n in (4, 5, 6))
    return datetime.datetime(int(found[3]), month, int(found[1]), hour, minute, second, tzinfo=datetime.UTC)
