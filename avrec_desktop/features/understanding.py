"""Topics and moods of the items: worked out from all analyses together, stored, and corrected by the user."""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.features import mood_course
from avrec_desktop.features.evidence import SHOWN, Evidence, strongest
from avrec_desktop.features.meaning import Meaning
from avrec_desktop.jobs.events import EventBus, ItemsChanged
from avrec_desktop.library.store import index_items
from avrec_desktop.library.vocabulary import ConceptKind, Vocabulary, vocabulary
from avrec_desktop.library.words import display_name

if TYPE_CHECKING:
    from avrec_desktop.features.store import VectorStore
    from avrec_desktop.jobs.job import Job
    from avrec_desktop.library.database import Database
    from avrec_desktop.plugin_host.host import ExtractorInfo

log = logging.getLogger(__name__)

#: Items worked out and stored at a time.
BATCH = 400
#: Words (Chinese characters) of title and description from which their meaning is listened to; one or two mislead.
_TELLING = 3
_WORD = re.compile("[^\\W_\\d\u3040-\u9fff]{2,}|[\u3040-\u9fff]")
_SOURCE_OF = {"audio": "sound", "video": "picture", "text": "words"}
_PENDING = """
SELECT i.id FROM items i LEFT JOIN understood u ON u.item_id = i.id
WHERE i.status = 'ready' AND (u.item_id IS NULL OR u.version <> ? OR u.at < i.updated_at
    OR u.at < (SELECT max(e.at) FROM extractions e WHERE e.item_id = i.id))
ORDER BY i.id
"""
_FACTS = """
SELECT i.id, i.title, i.album, i.series, i.description, i.lyrics, min(f.path) AS path, o.path AS root
FROM items i LEFT JOIN files f ON f.item_id = i.id LEFT JOIN folders o ON o.id = f.folder_id
WHERE i.id IN (SELECT value FROM json_each(?)) GROUP BY i.id
"""


@dataclass(frozen=True, slots=True)
class ItemTopic:
    """A topic or mood of an item.

    Attributes:
        p: Probability in [0, 1].
        sources: Who says so (``sound``, ``picture``, ``words``, ``meaning``, ``user``), and how surely.
    """

    kind: ConceptKind
    key: str
    p: float
    sources: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics and moods of many items.

    Attributes:
        ids: int64 (n_items,), ascending.
        names: Keys of the topics, in order; ``mood_names`` those of the moods.
        matrix: float32 (n_items, n_topics), probabilities.
        moods: float32 (n_items, 12), probabilities.
    """

    ids: NDArray[np.int64]
    names: tuple[str, ...]
    matrix: NDArray[np.float32]
    mood_names: tuple[str, ...]
    moods: NDArray[np.float32]


class Understanding:
    """Topics and moods of one library. Thread-safe.

    Args:
        database: The catalogue.
        store: Gives the vectors of the words.
        meaning: Compares them with the sentences of the vocabulary.
        extractors: Gives the extractors that are in use.
        events: Hears of changed items.
    """

    def __init__(
        self,
        database: Database,
        store: VectorStore,
        meaning: Meaning,
        extractors: Callable[[], Sequence[ExtractorInfo]],
        events: EventBus,
    ) -> None:
        self._database = database
        self._store = store
        self._meaning = meaning
        self._extractors = extractors
        self._events = events
        self._lock = threading.Lock()

    @property
    def vocabulary(self) -> Vocabulary:
        """The topics and moods there are."""
        return vocabulary()

    def pending(self) -> NDArray[np.int64]:
        """Return the items whose topics are older than what is known of them, int64 (n,)."""
        with self._database.read() as connection:
            rows = connection.execute(_PENDING, (self.vocabulary.version,)).fetchall()
        return np.array([r[0] for r in rows], dtype=np.int64)

    def update(self, item_ids: Sequence[int] | NDArray[np.int64] | None = None, job: Job | None = None) -> int:
        """Work out the topics of items (None: of all that wait) and store them; returns how many.

        Raises:
            Cancelled: The job was cancelled; the finished batches are stored.
            LibraryError: They could not be stored.
        """
        ids = [int(i) for i in (self.pending() if item_ids is None else item_ids)]
        for start in range(0, len(ids), BATCH):
            if job is not None:
                job.check()
            batch = ids[start : start + BATCH]
            with self._lock:
                self._settle(batch)
            self._events.publish(ItemsChanged(updated=tuple(batch)))
        return len(ids)

    def refresh(self, job: Job | None = None) -> int:
        """Bring everything up to date: after growth of the library the yardstick of words is measured anew.

        Returns how many items were worked out. Raises as :meth:`update`.
        """
        if self._meaning.fit(self._store, self._extractors()):
            with self._database.write(durable=False) as connection:
                connection.execute("UPDATE understood SET version = -1")
        return self.update(job=job)

    def of(self, item_id: int) -> tuple[ItemTopic, ...]:
        """Return topics, then moods of an item, likeliest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT kind, key, p, sources FROM item_topics WHERE item_id = ? ORDER BY kind DESC, p DESC, key",
                (item_id,),
            ).fetchall()
        return tuple(ItemTopic(kind, key, p, json.loads(sources)) for kind, key, p, sources in rows)

    def matrix(self) -> Topics:
        """Return topics and moods of all items that have any."""
        concepts = self.vocabulary.concepts
        column = {(c.kind, c.key): i for i, c in enumerate(concepts)}
        with self._database.read() as connection:
            rows = connection.execute("SELECT item_id, kind, key, p FROM item_topics ORDER BY item_id").fetchall()
        known = [(r[0], column[r[1], r[2]], r[3]) for r in rows if (r[1], r[2]) in column]
        ids, at = np.unique(np.array([k[0] for k in known], dtype=np.int64), return_inverse=True)
        matrix = np.zeros((len(ids), len(concepts)), dtype=np.float32)
        matrix[at, np.array([k[1] for k in known], dtype=np.int64)] = [k[2] for k in known]
        topics = len(self.vocabulary.topics)
        return Topics(
            ids=ids,
            names=tuple(c.key for c in concepts[:topics]),
            matrix=matrix[:, :topics],
            mood_names=tuple(c.key for c in concepts[topics:]),
            moods=matrix[:, topics:],
        )

    def correct(self, item_ids: Sequence[int], kind: str, key: str, holds: bool | None) -> dict[int, bool | None]:
        """Say that items are, or are not, about a topic or of a mood; it outlives every later analysis.

        Args:
            item_ids: The items.
            kind: ``topic`` or ``mood``.
            key: Its key.
            holds: None takes an earlier correction back.

        Returns:
            What was said before of each item, to undo it with :meth:`restore`.

        Raises:
            InputError: There is no such topic or mood.
            NotFoundError: There is no such item.
        """
        return self.restore(kind, key, dict.fromkeys((int(i) for i in item_ids), holds))

    def restore(self, kind: str, key: str, said: Mapping[int, bool | None]) -> dict[int, bool | None]:
        """Set what is said of each item; returns what was said before. Raises as :meth:`correct`."""
        if self.vocabulary.index(kind, key) is None:
            raise InputError(f"there is no {kind} {key!r} in the vocabulary")
        ids = list(said)
        with self._lock, self._database.write() as connection:
            self._check_items(connection, ids)
            before = self._corrections(connection, ids)
            old = {i: before.get(i, {}).get((kind, key)) for i in ids}
            for item, holds in said.items():
                if holds is None:
                    connection.execute(
                        "DELETE FROM topic_corrections WHERE item_id = ? AND kind = ? AND key = ?", (item, kind, key)
                    )
                else:
                    connection.execute(
                        "INSERT OR REPLACE INTO topic_corrections (item_id, kind, key, holds, at)"
                        " VALUES (?, ?, ?, ?, ?)",
                        (item, kind, key, int(holds), time.time()),
                    )
            self._settle(ids)
        self._events.publish(ItemsChanged(updated=tuple(ids)))
        return old

    def corrections(self, item_id: int) -> dict[tuple[str, str], bool]:
        """Return what the user said of an item: (kind, key) to whether it holds."""
        with self._database.read() as connection:
            return self._corrections(connection, [item_id]).get(item_id, {})

    # -- how it is worked out

    def _evidence(self, ids: Sequence[int]) -> dict[int, Evidence]:
        words = self.vocabulary
        found = {item: Evidence() for item in ids}
        telling: list[int] = []
        extractors = {e.id: e for e in self._extractors()}
        listed = json.dumps([int(i) for i in ids])
        with self._database.read() as connection:
            for row in connection.execute(_FACTS, (listed,)):
                fields = _fields(row)
                found[row["id"]].add_words(words, fields)
                if len(_WORD.findall(f"{fields['title']} {fields['description']}")) >= _TELLING:
                    telling.append(row["id"])
            self._add_tags(connection, listed, found, extractors)
            self._add_sound(connection, listed, found, extractors)
        for item, scores in self._meaning.scores(self._store, extractors.values(), telling).items():
            found[item].add_meaning(scores)
        return found

    def _add_tags(
        self,
        connection: sqlite3.Connection,
        listed: str,
        found: Mapping[int, Evidence],
        extractors: Mapping[str, ExtractorInfo],
    ) -> None:
        tags: dict[tuple[int, str], list[tuple[str, float]]] = {}
        for item, source, name, p in connection.execute(
            "SELECT item_id, source, name, p FROM item_tags WHERE item_id IN (SELECT value FROM json_each(?))",
            (listed,),
        ):
            if source in ("file", "user"):
                tags.setdefault((item, "words"), []).append((name, 0.95 * p))
            elif source in extractors:
                tags.setdefault((item, _SOURCE_OF[extractors[source].modality]), []).append((name, p))
        for (item, source), pairs in tags.items():
            found[item].add_tags(self.vocabulary, source, pairs)

    def _add_sound(
        self,
        connection: sqlite3.Connection,
        listed: str,
        found: Mapping[int, Evidence],
        extractors: Mapping[str, ExtractorInfo],
    ) -> None:
        for item, extractor, version, values in connection.execute(
            "SELECT item_id, extractor, version, descriptors FROM extractions"
            " WHERE item_id IN (SELECT value FROM json_each(?)) AND state = 'done' AND descriptors IS NOT NULL",
            (listed,),
        ):
            if extractor in extractors and extractors[extractor].version == version:
                found[item].add_sound(self.vocabulary, json.loads(values))

    def _settle(self, ids: Sequence[int]) -> None:
        words = self.vocabulary
        rows: list[tuple[Any, ...]] = []
        began = time.time()  # what is stored meanwhile makes an item wait again
        found = self._evidence(ids)
        with self._database.write(durable=False) as connection:
            corrections = self._corrections(connection, ids)
            for item in ids:
                said = corrections.get(item, {})
                for column, p, sources in _settle(words, found[item], said):
                    concept = words.concepts[column]
                    rows.append((item, concept.kind, concept.key, p, json.dumps(sources)))
            listed = json.dumps([int(i) for i in ids])
            connection.execute("DELETE FROM item_topics WHERE item_id IN (SELECT value FROM json_each(?))", (listed,))
            connection.executemany(
                "INSERT INTO item_topics (item_id, kind, key, p, sources)"
                " SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM items WHERE id = ?1)",
                rows,
            )
            index_items(connection, [int(i) for i in ids])
            connection.execute(
                "INSERT OR REPLACE INTO understood (item_id, version, at)"
                " SELECT id, ?, ? FROM items WHERE id IN (SELECT value FROM json_each(?))",
                (words.version, began, listed),
            )

    def course(self, item_id: int, wave: NDArray[np.uint8], duration: float) -> NDArray[np.float32]:
        """Return energy and brightness of each column of an item's waveform (see :mod:`.mood_course`)."""
        places = mood_course.places(self._database, self._extractors(), vocabulary(), item_id)
        return mood_course.course(wave, duration, *places)

    @staticmethod
    def _corrections(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, dict[tuple[str, str], bool]]:
        out: dict[int, dict[tuple[str, str], bool]] = {}
        for item, kind, key, holds in connection.execute(
            "SELECT item_id, kind, key, holds FROM topic_corrections WHERE item_id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(i) for i in ids]),),
        ):
            out.setdefault(item, {})[kind, key] = bool(holds)
        return out

    @staticmethod
    def _check_items(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        for item in ids:
            if connection.execute("SELECT 1 FROM items WHERE id = ?", (item,)).fetchone() is None:
                raise NotFoundError(f"there is no item {item} in this library")


def _settle(
    words: Vocabulary, evidence: Evidence, said: Mapping[tuple[str, str], bool]
) -> list[tuple[int, float, dict[str, float]]]:
    """Return (column, probability, sources) of what to keep, the user's word first."""
    total = evidence.total(len(words.concepts))
    columns = {(c.kind, c.key): i for i, c in enumerate(words.concepts)}
    denied = {columns[k] for k, holds in said.items() if not holds and k in columns}
    claimed = [columns[k] for k, holds in said.items() if holds and k in columns]
    total[list(denied)] = 0.0
    kept = [(i, 1.0, {"user": 1.0} | evidence.sources(i)) for i in claimed]
    kept += [(i, float(total[i]), evidence.sources(i)) for i in strongest(words, total) if i not in claimed]
    return [row for row in kept if row[1] >= SHOWN]


def _fields(row: sqlite3.Row) -> dict[str, str]:
    path: bytes = row["path"] or b""
    directory, base = os.path.split(path)
    root: bytes = row["root"] or b""
    below = directory[len(root) :] if root and directory.startswith(root) else directory
    folders = [display_name(part) for part in below.split(os.sep.encode()) if part][-2:]
    return {
        "title": row["title"] or "",
        "album": row["album"] or "",
        "series": row["series"] or "",
        "description": row["description"] or "",
        "lyrics": row["lyrics"] or "",
        "file_name": Path(display_name(base)).stem,
        "folders": " / ".join(folders),
    }
