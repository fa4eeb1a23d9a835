"""The command line does the main job on real files; ``--json`` is one document of the promised shape."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avrec_desktop.cli import main as cli
from avrec_desktop.jobs import ComputePool
from avrec_desktop.sample.recipe import recipe

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six short clips of two series of music and one of film."""
    folder = tmp_path_factory.mktemp("clips")
    wanted = [c for c in recipe() if c.artist in {"Night Harbour", "Copper Drums", "Tide Pools"} and c.track <= 2]
    with ComputePool(2) as pool:
        work = [
            pool.submit(
                "avrec_desktop.sample.render:render",
                {"clip": dataclasses.asdict(dataclasses.replace(c, seconds=3.0)), "directory": str(folder)},
                timeout=90,
            )
            for c in wanted
        ]
        for future in work:
            future.result()
    return folder


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command with ``--json`` and return its document; ``code`` is the exit code expected."""

    def call(*words: str, code: int = 0) -> Any:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["--library", str(tmp_path / "library"), "--json", *words])
        assert int(end.value.code or 0) == code
        return json.loads(capfdbinary.readouterr().out)

    return call


@pytest.fixture
def media(tmp_path: Path, clips: Path) -> Path:
    """A copy of the clips with a file that is no media."""
    folder = tmp_path / "my media é 音乐"
    shutil.copytree(clips, folder)
    (folder / "notes.mp3").write_text("this is text\n" * 50)
    return folder


def test_main_job(run: Run, media: Path) -> None:
    scanned = run("scan", str(media))
    assert set(scanned) == {"added", "updated", "unchanged", "missing", "failed", "seconds"}
    assert (scanned["added"], scanned["missing"]) == (6, 0)
    assert [Path(f["path"]).name for f in scanned["failed"]] == ["notes.mp3"]
    assert "text" in scanned["failed"][0]["reason"]
    assert run("scan")["unchanged"] == 6

    items = run("items")
    keys = {"id", "path", "kind", "title", "artist", "album", "year", "duration", "tags", "rating", "plays"}
    assert len(items) == 6
    assert all(keys <= set(i) for i in items)
    assert {i["kind"] for i in items} == {"audio", "video"}
    found = run("items", "--query", "harbour", "--limit", "1")
    assert [i["artist"] for i in found] == ["Night Harbour"]

    extracted = run("extract", "--workers", "1")
    assert set(extracted) == {"done", "skipped", "failed", "seconds"}
    assert extracted["failed"] == []
    assert extracted["done"] >= 12
    assert run("extract")["done"] == 0

    by_artist = {i["artist"]: i for i in items if i["artist"] == "Night Harbour"}
    liked = by_artist["Night Harbour"]
    event = run("rate", liked["path"], "like")
    assert (event["item"], event["kind"], event["profile"]) == (liked["id"], "like", "default")

    picks = run("recommend", "-n", "3")
    assert set(picks[0]) == {"item", "path", "title", "score", "reason", "because", "tags"}
    assert len({p["item"] for p in picks}) == len(picks) == 3
    assert liked["id"] not in {p["item"] for p in picks}
    assert picks[0]["because"] == [liked["id"]]

    trained = run("train")
    assert set(trained) == {"model", "run", "items", "interactions", "epochs", "history", "metrics", "seconds"}
    assert trained["model"] == "dot"
    assert len(trained["history"]["loss"]) == trained["epochs"] > 0
    again = run("recommend", "-n", "3", "--model", "dot")
    first = next(i for i in items if i["id"] == again[0]["item"])
    assert first["artist"] == "Night Harbour"

    near = run("similar", str(liked["id"]), "-n", "2", "--by", "text")
    assert set(near[0]) == {"item", "path", "score", "by"}
    assert {n["by"] for n in near} == {"text"}


def test_moved_retagged_file_keeps_its_id_and_rating(run: Run, media: Path) -> None:
    import mutagen

    run("scan", str(media))
    item = next(i for i in run("items") if i["path"].endswith(".ogg"))
    run("rate", str(item["id"]), "5")
    moved = media / "elsewhere" / "other name.ogg"
    moved.parent.mkdir()
    shutil.move(item["path"], moved)
    tags = mutagen.File(moved, easy=True)
    tags["title"] = "Another title"
    tags.save()
    run("scan")
    kept = next(i for i in run("items") if i["id"] == item["id"])
    assert (kept["path"], kept["title"], kept["rating"]) == (str(moved), "Another title", 5)


def test_away_folder_empties_nothing(run: Run, media: Path, tmp_path: Path) -> None:
    run("scan", str(media))
    before = {i["id"] for i in run("items")}
    media.rename(tmp_path / "unplugged")
    result = run("scan")
    assert result["added"] == 0
    (tmp_path / "unplugged").rename(media)
    assert run("scan")["unchanged"] == 6
    assert {i["id"] for i in run("items")} == before


def test_errors_are_one_document_and_exit_1(run: Run, tmp_path: Path) -> None:
    assert run("rate", "4711", "like", code=1)["error"]["code"] == "not-found"
    assert "no folders yet" in run("scan", code=1)["error"]["message"]
    assert "nosuch" in run("train", "--model", "nosuch", code=1)["error"]["message"]
    assert "likes, plays and ratings" in run("train", code=1)["error"]["message"]
    missing = run("import", str(tmp_path / "none.csv"), code=1)["error"]
    assert missing["path"] == str(tmp_path / "none.csv")


def test_tables_give_a_list_of_video_ids_and_scores(run: Run, tmp_path: Path) -> None:
    rows = [f"u{u},v{v},{5 if v % 2 == u % 2 else 1}" for u in range(6) for v in range(8) if (u + v) % 3]
    (tmp_path / "user_behavior.csv").write_text("user_id,video_id,rating\n" + "\n".join([*rows, "u1,v1,bad"]))
    features = [f"v{v},{'sport' if v % 2 else 'music'}" for v in range(8)]
    (tmp_path / "video_feature.csv").write_text("video_id,category\n" + "\n".join(features))
    imported = run("import", str(tmp_path / "user_behavior.csv"))
    assert imported["interactions"] == len(rows)
    assert [(s["row"], "bad" in s["reason"]) for s in imported["skipped"]] == [(len(rows) + 2, True)]
    assert run("import", str(tmp_path / "video_feature.csv"))["items"] == 8
    run("train")
    picks = run("--profile", "u1", "recommend", "-n", "2")
    assert {p["video_id"] for p in picks} <= {f"v{v}" for v in range(8) if (1 + v) % 3 == 0}
    assert all(isinstance(p["score"], float) for p in picks)


def test_screenshot_is_a_picture_of_the_asked_size(run: Run, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    out = tmp_path / "shot.png"
    assert run("screenshot", "--out", str(out), "--size", "1000x700", "--theme", "dark")["path"] == str(out)
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1000, 700)


def test_doctor_and_plugins(run: Run) -> None:
    names = {c["name"] for c in run("doctor")["checks"]}
    assert {"Python", "TensorFlow", "SQLite", "Library"} <= names
    plugins = {p["id"]: p for p in run("plugins", "list")}
    assert {"dot", "text", "music", "vision"} <= set(plugins)
    assert plugins["basics"]["state"] == "disabled"
    assert plugins["dot"]["state"] == "active"
    assert plugins["dot"]["registers"] == ["model: dot"]
    assert run("plugins", "disable", "dot")["state"] == "disabled"
    assert run("plugins", "enable", "dot")["state"] in {"enabled", "active"}
