"""Models that read behaviour in its order."""

from __future__ import annotations

from avrec_desktop.api import Recommender, hookimpl
from avrec_sequence.auto import Auto
from avrec_sequence.bridge import ContentBridge
from avrec_sequence.kernel import TasteKernel
from avrec_sequence.linear import SeqEASE
from avrec_sequence.recency import Recency
from avrec_sequence.sequence import GRU, SASRec

__all__ = ["GRU", "Auto", "ContentBridge", "Recency", "SASRec", "SeqEASE", "TasteKernel", "avrec_recommenders"]


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Return the models of this plugin."""
    return [Auto, Recency, SeqEASE, GRU, SASRec, ContentBridge, TasteKernel]
