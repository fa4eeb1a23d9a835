"""Commands of the catalogue: playlists, backup and restoration."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from avrec_desktop import paths
from avrec_desktop.cli.output import Console


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(backup)
    app.command()(restore)
    app.add_typer(playlists, name="playlists")


def backup(context: typer.Context, target: Annotated[Path, typer.Argument(help="File to write (.zip).")]) -> None:
    """Write the whole library (catalogue, ratings, playlists, vectors, models) into one file."""
    console: Console = context.obj
    with console.session() as session, console.job("Backing up") as job:
        made = session.library.backup(target, job)
    value = dataclasses.asdict(made) | {"path": str(target)}
    console.result(value, lambda: print(f"{made.items} items and {made.events} events in {target}"))


def restore(context: typer.Context, source: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Put a backup in the place of the library, which is kept under another name; checks all of it first."""
    from avrec_desktop.library import backup as backups

    console: Console = context.obj
    directory = console.settings.library or paths.default_library()
    with console.job("Restoring") as job:
        before = backups.restore(source, directory, job)
    value = {"library": str(directory), "before": None if before is None else str(before)}
    kept = "" if before is None else f"; what was there is now {before}"
    console.result(value, lambda: print(f"restored {directory}{kept}"))


playlists = typer.Typer(help="Playlists: list, import, export.", no_args_is_help=True)


@playlists.command("list")
def list_playlists(context: typer.Context) -> None:
    """List the playlists."""
    console: Console = context.obj
    with console.session() as session:
        store = session.library.playlists
        rows = [
            {"id": p.id, "name": p.name, "query": p.query, "items": len(store.items(p.id, session.profile))}
            for p in store.list()
        ]

    def human() -> None:
        for row in rows:
            rule = f"  [{row['query']}]" if row["query"] else ""
            print(f"{row['id']:>4}  {row['name']}  ({row['items']}){rule}")

    console.result(rows, human)


@playlists.command("import")
def import_playlist(context: typer.Context, source: Annotated[Path, typer.Argument(help="M3U, M3U8 or XSPF.")]) -> None:
    """Make a playlist of a file; entries that are not in the library are listed."""
    console: Console = context.obj
    with console.session() as session:
        found = session.library.playlists.import_file(source)
    unknown = [entry.location for entry in found.unknown]
    value = {"id": found.change.playlist_id, "name": found.change.name, "found": found.found, "unknown": unknown}

    def human() -> None:
        print(f"{found.change.name}: {found.found} items")
        for location in unknown:
            print(f"not in the library: {location}")

    console.result(value, human)


@playlists.command("export")
def export_playlist(
    context: typer.Context,
    playlist: Annotated[int, typer.Argument(help="Id of the playlist.")],
    target: Annotated[Path, typer.Argument(help="File to write, .m3u8 or .xspf.")],
) -> None:
    """Write a playlist into a file, with paths relative to it."""
    console: Console = context.obj
    with console.session() as session:
        number = session.library.playlists.export_file(playlist, target)
    console.result({"path": str(target), "entries": number}, lambda: print(f"{number} entries in {target}"))
