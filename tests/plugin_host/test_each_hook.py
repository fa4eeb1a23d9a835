"""A test per hook: a plugin that implements it adds something, and the bundled plugins use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from avrec_desktop import paths
from avrec_desktop.api import hookspecs
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.plugin_host.host import PluginHost, PluginState

#: What the host lists for each hook.
LISTS: dict[str, Callable[[PluginHost], list[object]]] = {
    "avrec_feature_extractors": lambda host: list(host.extractors()),
    "avrec_recommenders": lambda host: list(host.recommenders()),
}


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> PluginHost:
    """Return a host with the app's own plugins."""
    folder = tmp_path_factory.mktemp("bundled")
    return PluginHost(folder / "library", paths.bundled_plugins(), folder / "user", events=EventBus())


def test_no_hook_is_without_a_test() -> None:
    assert set(LISTS) == {name for name in vars(hookspecs) if name.startswith("avrec_")}


@pytest.mark.parametrize("hook", sorted(LISTS))
def test_hook_is_used_by_a_bundled_plugin_and_listed(bundled: PluginHost, hook: str) -> None:
    assert LISTS[hook](bundled)
    code = [p.read_text(encoding="utf-8") for p in paths.bundled_plugins().glob("*/src/*/__init__.py")]
    assert any(f"def {hook}(" in text for text in code)


def test_all_bundled_plugins_work_and_none_claims_an_id_of_another(bundled: PluginHost) -> None:
    off = [p.id for p in bundled.plugins() if p.state is PluginState.DISABLED]
    assert off == ["basics"], "all others are used from the start"
    bundled.enable("basics")
    bundled.extractors()
    shown = {p.id: (p.state, p.error) for p in bundled.plugins() if p.source == "bundled"}
    folders = {p.parent.name for p in Path(paths.bundled_plugins()).glob("*/pyproject.toml")}
    assert len(shown) == len(folders)
    assert set(shown.values()) == {(PluginState.ACTIVE, None)}
