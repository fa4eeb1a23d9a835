"""Classical recommendation models: strong where behaviour is small, and the measure for all others."""

from __future__ import annotations

from avrec_classics.baselines import Popularity, Random
from avrec_classics.factors import IALS
from avrec_classics.linear import EASE, EDLAE
from avrec_classics.neighbours import ContentKNN, ItemKNN
from avrec_desktop.api import Recommender, hookimpl

__all__ = ["EASE", "EDLAE", "IALS", "ContentKNN", "ItemKNN", "Popularity", "Random", "avrec_recommenders"]


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Return the models of this plugin."""
    return [Popularity, Random, ItemKNN, ContentKNN, EASE, EDLAE, IALS]
