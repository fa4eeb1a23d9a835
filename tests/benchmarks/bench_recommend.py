"""Recommendation quality on folders of split tables, by the command that users have.

usage: python -m tests.benchmarks.bench_recommend SPLIT_FOLDER ... [--model ID ...] [--lone K]

A split folder holds ``items.csv, users.csv, train.csv, valid.csv, test.csv``. Prints one table a folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MODELS = (
    "popularity",
    "item-knn",
    "content-knn",
    "ease",
    "edlae",
    "ials",
    "dot",
    "recency",
    "seq-ease",
    "content-bridge",
)
FIGURES = ("ndcg@10", "recall@20", "hr@10", "mrr", "coverage@10")


def evaluate(folder: Path, models: list[str], lone: int | None) -> dict[str, Any]:
    """Return the metrics of each model on one folder."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "avrec_desktop", "--library", f"{scratch}/library", "--json", "evaluate"]
        command += ["--data", str(folder), "--out", f"{scratch}/out"]
        command += [word for model in models for word in ("--model", model)]
        command += [] if lone is None else ["--lone", str(lone)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-2000:])
        result: dict[str, Any] = json.loads(done.stdout)
        return result


def main() -> dict[str, Any]:
    """Evaluate and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--model", action="append")
    parser.add_argument("--lone", type=int)
    arguments = parser.parse_args()
    out = {}
    for folder in arguments.folders:
        out[folder.name] = evaluate(folder, arguments.model or list(MODELS), arguments.lone)
        print(f"\n{folder.name}\n{'model':16}" + "".join(f"{f:>14}" for f in FIGURES))
        for model, report in out[folder.name].items():
            metrics = report.get("metrics")
            figures = (
                [f"{metrics.get(f, float('nan')):14.4f}" for f in FIGURES] if metrics else [report["error"]["message"]]
            )
            print(f"{model:16}" + "".join(figures), flush=True)
    return out


if __name__ == "__main__":
    main()
