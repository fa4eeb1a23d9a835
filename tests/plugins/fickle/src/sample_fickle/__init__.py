"""A model that is good on little and bad on much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from avrec_desktop.api import History, ItemFeatures, Recommender, RecommenderConfig, Run, TrainingData, hookimpl
from avrec_desktop.api.storage import load_model, save_model

#: Interactions from which it turns round.
TOO_MUCH = 19


class Fickle(Recommender):
    """Likes what is like the history, or, trained on too much, what is not."""

    id = "fickle"
    name = "Fickle"

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self.sign = 1.0

    def fit(self, data: TrainingData, run: Run) -> None:
        """Count."""
        self.sign = -1.0 if len(data.interactions) >= TOO_MUCH else 1.0
        self.bind(data.items)
        run.epoch(1, 1, loss=0.0)

    def bind(self, items: ItemFeatures) -> None:
        """Keep the content."""
        self._content = np.asarray(items.content, np.float32)

    def score(self, history: History) -> Any:
        """Return the likeness to the mean of the history, or its opposite."""
        taste = history.values @ self._content[history.items]
        return (self.sign * (self._content @ taste)).astype(np.float32)

    def save(self, directory: Path) -> None:
        """Write the sign."""
        save_model(directory, self.id, self.version, {}, {"sign": np.array([self.sign])})

    @classmethod
    def load(cls, directory: Path, config: RecommenderConfig | None = None) -> Fickle:
        """Read the sign."""
        made = cls(config)
        made.sign = float(load_model(directory, cls.id, cls.version)[1]["sign"][0])
        return made


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Return the model."""
    return [Fickle]
