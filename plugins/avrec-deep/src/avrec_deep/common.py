"""What the deep models share: vectors of items, known or new; scores from a state; explanations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import (
    Explanation,
    History,
    ItemFeatures,
    ModelError,
    RecommenderConfig,
    Run,
    TrainingData,
)
from avrec_desktop.api.behaviour import content_of, explanation, liked, most_popular, restricted
from avrec_desktop.api.keras import Examples, KerasConfig, KerasRecommender

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

#: Penalty of the regression from content to what was learned of the items.
CARRY_REG = 10.0
#: Steps in all below which no graph is traced.
EAGER_STEPS = 60
#: How far a dislike pushes the state away, as a share of its length.
AWAY = 1.0


@dataclass(frozen=True)
class DeepConfig(KerasConfig):
    """Settings of the deep models.

    Attributes:
        epochs: Passes over the behaviour; 0: as many as its size needs.
        batch_size: Examples per step.
        learning_rate: Step size of Adam.
        negatives: Not used.
        patience: Not used; the run ends with its last pass.
        validation: Not used; nothing is held out.
        embedding_size: Length of the vectors.
        max_items: Most items with a vector of their own, the most popular ones; others are known by content.
        most_examples: Most examples per pass, drawn anew each time.
    """

    epochs: int = 0
    batch_size: int = 256
    learning_rate: float = 0.002
    negatives: int = 0
    patience: int = 1000
    validation: float = 0.0
    embedding_size: int = 64
    max_items: int = 8192
    most_examples: int = 200_000


class DeepRecommender(KerasRecommender):
    """Base of the models: the score of an item is the product of the user's state with its vector, plus its bias.

    A subclass names in :meth:`tables` what it learned of each item; items that nobody liked, and items that come after
    the training, get a ridge regression of the same on content.

    Attributes:
        inner: Vectors of the bound items as parts of a history, float32 (n_items, d_in).
        outer: Vectors of the bound items as candidates, float32 (n_items, d).
        bias: float32 (n_items,), NaN for an item of which nothing is known.
    """

    Config = DeepConfig
    config: DeepConfig
    #: Steps of the optimiser after which a small data set is learnt.
    steps = 3000
    #: Most passes over a small data set.
    most_epochs = 40
    #: Fewest users whose behaviour is worth the training.
    min_users = 2

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self.inner: FloatArray = np.zeros((0, 0), np.float32)
        self.outer: FloatArray = np.zeros((0, 0), np.float32)
        self.bias: FloatArray = np.zeros(0, np.float32)

    @abstractmethod
    def tables(self, network: Any) -> dict[str, NDArray[Any]]:
        """Return what was learned: ``inner``, ``outer`` and ``bias`` per item, and the weights of the layers."""

    @abstractmethod
    def states(self, histories: Sequence[History]) -> FloatArray:
        """Return the state of each user, float32 (n_histories, d)."""

    def fit(self, data: TrainingData, run: Run) -> None:
        """Train on the most popular items; see :meth:`KerasRecommender.fit`."""
        users, items, _ = liked(data)
        if len(np.unique(users)) < self.min_users:
            raise ModelError(
                f"{self.name} learns from several users; there are too few", hint="Import the behaviour of others."
            )
        kept = most_popular(np.bincount(items, minlength=data.n_items), self.config.max_items)
        part = restricted(data, kept)
        examples = len(self.examples(part, np.random.default_rng(0)).targets)
        per_epoch = max(1, -(-examples // self.config.batch_size))
        epochs = self.config.epochs or int(np.clip(self.steps // per_epoch, 5, self.most_epochs))
        self.config = replace(self.config, epochs=epochs)
        self._total_steps = epochs * per_epoch
        self._content = content_of(part.items)
        self._counts = np.bincount(liked(part)[1], minlength=part.n_items).astype(np.float64)
        super().fit(part, run)
        self.bind(data.items)

    def compile(self, network: Any, loss: Any) -> None:
        """Compile with Adam, a warm-up over a twentieth of the steps and a cosine decay."""
        import keras

        rate, total = self.config.learning_rate, self._total_steps
        schedule = keras.optimizers.schedules.CosineDecay(
            0.1 * rate, max(1, total - total // 20), alpha=0.1, warmup_target=rate, warmup_steps=max(1, total // 20)
        )
        # tracing a graph costs more than a few dozen small steps cost without one
        eager = total < EAGER_STEPS
        network.compile(keras.optimizers.Adam(schedule), loss=loss, run_eagerly=eager, jit_compile=False)

    def export(self, network: Any, data: TrainingData) -> dict[str, NDArray[Any]]:
        """Return the tables, and what content says of their columns."""
        arrays = self.tables(network)
        learned = np.hstack([arrays["inner"], arrays["outer"], arrays["bias"][:, None]]).astype(np.float64)
        return {**arrays, "carry": carry_rule(self._content, learned)}

    def bind(self, items: ItemFeatures) -> None:
        """Prepare the vectors of the items."""
        super().bind(items)
        inner, outer, bias = (self.arrays[n] for n in ("inner", "outer", "bias"))
        content = content_of(items)
        rule = self.arrays["carry"]
        if content.shape[1] + 1 != len(rule):
            content = np.zeros((len(items), len(rule) - 1), np.float32)
        told = content @ rule[:-1] + rule[-1]
        there = self.known >= 0
        learned = np.hstack([inner, outer, bias[:, None]])
        told[there] = learned[self.known[there]]
        told[~there & ~content.any(1)] = np.nan
        told = told.astype(np.float32)
        self.bias = told[:, -1]
        self.inner, self.outer = (np.nan_to_num(a) for a in np.split(told[:, :-1], [inner.shape[1]], axis=1))

    def score(self, history: History) -> FloatArray:
        """Return the score of every item."""
        return np.asarray(self.score_many([history])[0], np.float32)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items)."""
        if not len(self.bias) or not len(histories):
            return np.zeros((len(histories), len(self.bias)), np.float32)
        return np.asarray(self._pushed(histories) @ self.outer.T + self.bias, np.float32)

    def item_vectors(self) -> FloatArray | None:
        """Return the vectors of the items with the bias as a column; zeros where nothing is known of an item."""
        return with_bias(self.outer, self.bias)

    def query(self, history: History) -> FloatArray | None:
        """Return the state of the user, and 1 for the bias."""
        return np.append(self._pushed([history])[0], np.float32(1))

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return how far the score falls without each item of the history; the rest is the prior."""
        if not len(history) or not np.isfinite(self.bias[item]):
            return None
        rows = np.unique(history.items)
        scores = self.score_item([history, *(history.without([int(r)]) for r in rows)], item)
        shares = scores[0] - scores[1:]
        return explanation(rows, shares, float(scores[0] - shares.sum()), limit)

    def score_item(self, histories: Sequence[History], item: int) -> NDArray[np.float64]:
        """Return the score of one item for each history, float64 (n_histories,)."""
        states = self._pushed(histories).astype(np.float64)
        return np.asarray(states @ self.outer[item] + self.bias[item])

    def _pushed(self, histories: Sequence[History]) -> FloatArray:
        """Return the states, pushed away from what is disliked."""
        states = self.states(histories)
        for row, history in enumerate(histories):
            bad = self.outer[history.items[history.values < 0]]
            if len(bad):
                unit = bad / np.maximum(np.linalg.norm(bad, axis=1, keepdims=True), 1e-9)
                size = max(float(np.linalg.norm(states[row])), 1e-3)
                states[row] -= AWAY * size * unit.mean(0)
        return states


def with_bias(vectors: FloatArray, bias: FloatArray) -> FloatArray:
    """Return vectors and bias side by side, float32 (n_items, d + 1); rows of zeros where the bias is NaN."""
    told = np.isfinite(bias)[:, None]
    return np.where(told, np.hstack([vectors, bias[:, None]]), 0).astype(np.float32)


def carry_rule(content: FloatArray, learned: NDArray[np.float64]) -> FloatArray:
    """Return a ridge regression from content to learned columns, float32 (d + 1, k); its last row is the level."""
    level = learned.mean(0)
    left = (content.T @ content).astype(np.float64)
    left[np.diag_indices_from(left)] += CARRY_REG
    rule = np.linalg.solve(left, content.T @ (learned - level)) if content.shape[1] else np.zeros((0, len(level)))
    return np.vstack([rule, level]).astype(np.float32)


def next_items(data: TrainingData, length: int, most: int, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Return examples of what came next: each positive step but a user's first, at most ``most``, drawn anew.

    Returns:
        ``seen`` int32 (n, length), rows + 1 of the steps before, the newest last, 0 is padding in front; ``target``
        int32 (n,), rows; ``user`` int32 (n,); ``time`` float64 (n,). A user's only step has an empty history.
    """
    users, items, times = liked(data)
    begin = np.searchsorted(users, users)
    place = np.arange(len(users)) - begin
    size = np.bincount(users, minlength=data.n_users)[users]
    able = np.flatnonzero((place > 0) | (size == 1))
    if len(able) > most:
        able = np.sort(rng.permutation(able)[:most])
    back = np.arange(-length, 0)
    at = able[:, None] + back
    there = at >= begin[able][:, None]
    seen = np.where(there, items[np.maximum(at, 0)] + 1, 0)
    return {
        "seen": seen.astype(np.int32),
        "target": items[able].astype(np.int32),
        "user": users[able].astype(np.int32),
        "time": times[able],
    }


def last_steps(histories: Sequence[History], length: int, usable: NDArray[np.bool_]) -> IntArray:
    """Return the newest positive steps of each history, int64 (n, length), -1 is padding in front."""
    rows = np.full((len(histories), length), -1, np.int64)
    for number, history in enumerate(histories):
        steps = history.items[(history.values > 0) & usable[history.items]][-length:]
        rows[number, length - len(steps) :] = steps
    return rows


def plain_examples(inputs: dict[str, NDArray[Any]], targets: NDArray[Any]) -> Examples:
    """Return examples of equal weight."""
    return Examples(inputs, targets, np.ones(len(targets), np.float32))
