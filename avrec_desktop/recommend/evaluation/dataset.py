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
from avrec_desktop.recommend.evaluation.content import Reader, item_features, with_meanings
from avrec_desktop.recommend.evaluation.tables import FOLDER_HINT, Ids, as_numbers, moments, numbers, read_table

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
        skipped: Rows left out and cells that cannot be read, with the reason.
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


def load_dataset(directory: Path, reader: Reader | None = None) -> Dataset:
    """Read ``items.csv, users.csv, train.csv, valid.csv, test.csv`` (and ``meta.json`` where it exists).

    Item columns ``title``, ``year`` and ``genres`` are used as content where they exist. Interactions have the
    columns ``user`` and ``item``, and may have ``rating`` and ``ts`` (seconds, or dates). See :mod:`.tables`.

    Args:
        directory: The folder.
        reader: Reads the titles where the split asks for items that nobody met; what a title means is then content.

    Raises:
        InputError: A table is missing or lacks a column, or nothing is left to learn from or to ask.
    """
    if not directory.is_dir():
        raise InputError("there is no such folder", path=directory, hint=FOLDER_HINT)
    item_table = read_table(directory / "items.csv", ("item",))
    item_table = item_table[item_table["item"] != ""].drop_duplicates("item")
    if not len(item_table):
        raise InputError("the table has no items", path=directory / "items.csv")
    tables = {part: read_table(directory / f"{part}.csv", ("user", "item")) for part in PARTS}
    user_ids = _user_ids(directory / "users.csv", tables)
    item_ids = item_table["item"].to_numpy(dtype=object)
    skipped: list[dict[str, str]] = []
    known = (Ids(user_ids), Ids(item_ids))
    parts = {p: _rows(p, t, known, skipped) for p, t in tables.items()}
    if not len(parts["train"]):
        raise InputError("the table has no usable row to learn from", path=directory / "train.csv", hint=_why(skipped))
    past = np.concatenate([parts["train"].users, parts["valid"].users])
    if not np.isin(parts["test"].users, past).any():
        raise InputError(
            "nothing can be asked: no user of this table has rows in train.csv or valid.csv",
            path=directory / "test.csv",
            hint=_why(skipped) or "Put the earlier rows of the same users into train.csv.",
        )
    items = item_features(item_table.assign(item=as_numbers(item_ids)))
    cold = _is_cold(directory, parts)
    if cold and reader is not None and "title" in item_table:
        items = with_meanings(items, item_table["title"], reader)
    return Dataset(
        name=directory.resolve().name,
        user_ids=user_ids,
        item_ids=item_ids,
        items=items,
        parts=parts,
        cold=cold,
        global_time=_is_global(parts),
        skipped=tuple(skipped),
    )


def _user_ids(path: Path, tables: dict[str, pd.DataFrame]) -> NDArray[np.object_]:
    import pandas as pd

    if path.exists():
        named = read_table(path, ("user",))["user"]
        return named[named != ""].drop_duplicates().to_numpy(dtype=object)
    found = pd.concat([t["user"] for t in tables.values()])
    ids = found[found != ""].unique().astype(object)
    numbers = pd.to_numeric(pd.Series(ids), errors="coerce")
    order = np.argsort(ids if numbers.isna().any() else numbers.to_numpy(), kind="stable")
    return np.asarray(ids[order], dtype=object)


def _rows(part: str, table: pd.DataFrame, known: tuple[Ids, Ids], skipped: list[dict[str, str]]) -> Ratings:
    users, items = known[0].rows(table["user"]), known[1].rows(table["item"])
    good = (users >= 0) & (items >= 0)
    if not good.all():
        reasons = [
            f"{int((rows < 0).sum())} with {what}, such as {str(table[column][rows < 0].iloc[0])!r}"
            for rows, column, what in (
                (items, "item", "an item that is not in items.csv"),
                (users, "user", "an unknown user"),
            )
            if (rows < 0).any()
        ]
        skipped.append({"row": f"{part}.csv: {int((~good).sum())} rows", "reason": ", ".join(reasons)})
    ratings, no_number = numbers(table, "rating", 1.0)
    times, no_time = moments(table, "ts")
    for column, count, taken in (("rating", no_number, "taken as 1"), ("ts", no_time, "taken as unknown")):
        if count:
            skipped.append({"row": f"{part}.csv: {count} cells", "reason": f"{column} cannot be read, {taken}"})
    return sorted_ratings(
        users[good].astype(np.int64), items[good].astype(np.int64), ratings[good].astype(np.float32), times[good]
    )


def _why(skipped: list[dict[str, str]]) -> str | None:
    return "; ".join(f"{s['row']}: {s['reason']}" for s in skipped) or None


def _is_cold(directory: Path, parts: dict[str, Ratings]) -> bool:
    meta = directory / "meta.json"
    if meta.exists():
        try:
            kind = json.loads(meta.read_text(encoding="utf-8")).get("kind")
        except (OSError, ValueError, AttributeError) as error:
            hint = "Mend or remove it; without it the kind of split is found out."
            raise InputError(f"the description cannot be read: {error}", path=meta, hint=hint) from error
        if kind is not None:
            return bool(kind == "cold")
    seen = parts["train"].items
    disjoint = [not np.isin(parts[p].items, seen).any() for p in ("valid", "test") if len(parts[p])]
    return bool(disjoint) and all(disjoint)


def _is_global(parts: dict[str, Ratings]) -> bool:
    """One moment divides the data when validation begins where training ends; the test rows are not looked at."""
    train, valid = parts["train"].times, parts["valid"].times
    return bool(len(train) and len(valid) and train.max() > train.min() and valid.min() >= train.max())
