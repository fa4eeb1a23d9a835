"""Keras layers of the deep models. Keras is imported inside functions only."""

from __future__ import annotations

import functools
import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@functools.lru_cache(maxsize=1)
def layers() -> SimpleNamespace:  # noqa: C901 - classes that need Keras can only be made here
    """Return the custom layers, registered for safe loading."""
    import keras
    from keras import ops

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class Items(keras.layers.Layer):  # type: ignore[misc]
        """Vectors and biases of the items: an id vector plus one tower per block of content.

        Row 0 is padding. While training, the ids of a share ``id_dropout`` of the items are dropped at a time, and
        each tower of a share ``block_dropout``, so that any of them can stand in for the others.
        """

        def __init__(
            self,
            n_items: int,
            dim: int,
            blocks: list[int],
            hidden: int = 0,
            id_dropout: float = 0.0,
            block_dropout: float = 0.0,
            **kwargs: Any,
        ) -> None:
            super().__init__(**kwargs)
            self.n_items, self.dim, self.blocks, self.hidden = n_items, dim, list(blocks), hidden
            self.id_dropout, self.block_dropout = id_dropout, block_dropout
            self.seed = keras.random.SeedGenerator(0)

        def build(self, input_shape: Any) -> None:
            rows, width = self.n_items + 1, sum(self.blocks)
            spread = keras.initializers.RandomNormal(stddev=0.05)
            self.ids = self.add_weight(shape=(rows, self.dim), initializer=spread, name="ids")
            self.bias = self.add_weight(shape=(rows,), initializer="zeros", name="bias")
            self.content = self.add_weight(shape=(rows, width), initializer="zeros", trainable=False, name="content")
            self.told = self.add_weight(shape=(width, 1), initializer="zeros", name="told", trainable=width > 0)
            self.kernels = []
            for number, size in enumerate(self.blocks):
                widths = [size, self.hidden, self.dim] if self.hidden else [size, self.dim]
                self.kernels.append(
                    [
                        self.add_weight(shape=(a, b), initializer="glorot_uniform", name=f"tower{number}_{step}")
                        for step, (a, b) in enumerate(itertools.pairwise(widths))
                    ]
                )

        def table(self, training: bool = False) -> tuple[Any, Any]:
            """Return all vectors (n_items + 1, dim) and biases (n_items + 1,)."""
            vectors, bias = self.ids, self.bias
            if training and self.id_dropout:
                kept = self._draw(self.id_dropout)
                vectors, bias = vectors * kept, bias * kept[:, 0]
            begin = 0
            for size, kernels in zip(self.blocks, self.kernels, strict=True):
                tower = ops.matmul(self.content[:, begin : begin + size], kernels[0])
                for kernel in kernels[1:]:
                    tower = ops.matmul(ops.gelu(tower, approximate=False), kernel)
                if training and self.block_dropout:
                    tower = tower * self._draw(self.block_dropout) / (1 - self.block_dropout)
                vectors = vectors + tower
                begin += size
            if begin:
                bias = bias + ops.matmul(self.content, self.told)[:, 0]
            return vectors, bias

        def _draw(self, share: float) -> Any:
            return ops.cast(keras.random.uniform((self.n_items + 1, 1), seed=self.seed) >= share, self.ids.dtype)

        def call(self, rows: Any, training: bool = False) -> Any:
            there = ops.expand_dims(ops.cast(rows > 0, self.compute_dtype), -1)
            return ops.take(self.table(training)[0], rows, axis=0) * there

        def get_config(self) -> dict[str, Any]:
            own = {n: getattr(self, n) for n in ("n_items", "dim", "blocks", "hidden", "id_dropout", "block_dropout")}
            return {**super().get_config(), **own}

    class OnItems(keras.layers.Layer):  # type: ignore[misc]
        """A layer that reads the table of :class:`Items`."""

        def __init__(self, items: Any, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.items = items

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "items": keras.saving.serialize_keras_object(self.items)}

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            return cls(keras.saving.deserialize_keras_object(config.pop("items")), **config)

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class Logits(OnItems):
        """Scores of all items: products with their vectors plus their biases, padding left out."""

        def call(self, states: Any, training: bool = False) -> Any:
            vectors, bias = self.items.table(training)
            return ops.matmul(states, ops.transpose(vectors[1:])) + bias[1:]

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class Chosen(OnItems):
        """Scores of given items, (batch, m), of which each row has its own."""

        def call(self, states: Any, rows: Any, training: bool = False) -> Any:
            vectors, bias = self.items.table(training)
            return ops.einsum("bd,bmd->bm", states, ops.take(vectors, rows, axis=0)) + ops.take(bias, rows)

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class SampledLogits(OnItems):
        """Scores of the batch's targets for each user of the batch, the own one first.

        The others are sampled in proportion to how often they occur, which the correction by the logarithm of their
        probability makes up for (logQ; Bengio and Senecal, 2008); the own target among the others is taken out.
        """

        def build(self, states_shape: Any, targets_shape: Any, probability_shape: Any) -> None:
            from keras_rs.layers import RemoveAccidentalHits, SamplingProbabilityCorrection

            self.correct, self.remove = SamplingProbabilityCorrection(epsilon=1e-9), RemoveAccidentalHits()

        def call(self, states: Any, targets: Any, probability: Any, training: bool = False) -> Any:
            vectors, bias = self.items.table(training)
            logits = ops.matmul(states, ops.transpose(ops.take(vectors, targets, axis=0))) + ops.take(bias, targets)
            logits = self.correct(logits, ops.broadcast_to(probability, ops.shape(logits)))
            own = ops.eye(ops.shape(logits)[0])
            logits = self.remove(logits, own, targets)
            first = ops.sum(logits * own, axis=1, keepdims=True)
            return ops.concatenate([first, logits - 1e9 * own], axis=1)

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class Fading(keras.layers.Layer):  # type: ignore[misc]
        """Weighted mean of the steps, (batch, length, d) to (batch, d), with a learned weight per step back."""

        def build(self, steps_shape: Any, rows_shape: Any) -> None:
            self.weights_back = self.add_weight(shape=(steps_shape[1],), initializer="zeros", name="weights_back")

        def call(self, steps: Any, rows: Any) -> Any:
            weights = ops.exp(self.weights_back) * ops.cast(rows > 0, self.compute_dtype)
            weights = weights / ops.maximum(ops.sum(weights, axis=1, keepdims=True), 1e-9)
            return ops.einsum("bl,bld->bd", weights, steps)

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class StepDropout(keras.layers.Layer):  # type: ignore[misc]
        """Replaces a share of the steps by padding while training."""

        def __init__(self, rate: float, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.rate = rate
            self.seed = keras.random.SeedGenerator(1)

        def call(self, rows: Any, training: bool = False) -> Any:
            if not training or not self.rate:
                return rows
            return rows * ops.cast(keras.random.uniform(ops.shape(rows), seed=self.seed) >= self.rate, rows.dtype)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "rate": self.rate}

    @keras.saving.register_keras_serializable(package="avrec_deep")
    class Latent(keras.layers.Layer):  # type: ignore[misc]
        """Draws the latent state from its mean and log variance; adds the weighted divergence to the loss.

        The weight grows from nothing to ``beta`` over the first ``anneal`` steps, so that the state is used before it
        is asked to be cheap.
        """

        def __init__(self, beta: float, anneal: int = 1, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.beta, self.anneal = beta, anneal
            self.seed = keras.random.SeedGenerator(2)

        def build(self, both_shape: Any) -> None:
            self.step = self.add_weight(shape=(), initializer="zeros", trainable=False, name="step")

        def call(self, both: Any, training: bool = False) -> Any:
            mean, log_variance = ops.split(both, 2, axis=-1)
            if not training:
                return mean
            self.step.assign_add(1.0)
            divergence = -0.5 * ops.sum(1 + log_variance - ops.square(mean) - ops.exp(log_variance), axis=-1)
            self.add_loss(self.beta * ops.minimum(self.step / self.anneal, 1.0) * ops.mean(divergence))
            noise = keras.random.normal(ops.shape(mean), seed=self.seed)
            return mean + noise * ops.exp(0.5 * log_variance)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "beta": self.beta, "anneal": self.anneal}

    return SimpleNamespace(
        Items=Items,
        Logits=Logits,
        Chosen=Chosen,
        SampledLogits=SampledLogits,
        Fading=Fading,
        StepDropout=StepDropout,
        Latent=Latent,
    )


def start(items: Any, content: NDArray[np.float32], counts: NDArray[np.float64]) -> None:
    """Give a built :class:`Items` its content, and its biases the logarithm of the items' shares.

    Args:
        items: The layer.
        content: float32 (n_items, d); d may be 0.
        counts: (n_items,), how often each item was met.
    """
    items.content.assign(np.vstack([np.zeros((1, content.shape[1]), np.float32), content]))
    shares = np.log((counts + 1) / (counts.sum() + len(counts)))
    items.bias.assign(np.append(0.0, shares - shares.mean()).astype(np.float32))


def tables(items: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the vectors (n_items, d) and biases (n_items,) of an :class:`Items` layer as arrays."""
    vectors, bias = items.table()
    return np.asarray(vectors, np.float32)[1:], np.asarray(bias, np.float32)[1:]
