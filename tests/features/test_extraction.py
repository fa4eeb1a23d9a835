"""The pipeline with real compute processes and misbehaving plugins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from avrec_desktop.api.errors import Cancelled, LibraryError, NotFoundError
from avrec_desktop.features import fusion, ledger, task
from avrec_desktop.jobs.job import Job, Progress
from avrec_desktop.library.types import Failure

HONEST = ["probe-sound", "probe-words"]


def children() -> set[int]:
    return {p.pid for p in psutil.Process().children(recursive=True)}


def test_everything_is_stored_and_announced_and_nothing_is_done_twice(rig) -> None:
    ids = rig.add("one.wav", "two.wav", "three.wav")
    seen: list[Progress] = []
    result = rig.features.extract(HONEST, workers=2, job=Job(on_progress=seen.append))
    assert (result.done, result.skipped, result.failed) == (6, 0, [])
    assert seen[-1].done == seen[-1].total == 6
    assert seen[-1].values["files_per_minute"] > 0
    assert result.peak_memory > 10e6
    for name in HONEST:
        vectors = rig.features.vectors(name)
        assert vectors.ids.tolist() == sorted(ids)
        np.testing.assert_allclose(np.linalg.norm(vectors.matrix, axis=1), 1.0, rtol=1e-5)
        assert sorted(i for e in rig.stored if e.extractor == name for i in e.item_ids) == sorted(ids)
    assert [t.name for t in rig.library.item(ids[0]).tags] == ["loud"]
    again = rig.features.extract(HONEST, job=Job())
    assert (again.done, again.skipped, again.failed) == (0, 0, [])
    assert rig.features.pending()["probe-sound"] == 0
    assert {s.id: (s.done, s.pending) for s in rig.features.status()}["probe-words"] == (3, 0)


def test_no_process_is_left_after_a_run(rig) -> None:
    rig.add("one.wav")
    before = children()
    rig.features.extract(["probe-sound"], job=Job())
    assert children() == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crash.wav", "crashed"),
        ("raise.wav", "ZeroDivisionError: no luck"),
        ("leave.wav", "SystemExit"),
        ("nan.wav", "not all finite"),
        ("shape.wav", "(5,) instead of (4,)"),
    ],
)
def test_a_misbehaving_extractor_costs_its_item_only_and_is_named(rig, name: str, reason: str) -> None:
    bad, good = rig.add(name, "fine.wav")
    result = rig.features.extract(job=Job(), workers=1)
    assert result.done == 5
    (failure,) = result.failed
    assert failure.extractor == "probe-trouble"
    assert failure.path.endswith(name)
    assert "probe-trouble" in failure.reason
    assert reason in failure.reason
    assert rig.state(good, "probe-trouble") == ("done", None)
    assert rig.state(bad, "probe-sound") == ("done", None)
    assert rig.features.failures() == [failure]


def test_a_hanging_extractor_is_stopped_in_time(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "EXTRACT_LIMIT", (1.0, 0.0))
    bad, good = rig.add("hang.wav", "fine.wav")
    result = rig.features.extract(job=Job(), workers=1)
    (failure,) = result.failed
    assert "did not end within 1 s" in failure.reason
    assert rig.state(good, "probe-trouble") == ("done", None)
    assert rig.state(bad, "probe-sound") == ("done", None)


def test_a_crash_of_the_decoder_is_not_blamed_on_the_extractor(rig) -> None:
    (item,) = rig.add("decoder.wav")
    result = rig.features.extract(["probe-trouble", "probe-words"], job=Job())
    assert result.done == 1
    assert rig.state(item, "probe-trouble") == ("failed", "decoding its sound crashed or did not end")
    assert rig.plugins.info("probe").error is None


def test_what_was_found_is_joined_when_the_run_is_over(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add("fine.wav", "other.wav")
    rig.features.extract(job=Job(), workers=1)

    def late(*_: object) -> None:
        raise AssertionError("joined anew, for which a panel would wait")

    monkeypatch.setattr(fusion, "gather", late)
    assert rig.features.item_features().content.any()


def test_failures_wait_for_the_user_or_a_change_of_the_file(rig) -> None:
    (item,) = rig.add("raise.wav")
    rig.features.extract(["probe-trouble"], job=Job())
    assert rig.features.pending()["probe-trouble"] == 0
    rig.features.retry(rig.features.failures())
    assert rig.features.pending()["probe-trouble"] == 1
    rig.features.extract(["probe-trouble"], job=Job())
    path = Path(rig.library.path(item))
    later = path.stat().st_mtime + 3600
    os.utime(path, (later, later))
    rig.library.scan(None, Job())
    assert rig.features.pending()["probe-trouble"] == 1


def test_retrying_what_is_unknown_changes_nothing(rig) -> None:
    rig.features.retry([Failure("/nowhere.wav", "gone", "probe-sound"), Failure("/nowhere.wav", "gone")])


@pytest.mark.expects_errors
def test_a_plugin_that_fails_every_time_is_left_out_and_reported(rig) -> None:
    rig.add(*(f"raise{i}.wav" for i in range(9)))
    result = rig.features.extract(["probe-trouble"], workers=1, job=Job())
    assert len(result.failed) >= ledger.FAULTS_IN_A_ROW
    assert result.skipped == 9 - len(result.failed)
    assert result.skipped > 0
    assert "ZeroDivisionError" in (rig.plugins.info("probe").error or "")


def test_cancel_keeps_what_was_finished(rig) -> None:
    rig.add(*(f"tone{i}.wav" for i in range(100)))
    job = Job(on_progress=lambda p: job.cancel() if p.done >= 3 else None)
    with pytest.raises(Cancelled):
        rig.features.extract(["probe-sound"], workers=1, job=job)
    finished = len(rig.features.vectors("probe-sound"))
    assert 3 <= finished < 100
    assert rig.features.pending()["probe-sound"] == 100 - finished
    rig.features.extract(["probe-sound"], job=Job())
    assert len(rig.features.vectors("probe-sound")) == 100


def test_pause_holds_the_run_until_resumed(rig) -> None:
    rig.add(*(f"tone{i}.wav" for i in range(60)))
    paused = threading.Event()

    def pause_once(progress: Progress) -> None:
        if progress.done >= 2 and not paused.is_set():
            job.pause()
            paused.set()

    job = Job(on_progress=pause_once)
    result = []
    thread = threading.Thread(
        target=lambda: result.append(rig.features.extract(["probe-sound"], workers=1, job=job)), daemon=True
    )
    thread.start()
    try:
        assert paused.wait(60)
        assert rig.features.pending()["probe-sound"] > 0
        assert not result
    finally:
        job.resume()
        thread.join(60)
    assert result[0].done == 60


def test_priority_items_come_first(rig) -> None:
    ids = rig.add(*(f"tone{i:02}.wav" for i in range(20)))
    wanted = [ids[11], ids[4]]
    rig.features.prioritise(wanted)
    rig.features.extract(["probe-sound"], workers=1, job=Job())
    with rig.library.database.read() as db:
        order = [r[0] for r in db.execute("SELECT item_id FROM extractions ORDER BY row")]
    assert order[:2] == wanted
    assert sorted(order) == sorted(ids)


def test_only_chosen_items_and_extractors(rig) -> None:
    ids = rig.add("one.wav", "two.wav")
    rig.features.extract(["probe-words"], item_ids=[ids[1]], job=Job())
    assert rig.features.vectors("probe-words").ids.tolist() == [ids[1]]
    assert len(rig.features.vectors("probe-sound")) == 0
    with pytest.raises(NotFoundError):
        rig.features.extract(["no-such"], job=Job())
    with pytest.raises(NotFoundError):
        rig.features.vectors("no-such")


def test_words_are_read_again_when_they_change(rig) -> None:
    (item,) = rig.add("one.wav")
    rig.features.extract(["probe-words"], job=Job())
    before = rig.features.vectors("probe-words").matrix[0].copy()
    rig.library.edit([item], {"title": "something else entirely"})
    assert rig.features.pending()["probe-words"] == 1
    rig.features.extract(["probe-words"], job=Job())
    assert not np.allclose(before, rig.features.vectors("probe-words").matrix[0])


def test_a_file_that_went_away_is_skipped_not_failed(rig) -> None:
    (item,) = rig.add("one.wav")
    Path(rig.library.path(item)).unlink()
    result = rig.features.extract(["probe-sound"], job=Job())
    assert (result.done, result.skipped, result.failed) == (0, 1, [])
    assert rig.state(item, "probe-sound") is None


def test_two_runs_at_once_are_refused(rig) -> None:
    rig.add("one.wav")
    refused: list[LibraryError] = []

    def second(_: Progress) -> None:
        if not refused:
            with pytest.raises(LibraryError) as caught:
                rig.features.extract(["probe-words"], job=Job())
            refused.append(caught.value)

    rig.features.extract(["probe-sound"], job=Job(on_progress=second))
    assert "analysing this library" in str(refused[0])


def test_broken_files_end_with_a_reason(rig) -> None:
    rig.add("fine.wav")
    whole = (rig.folder / "fine.wav").read_bytes()
    (rig.folder / "cut.wav").write_bytes(whole[: len(whole) // 3])
    (rig.folder / "damaged.wav").write_bytes(whole[:200] + os.urandom(3000) + whole[3200:])
    (rig.folder / "text.mp3").write_bytes(b"this is no sound\n" * 400)
    (rig.folder / "empty.ogg").write_bytes(b"")
    rig.library.scan([rig.folder], Job())
    result = rig.features.extract(["probe-sound"], job=Job())
    assert result.done >= 2
    assert all(f.reason for f in result.failed)
    assert rig.features.pending()["probe-sound"] == 0


_KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.features.conftest import open_rig
from avrec_desktop.jobs.job import Job
rig = open_rig(Path(sys.argv[1]))
rig.features.extract(["probe-sound"], workers=1, job=Job(on_progress=lambda p: print(p.done, flush=True)))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_a_killed_run_loses_at_most_the_item_in_hand(rig, tmp_path: Path) -> None:
    rig.add(*(f"tone{i:02}.wav" for i in range(30)))
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
            if reported >= 5:
                os.kill(process.pid, signal.SIGKILL)
                break
    vectors = rig.features.vectors("probe-sound")
    assert reported <= len(vectors) < 30
    np.testing.assert_allclose(np.linalg.norm(vectors.matrix, axis=1), 1.0, rtol=1e-5)
    kept = dict(zip(vectors.ids.tolist(), vectors.matrix.copy(), strict=True))
    result = rig.features.extract(["probe-sound"], job=Job())
    assert result.done == 30 - len(kept)
    after = rig.features.vectors("probe-sound")
    for item, vector in zip(after.ids.tolist(), after.matrix, strict=True):
        np.testing.assert_array_equal(vector, kept.get(item, vector))


def test_sound_of_eight_channels_is_read(rig) -> None:
    import av

    path = rig.folder / "surround.mka"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48000, layout="7.1")
        for _ in range(100):
            noise = rng.normal(0, 0.1, (1, 8 * 1024)).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(noise, format="flt", layout="7.1")
            frame.sample_rate = 48000
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    rig.library.scan([rig.folder], Job())
    rig.features.extract(["probe-sound"], job=Job())
    assert rig.state(rig.library.resolve(str(path)), "probe-sound") == ("done", None)
