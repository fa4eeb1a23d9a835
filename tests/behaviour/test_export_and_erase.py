"""Taking one's data out, reading it back, and erasing it."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from avrec_desktop.api.errors import Cancelled, InputError, NotFoundError
from avrec_desktop.behaviour.export import ANONYMOUS, COLUMNS, ERASED, backup_name, erase_history, export_history
from avrec_desktop.behaviour.importers import import_file
from avrec_desktop.jobs import Job
from avrec_desktop.privacy.encrypt import decrypt_file
from tests.behaviour.conftest import Rooms

DAY = 86_400.0
START = 1_715_290_200.5


@pytest.fixture
def lived(rooms: Rooms, tmp_path: Path) -> Rooms:
    """Ann did five things inside the library and saw a film that is not in it; Bob did one."""
    rooms.behaviour.record_many(
        "ann",
        [
            (2, "play", 0.4, START),
            (2, "like", None, START + DAY),
            (3, "rate", 4.5, START + 2 * DAY),
            (3, "none", None, START + 3 * DAY),
            (5, "complete", 1.0, START + 30 * DAY),
        ],
    )
    undone = rooms.behaviour.record("ann", 1, "like", at=START)
    rooms.behaviour.undo(undone.id)
    rooms.behaviour.record("bob", 1, "dislike", at=START)
    diary = tmp_path / "diary.csv"
    diary.write_text("Date,Name,Year,Letterboxd URI,Rating\n2024-05-12,Alien,1979,u,5\n")
    import_file(rooms, diary, None, Job(), profile="ann")
    return rooms


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_csv_says_what_was_done_in_plain_words(lived: Rooms, tmp_path: Path) -> None:
    result = export_history(lived, "ann", tmp_path / "out/mine.csv", Job())
    assert (result.acts, result.items, result.encrypted) == (6, 4, False)
    found = rows(tmp_path / "out/mine.csv")
    assert tuple(found[0]) == COLUMNS
    assert [(r["kind"], r["title"], r["value"]) for r in found] == [
        ("play", "Heat", "0.4"),
        ("like", "Heat", ""),
        ("rate", "Heat", "4.5"),
        ("none", "Heat", ""),
        ("complete", "春江花月夜", "1.0"),
        ("rate", "Alien", "5.0"),
    ]
    assert (found[0]["time"], found[0]["avrec_item"], found[0]["path"]) == (
        "2024-05-09T21:30:00.500000Z",
        "2",
        "/films/2 Heat.mkv",
    )
    assert stat.S_IMODE((tmp_path / "out/mine.csv").stat().st_mode) & 0o077 == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["mine.csv"]


def test_the_json_is_one_document(lived: Rooms, tmp_path: Path) -> None:
    export_history(lived, "ann", tmp_path / "mine.json", Job(), form="json")
    value = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert (value["format"], value["profile"], len(value["acts"])) == ("avrec-history", "ann", 6)
    assert value["acts"][1]["kind"] == "like"
    assert "value" not in value["acts"][1]


def test_the_anonymous_export_names_nobody_and_nothing(lived: Rooms, tmp_path: Path) -> None:
    export_history(lived, "ann", tmp_path / "a.csv", Job(), anonymous=True)
    export_history(lived, "ann", tmp_path / "b.csv", Job(), anonymous=True)
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    for told in ("ann", "Heat", "films", "春", "21:30", "2024-05-09"):
        assert told not in text
    one, two = rows(tmp_path / "a.csv"), rows(tmp_path / "b.csv")
    assert tuple(one[0]) == ANONYMOUS
    assert [r["week"] for r in one][:2] == ["2024-05-06", "2024-05-06"]
    assert one[0]["item"] == one[1]["item"] != one[2]["item"], "the same item has the same name within one export"
    assert {r["item"] for r in one}.isdisjoint(r["item"] for r in two), "two exports cannot be joined"


def test_an_encrypted_export_leaves_no_plain_file(lived: Rooms, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_history(lived, "ann", folder / "m.avrecbox", Job(), passphrase="correct horse battery")
    assert [p.name for p in folder.iterdir()] == ["m.avrecbox"]
    assert b"Heat" not in (folder / "m.avrecbox").read_bytes()
    decrypt_file(folder / "m.avrecbox", folder / "m.csv", "correct horse battery")
    assert len(rows(folder / "m.csv")) == 6
    with pytest.raises(InputError, match="encrypted"):
        import_file(lived, folder / "m.avrecbox", None, Job())


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_was_erased_comes_back_from_the_backup(lived: Rooms, tmp_path: Path, form: str) -> None:
    before = lived.behaviour.preferences("ann", 2e9, outside=True)
    states = [lived.behaviour.state("ann", n) for n in range(1, 6)]
    backup = tmp_path / f"backup.{form}"
    export_history(lived, "ann", backup, Job(), form=form)  # type: ignore[arg-type]
    assert erase_history(lived, "ann", Job(), backup=None) == 7
    assert not len(lived.behaviour.preferences("ann", outside=True))
    assert [e.kind for e in lived.behaviour.events("bob")] == ["dislike"]
    result = import_file(lived, backup, None, Job(), profile="ann")
    assert (result.format, result.events, result.unmatched) == ("avrec", 5, 1)
    after = lived.behaviour.preferences("ann", 2e9, outside=True)
    assert after.values.tolist() == pytest.approx(before.values.tolist(), abs=1e-4)
    assert after.times.tolist() == before.times.tolist()
    assert [lived.behaviour.state("ann", n) for n in range(1, 6)] == states


def test_erasing_writes_a_backup_first_and_leaves_no_trace(lived: Rooms, tmp_path: Path) -> None:
    seen: list[object] = []
    lived.behaviour.bus.subscribe(seen.append)
    backup = tmp_path / "backups" / backup_name("ann")
    erase_history(lived, "ann", Job(), backup=backup)
    assert len(json.loads(backup.read_text(encoding="utf-8"))["acts"]) == 6
    with lived.library.database.read() as db:
        for table in ("events", "item_state"):
            assert db.execute(f"SELECT count(*) FROM {table} WHERE profile_id = 1").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM imports").fetchone()[0] == 0
    files = [p for p in lived.library.directory.iterdir() if p.name.startswith("library.sqlite3")]
    assert not any(b"alien (1979)" in p.read_bytes() for p in files), "freed pages are overwritten"
    assert seen


def test_nothing_is_erased_when_the_backup_fails_or_the_job_is_cancelled(lived: Rooms, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        erase_history(lived, "ann", Job(), backup=tmp_path / "file" / "b.json")
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        erase_history(lived, "ann", job, backup=None)
    assert len(lived.behaviour.events("ann")) == 5


def test_an_unknown_profile_and_a_weak_passphrase_are_refused(lived: Rooms, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no profile 'eve'"):
        export_history(lived, "eve", tmp_path / "x.csv", Job())
    with pytest.raises(InputError, match="shorter"):
        export_history(lived, "ann", tmp_path / "x.csv", Job(), passphrase="abc")
    assert not (tmp_path / "x.csv").exists()


def test_a_cancelled_export_leaves_the_old_file(lived: Rooms, tmp_path: Path) -> None:
    target = tmp_path / "out" / "m.csv"
    target.parent.mkdir()
    target.write_text("old")
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        export_history(lived, "ann", target, job)
    assert [p.name for p in target.parent.iterdir()] == ["m.csv"]
    assert target.read_text() == "old"


def test_a_name_for_a_backup_is_fit_for_every_file_system() -> None:
    name = backup_name("../ann: 音乐", encrypted=True)
    assert "/" not in name and ":" not in name and name.endswith(".json.avrecbox")


def test_every_table_about_a_profile_is_erased_or_kept_on_purpose(rooms: Rooms) -> None:
    kept = {"taste_edits", "blocked_seeds"}  # settings: shown, changed and removed on the page of insights
    with rooms.library.database.read() as db:
        found = {
            r[0]
            for r in db.execute(
                "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE c.name = 'profile_id'"
            )
        }
    assert found - {"imports"} == {*ERASED, *kept}
