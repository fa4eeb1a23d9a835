"""Gathers all words about an item, its subtitle files included."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import logging
import os
import re
import sqlite3
from collections.abc import Iterator

from avrec_desktop.api.errors import NotFoundError
from avrec_desktop.api.media import MediaText, TimedText
from avrec_desktop.library import sidecars
from avrec_desktop.library.spoken import SUBTITLES
from avrec_desktop.library.words import clean, display_name

log = logging.getLogger(__name__)
_MAX_SUBTITLES = 4 << 20
#: Most subtitle files of one video that are searched, and most lines of each.
_MAX_FILES, _MAX_LINES = 8, 10_000
#: Most characters of a transcript that extractors of words are given.
MAX_TRANSCRIPT = 20_000
_MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}")


def read_media_text(db: sqlite3.Connection, item_id: int) -> MediaText:
    """Return the words known about an item.

    Raises:
        NotFoundError: There is no such item.
    """
    item = db.execute("SELECT * FROM items WHERE id = ?", (item_id,)).fetchone()
    if item is None:
        raise NotFoundError(f"there is no item {item_id} in this library")
    file = db.execute(
        "SELECT f.path, f.state, d.path AS root FROM files f LEFT JOIN folders d ON d.id = f.folder_id "
        "WHERE f.item_id = ? ORDER BY f.state <> 'present', f.id LIMIT 1",
        (item_id,),
    ).fetchone()
    tags = [r["name"] for r in db.execute("SELECT name FROM item_tags WHERE item_id = ? ORDER BY p DESC", (item_id,))]
    name = ""
    folders: tuple[str, ...] = ()
    lines: tuple[TimedText, ...] = ()
    if file is not None:
        directory, base = os.path.split(file["path"])
        name = display_name(base)
        folders = _folder_names(directory, file["root"])
        if item["kind"] == "video" and file["state"] == "present":
            lines = read_subtitles(directory, base)
    return MediaText(
        title=item["title"],
        artist=item["artist"] or "",
        album=item["album"] or "",
        genre=item["genre"] or "",
        description=item["description"] or "",
        tags=tuple(dict.fromkeys(tags)),
        file_name=name,
        folders=folders,
        lyrics=item["lyrics"] or "",
        subtitles=lines,
        transcript=read_transcript(db, item_id),
    )


def read_transcript(db: sqlite3.Connection, item_id: int) -> str:
    """Return what extractors heard in an item; of a long one, passages spread from beginning to end."""
    rows = db.execute(
        "SELECT text FROM passages WHERE item_id = ?1 AND extractor = (SELECT extractor FROM passages "
        "WHERE item_id = ?1 AND extractor NOT GLOB ?2 ORDER BY id DESC LIMIT 1) ORDER BY start, id",
        (item_id, f"{SUBTITLES}*"),
    ).fetchall()
    texts = [row["text"] for row in rows]
    step = -(-sum(len(text) + 1 for text in texts) // MAX_TRANSCRIPT) or 1
    return " ".join(texts[::step])[:MAX_TRANSCRIPT]


def _folder_names(directory: bytes, root: bytes | None) -> tuple[str, ...]:
    """Return the last three folder names, those of the source folder and above it left out."""
    below = directory[len(root) :] if root and directory.startswith(root) else directory
    return tuple(display_name(part) for part in below.split(os.sep.encode()) if part)[-3:]


def read_subtitles(directory: bytes, name: bytes) -> tuple[TimedText, ...]:
    """Return the lines of the first readable subtitle file of a video; damaged ones are logged and passed over."""
    names = sidecars.Shelf().names(directory)
    return next((lines for _, lines in _subtitle_files(directory, name, names)), ())


def read_spoken(directory: bytes, name: bytes, names: dict[bytes, bytes]) -> list[list[object]]:
    """Return what the subtitle files of a video say, as [language or empty, [[start, stop, text], ...]] each."""
    found: dict[str, list[object]] = {}
    for language, lines in _subtitle_files(directory, name, names):
        found.setdefault(language, [[line.start, line.end, line.text] for line in lines[:_MAX_LINES]])
        if len(found) == _MAX_FILES:
            break
    return [[language, lines] for language, lines in found.items()]


def _subtitle_files(
    directory: bytes, name: bytes, names: dict[bytes, bytes]
) -> Iterator[tuple[str, tuple[TimedText, ...]]]:
    """Yield language and lines of each readable subtitle file."""
    for path, language in sidecars.subtitles(directory, name, names):
        try:
            with open(path, "rb") as source:
                data = source.read(_MAX_SUBTITLES)
        except OSError as error:
            log.info("subtitles %s: %s", os.fsdecode(path).encode("utf-8", "replace").decode(), error)
            continue
        if lines := parse_subtitles(data):
            yield language, lines


def parse_subtitles(data: bytes) -> tuple[TimedText, ...]:
    """Return the lines of a SubRip, WebVTT or SubStation file in order of time; empty when it is none of these."""
    import pysubs2

    text = sidecars.decode(data).replace("\0", "")
    try:
        events = pysubs2.SSAFile.from_string(text).events
    except (pysubs2.exceptions.Pysubs2Error, ValueError, KeyError, IndexError, OverflowError) as error:
        log.info("unreadable subtitles: %r", error)
        return ()
    lines = []
    for event in events:
        words = clean(_MARKUP.sub("", event.text).replace("\\N", " ").replace("\\n", " "))
        if words and not event.is_comment and event.end >= event.start >= 0:
            lines.append(TimedText(event.start / 1000, event.end / 1000, words))
    return tuple(sorted(lines, key=lambda line: line.start))
