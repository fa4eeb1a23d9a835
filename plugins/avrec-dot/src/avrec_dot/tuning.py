"""Choosing the strengths of the fold-in on held-out likes.

A strength is (content weight, factor weight, bias weight, catalogue, dislike, reg, fade).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import History, TrainingData

if TYPE_CHECKING:
    from avrec_dot.model import Dot

#: Scores computed per tried setting, which bounds the time in large libraries.
_CELLS = 3_000_000
#: Fewest users to choose by.
MIN_QUESTIONS = 40
#: Positions in the strengths and the values tried there, one after the other.
_TRIED: tuple[tuple[int, tuple[float, ...]], ...] = (
    (0, (0.0, 0.2, 0.5, 1.0)),
    (3, (0.3, 1.0, 3.0, 10.0, 30.0)),
    (6, (1.0, 0.97, 0.9, 0.8)),
    (2, (0.0, 0.03, 0.1, 0.3)),
    (5, (0.3, 1.0, 2.0, 5.0)),
)


def choose(model: Dot, data: TrainingData, seed: int) -> NDArray[np.float64]:
    """Return the strengths that rank each user's last like best, given what that user did before.

    Coordinate by coordinate, with the mean of 1 / log2(rank + 1) over a sample of users; a change must gain more than
    one standard error.
    """
    best = np.array(model.arrays["strength"], np.float64)
    asked, answers = _questions(data, seed)
    if len(asked) < MIN_QUESTIONS:
        return best
    model.with_strength(best)
    gain = _gains(model, asked, answers)
    for position, values in _TRIED:
        for value in values:
            tried = best.copy()
            tried[position] = value
            if value == best[position] or not (tried[0] or tried[1]):
                continue
            model.with_strength(tried)
            found = _gains(model, asked, answers)
            better = found - gain
            if better.mean() > better.std() / np.sqrt(len(better)):  # more than the noise of so many users
                best, gain = tried, found
    return best


def _questions(data: TrainingData, seed: int) -> tuple[list[History], NDArray[np.int64]]:
    """Return histories that end before a user's last like, and those likes (item rows)."""
    table = data.interactions
    good = np.flatnonzero(table.values > 0)
    counts = np.bincount(table.users[good], minlength=data.n_users)
    users = np.flatnonzero(counts >= 3)
    most = max(20, min(500, _CELLS // max(1, data.n_items)))
    users = np.sort(np.random.default_rng(seed).permutation(users)[:most])
    begin, end = np.searchsorted(table.users, users), np.searchsorted(table.users, users, side="right")
    histories, answers = [], []
    for a, b in zip(begin.tolist(), end.tolist(), strict=True):
        last = a + int(np.flatnonzero(table.values[a:b] > 0)[-1])
        rows = table.items[a:last].astype(np.int64)
        if not len(rows) or (rows == table.items[last]).any():
            continue
        histories.append(History(rows, table.values[a:last], table.times[a:last]))
        answers.append(int(table.items[last]))
    return histories, np.array(answers, np.int64)


def _gains(model: Dot, asked: Sequence[History], answers: NDArray[np.int64]) -> NDArray[np.float64]:
    scores = np.nan_to_num(model.score_many(asked), nan=-np.inf, neginf=-np.inf)
    wanted = scores[np.arange(len(answers)), answers]
    for row, history in enumerate(asked):
        scores[row, history.items] = -np.inf
    rank = (scores > wanted[:, None]).sum(axis=1)
    return np.asarray(1 / np.log2(rank + 2))
