"""Runs inside compute processes: trains models, and serves scores of a loaded one."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError, Cancelled, ModelError, PluginError
from avrec_desktop.api.recommend import History, ItemFeatures, Recommender, TrainingData
from avrec_desktop.features import nearest
from avrec_desktop.features.nearest import Nearest
from avrec_desktop.plugin_host import child as plugins
from avrec_desktop.recommend import prequential
from avrec_desktop.recommend.dataset import load_items, load_training_data
from avrec_desktop.recommend.faithfulness import faithfulness
from avrec_desktop.recommend.measure import Held, holdout_metrics, keep_new, log_rank_gains, split_last
from avrec_desktop.recommend.serving import INDEX

log = logging.getLogger(__name__)

#: Interactions of a profile from which on a part is held out to measure the model.
MIN_MEASURED = 20
#: Likes newer than the serving run from which on a new one must do as well on them.
MIN_COMPARED = 3
#: Moments of a history at which the explanations of a model are checked.
_FAITHFUL_CASES = 8


class ChildRun:
    """The training run as a model sees it (:class:`avrec_desktop.api.recommend.Run`).

    Args:
        context: The served call.
        seed: Seed of all randomness.
        phase: ``"measure"`` (with a part held out) or ``"train"`` (with everything).
    """

    def __init__(self, context: Any, seed: int, phase: str) -> None:
        self.seed = seed
        self.history: dict[str, list[float]] = {}
        self.epochs = 0
        self._context = context
        self._phase = phase

    def epoch(self, epoch: int, epochs: int, **metrics: float) -> None:
        """Report an epoch to the app.

        Raises:
            Cancelled: The user cancelled.
        """
        self.epochs = epoch
        for name, value in metrics.items():
            self.history.setdefault(name, []).append(float(value))
        values = {name: float(value) for name, value in metrics.items()}
        self._context.event({"phase": self._phase, "epoch": epoch, "epochs": epochs, "metrics": values})
        self._context.check()

    def should_stop(self) -> bool:
        """Return whether the user cancelled."""
        return bool(self._context.should_stop())


def train(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Train a model on a dataset folder and save it.

    Args:
        args: ``plugins`` (load arguments), ``model``, ``config``, ``data`` and ``out`` (folders), ``seed``, ``user``
            (row of the profile to measure on), ``incumbent`` (``directory`` and ``until`` of the run that serves, or
            None).
        context: The served call.

    Returns:
        ``epochs, history, metrics, seconds, config, notes``, and whether the run is ``promoted`` by which
        ``comparison`` with the one that serves.

    Raises:
        ModelError: The data cannot train it, or it cannot be saved.
        PluginError: The plugin failed.
        Cancelled: The user cancelled.
    """
    start = time.monotonic()
    cls = _model_class(args)
    data = load_training_data(Path(args["data"]))
    metrics: dict[str, float] = {}
    comparison: dict[str, float] = {}
    held = split_last(data, int(args["user"])) if args["user"] is not None else None
    if held is not None and held.n_history >= MIN_MEASURED:
        probe = _fit(cls, args, held.data, ChildRun(context, args["seed"], "measure"))
        metrics = _blame(args, "measuring", lambda: holdout_metrics(probe, held))
        comparison = _against_incumbent(args, cls, probe, held)
    run = ChildRun(context, args["seed"], "train")
    model = _fit(cls, args, data, run)
    out = Path(args["out"])
    out.mkdir(parents=True, exist_ok=True)
    _blame(args, "saving", lambda: model.save(out))
    _sync(out)
    return {
        "epochs": run.epochs,
        "history": run.history,
        "metrics": metrics,
        "config": model.config.to_dict(),
        "notes": _blame(args, "describing", model.notes),
        "comparison": comparison,
        "promoted": not comparison or keep_new(comparison["new"], comparison["old"]),
        "seconds": time.monotonic() - start,
    }


def _against_incumbent(
    args: dict[str, Any], cls: type[Recommender], probe: Recommender, held: Held
) -> dict[str, float]:
    """Compare the new model with the one that serves on what neither has seen; empty where that cannot be done.

    The probe did not see the held-out part; of it, the serving model did not see what came after its own training.
    """
    incumbent = args.get("incumbent")
    if incumbent is None:
        return {}
    unseen = held.after(float(incumbent["until"]))
    if int((unseen.values > 0).sum()) < MIN_COMPARED:
        return {}

    def old_gain() -> dict[str, float]:
        old = cls.load(Path(incumbent["directory"]))
        old.bind(held.data.items)
        new, before = log_rank_gains(probe, unseen), log_rank_gains(old, unseen)
        return {"new": float(new.mean()), "old": float(before.mean()), "likes": float(len(new))}

    try:
        return dict(_blame(args, "comparing", old_gain))
    except (ModelError, PluginError) as error:
        log.info("the serving run of %s cannot be compared: %s", args["model"], error)
        return {}


def measure(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Train without the newest part of a user's history and measure on it (``plugins, model, config, data, user``).

    Returns:
        ``metrics, seconds``.
    """
    start = time.monotonic()
    cls = _model_class(args)
    held = split_last(load_training_data(Path(args["data"])), int(args["user"]))
    model = _fit(cls, args, held.data, ChildRun(context, args["seed"], "measure"))
    metrics = _blame(args, "measuring", lambda: holdout_metrics(model, held))
    return {"metrics": metrics, "seconds": time.monotonic() - start}


def places(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Train on what came before a profile's newest likes, and say where these stand (``plugins, model, config, data``).

    Returns:
        The arrays of :class:`~avrec_desktop.recommend.prequential.Places`, ``seconds``, and ``faithful``: how far
        items fall ``named`` causes taken away, and as many ``random`` ones, over so many ``cases``.

    Raises:
        ModelError: The data cannot train it.
        PluginError: The plugin failed.
        Cancelled: The user cancelled.
    """
    start = time.monotonic()
    cls = _model_class(args)
    cut = prequential.cut_newest(load_training_data(Path(args["data"])), int(args["user"]))
    if cut is None:
        raise ModelError("there is too little history to hold a part out")
    model = _fit(cls, args, cut.data, ChildRun(context, args["seed"], "measure"))
    found = _blame(args, "measuring", lambda: prequential.places(model, cut))
    histories = cut.histories()
    asked = [histories[i] for i in np.unique(np.linspace(0, len(histories) - 1, _FAITHFUL_CASES).astype(int))]
    true = _blame(args, "explaining with", lambda: faithfulness(model, asked))
    arrays = {name: getattr(found, name) for name in ("better", "equal", "candidates", "top")}
    faithful = {"named": true.named, "random": true.random, "cases": true.cases}
    return arrays | {"seconds": time.monotonic() - start, "faithful": faithful}


def _model_class(args: dict[str, Any]) -> type[Recommender]:
    loaded = plugins.load({"plugins": args["plugins"]}, None)["plugins"]
    for plugin, about in loaded.items():
        if about["error"]:
            raise PluginError(about["error"], plugin=plugin)
    return plugins.recommender_class(args["model"])


def _fit(cls: type[Recommender], args: dict[str, Any], data: TrainingData, run: ChildRun) -> Recommender:
    def work() -> Recommender:
        model = cls(cls.Config.from_dict(args["config"]) if args["config"] else None)
        model.fit(data, run)
        return model

    model: Recommender = _blame(args, "training", work)
    return model


def _blame(args: dict[str, Any], doing: str, work: Any) -> Any:
    """Call plugin code; whatever it raises names the plugin."""
    plugin = plugins.plugin_of("model", args["model"])
    try:
        return work()
    except Cancelled:
        raise
    except AvrecError as error:
        error.plugin = plugin
        raise
    except MemoryError as error:
        raise ModelError(
            f"{doing} the model {args['model']!r} needs more memory than there is", plugin=plugin
        ) from error
    except Exception as error:
        text = f"{doing} the model {args['model']!r} failed: {type(error).__name__}: {error}"
        raise PluginError(text, plugin=plugin) from error


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


# -- serving


@dataclass
class _Served:
    """The model this process serves."""

    args: dict[str, Any]
    model: Recommender
    items: ItemFeatures
    vectors: NDArray[np.float32] | None = None
    able: NDArray[np.bool_] | None = None
    nearest: Nearest | None = None
    stamp: int = 0


_served: dict[str, _Served] = {}


def serve(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Load a trained model (``plugins, model, directory``) and bind the items in ``items``; replaces an earlier one."""
    del context
    cls = _model_class(args)
    model = _blame(args, "loading", lambda: cls.load(Path(args["directory"])))
    return _bind(args, model)


def bind(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bind new items to the served model."""
    del context
    served = _served["model"]
    return _bind({**served.args, "items": args["items"]}, served.model)


def _bind(args: dict[str, Any], model: Recommender) -> dict[str, Any]:
    items = load_items(Path(args["items"]))
    _blame(args, "binding items to", lambda: model.bind(items))
    _served["model"] = _Served(args, model, items)
    return {"items": len(items)}


def score(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Score all items for a history (``rows, values, times, user, now``).

    Returns:
        ``scores`` float32 (n_items,).
    """
    del context
    served = _served["model"]
    history = _history(args)
    scores = _blame(served.args, "scoring with", lambda: served.model.score(history))
    scores = np.asarray(scores)
    if scores.shape != (len(served.items),):
        raise PluginError(f"the model {served.args['model']!r} gave scores of shape {scores.shape}")
    return {"scores": scores.astype(np.float32)}


def candidates(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Find the best ``n`` of the (very many) items ``allowed`` (bits, little end first) by the index in ``folder``.

    Returns:
        ``rows`` int64 (m,), best first, with ``scores`` float32 (m,), and whether an index is ``due``; ``rows`` is
        None where the model's scores are no inner products.
    """
    del context
    served = _served["model"]
    found = _nearest(served, Path(args["folder"]))
    history = _history(args)
    query = None if found is None else _blame(served.args, "asking", lambda: served.model.query(history))
    if found is None or query is None:
        return {"rows": None, "scores": None, "due": False}
    allowed = np.unpackbits(args["allowed"], count=len(served.items), bitorder="little").view(bool)
    if served.able is not None:
        allowed = allowed & served.able
    rows, scores = found.top(query, int(args["n"]), allowed)
    return {"rows": rows, "scores": scores, "due": found.due}


def export_vectors(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write the vectors of the served items to ``path``, for an index to be built."""
    del context
    served = _served["model"]
    if served.vectors is None:
        raise ModelError("the model has no vectors of the items")
    np.save(args["path"], served.vectors, allow_pickle=False)
    return {"items": len(served.vectors)}


def _nearest(served: _Served, folder: Path) -> Nearest | None:
    """Return what finds the best items, with the newest index there is; None when the model has no vectors."""
    stamp = nearest.stamp_of(folder, INDEX)
    if served.nearest is None or stamp != served.stamp:
        if served.vectors is None:
            served.vectors = _blame(served.args, "asking", served.model.item_vectors)
            if served.vectors is None:
                return None
            able = np.asarray(served.vectors.any(axis=1), np.bool_)
            served.able = None if able.all() else able
        index = nearest.StoredIndex.load(folder, INDEX, served.vectors.shape[1])
        served.nearest, served.stamp = nearest.Nearest(served.items.ids, served.vectors, index, large=True), stamp
    return served.nearest


def explain(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Explain item rows ``items`` for a history by up to ``limit`` items; None where the model cannot say."""
    del context
    served = _served["model"]
    history, limit = _history(args), int(args["limit"])
    out: list[dict[str, Any] | None] = []
    for row in args["items"]:
        found = _blame(served.args, "explaining with", lambda row=row: served.model.explain(history, int(row), limit))
        out.append(
            None
            if found is None
            else {"score": float(found.score), "parts": [[p.kind, _plain(p.key), float(p.share)] for p in found.parts]}
        )
    return {"explanations": out}


def _plain(key: int | str) -> int | str:
    return key if isinstance(key, str) else int(key)


def _history(args: dict[str, Any]) -> History:
    return History(args["rows"], args["values"], args["times"], args["user"], args["now"])


__all__: Sequence[str] = (
    "bind",
    "candidates",
    "explain",
    "export_vectors",
    "measure",
    "places",
    "score",
    "serve",
    "train",
)
