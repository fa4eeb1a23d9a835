"""Run all benchmarks, or the named ones: ``python -m tests.benchmarks [NAME ...]``.

A benchmark is a module ``bench_<name>.py`` with ``main() -> dict``. Those that need real media look at the environment
variable ``AVREC_BENCH_MEDIA`` (a folder) and say so when it is not set.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

_NEEDS_ARGUMENTS = {"bench_blend", "bench_recommend"}


def main() -> int:
    """Run the benchmarks one after the other and print each result as JSON; returns 1 when one failed."""
    names = sys.argv[1:] or sorted(
        p.stem.removeprefix("bench_")
        for p in Path(__file__).parent.glob("bench_*.py")
        if p.stem not in _NEEDS_ARGUMENTS
    )
    failed = False
    for name in names:
        print(f"== {name}", flush=True)
        start = time.monotonic()
        try:
            result = importlib.import_module(f"tests.benchmarks.bench_{name}").main()
        except (AssertionError, OSError, RuntimeError, ImportError) as error:
            failed = True
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result, ensure_ascii=False, indent=1, default=float))
        print(f"-- {time.monotonic() - start:.1f} s", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
