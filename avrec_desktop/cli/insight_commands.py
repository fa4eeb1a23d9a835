"""Commands about the recommender itself: why an item, and which of two models is preferred."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from avrec_desktop.api.errors import InputError
from avrec_desktop.cli.output import Console


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(explain)
    app.command()(compare)


def explain(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="Id or path.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="Model id.")] = None,
) -> None:
    """Print why an item has its place, and what place it would have without its causes."""
    console: Console = context.obj
    with console.session() as session:
        number = session.library.resolve(item)
        found = session.recommend.explain(session.profile, number, model)
        ids = [c.item for c in found.causes if c.item > 0] if found is not None else []
        titles = {i.id: i.title for i in session.library.items_by_id(ids, session.profile)}
    value = None if found is None else dataclasses.asdict(found)

    def human() -> None:
        if found is None:
            print("Nobody can say yet: like or play a few things first.")
            return
        print(f"Number {found.rank} of {found.candidates} by {found.model}, score {found.score:.4f}:")
        rows = [(titles.get(c.item, c.title), c.share) for c in found.causes]
        rows += [("everything else you did", found.others), ("apart from what you did", found.prior)]
        rows += [(f"your wish: {e.key}", e.share) for e in found.edits]
        console.table(rows, ("what", "share"), "")
        if found.rank_without is not None:
            print(f"Without {len(found.without)} of these it would be number {found.rank_without}.")

    console.result(value, human)


def compare(
    context: typer.Context,
    models: Annotated[list[str] | None, typer.Argument(help="Two model ids; none: how the comparison stands.")] = None,
    stop: Annotated[bool, typer.Option("--stop", help="End the comparison.")] = False,
) -> None:
    """Let two models share the panel, and say which one you prefer by what you play."""
    console: Console = context.obj
    with console.session() as session:
        if stop:
            session.recommend.stop_comparing(session.profile)
        elif models:
            if len(models) != 2:
                raise InputError(f"two models are compared, not {len(models)}")
            session.recommend.compare(session.profile, *models)
        found = session.recommend.comparison(session.profile)
    value = None
    if found is not None:
        pair, preference = found
        value = dataclasses.asdict(preference) | {"decided": preference.decided, "running": pair.ended is None}

    def human() -> None:
        if found is None:
            print("Nothing is compared: name two trained models.")
            return
        pair, p = found
        state = "share the panel" if pair.ended is None else "were compared"
        print(f"{p.a} and {p.b} {state}: {p.wins_a} to {p.wins_b} sittings, {p.ties} ties")
        print(f"{p.a} wins {p.share:.0%} of sittings (95%: {p.low:.0%} to {p.high:.0%}), sign test p = {p.p:.3f}")

    console.result(value, human)
