"""Plain values of the catalogue, free of Qt and of SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from avrec_desktop.api.media import Kind

Status = Literal["named", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class ItemTag:
    """A tag of an item: name, probability in [0, 1], and who says so (``file``, ``user``, an extractor's id)."""

    name: str
    p: float
    source: str


@dataclass(frozen=True, slots=True)
class Item:
    """One recording or film with what the catalogue knows of it and of the profile's use of it.

    Attributes:
        id: Stable id.
        path: Path of the first present copy (or the last known one), surrogate escapes for odd bytes.
        available: Whether a copy can be opened now.
        tags: Best first; filled by :meth:`Library.item`, short (at most 5) in lists.
        liked: 1 like, -1 dislike, 0 neither.
        artwork: Opaque reference for the thumbnail loader, or None.
    """

    id: int
    path: str
    kind: Kind
    status: Status
    title: str
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    year: int | None = None
    track: int | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    description: str | None = None
    duration: float = 0.0
    container: str | None = None
    audio_codec: str | None = None
    video_codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    bit_rate: int | None = None
    has_audio: bool = False
    has_video: bool = False
    size: int = 0
    artwork: str | None = None
    available: bool = True
    reason: str | None = None
    added_at: float = 0.0
    rating: float | None = None
    liked: int = 0
    hidden: bool = False
    plays: int = 0
    skips: int = 0
    last_played: float | None = None
    position: float = 0.0
    tags: tuple[ItemTag, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the row of ``avrec items --json``."""
        return {
            "id": self.id,
            "path": self.path.encode("utf-8", "replace").decode(),
            "kind": self.kind,
            "title": self.title,
            "artist": self.artist,
            "album": self.album,
            "year": self.year,
            "duration": self.duration,
            "tags": [{"name": t.name, "p": t.p, "source": t.source} for t in self.tags],
            "rating": self.rating,
            "plays": self.plays,
            "available": self.available,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A file (and an extractor, for analysis) that failed, with a reason for people."""

    path: str
    reason: str
    extractor: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Return JSON values."""
        out = {"path": self.path.encode("utf-8", "replace").decode(), "reason": self.reason}
        return out if self.extractor is None else out | {"extractor": self.extractor}


@dataclass(slots=True)
class ScanResult:
    """Outcome of a scan; the counts are of files.

    Attributes:
        added: Files read for the first time.
        updated: Files whose content or tags changed, or that were moved.
        unchanged: Files that were as the catalogue knows them.
        missing: Files that went since the last scan.
        failed: Files and folders that cannot be read, those known from earlier scans included.
        seconds: Duration.
        warnings: Files that were read but are odd (cut short), told when they are read.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    missing: int = 0
    failed: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    warnings: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Folder:
    """A source folder.

    Attributes:
        path: As text, surrogate escapes for odd bytes.
        label: Short name for people.
        available: Whether it could be read when last looked at.
        scanned_at: End of the last scan, seconds since the epoch, or None.
        n_items: Number of readable items with a file in it that is present or on a drive that is away.
        sample: Whether the app made it as sample media.
    """

    id: int
    path: str
    label: str
    available: bool = True
    scanned_at: float | None = None
    n_items: int = 0
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """What to list.

    Attributes:
        text: Search text, see :mod:`avrec_desktop.library.query`; every plain word must match the beginning of a word
            in a field, file name or tag.
        kind: Only this kind.
        folder_id: Only this source folder.
        filter: One of the standing filters; ``any`` leaves nothing out.
        sort: Column name of the order: title, artist, album, year, duration, added, plays, rating, path,
            or relevance (only with a text).
        descending: Turn the order round.
        profile: Whose ratings and plays to join.
    """

    text: str = ""
    kind: Kind | None = None
    folder_id: int | None = None
    filter: Literal["all", "any", "liked", "unplayed", "recent", "failed", "hidden", "unavailable"] = "all"
    sort: str = "title"
    descending: bool = False
    profile: str = "default"
