"""Deep models: learned with Keras, served with numpy."""

from __future__ import annotations

from avrec_deep.fusion import Fusion
from avrec_deep.mf import MatrixFactorisation
from avrec_deep.multvae import MultVAE
from avrec_deep.two_tower import TwoTower
from avrec_desktop.api import Recommender, hookimpl

__all__ = ["Fusion", "MatrixFactorisation", "MultVAE", "TwoTower", "avrec_recommenders"]


@hookimpl
def avrec_recommenders() -> list[type[Recommender]]:
    """Return the models of this plugin."""
    return [TwoTower, Fusion, MultVAE, MatrixFactorisation]
