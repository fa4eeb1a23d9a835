"""A like on the home page of a real window until the new panel is on show, at 100,000 analysed items.

``AVREC_BENCH_ITEMS`` says how many items, ``AVREC_BENCH_KEPT`` a directory where the library stays for the next run,
``AVREC_BENCH_LIKES`` how many likes of each kind (12). ``hurried`` likes come one right after the other, ``amid`` ones
0.1 to 0.5 s after a panel, while the shelves below it are being made, ``calm`` ones when all is quiet; by content or,
where ``AVREC_BENCH_TRAIN`` is set, by the trained base model. Bar: 200 ms from the like to the new panel, at the 95th
percentile, re-ranking and reasons included. The CPU times of the UI thread, of the whole process and of its children
stand beside the clock, as other work on the machine only prolongs that one.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from PySide6.QtTest import QTest

from avrec_desktop.session import Session
from tests.benchmarks.bench_lists import _pump, made_library

BAR_MS, HISTORY, DAY = 200.0, 300, 86400.0


def _history(session: Session) -> None:
    """Give the profile plays and likes of old, as everyday use leaves them."""
    rng = np.random.default_rng(3)
    ids = rng.choice(session.library.all_ids(), HISTORY, replace=False)
    old = time.time() - 90 * DAY
    acts: tuple[tuple[str, float | None], ...] = (("like", None), ("like", None), ("complete", 1.0))
    rows = [(int(i), *acts[n % 3], old + 3600 * n) for n, i in enumerate(ids)]
    session.behaviour.record_many(session.profile, rows)


def _children() -> float:
    """Return the CPU seconds of the child processes so far."""
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        try:
            total += sum(child.cpu_times()[:2])
        except psutil.Error:
            continue
    return total


def _quiet(parts: Any) -> None:
    _pump(lambda: not parts._window.runner.busy and not parts.home.busy, 120)


def _now() -> tuple[float, ...]:
    return time.perf_counter(), time.thread_time(), time.process_time(), _children()


def _likes(parts: Any, number: int, wait: Callable[[int], None]) -> dict[str, Any]:
    """Like the first card again and again; ``wait`` is called before each like."""
    taken: list[NDArray[np.float64]] = []
    for n in range(number):
        wait(n)
        shown: list[tuple[float, ...]] = []
        connection = parts.home.shown.connect(lambda box=shown: box.append(_now()))
        began = _now()
        parts.actions.like(parts.home_page.grid.cards[0].pick.item)
        _pump(lambda box=shown: bool(box), 20)
        parts.home.disconnect(connection)
        taken.append(1000 * (np.array(shown[0]) - np.array(began)))
    wall, *cpu = np.array(taken).T
    told: dict[str, Any] = {"each_ms": wall.round().tolist(), "p95_ms": round(float(np.percentile(wall, 95)))}
    for name, times in zip(("ui_thread", "process", "children"), cpu, strict=True):
        told[f"{name}_cpu_ms"] = {f"p{p}": round(float(np.percentile(times, p))) for p in (50, 95)}
    return told


def main() -> dict[str, Any]:
    """Return the figures."""
    from avrec_desktop.jobs import Job
    from avrec_desktop.ui.app import Application, make_application

    number = int(os.environ.get("AVREC_BENCH_ITEMS", "100000"))
    likes = int(os.environ.get("AVREC_BENCH_LIKES", "12"))
    app = make_application()
    with tempfile.TemporaryDirectory() as own:
        scratch = Path(os.environ.get("AVREC_BENCH_KEPT", own))
        made_library(scratch, number)
        with Session.open(scratch) as session:
            if not len(session.behaviour.preferences(session.profile)):
                _history(session)
            if os.environ.get("AVREC_BENCH_TRAIN"):
                session.recommend.train("dot", session.profile, Job())
            else:
                session.recommend.forget_models()
        application = Application(app, scratch, "default", "light", "en")
        window = application.window
        window.resize(1280, 800)
        window.show()
        application.open()
        _pump(lambda: window.parts is not None and bool(window.parts.home_page.grid.cards), 120)
        parts = window.parts
        _quiet(parts)
        report: dict[str, Any] = {"items": number, "load": os.getloadavg()[0]}
        report["hurried"] = _likes(parts, likes, lambda n: None)
        report["amid"] = _likes(parts, likes, lambda n: QTest.qWait(100 + 400 * n // likes))
        report["calm"] = _likes(parts, likes, lambda n: _quiet(parts))
        report["model"] = parts.home_page.about.text()
        application.close()
    return report | {"bar_met": max(report[kind]["p95_ms"] for kind in ("hurried", "amid", "calm")) < BAR_MS}


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=2)
    print()
