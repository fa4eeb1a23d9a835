from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop import paths
from avrec_desktop.api.errors import LibraryError
from avrec_desktop.library.database import Database, fetch_numbers

MIGRATIONS = paths.resources() / "migrations"
NEWEST = len(list(MIGRATIONS.glob("*.sql")))


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "0001_first.sql").write_text("CREATE TABLE t (a TEXT);  -- one; with a semicolon\nCREATE TABLE u (b);\n")
    return folder


def test_new_file_gets_all_migrations_and_reopens(tmp_path: Path) -> None:
    with Database.open(tmp_path / "new" / "x.sqlite3", MIGRATIONS) as database:
        assert database.version == NEWEST
        with database.write() as db:
            db.execute("INSERT INTO settings VALUES ('a', '1')")
    with Database.open(tmp_path / "new" / "x.sqlite3", MIGRATIONS) as database, database.read() as db:
        assert [tuple(r) for r in db.execute("SELECT * FROM settings")] == [("a", "1")]
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert database.check() == []


def test_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    Database.open(path, MIGRATIONS).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 9999")
    db.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="newer version") as caught:
        Database.open(path, MIGRATIONS)
    assert str(path) in str(caught.value)
    assert "Update the app" in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"this is a text, not a database, and long enough to be looked at" * 20, b"\0" * 4096]
)
def test_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="not a library"):
        Database.open(path, MIGRATIONS)
    assert path.read_bytes() == content


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (a)")
    db.close()
    with pytest.raises(LibraryError, match="another program"):
        Database.open(path, MIGRATIONS)


def test_folder_that_cannot_be_made_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError) as caught:
        Database.open(tmp_path / "file" / "library" / "x.sqlite3", MIGRATIONS)
    assert str(tmp_path / "file") in str(caught.value)
    assert "--library" in str(caught.value)


def test_a_migration_applies_once_and_keeps_a_copy_of_the_old_file(tmp_path: Path, steps: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with Database.open(path, steps) as database, database.write() as db:
        db.execute("INSERT INTO t VALUES ('old')")
    (steps / "0002_second.sql").write_text("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'new';")
    with Database.open(path, steps) as database, database.read() as db:
        assert database.version == 2
        assert tuple(db.execute("SELECT * FROM t").fetchone()) == ("old", "new")
    backup = sqlite3.connect(tmp_path / "x.sqlite3.v1.bak")
    assert backup.execute("SELECT * FROM t").fetchall() == [("old",)]
    assert backup.execute("PRAGMA user_version").fetchone() == (1,)
    backup.close()


def test_a_failing_migration_changes_nothing(tmp_path: Path, steps: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with Database.open(path, steps) as database, database.write() as db:
        db.execute("INSERT INTO t VALUES ('old')")
    (steps / "0002_bad.sql").write_text("CREATE TABLE v (a); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.OperationalError):
        Database.open(path, steps)
    (steps / "0002_bad.sql").unlink()
    with Database.open(path, steps) as database, database.read() as db:
        assert database.version == 1
        assert {r["name"] for r in db.execute("SELECT name FROM sqlite_schema")} == {"t", "u"}


def test_gaps_in_the_migrations_are_noticed(tmp_path: Path, steps: Path) -> None:
    (steps / "0003_third.sql").write_text("CREATE TABLE w (a);")
    with pytest.raises(LibraryError, match="migrations"):
        Database.open(tmp_path / "x.sqlite3", steps)


def test_an_exception_rolls_back_and_frees_the_writer(tmp_path: Path, steps: Path) -> None:
    with Database.open(tmp_path / "x.sqlite3", steps) as database:

        def fail() -> None:
            with database.write() as db:
                db.execute("INSERT INTO t VALUES ('lost')")
                raise ValueError("mine")

        with pytest.raises(ValueError, match="mine"):
            fail()
        with database.write() as db:
            db.execute("INSERT INTO t VALUES ('kept')")
        with database.read() as db:
            assert [r["a"] for r in db.execute("SELECT a FROM t")] == ["kept"]


def test_nested_writes_are_one_transaction(tmp_path: Path, steps: Path) -> None:
    with Database.open(tmp_path / "x.sqlite3", steps) as database:

        def fail() -> None:
            with database.write() as outer:
                with database.write() as inner:
                    inner.execute("INSERT INTO t VALUES ('inner')")
                outer.execute("INSERT INTO t VALUES ('outer')")
                raise ValueError("mine")

        with pytest.raises(ValueError, match="mine"):
            fail()
        with database.read() as db:
            assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 0


def test_durable_writes_reach_the_disk_and_others_may_wait(tmp_path: Path, steps: Path) -> None:
    with Database.open(tmp_path / "x.sqlite3", steps) as database:
        with database.write() as db:
            assert db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
        with database.write(durable=False) as db:
            assert db.execute("PRAGMA synchronous").fetchone()[0] == 1  # NORMAL


def test_readers_do_not_wait_for_a_writer(tmp_path: Path, steps: Path) -> None:
    with Database.open(tmp_path / "x.sqlite3", steps) as database, database.write() as writer:
        writer.execute("INSERT INTO t VALUES ('new')")
        found: list[int] = []

        def look() -> None:
            with database.read() as db:
                found.append(db.execute("SELECT count(*) FROM t").fetchone()[0])

        thread = threading.Thread(target=look)
        thread.start()
        thread.join(timeout=10)
        assert found == [0]


def test_many_threads_write_without_losing_one(tmp_path: Path, steps: Path) -> None:
    with Database.open(tmp_path / "x.sqlite3", steps) as database:

        def add() -> None:
            for _ in range(20):
                with database.write(durable=False) as db:
                    db.execute("INSERT INTO t VALUES ('x')")

        threads = [threading.Thread(target=add) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.read() as db:
            assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 120


def test_generation_changes_with_own_commits_and_those_of_others(tmp_path: Path, steps: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with Database.open(path, steps) as database:
        seen = [database.generation(), database.generation()]
        assert seen[0] == seen[1]
        with database.write() as db:
            db.execute("INSERT INTO t VALUES ('x')")
        seen.append(database.generation())
        other = sqlite3.connect(path)
        other.execute("INSERT INTO t VALUES ('y')")
        other.commit()
        other.close()
        seen.append(database.generation())
    assert len(set(seen)) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_close_frees_all_files_and_refuses_more(tmp_path: Path, steps: Path) -> None:
    def open_files() -> list[str]:
        links = [p for p in Path("/proc/self/fd").iterdir() if p.exists()]
        return [t for t in (str(p.readlink()) for p in links) if "x.sqlite3" in t]

    database = Database.open(tmp_path / "x.sqlite3", steps)
    with database.read(), database.read():
        assert open_files()
    database.close()
    assert open_files() == []
    with pytest.raises(LibraryError, match="closed"), database.read():
        pass
    with pytest.raises(LibraryError, match="closed"), database.write():
        pass


def test_backup_is_a_complete_copy_made_while_open(tmp_path: Path, steps: Path) -> None:
    with Database.open(tmp_path / "x.sqlite3", steps) as database:
        with database.write() as db:
            db.execute("INSERT INTO t VALUES ('x')")
        database.backup(tmp_path / "copy.sqlite3")
    with Database.open(tmp_path / "copy.sqlite3", steps) as copy, copy.read() as db:
        assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 1
        assert copy.check() == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_full_disk_is_reported_and_keeps_what_was_stored(tmp_path: Path) -> None:
    script = """
        import resource, sys
        from pathlib import Path
        from avrec_desktop import paths
        from avrec_desktop.api.errors import LibraryError
        from avrec_desktop.library.database import Database
        database = Database.open(Path(sys.argv[1]), paths.resources() / "migrations")
        with database.write() as db:
            db.execute("INSERT INTO settings VALUES ('kept', '1')")
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
        try:
            with database.write() as db:
                db.executemany("INSERT INTO settings VALUES (?, ?)", [(str(i), "x" * 10_000) for i in range(1000)])
        except LibraryError as error:
            print(error)
        with database.write() as db:
            db.execute("INSERT INTO settings VALUES ('after', '1')")
    """
    path = tmp_path / "x.sqlite3"
    command = [sys.executable, "-c", textwrap.dedent(script), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert str(path) in done.stdout
    assert "nothing that was stored before is lost" in done.stdout
    with Database.open(path, MIGRATIONS) as database, database.read() as db:
        assert {r["key"] for r in db.execute("SELECT key FROM settings")} == {"kept", "after"}
        assert database.check() == []


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=60))
def test_numbers_come_as_a_statement_orders_them(values: list[int]) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE t (place INTEGER PRIMARY KEY, v INTEGER)")
        db.executemany("INSERT INTO t (v) VALUES (?)", [(v,) for v in values])
        for order in ("v DESC, place", "-place", "v % 7, v"):
            sql = f"SELECT v FROM t WHERE v <> :no ORDER BY {order}"
            expected = [row[0] for row in db.execute(sql, {"no": 3})]
            found = fetch_numbers(db, sql, {"no": 3})
            assert found.dtype == np.int64
            assert found.tolist() == expected
