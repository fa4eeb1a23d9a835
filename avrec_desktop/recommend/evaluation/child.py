"""Runs evaluations inside a compute process, where models and their libraries may be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import PluginError
from avrec_desktop.jobs.child import ChildContext
from avrec_desktop.jobs.job import Job, Progress
from avrec_desktop.plugin_host import child as plugins
from avrec_desktop.recommend.evaluation.driver import ModelSpec, evaluate_dataset

#: Titles read between two looks at whether to stop.
_TEXTS_AT_ONCE = 64


class ServedJob(Job):
    """A job inside the child whose progress and cancel belong to the caller."""

    def __init__(self, context: ChildContext) -> None:
        super().__init__("evaluate", on_progress=self._forward)
        self._context = context

    def _forward(self, progress: Progress) -> None:
        self._context.event({"done": progress.done, "total": progress.total, "message": progress.message})

    def check(self) -> None:
        """Raise when the caller cancelled.

        Raises:
            Cancelled: The caller cancelled.
        """
        if self._context.should_stop():
            self.cancel()
        super().check()


def _meanings(texts: Sequence[str], readers: Sequence[str], job: Job) -> dict[str, NDArray[np.float32]]:
    """Return what each extractor of texts makes of the texts, by its id; one that takes no texts is left out."""
    from threadpoolctl import threadpool_limits

    found: dict[str, NDArray[np.float32]] = {}
    for name in readers:
        extractor = plugins.extractor(name)
        rows = np.zeros((len(texts), extractor.dim), np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            job.progress(start, len(texts), "reading the titles")
            part = texts[start : start + _TEXTS_AT_ONCE]
            with threadpool_limits(1):  # matrices of a sentence are small: more threads cost three times as much
                vectors = extractor.embed_queries(part)
            if vectors is None:
                break
            rows[start : start + len(part)] = vectors
        else:
            found[name] = rows
    return found


def evaluate(args: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    """Evaluate models on a dataset folder: ``plugins, models, data, out, lone, seeds, readers``; see the driver."""
    loaded = plugins.load({"plugins": args["plugins"]}, None)["plugins"]
    for plugin, about in loaded.items():
        if about["error"]:
            raise PluginError(about["error"], plugin=plugin)
    job = ServedJob(context)
    return evaluate_dataset(
        Path(args["data"]),
        [ModelSpec(m) for m in args["models"]],
        Path(args["out"]),
        job,
        resolve=plugins.recommender_class,
        lone=args["lone"],
        seeds=args["seeds"],
        reader=lambda texts: _meanings(texts, args.get("readers", ()), job),
    )
