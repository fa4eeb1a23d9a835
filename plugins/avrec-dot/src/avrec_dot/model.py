"""The base model as a recommender: trained with Keras, served with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Explanation, History, ItemFeatures, Part, Run, TrainingData
from avrec_desktop.api.keras import Examples, KerasConfig, KerasRecommender
from avrec_dot.foldin import FoldIn, Strength
from avrec_dot.network import build_network
from avrec_dot.tuning import choose

FloatArray = NDArray[np.float32]
#: Penalty of the regression from content to what is learned.
CARRY_REG = 10.0
#: Most columns of all modalities together that are read for items that nobody liked.
MAX_DESCRIBED = 1024


@dataclass(frozen=True)
class DotConfig(KerasConfig):
    """Settings of :class:`Dot`.

    Attributes:
        embedding_size: Learned factors beside the content, where there are users enough.
        content_size: Most columns of content that are kept; wider content is projected on its main directions.
        min_users: Fewest users with likes from which factors are learned (without content, always).
        reg: L2 penalty of what is learned.
        catalogue: See :class:`~avrec_dot.foldin.Strength`.
        dislike: See :class:`~avrec_dot.foldin.Strength`.
        fold_reg: Penalty of the folded-in interest vector.
        tune: Whether the strengths are chosen on held-out likes where there are users enough.
    """

    batch_size: int = 1024
    embedding_size: int = 64
    content_size: int = 256
    min_users: int = 20
    reg: float = 1e-5
    catalogue: float = 2.0
    dislike: float = 0.2
    fold_reg: float = 2.0
    tune: bool = True


class Dot(KerasRecommender):
    """r = U . (V * C) + b: interest times understood content.

    Keras learns, over all users, what an item's vector V, its understanding weights C and its bias b are, together with
    each user's interest U. To serve a history, U is solved anew from it (:class:`~avrec_dot.foldin.FoldIn`), so a like
    counts at once, for users that were never trained on as well; V and C of new items come from their content and
    tags.

    Attributes:
        arrays: ``main`` float32 (d, n_content), directions of the content (empty where it is kept as it is);
            ``projection`` float32 (n_content + 1, k) and ``bias_content`` float32 (n_content + 1,), what content
            says of factors and bias, the last row for all items alike; ``factors`` float32 (n_items, k) and ``bias``
            float32 (n_items,), what items that somebody liked have of their own beside that, and what others
            have by ``beyond`` float32 (n_described, k + 1), a ridge regression from the modalities side by side;
            ``understanding`` float32 (n_tags, n_content + k); ``strength`` float64 (7,), see :mod:`avrec_dot.tuning`.
    """

    id = "dot"
    version = 3
    name = "Interest × content"
    Config = DotConfig
    config: DotConfig

    def fit(self, data: TrainingData, run: Run) -> None:
        """Train; see :meth:`KerasRecommender.fit`."""
        self._main = _main_directions(data.items.content, self.config.content_size)
        self._content = project(data.items.content, self._main)
        self._tags = data.items.tags
        self._factors = self._n_factors(data)
        self._strength: NDArray[np.float64] | None = None
        super().fit(data, run)
        if self.config.tune and self._factors and not run.should_stop():
            self._strength = choose(self, data, run.seed)
            self.arrays["strength"] = self._strength
            self.bind(data.items)

    def build(self, data: TrainingData) -> Any:
        """Return the network, see :func:`~avrec_dot.network.build_network`."""
        table = data.interactions
        good = table.values > 0
        self._met = np.bincount(table.items[good], minlength=data.n_items) > 0
        width = self._content.shape[1] if self._content.any() else 0
        self._sums = np.zeros((data.n_users, width), np.float32)
        if width:
            np.add.at(self._sums, table.users[good], self._content[table.items[good]])
        self._counts = np.bincount(table.users[good], minlength=data.n_users).astype(np.float32)
        tags = self._tags.shape[1] if self._tags.any() else 0
        return build_network(data.n_users, data.n_items, width, tags, self._factors, self.config.reg)

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return pairs with sampled negatives; ``own`` marks pairs that are part of the user's anchor."""
        shown = super().examples(data, rng)
        shown.inputs["own"] = shown.targets > 0.5
        return shown

    def prepare(self, inputs: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Look up content, tags and anchors; a liked item is left out of its own anchor."""
        user, item = inputs["user"], inputs["item"]
        taken: dict[str, NDArray[Any]] = {"user": user, "item": item}
        if self._sums.shape[1]:
            own = inputs["own"][:, None].astype(np.float32)
            taken["content"] = self._content[item]
            rest = np.maximum(self._counts[user][:, None] - own, 1.0)
            taken["anchor"] = (self._sums[user] - own * taken["content"]) / rest
        if self._tags.any():
            taken["tags"] = self._tags[item]
        return taken

    def export(self, network: Any, data: TrainingData) -> dict[str, NDArray[Any]]:
        """Return V, C and b as arrays."""
        names = {layer.name for layer in network.layers}

        def weight(name: str, shape: tuple[int, ...]) -> FloatArray:
            found = network.get_layer(name).get_weights()[0] if name in names else np.zeros(shape)
            return np.asarray(found, np.float32)

        width = self._sums.shape[1]
        scale = float(network.get_layer("like").get_weights()[0][0, 0])
        bias = scale * weight("item_bias", (data.n_items, 1))[:, 0]
        strength = self._strength if self._strength is not None else np.array(self._default_strength())
        learned = weight("item_factors", (data.n_items, self._factors))
        if width:
            learned = learned + self._content @ weight("projection", (width, self._factors))
        projection, factors = self._carried(learned, width)
        bias_content, bias = self._carried(bias[:, None], width)
        own = np.hstack([factors, bias]).astype(np.float64)[self._met]
        told = described(data.items)
        beyond = np.zeros((told.shape[1], own.shape[1]), np.float32)
        if len(own) and told.shape[1]:
            beyond = ridge(told[self._met], own).astype(np.float32)
        return {
            "beyond": beyond,
            "met": self._met,
            "main": self._main,
            "projection": projection,
            "factors": factors,
            "bias": bias[:, 0],
            "bias_content": bias_content[:, 0],
            "understanding": weight("understanding", (self._tags.shape[1], width + self._factors)),
            "strength": strength,
        }

    def _carried(self, learned: FloatArray, width: int) -> tuple[FloatArray, FloatArray]:
        """Divide what was learned of the items into what their content says and what is their own.

        Items that nobody liked were only ever negatives: what the network learned of them says no more than that, so
        they are known by their content, like items that come later.

        Args:
            learned: float32 (n_items, k).
            width: Columns of the content.

        Returns:
            float32 (width + 1, k), a ridge regression on the content (the last row is the level), and
            float32 (n_items, k), what is left of the items that somebody liked; 0 for the others.
        """
        met = self._met
        level = learned[met].mean(0) if met.any() else np.zeros(learned.shape[1], np.float32)
        carried = np.zeros((width, learned.shape[1]))
        if width and met.any():
            carried = ridge(self._content[met], learned[met] - level)
        rule = np.vstack([carried, level]).astype(np.float32)
        own = learned - rule[-1] - (self._content @ rule[:-1] if width else 0)
        return rule, np.where(met[:, None], own, 0).astype(np.float32)

    def bind(self, items: ItemFeatures) -> None:
        """Take the items: V, C and b of known ones as learned, of new ones from content and tags."""
        super().bind(items)
        self._ready = False  # prepared when asked: training binds after each epoch

    def _prepare(self) -> None:
        if self._ready or self.items is None:
            return
        items = self.items
        content_part, factor_part, understanding, self._bias = self.vectors(items)
        content_weight, factor_weight, bias_weight, *rest = self.arrays["strength"].tolist()
        self._rates = Strength(*rest)
        vectors = np.hstack([content_weight * content_part, factor_weight * _scaled(factor_part)]) * understanding
        self._prior = (bias_weight * self._bias).astype(np.float32)
        self._fold = FoldIn(vectors.astype(np.float32))
        self._able = vectors.any(axis=1)
        self._ready = True

    def vectors(self, items: ItemFeatures) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return V (content and factors), C and b of items.

        Returns:
            float32 (n, n_content), float32 (n, k), float32 (n, n_content + k), float32 (n,).
        """
        projection, factors = self.arrays["projection"], self.arrays["factors"]
        width, size = projection.shape[0] - 1, projection.shape[1]
        content = project(items.content, self.arrays["main"])
        if content.shape[1] != width:  # none in training, or from other extractors: it cannot be read
            content = np.zeros((len(items), width), np.float32)
        known = self.known >= 0
        learned = content @ projection[:-1] + projection[-1]
        learned[known] += factors[self.known[known]]
        kernel = self.arrays["understanding"]
        understood = np.ones((len(items), width + size), np.float32)
        if items.tags.shape[1] == len(kernel) and kernel.any():
            understood = (2 / (1 + np.exp(-np.clip(items.tags @ kernel, -30, 30)))).astype(np.float32)
        carried = self.arrays["bias_content"]
        bias = content @ carried[:-1] + carried[-1]
        bias[known] += self.arrays["bias"][self.known[known]]
        told, beyond = described(items), self.arrays["beyond"]
        if told.shape[1] and told.shape[1] == len(beyond):
            fresh = ~known
            fresh[known] = ~self.arrays["met"][self.known[known]]
            own = told[fresh] @ beyond
            learned[fresh] += own[:, :-1]
            bias[fresh] += own[:, -1]
        return content, learned, understood, bias

    def score(self, history: History) -> FloatArray:
        """Return scores; NaN for items without vector, and for everything when nothing is known of the user."""
        return self.score_many([history])[0]

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores of many histories with one product."""
        self._prepare()
        interests = np.zeros((len(histories), self._fold.features.shape[1]), np.float32)
        told = np.zeros(len(histories), bool)
        for row, history in enumerate(histories):
            rows, values = self._usable(history)
            if len(rows):
                interests[row] = self._fold.interest(rows, values, self._rates)
                told[row] = True
        scores = interests @ self._fold.features.T + self._prior
        scores[:, ~self._able] = np.nan
        if not self._prior.any():
            scores[~told] = np.nan
        return scores.astype(np.float32, copy=False)

    def item_vectors(self) -> FloatArray | None:
        """Return V * C with the prior as one column more."""
        self._prepare()
        if not self._prior.any():
            return self._fold.features
        return np.hstack([self._fold.features, self._prior[:, None]]) * self._able[:, None].astype(np.float32)

    def query(self, history: History) -> FloatArray | None:
        """Return the interest of a history; None where nothing is known of the user."""
        self._prepare()
        rows, values = self._usable(history)
        if not len(rows):
            return None
        interest = self._fold.interest(rows, values, self._rates)
        return np.append(interest, np.float32(1)).astype(np.float32) if self._prior.any() else interest

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the shares of the history's items, and the same sum divided among tags and among modalities."""
        self._prepare()
        rows, values = self._usable(history)
        if not self._able[item] or not len(rows):
            return None
        shares = self._fold.shares(item, rows, values, self._rates)
        order = np.argsort(-np.abs(shares), kind="stable")
        named, others = order[:limit], float(shares[order[limit:]].sum())
        prior = float(self._prior[item])
        parts = [Part("item", int(rows[k]), float(shares[k])) for k in named]
        parts += [Part("bias", word, share) for word, share in (("prior", prior), ("others", others)) if share]
        carried = float(shares[named].sum())
        parts += self._divided(item, rows[named], shares[named], carried, limit)
        return Explanation(float(shares.sum()) + prior, tuple(parts))

    def _divided(
        self, item: int, rows: NDArray[np.int64], shares: NDArray[np.float64], carried: float, limit: int
    ) -> list[Part]:
        """Divide what the named items carry in proportion to the likeness in each tag and each modality."""
        assert self.items is not None
        tags = self.items.tags
        by_tag = tags[item] * (np.abs(shares) @ tags[rows])
        best = np.argsort(-by_tag, kind="stable")[:limit]
        best = best[by_tag[best] > 0]
        parts = [
            Part("tag", self.items.tag_names[t], carried * float(by_tag[t] / by_tag[best].sum())) for t in best.tolist()
        ]
        senses = {m: np.maximum(v[rows] @ v[item], 0) for m, v in self.items.modalities.items()}
        likeness = {m: float(np.abs(shares) @ each) for m, each in senses.items()}
        total = sum(likeness.values())
        if total > 0:
            ranked = sorted(likeness.items(), key=lambda pair: -pair[1])
            parts += [Part("modality", m, carried * each / total) for m, each in ranked if each > 0]
        return parts

    def _usable(self, history: History) -> tuple[NDArray[np.int64], FloatArray]:
        """Return the distinct items of a history that have vectors, oldest first, with their last values."""
        backwards = history.items[::-1]
        _, at = np.unique(backwards, return_index=True)
        last = np.sort(len(backwards) - 1 - at)
        keep = last[self._able[history.items[last]] & (history.values[last] != 0)]
        return history.items[keep].astype(np.int64), history.values[keep]

    def _n_factors(self, data: TrainingData) -> int:
        table = data.interactions
        users = len(np.unique(table.users[table.values > 0]))
        if users < self.config.min_users and self._content.any():
            return 0
        return max(2, min(self.config.embedding_size, data.n_items, 2 * users))

    def _default_strength(self) -> tuple[float, ...]:
        config = self.config
        return (1.0, 1.0, 0.1 if self._factors else 0.0, config.catalogue, config.dislike, config.fold_reg, 1.0)

    def with_strength(self, values: Sequence[float]) -> None:
        """Use other strengths from now on; see :mod:`avrec_dot.tuning`."""
        self.arrays = {**self.arrays, "strength": np.asarray(values, np.float64)}
        if self.items is not None:
            self.bind(self.items)


def project(content: FloatArray, main: FloatArray) -> FloatArray:
    """Return content in its main directions, float32; unchanged where ``main`` is empty or does not fit."""
    if not len(main) or content.shape[1] != len(main):
        return content
    return np.asarray(content @ main, np.float32)


def described(items: ItemFeatures) -> FloatArray:
    """Return the modalities side by side, float32 (n_items, n_described); no columns where they are too many."""
    blocks = [items.modalities[name] for name in sorted(items.modalities)]
    if sum(b.shape[1] for b in blocks) > MAX_DESCRIBED or not blocks:
        return np.zeros((len(items), 0), np.float32)
    return np.hstack(blocks).astype(np.float32)


def ridge(content: FloatArray, learned: NDArray[Any]) -> NDArray[np.float64]:
    """Return the ridge regression from content to learned columns, float64 (d, k)."""
    exact = content.astype(np.float64)
    left = exact.T @ exact
    left[np.diag_indices_from(left)] += CARRY_REG
    return np.linalg.solve(left, exact.T @ learned)


def _main_directions(content: FloatArray, most: int) -> FloatArray:
    """Return the directions with the largest second moments, float32 (d, most); empty if d is small enough."""
    if content.shape[1] <= most:
        return np.zeros((0, 0), np.float32)
    sample = content[:: max(1, len(content) // 20_000)].astype(np.float64)
    _, directions = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(directions[:, ::-1][:, :most], np.float32)


def _scaled(vectors: FloatArray) -> FloatArray:
    """Return vectors whose mean squared length is 1."""
    size = float(np.sqrt((vectors**2).sum(axis=1).mean())) if vectors.size else 0.0
    return vectors / size if size > 0 else vectors
