"""The commands of the analysis queue: how far it is, what failed, how much it may take."""

from __future__ import annotations

import dataclasses
import os
from datetime import datetime
from typing import Annotated

import typer

from avrec_desktop.cli.output import Console


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(queue)
    app.command()(settings)


def queue(
    context: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help="Let the next analysis try what failed again.")] = False,
) -> None:
    """Print how far each extractor is and what failed."""
    console: Console = context.obj
    with console.session() as session:
        failed = session.features.failed_analyses()
        if retry:
            pairs = [(f.item_id, f.failure.extractor) for f in failed if f.failure.extractor is not None]
            session.features.forget(pairs)
        status = session.features.status()
    value = {
        "extractors": [dataclasses.asdict(s) for s in status],
        "failed": [f.failure.to_dict() | {"item": f.item_id, "at": f.at} for f in failed],
        "retried": len(failed) if retry else 0,
    }

    def human() -> None:
        rows = [(s.id, s.version, s.done, s.empty, s.failed, s.pending) for s in status]
        console.table(rows, ("extractor", "version", "done", "nothing", "failed", "waiting"), "No extractors.")
        failures = [
            (os.path.basename(f.failure.path), f.failure.extractor, f.failure.reason, _when(f.at))  # noqa: PTH119
            for f in failed
        ]
        if failures:
            console.table(failures, ("file", "extractor", "reason", "when"), "")
        if retry:
            print(f"{len(failed)} failed analyses are tried again by: avrec extract")

    console.result(value, human)


def settings(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Setting; without: all.")] = None,
    value: Annotated[str | None, typer.Argument(help="New value; without: print it.")] = None,
) -> None:
    """Print or change how much of the machine an analysis may take, and when it waits."""
    console: Console = context.obj
    with console.session() as session:
        chosen = session.features.policy.settings
        if name is not None and value is not None:
            chosen = chosen.changed(name, value)
            session.features.configure(chosen)
        elif name is not None:
            chosen.changed(name, getattr(chosen, name, None))  # says which there are
    values = chosen.to_dict()
    shown = values if name is None else {name: values[name]}

    def human() -> None:
        for key, setting in shown.items():
            text = {True: "on", False: "off", "": "none"}.get(setting, setting)
            print(f"{key} = {text}")

    console.result(shown, human)


def _when(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")
