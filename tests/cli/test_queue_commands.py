"""The commands of the analysis queue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.cli import main as cli
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    def call(*words: str, code: int = 0) -> Any:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["--library", str(tmp_path / "library"), "--json", *words])
        assert int(end.value.code or 0) == code
        return json.loads(capfdbinary.readouterr().out)

    return call


def test_settings_are_printed_changed_and_kept(run) -> None:
    everything = {"budget": "normal", "pause_on_battery": True, "while_playing": "gentle", "cluster": ""}
    assert run("settings") == everything
    assert run("settings", "budget", "gentle") == {"budget": "gentle"}
    assert run("settings", "pause_on_battery", "off") == {"pause_on_battery": False}
    assert run("settings", "budget") == {"budget": "gentle"}
    assert run("settings") == everything | {"budget": "gentle", "pause_on_battery": False}


@pytest.mark.parametrize("words", [("budget", "fast"), ("colour",), ("colour", "red")])
def test_what_cannot_be_set_is_said(run, words: tuple[str, ...]) -> None:
    answer = run("settings", *words, code=1)
    assert answer["error"]["hint"]


def test_the_queue_lists_failures_and_lets_them_be_tried_again(run, tmp_path: Path) -> None:
    (music,) = [e for e in run("queue")["extractors"] if e["id"] == "music"]
    assert (music["done"], music["failed"], music["pending"]) == (0, 0, 0)
    media = tmp_path / "song.ogg"
    media.touch()
    library = Library.open(tmp_path / "library", events=EventBus())
    with library.database.write() as db:
        db.execute(
            "INSERT INTO items (id, kind, status, title, duration, has_audio, has_video, added_at, updated_at)"
            " VALUES (1, 'audio', 'ready', 'Song', 1, 1, 0, 0, 0)"
        )
        db.execute(
            "INSERT INTO files (item_id, path, size, mtime_ns, state) VALUES (1, ?, 1, 1, 'present')",
            (str(media).encode(),),
        )
        db.execute(
            "INSERT INTO extractions (item_id, extractor, version, state, reason, at)"
            " VALUES (1, 'music', ?, 'failed', 'is cut off', 5)",
            (music["version"],),
        )
    library.close()
    answer = run("queue", "--retry")
    assert answer["retried"] == 1
    (failure,) = answer["failed"]
    assert (failure["path"], failure["extractor"], failure["reason"]) == (str(media), "music", "is cut off")
    again = run("queue")
    assert again["failed"] == []
    assert [e["pending"] for e in again["extractors"] if e["id"] == "music"] == [1]
