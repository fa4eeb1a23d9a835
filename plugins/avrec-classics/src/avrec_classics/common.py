"""What the classical models share: matching items by id, behaviour as matrices, storing, explaining."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import (
    Explanation,
    History,
    Interactions,
    ItemFeatures,
    ModelError,
    Part,
    Recommender,
    RecommenderConfig,
    TrainingData,
)
from avrec_desktop.api.storage import load_model, save_model

if TYPE_CHECKING:
    from scipy import sparse

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class ArrayRecommender(Recommender):
    """A model that consists of plain arrays.

    Attributes:
        arrays: The trained arrays.
        item_ids: int64 (n_columns,), ids of the items that the arrays speak of.
        columns: int64 (n_bound,), column of each bound item, -1 for an item the model does not know.
    """

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self.arrays: dict[str, NDArray[Any]] = {}
        self.item_ids: IntArray = np.zeros(0, np.int64)
        self.columns: IntArray = np.zeros(0, np.int64)
        self.items: ItemFeatures | None = None

    def bind(self, items: ItemFeatures) -> None:
        """Match the items by their ids."""
        self.items = items
        known = ItemFeatures(self.item_ids, np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
        self.columns = known.rows(items.ids)

    def score(self, history: History) -> FloatArray:
        """Return a score for every bound item, NaN where the model cannot say."""
        return self.score_many([history])[0]

    @abstractmethod
    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items)."""

    def save(self, directory: Path) -> None:
        """Write arrays, item ids and settings."""
        arrays = {**self.arrays, "item_ids": self.item_ids}
        save_model(directory, self.id, self.version, self.config.to_dict(), arrays)

    @classmethod
    def load(cls, directory: Path, config: RecommenderConfig | None = None) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: The files are missing or damaged.
        """
        stored, arrays = load_model(directory, cls.id, cls.version)
        try:
            made = cls(config if config is not None else cls.Config.from_dict(stored))
            made.item_ids = arrays.pop("item_ids")
        except (TypeError, KeyError) as error:
            raise ModelError(f"the saved model cannot be read: {error}", path=directory) from error
        made.arrays = arrays
        return made

    def history_matrix(self, histories: Sequence[History]) -> sparse.csr_matrix[np.float32]:
        """Return the histories as rows over the model's columns; a repeated item counts with its last value."""
        return history_matrix(histories, self.columns, len(self.item_ids))

    def spread(self, scores: FloatArray, known: NDArray[np.bool_] | None = None) -> FloatArray:
        """Return scores over the bound items from scores over the model's columns; NaN for what is not known."""
        if not len(self.item_ids):
            return np.full((len(scores), len(self.columns)), np.nan, np.float32)
        column = np.maximum(self.columns, 0)
        able = self.columns >= 0 if known is None else (self.columns >= 0) & known[column]
        return np.where(able[None, :], scores[:, column], np.float32(np.nan)).astype(np.float32, copy=False)


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


def need_likes(model: Recommender, table: Interactions) -> None:
    """Refuse data without a single positive interaction.

    Raises:
        ModelError: There is none.
    """
    if not (table.values > 0).any():
        raise ModelError(f"{model.name} has no likes or plays to learn from", hint="Like a few items first.")


def explanation(items: IntArray, shares: NDArray[np.floating[Any]], prior: float, limit: int) -> Explanation:
    """Return an explanation from the share of each history item, largest first.

    What lies beyond ``limit`` is summed up as the bias ``"others"``, so that the parts add up to the score.
    """
    order = np.argsort(-np.abs(shares), kind="stable")
    parts = [Part("item", int(items[k]), float(shares[k])) for k in order[:limit]]
    rest = float(shares[order[limit:]].sum())
    if prior:
        parts.append(Part("bias", "prior", prior))
    if rest:
        parts.append(Part("bias", "others", rest))
    return Explanation(float(shares.sum()) + prior, tuple(parts))
