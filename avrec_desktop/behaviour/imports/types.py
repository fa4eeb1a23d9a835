"""What the readers of foreign formats give: things, acts in columns, bad rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

#: Acts of a table whose scale is known only when all of it was read.
RAW_RATING, RAW_INTEREST = 100, 101
#: Codes of kinds in stored blocks; 0 is a plain strength in [-1, 1].
STRENGTH = 0
KINDS: tuple[str, ...] = (
    "", "rate", "like", "dislike", "none", "play", "skip", "complete", "hide", "unhide", "queue"
)  # fmt: skip
CODES: dict[str, int] = {name: code for code, name in enumerate(KINDS)}

MediaKind = Literal["audio", "video"]


@dataclass(frozen=True, slots=True)
class Thing:
    """An item as a foreign source tells of it.

    Attributes:
        key: Its id there, the same wherever the source speaks of it.
        kind: ``audio``, ``video`` or None where the source does not say.
        duration: Seconds.
        path: Path of its media file, where the source knows one.
        fingerprint: Content identity as hex digits, in exports of this app.
        item_id: Id in this library, in exports of this app.
        mbid: MusicBrainz recording id.
    """

    key: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    category: str | None = None
    kind: MediaKind | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    duration: float | None = None
    path: str | None = None
    fingerprint: str | None = None
    item_id: int | None = None
    mbid: str | None = None


class BadRow(NamedTuple):
    """A row that was left out.

    Attributes:
        row: Line of a table, or number of the record in its file, from 1.
        reason: Why, for people.
        file: Name of the file inside a folder or archive; empty for a single file.
    """

    row: int
    reason: str
    file: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        out: dict[str, Any] = {"row": self.row, "reason": self.reason}
        return out | {"file": self.file} if self.file else out


def refuse(reason: str) -> NoReturn:
    """Leave the row at hand out.

    Raises:
        ValueError: Always, with the reason.
    """
    raise ValueError(reason)


@dataclass(slots=True)
class Batch:
    """Some rows of a source, in columns of the same length.

    Attributes:
        things: Items that the rows tell of.
        users: Who; the empty name is whoever imports.
        keys: Keys of the items.
        kinds: Codes of :data:`CODES`, or :data:`RAW_RATING`, :data:`RAW_INTEREST`.
        values: Stars, fractions or raw numbers; NaN where there is none.
        times: Seconds since the epoch; 0 where not known.
        ordinals: Which play of its item an act is, from 1, where the source only counts; 0: told apart by time.
        bad: Rows that were left out.
        done: Bytes read so far.
    """

    things: list[Thing] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    ordinals: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    done: int = 0

    def __len__(self) -> int:
        return len(self.keys)

    def act(
        self, key: str, kind: str, value: float = float("nan"), at: float = 0.0, *, user: str = "", ordinal: int = 0
    ) -> None:
        """Add one act."""
        self.users.append(user)
        self.keys.append(key)
        self.kinds.append(CODES[kind])
        self.values.append(value)
        self.times.append(at)
        self.ordinals.append(ordinal)

    @property
    def full(self) -> bool:
        """Whether it is time to hand it on."""
        return len(self.keys) >= 5000 or len(self.things) >= 5000 or len(self.bad) >= 5000


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder whose format is known.

    Attributes:
        format: Id of the format.
        path: The file or folder.
        own: Whether the rows are the history of whoever imports, not of many people.
        space: Items of the same key in the same space are the same thing.
        total: Bytes to read, for progress.
        read: Gives the rows; may be called more than once.
        digest: Gives the hash of what is read.
        notes: What the user should know of how it is read.
    """

    format: str
    path: Path
    own: bool
    space: str
    total: int
    read: Callable[[], Iterator[Batch]]
    digest: Callable[[], bytes]
    notes: tuple[str, ...] = ()
