"""Measures models: on a folder of split tables, or on a profile's own history."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import InputError
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.plugin_host.host import PluginHost

_log = logging.getLogger(__name__)
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
    readers = {e.id: e.plugin for e in plugins.extractors() if e.modality == "text" and e.dim}
    args = {
        "plugins": plugins.load_args(sorted({*owners.values(), *readers.values()}))["plugins"],
        "models": list(owners),
        "data": str(data),
        "out": str(out),
        "lone": None if lone is None else list(lone),
        "seeds": list(seeds),
        "readers": sorted(readers),
    }
    with ComputeProcess("evaluate", threads=os.cpu_count() or 1, nice=5) as process:
        result: dict[str, Any] = process.call(
            "avrec_desktop.recommend.evaluation.child:evaluate",
            args,
            on_event=lambda e: None if job.cancelled else job.progress(e["done"], e["total"], e["message"]),
            should_stop=lambda: job.cancelled,
        )
    for skipped in result["data"]["skipped"]:
        _log.warning("%s: %s", skipped["row"], skipped["reason"])
    models_found: dict[str, Any] = result["models"]
    return models_found


def _owners(plugins: PluginHost, models: Sequence[str]) -> dict[str, str]:
    """Return the plugin of each model, in the order asked for."""
    known = {info.id: info.plugin for info in plugins.recommenders()}
    wanted = list(models) or [m for m in USUAL if m in known]
    for model in wanted:
        if model not in known:
            raise InputError(f"there is no model {model!r}", hint=f"There are: {', '.join(sorted(known))}.")
    return {model: known[model] for model in wanted}
