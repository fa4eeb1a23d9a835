"""Watch state of Kodi and Jellyfin from ``.nfo`` files beside the media: how often, when last, and the own rating."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.records import whole, year_of
from avrec_desktop.behaviour.imports.trakt import MAX_PLAYS, film_key
from avrec_desktop.behaviour.imports.types import BadRow, Batch, Source, Thing, refuse
from avrec_desktop.library.kinds import VIDEO_EXTENSIONS

_MAX_NFO = 4 << 20
_ROOTS = {"movie", "episodedetails", "musicvideo", "video"}


def find_nfo(files: Files) -> list[Entry]:
    """Return the ``.nfo`` files of a folder or archive, or the file itself."""
    return [e for e in files.entries if e.base.endswith(".nfo") and e.base != "tvshow.nfo"]


def nfo_source(files: Files) -> Source:
    """Return the watch state of a folder."""
    entries = find_nfo(files)
    return Source(
        "nfo", files.path, True, "films", files.size(entries), lambda: _read(files, entries),
        lambda: files.digest(entries),
    )  # fmt: skip


def _read(files: Files, entries: list[Entry]) -> Iterator[Batch]:
    beside = _media_by_folder(files)
    batch = Batch()
    done = 0
    for entry in entries:
        with explained(files.path, files.label(entry)):
            if entry.size > _MAX_NFO:
                batch.bad.append(BadRow(1, f"it is larger than {_MAX_NFO >> 20} MB", entry.name))
                continue
            with files.open(entry) as stream:
                data = stream.read(_MAX_NFO)
        for number, root in enumerate(_roots(data), 1):
            try:
                if isinstance(root, str):
                    refuse(root)
                if root.tag in _ROOTS:
                    _state(batch, root, _media(files, beside, entry))
            except (ValueError, OverflowError) as error:
                batch.bad.append(BadRow(number, str(error), entry.name))
        done += entry.size
        if batch.full:
            batch.done = done
            yield batch
            batch = Batch()
    batch.done = done
    yield batch


def _media_by_folder(files: Files) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for entry in files.entries:
        path = PurePosixPath(entry.name)
        if _is_video(path.name):
            out.setdefault(str(path.parent), []).append(path.name)
    return out


def _is_video(name: str) -> bool:
    return name.rpartition(".")[2].lower().encode("utf-8", "replace") in VIDEO_EXTENSIONS


def _media(files: Files, beside: dict[str, list[str]], entry: Entry) -> str | None:
    """Return the path of the media file that an ``.nfo`` belongs to: of the same name, or the only one beside it."""
    if files.is_archive:
        return None
    if not files.is_folder:
        folder = files.path.parent
        try:
            names = [n for n in os.listdir(folder) if _is_video(n)]
        except OSError:
            return None
        base = folder.resolve()
    else:
        parent = PurePosixPath(entry.name).parent
        names = beside.get(str(parent), [])
        base = files.path.resolve() / parent
    stem = PurePosixPath(entry.name).stem.lower()
    found = [n for n in names if PurePosixPath(n).stem.lower() == stem]
    if not found and stem == "movie" and len(names) == 1:
        found = names
    return str(base / found[0]) if found else None


def _roots(data: bytes) -> Iterator[Any]:
    """Yield the elements of a file; Kodi writes several after each other where a file holds several episodes."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if b"<" not in data:
        return  # only an address, or the drawing of a release: it says nothing of what was watched
    end = data.rfind(b">")  # scrapers append a plain address behind the XML
    body = data[: end + 1]
    try:
        yield fromstring(body)
        return
    except DefusedXmlException:
        yield "it has entities or a document type, which are not read"
        return
    except (ParseError, ValueError, LookupError) as error:
        reason = f"it is no XML: {error}"
    try:
        start = body.find(b"?>") + 2 if body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") else 0
        several = fromstring(b"<several>" + body[start:] + b"</several>")
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        yield reason
        return
    yield from several


def _state(batch: Batch, root: Any, path: str | None) -> None:
    def value(name: str) -> str:
        return (root.findtext(name) or "").strip()

    plays = whole(value("playcount")) or 0
    if plays < 0:
        refuse(f"its playcount is {plays}")
    if not plays and value("watched").lower() == "true":
        plays = 1
    rating = _number(value("userrating"))
    if not plays and not rating:
        return
    thing = _thing(root.tag, value, path)
    batch.things.append(thing)
    at = _local(value("lastplayed"))
    for ordinal in range(1, min(plays, MAX_PLAYS) + 1):
        batch.act(thing.key, "complete", at=at, ordinal=ordinal)
    if rating:
        batch.act(thing.key, "rate", min(5.0, max(1.0, rating / 2)), at, ordinal=1)


def _thing(tag: str, value: Any, path: str | None) -> Thing:
    title, year = value("title"), year_of(value("year") or value("premiered")[:4])
    series, season, episode = value("showtitle"), whole(value("season")), whole(value("episode"))
    if tag == "episodedetails" and season is not None and episode is not None and (series or path):
        key = f"{film_key(series, None)} {season}x{episode:02}" if series else str(path)
        return Thing(key, title or None, kind="video", series=series or None, season=season, episode=episode, path=path)
    if not title and path is None:
        refuse("it has no title")
    artist = value("artist") if tag == "musicvideo" else ""
    return Thing(film_key(title, year) if title else str(path), title or None, artist or None, None, year,
                 kind="video", path=path)  # fmt: skip


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if 0 < found <= 10 else 0.0


def _local(text: str) -> float:
    """Return seconds since the epoch of a time of this machine's zone; 0 where there is none."""
    try:
        return max(0.0, datetime.datetime.fromisoformat(text).astimezone().timestamp())
    except (ValueError, OverflowError, OSError):
        return 0.0


def need_some(files: Files) -> None:
    """Say so when a folder has no ``.nfo`` file.

    Raises:
        InputError: It has none.
    """
    if not find_nfo(files):
        raise InputError("there is no .nfo file in it", path=files.path)
