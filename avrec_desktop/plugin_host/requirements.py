"""What a plugin needs beyond the app's environment, and pip, which fetches it.

The app's own packages are fixed points: what they satisfy is never installed again, and a plugin that needs another
version of one is refused before anything is downloaded for it.
"""

from __future__ import annotations

import email.parser
import importlib.metadata
import importlib.util
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from avrec_desktop import __version__
from avrec_desktop.api.errors import Cancelled, PluginError
from avrec_desktop.jobs import Job

log = logging.getLogger(__name__)

#: Seconds one pip call may take.
PIP_TIMEOUT = 900.0
#: Name of the app's own distribution.
APP = "avrec-desktop"
#: What pip says when it has no connection.
_OFFLINE = (
    "after connection broken by",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "No route to host",
    "getaddrinfo failed",
    "Network is unreachable",
    "Connection refused",
    "ProxyError",
)


def wheel_of(target: str, scratch: Path, job: Job) -> Path:
    """Return the wheel of a plugin: the given one, or built or downloaded into ``scratch``, without what it needs.

    Raises:
        PluginError: pip failed, or gave no wheel.
        Cancelled: The job was cancelled.
    """
    if target.endswith(".whl"):
        return Path(target)
    options = ["--no-build-isolation"] if Path(target).is_dir() and _can_build(Path(target)) else []
    run_pip(["wheel", "--no-deps", "--wheel-dir", str(scratch), *options, target], job)
    made = list(scratch.glob("*.whl"))
    if len(made) != 1:
        raise PluginError(f"building it gave {len(made)} wheels", path=target)
    return made[0]


def missing(wheel: Path) -> list[str]:
    """Return the requirements of a wheel that the app's environment lacks.

    Raises:
        PluginError: It is no wheel, or needs another version of a package that the app has.
    """
    out = []
    for text in _requires(wheel):
        try:
            need = Requirement(text)
        except InvalidRequirement as error:
            raise PluginError(f"it has an unusable requirement: {error}", path=wheel) from error
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        version = installed_version(need.name)
        if version is None:
            out.append(text)
        elif not need.specifier.contains(version, prereleases=True):
            raise PluginError(
                f"it needs {need.name}{need.specifier}, and this app has {need.name} {version}",
                path=wheel,
                hint="Ask its author for a version made for this app.",
            )
    return out


def plan(needs: Sequence[str], job: Job) -> list[str]:
    """Return everything that has to be installed for ``needs``, as ``name==version``, with the app's packages fixed.

    Raises:
        PluginError: pip finds no solution.
        Cancelled: The job was cancelled.
    """
    if not needs:
        return []
    have = {canonicalize_name(d.name): d.version for d in importlib.metadata.distributions() if d.name}
    with tempfile.TemporaryDirectory() as scratch:
        constraints, report = Path(scratch) / "constraints.txt", Path(scratch) / "report.json"
        constraints.write_text("".join(f"{n}=={v}\n" for n, v in sorted(have.items()) if n != APP and "+" not in v))
        words = ["install", "--dry-run", "--quiet", "--report", str(report), "--constraint", str(constraints)]
        run_pip([*words, *needs], job)
        chosen: Iterable[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
    found = {canonicalize_name(i["metadata"]["name"]): i["metadata"]["version"] for i in chosen}
    return [f"{name}=={version}" for name, version in sorted(found.items()) if name not in have and name != APP]


def installed_version(name: str) -> str | None:
    """Return the version of a package in the app's environment (the app itself included), or None."""
    if canonicalize_name(name) == APP:
        return __version__  # also in a checkout, which is not installed
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _requires(wheel: Path) -> list[str]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [n for n in archive.namelist() if n.count("/") == 1 and n.endswith(".dist-info/METADATA")]
            text = archive.read(names[0]).decode("utf-8")
    except (OSError, zipfile.BadZipFile, IndexError, UnicodeDecodeError) as error:
        raise PluginError("it is not a wheel, or damaged", path=wheel) from error
    return email.parser.Parser().parsestr(text, headersonly=True).get_all("Requires-Dist") or []


def _can_build(folder: Path) -> bool:
    """Return whether the environment holds what building the source folder needs, so that no network is needed."""
    try:
        table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        needs = [Requirement(text) for text in table["build-system"]["requires"]]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError, InvalidRequirement):
        return False
    versions = [(need, installed_version(need.name)) for need in needs]
    return all(v is not None and need.specifier.contains(v, prereleases=True) for need, v in versions)


def run_pip(words: Sequence[str], job: Job) -> None:
    """Run pip with these words; what it prints goes into the error.

    Raises:
        PluginError: It failed or took too long.
        Cancelled: The job was cancelled.
    """
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
        reason = _reason(output)
        offline = any(word in "".join(output) for word in _OFFLINE)
        hint = "Is this machine online? Nothing was changed." if offline else "Nothing was changed."
        raise PluginError(f"pip could not install it: {reason}", hint=hint)


def _reason(output: Sequence[str]) -> str:
    lines = [line.strip() for line in output if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "fatal"))]
    return " ".join((errors or lines)[-3:])[-800:] or "no reason given"
