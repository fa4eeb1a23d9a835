"""Import of histories and tables: matching, reading, and reading back for training. Seconds are of the processor.

``AVREC_BENCH_ITEMS`` sets the size of the library (50,000), ``AVREC_BENCH_ROWS`` the rows to match (100,000),
``AVREC_BENCH_ACTS`` those of the large table (2,000,000). Bar: 100,000
distinct imported songs matched against 50,000 items in less than 30 s of one core.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from avrec_desktop.behaviour.importers import import_file
from avrec_desktop.behaviour.imports.types import Thing
from avrec_desktop.behaviour.matching import Matcher
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs import Job
from avrec_desktop.library.catalogue import Library
from tests.benchmarks.catalogue_fixture import draw, make_library, words


class _Rooms:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.behaviour = Behaviour(library.database, events=library.events)


def main() -> dict[str, Any]:
    """Match made-up songs, a third of them spelt differently, and import a large table."""
    items, rows, acts = (
        int(os.environ.get(f"AVREC_BENCH_{name}", default))
        for name, default in (("ITEMS", "50000"), ("ROWS", "100000"), ("ACTS", "2000000"))
    )
    with tempfile.TemporaryDirectory() as folder:
        library = make_library(Path(folder) / "library", items)
        try:
            result = {"items": items, **_table(library, Path(folder), acts), **_match(library, rows)}
        finally:
            library.close()
    if rows <= 100_000 and items <= 50_000:
        assert result["match_cpu_seconds"] < 30, result
    assert result["recall"] > 0.98, result
    assert result["wrong"] < 0.001, result
    return result


def _match(library: Library, n: int) -> dict[str, Any]:
    rng = random.Random(5)
    with library.database.read() as db:
        known = db.execute("SELECT id, title, artist, album, duration FROM items").fetchall()
    vocabulary = words(random.Random(7), 20_000)
    truth: list[int | None] = []
    things: list[Thing] = []
    for k in range(n):
        if k % 2:
            row = rng.choice(known)
            title = row["title"] if k % 6 != 1 else _misspelt(rng, row["title"])
            things.append(Thing(str(k), title, row["artist"].upper(), row["album"], kind="audio"))
            truth.append(row["id"])
        else:
            title, artist = draw(rng, vocabulary, rng.randint(1, 5)), draw(rng, vocabulary, 2)
            things.append(Thing(str(k), title, artist, kind="audio"))
            truth.append(None)
    cpu, clock = time.process_time(), time.perf_counter()
    matcher = Matcher(library.database)
    indexed = time.process_time() - cpu
    found = matcher.match(things)
    names = {r["id"]: (r["title"].casefold(), r["artist"].casefold()) for r in known}
    told = [(t.title.casefold(), t.artist.casefold()) for t in things]  # type: ignore[union-attr]
    hit = wrong = 0
    for true, name, match in zip(truth, told, found, strict=True):
        got = None if match.item_id is None else names[match.item_id]
        if true is not None:
            hit += got == names[true] or true in {c.item_id for c in match.candidates}
        # made-up songs of the same name and artist are the same song
        wrong += got is not None and got != name and (true is None or got != names[true])
    n_known = sum(t is not None for t in truth)
    return {
        "matched_rows": n, "match_cpu_seconds": time.process_time() - cpu, "index_cpu_seconds": indexed,
        "match_seconds": time.perf_counter() - clock, "recall": hit / n_known, "wrong": wrong / n,
        "asked": sum(bool(m.candidates) for m in found) / n,
    }  # fmt: skip


def _misspelt(rng: random.Random, title: str) -> str:
    if len(title) < 6:
        return title.lower()
    at = rng.randrange(1, len(title))
    return title[: at - 1] + title[at:]


def _table(library: Library, folder: Path, n: int) -> dict[str, Any]:
    path = folder / "ratings.csv"
    rng = np.random.default_rng(3)
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(("userId", "movieId", "rating", "timestamp"))
        for start in range(0, n, 100_000):
            k = min(100_000, n - start)
            users = np.sort(rng.integers(1, 138_000, k))
            columns = (users, rng.zipf(1.3, k) % 27_000, rng.integers(1, 11, k) / 2, rng.integers(9e8, 1.7e9, k))
            out.writerows(zip(*(c.tolist() for c in columns), strict=True))
    rooms = _Rooms(library)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    import_file(rooms, path, None, Job())
    imported = time.process_time() - cpu
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    cpu = time.process_time()
    _, aliases = rooms.behaviour.community.items()
    read = rooms.behaviour.community.acts(aliases)
    assert len(read) == n
    return {
        "table_rows": n, "table_mb": path.stat().st_size / 1e6, "import_cpu_seconds": imported,
        "rows_per_cpu_second": n / imported, "memory_grown_mb": grown,
        "read_back_cpu_seconds": time.process_time() - cpu,
    }  # fmt: skip
