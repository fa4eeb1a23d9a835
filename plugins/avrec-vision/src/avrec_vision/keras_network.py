"""EfficientNet-Lite0 as a Keras model, from the same weights as :mod:`avrec_vision.network`.

Layer by layer as published: to read it, to carry on training it, or to run it where TensorFlow is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_vision.network import CLASSES, SIDE, Tensor, layout

if TYPE_CHECKING:
    import keras

#: Frames at once: bounds the memory.
_BATCH = 4


class KerasEfficientNetLite0:
    """The network; called as :class:`avrec_vision.network.EfficientNetLite0` is.

    Args:
        weights: Arrays written by ``tools/convert_lite0.py``.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float16]]) -> None:
        self.model = build({name: np.asarray(weights[name], np.float32) for name in weights})

    def __call__(self, pictures: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
        """Return features float32 (n, 1280) and class scores float32 (n, 1000), before the softmax.

        Args:
            pictures: uint8 (n, 224, 224, 3), RGB.
        """
        features, scores = self.model.predict(pictures, batch_size=_BATCH, verbose=0)
        return features, scores


def build(weights: Mapping[str, Tensor]) -> keras.Model:
    """Return the network: a picture uint8 (224, 224, 3) gives features (1280,) and class scores (1000,)."""
    import keras
    from keras import layers

    def learned(x: Any, layer: Any, name: str, kernel: Tensor) -> Any:
        out = layer(x)
        layer.set_weights([kernel, weights[f"{name}.bias"]])
        return out

    def clipped(x: Any) -> Any:
        return layers.ReLU(max_value=6.0)(x)

    def pointwise(x: Any, name: str) -> Any:
        kernel = weights[f"{name}.kernel"].T[None, None]
        return learned(x, layers.Conv2D(kernel.shape[3], 1), name, kernel)

    def depthwise(x: Any, name: str, size: int, stride: int) -> Any:
        kernel = weights[f"{name}.kernel"].transpose(1, 2, 0)[..., None]
        return learned(x, layers.DepthwiseConv2D(size, stride, "same"), name, kernel)

    picture = keras.Input((SIDE, SIDE, 3))
    x = layers.Rescaling(1 / 128.0, -127.0 / 128.0)(picture)
    kernel = weights["stem.kernel"].reshape(-1, 3, 3, 3).transpose(2, 3, 1, 0)
    x = clipped(learned(x, layers.Conv2D(len(weights["stem.bias"]), 3, 2, "same"), "stem", kernel))
    for number, (size, stride, before, after) in enumerate(layout()):
        name, shortcut = f"block{number}", x
        if f"{name}.expand.kernel" in weights:
            x = clipped(pointwise(x, f"{name}.expand"))
        x = clipped(depthwise(x, f"{name}.depthwise", size, stride))
        x = pointwise(x, f"{name}.project")
        if stride == 1 and before == after:
            x = layers.Add()([x, shortcut])
    features = layers.GlobalAveragePooling2D()(clipped(pointwise(x, "head")))
    scores = learned(features, layers.Dense(CLASSES), "classes", weights["classes.kernel"].T)
    return keras.Model(picture, [features, scores])
