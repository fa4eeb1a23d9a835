"""Fixtures of the window: a real catalogue and real behaviour, with stand-ins for analysis, plugins and models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QLoggingCategory, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.api.features import Passage
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.behaviour.taste import TasteStore
from avrec_desktop.features.atlas import MapLayout
from avrec_desktop.features.plan import ExtractorStatus, FailedAnalysis
from avrec_desktop.features.policy import AnalysisSettings, Policy
from avrec_desktop.features.store import VectorStore
from avrec_desktop.features.understanding import Understanding
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library import store
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.plugin_host.host import PluginState, PluginStatus
from avrec_desktop.recommend.insights import Report
from avrec_desktop.recommend.panel import Check, Panel, Pick, goes_on
from avrec_desktop.recommend.satisfaction import Satisfaction
from avrec_desktop.recommend.service import ModelInfo
from avrec_desktop.recommend.shelves import Shelf
from avrec_desktop.recommend.taste import Course
from avrec_desktop.recommend.tradeoff import Tradeoff
from avrec_desktop.ui import app as app_module
from avrec_desktop.ui import theme
from avrec_desktop.ui.shell import MainWindow
from avrec_desktop.ui.window import Parts

#: What Qt says off screen, and its media backend on machines without a sound server.
NO_SOUND = ("This plugin does not support", "PulseAudio", "pipewire", "Pipewire", "qt.multimedia")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let missing sound servers pass; all other warnings of Qt fail tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(*NO_SOUND, extend=True))
    # a change of looks styles every window that is there again: pictures in light and dark come first
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent or item.path.name != "test_shot.py")


class _NoMeaning:
    """No sentence encoder."""

    def scores(self, *_: object) -> dict[int, Any]:
        """Return nothing."""
        return {}


@dataclass
class FakeFeatures:
    """Analysis that has always been done."""

    library: Library
    extracted: int = 0
    spoken: dict[int, list[Passage]] = field(default_factory=dict)
    activity: Any = None
    states: list[ExtractorStatus] = field(default_factory=list)
    failed: list[FailedAnalysis] = field(default_factory=list)
    policy: Policy = field(default_factory=lambda: Policy(battery=lambda: False))
    prioritised: list[int] = field(default_factory=list)

    def status(self) -> list[ExtractorStatus]:
        """Return what the test set."""
        return self.states

    def failed_analyses(self) -> list[FailedAnalysis]:
        """Return what the test set."""
        return self.failed

    def forget(self, pairs: Sequence[tuple[int, str]]) -> None:
        """Forget failures."""
        self.failed = [f for f in self.failed if (f.item_id, f.failure.extractor) not in set(pairs)]

    def prioritise(self, ids: Sequence[int]) -> None:
        """Note what is looked at."""
        self.prioritised = list(ids)

    def configure(self, settings: AnalysisSettings) -> None:
        """Take the settings."""
        self.policy.settings = settings

    def __post_init__(self) -> None:
        """Topics and moods are the real ones: from words alone."""
        store = VectorStore(self.library.directory / "vectors", self.library.database)
        self.understanding = Understanding(
            self.library.database,
            store,
            _NoMeaning(),
            list,
            self.library.events,  # type: ignore[arg-type]
        )

    def similar(self, item_id: int, n: int = 10, by: str = "all") -> list[Any]:
        """Return nothing: the pane must do without."""
        return []

    def duplicates(self) -> list[Any]:
        """Return none."""
        return []

    def highlight(self, item_id: int) -> tuple[float, float]:
        """Return the first second."""
        return 0.0, 1.0

    def item_features(self) -> ItemFeatures:
        """Return none."""
        return ItemFeatures(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty((0, 0), np.float32))

    def known_map(self) -> MapLayout | None:
        """Return none: nothing has vectors."""
        return None

    def map(self, job: Job, *, anew: bool = False) -> MapLayout:
        """Return an empty map."""
        return MapLayout(np.empty(0, np.int64), np.empty((0, 2), np.float32))

    def passages(self, item_id: int) -> list[Passage]:
        """Return what was put there."""
        return self.spoken.get(item_id, [])

    def language(self, item_id: int) -> str | None:
        """Return English."""
        return "en"

    def extract(self, *, job: Job) -> Any:
        """Count the call."""
        self.extracted += 1
        return type("Result", (), {"done": 0, "failed": [], "seconds": 0.0})()


@dataclass
class FakePlugins:
    """Two plugins: one that works, one that does not."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def plugins(self) -> list[PluginStatus]:
        """Return both."""
        common = {"version": "1.0", "permissions": ["audio"], "registers": ["extractor: x"], "source": "installed"}
        common |= {"description": "A plugin.", "author": "", "licence": "", "homepage": ""}
        names = set(PluginStatus.__dataclass_fields__)
        common = {k: v for k, v in common.items() if k in names}
        return [
            PluginStatus(id="good", name="Good", state=PluginState.ACTIVE, error=None, **common),  # type: ignore[arg-type]
            PluginStatus(id="bad", name="Bad", state=PluginState.ERROR, error="boom", **common),  # type: ignore[arg-type]
        ]

    def extractors(self) -> list[Any]:
        """Return none."""
        return []

    def enable(self, plugin_id: str) -> None:
        """Note the call."""
        self.calls.append(("enable", plugin_id))

    def disable(self, plugin_id: str) -> None:
        """Note the call."""
        self.calls.append(("disable", plugin_id))


@dataclass
class FakeInsights:
    """Measures what the test put here."""

    report: Report | None = None
    next_report: Report | None = None
    lacking: int = 0
    started: int = 0
    wait: threading.Event | None = None

    def last(self, profile: str) -> Report | None:
        """Return the report."""
        return self.report

    def missing(self, profile: str) -> int:
        """Return how many likes are missing."""
        return self.lacking

    def evaluate(self, profile: str, job: Job) -> Report | None:
        """Take the next report, or wait to be cancelled."""
        self.started += 1
        job.progress(1, 4, "Measuring Dot")
        while self.wait is not None and not self.wait.wait(0.01):
            job.check()
        self.report = self.next_report
        return self.report


@dataclass
class FakeRecommendations:
    """Recommends everything that was neither liked nor hidden, in order."""

    library: Library
    error: AvrecError | None = None
    trained: int = 0
    explanation: Any = None
    places: list[tuple[float, bool]] = field(default_factory=list)
    insights: FakeInsights = field(default_factory=lambda: FakeInsights())
    outcomes: Any = None
    compared: Any = None
    due: bool = False
    promoted: bool = True
    found_terms: list[Any] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def shelves(
        self,
        profile: str,
        limit: int = 10,
        *,
        novelty: float = 0.5,
        panel: Panel | None = None,
        check: Check = goes_on,
    ) -> list[Shelf]:
        """Return the panel and, after a like, two shelves."""
        assert panel is not None
        check()
        items = self.library.items(ItemQuery(profile=profile))
        if not any(i.liked == 1 for i in items):
            return [Shelf("for-you", panel.label, panel.picks)]
        picks = [Pick(i.id, i.title, i.path, 0.0, "New.", "just-added") for i in items if not i.liked]
        return [
            Shelf("for-you", panel.label, panel.picks),
            Shelf("mood", "In the mood for calm", picks[:2], mood="calm"),
            Shelf("just-added", "Just added", picks[2:]),
        ]

    def first_picks(self, profile: str, n: int = 10) -> list[int]:
        """Return the first items."""
        return [i.id for i in self.library.items(ItemQuery(profile=profile), limit=n)]

    def tradeoff(self, profile: str, limit: int = 10, *, check: Check = goes_on) -> Tradeoff | None:
        """Return figures once something is liked."""
        liked = any(i.liked == 1 for i in self.library.items(ItemQuery(profile=profile)))
        rising = np.array([0.0, 1.0], np.float32)
        return Tradeoff(rising, 1 - rising / 2, rising / 2, rising) if liked else None

    @property
    def taste(self) -> TasteStore:
        """Return the real store of corrections."""
        return TasteStore(Behaviour(self.library.database, events=EventBus()))

    def retraining_due(self, profile: str, *, fresh: bool = False) -> bool:
        """Return what the test put here."""
        return self.due

    def finished_runs(self) -> list[Any]:
        """Return none."""
        return []

    def satisfaction(self, profile: str) -> Satisfaction:
        """Return what the test put here."""
        return self.outcomes or Satisfaction([], [])

    def comparison(self, profile: str) -> Any:
        """Return what the test put here."""
        return self.compared

    def compare(self, profile: str, a: str, b: str) -> None:
        """Note the call."""
        self.asked.append(("compare", a, b))

    def stop_comparing(self, profile: str) -> None:
        """Note the call."""
        self.asked.append(("stop",))

    def go_on_comparing(self, profile: str, pair: Any) -> None:
        """Note the call."""
        self.asked.append(("go on", pair))

    def taste_terms(self, profile: str) -> list[Any]:
        """Return what the test put here."""
        return self.found_terms

    def taste_course(self, profile: str) -> Course:
        """Return no likes."""
        return Course([], [], np.zeros((0, 0)), np.zeros(0, np.int64))

    def explain(self, profile: str, item_id: int, model: str | None = None) -> Any:
        """Return what the test put here."""
        return self.explanation

    def last_panel(self, profile: str) -> Panel | None:
        """Return none: a new library."""
        return None

    def recommend(self, profile: str, limit: int = 10, *, novelty: float = 0.5, remember: bool = True) -> Panel:
        """Return the panel; far from the middle of the slider it is turned round."""
        self.places.append((novelty, remember))
        if self.error is not None:
            raise self.error
        items = self.library.items(ItemQuery(profile=profile))
        liked = [i for i in items if i.liked == 1]
        free = [i for i in items if not i.hidden and not i.liked][:limit]
        if not items:
            return Panel("empty", "Empty.", "empty", [])
        free = free[::-1] if novelty > 0.9 else free
        key = "because" if liked else "newest"
        titles = [i.title for i in liked[:1]]
        picks = [Pick(i.id, i.title, i.path, 1.0, f"Because you liked {titles}", key, [], titles) for i in free]
        return Panel("personal" if liked else "newest", "Label.", "personal" if liked else "newest", picks)

    def models(self) -> list[ModelInfo]:
        """Return one."""
        values: dict[str, Any] = {
            "id": "dot", "name": "Dot", "plugin": "avrec-dot", "run": "1", "trained_at": 1.7e9,
            "metrics": {"recall@10": 0.5}, "history": {"loss": [1.0, 0.5]}, "chosen": True,
        }  # fmt: skip
        return [ModelInfo(**values)]

    def train(self, model: str | None, profile: str, job: Job) -> Any:
        """Count the call."""
        self.trained += 1
        return type("Result", (), {"interactions": 1, "seconds": 0.0, "promoted": self.promoted})()


@dataclass
class World:
    """What the window sees as its session."""

    directory: Path
    events: EventBus
    library: Library
    behaviour: Behaviour
    features: FakeFeatures
    plugins: FakePlugins
    recommend: FakeRecommendations
    profile: str = "default"


TITLES = ("Anemones", "Bell Tower", "Cold River", "Dust Devils", "Evening Star", "Fog Signal", "初雪", "Heat <b>1</b>")


def fill(library: Library, titles: Sequence[str], folder: str = "/media") -> None:
    """Put items with these titles into a library, every third a video; there are no files."""
    with library.database.write() as db:
        db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, ?, 0)", (folder.encode(),))
        for number, title in enumerate(titles, 1):
            kind = "video" if number % 3 == 0 else "audio"
            db.execute(
                "INSERT INTO items (id, kind, status, title, artist, album, year, duration, has_video, added_at,"
                " updated_at) VALUES (?, ?, 'ready', ?, ?, 'An Album', 2001, 61, ?, ?, 0)",
                (number, kind, title, f"Artist {number % 4}", kind == "video", number),
            )
            db.execute(
                "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) VALUES (?, 1, ?, 1, 1, 'present')",
                (number, f"{folder}/{number}.ogg".encode()),
            )
        store.index_items(db, list(range(1, len(titles) + 1)))


@pytest.fixture(scope="session", autouse=True)
def _looks(qapp: QApplication) -> None:
    QLoggingCategory.setFilterRules(app_module._QUIET)
    QLocale.setDefault(QLocale("en"))
    theme.apply(qapp, "light")


@pytest.fixture(autouse=True)
def _windows_end(qapp: QApplication) -> Iterator[None]:
    """Delete the windows of a test: each that stays is styled again whenever the looks change."""
    yield
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def empty_world(tmp_path: Path) -> Iterator[World]:
    """A library without folders."""
    bus = EventBus()
    library = Library.open(tmp_path / "library", events=bus)
    behaviour = Behaviour(library.database, events=bus)
    behaviour.ensure_profile("default")
    features, recommend = FakeFeatures(library), FakeRecommendations(library)
    yield World(tmp_path / "library", bus, library, behaviour, features, FakePlugins(), recommend)
    library.close()


@pytest.fixture
def world(empty_world: World) -> World:
    """A library with eight items."""
    fill(empty_world.library, TITLES)
    return empty_world


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[World], Parts]]:
    """Opens a window on a world and waits until it shows something; closes it afterwards."""
    windows: list[MainWindow] = []

    def open_(world: World) -> Parts:
        window = MainWindow(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
        windows.append(window)
        window.show()
        with qtbot.waitSignal(window.ready):
            window.attach(world)  # type: ignore[arg-type]
        assert window.parts is not None
        parts = window.parts
        qtbot.waitUntil(lambda: not window.runner.busy and not parts.home.busy)
        return parts

    yield open_
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def parts(open_window: Callable[[World], Parts], world: World) -> Parts:
    """The parts of a window on ``world``."""
    return open_window(world)
