"""What is said in items, by source, and the index that plain words are found in. Inside the caller's transaction."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from avrec_desktop.api.features import Passage
from avrec_desktop.library.words import pieces, searchable

#: Sources of passages that are files beside the media begin so; a colon and the language may follow. All others are
#: extractors, whose ids begin with a letter.
SUBTITLES = "@subtitles"
#: Stands between runs of characters without spaces, so that no two are taken for one; nobody can type it.
_GAP = "\ue000"
_SEARCHED = ("title", "artist", "album", "file_name", "tags", "extra")
_LATIN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Subtitled:
    """A subtitle file: its language as its name has it, or nothing, and its lines by time."""

    language: str
    lines: tuple[Passage, ...]


def read_subtitles(db: sqlite3.Connection, item_id: int) -> list[Subtitled]:
    """Return the subtitle files of an item by language."""
    found: dict[str, list[Passage]] = {}
    for row in db.execute(
        "SELECT extractor, start, stop, text FROM passages WHERE item_id = ? AND extractor GLOB ?"
        " ORDER BY extractor, start, id",
        (item_id, f"{SUBTITLES}*"),
    ):
        lines = found.setdefault(row["extractor"].partition(":")[2], [])
        lines.append(Passage(row["start"], row["stop"], row["text"]))
    return [Subtitled(language, tuple(lines)) for language, lines in found.items()]


def replace(db: sqlite3.Connection, item_id: int, source: str, passages: Iterable[Sequence[float | str]]) -> None:
    """Put passages, as (start, stop, text), in place of those that a source gave before."""
    db.execute("DELETE FROM passages WHERE item_id = ? AND extractor = ?", (item_id, source))
    insert = "INSERT INTO passages (item_id, extractor, start, stop, text) VALUES (?, ?, ?, ?, ?)"
    for start, stop, text in passages:
        row = db.execute(insert, (item_id, source, start, stop, text)).lastrowid
        db.execute("INSERT INTO passage_search (rowid, text) VALUES (?, ?)", (row, searchable(str(text))))


def replace_subtitles(db: sqlite3.Connection, item_id: int, files: Sequence[Sequence[object]]) -> None:
    """Put the lines of an item's subtitle files, as (language, lines), in place of what was there."""
    known = {
        row["extractor"]
        for row in db.execute(
            "SELECT DISTINCT extractor FROM passages WHERE item_id = ? AND extractor GLOB ?", (item_id, f"{SUBTITLES}*")
        )
    }
    for language, lines in files:
        source = f"{SUBTITLES}:{language}" if language else SUBTITLES
        replace(db, item_id, source, lines)  # type: ignore[arg-type]
        known.discard(source)
    for source in known:
        replace(db, item_id, source, ())


def index(db: sqlite3.Connection, item_ids: Iterable[int]) -> None:
    """Write the index of what is said in these items anew; their rows of ``item_search`` must be up to date."""
    ids = json.dumps(list(item_ids))
    inside = "IN (SELECT value FROM json_each(?))"
    old = db.execute(f"SELECT rowid FROM item_spoken WHERE rowid {inside}", (ids,)).fetchall()  # noqa: S608 - constants
    db.executemany("DELETE FROM item_spoken WHERE rowid = ?", [(row[0],) for row in old])
    spoken = db.execute(f"SELECT DISTINCT item_id FROM passages WHERE item_id {inside}", (ids,)).fetchall()  # noqa: S608
    for (item_id,) in spoken:
        texts = db.execute("SELECT text FROM passages WHERE item_id = ? ORDER BY id", (item_id,))
        row = db.execute("SELECT * FROM item_search WHERE rowid = ?", (item_id,)).fetchone()
        other = " ".join(row[name] or "" for name in _SEARCHED) if row is not None else ""
        said = _distinct(text for (text,) in texts)
        db.execute("INSERT INTO item_spoken (rowid, said, other) VALUES (?, ?, ?)", (item_id, said, other))


def _distinct(texts: Iterable[str]) -> str:
    """Return each word of texts once, folded; phrases are looked for in the passages themselves."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(pieces(text)))
    return f" {_GAP} ".join(map(searchable, found))
