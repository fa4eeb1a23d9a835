"""The Keras side of the sequence networks. Keras is imported inside functions only."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_sequence.forward import FADES, fading


@functools.lru_cache(maxsize=1)
def layers() -> SimpleNamespace:  # noqa: C901 - classes that need Keras can only be made here
    """Return the custom layers registered for safe loading."""
    import keras
    from keras import ops

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class ItemTable(keras.layers.Layer):  # type: ignore[misc]
        """Vectors of the items: an embedding of the id plus a projection of the content.

        Row 0 is padding. In training, the id part of a share ``id_dropout`` of the items is dropped at a time, so
        that content alone can stand in for an item nobody met.
        """

        def __init__(self, n_items: int, dim: int, n_content: int, id_dropout: float = 0.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.n_items, self.dim, self.n_content, self.id_dropout = n_items, dim, n_content, id_dropout
            self.seed = keras.random.SeedGenerator(0)

        def build(self, input_shape: Any) -> None:
            spread = keras.initializers.RandomNormal(stddev=0.05)
            self.ids = self.add_weight(shape=(self.n_items + 1, self.dim), initializer=spread, name="ids")
            self.content = self.add_weight(
                shape=(self.n_items + 1, self.n_content), initializer="zeros", trainable=False, name="content"
            )
            self.projection = self.add_weight(
                shape=(self.n_content, self.dim), initializer="glorot_uniform", name="projection"
            )
            self.bias = self.add_weight(shape=(self.n_items + 1,), initializer="zeros", name="bias")
            self.popularity = self.add_weight(
                shape=(self.n_items + 1, 1), initializer="zeros", trainable=False, name="popularity"
            )

        def table(self, training: bool = False) -> Any:
            """Return all vectors, (n_items + 1, dim)."""
            ids = self.ids
            if training and self.id_dropout:
                draw = keras.random.uniform((self.n_items + 1, 1), seed=self.seed)
                ids = ids * ops.cast(draw >= self.id_dropout, ids.dtype)
            return ids + ops.matmul(self.content, self.projection)

        def call(self, rows: Any, training: bool = False) -> Any:
            """Return the vectors of the rows, and all vectors with the columns popularity and bias."""
            table = self.table(training)
            there = ops.cast(rows > 0, self.compute_dtype)
            taken = ops.take(table, rows, axis=0) * ops.expand_dims(there, -1)
            return taken, ops.concatenate([table, self.popularity, ops.expand_dims(self.bias, 1)], axis=1)

        def get_config(self) -> dict[str, Any]:
            own = {"n_items": self.n_items, "dim": self.dim, "n_content": self.n_content, "id_dropout": self.id_dropout}
            return {**super().get_config(), **own}

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class Gather(keras.layers.Layer):  # type: ignore[misc]
        """Takes the positions where something is asked out of all windows, (batch, length, d) to (n_asked, d).

        ``asked`` (n_asked,) counts positions through the windows: what is padding, or asked by another window, then
        costs nothing in the layers that follow.
        """

        def call(self, states: Any, asked: Any) -> Any:
            return ops.take(ops.reshape(states, (-1, states.shape[2])), asked, axis=0)

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class Logits(keras.layers.Layer):  # type: ignore[misc]
        """Scores of all items where something is asked, (n_asked, n_items + 1).

        Products with the table of an :class:`ItemTable`; the last number of the state goes with the items'
        popularity. ``first`` (batch, n_items + 1) says from which position on an item is known to the user; it is then
        no candidate, as when the network serves.
        """

        def __init__(self, length: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.length = length

        def call(self, states: Any, table: Any, asked: Any, first: Any) -> Any:
            scores = ops.matmul(ops.pad(states, ((0, 0), (0, 1)), constant_values=1), ops.transpose(table))
            known = ops.take(first, asked // self.length, axis=0) <= ops.expand_dims(asked % self.length, -1)
            return ops.where(known, -1e4, scores)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "length": self.length}

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class Context(keras.layers.Layer):  # type: ignore[misc]
        """What :func:`avrec_sequence.moments.context` says of each step, times a kernel; nothing where padded."""

        def __init__(self, n_moments: int, dim: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.n_moments, self.dim = n_moments, dim

        def build(self, *shapes: Any, **named: Any) -> None:
            self.kernel = self.add_weight(shape=(self.n_moments + 2, self.dim), initializer="zeros", name="kernel")

        def call(self, rows: Any, place: Any, level: Any) -> Any:
            place, level = ops.expand_dims(place, -1), ops.expand_dims(level, -1)
            shares = ops.relu(1 - ops.abs(place - ops.arange(self.n_moments, dtype=place.dtype)))
            columns = ops.concatenate([shares, level, ops.square(level)], axis=-1)
            return ops.matmul(columns, self.kernel) * ops.expand_dims(ops.cast(rows > 0, self.compute_dtype), -1)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "n_moments": self.n_moments, "dim": self.dim}

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class Faded(keras.layers.Layer):  # type: ignore[misc]
        """Sums of the steps so far that fade at several rates, side by side, (batch, length, rates * d)."""

        def call(self, steps: Any) -> Any:
            length, dim = steps.shape[1:]
            kernel = fading(length).transpose(1, 0, 2).reshape(-1, length)
            return ops.reshape(ops.matmul(ops.convert_to_tensor(kernel), steps), (-1, length, len(FADES) * dim))

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class ItemDropout(keras.layers.Layer):  # type: ignore[misc]
        """Replaces a share of the steps by padding while training."""

        def __init__(self, rate: float, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.rate = rate
            self.seed = keras.random.SeedGenerator(1)

        def call(self, rows: Any, training: bool = False) -> Any:
            if not training or not self.rate:
                return rows
            kept = keras.random.uniform(ops.shape(rows), seed=self.seed) >= self.rate
            return rows * ops.cast(kept, rows.dtype)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "rate": self.rate}

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class Positions(keras.layers.Layer):  # type: ignore[misc]
        """Adds a learnt vector to each position."""

        def build(self, input_shape: Any) -> None:
            spread = keras.initializers.RandomNormal(stddev=0.02)
            self.vectors = self.add_weight(shape=tuple(input_shape[1:]), initializer=spread, name="vectors")

        def call(self, steps: Any) -> Any:
            return steps + self.vectors

    @keras.saving.register_keras_serializable(package="avrec_sequence")
    class CausalMask(keras.layers.Layer):  # type: ignore[misc]
        """Says which steps each step may attend to: those before it that are no padding, and itself."""

        def call(self, rows: Any) -> Any:
            length = rows.shape[1]
            past = ops.tril(ops.ones((length, length), "bool"))
            there = ops.expand_dims(rows > 0, 1)
            return ops.logical_and(past, ops.logical_or(there, ops.eye(length, dtype="bool")))

    return SimpleNamespace(
        ItemTable=ItemTable,
        Gather=Gather,
        Logits=Logits,
        Context=Context,
        Faded=Faded,
        ItemDropout=ItemDropout,
        Positions=Positions,
        CausalMask=CausalMask,
    )


def start(network: Any, content: NDArray[np.float32], counts: NDArray[np.float64]) -> None:
    """Give the table of a new network its content and popularity, and its bias the logarithm of the items' shares.

    Args:
        network: The network; its table is the layer ``"items"``.
        content: float32 (n_items, d).
        counts: (n_items,), how often each item was met.
    """
    table = network.get_layer("items")
    table.content.assign(np.vstack([np.zeros((1, content.shape[1]), np.float32), content]))
    shares = np.log((counts + 1) / (counts.sum() + len(counts)))
    table.bias.assign(np.append(-20.0, shares).astype(np.float32))
    table.popularity.assign(np.append(0.0, (shares - shares.mean()) / 4).astype(np.float32)[:, None])


def inputs_of(length: int, n_items: int) -> dict[str, Any]:
    """Return the inputs of the networks, see ``SequenceRecommender.examples``."""
    import keras

    return {
        "items_seen": keras.Input((length,), dtype="int32", name="items_seen"),
        "place": keras.Input((length,), name="place"),
        "level": keras.Input((length,), name="level"),
        "first": keras.Input((n_items + 1,), dtype="int32", name="first"),
        "asked": keras.Input((), dtype="int32", name="asked"),
    }


def gru(length: int, dim: int, dropout: float, item_dropout: float, table: dict[str, Any], n_moments: int) -> Any:
    """Return a GRU over the items (Hidasi et al., 2016), trained with the full softmax at every step.

    Beside its state stand sums of the steps that fade at several rates: what lasts need not be carried by the gates.
    """
    import keras

    own = layers()
    given = inputs_of(length, table["n_items"])
    rows = given["items_seen"]
    items = own.ItemTable(name="items", dim=dim, **table)
    steps, vectors = items(own.ItemDropout(item_dropout)(rows))
    steps = keras.layers.Dropout(dropout)(steps)
    context = own.Context(n_moments, dim, name="context")(rows, given["place"], given["level"])
    states = keras.layers.GRU(dim, return_sequences=True, name="gru")(steps + context)
    states, faded, context = (own.Gather()(part, given["asked"]) for part in (states, own.Faded()(steps), context))
    faded = keras.layers.Dropout(dropout)(faded)
    states = keras.layers.Dense(dim + 1, name="out")(keras.layers.Concatenate()([states, faded, context]))
    states = keras.layers.Dropout(dropout)(states)
    return keras.Model(given, own.Logits(length, name="logits")(states, vectors, given["asked"], given["first"]))


def sasrec(
    length: int,
    dim: int,
    dropout: float,
    item_dropout: float,
    table: dict[str, Any],
    n_moments: int,
    *,
    blocks: int,
    heads: int,
) -> Any:
    """Return a causal transformer (Kang and McAuley, 2018), layer norm first, full softmax at every step."""
    import keras
    from keras.layers import Concatenate, Dense, Dropout, LayerNormalization, MultiHeadAttention, Rescaling

    own = layers()
    given = inputs_of(length, table["n_items"])
    rows = given["items_seen"]
    items = own.ItemTable(name="items", dim=dim, **table)
    kept = own.ItemDropout(item_dropout)(rows)
    mask = own.CausalMask()(kept)
    context = own.Context(n_moments, dim, name="context")(rows, given["place"], given["level"])
    steps, vectors = items(kept)
    steps = own.Positions(name="positions")(Rescaling(float(dim) ** 0.5)(steps) + context)
    steps = Dropout(dropout)(steps)
    for block in range(blocks):
        normed = LayerNormalization(name=f"norm_a{block}")(steps)
        attention = MultiHeadAttention(heads, dim // heads, dropout=dropout, name=f"attention{block}")
        steps = steps + Dropout(dropout)(attention(normed, normed, attention_mask=mask))
        normed = LayerNormalization(name=f"norm_b{block}")(steps)
        inner = Dense(2 * dim, activation="gelu", name=f"wide{block}")(normed)
        steps = steps + Dropout(dropout)(Dense(dim, name=f"narrow{block}")(inner))
    states, context = (own.Gather()(part, given["asked"]) for part in (steps, context))
    states = LayerNormalization(name="norm")(states)
    states = Dense(dim + 1, name="out")(Concatenate()([states, context]))
    return keras.Model(given, own.Logits(length, name="logits")(states, vectors, given["asked"], given["first"]))


def compile_network(network: Any, learning_rate: float, steps: int) -> None:
    """Compile with Adam, a warm-up over a twentieth of the steps and a cosine decay, and the softmax loss."""
    import keras

    schedule = keras.optimizers.schedules.CosineDecay(
        0.1 * learning_rate,
        max(1, steps - steps // 20),
        alpha=0.1,
        warmup_target=learning_rate,
        warmup_steps=max(1, steps // 20),
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(schedule), loss=loss, jit_compile=False)
