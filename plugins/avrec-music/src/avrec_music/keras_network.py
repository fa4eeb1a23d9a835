"""The musicnn network as a Keras model, from the same weights as :mod:`avrec_music.network`.

Layer by layer as published: to read it, to carry on training it, or to run it where TensorFlow is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_music.network import TAGS, Matrix, Output
from avrec_music.spectrogram import BANDS, FRAMES

if TYPE_CHECKING:
    import keras

_FRONT = ("timbral_38", "timbral_67", "temporal_128", "temporal_64", "temporal_32")


class KerasMusicnn:
    """One network; called as :class:`avrec_music.network.Musicnn` is.

    Args:
        weights: Arrays written by ``tools/convert_musicnn.py``.
        prefix: ``"MSD/"`` or ``"MTT/"``.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float16]], prefix: str) -> None:
        names = [name for name in weights if name.startswith(prefix)]
        self.model = build({name[len(prefix) :]: np.asarray(weights[name], np.float32) for name in names})

    def __call__(self, spectrograms: Matrix) -> Output:
        """Return the output for spectrograms float32 (n, 187, 96)."""
        # one at a time: the first layers of six take half a gigabyte
        embedding, tags = self.model.predict(spectrograms, batch_size=1, verbose=0)
        return Output(embedding, tags)


def build(weights: Mapping[str, Matrix]) -> keras.Model:
    """Return the network: a spectrogram (187, 96) gives an embedding (200,) and probabilities of tags (50,)."""
    import keras
    from keras import layers

    def normal(x: Any, name: str) -> Any:
        scale, shift = weights[name]  # with mean and variance folded in
        layer = layers.BatchNormalization(epsilon=0.0)
        out = layer(x)
        layer.set_weights([scale, shift, np.zeros_like(scale), np.ones_like(scale)])
        return out

    def learned(x: Any, layer: Any, name: str) -> Any:
        out = layer(x)
        layer.set_weights([weights[f"{name}.kernel"].reshape(layer.kernel.shape), weights[f"{name}.bias"]])
        return out

    def front(image: Any, name: str) -> Any:
        """Patterns many bands wide (timbre) or one band (rhythm), wherever in frequency they are strongest."""
        reach, bands, channels = weights[f"{name}.kernel"].shape
        padded = layers.ZeroPadding2D((((reach - 1) // 2, reach // 2), (0, 0)))(image)
        found = learned(padded, layers.Conv2D(channels, (reach, bands), activation="relu"), name)
        highest = layers.MaxPooling2D((1, BANDS - bands + 1))(normal(found, f"{name}.norm"))
        return layers.Reshape((FRAMES, channels))(highest)

    def middle(x: Any, name: str) -> Any:
        reach, _, channels = weights[f"{name}.kernel"].shape
        convolution = layers.Conv1D(channels, reach, padding="same", activation="relu")
        return normal(learned(x, convolution, name), f"{name}.norm")

    spectrogram = keras.Input((FRAMES, BANDS))
    image = normal(layers.Reshape((FRAMES, BANDS, 1))(spectrogram), "input")
    first = layers.Concatenate()([front(image, name) for name in _FRONT])
    second = middle(first, "mid_1")
    third = layers.Add()([middle(second, "mid_2"), second])
    fourth = layers.Add()([middle(third, "mid_3"), third])
    every = layers.Concatenate()([first, second, third, fourth])
    highest = layers.Reshape((-1, 1))(layers.GlobalMaxPooling1D()(every))
    mean = layers.Reshape((-1, 1))(layers.GlobalAveragePooling1D()(every))
    pooled = normal(layers.Flatten()(layers.Concatenate()([highest, mean])), "pooled")
    dense = layers.Dense(weights["penultimate.bias"].size, activation="relu")
    embedding = normal(learned(pooled, dense, "penultimate"), "penultimate.norm")
    tags = learned(embedding, layers.Dense(TAGS, activation="sigmoid"), "tags")
    return keras.Model(spectrogram, [embedding, tags])
