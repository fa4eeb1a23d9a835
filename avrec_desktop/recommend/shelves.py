"""Shelves below the panel: what each offers. No item stands on two of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import History, ItemFeatures
from avrec_desktop.features.joined import blocks, known, nearness
from avrec_desktop.features.nearest import products
from avrec_desktop.library.vocabulary import vocabulary
from avrec_desktop.recommend import panel as strategy
from avrec_desktop.recommend.panel import Check, Pick, Strategy, goes_on

ShelfKey = Literal["for-you", "because", "mood", "continue", "rediscover", "just-added", "different"]
_DAY = 86400.0
#: Strength from which an item counts as liked.
LIKED = 0.6
#: Age of the last play from which a liked item is worth rediscovering, days.
FORGOTTEN_DAYS = 60.0
#: An item is new for so many days.
NEW_DAYS = 30.0
#: Part played (share of the duration) between which an item can be gone on with.
BEGUN, ENDED = 0.03, 0.95
#: Share of the items, those least like the taste, that "Something different" chooses from.
FAR_SHARE = 0.4
#: Cosine with a disliked item up to which an item is not held to be like it.
AVERSION = 0.4
#: Newest likes and dislikes that items are compared with.
MAX_HISTORY = 50
#: Probability from which a mood counts, least items of its shelf, and half-life (days) and width (hours of the day) of
#: what the profile's mood is read from.
MOOD_FLOOR, MOOD_LEAST, MOOD_HALF_LIFE, MOOD_HOURS = 0.2, 3, 14.0, 3.0
TITLES: dict[ShelfKey, str] = {
    "for-you": "For you",
    "because": "Because you liked {title}",
    "mood": "In the mood for something {title}",
    "continue": "Continue",
    "rediscover": "Rediscover",
    "just-added": "Just added",
    "different": "Something different",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A row of picks.

    Attributes:
        key: Key of the title for translation; ``title`` is the English text.
        anchor: Item the shelf is about (``because``), or None.
        mood: Key of the mood the shelf is about (:mod:`avrec_desktop.library.vocabulary`), or None.
    """

    key: ShelfKey
    title: str
    picks: list[Pick]
    anchor: int | None = None
    mood: str | None = None


@dataclass(frozen=True)
class Ground:
    """What shelves are chosen from.

    Attributes:
        items: The items.
        history: What the profile did.
        allowed: bool (n_items,), fit to be recommended as something not known yet.
        refused: bool (n_items,), disliked or hidden: on no shelf.
        positions: Seconds played by row, of items that were begun, the latest first.
        now: Seconds since the epoch.
    """

    items: ItemFeatures
    history: History
    allowed: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    now: float
    positions: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of a shelf, before they become picks."""

    key: ShelfKey
    rows: list[int]
    anchor: int | None = None
    mood: str | None = None


def choose(ground: Ground, taken: list[int], limit: int, check: Check = goes_on) -> list[Choice]:
    """Choose the rows of all shelves below "For you"; empty ones are left out.

    Args:
        ground: What to choose from.
        taken: Rows that stand above already.
        limit: Most picks of a shelf.
        check: Called before each shelf; what it raises ends the work.
    """
    free = ~ground.refused
    free[taken] = False
    out: list[Choice] = []
    for choice in (_going_on, _because, _mood, _rediscover, _just_added, _different):
        check()
        found = choice(ground, free, limit)
        if found.rows:
            out.append(found)
            free[found.rows] = False
    return out


def _because(ground: Ground, free: NDArray[np.bool_], limit: int) -> Choice:
    liked = np.flatnonzero((ground.history.values >= LIKED) & ground.items.content[ground.history.items].any(axis=1))
    if not len(liked):
        return Choice("because", [])
    anchor = int(ground.history.items[liked[-1]])  # oldest first: the last is the newest like
    near = products(ground.items.content, ground.items.content[anchor])
    near[anchor] = -np.inf
    allowed = free & ground.allowed & (near > 0)
    return Choice("because", strategy.rerank(near, allowed, ground.items, limit, Strategy()), anchor)


def _mood(ground: Ground, free: NDArray[np.bool_], limit: int) -> Choice:
    """Choose items of the mood that stands out in what the profile enjoyed lately at about this time of day."""
    items, history = ground.items, ground.history
    moods_known = {concept.key for concept in vocabulary().moods}
    columns = np.array([c for c, name in enumerate(items.tag_names) if name in moods_known], dtype=np.int64)
    enjoyed = (history.values > 0) & (history.times > 0)
    if not len(columns) or not enjoyed.any():
        return Choice("mood", [])
    times = history.times[enjoyed]
    apart = np.abs((ground.now - times + _DAY / 2) % _DAY - _DAY / 2) / 3600
    weights = history.values[enjoyed] * 0.5 ** (np.maximum(0.0, ground.now - times) / _DAY / MOOD_HALF_LIFE)
    weights = weights * (0.25 + 0.75 * np.exp(-0.5 * (apart / MOOD_HOURS) ** 2))
    moods = np.empty((len(items), len(columns)), np.float32)
    for part, block in blocks(items.tags):
        moods[part] = block[:, columns]
    own = weights @ moods[history.items[enjoyed]] / max(float(weights.sum()), 1e-9)
    usual = moods.mean(axis=0)
    for column in np.argsort(-own * np.log((own + 0.01) / (usual + 0.01))):
        fit = free & ground.allowed & (moods[:, column] >= MOOD_FLOOR)
        if own[column] >= MOOD_FLOOR and int(fit.sum()) >= MOOD_LEAST:
            rows = strategy.rerank(moods[:, column], fit, items, limit, Strategy())
            return Choice("mood", rows, mood=items.tag_names[int(columns[column])])
    return Choice("mood", [])


def _going_on(ground: Ground, free: NDArray[np.bool_], limit: int) -> Choice:
    durations = ground.items.durations
    if durations is None:
        return Choice("continue", [])
    rows = [r for r, at in ground.positions.items() if free[r] and BEGUN * durations[r] < at < ENDED * durations[r]]
    return Choice("continue", rows[:limit])


def _rediscover(ground: Ground, free: NDArray[np.bool_], limit: int) -> Choice:
    h = ground.history
    old = (h.values >= LIKED) & (h.times < ground.now - FORGOTTEN_DAYS * _DAY) & (h.times > 0) & free[h.items]
    found = np.flatnonzero(old)
    order = found[np.lexsort((h.times[found], -h.values[found]))]  # best liked first, then longest ago
    return Choice("rediscover", [int(r) for r in h.items[order][:limit]])


def _just_added(ground: Ground, free: NDArray[np.bool_], limit: int) -> Choice:
    if ground.items.added is None:
        return Choice("just-added", [])
    fresh = free & ground.allowed & (ground.items.added > ground.now - NEW_DAYS * _DAY)
    return Choice("just-added", strategy.newest(ground.items, fresh, limit))


def _different(ground: Ground, free: NDArray[np.bool_], limit: int) -> Choice:
    """Choose items far from what is liked and far from one another, yet no nearer to what is disliked."""
    liking = _nearness(ground, ground.history.values > 0)
    fit = free & ground.allowed & known(ground.items.content)
    if liking is None or not fit.any():
        return Choice("different", [])
    far = fit & (liking <= np.quantile(liking[fit], FAR_SHARE))
    disliking = _nearness(ground, ground.history.values < 0)
    if disliking is not None:
        far &= disliking <= np.maximum(liking, AVERSION)
    return Choice("different", strategy.spread(ground.items, far, limit, seed=int(ground.now // _DAY)))


def _nearness(ground: Ground, which: NDArray[np.bool_]) -> NDArray[np.float32] | None:
    """Return the largest cosine of each item with the newest of these items, float32 (n_items,); None without any."""
    rows = ground.history.items[which][-MAX_HISTORY:]
    if not len(rows):
        return None
    return nearness(ground.items.content, rows)
