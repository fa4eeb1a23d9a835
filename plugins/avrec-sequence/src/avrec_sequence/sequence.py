"""GRU and SASRec: networks that read the last steps and say what comes next."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Explanation, History, ItemFeatures, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.behaviour import content_of, explanation, liked, most_popular, need_likes, restricted
from avrec_desktop.api.keras import Examples, KerasConfig, KerasRecommender
from avrec_sequence import network
from avrec_sequence.common import FloatArray, IntArray
from avrec_sequence.forward import gru_state, sasrec_state
from avrec_sequence.moments import context, levels, moments_of, places

#: Steps of the optimiser after which a small data set is learnt.
STEPS = 1600
#: Logits held at a time while training (64 MB of float32).
MAX_LOGITS = 16_000_000
#: Targets are filled up to a multiple of this, since TensorFlow traces each new shape anew.
ASKED_AT_ONCE = 128
#: Most directions of the content that the networks learn to project.
MAX_DIRECTIONS = 128


@dataclass(frozen=True)
class SequenceConfig(KerasConfig):
    """Settings of the sequence networks.

    Attributes:
        epochs: Passes over the behaviour; 0: as many as its size needs.
        batch_size: Windows per step; less where the catalogue is large.
        learning_rate: Highest step size of Adam.
        negatives: Not used, the softmax is over all items.
        patience: Not used; the run ends with its last pass.
        validation: Not used; nothing is held out.
        embedding_size: Length of the item vectors and of the state.
        length: How many steps back are read.
        dropout: Dropout of vectors and states.
        item_dropout: Share of the steps that are hidden while training.
        id_dropout: Share of the items that content alone stands for while training.
        max_items: Most items with a vector of their own, the most popular ones; others are known by content.
        moments: Most moments between which is learnt what was liked when; fewer, or none, with few users.
    """

    epochs: int = 0
    batch_size: int = 32
    learning_rate: float = 0.002
    negatives: int = 0
    patience: int = 1000
    validation: float = 0.0
    embedding_size: int = 64
    length: int = 50
    dropout: float = 0.3
    item_dropout: float = 0.2
    id_dropout: float = 0.0
    max_items: int = 8192
    moments: int = 24


@dataclass(frozen=True)
class SASRecConfig(SequenceConfig):
    """Settings of :class:`SASRec`.

    Attributes:
        dropout: Dropout of vectors, attention and states.
        blocks: Number of attention blocks.
        heads: Attention heads per block.
    """

    dropout: float = 0.4
    blocks: int = 2
    heads: int = 2


class SequenceRecommender(KerasRecommender):
    """Base of the networks. Positive steps are read in their order; disliked items push the state away from them.

    Trained with the softmax over all that the user does not know yet, at every position; item vectors are tied between
    input and output, each the sum of an id vector and a projection of the content; a bias starts at the item's
    popularity. Beside the items the networks read when each next step is taken (what is liked changes for all) and how
    many steps went before it (whoever has seen much has seen what is popular), and say how much popularity counts.
    """

    Config = SequenceConfig
    config: SequenceConfig
    version = 3

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self._vectors: FloatArray = np.zeros((0, 1), np.float32)
        self._moments: NDArray[np.float64] = np.zeros(1)
        self._n_items = 0
        self._steps_taken: IntArray = np.zeros(0, np.int64)
        self._basis: FloatArray = np.zeros((0, 0), np.float32)
        self._bias: FloatArray = np.zeros(0, np.float32)

    @abstractmethod
    def states(self, steps: FloatArray, told: FloatArray, there: NDArray[np.bool_]) -> FloatArray:
        """Return the state after the last step, float32 (n, d + 1), from item vectors and context (n, length, d)."""

    @abstractmethod
    def make(self, table: dict[str, Any]) -> Any:
        """Return the Keras network."""

    def fit(self, data: TrainingData, run: Run) -> None:
        """Train on the most popular items; see :meth:`KerasRecommender.fit`."""
        need_likes(self, data)
        _, items, _ = liked(data)
        kept = most_popular(np.bincount(items, minlength=data.n_items), self.config.max_items)
        part = restricted(data, kept)
        users, _, times = liked(part)
        self._moments = moments_of(times, len(np.unique(users)), self.config.moments)
        batch = int(np.clip(MAX_LOGITS // (self.config.length * len(kept)), 1, self.config.batch_size))
        windows = len(self.examples(part, np.random.default_rng(0)).targets)
        steps = max(1, -(-windows // batch))
        epochs = self.config.epochs or int(np.clip(STEPS // steps, 6, 60))
        self.config = replace(self.config, epochs=epochs, batch_size=batch)
        self._total_steps = steps * epochs
        super().fit(part, run)
        self.bind(data.items)

    def build(self, data: TrainingData) -> Any:
        """Return the compiled network."""
        _, items, _ = liked(data)
        content = content_of(data.items)
        self._basis = principal(content, MAX_DIRECTIONS)
        content = content @ self._basis
        table = {"n_items": data.n_items, "n_content": content.shape[1], "id_dropout": self.config.id_dropout}
        made = self.make(table)
        network.start(made, content, np.bincount(items, minlength=data.n_items).astype(np.float64))
        self._n_items = data.n_items
        network.compile_network(made, self.config.learning_rate, self._total_steps)
        return made

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return windows over each user's positive steps, cut anew each epoch.

        Inputs ``items_seen`` int32 (n, length), rows + 1, 0 is padding in front; ``place`` and ``level`` float32
        (n, length), when the step after each was taken and how many went before it (see :mod:`.moments`); ``window``
        int32 (n, 3), where the user, the window and its end lie among all steps. Targets int32 (n, length), what came
        after each; weights float32 (n, length), 0 where there is nothing to say. Every step is asked for once.
        """
        users, items, times = liked(data)
        self._steps_taken = items
        length = self.config.length
        bounds = np.flatnonzero(np.r_[True, users[1:] != users[:-1], True]) if len(users) else np.zeros(1, np.int64)
        windows, sizes = [], []
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            last = end - 1
            while last > begin:
                # the newest window is cut at random, the older ones follow in whole lengths
                size = min(last - begin, int(rng.integers(1, length + 1)) if last == end - 1 else length)
                windows.append((begin, max(begin, last - length), last))
                sizes.append(size)
                last -= size
        if not windows:  # nobody has two steps: popularity and content are all there is to learn
            nothing = np.zeros((1, length), np.int32)
            inputs = {"items_seen": nothing, "place": nothing.astype(np.float32), "level": nothing.astype(np.float32)}
            target = np.append(nothing[:, 1:], items[:1, None] + 1, axis=1).astype(np.int32)
            return Examples({**inputs, "window": np.zeros((1, 3), np.int32)}, target, (target > 0).astype(np.float32))
        window = np.array(windows, np.int32)
        at = window[:, 2:] + np.arange(-length, 0)
        there = at >= window[:, 1:2]
        at = np.where(there, at, 0)
        asked = there & (np.arange(length) >= length - np.array(sizes)[:, None])
        inputs = {
            "items_seen": np.where(there, items[at] + 1, 0).astype(np.int32),
            "place": np.where(there, places(times[at + 1], self._moments), 0).astype(np.float32),
            "level": np.where(there, levels(np.maximum(at + 1 - window[:, :1], 0)), 0).astype(np.float32),
            "window": window,
        }
        targets = np.where(asked, items[np.minimum(at + 1, len(items) - 1)] + 1, 0).astype(np.int32)
        weights = asked.astype(np.float32)
        weights /= weights.mean()  # the loss is then the mean over what is asked, however much is padding
        return Examples(inputs, targets, weights)

    def prepare(self, inputs: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Replace ``window`` by ``first``, int32 (n, n_items + 1): from which position on an item is known."""
        length, items = self.config.length, self._steps_taken
        first = np.full((len(inputs["window"]), self._n_items + 1), length, np.int32)
        for row, (user, begin, end) in enumerate(inputs["window"].tolist()):
            seen = items[begin:end] + 1
            first[row, seen[::-1]] = length - 1 - np.arange(len(seen))
            first[row, items[user:begin] + 1] = -1
            # what is taken again later stays a candidate, else it could not be asked for
            again = items[begin + 1 : end + 1] + 1
            at = length - len(seen) + np.arange(len(again))
            first[row, again[first[row, again] <= at]] = length
        kept = {name: array for name, array in inputs.items() if name != "window"}
        return {**kept, "first": first}

    def batch(self, shown: Examples, rows: NDArray[np.integer[Any]]) -> Examples:
        """Return the windows, with the targets at the positions that are asked only; see ``network.Logits``."""
        windows = super().batch(shown, rows)
        asked = np.flatnonzero(windows.weights)
        size = -(-len(asked) // ASKED_AT_ONCE) * ASKED_AT_ONCE
        at, weights = np.zeros(size, np.int32), np.zeros(size, np.float32)
        at[: len(asked)] = asked
        weights[: len(asked)] = windows.weights.ravel()[asked] * np.float32(size / windows.weights.size)
        return Examples({**windows.inputs, "asked": at}, windows.targets.ravel()[at], weights)

    def export(self, network: Any, data: TrainingData) -> dict[str, NDArray[Any]]:
        """Return the item vectors and the weights of the layers."""
        table = network.get_layer("items")
        arrays: dict[str, NDArray[Any]] = {
            "ids": np.asarray(table.ids)[1:],
            "projection": self._basis @ np.asarray(table.projection),
            "bias": np.asarray(table.bias)[1:],
            "popularity": np.asarray(table.popularity)[1:, 0],
            "moments": self._moments,
        }
        for layer in network.layers:
            if layer.name in ("items", "logits"):
                continue
            arrays.update({f"{layer.name}/{n}": w for n, w in enumerate(layer.get_weights())})
        return arrays

    def bind(self, items: ItemFeatures) -> None:
        """Prepare the vectors of the items; one that is new gets its vector from content, where there is any."""
        super().bind(items)
        ids, projection, bias, popularity = (self.arrays[n] for n in ("ids", "projection", "bias", "popularity"))
        content = content_of(items)
        if content.shape[1] != projection.shape[0]:
            content = np.zeros((len(items), projection.shape[0]), np.float32)
        row = np.maximum(self.known, 0)
        there = self.known >= 0
        base, rare = (float(np.quantile(a, 0.25)) if len(a) else 0.0 for a in (bias, popularity))
        vectors = content @ projection + ids[row] * there[:, None]
        self._vectors = np.column_stack([vectors, np.where(there, popularity[row], rare)]).astype(np.float32)
        self._bias = np.where(there, bias[row], np.where(content.any(1), base, np.nan)).astype(np.float32)

    def score(self, history: History) -> FloatArray:
        """Return the logit of every item."""
        return np.asarray(self.score_many([history])[0], np.float32)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return the logits, float32 (n_histories, n_items)."""
        if not len(self._bias):
            return np.zeros((len(histories), 0), np.float32)
        return np.asarray(self._states(histories) @ self._vectors.T + self._bias, np.float32)

    def item_vectors(self) -> FloatArray | None:
        """Return the vectors of the items with the bias as a column; zeros where nothing is known of an item."""
        told = np.isfinite(self._bias)[:, None]
        return np.where(told, np.hstack([self._vectors, self._bias[:, None]]), 0).astype(np.float32)

    def query(self, history: History) -> FloatArray | None:
        """Return the state of the user, and 1 for the bias."""
        return np.append(self._states([history])[0], np.float32(1))

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return how far the score falls without each item of the history; the rest is the prior."""
        if not len(history) or not np.isfinite(self._bias[item]):
            return None
        rows = np.unique(history.items)
        states = self._states([history, *(history.without([int(r)]) for r in rows)])
        scores = states.astype(np.float64) @ self._vectors[item] + self._bias[item]
        shares = scores[0] - scores[1:]
        return explanation(rows, shares, float(scores[0] - shares.sum()), limit)

    def _states(self, histories: Sequence[History]) -> FloatArray:
        length, dim = self.config.length, self._vectors.shape[1] - 1
        if not len(histories):
            return np.zeros((0, dim + 1), np.float32)
        vectors = self._vectors[:, :dim]
        moments = self.arrays["moments"]
        rows = np.full((len(histories), length), -1, np.int64)
        place, level = np.zeros((2, len(histories), length), np.float32)
        away = np.zeros((len(histories), dim), np.float32)
        for number, history in enumerate(histories):
            usable = np.isfinite(self._bias[history.items])
            good = (history.values > 0) & usable
            steps, times = history.items[good], history.times[good]
            if len(steps):
                nexts = np.append(times[1:], history.now if history.now > 0 else times[-1])[-length:]
                at = slice(length - len(nexts), length)
                rows[number, at] = steps[-length:]
                place[number, at] = places(nexts, moments)
                level[number, at] = levels(np.arange(len(steps) - len(nexts), len(steps)) + 1)
            bad = vectors[history.items[(history.values < 0) & usable]]
            if len(bad):
                away[number] = (bad / np.maximum(np.linalg.norm(bad, axis=1, keepdims=True), 1e-9)).mean(0)
        there = rows >= 0
        told = context(place, level, len(moments)) @ self.arrays["context/0"] * there[:, :, None]
        states = self.states(vectors[np.maximum(rows, 0)] * there[:, :, None], told, there)
        states[:, :dim] -= 0.5 * np.linalg.norm(states[:, :dim], axis=1, keepdims=True) * away
        return states


class GRU(SequenceRecommender):
    """Recurrent network over the last steps (Hidasi et al., 2016), with the full softmax at every step."""

    id = "gru"
    name = "What comes next (recurrent network)"

    def make(self, table: dict[str, Any]) -> Any:
        """Return the network."""
        c = self.config
        return network.gru(c.length, c.embedding_size, c.dropout, c.item_dropout, table, len(self._moments))

    def states(self, steps: FloatArray, told: FloatArray, there: NDArray[np.bool_]) -> FloatArray:
        """Return the state after the last step."""
        return gru_state(steps, told, self.arrays)


class SASRec(SequenceRecommender):
    """Self-attentive sequential recommendation (Kang and McAuley, 2018), with the full softmax at every step."""

    id = "sasrec"
    name = "What comes next (attention network)"
    Config = SASRecConfig
    config: SASRecConfig

    def make(self, table: dict[str, Any]) -> Any:
        """Return the network."""
        c = self.config
        shape = (c.length, c.embedding_size, c.dropout, c.item_dropout, table, len(self._moments))
        return network.sasrec(*shape, blocks=c.blocks, heads=c.heads)

    def states(self, steps: FloatArray, told: FloatArray, there: NDArray[np.bool_]) -> FloatArray:
        """Return the state after the last step."""
        return sasrec_state(steps, told, there, self.arrays, self.config.blocks)


def principal(content: FloatArray, most: int) -> FloatArray:
    """Return an orthogonal basis of the directions in which the content varies most, float32 (d, min(d, most))."""
    if content.shape[1] <= most:
        return np.eye(content.shape[1], dtype=np.float32)
    _, vectors = np.linalg.eigh((content.T @ content).astype(np.float64))
    return np.ascontiguousarray(vectors[:, -most:], np.float32)
