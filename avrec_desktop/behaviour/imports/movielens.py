"""MovieLens folders and archives: 100k (``u.data``), 1M (``ratings.dat``), 20M and later (``ratings.csv``), RecBole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports.archive import Entry, Files
from avrec_desktop.behaviour.imports.columns import FLAG, GENRES, find_roles
from avrec_desktop.behaviour.imports.tabular import make_plan, read_table_rows
from avrec_desktop.behaviour.imports.types import Batch, Source
from avrec_desktop.behaviour.tables import Table, open_table

_ACTS = ("user_id", "item_id", "rating", "timestamp")
_FLAGS = ("item_id", "title", "date", "video_date", "url", *(FLAG + g.lower() for g in GENRES))
#: (ratings, its columns, delimiter), (films, columns, delimiter); None: in the header.
_LAYOUTS: tuple[
    tuple[tuple[str, tuple[str, ...] | None, str | None], tuple[str, tuple[str, ...] | None, str | None]], ...
]
_LAYOUTS = (
    (("u.data", _ACTS, "\t"), ("u.item", _FLAGS, "|")),
    (("ratings.dat", _ACTS, "::"), ("movies.dat", ("item_id", "title", "genres"), "::")),
    (("ratings.csv", None, None), ("movies.csv", None, None)),
    (("*.inter", None, "\t"), ("*.item", None, "\t")),
)


def find_movielens(files: Files) -> tuple[Entry, Entry | None, int] | None:
    """Return the file of ratings, the file of films where there is one, and the number of the layout."""
    for number, ((ratings, *_), (films, *_)) in enumerate(_LAYOUTS):
        found = files.find(ratings, top=True)
        if not found:
            continue
        parent = found[0].name.rpartition("/")[0]
        beside = [e for e in files.find(films) if e.name.rpartition("/")[0] == parent]
        if ratings == "ratings.csv" and not beside:
            continue  # Letterboxd has a file of that name too
        return found[0], beside[0] if beside else None, number
    return None


def movielens_source(files: Files, me: str | None = None) -> Source:
    """Return the rows of a MovieLens folder or archive.

    Args:
        files: The folder or archive.
        me: The user in it who imports: only that one's rows are read, as an own history.

    Raises:
        InputError: It is none.
    """
    found = find_movielens(files)
    if found is None:
        hint = "Expected u.data, ratings.dat, ratings.csv with movies.csv, or *.inter in it."
        raise InputError("it is not a MovieLens folder", path=files.path, hint=hint)
    ratings, films, number = found
    entries = [e for e in (films, ratings) if e is not None]
    layout = _LAYOUTS[number]

    def read() -> Iterator[Batch]:
        done = 0
        for entry, (_, columns, delimiter), form in ((films, layout[1], "items"), (ratings, layout[0], "behaviour")):
            if entry is None:
                continue
            table = _table(files, entry, columns, delimiter)
            plan = make_plan(table, find_roles(table.columns), form)  # type: ignore[arg-type]
            plan = replace(
                plan, media="video", me=me, label=entry.name, words=" " if entry.name.endswith(".item") else "|"
            )
            for batch in read_table_rows(plan):
                batch.done += done
                yield batch
            done += entry.size

    _check(files, ratings, layout[0])
    space = str(files.path.resolve())
    return Source(
        "movielens", files.path, me is not None, space, files.size(entries), read, lambda: files.digest(entries)
    )


def _table(files: Files, entry: Entry, columns: tuple[str, ...] | None, delimiter: str | None) -> Table:
    path = files.path / entry.name if files.is_folder else files.path
    return open_table(
        path,
        lambda: files.open(entry),
        columns=columns,
        delimiter=delimiter,
        quoted=columns is None,
        header=None if columns is not None else True,
    )


def _check(files: Files, entry: Entry, layout: tuple[str, tuple[str, ...] | None, str | None]) -> None:
    roles = find_roles(_table(files, entry, layout[1], layout[2]).columns)
    missing = [role for role in ("user", "item") if role not in roles]
    if missing:
        raise InputError(f"its file {entry.name} has no column for the {missing[0]}", path=files.path)
