"""The plugins of ``tests/plugins`` beside each other: each failure is told, and none hurts another plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from avrec_desktop.api.manifest import API_VERSION
from avrec_desktop.plugin_host import describe
from avrec_desktop.plugin_host.host import PluginHost, PluginState
from tests.plugin_host.conftest import BundledHost


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_all_at_once(host_of: BundledHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe, "DESCRIBE_TIMEOUT", 4.0)
    host = host_of("good", "import-error", "hook-error", "newer-api", "hangs", "crashes")
    assert {p.state for p in host.plugins()} == {PluginState.ENABLED, PluginState.INCOMPATIBLE}, "nothing is imported"
    (found,) = host.extractors()
    assert (found.id, found.plugin, found.dim, found.modality) == ("title-length", "good", 2, "text")
    assert found.tags == ("long title", "short title")
    assert host.recommenders() == []
    shown = {p.id: (p.state, p.error or "") for p in host.plugins()}
    assert shown["good"] == (PluginState.ACTIVE, "")
    for plugin, words in {
        "import-error": "ValueError: broken at import",
        "hook-error": "calling its hook avrec_recommenders failed: KeyError: 'broken in the hook'",
        "hangs": "no answer within 4 s",
        "crashes": "crashed (signal 11)",
    }.items():
        state, error = shown[plugin]
        assert state is PluginState.ERROR
        assert words in error
    assert shown["newer-api"] == (
        PluginState.INCOMPATIBLE,
        f"it asks for plugin interface >=99, and this app has {API_VERSION}",
    )
    assert [p["id"] for p in host.load_args()["plugins"]] == ["good"], "the others are not loaded again"


def test_listing_does_not_wait_for_a_plugin_that_hangs(host_of: BundledHost, monkeypatch: pytest.MonkeyPatch) -> None:
    host = host_of("good")
    listed: list[list[str]] = []

    def ask(plugins: list[object], job: object = None, **more: object) -> dict[str, object]:
        import threading

        thread = threading.Thread(target=lambda: listed.append([p.id for p in host.plugins()]))
        thread.start()
        thread.join(10)
        return {"good": {"error": "enough", "extractors": [], "recommenders": []}}

    monkeypatch.setattr("avrec_desktop.plugin_host.host.describe", ask)
    assert host.extractors() == []
    assert listed == [["good"]]


def test_claimed_id_is_free_again_when_its_owner_is_disabled(host_of: BundledHost, sources: Path) -> None:
    other = sources / "import-error" / "src" / "sample_import_error" / "__init__.py"
    other.write_text((sources / "good" / "src" / "sample_good" / "__init__.py").read_text())
    host = host_of("good")
    assert [e.plugin for e in host.extractors()] == ["good"]
    host = host_of("good", "import-error")  # comes later: in another process than the first
    assert [e.plugin for e in host.extractors()] == ["good"]
    assert "'title-length' is taken by the plugin 'good'" in str(host.info("import-error").error)
    host.disable("good")
    assert [e.plugin for e in host.extractors()] == ["import-error"]
    assert host.info("import-error").state is PluginState.ACTIVE


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('modality = "text"', 'modality = "smell"', "the modality of 'title-length' is 'smell'"),
        ("dim = 2", "dim = -1", "has -1 dimensions"),
        ("    dim = 2\n", "", "has no attribute 'dim'"),
        ('id = "title-length"', 'id = "../up"', "the id '../up' is not lower case"),
        ("def avrec_feature_extractors()", "def avrec_feature_extractors(surplus)", "a hook takes other arguments"),
        ("def avrec_feature_extractors()", "def avrec_feature_extractor()", "hook that does not exist"),
        ("return [Length]", "return None", "calling its hook avrec_feature_extractors failed: TypeError"),
        ("return [Length]", "return [Length, Length]", "'title-length' is taken by the plugin 'good'"),
        ("import numpy", "import sys; sys.exit('bye')\nimport numpy", "SystemExit: bye"),
    ],
)
def test_what_is_wrong_is_named(host_of: BundledHost, sources: Path, old: str, new: str, message: str) -> None:
    edit(sources / "good" / "src" / "sample_good" / "__init__.py", old, new)
    host = host_of("good")
    assert host.extractors() == []
    assert message in str(host.info("good").error)


MODEL = """
from dataclasses import dataclass, field
from avrec_desktop.api import Recommender, RecommenderConfig, hookimpl

@dataclass(frozen=True)
class Config(RecommenderConfig):
    size: object = {default}

class Model(Recommender):
    id = "model"
    name = "A model"
    Config = Config
    min_interactions = 7
    def fit(self, data, run): ...
    def bind(self, items): ...
    def score(self, history): ...
    def save(self, directory): ...
    @classmethod
    def load(cls, directory, config=None): ...

@hookimpl
def avrec_recommenders():
    return [Model]
"""


def with_model(host_of: BundledHost, sources: Path, default: str) -> PluginHost:
    """Return a host whose one plugin has a model with that default setting."""
    (sources / "good" / "src" / "sample_good" / "__init__.py").write_text(MODEL.format(default=default))
    return host_of("good")


def test_model_is_described_with_its_settings(host_of: BundledHost, sources: Path) -> None:
    (model,) = with_model(host_of, sources, "32").recommenders()
    assert (model.id, model.name, model.config, model.min_interactions) == ("model", "A model", {"size": 32}, 7)
    assert (model.plugin, model.plugin_version) == ("good", "1.2.3")


def test_settings_that_are_no_json_are_refused(host_of: BundledHost, sources: Path) -> None:
    host = with_model(host_of, sources, "field(default_factory=object)")
    assert host.recommenders() == []
    assert "not JSON serializable" in str(host.info("good").error)


def test_package_hidden_by_another_of_the_same_name_is_refused(host_of: BundledHost, sources: Path) -> None:
    old = sources / "good" / "src"
    (old / "sample_good").rename(old / "json")  # as the standard library has it
    edit(sources / "good" / "pyproject.toml", 'good = "sample_good"', 'good = "json"')
    host = host_of("good")
    assert host.extractors() == []
    assert "another package is named 'json'" in str(host.info("good").error)


def test_reported_failure_is_shown_until_the_plugin_is_enabled_again(host_of: BundledHost) -> None:
    host = host_of("good")
    host.extractors()
    host.report_failure("good", "training crashed")
    assert host.info("good").error == "training crashed"
    host.enable("good")
    assert host.info("good").error is None


def test_damaged_notes_are_made_anew(host_of: BundledHost, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    for text in ("{", "[]", '{"plugins": 3}'):
        (tmp_path / "library" / "plugins.json").write_text(text)
        assert [p.id for p in host_of("good").plugins()] == ["good"]
