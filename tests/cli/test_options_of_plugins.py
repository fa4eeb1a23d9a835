"""``avrec plugins set``: options of a plugin from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.cli import main as cli

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command with ``--json`` and return its document."""

    def call(*words: str, code: int = 0) -> Any:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["--library", str(tmp_path / "library"), "--json", *words])
        assert int(end.value.code or 0) == code
        return json.loads(capfdbinary.readouterr().out)

    return call


def test_an_option_is_set_and_what_the_plugin_then_lacks_is_told(run: Run, tmp_path: Path) -> None:
    models = tmp_path / "models.toml"
    models.write_text('[[model]]\nname = "mine"\nkind = "image"\nfile = "mine.onnx"\n')
    row = run("plugins", "set", "onnx-embedder", "models", str(models))
    assert row["state"] == "active"
    assert row["options"] == {"models": str(models)}
    assert row["registers"] == []
    assert "mine.onnx is not there" in row["notice"]
    assert run("plugins", "info", "onnx-embedder")["options"] == {"models": str(models)}


def test_an_option_that_is_not_there_is_an_error(run: Run) -> None:
    assert "no option 'colour'" in run("plugins", "set", "onnx-embedder", "colour", "red", code=1)["error"]["message"]
