"""``avrec explain`` and ``avrec compare``: what they print, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.cli import main as cli
from avrec_desktop.session import Session

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command on a library of three items; returns what it prints."""
    directory = tmp_path / "library"
    with Session.open(directory) as session, session.library.database.write() as db:
        db.executemany(
            "INSERT INTO items (id, kind, status, title, added_at, updated_at) VALUES (?, 'audio', 'ready', ?, 0, 0)",
            [(i, f"Title {i}") for i in (1, 2, 3)],
        )
        db.executemany(
            "INSERT INTO files (item_id, path, size, mtime_ns, state) VALUES (?, ?, 1, 1, 'present')",
            [(i, b"/m/%d.ogg" % i) for i in (1, 2, 3)],
        )

    def call(*words: str, code: int = 0, as_json: bool = True) -> Any:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["--library", str(directory), *(["--json"] if as_json else []), *words])
        assert int(end.value.code or 0) == code
        out = capfdbinary.readouterr().out.decode()
        return json.loads(out) if as_json else out

    return call


def test_nothing_can_be_explained_before_any_like(run: Run) -> None:
    assert run("explain", "2") is None
    assert "like or play a few things first" in run("explain", "2", as_json=False)
    assert "99" in run("explain", "99", code=1)["error"]["message"]


def test_only_two_trained_models_are_compared(run: Run) -> None:
    assert run("compare") is None
    assert "Nothing is compared" in run("compare", as_json=False)
    assert "not 1" in run("compare", "dot", code=1)["error"]["message"]
    assert "not trained yet" in run("compare", "ease", "popularity", code=1)["error"]["message"]
    run("compare", "--stop")
