"""Reading a folder of tables (items, users, train, valid, test) into what models learn from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import InputError
from avrec_desktop.api.recommend import History, Interactions, ItemFeatures, TrainingData
from avrec_desktop.recommend.evaluation.content import item_features

if TYPE_CHECKING:
    import pandas as pd

Phase = Literal["valid", "test"]
PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Ratings:
    """Rows of one table, sorted by user, then time (ties keep the order of the file).

    Attributes:
        users: int64 (n,), user rows.
        items: int64 (n,), item rows.
        ratings: float32 (n,), as in the file; 1 where the table has none.
        times: float64 (n,), seconds since the epoch; 0 where the table has none.
    """

    users: NDArray[np.int64]
    items: NDArray[np.int64]
    ratings: NDArray[np.float32]
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.users)

    def plus(self, other: Ratings) -> Ratings:
        """Return the rows of both, sorted."""
        return sorted_ratings(
            np.concatenate([self.users, other.users]),
            np.concatenate([self.items, other.items]),
            np.concatenate([self.ratings, other.ratings]),
            np.concatenate([self.times, other.times]),
        )


@dataclass(frozen=True)
class Dataset:
    """A data set split into training, validation and test rows.

    Attributes:
        name: Name of the folder.
        user_ids: Names of the users, as in ``users.csv``.
        item_ids: Names of the items, as in ``items.csv``.
        items: Content of the items; its ids are the numbers of ``items.csv``, or 1, 2, ... where those are no numbers.
        parts: Rows of ``train``, ``valid`` and ``test``.
        cold: Whether each phase asks only for items that were never seen before it.
        global_time: Whether one moment divides the phases for all users (else each user has an own moment).
        skipped: Rows left out, with the reason.
    """

    name: str
    user_ids: NDArray[np.object_]
    item_ids: NDArray[np.object_]
    items: ItemFeatures
    parts: dict[str, Ratings]
    cold: bool
    global_time: bool
    skipped: tuple[dict[str, str], ...] = field(default=())

    @property
    def n_users(self) -> int:
        """Number of users."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.item_ids)

    def known(self, phase: Phase) -> Ratings:
        """Return the rows that may be learnt from: train, and valid too when ``phase`` is ``"test"``."""
        return self.parts["train"] if phase == "valid" else self.parts["train"].plus(self.parts["valid"])

    def training_data(self, phase: Phase) -> TrainingData:
        """Return the known rows of a phase as training data.

        Every row counts as one positive interaction, as the protocol counts it: what is asked is which item comes
        next, not how it will be rated.
        """
        rows = self.known(phase)
        interactions = Interactions(
            rows.users.astype(np.int32), rows.items.astype(np.int32), np.ones(len(rows), np.float32), rows.times
        )
        return TrainingData(self.items, interactions, tuple(str(u) for u in self.user_ids))

    def histories(self, phase: Phase, users: NDArray[np.int64]) -> list[History]:
        """Return what the given users (rows) did before a phase; the query time is when the phase begins for them."""
        rows = self.known(phase)
        begin, end = np.searchsorted(rows.users, users), np.searchsorted(rows.users, users, side="right")
        latest = float(rows.times.max()) if len(rows) else 0.0
        found = []
        for user, a, b in zip(users.tolist(), begin.tolist(), end.tolist(), strict=True):
            now = latest if self.global_time or a == b else float(rows.times[b - 1])
            values = np.ones(b - a, np.float32)
            found.append(History(rows.items[a:b], values, rows.times[a:b], str(self.user_ids[user]), now))
        return found


def sorted_ratings(
    users: NDArray[np.int64], items: NDArray[np.int64], ratings: NDArray[np.float32], times: NDArray[np.float64]
) -> Ratings:
    """Return the columns sorted by user, then time; the sort is stable."""
    order = np.lexsort((times, users))
    return Ratings(users[order], items[order], ratings[order], times[order])


def load_dataset(directory: Path) -> Dataset:
    """Read ``items.csv, users.csv, train.csv, valid.csv, test.csv`` (and ``meta.json`` where it exists).

    Item columns ``title``, ``year`` and ``genres`` are used as content where they exist. Interactions have the
    columns ``user`` and ``item``, and may have ``rating`` and ``ts`` (seconds).

    Raises:
        InputError: A table is missing or lacks a column, or nothing is left to learn from.
    """
    item_table = _table(directory / "items.csv", ("item",)).drop_duplicates("item")
    tables = {part: _table(directory / f"{part}.csv", ("user", "item")) for part in PARTS}
    user_ids = _user_ids(directory / "users.csv", tables)
    item_ids = item_table["item"].to_numpy(dtype=object)
    skipped: list[dict[str, str]] = []
    parts = {p: _rows(p, t, user_ids, item_ids, skipped) for p, t in tables.items()}
    if not len(parts["train"]):
        raise InputError("the table has no usable row to learn from", path=directory / "train.csv")
    return Dataset(
        name=directory.name,
        user_ids=user_ids,
        item_ids=item_ids,
        items=item_features(item_table),
        parts=parts,
        cold=_is_cold(directory, parts),
        global_time=_is_global(parts),
        skipped=tuple(skipped),
    )


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    try:
        table = pd.read_csv(path, low_memory=False)
    except FileNotFoundError as error:
        raise InputError("the table is missing", path=path) from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"the table cannot be read: {error}", path=path) from error
    lacking = [c for c in columns if c not in table.columns]
    if lacking:
        raise InputError(f"the table lacks the column {', '.join(lacking)}", path=path)
    return table


def _user_ids(path: Path, tables: dict[str, pd.DataFrame]) -> NDArray[np.object_]:
    import pandas as pd

    if path.exists():
        return _table(path, ("user",))["user"].drop_duplicates().to_numpy(dtype=object)
    return np.array(sorted(pd.concat([t["user"] for t in tables.values()]).dropna().unique()), dtype=object)


def _rows(
    part: str,
    table: pd.DataFrame,
    user_ids: NDArray[np.object_],
    item_ids: NDArray[np.object_],
    skipped: list[dict[str, str]],
) -> Ratings:
    import pandas as pd

    users = pd.Index(user_ids).get_indexer(pd.Index(table["user"]))
    items = pd.Index(item_ids).get_indexer(pd.Index(table["item"]))
    good = (users >= 0) & (items >= 0)
    if not good.all():
        unknown_items, unknown_users = int((items < 0).sum()), int((users < 0).sum())
        reason = f"{unknown_items} with an item that is not in items.csv, {unknown_users} with an unknown user"
        skipped.append({"row": f"{part}.csv: {int((~good).sum())} rows", "reason": reason})
    size = len(table)
    ratings = _numbers(table, "rating", 1.0, size).astype(np.float32)
    times = _numbers(table, "ts", 0.0, size)
    return sorted_ratings(
        users[good].astype(np.int64), items[good].astype(np.int64), ratings[good], times[good].astype(np.float64)
    )


def _numbers(table: pd.DataFrame, column: str, missing: float, size: int) -> NDArray[np.float64]:
    import pandas as pd

    if column not in table.columns:
        return np.full(size, missing)
    values: NDArray[np.float64] = pd.to_numeric(table[column], errors="coerce").fillna(missing).to_numpy(np.float64)
    return values


def _is_cold(directory: Path, parts: dict[str, Ratings]) -> bool:
    meta = directory / "meta.json"
    if meta.exists():
        try:
            kind = json.loads(meta.read_text(encoding="utf-8")).get("kind")
        except (OSError, ValueError, AttributeError) as error:
            raise InputError(f"the description cannot be read: {error}", path=meta) from error
        if kind is not None:
            return bool(kind == "cold")
    seen = parts["train"].items
    disjoint = [not np.isin(parts[p].items, seen).any() for p in ("valid", "test") if len(parts[p])]
    return bool(disjoint) and all(disjoint)


def _is_global(parts: dict[str, Ratings]) -> bool:
    """One moment divides the data when validation begins where training ends; the test rows are not looked at."""
    train, valid = parts["train"].times, parts["valid"].times
    return bool(len(train) and len(valid) and train.max() > train.min() and valid.min() >= train.max())
