"""Files beside a media file: folder art, Kodi and Jellyfin ``.nfo``, subtitles, lyrics. Runs in compute processes."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.library.words import clean

SUBTITLE_EXTENSIONS = frozenset({b"srt", b"vtt", b"ass", b"ssa"})
_PICTURES = frozenset({b"jpg", b"jpeg", b"png", b"webp"})
#: Names of folder art, best first; lower case, without extension.
_FOLDER_ART = (
    b"cover",
    b"folder",
    b"front",
    b"album",
    b"albumart",
    b"poster",
    b"artwork",
    b"thumb",
    b"movie",
    b"default",
)
_OWN_ART = (b"", b"-poster", b"-thumb", b"-cover", b".cover", b"-landscape", b"-fanart")
_NOT_LATIN = ["gb18030", "big5", "cp932", "euc_kr", "cp1251", "cp1253", "cp1255", "cp1256"]
_MAX_NFO = 1 << 20
_MAX_LYRICS = 1 << 18


@dataclass(slots=True)
class Beside:
    """What the files beside one media file say of it."""

    fields: dict[str, Any] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    artwork: str | None = None


class Shelf:
    """Listings of the directories that one batch of files lies in."""

    def __init__(self) -> None:
        self._directory: bytes | None = None
        self._names: dict[bytes, bytes] = {}
        self._pictures: dict[bytes, bytes] = {}

    def beside(self, path: bytes, kind: str) -> Beside:
        """Return what lies beside the file; a directory that cannot be listed has nothing."""
        directory, name = os.path.split(path)
        names = self.names(directory)
        stem = os.path.splitext(name)[0].lower()
        found = Beside(artwork=_art(self._pictures, stem, kind) if self._pictures else None)
        if kind == "video":
            nfo = names.get(stem + b".nfo") or names.get(b"movie.nfo")
            if nfo is not None:
                _read_nfo(os.path.join(directory, nfo), found)
        elif (lyrics := names.get(stem + b".lrc")) is not None:
            found.fields["lyrics"] = read_lyrics(os.path.join(directory, lyrics))
        return found

    def names(self, directory: bytes) -> dict[bytes, bytes]:
        """Return the entries of a directory: lower-case name to name."""
        if directory != self._directory:
            try:
                entries = os.listdir(directory)
            except OSError:
                entries = []
            self._directory, self._names = directory, {n.lower(): n for n in entries}
            self._pictures = {low: n for low, n in self._names.items() if low.rpartition(b".")[2] in _PICTURES}
        return self._names


def _art(names: dict[bytes, bytes], stem: bytes, kind: str) -> str | None:
    own = [stem + suffix for suffix in _OWN_ART]
    shared = list(_FOLDER_ART) if kind == "audio" else [b"poster", b"folder", b"cover", b"movie"]
    for base in own + shared:
        for extension in _PICTURES:
            name = names.get(base + b"." + extension)
            if name is not None:
                text = name.decode("utf-8", "replace")
                return f"file:{text}" if "\ufffd" not in text else None
    return None


def subtitles(directory: bytes, name: bytes, names: dict[bytes, bytes]) -> Iterator[tuple[bytes, str]]:
    """Yield (path, language or empty) of the subtitle files of a media file."""
    stem = os.path.splitext(name)[0].lower()
    for low, real in sorted(names.items()):
        base, _, extension = low.rpartition(b".")
        if extension in SUBTITLE_EXTENSIONS and (base == stem or base.startswith(stem + b".")):
            yield os.path.join(directory, real), base[len(stem) + 1 :].decode("ascii", "ignore")


def tells_of(path: bytes, media: bytes) -> bool:
    """Return whether a file is named after a media file of its directory, or is the ``movie.nfo`` of them all."""
    name = os.path.basename(path).lower()
    return name == b"movie.nfo" or name.startswith(os.path.splitext(os.path.basename(media))[0].lower() + b".")


def read_lyrics(path: bytes) -> str | None:
    """Return the text of an ``.lrc`` file without its time stamps."""
    try:
        with open(path, "rb") as source:
            data = source.read(_MAX_LYRICS)
    except OSError:
        return None
    lines = [re.sub(r"\[[^\]]*\]|<[\d:.]+>", "", line).strip() for line in decode(data).splitlines()]
    return clean("\n".join(line for line in lines if line), 20_000)


def decode(data: bytes) -> str:
    """Return bytes of an unknown encoding as text."""
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    letters = len(data) - sum(data.count(c) for c in b" \r\n\t")
    if sum(byte >= 0x80 for byte in data) * 4 < letters:
        return data.decode("cp1252", "replace")  # few odd letters in a Latin text: too little to guess from
    from charset_normalizer import from_bytes

    best = from_bytes(data[:65_536], cp_isolation=_NOT_LATIN).best()
    return data.decode(best.encoding if best is not None else "cp1252", "replace")


_NFO = {
    "title": "title", "year": "year", "premiered": "year", "aired": "year", "plot": "description",
    "showtitle": "series", "season": "season", "episode": "episode", "artist": "artist", "album": "album",
    "outline": "description", "director": "artist", "studio": "album_artist",
}  # fmt: skip


def _read_nfo(path: bytes, found: Beside) -> None:
    """Add the fields of a Kodi or Jellyfin ``.nfo``; one that is no such XML is left alone."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        with open(path, "rb") as source:
            data = source.read(_MAX_NFO)
        end = data.rfind(b">")  # scrapers append a plain address behind the XML
        root = fromstring(data[: end + 1])
    except (OSError, ParseError, DefusedXmlException, ValueError, LookupError):
        return
    genres = []
    for element in root:
        text = clean(element.text or "", 20_000)
        if text is None:
            continue
        if element.tag in ("genre", "tag"):
            genres.append(text)
        elif (name := _NFO.get(element.tag)) is not None:
            found.fields.setdefault(name, text)
    found.genres = tuple(genres)


#: How a name says that a number is that of an episode: S01E07, 1x07, Ep 7, 第7集, [07], "- 07", or first in the name.
_EPISODE = re.compile(
    r"s\d{1,2}[ ._-]*e\d|\b\d{1,2}x\d{1,4}\b|(?:\b|_)(?:e|ep|episode|folge|episodio|épisode|odc|серия)[ ._#-]*\d"
    r"|第\s*\d+\s*[集话話回]|[\[(]\d{1,3}(?:v\d)?[\])]|(?:[ ._]-[ ._]*|[\])][ ._]*)0\d[ ._]"
    r"|(?:^|[ ._]-[ ._]*|[\])][ ._]*)\d{1,4}(?:v\d)?(?=[ ._]*(?:$|[\[(-]|\d{3,4}[pi]\b))",
    re.IGNORECASE,
)
#: A name that begins with the number of the episode, so that the folders say of what.
_NUMBER_FIRST = re.compile(r"(?:s\d{1,2}[ ._-]*e|ep?(?:isode)?[ ._-]*)?(\d{1,4})(?:v\d)?(?=$|[ ._\[(-])", re.IGNORECASE)


def guess_from_name(path: bytes) -> dict[str, Any]:
    """Return title, series, season, episode and year that a video's file name and its two folders tell."""
    *folders, name = path.decode("utf-8", "replace").split(os.sep)[-3:]
    stem = os.path.splitext(name)[0]
    guess = _guess(name)
    if "episode" not in guess or _EPISODE.search(stem) is None:
        return _of_film(guess)
    above = _guess(os.path.join(*folders, "1x01.mkv"))
    first = _NUMBER_FIRST.match(stem)
    if first is not None and int(first[1]) == guess["episode"]:
        series, title = above.get("title"), guess.get("episode_title", guess.get("title"))
    else:
        series, title = guess.get("title"), guess.get("episode_title")
    season = guess.get("season", _guess(os.path.join(*folders, name)).get("season"))
    number = f"{guess['episode']:02}" if season is None else f"{season}x{guess['episode']:02}"
    out = {
        "series": series,
        "season": season,
        "episode": guess["episode"],
        "title": title or (f"{series} {number}" if series else None),
        "year": guess.get("year", above.get("year")),
    }
    return {key: value for key, value in out.items() if value is not None}


def _of_film(guess: dict[str, Any]) -> dict[str, Any]:
    """Return what a name without an episode tells; one that tells nothing else than a title is the title itself."""
    if "episode" in guess or "date" in guess or not guess.keys() & {"year", "screen_size", "source"}:
        return {}
    return {key: guess[key] for key in ("title", "year") if key in guess}


def _guess(text: str) -> dict[str, Any]:
    """Return what guessit reads from a path, the first of several values."""
    from guessit import guessit
    from guessit.api import GuessitException

    try:
        found = guessit(text, {"episode_prefer_number": True})
    except GuessitException:
        return {}
    return {key: value[0] if isinstance(value, list) and value else value for key, value in found.items()}
