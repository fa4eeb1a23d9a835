"""Whether the automatic blend is worse than its best single part, on folders of split tables.

usage: python -m tests.benchmarks.bench_blend SPLIT_FOLDER ... [--seed N] [--out DIR]

The blend is tuned on valid, refitted on train and valid, and asked for the test once; so is each of its parts, also
those that got no weight, with the settings that the blend chose for it. The best part is read from the test itself,
so the blend competes with a choice that nobody could make beforehand. Told are NDCG@10 of all and the paired difference
of the blend to each part with its 95 % bootstrap interval over users; ``--out`` keeps the lists of each as
``<folder>/recs-<name>.csv`` for other programs. New titles are not read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Recommender
from avrec_desktop.jobs.job import Job
from avrec_desktop.recommend.evaluation.dataset import Dataset, load_dataset
from avrec_desktop.recommend.evaluation.driver import TARGET, JobRun, tuned_config
from avrec_desktop.recommend.evaluation.protocol import Question
from avrec_desktop.recommend.evaluation.statistics import compare
from avrec_sequence.auto import FOR_NEW, Auto


def fitted(dataset: Dataset, seed: int) -> tuple[Auto, dict[str, Recommender]]:
    """Return the fitted blend and all of its parts, by name."""
    run, data = JobRun(Job(), seed, "blend"), dataset.training_data("test")
    config, _ = tuned_config(
        Auto, Auto.Config(), dataset.training_data("valid"), Question(dataset, "valid"), Job(), seed
    )
    blend = Auto(config)
    blend.fit(data, run)
    parts = dict(blend.models)
    for name in Auto.parts:
        if name not in parts and Auto.affordable(name, data) and (name in FOR_NEW or not dataset.cold):
            parts[name] = blend.part(name)
            parts[name].fit(data, run)
            parts[name].bind(data.items)
    return blend, parts


def measured(folder: Path, seed: int, out: Path | None) -> dict[str, Any]:
    """Return the figures of one folder."""
    dataset = load_dataset(folder)
    began = time.process_time()
    blend, parts = fitted(dataset, seed)
    seconds = time.process_time() - began
    question = Question(dataset, "test")
    each: dict[str, NDArray[np.float64]] = {}
    for name, model in {"auto": blend, **parts}.items():
        top = question.top_lists(model)
        each[name] = question.per_user(top)[TARGET]
        if out is not None:
            (out / folder.name).mkdir(parents=True, exist_ok=True)
            question.write(top, out / folder.name / f"recs-{name}.csv")
    rows = {name: {TARGET: float(values.mean())} for name, values in each.items()}
    for name in parts:
        found = compare(each[name], each["auto"])
        rows[name] |= {"auto minus it": found.difference, "ci95": [found.low, found.high]}
    best = max(parts, key=lambda name: rows[name][TARGET])
    return {
        "parts": rows,
        "best": best,
        "why": blend.config.why,
        "weights": blend.config.weights,
        "cpu_seconds": seconds,
    }


def main() -> dict[str, Any]:
    """Measure and print each folder.

    Raises:
        AssertionError: On some folder the blend is worse than its best part by more than noise.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="folder for the lists")
    arguments = parser.parse_args()
    result = {}
    for folder in arguments.folders:
        found = measured(folder, arguments.seed, arguments.out)
        result[folder.name] = found
        print(json.dumps({folder.name: found}, indent=1), flush=True)
    worse = [name for name, found in result.items() if found["parts"][found["best"]]["ci95"][1] < 0]
    assert not worse, f"worse than the best part by more than noise: {worse}"
    return result


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(str(error))
