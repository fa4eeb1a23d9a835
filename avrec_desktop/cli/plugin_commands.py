"""``avrec plugins``: list, look at, install, remove, enable and disable plugins."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from avrec_desktop.cli.output import Console

app = typer.Typer(help="Extractors and models that can be added and taken away.", no_args_is_help=True)
PluginId = Annotated[str, typer.Argument(help="Plugin id.")]


def _row(status: Any) -> dict[str, Any]:
    return {
        "id": status.id,
        "name": status.name,
        "version": status.version,
        "state": str(getattr(status.state, "value", status.state)),
        "permissions": list(status.permissions),
        "registers": list(status.registers),
        "error": status.error,
        "source": status.source,
        "description": status.description,
        "notice": status.notice,
        "options": dict(status.values),
    }


def _show(console: Console, status: Any, verb: str) -> None:
    console.result(_row(status), lambda: print(f"{verb} {status.name} {status.version} ({_row(status)['state']})"))


@app.command("list")
def list_plugins(context: typer.Context) -> None:
    """List all plugins with their state."""
    console: Console = context.obj
    with console.session() as session:
        session.plugins.extractors()  # loads them once, so that states are true
        rows = [_row(status) for status in session.plugins.plugins()]

    def human() -> None:
        lines = [(r["id"], r["version"], r["state"], ", ".join(r["registers"]), r["error"]) for r in rows]
        console.table(lines, ("id", "version", "state", "registers", "error"), "No plugins.")

    console.result(rows, human)


@app.command()
def info(context: typer.Context, plugin: PluginId) -> None:
    """Show one plugin."""
    console: Console = context.obj
    with console.session() as session:
        session.plugins.extractors()
        row = _row(session.plugins.info(plugin))

    def human() -> None:
        for name, value in row.items():
            if isinstance(value, dict):
                value = "  ".join(f"{key}={each}" for key, each in value.items())
            print(f"{name:12} {', '.join(value) if isinstance(value, list) else value or ''}")

    console.result(row, human)


@app.command("set")
def set_option(
    context: typer.Context,
    plugin: PluginId,
    name: Annotated[str, typer.Argument(help="Name of the option.")],
    value: Annotated[str, typer.Argument(help="Its new value.")],
) -> None:
    """Set an option of a plugin; "avrec plugins info" lists them."""
    console: Console = context.obj
    with console.session() as session:
        options = {option.name: option for option in session.plugins.info(plugin).options}
        given = options[name].parse(value) if name in options else value
        session.plugins.set_options(plugin, {name: given})
        session.plugins.extractors()  # asks the plugin what it registers now
        status = session.plugins.info(plugin)

    def human() -> None:
        print(f"Set up {status.name} {status.version} ({_row(status)['state']})")
        for line in filter(None, (status.error, status.notice)):
            print(line)

    console.result(_row(status), human)


@app.command()
def install(
    context: typer.Context, source: Annotated[str, typer.Argument(help="Wheel, source folder or package name.")]
) -> None:
    """Install a plugin into the user's plugin folder."""
    console: Console = context.obj
    with console.session() as session, console.job("Installing") as job:
        status = session.plugins.install(source, job)
    _show(console, status, "Installed")


@app.command()
def remove(context: typer.Context, plugin: PluginId) -> None:
    """Remove an installed plugin and all its files."""
    console: Console = context.obj
    with console.session() as session:
        status = session.plugins.info(plugin)
        session.plugins.remove(plugin)
    console.result({**_row(status), "state": "removed"}, lambda: print(f"Removed {status.name} {status.version}"))


@app.command()
def enable(context: typer.Context, plugin: PluginId) -> None:
    """Use a plugin."""
    console: Console = context.obj
    with console.session() as session:
        session.plugins.enable(plugin)
        status = session.plugins.info(plugin)
    _show(console, status, "Enabled")


@app.command()
def disable(context: typer.Context, plugin: PluginId) -> None:
    """Do not use a plugin; it stays installed."""
    console: Console = context.obj
    with console.session() as session:
        session.plugins.disable(plugin)
        status = session.plugins.info(plugin)
    _show(console, status, "Disabled")
