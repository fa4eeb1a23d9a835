"""Errors that may reach the user.

Two families: :class:`AvrecError` is about the world (a file, a drive, a plugin, an input) and is shown to the
user as it is; everything else is a fault of the program and goes to the log with its traceback.
"""

from __future__ import annotations

import os
from typing import Any


class AvrecError(Exception):
    """Something the user can understand and act on.

    Attributes:
        message: What happened, one sentence.
        path: The file or folder concerned, as text fit for display, or None.
        hint: What the user can do about it, or None.
        plugin: The id of the plugin concerned, or None.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        path: str | os.PathLike[str] | None = None,
        hint: str | None = None,
        plugin: str | None = None,
    ) -> None:
        self.message = message
        self.path = None if path is None else os.fspath(path).encode("utf-8", "replace").decode()
        self.hint = hint
        self.plugin = plugin
        super().__init__(message)

    def __str__(self) -> str:
        text = f"{self.path}: {self.message}" if self.path else self.message
        if self.hint is None:
            return text
        return f"{text} {self.hint}" if text.endswith((".", "!", "?")) else f"{text}. {self.hint}"

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain values, for another process or for ``--json``."""
        return {
            "code": self.code,
            "message": self.message,
            "path": self.path,
            "hint": self.hint,
            "plugin": self.plugin,
        }


class MediaError(AvrecError):
    """A media file cannot be read or decoded."""

    code = "media"


class PluginError(AvrecError):
    """A plugin cannot be loaded, or one of its calls failed."""

    code = "plugin"


class InputError(AvrecError):
    """The user's input (a table, an option, a value) is not usable."""

    code = "input"


class LibraryError(AvrecError):
    """The library directory cannot be opened or written."""

    code = "library"


class NotFoundError(AvrecError):
    """An item, profile, model or plugin that was named does not exist."""

    code = "not-found"


class ModelError(AvrecError):
    """A model cannot be trained, saved or loaded with the data at hand."""

    code = "model"


class ComputeError(AvrecError):
    """A compute process crashed, hung or reported an unexpected fault.

    Attributes:
        details: Traceback or last output of the process, for the log.
    """

    code = "compute"

    def __init__(self, message: str, *, details: str = "", **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.details = details


class Cancelled(Exception):  # noqa: N818 - control flow, like KeyboardInterrupt
    """The job was cancelled by the user; not an error."""


_BY_CODE: dict[str, type[AvrecError]] = {
    c.code: c
    for c in (
        AvrecError,
        MediaError,
        PluginError,
        InputError,
        LibraryError,
        NotFoundError,
        ModelError,
        ComputeError,
    )
}


def error_from_dict(data: dict[str, Any]) -> AvrecError:
    """Rebuild an error from :meth:`AvrecError.to_dict`; an unknown code becomes an :class:`AvrecError`."""
    cls = _BY_CODE.get(str(data.get("code")), AvrecError)
    return cls(
        str(data.get("message", "")),
        path=data.get("path"),
        hint=data.get("hint"),
        plugin=data.get("plugin"),
    )
