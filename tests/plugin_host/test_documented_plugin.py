"""docs/plugins.md is true: the plugin built from its code installs, trains and recommends."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api import hookspecs
from avrec_desktop.api.errors import PluginError
from avrec_desktop.api.testing import make_training_data
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.plugin_host.host import PluginHost, PluginState
from avrec_desktop.recommend.dataset import save_items, save_training_data

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"
BLOCK = re.compile(r"^`(?P<path>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def write_documented_plugin(folder: Path) -> Path:
    """Write the files of the document's first plugin below ``folder``."""
    for match in BLOCK.finditer(DOCUMENT.read_text(encoding="utf-8")):
        path = folder / match["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match["text"], encoding="utf-8")
    return folder / "taste-match"


@pytest.fixture
def host(tmp_path: Path) -> PluginHost:
    return PluginHost(tmp_path / "library", tmp_path / "none", tmp_path / "user", events=EventBus())


def test_documented_plugin_from_empty_folder_to_recommendation(tmp_path: Path, host: PluginHost) -> None:
    source = write_documented_plugin(tmp_path)
    status = host.install(str(source), Job())
    assert status.state is PluginState.ACTIVE
    assert status.registers == ("model: taste-match",)
    assert [kind for kind, _ in status.adds] == ["model"]
    assert [m.id for m in host.recommenders()] == ["taste-match"]

    data = make_training_data()
    save_training_data(data, tmp_path / "data")
    save_items(data.items, tmp_path / "items")
    base = {"plugins": host.load_args(["taste-match"])["plugins"], "model": "taste-match"}
    with ComputeProcess() as process:
        events: list[dict[str, object]] = []
        trained = process.call(
            "avrec_desktop.recommend.child:train",
            {**base, "config": {}, "data": str(tmp_path / "data"), "out": str(tmp_path / "m"), "seed": 0, "user": None},
            on_event=events.append,
            timeout=120,
        )
        assert trained["epochs"] == len(events) > 0
        serving = {**base, "directory": str(tmp_path / "m"), "items": str(tmp_path / "items")}
        process.call("avrec_desktop.recommend.child:serve", serving)
        own = data.interactions.users == 0
        history = {
            "rows": data.interactions.items[own].astype(np.int64),
            "values": data.interactions.values[own],
            "times": data.interactions.times[own],
            "user": data.user_ids[0],
            "now": 0.0,
        }
        scores = process.call("avrec_desktop.recommend.child:score", history)["scores"]
    assert scores.shape == (data.n_items,)
    assert np.isfinite(scores).all()
    assert np.ptp(scores) > 0

    host.remove("taste-match")
    assert host.plugins() == []
    assert host.recommenders() == []
    assert [p for p in (tmp_path / "user").rglob("*") if "taste" in p.name] == []


def test_every_hook_is_documented_with_its_signature() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    hooks = {n: f for n, f in vars(hookspecs).items() if n.startswith("avrec_") and callable(f)}
    assert hooks
    for name, function in hooks.items():
        signature = str(inspect.signature(function)).replace("'", "")
        assert f"`{name}{signature}`" in text


def test_every_permission_and_manifest_field_is_documented() -> None:
    from typing import get_args

    from avrec_desktop.api.manifest import Permission, PluginManifest

    text = DOCUMENT.read_text(encoding="utf-8")
    for word in (*get_args(Permission), *PluginManifest.__dataclass_fields__):
        assert f"`{word}`" in text


def test_failed_installation_leaves_nothing_behind(tmp_path: Path, host: PluginHost) -> None:
    source = write_documented_plugin(tmp_path)
    code = source / "src" / "taste_match" / "__init__.py"
    code.write_text(code.read_text() + "\nraise RuntimeError('not today')\n")
    with pytest.raises(PluginError, match="not today"):
        host.install(str(source), Job())
    assert host.plugins() == []
    assert list((tmp_path / "user").iterdir()) == []


def test_plugin_of_a_newer_interface_is_refused_before_it_is_imported(tmp_path: Path, host: PluginHost) -> None:
    source = write_documented_plugin(tmp_path)
    manifest = source / "src" / "taste_match" / "avrec-plugin.toml"
    manifest.write_text(manifest.read_text().replace(">=1.0,<2", ">=9"))
    code = source / "src" / "taste_match" / "__init__.py"
    code.write_text("raise SystemExit('imported')\n")
    with pytest.raises(PluginError, match=r"asks for plugin interface >=9, and this app has 1\.1"):
        host.install(str(source), Job())


@pytest.mark.parametrize(
    ("name", "reason"), [("no/such/folder", "no such file"), ("missing.whl", "no such file"), ("--pre", "not the name")]
)
def test_wrong_source_is_a_clear_error(host: PluginHost, name: str, reason: str) -> None:
    with pytest.raises(PluginError, match=reason):
        host.install(name, Job())


def test_folder_that_is_no_plugin_is_a_clear_error(tmp_path: Path, host: PluginHost) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with pytest.raises(PluginError, match="exactly one entry point"):
        host.install(str(tmp_path / "x"), Job())
