"""Kill -9 at random moments of scan, extraction, training and rating: what is left of the library.

``AVREC_BENCH_KILLS`` says how many (default 24; the bar is told for 200). After each kill the library must open, pass
``PRAGMA integrity_check`` and the check of foreign keys, and hold every rating that was acknowledged. In the end the
work must go on from where it stopped until nothing is left to do.
"""

from __future__ import annotations

import collections
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from avrec_desktop.jobs import Job
from avrec_desktop.session import Session
from tests.library.media_factory import make_audio

_PHASES = ("scan", "extract", "rate", "scan", "extract", "train")
#: Seconds after the library is open within which the kill comes, by phase.
_WITHIN = {"scan": 1.5, "extract": 3.0, "rate": 0.8, "train": 9.0}
_FILES = 24


def _victim(library: Path, media: Path, phase: str, seed: int, moment: float) -> list[str]:
    """Start the victim, kill it ``moment`` seconds after its library is open, and return what it said."""
    command = [sys.executable, "-m", "tests.benchmarks.kill_child", str(library), str(media), phase, str(seed)]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        reader = threading.Thread(target=lambda: said.extend(process.stdout))  # type: ignore[arg-type]
        reader.start()
        time.sleep(moment)
        early = process.poll()
        process.kill()
        process.wait()
        reader.join(timeout=10)
    if early is not None or not first.startswith("open"):
        raise RuntimeError(f"the victim ended by itself in {phase}: {said[-3:]}")
    return said


def _ratings(said: list[str], acknowledged: dict[int, int]) -> dict[int, int]:
    """Update what was acknowledged; returns what was under way (item: stars) when the kill came."""
    pending: dict[int, int] = {}
    for line in said:
        word, *numbers = line.split()
        if word == "try" and len(numbers) == 2:
            pending = {int(numbers[0]): int(numbers[1])}
        elif word == "ack" and len(numbers) == 2:
            acknowledged[int(numbers[0])] = int(numbers[1])
            pending = {}
    return pending


def _check(library: Path, acknowledged: dict[int, int], pending: dict[int, int]) -> dict[str, int]:
    """Open the library and count what is wrong; what was under way may be stored or not."""
    with Session.open(library) as session:
        with session.library.database.read() as db:
            broken = [r[0] for r in db.execute("PRAGMA integrity_check") if r[0] != "ok"]
            orphans = db.execute("PRAGMA foreign_key_check").fetchall()
        lost = 0
        for item, stars in acknowledged.items():
            found = session.behaviour.state("default", item).rating
            lost += found not in {stars, pending.get(item, stars)}
        stored = {i: n for i, n in pending.items() if session.behaviour.state("default", i).rating == n}
        acknowledged |= stored
    return {"broken": len(broken), "orphans": len(orphans), "lost_ratings": lost}


def _finish(library: Path, media: Path) -> dict[str, int]:
    """Let the work go on to its end, and count what is missing."""
    with Session.open(library) as session:
        session.library.scan([media], Job())
        result = session.features.extract(["sound-basics", "text"], job=Job())
        pending = {k: n for k, n in session.features.pending().items() if k in {"sound-basics", "text"}}
        items = len(session.library.all_ids())
        vectors = len(session.features.vectors("sound-basics"))
        return {
            "items": items,
            "missing_items": _FILES - items,
            "missing_vectors": _FILES - vectors,
            "pending": sum(pending.values()),
            "failed": len(result.failed),
        }


def main() -> dict[str, Any]:
    """Return the figures."""
    kills = int(os.environ.get("AVREC_BENCH_KILLS", "24"))
    seed = int(os.environ.get("AVREC_BENCH_SEED", "1"))
    rng = random.Random(seed)
    totals: collections.Counter[str] = collections.Counter()
    phases: collections.Counter[str] = collections.Counter()
    acknowledged: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as scratch:
        media, library = Path(scratch) / "media", Path(scratch) / "library"
        media.mkdir()
        for n in range(_FILES):
            make_audio(media / f"{n}.flac", seed=n, seconds=4.0)
        with Session.open(library) as session:
            session.plugins.enable("basics")  # cheap, and off by default
        for n in range(kills):
            phase = _PHASES[n % len(_PHASES)]
            if phase == "scan" and n % 12 == 9:  # so that there is always something to take in anew
                moved = media / f"moved {n}"
                moved.mkdir(exist_ok=True)
                for path in sorted(media.glob("*.flac"))[:3]:
                    shutil.move(path, moved / path.name)
            said = _victim(library, media, phase, seed + n, rng.uniform(0.02, _WITHIN[phase]))
            pending = _ratings(said, acknowledged)
            totals.update(_check(library, acknowledged, pending))
            phases[phase] += 1
            totals["acknowledged"] += sum(line.startswith("ack") for line in said)
        finished = _finish(library, media)
    report = {"kills": kills, "phases": dict(phases), **totals, "finished": finished}
    wrong = totals["broken"] + totals["orphans"] + totals["lost_ratings"]
    left = finished["missing_items"] + finished["missing_vectors"] + finished["pending"] + finished["failed"]
    if wrong or left:
        raise AssertionError(json.dumps(report))
    return report


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
