"""Whether explanations are true: does an item fall when the causes that were named are taken away?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avrec_desktop.api.recommend import History, Recommender
from avrec_desktop.recommend import panel as strategy
from avrec_desktop.recommend.evaluation.statistics import confidence_interval
from avrec_desktop.recommend.measure import rank

#: How much farther an item must fall without its named causes than without as many others.
MARGIN = 3.0
#: Random sets of the same size that are taken away for each case.
DRAWS = 5


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How far items fall without what is said to be their causes.

    Attributes:
        named: Mean number of places lost without the named causes.
        random: The same without as many random other items of the history.
        cases: Explained items behind the means; 0 where the model names no causes.
        low: Lower end of the 95 % interval over the cases of ``named - MARGIN * random``; above 0 the margin is kept
            beyond chance.
    """

    named: float
    random: float
    cases: int
    low: float = float("nan")

    @property
    def ratio(self) -> float:
        """How many times farther; infinite where random ones do no harm at all."""
        if self.random > 0:
            return self.named / self.random
        return float("inf") if self.named > 0 else float("nan")

    @property
    def faithful(self) -> bool:
        """Whether the margin is kept."""
        return self.cases > 0 and self.ratio >= MARGIN


def faithfulness(model: Recommender, histories: Sequence[History], *, tops: int = 2, seed: int = 0) -> Faithfulness:
    """Measure the explanations of each history's best items.

    Args:
        model: Fitted or loaded, and bound.
        histories: Each long enough that as many others as causes can be taken away.
        tops: Best items explained per history.
        seed: Seed of the random sets.
    """
    rng = np.random.default_rng(seed)
    named: list[float] = []
    random: list[float] = []
    for history in histories:
        scores = model.score(history)
        free = np.ones(len(scores), bool)
        free[history.items] = False
        values = {int(r): float(v) for r, v in zip(history.items, history.values, strict=True)}
        order = np.argsort(-np.where(free & np.isfinite(scores), scores, -np.inf), kind="stable")
        for item in (int(i) for i in order[:tops] if np.isfinite(scores[i])):
            causes = strategy.causes(model.explain(history, item), values, item)
            others = np.setdiff1d(history.items, causes)
            if not causes or len(others) < len(causes):
                continue
            before = rank(scores, free, item)
            named.append(rank(model.score(history.without(causes)), free, item) - before)
            draws = [rng.choice(others, len(causes), replace=False).tolist() for _ in range(DRAWS)]
            falls = [rank(model.score(history.without(drawn)), free, item) - before for drawn in draws]
            random.append(float(np.mean(falls)))
    if not named:
        return Faithfulness(0.0, 0.0, 0)
    low, _ = confidence_interval(np.array(named) - MARGIN * np.array(random))
    return Faithfulness(float(np.mean(named)), float(np.mean(random)), len(named), low)
