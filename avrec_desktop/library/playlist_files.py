"""Reads and writes playlist files: M3U, M3U8 and XSPF (https://xspf.org/spec). What a file says is not trusted."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from avrec_desktop.api.errors import InputError
from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.library import sidecars
from avrec_desktop.library.types import Item
from avrec_desktop.library.words import clean

Format = Literal["m3u8", "xspf"]
#: Largest file that is read, bytes: a million entries.
MAX_BYTES = 64 << 20
_SPACE = "http://xspf.org/ns/0/"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters or more: "C:" is a drive
_DRIVE = re.compile(rb"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a playlist file.

    Attributes:
        location: Path or address as written.
        title: What the file calls it, or empty.
        path: Bytes of the path it means, relative to the file unless absolute; None for an address on the net.
        also: Bytes of the path that it means if there is no file at ``path``: some programs write addresses where
            paths belong, others put plain names into addresses.
    """

    location: str
    title: str = ""
    path: bytes | None = None
    also: bytes | None = None


@dataclass(slots=True)
class PlaylistFile:
    """Contents of a playlist file."""

    title: str | None = None
    entries: list[Entry] = field(default_factory=list)


def read(path: Path) -> PlaylistFile:
    """Read a playlist file; the contents tell the format.

    Raises:
        InputError: It cannot be read, is too large, or is no playlist.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("it is too large for a playlist.", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}.", path=path) from error
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        return _read_xspf(data, path)
    if b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("it is no playlist.", path=path, hint="M3U, M3U8 and XSPF can be read.")
    return read_m3u(data)


def read_m3u(data: bytes) -> PlaylistFile:
    """Return the entries of an M3U file, whatever bytes it holds."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    text_of = "utf-8" if _is_utf8(data) else None
    out = PlaylistFile()
    title = ""
    for raw in data.removeprefix(b"\xef\xbb\xbf").splitlines():
        line = raw.strip()
        if not line:
            continue
        text = line.decode(text_of) if text_of else sidecars.decode(line)
        if line.startswith(b"#"):
            key, _, value = text.partition(":")
            if key.upper() == "#EXTINF":
                title = clean(value.partition(",")[2]) or ""
            elif key.upper() == "#PLAYLIST":
                out.title = clean(value, 200) or out.title
            continue
        out.entries.append(_entry(line, text, title))
        title = ""
    return out


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _entry(line: bytes, text: str, title: str) -> Entry:
    shown = clean(text, 4000) or "?"
    if _SCHEME.match(text):
        return _of_url(text, shown, title)
    return Entry(shown, title, line, unquote_to_bytes(line) if b"%" in line else None)


def _of_url(url: str, shown: str, title: str) -> Entry:
    path = _path_of_url(url)
    whole = None if path is None else _path_of_url(url.replace("?", "%3F").replace("#", "%23"))
    return Entry(shown, title, path, whole if whole != path else None)


def _path_of_url(url: str) -> bytes | None:
    """Return the path that a ``file:`` address or a relative reference means; None for addresses on the net."""
    if not _SCHEME.match(url) and _DRIVE.match(url.encode("utf-8", "replace")):
        return url.encode("utf-8", "replace")
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        return None
    path = unquote_to_bytes(parts.path)
    return path[1:] if _DRIVE.match(path[1:]) else path or None


def _read_xspf(data: bytes, path: Path) -> PlaylistFile:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InputError(f"it is no readable XSPF: {error}.", path=path) from error
    if root.tag.rpartition("}")[2] != "playlist":
        raise InputError("it is no XSPF playlist.", path=path, hint="M3U, M3U8 and XSPF can be read.")
    out = PlaylistFile()
    for element in root:
        name = element.tag.rpartition("}")[2]
        if name == "title":
            out.title = clean(element.text or "", 200)
        elif name == "trackList":
            for track in element:
                facts = {part.tag.rpartition("}")[2]: (part.text or "").strip() for part in reversed(track)}
                title = " – ".join(v for v in (clean(facts.get(k, "")) for k in ("creator", "title")) if v)
                location = facts.get("location", "")
                shown = clean(location, 4000) or title or "?"
                out.entries.append(_of_url(location, shown, title) if location else Entry(shown, title))
    return out


# Finding entries in the library.


def resolve(db: sqlite3.Connection, entries: Sequence[Entry], source: Path) -> tuple[list[int], list[Entry]]:
    """Return the ids of the items that the entries mean, in order, and the entries that are not in the library.

    An entry whose path is not known, as in a list from another machine, is taken for the only file of the library
    with the same name, or the only one whose folder has the same name too.

    Args:
        db: A connection of the library.
        entries: What the file says.
        source: The playlist file; relative paths start in its folder.
    """
    base = os.fsencode(os.path.dirname(os.path.abspath(source)))
    elsewhere: dict[bytes, list[tuple[bytes, int]]] | None = None
    ids, unknown = list[int](), list[Entry]()
    for entry in entries:
        paths = [path for path in (entry.path, entry.also) if path is not None]
        item = _first(_at_path(db, base, path) for path in paths)
        if item is None and paths:
            names = elsewhere = elsewhere if elsewhere is not None else _by_name(db)
            item = _first(_alike(names, path) for path in paths)
        if item is None:
            unknown.append(entry)
        else:
            ids.append(item)
    return ids, unknown


def _first(found: Iterable[int | None]) -> int | None:
    return next((item for item in found if item is not None), None)


def _at_path(db: sqlite3.Connection, base: bytes, path: bytes) -> int | None:
    for written in dict.fromkeys((path, path.replace(b"\\", b"/"))):
        found = db.execute(
            "SELECT item_id FROM files WHERE path = ?", (os.path.normpath(os.path.join(base, written)),)
        ).fetchone()
        if found is not None:
            return int(found["item_id"])
    return None


def _by_name(db: sqlite3.Connection) -> dict[bytes, list[tuple[bytes, int]]]:
    out: dict[bytes, list[tuple[bytes, int]]] = {}
    for row in db.execute("SELECT path, item_id FROM files"):
        out.setdefault(os.path.basename(row["path"]).lower(), []).append((row["path"], row["item_id"]))
    return out


def _alike(files: dict[bytes, list[tuple[bytes, int]]], path: bytes) -> int | None:
    parts = [p.lower() for p in re.split(rb"[\\/]", path) if p]
    same = files.get(parts[-1], []) if parts else []
    if len({item for _, item in same}) > 1 and len(parts) > 1:
        same = [s for s in same if os.path.basename(os.path.dirname(s[0])).lower() == parts[-2]]
    items = {item for _, item in same}
    return items.pop() if len(items) == 1 else None


# Writing.


def write(path: Path, title: str, items: Sequence[Item], kind: Format | None = None) -> int:
    """Write a playlist file in one step; returns the number of entries.

    Raises:
        InputError: The name tells no format, or the file cannot be written.
    """
    chosen = kind or {".m3u8": "m3u8", ".m3u": "m3u8", ".xspf": "xspf"}.get(path.suffix.lower())
    if chosen not in ("m3u8", "xspf"):
        raise InputError("the name tells no format.", path=path, hint="End it with .m3u8 or .xspf.")
    base = os.fsencode(os.path.dirname(os.path.abspath(path)))
    data = _m3u8(title, items, base) if chosen == "m3u8" else _xspf(title, items, base)
    try:
        write_atomic(path, data)
    except OSError as error:
        raise InputError(f"it cannot be written: {error.strerror or error}.", path=path) from error
    return len(items)


def _relative(path: str, base: bytes) -> bytes:
    """Return the path as the playlist says it: relative where both lie on one drive."""
    raw = os.fsencode(path)
    try:
        return os.path.relpath(raw, base)
    except ValueError:  # another drive, on Windows
        return raw


def _m3u8(title: str, items: Sequence[Item], base: bytes) -> bytes:
    lines = [b"#EXTM3U", b"#PLAYLIST:" + " ".join(_line(title).split()).encode()]
    for item in items:
        name = " - ".join(part for part in (item.artist, item.title) if part)
        seconds = round(item.duration) if item.duration > 0 else -1
        lines.append(f"#EXTINF:{seconds},{clean(name) or '?'}".replace("\n", " ").encode("utf-8", "replace"))
        lines.append(_m3u_path(_relative(item.path, base), item.path))
    return b"\n".join(lines) + b"\n"


def _m3u_path(relative: bytes, path: str) -> bytes:
    """Return a path that reads back as itself: a comment, an address or spaces at its ends would not."""
    if len(relative.splitlines()) > 1 or relative != relative.strip():
        return b"file://" + quote_from_bytes(os.fsencode(path)).encode()
    if relative.startswith(b"#") or _SCHEME.match(relative.decode("utf-8", "replace")):
        return b"./" + relative
    return relative


def _xspf(title: str, items: Sequence[Item], base: bytes) -> bytes:
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("playlist", version="1", xmlns=_SPACE)
    SubElement(root, "title").text = clean(title, 200)
    tracks = SubElement(root, "trackList")
    for item in items:
        track = SubElement(tracks, "track")
        relative = _relative(item.path, base).replace(os.sep.encode(), b"/")
        SubElement(track, "location").text = quote_from_bytes(relative)
        SubElement(track, "title").text = _line(item.title)
        if item.artist:
            SubElement(track, "creator").text = _line(item.artist)
        if item.album:
            SubElement(track, "album").text = _line(item.album)
        if item.track:
            SubElement(track, "trackNum").text = str(item.track)
        if item.duration > 0:
            SubElement(track, "duration").text = str(round(item.duration * 1000))
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _line(text: str) -> str:
    return clean(text.encode("utf-8", "replace").decode()) or "?"
