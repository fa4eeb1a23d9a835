"""Gathers everything known of the items into the matrices that models and neighbours read."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features.joined import ROWS, Matrix, MatrixShelf, blocks, known, let_go, nothing
from avrec_desktop.features.space import CONTENT_DIM, PART_DIM, WEIGHTS, Part, Space, fit_basis, fit_part, sample, unit
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
_TOPICS = "SELECT item_id, key, p FROM item_topics WHERE item_id BETWEEN :first AND :last"
_WORDS = (
    "SELECT item_id, lower(name) AS n, p FROM item_tags WHERE item_id BETWEEN :first AND :last"
    " AND n IN (SELECT value FROM json_each(:wanted))"
)
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


@dataclass(frozen=True)
class _Known:
    """What the space is made from: per extractor the rows that have a vector and these, and the tags of all items."""

    vectors: dict[str, tuple[NDArray[np.int64], Matrix]]
    modality_of: dict[str, str]
    tag_names: tuple[str, ...]
    tags: Matrix
    shelf: MatrixShelf


def gather(
    database: Database, store: VectorStore, extractors: Sequence[ExtractorInfo], space_path: Path
) -> ItemFeatures:
    """Return the features of all available items, by ascending id.

    Fits the fused space and stores it at ``space_path`` when there is none, the extractors changed, or the library
    has grown by half since.
    """
    facts = _facts(database)
    shelf = MatrixShelf(space_path.parent)
    tag_names, tags = _tags(database, facts.ids, shelf)
    vectors: dict[str, tuple[NDArray[np.int64], Matrix]] = {}
    modality_of: dict[str, str] = {}
    for extractor in sorted(extractors, key=lambda e: e.id):
        rows, matrix = _rows(store, extractor, facts.ids)
        if len(rows):
            key = f"{extractor.id}-v{extractor.version}"
            vectors[key] = (rows, matrix)
            modality_of[key] = extractor.modality
    known_now = _Known(vectors, modality_of, tag_names, tags, shelf)
    space, senses = _space(space_path, known_now)
    shape = len(facts.ids), CONTENT_DIM
    # while nothing is analysed, content of nobody is known
    content = shelf.fill("content", shape, lambda: space.coordinates(senses)) if senses else nothing(*shape)
    for matrix in (tags, *senses.values()):
        let_go(matrix)
    return ItemFeatures(
        ids=facts.ids,
        content=content,
        tags=tags,
        tag_names=tag_names,
        modalities={name: matrix for name, matrix in senses.items() if name != "tags"},
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


def _space(path: Path, items_known: _Known) -> tuple[Space, dict[str, Matrix]]:
    """Return the space, and the senses of the items in it."""
    tags, tagged = items_known.tags, np.flatnonzero(known(items_known.tags))
    wanted = items_known.modality_of | ({"tags": "tags"} if len(tagged) else {})
    items = max([len(rows) for rows, _ in items_known.vectors.values()], default=0)
    old = Space.load(path)
    if old is not None and old.modality_of == wanted and items < _GROWTH * max(old.items, 20):
        return old, _senses(old, items_known)
    before = old.parts if old is not None else {}
    parts: dict[str, Part] = {}
    for key, (_, matrix) in items_known.vectors.items():
        parts[key] = fit_part(matrix, before.get(key))
        let_go(matrix)
    if "tags" in wanted:
        same = old is not None and old.tag_names == items_known.tag_names
        some = _weighted(np.asarray(tags[tagged[sample(len(tagged))]]))
        parts["tags"] = fit_part(some, before.get("tags") if same else None)
    space = Space(parts, wanted, items_known.tag_names)
    senses = _senses(space, items_known)
    fit_basis(space, senses, old)
    space.items = items
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        space.save(path)
    except OSError as error:
        log.warning("the content space cannot be stored: %s", error)
    return space, senses


def _senses(space: Space, items_known: _Known) -> dict[str, Matrix]:
    """Return per sense float32 (n_items, d), unit rows, zero where missing; several extractors stand side by side."""
    out: dict[str, Matrix] = {}
    number, shelf = len(items_known.tags), items_known.shelf
    for sense in WEIGHTS:
        keys = sorted(k for k, m in space.modality_of.items() if m == sense and k != "tags")
        if keys:
            shape = number, PART_DIM * len(keys)
            out[sense] = shelf.fill(sense, shape, partial(_sense_parts, space, items_known.vectors, keys, number))
    if "tags" in space.parts:
        out["tags"] = shelf.fill("tag-sense", (number, PART_DIM), partial(_tag_parts, space, items_known))
    return out


def _sense_parts(
    space: Space, vectors: Mapping[str, tuple[NDArray[np.int64], Matrix]], keys: Sequence[str], number: int
) -> Iterator[Matrix]:
    """Yield one sense part by part: what each extractor knows of these items, side by side."""
    for start in range(0, number, ROWS):
        part = np.zeros((min(ROWS, number - start), PART_DIM * len(keys)), np.float32)
        for column, key in enumerate(keys):
            if key in vectors:
                rows, values = vectors[key]
                first, last = np.searchsorted(rows, (start, start + len(part)))
                projected = space.parts[key].apply(values[first:last])
                part[rows[first:last] - start, column * PART_DIM : (column + 1) * PART_DIM] = projected
                let_go(values)
        yield unit(part)


def _tag_parts(space: Space, items_known: _Known) -> Iterator[Matrix]:
    """Yield the sense of tags part by part; the columns of the space may stand in another order."""
    columns = {name: i for i, name in enumerate(items_known.tag_names)}
    into = [i for i, name in enumerate(space.tag_names) if name in columns]
    source = [columns[space.tag_names[i]] for i in into]
    for _, block in blocks(items_known.tags):
        ordered = np.zeros((len(block), len(space.tag_names)), np.float32)
        ordered[:, into] = block[:, source]
        part = space.parts["tags"].apply(_weighted(ordered))
        part[~ordered.any(axis=1)] = 0.0
        yield part


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


def _tags(database: Database, ids: NDArray[np.int64], shelf: MatrixShelf) -> tuple[tuple[str, ...], Matrix]:
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
        topics = {r[0] for r in connection.execute("SELECT DISTINCT key FROM item_topics")}
        names = tuple(sorted(topics.union(wanted)))
        columns = {name: i for i, name in enumerate(names)}

        def parts() -> Iterator[Matrix]:
            for start in range(0, len(ids), ROWS):
                yield _tags_of(connection, ids[start : start + ROWS], wanted, columns)

        return names, shelf.fill("tags", (len(ids), len(names)), parts) if names else nothing(len(ids), 0)


def _tags_of(
    connection: sqlite3.Connection, ids: NDArray[np.int64], wanted: Sequence[str], columns: Mapping[str, int]
) -> Matrix:
    """Return the probabilities of topics, moods and wanted tags, float32 (n, n_columns), of items by ascending id."""
    out = np.zeros((len(ids), len(columns)), np.float32)
    span = {"first": int(ids[0]), "last": int(ids[-1]), "wanted": json.dumps(list(wanted))}
    for query in (_TOPICS, _WORDS):
        cursor = connection.execute(query, span)
        while rows := cursor.fetchmany(_CHUNK):
            items = np.array([r[0] for r in rows], dtype=np.int64)
            at = np.searchsorted(ids, items)
            there = ids[at] == items
            column = np.array([columns[r[1]] for r in rows], dtype=np.int64)
            value = np.array([r[2] for r in rows], dtype=np.float32)
            np.maximum.at(out, (at[there], column[there]), np.clip(value[there], 0.0, 1.0))
    return out
