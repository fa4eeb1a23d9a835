"""How a long list feels: frames while scrolling, and the time from a key press to the painted result.

``AVREC_BENCH_ITEMS`` says how many items (default 100,000; a million take minutes to make and 1.3 GB of disk, and are
not analysed, as their vectors would take 4 GB more), ``AVREC_BENCH_KEPT`` a directory where the library stays for the
next run. Bars at 100,000: 50 frames a second (20 ms at the 95th percentile), in groups too, 50 ms from key press to
painted result (150 ms at 1,000,000), 350 MB of memory with the home page, its recommendations and all vectors there.
``acts`` are single: an order or grouping nobody asked for before, everything chosen. A result counts as painted when a
paint with the rows of the cards on show is over. The CPU times of the whole process and of the UI thread stand beside
each figure, as other work on the machine only prolongs the clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QTimer
from PySide6.QtTest import QTest

_MAKE = """
import sys
from pathlib import Path
from avrec_desktop.library.watcher import set_on
from tests.benchmarks.catalogue_fixture import add_analysis, make_library
library = make_library(Path(sys.argv[1]), int(sys.argv[2]))
set_on(library, False)  # its files are made up: a scan would find that all are gone
library.close()
if int(sys.argv[2]) <= 200_000:
    add_analysis(Path(sys.argv[1]))
"""
_STEPS, _WORDS = 300, ("rake", "mi lo", "keno", "so na", "du", "be la", "tira", "no ra", "shi", "春")
#: Milliseconds from one key to the next, at least.
_BEAT = 120


def _pump(condition: Any, seconds: float = 20.0) -> None:
    loop, timer, met = QEventLoop(), QTimer(), []
    end = time.monotonic() + seconds

    def look() -> None:
        if condition():
            met.append(True)
        if met or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(1)
    loop.exec()
    timer.stop()
    if not met:
        raise RuntimeError("the window did not get there in time")


class _Times:
    """Milliseconds by the clock, and of the CPU of the process and of this thread, of the blocks run under it."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []
        self.own: list[float] = []

    def __enter__(self) -> _Times:
        self._began = time.perf_counter(), time.process_time(), time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall.append(1000 * (time.perf_counter() - self._began[0]))
        self.cpu.append(1000 * (time.process_time() - self._began[1]))
        self.own.append(1000 * (time.thread_time() - self._began[2]))

    def percentiles(self) -> dict[str, float]:
        """Return what stands in the report."""
        found = {f"p{p}_ms": round(float(np.percentile(self.wall, p)), 1) for p in (50, 95, 100)}
        for name, times in (("cpu", self.cpu), ("ui_thread_cpu", self.own)):
            found |= {f"p{p}_{name}_ms": round(float(np.percentile(times, p)), 1) for p in (50, 95)}
        return found


class _Painted(QObject):
    """Notices when the cards of a list that was loaded after ``there`` was set to None have been painted."""

    def __init__(self, grid: Any, model: Any, library: Any) -> None:
        super().__init__()
        self.there: float | None = 0.0
        self._grid, self._model, self._loaded = grid, model, False
        library.loaded.connect(self._came)
        grid.viewport().installEventFilter(self)

    def _came(self) -> None:
        self._loaded = True
        self._grid.viewport().update()
        if not self._model.rowCount():  # another page says that nothing was found
            QTimer.singleShot(0, self._look)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the paint is over."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._look)
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        view = self._grid.viewport().rect()
        last = self._grid.indexAt(QPoint(view.center().x(), view.bottom() - 10))
        shown = last.row() + 1 if last.isValid() else min(self._model.rowCount(), 1)
        if self._loaded and self.there is None and all(self._model.item_at(row) is not None for row in range(shown)):
            self._loaded = False
            self.there = time.perf_counter()


def _scroll(app: Any, bar: Any, times: _Times) -> None:
    for step in range(_STEPS):
        with times:
            bar.setValue(step * 97)
            app.processEvents()


def _choose(parts: Any, box: Any, key: str) -> None:
    runner = parts._window.runner
    box.setCurrentIndex(box.findData(key))
    _pump(lambda: not runner.busy, 180)


def _acts(parts: Any) -> dict[str, dict[str, float]]:
    """Return milliseconds until all work of single acts is over, by the clock and of CPU."""
    from avrec_desktop.ui.item_menu import chosen_ids

    page, out = parts.library_page, {}
    for name, box, key in (
        ("order_by_artist", page.order, "artist"),
        ("order_by_rating", page.order, "rating"),
        ("order_by_size", page.order, "size"),
        ("order_by_folder", page.order, "path"),
        ("back_to_title", page.order, "title"),
        ("group_by_artist", page.group, "artist"),
        ("group_by_year", page.group, "year"),
        ("no_groups", page.group, ""),
    ):
        with (times := _Times()):
            _choose(parts, box, key)
        out[name] = {"ms": round(times.wall[0]), "cpu_ms": round(times.cpu[0])}
    with (times := _Times()):
        page.grid.selectAll()
        count = len(chosen_ids(page.grid))
    page.grid.clearSelection()
    out["choose_all"] = {"ms": round(times.wall[0]), "cpu_ms": round(times.cpu[0]), "chosen": count}
    return out


def made_library(folder: Path, number: int) -> None:
    """Fill the folder with a library of so many items, unless there is one already."""
    if not (folder / "library.sqlite3").exists():
        # in a process of its own: what making it takes is not the window's memory
        subprocess.run([sys.executable, "-c", _MAKE, str(folder), str(number)], check=True)


def main() -> dict[str, Any]:
    """Return the figures."""
    from avrec_desktop.ui.app import Application, make_application

    number = int(os.environ.get("AVREC_BENCH_ITEMS", "100000"))
    app = make_application()
    with tempfile.TemporaryDirectory() as own:
        scratch = os.environ.get("AVREC_BENCH_KEPT", own)
        made_library(Path(scratch), number)
        (Path(scratch) / "window.ini").unlink(missing_ok=True)  # what an earlier run chose
        application = Application(app, Path(scratch), "default", "light", "en")
        window = application.window
        window.resize(1280, 800)
        window.show()
        application.open()
        _pump(lambda: window.parts is not None and window.parts.model.rowCount() == number, 300)
        parts = window.parts
        parts.go("library")
        grid, bar = parts.library_page.grid, parts.library_page.grid.verticalScrollBar()
        _pump(lambda: bar.maximum() > 0 and not window.runner.busy, 300)
        frames, jumps, grouped = _Times(), _Times(), _Times()
        _scroll(app, bar, frames)
        for share in np.linspace(0, 1, 40):
            with jumps:
                bar.setValue(int(share * bar.maximum()))
                app.processEvents()
        bar.setValue(0)
        typed, painted = _Times(), _Painted(grid, parts.model, parts.library)
        search = parts.library_page.search
        search.setFocus()
        for word in _WORDS:
            search.clear()
            QTest.qWait(3 * _BEAT)
            for letter in word:
                began = time.monotonic()
                painted.there = None
                with typed:
                    QTest.keyClick(search, letter)
                    _pump(lambda: painted.there is not None)
                QTest.qWait(max(0, int(_BEAT - 1000 * (time.monotonic() - began))))
        search.clear()
        QTest.qWait(3 * _BEAT)
        memory = psutil.Process().memory_info().rss
        acts = _acts(parts)
        _choose(parts, parts.library_page.group, "artist")
        _scroll(app, bar, grouped)
        report: dict[str, Any] = {
            "items": number,
            "load": os.getloadavg()[0],
            "scroll": frames.percentiles(),
            "scroll_in_groups": grouped.percentiles(),
            "jump": jumps.percentiles(),
            "acts": acts,
            "key_to_result": typed.percentiles() | {"keys": len(typed.wall)},
            "memory_mb": round(memory / 1e6),
            "memory_after_acts_mb": round(psutil.Process().memory_info().rss / 1e6),
        }
        application.close()
    met = {
        "scroll": report["scroll"]["p95_ms"] < 20,
        "scroll_in_groups": report["scroll_in_groups"]["p95_ms"] < 20,
        "key_to_result": report["key_to_result"]["p95_ms"] < (50 if number <= 100_000 else 150),
    }
    if number <= 100_000:
        met["memory"] = report["memory_mb"] < 350
    return report | {"bars_met": met}


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=2)
    print()
