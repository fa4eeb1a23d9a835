"""The commands of the main job: scan, items, extract, rate, train, recommend, similar, evaluate."""

from __future__ import annotations

import dataclasses
import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from avrec_desktop.api.errors import InputError
from avrec_desktop.cli.output import Console, duration

if TYPE_CHECKING:
    from avrec_desktop.features.policy import Budget


class By(enum.StrEnum):
    """What similarity is judged by."""

    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    ALL = "all"


class Power(enum.StrEnum):
    """How much of the machine an analysis may take."""

    GENTLE = "gentle"
    NORMAL = "normal"
    FULL = "full"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    for function in (scan, items, extract, rate, train, recommend, similar, evaluate):
        app.command()(function)


def scan(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders or files; without: all known folders.")] = None,
) -> None:
    """Take folders into the library, or look for changes in those it knows."""
    console: Console = context.obj
    with console.session() as session, console.job("Scanning") as job:
        if not paths and not session.library.folders():
            raise InputError("the library has no folders yet", hint="Give one: avrec scan FOLDER.")
        result = session.library.scan(paths or None, job)
    value = {
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "missing": result.missing,
        "failed": [f.to_dict() for f in result.failed],
        "seconds": round(result.seconds, 3),
    }

    def human() -> None:
        console.failures(result.failed)
        for warning in result.warnings[:20]:
            print(f"warning: {warning.to_dict()['path']}: {warning.reason}", file=sys.stderr)
        print(
            f"{result.added} added, {result.updated} updated, {result.unchanged} unchanged, {result.missing} missing, "
            f"{len(result.failed)} failed in {result.seconds:.1f} s"
        )

    console.result(value, human)


def items(
    context: typer.Context,
    query: Annotated[str, typer.Option("--query", "-q", help="Words to search for.")] = "",
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=0, help="At most so many.")] = None,
) -> None:
    """List the items of the library."""
    from avrec_desktop.library.types import ItemQuery

    console: Console = context.obj
    with console.session() as session:
        wanted = ItemQuery(text=query, sort="relevance" if query else "title", profile=session.profile)
        found = session.library.items(wanted, limit=limit)

    def human() -> None:
        rows = [(i.id, i.kind, i.title, i.artist, i.album, i.year, duration(i.duration), i.rating) for i in found]
        header = ("id", "kind", "title", "artist", "album", "year", "length", "rating")
        console.table(rows, header, "No items. Take a folder in with: avrec scan FOLDER")

    console.result([i.to_dict() for i in found], human)


def extract(
    context: typer.Context,
    extractor: Annotated[list[str] | None, typer.Option("--extractor", "-e", help="Only these extractors.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Worker processes.")] = None,
    budget: Annotated[Power | None, typer.Option(help="How much to take; without: as set.")] = None,
    battery: Annotated[bool, typer.Option("--pause/--no-pause", help="Wait on battery, if set so.")] = False,
    cluster: Annotated[str | None, typer.Option(help="Address of a Dask scheduler; empty for this machine.")] = None,
) -> None:
    """Analyse what has not been analysed yet."""
    console: Console = context.obj
    with console.session() as session, console.job("Analysing") as job:
        features = session.features
        if not battery:
            features.policy.go_on_anyway()  # whoever types the command wants it now
        power: Budget | None = None if budget is None else budget.value
        result = features.extract(extractor or None, workers=workers, budget=power, cluster=cluster, job=job)
    value = {
        "done": result.done,
        "skipped": result.skipped,
        "failed": [f.to_dict() for f in result.failed],
        "seconds": round(result.seconds, 3),
    }

    def human() -> None:
        console.failures(result.failed)
        print(
            f"{result.done} analyses done, {result.skipped} skipped, {len(result.failed)} failed "
            f"in {result.seconds:.1f} s"
        )

    console.result(value, human)


def rate(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="Id or path.")],
    value: Annotated[str, typer.Argument(help="1 to 5, like, dislike or none.")],
) -> None:
    """Rate an item."""
    console: Console = context.obj
    if value not in {"1", "2", "3", "4", "5", "like", "dislike", "none"}:
        raise typer.BadParameter(f"{value!r} is not 1 to 5, like, dislike or none", param_hint="VALUE")
    with console.session() as session:
        event = session.behaviour.rate(session.profile, session.library.resolve(item), value, origin="cli")
    console.result(event.to_dict(), lambda: print(f"Stored: {value} for item {event.item_id}"))


def train(
    context: typer.Context, model: Annotated[str | None, typer.Option("--model", "-m", help="Model id.")] = None
) -> None:
    """Train a model on the behaviour so far."""
    console: Console = context.obj
    with console.session() as session, console.job("Training") as job:
        result = session.recommend.train(model, session.profile, job)

    def human() -> None:
        losses = result.history.get("loss", [])
        trend = f", loss {losses[0]:.4f} -> {losses[-1]:.4f}" if losses else ""
        print(
            f"{result.model}: {result.interactions} interactions with {result.items} items, {result.epochs} epochs"
            f"{trend} in {result.seconds:.1f} s (run {result.run})"
        )
        for name, number in result.metrics.items():
            print(f"  {name}: {number}")
        if not result.promoted:
            print("It is not better on what came after the earlier run, which goes on serving.")

    inner = {"promoted", "comparison", "until", "acts"}
    console.result({k: v for k, v in dataclasses.asdict(result).items() if k not in inner}, human)


def recommend(
    context: typer.Context,
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="How many.")] = 10,
    model: Annotated[str | None, typer.Option("--model", "-m", help="Model id.")] = None,
    novelty: Annotated[float, typer.Option(min=0.0, max=1.0, help="From familiar (0) to new (1).")] = 0.5,
) -> None:
    """Print what to play next, with reasons."""
    console: Console = context.obj
    with console.session() as session:
        panel = session.recommend.recommend(session.profile, limit=number, model=model, novelty=novelty)
    fields = ("item", "path", "title", "score", "reason", "because", "tags")
    value = [_pick(pick, fields) for pick in panel.picks]

    def human() -> None:
        print(panel.label)
        rows = [(n, p.key or p.item, p.title, p.score, p.reason) for n, p in enumerate(panel.picks, 1)]
        console.table(rows, ("", "item", "title", "score", "why"), "Nothing to recommend yet.")

    console.result(value, human)


def _pick(pick: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    row = {name: getattr(pick, name) for name in fields}
    if pick.key:
        row["video_id"] = pick.key
    return row


def similar(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="Id or path.")],
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="How many.")] = 10,
    by: Annotated[By, typer.Option(help="What to compare.")] = By.ALL,
) -> None:
    """List the items most like one item."""
    console: Console = context.obj
    with console.session() as session:
        found = session.features.similar(session.library.resolve(item), n=number, by=by.value)
        known = {i.id: i for i in session.library.items_by_id([f.item_id for f in found], session.profile)}
    rows = [
        {"item": f.item_id, "path": known[f.item_id].path, "score": f.score, "by": f.by}
        for f in found
        if f.item_id in known
    ]

    def human() -> None:
        lines = [(r["item"], known[int(str(r["item"]))].title, r["score"], r["by"]) for r in rows]
        console.table(lines, ("item", "title", "score", "by"), "No neighbours: analyse the library with avrec extract.")

    console.result(rows, human)


def evaluate(
    context: typer.Context,
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="Model id; repeat for several.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with items, users, train, valid and test tables.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for lists and metrics.")] = None,
    lone: Annotated[int | None, typer.Option(min=1, help="Each user alone, with so many known likes.")] = None,
    seed: Annotated[int, typer.Option(help="Seed.")] = 0,
) -> None:
    """Measure models: on the own history, or on a folder of split tables."""
    console: Console = context.obj
    with console.session() as session, console.job("Evaluating") as job:
        result = session.evaluate(model or None, data=data, out=out, lone=lone, seed=seed, job=job)

    def human() -> None:
        names = ("ndcg@10", "recall@20", "precision@10", "recall@10", "f1@10", "hr@10", "mrr", "coverage@10", "seconds")
        rows = [(name, *_figures(values, names)) for name, values in result.items()]
        console.table(rows, ("model", *names), "Nothing was measured.")

    console.result(result, human)


def _figures(values: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """Return the figures of one model in the order of the columns; an error stands in the first."""
    if "error" in values:
        return [values["error"]["message"], *([""] * (len(names) - 1))]
    metrics, seconds = values.get("metrics", {}), values.get("seconds")
    if "lone" in values:  # one number of known likes is asked for here
        metrics = next(iter(values["lone"].values()), {})
    if isinstance(seconds, dict):  # per step: clock and processor
        seconds = sum(
            sum(v for k, v in s.items() if k != "cpu") if isinstance(s, dict) else s for s in seconds.values()
        )
    return [*(metrics.get(name) for name in names[:-1]), seconds]
