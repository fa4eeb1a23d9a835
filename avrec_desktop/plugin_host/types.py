"""Plain values about plugins."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from avrec_desktop.api.media import Modality


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
        error: Why it does not work, or None.
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
