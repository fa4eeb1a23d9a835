"""The rows of a matrix with the largest inner products: exact up to a size, by an index of cells above it."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import io
import logging
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.joined import ROWS, Matrix, blocks
from avrec_desktop.jobs.files import write_atomic

log = logging.getLogger(__name__)

#: Rows up to which every query looks at all of them.
EXACT_UP_TO = 200_000
#: Share of the rows (and their number) that may be new or changed before the index is due to be built again.
_FRESH_SHARE, _FRESH_FEW = 0.05, 2_000
#: Rows looked at beyond those asked for, as the index knows them in 8 bits only.
_SPARE = 32
#: What a row may differ from the one that was indexed.
_SAME = 1e-3
#: Recall of the ten best that the index is set to at its build, over queries that mix items, and how many of them.
WANTED_RECALL, _TRIALS, _MIXED = 0.99, 48, 12
_PER_CELL, _STEPS, _CELLS = 48, 8, (64, 2048)


@functools.cache
def available() -> bool:
    """Whether there is a library to make indexes with; said once where there is none."""
    found = importlib.util.find_spec("faiss") is not None
    if not found:
        log.info("faiss is not installed (the extra 'ann'), so every search looks at all items")
    return found


def _faiss() -> Any:
    """Return the library; what it says of its types does not know all that it takes."""
    return importlib.import_module("faiss")


def best_rows(scores: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Return the places of the ``n`` highest finite scores, best first."""
    n = min(n, len(scores))
    if n <= 0:
        return np.zeros(0, np.int64)
    some = np.argpartition(scores, len(scores) - n)[len(scores) - n :]
    some = some[np.isfinite(scores[some])]
    return np.asarray(some[np.argsort(-scores[some], kind="stable")], np.int64)


def products(matrix: Matrix, query: Matrix) -> Matrix:
    """Return float32 (n,), the inner product of each row with a query.

    By ``einsum``: reading the rows takes as long as multiplying them, and no pool of threads fights over the cores.
    """
    if len(matrix) <= EXACT_UP_TO:
        return np.asarray(np.einsum("ij,j->i", matrix, query), np.float32)
    out = np.empty(len(matrix), np.float32)
    for part, block in blocks(matrix, 16 * ROWS):  # a large matrix would stay in the process's memory as a whole
        out[part] = np.einsum("ij,j->i", block, query)
    return out


class StoredIndex:
    """Cells of alike rows (an inverted file) on the disk, with what is needed to see which rows changed since.

    Attributes:
        ids: int64 (n,), the ids of the rows that were indexed.
        marks: float32 (n,), a projection of each row that changes with it.
        recall: Share of the ten best that queries found at the build.
    """

    def __init__(self, index: Any, about: dict[str, NDArray[Any]]) -> None:
        self._index = index
        self.ids: NDArray[np.int64] = about["ids"]
        self.marks: Matrix = about["marks"]
        self.probes = int(about["probes"])
        self.recall = float(about["recall"])
        self.token = str(about["token"])

    @classmethod
    def load(cls, folder: Path, name: str, dim: int) -> StoredIndex | None:
        """Return the index of a name, mapped from its file; None when there is none that fits."""
        if not available():
            return None
        try:
            with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
                about = {key: stored[key] for key in ("ids", "marks", "probes", "recall", "token")}
            faiss = _faiss()
            index = faiss.read_index(str(folder / f"{name}-{about['token']}.ivf"), faiss.IO_FLAG_MMAP)
            found = cls(index, about)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
            log.warning("the index %s cannot be read and is made again: %s", name, error)
            return None
        return found if index.d == dim and index.ntotal == len(found.ids) == len(found.marks) else None

    def search(self, query: Matrix, n: int, open_: NDArray[np.uint8] | None) -> NDArray[np.int64]:
        """Return up to ``n`` places among the indexed rows, roughly best first.

        Args:
            query: float32 (d,).
            n: How many.
            open_: One bit for each indexed row, little end first: what may be found; None: everything.
        """
        faiss = _faiss()
        chosen = None if open_ is None else faiss.IDSelectorBitmap(open_)
        params = faiss.SearchParametersIVF(nprobe=self.probes, **({} if chosen is None else {"sel": chosen}))
        _, found = self._index.search(np.ascontiguousarray(query[None]), n, params=params)
        return np.asarray(found[0][found[0] >= 0], np.int64)


def marks_of(matrix: Matrix) -> Matrix:
    """Return float32 (n,), a number for each row that changes when the row does."""
    direction = np.random.default_rng(7).standard_normal((1, matrix.shape[1]), dtype=np.float32)
    return products(matrix, direction[0])


def stamp_of(folder: Path, name: str) -> int:
    """Return a number that changes whenever an index is stored; 0 without one."""
    try:
        return (folder / f"{name}.npz").stat().st_mtime_ns
    except OSError:
        return 0


class Nearest:
    """Finds the rows of one matrix with the largest inner products; rows that the index lacks are looked at as well.

    Args:
        ids: int64 (n,), unique ids of the rows.
        matrix: float32 (n, d).
        index: An index of (nearly) this matrix, or None to look at all rows.
        large: Whether an index makes sense; None: from :data:`EXACT_UP_TO` rows on.

    Attributes:
        index: The index.
        due: Whether an index is to be built: there is none, or too many rows changed since.
    """

    def __init__(
        self, ids: NDArray[np.int64], matrix: Matrix, index: StoredIndex | None = None, *, large: bool | None = None
    ) -> None:
        self.ids, self.matrix, self.index = ids, matrix, index
        self.due = len(matrix) > EXACT_UP_TO if large is None else large
        if index is None:
            return
        order = np.argsort(ids, kind="stable")
        at = order[np.minimum(np.searchsorted(ids, index.ids, sorter=order), len(ids) - 1)] if len(ids) else None
        marks = marks_of(matrix)
        if at is None:
            self.index = None
            return
        same = (ids[at] == index.ids) & (np.abs(marks[at] - index.marks) <= _SAME)
        self._row_of = np.where(same, at, -1).astype(np.int64)
        covered = np.zeros(len(ids), bool)
        covered[at[same]] = True
        self._fresh = np.flatnonzero(~covered)
        self._of_fresh = np.ascontiguousarray(matrix[self._fresh])
        # after a build, and when items were only added since, the places are the rows
        self._in_order = bool(same.all()) and bool((at == np.arange(len(at))).all())
        changes = len(self._fresh) + int((~same).sum())
        self.due = self.due and changes > max(_FRESH_FEW, _FRESH_SHARE * len(ids))
        if changes > len(ids) // 2:
            self.index = None  # of another time: looking at all rows is quicker than at half of them and more

    @property
    def fresh(self) -> int:
        """Number of rows that are not in the index."""
        return len(self._fresh) if self.index is not None else len(self.ids)

    def top(self, query: Matrix, n: int, allowed: NDArray[np.bool_] | None = None) -> tuple[NDArray[np.int64], Matrix]:
        """Return the rows with the largest inner products, best first.

        Args:
            query: float32 (d,).
            n: How many.
            allowed: bool (n_rows,), which rows may be found; None: all.

        Returns:
            int64 (m,) rows and float32 (m,) exact inner products, m up to ``n``.
        """
        query = np.ascontiguousarray(query, np.float32)
        if self.index is not None and n > 0:
            rows, scores = self._by_index(self.index, query, n, allowed)
            if len(rows) == min(n, len(self.ids) if allowed is None else int(np.count_nonzero(allowed))):
                return rows, scores
        scores = products(self.matrix, query)
        if allowed is not None:
            scores[~allowed] = -np.inf
        rows = best_rows(scores, n)
        return rows, scores[rows]

    def _by_index(
        self, index: StoredIndex, query: Matrix, n: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], Matrix]:
        if self._in_order:
            open_ = None if allowed is None else allowed[: len(self._row_of)]
        else:
            open_ = self._row_of >= 0
            if allowed is not None:
                open_ &= allowed[self._row_of]
        bits = None if open_ is None else np.packbits(open_, bitorder="little")
        rows = self._row_of[index.search(query, n + _SPARE, bits)]
        scores = products(np.asarray(self.matrix[rows], np.float32), query)
        if len(self._fresh):
            near = products(self._of_fresh, query)
            if allowed is not None:
                near[~allowed[self._fresh]] = -np.inf
            own = best_rows(near, n)
            rows, scores = np.concatenate([rows, self._fresh[own]]), np.concatenate([scores, near[own]])
        best = best_rows(scores, n)
        return rows[best], scores[best]


def build(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Build and store an index; runs inside a compute process.

    Stored are 8 bits a number; answers are weighed anew by the vectors themselves. How many cells a query looks into
    is set so that, over queries that mix items as a taste does, ``WANTED_RECALL`` of the ten best are found.

    Args:
        args: ``folder`` and ``name`` of the index; ``matrix`` and ``ids``, paths of ``.npy`` files.
        context: May stop the work.

    Returns:
        ``recall``, ``probes`` and ``cells``.

    Raises:
        Cancelled: The caller cancelled.
        OSError: The index cannot be stored; the earlier one stays.
    """
    faiss = _faiss()
    matrix = np.load(args["matrix"], mmap_mode="r", allow_pickle=False)
    ids = np.load(args["ids"], allow_pickle=False)
    rng = np.random.default_rng(0)
    n, dim = matrix.shape
    cells = int(np.clip(2 ** round(np.log2(np.sqrt(n))), *_CELLS))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.spherical, index.cp.seed = _STEPS, True, 1
    index.train(np.ascontiguousarray(matrix[np.sort(rng.choice(n, min(n, _PER_CELL * cells), replace=False))]))
    context.check()
    marks = np.empty(n, np.float32)
    for first in range(0, n, 50_000):
        part = np.ascontiguousarray(matrix[first : first + 50_000])
        index.add(part)
        marks[first : first + len(part)] = marks_of(part)
        context.check()
    probes, recall = _calibrate(index, matrix, cells, rng)
    token = uuid.uuid4().hex[:12]
    folder, name = Path(args["folder"]), args["name"]
    folder.mkdir(parents=True, exist_ok=True)
    stored = io.BytesIO()
    np.savez(stored, ids=ids, marks=marks, probes=probes, recall=recall, token=np.array(token))
    try:
        write_atomic(folder / f"{name}-{token}.ivf", faiss.serialize_index(index).tobytes())
        write_atomic(folder / f"{name}.npz", stored.getvalue())
    finally:
        _sweep(folder, name)
    return {"recall": recall, "probes": probes, "cells": cells}


def _sweep(folder: Path, name: str) -> None:
    """Delete what the stored index of a name does not use."""
    try:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
            used = f"{name}-{stored['token']}.ivf"
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        used = ""
    for path in folder.glob(f"{name}-*.ivf"):
        if path.name != used:
            try:
                path.unlink()
            except OSError as error:  # mapped by a process where that forbids it: gone with the next build
                log.info("an old index stays for now: %s", error)


def _calibrate(index: Any, matrix: Matrix, cells: int, rng: np.random.Generator) -> tuple[int, float]:
    """Return the fewest cells to look into with which queries find what they should, and the recall reached."""
    faiss = _faiss()
    some = [np.sort(rng.integers(0, len(matrix), rng.integers(1, _MIXED))) for _ in range(_TRIALS)]
    asked = np.stack([matrix[rows].sum(axis=0) for rows in some]).astype(np.float32)
    best_scores = np.full((_TRIALS, 0), -np.inf, np.float32)
    best_at = np.zeros((_TRIALS, 0), np.int64)
    for first in range(0, len(matrix), 50_000):
        near = asked @ matrix[first : first + 50_000].T
        at = np.argpartition(-near, min(10, near.shape[1] - 1), axis=1)[:, :10]
        best_scores = np.hstack([best_scores, np.take_along_axis(near, at, 1)])
        best_at = np.hstack([best_at, at + first])
        keep = np.argsort(-best_scores, axis=1)[:, :10]
        best_scores, best_at = np.take_along_axis(best_scores, keep, 1), np.take_along_axis(best_at, keep, 1)
    probes, recall = 1, 0.0
    while True:
        _, found = index.search(asked, 10 + _SPARE, params=faiss.SearchParametersIVF(nprobe=probes))
        recall = float(np.mean([np.isin(best_at[t], found[t]).mean() for t in range(_TRIALS)]))
        if recall >= WANTED_RECALL or probes >= cells:
            return probes, recall
        probes = min(cells, probes * 2)
