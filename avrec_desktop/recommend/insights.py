"""Whether the recommender is any good, measured on the user's own history, and what it has learned."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError, InputError, LibraryError, ModelError
from avrec_desktop.api.recommend import TrainingData
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.plugin_host.host import PluginHost, RecommenderInfo
from avrec_desktop.recommend.dataset import Catalogue, build_training_data, save_training_data
from avrec_desktop.recommend.evaluation import metrics
from avrec_desktop.recommend.evaluation.statistics import compare, confidence_interval, sign_flip
from avrec_desktop.recommend.prequential import MIN_LIKES, Cut, Places, cut_newest, n_likes
from avrec_desktop.recommend.runs import RunStore

#: Models that every other one is compared with; always measured, trained or not.
BASELINES = ("popularity", "random", "item-knn", "content-knn")
#: Raised when what is stored changes its shape.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over the held-out likes with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class ModelReport:
    """How a model did.

    Attributes:
        id: The model.
        name: For people.
        plugin: Where it comes from.
        baseline: Whether it is there to be compared with.
        error: Why it could not be measured, or None.
        figures: ``hr@10``, ``ndcg@10``, ``recall@20``, ``mrr``, ``auc`` by name.
        beyond: ``coverage@10``, ``diversity@10``, ``novelty@10``, ``popularity_lift@10``, ``miscalibration@10``.
        gain: NDCG@10 above popularity, paired over the likes; None for popularity itself.
        p: Chance of so large a gain if it were no better than popularity (paired sign flips); None likewise.
        faithful: ``named``, ``random``, ``cases``: how far items fall without their named causes, and without others.
        seconds: Time it took to train and ask.
    """

    id: str
    name: str
    plugin: str
    baseline: bool
    error: str | None = None
    figures: dict[str, Figure] = field(default_factory=dict)
    beyond: dict[str, float] = field(default_factory=dict)
    gain: Figure | None = None
    p: float | None = None
    faithful: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def beats_popularity(self) -> bool | None:
        """Whether it is better than popularity beyond chance (p < 0.05); None where not compared."""
        return None if self.p is None else self.p < 0.05

    def to_metrics(self) -> dict[str, Any]:
        """Return ``metrics`` and ``seconds``, or ``error``, as the command line prints them."""
        if self.error is not None:
            return {"error": {"message": self.error}}
        means = {name: figure.mean for name, figure in self.figures.items()}
        intervals = {f"{name}_ci95": [figure.low, figure.high] for name, figure in self.figures.items()}
        return {"metrics": means | intervals | self.beyond | {"p_above_popularity": self.p}, "seconds": self.seconds}


@dataclass(frozen=True)
class Report:
    """The leaderboard of a profile.

    Attributes:
        profile: Whose history.
        at: When it was measured, seconds since the epoch.
        likes: Likes in all.
        held_out: The newest of them, that the models had to foretell.
        first: Time of the first of these.
        last: Time of the last.
        items: Items to choose from.
        models: Best NDCG@10 first, failed ones last.
        untrained: Names of models that are installed and not trained, so not measured.
    """

    profile: str
    at: float
    likes: int
    held_out: int
    first: float
    last: float
    items: int
    models: list[ModelReport]
    untrained: list[str] = field(default_factory=list)

    def model(self, model: str) -> ModelReport | None:
        """Return the report of a model, or None."""
        return next((m for m in self.models if m.id == model), None)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return dataclasses.asdict(self) | {"format": _FORMAT}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """Read JSON values.

        Raises:
            TypeError, KeyError: They have another shape.
        """
        if data["format"] != _FORMAT:
            raise KeyError("format")
        models = []
        for entry in data["models"]:
            figures = {name: Figure(**f) for name, f in entry["figures"].items()}
            gain = Figure(**entry["gain"]) if entry["gain"] is not None else None
            models.append(ModelReport(**{**entry, "figures": figures, "gain": gain}))
        rest = {f.name: data[f.name] for f in dataclasses.fields(cls) if f.name != "models"}
        return cls(models=models, **rest)


class Evaluator:
    """Measures models on the own history and keeps the result. Thread-safe.

    Args:
        directory: Folder for results.
        behaviour: What people did.
        plugins: The plugin host.
        runs: Which models are trained.
        catalogue: Returns the items.
    """

    def __init__(
        self,
        directory: Path,
        behaviour: Behaviour,
        plugins: PluginHost,
        runs: RunStore,
        catalogue: Callable[[], Catalogue],
    ) -> None:
        self._directory = directory
        self._behaviour = behaviour
        self._plugins = plugins
        self._runs = runs
        self._catalogue = catalogue

    def last(self, profile: str) -> Report | None:
        """Return the result of last time, or None when there is none that this version can read."""
        try:
            return Report.from_dict(json.loads(self._path(profile).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def missing(self, profile: str) -> int:
        """Return how many more likes are needed before anything can be measured."""
        data, user = self._data(profile)
        return max(0, MIN_LIKES - n_likes(data, user))

    def evaluate(self, profile: str, job: Job, models: Sequence[str] | None = None, *, keep: bool = True) -> Report:
        """Measure the trained models (or those named) and the baselines on the profile's newest likes.

        The result is kept for :meth:`last`, unless ``keep`` is False.

        Each is trained anew, in a process of its own, on what came before; one that fails costs the others nothing.

        Raises:
            InputError: There is no such model.
            ModelError: There is too little history.
            LibraryError: The result cannot be stored.
            Cancelled: The job was cancelled.
        """
        data, user = self._data(profile)
        cut = cut_newest(data, user)
        if cut is None:
            short = MIN_LIKES - n_likes(data, user)
            raise ModelError(
                f"there are {MIN_LIKES - short} likes, full plays and good ratings, and {MIN_LIKES} are needed",
                hint="Use the app for a while, then measure again.",
            )
        infos = self._chosen(models)
        found: dict[str, tuple[Places, dict[str, Any]] | AvrecError] = {}
        with tempfile.TemporaryDirectory() as scratch:
            save_training_data(data, Path(scratch))
            for number, info in enumerate(infos):
                job.progress(100 * number, 100 * len(infos), f"Measuring {info.name}")
                found[info.id] = self._ask(info, Path(scratch), user, job, (number, len(infos)))
        job.progress(100 * len(infos), 100 * len(infos), "Measured")
        trained = {run.model for run in self._runs.finished()}
        report = Report(
            profile=profile,
            at=time.time(),
            likes=n_likes(data, user),
            held_out=len(cut.likes),
            first=float(cut.times[0]),
            last=float(cut.times[-1]),
            items=data.n_items,
            models=_reports(infos, found, cut),
            untrained=[i.name for i in self._plugins.recommenders() if i.id not in trained | set(found)],
        )
        if keep:
            self._store(report)
        return report

    def _data(self, profile: str) -> tuple[TrainingData, int]:
        """Return the training data and the row of the profile, or of the imported person of that name."""
        others = [p.name for p in self._behaviour.profiles() if p.name != profile]
        data = build_training_data(self._catalogue(), self._behaviour, [profile, *others])
        if n_likes(data, 0):
            return data, 0
        rows = [row for row, name in enumerate(data.user_ids) if name.partition(":")[2] == profile]
        return data, max(rows, key=lambda row: n_likes(data, row), default=0)

    def _chosen(self, models: Sequence[str] | None) -> list[RecommenderInfo]:
        known = {info.id: info for info in self._plugins.recommenders()}
        for model in models or ():
            if model not in known:
                raise InputError(f"there is no model {model!r}", hint=f"There are: {', '.join(sorted(known))}.")
        wanted = set(models) if models else {run.model for run in self._runs.finished()}
        return [info for model, info in known.items() if model in wanted or model in BASELINES]

    def _ask(
        self, info: RecommenderInfo, data: Path, user: int, job: Job, place: tuple[int, int]
    ) -> tuple[Places, dict[str, Any]] | AvrecError:
        args = {
            "plugins": self._plugins.load_args([info.plugin])["plugins"],
            "model": info.id,
            "config": {},
            "data": str(data),
            "seed": 0,
            "user": user,
        }
        number, total = place

        def on_event(event: dict[str, Any]) -> None:
            done = 100 * number + round(95 * event["epoch"] / max(1, event["epochs"]))
            if not job.cancelled:
                job.progress(done, 100 * total, f"Measuring {info.name}")

        with ComputeProcess(f"measure-{info.id}", threads=os.cpu_count() or 1, nice=5) as process:
            try:
                answer = process.call(
                    "avrec_desktop.recommend.child:places",
                    args,
                    on_event=on_event,
                    should_stop=lambda: job.cancelled,
                )
            except AvrecError as error:
                job.check()
                return error
        arrays = (np.asarray(answer[name], np.int64) for name in ("better", "equal", "candidates", "top"))
        return Places(*arrays), answer

    def _path(self, profile: str) -> Path:
        return self._directory / f"{self._behaviour.ensure_profile(profile)}.json"

    def _store(self, report: Report) -> None:
        path = self._path(report.profile)
        try:
            write_atomic(path, json.dumps(report.to_dict(), ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise LibraryError(f"the result cannot be stored: {error.strerror}", path=path) from error


def _reports(
    infos: Sequence[RecommenderInfo], found: dict[str, tuple[Places, dict[str, Any]] | AvrecError], cut: Cut
) -> list[ModelReport]:
    popular = found.get("popularity")
    base = popular[0].gain(10) if isinstance(popular, tuple) else None
    out = []
    for info in infos:
        about = {"id": info.id, "name": info.name or info.id, "plugin": info.plugin, "baseline": info.id in BASELINES}
        answer = found[info.id]
        if isinstance(answer, AvrecError):
            out.append(ModelReport(**about, error=answer.message))  # type: ignore[arg-type]
            continue
        places, more = answer
        gain = p = None
        if base is not None and info.id != "popularity":
            paired = compare(base, places.gain(10))
            gain = Figure(paired.difference, paired.low, paired.high)
            p = sign_flip(places.gain(10) - base)
        out.append(
            ModelReport(
                **about,  # type: ignore[arg-type]
                figures={name: _figure(values) for name, values in _per_like(places).items()},
                beyond=_beyond(places, cut),
                gain=gain,
                p=p,
                faithful={k: float(v) for k, v in more["faithful"].items()},
                seconds=float(more["seconds"]),
            )
        )
    return sorted(out, key=lambda m: (m.error is not None, -m.figures["ndcg@10"].mean if m.figures else 0.0, m.id))


def _per_like(places: Places) -> dict[str, NDArray[np.float64]]:
    return {
        "hr@10": places.hit(10),
        "ndcg@10": places.gain(10),
        "recall@20": places.hit(20),
        "mrr": places.reciprocal(),
        "auc": places.area(),
    }


def _figure(values: NDArray[np.float64]) -> Figure:
    return Figure(float(values.mean()), *confidence_interval(values))


def _beyond(places: Places, cut: Cut) -> dict[str, float]:
    """Return what the lists are like apart from their accuracy (see :mod:`.evaluation.metrics`).

    A model that listed nothing has a coverage only. Popularity means something among several people only.
    """
    items, known = cut.data.items, cut.data.interactions
    if not (places.top >= 0).any():
        return {"coverage@10": 0.0}
    popularity = np.bincount(known.items[known.values > 0], minlength=len(items)).astype(float)
    histories = cut.histories()
    liked = [h.items[h.values > 0] for h in histories]
    usual = np.array([popularity[rows].mean() if len(rows) else 0.0 for rows in liked])
    content = np.asarray(items.content, np.float32)
    out = {
        "coverage@10": metrics.coverage(places.top, len(items)),
        "diversity@10": float(metrics.intra_list_diversity(places.top, content).mean()),
    }
    people = len(np.unique(known.users[known.values > 0]))
    if people > 1:
        out["novelty@10"] = float(metrics.novelty(places.top, popularity, people).mean())
    if people > 1 and usual.all():
        out["popularity_lift@10"] = float(metrics.popularity_lift(places.top, popularity, usual).mean())
    if items.tags.shape[1] and items.tags.any():
        tags = np.asarray(items.tags, np.float32)
        shares = tags / np.maximum(tags.sum(1, keepdims=True), 1e-9)
        sums = np.stack([shares[rows].sum(0) for rows in liked])
        out["miscalibration@10"] = float(metrics.miscalibration(places.top, sums, tags).mean())
    return out
