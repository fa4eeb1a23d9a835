"""Finds the library items that imported things are: by id, content, path, tags, and nearly equal titles.

Every match has a confidence in [0, 1]. What is at least :data:`CERTAIN` and alone is taken; what is at least
:data:`POSSIBLE` is for a person to decide; below that nothing is said.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.behaviour.imports.types import Thing
from avrec_desktop.jobs import Job
from avrec_desktop.library.database import Database
from avrec_desktop.library.words import fold

CERTAIN, POSSIBLE = 0.95, 0.72
#: A runner-up must be this much worse, or be a copy of the same work.
MARGIN = 0.02
#: Candidates kept for a person to choose from; rows looked at per rare word; the rarest words of a title that count.
SHOWN, POSTINGS, WORDS = 5, 200, 3
_EXTRAS = re.compile(
    r"[(\[]\s*(?:feat|ft|featuring|with)\b[^)\]]*[)\]]|\s(?:feat|ft|featuring)\b.*$"
    r"|[(\[][^)\]]*\b(?:remaster(?:ed)?|mono|stereo|album version|single version|bonus track)\b[^)\]]*[)\]]"
    r"|\s-\s[^-]*\b(?:remaster(?:ed)?|mono|stereo|album version|single version)\b[^-]*$"
)
_NO_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+|\b[ivx]+\b")
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A library item that an imported thing may be, and why."""

    item_id: int
    score: float
    how: str


@dataclass(frozen=True, slots=True)
class Match:
    """What an imported thing is.

    Attributes:
        item_id: The library item, or None where it is not certain.
        how: ``id``, ``fingerprint``, ``path``, ``episode``, ``tags`` or ``title``; empty without a match.
        confidence: In [0, 1].
        candidates: What it may be, best first, where a person has to decide.
    """

    item_id: int | None = None
    how: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()


def plain(text: str) -> str:
    """Return a title or name without case, accents, punctuation and a leading article."""
    folded = fold(text)
    words = _NO_WORD.sub(" ", folded).strip()
    return words.removeprefix("the ") or folded.strip()


def bare(text: str) -> str:
    """Return :func:`plain` without "feat. …", "(Remastered 2009)" and the like."""
    return plain(_EXTRAS.sub(" ", fold(text))) if any(c in text for c in "([-") or " f" in text.lower() else plain(text)


@dataclass(slots=True)
class _Row:
    item_id: int
    kind: str
    title: str
    bare: str
    artists: tuple[str, ...]
    album: str
    year: int | None
    duration: float


@dataclass
class _Index:
    rows: list[_Row] = field(default_factory=list)
    titles: dict[str, list[int]] = field(default_factory=dict)
    words: dict[str, list[int]] = field(default_factory=dict)
    beginnings: dict[str, list[int]] = field(default_factory=dict)
    artists: dict[str, list[int]] = field(default_factory=dict)
    artist_words: dict[str, list[str]] = field(default_factory=dict)
    episodes: dict[tuple[str, int, int], list[int]] = field(default_factory=dict)
    marks: dict[bytes, int] = field(default_factory=dict)
    at: dict[int, int] = field(default_factory=dict)


class Matcher:
    """Matches things against one state of the library.

    Args:
        database: The library's database; read once, at the start.
    """

    def __init__(self, database: Database) -> None:
        from rapidfuzz import fuzz, process

        self._database = database
        self._extract: Callable[..., Any] = process.extract
        self._ratio: Callable[..., float] = fuzz.ratio
        self._index = _read_index(database)
        self._alike: dict[str, list[int]] = {}
        self._paths: tuple[dict[bytes, int], dict[str, set[int]], dict[str, set[int]]] | None = None

    def match(self, things: Sequence[Thing], job: Job | None = None) -> list[Match]:
        """Return the match of every thing, in order.

        Raises:
            Cancelled: The job was cancelled.
        """
        out = []
        for number, thing in enumerate(things):
            if job is not None and number % 500 == 0:
                job.progress(number, len(things), "Matching")
            out.append(self._match(thing))
        return out

    def _match(self, thing: Thing) -> Match:
        sure = self._by_identity(thing)
        if sure is not None:
            return sure
        found = {c.item_id: c for c in self._by_path(thing)}
        for candidate in (*self._by_episode(thing), *self._by_title(thing)):
            held = found.get(candidate.item_id)
            if held is None or candidate.score > held.score:
                found[candidate.item_id] = candidate
        return self._decide(sorted(found.values(), key=lambda c: (-c.score, c.item_id)))

    def _decide(self, candidates: list[Candidate]) -> Match:
        if not candidates or candidates[0].score < POSSIBLE:
            return Match()
        best = candidates[0]
        rivals = [c for c in candidates[1:] if c.score > best.score - MARGIN and not self._same_work(best, c)]
        if best.score >= CERTAIN and not rivals:
            return Match(best.item_id, best.how, round(best.score, 3))
        possible = tuple(c for c in candidates[:SHOWN] if c.score >= POSSIBLE)
        return Match(None, "", round(best.score, 3), possible)

    def _same_work(self, a: Candidate, b: Candidate) -> bool:
        """Whether two items are copies of one work: the same title and artist, or the same film and year."""
        one, two = (self._index.rows[self._index.at[c.item_id]] for c in (a, b))
        if one.bare != two.bare or one.kind != two.kind:
            return False
        if one.artists or two.artists:
            return bool(set(one.artists) & set(two.artists))
        return one.year is not None and one.year == two.year

    def _by_identity(self, thing: Thing) -> Match | None:
        index = self._index
        if thing.fingerprint:
            try:
                found = index.marks.get(bytes.fromhex(thing.fingerprint))
            except ValueError:
                found = None
            if found is not None:
                return Match(found, "fingerprint", 1.0)
        if thing.item_id is not None and thing.item_id in index.at and thing.title:
            row = index.rows[index.at[thing.item_id]]
            if row.title == plain(thing.title):  # in another library the number is another item
                return Match(thing.item_id, "id", 1.0)
        if thing.path:
            whole, _, _ = self._path_index()
            found = whole.get(os.fsencode(thing.path)) if "\0" not in thing.path else None
            if found is not None:
                return Match(found, "path", 1.0)
        return None

    def _path_index(self) -> tuple[dict[bytes, int], dict[str, set[int]], dict[str, set[int]]]:
        """Return items by path, by the last two parts of it, and by file name."""
        if self._paths is None:
            with self._database.read() as db:
                rows = db.execute("SELECT path, item_id FROM files").fetchall()
            whole: dict[bytes, int] = {}
            two: dict[str, set[int]] = {}
            one: dict[str, set[int]] = {}
            for path, item in map(tuple, rows):
                whole[bytes(path)] = item
                ends = _ends(os.fsdecode(path))
                two.setdefault(ends[0], set()).add(item)
                one.setdefault(ends[1], set()).add(item)
            self._paths = whole, two, one
        return self._paths

    def _by_path(self, thing: Thing) -> Iterator[Candidate]:
        """Yield items at the same place of a library that lies elsewhere: same folder and file name, or file name."""
        if not thing.path:
            return
        _, two, one = self._path_index()
        both, name = _ends(thing.path)
        near = two.get(both, set())
        for item in sorted(near)[:SHOWN]:
            yield Candidate(item, 0.96 if len(near) == 1 else 0.85, "path")
        if not near:
            same = one.get(name, set())
            for item in sorted(same)[:SHOWN]:
                yield Candidate(item, 0.88 if len(same) == 1 else 0.75, "path")

    def _by_episode(self, thing: Thing) -> Iterator[Candidate]:
        if thing.series and thing.season is not None and thing.episode is not None:
            for row in self._index.episodes.get((plain(thing.series), thing.season, thing.episode), ()):
                yield Candidate(self._index.rows[row].item_id, 0.98, "episode")

    def _by_title(self, thing: Thing) -> Iterator[Candidate]:
        if not thing.title or thing.season is not None:  # an episode's title alone says little
            return
        title, short = plain(thing.title), bare(thing.title)
        artist = bare(thing.artist) if thing.artist else ""
        rows = dict.fromkeys(self._index.titles.get(title, ())[:2000])
        if short != title:
            rows.update(dict.fromkeys(self._index.titles.get(short, ())[:2000]))
        found = [self._score(thing, title, short, artist, row) for row in rows]
        if max((c.score for c in found), default=0.0) < CERTAIN:
            near = self._of_artist(artist) if artist else self._near(title)
            titles = [self._index.rows[r].title for r in near]
            for _, _, at in self._extract(title, titles, scorer=self._ratio, score_cutoff=70, limit=8):
                if near[at] not in rows:
                    found.append(self._score(thing, title, short, artist, near[at]))
        found.sort(key=lambda c: -c.score)
        yield from found[:20]

    def _of_artist(self, artist: str) -> list[int]:
        """Return the rows of an artist, or of artists of nearly that name."""
        index = self._index
        known = index.artists.get(artist)
        if known is not None:
            return known
        rows = self._alike.get(artist)
        if rows is None:
            names: dict[str, None] = {}
            for word in (*artist.split()[:3], artist[:3]):
                names.update(dict.fromkeys(index.artist_words.get(word, ())[:POSTINGS]))
            close = self._extract(artist, list(names), scorer=self._ratio, score_cutoff=80, limit=3)
            rows = self._alike[artist] = [row for name, *_ in close for row in index.artists[name]]
        return rows

    def _near(self, title: str) -> list[int]:
        """Return the rows that share the rarest words or the beginning with a title."""
        index = self._index
        known = sorted((len(index.words[w]), w) for w in set(_PIECE.findall(title)) if w in index.words)
        out = dict.fromkeys(index.beginnings.get(title[:4], ())[:POSTINGS])
        for _, word in known[:WORDS]:
            out.update(dict.fromkeys(index.words[word][:POSTINGS]))
        return list(out)

    def _score(self, thing: Thing, title: str, short: str, artist: str, at: int) -> Candidate:
        row = self._index.rows[at]
        alike = 1.0 if title == row.title else self._ratio(title, row.title) / 100
        if alike < 1 and short == row.bare:
            alike = max(alike, 0.97)
        elif alike < 1 and _numbers(title) != _numbers(row.title):
            alike *= 0.88  # part two is not part three
        if artist:
            score = alike * self._artist_factor(artist, row)
            if thing.album and row.album and plain(thing.album) != row.album:
                score -= 0.003  # the copy on the same album first
        else:
            score = alike * _year_factor(thing.year, row.year, exact=alike == 1)
        if thing.kind is not None and thing.kind != row.kind:
            score *= 0.9
        if thing.duration and row.duration and abs(thing.duration - row.duration) > 15:
            score *= 0.98 if artist else 0.96
        return Candidate(row.item_id, score, "tags" if artist else "title")

    def _artist_factor(self, artist: str, row: _Row) -> float:
        if not row.artists:
            return 0.85
        if artist in row.artists:
            return 0.99 + 0.01 * (artist == row.artists[0])
        best = max(self._ratio(artist, a) for a in row.artists) / 100
        if any(_together(artist, a) for a in row.artists):
            best = max(best, 0.88)
        return 0.5 + 0.5 * best


def _together(one: str, two: str) -> bool:
    """Whether one name is all of the words at the beginning or end of the other, as in "Simon & Garfunkel"."""
    short, long = sorted((one, two), key=len)
    return bool(short) and (long.startswith(f"{short} ") or long.endswith(f" {short}"))


def _numbers(title: str) -> list[str]:
    return sorted(_NUMBER.findall(title))


def _year_factor(a: int | None, b: int | None, *, exact: bool) -> float:
    if a is None or b is None:
        return 0.985
    if a == b:
        return 1.0
    if abs(a - b) == 1:
        return 0.965 if exact else 0.95
    return 0.7


def _ends(path: str) -> tuple[str, str]:
    parts = path.replace("\\", "/").lower().rsplit("/", 2)
    return "/".join(parts[-2:]), parts[-1]


def _read_index(database: Database) -> _Index:
    index = _Index()
    with database.read() as db:
        rows = db.execute(
            "SELECT id, kind, title, artist, album_artist, album, year, duration, series, season, episode, fingerprint"
            " FROM items ORDER BY presence DESC, id"
        ).fetchall()
    for n, row in enumerate(map(tuple, rows)):
        item_id, kind, title, artist, album_artist, album, year, duration, series, season, episode, mark = row
        name = plain(title)
        artists = tuple(dict.fromkeys(bare(a) for a in (artist, album_artist) if a))
        short = bare(title)
        index.rows.append(
            _Row(item_id, kind, name, short, artists, plain(album) if album else "", year, duration or 0.0)
        )
        index.at[item_id] = n
        index.titles.setdefault(name, []).append(n)
        if short != name:
            index.titles.setdefault(short, []).append(n)
        for artist_name in artists:
            if artist_name not in index.artists:
                index.artists[artist_name] = []
                for word in {*artist_name.split(), artist_name[:3]}:
                    index.artist_words.setdefault(word, []).append(artist_name)
            index.artists[artist_name].append(n)
        for word in set(_PIECE.findall(name)):
            index.words.setdefault(word, []).append(n)
        index.beginnings.setdefault(name[:4], []).append(n)
        if series and season is not None and episode is not None:
            index.episodes.setdefault((plain(series), season, episode), []).append(n)
        if mark is not None:
            index.marks[bytes(mark)] = item_id
    return index
