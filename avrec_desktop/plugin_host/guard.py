"""A guard against careless plugins: what they did not declare, they may not do.

Python cannot confine code in its own process: a plugin that means harm can get round this (through ctypes or native
code, for example). The guard stops plugins that phone home, start programs, or change files that are not theirs, in the
ordinary ways; the process boundary protects the app from crashes and hangs. Whatever is refused is a
:class:`PermissionError`, which libraries that merely try (for a cache, for the name of the processor) take in their
stride.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import platformdirs


@dataclass(frozen=True, slots=True)
class _Plugin:
    """A plugin of this process: where its code lies, what it declared, where it may write."""

    id: str
    roots: tuple[str, ...]
    network: bool
    writes: tuple[str, ...]


_plugins: list[_Plugin] = []
#: Folders in which anyone may write: temporary files and caches.
_common: list[str] = []
_lock = threading.Lock()

_NETWORK = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"})
_PROGRAMS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork"}
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def permit(plugin_id: str, paths: Sequence[str], permissions: Sequence[str], writes: Sequence[str] = ()) -> None:
    """Start guarding this process (for good) and note what a plugin may do.

    Args:
        plugin_id: Its id.
        paths: Folders of its code.
        permissions: What its manifest declares.
        writes: Folders in which it may write, beside temporary and cache folders and its own compiled code.
    """
    with _lock:
        first = not _plugins
        # file names in tracebacks follow the import path, which may lead through links
        roots = tuple({each for p in paths for each in (_folder(p), os.path.abspath(p) + os.sep)})
        _plugins.append(_Plugin(plugin_id, roots, "network" in permissions, tuple(_folder(p) for p in writes)))
        if first:
            _common.extend(_folder(p) for p in (tempfile.gettempdir(), platformdirs.user_cache_dir()))
            sys.addaudithook(_audit)


def _folder(path: str) -> str:
    return os.path.realpath(path) + os.sep


def _culprit() -> _Plugin | None:
    """Return the innermost plugin on the stack of this thread."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the only way to know the caller in an audit hook
    while frame is not None:
        name = frame.f_code.co_filename
        for plugin in _plugins:
            if name.startswith(plugin.roots):
                return plugin
        frame = frame.f_back
    return None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _NETWORK:
        _check_network(_culprit())
    elif event in _PROGRAMS:
        culprit = _culprit()
        # the app itself starts none here, so that a thread of a plugin is meant where none is on the stack
        who = f"the plugin {culprit.id!r}" if culprit is not None else "a plugin"
        raise PermissionError(f"{who} may not start programs")
    elif event in _CHANGED:
        changed = _CHANGED[event](arguments)
        if changed:
            culprit = _culprit()
            if culprit is not None:
                _check_write(culprit, changed)


def _check_network(culprit: _Plugin | None) -> None:
    # without a plugin on the stack it may be a thread of any: the app itself uses no network here
    allowed = culprit.network if culprit is not None else any(p.network for p in _plugins)
    if not allowed:
        who = f"the plugin {culprit.id!r}" if culprit is not None else "a plugin"
        raise PermissionError(f"{who} may not use the network: it did not declare the permission")


def _check_write(culprit: _Plugin, changed: Sequence[str]) -> None:
    for path in changed:
        real = os.path.realpath(path)
        compiled = "__pycache__" in Path(real).parts or real.endswith(".pyc")
        if compiled or real == os.devnull or (real + os.sep).startswith((*_common, *culprit.writes)):
            continue
        raise PermissionError(f"the plugin {culprit.id!r} may not change {real}")


def _opened(arguments: tuple[Any, ...]) -> list[str]:
    path, _, flags = arguments
    return _paths(path) if isinstance(flags, int) and flags & _WRITING else []


def _paths(*values: Any) -> list[str]:
    """Return what is a path; open files and names relative to an open folder are passed over."""
    return [os.fsdecode(v) for v in values if isinstance(v, str | bytes | os.PathLike)]


def _first(arguments: tuple[Any, ...]) -> list[str]:
    return [] if isinstance(arguments[-1], int) and arguments[-1] >= 0 else _paths(arguments[0])


#: What each event changes.
_CHANGED: dict[str, Callable[[tuple[Any, ...]], list[str]]] = {
    "open": _opened,
    "os.remove": _first,
    "os.rmdir": _first,
    "os.truncate": lambda a: _paths(a[0]),
    "os.rename": lambda a: _paths(a[0], a[1]),
    "os.link": lambda a: _paths(a[1]),
    "os.symlink": lambda a: _paths(a[1]),
    "shutil.rmtree": lambda a: _paths(a[0]),
    "sqlite3.connect": lambda a: [p for p in _paths(a[0]) if p and not p.startswith((":memory:", "file:"))],
}
