"""The base class of Keras models, by a plugin as small as they come, and the suites that test plugins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from avrec_desktop.api import FeatureExtractor, Features, History, MediaSource, ModelError, Tag, TrainingData
from avrec_desktop.api.keras import KerasConfig, KerasRecommender
from avrec_desktop.api.testing import (
    ExtractorConformance,
    FakeMedia,
    RecommenderConformance,
    RecordingRun,
    history_of,
    make_training_data,
)


class TinyFactors(KerasRecommender):
    """Matrix factorisation in a few lines."""

    id = "tiny-factors"
    name = "Tiny factors"
    uses_content = False

    def build(self, data: TrainingData) -> Any:
        import keras
        from keras import layers

        user, item = (keras.Input((), dtype="int32", name=name) for name in ("user", "item"))
        u = layers.Embedding(data.n_users, 8, name="users")(user)
        v = layers.Embedding(data.n_items, 8, name="items")(item)
        return keras.Model([user, item], layers.Dense(1, activation="sigmoid")(layers.Dot(axes=1)([u, v])))

    def export(self, network: Any, data: TrainingData) -> dict[str, Any]:
        vectors = network.get_layer("items").get_weights()[0]
        return {"vectors": vectors / np.linalg.norm(vectors, axis=1, keepdims=True)}

    def score(self, history: History) -> Any:
        vectors = np.full((len(self.known), 8), np.nan, np.float32)
        vectors[self.known >= 0] = self.arrays["vectors"][self.known[self.known >= 0]]
        rows = history.items[self.known[history.items] >= 0]
        values = history.values[self.known[history.items] >= 0]
        return (vectors @ (values @ vectors[rows])).astype(np.float32)

    def score_many(self, histories: Any) -> Any:
        return np.stack([self.score(h) for h in histories]) if histories else np.zeros((0, len(self.known)), "f4")


class TestTinyFactorsConformance(RecommenderConformance):
    model = TinyFactors
    config = KerasConfig(epochs=30, batch_size=256, learning_rate=0.05, patience=30)
    scores_new_items = False
    explains = False


def test_best_weights_are_kept_and_training_stops_early() -> None:
    data = make_training_data(80, likes=8)
    run = RecordingRun(1)
    model = TinyFactors(KerasConfig(epochs=200, batch_size=256, learning_rate=0.2, patience=2))
    model.fit(data, run)
    losses = [metrics["val_loss"] for _, _, metrics in run.epochs]
    assert len(losses) < 200
    assert int(np.argmin(losses)) == len(losses) - 4  # patience + 1 epochs without a better one
    best = TinyFactors(KerasConfig(epochs=int(np.argmin(losses)) + 1, batch_size=256, learning_rate=0.2, patience=2))
    best.fit(data, RecordingRun(1))
    assert np.allclose(model.arrays["vectors"], best.arrays["vectors"], atol=1e-5)


def test_stop_inside_an_epoch_reports_no_epoch() -> None:
    data = make_training_data(80)
    run = RecordingRun(1, stop_after=2)
    model = TinyFactors(KerasConfig(batch_size=64))
    model.fit(data, run)
    assert run.epochs == []
    assert np.isfinite(model.score(history_of(data, 0))).any()


def test_network_loads_in_safe_mode_when_asked_for(tmp_path: Path) -> None:
    data = make_training_data()
    model = TinyFactors(KerasConfig(epochs=1))
    with pytest.raises(ModelError, match="not trained"):
        model.save(tmp_path)
    model.fit(data, RecordingRun(1))
    model.save(tmp_path)
    again = TinyFactors.load(tmp_path)
    for one, two in zip(model.network.get_weights(), again.network.get_weights(), strict=True):
        assert np.array_equal(one, two)
    (tmp_path / "network.keras").unlink()
    assert again.network is not None
    with pytest.raises(ModelError, match="missing or damaged"):
        TinyFactors.load(tmp_path)


class Loudness(FeatureExtractor):
    id = "loudness"
    name = "Loudness"
    modality = "audio"
    dim = 2
    tags = ("loud", "quiet")

    def extract(self, media: MediaSource) -> Features:
        samples = media.audio().samples
        bands = np.array([np.abs(samples).mean(), np.abs(np.diff(samples, axis=1)).mean() if samples.size > 1 else 0])
        size = float(np.linalg.norm(np.nan_to_num(bands)))
        vector = np.nan_to_num(bands / size if size > 0 else bands * 0).astype(np.float32)
        return Features(vector, tags=(Tag("loud", min(1.0, size)),))


class TestLoudnessConformance(ExtractorConformance):
    extractor = Loudness


class Broken(Loudness):
    def extract(self, media: MediaSource) -> Features:
        return Features(np.ones(2, np.float32), tags=(Tag("unknown word", 2.0),))


class Ignorant(TinyFactors):
    def score(self, history: History) -> Any:
        return np.zeros(len(self.known))


def test_the_suites_find_faults() -> None:
    extractors = type("Suite", (ExtractorConformance,), {"extractor": Broken})()
    with pytest.raises(AssertionError, match="unit length"):
        extractors.test_typical_media_give_a_unit_vector()
    with pytest.raises(AssertionError, match="same vector"):
        extractors.test_different_media_differ_and_equal_media_agree()
    models = type("Suite", (RecommenderConformance,), {"model": Ignorant, "config": KerasConfig(epochs=1)})()
    with pytest.raises(AssertionError, match="float32"):
        models.test_scores_are_float32_and_finite_or_nan()
    with pytest.raises(AssertionError, match="liked one"):
        models.test_a_like_raises_similar_items_and_a_dislike_lowers_them()


def test_fake_media_is_a_media_source() -> None:
    media = FakeMedia(sound=np.zeros(16000 * 10), pictures=np.zeros((4, 20, 30, 3), np.uint8))
    assert isinstance(media, MediaSource)
    assert media.audio().samples.shape == (3, 48000)
    assert media.frames(40).pixels.shape == (4, 40, 60, 3)
    assert media.info.duration == 10
