"""The first minute of a newcomer in the real window: folder, items that arrive, ten answers, recommendations.

``AVREC_BENCH_MEDIA`` names a folder of music, of which ``AVREC_BENCH_TRACKS`` (1,000) different excerpts are made in a
scratch folder first; ``AVREC_BENCH_FOLDER`` names a folder of ready tracks instead. ``AVREC_BENCH_ANSWER`` is how many
seconds a person thinks about each of the ten items (2). Bar: recommendations show within 60 s of the choice of the
folder.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QFileDialog, QPushButton

from avrec_desktop.library.types import ItemQuery
from avrec_desktop.session import Session
from tests.benchmarks.bench_lists import _pump
from tests.benchmarks.bench_ui import Heartbeat
from tests.benchmarks.track_maker import make_tracks

BAR, ARRIVED, CHOOSE = 60.0, 12, "Choose folders"


def _tracks(scratch: Path) -> Path:
    ready, music = os.environ.get("AVREC_BENCH_FOLDER"), os.environ.get("AVREC_BENCH_MEDIA")
    if ready:
        return Path(ready)
    if not music:
        raise RuntimeError("AVREC_BENCH_MEDIA names no folder of music")
    make_tracks(Path(music), scratch / "tracks", int(os.environ.get("AVREC_BENCH_TRACKS", "1000")))
    return scratch / "tracks"


def _think(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _button(page: Any, words: str) -> QPushButton | None:
    """Return the button of the page that says this and can be seen."""
    return next((b for b in page.findChildren(QPushButton) if b.text().strip() == words and b.isVisible()), None)


def _analysed(session: Session) -> set[int]:
    with session.library.database.read() as db:
        return {r[0] for r in db.execute("SELECT DISTINCT item_id FROM extractions WHERE state = 'done'")}


def main() -> dict[str, Any]:
    """Return the seconds from the choice of the folder to each step."""
    from avrec_desktop.ui.app import Application, make_application

    answer = float(os.environ.get("AVREC_BENCH_ANSWER", "2"))
    app = make_application()
    with tempfile.TemporaryDirectory() as scratch:
        folder = _tracks(Path(scratch))
        library = Path(scratch) / "library"
        library.mkdir()
        application = Application(app, library, "default", "light", "en")
        window = application.window
        window.show()
        application.open()
        _pump(lambda: window.parts is not None and _button(window.parts.home_page, CHOOSE) is not None, 60)
        parts, page = window.parts, window.parts.home_page.onboarding
        heart = Heartbeat()
        heart.phase = "minute"
        steps: dict[str, float] = {}
        began = time.monotonic()

        def note(step: str) -> None:
            steps[step] = round(time.monotonic() - began, 2)

        chooser = QFileDialog.getExistingDirectory
        QFileDialog.getExistingDirectory = lambda *_: str(folder)  # type: ignore[method-assign]
        try:
            _button(parts.home_page, CHOOSE).click()
        finally:
            QFileDialog.getExistingDirectory = chooser  # type: ignore[method-assign]
        _pump(lambda: bool(page.tiles), 60)
        note("first_item_shown")
        _pump(lambda: len(page.tiles) >= ARRIVED, 60)
        note("twelve_items_shown")
        _pump(page.start.isEnabled, 60)
        note("round_can_begin")
        if page.stack.currentWidget() is page.arriving:
            page.start.click()
        _pump(lambda: page.stack.currentWidget() is page.round, 60)
        note("round_shown")
        shown: list[int] = []
        parts.home.shown.connect(lambda *_: shown.append(1))
        total = len(parts.onboarding._items)
        likes = []
        for n in range(total):
            _think(answer)
            item = parts.onboarding._items[n].id
            choice = (page.like, page.dislike, page.skip)[n % 3]
            if choice is page.like:
                likes.append(item)
            if n == total - 1:
                shown.clear()
                note("last_answer")
            choice.click()
        _pump(lambda: bool(shown) and bool(parts.home_page.grid.cards) and not parts.onboarding.active, 60)
        note("recommendations_shown")
        picks = [card.pick for card in parts.home_page.grid.cards]
        about = parts.home_page.about.text()
        ready = _analysed(application.session)  # type: ignore[arg-type]
        report: dict[str, Any] = {
            "load": [round(x, 1) for x in psutil.getloadavg()],
            "answers": {"number": total, "seconds_each": answer, "likes": len(likes)},
            "seconds": steps,
            "bar_met": steps["recommendations_shown"] <= BAR,
            "label": about,
            "picks": len(picks),
            "picks_analysed": sum(p.item in ready for p in picks),
            "picks_with_reason": sum(bool(p.because) for p in picks),
            "items_when_shown": parts.session.library.count(ItemQuery()),
            "analysed_when_shown": len(ready),
            "longest_stall_ms": round(heart.longest.get("minute", float("nan")), 1),
            "longest_stall_cpu_ms": round(heart.busiest.get("minute", float("nan")), 1),
        }
        _pump(lambda: not window.jobs.running("scan"), 600)
        note("scan_done")
        report["items"] = parts.session.library.count(ItemQuery())
        application.close()
    return report


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
