"""Answers what to list, in which order, and fills visible rows."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.library.changes import Changes, Moment
from avrec_desktop.library.database import Database, fetch_numbers
from avrec_desktop.library.grouping import Grouped, group, read_places
from avrec_desktop.library.query import Node, parse
from avrec_desktop.library.query_fields import Words
from avrec_desktop.library.query_match import Concepts, Kept, Matcher
from avrec_desktop.library.types import Item, ItemQuery, ItemTag

Ids = NDArray[np.int64]

_TRACKS = "i.disc, i.track, i.sort_title, i.id"
_ORDER = {
    "title": "i.sort_title {d}, i.id {d}",
    "artist": f"i.sort_artist = '', i.sort_artist {{d}}, i.sort_album {{d}}, {_TRACKS}",
    "album": f"i.sort_album = '', i.sort_album {{d}}, {_TRACKS}",
    "year": "i.year IS NULL, i.year {d}, i.sort_album {d}, i.track {d}, i.sort_title {d}, i.id {d}",
    "duration": "i.duration {d}, i.sort_title {d}, i.id {d}",
    "added": "i.added_at {d}, i.id {d}",
    "kind": "i.kind {d}, i.sort_title, i.id",
    "genre": f"i.genre IS NULL OR i.genre = '', lower(i.genre) {{d}}, i.sort_artist, i.sort_album, {_TRACKS}",
    "series": "i.series IS NULL, lower(i.series) {d}, i.season, i.episode, i.sort_title, i.id",
    "quality": "coalesce(i.width * i.height, 0) {d}, coalesce(i.bit_rate, 0) {d}, i.sort_title, i.id",
    "size": "f.size {d}, i.id {d}",
}
#: Orders by numbers of the profile, with their columns; what has none comes last, among equals the title decides.
_BY_NUMBER = {"plays": "plays", "rating": "rating", "played": "last_order", "skips": "skips"}
#: Orders that :class:`ItemQuery` knows, and those of which the largest usually comes first.
SORTS = (*_ORDER, *_BY_NUMBER, "path", "relevance")
DOWNWARDS = frozenset({"added", "plays", "rating", "year", "played", "skips", "quality", "size"})
_FILTER = {
    "all": "i.status <> 'failed' AND i.presence >= 1",
    "any": "1",
    "liked": "i.status <> 'failed' AND i.presence >= 1 AND (s.liked = 1 OR (s.liked IS NULL AND s.rating >= 4))",
    "unplayed": "i.status <> 'failed' AND i.presence >= 1 AND coalesce(s.plays, 0) = 0",
    "recent": "i.status <> 'failed' AND i.presence >= 1 AND s.last_played IS NOT NULL",
    "failed": "i.status = 'failed' AND i.presence >= 1",
    "hidden": "s.hidden = 1",
    "unavailable": "i.presence < 2",
}
#: Filters that show what a profile hid.
_SHOWS_HIDDEN = frozenset({"any", "hidden", "failed", "unavailable"})
_STATE = "LEFT JOIN item_state s ON s.item_id = i.id AND s.profile_id = (SELECT id FROM profiles WHERE name = :profile)"
_SIZES = "SELECT item_id, max(size) AS size FROM files GROUP BY item_id"
#: bm25 weights of title, artist, album, file name, tags, extra.
_WEIGHTS = "10.0, 6.0, 4.0, 3.0, 3.0, 1.0"
#: Matches up to which the best ones come first; above, the words say too little to rank by.
_RANKED = 3000
#: What a search begins with most.
_LETTERS = "etaoinsrhldcumfpgwybvkxjqz0123456789"
#: Orders kept at once.
_BASES = 12


class Listing:
    """Ordered ids for queries, with the last few orders kept and brought up to date after changes. Thread-safe.

    Attributes:
        concepts: Names of topics and moods, that queries may use.
    """

    def __init__(self, database: Database) -> None:
        self.concepts: Concepts = {}
        self._db = database
        self._lock = threading.Lock()
        self._cache: dict[ItemQuery, tuple[Moment, Ids]] = {}
        self._matching_lock = threading.Lock()  # two searches that fill the same memory would only do the work twice
        self._kept, self._kept_at = Kept(), Moment(-1, -1)

    def ids(self, query: ItemQuery) -> Ids:
        """Return the ids that match, in order, int64 (n,)."""
        node = parse(query.text) if query.text.strip() else None
        return self._base(query) if node is None else self._answer(node, query)

    def warm(self, query: ItemQuery, wanted: Callable[[], bool]) -> None:
        """Look up ahead what the first key of a search will ask for, each letter; others may search in between.

        Args:
            query: Whose profile will search.
            wanted: Whether to go on.
        """
        for letter in _LETTERS:
            if not wanted():
                return
            with self._db.read() as db, self._matching_lock:
                Matcher(db, query.profile, self._current(db), self.concepts).mask(Words(letter))

    def grouped(self, query: ItemQuery, field: str, among: Ids | None = None) -> Grouped:
        """Return the ids that match in groups; a list ordered by the field turns its groups round with it.

        Args:
            query: What to list.
            field: One of :data:`avrec_desktop.library.grouping.GROUPINGS`.
            among: Only these, int64 (n,); None for all.
        """
        ids = self.ids(query)
        ids = ids if among is None else ids[np.isin(ids, among)]
        with self._db.read() as db, self._matching_lock:
            kept = self._current(db)
            key = (query.profile, field)
            if key not in kept.groups:
                kept.groups[key] = read_places(db, field, query.profile, kept.measure(db))
            places = kept.groups[key]
        return group(field, places, ids, descending=query.descending if query.sort == field else None)

    def _answer(self, node: Node, query: ItemQuery) -> Ids:
        """Return what a query that says something lists; it may ask for what is not shown otherwise."""
        ranked = None
        with self._db.read() as db, self._matching_lock:
            matcher = Matcher(db, query.profile, self._current(db), self.concepts)
            mask = matcher.mask(node)
            asked = matcher.asked(node) if query.filter == "all" else None
            if query.sort == "relevance":
                ranked = matcher.best_first(node, _WEIGHTS, _RANKED)
        base = self._base(query if asked is None else replace(query, filter="any"))
        mask = mask if asked is None else mask & asked
        if len(mask) and len(base) and int(base.max()) >= len(mask):
            base = base[base < len(mask)]  # one may have come meanwhile
        listed = base[mask[base]]
        if ranked is None:
            return listed
        found = np.isin(listed, ranked)  # what only what is said in it brought here comes behind, in the usual order
        out = np.concatenate([ranked[np.isin(ranked, listed)], listed[~found]])
        return out[::-1].copy() if query.descending else out

    def _current(self, db: sqlite3.Connection) -> Kept:
        """Return what is known of the library as it is now; call with the lock of matching."""
        moment = self._db.moment()
        changes = self._db.since(self._kept_at)
        if changes.everything:
            self._kept = Kept()
        elif changes.states:
            self._kept.follow(db, changes.states)
        self._kept_at = moment
        return self._kept

    def _base(self, query: ItemQuery) -> Ids:
        if query.sort in _BY_NUMBER:
            return self._by_number(query)
        sort = query.sort if query.sort in _ORDER or query.sort == "path" else "title"
        descending = query.descending and query.sort != "relevance"
        key = ItemQuery("", query.kind, query.folder_id, query.filter, sort, descending, query.profile)
        moment = self._db.moment()
        with self._lock:
            known = self._cache.get(key)
        ids = None if known is None else self._followed(key, known[1], self._db.since(known[0]))
        if ids is None:
            ids = self._by_path(key) if key.sort == "path" else self._select(key)
        ids.flags.writeable = False
        with self._lock:
            self._cache.pop(key, None)
            while len(self._cache) >= _BASES:
                self._cache.pop(next(iter(self._cache)))
            self._cache[key] = (moment, ids)
        return ids

    def _by_number(self, query: ItemQuery) -> Ids:
        """Return an order by a number of the profile: few items have one, so the order by title is put in order."""
        base = self._base(replace(query, sort="title", descending=False))
        with self._db.read() as db, self._matching_lock:
            known = Matcher(db, query.profile, self._current(db)).numbers(_BY_NUMBER[query.sort])
            keys = np.where(base < len(known), known[np.minimum(base, len(known) - 1)], np.nan)
        keys = -keys if query.descending else keys
        out = base[np.argsort(keys, kind="stable")]  # what is no number comes last
        out.flags.writeable = False
        return out

    def _by_path(self, query: ItemQuery) -> Ids:
        """Return the order by path from the index of paths; an item of several files stands where its first does."""
        listed = self._base(replace(query, sort="title", descending=False))
        with self._db.read() as db:
            walked = fetch_numbers(db, "SELECT item_id FROM files ORDER BY path", {})
        items, first = np.unique(walked, return_index=True)
        ids = items[np.argsort(first, kind="stable")]
        shown = np.zeros(1 + int(max(ids.max(initial=0), listed.max(initial=0))), dtype=bool)
        shown[listed] = True
        ids = ids[shown[ids]]
        return ids[::-1].copy() if query.descending else ids

    def _followed(self, query: ItemQuery, ids: Ids, changes: Changes) -> Ids | None:
        """Return an order after a change of the library; None where it has to be read anew."""
        if changes.everything:
            return None
        if not changes.states:
            return ids
        touched = np.fromiter(changes.states, np.int64)
        now = self._select(query, touched)
        was = np.isin(ids, touched)
        if not np.isin(now, ids[was]).all():
            return None  # one came that has to find its place
        left = np.setdiff1d(ids[was], now)
        return ids if not len(left) else ids[~np.isin(ids, left)]

    def _select(self, query: ItemQuery, among: Ids | None = None) -> Ids:
        where = [_FILTER[query.filter]]
        order = _ORDER.get(query.sort, _ORDER["title"]).format(d="DESC" if query.descending else "ASC")
        hides = query.filter not in _SHOWS_HIDDEN
        if query.kind is not None:
            where.append("i.kind = :kind")
        if query.folder_id is not None:
            where.append("i.id IN (SELECT item_id FROM files WHERE folder_id = :folder AND state <> 'missing')")
        values = {"profile": query.profile, "kind": query.kind, "folder": query.folder_id}
        if among is not None:
            where.append("i.id IN (SELECT value FROM json_each(:among))")
            values["among"] = json.dumps(among.tolist())
        with self._db.read() as db:
            if hides:
                where.append("coalesce(s.hidden, 0) = 0")
            if hides and not db.execute("SELECT 1 FROM item_state WHERE hidden = 1 LIMIT 1").fetchone():
                where.pop()  # nobody hid anything: perhaps no join is needed
            join = _STATE if any("s." in condition for condition in where) else ""
            if "f." in order:
                join += (
                    " LEFT JOIN (SELECT item_id, max(size) AS size FROM files GROUP BY item_id) f ON f.item_id = i.id"
                )
            sql = f"SELECT i.id FROM items i {join} WHERE {' AND '.join(where)} ORDER BY {order}"  # noqa: S608 - constants
            return fetch_numbers(db, sql, values)


#: Fields of an item that are columns of ``items`` and of ``item_state``, and those that need a look.
_COLUMNS = (
    "id", "kind", "status", "title", "artist", "album", "genre", "year", "track", "series", "season", "episode",
    "description", "duration", "container", "audio_codec", "video_codec", "width", "height", "fps", "sample_rate",
    "channels", "bit_rate", "artwork", "added_at",
)  # fmt: skip
_STATES = ("rating", "last_played", "liked", "hidden", "plays", "skips", "position")
_LOOKED = ("presence", "reason", "warning", "has_audio", "has_video")
_NAMES = (*_COLUMNS, *_STATES)
_ITEM = f"""
SELECT {", ".join(f"i.{n}" for n in _COLUMNS)}, s.rating, s.last_played, coalesce(s.liked, 0), coalesce(s.hidden, 0),
    coalesce(s.plays, 0), coalesce(s.skips, 0), coalesce(s.position, 0.0), {", ".join(f"i.{n}" for n in _LOOKED)}
FROM items i
LEFT JOIN item_state s ON s.item_id = i.id AND s.profile_id = (SELECT id FROM profiles WHERE name = ?)
WHERE i.id IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - constants


def fetch_items(db: sqlite3.Connection, ids: Iterable[int], profile: str, *, tags: int = 5) -> list[Item]:
    """Return the items with these ids in this order; unknown ids are left out.

    Args:
        db: A connection of the library.
        ids: Item ids.
        profile: Whose ratings and plays to join.
        tags: Most tags of each item.
    """
    order = [int(i) for i in ids]
    wanted = json.dumps(order)
    cursor = db.cursor()
    cursor.row_factory = None  # plain tuples: rows that know their columns' names take several times as long
    files: dict[int, tuple[bytes, int]] = {}
    for item, path, size in cursor.execute(
        "SELECT item_id, path, size FROM files WHERE item_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY CASE state WHEN 'present' THEN 0 WHEN 'offline' THEN 1 ELSE 2 END, id",
        (wanted,),
    ):
        files.setdefault(item, (path, size))
    names: dict[int, list[ItemTag]] = {}
    for item, name, p, source in cursor.execute(
        "SELECT item_id, name, p, source FROM item_tags WHERE item_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY source <> 'user', p DESC, name",
        (wanted,),
    ):
        own = names.setdefault(item, [])
        if len(own) < tags:
            own.append(ItemTag(name, p, source))
    found: dict[int, Item] = {}
    for row in cursor.execute(_ITEM, (profile, wanted)):
        path, size = files.get(row[0], (b"", 0))
        presence, reason, warning, has_audio, has_video = row[len(_NAMES) :]
        values = dict(zip(_NAMES, row, strict=False))
        values["hidden"] = bool(values["hidden"])
        found[row[0]] = Item(
            path=os.fsdecode(path),
            available=presence == 2,
            reason=reason or warning,
            size=max(0, size),
            has_audio=bool(has_audio),
            has_video=bool(has_video),
            tags=tuple(names.get(row[0], ())),
            **values,
        )
    return [found[i] for i in order if i in found]
