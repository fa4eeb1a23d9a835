"""Installs plugins into folders of their own, outside the app's environment.

The plugin's wheel is built or fetched first. Then only what it needs beyond the app's environment goes, with it, into a
staging folder, which is renamed into place when the plugin has proved that it loads. One version is in place, and the
one before it is kept for going back.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from avrec_desktop.api.errors import PluginError
from avrec_desktop.api.manifest import PluginManifest
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.files import sync_folder
from avrec_desktop.plugin_host import requirements
from avrec_desktop.plugin_host.discovery import Found, read_site, read_source_folder

log = logging.getLogger(__name__)

#: Folder, beside the installed version, of the one that was there before.
PREVIOUS = ".previous"
#: Seconds after which the leftovers of an installation that was cut off (power, kill) are removed.
STALE = 3600.0


@dataclass
class Staged:
    """A plugin in its staging folder.

    Attributes:
        found: What was found in it.
        folder: The staging folder.
        root: Where plugins live.
        added: What was installed with it, as ``name==version``.
    """

    found: Found
    folder: Path
    root: Path
    added: list[str] = field(default_factory=list)

    def commit(self, manifest: PluginManifest) -> None:
        """Move the plugin to its place. What was there before is kept as the previous version.

        Raises:
            PluginError: The folder cannot be written; everything is as before.
        """
        home = self.root / manifest.id
        fresh = not home.exists()
        try:
            home.mkdir(parents=True, exist_ok=True)
            _exchange(home, self.folder, manifest.version)
            sync_folder(home)
        except OSError as error:
            if fresh:
                shutil.rmtree(home, ignore_errors=True)
            raise PluginError(f"it cannot be put into place: {error}", path=home, plugin=manifest.id) from error


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
        _sweep(root)
        folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=root))
    except OSError as error:
        raise PluginError(f"the plugin folder cannot be written: {error}", path=root) from error
    try:
        job.progress(0, 4, "Building or fetching it")
        wheel = requirements.wheel_of(target, folder / "wheel", job)
        job.progress(1, 4, "Looking at what it needs")
        added = requirements.plan(requirements.missing(wheel), job)
        job.progress(2, 4, f"Installing it with {', '.join(added)}" if added else "Installing it")
        words = ["install", "--no-deps", "--no-compile", "--target", str(folder / "site"), str(wheel), *added]
        requirements.run_pip(words, job)
        shutil.rmtree(folder / "wheel", ignore_errors=True)
        log.info("plugin %s: installed with %s", source, added or "nothing more")
        yield Staged(read_site(folder / "site"), folder, root, added)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rollback(folder: Path) -> None:
    """Put the previous version of a plugin in the place of the present one, which becomes the previous.

    Args:
        folder: Folder of the present version.

    Raises:
        PluginError: There is no previous version, or the folders cannot be renamed.
    """
    home = folder.parent
    kept = sorted((home / PREVIOUS).iterdir()) if (home / PREVIOUS).is_dir() else []
    if not kept:
        raise PluginError("no earlier version of it is there", plugin=home.name)
    try:
        hidden = Path(tempfile.mkdtemp(prefix=".staging-", dir=home.parent))
        back = kept[0].rename(hidden / kept[0].name)
        try:
            _exchange(home, back, back.name)
        except OSError:
            back.rename(kept[0])
            raise
        hidden.rmdir()
    except OSError as error:
        raise PluginError(f"it cannot be put back: {error}", path=home, plugin=home.name) from error


def _exchange(home: Path, new: Path, version: str) -> None:
    """Put ``new`` in place as ``version``; what was in place becomes the previous version, and that is dropped.

    Raises:
        OSError: A rename failed; everything is as before.
    """
    present = [p for p in home.iterdir() if not p.name.startswith(".")]
    aside = Path(tempfile.mkdtemp(prefix=".old-", dir=home))
    moved: list[tuple[Path, Path]] = []
    try:
        moved.extend((each, each.rename(aside / each.name)) for each in present)
        new.rename(home / version)
    except OSError:
        for was, now in moved:
            now.rename(was)
        aside.rmdir()
        raise
    previous = home / PREVIOUS
    if moved:
        shutil.rmtree(previous, ignore_errors=True)
        aside.rename(previous)
    else:
        aside.rmdir()


def _sweep(root: Path) -> None:
    """Remove what installations that were cut off left behind."""
    for pattern in (".staging-*", ".removed-*", "*/.old-*"):
        for left in root.glob(pattern):
            if time.time() - left.stat().st_mtime > STALE:
                shutil.rmtree(left, ignore_errors=True)


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
