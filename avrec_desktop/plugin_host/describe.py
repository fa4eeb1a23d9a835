"""Asks plugins, in a compute process, what they register."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError, PluginError
from avrec_desktop.api.manifest import API_VERSION, PluginManifest
from avrec_desktop.api.options import OptionValue
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.plugin_host.discovery import Found

#: Seconds a plugin may take to import and describe itself.
DESCRIBE_TIMEOUT = 60.0
#: A described plugin: id and what :func:`avrec_desktop.plugin_host.child.describe` tells of it.
Described = tuple[str, dict[str, Any]]
#: Values of the options by plugin.
Options = Mapping[str, Mapping[str, OptionValue]]


def manifest_of(found: Found) -> PluginManifest:
    """Return the manifest.

    Raises:
        PluginError: It could not be read.
    """
    if found.manifest is None:
        raise PluginError(found.error or "it has no manifest", plugin=found.key)
    return found.manifest


def incompatible(manifest: PluginManifest) -> PluginError:
    """Return the error that names both interface versions."""
    return PluginError(
        f"it asks for plugin interface {manifest.api}, and this app has {API_VERSION}",
        plugin=manifest.id,
        hint="Install a version of the plugin made for this app.",
    )


def load_entry(
    found: Found, writes: Sequence[Path] = (), options: Mapping[str, OptionValue] | None = None
) -> dict[str, Any]:
    """Return what :func:`avrec_desktop.plugin_host.child.load` wants to know of a plugin.

    Args:
        found: The plugin.
        writes: Folders in which it may write, beside the temporary and cache folders.
        options: What the user set; the defaults stand in for the rest.
    """
    defaults = {option.name: option.default for option in manifest_of(found).options}
    return {
        "id": found.key,
        "paths": list(found.paths),
        "code": [str(found.folder)] if found.source == "environment" else list(found.paths),
        "module": found.module,
        "permissions": list(manifest_of(found).permissions),
        "writes": [str(path) for path in writes],
        "options": defaults | dict(options or {}),
    }


def describe(
    plugins: Sequence[Found], job: Job | None = None, options: Options | None = None
) -> dict[str, dict[str, Any]]:
    """Load plugins in a fresh process, with the options that the user set, and return what each registers.

    All are tried in one process; when it crashes or hangs, the guilty one is named and the rest tried again.
    """
    out: dict[str, dict[str, Any]] = {}
    given = options or {}
    left = list(plugins)
    while left:
        loading = {"now": left[0].key}
        with ComputeProcess("plugins") as process:
            try:
                answer = process.call(
                    "avrec_desktop.plugin_host.child:describe",
                    {"plugins": [load_entry(f, options=given.get(f.key)) for f in left]},
                    on_event=functools.partial(_note_loading, loading),
                    should_stop=(lambda: job.cancelled) if job is not None else None,
                    timeout=DESCRIBE_TIMEOUT,
                    grace=1.0,
                )
                out |= answer["plugins"]
                break
            except Cancelled:
                raise
            except AvrecError as error:
                details = error.details if isinstance(error, ComputeError) else ""
                out[loading["now"]] = {
                    "error": f"loading it failed: {error.message}",
                    "details": details,
                    "crashed": True,
                    "extractors": [],
                    "recommenders": [],
                }
                left = [f for f in left if f.key not in out]
    return out


def _note_loading(at: dict[str, str], event: dict[str, Any]) -> None:
    at["now"] = event["loading"]


def clashes(described: Iterable[Described]) -> dict[str, str]:
    """Return the plugins that claim an id which one before them has, each with the reason for people."""
    owners: dict[tuple[str, str], str] = {}
    out: dict[str, str] = {}
    for plugin, about in described:
        claimed = [("extractor", a["id"]) for a in about["extractors"]]
        claimed += [("model", a["id"]) for a in about["recommenders"]]
        for what, name in claimed:
            if (what, name) in owners:
                out[plugin] = f"the {what} id {name!r} is taken by the plugin {owners[what, name]!r}"
                break
        else:
            owners |= dict.fromkeys(claimed, plugin)
    return out
