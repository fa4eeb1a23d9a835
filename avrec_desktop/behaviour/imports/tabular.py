"""Tables of behaviour or items: a preview that can be corrected, and their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files, explained
from avrec_desktop.behaviour.imports.columns import (
    FLAG,
    GENRES,
    ROLES,
    Form,
    TableOptions,
    TablePreview,
    find_roles,
    form_of,
    guess_roles,
    is_header,
    is_number,
)
from avrec_desktop.behaviour.imports.types import RAW_INTEREST, RAW_RATING, BadRow, Batch, MediaKind, Source, Thing
from avrec_desktop.behaviour.tables import Table, moment, number, open_table

_YEAR_BEHIND = re.compile(r"\s*\((\d{4})\)\s*$")
_ARTICLE_BEHIND = re.compile(r"^(.+), (The|A|An|Le|La|Les|Il|Der|Die|Das|El)$")
_SHOWN_ROWS, _CHUNK = 30, 5000
_LIKE_WORDS = {"true": 1.0, "yes": 1.0, "like": 1.0, "liked": 1.0, "false": 0.0, "no": 0.0, "dislike": 0.0}


def preview_table(path: Path, options: TableOptions | None = None) -> TablePreview:
    """Look at the first rows of a table and say what its columns are taken for.

    Raises:
        InputError: It cannot be read or is no table.
    """
    options = options or TableOptions()
    table = _open(path, None, options)
    rows: list[tuple[str, ...]] = []
    with explained(path), table.read() as reader:
        for _, cells in reader:
            if not isinstance(cells, str):
                rows.append(tuple(cells))
            if len(rows) >= _SHOWN_ROWS:
                break
    roles = _roles(table, options)
    form = options.form or form_of(roles)
    problem = None
    try:
        _check(table, roles, form)
    except InputError as error:
        problem = f"{error.message}. {error.hint}" if error.hint else error.message
    guessed = form is None and options.roles is None
    if guessed:
        left = [n for n, column in enumerate(table.columns) if column not in roles.values()]
        guesses = guess_roles([table.columns[n] for n in left], [[row[n] for n in left] for row in rows])
        roles = guesses | roles
    return TablePreview(
        path, table.delimiter, table.encoding, table.header, table.columns, tuple(rows), roles, form, problem, guessed
    )


def table_source(
    path: Path, options: TableOptions | None = None, *, opener: tuple[Files, Entry] | None = None
) -> Source:
    """Return the rows of a table.

    Raises:
        InputError: It cannot be read, is no table, or lacks a column.
    """
    options = options or TableOptions()
    files, entry = opener or (files := Files(path), files.entries[0])
    table = _open(path, (files, entry), options)
    roles = _roles(table, options)
    form = options.form or form_of(roles)
    _check(table, roles, form)
    assert form is not None
    own = form == "history" or (form == "behaviour" and options.me is not None)
    plan = replace(make_plan(table, roles, form), me=options.me, label=files.label(entry))
    return Source(
        form,
        path,
        own,
        str(path.resolve().parent),
        entry.size,
        lambda: read_table_rows(plan),
        lambda: files.digest([entry]),
    )


def _open(path: Path, source: tuple[Files, Entry] | None, options: TableOptions) -> Table:
    opener = None if source is None else lambda: source[0].open(source[1])
    return open_table(
        path,
        opener,
        delimiter=options.delimiter,
        encoding=options.encoding,
        header=options.header,
        is_header=is_header,
    )


def _roles(table: Table, options: TableOptions) -> dict[str, str]:
    if options.roles is None:
        return find_roles(table.columns)
    roles = {role: column.strip().lower() for role, column in options.roles.items() if column}
    for role, column in roles.items():
        if role not in ROLES:
            raise InputError(f"there is no role {role!r}", path=table.path, hint=f"There are: {', '.join(ROLES)}.")
        if column not in table.columns:
            raise InputError(
                f"it has no column {column!r}", path=table.path, hint=f"There are: {', '.join(table.columns)}."
            )
    return roles


def _check(table: Table, roles: Mapping[str, str], form: Form | None) -> None:
    def need(role: str, what: str) -> None:
        if role not in roles:
            raise InputError(
                f"it has no column for {what}",
                path=table.path,
                hint=f"Expected one of {', '.join(ROLES[role][:4])}; there are: {', '.join(table.columns)}.",
            )

    if form is None:
        raise InputError(
            f"its columns are not known: {', '.join(table.columns)}",
            path=table.path,
            hint=(
                "Behaviour needs a user and an item column (such as user_id, video_id) and rating or interest; "
                "items need an item column (video_id) and category or title; a history needs a title and a time."
            ),
        )
    if form == "behaviour":
        need("user", "the user")
    if form == "items" or not any(r in roles for r in ("title", "path", "library_id", "fingerprint")):
        need("item", "the item")


@dataclass(frozen=True)
class Plan:
    """How the rows of a table become things and acts; columns are positions, -1 where there is none."""

    table: Table
    form: Form
    at: dict[str, int]
    flags: dict[int, str] = field(default_factory=dict)
    words: str = "|"
    media: MediaKind | None = None
    me: str | None = None
    label: str = ""

    def cell(self, cells: Sequence[str], role: str) -> str:
        """Return the text of a role, empty where it has no column."""
        n = self.at[role]
        return cells[n] if n >= 0 else ""

    @property
    def told(self) -> bool:
        """Whether the rows tell more of an item than its key."""
        names = (
            "title",
            "artist",
            "album",
            "year",
            "category",
            "path",
            "mbid",
            "fingerprint",
            "library_id",
            "duration",
        )
        return bool(self.flags) or any(self.at[n] >= 0 for n in names)


def make_plan(table: Table, roles: Mapping[str, str], form: Form) -> Plan:
    """Return the plan for a table whose columns have these roles."""
    places = {name: n for n, name in enumerate(table.columns)}
    at = {role: places.get(roles.get(role, ""), -1) for role in ROLES}
    flags = {places[column]: g for g in GENRES if (column := FLAG + g.lower()) in places}
    return Plan(table, form, at, flags, " " if table.path.suffix == ".item" else "|")


def read_table_rows(plan: Plan) -> Iterator[Batch]:
    """Yield the rows of a table.

    Raises:
        InputError: The file cannot be read on, or has nobody of the name that was told.
    """
    seen: set[str] = set()
    met = False
    want = _reader(plan, seen)
    with explained(plan.table.path), plan.table.read() as reader:
        batch = Batch()
        for line, cells in reader:
            if isinstance(cells, str):
                batch.bad.append(BadRow(line, cells, plan.label))
            else:
                try:
                    want(cells, batch)
                except (ValueError, OverflowError) as error:
                    batch.bad.append(BadRow(line, str(error), plan.label))
            met = met or bool(batch.keys)
            if batch.full:
                batch.done = reader.done
                yield batch
                batch = Batch()
        batch.done = reader.done
        yield batch
    if plan.me is not None and plan.form == "behaviour" and not met:
        raise InputError(f"nobody in it is called {plan.me!r}", path=plan.table.path)


def _reader(plan: Plan, seen: set[str]) -> Callable[[list[str], Batch], None]:
    if plan.form == "items":

        def items(cells: list[str], batch: Batch) -> None:
            thing = _thing(plan, cells)
            batch.things.append(thing)

        return items
    user = plan.at["user"]
    told = plan.told
    simple = plan.at["item"]

    def acts(cells: list[str], batch: Batch) -> None:
        who = cells[user] if user >= 0 else ""
        if user >= 0 and not who:
            raise ValueError(f"{plan.table.columns[user]} is empty")
        if plan.me is not None and who != plan.me:
            return
        key = cells[simple] if simple >= 0 else ""
        thing = None
        if told and (not key or key not in seen):
            thing = _thing(plan, cells)
            key = thing.key
        elif not key:
            raise ValueError(f"{plan.table.columns[simple]} is empty")
        kind, value, count = _strength(plan, cells)
        text = plan.cell(cells, "time")
        at = _moment(text, plan.table.columns[plan.at["time"]]) if text else 0.0
        if thing is not None and key not in seen:
            seen.add(key)
            batch.things.append(thing)
        who = "" if plan.me is not None or plan.form == "history" else who
        for ordinal in range(count):
            batch.users.append(who)
            batch.keys.append(key)
            batch.kinds.append(kind)
            batch.values.append(value)
            batch.times.append(at)
            batch.ordinals.append(0 if count == 1 and at else ordinal + 1)

    return acts


def _strength(plan: Plan, cells: Sequence[str]) -> tuple[int, float, int]:
    """Return (kind, value, how often)."""
    columns, at = plan.table.columns, plan.at
    if at["rating"] >= 0 and cells[at["rating"]]:
        return RAW_RATING, _number(cells[at["rating"]], columns[at["rating"]]), 1
    if at["interest"] >= 0 and cells[at["interest"]]:
        text = cells[at["interest"]]
        word = _LIKE_WORDS.get(text.lower())
        return RAW_INTEREST, _number(text, columns[at["interest"]]) if word is None else word, 1
    if at["plays"] >= 0 and cells[at["plays"]]:
        count = _number(cells[at["plays"]], columns[at["plays"]])
        if plan.form == "history":
            if not 1 <= count <= 1e6:
                raise ValueError(f"{columns[at['plays']]} is {cells[at['plays']]!r}: nothing was played")
            return RAW_INTEREST, 1.0, min(int(count), 100)
        return RAW_INTEREST, count, 1
    if at["rating"] >= 0 or at["interest"] >= 0:
        raise ValueError(f"{columns[max(at['rating'], at['interest'])]} is empty")
    return RAW_INTEREST, 1.0, 1  # a bare pair of user and item says that it was watched


def _thing(plan: Plan, cells: Sequence[str]) -> Thing:
    title, behind = title_and_year(plan.cell(cells, "title"))
    year = plan.cell(cells, "year")
    when = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None  # an odd year costs no item
    words = plan.cell(cells, "category")
    if plan.flags:
        words = "|".join(g for n, g in plan.flags.items() if cells[n] == "1")
    elif plan.words == " ":
        words = words.replace(" ", "|")
    artist, path = plan.cell(cells, "artist"), plan.cell(cells, "path")
    mark = plan.cell(cells, "fingerprint").lower()
    library_id = plan.cell(cells, "library_id")
    key = plan.cell(cells, "item") or path or mark or " – ".join(p for p in (artist, title, str(when or "")) if p)
    if plan.at["item"] >= 0 and not plan.cell(cells, "item"):
        raise ValueError(f"{plan.table.columns[plan.at['item']]} is empty")
    if not key:
        raise ValueError("it does not say which item it is")
    if not path and ("/" in key or "\\" in key):
        path = key
    length = plan.cell(cells, "duration")
    return Thing(
        key,
        title or None,
        artist or None,
        plan.cell(cells, "album") or None,
        when or behind,
        words or None,
        kind=plan.media,
        duration=float(length) if is_number(length) else None,
        path=path or None,
        fingerprint=mark or None,
        item_id=int(library_id) if library_id.isascii() and library_id.isdigit() and len(library_id) < 19 else None,
        mbid=plan.cell(cells, "mbid").lower() or None,
    )


def title_and_year(text: str) -> tuple[str, int | None]:
    """Split "Matrix, The (1999)" into "The Matrix" and 1999."""
    found = _YEAR_BEHIND.search(text)
    name = text[: found.start()] if found else text
    article = _ARTICLE_BEHIND.match(name)
    return f"{article[2]} {article[1]}" if article else name, int(found[1]) if found else None


def _number(text: str, column: str) -> float:
    try:
        return number(text)
    except ValueError:
        raise ValueError(f"{column} is {text!r}, not a number") from None


def _moment(text: str, column: str) -> float:
    try:
        return moment(text)
    except (ValueError, OverflowError):
        raise ValueError(f"{column} is {text!r}, not a time") from None
