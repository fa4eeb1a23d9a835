"""Entry point of ``avrec``: global options, exit codes and errors; the commands are in their own modules."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from avrec_desktop.api.errors import AvrecError, Cancelled
from avrec_desktop.cli import (
    catalogue_commands,
    commands,
    import_commands,
    insight_commands,
    plugin_commands,
    privacy_commands,
    queue_commands,
    tools,
)
from avrec_desktop.cli.output import Console, Settings

app = typer.Typer(
    name="avrec",
    help="A local media library that learns its owner's taste.",
    no_args_is_help=False,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
commands.register(app)
import_commands.register(app)
insight_commands.register(app)
queue_commands.register(app)
tools.register(app)
catalogue_commands.register(app)
app.add_typer(plugin_commands.app, name="plugins")
app.add_typer(privacy_commands.app, name="privacy")

#: Global options that may stand anywhere on the line; the flag says whether a value follows.
_GLOBAL = {"--library": True, "--profile": True, "--json": False, "-v": False, "--verbose": False}


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    library: Annotated[
        Path | None, typer.Option(help="Library directory.", envvar="AVREC_LIBRARY", show_default="data folder")
    ] = None,
    profile: Annotated[str, typer.Option(help="Whose behaviour counts.")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")] = False,
    verbose: Annotated[int, typer.Option("-v", "--verbose", count=True, help="Say more on standard error.")] = 0,
) -> None:
    context.obj = Console(Settings(library, profile, as_json, verbose))
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", force=True)
    if context.invoked_subcommand is None:
        tools.open_window(context)


def hoist(arguments: Sequence[str]) -> list[str]:
    """Move the global options to the front, so that they may also follow the command."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, _ = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif name in _GLOBAL and (_GLOBAL[name] or not equals):
            front.append(word)
            if _GLOBAL[name] and not equals:
                front += [value for value in [next(words, None)] if value is not None]
        else:
            rest.append(word)
    return front + rest


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process with 0 (done), 1 (the job failed) or 2 (wrong usage)."""
    words = hoist(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        app(args=words, prog_name="avrec")
    except AvrecError as error:
        Console.report(error, as_json=as_json)
        sys.exit(1)
    except (Cancelled, KeyboardInterrupt):
        Console.report(AvrecError("cancelled"), as_json=as_json)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
