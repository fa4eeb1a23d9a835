"""The static manifest of a plugin, read without importing the plugin."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from avrec_desktop.api.errors import PluginError
from avrec_desktop.api.options import PluginOption, parse_options

#: Version of the plugin interface. The minor part grows with additions, the major part with breaks.
API_VERSION = "1.1"
#: File name of the manifest, beside the plugin package's ``__init__.py``.
MANIFEST_NAME = "avrec-plugin.toml"
#: Entry-point group of the plugins; the value names the module that carries the hook implementations.
ENTRY_POINT_GROUP = "avrec.plugins"

Permission = Literal["behaviour", "names", "audio", "video", "network", "files"]
_ID = re.compile(r"[a-z][a-z0-9-]{1,63}")


@dataclass(frozen=True, slots=True)
class PluginManifest:
    """What a plugin says of itself.

    Attributes:
        id: Stable id, lower case letters, digits and hyphens.
        name: Name for people.
        version: Version of the plugin, PEP 440.
        api: Range of interface versions it works with, e.g. ``">=1.0,<2"``.
        permissions: What it may see: ``behaviour`` (plays and ratings), ``names`` (titles, file names), ``audio``,
            ``video`` (decoded media), ``network``, ``files`` (reading files of its own configuration).
        description: One sentence.
        author: Who made it.
        licence: SPDX expression.
        homepage: Address, or empty.
        enabled: Whether it is used from the start; else only when the user enables it.
        optional: Packages that it uses where they are installed; it is asked anew what it registers when they change.
        options: What the user can set; read with :func:`avrec_desktop.api.plugin_options`.
    """

    id: str
    name: str
    version: str
    api: str
    permissions: tuple[Permission, ...] = ()
    description: str = ""
    author: str = ""
    licence: str = ""
    homepage: str = ""
    enabled: bool = True
    optional: tuple[str, ...] = ()
    options: tuple[PluginOption, ...] = ()

    @property
    def compatible(self) -> bool:
        """Whether the range in :attr:`api` admits :data:`API_VERSION`."""
        return Version(API_VERSION) in SpecifierSet(self.api)


def parse_manifest(text: str, *, source: str) -> PluginManifest:
    """Parse a manifest.

    Args:
        text: The TOML text: one table ``[plugin]`` with the fields of :class:`PluginManifest`.
        source: Where it came from, for messages.

    Raises:
        PluginError: It is not TOML, lacks a field, or a field has a wrong value; the message names the field.
    """
    try:
        table = tomllib.loads(text).get("plugin")
    except tomllib.TOMLDecodeError as error:
        raise PluginError(f"the plugin manifest is not valid TOML: {error}", path=source) from error
    if not isinstance(table, dict):
        raise PluginError("the plugin manifest has no [plugin] table", path=source)
    values = {name: _text(table, name, source) for name in ("id", "name", "version", "api")}
    if not _ID.fullmatch(values["id"]):
        raise PluginError(f"the plugin id {values['id']!r} is not lower case letters, digits and hyphens", path=source)
    try:
        Version(values["version"])
        SpecifierSet(values["api"])
    except (InvalidVersion, InvalidSpecifier) as error:
        raise PluginError(f"the plugin manifest has an unusable version: {error}", path=source) from error
    permissions = table.get("permissions", [])
    allowed = get_args(Permission)
    if not isinstance(permissions, list) or any(p not in allowed for p in permissions):
        raise PluginError(f"permissions must be a list of {', '.join(allowed)}", path=source)
    enabled = table.get("enabled", True)
    if not isinstance(enabled, bool):
        raise PluginError("enabled must be true or false", path=source)
    extra = {name: _text(table, name, source, "") for name in ("description", "author", "licence", "homepage")}
    optional = table.get("optional", [])
    if not isinstance(optional, list) or not all(isinstance(name, str) and name for name in optional):
        raise PluginError("optional must be a list of names of packages", path=source)
    fields: dict[str, Any] = values | extra
    fields |= {"permissions": tuple(permissions), "enabled": enabled, "optional": tuple(optional)}
    return PluginManifest(**fields, options=parse_options(table.get("options", []), source))


def read_manifest(path: Path) -> PluginManifest:
    """Read a manifest file.

    Raises:
        PluginError: It cannot be read or is not valid.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"the plugin manifest cannot be read: {error}", path=path) from error
    return parse_manifest(text, source=str(path))


def _text(table: dict[str, Any], name: str, source: str, default: str | None = None) -> str:
    value = table.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise PluginError(f"the plugin manifest needs a text for {name!r}", path=source)
    return value
