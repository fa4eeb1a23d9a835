"""Run all benchmarks, or the named ones: ``python -m tests.benchmarks [NAME ...]``; ``NAME --help`` tells about one.

A benchmark is a module ``bench_<name>.py`` with ``main() -> dict``. Those that need real media look at the environment
variable ``AVREC_BENCH_MEDIA`` (a folder) and say so when it is not set.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

#: Those that have a command line of their own: ``python -m tests.benchmarks.bench_<name>``.
_OWN_COMMAND = {"blend", "recommend"}


def _named() -> dict[str, str]:
    """Return the name and the description of each benchmark; none of them is imported for that."""
    paths = sorted(Path(__file__).parent.glob("bench_*.py"))
    return {
        path.stem.removeprefix("bench_"): ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        for path in paths
    }


def _help(known: dict[str, str], names: Sequence[str]) -> str:
    """Return what the named benchmarks measure and which variables they read; without names a line for each."""
    if names:
        return "\n\n".join(f"{name}: {known[name]}" for name in names)
    listed = [f"  {name:18}{text.partition(chr(10))[0]}" for name, text in known.items()]
    return "\n".join([__doc__ or "", *listed])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks one after the other and print each result as JSON; returns 1 when one failed."""
    known = _named()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", add_help=False)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-h", "--help", action="store_true")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are: {', '.join(known)}")
    if asked.help:
        print(_help(known, asked.names))
        return 0
    own = [name for name in asked.names if name in _OWN_COMMAND]
    if own:
        parser.error(f"{own[0]} has arguments of its own: python -m tests.benchmarks.bench_{own[0]} --help")
    failed = False
    for name in asked.names or [n for n in known if n not in _OWN_COMMAND]:
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
