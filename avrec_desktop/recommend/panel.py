"""Strategy: from scores to a panel of varied picks with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import Explanation, ItemFeatures
from avrec_desktop.recommend.occasion import Occasion

#: Takes a list, candidates int64 (n,) and their relevance float32 (n,), and returns the list with other rows in places.
Explorer = Callable[[list[int], NDArray[np.int64], NDArray[np.float32]], list[int]]
#: Called between the steps of long work; raises where that is not wanted any more.
Check = Callable[[], object]
PanelKind = Literal["personal", "content", "newest", "empty"]


def goes_on() -> None:
    """Let long work go on to its end."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One recommendation.

    Attributes:
        item: Item id; negative for an imported item without a file.
        score: As the model gives it; comparable within a panel only.
        reason: One sentence in English.
        reason_key: Key of the sentence for translation: ``because``, ``similar``, ``newest``, ``varied``,
            ``popular``, ``model``, or the key of a shelf.
        because: Item ids that carried the score, strongest first.
        tags: Tags the pick shares with them, strongest first.
        key: Id in the imported table, for imported items.
        model: The model that gave it, ``"content"`` for the core's own scorer, None where a rule chose it.
    """

    item: int
    title: str
    path: str
    score: float
    reason: str
    reason_key: str
    because: list[int] = field(default_factory=list)
    because_titles: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    key: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """The "Recommended for you" panel.

    Attributes:
        kind: Personal, a content-based selection, the newest, or nothing to show.
        label: What it is, one sentence in English.
        label_key: Key of the label for translation.
        model: Id of the model that scored, ``"content"`` for the core's own scorer, ``"a+b"`` for two that share it,
            or None.
        run: The training run, or None.
        note: A problem worth showing (a model that failed), or None.
    """

    kind: PanelKind
    label: str
    label_key: str
    picks: list[Pick]
    model: str | None = None
    run: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """Settings of the re-ranking.

    Attributes:
        diversity: Weight of being unlike the picks above, in [0, 1] (MMR; Carbonell and Goldstein 1998).
        per_group: Most picks of one artist, series or folder in ten.
        pool: Candidates taken into the re-ranking, per pick.
        fatigue: Times an item may be shown without being taken before it sinks.
        novelty: From 0, close to what is liked already, to 1, far from it; 0.5 leaves the scores as they are.
        moment: Weight of fitting the time of day and the sitting.
        freshness: Weight of having come into the library just now.
        explore: Share of the places given to items that may be better than is known.
    """

    diversity: float = 0.25
    per_group: int = 4
    pool: int = 12
    fatigue: int = 8
    novelty: float = 0.5
    moment: float = 0.3
    freshness: float = 0.05
    explore: float = 0.0

    @classmethod
    def at(cls, novelty: float) -> Self:
        """Return the settings for a place of the familiar-new slider, in [0, 1]."""
        plain = cls()
        away = 2 * novelty - 1
        return cls(
            diversity=plain.diversity + 0.2 * away,
            per_group=max(2, round(plain.per_group * (1 - away))),
            pool=round(plain.pool * (1 + 4 * abs(away))),
            novelty=novelty,
            explore=0.1 * (1 + away),
        )

    def candidates(self, limit: int) -> int:
        """Return how many of the best items are looked at for a list of a length."""
        return max(50, limit * self.pool)


#: Newest likes that novelty is measured against.
_MAX_LIKED = 200
#: What the moment and freshness may cost a list at most: mean relevance of its picks, as a share of the range from the
#: worst candidate to the best. What would cost more counts less, by these shares, down to nothing.
MAX_LOSS = 0.05
_SHARES = (1.0, 0.5, 0.25, 0.125)


def rerank(
    scores: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    items: ItemFeatures,
    limit: int,
    strategy: Strategy,
    shown: NDArray[np.int64] | None = None,
    liked: NDArray[np.int64] | None = None,
    occasion: Occasion | None = None,
    explore: Explorer | None = None,
) -> list[int]:
    """Choose up to ``limit`` item rows: high scores, unlike each other, few of one group. No row twice.

    Greedy maximal marginal relevance over the best candidates. Caps are lifted only when nothing else is left. What the
    moment and freshness cost is bounded by :data:`MAX_LOSS`, what exploring costs by its own bound.

    Args:
        scores: float32 (n_items,), NaN or -inf for items that cannot be picked.
        allowed: bool (n_items,).
        items: The items.
        limit: Length of the list.
        strategy: The settings.
        shown: int64 (n_items,), how often each was shown and not taken.
        liked: Rows of liked items, against which novelty is measured.
        occasion: What is known of the moment; None: nothing.
        explore: Gives places of the list (rows, the pool and its relevance) to others; None: nobody does.
    """
    usable = np.flatnonzero(allowed & np.isfinite(scores))
    if not len(usable) or limit <= 0:
        return []
    n_pool = min(len(usable), strategy.candidates(limit))
    pool = usable[np.argpartition(-scores[usable], n_pool - 1)[:n_pool]]
    relevance = _scaled(scores[pool])
    if shown is not None:
        relevance = relevance - 0.5 * (shown[pool] >= strategy.fatigue)
    content = np.asarray(items.content[pool], dtype=np.float32)
    if liked is not None and len(liked) and strategy.novelty != 0.5:
        familiar = _scaled((content @ np.asarray(items.content[liked[-_MAX_LIKED:]]).T).max(axis=1))
        relevance = relevance + (1 - 2 * strategy.novelty) * familiar
    groups = items.groups[pool] if items.groups is not None else np.full(len(pool), -1)
    cap = max(1, round(strategy.per_group * limit / 10))

    def listed(wanted: NDArray[np.float32]) -> list[int]:
        return _greedy(wanted, content, groups, limit, cap, strategy.diversity)

    places = listed(relevance)
    lifted = relevance
    lift = None if occasion is None else occasion.lift(items, pool, strategy.moment, strategy.freshness)
    if lift is not None and lift.any():
        least = float(relevance[places].mean()) - MAX_LOSS
        for share in _SHARES:
            trial = relevance + np.float32(share) * lift
            found = listed(trial)
            if float(relevance[found].mean()) >= least:
                places, lifted = found, trial
                break
    chosen = [int(row) for row in pool[places]]
    if explore is None:
        return chosen
    counts = Counter(groups[places].tolist())
    able = np.isin(pool, chosen) | ~np.isin(groups, [g for g, n in counts.items() if g >= 0 and n >= cap])
    return explore(chosen, pool[able], lifted[able])


def _greedy(
    relevance: NDArray[np.float32],
    content: NDArray[np.float32],
    groups: NDArray[np.integer],
    limit: int,
    cap: int,
    diversity: float,
) -> list[int]:
    """Return the places in the pool of a list by maximal marginal relevance, few of one group."""
    nearest = np.zeros(len(relevance), np.float32)
    free = np.ones(len(relevance), bool)
    counts = Counter[int]()
    places: list[int] = []
    while len(places) < limit and free.any():
        full = [g for g, n in counts.items() if g >= 0 and n >= cap]
        open_ = free & ~np.isin(groups, full)
        if not open_.any():
            open_ = free
        gain = np.where(open_, (1 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(gain.argmax())
        places.append(best)
        free[best] = False
        counts[int(groups[best])] += 1
        nearest = np.maximum(nearest, content @ content[best])
    return places


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def spread(items: ItemFeatures, allowed: NDArray[np.bool_], limit: int, seed: int) -> list[int]:
    """Choose rows far from each other in content, so that a few likes among them say most (farthest-first traversal).

    Items without content come last. The first is the one nearest to the middle of the library.
    """
    rows = np.flatnonzero(allowed)
    if not len(rows):
        return []
    rng = np.random.default_rng(seed)
    if len(rows) > 5000:
        rows = np.sort(rng.choice(rows, 5000, replace=False))
    content = np.asarray(items.content[rows], dtype=np.float32)
    known = np.linalg.norm(content, axis=1) > 0
    if not known.any():
        return [int(r) for r in rows[np.argsort(-_added(items)[rows], kind="stable")][:limit]]
    chosen = [int(np.argmax(np.where(known, content @ content[known].mean(axis=0), -np.inf)))]
    distance = 1 - content @ content[chosen[0]]
    while len(chosen) < min(limit, int(known.sum())):
        distance[chosen] = -1.0
        best = int(np.argmax(np.where(known, distance, -1.0)))
        chosen.append(best)
        distance = np.minimum(distance, 1 - content @ content[best])
    rest = [int(i) for i in np.flatnonzero(~known)[: limit - len(chosen)]]
    return [int(rows[i]) for i in chosen + rest]


def newest(items: ItemFeatures, allowed: NDArray[np.bool_], limit: int) -> list[int]:
    """Choose the rows added last."""
    rows = np.flatnonzero(allowed)
    return [int(r) for r in rows[np.argsort(-_added(items)[rows], kind="stable")][:limit]]


def _added(items: ItemFeatures) -> NDArray[np.float64]:
    return items.added if items.added is not None else np.arange(len(items), dtype=np.float64)


def causes(explanation: Explanation | None, values: dict[int, float], own: int, limit: int = 3) -> list[int]:
    """Return the history rows that carried a score: positive shares of liked or played items, strongest first.

    Args:
        explanation: What the model says.
        values: Signed strength of each history row.
        own: Row of the explained item, which is no reason for itself.
        limit: Most of them; those with under a fifth of the strongest share are left out.
    """
    if explanation is None:
        return []
    items = [(int(p.key), p.share) for p in explanation.parts if p.kind == "item" and p.share > 0]
    items = sorted(
        ((row, share) for row, share in items if values.get(row, 0) > 0 and row != own), key=lambda pair: -pair[1]
    )
    return [row for row, share in items[:limit] if share >= 0.2 * items[0][1]]


def shared_tags(items: ItemFeatures, row: int, because: list[int], limit: int = 3) -> list[str]:
    """Return the tags that a pick has in common with what carried it (product of probabilities), best first."""
    own = np.asarray(items.tags[row], dtype=np.float32)
    if because:
        own = own * np.asarray(items.tags[because], dtype=np.float32).max(axis=0)
    best = np.argsort(-own, kind="stable")[:limit]
    return [items.tag_names[i] for i in best if own[i] >= (0.04 if because else 0.2)]


def reason_text(key: str, titles: list[str], tags: list[str], verb: str) -> str:
    """Return the English sentence of a reason."""
    tail = f": {', '.join(tags)}" if tags else ""
    if key == "because":
        return f"Because you {verb} {_joined(titles)}{tail}"
    if key == "similar":
        return f"Like what you enjoyed{tail}"
    if key == "newest":
        return "New in your library"
    if key == "popular":
        return f"Liked by many in the imported tables{tail}"
    if key == "continue":
        return "Go on where you stopped"
    if key == "mood":
        return f"In the mood of what you enjoy at this time{tail}"
    if key == "rediscover":
        return "You liked it and have not played it for long"
    if key == "just-added":
        return "New in your library"
    if key == "different":
        return f"Unlike what you mostly play{tail}"
    if key == "varied":
        return f"A taste of your library{tail}"
    return f"Picked by the model from what you did so far{tail}"


def _joined(titles: list[str]) -> str:
    quoted = [f"“{t}”" for t in titles]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def panel_to_dict(panel: Panel) -> dict[str, Any]:
    """Return a panel as JSON values, to be stored."""
    import dataclasses

    return dataclasses.asdict(panel)


def panel_from_dict(data: dict[str, Any]) -> Panel:
    """Rebuild a stored panel.

    Raises:
        TypeError: The stored panel has another shape (an older version wrote it).
    """
    picks = [Pick(**p) for p in data["picks"]]
    return Panel(**{**data, "picks": picks})
