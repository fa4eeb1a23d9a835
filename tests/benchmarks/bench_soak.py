"""Hundreds of previews and track changes: memory, threads and handles afterwards, and how soon a preview starts.

``AVREC_BENCH_MEDIA`` names a folder of media (without it the sample media is made), ``AVREC_BENCH_PREVIEWS`` and
``AVREC_BENCH_TRACKS`` how many (500 and 200). Bars: resident memory grows by less than 50 MB after the first 50; no
more threads or handles at the end than after the first 50; a preview starts within 300 ms at the 95th percentile, from
the pointer's arrival on.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QCoreApplication

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs import Job
from avrec_desktop.library.types import Item, ItemQuery
from avrec_desktop.session import Session
from tests.benchmarks.bench_lists import _pump

_WARM, _PLAYED = 50, 0.25


def _media(session: Session, scratch: Path) -> list[Item]:
    folder = os.environ.get("AVREC_BENCH_MEDIA")
    if folder:
        session.library.scan([Path(folder)], Job())
    else:
        from avrec_desktop.sample import install_sample

        install_sample(session, scratch / "sample", Job())
    return [i for i in session.library.items(ItemQuery()) if i.available and i.duration > 3]


class _Use:
    """What the process holds, in megabytes, threads and handles."""

    def __init__(self) -> None:
        process = psutil.Process()
        self.memory = process.memory_info().rss / 1e6
        self.threads = process.num_threads()
        self.python_threads = threading.active_count()
        self.handles = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()


def _growth(before: _Use, after: _Use) -> dict[str, float]:
    return {
        "memory_mb": round(after.memory - before.memory, 1),
        "threads": after.threads - before.threads,
        "python_threads": after.python_threads - before.python_threads,
        "handles": after.handles - before.handles,
    }


def _previews(parts: Any, items: list[Item], number: int) -> dict[str, Any]:
    starts, failed = [], 0
    before = _Use()
    for n in range(number):
        if n == _WARM:
            before = _Use()
        item, ended = items[n % len(items)], []
        preview = parts.preview
        started = preview.started.connect(lambda _i, ended=ended: ended.append("started"))
        wrong = preview.failed.connect(lambda _i, _m, ended=ended: ended.append("failed"))
        began = time.perf_counter()
        preview.hover(item.id)
        _pump(lambda ended=ended: bool(ended), 15)
        if ended[0] == "started":
            starts.append(1000 * (time.perf_counter() - began))
        else:
            failed += 1
        rest = time.perf_counter() + _PLAYED
        while time.perf_counter() < rest:
            QCoreApplication.processEvents()
            time.sleep(0.005)
        preview.started.disconnect(started)
        preview.failed.disconnect(wrong)
        preview.leave()
    percentiles = {f"p{p}_ms": round(float(np.percentile(starts, p)), 1) for p in (50, 95, 100)} if starts else {}
    return {"number": number, "failed": failed, "start": percentiles, "growth": _growth(before, _Use())}


def _tracks(parts: Any, items: list[Item], number: int) -> dict[str, Any]:
    before = _Use()
    for n in range(number):
        if n == _WARM:
            before = _Use()
        parts.player.play_items([items[n % len(items)]])
        rest = time.perf_counter() + _PLAYED
        while time.perf_counter() < rest:
            QCoreApplication.processEvents()
            time.sleep(0.005)
    parts.player.stop()
    return {"number": number, "growth": _growth(before, _Use())}


def main() -> dict[str, Any]:
    """Return the figures."""
    from avrec_desktop.ui.app import Application, make_application

    previews = int(os.environ.get("AVREC_BENCH_PREVIEWS", "500"))
    tracks = int(os.environ.get("AVREC_BENCH_TRACKS", "200"))
    app = make_application()
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        with Session.open(library) as session:
            items = _media(session, Path(scratch))
        if not items:
            raise AvrecError("there is no media to play")
        application = Application(app, library, "default", "light", "en")
        application.window.show()
        application.open()
        _pump(lambda: application.window.parts is not None and not application.window.runner.busy, 60)
        parts = application.window.parts
        report = {"items": len(items), "previews": _previews(parts, items, previews)}
        report["tracks"] = _tracks(parts, items, tracks)
        application.close()
    for part in ("previews", "tracks"):
        growth = report[part]["growth"]
        report[part]["bars_met"] = growth["memory_mb"] < 50 and growth["threads"] <= 2 and growth["handles"] <= 4
    return report


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
