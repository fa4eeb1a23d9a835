"""What the classical models share: matching items by id, behaviour as matrices, storing, explaining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import (
    History,
    TrainingData,
)

if TYPE_CHECKING:
    from scipy import sparse

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


def history_matrix(histories: Sequence[History], columns_of: IntArray, n_columns: int) -> sparse.csr_matrix[np.float32]:
    """Return the histories as rows, float32 (n_histories, n_columns); items of column -1 are left out."""
    from scipy import sparse

    rows: list[IntArray] = []
    columns: list[IntArray] = []
    values: list[FloatArray] = []
    for row, history in enumerate(histories):
        found, last = last_values(history)
        column = columns_of[found]
        rows.append(np.full(int((column >= 0).sum()), row, np.int64))
        columns.append(column[column >= 0])
        values.append(last[column >= 0])
    shape = (len(histories), n_columns)
    if not rows:
        return sparse.csr_matrix(shape, dtype=np.float32)
    entries = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), entries), shape=shape, dtype=np.float32)


def last_values(history: History) -> tuple[IntArray, FloatArray]:
    """Return the distinct items of a history and the last value of each, ordered by item."""
    backwards = history.items[::-1]
    found, at = np.unique(backwards, return_index=True)
    return found.astype(np.int64), history.values[::-1][at].astype(np.float32)


def behaviour_matrix(data: TrainingData) -> sparse.csr_matrix[np.float32]:
    """Return users by items, float32, the last value of each pair."""
    from scipy import sparse

    table = data.interactions
    pair = table.users.astype(np.int64) * max(1, data.n_items) + table.items
    _, at = np.unique(pair[::-1], return_index=True)
    last = len(table) - 1 - at
    entries = (table.users[last], table.items[last])
    return sparse.csr_matrix((table.values[last], entries), shape=(data.n_users, data.n_items), dtype=np.float32)


def positives(matrix: sparse.csr_matrix[np.float32]) -> sparse.csr_matrix[np.float32]:
    """Return 1 where the value is positive."""
    kept = matrix.copy()
    kept.data = (kept.data > 0).astype(np.float32)
    kept.eliminate_zeros()
    return kept
