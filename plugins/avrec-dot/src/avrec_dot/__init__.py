"""The base model of avrec desktop: r = U . (V * C) + b."""

from __future__ import annotations

from avrec_desktop.api import Recommender, hookimpl
from avrec_dot.model import Dot, DotConfig

__all__ = ["Dot", "DotConfig", "avrec_recommenders"]


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Return the model of this plugin."""
    return [Dot]
