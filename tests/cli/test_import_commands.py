"""``avrec import``, ``imports`` and ``privacy``: the documents they print, and their ways back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.cli import main as cli
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library

Run = Callable[..., Any]
SCROBBLES = (
    "artist,album,track,date\nAir,,Sexy Boy,09 May 2024 21:30\nAir,,Kely Watch the Stars,09 May 2024 21:34\n"
    "Air,,Talisman,09 May 2024 21:40\nAir,,,09 May 2024 21:30\n"
)


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command with ``--json`` on a library of two songs and return its document."""
    library = Library.open(tmp_path / "library", events=EventBus())
    with library.database.write() as db:
        for n, title in enumerate(("Sexy Boy", "Kelly Watch the Stars"), 1):
            db.execute(
                "INSERT INTO items (id, kind, status, title, artist, added_at, updated_at)"
                " VALUES (?, 'audio', 'ready', ?, 'Air', 0, 0)",
                (n, title),
            )
    library.close()

    def call(*words: str, code: int = 0) -> Any:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["--library", str(tmp_path / "library"), "--json", *words])
        assert int(end.value.code or 0) == code
        return json.loads(capfdbinary.readouterr().out)

    return call


@pytest.fixture
def scrobbles(tmp_path: Path) -> str:
    """A small history."""
    (tmp_path / "scrobbles.csv").write_text(SCROBBLES)
    return str(tmp_path / "scrobbles.csv")


def plays(run: Run) -> dict[str, int]:
    return {i["title"]: i["plays"] for i in run("items")}


def test_import_review_undo_redo_remove(run: Run, scrobbles: str) -> None:
    assert run("import", scrobbles, "--preview") == {"format": "lastfm", "table": None}
    done = run("import", scrobbles)
    assert {k: done[k] for k in ("format", "items", "interactions", "matched", "events", "uncertain")} == {
        "format": "lastfm", "items": 3, "interactions": 3, "matched": 2, "events": 2, "uncertain": 0,
    }  # fmt: skip
    assert done["skipped"] == [{"row": 5, "reason": "it has no title"}]
    assert run("import", scrobbles)["id"] == 0
    number = str(done["id"])
    assert [(p["id"], p["state"], p["profile"]) for p in run("imports", "list")] == [(done["id"], "done", "default")]
    assert run("imports", "undo", number)["state"] == "undone"
    assert plays(run) == {"Sexy Boy": 0, "Kelly Watch the Stars": 0}
    run("imports", "redo", number)
    assert plays(run) == {"Sexy Boy": 1, "Kelly Watch the Stars": 1}
    run("imports", "remove", number)
    assert run("imports", "list") == []
    assert "no import" in run("imports", "undo", number, code=1)["error"]["message"]


def test_open_matches_are_shown_and_decided(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_text("title,artist,time\nKely Wtch the Stas,Air,2024-05-09\n")
    done = run("import", str(path))
    assert (done["format"], done["uncertain"]) == ("history", 1)
    shown = run("imports", "show", str(done["id"]))
    (doubt,) = shown["doubts"]
    assert [c["item"] for c in doubt["candidates"]] == [2]
    run("imports", "decide", str(done["id"]), f"{doubt['row']}=2")
    assert plays(run)["Kelly Watch the Stars"] == 1
    run("imports", "decide", str(done["id"]), f"{doubt['row']}=none")
    assert plays(run)["Kelly Watch the Stars"] == 0
    assert "no open match 99" in run("imports", "decide", str(done["id"]), "99=1", code=1)["error"]["message"]
    assert "terminal" in run("imports", "review", str(done["id"]), code=1)["error"]["message"]


def test_a_table_by_mapping(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("wer;lied;sterne\nann;Sexy Boy;5\nbob;Sexy Boy;1\n")
    table = run("import", str(path), "--preview")["table"]
    assert (table["delimiter"], table["guessed"]) == (";", True)
    assert "columns are not known" in run("import", str(path), code=1)["error"]["message"]
    mapping = ("--column", "user=wer", "--column", "title=lied", "--column", "rating=sterne")
    assert run("import", str(path), *mapping)["interactions"] == 2
    assert run("import", str(path), *mapping, "--me", "ann")["events"] == 1
    assert {i["title"]: i["rating"] for i in run("items")}["Sexy Boy"] == 5


def test_export_anonymise_encrypt_erase_and_bring_back(run: Run, scrobbles: str, tmp_path: Path) -> None:
    run("import", scrobbles)
    run("rate", "1", "like")
    out = tmp_path / "mine.json"
    assert run("privacy", "export", str(out))["acts"] == 4
    assert len(json.loads(out.read_text())["acts"]) == 4
    anonymous = run("privacy", "export", str(tmp_path / "a.csv"), "--anonymous", "--grain", "month")
    assert anonymous["anonymous"]
    assert "Sexy" not in (tmp_path / "a.csv").read_text()
    (tmp_path / "words").write_text("correct horse battery\n")
    words = ("--passphrase-file", str(tmp_path / "words"))
    box, plain = tmp_path / "m.csv.avrecbox", tmp_path / "m.csv"
    assert run("privacy", "export", str(box), *words)["encrypted"]
    run("privacy", "decrypt", str(box), str(plain), *words)
    assert "Sexy Boy" in plain.read_text()
    assert "terminal" in run("privacy", "erase", code=1)["error"]["message"]
    erased = run("privacy", "erase", "--yes")
    assert erased["erased"] == 4
    assert plays(run) == {"Sexy Boy": 0, "Kelly Watch the Stars": 0}
    assert run("import", erased["backup"])["events"] == 3
    assert plays(run) == {"Sexy Boy": 1, "Kelly Watch the Stars": 1}
