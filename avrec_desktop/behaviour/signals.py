"""How acts become preference: one signed strength per item, with every weight in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

#: Kinds of act that say something by the way, and those that state it.
IMPLICIT = ("play", "complete", "skip", "queue", "search")
EXPLICIT = ("rate", "like", "dislike", "hide")


@dataclass(frozen=True, slots=True)
class SignalWeights:
    """Weights of the signals; all are settings the user can see and change.

    Explicit signals (rating, like, dislike, hide) overrule implicit ones. Implicit ones of one item add up and are
    squashed below ``implicit_limit``, so that no number of plays outweighs a like.

    Attributes:
        like: A like.
        dislike: A dislike.
        hide: "Not interested".
        stars: Strength of one to five stars.
        complete: An item played to its end (at least 60 %).
        play: Ten minutes or a part of an item played, per unit of the fraction played.
        skip: Left within the first fifth.
        queue: Put into the queue by hand.
        search: Played after it was searched for, beside what playing it counts.
        implicit_limit: Bound of the sum of the implicit signals.
        half_life_days: Age at which an implicit signal counts half; 0 switches fading off.
        half_lives: The same for single kinds of act, explicit ones too (which do not fade otherwise), by kind.
    """

    like: float = 1.0
    dislike: float = -1.0
    hide: float = -0.8
    stars: tuple[float, float, float, float, float] = (-1.0, -0.5, 0.1, 0.6, 1.0)
    complete: float = 0.5
    play: float = 0.3
    skip: float = -0.25
    queue: float = 0.3
    search: float = 0.2
    implicit_limit: float = 0.9
    half_life_days: float = 180.0
    half_lives: dict[str, float] = field(default_factory=dict)

    def half_life(self, kind: str) -> float:
        """Return the age in days at which an act of a kind counts half; 0: it does not fade."""
        return self.half_lives.get(kind, self.half_life_days if kind in IMPLICIT else 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return dataclasses.asdict(self) | {"stars": list(self.stars)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read JSON values; unknown names are ignored, so that settings of a newer version do no harm."""
        names = {f.name for f in dataclasses.fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in names}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Preferences:
    """One signed strength per item, oldest first.

    Attributes:
        item_ids: int64 (n,).
        values: float32 (n,) in [-1, 1].
        times: float64 (n,), seconds since the epoch of the last act.
    """

    item_ids: NDArray[np.int64]
    values: NDArray[np.float32]
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.item_ids)

    @classmethod
    def empty(cls) -> Self:
        """Return preferences about nothing."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0))

    def merged(self, other: Self) -> Self:
        """Return both together, oldest first; they speak of different items."""
        times = np.concatenate([self.times, other.times])
        order = np.argsort(times, kind="stable")
        ids = np.concatenate([self.item_ids, other.item_ids])
        values = np.concatenate([self.values, other.values])
        return type(self)(ids[order], values[order], times[order])


_DAY = 86400.0


def believable(times: NDArray[np.float64], now: float) -> NDArray[np.float64]:
    """Return times that neither lie in the future nor run backwards.

    A clock that was ahead and set right leaves times after now: each takes the next believable one. One that was behind
    leaves times before those of earlier acts: each takes the latest until then.

    Args:
        times: float64 (n,), what the clock said at acts in their true order, seconds since the epoch.
        now: The present moment.

    Returns:
        float64 (n,), ascending, at most ``now``.
    """
    known = np.where(times > now, np.inf, times)
    later = np.minimum.accumulate(known[::-1])[::-1]
    return np.maximum.accumulate(np.where(np.isinf(known), np.minimum(later, now), known))


def strengths(
    items: NDArray[np.int64],
    kinds: NDArray[np.str_],
    values: NDArray[np.float64],
    times: NDArray[np.float64],
    weights: SignalWeights,
    now: float,
) -> Preferences:
    """Turn events (oldest first, without undone ones) into preferences.

    Args:
        items: int64 (n,), item ids.
        kinds: (n,), kinds of event.
        values: float64 (n,), stars or fractions; NaN where there is none.
        times: float64 (n,), seconds since the epoch.
        weights: The weights.
        now: Time against which signals fade.
    """
    if not len(items):
        return Preferences.empty()
    ids, at = np.unique(items, return_inverse=True)
    n = len(ids)
    last = np.zeros(n)
    np.maximum.at(last, at, times)

    implicit = np.zeros(n)
    fade = _fade(kinds, times, weights, now)
    np.add.at(implicit, at, _implicit(kinds, values, weights) * fade)
    value = weights.implicit_limit * np.tanh(implicit / weights.implicit_limit)

    explicit = _explicit(kinds, values, weights) * fade
    stated = np.isin(kinds, ("rate", "like", "dislike", "none", "hide", "unhide"))
    value = _apply_explicit(value, at[stated], kinds[stated], explicit[stated])
    order = np.argsort(last, kind="stable")
    keep = order[np.abs(value[order]) > 1e-6]
    return Preferences(ids[keep], value[keep].astype(np.float32), last[keep])


def _fade(
    kinds: NDArray[np.str_], times: NDArray[np.float64], weights: SignalWeights, now: float
) -> NDArray[np.float64]:
    """Return how much of its strength each act has left, float64 (n,) in (0, 1]."""
    fade = np.ones(len(kinds))
    for kind in (*IMPLICIT, *EXPLICIT):
        days = weights.half_life(kind)
        if days > 0:
            own = kinds == kind
            fade[own] = 0.5 ** (np.maximum(0.0, now - times[own]) / (_DAY * days))
    return fade


def _implicit(kinds: NDArray[np.str_], values: NDArray[np.float64], weights: SignalWeights) -> NDArray[np.float64]:
    fraction = np.nan_to_num(values, nan=0.5)
    out = np.select(
        [kinds == "complete", kinds == "play", kinds == "skip", kinds == "queue", kinds == "search"],
        [weights.complete, weights.play * fraction, weights.skip * (1 - fraction), weights.queue, weights.search],
        0.0,
    )
    return np.asarray(out, dtype=np.float64)


def _explicit(kinds: NDArray[np.str_], values: NDArray[np.float64], weights: SignalWeights) -> NDArray[np.float64]:
    stars = np.interp(np.nan_to_num(values, nan=3.0), np.arange(1, 6), weights.stars)
    return np.select(
        [kinds == "rate", kinds == "like", kinds == "dislike", kinds == "hide"],
        [stars, weights.like, weights.dislike, weights.hide],
        np.nan,
    )


def _apply_explicit(
    value: NDArray[np.float64], at: NDArray[np.intp], kinds: NDArray[np.str_], explicit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Let the last statement about an item win; ``none`` and ``unhide`` take earlier ones back."""
    stated = np.full(len(value), np.nan)
    for row, kind, strength in zip(at.tolist(), kinds.tolist(), explicit.tolist(), strict=True):
        if kind == "none" or (kind == "unhide" and not stated[row] > 0):
            stated[row] = np.nan
        elif kind != "unhide":
            stated[row] = strength
    return np.where(np.isnan(stated), value, stated)
