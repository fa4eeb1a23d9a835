"""Plugins and hosts for the tests of this room. No test sees plugins that it did not bring."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from avrec_desktop.jobs.events import EventBus
from avrec_desktop.plugin_host.host import PluginHost

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
BundledHost = Callable[..., PluginHost]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Copy the test plugins, so that a test may change them."""
    return Path(shutil.copytree(PLUGINS, tmp_path / "sources", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def host_of(tmp_path: Path, sources: Path) -> BundledHost:
    """Return a function that makes a host with the named test plugins as bundled ones."""

    def make(*names: str) -> PluginHost:
        bundled = tmp_path / "bundled"
        for name in names:
            if not (bundled / name).exists():
                shutil.copytree(sources / name, bundled / name)
        return PluginHost(tmp_path / "library", bundled, tmp_path / "user", events=EventBus())

    return make
