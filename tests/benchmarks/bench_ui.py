"""How the window feels: time to the first window, longest stall of the UI thread over the whole main job, likes.

``AVREC_BENCH_MEDIA`` names a folder of media; without it the sample media is made. Bars: first window 1.0 s (warm),
stall 100 ms, like to new panel 1 s.
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

from PySide6.QtCore import QEventLoop, QTimer

_FIRST_WINDOW = """
import sys, time
from pathlib import Path
start = float(sys.argv[2])
from avrec_desktop.ui.app import Application, make_application
from PySide6.QtCore import QEvent, QObject, QTimer
app = make_application()
application = Application(app, Path(sys.argv[1]), "default")
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.time() - start, flush=True)
            application.window.removeEventFilter(self)
            QTimer.singleShot(0, finish)
        return False
def finish():
    application.window.ready.connect(lambda: (print(time.time() - start, flush=True), app.quit()))
    application.open()
watcher = Painted()
application.window.installEventFilter(watcher)
application.window.show()
QTimer.singleShot(20000, app.quit)
app.exec()
application.close()
"""


class Heartbeat:
    """Measures how long the UI thread does not come round: a timer of 2 ms that notes its gaps.

    Attributes:
        longest: The longest gap of each phase in milliseconds, by the clock.
        busiest: The most CPU milliseconds of the UI thread in one gap: what of a stall is work of its own.
    """

    def __init__(self) -> None:
        self.longest: dict[str, float] = {}
        self.busiest: dict[str, float] = {}
        self.phase = "start"
        self._last, self._cpu = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        for found, gap in ((self.longest, now - self._last), (self.busiest, cpu - self._cpu)):
            found[self.phase] = max(found.get(self.phase, 0.0), 1000 * gap)
        self._last, self._cpu = now, cpu


def _first_window(library: Path) -> dict[str, float]:
    # as where the app is installed, which compiles it: the first run, which does not count, fills a cache of its own
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    compiled["PYTHONPYCACHEPREFIX"] = str(library.parent / "compiled")
    runs = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", _FIRST_WINDOW, str(library), str(time.time())],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env=compiled,
        )
        runs.append([float(x) for x in done.stdout.split()])
    painted = sorted(r[0] for r in runs[1:])
    filled = sorted(r[1] for r in runs[1:] if len(r) > 1)
    return {"painted_s": painted[len(painted) // 2], "panel_s": filled[len(filled) // 2] if filled else float("nan")}


def _wait(condition: Any, seconds: float) -> bool:
    loop, timer = QEventLoop(), QTimer()
    end = time.monotonic() + seconds
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start(5)
    loop.exec()
    timer.stop()
    return bool(condition())


def main() -> dict[str, Any]:
    """Run the main job in a real window and return the figures."""
    from avrec_desktop.ui.app import Application, make_application

    app = make_application()
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        library.mkdir()
        application = Application(app, library, "default", "light", "en")
        application.window.show()
        heart = Heartbeat()
        application.open()
        if not _wait(lambda: application.window.parts is not None, 20):
            raise RuntimeError("the library did not open")
        window, parts = application.window, application.window.parts
        report: dict[str, Any] = {"seconds": {}}
        media = os.environ.get("AVREC_BENCH_MEDIA")
        parts.go("library")

        def job(kind: str, start: Any) -> None:
            heart.phase = kind
            began = time.monotonic()
            start()
            _wait(lambda: not window.jobs.running(kind) and any(e.kind == kind for e in window.jobs.entries), 3600)
            report["seconds"][kind] = round(time.monotonic() - began, 1)
            failed = [e for e in window.jobs.entries if e.kind == kind and e.state == "failed"]
            if failed:
                raise RuntimeError(f"{kind}: {failed[0].error}")

        if media:
            job("scan", lambda: parts.automation.scan([Path(media)]))
        else:
            job("sample", lambda: parts.automation.sample(Path(scratch) / "sample"))
        job("analyse", lambda: None)
        report["items"] = parts.model.rowCount()
        parts.go("home")
        heart.phase = "like"
        times = []
        for _ in range(8):
            cards = parts.home_page.grid.cards
            if not cards:
                break
            shown: list[float] = []
            connection = parts.home.shown.connect(lambda box=shown: box.append(time.perf_counter()))
            began = time.perf_counter()
            parts.actions.like(cards[0].pick.item)
            _wait(lambda box=shown: bool(box), 10)
            parts.home.shown.disconnect(connection)
            times.append(round(1000 * (shown[0] - began)) if shown else None)
        report["like_to_panel_ms"] = times
        job("train", parts.automation.train)
        heart.phase = "scroll"
        parts.go("library")
        bar = parts.library_page.grid.verticalScrollBar()
        for step in range(0, bar.maximum(), max(1, bar.maximum() // 60)):
            bar.setValue(step)
            _wait(lambda: True, 0.1)
        heart.phase = "end"
        for name, found in (("longest_stall_ms", heart.longest), ("longest_stall_cpu_ms", heart.busiest)):
            report[name] = {k: round(v, 1) for k, v in found.items() if k not in {"start", "end"}}
        application.close()
        report["first_window"] = _first_window(library)
    return report


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
