"""Base class of models that consist of plain arrays, and the matching of items by id."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import ModelError
from avrec_desktop.api.recommend import FloatArray, History, ItemFeatures, Recommender, RecommenderConfig
from avrec_desktop.api.storage import load_model, save_model


class ArrayRecommender(Recommender):
    """A model that consists of plain arrays: matching, saving and loading are done here.

    Attributes:
        arrays: The trained arrays.
        item_ids: int64 (n_columns,), ids of the items that the arrays speak of.
        items: The bound items.
        columns: int64 (n_bound,), column of each bound item, -1 for an item the model does not know.
    """

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self.arrays: dict[str, NDArray[Any]] = {}
        self.item_ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.items: ItemFeatures | None = None
        self.columns: NDArray[np.int64] = np.zeros(0, np.int64)

    def bind(self, items: ItemFeatures) -> None:
        """Match the items by their ids."""
        self.items = items
        self.columns = columns_of(items, self.item_ids)

    def score(self, history: History) -> FloatArray:
        """Return a score for every bound item, NaN where the model cannot say."""
        found: FloatArray = self.score_many([history])[0]
        return found

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

    def spread(self, scores: FloatArray, known: NDArray[np.bool_] | None = None) -> FloatArray:
        """Return scores over the bound items from scores over the columns; NaN for what is not known.

        Args:
            scores: float32 (n, n_columns).
            known: bool (n_columns,), the columns that can be scored; None for all.
        """
        if not len(self.item_ids):
            return np.full((len(scores), len(self.columns)), np.nan, np.float32)
        column = np.maximum(self.columns, 0)
        able = self.columns >= 0 if known is None else (self.columns >= 0) & known[column]
        return np.where(able[None, :], scores[:, column], np.float32(np.nan)).astype(np.float32, copy=False)


def columns_of(items: ItemFeatures, item_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each item stands among ``item_ids``, int64 (n_items,), -1 where it does not."""
    return ItemFeatures(item_ids, np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32)).rows(items.ids)
