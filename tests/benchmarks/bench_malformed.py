"""Damaged files: each ends as analysed, as nothing to analyse, or as failed with a reason that a user can read.

``AVREC_BENCH_MALFORMED`` names a folder of seeds (whole or damaged files); without it small ones are made.
``AVREC_BENCH_MALFORMED_FILES`` (1,000) limits the number of damaged files made from them. All bundled extractors run.

Bars: no file without an outcome, no traceback among the reasons, no orphan process, no file that takes longer than its
limit, which grows with its length.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from avrec_desktop import paths
from avrec_desktop.features.pipeline import Features
from avrec_desktop.features.task import DECODE_LIMIT, EXTRACT_LIMIT
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.catalogue import Library
from avrec_desktop.plugin_host.host import PluginHost
from tests.benchmarks.malformed import make_malformed
from tests.library.media_factory import make_all

#: What no reason may hold: names of Python's errors, tracebacks, addresses.
UNREADABLE = re.compile(r"Traceback|\bFile \"|0x[0-9a-f]{6,}|\b[A-Z][A-Za-z]+(Error|Exception)\b|errno|<class ")


def main() -> dict[str, Any]:
    """Scan and analyse damaged files, and check the bars."""
    limit = int(os.environ.get("AVREC_BENCH_MALFORMED_FILES", "1000"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        seeds = os.environ.get("AVREC_BENCH_MALFORMED")
        if seeds is None:
            (root / "seeds").mkdir()
            make_all(root / "seeds")
        whole = sorted(p for p in Path(seeds or root / "seeds").rglob("*") if p.is_file())
        made = root / "media"
        number = make_malformed(whole, made, limit)
        for path in whole:  # the seeds as they are, too: some are damaged by themselves
            shutil.copyfile(path, made / f"seed-{path.name}")
            number += 1
        return _measure(root, made) | {"files": number}


def _measure(root: Path, made: Path) -> dict[str, Any]:
    events = EventBus()
    library = Library.open(root / "library", events=events)
    plugins = PluginHost(root, paths.bundled_plugins(), root / "user", events=events)
    features = Features(library, plugins, events=events)
    try:
        before = _children()
        began = time.monotonic()
        scan = library.scan([made], Job())
        scanned = time.monotonic()
        done = features.extract(job=Job(), budget="full")
        ended = time.monotonic()
        out = _outcomes(library, features)
        out["ends"]["failed while scanned"] = len(scan.failed)
    finally:
        features.close()
        plugins.close()
        library.close()
    orphans = _children() - before
    reasons = [f.reason for f in (*scan.failed, *done.failed)]
    bad = sorted({r for r in reasons if not r or UNREADABLE.search(r) or "\n" in r})
    out |= {
        "scan_seconds": scanned - began,
        "scan_failed": len(scan.failed),
        "analysis_seconds": ended - scanned,
        "skipped": done.skipped,
        "reasons": dict(Counter(re.sub(r"\d+", "n", r) for r in reasons).most_common(60)),
        "unreadable_reasons": bad,
        "orphan_processes": len(orphans),
        "peak_memory_mb": done.peak_memory / 1e6,
    }
    bars = (bad, orphans, out["without_outcome"], out["over_limit"], done.skipped)
    assert not any(bars), json.dumps(out, indent=1, default=str, ensure_ascii=False)
    return out


def _outcomes(library: Library, features: Features) -> dict[str, Any]:
    """Count how items ended, and find the longest."""
    ids = library.all_ids().tolist()
    with library.database.read() as connection:
        files = connection.execute("SELECT count(*) FROM files").fetchone()[0]
        rows = connection.execute(
            "SELECT e.item_id, e.extractor, e.state, e.seconds, i.duration FROM extractions e"
            " JOIN items i ON i.id = e.item_id"
        ).fetchall()
    states: dict[int, set[str]] = {}
    per_extractor: dict[str, Counter[str]] = {}
    longest, over = (0.0, ""), []
    for item, extractor, state, seconds, duration in rows:
        states.setdefault(item, set()).add(state)
        per_extractor.setdefault(extractor, Counter())[state] += 1
        longest = max(longest, (seconds or 0.0, extractor))
        allowed = DECODE_LIMIT[0] + EXTRACT_LIMIT[0] + (DECODE_LIMIT[1] + EXTRACT_LIMIT[1]) * max(0.0, duration or 0.0)
        if (seconds or 0.0) > allowed:
            over.append((item, extractor, seconds))
    ends = Counter(
        "failed" if "failed" in found else "analysed" if "done" in found else "nothing to analyse"
        for found in states.values()
    )
    return {
        "items": len(ids),  # damaged copies of one recording are files of one item
        "files_taken_for_media": files,
        "ends": dict(ends),
        "per_extractor": {name: dict(counts) for name, counts in per_extractor.items()},
        "longest_seconds": longest[0],
        "longest_by": longest[1],
        "over_limit": over,
        "without_outcome": features.pending() and {k: v for k, v in features.pending().items() if v},
    }


def _children() -> set[int]:
    return {p.pid for p in psutil.Process().children(recursive=True)}
