"""Recommendation quality on folders of split tables, by the command that users have.

usage: python -m tests.benchmarks.bench_recommend SPLIT_FOLDER ... [--model ID] [--seeds N] [--lone K ...] [--out DIR]
       python -m tests.benchmarks.bench_recommend --splits FOLDER_OF_SPLIT_FOLDERS

A split folder holds ``items.csv, users.csv, train.csv, valid.csv, test.csv``; ``--splits`` takes all of them inside a
folder. Each model is tuned on valid, refitted on train and valid once a seed, and asked for the test once. Every table
tells the ratio to EASE and to popularity of the same run. With ``--lone`` each user is evaluated alone with K known
likes, beside models that need nobody else's behaviour. ``--out`` keeps ``<folder>.json`` and ``<folder>.md``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

MODELS = (
    "random",
    "popularity",
    "recency",
    "item-knn",
    "content-knn",
    "ease",
    "edlae",
    "ials",
    "dot",
    "mf",
    "multvae",
    "two-tower",
    "fusion",
    "gru",
    "sasrec",
    "seq-ease",
    "content-bridge",
    "auto",
)
LONE_MODELS = ("random", "content-knn", "taste-kernel", "auto")
#: Models whose fit does not depend on the seed.
FIXED = frozenset(
    ("popularity", "recency", "item-knn", "content-knn", "ease", "edlae", "seq-ease", "content-bridge", "taste-kernel")
)
FIGURES = ("ndcg@10", "recall@20", "hr@10", "mrr", "coverage@10")
BASELINES = ("ease", "popularity")


def evaluate(folder: Path, model: str, seed: int, lone: int | None) -> dict[str, Any]:
    """Return the report of one model on one folder, as ``avrec evaluate`` gives it, with ``metrics``."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "avrec_desktop", "--library", f"{scratch}/library", "--json", "evaluate"]
        command += ["--data", str(folder), "--out", f"{scratch}/out", "--model", model, "--seed", str(seed)]
        command += [] if lone is None else ["--lone", str(lone)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"error": {"message": done.stderr.strip()[-300:]}}
        report: dict[str, Any] = json.loads(done.stdout)[model]
        return report if lone is None or "lone" not in report else {**report, "metrics": report["lone"][str(lone)]}


def over_seeds(folder: Path, model: str, seeds: int, lone: int | None) -> dict[str, Any]:
    """Return mean figures of a model over seeds, the spread of the first one, and the settings of the first run."""
    numbers = range(1 if model in FIXED else seeds)
    reports = [evaluate(folder, model, seed, lone) for seed in numbers]
    bad = next((r for r in reports if not r.get("metrics")), None)
    if bad is not None:
        return {"error": bad.get("error", {}).get("message", "no figures")}
    figures = {f: [float(r["metrics"].get(f, float("nan"))) for r in reports] for f in FIGURES}
    return {
        **{f: float(np.mean(v)) for f, v in figures.items()},
        "spread": float(np.std(figures["ndcg@10"])),
        "seeds": len(reports),
        "seconds": reports[0].get("seconds"),
        "config": reports[0].get("config"),
        "notes": reports[0].get("notes"),
    }


def table(rows: dict[str, dict[str, Any]]) -> str:
    """Return the figures as a Markdown table, the best model first."""
    base = {b: rows[b]["ndcg@10"] for b in BASELINES if rows.get(b, {}).get("ndcg@10")}
    good = sorted((m for m in rows if "error" not in rows[m]), key=lambda m: -rows[m]["ndcg@10"])
    figures = [f for f in FIGURES if any(np.isfinite(rows[m][f]) for m in good)]
    head = ["model", *figures, *(f"of {b}" for b in base), "seeds"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for model in good:
        row = rows[model]
        spread = f" ± {row['spread']:.4f}" if row["seeds"] > 1 else ""
        cells = [f"{row['ndcg@10']:.4f}{spread}", *(f"{row[f]:.4f}" for f in figures[1:])]
        cells += [f"{row['ndcg@10'] / value:.2f} ×" for value in base.values()]
        lines.append("| " + " | ".join([model, *cells, str(row["seeds"])]) + " |")
    lines += [f"\n{model}: {row['error']}" for model, row in rows.items() if "error" in row]
    return "\n".join(lines)


def measured(folder: Path, models: Sequence[str], seeds: int, lone: int | None, out: Path | None) -> dict[str, Any]:
    """Measure the models on one folder; print the table, and keep it after every model where ``out`` is given."""
    name = folder.name if lone is None else f"{folder.name}-lone-{lone}"
    rows: dict[str, dict[str, Any]] = {}
    for model in models:
        rows[model] = over_seeds(folder, model, seeds, lone)
        print(f"{name} {model} {rows[model].get('ndcg@10', rows[model].get('error'))}", file=sys.stderr, flush=True)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{name}.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
            (out / f"{name}.md").write_text(f"## {name}\n\n{table(rows)}\n", encoding="utf-8")
    print(f"\n## {name}\n\n{table(rows)}\n", flush=True)
    return rows


def main() -> dict[str, Any]:
    """Evaluate and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--splits", type=Path, help="folder whose subfolders are all measured")
    parser.add_argument("--model", action="append", help="model id; repeat for several")
    parser.add_argument("--seeds", type=int, default=1, help="number of seeds")
    parser.add_argument("--lone", type=int, nargs="*", help="numbers of known likes")
    parser.add_argument("--out", type=Path, help="folder for JSON and Markdown")
    arguments = parser.parse_args()
    folders = list(arguments.folders)
    if arguments.splits is not None:
        folders += sorted(path.parent for path in arguments.splits.glob("*/items.csv"))
    if not folders:
        parser.error("name at least one folder")
    out: dict[str, Any] = {}
    for folder in folders:
        for lone in arguments.lone or [None]:
            models = arguments.model or list(MODELS if lone is None else LONE_MODELS)
            name = folder.name if lone is None else f"{folder.name}-lone-{lone}"
            out[name] = measured(folder, models, arguments.seeds, lone, arguments.out)
    return out


if __name__ == "__main__":
    main()
