"""Reads media files: identity, streams, tags, sidecars. Served by compute processes."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import os
import time
from typing import Any

from avrec_desktop.api.errors import MediaError
from avrec_desktop.jobs.child import ChildContext
from avrec_desktop.library import kinds, sidecars, streams
from avrec_desktop.library.fingerprint import Region, fingerprint
from avrec_desktop.library.tags import TagSet, from_riff_info
from avrec_desktop.library.walker import reason_of
from avrec_desktop.library.words import clean, display_name

#: Bytes read to tell what a file is.
HEAD = 4096
#: Most characters of the titles of chapters.
MAX_CHAPTERS = 20_000


def probe_batch(args: dict[str, Any], context: ChildContext) -> list[dict[str, Any]]:
    """Probe files one after the other.

    Args:
        args: ``paths``: bytes of the file system; ``certain``: whether each name promises media.
        context: Asked between files whether to stop; gets an event ``{"at": index}`` at most once a second.

    Returns:
        Per file one of: ``{"ignore": True}`` for no media under a name that promised none;
        ``{"reason": str, "retry": bool}``; or the catalogue columns with ``fingerprint``, ``kind``, ``genres``,
        ``warning``, and with subtitles ``spoken`` (see :func:`~avrec_desktop.library.mediatext.read_spoken`).
    """
    shelf = sidecars.Shelf()
    results = []
    told = time.monotonic()
    for at, (path, certain) in enumerate(zip(args["paths"], args["certain"], strict=True)):
        context.check()
        if time.monotonic() - told > 1.0:
            context.event({"at": at})
            told = time.monotonic()
        results.append(probe_file(path, shelf, certain=certain))
    return results


def probe_file(path: bytes, shelf: sidecars.Shelf, *, certain: bool = True) -> dict[str, Any]:
    """Probe one file; see :func:`probe_batch` for the result."""
    try:
        with open(path, "rb", buffering=16_384) as source:
            size = os.fstat(source.fileno()).st_size
            head = source.read(HEAD)
            family = kinds.container_of(_behind_id3(source, head))
            if family is None and (not certain or kinds.is_text(head) or not size):
                return {"ignore": True} if not certain else {"reason": kinds.describe(head, size), "retry": False}
            return _read(path, source, size, head, family, shelf)
    except MediaError as error:
        if not certain:
            return {"ignore": True}
        return {"reason": error.message, "retry": False}
    except OSError as error:
        return {"reason": reason_of(error), "retry": True}


def _behind_id3(source: Any, head: bytes) -> bytes:
    """Return the first bytes of the file, or those behind an ID3 tag when something else than MP3 follows it."""
    from avrec_desktop.library.fingerprint import after_id3v2

    if not head.startswith(b"ID3"):
        return head
    size = os.fstat(source.fileno()).st_size
    source.seek(after_id3v2(source, size))
    behind: bytes = source.read(512)
    return behind if kinds.container_of(behind) is not None else head


def _read(
    path: bytes, source: Any, size: int, head: bytes, family: str | None, shelf: sidecars.Shelf
) -> dict[str, Any]:
    name = os.path.basename(path)
    extension = name.rpartition(b".")[2].lower()
    found = streams.read_fast(source, size, family, head, extension) if family else None
    if found is None:
        found = _read_slowly(path, head, size, family)
    digest, region = fingerprint(source, size, family)
    kind = "video" if found.has_video else "audio"
    if kind == "audio" and family == "wav":
        _add_riff_info(source, size, found)
    out: dict[str, Any] = found.columns()
    if found.container in ("mov", "matroska") and extension in (b"mp4", b"m4v", b"m4a", b"3gp", b"webm", b"mka"):
        out["container"] = extension.decode()
    out |= {"fingerprint": digest, "kind": kind, "warning": found.warning or _cut_short(region, size)}
    tags = found.tags
    beside = shelf.beside(path, kind)
    for field, value in beside.fields.items():
        tags.put(field, value)
    tags.put_genres(beside.genres)
    if kind == "video" and "title" not in tags.fields:
        for field, value in sidecars.guess_from_name(path).items():
            tags.put(field, value)
    tags.put("title", os.path.splitext(display_name(name))[0])
    out |= tags.fields
    if kind == "video":
        directory = os.path.dirname(path)
        names = shelf.names(directory)
        out["subtitles"] = any(True for _ in sidecars.subtitles(directory, name, names))
        if out["subtitles"]:
            from avrec_desktop.library.mediatext import read_spoken

            out["spoken"] = read_spoken(directory, name, names)
    out["chapters"] = clean("\n".join(found.chapters), MAX_CHAPTERS)
    out["genres"] = list(tags.genres)
    out["artwork"] = "embedded" if tags.art else beside.artwork or ("frame" if found.has_video else None)
    return out


def _read_slowly(path: bytes, head: bytes, size: int, family: str | None) -> streams.Streams:
    if family is None and kinds.is_other(head) and os.path.splitext(path)[1].lower() not in (b".mjpeg", b".mjpg"):
        raise MediaError(kinds.describe(head, size))  # FFmpeg would take a picture for a film
    try:
        return streams.read_ffmpeg(path)
    except MediaError:
        if family == "mp4" and not has_index(path, size):
            raise MediaError("the file is cut short: its index (moov) is missing") from None
        found = streams.read_soundfile(path) if family in ("ogg", "wav", "aiff", "flac", "au", "caf", "w64") else None
        if found is not None:
            return found
        if family is None:
            raise MediaError(kinds.describe(head, size)) from None
        raise


def has_index(path: bytes, size: int) -> bool:
    """Return whether an MP4 or QuickTime file holds the box without which nothing plays."""
    from avrec_desktop.library.fingerprint import boxes

    with open(path, "rb") as source:
        return any(kind == b"moov" and end <= size for kind, _, end in boxes(source, size))


def _add_riff_info(source: Any, size: int, found: streams.Streams) -> None:
    from avrec_desktop.library.fingerprint import chunks

    for name, start, end in chunks(source, size, "<"):
        if name == b"LIST":
            info: TagSet = from_riff_info(source, start, min(end, size))
            for field, value in info.fields.items():
                found.tags.put(field, value)
            found.tags.put_genres(info.genres)


def _cut_short(region: Region, size: int) -> str | None:
    if region.claimed_end <= size:
        return None
    missing = region.claimed_end - size
    whole = region.claimed_end
    return clean(f"the file is cut short: {missing:,} of {whole:,} bytes are missing; what is there plays")
