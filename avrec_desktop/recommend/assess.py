"""Measures models: on a folder of split tables, or on a profile's own history."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import AvrecError, InputError, ModelError
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.features.pipeline import Features
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.plugin_host.host import PluginHost
from avrec_desktop.recommend.dataset import build_catalogue, build_training_data, save_training_data

#: Models compared when none is named.
USUAL = ("dot", "popularity", "random", "content-knn", "item-knn", "ease")


def evaluate_tables(
    plugins: PluginHost,
    models: Sequence[str],
    data: Path,
    out: Path,
    job: Job,
    *,
    lone: Sequence[int] | None = None,
    seeds: Sequence[int] = (0,),
) -> dict[str, Any]:
    """Evaluate models on a folder of tables in a compute process; the driver's ``evaluate_dataset`` says how.

    Returns:
        Per model its metrics and seconds, or its error.

    Raises:
        InputError: The folder or a model is not usable.
        Cancelled: The job was cancelled.
    """
    owners = _owners(plugins, models)
    args = {
        "plugins": plugins.load_args(sorted(set(owners.values())))["plugins"],
        "models": list(owners),
        "data": str(data),
        "out": str(out),
        "lone": None if lone is None else list(lone),
        "seeds": list(seeds),
    }
    with ComputeProcess("evaluate", threads=os.cpu_count() or 1, nice=5) as process:
        result: dict[str, Any] = process.call(
            "avrec_desktop.recommend.evaluation.child:evaluate",
            args,
            on_event=lambda e: None if job.cancelled else job.progress(e["done"], e["total"], e["message"]),
            should_stop=lambda: job.cancelled,
        )
    models_found: dict[str, Any] = result["models"]
    return models_found


def evaluate_history(
    plugins: PluginHost, features: Features, behaviour: Behaviour, models: Sequence[str], profile: str, job: Job
) -> dict[str, Any]:
    """Measure models on the newest fifth of a profile's own history, each trained on what came before.

    Returns:
        Per model ``metrics`` and ``seconds``, or ``error``.

    Raises:
        ModelError: The history is too short to hold a part out.
        InputError: There is no such model.
        Cancelled: The job was cancelled.
    """
    owners = _owners(plugins, models)
    others = [p.name for p in behaviour.profiles() if p.name != profile]
    data = build_training_data(build_catalogue(features, behaviour), behaviour, [profile, *others])
    own = int((data.interactions.users == 0).sum())
    if own < 10:
        raise ModelError(
            f"there are {own} likes, plays and ratings of the profile {profile!r}, and 10 are needed to measure",
            hint="Use the app for a while, or give a folder of tables with --data.",
        )
    out: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        save_training_data(data, Path(scratch))
        for number, (model, plugin) in enumerate(owners.items()):
            job.progress(number, len(owners), f"Measuring {model}")
            args = {
                "plugins": plugins.load_args([plugin])["plugins"],
                "model": model,
                "config": {},
                "data": scratch,
                "seed": 0,
                "user": 0,
            }
            with ComputeProcess(f"measure-{model}", threads=os.cpu_count() or 1, nice=5) as process:
                try:
                    out[model] = process.call(
                        "avrec_desktop.recommend.child:measure", args, should_stop=lambda: job.cancelled
                    )
                except AvrecError as error:  # one model that fails costs the others nothing
                    out[model] = {"error": error.to_dict()}
        job.progress(len(owners), len(owners), "Measured")
    return out


def _owners(plugins: PluginHost, models: Sequence[str]) -> dict[str, str]:
    """Return the plugin of each model, in the order asked for."""
    known = {info.id: info.plugin for info in plugins.recommenders()}
    wanted = list(models) or [m for m in USUAL if m in known]
    for model in wanted:
        if model not in known:
            raise InputError(f"there is no model {model!r}", hint=f"There are: {', '.join(sorted(known))}.")
    return {model: known[model] for model in wanted}
