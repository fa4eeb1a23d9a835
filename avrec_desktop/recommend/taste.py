"""What the profile's behaviour says of its taste, in words that can be corrected, and how it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.behaviour.taste import EditKind, TasteEdit
from avrec_desktop.library.database import Database
from avrec_desktop.recommend.situation import Situation

#: Terms that are listed: the liked, the disliked, and artists.
MOST_LIKED, MOST_DISLIKED, MOST_ARTISTS = 24, 8, 12
#: Probability from which an item counts as having a tag.
HAS = 0.3
#: Weight of a tag that is as surely liked as chance alone brings once in a thousand times (z = 3) is tanh(1) = 0.76.
_SURE = 3.0
#: Topics of which the course is shown.
SHOWN_TOPICS = 6


@dataclass(frozen=True, slots=True)
class Term:
    """A topic, mood, tag or artist in the taste of a profile.

    Attributes:
        kind: ``"tag"`` (topics and moods are tags as well) or ``"artist"``.
        key: The tag, or the artist's name.
        weight: What was learned, from -1, disliked, to 1, liked; 0 is as often as in the library.
        liked: Liked or played items that have it.
        edit: The user's correction (a neutral one for none).
    """

    kind: EditKind
    key: str
    weight: float
    liked: int
    edit: TasteEdit


@dataclass(frozen=True)
class Course:
    """How a taste went over the months.

    Attributes:
        months: ``YYYY-MM``, without gaps.
        keys: The topics.
        shares: float64 (n_months, n_keys), share of each in what was liked in that month; NaN without likes.
        counts: int64 (n_months,), likes and plays of the month.
    """

    months: list[str]
    keys: list[str]
    shares: NDArray[np.float64]
    counts: NDArray[np.int64]


def terms(situation: Situation, edits: Sequence[TasteEdit], database: Database) -> list[Term]:
    """Return what the taste consists of: tags by learned weight, then artists; whatever was corrected is among them.

    The weight of a tag is how surely the liked items have it more often than the library (a z value, squashed);
    disliked items count against it.
    """
    corrected = {(e.kind, e.key): e for e in edits}
    found = [*_tags(situation, corrected), *_artists(situation, corrected, database)]
    told = {(t.kind, t.key) for t in found}
    missing = [Term(e.kind, e.key, 0.0, 0, e) for key, e in corrected.items() if key not in told]
    return [*found, *missing]


def _tags(situation: Situation, corrected: dict[tuple[EditKind, str], TasteEdit]) -> list[Term]:
    items, history = situation.items, situation.history
    if not items.tags.shape[1] or not len(history):
        return []
    tags = np.asarray(items.tags, np.float64)
    mean, variance = tags.mean(axis=0), tags.var(axis=0)
    theirs, values = tags[history.items], np.asarray(history.values, np.float64)
    excess = values @ (theirs - mean)
    z = excess / np.sqrt(np.square(values).sum() * variance + 0.05)
    weight = np.tanh(z / _SURE)
    liked = (theirs[values > 0] >= HAS).sum(axis=0)
    order = [int(i) for i in np.argsort(-weight, kind="stable") if theirs[:, i].max() >= HAS]
    shown = [i for i in order if weight[i] > 0.02][:MOST_LIKED]
    shown += [i for i in order if weight[i] < -0.02][-MOST_DISLIKED:]
    shown += [i for i, name in enumerate(items.tag_names) if ("tag", name) in corrected and i not in shown]
    return [
        Term("tag", name, float(weight[i]), int(liked[i]), corrected.get(("tag", name), TasteEdit("tag", name)))
        for i in shown
        for name in (items.tag_names[i],)
    ]


def _artists(situation: Situation, corrected: dict[tuple[EditKind, str], TasteEdit], database: Database) -> list[Term]:
    history = situation.history
    values = {int(situation.items.ids[r]): float(v) for r, v in zip(history.items, history.values, strict=True)}
    ids = [i for i in values if i > 0]
    sums: dict[str, list[float]] = {}
    with database.read() as db:
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = db.execute(
                f"SELECT id, coalesce(nullif(artist, ''), nullif(album_artist, ''), nullif(series, '')) AS who"  # noqa: S608 - question marks only
                f" FROM items WHERE id IN ({marks})",
                part,
            )
            for row in rows:
                if row["who"]:
                    sums.setdefault(row["who"], []).append(values[row["id"]])
    ranked = sorted(sums, key=lambda who: -abs(sum(sums[who])))
    shown = ranked[:MOST_ARTISTS]
    shown += [who for who in ranked[MOST_ARTISTS:] if ("artist", who) in corrected]
    out = []
    for who in sorted(shown, key=lambda w: -sum(sums[w])):
        liked = sum(v > 0 for v in sums[who])
        edit = corrected.get(("artist", who), TasteEdit("artist", who))
        out.append(Term("artist", who, float(np.tanh(sum(sums[who]) / _SURE)), liked, edit))
    return out


def course(situation: Situation) -> Course:
    """Return how the most liked topics went over the months; nothing with less than one like."""
    items, history = situation.items, situation.history
    good = (history.values > 0) & (history.times > 0)
    rows, times = history.items[good], history.times[good]
    if not len(rows) or not items.tags.shape[1]:
        return Course([], [], np.zeros((0, 0)), np.zeros(0, np.int64))
    weights = np.asarray(items.tags[rows], np.float64) * history.values[good][:, None]
    lift = weights.sum(axis=0) - history.values[good].sum() * np.asarray(items.tags, np.float64).mean(axis=0)
    best = [int(i) for i in np.argsort(-lift, kind="stable")[:SHOWN_TOPICS] if weights[:, i].any()]
    numbers = np.array([_month(t) for t in times])
    months = np.arange(numbers.min(), numbers.max() + 1)
    at = numbers - months[0]
    counts = np.bincount(at, minlength=len(months))
    total = np.bincount(at, weights.sum(axis=1), minlength=len(months))
    parts = np.stack([np.bincount(at, weights[:, i], minlength=len(months)) for i in best], axis=1)
    shares = np.where(total[:, None] > 0, parts / np.maximum(total[:, None], 1e-9), np.nan)
    names = [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in months.tolist()]
    return Course(names, [items.tag_names[i] for i in best], shares, counts.astype(np.int64))


def _month(at: float) -> int:
    day = datetime.fromtimestamp(at, UTC)
    return 12 * day.year + day.month - 1
