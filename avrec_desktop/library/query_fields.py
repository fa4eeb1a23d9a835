"""The fields of the query language: which there are, which values they take, and what a term asks for."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from avrec_desktop.library.words import fold

Named = Literal["tag", "genre", "mood", "topic", "playlist"]


class QueryValueError(ValueError):
    """A value that does not fit its field; ``hint`` says what would."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


# What a term asks for.


@dataclass(frozen=True, slots=True)
class Words:
    """Words in the full text.

    Attributes:
        phrase: Whether they must stand as they are, side by side and whole.
        column: Column of the full text, or None for all.
    """

    text: str
    phrase: bool = False
    column: str | None = None


@dataclass(frozen=True, slots=True)
class WordsIn:
    """Words in a column of ``items`` that is only part of a column of the full text."""

    column: str
    text: str
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number between two bounds.

    Attributes:
        column: Name in :data:`NUMBERS` of the listing.
        low, high: Bounds; None: open on this side.
        open_low, open_high: Whether the bound itself is left out.
        from_now: Whether the bounds are seconds after the present moment.
    """

    column: str
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False
    from_now: bool = False

    def holds_zero(self) -> bool:
        """Return whether zero lies between the bounds."""
        above = self.low is None or self.low < 0 or (self.low == 0 and not self.open_low)
        return above and (self.high is None or self.high > 0 or (self.high == 0 and not self.open_high))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that is not known."""

    column: str


@dataclass(frozen=True, slots=True)
class NamedAs:
    """A tag, genre, mood, topic or playlist of a name."""

    kind: Named
    text: str
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class InFolder:
    """A folder, at any depth, whose name holds the text; with slashes: whose path does."""

    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that holds or does not, a key of the listing's conditions."""

    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words that are said or sung, by transcripts and subtitles; together in one passage."""

    text: str
    phrase: bool = False


Leaf = Words | WordsIn | Bounds | Unknown | NamedAs | InFolder | Fact | Said


class Field(Protocol):
    """What a field can do."""

    @property
    def values(self) -> Sequence[str]:
        """Values to offer; empty where they come from the library."""

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return what a term asks for.

        Raises:
            QueryValueError: The value does not fit.
        """


@dataclass(frozen=True, slots=True)
class TextField:
    """Words in a field."""

    name: str
    column: str | None = None  # of the full text
    within: str | None = None  # column of ``items``
    named: Named | None = None
    said: bool = False
    values: Sequence[str] = ()

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the words to find."""
        if operator not in (":", "=", "!="):
            raise QueryValueError(f"“{self.name}” cannot be compared by size.", f"Write {self.name}:{value}.")
        phrase = quoted or operator == "="
        if self.said:
            return Said(value, phrase)
        if self.named is not None:
            return NamedAs(self.named, value, phrase)
        if self.within is not None:
            return WordsIn(self.within, value, phrase)
        return Words(value, phrase, self.column)


@dataclass(frozen=True, slots=True)
class FolderField:
    """Folders by name."""

    name: str = "folder"
    values: Sequence[str] = ()

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the folder to find."""
        if operator not in (":", "=", "!="):
            raise QueryValueError("a folder cannot be compared by size.", f"Write folder:{value}.")
        return InFolder(value)


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number; ``unit`` is what one typed means in the column, ``near`` how far from it still counts as equal."""

    name: str
    column: str
    unit: float = 1.0
    near: float = 0.0
    values: Sequence[str] = ()

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the bounds."""
        text = value.strip().lower()
        if text in ("none", "unknown", "?"):
            return Unknown(self.column)
        if (span := re.fullmatch(r"(\d+(?:\.\d+)?)(?:-|\.\.)(\d+(?:\.\d+)?)", text)) is not None:
            return self._span(operator, float(span[1]), float(span[2]))
        decade = re.fullmatch(r"(\d{2}|\d{3}0)s", text) if self.column == "year" else None
        if decade is not None:
            first = int(decade[1])
            first += 0 if first > 99 else 1900 if first >= 30 else 2000
            return self._span(operator, first, first + 9)
        if re.fullmatch(r"\d+(?:\.\d+)?", text) is None:
            raise QueryValueError(f"“{value}” is no number.", f"Write for example {self.name}>{self._example()}.")
        return bounds(self.column, operator, float(text) * self.unit, 0.0, self.near * self.unit)

    def _example(self) -> str:
        return "2010" if self.column == "year" else "3"

    def _span(self, operator: str, low: float, high: float) -> Leaf:
        if low > high:
            raise QueryValueError("the range begins behind its end.", f"Write {self.name}:{high:g}-{low:g}.")
        return span(self.column, operator, low * self.unit, high * self.unit)


def bounds(column: str, operator: str, value: float, width: float = 0.0, near: float = 0.0) -> Bounds:
    """Return the bounds that an operator and a value mean.

    Args:
        column: The column.
        operator: ``:``, ``=``, ``!=`` (the caller turns it round) or a comparison.
        value: The value.
        width: Equal are the numbers from the value on for so much (the grain of what was typed).
        near: Equal are the numbers that are nearer than this.
    """
    if operator == ">":
        return Bounds(column, value, None, open_low=True)
    if operator == ">=":
        return Bounds(column, value)
    if operator == "<":
        return Bounds(column, None, value, open_high=True)
    if operator == "<=":
        return Bounds(column, None, value)
    if width or near:
        return Bounds(column, value - near, value + (width or near), open_high=True)
    return Bounds(column, value, value)


def span(column: str, operator: str, low: float, high: float) -> Bounds:
    """Return the bounds that an operator and a range mean: after its end, before its start, or in it."""
    if operator == ">":
        return Bounds(column, high, None, open_low=True)
    if operator == "<":
        return Bounds(column, None, low, open_high=True)
    return Bounds(column, None if operator == "<=" else low, None if operator == ">=" else high)


_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
_TIME_PART = re.compile(r"(\d+(?:\.\d+)?)(sec|min|s|m|h)")


@dataclass(frozen=True, slots=True)
class DurationField:
    """A length: ``10m``, ``1h30m``, ``90s`` or ``4:30``."""

    name: str = "duration"
    values: Sequence[str] = ("<5m", "<10m", ">20m", ">1h")

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the bounds in seconds."""
        seconds, grain = self._seconds(value.strip().lower())
        return bounds("duration", operator, seconds, grain)

    @staticmethod
    def _seconds(text: str) -> tuple[float, float]:
        if re.fullmatch(r"\d{1,4}(:\d{2}){1,2}", text) is not None:
            total = 0.0
            for part in text.split(":"):
                total = total * 60 + int(part)
            return total, 1.0
        parts = _TIME_PART.findall(text)
        if not parts or "".join(n + u for n, u in parts) != text:
            raise QueryValueError(f"“{text}” is no length of time.", "Write for example duration<10m, 90s or 1h30m.")
        return sum(float(n) * _UNITS[u] for n, u in parts), float(min(_UNITS[u] for _, u in parts))


_AGES = {"h": 3600, "d": 86_400, "w": 7 * 86_400, "m": 30.44 * 86_400, "mo": 30.44 * 86_400, "y": 365.25 * 86_400}
_AGE = re.compile(r"(\d+(?:\.\d+)?)(h|d|w|mo|m|y)")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class DateField:
    """A moment: an age (``7d``, ``2w``, ``3mo``, ``1y``), a date (``2024``, ``2024-05-17``), today or yesterday.

    ``added<7d`` and ``added:7d`` are less than seven days ago; ``added>2024`` is after that year.
    """

    name: str
    column: str
    values: Sequence[str] = ("<7d", "<1mo", ">1y", ":today")

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the bounds in seconds since the epoch, or from now."""
        text = value.strip().lower()
        if (age := _AGE.fullmatch(text)) is not None:
            back = -float(age[1]) * _AGES[age[2]]
            older = operator in (">", ">=")
            return (
                Bounds(self.column, None, back, from_now=True)
                if older
                else Bounds(self.column, back, None, from_now=True)
            )
        if text in ("never", "none"):
            return Unknown(self.column)
        first, last = self._days(text)
        start, end = (dt.datetime.combine(d, dt.time()).astimezone().timestamp() for d in (first, last))
        if operator in ("<", ">="):
            return bounds(self.column, operator, start)
        if operator in (">", "<="):
            return Bounds(self.column, end) if operator == ">" else Bounds(self.column, None, end, open_high=True)
        return Bounds(self.column, start, end, open_high=True)

    def _days(self, text: str) -> tuple[dt.date, dt.date]:
        """Return the first day meant and the first one after."""
        today = dt.datetime.now().astimezone().date()
        day = dt.timedelta(days=1)
        if text in ("today", "yesterday"):
            first = today if text == "today" else today - day
            return first, first + day
        found = _DATE.fullmatch(text)
        try:
            if found is None:
                raise ValueError(text)  # noqa: TRY301
            year, month, date = (int(part) if part else None for part in found.groups())
            assert year is not None
            if date is not None and month is not None:
                first = dt.date(year, month, date)
                return first, first + day
            if month is not None:
                return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]) + day
            return dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        except (ValueError, OverflowError) as error:
            example = f"Write for example {self.name}<7d, {self.name}>2024-05 or {self.name}:today."
            raise QueryValueError(f"“{text}” is no date and no age.", example) from error


@dataclass(frozen=True, slots=True)
class PlaysField:
    """``played>3`` counts plays, ``played<7d`` asks when it was last."""

    name: str = "played"
    values: Sequence[str] = (">3", "<7d", ":never")

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return bounds of the number or of the time."""
        text = value.strip().lower()
        if text.isascii() and text.isdigit():
            return NumberField(self.name, "plays").leaf(operator, text, quoted=quoted)
        try:
            return DateField(self.name, "last_played").leaf(operator, text, quoted=quoted)
        except QueryValueError as problem:
            hint = "Write for example played>3, played<7d or played:never."
            raise QueryValueError(f"“{value}” is no number and no age.", hint) from problem


_SIZES = {"": 1e6, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}


@dataclass(frozen=True, slots=True)
class SizeField:
    """A size of the file: ``500m``, ``1.5g``; megabytes without a unit."""

    name: str = "size"
    values: Sequence[str] = (">100m", ">1g")

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the bounds in bytes."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmgt]?)b?", value.strip().lower())
        if found is None:
            raise QueryValueError(f"“{value}” is no size.", "Write for example size>500m or size<1.5g.")
        unit = _SIZES[found[2]]
        return bounds("size", operator, float(found[1]) * unit, unit)


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of a few words, each with the fact it stands for."""

    name: str
    facts: Mapping[str, str]
    shown: Sequence[str] = ()

    @property
    def values(self) -> Sequence[str]:
        """The words to offer."""
        return self.shown or tuple(self.facts)

    def leaf(self, operator: str, value: str, *, quoted: bool) -> Leaf:
        """Return the fact."""
        if operator not in (":", "=", "!="):
            raise QueryValueError(f"“{self.name}” cannot be compared by size.", f"Write {self.name}:{value}.")
        key = self.facts.get(fold(value.strip()))
        if key is None:
            raise QueryValueError(f"“{value}” is not known here.", f"Known: {', '.join(self.values)}.")
        return Fact(key)


_KINDS = {"audio": "audio", "music": "audio", "song": "audio", "video": "video", "film": "video", "movie": "video"}
_KINDS |= {"音乐": "audio", "视频": "video"}
_HAS = ("subtitles", "speech", "lyrics", "chapters", "artwork", "tags", "rating", "artist", "album", "genre", "year",
        "series", "description", "audio", "video", "copies", "warning", "playlist")  # fmt: skip
_IS = ("liked", "disliked", "unplayed", "played", "unrated", "hidden", "available", "offline", "missing", "failed",
       "edited", "unfinished")  # fmt: skip

_ALL: tuple[tuple[str, Field, tuple[str, ...]], ...] = (
    ("title", TextField("title", "title"), ("标题",)),
    ("artist", TextField("artist", "artist"), ("by", "艺术家", "艺人")),
    ("album", TextField("album", "album"), ("专辑",)),
    ("genre", TextField("genre", named="genre"), ("流派",)),
    ("mood", TextField("mood", named="mood"), ("情绪",)),
    ("topic", TextField("topic", named="topic"), ("主题",)),
    ("tag", TextField("tag", named="tag"), ("tags", "标签")),
    ("kind", ChoiceField("kind", _KINDS, ("audio", "video")), ("type", "类型")),
    ("year", NumberField("year", "year", values=(">2010", ":1990s", ":none")), ("年份",)),
    ("duration", DurationField(), ("length", "时长")),
    ("added", DateField("added", "added_at"), ("添加",)),
    ("played", PlaysField(), ("播放",)),
    ("rating", NumberField("rating", "rating", near=0.5, values=(">=4", ":5", ":none")), ("stars", "评分")),
    ("is", ChoiceField("is", {name: name for name in _IS}), ()),
    ("has", ChoiceField("has", {name: f"has-{name}" for name in _HAS}), ()),
    ("said", TextField("said", said=True), ("says", "台词")),
    ("chapter", TextField("chapter", within="chapters"), ("chapters", "章节")),
    ("folder", FolderField(), ("path", "in", "文件夹")),
    ("file", TextField("file", "file_name"), ("name", "文件")),
    ("playlist", TextField("playlist", named="playlist"), ("播放列表",)),
    ("series", TextField("series", within="series"), ("show",)),
    ("season", NumberField("season", "season"), ()),
    ("episode", NumberField("episode", "episode"), ()),
    ("track", NumberField("track", "track"), ()),
    ("disc", NumberField("disc", "disc"), ()),
    ("description", TextField("description", within="description"), ("plot",)),
    ("lyrics", TextField("lyrics", within="lyrics"), ("歌词",)),
    ("language", TextField("language", within="language"), ()),
    ("codec", TextField("codec", within="coalesce(audio_codec, '') || ' ' || coalesce(video_codec, '')"), ()),
    ("format", TextField("format", within="container"), ("container",)),
    ("plays", NumberField("plays", "plays"), ()),
    ("skips", NumberField("skips", "skips"), ("skipped",)),
    ("lastplayed", DateField("lastplayed", "last_played"), ()),
    ("size", SizeField(), ()),
    ("width", NumberField("width", "width"), ()),
    ("height", NumberField("height", "height", values=(">=720", ">=1080")), ()),
    ("fps", NumberField("fps", "fps", near=0.5), ()),
    ("bitrate", NumberField("bitrate", "bit_rate", unit=1000.0), ()),
    ("channels", NumberField("channels", "channels"), ()),
)
#: Fields by every name they answer to, folded.
FIELDS: dict[str, Field] = {alias: field for name, field, others in _ALL for alias in (name, *others)}
#: Their proper names, the most useful ones first.
NAMES: tuple[str, ...] = tuple(name for name, _, _ in _ALL)
#: Words that stand for a fact without a field.
FLAGS: dict[str, Fact] = {"unplayed": Fact("unplayed"), "unrated": Fact("unrated"), "unwatched": Fact("unplayed")}
