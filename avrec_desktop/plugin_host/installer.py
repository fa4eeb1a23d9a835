"""Installs plugins into folders of their own, outside the app's environment.

pip resolves first (a dry run), so that what the app's environment already satisfies is not installed again and the
app's own packages cannot be replaced; then only what is missing goes into a staging folder, which is renamed into
place when the plugin has proved that it loads.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import Cancelled, PluginError
from avrec_desktop.api.manifest import PluginManifest
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.files import sync_folder
from avrec_desktop.plugin_host.discovery import Found, read_site, read_source_folder

log = logging.getLogger(__name__)

#: Seconds one pip call may take.
PIP_TIMEOUT = 900.0
#: Earlier versions kept for going back.
KEPT_VERSIONS = 1


@dataclass
class Staged:
    """A plugin in its staging folder."""

    found: Found
    folder: Path
    root: Path
    committed: bool = field(default=False, init=False)

    def commit(self, manifest: PluginManifest) -> None:
        """Move the plugin to its place; an earlier installation of the same version is replaced.

        Raises:
            PluginError: The folder cannot be written.
        """
        place = self.root / manifest.id / manifest.version
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists():
                old = Path(tempfile.mkdtemp(prefix=".old-", dir=self.root))
                place.rename(old / "was")
                self.folder.rename(place)
                shutil.rmtree(old, ignore_errors=True)
            else:
                self.folder.rename(place)
            sync_folder(place.parent)
        except OSError as error:
            raise PluginError(f"it cannot be put into place: {error}", path=place, plugin=manifest.id) from error
        self.committed = True
        _prune(place)


@contextlib.contextmanager
def staged(source: str, root: Path, job: Job) -> Iterator[Staged]:
    """Install ``source`` into a staging folder below ``root``; the folder is removed unless committed.

    Raises:
        PluginError: There is no such file, pip is missing or failed, or it is not a plugin.
    """
    target = _target(source)
    if importlib.util.find_spec("pip") is None:
        raise PluginError("pip is not in this environment", hint="Run: python -m ensurepip")
    try:
        root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=root))
    except OSError as error:
        raise PluginError(f"the plugin folder cannot be written: {error}", path=root) from error
    try:
        job.progress(0, 4, "Looking at what it needs")
        needed = _resolve(target, job)
        job.progress(1, 4, "Installing")
        _pip(["install", "--no-deps", "--target", str(folder / "site"), *_build_options(target), target, *needed], job)
        job.progress(2, 4, "Checking")
        yield Staged(read_site(folder / "site"), folder, root)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove(folder: Path) -> None:
    """Remove all versions of an installed plugin: out of sight first, in one step, then from the disk.

    Raises:
        PluginError: The folder cannot be renamed.
    """
    try:
        hidden = Path(tempfile.mkdtemp(prefix=".removed-", dir=folder.parent))
        folder.rename(hidden / folder.name)
    except OSError as error:
        raise PluginError(f"it cannot be removed: {error}", path=folder) from error
    shutil.rmtree(hidden, ignore_errors=True)


def _target(source: str) -> str:
    path = Path(source).expanduser()
    if path.is_dir():
        read_source_folder(path)  # a clear error before pip has a chance to fail obscurely
        return str(path.resolve())
    if path.is_file():
        if path.suffix != ".whl":
            raise PluginError("it is not a wheel (.whl)", path=path, hint="Give a wheel, a source folder or a name.")
        return str(path.resolve())
    if any(mark in source for mark in ("/", "\\")) or source.endswith(".whl"):
        raise PluginError("there is no such file or folder", path=source)
    if source.startswith("-"):
        raise PluginError(f"{source!r} is not the name of a package")
    return source


def _build_options(target: str) -> list[str]:
    """Build source folders with the app's own hatchling where it is there, which needs no network."""
    local = Path(target).is_dir() and importlib.util.find_spec("hatchling") is not None
    return ["--no-build-isolation"] if local else []


def _resolve(target: str, job: Job) -> list[str]:
    """Return the requirements, pinned, that the plugin needs beyond the app's environment.

    The app's environment is given as constraints: a plugin that needs another version of what the app has is refused.
    """
    have = {d.name.lower().replace("_", "-"): d.version for d in importlib.metadata.distributions() if d.name}
    with tempfile.TemporaryDirectory() as scratch:
        constraints, report = Path(scratch) / "constraints.txt", Path(scratch) / "report.json"
        lines = [f"{name}=={version}\n" for name, version in sorted(have.items()) if "+" not in version]
        own = Path(target).is_dir() or target.endswith(".whl")
        constraints.write_text("".join(x for x in lines if own or not x.startswith(f"{target.lower()}==")))
        words = ["install", "--dry-run", "--quiet", "--report", str(report), "--constraint", str(constraints)]
        _pip([*words, *_build_options(target), target], job)
        plan = json.loads(report.read_text(encoding="utf-8"))
    requested = [_name(i) for i in plan["install"] if i.get("requested")]
    needed = {
        _name(i): i["metadata"]["version"]
        for i in plan["install"]
        if not i.get("requested") and have.get(_name(i)) != i["metadata"]["version"]
    }
    log.info("plugin %s needs %s", requested, needed or "nothing more")
    return [f"{name}=={version}" for name, version in needed.items()]


def _name(entry: dict[str, Any]) -> str:
    return str(entry["metadata"]["name"]).lower().replace("_", "-")


def _pip(words: Sequence[str], job: Job) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True)
    output: list[str] = []
    stream = process.stdout
    reader = threading.Thread(target=lambda: output.extend(stream or ()), name="pip-output")
    reader.start()
    waited = 0.0
    try:
        while True:
            try:
                process.wait(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                waited += 0.2
            if job.cancelled:
                raise Cancelled(job.title)
            if waited > PIP_TIMEOUT:
                raise PluginError("pip took too long", hint="Check the connection and try again.")
    finally:
        process.kill()
        process.wait()
        reader.join()
        if stream is not None:
            stream.close()
    if process.returncode:
        raise PluginError(f"pip could not install it: {_reason(output)}", hint="Nothing was changed.")


def _reason(output: Sequence[str]) -> str:
    lines = [line.strip() for line in output if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "fatal"))]
    return " ".join((errors or lines)[-3:])[-800:] or "no reason given"


def _prune(place: Path) -> None:
    """Keep the newest earlier versions for going back, drop the rest."""
    others = sorted((p for p in place.parent.iterdir() if p != place), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in others[KEPT_VERSIONS:]:
        shutil.rmtree(old, ignore_errors=True)
