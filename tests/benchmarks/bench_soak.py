"""Hundreds of previews and track changes: memory, threads and handles afterwards, and how soon a preview starts.

``AVREC_BENCH_LIBRARY`` names a library whose copy is used, or ``AVREC_BENCH_MEDIA`` a folder of media (without both the
sample media is made), ``AVREC_BENCH_PREVIEWS`` and ``AVREC_BENCH_TRACKS`` how many (500 and 200). Bars: resident memory
grows by less than 50 MB after the first 50; no more threads or handles at the end than after the first 50; a preview
starts within 300 ms at the 95th percentile, from the pointer's arrival to the first picture or sound.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
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
    if os.environ.get("AVREC_BENCH_LIBRARY"):
        pass  # all is there
    elif folder:
        session.library.scan([Path(folder)], Job())
    else:
        from avrec_desktop.sample import install_sample

        install_sample(session, scratch / "sample", Job())
    found = [i for i in session.library.items(ItemQuery()) if i.available and i.duration > 3]
    sound, films = [i for i in found if not i.has_video], [i for i in found if i.has_video]
    # by turns, so that both are measured at the same load
    return [i for pair in itertools.zip_longest(sound, films) for i in pair if i is not None]


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


class _Begun:
    """Sees when a preview really begins: the first picture of a film, the first move of the position of a sound.

    Not by ``QAudioBufferOutput``: Qt crashes in it on some damaged files, which a plain player survives.
    """

    def __init__(self, preview: Any) -> None:
        self._preview = preview
        self._from = 0
        preview.media.positionChanged.connect(self._moved)
        preview.frame.connect(lambda _: self._note(film=True))
        preview.started.connect(self._started)
        preview.failed.connect(self._failed)
        self.item: Item | None = None
        self.loaded = self.failed = False
        self.at = 0.0

    def expect(self, item: Item) -> None:
        """Wait for this item from now on."""
        self.item, self.loaded, self.failed, self.at = item, False, False, 0.0

    def _started(self, item_id: int) -> None:
        self.loaded = self.item is not None and self.item.id == item_id
        self._from = self._preview.media.position()

    def _moved(self, position: int) -> None:
        if position > self._from:
            self._note(film=False)

    def _failed(self, item_id: int, _message: str) -> None:
        self.failed = self.item is not None and self.item.id == item_id

    def _note(self, *, film: bool) -> None:
        if self.item is not None and self.loaded and not self.at and (film or not self.item.has_video):
            self.at = time.perf_counter()


def _previews(parts: Any, items: list[Item], number: int) -> dict[str, Any]:
    starts: dict[str, list[float]] = {"audio": [], "video": []}
    slow: list[tuple[float, str]] = []
    mute: list[str] = []
    failed = 0
    before = _Use()
    begun = _Begun(parts.preview)
    for n in range(number):
        if n == _WARM:
            before = _Use()
        item = items[n % len(items)]
        begun.expect(item)
        began = time.perf_counter()
        parts.preview.hover(item.id)
        with contextlib.suppress(RuntimeError):
            _pump(lambda: bool(begun.at) or begun.failed, 6)
        if begun.failed:
            failed += 1
        elif not begun.at:
            mute.append(f"{n + 1}: {item.title}" + ("" if begun.loaded else " (not loaded)"))
        else:
            starts["video" if item.has_video else "audio"].append(1000 * (begun.at - began))
            slow.append((round(1000 * (begun.at - began)), f"{n + 1}: {item.title}"))
        rest = time.perf_counter() + _PLAYED
        while time.perf_counter() < rest:
            QCoreApplication.processEvents()
            time.sleep(0.005)
        parts.preview.leave()
    both = {"all": [ms for kind in starts.values() for ms in kind]} | starts
    told = {
        kind: {"number": len(ms)} | {f"p{p}_ms": round(float(np.percentile(ms, p)), 1) for p in (50, 95, 100)}
        for kind, ms in both.items()
        if ms
    }
    return {
        "number": number,
        "failed": failed,
        "neither_picture_nor_sound": mute,
        "load": round(psutil.getloadavg()[0], 1),
        "start": told,
        "slowest": sorted(slow, reverse=True)[:5],
        "growth": _growth(before, _Use()),
    }


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
        known = os.environ.get("AVREC_BENCH_LIBRARY")
        if known:
            shutil.copytree(known, library)
        with Session.open(library) as session:
            items = _media(session, Path(scratch))
        if not items:
            raise AvrecError("there is no media to play")
        application = Application(app, library, "default", "light", "en")
        application.window.show()
        application.open()
        _pump(lambda: application.window.parts is not None and not application.window.runner.busy, 60)
        parts = application.window.parts
        parts.go("jobs")  # no card under the pointer that would start another preview
        report = {"items": len(items), "previews": _previews(parts, items, previews)}
        report["tracks"] = _tracks(parts, items, tracks)
        application.close()
    for part in ("previews", "tracks"):
        growth = report[part]["growth"]
        report[part]["bars_met"] = growth["memory_mb"] < 50 and growth["threads"] <= 2 and growth["handles"] <= 4
    return report


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
