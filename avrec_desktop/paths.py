"""Where things are: resources of the installation and the user's default library."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """Return the folder of resources: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def bundled_plugins() -> Path:
    """Return the folder whose sub-folders are the bundled plugins."""
    installed = _PACKAGE / "_bundled"
    return installed if installed.is_dir() else _PACKAGE.parent / "plugins"


def default_library() -> Path:
    """Return the library directory: ``AVREC_LIBRARY`` or the platform's data folder."""
    chosen = os.environ.get("AVREC_LIBRARY")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("avrec", appauthor=False)) / "library"


def user_plugins() -> Path:
    """Return the folder where plugins are installed for this user (``AVREC_PLUGINS`` overrides it)."""
    chosen = os.environ.get("AVREC_PLUGINS")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("avrec", appauthor=False)) / "plugins"
