"""The app's side of plugins: states, descriptions, installing and removing."""

from __future__ import annotations

import enum
import functools
import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from avrec_desktop.api.errors import AvrecError, Cancelled, ComputeError, NotFoundError, PluginError
from avrec_desktop.api.manifest import API_VERSION, PluginManifest
from avrec_desktop.api.media import Modality
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.jobs.events import EventBus, PluginsChanged
from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.plugin_host import installer
from avrec_desktop.plugin_host.discovery import Found, discover

log = logging.getLogger(__name__)

#: Seconds a plugin may take to import and describe itself.
DESCRIBE_TIMEOUT = 60.0
#: Crashes of the describing process after which a plugin is not loaded again until the user enables it.
MAX_CRASHES = 2


class PluginState(enum.StrEnum):
    """Where a plugin stands."""

    ENABLED = "enabled"  # will be loaded when needed
    ACTIVE = "active"  # loaded and described without error
    DISABLED = "disabled"  # by the user
    ERROR = "error"
    INCOMPATIBLE = "incompatible"


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """A plugin as shown to the user.

    Attributes:
        registers: What it adds, e.g. ``"extractor: music"`` or ``"model: dot"``.
        error: Why it does not work, or None.
        source: ``"bundled"``, ``"environment"`` or ``"installed"``; only installed ones can be removed.
    """

    id: str
    name: str
    version: str
    state: PluginState
    permissions: tuple[str, ...]
    registers: tuple[str, ...]
    error: str | None
    source: str
    description: str = ""
    author: str = ""
    licence: str = ""
    homepage: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class ExtractorInfo:
    """An extractor that can be used."""

    id: str
    version: int
    name: str
    modality: Modality
    dim: int
    tags: tuple[str, ...]
    plugin: str


@dataclass(frozen=True, slots=True)
class RecommenderInfo:
    """A model that can be used; ``config`` holds its settings with their defaults."""

    id: str
    version: int
    name: str
    uses_content: bool
    min_interactions: int
    config: dict[str, Any]
    plugin: str
    plugin_version: str


class PluginHost:
    """Knows all plugins of a library and of the user. Thread-safe.

    Plugins are imported in compute processes only. What each registers is asked once and remembered until its files
    change, so that the app starts without importing any.

    Args:
        library_dir: Holds ``plugins.json`` (choices of the user, errors, descriptions) and optionally ``plugins/``.
        bundled_dir: Folder of the bundled plugins.
        user_dir: Where plugins are installed.
        events: Takes :class:`PluginsChanged`.
    """

    def __init__(self, library_dir: Path, bundled_dir: Path, user_dir: Path, *, events: EventBus) -> None:
        self.user_dir = user_dir
        self._bundled = bundled_dir
        self._installed = (user_dir, library_dir / "plugins")
        self._file = library_dir / "plugins.json"
        self._events = events
        self._lock = threading.RLock()
        self._notes: dict[str, Any] = self._read()
        self._found: dict[str, Found] | None = None

    # -- what there is

    def plugins(self) -> list[PluginStatus]:
        """Return all plugins by id, without importing any."""
        return [self._status(found) for found in self._all().values()]

    def info(self, plugin_id: str) -> PluginStatus:
        """Return one plugin.

        Raises:
            NotFoundError: There is no such plugin.
        """
        return self._status(self._one(plugin_id))

    def extractors(self) -> list[ExtractorInfo]:
        """Return the extractors of all healthy plugins, asking new plugins first (in a compute process)."""
        return [
            ExtractorInfo(
                a["id"], a["version"], a["name"], cast("Modality", a["modality"]), a["dim"], tuple(a["tags"]), plugin
            )
            for plugin, note in self._described().items()
            for a in note["extractors"]
        ]

    def recommenders(self) -> list[RecommenderInfo]:
        """Return the models of all healthy plugins, asking new plugins first (in a compute process)."""
        out = []
        for plugin, note in self._described().items():
            version = self._manifest(plugin).version
            for a in note["recommenders"]:
                row = (a["id"], a["version"], a["name"], a["uses_content"], a["min_interactions"], a["config"])
                out.append(RecommenderInfo(*row, plugin, version))
        return out

    def load_args(self, plugin_ids: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the arguments of :func:`avrec_desktop.plugin_host.child.load` for healthy plugins (all, or some)."""
        wanted = [p for p in self._described() if plugin_ids is None or p in plugin_ids]
        return {"plugins": [_load_entry(self._one(plugin_id)) for plugin_id in wanted]}

    # -- what the user does

    def enable(self, plugin_id: str) -> None:
        """Use a plugin; also clears its error and counts of crashes."""
        with self._lock:
            found = self._one(plugin_id)
            self._note(found.key).update(disabled=False, error=None, crashes=0, stamp=None)
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def disable(self, plugin_id: str) -> None:
        """Do not use a plugin; everything it registers is gone until it is enabled."""
        with self._lock:
            self._note(self._one(plugin_id).key)["disabled"] = True
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def install(self, path_or_name: str, job: Job) -> PluginStatus:
        """Install a wheel, a source folder or a named package for this user.

        Raises:
            PluginError: It is not a plugin, asks for another interface version, cannot be installed or does not load;
                nothing is left behind, and an earlier version stays as it was.
            Cancelled: The job was cancelled.
        """
        with installer.staged(path_or_name, self.user_dir, job) as staged:
            manifest = _manifest_of(staged.found)
            if not manifest.compatible:
                raise _incompatible(manifest)
            job.progress(3, 4, f"Loading {manifest.name}")
            described = _describe([staged.found], job)[manifest.id]
            if described["error"]:
                raise PluginError(described["error"], plugin=manifest.id, hint="It was not installed.")
            staged.commit(manifest)
        with self._lock:
            self._found = None
            self._notes["plugins"].pop(manifest.id, None)
            self._write()
        job.progress(4, 4, f"Installed {manifest.name}")
        self._described()
        self._events.publish(PluginsChanged(manifest.id))
        return self.info(manifest.id)

    def remove(self, plugin_id: str) -> None:
        """Remove an installed plugin with all its versions.

        Raises:
            PluginError: It came with the app or its environment and can only be disabled.
        """
        found = self._one(plugin_id)
        if found.source != "installed":
            raise PluginError(
                f"it is part of the {'app' if found.source == 'bundled' else 'environment'} and cannot be removed",
                plugin=plugin_id,
                hint=f"Turn it off with: avrec plugins disable {plugin_id}",
            )
        installer.remove(found.folder.parent)
        with self._lock:
            self._found = None
            self._notes["plugins"].pop(plugin_id, None)
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def report_failure(self, plugin_id: str, error: str) -> None:
        """Note that a call of a plugin failed; shown with it, and cleared when it is enabled again."""
        with self._lock:
            self._note(plugin_id).update(last_failure=error, failed_at=time.time())
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def clear_failure(self, plugin_id: str) -> None:
        """Forget a failed call: the same thing worked since."""
        with self._lock:
            if self._note(plugin_id).pop("last_failure", None) is None:
                return
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def refresh(self) -> None:
        """Look at the disk again."""
        with self._lock:
            self._found = None
        self._events.publish(PluginsChanged())

    def close(self) -> None:
        """Nothing to end; for symmetry with the other rooms."""

    # -- inside

    def _all(self) -> dict[str, Found]:
        with self._lock:
            if self._found is None:
                self._found = {f.key: f for f in discover(self._bundled, self._installed)}
            return self._found

    def _one(self, plugin_id: str) -> Found:
        found = self._all().get(plugin_id)
        if found is None:
            raise NotFoundError(f"there is no plugin {plugin_id!r}", hint="See: avrec plugins list")
        return found

    def _manifest(self, plugin_id: str) -> PluginManifest:
        return _manifest_of(self._one(plugin_id))

    def _usable(self, found: Found) -> bool:
        note = self._note(found.key)
        return (
            found.manifest is not None
            and found.manifest.compatible
            and not note.get("disabled")
            and note.get("crashes", 0) < MAX_CRASHES
        )

    def _described(self) -> dict[str, dict[str, Any]]:
        """Return the notes of all plugins that work, describing those that are new or changed."""
        with self._lock:
            usable = [f for f in self._all().values() if self._usable(f)]
            new = [f for f in usable if self._note(f.key).get("stamp") != f.stamp]
            if new:
                for plugin_id, described in _describe(new).items():
                    self._store_description(plugin_id, described)
                self._write()
            return {f.key: self._note(f.key) for f in usable if not self._note(f.key).get("error")}

    def _store_description(self, plugin_id: str, described: dict[str, Any]) -> None:
        note = self._note(plugin_id)
        if described.get("crashed"):
            note["crashes"] = note.get("crashes", 0) + 1
        note.pop("last_failure", None)
        note.update(
            stamp=self._one(plugin_id).stamp,
            error=described["error"],
            extractors=described["extractors"],
            recommenders=described["recommenders"],
        )
        if described["error"]:
            log.warning("plugin %s: %s\n%s", plugin_id, described["error"], described.get("details", ""))

    def _status(self, found: Found) -> PluginStatus:
        note = self._note(found.key)
        manifest = found.manifest
        state, error = PluginState.ENABLED, found.error or note.get("error")
        if manifest is None:
            state = PluginState.ERROR
        elif not manifest.compatible:
            state, error = PluginState.INCOMPATIBLE, _incompatible(manifest).message
        elif note.get("disabled"):
            state = PluginState.DISABLED
        elif error:
            state = PluginState.ERROR
        elif note.get("stamp") == found.stamp:
            state = PluginState.ACTIVE
        registers: tuple[str, ...] = ()
        if state is PluginState.ACTIVE:
            registers = tuple(f"extractor: {a['id']}" for a in note["extractors"])
            registers += tuple(f"model: {a['id']}" for a in note["recommenders"])
        if manifest is None:
            return PluginStatus(found.key, found.key, "", state, (), (), error, found.source, folder=str(found.folder))
        return PluginStatus(
            manifest.id,
            manifest.name,
            manifest.version,
            state,
            manifest.permissions,
            registers,
            error or note.get("last_failure"),
            found.source,
            manifest.description,
            manifest.author,
            manifest.licence,
            manifest.homepage,
            str(found.folder),
        )

    def _note(self, plugin_id: str) -> dict[str, Any]:
        note: dict[str, Any] = self._notes["plugins"].setdefault(plugin_id, {})
        return note

    def _read(self) -> dict[str, Any]:
        try:
            notes = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            notes = {}
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read and is made anew: %s", self._file, error)
            notes = {}
        if not isinstance(notes, dict) or not isinstance(notes.get("plugins"), dict):
            notes = {"plugins": {}}
        return cast("dict[str, Any]", notes)

    def _write(self) -> None:
        try:
            write_atomic(self._file, json.dumps(self._notes, indent=1, ensure_ascii=False).encode())
        except OSError as error:
            log.warning("%s cannot be written: %s", self._file, error)


def _manifest_of(found: Found) -> PluginManifest:
    if found.manifest is None:
        raise PluginError(found.error or "it has no manifest", plugin=found.key)
    return found.manifest


def _incompatible(manifest: PluginManifest) -> PluginError:
    return PluginError(
        f"it asks for plugin interface {manifest.api}, and this app has {API_VERSION}",
        plugin=manifest.id,
        hint="Install a version of the plugin made for this app.",
    )


def _load_entry(found: Found) -> dict[str, Any]:
    return {
        "id": found.key,
        "paths": list(found.paths),
        "module": found.module,
        "permissions": list(_manifest_of(found).permissions),
    }


def _describe(plugins: Sequence[Found], job: Job | None = None) -> dict[str, dict[str, Any]]:
    """Load plugins in a fresh process and return what each registers.

    All are tried in one process; when it crashes or hangs, the guilty one is named and the rest tried again.
    """
    out: dict[str, dict[str, Any]] = {}
    left = list(plugins)
    while left:
        loading = {"now": left[0].key}
        with ComputeProcess("plugins") as process:
            try:
                answer = process.call(
                    "avrec_desktop.plugin_host.child:load",
                    {"plugins": [_load_entry(f) for f in left]},
                    on_event=functools.partial(_note_loading, loading),
                    should_stop=(lambda: job.cancelled) if job is not None else None,
                    timeout=DESCRIBE_TIMEOUT,
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
