"""Evaluating models on a data set: tune on valid, refit, answer test once, write lists and figures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import InputError, ModelError
from avrec_desktop.api.recommend import Recommender, RecommenderConfig, TrainingData, Validation
from avrec_desktop.jobs.job import Job
from avrec_desktop.recommend.evaluation.content import Reader
from avrec_desktop.recommend.evaluation.dataset import Dataset, load_dataset
from avrec_desktop.recommend.evaluation.lone import LoneCase, lone_cases, lone_lists, lone_metrics, write_lone
from avrec_desktop.recommend.evaluation.protocol import Question
from avrec_desktop.recommend.evaluation.statistics import compare

#: The metric that models are tuned by and compared on.
TARGET = "ndcg@10"

Resolver = Callable[[str], type[Recommender]]


@dataclass(frozen=True)
class ModelSpec:
    """A model to evaluate.

    Attributes:
        id: Id of the model, for the resolver.
        config: Settings that differ from the defaults; with any given, nothing is tuned.
        label: Name in the results; the id where empty.
    """

    id: str
    config: dict[str, Any] = field(default_factory=dict)
    label: str = ""

    @property
    def name(self) -> str:
        """Name in file names and results."""
        return self.label or self.id


class JobRun:
    """The training run that a model reports to, in terms of a job."""

    def __init__(self, job: Job, seed: int, message: str) -> None:
        self.seed = seed
        self._job = job
        self._message = message
        self.epochs = 0

    def epoch(self, epoch: int, epochs: int, **metrics: float) -> None:
        """Pass an epoch on as progress (``Cancelled`` passes through)."""
        self.epochs = epoch
        self._job.progress(epoch, epochs, self._message, **metrics)

    def should_stop(self) -> bool:
        """Return whether the job was cancelled."""
        return self._job.cancelled


def evaluate_dataset(
    data_dir: Path,
    models: Sequence[ModelSpec],
    out_dir: Path,
    job: Job,
    *,
    resolve: Resolver,
    lone: Sequence[int] | None = None,
    seeds: Sequence[int] = (0,),
    reader: Reader | None = None,
) -> dict[str, Any]:
    """Evaluate models on a folder of tables and write the results.

    Each model is tuned on the validation rows (its own :meth:`Recommender.tune`, else the best of its
    :meth:`Recommender.search_space`), refitted on train and valid once a seed, and asked for the test once. Runs in
    the calling process; call it in a compute process when models are heavy or of third parties.

    Args:
        data_dir: Folder with ``items.csv, users.csv, train.csv, valid.csv, test.csv``.
        models: The models.
        out_dir: Folder for ``recs-<model>.csv`` (``user,item,rank``; of the first seed, others carry ``-seed<n>``)
            and ``metrics.json``; made when missing.
        job: Takes progress and cancels.
        resolve: Returns the class of a model id.
        lone: Numbers of known likes; given, each user is evaluated alone instead (see :mod:`.lone`), and the lists go
            to ``recs-lone-<model>.csv``.
        seeds: Seeds of the final fits.
        reader: Reads titles where items that nobody met are asked for; lone users are answered without.

    Returns:
        What ``metrics.json`` holds: ``data``, ``models`` (per model: mean metrics, standard deviation of the target
        over seeds, config, timings) and ``comparisons`` (each model against the best). A model that cannot be
        trained on the data has ``error`` instead of metrics.

    Raises:
        InputError: The tables or the request are not usable.
        Cancelled: The job was cancelled.
    """
    if not models or not seeds:
        raise InputError("name at least one model and one seed to evaluate")
    dataset = load_dataset(data_dir, None if lone else reader)
    out_dir.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {"data": describe(dataset), "models": {}, "comparisons": []}
    each: dict[str, NDArray[np.float64]] = {}
    for spec in models:
        job.check()
        try:
            if lone:
                report = _evaluate_lone(dataset, spec, out_dir, job, resolve, lone, seeds[0])
            else:
                report, each[spec.name] = _evaluate(dataset, spec, out_dir, job, resolve, seeds)
        except ModelError as error:
            report = {"error": error.to_dict()}
        result["models"][spec.name] = report
        job.partial({"model": spec.name, "report": report})
        result["comparisons"] = comparisons(each)
        text = json.dumps(result, indent=1, ensure_ascii=False)
        (out_dir / "metrics.json").write_text(text, encoding="utf-8")
    return result


def describe(dataset: Dataset) -> dict[str, Any]:
    """Return the size and kind of a data set as plain values."""
    return {
        "name": dataset.name,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "rows": {part: len(rows) for part, rows in dataset.parts.items()},
        "cold": dataset.cold,
        "content": sorted(dataset.items.modalities),
        "global_time": dataset.global_time,
        "skipped": list(dataset.skipped),
    }


def comparisons(each: dict[str, NDArray[np.float64]]) -> list[dict[str, Any]]:
    """Return the paired comparison of every model with the best one, by the target metric."""
    if len(each) < 2 or any(not len(v) for v in each.values()):
        return []
    best = max(each, key=lambda name: float(each[name].mean()))
    rows = []
    for name, values in each.items():
        if name == best:
            continue
        c = compare(values, each[best])
        interval = [c.low, c.high]
        rows.append(
            {"metric": TARGET, "a": name, "b": best, "b-a": c.difference, "ci95": interval, "p": c.p_not_better}
        )
    return rows


def tuned_config(
    cls: type[Recommender], config: RecommenderConfig, data: TrainingData, question: Question, job: Job, seed: int
) -> tuple[RecommenderConfig, list[dict[str, Any]]]:
    """Return the settings to refit a model with, and the trials behind them.

    Raises:
        ModelError: No setting could be trained.
    """
    run = JobRun(job, seed, f"{cls.id}: tuning")
    candidates = None if len(question.candidates) == question.dataset.n_items else question.candidates
    held_out = Validation(question.histories, question.held_out(), candidates)
    own = cls.tune(config, data, held_out, run)
    if own is not None:
        return own, []
    space = cls.search_space(data)
    if len(space) < 2 or not len(question.users):
        return (config if not space else cls.Config.from_dict({**config.to_dict(), **space[0]})), []
    trials: list[dict[str, Any]] = []
    for changes in space:
        began = time.process_time()
        model = cls(cls.Config.from_dict({**config.to_dict(), **changes}))
        model.fit(data, JobRun(job, seed, f"{cls.id}: trial {len(trials) + 1} of {len(space)}"))
        value = float(question.per_user(question.top_lists(model))[TARGET].mean())
        trials.append({"config": changes, TARGET: value, "cpu_seconds": time.process_time() - began})
    chosen = max(trials, key=lambda t: float(t[TARGET]))
    return cls.Config.from_dict({**config.to_dict(), **chosen["config"]}), trials


def _evaluate(
    dataset: Dataset, spec: ModelSpec, out_dir: Path, job: Job, resolve: Resolver, seeds: Sequence[int]
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    cls = resolve(spec.id)
    config = cls.Config.from_dict(spec.config)
    clock = _Clock()
    trials: list[dict[str, Any]] = []
    if not spec.config:
        data = dataset.training_data("valid")
        config, trials = tuned_config(cls, config, data, Question(dataset, "valid"), job, seeds[0])
    seconds = {"tune": clock.lap()}
    data, question = dataset.training_data("test"), Question(dataset, "test")
    runs: list[dict[str, float | list[float]]] = []
    per_user = np.zeros(len(question.users))
    notes: dict[str, Any] = {}
    for number, seed in enumerate(seeds):
        clock.lap()
        model = cls(config)
        run = JobRun(job, seed, f"{spec.name}: training (seed {seed})")
        model.fit(data, run)
        fit = clock.lap()
        top = question.top_lists(model, step=lambda done, total: job.progress(done, total, f"{spec.name}: ranking"))
        score = clock.lap()
        _add(seconds, "fit", fit, len(seeds))
        _add(seconds, "score", score, len(seeds))
        suffix = f"-seed{seed}" if number else ""
        question.write(top, out_dir / f"recs-{spec.name}{suffix}.csv")
        runs.append(question.evaluate(top))
        per_user += question.per_user(top)[TARGET] / len(seeds)
        notes = {"epochs": run.epochs, **model.notes()}
    means = {name: np.mean([r[name] for r in runs], axis=0).tolist() for name in runs[0]}
    report = {
        "metrics": means,
        "seeds": list(seeds),
        "target_by_seed": [r[TARGET] for r in runs],
        "config": config.to_dict(),
        "trials": trials,
        "seconds": seconds,
        "notes": notes,
    }
    return report, per_user


def _evaluate_lone(
    dataset: Dataset, spec: ModelSpec, out_dir: Path, job: Job, resolve: Resolver, ks: Sequence[int], seed: int
) -> dict[str, Any]:
    cls = resolve(spec.id)
    config = cls.Config.from_dict(spec.config)
    clock = _Clock()
    lists: dict[int, tuple[Sequence[LoneCase], NDArray[np.int64]]] = {}
    report: dict[str, Any] = {"lone": {}, "config": config.to_dict()}
    for k in ks:
        cases = list(lone_cases(dataset, k))
        rows = []
        for number, case in enumerate(cases):
            job.progress(number, len(cases), f"{spec.name}: lone users with {k} likes")
            model = cls(config)
            model.fit(case.training_data(dataset), JobRun(Job(), seed, ""))
            rows.append(lone_lists(model, [case]))
        top = np.concatenate(rows) if rows else np.empty((0, 0), np.int64)
        lists[k] = (cases, top)
        report["lone"][str(k)] = lone_metrics(dataset, cases, top)
    write_lone(dataset, lists, out_dir / f"recs-lone-{spec.name}.csv")
    report["seconds"] = {"all": clock.lap()}
    return report


class _Clock:
    """Wall and processor seconds since the last look."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self) -> dict[str, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        passed = {"wall": wall - self._wall, "cpu": cpu - self._cpu}
        self._wall, self._cpu = wall, cpu
        return passed


def _add(seconds: dict[str, dict[str, float]], name: str, passed: dict[str, float], runs: int) -> None:
    kept = seconds.setdefault(name, {"wall": 0.0, "cpu": 0.0})
    for kind, value in passed.items():
        kept[kind] += value / runs
