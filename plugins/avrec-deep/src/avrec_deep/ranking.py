"""The second network of :mod:`.two_tower`: ranks what the first one found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_deep.common import FloatArray, IntArray
from avrec_desktop.api import History, ItemFeatures, Run, TrainingData
from avrec_desktop.api.behaviour import liked

if TYPE_CHECKING:
    from avrec_deep.two_tower import TwoTower

#: Histories that the network is trained on, and that its weight is chosen on.
EXAMPLES = 4000
JUDGED = 600
#: Cells of scores that are held while drawing negatives.
CELLS = 8_000_000
#: Likely items that negatives are drawn from, and negatives per positive.
LIKELY = 100
NEGATIVES = 4
#: Weights of the network that are tried.
WEIGHTS = (0.0, 0.1, 0.25, 0.5, 1.0)
#: Passes and units.
EPOCHS = 4
UNITS = 32
DAY = 86400.0
N_FEATURES = 5


class Ranking:
    """The trained network on the bound items.

    Args:
        arrays: ``rank/0`` to ``rank/3`` (two dense layers), ``rank/scale`` (mean and spread of candidate scores,
            weight); without them the weight is 0.
        items: The bound items.
        vectors: float32 (n_items, d), their vectors in the first network.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], items: ItemFeatures, vectors: FloatArray) -> None:
        self.weight = float(arrays["rank/scale"][2]) if "rank/scale" in arrays else 0.0
        self._arrays = arrays
        self._features = Features(items)
        if "rank/scale" in arrays:
            self._told = vectors @ arrays["rank/0"][N_FEATURES:] + arrays["rank/1"]

    def logits(self, history: History, scores: FloatArray, rows: IntArray | None = None) -> FloatArray:
        """Return the logits of the given item rows (all where None) from their candidate scores, float32 (n,)."""
        mean, spread, _ = self._arrays["rank/scale"].tolist()
        found = self._features.of(history, (scores - mean) / spread, rows)
        told = self._told if rows is None else self._told[rows]
        hidden = np.maximum(found @ self._arrays["rank/0"][:N_FEATURES] + told, 0)
        return np.asarray((hidden @ self._arrays["rank/2"] + self._arrays["rank/3"])[:, 0], np.float32)


class Features:
    """What the network reads of a user and an item.

    Args:
        items: The items.
    """

    def __init__(self, items: ItemFeatures) -> None:
        there = np.asarray(items.content.any(1))
        centre = items.content[there].mean(0) if there.any() else np.zeros(items.content.shape[1], np.float32)
        self._content, self._centre, self._there = items.content, centre, there
        self._groups = items.groups
        self._n_groups = 0 if items.groups is None or not len(items) else int(items.groups.max()) + 1

    def of(self, history: History, scores: FloatArray, rows: IntArray | None = None) -> FloatArray:
        """Return the features, float32 (n, 5).

        Candidate score; likeness of the content to the mean of the likes; whether something of the item's group was
        met, how often, and how long ago (days, logarithm).
        """
        picked = np.arange(len(self._content)) if rows is None else rows
        found = np.zeros((len(picked), N_FEATURES), np.float32)
        found[:, 0] = np.nan_to_num(scores)
        likes = history.items[history.values > 0]
        if not len(likes):
            return found
        taste = self._content[likes].mean(0) - self._centre
        taste = taste / max(float(np.linalg.norm(taste)), 1e-6)
        content = self._content if rows is None else self._content[rows]
        found[:, 1] = np.where(self._there[picked], content @ taste - self._centre @ taste, 0)
        if self._groups is None or not self._n_groups:
            return found
        groups = self._groups[picked]
        met = self._groups[likes]
        times = history.times[history.values > 0]
        good = met >= 0
        counts = np.bincount(met[good], minlength=self._n_groups).astype(np.float32)
        last = np.zeros(self._n_groups)
        np.maximum.at(last, met[good], times[good])
        now = max(history.now, float(history.times.max()))
        known = (groups >= 0) & (counts[groups] > 0)
        found[:, 2] = known
        found[:, 3] = np.where(known, np.log1p(counts[groups]), 0)
        found[:, 4] = np.where(known, np.log1p(np.maximum(now - last[groups], 0) / DAY) / 5, 0)
        return found


def train_ranking(model: TwoTower, data: TrainingData, run: Run) -> dict[str, NDArray[Any]]:
    """Train the network on what the fitted model thinks likely; return its arrays (see :class:`Ranking`)."""
    import keras

    rng = np.random.default_rng(run.seed + 7)
    histories, targets, gains = _moments(data, rng, min(EXAMPLES, max(JUDGED, CELLS // max(1, data.n_items))))
    if len(histories) < 20:
        return {}
    scores = model.candidate_scores(histories)
    known = np.isfinite(scores)
    mean, spread = float(scores[known].mean()), max(float(scores[known].std()), 1e-6)
    features = Features(data.items)
    judged = min(JUDGED, len(histories) // 5)
    inputs, labels, weights = [], [], []
    for row in range(judged, len(histories)):
        masked = np.where(known[row], scores[row], -np.inf)
        masked[histories[row].items] = -np.inf
        masked[targets[row]] = -np.inf
        likely = np.argpartition(-masked, min(LIKELY, len(masked) - 1))[:LIKELY]
        likely = likely[np.isfinite(masked[likely])]
        if not len(likely):
            continue
        asked = np.append(targets[row], rng.choice(likely, NEGATIVES))
        told = features.of(histories[row], (scores[row, asked] - mean) / spread, asked)
        inputs.append(np.hstack([told, model.outer[asked]]))
        labels.append(np.append(1.0, np.zeros(NEGATIVES)))
        weights.append(np.append(gains[row], np.ones(NEGATIVES)))
    if not inputs or run.should_stop():
        return {}
    shown, wanted, weight = np.concatenate(inputs), np.concatenate(labels), np.concatenate(weights)
    network = keras.Sequential(
        [
            keras.Input((shown.shape[1],)),
            keras.layers.Dense(UNITS, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    eager = len(shown) < 4096  # a graph is not worth its tracing
    network.compile(keras.optimizers.Adam(0.003), loss=loss, run_eagerly=eager, jit_compile=False)
    network.fit(shown, wanted[:, None], sample_weight=weight, batch_size=256, epochs=EPOCHS, verbose=0, shuffle=True)
    arrays = {f"rank/{k}": np.asarray(w, np.float32) for k, w in enumerate(network.get_weights())}
    arrays["rank/scale"] = np.array([mean, spread, 0.0])
    arrays["rank/scale"][2] = _best_weight(
        Ranking(arrays, data.items, model.outer), histories[:judged], targets[:judged], scores[:judged]
    )
    return arrays


def _best_weight(ranking: Ranking, histories: Sequence[History], targets: IntArray, scores: FloatArray) -> float:
    """Return the weight that ranks the held-out targets best, by the mean of 1 / log2(rank + 1)."""
    gains = np.zeros((len(WEIGHTS), len(histories)))
    for row, history in enumerate(histories):
        told = ranking.logits(history, scores[row])
        for at, weight in enumerate(WEIGHTS):
            total = scores[row] + np.float32(weight) * told
            total[history.items] = np.nan
            gains[at, row] = 1 / np.log2(np.nansum(total > total[targets[row]]) + 2)
    better = gains - gains[0]
    noise = better.std(1) / np.sqrt(max(1, len(histories)))
    usable = np.where(better.mean(1) > noise, better.mean(1), 0)
    return float(WEIGHTS[int(np.argmax(usable))]) if usable.max() > 0 else 0.0


def _moments(data: TrainingData, rng: np.random.Generator, most: int) -> tuple[list[History], IntArray, FloatArray]:
    """Return histories, what came next, and the relative time that was spent on it.

    The time watched is the strength of the preference times the item's duration, where that is known.
    """
    users, items, times = liked(data)
    values = data.interactions.values[data.interactions.values > 0]
    begin = np.searchsorted(users, users)
    able = np.flatnonzero(np.arange(len(users)) > begin)
    able = rng.permutation(able)[:most]
    watched = values.astype(np.float64)
    if data.items.durations is not None and data.items.durations.any():
        minutes = np.maximum(data.items.durations[items], 0) / 60
        usual = float(minutes[minutes > 0].mean()) if (minutes > 0).any() else 1.0
        watched = watched * np.where(minutes > 0, np.clip(minutes / usual, 0.2, 5.0), 1.0)
    histories = [
        History(items[begin[k] : k], values[begin[k] : k], times[begin[k] : k], "", float(times[k]))
        for k in able.tolist()
    ]
    return histories, items[able], watched[able].astype(np.float32)
