"""Reading the tables of a data set: ids as text, odd headers, and errors that say what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

FOLDER_HINT = "Give a folder with items.csv, train.csv, valid.csv and test.csv (users.csv may be missing)."
_WHOLE = re.compile(r"0*(\d+)(?:\.0+)?")
#: Seconds of the year 5000; larger times are milli-, micro- or nanoseconds.
_LATEST = 95_617_584_000.0


def read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a comma-separated table; all cells are text without spaces around, empty where they are missing.

    Names of columns are read without regard to case and to spaces around them.

    Args:
        path: The file, UTF-8.
        columns: Names that must be there.

    Raises:
        InputError: It is missing, cannot be read, or lacks a column.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", low_memory=False)
    except FileNotFoundError as error:
        hint = FOLDER_HINT
        if path.name in {"valid.csv", "test.csv"}:
            hint += f" A {path.name} with the line user,item alone is enough where there are no such rows."
        raise InputError("the table is missing", path=path, hint=hint) from error
    except pd.errors.EmptyDataError as error:
        raise InputError("the table is empty", path=path, hint=f"Its first line must be {_wanted(columns)}.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: _offset(path)].count(b"\n") + 1
        raise InputError(f"line {line} is not UTF-8", path=path, hint="Save the table as UTF-8.") from error
    except (OSError, ValueError) as error:
        told = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if told is None:
            raise InputError(f"the table cannot be read: {error}", path=path) from error
        raise InputError(
            f"line {told[2]} has {told[3]} cells, and the lines before have {told[1]}",
            path=path,
            hint="Mend the line; a comma inside a cell needs quotes around the cell.",
        ) from error
    table.columns = pd.Index([str(c).strip().lower() for c in table.columns])
    lacking = [c for c in columns if c not in table.columns]
    if lacking:
        hint = f"Line 1 has: {', '.join(table.columns)}. It must have {_wanted(columns)}, with commas between."
        raise InputError(f"the table lacks the column {', '.join(lacking)}", path=path, hint=hint)
    table = table.loc[:, ~table.columns.duplicated()]
    tidy: pd.DataFrame = table.fillna("").apply(lambda column: column.str.strip())
    return tidy


class Ids:
    """The rows of ids; where all are whole numbers, 7, 007 and 7.0 are the same.

    Args:
        ids: Text, each once.
    """

    def __init__(self, ids: NDArray[np.object_]) -> None:
        import pandas as pd

        plain = [_plain(str(i)) for i in ids]
        self._numeric = None not in plain and len(set(plain)) == len(plain)
        self._index = pd.Index(plain if self._numeric else ids, dtype=object)

    def rows(self, column: pd.Series[str]) -> NDArray[np.int64]:
        """Return the row of each id, -1 where there is none, int64 (n,)."""
        import pandas as pd

        wanted = [_plain(i) or i for i in column] if self._numeric else column.tolist()
        return np.asarray(self._index.get_indexer(pd.Index(wanted, dtype=object)), np.int64)


def as_numbers(ids: NDArray[np.object_]) -> NDArray[np.int64] | NDArray[np.object_]:
    """Return ids as int64 where all are whole numbers of up to 18 digits, each once; else as they are."""
    plain = [_plain(str(i)) for i in ids]
    if any(p is None or len(p) > 18 for p in plain) or len(set(plain)) < len(plain):
        return ids
    return np.array([int(p) for p in plain if p is not None], np.int64)


def numbers(table: pd.DataFrame, column: str, missing: float) -> tuple[NDArray[np.float64], int]:
    """Return a column as numbers, and how many cells that are not empty cannot be read; these become ``missing``."""
    import pandas as pd

    if column not in table.columns:
        return np.full(len(table), missing), 0
    found: NDArray[np.float64] = pd.to_numeric(table[column], errors="coerce").to_numpy(np.float64)
    found = np.where(np.isfinite(found), found, np.nan)
    bad = int((np.isnan(found) & (table[column] != "").to_numpy()).sum())
    return np.where(np.isnan(found), missing, found), bad


def moments(table: pd.DataFrame, column: str) -> tuple[NDArray[np.float64], int]:
    """Return a column as seconds since the epoch, and how many cells cannot be read; these become 0.

    Numbers beyond the year 5000 are taken as milli-, micro- or nanoseconds, all alike; what is no number is read as
    a date, in UTC where it does not say otherwise.
    """
    import pandas as pd

    found, bad = numbers(table, column, 0.0)
    if bad:
        dates = pd.to_datetime(table[column].where(found == 0), errors="coerce", utc=True, format="mixed")
        told = dates.notna().to_numpy() & ~pd.to_numeric(table[column], errors="coerce").notna().to_numpy()
        since = (dates - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy(np.float64)
        found, bad = np.where(told, since, found), bad - int(told.sum())
    scale = next((s for s in (1.0, 1e3, 1e6, 1e9) if np.abs(found).max(initial=0.0) / s < _LATEST), 1e9)
    return found / scale, bad


def _plain(text: str) -> str | None:
    found = _WHOLE.fullmatch(text)
    return None if found is None else found[1]


def _wanted(columns: tuple[str, ...]) -> str:
    return (
        "item,title,year,genres (all but item may be missing)"
        if columns == ("item",)
        else ("user" if columns == ("user",) else "user,item,rating,ts (rating and ts may be missing)")
    )


def _offset(path: Path) -> int:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0
