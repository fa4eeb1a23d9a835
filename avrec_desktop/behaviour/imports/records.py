"""Records of JSON and JSON Lines files, one at a time, and careful looks into them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from avrec_desktop.behaviour.tables import moment

#: Longest line of JSON Lines, bytes; deepest nesting that is followed; most values of one record.
MAX_LINE, MAX_DEPTH, MAX_VALUES = 4 << 20, 64, 200_000


class UnreadableError(ValueError):
    """The rest of a file is no JSON; the message says where and why."""


def records(stream: BinaryIO) -> Iterator[dict[str, Any] | str]:
    """Yield the objects that stand in arrays, the outermost ones.

    Values that stand in such an array and are no objects come as a text that says so.

    Raises:
        UnreadableError: The text is no JSON from some place on; what came before was yielded.
    """
    import ijson
    from ijson.common import ObjectBuilder

    builder: Any = None
    depth = inner = values = 0
    arrays: list[bool] = []
    try:
        for event, value in ijson.basic_parse(stream, use_float=True):
            opens, closes = event in {"start_map", "start_array"}, event in {"end_map", "end_array"}
            if builder is None and event == "start_map" and arrays and arrays[-1]:
                builder, inner, values = ObjectBuilder(), depth, 0
            elif builder is None and arrays and arrays[-1] and not opens and not closes:
                yield f"{_short(value)} is no record"
            depth += opens - closes
            if depth > MAX_DEPTH:
                _stop(f"it is nested more than {MAX_DEPTH} deep")
            if builder is not None:
                values += 1
                if values > MAX_VALUES:
                    _stop(f"one record has more than {MAX_VALUES:,} values")
                builder.event(event, value)
                if depth == inner:
                    done, builder = builder.value, None
                    yield done
            elif opens:
                arrays.append(event == "start_array")
            elif closes:
                arrays.pop()
    except UnreadableError:
        raise
    except (ijson.JSONError, ValueError, UnicodeDecodeError, OverflowError) as error:
        text = " ".join(str(error).split())
        raise UnreadableError(f"it is no JSON: {text[:200]}") from error


def _stop(reason: str) -> NoReturn:
    raise UnreadableError(reason)


def lines(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield (line number, object or reason) of a JSON Lines file; empty lines are passed over."""
    number = 0
    while line := stream.readline(MAX_LINE):
        number += 1
        if not line.strip():
            continue
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            yield number, f"the line is longer than {MAX_LINE:,} bytes"
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"it is no JSON: {str(error)[:120]}"
            continue
        yield number, value if isinstance(value, dict) else f"{_short(value)} is no record"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def text(value: object) -> str:
    """Return a value as text without outer spaces; empty for what is no text or number."""
    if isinstance(value, str):
        return value.strip()[:1000]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return ""
    return str(value)


def dig(value: object, *path: str) -> Any:
    """Return what lies at a path of keys, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def whole(value: object) -> int | None:
    """Return a value as a whole number of usual size, or None."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return int(found) if math.isfinite(found) and abs(found) < 1e15 else None


def when(value: object, what: str) -> float:
    """Return a time in seconds since the epoch.

    Raises:
        ValueError: It is none.
    """
    shown = text(value)
    try:
        return moment(shown)
    except (ValueError, OverflowError):
        raise ValueError(f"{what} is {_short(value)!r}, not a time") from None


def year_of(value: object) -> int | None:
    """Return a year, or None for what is none."""
    found = whole(value)
    return found if found is not None and 1000 <= found <= 9999 else None
