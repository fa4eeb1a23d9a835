"""How a long list feels: frames while scrolling, and the time from a key press to the painted result.

``AVREC_BENCH_ITEMS`` says how many items (default 100,000). Bars at 100,000: 50 frames a second (20 ms at the 95th
percentile), 50 ms from key press to painted result plus the pause that tells typing from searching, 350 MB of memory
with the home page, its recommendations and all vectors there.
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
from PySide6.QtCore import QEventLoop, QTimer

_MAKE = """
import sys
from pathlib import Path
from tests.benchmarks.catalogue_fixture import add_analysis, make_library
make_library(Path(sys.argv[1]), int(sys.argv[2])).close()
add_analysis(Path(sys.argv[1]))
"""
_STEPS, _WORDS = 300, ("ra", "mi lo", "ke", "so na", "du", "春", "be la", "ti", "no ra", "shi")


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


def _percentiles(values: list[float]) -> dict[str, float]:
    return {f"p{p}_ms": round(float(np.percentile(values, p)), 1) for p in (50, 95, 100)}


def main() -> dict[str, Any]:
    """Return the figures."""
    from avrec_desktop.ui.app import Application, make_application
    from avrec_desktop.ui.pages.library import TYPING

    number = int(os.environ.get("AVREC_BENCH_ITEMS", "100000"))
    app = make_application()
    with tempfile.TemporaryDirectory() as scratch:
        # in a process of its own: what making it takes is not the window's memory
        subprocess.run([sys.executable, "-c", _MAKE, scratch, str(number)], check=True)
        application = Application(app, Path(scratch), "default", "light", "en")
        window = application.window
        window.resize(1280, 800)
        window.show()
        application.open()
        _pump(lambda: window.parts is not None and window.parts.model.rowCount() == number, 60)
        parts = window.parts
        parts.go("library")
        grid, bar = parts.library_page.grid, parts.library_page.grid.verticalScrollBar()
        _pump(lambda: bar.maximum() > 0 and not window.runner.busy, 60)
        frames = []
        for step in range(_STEPS):
            began = time.perf_counter()
            bar.setValue(step * 97)
            app.processEvents()
            frames.append(1000 * (time.perf_counter() - began))
        jumps = []
        for share in np.linspace(0, 1, 40):
            began = time.perf_counter()
            bar.setValue(int(share * bar.maximum()))
            app.processEvents()
            jumps.append(1000 * (time.perf_counter() - began))
        typed = []
        for word in _WORDS:
            loaded: list[float] = []
            connection = parts.library.loaded.connect(
                lambda loaded=loaded: (grid.viewport().repaint(), loaded.append(time.perf_counter()))
            )
            began = time.perf_counter()
            parts.library_page.search.setText(word)
            _pump(lambda loaded=loaded: bool(loaded))
            typed.append(1000 * (loaded[0] - began) - TYPING)
            parts.library.loaded.disconnect(connection)
        report = {
            "items": number,
            "scroll": _percentiles(frames),
            "jump": _percentiles(jumps),
            "key_to_result": _percentiles(typed) | {"pause_ms": TYPING},
            "memory_mb": round(psutil.Process().memory_info().rss / 1e6),
        }
        application.close()
    met = {
        "scroll": report["scroll"]["p95_ms"] < 20,
        "key_to_result": report["key_to_result"]["p95_ms"] < 50,
        "memory": report["memory_mb"] < 350,
    }
    return report | {"bars_met": met}


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=2)
    print()
