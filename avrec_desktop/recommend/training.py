"""Training runs: in a compute process, stored when good, current when at least as good as what serves."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError, ModelError, PluginError
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.plugin_host.host import PluginHost, RecommenderInfo
from avrec_desktop.recommend.current import CurrentCatalogue
from avrec_desktop.recommend.dataset import build_training_data, save_training_data
from avrec_desktop.recommend.runs import RunStore

#: Acts after which a model is trained anew by itself: so many, and this share of all.
MIN_ACTS, SHARE_OF_ACTS = 5, 0.02


@dataclass(frozen=True, slots=True)
class EpochReport:
    """A finished epoch of a training run; handed out by ``Job.partial``."""

    model: str
    phase: str
    epoch: int
    epochs: int
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """Outcome of a training run.

    Attributes:
        promoted: Whether the run serves from now on; not when the earlier one does better on what came after it.
        comparison: ``new`` and ``old`` (mean reciprocal log rank) and ``likes`` (how many were compared); empty where
            too little came after the earlier run to compare.
        until: When the behaviour that was learned from ended, seconds since the epoch.
        acts: Acts of all profiles at that time.
    """

    model: str
    run: str
    items: int
    interactions: int
    epochs: int
    history: dict[str, list[float]]
    metrics: dict[str, Any]
    seconds: float
    promoted: bool = True
    comparison: dict[str, float] = dataclasses.field(default_factory=dict)
    until: float = 0.0
    acts: int = 0


class Trainer:
    """Trains models, one at a time. Thread-safe.

    Args:
        behaviour: What people did.
        plugins: The plugin host; a plugin that fails is noted with it.
        runs: Where runs are stored.
        current: Gives the items.
    """

    def __init__(self, behaviour: Behaviour, plugins: PluginHost, runs: RunStore, current: CurrentCatalogue) -> None:
        self._behaviour = behaviour
        self._plugins = plugins
        self._runs = runs
        self._current = current
        self._lock = threading.Lock()

    def train(self, info: RecommenderInfo, profile: str, job: Job) -> TrainResult:
        """Train a model; see :meth:`avrec_desktop.recommend.service.Recommendations.train`."""
        with self._lock:
            job.check()
            profiles = [profile, *(p.name for p in self._behaviour.profiles() if p.name != profile)]
            data = build_training_data(self._current.get(), self._behaviour, profiles)
            if len(data.interactions) < max(1, info.min_interactions):
                raise ModelError(
                    f"there are {len(data.interactions)} likes, plays and ratings, "
                    f"and {info.name} needs {max(1, info.min_interactions)}",
                    hint="Like or play a few things first.",
                )
            until, acts = time.time(), self._acts()
            run, folder = self._runs.begin(info.id, info.plugin, info.plugin_version)
            try:
                save_training_data(data, folder / "data")
                done = self._in_process(info, folder, job)
                result = TrainResult(
                    info.id,
                    run,
                    data.n_items,
                    len(data.interactions),
                    done["epochs"],
                    done["history"],
                    done["metrics"] or {"note": "too little history of this profile to hold a part out and measure"},
                    round(done["seconds"], 3),
                    promoted=done["promoted"],
                    comparison=done["comparison"],
                    until=until,
                    acts=acts,
                )
                summary = dataclasses.asdict(result) | {"config": done["config"], "notes": done["notes"]}
                self._runs.finish(info.id, run, summary, promote=result.promoted)
                self._plugins.clear_failure(info.plugin)
            except Cancelled:
                self._runs.abandon(info.id, run, "cancelled", "cancelled by the user")
                raise
            except (AvrecError, OSError) as error:
                self._runs.abandon(info.id, run, "failed", str(error))
                if isinstance(error, ComputeError | PluginError):
                    self._plugins.report_failure(info.plugin, str(error))
                if isinstance(error, OSError):
                    raise ModelError(f"the training data cannot be written: {error.strerror}", path=folder) from error
                raise
        return result

    def due(self, model: str) -> bool:
        """Whether enough was done since the newest run of a model that another makes sense, served or not.

        5 acts or 2 % of all, whichever is more; acts that were taken back count as well.
        """
        acts = self._acts()
        run = next((r for r in self._runs.finished() if r.model == model), None)
        before = int(run.summary.get("acts", 0)) if run is not None else 0
        return abs(acts - before) >= max(MIN_ACTS, round(SHARE_OF_ACTS * acts))

    def _acts(self) -> int:
        return sum(p.events for p in self._behaviour.profiles())

    def _in_process(self, info: RecommenderInfo, folder: Path, job: Job) -> dict[str, Any]:
        def on_event(event: dict[str, Any]) -> None:
            metrics = event["metrics"]
            shown = ", ".join(f"{name} {value:.4f}" for name, value in list(metrics.items())[:2])
            what = "Measuring" if event["phase"] == "measure" else "Training"
            job.partial(EpochReport(info.id, event["phase"], event["epoch"], event["epochs"], metrics))
            if not job.cancelled:
                job.progress(event["epoch"], event["epochs"], f"{what} {info.name}: {shown}", **metrics)

        serving = self._runs.current(info.id)
        incumbent = None
        if serving is not None and serving.plugin_version == info.plugin_version and serving.summary.get("until"):
            incumbent = {"directory": str(serving.directory), "until": float(serving.summary["until"])}
        args = {
            "plugins": self._plugins.load_args([info.plugin])["plugins"],
            "model": info.id,
            "config": {},
            "data": str(folder / "data"),
            "out": str(folder / "model"),
            "seed": 0,
            "user": 0,
            "incumbent": incumbent,
        }
        with ComputeProcess(f"train-{info.id}", threads=os.cpu_count() or 1, nice=5) as process:
            done: dict[str, Any] = process.call(
                "avrec_desktop.recommend.child:train", args, on_event=on_event, should_stop=lambda: job.cancelled
            )
        return done
