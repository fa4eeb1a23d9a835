"""Factors of behaviour by weighted least squares, and the taste of a history in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import History
from avrec_sequence.common import FloatArray, IntArray

if TYPE_CHECKING:
    from scipy import sparse

#: What an interaction counts beyond a pair without one, which counts 1.
ALPHA = 5.0
#: L2 penalty per row of the other side.
REG = 0.02
SWEEPS = 8
#: Most interactions that the factors are learnt from; beyond, a sample of the users is.
MAX_ENTRIES = 2_000_000
#: Rows solved at a time, and columns whose squares are held for it.
ROWS = 1024
COLUMNS = 8192


def item_factors(matrix: sparse.csr_matrix[np.float32], rank: int) -> FloatArray:
    """Return the factors of the columns by alternating least squares, float32 (n_columns, at most ``rank``).

    Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets" (2008), with a penalty in proportion
    to the number of pairs.

    Args:
        matrix: Users by items, 1 where there is an interaction.
        rank: Number of factors.
    """
    rng = np.random.default_rng(0)
    if matrix.nnz > MAX_ENTRIES:
        share = MAX_ENTRIES / matrix.nnz
        matrix = matrix[np.sort(rng.permutation(matrix.shape[0])[: max(1, int(share * matrix.shape[0]))])]
    rank = max(1, min(rank, min(matrix.shape) - 1))
    across = matrix.T.tocsr()
    factors = (0.1 * rng.standard_normal((matrix.shape[1], rank))).astype(np.float32)
    for _ in range(SWEEPS):
        people = tastes(matrix, factors, moments(factors))
        factors = tastes(across, people, moments(people))
    return factors


def moments(factors: FloatArray) -> NDArray[np.float64]:
    """Return what all pairs and the penalty put on the left side of a row's equations, float64 (k, k)."""
    exact = factors.astype(np.float64)
    return np.asarray(exact.T @ exact + REG * len(factors) * np.eye(factors.shape[1]))


def tastes(table: sparse.csr_matrix[np.float32], factors: FloatArray, base: NDArray[np.float64]) -> FloatArray:
    """Return the factors of the rows of a table, given those of its columns, float32 (n_rows, k).

    Args:
        table: One row each; the size of an entry is its weight, its sign what is asked of the product.
        factors: float32 (n_columns, k).
        base: See :func:`moments`.
    """
    rank = factors.shape[1]
    found = np.zeros((table.shape[0], rank), np.float32)
    for begin in range(0, table.shape[0], ROWS):
        rows = table[begin : begin + ROWS]
        left = np.zeros((rows.shape[0], rank * rank), np.float32)
        for first in range(0, len(factors), COLUMNS):
            part = factors[first : first + COLUMNS]
            squares = (part[:, :, None] * part[:, None, :]).reshape(len(part), -1)
            left += abs(rows[:, first : first + COLUMNS]) @ squares
        right = (1 + ALPHA) * (rows @ factors).astype(np.float64)
        system = base + ALPHA * left.reshape(-1, rank, rank).astype(np.float64)
        found[begin : begin + ROWS] = np.linalg.solve(system, right[..., None])[..., 0]
    return found


def history_tastes(histories: Sequence[History], factors: FloatArray, base: NDArray[np.float64]) -> FloatArray:
    """Return the taste of each history, float32 (n_histories, k)."""
    from scipy import sparse

    items = np.concatenate([h.items for h in histories]).astype(np.int64)
    values = np.concatenate([h.values for h in histories]).astype(np.float32)
    ends = np.cumsum([0, *(len(h) for h in histories)])
    kinds, column = np.unique(items, return_inverse=True)
    table = sparse.csr_matrix((values, column, ends), shape=(len(histories), len(kinds)))
    return tastes(table, factors[kinds], base)


def shares(
    rows: IntArray, values: FloatArray, own: FloatArray, asked: FloatArray, base: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each entry of a history adds to ``taste @ asked``, float64 (n,); they add up to it exactly.

    Args:
        rows: int64 (n,), entries of the history, as rows of ``own``.
        values: float32 (n,).
        own: float32 (n_items, k).
        asked: float32 (k,), factors of the item that is asked for.
        base: See :func:`moments`.
    """
    chosen = own[rows].astype(np.float64)
    system = base + ALPHA * (chosen * np.abs(values)[:, None]).T @ chosen
    return np.asarray((1 + ALPHA) * values * (chosen @ np.linalg.solve(system, asked.astype(np.float64))))
