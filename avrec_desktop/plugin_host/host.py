"""The app's side of plugins: states, descriptions, installing and removing."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from avrec_desktop.api.errors import InputError, NotFoundError, PluginError
from avrec_desktop.api.manifest import PluginManifest
from avrec_desktop.api.media import Modality
from avrec_desktop.api.options import OptionValue
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import EventBus, PluginsChanged
from avrec_desktop.jobs.files import write_atomic
from avrec_desktop.plugin_host import installer
from avrec_desktop.plugin_host.describe import clashes, describe, incompatible, load_entry, manifest_of
from avrec_desktop.plugin_host.discovery import SOURCES, Found, discover
from avrec_desktop.plugin_host.requirements import installed_version
from avrec_desktop.plugin_host.types import ExtractorInfo, PluginState, PluginStatus, RecommenderInfo

__all__ = ["ExtractorInfo", "PluginHost", "PluginState", "PluginStatus", "RecommenderInfo"]

log = logging.getLogger(__name__)

#: Crashes of the describing process after which a plugin is not loaded again until the user enables it.
MAX_CRASHES = 2


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
        self._models = library_dir / "models"
        self._file = library_dir / "plugins.json"
        self._events = events
        self._lock = threading.RLock()
        self._describing = threading.Lock()  # held while a process is asked; before the other one, never inside it
        self._notes: dict[str, Any] = self._read()
        self._found: dict[str, Found] | None = None

    # -- what there is

    def plugins(self) -> list[PluginStatus]:
        """Return all plugins by id, without importing any."""
        with self._lock:
            clashing = self._clashes()
            return [self._status(found, clashing) for found in self._all().values()]

    def info(self, plugin_id: str) -> PluginStatus:
        """Return one plugin.

        Raises:
            NotFoundError: There is no such plugin.
        """
        with self._lock:
            return self._status(self._one(plugin_id), self._clashes())

    def extractors(self) -> list[ExtractorInfo]:
        """Return the extractors that can work now, of all healthy plugins, asking new ones first (in a process)."""
        return [
            ExtractorInfo(
                a["id"], a["version"], a["name"], cast("Modality", a["modality"]), a["dim"], tuple(a["tags"]), plugin
            )
            for plugin, note in self._described().items()
            for a in note["extractors"]
            if not a.get("unavailable")
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
        with self._lock:
            entries = [load_entry(self._one(p), [self._models], self._options(self._one(p))) for p in wanted]
        return {"plugins": entries}

    # -- what the user does

    def enable(self, plugin_id: str) -> None:
        """Use a plugin; also clears its error and counts of crashes."""
        with self._lock:
            found = self._one(plugin_id)
            self._note(found.key).update(disabled=False, error=None, last_failure=None, crashes=0, stamp=None)
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def disable(self, plugin_id: str) -> None:
        """Do not use a plugin; everything it registers is gone until it is enabled."""
        with self._lock:
            self._note(self._one(plugin_id).key)["disabled"] = True
            self._write()
        self._events.publish(PluginsChanged(plugin_id))

    def set_options(self, plugin_id: str, values: Mapping[str, object]) -> PluginStatus:
        """Set options of a plugin; those that are not named keep their values.

        Raises:
            NotFoundError: There is no such plugin.
            InputError: It has no such option, or a value is none for it; nothing is changed.
        """
        with self._lock:
            found = self._one(plugin_id)
            known = {option.name: option for option in manifest_of(found).options}
            new = self._options(found)
            for name, value in values.items():
                if name not in known:
                    names = ", ".join(known) or "none"
                    raise InputError(f"the plugin {plugin_id!r} has no option {name!r}", hint=f"Its options: {names}.")
                new[name] = known[name].check(value)
            self._notes.setdefault("options", {})[found.key] = {
                name: value for name, value in new.items() if value != known[name].default
            }
            self._write()
        self._events.publish(PluginsChanged(plugin_id))
        return self.info(plugin_id)

    def install(self, path_or_name: str, job: Job) -> PluginStatus:
        """Install a wheel, a source folder or a named package for this user.

        Raises:
            PluginError: It is not a plugin, asks for another interface version, cannot be installed or does not load;
                nothing is left behind, and an earlier version stays as it was.
            Cancelled: The job was cancelled.
        """
        with installer.staged(path_or_name, self.user_dir, job) as staged:
            manifest = manifest_of(staged.found)
            if not manifest.compatible:
                raise incompatible(manifest)
            job.progress(3, 4, f"Loading {manifest.name}")
            described = describe([staged.found], job)[manifest.id]
            problem = described["error"] or self._clash_of(manifest.id, described)
            if problem:
                raise PluginError(problem, plugin=manifest.id, hint="It was not installed.")
            staged.commit(manifest)
        self._changed_on_disk(manifest.id)
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
        self._changed_on_disk(plugin_id)
        self._events.publish(PluginsChanged(plugin_id))

    def rollback(self, plugin_id: str) -> PluginStatus:
        """Go back to the version that was installed before; the present one is kept for going forth again.

        Raises:
            NotFoundError: There is no such plugin.
            PluginError: No earlier version is there.
        """
        found = self._one(plugin_id)
        if found.source != "installed":
            raise PluginError("no earlier version of it is there", plugin=plugin_id)
        installer.rollback(found.folder)
        self._changed_on_disk(plugin_id)
        self._described()
        self._events.publish(PluginsChanged(plugin_id))
        return self.info(plugin_id)

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
        return manifest_of(self._one(plugin_id))

    def _usable(self, found: Found) -> bool:
        note = self._note(found.key)
        return (
            found.manifest is not None
            and found.manifest.compatible
            and not note.get("disabled", not found.manifest.enabled)
            and note.get("crashes", 0) < MAX_CRASHES
        )

    def _described(self) -> dict[str, dict[str, Any]]:
        """Return the notes of all plugins that work, describing those that are new or changed."""
        with self._describing:
            with self._lock:
                new = [
                    f
                    for f in self._all().values()
                    if self._usable(f) and self._note(f.key).get("stamp") != self._stamp(f)
                ]
            if new:
                with self._lock:
                    options, stamps = {f.key: self._options(f) for f in new}, {f.key: self._stamp(f) for f in new}
                found = describe(new, options=options)  # outside the lock: whoever lists plugins does not wait for it
                with self._lock:
                    for each in new:
                        self._store_description(each, found[each.key], stamps[each.key])
                    self._write()
        with self._lock:
            clashing = self._clashes()
            return {key: note for key, note in self._healthy() if key not in clashing}

    def _healthy(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the notes of plugins that are described and without error; bundled first, installed last."""
        found = sorted(self._all().values(), key=lambda f: (SOURCES.index(f.source), f.key))
        notes = [(f.key, self._note(f.key)) for f in found if self._usable(f)]
        return [(key, note) for key, note in notes if note.get("stamp") and not note.get("error")]

    def _clashes(self) -> dict[str, str]:
        return clashes(self._healthy())

    def _clash_of(self, plugin_id: str, described: dict[str, Any]) -> str | None:
        """Return why a plugin that is to be installed cannot live beside the others."""
        with self._lock:
            others = [(key, note) for key, note in self._healthy() if key != plugin_id]
        return clashes([*others, (plugin_id, described)]).get(plugin_id)

    def _changed_on_disk(self, plugin_id: str) -> None:
        with self._lock:
            self._found = None
            self._notes["plugins"].pop(plugin_id, None)
            self._write()

    def _store_description(self, found: Found, described: dict[str, Any], stamp: str) -> None:
        note = self._note(found.key)
        if described.get("crashed"):
            note["crashes"] = note.get("crashes", 0) + 1
        note.pop("last_failure", None)
        note.update(
            stamp=stamp,
            error=described["error"],
            extractors=described["extractors"],
            recommenders=described["recommenders"],
        )
        if described["error"]:
            log.warning("plugin %s: %s\n%s", found.key, described["error"], described.get("details", ""))

    def _status(self, found: Found, clashing: dict[str, str]) -> PluginStatus:
        note = self._note(found.key)
        manifest = found.manifest
        state, error = PluginState.ENABLED, found.error or note.get("error") or clashing.get(found.key)
        if manifest is None:
            state = PluginState.ERROR
        elif not manifest.compatible:
            state, error = PluginState.INCOMPATIBLE, incompatible(manifest).message
        elif note.get("disabled", not manifest.enabled):
            state = PluginState.DISABLED
        elif error:
            state = PluginState.ERROR
        elif note.get("stamp") == self._stamp(found):
            state = PluginState.ACTIVE
        registers: tuple[str, ...] = ()
        adds: tuple[tuple[str, str], ...] = ()
        notices: list[str] = []
        if state is PluginState.ACTIVE:
            usable = [("extractor", a) for a in note["extractors"] if not a.get("unavailable")]
            usable += [("model", a) for a in note["recommenders"]]
            registers = tuple(f"{kind}: {a['id']}" for kind, a in usable)
            adds = tuple((kind, a["name"]) for kind, a in usable)
            notices = [f"{a['name']}: {a['unavailable']}" for a in note["extractors"] if a.get("unavailable")]
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
            "\n".join(notices) or None,
            manifest.options,
            self._options(found),
            adds,
        )

    def _options(self, found: Found) -> dict[str, OptionValue]:
        """Return all options of a plugin; a stored value that is none for it any more gives way to the default."""
        stored = self._notes.get("options", {}).get(found.key, {})
        out: dict[str, OptionValue] = {}
        for option in found.manifest.options if found.manifest else ():
            try:
                out[option.name] = option.check(stored.get(option.name, option.default))
            except InputError:
                out[option.name] = option.default
        return out

    def _stamp(self, found: Found) -> str:
        """Return a text that changes with everything that a plugin's description hangs on."""
        manifest = found.manifest
        if manifest is None or not (manifest.optional or manifest.options):
            return found.stamp
        parts = [f"{name}={installed_version(name)}" for name in manifest.optional]
        values = self._options(found)
        for option in manifest.options:
            value = values[option.name]
            parts.append(f"{option.name}={value!r}")
            if option.type in {"file", "folder"} and value:
                parts.append(_changed_at(str(value)))
        return " ".join([found.stamp, *parts])

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


def _changed_at(path: str) -> str:
    """Return when a file, or the newest of a folder, changed; not deeper than the folder itself."""
    target = Path(path).expanduser()
    try:
        files = [target, *target.iterdir()] if target.is_dir() else [target]
        return str(max(file.stat().st_mtime_ns for file in files))
    except OSError:
        return "away"
