"""Models that read behaviour in its order."""

from __future__ import annotations

from avrec_desktop.api import Recommender, hookimpl
from avrec_sequence.linear import SeqEASE
from avrec_sequence.recency import Recency

__all__ = ["Recency", "SeqEASE", "avrec_recommenders"]


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Return the models of this plugin."""
    return [Recency, SeqEASE]
