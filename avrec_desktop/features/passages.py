"""What is said in the items: stored with its times, read, and found by its words."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avrec_desktop.api.features import Passage
from avrec_desktop.library import spoken
from avrec_desktop.library.words import match_expression

if TYPE_CHECKING:
    import sqlite3

    from avrec_desktop.library.database import Database

#: Matches that are ranked, newest first. All of them hold every word, so that only how often and in how much text it
#: stands tells them apart; a word said in thousands of passages tells none of them from the others.
_RANKED = 300
#: Saturation and length normalisation of BM25 (Robertson and Zaragoza 2009), and the usual number of words.
_K1, _B, _USUAL = 1.2, 0.75, 20.0
_TERM = re.compile(r'"([^"]+)"(\*?)')
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that holds the words looked for; ``score`` in (0, 1], higher is better."""

    item_id: int
    start: float
    end: float
    text: str
    score: float


def read(database: Database, item_id: int) -> list[Passage]:
    """Return the passages of an item by time: of its first subtitle file, or of the last extractor that gave some."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT start, stop, text FROM passages WHERE item_id = ?1 AND extractor = coalesce("
            "(SELECT min(extractor) FROM passages WHERE item_id = ?1 AND extractor GLOB ?2),"
            " (SELECT extractor FROM passages WHERE item_id = ?1 ORDER BY id DESC LIMIT 1)) ORDER BY start, id",
            (item_id, f"{spoken.SUBTITLES}*"),
        ).fetchall()
    return [Passage(*row) for row in rows]


def language(database: Database, item_id: int) -> str | None:
    """Return the language that the latest extractor heard, or None."""
    with database.read() as connection:
        row = connection.execute(
            "SELECT language FROM extractions WHERE item_id = ? AND language IS NOT NULL ORDER BY at DESC LIMIT 1",
            (item_id,),
        ).fetchone()
    return None if row is None else str(row[0])


def find(database: Database, text: str, n: int) -> list[FoundPassage]:
    """Return the passages of available items that hold every word of ``text``, best first.

    A word also matches as the beginning of a longer one, Chinese and Japanese as they stand.
    """
    expression = match_expression(text)
    if expression is None or n < 1:
        return []
    with database.read() as connection:
        # the limit stands inside: the index is walked no further, however common the word
        rows = connection.execute(
            "SELECT p.item_id, p.start, p.stop, p.text, f.text FROM"
            " (SELECT rowid, text FROM passage_search WHERE passage_search MATCH ? ORDER BY rowid DESC LIMIT ?) f"
            " JOIN passages p ON p.id = f.rowid JOIN items i ON i.id = p.item_id WHERE i.presence = 2",
            (expression, max(_RANKED, n)),
        ).fetchall()
    terms = [(f" {words} " if not star else f" {words}") for words, star in _TERM.findall(expression)]
    found = [FoundPassage(row[0], row[1], row[2], row[3], _score(row[4], terms)) for row in rows]
    found.sort(key=lambda passage: (-passage.score, passage.item_id, passage.start))
    return found[:n]


def store(
    connection: sqlite3.Connection,
    item_id: int,
    extractor: str,
    passages: Sequence[tuple[float, float, str]],
    state: str,
) -> float | None:
    """Put the passages of an extractor in place of those it gave before; call it inside a transaction.

    A failed analysis keeps what was there.

    Returns:
        When the extractor's passages of this item last changed, or None when it never gave any.
    """
    key = (item_id, extractor)
    before = connection.execute("SELECT max(said_at) FROM extractions WHERE item_id = ? AND extractor = ?", key)
    said_at = before.fetchone()[0]
    some = connection.execute("SELECT 1 FROM passages WHERE item_id = ? AND extractor = ? LIMIT 1", key).fetchone()
    if state == "failed" or (some is None and not passages):
        return None if said_at is None else float(said_at)
    if connection.execute("SELECT 1 FROM items WHERE id = ?", (item_id,)).fetchone() is None:
        return None  # removed while it was analysed
    spoken.replace(connection, item_id, extractor, passages)
    spoken.index(connection, [item_id])
    return time.time()


def _score(words: str, terms: Sequence[str]) -> float:
    """Return the mean saturation of the terms' frequencies, (0, 1]."""
    padded = f" {' '.join(_WORD.findall(words))} "
    norm = _K1 * (1 - _B + _B * padded.count(" ") / _USUAL)
    counts = [max(1, padded.count(term)) for term in terms]
    return math.fsum(c / (c + norm) for c in counts) / max(1, len(counts))
