"""Fusion: ids and content of every modality in one vector, so that one model serves known items, new items, anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_deep.common import DeepConfig, DeepRecommender, FloatArray, carry_rule, next_items, plain_examples, with_bias
from avrec_deep.layers import layers, start
from avrec_desktop.api import Explanation, History, ItemFeatures, ModelError, Part, Run, TrainingData
from avrec_desktop.api.behaviour import content_of, explanation
from avrec_desktop.api.keras import Examples


@dataclass(frozen=True)
class FusionConfig(DeepConfig):
    """Settings of :class:`Fusion`.

    Attributes:
        length: How many steps back are read.
        hidden: Units between content and vector in each tower; 0 for a linear one.
        dropout: Dropout of the user's state.
        step_dropout: Share of the steps that are hidden while training.
        id_dropout: Share of the items whose id is hidden while training, so that content must stand for them.
        block_dropout: Share of the items of which a modality is hidden while training.
        direct: Weight of the plain likeness of content, which speaks before anything is learned.
    """

    length: int = 50
    hidden: int = 64
    dropout: float = 0.2
    step_dropout: float = 0.2
    id_dropout: float = 0.3
    block_dropout: float = 0.1
    direct: float = 1.0


class Fusion(DeepRecommender):
    """The vector of an item is the sum of an id vector and one tower per modality, with dropout between them.

    The state of a user is a fading mean of the vectors of the last steps, in a learned basis; trained with the softmax
    over the items. What an item is worth without its id is learned along with it (in the manner of DropoutNet,
    Volkovs et al., 2017). What the ids still hold beyond that is told of new items by a ridge regression on content.
    To the product comes the plain cosine of the content, centred on the catalogue, so that a lone user with one like is
    served too.

    The score is a sum over the history's items and over the modalities, and explained as such.

    Attributes:
        arrays: ``ids`` float32 (n_items, d), ``id_bias`` float32 (n_items,), ``tower/<m>/<step>`` weights of the
            towers, ``told`` float32 (d_content,), ``back`` float32 (length,), ``basis`` float32 (d, d), ``beyond``
            float32 (d_content + 1, d + 1), what content says of id vectors and id biases.
    """

    id = "fusion"
    version = 2
    name = "Ids and content together"
    Config = FusionConfig
    config: FusionConfig
    min_users = 1
    steps = 3500

    def fit(self, data: TrainingData, run: Run) -> None:
        """Train; see :meth:`DeepRecommender.fit`.

        Raises:
            ModelError: Nothing is known of the items' content and one user alone is too little without it.
        """
        lone = len(np.unique(data.interactions.users[data.interactions.values > 0])) < 2
        if lone and not data.items.content.any():
            raise ModelError(f"{self.name} needs content or the behaviour of several users")
        self._lone = lone
        if lone:  # one user's likes cannot train vectors: the plain likeness serves
            self.config = replace(self.config, epochs=1)
        super().fit(data, run)

    def build(self, data: TrainingData) -> Any:
        """Return the compiled network."""
        import keras

        c, own = self.config, layers()
        widths = [block.shape[1] for block in blocks_of(data.items).values()]
        seen = keras.Input((c.length,), dtype="int32", name="seen")
        items = own.Items(data.n_items, c.embedding_size, widths, c.hidden, c.id_dropout, c.block_dropout, name="items")
        kept = own.StepDropout(c.step_dropout)(seen)
        state = own.Fading(name="fading")(items(kept), kept)
        identity = keras.initializers.Identity()
        state = keras.layers.Dense(c.embedding_size, use_bias=False, kernel_initializer=identity, name="basis")(state)
        state = keras.layers.Dropout(c.dropout)(state)
        network = keras.Model({"seen": seen}, own.Logits(items, name="logits")(state))
        start(items, self._content, self._counts)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.compile(network, loss)
        return network

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return what came next, for every step."""
        found = next_items(data, self.config.length, self.config.most_examples, rng)
        return plain_examples({"seen": found["seen"]}, found["target"])

    def tables(self, network: Any) -> dict[str, NDArray[Any]]:
        """Return the parts of the items' vectors."""
        items = network.get_layer("items")
        names = list(blocks_of(self._part_items))
        towers = {
            f"tower/{name}/{step}": np.asarray(kernel)
            for name, kernels in zip(names, items.kernels, strict=True)
            for step, kernel in enumerate(kernels)
        }
        return {
            "ids": np.asarray(items.ids)[1:],
            "id_bias": np.asarray(items.bias)[1:],
            "told": np.asarray(items.told)[:, 0],
            "back": np.exp(np.asarray(network.get_layer("fading").weights_back)),
            "basis": np.asarray(network.get_layer("basis").kernel),
            "block_names": np.array(names, dtype="U64"),
            "learned": np.array(0.0 if self._lone else 1.0),
            **towers,
        }

    def export(self, network: Any, data: TrainingData) -> dict[str, NDArray[Any]]:
        """Return the parts of the vectors; new items need nothing beside them."""
        self._part_items = data.items
        arrays = self.tables(network)
        learned = np.hstack([arrays["ids"], arrays["id_bias"][:, None]]).astype(np.float64)
        return {**arrays, "beyond": carry_rule(self._content, learned)}

    def bind(self, items: ItemFeatures) -> None:
        """Add up the vectors of the items; ids of new items are those that their content tells of."""
        super(DeepRecommender, self).bind(items)
        blocks = blocks_of(items)
        a, known = self.arrays, self.known >= 0
        self._parts: dict[str, FloatArray] = {}
        for name in a["block_names"].tolist():
            kernels = [a[f"tower/{name}/{step}"] for step in range(2) if f"tower/{name}/{step}" in a]
            if name in blocks and blocks[name].shape[1] == len(kernels[0]):
                tower = blocks[name] @ kernels[0]
                for kernel in kernels[1:]:
                    tower = _gelu(tower) @ kernel
                self._parts[name] = np.asarray(tower, np.float32)
        content = content_of(items)
        beyond = np.zeros((len(items), a["ids"].shape[1] + 1), np.float32)
        if content.shape[1] + 1 == len(a["beyond"]):
            beyond = content @ a["beyond"][:-1] * content.any(1, keepdims=True)
        ids = beyond[:, :-1].copy()
        ids[known] = a["ids"][self.known[known]]
        self._parts["id"] = ids
        told = content @ a["told"] if content.shape[1] == len(a["told"]) else np.zeros(len(items), np.float32)
        low = float(np.quantile(a["id_bias"], 0.25)) if len(a["id_bias"]) else 0.0
        bias = told + low + beyond[:, -1]
        bias[known] = told[known] + a["id_bias"][self.known[known]]
        learned = float(a["learned"])
        self.bias = np.where(known | content.any(1), learned * bias, np.nan).astype(np.float32)
        self.inner = self.outer = np.asarray(learned * np.sum(list(self._parts.values()), axis=0), np.float32)
        self._plain = {name: centred(block) for name, block in blocks.items()}

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items)."""
        if not len(self.bias) or not len(histories):
            return np.zeros((len(histories), len(self.bias)), np.float32)
        scores = self.states(histories) @ self.outer.T + self.bias
        weight = self.config.direct / max(1, len(self._plain))
        for block in self._plain.values():
            tastes = np.stack([self._weights(h) @ block[h.items] for h in histories])
            scores += np.float32(weight) * (tastes @ block.T)
        return np.asarray(scores, np.float32)

    def item_vectors(self) -> FloatArray | None:
        """Return the learned vectors, the bias and the plain content side by side."""
        return with_bias(np.hstack([self.outer, *self._plain.values()]), self.bias)

    def query(self, history: History) -> FloatArray | None:
        """Return the state, the weighted taste in each modality, and 1 for the bias."""
        weights = self._weights(history)
        direct = np.float32(self.config.direct / max(1, len(self._plain)))
        plain = [direct * (weights @ block[history.items]) for block in self._plain.values()]
        return np.concatenate([self.states([history])[0], *plain, [1]]).astype(np.float32)

    def states(self, histories: Sequence[History]) -> FloatArray:
        """Return the users' states."""
        bags = [self._weights(h) @ self.inner[h.items] for h in histories]
        return np.asarray(np.stack(bags) @ self.arrays["basis"], np.float32)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what each item of the history adds to the score, and the same by modality of the candidate."""
        if not len(history) or not np.isfinite(self.bias[item]):
            return None
        weights = self._weights(history)
        direct = self.config.direct / max(1, len(self._plain))
        states = weights[:, None] * (self.inner[history.items] @ self.arrays["basis"])
        learned = float(self.arrays["learned"])
        kinds = {name: learned * (states @ part[item]) for name, part in self._parts.items()}
        for name, block in self._plain.items():
            plain = direct * weights * (block[history.items] @ block[item])
            kinds[name] = kinds.get(name, 0) + plain
        shares = np.sum(list(kinds.values()), axis=0)
        rows, at = np.unique(history.items, return_inverse=True)
        found = explanation(rows, np.bincount(at, shares, len(rows)), float(self.bias[item]), limit)
        named = np.isin(history.items, [part.key for part in found.parts if part.kind == "item"])
        carried = {name: float(each[named].sum()) for name, each in kinds.items()}
        ordered = sorted(carried.items(), key=lambda entry: -abs(entry[1]))
        return Explanation(found.score, (*found.parts, *(Part("modality", n, v) for n, v in ordered)))

    def _weights(self, history: History) -> FloatArray:
        """Return the weight of each entry of a history, float32 (n,): fading for likes, even for dislikes."""
        back = self.arrays["back"]
        weights = np.zeros(len(history), np.float32)
        usable = np.isfinite(self.bias[history.items])
        likes = np.flatnonzero((history.values > 0) & usable)[-len(back) :]
        if len(likes):
            fading = back[len(back) - len(likes) :] * history.values[likes]
            weights[likes] = fading / fading.sum()
        dislikes = np.flatnonzero((history.values < 0) & usable)
        if len(dislikes):
            weights[dislikes] = 0.5 * history.values[dislikes] / (len(dislikes) + len(likes))
        return weights


def blocks_of(items: ItemFeatures) -> dict[str, FloatArray]:
    """Return the content that the towers read by name, in the order of :func:`~avrec_deep.common.content_of`."""
    blocks = {name: items.modalities[name] for name in sorted(items.modalities)}
    wide = content_of(items).shape[1]
    if blocks and sum(b.shape[1] for b in blocks.values()) == wide:
        return {name: block for name, block in blocks.items() if block.shape[1]}
    return {"content": items.content} if items.content.shape[1] else {}


def centred(block: FloatArray) -> FloatArray:
    """Return unit rows about the mean of the rows that are there; rows of zeros stay."""
    there = np.asarray(block.any(1))
    if not there.any():
        return block
    moved = np.where(there[:, None], block - block[there].mean(0), 0)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(norms, 1e-6), np.float32)


def _gelu(values: FloatArray) -> FloatArray:
    from scipy.special import erf

    return np.asarray(0.5 * values * (1 + erf(values / np.sqrt(2.0))), np.float32)
