"""Imports as a whole: one's own history, review, undo, repetition, and nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from avrec_desktop.api.errors import Cancelled, InputError, LibraryError, NotFoundError
from avrec_desktop.behaviour.importers import ImportResult, import_file
from avrec_desktop.behaviour.imports.columns import TableOptions
from avrec_desktop.behaviour.imports.formats import open_source
from avrec_desktop.behaviour.imports.service import Imports
from avrec_desktop.jobs import Job, Progress
from avrec_desktop.jobs.events import BehaviourChanged
from avrec_desktop.library.lock import DirectoryLock
from tests.behaviour.conftest import Rooms

DIARY = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    "2024-05-10,Heat,1995,u,4.5,,,2024-05-09\n"
    "2024-05-12,Heat,1995,u,,Yes,,2024-05-11\n"
    "2024-05-13,Alien,1979,u,5,,,2024-05-12\n"
    "2024-05-13,Heat,,u,2,,,2024-05-12\n"
)


def write(folder: Path, text: str = DIARY, name: str = "diary.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def take(rooms: Rooms, path: Path, profile: str = "ann") -> ImportResult:
    return import_file(rooms, path, None, Job(), profile=profile)


def events(rooms: Rooms, profile: str = "ann") -> list[tuple[int, str, float | None]]:
    return [(e.item_id, e.kind, e.value) for e in reversed(rooms.behaviour.events(profile))]


HEAT = [(2, "complete", None), (2, "rate", 4.5), (2, "complete", None)]


def test_own_history_becomes_events_and_the_rest_stays_outside(rooms: Rooms, tmp_path: Path) -> None:
    result = take(rooms, write(tmp_path))
    assert (result.format, result.items, result.interactions) == ("letterboxd", 3, 7)
    assert (result.matched, result.uncertain, result.unmatched, result.events) == (1, 1, 1, 3)
    assert events(rooms) == HEAT
    state = rooms.behaviour.state("ann", 2)
    assert (state.plays, state.rating) == (2, 4.5)
    inside = rooms.behaviour.preferences("ann")
    assert inside.item_ids.tolist() == [2]
    outside = rooms.behaviour.preferences("ann", outside=True)
    items, _ = rooms.behaviour.community.items()
    names = {-c.id: c.key for c in items}
    assert {names.get(i, i) for i in outside.item_ids.tolist()} == {2, "alien (1979)", "heat"}
    assert rooms.behaviour.preferences("bob", outside=True).item_ids.tolist() == []


def test_the_same_file_again_changes_nothing(rooms: Rooms, tmp_path: Path) -> None:
    take(rooms, write(tmp_path))
    before = rooms.behaviour.preferences("ann", 2e9, outside=True)
    again = take(rooms, write(tmp_path / "copy"))
    assert (again.id, again.events, again.duplicates) == (0, 0, 7)
    after = rooms.behaviour.preferences("ann", 2e9, outside=True)
    assert events(rooms) == HEAT
    assert before.values.tolist() == after.values.tolist()
    assert len(Imports(rooms).past()) == 1


def test_a_later_export_adds_what_is_new_and_undoing_the_first_keeps_the_whole(rooms: Rooms, tmp_path: Path) -> None:
    first = take(rooms, write(tmp_path))
    later = take(rooms, write(tmp_path, DIARY + "2024-06-13,Heat,1986,u,,,,2024-06-12\n"))
    assert (later.events, later.duplicates) == (1, 3)
    values = rooms.behaviour.preferences("ann", 2e9, outside=True)
    service = Imports(rooms)
    service.undo(first.id)
    assert sorted(events(rooms), key=str) == sorted([*HEAT, (3, "complete", None)], key=str)
    again = rooms.behaviour.preferences("ann", 2e9, outside=True)
    assert sorted(again.values.tolist()) == pytest.approx(sorted(values.values.tolist()))
    service.undo(later.id)
    assert events(rooms) == []
    assert rooms.behaviour.state("ann", 2).plays == 0


def test_undo_and_redo_bring_back_the_same(rooms: Rooms, tmp_path: Path) -> None:
    rooms.behaviour.rate("ann", 2, "like")
    result = take(rooms, write(tmp_path))
    service = Imports(rooms)
    before = rooms.behaviour.preferences("ann", 2e9, outside=True)
    seen: list[object] = []
    rooms.behaviour.bus.subscribe(seen.append)
    service.undo(result.id)
    assert [p.state for p in service.past()] == ["undone"]
    assert events(rooms) == [(2, "like", None)]
    assert rooms.behaviour.preferences("ann", outside=True).item_ids.tolist() == [2]
    assert BehaviourChanged("", None) in seen and BehaviourChanged("ann", None) in seen
    service.redo(result.id)
    after = rooms.behaviour.preferences("ann", 2e9, outside=True)
    assert after.item_ids.tolist() == before.item_ids.tolist()
    assert after.values.tolist() == before.values.tolist()


def test_removing_leaves_no_row(rooms: Rooms, tmp_path: Path) -> None:
    result = take(rooms, write(tmp_path))
    Imports(rooms).remove(result.id)
    with rooms.library.database.read() as db:
        for table in ("imports", "community_items", "community_users", "community_blocks", "events"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    with pytest.raises(NotFoundError, match="no import"):
        Imports(rooms).undo(result.id)


def test_a_decision_counts_at_once_and_is_remembered(rooms: Rooms, tmp_path: Path) -> None:
    result = take(rooms, write(tmp_path))
    service = Imports(rooms)
    (doubt,) = service.doubts(result.id)
    assert (doubt.thing.title, doubt.acts, doubt.decided) == ("Heat", 2, False)
    assert {c.item_id for c in doubt.candidates} == {2, 3}
    service.decide(result.id, {doubt.row: 3})
    assert (3, "rate", 2.0) in events(rooms)
    assert service.past()[0].summary["uncertain"] == 0
    (doubt,) = service.doubts(result.id)
    assert (doubt.decided, doubt.chosen) == (True, 3)
    service.decide(result.id, {doubt.row: None})
    assert events(rooms) == HEAT
    service.decide(result.id, {doubt.row: 3})
    later = take(rooms, write(tmp_path, DIARY + "2024-07-13,Heat,,u,,,,2024-07-12\n"))
    assert (later.uncertain, later.events) == (0, 1)
    with pytest.raises(NotFoundError, match="chosen items"):
        service.decide(result.id, {doubt.row: 999})


def test_decisions_before_finishing(rooms: Rooms, tmp_path: Path) -> None:
    service = Imports(rooms)
    with service.prepare(open_source(write(tmp_path)), Job(), profile="ann") as prepared:
        assert events(rooms) == [] and service.past() == [], "nothing is visible yet"
        assert rooms.behaviour.community.items() == ([], {})
        summary = service.finish(prepared, {prepared.doubts[0].row: 3}, Job())
    assert (summary.matched, summary.uncertain, summary.events) == (2, 0, 5)


def test_uncertain_matches_can_be_taken_from_a_confidence_on(rooms: Rooms, tmp_path: Path) -> None:
    path = write(tmp_path, "user,item,title,year,rating\nbob,x,The Matrlx,1999,5\n", "t.csv")
    assert import_file(rooms, path, None, Job()).uncertain == 1
    result = import_file(rooms, path, None, Job(), accept=0.8)
    assert (result.matched, result.uncertain) == (1, 0)


def test_a_discarded_import_leaves_nothing(rooms: Rooms, tmp_path: Path) -> None:
    service = Imports(rooms)
    with service.prepare(open_source(write(tmp_path)), Job(), profile="ann"):
        pass
    with rooms.library.database.read() as db:
        assert (
            db.execute("SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM community_items)").fetchone()[0]
            == 0
        )


class _CancelAt(Job):
    """Cancels itself at a message."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message

    def progress(self, done: int, total: int | None = None, message: str = "", **values: float) -> None:
        if message.startswith(self.message):
            self.cancel()
        super().progress(done, total, message, **values)


@pytest.mark.parametrize("step", ["Reading", "Matching", "Checking", "Storing"])
def test_cancelling_at_any_step_leaves_nothing(rooms: Rooms, tmp_path: Path, step: str) -> None:
    with pytest.raises(Cancelled):
        import_file(rooms, write(tmp_path), None, _CancelAt(step), profile="ann")
    with rooms.library.database.read() as db:
        for table in ("imports", "community_items", "community_users", "community_blocks", "events"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    assert take(rooms, write(tmp_path)).events == 3, "the next import is not in the way"


def test_what_a_killed_app_left_is_cleared_by_the_next_import(rooms: Rooms, tmp_path: Path) -> None:
    with rooms.library.database.write() as db:
        db.execute("INSERT INTO imports (id, format, source, at, state) VALUES (7, 'lastfm', 'x', 0, 'staging')")
        db.execute("INSERT INTO community_items (import_id, key, item_id) VALUES (7, 'k', 1)")
    assert rooms.behaviour.community.items() == ([], {})
    take(rooms, write(tmp_path))
    assert 7 not in [p.id for p in Imports(rooms).past()]


def test_a_second_import_at_the_same_time_is_refused(rooms: Rooms, tmp_path: Path) -> None:
    with DirectoryLock(rooms.library.directory / "import.lock") as lock:
        assert lock.acquire()
        with pytest.raises(LibraryError, match="another import"):
            take(rooms, write(tmp_path))


def test_progress_reaches_the_end_and_names_the_file(rooms: Rooms, tmp_path: Path) -> None:
    seen: list[Progress] = []
    import_file(rooms, write(tmp_path), None, Job(on_progress=seen.append), profile="ann")
    assert any("diary.csv" in p.message and p.done == p.total for p in seen)


def test_a_history_table_and_its_scales(rooms: Rooms, tmp_path: Path) -> None:
    text = "title,year,rating,time\nHeat,1995,80,2024-01-01\nHeat,1986,100,2024-01-02\n"
    assert take(rooms, write(tmp_path, text, "h.csv")).format == "history"
    assert events(rooms) == [(2, "rate", 4.0), (3, "rate", 5.0)]
    likes = "title,year,liked,time\nThe Matrix,1999,1,2024-01-01\nRain on the Roof,,0,2024-01-02\n"
    take(rooms, write(tmp_path, likes, "l.csv"))
    counts = "title,playcount\nRain on the Roof,3\n"
    take(rooms, write(tmp_path, counts, "p.csv"))
    assert rooms.behaviour.state("ann", 4).plays == 3
    take(rooms, write(tmp_path, "title,playcount\nRain on the Roof,5\n", "p.csv"))
    assert rooms.behaviour.state("ann", 4).plays == 5, "counted plays are not counted twice"


def test_my_rows_of_a_table_of_many(rooms: Rooms, tmp_path: Path) -> None:
    path = write(tmp_path, "user,title,year,rating\nme,Heat,1995,5\nbob,Heat,1986,1\n", "t.csv")
    import_file(rooms, path, None, Job(), profile="ann", options=TableOptions(me="me"))
    assert events(rooms) == [(2, "rate", 5.0)]


def test_many_bad_rows_are_counted_and_the_first_are_kept(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avrec_desktop.behaviour.imports.stage.KEPT_BAD", 3)
    rows = "".join(f"u,{n},x\n" for n in range(9))
    result = import_file(rooms, write(tmp_path, f"user,item,rating\n{rows}u,9,5\n", "t.csv"), None, Job())
    assert (len(result.skipped), result.n_skipped) == (3, 9)


def test_acts_are_written_in_blocks_and_read_back(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avrec_desktop.behaviour.imports.stage.BLOCK", 4)
    rows = [f"u{n % 3},i{n % 5},{n % 5 + 1},{n}" for n in range(11)]
    path = write(tmp_path, "user,item,rating,time\n" + "\n".join(rows), "t.csv")
    import_file(rooms, path, None, Job())
    with rooms.library.database.read() as db:
        assert db.execute("SELECT count(*) FROM community_blocks").fetchone()[0] > 1
    items, aliases = rooms.behaviour.community.items()
    acts = rooms.behaviour.community.acts(aliases)
    keys = {-c.id: c.key for c in items}
    read = [
        (acts.names[u].split(":")[1], keys[i], t)
        for u, i, t in zip(acts.users, acts.items.tolist(), acts.times, strict=True)
    ]
    assert read == [(f"u{n % 3}", f"i{n % 5}", float(n)) for n in range(11)]


def test_rows_of_old_versions_of_the_app_count_on(rooms: Rooms, tmp_path: Path) -> None:
    with rooms.library.database.write() as db:
        db.execute("INSERT INTO imports (id, format, source, at) VALUES (1, 'tables', ?, 1)", (str(tmp_path),))
        source = str((tmp_path / "t.csv").resolve())
        db.execute("INSERT INTO imports (id, format, source, at) VALUES (2, 'tables', ?, 1)", (source,))
        db.execute("INSERT INTO community_items (id, import_id, key, item_id) VALUES (5, 1, 'x', 3), (6, 1, 'y', NULL)")
        db.execute("INSERT INTO community_interactions VALUES (2, 'ann', 5, 1.0, 9.0), (2, 'ann', 6, -1.0, 8.0)")
    community = rooms.behaviour.community
    items, aliases = community.items()
    acts = community.acts(aliases)
    assert (acts.items.tolist(), acts.values.tolist(), acts.names) == ([3, -6], [1.0, -1.0], ("1:ann",))
    assert [a.tolist() for a in community.person("ann", aliases)] == [[-6, 3], [-1.0, 1.0], [8.0, 9.0]]
    import_file(rooms, write(tmp_path, "user,item,rating\nbob,y,5\n", "t.csv"), None, Job())
    items, aliases = community.items()
    assert community.acts(aliases).names == ("1:bob",), "importing the file again replaces what it gave"
    assert {c.key for c in items} == {"x", "y"}


def test_no_row_is_usable(rooms: Rooms, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no row of it can be used \(first: row 2"):
        take(rooms, write(tmp_path, DIARY.splitlines()[0] + "\nx,,,,,,,\n"))


def test_a_table_that_was_replaced_can_be_brought_back_in_its_place(rooms: Rooms, tmp_path: Path) -> None:
    def people() -> list[str]:
        _, aliases = rooms.behaviour.community.items()
        return [n.split(":")[1] for n in rooms.behaviour.community.acts(aliases).names]

    service = Imports(rooms)
    numbers = [
        import_file(rooms, write(tmp_path, f"user,item,rating\n{who},x,5\n", "t.csv"), None, Job()).id
        for who in ("ann", "bob", "cleo")
    ]
    assert people() == ["cleo"]
    assert [(p.id, p.state) for p in service.past()] == [(numbers[2], "done"), (numbers[1], "undone")]
    service.redo(numbers[1])
    assert people() == ["bob"]
    assert {p.id: p.state for p in service.past()} == {numbers[1]: "done", numbers[2]: "undone"}
