"""Compares the meaning of words with the vocabulary's sentences, by the vectors of the text extractors."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import logging
import threading
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.library.vocabulary import vocabulary

if TYPE_CHECKING:
    from avrec_desktop.features.neighbours import QueryProcess
    from avrec_desktop.features.store import VectorStore
    from avrec_desktop.plugin_host.host import ExtractorInfo

log = logging.getLogger(__name__)

#: Items from which their own spread is the yardstick, and those it is measured on at most.
_ENOUGH, _SAMPLE = 40, 4000
#: Growth of the library after which it is measured again.
_GROWTH = 1.5


@dataclass(frozen=True)
class _Spread:
    """How near items come to each concept: mean and deviation float64 (n_concepts,), and of how many items."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    items: int


@dataclass(frozen=True)
class _Anchors:
    """Sentences of the vocabulary as vectors float32 (n_concepts, dim), and the spread of the library about them."""

    extractor: ExtractorInfo
    vectors: NDArray[np.float32]
    stamp: str
    spread: _Spread | None = None

    @property
    def key(self) -> str:
        return f"{self.extractor.id}-v{self.extractor.version}"


class Meaning:
    """Standard scores of items against the concepts of the vocabulary. Thread-safe.

    A sentence encoder finds every text a little like every other, more so for some sentences; how near an item is
    counts only against how near the items of the library are on the whole.

    Args:
        directory: Where the vectors of the sentences are kept.
        query: Turns texts into vectors.
    """

    def __init__(self, directory: Path, query: QueryProcess) -> None:
        self._directory = directory
        self._query = query
        self._lock = threading.Lock()
        self._anchors: dict[str, _Anchors] = {}

    def scores(
        self, store: VectorStore, extractors: Iterable[ExtractorInfo], item_ids: Sequence[int]
    ) -> dict[int, NDArray[np.float64]]:
        """Return float64 (n_concepts,) standard scores of the items that have words.

        Empty until :meth:`fit` measured the library.
        """
        with self._lock:
            known = self._known(extractors)
            if known is None or known.spread is None:
                return {}
            vectors = store.vectors(known.extractor.id, known.extractor.version, only=item_ids)
            if not len(vectors) or vectors.matrix.shape[1] != known.vectors.shape[1]:
                return {}
            near = np.asarray(vectors.matrix) @ known.vectors.T
            standard = (near - known.spread.mean) / known.spread.deviation
            return dict(zip(vectors.ids.tolist(), standard, strict=True))

    def fit(self, store: VectorStore, extractors: Iterable[ExtractorInfo]) -> bool:
        """Measure how near the items of the library are, where that is due; returns whether scores changed.

        Due is it with the first few dozen items, and whenever the library has grown by half.
        """
        with self._lock:
            for extractor in extractors:
                if extractor.modality != "text":
                    continue
                vectors = store.vectors(extractor.id, extractor.version)
                if len(vectors) < _ENOUGH:
                    continue
                known = self._anchors_of(extractor)
                if known is None or vectors.matrix.shape[1] != known.vectors.shape[1]:
                    continue
                if known.spread is not None and len(vectors) <= _GROWTH * known.spread.items:
                    return False
                known = replace(known, spread=_measure(vectors.matrix, known.vectors))
                self._anchors[known.key] = known
                self._save(known)
                return True
        return False

    def of_vectors(
        self, vectors: Mapping[str, NDArray[np.float32]], extractors: Iterable[ExtractorInfo]
    ) -> NDArray[np.float64] | None:
        """Return how near a search text is to each concept beside the others, float64 (n_concepts,), or None.

        ``vectors`` are those of the search text by extractor, float32 (dim,). The scores are standard scores with
        median and median deviation, so that one near concept stands out.
        """
        with self._lock:
            for extractor in extractors:
                if extractor.modality != "text":
                    continue
                asked = vectors.get(extractor.id)
                known = self._anchors_of(extractor) if asked is not None else None
                if known is None or asked is None or len(asked) != known.vectors.shape[1]:
                    continue
                near = known.vectors @ asked
                middle = float(np.median(near))
                spread = 1.4826 * float(np.median(np.abs(near - middle)))
                return np.asarray((near - middle) / max(spread, 1e-6), dtype=np.float64)
        return None

    def _known(self, extractors: Iterable[ExtractorInfo]) -> _Anchors | None:
        """Return what is in memory or on the disk; asks no process."""
        for extractor in extractors:
            if extractor.modality == "text":
                key = f"{extractor.id}-v{extractor.version}"
                known = self._anchors.get(key) or self._load(key, extractor)
                if known is not None and known.stamp == _stamp():
                    self._anchors[key] = known
                    return known
        return None

    def _anchors_of(self, extractor: ExtractorInfo) -> _Anchors | None:
        known = self._known([extractor])
        if known is None:
            known = self._ask(extractor)
            if known is not None:
                self._anchors[known.key] = known
                self._save(known)
        return known

    def _ask(self, extractor: ExtractorInfo) -> _Anchors | None:
        sentences = [concept.about for concept in vocabulary().concepts]
        found = self._query.embed_all([sentence for about in sentences for sentence in about], extractor)
        if found is None:
            return None
        rows, start = [], 0
        for about in sentences:
            mean = found[start : start + len(about)].mean(axis=0)
            rows.append(mean / max(float(np.linalg.norm(mean)), 1e-9))
            start += len(about)
        return _Anchors(extractor, np.asarray(rows, dtype=np.float32), _stamp())

    def _load(self, key: str, extractor: ExtractorInfo) -> _Anchors | None:
        try:
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as data:
                spread = None
                if int(data["items"]):
                    spread = _Spread(data["mean"], data["deviation"], int(data["items"]))
                return _Anchors(extractor, data["vectors"].astype(np.float32), data["stamp"].tobytes().decode(), spread)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def _save(self, known: _Anchors) -> None:
        buffer = io.BytesIO()
        spread = known.spread or _Spread(np.zeros(0), np.zeros(0), 0)
        np.savez(
            buffer,
            vectors=known.vectors,
            stamp=np.frombuffer(known.stamp.encode(), dtype=np.uint8),
            mean=spread.mean,
            deviation=spread.deviation,
            items=np.int64(spread.items),
        )
        try:
            write_atomic(self._path(known.key), buffer.getvalue())
        except OSError as error:
            log.warning("the vectors of the vocabulary cannot be stored: %s", error)

    def _path(self, key: str) -> Path:
        return self._directory / f"vocabulary-{key}.npz"


def _measure(matrix: NDArray[np.float32], anchors: NDArray[np.float32]) -> _Spread:
    rows = matrix
    if len(matrix) > _SAMPLE:
        rows = matrix[np.sort(np.random.default_rng(0).choice(len(matrix), _SAMPLE, replace=False))]
    near = (np.asarray(rows, dtype=np.float32) @ anchors.T).astype(np.float64)
    return _Spread(near.mean(axis=0), np.maximum(near.std(axis=0), 1e-6), len(matrix))


@functools.cache
def _stamp() -> str:
    """Return what tells the sentences of this vocabulary from those of another."""
    return hashlib.sha256(json.dumps([concept.about for concept in vocabulary().concepts]).encode()).hexdigest()
