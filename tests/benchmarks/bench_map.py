"""How the map feels: frames while panning, zooming and hovering, and the longest stall when the page opens.

``AVREC_BENCH_ITEMS`` says how many points (default 20,000). Bar at 20,000: 16 ms at the 95th percentile of panning and
zooming.
``AVREC_BENCH_LAYOUT=1`` lays as many points out as well and tells processor seconds and peak memory.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from tests.benchmarks.bench_lists import _MAKE, _pump
from tests.benchmarks.bench_ui import Heartbeat

_TOPICS, _MOODS, _CLUSTERS = 40, 12, 60


class _Silent:
    """Stands for the context of a compute process."""

    def check(self) -> None:
        """Go on."""

    def event(self, payload: dict[str, Any]) -> None:
        """Tell nobody."""


def _layout_figures(number: int) -> dict[str, float]:
    from avrec_desktop.features import layout

    rng = np.random.default_rng(0)
    middles = rng.normal(0, 1, (_CLUSTERS, 64))
    vectors = middles[rng.integers(0, _CLUSTERS, number)] + rng.normal(0, 0.6, (number, 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    began = time.process_time()
    layout.compute({"vectors": vectors.astype(np.float32), "start": None}, _Silent())  # type: ignore[arg-type]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"layout_cpu_s": round(time.process_time() - began, 1), "layout_peak_mb": round(peak)}


def _stand_in(features: Any, ids: np.ndarray) -> None:
    """Give a library without media a map, topics and moods."""
    from avrec_desktop.features.atlas import MapLayout, Region
    from avrec_desktop.features.understanding import Topics

    rng = np.random.default_rng(1)
    middles = rng.uniform(-0.8, 0.8, (_CLUSTERS, 2))
    xy = (middles[rng.integers(0, _CLUSTERS, len(ids))] + rng.normal(0, 0.06, (len(ids), 2))).astype(np.float32)
    regions = tuple(
        Region(*map(float, middle), (f"topic {n}", f"topic {n + 1}"), 9, n % 2) for n, middle in enumerate(middles)
    )
    made = MapLayout(np.sort(ids), xy, regions)
    topics = Topics(
        made.ids,
        tuple(f"topic {n}" for n in range(_TOPICS)),
        rng.beta(0.3, 3, (len(ids), _TOPICS)).astype(np.float32),
        tuple(f"mood {n}" for n in range(_MOODS)),
        rng.beta(0.3, 3, (len(ids), _MOODS)).astype(np.float32),
    )
    features.known_map = lambda: made
    features.understanding.matrix = lambda: topics


def _frames(view: Any, steps: Iterable[Callable[[], object]]) -> dict[str, float]:
    """Do one step a frame, paint it at once, and return how long the frames took, and how long the processor."""
    times, work = [], []
    for step in steps:
        began, worked = time.perf_counter(), time.thread_time()
        step()
        view.repaint()
        times.append(1000 * (time.perf_counter() - began))
        work.append(1000 * (time.thread_time() - worked))
    found = {f"p{p}_ms": round(float(np.percentile(times, p)), 1) for p in (50, 95, 100)}
    return found | {"p95_cpu_ms": round(float(np.percentile(work, 95)), 1)}


def _hover(view: Any, spot: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    view.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, spot, spot, none, none, Qt.KeyboardModifier.NoModifier))


def main() -> dict[str, Any]:
    """Return the figures."""
    from avrec_desktop.ui.app import Application, make_application

    number = int(os.environ.get("AVREC_BENCH_ITEMS", "20000"))
    report: dict[str, Any] = {"points": number}
    app = make_application()
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, "-c", _MAKE, scratch, str(number)], check=True)
        application = Application(app, Path(scratch), "default", "light", "en")
        window = application.window
        window.resize(1280, 800)
        window.show()
        application.open()
        _pump(lambda: window.parts is not None and not window.runner.busy, 120)
        parts = window.parts
        _stand_in(application.session.features, parts.session.library.all_ids())
        heart = Heartbeat()
        heart.phase = "open"
        loaded: list[float] = []
        parts.understanding.loaded.connect(lambda: loaded.append(time.perf_counter()))
        began = time.perf_counter()
        parts.go("understanding")
        _pump(lambda: bool(loaded) and len(parts.understanding_page.view.ids) == number, 60)
        report["open_ms"] = round(1000 * (loaded[0] - began))
        heart.phase = "end"
        report["longest_stall_ms"] = round(heart.longest.get("open", 0.0), 1)
        view = parts.understanding_page.view
        camera, middle = view.camera, QPointF(view.width() / 3, view.height() / 3)
        turns = [(9 * np.cos(t / 20), 7 * np.sin(t / 15)) for t in range(300)]
        report["pan"] = _frames(view, [lambda s=s: camera.pan(*s) for s in turns])
        factors = [1.04] * 90 + [1 / 1.04] * 90
        report["zoom"] = _frames(view, [lambda f=f: camera.zoom_at(middle, f) for f in factors])
        spots = [QPointF(20 + 2.5 * n, 40 + 1.4 * n) for n in range(200)]
        report["hover"] = _frames(view, [lambda p=p: _hover(view, p) for p in spots])
        rows = np.arange(number)
        report["select"] = _frames(view, [lambda k=k: view.select(view.ids[rows % k == 0]) for k in range(2, 30)])
        application.close()
    if os.environ.get("AVREC_BENCH_LAYOUT"):
        report |= _layout_figures(number)
    return report


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=1)
    print()
