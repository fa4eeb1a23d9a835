"""Search by meaning: topics and moods, text vectors and full text together, and moments inside the items."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features import nearest
from avrec_desktop.features.highlight import highlight
from avrec_desktop.features.neighbours import Neighbour, top
from avrec_desktop.library.vocabulary import vocabulary

if TYPE_CHECKING:
    from avrec_desktop.features.indexes import IndexKeeper
    from avrec_desktop.features.passages import FoundPassage
    from avrec_desktop.features.understanding import Topics
    from avrec_desktop.library.database import Database
    from avrec_desktop.plugin_host.host import ExtractorInfo

#: Weight of each way to answer. Topics and moods come first: they are about the sound and the picture themselves.
_WEIGHTS = {"tags": 1.0, "text": 0.55, "words": 0.6, "speech": 0.6}
#: Standard scores from which a search text is taken to be about a concept that it does not name, and the weight.
_NEAR, _NEAR_WEIGHT, _NEAR_MOST = 4.0, 0.5, 2
#: What an item of the other kind counts when the search asks for music or for films.
_OTHER_KIND = 0.5
#: Share of its weight that a concept still has where an item lacks it, so that one missing word ruins nothing.
_FLOOR = 0.08
#: Nearest texts looked at, and texts that tell what is usual, where there are very many items.
_NEAREST, _SAMPLE = 2000, 20_000
#: Length of a moment that is a point in time, seconds.
_MOMENT = 10.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a search text asks for.

    Attributes:
        concepts: Column of the vocabulary to weight in (0, 1]; 1 for those that the text names.
        kind: ``audio``, ``video`` or None for both.
    """

    concepts: Mapping[int, float]
    kind: str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A place inside an item that answers a search.

    Attributes:
        start: Seconds, like ``end``.
        score: As of the item; moments are listed in the order of the items.
        by: What found it: ``speech``, ``sound``, ``picture``, or ``highlight`` where only the whole item is known to
            fit.
    """

    item_id: int
    start: float
    end: float
    score: float
    by: str


def interpret(text: str, nearness: NDArray[np.float64] | None) -> Wish:
    """Return what a search text asks for.

    Args:
        text: What was typed.
        nearness: float64 (n_concepts,), how near its meaning is to each concept (standard scores), or None.
    """
    words = vocabulary()
    concepts = dict.fromkeys(words.find(text), 1.0)
    if nearness is not None:
        near = [int(i) for i in np.argsort(-nearness)[:_NEAR_MOST] if nearness[i] >= _NEAR]
        for column in near:
            concepts.setdefault(column, _NEAR_WEIGHT)
    return Wish(concepts, words.asks_for(text))


def by_concepts(wish: Wish, topics: Topics) -> NDArray[np.float64]:
    """Return how well items fit, float64 (n_items,) in [0, 1].

    That is the geometric mean over the concepts that the text names; those that are only guessed add to it, and their
    lack takes nothing away.
    """
    matrix = np.concatenate([topics.matrix, topics.moods], axis=1).astype(np.float64)
    miss = np.ones(len(matrix))
    for weight in sorted(set(wish.concepts.values())):
        columns = [c for c, w in wish.concepts.items() if w == weight]
        miss *= 1.0 - weight * _all_of(matrix[:, columns])
    return 1.0 - miss


def _all_of(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the geometric mean of probabilities (n_items, n_concepts), where one that is lacking ruins little."""
    fit = np.exp(np.log(_FLOOR + (1.0 - _FLOOR) * matrix).mean(axis=1))
    return np.asarray(np.where(matrix.any(axis=1), (fit - _FLOOR) / (1.0 - _FLOOR), 0.0))


def blend(
    ids: NDArray[np.int64],
    parts: Mapping[str, tuple[NDArray[np.int64], NDArray[np.float64]]],
    other_kind: NDArray[np.bool_],
    n: int,
) -> list[Neighbour]:
    """Add up what the ways to answer say.

    Args:
        ids: int64 (n_items,) all available items, ascending.
        parts: ``tags``, ``text``, ``words`` or ``speech`` to items and their scores in [0, 1]; other items get 0.
        other_kind: bool (n_items,), items of a kind that was not asked for.
        n: How many to return.
    """
    total = np.zeros(len(ids))
    shares: dict[str, NDArray[np.float64]] = {}
    for name, (items, scores) in parts.items():
        share = np.zeros(len(ids))
        at = np.minimum(np.searchsorted(ids, items), max(0, len(ids) - 1))
        there = ids[at] == items if len(ids) else np.zeros(0, dtype=bool)
        share[at[there]] = _WEIGHTS[name] * scores[there]
        shares[name] = share
        total += share
    total[other_kind] *= _OTHER_KIND
    scale = sum(_WEIGHTS[name] for name in parts if name != "speech") or 1.0
    out = []
    for row in top(total, n):
        if total[row] <= 0.0:
            break
        by = max(shares, key=lambda name: shares[name][row])
        out.append(Neighbour(int(ids[row]), min(1.0, float(total[row] / scale)), by))
    return out


def rank_scores(number: int) -> NDArray[np.float64]:
    """Return float64 (number,) scores where only the order is known: 1 for the first, one half for the tenth."""
    return np.asarray(1.0 / (1.0 + np.arange(number) / 9.0))


def spread_scores(near: NDArray[np.float64], usual: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """Return cosines as scores in [0, 1] that tell whether a text stands out at all.

    0 is up to one deviation above what is usual. 1 is for the best if it lies as far above as the farthest of
    ``number`` random values does, ``sqrt(2 ln number)`` deviations: something is always the nearest, and of a library
    that holds nothing of the kind it says little.

    Args:
        near: float64 (n,), cosines.
        usual: float64 (m,), those of any items of the library.
        number: How many items it has.
    """
    if not len(near):
        return near
    deviation = float(usual.std())
    low = float(usual.mean()) + deviation
    high = max(float(near.max()), low + (math.sqrt(2.0 * math.log(max(2, number))) - 1.0) * deviation)
    return np.asarray(np.clip((near - low) / max(high - low, 1e-6), 0.0, 1.0))


def by_vector(
    indexes: IndexKeeper,
    name: str,
    ids: NDArray[np.int64],
    matrix: NDArray[np.float32],
    vector: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return items and how near their text is to a search, float64 in [0, 1]; of very many items the nearest only.

    Args:
        indexes: Finds them.
        name: Extractor of the vectors.
        ids: int64 (n,), items.
        matrix: float32 (n, d), their vectors.
        vector: float32 (d,), that of the search.
    """
    if len(ids) <= nearest.EXACT_UP_TO:
        every = nearest.products(matrix, vector).astype(np.float64)
        return ids, spread_scores(every, every, len(ids))
    rows, near = indexes.nearest(f"query-{name}", ids, matrix).top(vector, _NEAREST)
    usual = nearest.products(matrix[:: max(1, len(ids) // _SAMPLE)], vector).astype(np.float64)
    return ids[rows], spread_scores(near.astype(np.float64), usual, len(ids))


def moments(
    database: Database,
    wish: Wish,
    found: Sequence[Neighbour],
    extractors: Iterable[ExtractorInfo],
    said: Mapping[int, FoundPassage] | None = None,
) -> list[Moment]:
    """Return the place inside each item found that answers best.

    Where the words are said (``said``: the best passage by item), that is the place. Elsewhere the segments are judged
    by their own tags (sound of an excerpt, topics of a frame) against what the search asks; where no segment stands
    out, it is the highlight of the item.
    """
    wanted = {e.id: w for e in extractors if (w := _tag_weights(wish, e)) is not None}
    modality = {e.id: e.modality for e in extractors}
    version = {e.id: e.version for e in extractors}
    rows: dict[int, list[tuple[str, bytes, bytes]]] = {}
    if wanted and found:
        with database.read() as connection:
            for item, extractor, of_version, times, tags in connection.execute(
                "SELECT item_id, extractor, version, times, tags FROM segments"
                " WHERE item_id IN (SELECT value FROM json_each(?)) AND tags IS NOT NULL",
                (json.dumps([hit.item_id for hit in found]),),
            ):
                if extractor in wanted and version[extractor] == of_version:
                    rows.setdefault(item, []).append((extractor, times, tags))
    out = []
    for hit in found:
        passage = (said or {}).get(hit.item_id)
        if passage is not None:
            end = max(passage.end, passage.start + _MOMENT)
            out.append(Moment(hit.item_id, passage.start, end, hit.score, "speech"))
            continue
        best: tuple[float, float, float, str] | None = None
        for extractor, times, tags in rows.get(hit.item_id, ()):
            here = _best_segment(wanted[extractor], times, tags)
            if here is not None and (best is None or here[0] > best[0]):
                by = {"audio": "sound", "video": "picture"}.get(modality[extractor], "words")
                best = (*here, by)
        if best is None:
            start, end = highlight(database, hit.item_id)
            out.append(Moment(hit.item_id, start, end, hit.score, "highlight"))
        else:
            out.append(Moment(hit.item_id, best[1], max(best[2], best[1] + _MOMENT), hit.score, best[3]))
    return out


def _tag_weights(wish: Wish, extractor: ExtractorInfo) -> NDArray[np.float64] | None:
    """Return what each tag of an extractor says of the wish, float64 (n_tags,), or None when nothing."""
    weights = np.zeros(len(extractor.tags))
    for column, name in enumerate(extractor.tags):
        for concept, surely in vocabulary().of_tag(name):
            weights[column] += surely * wish.concepts.get(concept, 0.0)
    return weights if weights.any() else None


def _best_segment(weights: NDArray[np.float64], times: bytes, tags: bytes) -> tuple[float, float, float] | None:
    """Return how far the best segment stands out, and its start and end; None when none does."""
    spans = np.frombuffer(times, dtype=np.float64).reshape(-1, 2)
    table = np.frombuffer(tags, dtype=np.uint8)
    if not len(spans) or table.size != len(spans) * len(weights):
        return None  # of a vocabulary of tags that the extractor has no longer
    scores = table.reshape(len(spans), -1) @ weights / (255.0 * weights.sum())
    best = int(np.argmax(scores))
    ahead = float(scores[best] - np.median(scores)) if len(scores) > 1 else float(scores[best])
    if ahead < 0.02:
        return None
    return ahead, float(spans[best, 0]), float(spans[best, 1])
