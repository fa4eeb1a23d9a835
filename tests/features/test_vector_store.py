"""The vector store: what is named is readable, whatever happens in between."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avrec_desktop import paths
from avrec_desktop.api.errors import LibraryError, PluginError
from avrec_desktop.features import matrix
from avrec_desktop.features.store import Record, VectorStore, Writer, forget
from avrec_desktop.library.database import Database

DIM = 6


def open_store(root: Path, items: int = 50) -> tuple[Database, VectorStore]:
    database = Database.open(root / "library.sqlite3", paths.resources() / "migrations")
    with database.write() as db:
        for i in range(1, items + 1):
            db.execute(
                "INSERT OR IGNORE INTO items (id, kind, status, title, added_at, updated_at)"
                " VALUES (?, 'audio', 'ready', '', 0, 0)",
                (i,),
            )
    return database, VectorStore(root / "vectors", database)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Database, VectorStore]]:
    database, store = open_store(tmp_path)
    yield database, store
    database.close()


def record(item: int, seed: int = 0, *, segments: int = 2, dim: int = DIM) -> Record:
    rng = np.random.default_rng([item, seed])
    times = np.stack([np.arange(segments), np.arange(segments) + 1.0], axis=1)
    return Record(
        item,
        "x",
        1,
        dim,
        "done",
        vector=rng.normal(size=dim).astype(np.float32),
        segments=rng.normal(size=(segments, dim)).astype(np.float32) if segments else None,
        times=times if segments else None,
        salience=rng.random(segments).astype(np.float32) if segments else None,
        descriptors={"a": float(seed)},
    )


def stored(store: VectorStore) -> dict[int, np.ndarray]:
    found = store.vectors("x", 1)
    return {int(i): v.copy() for i, v in zip(found.ids, found.matrix, strict=True)}


def assert_same(store: VectorStore, expected: dict[int, Record]) -> None:
    found = stored(store)
    assert found.keys() == expected.keys()
    for item, wanted in expected.items():
        np.testing.assert_array_equal(found[item], wanted.vector)
        segments = store.segments(item, "x", 1)
        if wanted.segments is None:
            assert segments is None
        else:
            np.testing.assert_array_equal(segments.vectors, wanted.segments)
            np.testing.assert_array_equal(segments.times, wanted.times)
            np.testing.assert_array_equal(segments.salience, wanted.salience)


Step = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 12), st.integers(0, 3)),
    st.tuples(st.just("flush")),
    st.tuples(st.just("die"), st.integers(0, 70)),
    st.tuples(st.just("compact")),
    st.tuples(st.just("forget"), st.integers(1, 12)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(Step, max_size=25))
def test_what_was_flushed_is_there_whatever_happens(steps: list[tuple]) -> None:
    root = Path(tempfile.mkdtemp())
    database, store = open_store(root)
    try:
        expected: dict[int, Record] = {}
        waiting: dict[int, Record] = {}
        context = store.writer()
        writer = context.__enter__()
        for seed, step in enumerate(steps):
            match step:
                case ("add", item, segments):
                    waiting[item] = record(item, seed, segments=segments)
                    writer.add(waiting[item])
                case ("flush",):
                    writer.flush()
                    expected |= waiting
                    waiting = {}
                case ("die", garbage):
                    # as after kill -9: the buffer is gone, half-written bytes lie behind the last known row
                    writer._buffer, waiting = [], {}
                    context.__exit__(None, None, None)
                    for path in (root / "vectors").glob("*/*.f32"):
                        with path.open("ab") as file:
                            file.write(os.urandom(garbage))
                    context = store.writer()
                    writer = context.__enter__()
                case ("compact",):
                    writer.compact("x", 1)
                case ("forget", item):
                    with database.write() as db:
                        forget(db, [(item, "x")], {"x": 1})
                        db.execute("DELETE FROM segments WHERE item_id = ?", (item,))
                    expected.pop(item, None)
            assert_same(store, expected)
        context.__exit__(None, None, None)
        assert_same(store, expected | waiting)
    finally:
        database.close()
        shutil.rmtree(root)


def test_lost_files_are_noticed_and_made_again(opened: tuple[Database, VectorStore], tmp_path: Path) -> None:
    database, store = opened
    with store.writer() as writer:
        for item in range(1, 6):
            writer.add(record(item))
    path = tmp_path / "vectors" / "x-v1" / "items-0.f32"
    with path.open("r+b") as file:
        file.truncate(3 * DIM * 4 + 5)
    assert sorted(stored(store)) == [1, 2, 3]
    with store.writer() as writer:
        writer.add(record(9))
    assert sorted(stored(store)) == [1, 2, 3, 9]
    with database.read() as db:
        assert db.execute("SELECT count(*) FROM extractions").fetchone()[0] == 4
    shutil.rmtree(tmp_path / "vectors")
    with store.writer() as writer:
        writer.add(record(2))
    assert sorted(stored(store)) == [2]


def test_a_full_disk_loses_nothing_and_work_goes_on_after(
    opened: tuple[Database, VectorStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, store = opened
    with store.writer() as writer:
        writer.add(record(1))
        writer.flush()
        writer.add(record(2))
        writer.add(record(3))
        with monkeypatch.context() as patch:
            patch.setattr(matrix.Matrix, "sync", _full)
            with pytest.raises(LibraryError, match="No space left"):
                writer.flush()
        assert sorted(stored(store)) == [1]
        writer.flush()
    assert_same(store, {i: record(i) for i in (1, 2, 3)})


def _full(self: matrix.Matrix) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_error_in_the_run_still_stores_what_was_finished(opened: tuple[Database, VectorStore]) -> None:
    _, store = opened
    with pytest.raises(RuntimeError, match="elsewhere"), store.writer() as writer:  # noqa: PT012
        writer.add(record(1))
        raise RuntimeError("elsewhere")
    assert sorted(stored(store)) == [1]


def test_one_writer_at_a_time(opened: tuple[Database, VectorStore]) -> None:
    _, store = opened
    with store.writer(), pytest.raises(LibraryError, match="analysing"), store.writer():
        pass
    with store.writer():
        pass


def test_a_changed_length_without_a_new_version_is_refused(opened: tuple[Database, VectorStore]) -> None:
    _, store = opened
    with store.writer() as writer:
        writer.add(record(1))
    with pytest.raises(PluginError, match="without a new version"):
        store.check_dim("x", 1, DIM + 1)
    store.check_dim("x", 2, DIM + 1)
    store.check_dim("x", 1, DIM)


def test_some_vectors_are_the_same_as_among_all(opened: tuple[Database, VectorStore]) -> None:
    _, store = opened
    with store.writer() as writer:
        for item in (5, 1, 9, 3, 7):
            writer.add(record(item))
    every, some = store.vectors("x", 1), store.vectors("x", 1, only=[7, 1, 40, 9])
    assert some.ids.tolist() == [1, 7, 9]
    assert np.array_equal(some.matrix, every.matrix[np.searchsorted(every.ids, some.ids)])
    assert len(store.vectors("x", 1, only=[])) == 0


def test_items_that_were_removed_meanwhile_are_passed_over(opened: tuple[Database, VectorStore]) -> None:
    _, store = opened
    with store.writer() as writer:
        writer.add(record(999))
        writer.add(record(1))
    assert sorted(stored(store)) == [1]


def test_names_of_extractors_cannot_leave_the_folder(tmp_path: Path) -> None:
    name = matrix.folder_name("../../evil", 1)
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()


_KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.features.test_vector_store import open_store, record
database, store = open_store(Path(sys.argv[1]), 5000)
with store.writer() as writer:
    for item in range(1, 5001):
        writer.add(record(item))
        writer.flush()
        print(item, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
@pytest.mark.parametrize("after", [1, 7, 60])
def test_kill_at_any_time_loses_nothing_that_was_reported(tmp_path: Path, after: int) -> None:
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path), root],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])),
    )
    reported = 0
    with process:
        for line in process.stdout:
            reported = int(line)
            if reported == after:
                os.kill(process.pid, signal.SIGKILL)
    database, store = open_store(tmp_path, 5000)
    try:
        found = stored(store)
        assert reported <= len(found) <= reported + 1
        with store.writer() as writer:
            assert isinstance(writer, Writer)
            writer.add(record(4999))
        assert_same(store, {i: record(i) for i in [*found, 4999]})
    finally:
        database.close()
