"""Playlists, backup and restoration on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avrec_desktop.cli.main import main
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library import database
from avrec_desktop.library.catalogue import DATABASE_NAME, Library
from tests.library import old_versions


def avrec(capsys: pytest.CaptureFixture[str], *arguments: object) -> object:
    """Run a command with ``--json`` and return its document."""
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments), "--json"])
    out = capsys.readouterr().out
    assert ended.value.code in (0, None), out
    return json.loads(out)


def test_a_library_goes_out_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = tmp_path / "lib"
    old_versions.make(directory / DATABASE_NAME, old_versions.versions()[-1])
    at = ("--library", directory)
    (tmp_path / "l.m3u8").write_text("/m/a\ngone.mp3\n")
    found = avrec(capsys, "playlists", "import", tmp_path / "l.m3u8", *at)
    assert found == {"id": 1, "name": "l", "found": 1, "unknown": ["gone.mp3"]}
    assert avrec(capsys, "playlists", "list", *at) == [{"id": 1, "name": "l", "query": None, "items": 1}]
    avrec(capsys, "playlists", "export", 1, tmp_path / "out.xspf", *at)
    assert "Old song" in (tmp_path / "out.xspf").read_text()
    made = avrec(capsys, "backup", tmp_path / "b.zip", *at)
    assert isinstance(made, dict)
    assert made["items"] == 1
    restored = avrec(capsys, "restore", tmp_path / "b.zip", "--library", tmp_path / "new")
    assert restored == {"library": str(tmp_path / "new"), "before": None}
    library = Library.open(tmp_path / "new", events=EventBus())
    assert [p.name for p in library.playlists.list()] == ["l"]
    library.close()


def test_a_library_that_can_only_be_read_is_listed_with_a_notice_and_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "lib"
    old_versions.make(directory / DATABASE_NAME, old_versions.versions()[-1])
    monkeypatch.setattr(database, "_can_write", lambda _path: False)
    before = (directory / DATABASE_NAME).read_bytes()
    with pytest.raises(SystemExit) as ended:
        main(["items", "--library", str(directory), "--profile", "somebody new", "--json"])
    said = capsys.readouterr()
    assert ended.value.code in (0, None)
    assert [item["title"] for item in json.loads(said.out)] == ["Old song"]
    assert "can only be read" in said.err
    with pytest.raises(SystemExit) as ended:
        main(["rate", "7", "like", "--library", str(directory)])
    assert ended.value.code == 1
    assert "read-only" in capsys.readouterr().err
    assert (directory / DATABASE_NAME).read_bytes() == before
