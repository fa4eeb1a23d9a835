"""The map of the library: every analysed item at a place in the plane, alike ones together, regions named.

A map stays as it is while the library changes a little: what is gone is left out, and what is new goes amid its
nearest neighbours at once. Only when the library has grown by half, or other extractors speak, is it laid out anew,
beginning from the places of before and turned to match them, so that people find their way again.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import layout
from avrec_desktop.features.space import Space, rotation
from avrec_desktop.jobs.compute import ComputeProcess
from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.jobs.job import Job

log = logging.getLogger(__name__)

Matrix = NDArray[np.float32]

#: Growth of what is known of the library after which the map is laid out anew.
GROWTH = 1.5
#: New items up to which they are placed in the calling thread; more go to a compute process.
FEW_NEW = 500
_FORMAT = 1
#: Mean probability in its region from which a tag may name it, and how telling it must be.
_SAID, _TELLING = 0.12, 0.03
_WORDS = 2
#: Regions of one name nearer than this are named once.
_SAME_PLACE = 0.45
#: Items that a region needs to be named.
_NAMED_FROM = 4


@dataclass(frozen=True, slots=True)
class Region:
    """A neighbourhood of the map.

    Attributes:
        x: Its middle; ``y`` likewise.
        words: Its most telling tags, keys of topics and moods or tag names, one or two.
        items: How many items lie in it.
        level: 0 for the coarse division, 1 for the fine one.
    """

    x: float
    y: float
    words: tuple[str, ...]
    items: int
    level: int


@dataclass(frozen=True)
class MapLayout:
    """A map.

    Attributes:
        ids: int64 (n,), ascending.
        xy: float32 (n, 2), centred; nearly all within distance 1, y upwards.
        regions: Names of neighbourhoods, largest first within each level.
        without: How many available items have no vectors yet, and so are not on the map.
        stale: Whether a new layout is due.
    """

    ids: NDArray[np.int64]
    xy: Matrix
    regions: tuple[Region, ...] = ()
    without: int = 0
    stale: bool = False

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class _Stored:
    """What is on disk: places, regions (2, n), and on how much the layout was made."""

    ids: NDArray[np.int64]
    xy: Matrix
    cells: NDArray[np.int16]
    mass: int
    sources: tuple[str, ...] = field(default=())


class Atlas:
    """Keeps the map of one library in its vector folder. Use from one thread at a time.

    Args:
        root: The vector folder.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / "map.npz"
        self._space = root / "space.npz"

    def known(self, features: ItemFeatures) -> MapLayout | None:
        """Return the map as it is stored, or None when there is none; quick, and changes nothing.

        New items are on it when they are few; otherwise it is ``stale``.
        """
        stored = _load(self._path)
        if stored is None:
            return None
        rows, vectors = _analysed(features)
        kept = _restricted(stored, features.ids[rows])
        if not len(kept.ids):
            return None
        new = ~np.isin(features.ids[rows], kept.ids)
        few = int(new.sum()) <= FEW_NEW
        if new.any() and few:
            kept = self._with_new(kept, features.ids[rows], vectors, None)
        return self._finished(kept, features, stale=not few or self._due(stored, features))

    def update(self, features: ItemFeatures, job: Job, *, anew: bool = False) -> MapLayout:
        """Return the map of all analysed items, laid out anew where that is due, and store it.

        Args:
            features: All items.
            job: Takes progress and cancel.
            anew: Lay out anew in any case.

        Raises:
            Cancelled: The job was cancelled; the map of before stays.
            ComputeError: The process that lays out failed.
            LibraryError: The map cannot be stored.
        """
        stored = _load(self._path)
        rows, vectors = _analysed(features)
        ids = features.ids[rows]
        job.check()
        if not len(ids):
            return self._finished(_empty(), features, stale=False)
        kept = None if stored is None else _restricted(stored, ids)
        with ComputeProcess("map", threads=1, nice=10) as process:
            if stored is None or kept is None or not len(kept.ids) or anew or self._due(stored, features):
                made = self._laid_out(kept, features, ids, vectors, process, job)
            elif len(kept.ids) < len(ids):
                made = self._with_new(kept, ids, vectors, process)
            else:
                made = kept
        if stored is None or made.ids is not stored.ids:
            self._save(made)
        job.progress(1, 1)
        return self._finished(made, features, stale=False)

    def _due(self, stored: _Stored, features: ItemFeatures) -> bool:
        if _mass(features) >= GROWTH * max(stored.mass, 20):
            return True
        sources = self._sources()
        return bool(sources) and sources != stored.sources

    def _sources(self) -> tuple[str, ...]:
        """Return which extractors speak in the fused space; nothing when that cannot be read."""
        space = Space.load(self._space)
        return () if space is None else tuple(sorted(k for k in space.modality_of if k != "tags"))

    def _laid_out(
        self,
        kept: _Stored | None,
        features: ItemFeatures,
        ids: NDArray[np.int64],
        vectors: Matrix,
        process: ComputeProcess,
        job: Job,
    ) -> _Stored:
        before = None
        if kept is not None and len(kept.ids) >= 3:
            before = self._with_new(kept, ids, vectors, process) if len(kept.ids) < len(ids) else kept
        answer = process.call(
            "avrec_desktop.features.layout:compute",
            {"vectors": vectors, "start": None if before is None else before.xy},
            on_event=lambda e: job.progress(e["done"], e["total"]),
            should_stop=lambda: job.cancelled,
        )
        xy: Matrix = answer["xy"]
        if kept is not None and len(kept.ids) >= 3:
            xy = turned(xy, np.searchsorted(ids, kept.ids), kept.xy)
        return _Stored(ids, xy, answer["cells"], _mass(features), self._sources())

    @staticmethod
    def _with_new(kept: _Stored, ids: NDArray[np.int64], vectors: Matrix, process: ComputeProcess | None) -> _Stored:
        """Return the map with those of ``ids`` (ascending, a superset) that are not on it yet."""
        old = np.isin(ids, kept.ids)
        new = ~old
        if process is not None and int(new.sum()) > FEW_NEW:
            args = {"vectors": vectors[new], "known": vectors[old], "xy": kept.xy, "ids": ids[new]}
            answer = process.call("avrec_desktop.features.layout:place", args)
            near, places = answer["near"], answer["xy"]
        else:
            near, places = layout.place_new(vectors[new], vectors[old], kept.xy, ids[new])
        xy = np.zeros((len(ids), 2), dtype=np.float32)
        xy[old], xy[new] = kept.xy, places
        cells = np.zeros((len(kept.cells), len(ids)), dtype=np.int16)
        cells[:, old], cells[:, new] = kept.cells, kept.cells[:, near]
        return _Stored(ids, xy, cells, kept.mass, kept.sources)

    @staticmethod
    def _finished(made: _Stored, features: ItemFeatures, *, stale: bool) -> MapLayout:
        tags = features.tags[features.rows(made.ids)] if features.tags.shape[1] else np.zeros((len(made.ids), 0))
        regions = name_regions(made.xy, made.cells, np.asarray(tags, dtype=np.float32), features.tag_names)
        without = len(features.ids) - len(_analysed(features)[0])
        return MapLayout(made.ids, made.xy, regions, without, stale)

    def _save(self, made: _Stored) -> None:
        facts = {"format": _FORMAT, "mass": made.mass, "sources": made.sources}
        buffer = io.BytesIO()
        np.savez(
            buffer,
            ids=made.ids,
            xy=made.xy,
            cells=made.cells,
            facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        )
        try:
            write_atomic(self._path, buffer.getvalue())
        except OSError as error:
            raise LibraryError(f"the map cannot be stored: {error.strerror}", path=self._path) from error


def turned(xy: Matrix, rows: NDArray[np.int64], before: Matrix) -> Matrix:
    """Return the map turned (and mirrored, if need be) to match earlier places: orthogonal Procrustes.

    Args:
        xy: float32 (n, 2), the map.
        rows: int64 (m,), rows of the items that were on the map before.
        before: float32 (m, 2), their places then.
    """
    shared = xy[rows]
    turn = rotation(shared - shared.mean(axis=0), before - before.mean(axis=0))
    return np.asarray(xy @ turn, dtype=np.float32)


def name_regions(xy: Matrix, cells: NDArray[np.int16], tags: Matrix, names: Sequence[str]) -> tuple[Region, ...]:
    """Return the regions that have a name, largest first within each level.

    A tag is telling when it is more probable inside than in the library: p log(p / p_all). A region whose only
    words are those of a larger one close by is not named again.

    Args:
        xy: float32 (n, 2), the places.
        cells: int16 (levels, n), the region of each item per level.
        tags: float32 (n, n_tags), probabilities.
        names: Names of the tags.
    """
    if not len(xy) or not tags.shape[1]:
        return ()
    overall = tags.mean(axis=0)
    out: list[Region] = []
    for level, cell in enumerate(cells):
        found: list[Region] = []
        count = np.bincount(cell)
        for number in np.argsort(-count, kind="stable"):
            if count[number] < _NAMED_FROM:
                continue
            inside = cell == number
            words = _telling(tags[inside].mean(axis=0), overall, names)
            x, y = np.median(xy[inside], axis=0).tolist()
            if words and not any(r.words == words and np.hypot(r.x - x, r.y - y) < _SAME_PLACE for r in found):
                found.append(Region(x, y, words, int(count[number]), level))
        out += found
    return tuple(out)


def _telling(inside: Matrix, overall: Matrix, names: Sequence[str]) -> tuple[str, ...]:
    score = inside * np.log((inside + 0.01) / (overall + 0.01))
    score[inside < _SAID] = 0.0
    best = np.argsort(-score, kind="stable")[:_WORDS]
    return tuple(names[i] for i in best if score[i] >= max(_TELLING, 0.4 * score[best[0]]))


def _analysed(features: ItemFeatures) -> tuple[NDArray[np.int64], Matrix]:
    """Return the rows that have a vector, and the vectors."""
    if len(features.content) != len(features.ids):
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2), dtype=np.float32)
    rows = np.flatnonzero(features.content.any(axis=1))
    return rows, features.content[rows]


def _mass(features: ItemFeatures) -> int:
    """Return how much is known: the number of (item, sense) pairs."""
    return int(sum(matrix.any(axis=1).sum() for matrix in features.modalities.values()))


def _restricted(stored: _Stored, ids: NDArray[np.int64]) -> _Stored:
    there = np.isin(stored.ids, ids)
    if there.all():
        return stored
    return _Stored(stored.ids[there], stored.xy[there], stored.cells[:, there], stored.mass, stored.sources)


def _empty() -> _Stored:
    return _Stored(np.zeros(0, np.int64), np.zeros((0, 2), np.float32), np.zeros((2, 0), np.int16), 0)


def _load(path: Path) -> _Stored | None:
    """Read the map; None when there is nothing usable."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            facts = json.loads(data["facts"].tobytes())
            if facts["format"] != _FORMAT:
                return None
            found = _Stored(data["ids"], data["xy"], data["cells"], int(facts["mass"]), tuple(facts["sources"]))
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        log.warning("the map of before cannot be read and is made anew: %s", error)
        return None
    return found if _sound(found) else None


def _sound(found: _Stored) -> bool:
    """Whether the arrays are what :meth:`Atlas._save` writes."""
    kinds: Mapping[str, tuple[NDArray[Any], type, tuple[int, ...]]] = {
        "ids": (found.ids, np.int64, (len(found.ids),)),
        "xy": (found.xy, np.float32, (len(found.ids), 2)),
        "cells": (found.cells, np.int16, (2, len(found.ids))),
    }
    for name, (array, kind, shape) in kinds.items():
        if array.dtype != kind or array.shape != shape:
            log.warning("the map of before is damaged (%s) and is made anew", name)
            return False
    ascending = bool((np.diff(found.ids) > 0).all())
    return ascending and bool(np.isfinite(found.xy).all()) and bool((found.cells >= 0).all())
