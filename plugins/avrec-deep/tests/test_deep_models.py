"""The deep models keep the contract, and find what is in the data."""

from __future__ import annotations

from avrec_deep import Fusion, MatrixFactorisation, MultVAE, TwoTower, avrec_recommenders
from avrec_deep.fusion import FusionConfig
from avrec_deep.mf import MFConfig
from avrec_deep.multvae import MultVAEConfig
from avrec_deep.two_tower import TwoTowerConfig
from avrec_desktop.api.testing import RecommenderConformance

SMALL = {"epochs": 18, "embedding_size": 16, "learning_rate": 0.02, "batch_size": 64}
FUSION = FusionConfig(**SMALL, length=12, hidden=16)
TOWERS = TwoTowerConfig(**SMALL, length=12, hidden=32)


class TestFusionConformance(RecommenderConformance):
    model = Fusion
    config = FUSION


class TestTwoTowerConformance(RecommenderConformance):
    model = TwoTower
    config = TOWERS
    needs_crowd = True


class TestTwoTowerSampledConformance(RecommenderConformance):
    model = TwoTower
    config = TwoTowerConfig(**SMALL, length=12, hidden=32, full_softmax=10)
    needs_crowd = True


class TestMultVAEConformance(RecommenderConformance):
    model = MultVAE
    config = MultVAEConfig(epochs=50, embedding_size=8, hidden=32, learning_rate=0.02, batch_size=32)
    needs_crowd = True


class TestMFConformance(RecommenderConformance):
    model = MatrixFactorisation
    config = MFConfig(**SMALL)
    needs_crowd = True


class TestBPRConformance(RecommenderConformance):
    model = MatrixFactorisation
    config = MFConfig(**SMALL, loss="bpr")
    needs_crowd = True


def test_all_deep_models_are_registered_once():
    assert sorted(model.id for model in avrec_recommenders()) == ["fusion", "mf", "multvae", "two-tower"]
