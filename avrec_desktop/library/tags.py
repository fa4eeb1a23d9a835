"""Reads tags with mutagen and brings the dialects of ID3, Vorbis, MP4, ASF and APE to one set of fields.

Runs in compute processes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from avrec_desktop.library.words import clean

#: What mutagen raises on real files beside its own errors (all seen in the wild).
TAG_ERRORS = (ValueError, IndexError, ZeroDivisionError, KeyError, TypeError, AttributeError, OverflowError,
              NotImplementedError, AssertionError, RecursionError, EOFError)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LONG = frozenset({"description", "lyrics"})
_SPLIT = re.compile(r"\s*[;/\0]\s*|\s*,\s+")


@dataclass(slots=True)
class TagSet:
    """What a file says of itself.

    Attributes:
        fields: Item fields: title, artist, album, album_artist, genre, year, track, disc, series, season, episode,
            description, language, lyrics; absent ones are left out.
        genres: The genres one by one.
        art: Whether a picture is embedded.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    art: bool = False

    def put(self, name: str, value: object) -> None:
        """Set a field from a raw tag value, unless it is set or nothing usable is left of the value."""
        if name in self.fields or value is None:
            return
        parsed = _PARSERS.get(name, _text)(name, value)
        if parsed is not None and not (name in _NAMES and says_nothing(str(parsed))):
            self.fields[name] = parsed

    def put_genres(self, values: Iterable[object]) -> None:
        """Take genre values, each possibly a list in one text."""
        names: list[str] = []
        for value in values:
            names += [g for g in map(clean, _SPLIT.split(str(value))) if g and not says_nothing(g)]
        unique = tuple(dict.fromkeys(n[:80] for n in names))[:12]
        if unique and not self.genres:
            self.genres = unique
            self.fields["genre"] = ", ".join(unique[:4])


def says_nothing(text: str) -> bool:
    """Whether a tag is a placeholder that rippers write for want of knowledge."""
    return text.casefold().strip("<>()[] ") in _PLACEHOLDERS


def _text(name: str, value: object) -> str | None:
    return clean(value, 20_000 if name in _LONG else 500)


def _year(_name: str, value: object) -> int | None:
    found = _YEAR.search(str(value))
    return int(found[1]) if found else None


def _number(_name: str, value: object) -> int | None:
    found = re.match(r"\s*(\d{1,6})", str(value))
    return int(found[1]) if found else None


_PARSERS: dict[str, Callable[[str, object], Any]] = {
    "year": _year,
    "track": _number,
    "disc": _number,
    "season": _number,
    "episode": _number,
}

#: Fields in which a placeholder is worse than nothing, and the placeholders.
_NAMES = frozenset({"artist", "album", "album_artist", "genre"})
_PLACEHOLDERS = frozenset(
    {"", "none", "unknown", "unknown artist", "unknown album", "unknown genre", "various", "other", "n/a", "no artist"}
)

_ID3 = {
    "TIT2": "title", "TPE1": "artist", "TALB": "album", "TPE2": "album_artist", "TDRC": "year", "TDOR": "year",
    "TDRL": "year", "TYER": "year", "TRCK": "track", "TPOS": "disc", "TLAN": "language", "TVSH": "series",
}  # fmt: skip
_VORBIS = {
    "title": "title", "artist": "artist", "album": "album", "albumartist": "album_artist",
    "album artist": "album_artist",
    "date": "year", "year": "year", "originaldate": "year", "tracknumber": "track", "track": "track",
    "discnumber": "disc", "disc": "disc", "description": "description", "comment": "description",
    "synopsis": "description", "language": "language", "lyrics": "lyrics", "unsyncedlyrics": "lyrics", "show": "series",
    "season_number": "season", "episode_sort": "episode", "performer": "artist",
}  # fmt: skip
_MP4 = {
    "\xa9nam": "title", "\xa9ART": "artist", "\xa9alb": "album", "aART": "album_artist", "\xa9day": "year",
    "trkn": "track", "disk": "disc", "ldes": "description", "desc": "description", "\xa9cmt": "description",
    "\xa9lyr": "lyrics", "tvsh": "series", "tvsn": "season", "tves": "episode",
}  # fmt: skip
_ASF = {
    "Title": "title", "Author": "artist", "WM/AlbumTitle": "album", "WM/AlbumArtist": "album_artist", "WM/Year": "year",
    "WM/TrackNumber": "track", "WM/PartOfSet": "disc", "Description": "description", "WM/Language": "language",
    "WM/Lyrics": "lyrics", "WM/SeriesName": "series", "WM/SeasonNumber": "season", "WM/EpisodeNumber": "episode",
}  # fmt: skip
#: Names that FFmpeg gives to tags of any container, lower case.
FFMPEG = _VORBIS | {"album_artist": "album_artist", "creation_time": "", "episode_id": "", "lyrics-eng": "lyrics"}
_CHAPTER = re.compile(r"chapter\d+name")
_RIFF_INFO = {
    b"INAM": "title", b"IART": "artist", b"IPRD": "album", b"ICRD": "year", b"ITRK": "track", b"IPRT": "track",
    b"ICMT": "description", b"ILNG": "language",
}  # fmt: skip


def from_mutagen(tags: Any) -> TagSet:
    """Return the fields of a mutagen tag object of any dialect (or None).

    Raises:
        ValueError: and the other :data:`TAG_ERRORS`, on damaged tags.
    """
    found = TagSet()
    if not tags:
        return found
    dialect = type(tags).__name__
    if hasattr(tags, "getall"):
        _read_id3(tags, found)
    elif dialect == "MP4Tags":
        _read_plain(tags, _MP4, found, "\xa9gen")
        found.art = bool(tags.get("covr"))
    elif dialect == "ASFTags":
        _read_plain(tags, _ASF, found, "WM/Genre")
        found.art = "WM/Picture" in tags
    else:
        lower = {str(key).lower(): tags[key] for key in tags.keys()}  # noqa: SIM118 - some dialects iterate as pairs
        _read_plain(lower, _VORBIS, found, "genre")
        found.art = "metadata_block_picture" in lower or "coverart" in lower or "cover art (front)" in lower
    return found


def chapter_titles(file: Any) -> list[str]:
    """Return the titles of the chapters of a file that mutagen read: ID3, MP4, or Vorbis comments.

    Raises:
        ValueError: and the other :data:`TAG_ERRORS`, on damaged tags.
    """
    tags = file.tags
    if type(tags).__name__ == "MP4Tags":
        titles = [chapter.title for chapter in file.chapters or ()]
    elif hasattr(tags, "getall"):
        chapters = sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)
        titles = [_first(frame.sub_frames["TIT2"]) for frame in chapters if "TIT2" in frame.sub_frames]
    else:
        known = {str(key).lower(): tags[key] for key in tags.keys()} if tags else {}  # noqa: SIM118 - as above
        titles = [_first(known[key]) for key in sorted(known) if _CHAPTER.fullmatch(key)]
    return [title for title in (str(value).strip() for value in titles) if title]


def _read_id3(tags: Any, found: TagSet) -> None:
    for frame, name in _ID3.items():
        if frame in tags:
            found.put(name, _first(tags[frame]))
    found.put_genres(genre for frame in tags.getall("TCON") for genre in frame.genres)
    for name, frames in (("description", tags.getall("COMM")), ("lyrics", tags.getall("USLT"))):
        for frame in frames:
            if not str(getattr(frame, "desc", "")).startswith(("iTun", "ID3v1")):
                found.put(name, frame.text if isinstance(frame.text, str) else _first(frame))
    found.art = any(len(frame.data) > 0 for frame in tags.getall("APIC"))


def _read_plain(tags: Any, names: dict[str, str], found: TagSet, genre: str) -> None:
    for key, name in names.items():
        if key in tags:
            found.put(name, _first(tags[key]))
    if genre in tags:
        values = tags[genre]
        found.put_genres(values if isinstance(values, list) else [values])


def _first(value: Any) -> Any:
    """Return the first of a multiple value; several artists are joined."""
    if hasattr(value, "text") and isinstance(value.text, list):
        value = value.text
    if isinstance(value, list | tuple):
        if not value:
            return None
        if isinstance(value[0], tuple):  # MP4: (track, tracks)
            return value[0][0] or None
        return ", ".join(str(v) for v in value[:4]) if isinstance(value[0], str) and len(value) > 1 else value[0]
    return value


def from_ffmpeg(metadata: dict[str, str]) -> TagSet:
    """Return the fields of the metadata that FFmpeg found."""
    found = TagSet()
    for key, value in metadata.items():
        name = FFMPEG.get(key.lower())
        if name:
            found.put(name, value)
        elif key.lower() == "genre":
            found.put_genres([value])
    return found


def from_riff_info(source: BinaryIO, start: int, end: int) -> TagSet:
    """Return the fields of a RIFF ``LIST INFO`` chunk, which mutagen does not read."""
    found = TagSet()
    source.seek(start)
    data = source.read(min(end - start, 65_536))
    at = 4
    while at + 8 <= len(data):
        name = data[at : at + 4]
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        text = data[at + 8 : at + 8 + length].split(b"\0")[0]
        value = text.decode("utf-8") if _is_utf8(text) else text.decode("cp1252", "replace")
        if name == b"IGNR":
            found.put_genres([value])
        elif name in _RIFF_INFO:
            found.put(_RIFF_INFO[name], value)
        at += 8 + length + (length & 1)
    return found


def pictures(file: Any) -> list[bytes]:
    """Return the embedded pictures of a mutagen file, front cover first.

    Raises:
        ValueError: and the other :data:`TAG_ERRORS`, on damaged tags.
    """
    tags = file.tags if file.tags is not None else {}
    found: list[tuple[bool, bytes]] = []
    if hasattr(tags, "getall"):
        found = [(f.type == 3, f.data) for f in tags.getall("APIC")]
    elif "covr" in tags:
        found = [(True, bytes(c)) for c in tags["covr"]]
    elif "WM/Picture" in tags:
        found = [(True, _asf_picture(p.value)) for p in tags["WM/Picture"]]
    else:
        found = [(p.type == 3, p.data) for p in getattr(file, "pictures", [])]
        found += [(p.type == 3, p.data) for p in map(_vorbis_picture, tags.get("metadata_block_picture", []))]
        found += [(True, base64.b64decode(c)) for c in tags.get("coverart", [])]
        if "Cover Art (Front)" in tags:  # APE: a file name, NUL, then the picture
            found.append((True, tags["Cover Art (Front)"].value.partition(b"\0")[2]))
    return [data for _, data in sorted(found, key=lambda pair: not pair[0]) if data]


def _vorbis_picture(text: str) -> Any:
    from mutagen.flac import Picture

    return Picture(base64.b64decode(text))


def _asf_picture(data: bytes) -> bytes:
    """Return the picture in a WM/Picture value: type, length, then MIME type and description in UTF-16."""
    length = int.from_bytes(data[1:5], "little")
    return data[-length:] if 0 < length < len(data) else b""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
