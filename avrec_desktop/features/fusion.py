"""Gathers everything known of the items into the matrices that models and neighbours read."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features.joined import MatrixShelf
from avrec_desktop.features.space import PART_DIM, WEIGHTS, Matrix, Part, Space, fit_basis, fit_part, unit
from avrec_desktop.library.vocabulary import vocabulary

if TYPE_CHECKING:
    from avrec_desktop.features.store import VectorStore
    from avrec_desktop.library.database import Database
    from avrec_desktop.plugin_host.host import ExtractorInfo

log = logging.getLogger(__name__)

#: Most tag columns; a tag counts from this many items on.
MAX_TAG_COLUMNS, MIN_TAG_ITEMS = 200, 2
#: Rows of a tag table read at once.
_CHUNK = 10_000
#: Growth of the library after which the space is fitted anew.
_GROWTH = 1.5
#: A tag that says a topic or mood this surely needs no column of its own.
_SAME = 0.85


@dataclass(frozen=True)
class _Facts:
    ids: NDArray[np.int64]
    groups: NDArray[np.int32]
    added: NDArray[np.float64]
    durations: Matrix


def gather(
    database: Database, store: VectorStore, extractors: Sequence[ExtractorInfo], space_path: Path
) -> ItemFeatures:
    """Return the features of all available items, by ascending id.

    Fits the fused space and stores it at ``space_path`` when there is none, the extractors changed, or the library
    has grown by half since.
    """
    facts = _facts(database)
    tag_names, tags = _tags(database, facts.ids)
    vectors: dict[str, tuple[NDArray[np.int64], Matrix]] = {}
    modality_of: dict[str, str] = {}
    for extractor in sorted(extractors, key=lambda e: e.id):
        rows, matrix = _rows(store, extractor, facts.ids)
        if len(rows):
            key = f"{extractor.id}-v{extractor.version}"
            vectors[key] = (rows, matrix)
            modality_of[key] = extractor.modality
    space = _space(space_path, vectors, modality_of, tag_names, tags)
    senses = _senses(space, vectors, len(facts.ids), tag_names, tags)
    content = space.embed(senses)
    if not senses:  # nothing is analysed yet: content of nobody is known
        content = np.zeros((len(facts.ids), content.shape[1]), np.float32)
    shelf = MatrixShelf(space_path.parent)
    return ItemFeatures(
        ids=facts.ids,
        content=shelf.put("content", content),
        tags=shelf.put("tags", tags),
        tag_names=tag_names,
        modalities={name: shelf.put(name, matrix) for name, matrix in senses.items() if name != "tags"},
        groups=facts.groups,
        added=facts.added,
        durations=facts.durations,
    )


def fingerprint(database: Database) -> tuple[object, ...]:
    """Return what changes whenever another process changes items or vectors; cheaper than reading them.

    Plays and ratings do not count, so that a rating never costs a new reading.
    """
    with database.read() as connection:
        items = connection.execute("SELECT count(*), max(updated_at), sum(presence) FROM items").fetchone()
        outcomes = connection.execute("SELECT count(*), max(at) FROM extractions").fetchone()
        understood = connection.execute("SELECT count(*), max(at) FROM understood").fetchone()
    return (*items, *outcomes, *understood)


def subset(features: ItemFeatures, item_ids: Sequence[int] | NDArray[np.int64]) -> ItemFeatures:
    """Return the features of some items, in the order asked; unknown ids are left out."""
    rows = features.rows(item_ids)
    rows = rows[rows >= 0]
    pick = rows.tolist()
    return ItemFeatures(
        ids=features.ids[pick],
        content=features.content[pick],
        tags=features.tags[pick],
        tag_names=features.tag_names,
        modalities={name: matrix[pick] for name, matrix in features.modalities.items()},
        groups=None if features.groups is None else features.groups[pick],
        added=None if features.added is None else features.added[pick],
        durations=None if features.durations is None else features.durations[pick],
    )


def _rows(store: VectorStore, extractor: ExtractorInfo, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], Matrix]:
    """Return the rows among ``ids`` that have a vector, and the vectors."""
    found = store.vectors(extractor.id, extractor.version)
    if not len(found) or not len(ids):
        return np.zeros(0, np.int64), np.zeros((0, extractor.dim), np.float32)
    at = np.minimum(np.searchsorted(ids, found.ids), len(ids) - 1)
    there = ids[at] == found.ids
    return at[there], found.matrix if there.all() else found.matrix[there]


def _space(
    path: Path,
    vectors: Mapping[str, tuple[NDArray[np.int64], Matrix]],
    modality_of: dict[str, str],
    tag_names: tuple[str, ...],
    tags: Matrix,
) -> Space:
    wanted = modality_of | ({"tags": "tags"} if tags.any() else {})
    items = max([len(rows) for rows, _ in vectors.values()], default=0)
    old = Space.load(path)
    if old is not None and old.modality_of == wanted and items < _GROWTH * max(old.items, 20):
        return old
    before = old.parts if old is not None else {}
    parts: dict[str, Part] = {key: fit_part(matrix, before.get(key)) for key, (_, matrix) in vectors.items()}
    if "tags" in wanted:
        same = old is not None and old.tag_names == tag_names
        parts["tags"] = fit_part(_weighted(tags[tags.any(axis=1)]), before.get("tags") if same else None)
    space = Space(parts, wanted, tag_names)
    senses = _senses(space, vectors, len(tags), tag_names, tags)
    fit_basis(space, senses, old)
    space.items = items
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        space.save(path)
    except OSError as error:
        log.warning("the content space cannot be stored: %s", error)
    return space


def _senses(
    space: Space,
    vectors: Mapping[str, tuple[NDArray[np.int64], Matrix]],
    number: int,
    tag_names: tuple[str, ...],
    tags: Matrix,
) -> dict[str, Matrix]:
    """Return per sense float32 (number, d), unit rows, zero where missing; several extractors stand side by side."""
    out: dict[str, Matrix] = {}
    for sense in WEIGHTS:
        keys = sorted(k for k, m in space.modality_of.items() if m == sense and k != "tags")
        if not keys:
            continue
        matrix = np.zeros((number, PART_DIM * len(keys)), dtype=np.float32)
        for column, key in enumerate(keys):
            if key in vectors:
                rows, values = vectors[key]
                matrix[rows, column * PART_DIM : (column + 1) * PART_DIM] = space.parts[key].apply(values)
        out[sense] = unit(matrix)
    if "tags" in space.parts:
        columns = {name: i for i, name in enumerate(tag_names)}
        ordered = np.zeros((number, len(space.tag_names)), dtype=np.float32)
        for i, name in enumerate(space.tag_names):
            if name in columns:
                ordered[:, i] = tags[:, columns[name]]
        block = space.parts["tags"].apply(_weighted(ordered))
        block[~ordered.any(axis=1)] = 0.0
        out["tags"] = block
    return out


def _weighted(tags: Matrix) -> Matrix:
    """Damp strong tags: the square root of the probability."""
    return np.sqrt(np.maximum(tags, 0.0))


def _facts(database: Database) -> _Facts:
    names: dict[str, int] = {}
    with database.read() as connection:
        number = int(connection.execute("SELECT count(*) FROM items").fetchone()[0])
        cursor = connection.execute(
            "SELECT i.id, coalesce(nullif(i.series, ''), nullif(i.album_artist, ''), nullif(i.artist, '')),"
            " i.added_at, i.duration, min(f.path), o.path FROM items i"
            " JOIN files f ON f.item_id = i.id AND f.state = 'present'"
            " LEFT JOIN folders o ON o.id = f.folder_id WHERE i.status = 'ready' GROUP BY i.id ORDER BY i.id"
        )
        # row by row into arrays: a hundred thousand rows as Python objects would stay as holes in the process's memory
        ids, groups = np.zeros(number, np.int64), np.full(number, -1, np.int32)
        added, durations = np.zeros(number, np.float64), np.zeros(number, np.float32)
        found = 0
        for item_id, name, at, duration, path, root in cursor:
            group = f"n:{name.casefold()}" if name else _top_folder(path, root)
            ids[found], added[found], durations[found] = item_id, at, duration
            if group:
                groups[found] = names.setdefault(group, len(names))
            found += 1
    return _Facts(ids[:found], groups[:found], added[:found], durations[:found])


def _top_folder(path: bytes, root: bytes | None) -> str:
    """Return the folder directly below the source folder, or ``""`` for a file that lies in no sub-folder."""
    separator = os.sep.encode()
    inside = path[len(root) :].lstrip(separator) if root and path.startswith(root) else path
    folder, found, _ = inside.partition(separator)
    return f"f:{root!r}/{folder!r}" if found else ""


def _tags(database: Database, ids: NDArray[np.int64]) -> tuple[tuple[str, ...], Matrix]:
    """Return topics and moods, and beside them the commonest tags that the vocabulary has no word for."""
    concepts = tuple(c.key for c in vocabulary().concepts)
    with database.read() as connection:
        common = [
            r[0]
            for r in connection.execute(
                "SELECT lower(name) AS n, count(DISTINCT item_id) AS c FROM item_tags GROUP BY n HAVING c >= ?"
                " ORDER BY c DESC, n",
                (MIN_TAG_ITEMS,),
            )
            if max((surely for _, surely in vocabulary().of_tag(r[0])), default=0.0) < _SAME
        ]
        wanted = common[: MAX_TAG_COLUMNS - len(concepts)]
        words = "SELECT item_id, lower(name) AS n, p FROM item_tags WHERE n IN (SELECT value FROM json_each(?))"
        topics = {r[0] for r in connection.execute("SELECT DISTINCT key FROM item_topics")}
        names = tuple(sorted(topics.union(wanted)))
        columns = {name: i for i, name in enumerate(names)}
        matrix = np.zeros((len(ids), len(names)), dtype=np.float32)
        for query, values in (("SELECT item_id, key, p FROM item_topics", ()), (words, (json.dumps(wanted),))):
            cursor = connection.execute(query, values)
            while len(ids) and (rows := cursor.fetchmany(_CHUNK)):
                items = np.array([r[0] for r in rows], dtype=np.int64)
                at = np.minimum(np.searchsorted(ids, items), len(ids) - 1)
                there = ids[at] == items
                column = np.array([columns[r[1]] for r in rows], dtype=np.int64)
                value = np.array([r[2] for r in rows], dtype=np.float32)
                np.maximum.at(matrix, (at[there], column[there]), np.clip(value[there], 0.0, 1.0))
    return names, matrix
