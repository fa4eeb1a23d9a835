"""Plugins that fail are shown as failing and hurt nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from avrec_desktop.api.errors import ComputeError, NotFoundError, PluginError
from avrec_desktop.jobs import ComputeProcess
from avrec_desktop.jobs.events import EventBus, PluginsChanged
from avrec_desktop.plugin_host.host import PluginHost, PluginState

EXTRACTOR = """
import numpy as np
from avrec_desktop.api import FeatureExtractor, Features, hookimpl

class One(FeatureExtractor):
    id = "{id}"
    modality = "text"
    dim = 1
    def extract(self, media):
        {body}
        return Features(np.ones(1, "f4"))

@hookimpl
def avrec_feature_extractors():
    return [One]
"""


def make_plugin(root: Path, name: str, code: str, *, api: str = ">=1.0,<2", permissions: str = "") -> None:
    """Write a bundled-layout plugin."""
    package = root / name / "src" / f"p_{name}"
    package.mkdir(parents=True)
    (root / name / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1"\n[project.entry-points."avrec.plugins"]\n{name} = "p_{name}"\n'
    )
    (package / "avrec-plugin.toml").write_text(
        f'[plugin]\nid = "{name}"\nname = "{name}"\nversion = "1"\napi = "{api}"\npermissions = [{permissions}]\n'
    )
    (package / "__init__.py").write_text(code)


def good(name: str, body: str = "pass") -> str:
    """Return the code of an extractor plugin."""
    return EXTRACTOR.format(id=name, body=body)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "bundled").mkdir()
    return tmp_path / "bundled"


def make_host(tmp_path: Path, events: EventBus | None = None) -> PluginHost:
    return PluginHost(tmp_path / "library", tmp_path / "bundled", tmp_path / "user", events=events or EventBus())


BROKEN = {
    "import": ("raise ValueError('broken at import')", "broken at import"),
    "exits": ("import sys; sys.exit(3)", "SystemExit"),
    "hook": (
        (
            "from avrec_desktop.api import hookimpl\n@hookimpl\n"
            "def avrec_recommenders():\n    raise KeyError('in the hook')"
        ),
        "in the hook",
    ),
    "unknown": (
        "from avrec_desktop.api import hookimpl\n@hookimpl\ndef avrec_no_such_hook():\n    return []",
        "hook that does not exist",
    ),
    "wrong": (
        "from avrec_desktop.api import hookimpl\n@hookimpl\ndef avrec_feature_extractors():\n    return [42]",
        "must give FeatureExtractor classes",
    ),
    "crash": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed"),
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_broken_plugin_is_shown_with_its_error_and_the_rest_work(tmp_path: Path, root: Path, kind: str) -> None:
    code, message = BROKEN[kind]
    make_plugin(root, "bad", code)
    make_plugin(root, "good", good("good"))
    host = make_host(tmp_path)
    assert [e.id for e in host.extractors()] == ["good"]
    bad = host.info("bad")
    assert bad.state is PluginState.ERROR
    assert bad.error is not None
    assert message in bad.error
    assert host.info("good").state is PluginState.ACTIVE


def test_newer_interface_is_incompatible_and_not_imported(tmp_path: Path, root: Path) -> None:
    marker = tmp_path / "imported"
    make_plugin(root, "newer", f"open({str(marker)!r}, 'w')", api=">=2")
    host = make_host(tmp_path)
    assert host.extractors() == []
    assert host.info("newer").state is PluginState.INCOMPATIBLE
    assert not marker.exists()


def test_bad_manifest_is_an_error_that_names_the_field(tmp_path: Path, root: Path) -> None:
    make_plugin(root, "odd", "", permissions='"everything"')
    status = make_host(tmp_path).plugins()[0]
    assert status.state is PluginState.ERROR
    assert "permissions must be a list of" in str(status.error)


def test_second_owner_of_an_id_is_refused(tmp_path: Path, root: Path) -> None:
    make_plugin(root, "aaa", good("same"))
    make_plugin(root, "bbb", good("same"))
    host = make_host(tmp_path)
    assert [(e.id, e.plugin) for e in host.extractors()] == [("same", "aaa")]
    assert "taken by the plugin 'aaa'" in str(host.info("bbb").error)


def test_disabling_removes_everything_and_is_remembered(tmp_path: Path, root: Path) -> None:
    make_plugin(root, "good", good("good"))
    events = EventBus()
    seen: list[object] = []
    events.subscribe(seen.append)
    host = make_host(tmp_path, events)
    assert len(host.extractors()) == 1
    host.disable("good")
    assert host.extractors() == []
    assert make_host(tmp_path).info("good").state is PluginState.DISABLED
    host.enable("good")
    assert len(host.extractors()) == 1
    assert seen == [PluginsChanged("good"), PluginsChanged("good")]


def test_descriptions_are_remembered_until_the_files_change(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin(root, "good", good("good"))
    make_host(tmp_path).extractors()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("avrec_desktop.plugin_host.describe.ComputeProcess", refuse)
    again = make_host(tmp_path)
    assert [e.id for e in again.extractors()] == ["good"]
    code = root / "good" / "src" / "p_good" / "__init__.py"
    code.write_text(good("renamed"))
    with pytest.raises(AssertionError, match="a process was started"):
        make_host(tmp_path).extractors()


def test_crashing_plugin_is_not_loaded_a_third_time(tmp_path: Path, root: Path) -> None:
    make_plugin(root, "bad", BROKEN["crash"][0])
    code = root / "bad" / "src" / "p_bad" / "__init__.py"
    for n in range(2):
        code.write_text(BROKEN["crash"][0] + f"\n# {n}\n")
        make_host(tmp_path).extractors()
    code.write_text(good("bad"))
    host = make_host(tmp_path)
    assert host.extractors() == []
    host.enable("bad")
    assert [e.id for e in host.extractors()] == ["bad"]


def test_bundled_plugin_cannot_be_removed(tmp_path: Path, root: Path) -> None:
    make_plugin(root, "good", good("good"))
    host = make_host(tmp_path)
    with pytest.raises(PluginError, match="part of the app"):
        host.remove("good")
    with pytest.raises(NotFoundError):
        host.info("nobody")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9), timeout=0.2)", "may not use the network"),
        ("import subprocess; subprocess.run(['true'])", "may not start programs"),
    ],
)
def test_what_was_not_declared_is_refused(tmp_path: Path, root: Path, body: str, word: str) -> None:
    make_plugin(root, "curious", good("curious").replace("import numpy as np", f"import numpy as np\n{body}"))
    host = make_host(tmp_path)
    assert host.extractors() == []
    assert word in str(host.info("curious").error)


def test_declared_network_is_allowed(tmp_path: Path, root: Path) -> None:
    body = "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), timeout=0.2)\nexcept OSError: pass"
    code = good("online").replace("import numpy as np", f"import numpy as np\n{body}")
    make_plugin(root, "online", code.replace("except OSError", "except ConnectionError"), permissions='"network"')
    host = make_host(tmp_path)
    assert [e.id for e in host.extractors()] == ["online"]


def test_only_functions_of_the_app_are_served() -> None:
    with ComputeProcess() as process, pytest.raises((ComputeError, Exception), match="not a function of this app"):
        process.call("os:system", {})
