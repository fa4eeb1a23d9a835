"""Mult-VAE: a variational autoencoder with a multinomial likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from avrec_deep.common import DeepConfig, DeepRecommender, FloatArray, IntArray
from avrec_deep.layers import layers
from avrec_desktop.api import History, RecommenderConfig, Run, TrainingData, Validation
from avrec_desktop.api.behaviour import allowed, liked, ndcg
from avrec_desktop.api.keras import Examples

if TYPE_CHECKING:
    from scipy import sparse

#: Layers whose weights are kept.
LAYERS = ("enter", "encode", "decode", "leave")
#: Fadings that are tried.
FADES = (1.0, 0.99, 0.97, 0.95, 0.9)


@dataclass(frozen=True)
class MultVAEConfig(DeepConfig):
    """Settings of :class:`MultVAE`.

    Attributes:
        hidden: Units of the layers between items and latent state.
        dropout: Share of a user's items that is hidden while training.
        beta: Weight of the divergence from the prior, once it has grown to it; 0: by the number of users, 1
            (the bound on the likelihood) with 200 and fewer, 0.2 with 1,000 and more.
        fade: What a step of a history counts beside the step after it; 1 for plain sets.
    """

    batch_size: int = 64
    learning_rate: float = 0.002
    embedding_size: int = 100
    hidden: int = 300
    dropout: float = 0.5
    beta: float = 0.0
    fade: float = 0.97


class MultVAE(DeepRecommender):
    """Variational autoencoder over the set of a user's items, with a multinomial likelihood (Liang et al., 2018).

    A history passes the encoder at its mean, its newest steps counting most (the order of the sets is not learnt, but
    what was liked lately is nearest to what comes); scores are the decoder's logits. Items that came after the training
    enter and leave the networks by what content says of the first and last layer.
    """

    id = "multvae"
    name = "Mult-VAE"
    Config = MultVAEConfig
    config: MultVAEConfig
    version = 2
    steps = 700
    most_epochs = 60

    @classmethod
    def tune(
        cls, config: RecommenderConfig, data: TrainingData, held_out: Validation, run: Run
    ) -> RecommenderConfig | None:
        """Return the config with the fading that ranks the held-out behaviour best; trains once."""
        assert isinstance(config, MultVAEConfig)
        if not len(held_out.histories):
            return config
        model = cls(config)
        model.fit(data, run)
        free = allowed(held_out, data.n_items)
        best, reached = config, -1.0
        for fade in FADES:
            model.config = replace(config, fade=fade)
            scores = model.score_many(held_out.histories)
            found = float(ndcg(scores, free, held_out.positives, k=50).mean())
            if found > reached:
                best, reached = replace(config, fade=fade), found
        return best

    def build(self, data: TrainingData) -> Any:
        """Return the compiled network."""
        import keras
        from keras.layers import Dense, Dropout, UnitNormalization

        own = layers()
        seen = keras.Input((data.n_items,), name="set")
        steps = Dropout(self.config.dropout)(UnitNormalization()(seen))
        steps = Dense(self.config.hidden, activation="tanh", name="enter")(steps)
        both = Dense(2 * self.config.embedding_size, name="encode")(steps)
        # the loss is a mean over a user's items, the divergence is one of the whole user
        weight = self.config.beta or float(np.clip(200 / data.n_users, 0.2, 1.0))
        beta = weight * data.n_users / max(1.0, float(self._counts.sum()))
        latent = own.Latent(beta, max(1, self._total_steps // 2), name="latent")(both)
        steps = Dense(self.config.hidden, activation="tanh", name="decode")(latent)
        shares = np.log((self._counts + 1) / (self._counts.sum() + len(self._counts)))
        bias = keras.initializers.Constant((shares - shares.mean()).tolist())
        network = keras.Model(
            {"set": seen}, Dense(data.n_items, bias_initializer=bias, activation="softmax", name="leave")(steps)
        )
        self.compile(network, keras.losses.CategoricalCrossentropy())
        return network

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return each user's set of liked items; a user weighs as many items as the set has."""
        sets = sets_of(data)
        sizes = np.asarray(sets.sum(1), np.float32)
        shares = sets.copy()
        shares.data /= np.repeat(sizes[:, 0], np.diff(shares.indptr))
        weights = (sizes[:, 0] / float(sizes.mean())).astype(np.float32)
        return Examples({"set": cast("Any", DenseRows(sets))}, cast("Any", DenseRows(shares)), weights)

    def tables(self, network: Any) -> dict[str, NDArray[Any]]:
        """Return the columns of the first and last layer, and the weights between them."""
        weights = {n: [np.asarray(w) for w in network.get_layer(n).weights] for n in LAYERS}
        half = self.config.embedding_size
        return {
            "inner": weights["enter"][0],
            "outer": np.ascontiguousarray(weights["leave"][0].T),
            "bias": weights["leave"][1],
            "enter": weights["enter"][1],
            "encode/0": weights["encode"][0][:, :half],
            "encode/1": weights["encode"][1][:half],
            "decode/0": weights["decode"][0],
            "decode/1": weights["decode"][1],
        }

    def states(self, histories: Sequence[History]) -> FloatArray:
        """Return the last layer before the logits, at the mean of the latent state."""
        bags = np.zeros((len(histories), self.inner.shape[1]), np.float32)
        for row, history in enumerate(histories):
            items = history.items[(history.values > 0) & np.isfinite(self.bias[history.items])][::-1]
            items, age = np.unique(items, return_index=True)  # of a repeated item the newest step counts
            if len(items):
                weights = np.power(self.config.fade, age.astype(np.float64))
                bags[row] = weights @ self.inner[items] / np.sqrt(weights @ weights)
        a = self.arrays
        hidden = np.tanh(bags + a["enter"]) @ a["encode/0"] + a["encode/1"]
        return np.asarray(np.tanh(hidden @ a["decode/0"] + a["decode/1"]), np.float32)


class DenseRows:
    """Sets of items as rows that are made when they are asked for.

    Args:
        table: float32 (n_users, n_items).
    """

    def __init__(self, table: sparse.csr_matrix[np.float32]) -> None:
        self._table = table

    def __len__(self) -> int:
        return int(self._table.shape[0])

    def __getitem__(self, rows: IntArray) -> FloatArray:
        return np.asarray(self._table[rows].todense(), np.float32)


def sets_of(data: TrainingData) -> sparse.csr_matrix[np.float32]:
    """Return which items each user with likes likes, float32 (n, n_items) of 0 and 1."""
    from scipy import sparse

    users, items, _ = liked(data)
    rows, at = np.unique(users, return_inverse=True)
    cells = (np.ones(len(at), np.float32), (at, items))
    table = sparse.csr_matrix(cells, shape=(len(rows), data.n_items))
    table.data = np.minimum(table.data, 1)
    return table
