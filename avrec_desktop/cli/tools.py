"""Commands around the main job: the window, screenshots, sample media, the doctor and the first run."""

from __future__ import annotations

import dataclasses
import enum
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avrec_desktop import paths
from avrec_desktop.cli.output import Console

if TYPE_CHECKING:
    from avrec_desktop.cli.doctor import Check


class Theme(enum.StrEnum):
    """Colour scheme of the window."""

    LIGHT = "light"
    DARK = "dark"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    for function in (gui, screenshot, sample, doctor):
        app.command()(function)
    app.command("run", hidden=True)(run)


def open_window(context: typer.Context, files: Sequence[Path] = ()) -> None:
    """Open the window, let it take files in, and end the process with its exit code."""
    from avrec_desktop.ui.app import run as run_window

    settings = context.obj.settings
    raise typer.Exit(run_window(settings.library or paths.default_library(), settings.profile, files))


def gui(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(help="Files and folders to take in.", exists=True)] = None,
) -> None:
    """Open the window (also without a command)."""
    open_window(context, files or ())


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (
        cross and width.isdecimal() and height.isdecimal() and 200 <= int(width) <= 8000 and 200 <= int(height) <= 8000
    ):
        raise typer.BadParameter(f"{text!r} is not WIDTHxHEIGHT, such as 1280x800", param_hint="--size")
    return int(width), int(height)


def screenshot(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="PNG file to write.")],
    size: Annotated[str, typer.Option(help="WIDTHxHEIGHT in pixels.")] = "1280x800",
    page: Annotated[str, typer.Option(help="Page of the window.")] = "home",
    theme: Annotated[Theme, typer.Option(help="Colours.")] = Theme.LIGHT,
    lang: Annotated[str, typer.Option(help="Language code.")] = "en",
) -> None:
    """Render the real main window with the library's data to a PNG file."""
    pixels = _size(size)
    from avrec_desktop.ui.shot import render

    console: Console = context.obj
    settings = console.settings
    render(settings.library or paths.default_library(), settings.profile, out, pixels, page, theme.value, lang)
    value = {
        "path": str(out),
        "width": pixels[0],
        "height": pixels[1],
        "page": page,
        "theme": theme.value,
        "lang": lang,
    }
    console.result(value, lambda: print(out))


def sample(
    context: typer.Context, directory: Annotated[Path, typer.Argument(help="Folder for the clips; made if missing.")]
) -> None:
    """Make the sample library: 60 short clips and the history of three profiles."""
    from avrec_desktop.sample import install_sample

    console: Console = context.obj
    with console.session() as session, console.job("Making sample media") as job:
        result = install_sample(session, directory.resolve(), job)

    def human() -> None:
        print(
            f"{result.made} clips made, {result.kept} already there in {result.seconds:.0f} s: {result.directory}\n"
            f"Profiles with a history: {', '.join(result.profiles)}. "
            f"Try: avrec --profile {result.profiles[0]} recommend"
        )

    console.result(result.to_dict(), human)


def _print_checks(checks: list[Check]) -> None:
    for check in checks:
        print(f"{check.mark} {check.name}: {check.detail}")
        if check.remedy:
            print(f"    {check.remedy}")


def doctor(
    context: typer.Context,
    fix: Annotated[bool, typer.Option(help="Install missing system libraries where allowed.")] = False,
) -> None:
    """Say what the machine has, what it lacks and how to mend it."""
    from avrec_desktop.cli.doctor import diagnose, install_missing

    console: Console = context.obj
    if fix:
        install_missing()
    checks = diagnose(console.settings.library or paths.default_library())
    ok = all(check.state != "fail" for check in checks)
    value = {"ok": ok, "checks": [dataclasses.asdict(check) for check in checks]}
    console.result(value, lambda: _print_checks(checks))
    if not ok:
        raise typer.Exit(1)


def run(context: typer.Context) -> None:
    """Open the window, or do the main job headless on sample media where there is no display."""
    from avrec_desktop.cli.doctor import install_missing
    from avrec_desktop.cli.first_run import headless

    install_missing()
    if sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        open_window(context)
    headless(context.obj)
