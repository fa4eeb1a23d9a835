"""The ten best of many items: the app's way beside exact numpy, on clustered data, with recall and memory.

``AVREC_BENCH_ROWS`` lists the sizes (``10000,100000,1000000``). Bars: 5 ms a query at 100,000 rows, and at 1,000,000
with the index; recall@10 at least 0.98. Queries mix one to twelve items, as a taste does; times are CPU
milliseconds of one thread, the median over the queries.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from avrec_desktop.features.indexes import IndexKeeper
from avrec_desktop.features.nearest import Nearest

DIM, CLUSTERS, QUERIES, BAR_MS, BAR_RECALL = 64, 2000, 60, 5.0, 0.98


def clustered(n: int, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return float32 (n, DIM) unit rows around random centres."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(CLUSTERS, DIM)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    out = np.empty((n, DIM), np.float32)
    for first in range(0, n, 50_000):
        size = min(50_000, n - first)
        rows = centres[rng.integers(0, CLUSTERS, size)] + 0.08 * rng.standard_normal((size, DIM), dtype=np.float32)
        out[first : first + size] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return out


def measure(n: int) -> dict[str, Any]:
    """Return figures at one size."""
    matrix, ids = clustered(n), np.arange(n)
    rng = np.random.default_rng(1)
    asked = [matrix[rng.integers(0, n, rng.integers(1, 13))].sum(axis=0) for _ in range(QUERIES)]
    allowed = rng.random(n) < 0.98
    hidden = np.where(allowed, np.float32(0), np.float32(-np.inf))

    def plain(query: Any) -> Any:
        scores = matrix @ query + hidden
        best = np.argpartition(-scores, 10)[:10]
        return best[np.argsort(-scores[best])]

    with tempfile.TemporaryDirectory() as folder:
        keeper = IndexKeeper(Path(folder))
        began = time.perf_counter()
        first: Nearest = keeper.nearest("bench", ids, matrix)
        asking = time.perf_counter() - began
        keeper.wait()
        building = time.perf_counter() - began
        before = psutil.Process().memory_info().rss
        found = keeper.nearest("bench", ids, matrix)
        found.top(asked[0], 10, allowed)
        truth, numpy_ms = _timed(plain, asked)
        own, ms = _timed(lambda q: found.top(q, 10, allowed)[0], asked)
        stored = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
        grown = psutil.Process().memory_info().rss - before
        keeper.close()
    recall = float(np.mean([np.isin(a, b).mean() for a, b in zip(truth, own, strict=True)]))
    del first
    return {
        "ms": ms,
        "numpy_ms": numpy_ms,
        "numpy_over_own": numpy_ms / ms,
        "recall@10": recall,
        "by_index": found.index is not None,
        "probes": found.index.probes if found.index is not None else None,
        "caller_waits_s": asking,
        "build_s": building if found.index is not None else None,
        "index_mb": stored / 1e6,
        "memory_mb": grown / 1e6,
        "vectors_mb": matrix.nbytes / 1e6,
    }


def _timed(call: Any, asked: list[Any]) -> tuple[list[Any], float]:
    out, times = [], []
    for query in asked:
        began = time.process_time()
        out.append(call(query))
        times.append(time.process_time() - began)
    return out, float(np.median(times)) * 1e3


def main() -> dict[str, Any]:
    """Measure all sizes."""
    sizes = [int(n) for n in os.environ.get("AVREC_BENCH_ROWS", "10000,100000,1000000").split(",")]
    result: dict[str, Any] = {str(n): measure(n) for n in sizes} | {"load": os.getloadavg()}
    for n in sizes:
        assert result[str(n)]["recall@10"] >= BAR_RECALL, result
        assert result[str(n)]["ms"] < BAR_MS, result
    return result
