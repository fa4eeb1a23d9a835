"""A guard against careless plugins: what they did not declare, they may not do.

Python cannot confine code in its own process: a plugin that means harm can get round this (through ctypes, for
example). The guard stops plugins that phone home or start programs in the ordinary ways; the process boundary protects
the app from crashes and hangs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

_roots: list[tuple[str, str, frozenset[str]]] = []
_installed = False

_NETWORK = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"})
_PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"})


def permit(plugin_id: str, paths: Sequence[str], permissions: Sequence[str]) -> None:
    """Start guarding this process (for good) and note what a plugin may do."""
    global _installed
    _roots.extend((path, plugin_id, frozenset(permissions)) for path in paths)
    if not _installed:
        sys.addaudithook(_audit)
        _installed = True


def _culprit() -> tuple[str, frozenset[str]] | None:
    """Return the innermost plugin on the stack with its permissions."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the only way to know the caller in an audit hook
    while frame is not None:
        name = frame.f_code.co_filename
        for root, plugin_id, permissions in _roots:
            if name.startswith(root):
                return plugin_id, permissions
        frame = frame.f_back
    return None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _NETWORK and event not in _PROGRAMS:
        return
    culprit = _culprit()
    if culprit is None:
        return
    plugin_id, permissions = culprit
    if event in _NETWORK and "network" not in permissions:
        raise PermissionError(f"the plugin {plugin_id!r} may not use the network: it did not declare the permission")
    if event in _PROGRAMS:
        raise PermissionError(f"the plugin {plugin_id!r} may not start programs")
