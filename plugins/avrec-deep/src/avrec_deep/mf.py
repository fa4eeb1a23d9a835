"""Matrix factorisation with the loss of BPR or a softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from avrec_deep.common import DeepConfig, DeepRecommender, FloatArray, plain_examples
from avrec_deep.layers import layers, start, tables
from avrec_desktop.api import History, ItemFeatures, TrainingData
from avrec_desktop.api.behaviour import liked
from avrec_desktop.api.keras import Examples


@dataclass(frozen=True)
class MFConfig(DeepConfig):
    """Settings of :class:`MatrixFactorisation`.

    Attributes:
        loss: ``"softmax"`` over all items, or ``"bpr"``, pairs of a liked and a drawn item.
        reg: L2 penalty of the vectors.
        dropout: Dropout of the users' vectors.
        catalogue: Weight of the whole catalogue as a weak "no" when a user is folded in.
        fold_reg: Penalty of a user who is folded in.
        scale: What the solved vector is multiplied by, beside the biases.
    """

    loss: Literal["softmax", "bpr"] = "softmax"
    learning_rate: float = 0.005
    reg: float = 1e-4
    catalogue: float = 2.0
    fold_reg: float = 1.0
    dropout: float = 0.2
    scale: float = 4.0


class MatrixFactorisation(DeepRecommender):
    """Users and items as vectors; the score is their product plus the item's bias.

    Trained with the pairwise logistic loss of BPR (Rendle et al., 2009; keras-rs) or the softmax over the items. To
    serve a history, the user's vector is solved anew from it by weighted least squares, as in Hu, Koren, Volinsky
    (2008), so users and likes that are newer than the training count at once.
    """

    id = "mf"
    name = "Matrix factorisation"
    Config = MFConfig
    config: MFConfig
    steps = 4000

    @classmethod
    def search_space(cls, data: TrainingData) -> list[dict[str, Any]]:
        """Return both losses."""
        return [{"loss": "softmax"}, {"loss": "bpr"}]

    def build(self, data: TrainingData) -> Any:
        """Return the compiled network."""
        import keras
        from keras_rs.losses import PairwiseLogisticLoss

        own = layers()
        penalty = keras.regularizers.L2(self.config.reg)
        spread = keras.initializers.RandomNormal(stddev=0.05)
        user = keras.Input((), dtype="int32", name="user")
        state = keras.layers.Embedding(data.n_users, self.config.embedding_size, spread, penalty, name="users")(user)
        state = keras.layers.Dropout(self.config.dropout)(state)
        items = own.Items(data.n_items, self.config.embedding_size, [], name="items")
        items.build(())
        start(items, self._content[:, :0], self._counts)
        if self.config.loss == "bpr":
            pair = keras.Input((2,), dtype="int32", name="pair")
            network = keras.Model({"user": user, "pair": pair}, own.Chosen(items, name="ratings")(state, pair))
            loss: Any = PairwiseLogisticLoss()
        else:
            network = keras.Model({"user": user}, own.Logits(items, name="logits")(state))
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.compile(network, loss)
        return network

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return each positive interaction; with the loss of BPR, beside an item that the user did not touch."""
        users, items, _ = liked(data)
        if len(users) > self.config.most_examples:
            kept = np.sort(rng.permutation(len(users))[: self.config.most_examples])
            users, items = users[kept], items[kept]
        inputs: dict[str, NDArray[Any]] = {"user": users.astype(np.int32)}
        if self.config.loss == "softmax":
            return plain_examples(inputs, items.astype(np.int32))
        drawn = rng.integers(0, data.n_items, len(items))
        table = data.interactions
        touched = np.unique(table.users.astype(np.int64) * data.n_items + table.items)
        for _ in range(3):  # a few draws; what still meets a touched item counts as a tie
            met = np.isin(users * data.n_items + drawn, touched)
            drawn[met] = rng.integers(0, data.n_items, int(met.sum()))
        inputs["pair"] = np.stack([items, drawn], axis=1).astype(np.int32) + 1
        wanted = np.tile(np.array([[1.0, 0.0]], np.float32), (len(items), 1))
        return Examples(inputs, wanted, np.ones(wanted.shape, np.float32))

    def tables(self, network: Any) -> dict[str, NDArray[Any]]:
        """Return the items' vectors and biases."""
        items = network.get_layer("logits" if self.config.loss == "softmax" else "ratings").items
        vectors, bias = tables(items)
        return {"inner": vectors[:, :0], "outer": vectors, "bias": bias}

    def bind(self, items: ItemFeatures) -> None:
        """Prepare the vectors of the items, and their second moments for folding in."""
        super().bind(items)
        self._moments = self.outer.T.astype(np.float64) @ self.outer / max(1, len(self.outer))

    def states(self, histories: Sequence[History]) -> FloatArray:
        """Return the users' vectors by weighted least squares; all zero for an empty history."""
        size = self.outer.shape[1]
        states = np.zeros((len(histories), size), np.float32)
        for row, history in enumerate(histories):
            rows = history.items[(history.values > 0) & np.isfinite(self.bias[history.items])]
            if len(rows):
                vectors = self.outer[rows].astype(np.float64)
                left = vectors.T @ vectors + self.config.catalogue * len(rows) * self._moments
                left[np.diag_indices(size)] += self.config.fold_reg
                states[row] = self.config.scale * np.linalg.solve(left, vectors.sum(0))
        return states
