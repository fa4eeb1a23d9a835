"""What imports brought, as models need it: items under one id, and acts as arrays.

Acts lie in blocks of columns (:class:`BlockWriter`), so that twenty million of them are read in seconds and need 25
bytes each. An import counts while its state is ``done``; one that is being read or was undone is invisible.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.behaviour.imports.types import KINDS, STRENGTH
from avrec_desktop.behaviour.signals import Preferences, SignalWeights, strengths
from avrec_desktop.library.database import Database

Totals = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
#: Acts of one block.
BLOCK = 100_000


@dataclass(frozen=True, slots=True)
class CommunityItem:
    """An imported item.

    Attributes:
        id: Row of the first mention of it in ``community_items``.
        key: Its id in the imported source.
        item_id: The library item it is, or None.
        title, category: As told.
    """

    id: int
    key: str
    item_id: int | None
    title: str | None
    category: str | None


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts of people as columns of the same length n.

    Attributes:
        users: int32 (n,), positions in ``names``.
        items: int64 (n,), library ids, or minus :attr:`CommunityItem.id` for what is not in the library.
        values: float32 (n,) in [-1, 1].
        times: float64 (n,), seconds since the epoch, 0 where not known.
        names: ``<space>:<name>`` of the people.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int64]
    values: NDArray[np.float32]
    times: NDArray[np.float64]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.users)


@dataclass(frozen=True, slots=True)
class Block:
    """One stored block; all arrays have the same length. ``id`` is 0 for rows of an old import."""

    id: int
    import_id: int
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    values: NDArray[np.float32]
    times: NDArray[np.float64]
    ordinals: NDArray[np.int32]


def read_blocks(db: sqlite3.Connection, where: str, values: Sequence[object] = ()) -> Iterator[Block]:
    """Yield the blocks of the imports that fit a condition on ``import_id``, in order."""
    ids = [r[0] for r in db.execute(f"SELECT id FROM community_blocks WHERE {where} ORDER BY id", values)]  # noqa: S608
    for block_id in ids:
        row = db.execute("SELECT * FROM community_blocks WHERE id = ?", (block_id,)).fetchone()
        if row is not None:
            yield to_block(row)


def to_block(row: sqlite3.Row) -> Block:
    """Return the arrays of a row of ``community_blocks``."""
    n = row["n"]
    ordinals = row["ordinals"]
    return Block(
        row["id"],
        row["import_id"],
        np.frombuffer(row["users"], "<i4", n),
        np.frombuffer(row["items"], "<i4", n),
        np.frombuffer(row["kinds"], np.uint8, n),
        np.frombuffer(row["vals"], "<f4", n),
        np.frombuffer(row["times"], "<f8", n),
        np.zeros(n, np.int32) if ordinals is None else np.frombuffer(ordinals, "<i4", n),
    )


class Community:
    """Reads the imports that count. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outside: dict[str, tuple[object, Preferences]] = {}
        self._totals: tuple[object, Totals] | None = None

    def items(self) -> tuple[list[CommunityItem], dict[int, int]]:
        """Return the imported items, each once, and for every row of them the library id or minus the item's id.

        Rows of the same key in the same space are one item; what one of them tells is known of all.
        """
        with self._database.read() as db:
            rows = db.execute(
                "SELECT c.id, c.key, c.item_id, c.title, c.category, coalesce(i.space, i.source) AS space"
                " FROM community_items c JOIN imports i ON i.id = c.import_id WHERE i.state = 'done' ORDER BY c.id"
            ).fetchall()
        first: dict[tuple[str, str], int] = {}
        told: dict[int, list[object]] = {}
        owner: dict[int, int] = {}
        for row_id, key, item_id, title, category, space in map(tuple, rows):
            main = first.setdefault((space, key), row_id)
            owner[row_id] = main
            mine = told.setdefault(main, [key, None, None, None])
            for at, value in ((1, item_id), (2, title), (3, category)):
                if value is not None:
                    mine[at] = value
        items = [CommunityItem(n, *values) for n, values in told.items()]  # type: ignore[arg-type]
        final = {item.id: item.item_id if item.item_id is not None else -item.id for item in items}
        return items, {row_id: final[main] for row_id, main in owner.items()}

    def acts(self, aliases: dict[int, int]) -> Acts:
        """Return what other people did; the own histories of profiles are left out.

        Args:
            aliases: Of :meth:`items`.
        """
        with self._database.read() as db:
            parts = [*_legacy(db), *self._blocks(db)]
            people = self._people(db)
        if not parts:
            return _NO_ACTS
        lookup = _Lookup(aliases)
        names: dict[str, int] = {}
        users, items, values, times = [], [], [], []
        for part_users, block in parts:
            known = {u: names.setdefault(people.get(u, str(u)), len(names)) for u in np.unique(part_users).tolist()}
            users.append(_replace(part_users, known))
            items.append(lookup(block.items))
            values.append(block.values)
            times.append(block.times)
        return Acts(
            np.concatenate(users), np.concatenate(items), np.concatenate(values), np.concatenate(times), tuple(names)
        )

    def person(
        self, name: str, aliases: dict[int, int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float64]]:
        """Return (items, values, times) of everybody of that name in the tables, oldest first; as of :meth:`acts`."""
        with self._database.read() as db:
            wanted = {
                r["import_id"]: r["id"]
                for r in db.execute(
                    "SELECT id, import_id FROM community_users"
                    " WHERE name = ? AND import_id IN (SELECT id FROM imports WHERE state = 'done')",
                    (name,),
                )
            }
            found = []
            for import_id, user in wanted.items():
                for block in read_blocks(db, "import_id = ?", (import_id,)):
                    mine = block.users == user
                    found.append((block.items[mine], block.values[mine], block.times[mine]))
            old = db.execute(
                "SELECT community_item, value, at FROM community_interactions"
                " WHERE user = ? AND import_id IN (SELECT id FROM imports WHERE state = 'done') ORDER BY rowid",
                (name,),
            ).fetchall()
        if old:
            columns = np.array([tuple(r) for r in old], np.float64).T
            found.append((columns[0].astype(np.int32), columns[1].astype(np.float32), columns[2]))
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0)
        items = _Lookup(aliases)(np.concatenate([f[0] for f in found]))
        values, times = np.concatenate([f[1] for f in found]), np.concatenate([f[2] for f in found])
        order = np.argsort(times, kind="stable")
        return items[order], values[order], times[order]

    def totals(self, aliases: dict[int, int]) -> Totals:
        """Return (items, number of acts, sum of strengths) of what other people did, one row an item."""
        with self._database.read() as db:
            stamp = tuple(db.execute("SELECT count(*), max(at) FROM imports WHERE state = 'done'").fetchone())
        held = self._totals
        if held is not None and held[0] == (stamp, aliases):
            return held[1]
        acts = self.acts(aliases)
        ids, at = np.unique(acts.items, return_inverse=True)
        counts = np.bincount(at, minlength=len(ids)).astype(np.int64)
        sums = np.bincount(at, acts.values, minlength=len(ids)).astype(np.float64)
        self._totals = ((stamp, aliases), (ids, counts, sums))
        return ids, counts, sums

    def outside(self, profile: str, weights: SignalWeights, now: float) -> Preferences:
        """Return what a profile's own imports say of things that are not in the library.

        Item ids are minus the :attr:`CommunityItem.id`. Kept until an import changes or a day has gone by.
        """
        with self._database.read() as db:
            row = db.execute(
                "SELECT count(*), max(at), (SELECT p.id FROM profiles p WHERE p.name = ?) AS profile,"
                " (SELECT count(*) FROM imports WHERE profile_id IS NOT NULL) AS own"
                " FROM imports WHERE state = 'done'",
                (profile,),
            ).fetchone()
        if not row["own"] or row["profile"] is None:
            return Preferences.empty()
        stamp = (tuple(row), weights, int(now // 86_400))
        held = self._outside.get(profile)
        if held is not None and held[0] == stamp:
            return held[1]
        found = self._gather_outside(row["profile"], weights, now)
        self._outside[profile] = (stamp, found)
        return found

    def _gather_outside(self, profile_id: int, weights: SignalWeights, now: float) -> Preferences:
        _, aliases = self.items()
        with self._database.read() as db:
            blocks = list(
                read_blocks(
                    db, "import_id IN (SELECT id FROM imports WHERE state = 'done' AND profile_id = ?)", (profile_id,)
                )
            )
        if not blocks:
            return Preferences.empty()
        lookup = _Lookup(aliases)
        items = np.concatenate([lookup(b.items) for b in blocks])
        kinds = np.concatenate([b.kinds for b in blocks])
        values = np.concatenate([b.values for b in blocks]).astype(np.float64)
        times = np.concatenate([b.times for b in blocks])
        ordinals = np.concatenate([b.ordinals for b in blocks])
        loose = np.flatnonzero((items < 0) & (kinds != STRENGTH))
        # the same act in two exports counts once
        mark = np.where(ordinals > 0, -ordinals.astype(np.float64), times)
        _, once = np.unique(
            np.stack([items[loose], kinds[loose], mark[loose]]).astype(np.float64), axis=1, return_index=True
        )
        chosen = loose[once]
        chosen = chosen[np.argsort(times[chosen], kind="stable")]
        names = np.array(KINDS)[kinds[chosen]]
        return strengths(items[chosen], names, values[chosen], times[chosen], weights, now)

    @staticmethod
    def _blocks(db: sqlite3.Connection) -> Iterator[tuple[NDArray[np.int32], Block]]:
        where = "import_id IN (SELECT id FROM imports WHERE state = 'done' AND profile_id IS NULL)"
        for block in read_blocks(db, where):
            yield block.users, block

    @staticmethod
    def _people(db: sqlite3.Connection) -> dict[int, str]:
        """Return the name of every person; the same name in the same space is one person."""
        rows = db.execute(
            "SELECT u.id, u.name, (SELECT min(o.id) FROM imports o WHERE coalesce(o.space, o.source)"
            " = coalesce(i.space, i.source)) AS space FROM community_users u JOIN imports i ON i.id = u.import_id"
            " WHERE i.state = 'done' AND i.profile_id IS NULL"
        ).fetchall()
        people = {r["id"]: f"{r['space']}:{r['name']}" for r in rows}
        old = db.execute(
            "SELECT DISTINCT c.import_id AS space, i.user AS name FROM community_interactions i"
            " JOIN community_items c ON c.id = i.community_item"
            " WHERE i.import_id IN (SELECT id FROM imports WHERE state = 'done') ORDER BY 1, 2"
        ).fetchall()
        return people | {-n: f"{r['space']}:{r['name']}" for n, r in enumerate(old, 1)}


_NO_ACTS = Acts(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0), ())


def _legacy(db: sqlite3.Connection) -> Iterator[tuple[NDArray[np.int32], Block]]:
    """Yield what imports of older versions of the app left, with negative numbers for people."""
    rows = db.execute(
        "SELECT DISTINCT c.import_id AS space, i.user AS name FROM community_interactions i"
        " JOIN community_items c ON c.id = i.community_item"
        " WHERE i.import_id IN (SELECT id FROM imports WHERE state = 'done') ORDER BY 1, 2"
    ).fetchall()
    if not rows:
        return
    number = {(r["space"], r["name"]): -n for n, r in enumerate(rows, 1)}
    found = db.execute(
        "SELECT c.import_id, i.user, i.community_item, i.value, i.at FROM community_interactions i"
        " JOIN community_items c ON c.id = i.community_item"
        " WHERE i.import_id IN (SELECT id FROM imports WHERE state = 'done')"
    ).fetchall()
    users = np.array([number[r["import_id"], r["user"]] for r in found], np.int32)
    n = len(found)
    yield (
        users,
        Block(
            0,
            0,
            users,
            np.array([r["community_item"] for r in found], np.int32),
            np.zeros(n, np.uint8),
            np.array([r["value"] for r in found], np.float32),
            np.array([r["at"] for r in found], np.float64),
            np.zeros(n, np.int32),
        ),
    )


class _Lookup:
    """Turns rows of ``community_items`` into ids, vectorised; 0 for rows that are not visible."""

    def __init__(self, aliases: dict[int, int]) -> None:
        top = max(aliases, default=0) + 1
        self._table = np.zeros(top + 1, np.int64)
        if aliases:
            self._table[np.fromiter(aliases.keys(), np.int64)] = np.fromiter(aliases.values(), np.int64)

    def __call__(self, rows: NDArray[np.int32]) -> NDArray[np.int64]:
        return self._table[np.minimum(rows, len(self._table) - 1)]


def _replace(values: NDArray[np.int32], mapping: dict[int, int]) -> NDArray[np.int32]:
    keys = np.array(sorted(mapping), np.int32)
    targets = np.array([mapping[k] for k in keys.tolist()], np.int32)
    return targets[np.searchsorted(keys, values)]
