"""Raises in its hook."""

from __future__ import annotations

from avrec_desktop.api import Recommender, hookimpl


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Fail."""
    raise KeyError("broken in the hook")
