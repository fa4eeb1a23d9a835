"""Finds plugins without importing them: bundled folders, the app's environment, and installed ones.

A plugin is a distribution with an entry point in the group ``avrec.plugins`` whose value names a package that holds an
``avrec-plugin.toml``.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from packaging.version import Version

from avrec_desktop.api.errors import PluginError
from avrec_desktop.api.manifest import ENTRY_POINT_GROUP, MANIFEST_NAME, PluginManifest, read_manifest

log = logging.getLogger(__name__)

Source = Literal["bundled", "environment", "installed"]
#: All sources, the one that yields to all others first.
SOURCES: tuple[Source, ...] = get_args(Source)


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin as found on disk.

    Attributes:
        key: Its id, or the folder's or distribution's name when the manifest cannot be read.
        source: Where it was found.
        folder: Folder of the distribution (bundled, installed) or of the package (environment).
        paths: What to put on ``sys.path`` for it.
        module: Package with the hook implementations, or None after an error.
        manifest: The manifest, or None after an error.
        error: Why it cannot be used, for people.
    """

    key: str
    source: Source
    folder: Path
    paths: tuple[str, ...]
    module: str | None
    manifest: PluginManifest | None
    error: str | None = None

    @property
    def stamp(self) -> str:
        """A text that changes when the plugin's files change (newest time among its package's files)."""
        root = Path(self.paths[0]) if self.paths else self.folder
        package = root / self.module.replace(".", "/") if self.module else root
        try:
            newest = max((p.stat().st_mtime_ns for p in package.rglob("*") if p.suffix in {".py", ".toml"}), default=0)
        except OSError:
            newest = 0
        version = self.manifest.version if self.manifest else ""
        return f"{self.key} {version} {self.source} {newest}"


def discover(bundled: Path, installed: Iterable[Path]) -> list[Found]:
    """Return one entry per plugin id, bad ones included, sorted by id.

    Installed plugins win over those of the environment, these over bundled ones; within one source the higher version.
    One that cannot be used, since its manifest is bad or it asks for another interface, never hides one that can.

    Args:
        bundled: Folder of source-layout plugin folders.
        installed: Folders with ``<id>/<version>/site``.
    """
    found: dict[str, Found] = {}
    for item in (*_bundled(bundled), *_environment(), *(f for root in installed for f in _installed(root))):
        held = found.get(item.key)
        if held is not None and held.source == item.source:
            log.warning("the plugin id %s is there twice: %s and %s", item.key, held.folder, item.folder)
        if held is None or _order(item) > _order(held):
            found[item.key] = item
    return sorted(found.values(), key=lambda f: f.key)


def read_source_folder(folder: Path, source: Source = "bundled") -> Found:
    """Read a plugin in source layout (``pyproject.toml`` and ``src/<package>`` or ``<package>``).

    Raises:
        PluginError: It is not a plugin; the message says what is missing.
    """
    project = folder / "pyproject.toml"
    try:
        table = tomllib.loads(project.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PluginError(f"pyproject.toml cannot be read: {error}", path=folder) from error
    points = table.get("project", {}).get("entry-points", {}).get(ENTRY_POINT_GROUP, {})
    if not isinstance(points, dict) or len(points) != 1:
        raise PluginError(f"it needs exactly one entry point in the group {ENTRY_POINT_GROUP!r}", path=folder)
    module = str(next(iter(points.values()))).partition(":")[0]
    for root in (folder / "src", folder):
        manifest = root / module.replace(".", "/") / MANIFEST_NAME
        if manifest.exists():
            return _checked(read_manifest(manifest), source, folder, root, module)
    raise PluginError(f"there is no {MANIFEST_NAME} in the package {module!r}", path=folder)


def read_site(site: Path, source: Source = "installed") -> Found:
    """Read the one plugin installed in a target directory.

    Raises:
        PluginError: There is none, or more than one, or its manifest is not valid.
    """
    points = [
        point
        for distribution in importlib.metadata.distributions(path=[str(site)])
        for point in distribution.entry_points.select(group=ENTRY_POINT_GROUP)
    ]
    if len(points) != 1:
        count = "no" if not points else "more than one"
        raise PluginError(
            f"it has {count} entry point in the group {ENTRY_POINT_GROUP!r}: not an avrec plugin", path=site
        )
    module = points[0].module
    manifest = site / module.replace(".", "/") / MANIFEST_NAME
    if not manifest.exists():
        raise PluginError(f"there is no {MANIFEST_NAME} in the package {module!r}", path=site)
    return _checked(read_manifest(manifest), source, site.parent, site, module)


def _bundled(root: Path) -> Iterator[Found]:
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if not (folder / "pyproject.toml").exists():
            continue
        try:
            yield read_source_folder(folder)
        except PluginError as error:
            yield _broken(folder.name, "bundled", folder, error)


def _installed(root: Path) -> Iterator[Found]:
    if not root.is_dir():
        return
    for site in sorted(root.glob("*/*/site")):
        if any(part.startswith(".") for part in site.relative_to(root).parts):
            continue  # half-made or half-removed
        try:
            yield read_site(site)
        except PluginError as error:
            yield _broken(site.parent.parent.name, "installed", site.parent, error)


def _environment() -> Iterator[Found]:
    for point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        name = point.dist.name if point.dist is not None else point.name
        try:
            package = _package_folder(point)
            manifest = read_manifest(package / MANIFEST_NAME)
        except PluginError as error:
            yield _broken(name, "environment", Path(), error)
            continue
        depth = point.module.count(".") + 1
        yield _checked(manifest, "environment", package, package.parents[depth - 1], point.module)


def _package_folder(point: importlib.metadata.EntryPoint) -> Path:
    """Find the package of an entry point; only parents of a dotted name would be imported, so those are refused."""
    if "." in point.module:
        raise PluginError(f"the entry point names {point.module!r}; it must name a top-level package")
    try:
        spec = importlib.util.find_spec(point.module)
    except (ImportError, ValueError) as error:
        raise PluginError(f"the package {point.module!r} cannot be found: {error}") from error
    if spec is None or spec.origin is None:
        raise PluginError(f"the package {point.module!r} is not there")
    return Path(spec.origin).parent


def _checked(manifest: PluginManifest, source: Source, folder: Path, root: Path, module: str) -> Found:
    return Found(manifest.id, source, folder, (str(root),), module, manifest)


def _broken(name: str, source: Source, folder: Path, error: PluginError) -> Found:
    log.warning("plugin %s: %s", name, error)
    return Found(name, source, folder, (), None, None, str(error))


def _order(found: Found) -> tuple[bool, bool, int, Version]:
    manifest = found.manifest
    version = Version(manifest.version if manifest else "0")
    usable = manifest is not None and manifest.compatible
    return usable, manifest is not None, SOURCES.index(found.source), version
