"""Options: declared in the manifest, set by the user, read by the plugin; extractors that lack something are told."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

import pytest

from avrec_desktop.api.errors import InputError, NotFoundError, PluginError
from avrec_desktop.api.manifest import parse_manifest
from avrec_desktop.api.options import PluginOption
from avrec_desktop.jobs.events import EventBus, PluginsChanged
from avrec_desktop.plugin_host import host as host_module
from avrec_desktop.plugin_host.host import PluginHost, PluginState

MANIFEST = """
[plugin]
id = "chosen"
name = "Chosen"
version = "1"
api = ">=1.1,<2"
optional = ["not-there-at-all"]

[[plugin.options]]
name = "model"
type = "folder"
label = "Folder of the model"

[[plugin.options]]
name = "size"
type = "integer"
label = "Size"
default = 3

[[plugin.options]]
name = "speed"
type = "choice"
label = "Speed"
choices = ["slow", "fast"]
"""
CODE = """
from pathlib import Path
import numpy as np
from avrec_desktop.api import FeatureExtractor, Features, hookimpl, plugin_options

OPTIONS = plugin_options("chosen")

class One(FeatureExtractor):
    id = "one"
    name = "One"
    modality = "text"
    dim = OPTIONS["size"]

    @classmethod
    def unavailable(cls):
        return None if OPTIONS["model"] and Path(OPTIONS["model"]).is_dir() else "Choose the folder of a model."

    def extract(self, media):
        return Features(np.ones(self.dim, "f4"))

@hookimpl
def avrec_feature_extractors():
    return [One]
"""


@pytest.fixture
def make_host(tmp_path: Path) -> Callable[[], PluginHost]:
    package = tmp_path / "bundled" / "chosen" / "src" / "p_chosen"
    package.mkdir(parents=True)
    (package.parents[1] / "pyproject.toml").write_text(
        '[project]\nname = "chosen"\nversion = "1"\n[project.entry-points."avrec.plugins"]\nchosen = "p_chosen"\n'
    )
    (package / "avrec-plugin.toml").write_text(MANIFEST)
    (package / "__init__.py").write_text(CODE)
    return lambda: PluginHost(tmp_path / "library", tmp_path / "bundled", tmp_path / "user", events=EventBus())


def test_an_extractor_that_lacks_something_is_told_and_not_used(make_host: Callable[[], PluginHost]) -> None:
    host = make_host()
    assert host.extractors() == []
    status = host.info("chosen")
    assert (status.state, status.error, status.registers) == (PluginState.ACTIVE, None, ())
    assert status.notice == "One: Choose the folder of a model."
    assert [o.name for o in status.options] == ["model", "size", "speed"]
    assert status.values == {"model": "", "size": 3, "speed": "slow"}


def test_options_reach_the_plugin_and_outlive_the_app(make_host: Callable[[], PluginHost], tmp_path: Path) -> None:
    host = make_host()
    host.extractors()
    folder = tmp_path / "model"
    folder.mkdir()
    status = host.set_options("chosen", {"model": str(folder), "size": 5})
    assert status.values == {"model": str(folder), "size": 5, "speed": "slow"}
    (one,) = host.extractors()
    assert one.dim == 5
    assert host.info("chosen").notice is None
    assert host.info("chosen").registers == ("extractor: one",)
    again = make_host()
    assert again.info("chosen").values["size"] == 5
    assert again.load_args()["plugins"][0]["options"] == {"model": str(folder), "size": 5, "speed": "slow"}
    folder.rmdir()
    assert again.extractors() == []
    assert again.info("chosen").notice is not None


def test_a_package_that_comes_is_noticed(make_host: Callable[[], PluginHost], monkeypatch: pytest.MonkeyPatch) -> None:
    host, asked = make_host(), []
    describe = host_module.describe
    monkeypatch.setattr(host_module, "describe", lambda new, **more: asked.append(1) or describe(new, **more))
    host.extractors()
    host.extractors()
    assert len(asked) == 1
    version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "2.0" if name == "not-there-at-all" else version(name)
    )
    host.extractors()
    assert len(asked) == 2


def test_wrong_options_change_nothing(make_host: Callable[[], PluginHost]) -> None:
    host = make_host()
    for values, message in (
        ({"size": 4, "speed": "warp"}, "one of slow, fast"),
        ({"size": "5"}, "type integer"),
        ({"size": True}, "type integer"),
        ({"colour": "red"}, "no option 'colour'"),
    ):
        with pytest.raises(InputError, match=message):
            host.set_options("chosen", values)
    with pytest.raises(NotFoundError):
        host.set_options("nobody", {})
    assert host.info("chosen").values == {"model": "", "size": 3, "speed": "slow"}


def test_a_change_is_announced(make_host: Callable[[], PluginHost], tmp_path: Path) -> None:
    events: EventBus = EventBus()
    heard: list[object] = []
    events.subscribe(heard.append)
    host = PluginHost(tmp_path / "library", tmp_path / "bundled", tmp_path / "user", events=events)
    host.set_options("chosen", {"size": 9})
    assert heard == [PluginsChanged("chosen")]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('name = "Bad Name"\ntype = "text"\nlabel = "x"', "the option name"),
        ('name = "a"\ntype = "colour"\nlabel = "x"', "a label and a type"),
        ('name = "a"\ntype = "text"', "a label and a type"),
        ('name = "a"\ntype = "choice"\nlabel = "x"', "needs choices"),
        ('name = "a"\ntype = "text"\nlabel = "x"\nchoices = ["y"]', "needs choices"),
        ('name = "a"\ntype = "integer"\nlabel = "x"\ndefault = "three"', "its default"),
        ('name = "a"\ntype = "text"\nlabel = "x"\nhelp = 3', "help"),
    ],
)
def test_a_manifest_with_a_bad_option_is_refused(table: str, message: str) -> None:
    head = '[plugin]\nid = "xy"\nname = "x"\nversion = "1"\napi = ">=1.0"\n'
    with pytest.raises(PluginError, match=message):
        parse_manifest(f"{head}[[plugin.options]]\n{table}\n", source="here")


def test_two_options_of_one_name_are_refused() -> None:
    head = '[plugin]\nid = "xy"\nname = "x"\nversion = "1"\napi = ">=1.0"\n'
    with pytest.raises(PluginError, match="one name"):
        parse_manifest(head + '[[plugin.options]]\nname = "a"\ntype = "text"\nlabel = "x"\n' * 2, source="here")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("number", "0.5", 0.5), ("integer", "7", 7), ("switch", "on", True), ("switch", "No", False), ("text", "7", "7")],
)
def test_texts_of_a_command_line_become_values(kind: str, text: str, value: object) -> None:
    assert PluginOption("a", kind, "A", "").parse(text) == value  # type: ignore[arg-type]


def test_a_text_that_is_no_value_is_refused() -> None:
    for kind, text in (("number", "fast"), ("number", "nan"), ("integer", "1.5"), ("switch", "perhaps")):
        with pytest.raises(InputError):
            PluginOption("a", kind, "A", "").parse(text)  # type: ignore[arg-type]
