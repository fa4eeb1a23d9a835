"""Finds the items that a query means: each term is one parameterised statement or a comparison of a kept column.

Answers are masks over item ids, which numpy combines. Masks and columns are kept until the library changes, so that
the next key costs only what it adds: a number is compared in memory, where it would take SQLite a walk over all items.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.library import query_fields as q
from avrec_desktop.library.database import fetch_numbers
from avrec_desktop.library.grouping import OF_PROFILE, Places
from avrec_desktop.library.query import Group, Node, leaves, parse
from avrec_desktop.library.words import fold, match_expression, phrase_expression, pieces

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Items, for each the number of its value, and the values.
Placed = tuple[Ids, Ids, list[str]]
#: By kind (``topic``, ``mood``) and key: what a topic or mood is called in the languages of the window.
Concepts = Mapping[str, Mapping[str, Sequence[str]]]
#: Columns of ``items`` with texts of their own for every item, found through the full text.
_LONG = frozenset({"series", "description", "lyrics", "chapters"})
#: Smallest probability of a tag that an extractor gave, to count as its name.
SURE = 0.3
#: Masks kept at once; each takes a bit for every item.
_KEPT = 160
#: Smart playlists that may name each other.
_DEPTH = 4


def _of_profile(sql: str) -> str:
    return " AND ".join((sql, "profile_id = (SELECT id FROM profiles WHERE name = :profile)"))


#: Numbers that are zero where nothing is stored, and those that depend on the profile.
_COUNTS = frozenset({"plays", "skips"})
_OF_PROFILE = frozenset({"plays", "skips", "rating", "last_played", "last_order"})
_STATE = "SELECT item_id, {0} FROM item_state WHERE {0} IS NOT NULL"
#: Numbers of an item: column of ``items`` unless a statement gives (item, value).
_NUMBERS: dict[str, str] = {
    "size": "SELECT item_id, size FROM files WHERE size >= 0 AND state <> 'missing'",
    "duration": "SELECT id, duration FROM items WHERE duration > 0",
    **{name: _of_profile(_STATE.format(name)) for name in sorted(_OF_PROFILE)},
    "last_order": _of_profile(_STATE.format("coalesce(last_order, last_played)")),
    **{name: f"SELECT id, {name} FROM items WHERE {name} IS NOT NULL" for name in (  # noqa: S608 - constants
        "year", "added_at", "season", "episode", "track", "disc", "width", "height", "fps", "bit_rate", "channels")},
}  # fmt: skip
_FACTS: dict[str, str | q.Leaf] = {
    "audio": "SELECT id FROM items WHERE kind = 'audio'",
    "video": "SELECT id FROM items WHERE kind = 'video'",
    "unplayed": q.Bounds("plays", None, 0),
    "played": q.Bounds("plays", 1),
    "unrated": q.Unknown("rating"),
    "liked": _of_profile("SELECT item_id FROM item_state WHERE (liked = 1 OR (liked IS NULL AND rating >= 4))"),
    "disliked": _of_profile("SELECT item_id FROM item_state WHERE liked = -1"),
    "hidden": _of_profile("SELECT item_id FROM item_state WHERE hidden = 1"),
    "unfinished": _of_profile("SELECT item_id FROM item_state WHERE position > 0"),
    "available": "SELECT id FROM items WHERE presence = 2",
    "offline": "SELECT id FROM items WHERE presence = 1",
    "missing": "SELECT id FROM items WHERE presence = 0",
    "failed": "SELECT id FROM items WHERE status = 'failed'",
    "edited": "SELECT item_id FROM overrides",
    "has-tags": "SELECT item_id FROM item_tags",
    "has-rating": q.Bounds("rating"),
    "has-year": q.Bounds("year"),
    "has-audio": "SELECT id FROM items WHERE has_audio",
    "has-video": "SELECT id FROM items WHERE has_video",
    "has-subtitles": "SELECT id FROM items WHERE subtitles",
    "has-speech": "SELECT item_id FROM passages WHERE extractor NOT GLOB '@*'",
    "has-copies": "SELECT item_id FROM files WHERE state = 'present' GROUP BY item_id HAVING count(*) > 1",
    "has-playlist": "SELECT item_id FROM playlist_items",
    **{f"has-{name}": f"SELECT id FROM items WHERE {name} IS NOT NULL" for name in (  # noqa: S608 - constants
        "lyrics", "artwork", "chapters", "artist", "album", "genre", "series", "description", "warning")},
}  # fmt: skip
#: Facts that are not on show unless they are asked for.
UNSHOWN = ("failed", "missing", "hidden")
_MATCH = "SELECT rowid FROM item_search WHERE item_search MATCH :match"
#: Plain words are found in what is said, too; of items where anything is, all words are in this index.
_ANYWHERE = f"{_MATCH} UNION ALL SELECT rowid FROM item_spoken WHERE item_spoken MATCH :match"  # noqa: S608 - constants
_PASSAGE = """
SELECT DISTINCT item_id FROM passages WHERE id IN (SELECT rowid FROM passage_search WHERE passage_search MATCH :match)
"""
_DISTINCT = """
WITH RECURSIVE names (name) AS (
    SELECT min(name) FROM item_tags
    UNION ALL
    SELECT (SELECT min(name) FROM item_tags t WHERE t.name > names.name) FROM names WHERE names.name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL
"""


@dataclass
class Kept:
    """What searches have read of one state of the library; masks are packed to bits."""

    size: int = 0
    masks: dict[tuple[str, q.Leaf], NDArray[np.uint8]] = field(default_factory=dict)
    columns: dict[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)
    names: list[str] | None = None
    placed: dict[str, Placed] = field(default_factory=dict)
    groups: dict[tuple[str, str], Places] = field(default_factory=dict)

    def measure(self, db: sqlite3.Connection) -> int:
        """Return the largest id + 1."""
        if not self.size:
            self.size = 1 + int(db.execute("SELECT coalesce(max(id), 0) FROM items").fetchone()[0])
        return self.size

    def follow(self, db: sqlite3.Connection, states: Iterable[int]) -> None:
        """Read anew what ratings, plays and the like of these items changed; all else stays."""
        items = [item for item in states if item < self.size]
        wanted = json.dumps(items)
        for (profile, column), numbers in self.columns.items():
            if column not in _OF_PROFILE:
                continue
            sql = f"{_NUMBERS[column]} AND item_id IN (SELECT value FROM json_each(:items))"  # noqa: S608 - constants
            numbers[items] = 0.0 if column in _COUNTS else np.nan
            for item, value in db.execute(sql, {"profile": profile, "items": wanted}):
                numbers[item] = value
        self.masks = {key: mask for key, mask in self.masks.items() if not _follows_states(key[1])}
        self.groups = {key: places for key, places in self.groups.items() if key[1] not in OF_PROFILE}


class Matcher:
    """Evaluates queries on one connection, for one profile.

    Args:
        db: A connection of the library.
        profile: Whose ratings and plays count.
        kept: What was read before of the same state of the library; added to.
        concepts: Names of topics and moods.
        now: The present moment, seconds since the epoch.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        profile: str,
        kept: Kept,
        concepts: Concepts | None = None,
        now: float | None = None,
    ) -> None:
        self._db = db
        self._concepts = concepts or {}
        self._profile = profile
        self._kept = kept
        self._now = time.time() if now is None else now
        self._depth = 0
        kept.measure(db)

    def mask(self, node: Node) -> Mask:
        """Return which ids a query means, bool (largest id + 1,)."""
        if not isinstance(node, Group):
            return self._leaf(node)
        if node.kind == "not":
            return ~self.mask(node.parts[0])
        joined = join_words(node)
        out = self.mask(joined[0])
        for part in joined[1:]:
            out = out & self.mask(part) if node.kind == "and" else out | self.mask(part)
        return out

    def asked(self, node: Node) -> Mask | None:
        """Return which ids a query may list that asks for what is not on show otherwise; None when it does not."""
        asked = {leaf.key for leaf in _positive(node) if isinstance(leaf, q.Fact)}
        if asked.isdisjoint(UNSHOWN):
            return None
        out = np.ones(self._kept.size, dtype=bool)
        for key in UNSHOWN:
            if key not in asked:
                out &= ~self._leaf(q.Fact(key))
        return out

    def best_first(self, node: Node, weights: str, limit: int) -> Ids | None:
        """Return what the words of a query find, the best match first; None without words or above the limit."""
        parts = join_words(node) if isinstance(node, Group) and node.kind == "and" else (node,)
        expressions = [e for part in parts if isinstance(part, q.Words) and (e := expression(part))]
        if not expressions:
            return None
        values = {"match": " AND ".join(expressions), "limit": limit + 1}
        count = f"SELECT count(*) FROM ({_MATCH} LIMIT :limit)"  # noqa: S608 - constants
        if self._db.execute(count, values).fetchone()[0] > limit:
            return None
        return self._column(f"{_MATCH} ORDER BY bm25(item_search, {weights})", values)

    def _leaf(self, leaf: q.Leaf) -> Mask:
        changing = isinstance(leaf, q.Bounds) and leaf.from_now
        key = (self._profile, leaf)
        known = None if changing else self._kept.masks.pop(key, None)
        out = self._find(leaf) if known is None else np.unpackbits(known, count=self._kept.size).view(np.bool_)
        if not changing:
            while len(self._kept.masks) >= _KEPT:
                self._kept.masks.pop(next(iter(self._kept.masks)))
            self._kept.masks[key] = np.packbits(out) if known is None else known
        return out

    def _find(self, leaf: q.Leaf) -> Mask:
        if isinstance(leaf, q.Words):
            return self._words(leaf)
        if isinstance(leaf, q.WordsIn):
            return self._words_in(leaf)
        if isinstance(leaf, q.Bounds):
            return self._between(leaf)
        if isinstance(leaf, q.Unknown):
            return self._unknown(leaf)
        if isinstance(leaf, q.NamedAs):
            return self._playlist(leaf) if leaf.kind == "playlist" else self._named(leaf)
        if isinstance(leaf, q.InFolder):
            return self._folder(leaf)
        if isinstance(leaf, q.Said):
            return self._said(leaf)
        found = _FACTS[leaf.key]
        return (
            self._of(self._column(found, {"profile": self._profile})) if isinstance(found, str) else self._leaf(found)
        )

    def _words(self, leaf: q.Words) -> Mask:
        match = expression(leaf)
        if match is None:  # signs only: titles such as "!!!"
            needle = {"n": fold(leaf.text)}
            return self._of(self._column("SELECT id FROM items WHERE instr(lower(title), :n) > 0", needle))
        if leaf.column is not None:
            return self._of(self._column(_MATCH, {"match": match}))
        if leaf.phrase:
            return self._of(self._column(_MATCH, {"match": match})) | self._of(self._column(_PASSAGE, {"match": match}))
        return self._of(self._column(_ANYWHERE, {"match": match}))

    def _words_in(self, leaf: q.WordsIn) -> Mask:
        test = word_test(leaf.text, phrase=leaf.phrase)
        match = expression(q.Words(leaf.text, leaf.phrase, "extra"))
        if leaf.column in _LONG and match is not None:
            where = f"SELECT id, {leaf.column} AS value FROM items WHERE value IS NOT NULL AND id IN ({_MATCH})"  # noqa: S608 - constants
            return self._of([r["id"] for r in self._db.execute(where, {"match": match}) if test(r["value"])])
        items, places, values = self._values(leaf.column)
        hits = np.fromiter(map(test, values), bool, len(values))
        return self._of(items[hits[places]])

    def _values(self, column: str) -> Placed:
        known = self._kept.placed.get(column)
        if known is None:
            sql = f"SELECT id, {column} AS value FROM items WHERE value IS NOT NULL"  # noqa: S608 - constants
            numbers: dict[str, int] = {}
            cursor = self._db.cursor()
            cursor.row_factory = None
            pairs = [(item, numbers.setdefault(value, len(numbers))) for item, value in cursor.execute(sql)]
            table = np.asarray(pairs, np.int64).reshape(-1, 2)
            known = self._kept.placed[column] = (table[:, 0], table[:, 1], list(numbers))
        return known

    def _between(self, leaf: q.Bounds) -> Mask:
        numbers = self.numbers(leaf.column)
        shift = self._now if leaf.from_now else 0.0
        out = ~np.isnan(numbers)
        if leaf.low is not None:
            low = leaf.low + shift
            out &= numbers > low if leaf.open_low else numbers >= low
        if leaf.high is not None:
            high = leaf.high + shift
            out &= numbers < high if leaf.open_high else numbers <= high
        return out

    def _unknown(self, leaf: q.Unknown) -> Mask:
        numbers = self.numbers(leaf.column)
        out: Mask = np.isnan(numbers) | (numbers == 0)
        return out

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a number of every item, NaN where it has none, float64 (largest id + 1,); do not write into it."""
        key = (self._profile, column)
        known = self._kept.columns.get(key)
        if known is None:
            cursor = self._db.cursor()
            cursor.row_factory = None
            cursor.execute(
                _NUMBERS[column], {"profile": self._profile} if "FROM item_state" in _NUMBERS[column] else {}
            )
            pairs = np.fromiter(cursor, dtype=[("id", np.int64), ("value", np.float64)])
            known = np.full(self._kept.size, 0.0 if column in _COUNTS else np.nan)
            inside = pairs["id"] < self._kept.size
            known[pairs["id"][inside]] = pairs["value"][inside]
            self._kept.columns[key] = known
        return known

    def _named(self, leaf: q.NamedAs) -> Mask:
        test = word_test(leaf.text, phrase=leaf.phrase)
        if self._kept.names is None:
            self._kept.names = [row["name"] for row in self._db.execute(_DISTINCT)]
        concept = leaf.kind in ("mood", "topic")
        found = self._column(
            "SELECT item_id FROM item_tags WHERE name IN (SELECT value FROM json_each(:names)) "
            "AND (p >= :sure OR source IN ('file', 'user'))",
            {"names": json.dumps([name for name in self._kept.names if test(name)]), "sure": 2 if concept else SURE},
        )
        out = self._of(found)
        if concept:  # what the analysis and the user's corrections come to; single tags say less
            known = self._concepts.get(leaf.kind, {})
            keys = [key for key, names in known.items() if any(map(test, (key, *names)))] or [fold(leaf.text)]
            sql = "SELECT item_id FROM item_topics WHERE kind = :kind AND key IN (SELECT value FROM json_each(:keys))"
            out |= self._of(self._column(sql, {"kind": leaf.kind, "keys": json.dumps(keys)}))
        if leaf.kind == "genre":  # what a file says is among the tags; what the user says instead is not
            for row in self._db.execute("SELECT item_id, value FROM overrides WHERE field = 'genre'"):
                out[row["item_id"]] = test(json.loads(row["value"]) or "")
        return out

    def _said(self, leaf: q.Said) -> Mask:
        match = expression(q.Words(leaf.text, leaf.phrase))
        return self._of(self._column(_PASSAGE, {"match": match}) if match is not None else [])

    def _playlist(self, leaf: q.NamedAs) -> Mask:
        test = word_test(leaf.text, phrase=leaf.phrase)
        out = np.zeros(self._kept.size, dtype=bool)
        for row in self._db.execute("SELECT id, name, query FROM playlists").fetchall():
            if not test(row["name"]):
                continue
            if row["query"] is None:
                sql = "SELECT item_id FROM playlist_items WHERE playlist_id = :id"
                out |= self._of(self._column(sql, {"id": row["id"]}))
            elif self._depth < _DEPTH and (node := parse(row["query"])) is not None:
                self._depth += 1
                out |= self.mask(node)
                self._depth -= 1
        return out

    def _folder(self, leaf: q.InFolder) -> Mask:
        if "folder" not in self._kept.placed:
            self._kept.placed["folder"] = _folders(self._db)
        items, places, names = self._kept.placed["folder"]
        needle = fold(leaf.text.replace("\\", "/")).strip()
        hits = np.fromiter((needle in name for name in names), bool, len(names))
        return self._of(items[hits[places]])

    def _column(self, sql: str, values: Mapping[str, Any]) -> Ids:
        used = {key: value for key, value in values.items() if f":{key}" in sql}
        return fetch_numbers(self._db, sql, used)

    def _of(self, ids: Ids | list[int]) -> Mask:
        out = np.zeros(self._kept.size, dtype=bool)
        found = np.asarray(ids, dtype=np.int64)
        out[found[found < self._kept.size]] = True  # an item may have come since the largest id was read
        return out


def _follows_states(leaf: q.Leaf) -> bool:
    """Return whether what a term finds may change with ratings, plays and the like."""
    if isinstance(leaf, q.Bounds | q.Unknown):
        return leaf.column in _OF_PROFILE
    if isinstance(leaf, q.Fact):
        found = _FACTS[leaf.key]
        return "item_state" in found if isinstance(found, str) else _follows_states(found)
    return isinstance(leaf, q.NamedAs) and leaf.kind == "playlist"


def join_words(group: Group) -> tuple[Node, ...]:
    """Return the parts of a group, all words that must hold together as one search of the full text."""
    if group.kind != "and":
        return group.parts
    plain = [p for p in group.parts if isinstance(p, q.Words) and not p.phrase and p.column is None]
    telling = [p.text for p in plain if expression(p)]  # a lone dash or smiley beside words says nothing
    if not telling:
        return group.parts
    rest = tuple(p for p in group.parts if p not in plain)
    return (q.Words(" ".join(telling)), *rest)


def expression(words: q.Words) -> str | None:
    """Return the FTS5 expression of words, or None when they have no letters or digits."""
    match = phrase_expression(words.text) if words.phrase else match_expression(words.text)
    if match is None or words.column is None:
        return match
    return f"{words.column} : ({match})"


def word_test(text: str, *, phrase: bool) -> Callable[[str], bool]:
    """Return a test whether another text holds the words, each at the beginning of a word; a phrase side by side."""
    found = pieces(text)
    if not found:
        needle = fold(text).strip()
        return lambda other: needle in fold(other)
    if phrase:
        pattern = re.compile(r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, found)) + r"(?![^\W_])")
        return lambda other: pattern.search(fold(other)) is not None
    begins = [re.compile((r"(?<![^\W_])" if piece.isascii() else "") + re.escape(piece)) for piece in found]
    return lambda other: all(p.search(fold(other)) is not None for p in begins)


def _positive(node: Node) -> Iterable[q.Leaf]:
    if isinstance(node, Group):
        if node.kind != "not":
            for part in node.parts:
                yield from _positive(part)
    else:
        yield from leaves(node)


def _folders(db: sqlite3.Connection) -> Placed:
    """Return of every file its item and the number of its folder, and the folders from their source folder on."""
    roots = {row["id"]: row["path"] for row in db.execute("SELECT id, path FROM folders")}
    numbers: dict[tuple[bytes, int | None], int] = {}
    items, places = list[int](), list[int]()
    cursor = db.cursor()
    cursor.row_factory = None
    for item, path, folder in cursor.execute("SELECT item_id, path, folder_id FROM files WHERE state <> 'missing'"):
        place = (path[: path.rfind(os.sep.encode())], folder)
        items.append(item)
        places.append(numbers.setdefault(place, len(numbers)))
    names = []
    for directory, folder in numbers:
        root = roots.get(folder, b"") if folder is not None else b""
        below = directory[len(os.path.dirname(root)) :] if directory.startswith(root) else directory
        names.append(fold(below.decode("utf-8", "replace").replace("\\", "/")) + "/")
    return np.asarray(items, np.int64), np.asarray(places, np.int64), names
