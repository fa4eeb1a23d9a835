"""Runs inside compute processes: loads plugins, one by one, and hands out what they register."""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pluggy

from avrec_desktop.api import hookspecs, options
from avrec_desktop.api.errors import AvrecError, NotFoundError, PluginError
from avrec_desktop.api.features import FeatureExtractor
from avrec_desktop.api.media import Modality
from avrec_desktop.api.recommend import Recommender
from avrec_desktop.plugin_host import guard

log = logging.getLogger(__name__)

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Registry:
    """What the plugins of this process registered."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.extractors: dict[str, tuple[str, type[FeatureExtractor]]] = {}
        self.recommenders: dict[str, tuple[str, type[Recommender]]] = {}
        self.opened: dict[str, FeatureExtractor] = {}
        self.loaded: dict[str, dict[str, Any]] = {}


_registry = Registry()


def load(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Load the plugins in ``args["plugins"]`` (see :meth:`PluginHost.load_args`) that are not loaded yet.

    Returns:
        ``{"plugins": {id: {"error", "details", "extractors", "recommenders"}}}`` with a description of everything that
        each plugin registers. An error in one plugin hurts no other.
    """
    for plugin in args["plugins"]:
        if plugin["id"] not in _registry.loaded:
            if context is not None:
                context.event({"loading": plugin["id"]})
            _registry.loaded[plugin["id"]] = _load(plugin)
    return {"plugins": {p["id"]: _registry.loaded[p["id"]] for p in args["plugins"]}}


def describe(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Load plugins as :func:`load` does, each on its own: that two claim the same id is for the caller to settle."""
    out: dict[str, Any] = {}
    for plugin in args["plugins"]:
        out |= load({"plugins": [plugin]}, context)["plugins"]
        _forget(plugin["id"])
        del _registry.loaded[plugin["id"]]
    return {"plugins": out}


def extractor(extractor_id: str) -> FeatureExtractor:
    """Return the opened instance of an extractor.

    Raises:
        NotFoundError: No loaded plugin registers it.
        PluginError: It cannot be constructed or opened.
    """
    if extractor_id not in _registry.opened:
        if extractor_id not in _registry.extractors:
            raise NotFoundError(f"no plugin registers the extractor {extractor_id!r}")
        plugin, cls = _registry.extractors[extractor_id]
        with _blamed(plugin, f"opening the extractor {extractor_id!r}"):
            instance = cls()
            instance.open()
        _registry.opened[extractor_id] = instance
    return _registry.opened[extractor_id]


def recommender_class(model_id: str) -> type[Recommender]:
    """Return the class of a model.

    Raises:
        NotFoundError: No loaded plugin registers it.
    """
    if model_id not in _registry.recommenders:
        raise NotFoundError(f"no plugin registers the model {model_id!r}")
    return _registry.recommenders[model_id][1]


def plugin_of(kind: str, name: str) -> str:
    """Return the id of the plugin that registered an extractor (``"extractor"``) or a model."""
    table: dict[str, tuple[str, Any]] = dict(_registry.extractors if kind == "extractor" else _registry.recommenders)
    return table[name][0]


def _load(plugin: dict[str, Any]) -> dict[str, Any]:
    plugin_id = plugin["id"]
    out: dict[str, Any] = {"error": None, "details": "", "extractors": [], "recommenders": []}
    for path in reversed(plugin["paths"]):
        if path not in sys.path:
            # behind the app's own packages: a plugin cannot replace what the app uses
            sys.path.append(path)
    options.provide_options(plugin_id, plugin.get("options", {}))
    guard.permit(
        plugin_id, plugin.get("code", plugin["paths"]), plugin.get("permissions", []), plugin.get("writes", [])
    )
    try:
        with _blamed(plugin_id, "importing it"):
            module = importlib.import_module(plugin["module"])
            _check_place(module, plugin["paths"])
        _check_hooks(plugin_id, module)
        out["extractors"] = [_add_extractor(plugin_id, c) for c in _call(plugin_id, "avrec_feature_extractors")]
        out["recommenders"] = [_add_recommender(plugin_id, c) for c in _call(plugin_id, "avrec_recommenders")]
    except AvrecError as error:
        _forget(plugin_id)
        out |= {"error": error.message, "details": traceback.format_exc(), "extractors": [], "recommenders": []}
    return out


def _check_place(module: ModuleType, paths: Iterable[str]) -> None:
    """Refuse a package of the same name from elsewhere: it is not the plugin that was asked for."""
    origin = Path(module.__file__ or "").resolve()
    if not any(origin.is_relative_to(Path(path).resolve()) for path in paths):
        raise PluginError(f"another package is named {module.__name__!r}: {origin.parent}", hint="Rename the package.")


def _check_hooks(plugin_id: str, module: ModuleType) -> None:
    try:
        _registry.manager.register(module, name=plugin_id)
        _registry.manager.check_pending()
    except pluggy.PluginValidationError as error:
        what = (
            "a hook takes other arguments" if "Argument" in str(error) else "it implements a hook that does not exist"
        )
        raise PluginError(f"{what}: {' '.join(str(error).split())}", plugin=plugin_id) from error


def _call(plugin_id: str, hook: str) -> Iterable[Any]:
    """Call one plugin's implementation of a hook (pluggy would call all, and stop at the first error)."""
    caller = getattr(_registry.manager.hook, hook)
    results: list[Any] = []
    for implementation in caller.get_hookimpls():
        if implementation.plugin_name == plugin_id:
            with _blamed(plugin_id, f"calling its hook {hook}"):
                results += list(implementation.function())
    return results


def _add_extractor(plugin_id: str, cls: Any) -> dict[str, Any]:
    with _blamed(plugin_id, "reading its extractor"):
        if not (isinstance(cls, type) and issubclass(cls, FeatureExtractor)):
            raise PluginError(f"avrec_feature_extractors must give FeatureExtractor classes, not {cls!r}")
        about = {
            "id": str(cls.id),
            "version": int(cls.version),
            "name": str(cls.name or cls.id),
            "modality": str(cls.modality),
            "dim": int(cls.dim),
            "tags": [str(t) for t in cls.tags],
            "unavailable": None if (missing := cls.unavailable()) is None else str(missing),
        }
        _check_id(str(about["id"]))
        if about["modality"] not in get_args(Modality):
            raise PluginError(f"the modality of {about['id']!r} is {about['modality']!r}")
        if int(cls.dim) < 0:
            raise PluginError(f"the extractor {about['id']!r} has {cls.dim} dimensions")
    _claim(plugin_id, "extractor", str(about["id"]), _registry.extractors)
    _registry.extractors[str(about["id"])] = (plugin_id, cls)
    return about


def _add_recommender(plugin_id: str, cls: Any) -> dict[str, Any]:
    with _blamed(plugin_id, "reading its model"):
        if not (isinstance(cls, type) and issubclass(cls, Recommender)):
            raise PluginError(f"avrec_recommenders must give Recommender classes, not {cls!r}")
        about = {
            "id": str(cls.id),
            "version": int(cls.version),
            "name": str(cls.name or cls.id),
            "uses_content": bool(cls.uses_content),
            "min_interactions": int(cls.min_interactions),
            "config": cls.Config().to_dict(),
        }
        _check_id(str(about["id"]))
        json.dumps(about["config"])  # settings are JSON values: whoever gives others is named here
    _claim(plugin_id, "model", str(about["id"]), _registry.recommenders)
    _registry.recommenders[str(about["id"])] = (plugin_id, cls)
    return about


def _check_id(name: str) -> None:
    """Refuse ids that cannot be a folder name everywhere."""
    if not _ID.fullmatch(name):
        raise PluginError(f"the id {name!r} is not lower case letters, digits, dots and hyphens")


def _claim(plugin_id: str, what: str, name: str, table: dict[str, tuple[str, Any]]) -> None:
    if name in table:
        raise PluginError(f"the {what} id {name!r} is taken by the plugin {table[name][0]!r}", plugin=plugin_id)


def _forget(plugin_id: str) -> None:
    if _registry.manager.has_plugin(plugin_id):
        _registry.manager.unregister(name=plugin_id)
    tables: tuple[dict[str, tuple[str, Any]], ...] = (_registry.extractors, _registry.recommenders)
    for table in tables:
        for name in [n for n, (owner, _) in table.items() if owner == plugin_id]:
            del table[name]


@contextlib.contextmanager
def _blamed(plugin_id: str, doing: str) -> Iterator[None]:
    """Turn whatever a plugin raises into a :class:`PluginError` that names it."""
    try:
        yield
    except PluginError as error:
        raise PluginError(error.message, path=error.path, hint=error.hint, plugin=plugin_id) from error
    except (Exception, SystemExit) as error:
        text = f"{doing} failed: {type(error).__name__}: {error}"
        raise PluginError(text, plugin=plugin_id) from error
