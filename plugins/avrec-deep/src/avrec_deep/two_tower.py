"""Two networks: one finds candidates, one ranks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_deep.common import DeepConfig, DeepRecommender, FloatArray, last_steps, next_items, plain_examples
from avrec_deep.layers import layers, start, tables
from avrec_deep.ranking import Ranking, train_ranking
from avrec_desktop.api import History, ItemFeatures, Run, TrainingData
from avrec_desktop.api.behaviour import liked
from avrec_desktop.api.keras import Examples

DAY = 86400.0


@dataclass(frozen=True)
class TwoTowerConfig(DeepConfig):
    """Settings of :class:`TwoTower`.

    Attributes:
        length: How many steps back are read.
        hidden: Units of the user's tower.
        dropout: Dropout of the user's tower.
        step_dropout: Share of the steps that are hidden while training.
        full_softmax: Most items for the softmax over all; above, it is sampled from the batch and corrected.
        max_items: Most items with a vector of their own; others are known by content.
        rank: Whether the second network is trained.
    """

    length: int = 50
    hidden: int = 128
    dropout: float = 0.2
    step_dropout: float = 0.2
    full_softmax: int = 8192
    max_items: int = 50_000
    rank: bool = True


class TwoTower(DeepRecommender):
    """Candidate generation and ranking, after Covington, Adams, Sargin (2016).

    Candidates: a fading mean of the vectors of the watched items, what is known of the user (how much, for how long),
    and the example's age go through a tower; trained to tell the next item from all others, with the full softmax or,
    in large catalogues, a sampled one with logQ correction. At serving the age is 0, so what is fresh is not held back.

    Ranking: a second network reads the candidate score, content, and when something of the same group was last met;
    trained with a logistic loss weighted by the time watched, on candidates that the first network thinks likely. How
    much it counts is chosen on examples it did not see; where it does not help, it is left out.
    """

    id = "two-tower"
    name = "Two towers"
    Config = TwoTowerConfig
    config: TwoTowerConfig
    steps = 3500

    def fit(self, data: TrainingData, run: Run) -> None:
        """Train both networks; see :meth:`DeepRecommender.fit`."""
        super().fit(data, run)
        if self.config.rank and not run.should_stop():
            self.arrays.update(train_ranking(self, data, run))
            self.bind(data.items)

    def build(self, data: TrainingData) -> Any:
        """Return the compiled network."""
        import keras
        from keras.layers import Concatenate, Dense, Dropout

        c, own = self.config, layers()
        seen = keras.Input((c.length,), dtype="int32", name="seen")
        about = keras.Input((3,), name="about")
        items = own.Items(data.n_items, c.embedding_size, [self._content.shape[1]], name="items")
        kept = own.StepDropout(c.step_dropout)(seen)
        watched = own.Fading(name="fading")(items(kept), kept)
        steps = Dense(c.hidden, activation="relu", name="wide")(Concatenate()([watched, about]))
        steps = Dense(c.embedding_size, kernel_initializer="zeros", name="narrow")(Dropout(c.dropout)(steps))
        state = Dropout(c.dropout)(watched + steps)
        inputs = {"seen": seen, "about": about}
        if data.n_items <= c.full_softmax:
            scores = own.Logits(items, name="logits")(state)
        else:
            inputs["target"] = target = keras.Input((), dtype="int32", name="target")
            inputs["probability"] = probability = keras.Input((), name="probability")
            scores = own.SampledLogits(items, name="logits")(state, target, probability)
        network = keras.Model(inputs, scores)
        start(items, self._content, self._counts)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.compile(network, loss)
        return network

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return what came next, for every step, with what was known of the user then, and the example's age."""
        found = next_items(data, self.config.length, self.config.most_examples, rng)
        users, _, times = liked(data)
        newest = float(times.max())
        first = np.full(data.n_users, np.inf)
        np.minimum.at(first, users, times)
        user, time = found["user"], found["time"]
        count = (found["seen"] > 0).sum(1)
        age = (newest - time) / max(newest - float(times.min()), 1.0)
        about = _about(count, time - first[user], age)
        inputs = {"seen": found["seen"], "about": about}
        target = found["target"]
        if data.n_items <= self.config.full_softmax:
            return plain_examples(inputs, target)
        shares = np.bincount(target, minlength=data.n_items) / max(1, len(target))
        inputs |= {"target": target + 1, "probability": shares[target].astype(np.float32)}
        return plain_examples(inputs, np.zeros(len(target), np.int32))

    def tables(self, network: Any) -> dict[str, NDArray[Any]]:
        """Return the items' vectors, and the weights of the tower."""
        vectors, bias = tables(network.get_layer("items"))
        tower = {
            f"{n}/{k}": np.asarray(w) for n in ("wide", "narrow") for k, w in enumerate(network.get_layer(n).weights)
        }
        back = np.exp(np.asarray(network.get_layer("fading").weights_back))
        return {"inner": vectors, "outer": vectors, "bias": bias, "back": back, **tower}

    def bind(self, items: ItemFeatures) -> None:
        """Prepare the vectors of the items, and what the ranking network reads of them."""
        super().bind(items)
        self._ranking = Ranking(self.arrays, items, self.outer)

    def states(self, histories: Sequence[History]) -> FloatArray:
        """Return the output of the user's tower."""
        a, length = self.arrays, self.config.length
        rows = last_steps(histories, length, np.isfinite(self.bias))
        weights = a["back"] * (rows >= 0)
        weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
        watched = np.einsum("bl,bld->bd", weights, self.inner[np.maximum(rows, 0)])
        span = [max(0.0, float(h.times[-1] - h.times[0])) if len(h) else 0.0 for h in histories]
        about = _about((rows >= 0).sum(1), np.array(span), np.zeros(len(histories)))
        hidden = np.maximum(np.hstack([watched, about]) @ a["wide/0"] + a["wide/1"], 0)
        return np.asarray(watched + hidden @ a["narrow/0"] + a["narrow/1"], np.float32)

    def candidate_scores(self, histories: Sequence[History]) -> FloatArray:
        """Return the scores of the first network, float32 (n_histories, n_items)."""
        return super().score_many(histories)

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items): of the first network, corrected by the second."""
        scores = self.candidate_scores(histories)
        if self._ranking.weight:
            for row, history in enumerate(histories):
                scores[row] += self._ranking.weight * self._ranking.logits(history, scores[row])
        return scores

    def item_vectors(self) -> FloatArray | None:
        """Return the vectors of the items; None where the second network corrects what their products say."""
        return None if self._ranking.weight else super().item_vectors()

    def query(self, history: History) -> FloatArray | None:
        """Return what goes with :meth:`item_vectors`."""
        return None if self._ranking.weight else super().query(history)

    def score_item(self, histories: Sequence[History], item: int) -> NDArray[np.float64]:
        """Return the score of one item for each history, float64 (n_histories,)."""
        scores = super().score_item(histories, item)
        if self._ranking.weight:
            at = np.array([item])
            for row, history in enumerate(histories):
                told = self._ranking.logits(history, scores[row : row + 1].astype(np.float32), at)
                scores[row] += self._ranking.weight * float(told[0])
        return scores


def _about(count: NDArray[Any], seconds: NDArray[Any], age: NDArray[Any]) -> FloatArray:
    """Return what is known of a user beside the items, float32 (n, 3): how much, for how long, the example's age."""
    days = np.log1p(np.maximum(seconds, 0) / DAY)
    return np.stack([np.log1p(count) / 4, days / 6, age], axis=1).astype(np.float32)
