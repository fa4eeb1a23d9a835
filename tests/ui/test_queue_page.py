"""The queue of the analysis: what it says, and what its buttons do."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from avrec_desktop.features.crew import Working
from avrec_desktop.features.plan import ExtractorStatus, FailedAnalysis
from avrec_desktop.features.policy import AnalysisSettings, Policy
from avrec_desktop.features.run import Activity
from avrec_desktop.jobs import Job
from avrec_desktop.library.types import Failure
from avrec_desktop.ui.failures_model import EXTRACTOR, FILE, REASON, FailuresModel


def failed(number: int, reason: str = "is cut off") -> FailedAnalysis:
    return FailedAnalysis(number, 1.7e9 + number, Failure(f"/media/a <b> {number}.ogg", reason, "music"))


@pytest.fixture
def model(qtbot):
    out = FailuresModel()
    out.setProperty("tester", QAbstractItemModelTester(out, QAbstractItemModelTester.FailureReportingMode.Fatal, out))
    return out


def test_the_model_keeps_the_rules_while_failures_come_and_go(model, qtbot) -> None:
    model.set_rows([failed(2), failed(1)], {"music": "Music"})
    with qtbot.waitSignal(model.rowsInserted):
        model.set_rows([failed(4), failed(3), failed(2), failed(1)], {"music": "Music"})
    assert model.index(0, FILE).data() == "a <b> 4.ogg"
    assert model.index(0, EXTRACTOR).data() == "Music"
    assert model.index(3, REASON).data() == "is cut off"
    with qtbot.waitSignal(model.modelReset):
        model.set_rows([failed(3)], {"music": "Music"})
    assert model.rowCount() == 1
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_rows([failed(3)], {"music": "Music"})
    model.set_rows([], {})
    assert model.rowCount() == 0


def test_a_hundred_thousand_failures_are_no_matter(model) -> None:
    rows = [failed(n) for n in range(100_000)]
    model = FailuresModel()  # the tester reads every row
    model.set_rows(rows, {})
    assert model.rowCount() == 100_000
    assert model.index(99_999, FILE).data() == "a <b> 99999.ogg"


@pytest.fixture
def queue(parts, qtbot):
    """The page on show, with three failures and a run that the test drives."""
    features = parts.session.features
    features.states = [ExtractorStatus("music", 1, done=5, failed=3, empty=1, pending=11)]
    features.failed = [failed(n) for n in (3, 2, 1)]
    parts.go("jobs")
    parts.jobs_page.tabs.setCurrentIndex(1)
    page = parts.jobs_page.queue
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    return page


def activity(wait_for=None, budget="normal") -> Activity:
    working = (Working("4711", "/media/song.ogg", "music", "sound", 2.2, 300_000_000),)
    return Activity(budget, wait_for, 42.0, 90.0, 640_000_000, 700_000_000, () if wait_for else working)


def test_idle_it_says_what_waits(parts, queue) -> None:
    assert queue.state.text() == "11 files wait for their analysis"
    assert queue.start.isVisible()
    assert not queue.pause.isVisible()
    row = queue._rows[0]
    assert row._counts.text() == "5 of 20 done · 1 with nothing to analyse · 3 failed · 11 waiting"
    assert row._bar.value() == 450


@pytest.fixture
def running(parts, queue, qtbot):
    started, moment = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        started.set()
        while not moment.wait(0.01):
            job.check()

    entry = parts._window.jobs.start("Understanding", "analyse", work)
    assert started.wait(10)
    parts.session.features.activity = activity()
    yield entry
    parts.session.features.activity = None
    moment.set()
    entry.cancel()
    qtbot.waitUntil(lambda: entry.state != "running")


def test_while_it_runs_it_says_rate_memory_and_what_each_process_does(parts, queue, running) -> None:
    parts.analysis.look()
    assert queue.state.text() == "Running"
    assert queue.figures.text() == "42 files a minute · 2 min left · memory 640 MB, at most 700 MB"
    file, what, seconds = queue._lines[0]
    assert (file.text(), seconds.text()) == ("song.ogg", "2 s")
    assert what.text() == "music · reading its sound · process 4711 · 300 MB"
    assert not queue.go_on.isVisible()


def test_on_battery_it_says_so_and_can_be_overruled(parts, queue, running, qtbot) -> None:
    policy = parts.session.features.policy = Policy(AnalysisSettings(), battery=lambda: True)
    parts.session.features.activity = activity("battery")
    parts.analysis.look()
    assert queue.state.text() == "Paused: on battery"
    assert queue.go_on.isVisible()
    assert policy.decide().wait_for == "battery"
    queue.go_on.click()
    assert policy.decide().wait_for is None


def test_pause_and_cancel(parts, queue, running, qtbot) -> None:
    queue.pause.click()
    assert running.paused
    assert queue.state.text() == "Pausing: files in work are finished first"
    parts.session.features.activity = Activity("normal", None, 42.0, 90.0, 1, 1, ())
    parts.analysis.look()
    assert queue.state.text() == "Paused"
    assert queue.pause.accessibleName() == "Go on with the analysis"
    queue.pause.click()
    assert not running.paused
    queue.cancel.click()
    qtbot.waitUntil(queue.start.isVisible)
    assert running.state == "cancelled"


def choose(queue, row: int) -> None:
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    queue.table.selectionModel().setCurrentIndex(queue.model.index(row, 0), flags)


def test_one_failure_is_copied_and_tried_again(parts, queue, qtbot) -> None:
    assert not queue.retry.isEnabled()
    choose(queue, 1)
    queue.copy.click()
    assert QGuiApplication.clipboard().text().startswith("/media/a <b> 2.ogg\tmusic\tis cut off\t")
    queue.retry.click()
    qtbot.waitUntil(lambda: parts.session.features.extracted == 1)
    assert [f.item_id for f in parts.session.features.failed] == [3, 1]
    qtbot.waitUntil(lambda: queue.model.rowCount() == 2)
    assert not queue.retry.isEnabled()


def test_all_failures_are_tried_again(parts, queue, qtbot) -> None:
    queue.retry_all.click()
    qtbot.waitUntil(lambda: queue.model.rowCount() == 0)
    assert parts.session.features.failed == []
    assert queue._fine.isVisible()


def test_it_looks_only_while_it_is_on_show(parts, queue) -> None:
    assert parts.analysis._timer.isActive()
    parts.jobs_page.tabs.setCurrentIndex(0)
    assert not parts.analysis._timer.isActive()
    parts.jobs_page.tabs.setCurrentIndex(1)
    parts.go("home")
    assert not parts.analysis._timer.isActive()


def test_what_is_looked_at_comes_first_and_playing_is_told(parts, qtbot) -> None:
    parts.go("library")
    qtbot.waitUntil(lambda: bool(parts.session.features.prioritised))
    assert set(parts.session.features.prioritised) <= set(parts.model.ids.tolist())
    parts.player.playing_changed.emit(True)
    assert parts.session.features.policy.playing
    parts.player.playing_changed.emit(False)
    assert not parts.session.features.policy.playing


def test_settings_of_the_analysis_are_shown_and_stored(parts, qtbot) -> None:
    parts.session.features.policy.settings = AnalysisSettings("gentle", False, "pause", "")
    parts.go("settings")
    page, policy = parts.settings_page.analysis, parts.session.features.policy
    qtbot.waitUntil(lambda: page.playing.currentData() == "pause")
    assert (page.budget.currentData(), page.battery.isChecked()) == ("gentle", False)
    page.battery.click()
    qtbot.waitUntil(lambda: policy.settings.pause_on_battery)
    page.cluster.setText("tcp://host:8786 ")
    page.cluster.editingFinished.emit()
    qtbot.waitUntil(lambda: policy.settings.cluster == "tcp://host:8786")
    qtbot.waitUntil(lambda: len(parts.actions._undoable) == 2)
    parts.actions.undo()
    qtbot.waitUntil(lambda: not policy.settings.cluster)
    assert policy.settings.pause_on_battery
    qtbot.waitUntil(lambda: not page.cluster.text())
