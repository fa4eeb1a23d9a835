"""Items that are like an item, or that answer a search text."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError, ComputeError
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import nearest
from avrec_desktop.features.space import WEIGHTS
from avrec_desktop.jobs.compute import ComputeProcess

if TYPE_CHECKING:
    from avrec_desktop.features.indexes import IndexKeeper
    from avrec_desktop.plugin_host.host import ExtractorInfo, PluginHost

log = logging.getLogger(__name__)

By = Literal["audio", "video", "text", "all"]
_IDLE_SECONDS = 120.0
#: Candidates by each sense where not all items are compared: so many times those asked for, and some more.
_WIDE, _MORE = 8, 200
_QUERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An item found.

    Attributes:
        score: Cosine similarity in [-1, 1], or how well it answers a search, in (0, 1].
        by: Which sense carried it: ``audio``, ``video``, ``text``, ``tags`` or ``words`` (full text).
    """

    item_id: int
    score: float
    by: str


def similar(
    features: ItemFeatures, item_id: int, n: int, by: str, indexes: IndexKeeper | None = None
) -> list[Neighbour]:
    """Return the ``n`` nearest items by cosine, best first, without the item itself.

    Args:
        features: All items.
        item_id: The item; one without vectors has no neighbours.
        n: How many.
        by: ``all`` for the fused vectors, or one sense.
        indexes: Finds candidates where there are very many items; None: all are compared.
    """
    row = int(features.rows([item_id])[0])
    matrix = features.content if by == "all" else features.modalities.get(by)
    if row < 0 or matrix is None or row >= len(matrix) or not matrix[row].any():
        return []  # unknown, or nothing is analysed yet
    if indexes is not None and len(features) > nearest.EXACT_UP_TO:
        among = _candidates(features, row, n, by, indexes)
        some = _subset(features, among)
        at = int(np.searchsorted(among, row))
    else:
        among, some, at = np.arange(len(matrix)), features, row
    compared = some.content if by == "all" else some.modalities[by]
    scores = likeness(some, at) if by == "all" else _cosines(compared, at)
    scores[at] = -np.inf
    scores[~compared.any(axis=1)] = -np.inf
    found = top(scores, n)
    best, scores = among[found], scores[found]
    carried = [by] * len(best) if by != "all" else _carriers(features, row, best)
    return [Neighbour(int(features.ids[i]), float(score), b) for i, score, b in zip(best, scores, carried, strict=True)]


def _candidates(features: ItemFeatures, row: int, n: int, by: str, indexes: IndexKeeper) -> NDArray[np.int64]:
    """Return the rows worth comparing, ascending, the row itself among them: those nearest by any one sense."""
    chosen = {"content": features.content, **features.modalities} if by == "all" else {by: features.modalities[by]}
    found = [np.array([row], dtype=np.int64)]
    for name, matrix in chosen.items():
        if matrix[row].any():
            rows, near = indexes.nearest(name, features.ids, matrix).top(matrix[row], _WIDE * n + _MORE)
            found.append(rows[near > 0])
    return np.unique(np.concatenate(found))


def _subset(features: ItemFeatures, rows: NDArray[np.int64]) -> ItemFeatures:
    """Return the vectors of some rows."""
    senses = {name: np.asarray(matrix[rows]) for name, matrix in features.modalities.items()}
    return ItemFeatures(features.ids[rows], np.asarray(features.content[rows]), features.tags[:0], modalities=senses)


def likeness(features: ItemFeatures, row: int) -> NDArray[np.float32]:
    """Return how like all items are to one, float32 (n_items,) in [-1, 1].

    Compared are the senses that both items have, and the fused vectors beside them, each by its weight. No fixed
    vector can be fair to missing senses altogether; the pairwise mean is.
    """
    weight = np.float32(WEIGHTS["tags"])
    total = weight * _cosines(features.content, row)
    shared = np.full(len(total), weight, dtype=np.float32)
    for name, matrix in features.modalities.items():
        if matrix[row].any():
            weight = np.float32(WEIGHTS.get(name, 0.5))
            total += weight * _cosines(matrix, row)
            shared += weight * matrix.any(axis=1)
    return np.asarray(total / shared, dtype=np.float32)


def _cosines(matrix: NDArray[np.float32], row: int) -> NDArray[np.float32]:
    # einsum, not a matrix product: no thread pool of a BLAS library to fight over with the window
    return np.asarray(np.einsum("ij,j->i", matrix, matrix[row]), dtype=np.float32)


def top(scores: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Return the positions of the ``n`` highest finite scores, best first; ties by position."""
    n = min(n, len(scores))
    if n <= 0:
        return np.zeros(0, dtype=np.int64)
    some = np.argpartition(scores, len(scores) - n)[len(scores) - n :]
    order = some[np.lexsort((some, -scores[some]))]
    return np.asarray(order[np.isfinite(scores[order])], dtype=np.int64)


def _carriers(features: ItemFeatures, row: int, others: NDArray[np.int64]) -> list[str]:
    """Return for each other item which sense adds most to the likeness."""
    if not len(others):
        return []
    names = [n for n, m in features.modalities.items() if m[row].any()]
    if not names:
        return ["tags"] * len(others)
    shares = np.stack(
        [WEIGHTS.get(n, 0.5) * (features.modalities[n][others] @ features.modalities[n][row]) for n in names]
    )
    there = np.stack([features.modalities[n][others].any(axis=1) for n in names])
    best = np.where(there, shares, -np.inf).argmax(axis=0)
    return [names[b] if there[:, i].any() else "tags" for i, b in enumerate(best)]


def score_by_tags(features: ItemFeatures, text: str) -> dict[int, float]:
    """Return items whose tags are named in the text, with the mean of their probabilities."""
    words = set(re.findall(r"\w+", text.casefold()))
    phrase = text.casefold()
    columns = [
        i
        for i, name in enumerate(features.tag_names)
        if name in phrase and (not name.isascii() or set(re.findall(r"\w+", name)) <= words)
    ]
    if not columns:
        return {}
    scores = features.tags[:, columns].mean(axis=1)
    return {int(features.ids[i]): float(scores[i]) for i in np.flatnonzero(scores > 0)}


class QueryProcess:
    """A compute process that turns search texts into vectors; kept warm for a while after each search."""

    def __init__(self, plugins: PluginHost) -> None:
        self._plugins = plugins
        self._process = ComputeProcess("query", threads=1)
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._mute: set[str] = set()

    def embed(self, text: str, extractors: Sequence[ExtractorInfo]) -> dict[str, NDArray[np.float32]]:
        """Return the query vector of each extractor that takes texts; empty when the process fails (logged)."""
        asked = [e.id for e in extractors if e.id not in self._mute]
        if not asked:
            return {}
        with self._lock:
            self._cancel_timer()
            try:
                found = self._process.call(
                    "avrec_desktop.features.worker:embed_query",
                    {"plugins": self._plugins.load_args(), "extractors": asked, "text": text},
                    timeout=_QUERY_SECONDS,
                )
            except (AvrecError, ComputeError) as error:
                log.warning("the search text could not be understood: %s", error)
                return {}
            finally:
                self._start_timer()
        for name in asked:
            if "error" in found.get(name, {}):
                log.warning("extractor %s cannot read searches: %s", name, found[name]["error"])
            if "vector" not in found.get(name, {}):
                self._mute.add(name)
        return {name: value["vector"] for name, value in found.items() if "vector" in value}

    def embed_all(self, texts: Sequence[str], extractor: ExtractorInfo) -> NDArray[np.float32] | None:
        """Return float32 (n_texts, dim) unit rows by one extractor; None when it cannot take texts (logged)."""
        with self._lock:
            self._cancel_timer()
            try:
                found = self._process.call(
                    "avrec_desktop.features.worker:embed_queries",
                    {"plugins": self._plugins.load_args(), "extractor": extractor.id, "texts": list(texts)},
                    timeout=_QUERY_SECONDS,
                )
            except AvrecError as error:
                log.warning("extractor %s cannot read sentences: %s", extractor.id, error)
                return None
            finally:
                self._start_timer()
        vectors: NDArray[np.float32] | None = found["vectors"]
        return vectors

    def forget(self) -> None:
        """After a change of plugins: end the process, ask all extractors again."""
        with self._lock:
            self._mute.clear()
            self._process.close()

    def close(self) -> None:
        """End the process for good, also for a search that waits for it."""
        with self._lock:
            self._cancel_timer()
            self._process.end()

    def _idle(self) -> None:
        with self._lock:
            self._process.close()

    def _start_timer(self) -> None:
        self._timer = threading.Timer(_IDLE_SECONDS, self._idle)
        self._timer.daemon = True
        self._timer.start()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
