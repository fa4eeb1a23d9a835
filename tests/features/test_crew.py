"""How many compute processes work side by side, by what they take of the memory; and the pace of a run."""

from __future__ import annotations

import queue

import pytest

from avrec_desktop.api.media import MediaInfo
from avrec_desktop.features import crew as crew_module
from avrec_desktop.features.crew import MEMORY_LIMIT, LocalCrew, take_step, working
from avrec_desktop.features.policy import Decision
from avrec_desktop.features.run import Pace
from avrec_desktop.features.task import ItemTask, Slot
from avrec_desktop.jobs import ComputePool
from avrec_desktop.jobs.job import Job

MB = 1_000_000
FULL = Decision("full")


class Machine:
    """Compute processes of given sizes; none is started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: dict[int, int] = {}
        self.busy = 0
        self.kept: list[int] = []
        monkeypatch.setattr(ComputePool, "pids", property(lambda pool: list(self.sizes)))
        monkeypatch.setattr(ComputePool, "submit", lambda pool, *args, **options: _Nothing())
        monkeypatch.setattr(ComputePool, "close_free", self._close_free)
        monkeypatch.setattr(crew_module, "resident_memory", lambda pids: dict(self.sizes))
        monkeypatch.setattr(crew_module, "MEASURE_SECONDS", 0.0)

    def _close_free(self, keep: int = 0) -> None:
        self.kept.append(keep)
        for pid in sorted(self.sizes)[self.busy + keep :]:
            del self.sizes[pid]


class _Nothing:
    def add_done_callback(self, _: object) -> None:
        """It is never done."""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.fixture
def crew(machine: Machine):
    out = LocalCrew({}, Job(), queue.SimpleQueue(), workers=8)
    yield out
    out.shutdown()


def task(*, words: bool) -> ItemTask:
    return ItemTask(MediaInfo(1, "/media/one.ogg", "audio", 1.0, True, False), ["music"], words=words)


def test_one_works_alone_until_its_size_is_known(machine: Machine, crew: LocalCrew) -> None:
    assert crew.width(FULL) == 1
    crew.submit(Slot({1: task(words=False)}), {})
    machine.sizes, machine.busy = {1: 250 * MB}, 1
    crew.look(1, FULL)
    assert crew.width(FULL) == 1
    crew.finished(task(words=False))
    assert crew.width(FULL) == MEMORY_LIMIT // (250 * MB) == 4
    machine.sizes, machine.busy = {1: 250 * MB, 2: 500 * MB}, 2
    crew.look(2, FULL)
    assert crew.width(FULL) == 2
    assert crew.peak_memory == 750 * MB


def test_one_huge_file_is_remembered_for_some_time_only(machine: Machine, crew: LocalCrew) -> None:
    crew.submit(Slot({1: task(words=False)}), {})
    machine.sizes, machine.busy = {1: 800 * MB}, 1
    crew.finished(task(words=False))
    machine.sizes = {1: 250 * MB}
    crew.look(1, FULL)
    assert crew.width(FULL) == 1  # the next one may be like it
    for _ in range(100):
        crew.finished(task(words=False))
    assert crew.width(FULL) == 4


def test_decoding_starts_with_one_again(machine: Machine, crew: LocalCrew) -> None:
    crew.submit(Slot({1: task(words=True)}), {})
    machine.sizes = {1: 150 * MB}
    crew.finished(task(words=True))
    assert crew.width(FULL) == 7
    crew.submit(Slot({1: task(words=False)}), {})
    assert crew.width(FULL) == 1
    crew.finished(task(words=True))  # a batch of words that was still in work says nothing
    assert crew.width(FULL) == 1
    machine.sizes = {1: 550 * MB}
    crew.finished(task(words=False))
    assert crew.width(FULL) == 2


def test_processes_that_grew_too_big_together_are_ended_as_they_become_free(machine: Machine, crew: LocalCrew) -> None:
    crew.submit(Slot({1: task(words=False)}), {})
    machine.sizes, machine.busy = {1: 300 * MB}, 1
    crew.finished(task(words=False))
    assert crew.width(FULL) == 3
    machine.sizes, machine.busy = {1: 450 * MB, 2: 450 * MB, 3: 450 * MB}, 3
    crew.look(3, FULL)
    assert crew.width(FULL) == 2  # no new call before two are over
    machine.busy = 1
    crew.look(1, FULL)
    assert sum(machine.sizes.values()) <= MEMORY_LIMIT
    assert len(machine.sizes) == 2


def test_a_smaller_budget_ends_processes_that_are_not_needed(machine: Machine, crew: LocalCrew) -> None:
    crew.submit(Slot({1: task(words=False)}), {})
    machine.sizes, machine.busy = {1: 200 * MB, 2: 200 * MB, 3: 200 * MB}, 1
    crew.finished(task(words=False))
    crew.look(1, FULL)
    assert machine.kept[-1] == 4
    crew.look(1, Decision("gentle"))
    assert machine.kept[-1] == 0
    assert list(machine.sizes) == [1]


def test_what_a_process_does_is_known_by_its_steps() -> None:
    slot = Slot({1: task(words=False)})
    assert (working(slot, "7").path, working(slot, "7").extractor) == ("", "")
    take_step(slot, {"item": 1, "extractor": "music", "decode": "sound"})
    now = working(slot, "7", 5)
    assert (now.path, now.extractor, now.decode, now.memory) == ("/media/one.ogg", "music", "sound", 5)
    assert now.seconds < 60
    take_step(slot, {"item": 99, "extractor": "vision", "decode": ""})  # news of an item that is settled
    assert working(slot, "7").extractor == "music"


def test_the_pace_counts_work_and_not_pauses() -> None:
    pace = Pace(100)
    assert (pace.per_minute, pace.eta) == (None, None)
    for _ in range(10):
        pace.worked(2.0)
        pace.finished()
    assert pace.per_minute == pytest.approx(30.0)
    assert pace.eta == pytest.approx(180.0)
    for _ in range(60):  # then files get twice as long: the rate is that of the last minute and a half
        pace.worked(4.0)
        pace.finished()
    assert pace.per_minute == pytest.approx(15.0)
    assert pace.eta == pytest.approx(120.0)
