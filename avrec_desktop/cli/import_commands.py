"""``avrec import`` and ``avrec imports``: taking behaviour in, and looking after what was taken in."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from avrec_desktop.api.errors import InputError
from avrec_desktop.cli.output import Console

if TYPE_CHECKING:
    from avrec_desktop.behaviour.imports.columns import TableOptions, TablePreview
    from avrec_desktop.behaviour.imports.results import Doubt
    from avrec_desktop.session import Session

imports = typer.Typer(help="Past imports: list them, settle open matches, undo them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("import")(import_table)
    app.add_typer(imports, name="imports")


def import_table(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Table, export of another program, or folder.")],
    form: Annotated[str | None, typer.Option("--format", help="Format; without: found out.")] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="ROLE=COLUMN of a table, such as item=movie; repeat.")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="What stands between the cells of a table.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Text encoding of a table.")] = None,
    header: Annotated[bool | None, typer.Option(help="Whether the first line of a table has names.")] = None,
    me: Annotated[str | None, typer.Option(help="The user of a table who is this profile.")] = None,
    accept: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Take uncertain matches from this confidence on.")
    ] = None,
    review: Annotated[bool, typer.Option("--review", help="Ask about each uncertain match.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Only say how the file would be read.")] = False,
) -> None:
    """Import behaviour, histories or items of other programs."""
    from avrec_desktop.behaviour.imports.columns import TableOptions

    console: Console = context.obj
    told = (delimiter, encoding, header, me)
    options = None
    if column or any(value is not None for value in told):
        roles = _roles(column) if column else None
        options = TableOptions(delimiter and delimiter.replace("\\t", "\t"), encoding, header, roles, None, me)
    if preview:
        _preview(console, file, form, options)
        return
    with console.session() as session:
        if review:
            console.need_terminal("--review")
        with console.job("Importing") as job:
            from avrec_desktop.behaviour.importers import import_file

            result = import_file(session, file, form, job, profile=session.profile, options=options, accept=accept)
        if review and result.uncertain:
            _review(session, result.id)

    def human() -> None:
        for row in result.skipped[:20]:
            where = f"{row['file']}, " if "file" in row else ""
            print(f"skipped {where}row {row['row']}: {row['reason']}")
        for note in result.notes:
            print(note)
        print(
            f"{result.format}: {result.interactions} interactions, {result.items} items, "
            f"{result.n_skipped} rows skipped"
        )
        if not result.id:
            print("Exactly this was imported before: nothing changed.")
        elif result.matched or result.uncertain:
            print(f"{result.matched} items are in the library, {result.unmatched} are not.")
        if result.events or (result.id and result.duplicates):
            print(f"{result.events} acts are new in your history, {result.duplicates} were known.")
        if result.uncertain:
            print(f"{result.uncertain} items may be in the library: avrec imports review {result.id}")

    console.result(dataclasses.asdict(result), human)


def _roles(columns: list[str]) -> dict[str, str]:
    roles = {}
    for text in columns:
        role, equals, name = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r} is not ROLE=COLUMN", param_hint="--column")
        roles[role.strip()] = name
    return roles


def _preview(console: Console, file: Path, form: str | None, options: TableOptions | None) -> None:
    from avrec_desktop.behaviour.imports.formats import detect

    found = detect(file, form, options)
    value: dict[str, Any] = {"format": found.format, "table": found.preview.to_dict() if found.preview else None}

    def human() -> None:
        print(f"Format: {found.format or 'not known'}")
        if found.preview is not None:
            _print_preview(found.preview)
        for note in found.source.notes if found.source is not None else ():
            print(note)

    console.result(value, human)


def _print_preview(preview: TablePreview) -> None:
    roles = {column: role for role, column in preview.roles.items()}
    header = [f"{c}\n[{roles[c]}]" if c in roles else c for c in preview.columns]
    Console.table(preview.rows[:10], header, "No rows.")
    if preview.problem:
        print(preview.problem)


def _review(session: Session, import_id: int) -> None:
    """Ask about each open match, those with most acts first; what was answered is stored when the asking ends."""
    from avrec_desktop.behaviour.imports.service import Imports

    service = Imports(session)
    decisions: dict[int, int | None] = {}
    for doubt in (d for d in service.doubts(import_id) if not d.decided):
        answer = _ask(session, doubt)
        if answer == "stop":
            break
        if answer != "skip":
            decisions[doubt.row] = None if answer == "none" else int(answer)
    service.decide(import_id, decisions)
    print(f"{len(decisions)} decided.", file=sys.stderr)


def _ask(session: Session, doubt: Doubt) -> str:
    thing = doubt.thing
    name = " – ".join(str(p) for p in (thing.artist, thing.title or thing.key, thing.year) if p)
    print(f"\n{name}  ({doubt.acts} acts)", file=sys.stderr)
    items = session.library.items_by_id([c.item_id for c in doubt.candidates], session.profile)
    scores = {c.item_id: c.score for c in doubt.candidates}
    for n, item in enumerate(items, 1):
        about = " – ".join(str(p) for p in (item.artist, item.title, item.album, item.year) if p)
        print(f"  {n}  {about}  ({scores[item.id]:.0%})", file=sys.stderr)
    while True:
        text = typer.prompt("Number, n for none of them, s to skip, q to stop", err=True, default="s").strip().lower()
        words = {"n": "none", "s": "skip", "q": "stop"}
        if text in words:
            return words[text]
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(items):
            return str(items[int(text) - 1].id)


@imports.command("list")
def list_imports(context: typer.Context) -> None:
    """List past imports, newest first."""
    from avrec_desktop.behaviour.imports.service import Imports

    console: Console = context.obj
    with console.session() as session:
        found = Imports(session).past()

    def human() -> None:
        rows = [
            (
                p.id,
                datetime.datetime.fromtimestamp(p.at).astimezone().strftime("%Y-%m-%d %H:%M"),
                p.format,
                p.source,
                p.profile or "",
                p.summary.get("interactions", ""),
                p.summary.get("uncertain", ""),
                p.state,
            )
            for p in found
        ]
        console.table(rows, ("id", "when", "format", "from", "profile", "acts", "open", "state"), "No imports yet.")

    console.result([p.to_dict() for p in found], human)


@imports.command()
def show(context: typer.Context, number: Annotated[int, typer.Argument(help="Number of the import.")]) -> None:
    """Show the counts, the bad rows and the open matches of an import."""
    from avrec_desktop.behaviour.imports.service import Imports

    console: Console = context.obj
    with console.session() as session:
        service = Imports(session)
        doubts = service.doubts(number)
        past = next(p for p in service.past() if p.id == number)
    value = past.to_dict() | {
        "bad": past.summary.get("bad", []),
        "doubts": [
            {
                "row": d.row, "title": d.thing.title or d.thing.key, "artist": d.thing.artist, "year": d.thing.year,
                "acts": d.acts, "decided": d.decided, "item": d.chosen,
                "candidates": [{"item": c.item_id, "score": c.score, "how": c.how} for c in d.candidates],
            }
            for d in doubts
        ],
    }  # fmt: skip

    def human() -> None:
        counts = {k: v for k, v in past.to_dict().items() if isinstance(v, int | str)}
        console.table(list(counts.items()), ("", ""), "")
        for row in value["bad"][:50]:
            print(f"skipped row {row['row']}: {row['reason']}")
        for d in doubts:
            best = d.candidates[0] if d.candidates else None
            state = "decided" if d.decided else f"perhaps {best.item_id} ({best.score:.0%})" if best else ""
            print(f"{d.row}: {d.thing.artist or ''} {d.thing.title or d.thing.key} {d.thing.year or ''} {state}")

    console.result(value, human)


@imports.command()
def review(context: typer.Context, number: Annotated[int, typer.Argument(help="Number of the import.")]) -> None:
    """Ask about each open match of an import."""
    console: Console = context.obj
    console.need_terminal("imports review")
    with console.session() as session:
        _review(session, number)


@imports.command()
def decide(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of the import.")],
    pairs: Annotated[list[str], typer.Argument(help="ROW=ITEM or ROW=none, as of: avrec imports show.")],
) -> None:
    """Say which library items imported items are."""
    from avrec_desktop.behaviour.imports.service import Imports

    decisions: dict[int, int | None] = {}
    for text in pairs:
        row, _, item = text.partition("=")
        if not row.isdecimal() or not (item.isdecimal() or item == "none"):
            raise typer.BadParameter(f"{text!r} is not ROW=ITEM or ROW=none", param_hint="PAIRS")
        decisions[int(row)] = None if item == "none" else int(item)
    console: Console = context.obj
    with console.session() as session:
        service = Imports(session)
        known = {d.row for d in service.doubts(number)}
        unknown = sorted(set(decisions) - known)
        if unknown:
            raise InputError(
                f"import {number} has no open match {unknown[0]}", hint=f"See avrec imports show {number}."
            )
        service.decide(number, decisions)
    console.result({"import": number, "decided": len(decisions)}, lambda: print(f"{len(decisions)} decided."))


def _act(context: typer.Context, number: int, name: str, done: str) -> None:
    from avrec_desktop.behaviour.imports.service import Imports

    console: Console = context.obj
    with console.session() as session:
        getattr(Imports(session), name)(number)
    console.result({"import": number, "state": done}, lambda: print(f"Import {number}: {done}."))


@imports.command()
def undo(context: typer.Context, number: Annotated[int, typer.Argument(help="Number of the import.")]) -> None:
    """Take an import back as a whole; redo brings it back."""
    _act(context, number, "undo", "undone")


@imports.command()
def redo(context: typer.Context, number: Annotated[int, typer.Argument(help="Number of the import.")]) -> None:
    """Bring an import back that was undone."""
    _act(context, number, "redo", "done")


@imports.command()
def remove(context: typer.Context, number: Annotated[int, typer.Argument(help="Number of the import.")]) -> None:
    """Erase an import for good."""
    _act(context, number, "remove", "removed")
