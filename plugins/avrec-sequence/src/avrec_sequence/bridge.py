"""From content to taste: factors of behaviour, carried over to items that nobody met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Explanation, History, ItemFeatures, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.arrays import ArrayRecommender
from avrec_sequence.blocks import SHARED, Blocks, blocks_of
from avrec_sequence.common import FloatArray, IntArray, explanation, liked, most_popular, need_likes
from avrec_sequence.factors import history_tastes, item_factors, moments, shares, tastes

if TYPE_CHECKING:
    from scipy import sparse

#: Values tried in turn, one setting at a time.
WEIGHTS = (0.0, 0.3, 1.0, 3.0)
NOISES = (1.0, 3.0, 10.0, 30.0, 100.0)
PRODUCTS = (0.0, 0.5, 1.0, 2.0, 4.0)
FOLDS = 8
#: Users that the settings are tried on.
MAX_USERS = 1000


@dataclass(frozen=True)
class BridgeConfig(RecommenderConfig):
    """Settings of :class:`ContentBridge`.

    Attributes:
        factors: Number of factors of behaviour.
        search: Whether the kernel is chosen by leaving items of the training data out; else all blocks count 1.
        max_items: Most items that the kernel learns from, the most popular ones; memory grows with the square.
        trust: Count at which an item's own factors weigh as much as those from its content.
    """

    factors: int = 64
    search: bool = True
    max_items: int = 2500
    trust: float = 3.0


class ContentBridge(ArrayRecommender):
    """Scores new items: kernel ridge regression from content to the item factors of the behaviour.

    The factors V of the items come from weighted least squares (:mod:`.factors`); the score of item c is the product
    of the history's taste, solved from V, with v(c), the regression's answer for a new item. Weights of the blocks,
    strength of their products and the penalty are chosen for NDCG@10 on training items that are each left out in
    turn; the leave-one-out answers of kernel ridge regression come in closed form from one inverse.

    Attributes:
        arrays: ``factors`` float32 (n_columns, k), ``base`` float64 (k, k) of :func:`.factors.moments`, ``counts``
            float32 (n_columns,), ``dual`` float32 (2, m, k), ``mean`` float32 (k,), ``block_names``,
            ``block_weights`` and ``product`` per kernel, the codes of the learnt items per block, and the scales of
            shared blocks.
    """

    id = "content-bridge"
    version = 4
    name = "New items by content"
    Config = BridgeConfig
    config: BridgeConfig

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self._carried: FloatArray = np.zeros((0, 0), np.float32)
        self._own: FloatArray = np.zeros((0, 0), np.float32)

    def fit(self, data: TrainingData, run: Run) -> None:
        """Factor the behaviour, choose the kernel, solve for its weights."""
        need_likes(self, data)
        users, items, _ = liked(data)
        counts = np.bincount(items, minlength=data.n_items)
        met = np.flatnonzero(counts)
        column = np.full(data.n_items, -1, np.int64)
        column[met] = np.arange(len(met))
        matrix = _matrix(users, column[items], data.n_users, len(met))
        factors = item_factors(matrix, self.config.factors)
        learnt = most_popular(counts[met], self.config.max_items)
        blocks = blocks_of(data.items)
        rows = met[learnt]
        mean = factors[learnt].mean(0)
        kernels, duals = [], []
        for start in _starts(blocks):
            chosen = start
            if self.config.search and len(learnt) >= 5 * FOLDS:
                chosen = _searched(start, blocks, rows, matrix[:, learnt], factors[learnt], run)
            kernel = blocks.kernel(chosen.weights, chosen.product, rows, rows).astype(np.float64)
            kernel[np.diag_indices_from(kernel)] += chosen.noise
            duals.append(np.linalg.solve(kernel, factors[learnt] - mean))
            kernels.append(chosen)
        self.item_ids = data.items.ids[met]
        names = sorted(blocks.codes)
        self.arrays = {
            "factors": factors,
            "base": moments(factors),
            "counts": counts[met].astype(np.float32),
            "dual": np.stack(duals).astype(np.float32),
            "mean": mean.astype(np.float32),
            "product": np.array([k.product for k in kernels], np.float32),
            "noise": np.array([k.noise for k in kernels], np.float32),
            "block_names": np.array(names, dtype="U64"),
            "block_weights": np.array([[k.weights.get(n, 0.0) for n in names] for k in kernels], np.float32),
            **{f"code/{name}": blocks.codes[name][rows] for name in names},
            **{f"scale/{name}": scale for name, scale in blocks.scales.items()},
        }
        self.bind(data.items)
        run.epoch(1, 1)

    def bind(self, items: ItemFeatures) -> None:
        """Carry the factors over to the items."""
        super().bind(items)
        names = [str(n) for n in self.arrays["block_names"]]
        learnt = {name: self.arrays[f"code/{name}"] for name in names}
        codes = blocks_of(items, {n: self.arrays[f"scale/{n}"] for n in names if n.endswith(SHARED)}).codes
        usable = {n: codes[n] for n in names if n in codes and codes[n].shape[1] == learnt[n].shape[1]}
        carried = np.tile(self.arrays["mean"], (len(items), 1))
        for begin in range(0, len(items), 4096):
            near = {n: code[begin : begin + 4096] @ learnt[n].T for n, code in usable.items()}
            carried[begin : begin + 4096] += self._answers(near)
        known = self.columns >= 0
        column = np.maximum(self.columns, 0)
        share = np.where(known, self.arrays["counts"][column], 0) if len(self.item_ids) else np.zeros(len(items))
        share = (share / (share + self.config.trust)).astype(np.float32)[:, None]
        own = self.arrays["factors"][column] if len(self.item_ids) else carried
        self._own = np.where(known[:, None], own, carried).astype(np.float32)
        self._carried = (share * self._own + (1 - share) * carried).astype(np.float32)

    def _answers(self, near: dict[str, FloatArray]) -> FloatArray | float:
        """Return what the kernels say beyond the mean, averaged; ``near`` is the similarity to the learnt items."""
        names = self.arrays["block_names"].tolist()
        found: FloatArray | float = 0.0
        for weights, product, dual in zip(
            self.arrays["block_weights"], self.arrays["product"], self.arrays["dual"], strict=True
        ):
            parts = [w * near[n] for n, w in zip(names, weights, strict=True) if w and n in near]
            if parts:
                total = np.sum(parts, axis=0)
                found += (total + product / max(float(weights.sum()), 1e-9) * total * total) @ dual
        return found / max(1, len(self.arrays["dual"]))

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items)."""
        if not len(histories):
            return np.zeros((0, len(self._carried)), np.float32)
        found = history_tastes(histories, self._own, self.arrays["base"])
        return np.asarray(found @ self._carried.T, np.float32)

    def item_vectors(self) -> FloatArray | None:
        """Return the factors of the items."""
        return self._carried

    def query(self, history: History) -> FloatArray | None:
        """Return the taste in those factors."""
        return np.asarray(history_tastes([history], self._own, self.arrays["base"])[0], np.float32)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what each item of the history adds."""
        if not len(history):
            return None
        found = shares(history.items, history.values, self._own, self._carried[item], self.arrays["base"])
        return explanation(history.items, found, 0.0, limit)

    def notes(self) -> dict[str, object]:
        """Return the chosen kernel."""
        kernels = []
        for weights, product, noise in zip(
            self.arrays["block_weights"], self.arrays["product"], self.arrays["noise"], strict=True
        ):
            named = zip(self.arrays["block_names"].tolist(), weights.tolist(), strict=True)
            chosen = {str(name): round(float(w), 3) for name, w in named if w}
            kernels.append({"weights": chosen, "product": round(float(product), 3), "noise": round(float(noise), 3)})
        return {"kernels": kernels}


@dataclass(frozen=True)
class _Settings:
    weights: dict[str, float]
    product: float
    noise: float


def _starts(blocks: Blocks) -> list[_Settings]:
    """Return where the search starts: with the cosines alone and, where there are any, with the shared blocks.

    Which of the two is better changes from one set of new items to the next by more than they differ on average;
    their mean is as good as the better one and steadier.
    """
    plain = {name: 1.0 for name in blocks.codes if not name.endswith(SHARED)}
    starts = [_Settings(plain, 2.0, 15.0)]
    if len(plain) < len(blocks.codes):
        starts.append(_Settings(dict.fromkeys(blocks.codes, 1.0), 2.0, 15.0))
    return starts


def _searched(
    start: _Settings,
    blocks: Blocks,
    rows: IntArray,
    matrix: sparse.csr_matrix[np.float32],
    factors: FloatArray,
    run: Run,
) -> _Settings:
    """Return the settings with the best NDCG@10 on items left out, one setting changed at a time."""
    judge = _LeaveOut(blocks, rows, matrix, factors)
    best, reached = start, judge(start)
    for _ in range(2):
        before = reached
        trials = [_Settings(best.weights, best.product, v) for v in NOISES]
        best, reached = _best(trials, best, reached, judge, run)
        for name in sorted(best.weights):
            trials = [_Settings({**best.weights, name: v}, best.product, best.noise) for v in WEIGHTS]
            best, reached = _best(trials, best, reached, judge, run)
        trials = [_Settings(best.weights, v, best.noise) for v in PRODUCTS]
        best, reached = _best(trials, best, reached, judge, run)
        if reached <= before + 1e-4 or run.should_stop():
            break
    return best


def _best(
    trials: list[_Settings], best: _Settings, reached: float, judge: _LeaveOut, run: Run
) -> tuple[_Settings, float]:
    for trial in trials:
        if run.should_stop():
            break
        if trial != best and any(trial.weights.values()):
            value = judge(trial)
            if value > reached:
                best, reached = trial, value
    return best, reached


class _LeaveOut:
    """NDCG@10 of the leave-one-out answers, a fold of the items being the candidates at a time."""

    def __init__(
        self, blocks: Blocks, rows: IntArray, matrix: sparse.csr_matrix[np.float32], factors: FloatArray
    ) -> None:
        self._blocks, self._rows = blocks, rows
        self._factors, self._mean = factors, factors.mean(0)
        rng = np.random.default_rng(0)
        fold = rng.permutation(len(rows)) % FOLDS
        picked = np.sort(rng.permutation(matrix.shape[0])[:MAX_USERS])
        table = matrix[picked]
        self._tests = []
        for number in range(FOLDS):
            inside = np.flatnonzero(fold == number)
            there = np.asarray(table[:, inside].todense()) > 0
            rest = np.flatnonzero(fold != number)
            known = table[:, rest]
            people = tastes(known, factors[rest], moments(factors[rest]))
            asked = np.flatnonzero(there.any(1) & (np.diff(known.indptr) > 0))
            self._tests.append((inside, people[asked], there[asked]))
        self._kernels: dict[str, FloatArray] = {n: blocks.similarity(n, rows, rows) for n in blocks.codes}

    def __call__(self, settings: _Settings) -> float:
        from scipy import linalg

        total = np.zeros((len(self._rows), len(self._rows)), np.float32)
        for name, weight in settings.weights.items():
            if weight:
                total += np.float32(weight) * self._kernels[name]
        size = max(sum(settings.weights.values()), 1e-9)
        kernel = total + np.float32(settings.product / size) * total * total
        kernel[np.diag_indices_from(kernel)] += np.float32(settings.noise)
        inverse = linalg.inv(kernel, assume_a="pos", overwrite_a=True, check_finite=False)
        targets = self._factors - self._mean
        answers = (self._factors - (inverse @ targets) / np.diag(inverse)[:, None]).astype(np.float32)
        joined = np.concatenate([_ndcg(people @ answers[inside].T, there) for inside, people, there in self._tests])
        return float(joined.mean()) if len(joined) else 0.0


def _ndcg(scores: FloatArray, there: NDArray[np.bool_], k: int = 10) -> NDArray[np.float64]:
    """Return NDCG@k of each row where every column may be listed, float64 (n_rows,); ``there`` marks what is wanted."""
    k = min(k, scores.shape[1])
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    hits = np.take_along_axis(there, np.take_along_axis(best, order, axis=1), axis=1)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discounts)[np.clip(there.sum(1), 1, k) - 1]
    return np.asarray((hits @ discounts) / ideal, np.float64)


def _matrix(users: IntArray, columns: IntArray, n_users: int, n_columns: int) -> sparse.csr_matrix[np.float32]:
    from scipy import sparse

    matrix = sparse.csr_matrix((np.ones(len(users), np.float32), (users, columns)), shape=(n_users, n_columns))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix
