"""Plain values about plugins."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.api.media import Modality
from avrec_desktop.api.options import OptionValue, PluginOption


class PluginState(enum.StrEnum):
    """Where a plugin stands."""

    ENABLED = "enabled"  # will be loaded when needed
    ACTIVE = "active"  # loaded and described without error
    DISABLED = "disabled"  # by the user
    ERROR = "error"
    INCOMPATIBLE = "incompatible"


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """A plugin as shown to the user.

    Attributes:
        registers: What it adds, e.g. ``"extractor: music"`` or ``"model: dot"``.
        adds: The same for people: (``"extractor"`` or ``"model"``, its name).
        error: Why it does not work, or None.
        notice: What has to be installed or set before all of it works, or None.
        options: What the user can set, with ``values``, defaults included.
        source: ``"bundled"``, ``"environment"`` or ``"installed"``; only installed ones can be removed.
    """

    id: str
    name: str
    version: str
    state: PluginState
    permissions: tuple[str, ...]
    registers: tuple[str, ...]
    error: str | None
    source: str
    description: str = ""
    author: str = ""
    licence: str = ""
    homepage: str = ""
    folder: str = ""
    notice: str | None = None
    options: tuple[PluginOption, ...] = ()
    values: dict[str, OptionValue] = field(default_factory=dict)
    adds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractorInfo:
    """An extractor that can be used."""

    id: str
    version: int
    name: str
    modality: Modality
    dim: int
    tags: tuple[str, ...]
    plugin: str


@dataclass(frozen=True, slots=True)
class RecommenderInfo:
    """A model that can be used; ``config`` holds its settings with their defaults."""

    id: str
    version: int
    name: str
    uses_content: bool
    min_interactions: int
    config: dict[str, Any]
    plugin: str
    plugin_version: str
