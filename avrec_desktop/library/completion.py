"""Completes what is typed into the search box: fields, and the values that the library has."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from avrec_desktop.library.database import Database
from avrec_desktop.library.query import FIELD_NAMES, Token, tokens
from avrec_desktop.library.query_fields import FIELDS, FLAGS, ChoiceField, TextField
from avrec_desktop.library.query_match import Concepts
from avrec_desktop.library.words import fold, pieces

#: Seconds that the values of a field are kept; a scan changes them many times a minute.
_FRESH = 20.0
#: Most values of a field.
_MOST = 20_000
_TAGS = "SELECT name, count(*) AS n FROM item_tags WHERE p >= 0.3 OR source IN ('file', 'user') GROUP BY name"
_VALUES: dict[str, str] = {
    "artist": "SELECT artist AS name, count(*) AS n FROM items WHERE artist IS NOT NULL GROUP BY artist",
    "album": "SELECT album AS name, count(*) AS n FROM items WHERE album IS NOT NULL GROUP BY album",
    "series": "SELECT series AS name, count(*) AS n FROM items WHERE series IS NOT NULL GROUP BY series",
    "language": "SELECT language AS name, count(*) AS n FROM items WHERE language IS NOT NULL GROUP BY language",
    "format": "SELECT container AS name, count(*) AS n FROM items WHERE container IS NOT NULL GROUP BY container",
    "codec": "SELECT audio_codec AS name, count(*) AS n FROM items WHERE audio_codec IS NOT NULL GROUP BY audio_codec "
    "UNION ALL SELECT video_codec, count(*) FROM items WHERE video_codec IS NOT NULL GROUP BY video_codec",
    "playlist": "SELECT name, 1 AS n FROM playlists",
    "tag": _TAGS,
    "mood": "SELECT key AS name, count(*) AS n FROM item_topics WHERE kind = 'mood' GROUP BY key",
    "topic": "SELECT key AS name, count(*) AS n FROM item_topics WHERE kind = 'topic' GROUP BY key",
    "genre": _TAGS,
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer.

    Attributes:
        text: Takes the place of ``start`` to ``end`` of what was typed.
        kind: ``field`` (a value is to follow), ``value`` or ``flag``.
        count: Number of items that have the value, or 0.
    """

    text: str
    start: int
    end: int
    kind: Literal["field", "value", "flag"]
    count: int = 0


class Completer:
    """Offers completions of one library. Thread-safe; reads the database, so not for the UI thread.

    Attributes:
        concepts: Names of topics and moods.
    """

    def __init__(self, database: Database) -> None:
        self.concepts: Concepts = {}
        self._db = database
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, list[tuple[str, str, int]]]] = {}

    def complete(self, text: str, cursor: int, limit: int = 10) -> list[Completion]:
        """Return what could stand at the cursor, the likeliest first.

        Args:
            text: The whole search text.
            cursor: Place of the cursor, in characters.
            limit: Most offers.
        """
        cursor = max(0, min(cursor, len(text)))
        token = next((t for t in tokens(text) if t.start < cursor <= t.end), None)
        if token is None:
            return [Completion(f"{name}:", cursor, cursor, "field") for name in FIELD_NAMES[:limit]]
        if token.kind == "term" and cursor >= token.at:
            found = self._of_field(text, token, cursor)
        elif token.kind in ("word", "term"):
            found = self._of_word(text[token.start : cursor], token)
        else:
            return []
        out: dict[str, Completion] = {}
        for offer in found:
            if offer.text != text[offer.start : offer.end]:
                out.setdefault(offer.text.casefold(), offer)
            if len(out) >= limit:
                break
        return list(out.values())

    def _of_word(self, typed: str, token: Token) -> Iterator[Completion]:
        start, end, low = token.start, token.end, typed.lower()
        for name in (*FIELD_NAMES, *(alias for alias in FIELDS if alias not in FIELD_NAMES)):
            if name.startswith(low):
                rest = "" if token.kind == "term" else ":"
                stop = start + len(token.field) if token.kind == "term" else end
                yield Completion(name + rest, start, stop, "field")
        if token.kind == "term":
            return
        for flag in FLAGS:
            if flag.startswith(low):
                yield Completion(flag, start, end, "flag")
        if len(pieces(typed)) == 1 and (len(typed) > 1 or not typed.isascii()):
            for field in ("mood", "genre", "artist", "album"):
                for value, count in self._values(field, typed):
                    yield Completion(f"{field}:{_quoted(value)}", start, end, "value", count)

    def _of_field(self, text: str, token: Token, cursor: int) -> Iterator[Completion]:
        name, field = token.field.lower(), FIELDS[token.field.lower()]
        typed = text[token.at : cursor]
        if isinstance(field, ChoiceField):
            for value in field.values:
                if value.startswith(fold(typed)):
                    yield Completion(f"{token.field}{token.operator}{value}", token.start, token.end, "value")
            return
        if isinstance(field, TextField):
            for value, count in self._values(field.name, typed):
                written = f"{token.field}{token.operator}{_quoted(value)}"
                yield Completion(written, token.start, token.end, "value", count)
            return
        for value in field.values:
            if f"{token.operator}{typed}" in (":", value[: len(token.operator) + len(typed)]):
                yield Completion(f"{name}{value}", token.start, token.end, "value")

    def _values(self, field: str, typed: str) -> Iterator[tuple[str, int]]:
        """Yield the values one of whose words begins like what is typed, those that begin with it first."""
        needle = fold(typed).strip()
        known = self._all(field)
        first = [(value, n) for value, folded, n in known if folded.startswith(needle)]
        yield from first
        if needle:
            within = f" {needle}"
            yield from ((value, n) for value, folded, n in known if within in folded and not folded.startswith(needle))

    def _all(self, field: str) -> list[tuple[str, str, int]]:
        sql = _VALUES.get(field)
        if sql is None:
            return []
        with self._lock:
            at, known = self._known.get(field, (-_FRESH, []))
            if time.monotonic() - at < _FRESH:
                return known
            with self._db.read() as db:
                rows = db.execute(f"SELECT * FROM ({sql}) ORDER BY n DESC, name LIMIT {_MOST}").fetchall()  # noqa: S608
            known = [(row["name"], fold(row["name"]), row["n"]) for row in rows]
            names = self.concepts.get(field, {})
            known += [(name, fold(name), n) for key, _, n in tuple(known) for name in names.get(key, ())]
            self._known[field] = (time.monotonic(), known)
            return known


def _quoted(value: str) -> str:
    clean = value.replace('"', "")
    return f'"{clean}"' if any(c.isspace() or c in "()" for c in clean) else clean
