"""``avrec privacy``: taking one's data out, anonymised or encrypted, and erasing it."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from avrec_desktop.api.errors import InputError
from avrec_desktop.cli.output import Console

app = typer.Typer(help="Your data: export, anonymise, encrypt, erase.", no_args_is_help=True)


class Form(enum.StrEnum):
    """Form of an export."""

    CSV = "csv"
    JSON = "json"


class Grain(enum.StrEnum):
    """How coarse the dates of an anonymous export are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="File whose first line is the passphrase.")
]


def _passphrase(path: Path | None, wanted: bool, console: Console, *, confirm: bool) -> str | None:
    """Return the passphrase of a file, or ask for it; None when none is wanted."""
    if path is not None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the passphrase cannot be read: {error}", path=path) from error
        return lines[0] if lines else ""
    if not wanted:
        return None
    console.need_terminal("the passphrase")
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="File to write; .csv or .json tells the form.")],
    form: Annotated[Form | None, typer.Option("--form", help="Form; without: by the name of the file.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Pseudonyms and coarse dates only.")] = False,
    grain: Annotated[Grain, typer.Option(help="How coarse the dates of an anonymous export are.")] = Grain.WEEK,
    encrypted: Annotated[bool, typer.Option("--encrypt", help="Ask for a passphrase and encrypt the file.")] = False,
    passphrase_file: _PassphraseFile = None,
) -> None:
    """Write everything this profile did to a file that only you may read."""
    from avrec_desktop.behaviour.export import export_history

    console: Console = context.obj
    names = out.name.lower().removesuffix(".avrecbox")
    chosen = form.value if form is not None else "json" if names.endswith(".json") else "csv"
    passphrase = _passphrase(passphrase_file, encrypted, console, confirm=True)
    with console.session() as session, console.job("Exporting") as job:
        result = export_history(
            session, session.profile, out, job,
            form="json" if chosen == "json" else "csv", anonymous=anonymous, grain=grain.value, passphrase=passphrase,
        )  # fmt: skip
    console.result(
        result.to_dict(),
        lambda: print(
            f"{result.acts} acts on {result.items} items written to {result.path}"
            f"{', anonymous' if result.anonymous else ''}{', encrypted' if result.encrypted else ''}"
        ),
    )


@app.command()
def decrypt(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Encrypted export.")],
    out: Annotated[Path, typer.Argument(help="File to write.")],
    passphrase_file: _PassphraseFile = None,
) -> None:
    """Decrypt an export."""
    from avrec_desktop.privacy.encrypt import decrypt_file

    console: Console = context.obj
    passphrase = _passphrase(passphrase_file, True, console, confirm=False) or ""
    decrypt_file(file, out, passphrase)
    console.result({"path": str(out)}, lambda: print(out))


@app.command()
def erase(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    backup: Annotated[Path | None, typer.Option(help="Where the backup goes; without: into the library.")] = None,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Keep no backup.")] = False,
    encrypted: Annotated[bool, typer.Option("--encrypt", help="Ask for a passphrase and encrypt the backup.")] = False,
    passphrase_file: _PassphraseFile = None,
) -> None:
    """Erase everything this profile did, and the models that learned from it; a backup can be imported again."""
    from avrec_desktop.behaviour.export import backup_name

    console: Console = context.obj
    if not yes:
        console.need_terminal("erasing without --yes")
        name = console.settings.profile
        if typer.prompt(f"Type the name of the profile ({name}) to erase what it did", err=True, default="") != name:
            raise InputError("nothing was erased: that was not the name of the profile")
    passphrase = _passphrase(passphrase_file, encrypted, console, confirm=True)
    with console.session() as session, console.job("Erasing") as job:
        target = backup
        if target is None and not no_backup:
            target = session.directory / "backups" / backup_name(session.profile, encrypted=passphrase is not None)
        count, models = session.erase_history(session.profile, job, backup=target, passphrase=passphrase)
    value = {"erased": count, "models": models, "backup": None if target is None else str(target)}

    def human() -> None:
        print(f"{count} acts erased. Models to be trained anew: {', '.join(models) or 'none'}.")
        if target is not None:
            print(f"Backup: {target}\nTo bring it back: avrec import {target}", file=sys.stderr)

    console.result(value, human)
