"""What the columns of a table mean: by their names, by guessing from their cells, or as the user says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from avrec_desktop.behaviour.tables import moment

#: What a column can mean, and the names under which it is known, best first.
ROLES: dict[str, tuple[str, ...]] = {
    "user": ("user_id", "user", "userid", "uid", "profile", "username"),
    "item": (
        "video_id",
        "item_id",
        "item",
        "movieid",
        "itemid",
        "track_id",
        "song_id",
        "artist_id",
        "business_id",
        "id",
    ),
    "rating": ("rating", "score", "stars", "value", "userrating", "your rating"),
    "interest": (
        *("interest", "preference", "like", "liked", "watch_ratio", "completion", "play_fraction", "label"),
        "is_click",
    ),
    "plays": ("plays", "playcount", "play_count", "times_played", "weight"),
    "time": (
        *("timestamp", "time", "ts", "at", "date", "watched_at", "listened_at", "played_at", "last_played", "uts"),
        *("utc_time", "watched date", "time_ms"),
    ),
    "title": ("title", "name", "video_title", "movie_title", "track", "track_name", "song"),
    "artist": ("artist", "artist_name", "artistname", "performer", "band"),
    "album": ("album", "album_name", "release", "release_name"),
    "year": ("year", "release_year"),
    "category": ("category", "categories", "genre", "genres", "class", "tags", "topic"),
    "duration": ("duration", "length", "seconds", "duration_s"),
    "path": ("path", "file", "filename", "file_path", "location"),
    "mbid": ("mbid", "track_mbid", "recording_mbid", "musicbrainz_trackid"),
    "fingerprint": ("fingerprint",),
    "library_id": ("avrec_item",),
}
#: Columns of MovieLens' u.item behind the address, each 0 or 1.
GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
FLAG = "is "
Form = Literal["behaviour", "history", "items"]
FORMS: tuple[Form, ...] = ("behaviour", "history", "items")
_NAMED = frozenset(name for names in ROLES.values() for name in names)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the user corrected of how a table is read; None: found out.

    Attributes:
        delimiter: Between cells.
        encoding: Of the text.
        header: Whether the first line holds names.
        roles: Role (a key of :data:`ROLES`) to column name; what is not named has no column.
        form: ``behaviour`` (many people), ``history`` (one's own) or ``items``.
        me: The name in the user column that is whoever imports.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    roles: Mapping[str, str] | None = None
    form: Form | None = None
    me: str | None = None


@dataclass(frozen=True, slots=True)
class TablePreview:
    """How a table would be read.

    Attributes:
        path: The file.
        delimiter, encoding, header: As found or told.
        columns: Names of the columns.
        rows: Cells of the first rows, a tuple of the same length as ``columns`` each.
        roles: Role to column name.
        form: What the table is taken for; None where the columns do not tell.
        problem: Why it cannot be imported like this, or None.
        guessed: Whether the roles are guesses from the cells, as no name is known; nothing is imported by guesses.
    """

    path: Path
    delimiter: str
    encoding: str
    header: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    roles: dict[str, str]
    form: Form | None
    problem: str | None = None
    guessed: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "path": str(self.path),
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "header": self.header,
            "columns": list(self.columns),
            "rows": [list(r) for r in self.rows],
            "roles": dict(self.roles),
            "form": self.form,
            "problem": self.problem,
            "guessed": self.guessed,
        }


def find_roles(columns: Sequence[str]) -> dict[str, str]:
    """Return role to column, by the names of the columns; a column has one role."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for role, names in ROLES.items():
        found = next((n for n in names if n in columns and n not in taken), None)
        if found is not None:
            out[role] = found
            taken.add(found)
    return out


def is_header(cells: Sequence[str]) -> bool:
    """Whether these cells (in lower case) are names of columns: one is known, or none is empty or a number."""
    if any(c in _NAMED for c in cells):
        return True
    return not any(not c or is_number(c) or is_moment(c) for c in cells)


def is_moment(text: str) -> bool:
    """Whether a cell is a time."""
    try:
        moment(text)
    except (ValueError, OverflowError):
        return False
    return True


def is_number(text: str) -> bool:
    """Whether a cell is a number, also an infinite one."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def form_of(roles: Mapping[str, str]) -> Form | None:
    """Return what a table with these roles is, or None where they do not tell."""
    thing = any(r in roles for r in ("item", "title", "path", "library_id", "fingerprint"))
    if not thing:
        return None
    if "user" in roles:
        return "behaviour"
    if "time" in roles or ("plays" in roles and "category" not in roles):
        return "history"
    if "item" in roles and ("category" in roles or "title" in roles):
        return "items"
    return "history" if "rating" in roles or "interest" in roles or "plays" in roles else None


def guess_roles(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what columns of unknown names may mean, judged by their cells: times, ratings, people, titles."""
    out: dict[str, str] = {}
    words: list[tuple[float, str]] = []
    for n, column in enumerate(columns):
        cells = [row[n] for row in rows if row[n]]
        if not cells:
            continue
        if all(map(is_number, cells)):
            numbers = [float(c) for c in cells]
            if "rating" not in out and all(0 <= v <= 10 for v in numbers):
                out["rating"] = column
            elif "time" not in out and all(1e8 < v < 1e13 for v in numbers):
                out["time"] = column
            elif "user" not in out and len(set(cells)) < len(cells):
                out["user"] = column
            elif "item" not in out:
                out["item"] = column
        elif all(map(is_moment, cells)):
            out.setdefault("time", column)
        else:
            words.append((len(set(cells)) / len(cells), column))
    words.sort(key=lambda w: -w[0])
    if words:
        out["title"] = words.pop(0)[1]
    if words and words[-1][0] < 0.7 and "user" not in out:
        out["user"] = words.pop()[1]
    if words:
        out["artist"] = words.pop()[1]
    return out
