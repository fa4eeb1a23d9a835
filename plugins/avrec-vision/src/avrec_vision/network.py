"""EfficientNet-Lite0 (Tan and Le 2019, without squeeze-and-excitation), computed with numpy.

Everything is a matrix product. Values lie channel first, ``(channels, frames, height, width)``, so that a convolution
of 1 x 1 is one product over all frames. A depthwise convolution is, per channel and row of its kernel, a product of the
picture's rows with a banded matrix: several times as fast as adding up shifted pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]

#: Side of the picture that goes in; channels that come out; classes of ImageNet.
SIDE, FEATURES, CLASSES = 224, 1280, 1000
#: Repeats, kernel, stride, input and output channels of each stage.
STAGES = ((1, 3, 1, 32, 16), (2, 3, 2, 16, 24), (2, 5, 2, 24, 40), (3, 3, 2, 40, 80), (3, 5, 1, 80, 112),
          (4, 5, 2, 112, 192), (1, 3, 1, 192, 320))  # fmt: skip
#: Frames at once: as many as keep the values in the processor's cache.
_BATCH = 4


@dataclass(frozen=True)
class _Block:
    expand: tuple[Tensor, Tensor] | None
    bands: Tensor
    bias: Tensor
    kernel: int
    stride: int
    project: tuple[Tensor, Tensor]
    residual: bool


class EfficientNetLite0:
    """The network.

    Args:
        weights: Arrays written by ``tools/convert_lite0.py``, batch normalisations folded in.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float16]]) -> None:
        def read(name: str) -> Tensor:
            return np.asarray(weights[name], dtype=np.float32)

        def pair(name: str) -> tuple[Tensor, Tensor]:
            return np.ascontiguousarray(read(f"{name}.kernel")), read(f"{name}.bias")

        self._stem, self._head, self._classes = pair("stem"), pair("head"), pair("classes")
        self._blocks: list[_Block] = []
        size = SIDE // 2
        for number, (kernel, stride, before, after) in enumerate(layout()):
            name = f"block{number}"
            wide, bias = pair(f"{name}.depthwise")
            out = size // stride
            self._blocks.append(
                _Block(
                    expand=pair(f"{name}.expand") if before != len(wide) else None,
                    bands=_bands(wide, size, out, stride),
                    bias=bias[:, None, None, None],
                    kernel=kernel,
                    stride=stride,
                    project=pair(f"{name}.project"),
                    residual=stride == 1 and before == after,
                )
            )
            size = out

    def __call__(self, pictures: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
        """Return features float32 (n, 1280) and class scores float32 (n, 1000), before the softmax.

        Args:
            pictures: uint8 (n, 224, 224, 3), RGB.
        """
        rows = [self._features(pictures[i : i + _BATCH]) for i in range(0, len(pictures), _BATCH)]
        features = np.concatenate(rows) if rows else np.zeros((0, FEATURES), np.float32)
        kernel, bias = self._classes
        return features, np.asarray(features @ kernel.T + bias, dtype=np.float32)

    def _features(self, pictures: NDArray[np.uint8]) -> Tensor:
        values = (pictures.astype(np.float32) - 127.0) / 128.0
        values = _pointwise(_stem_windows(values), self._stem)
        for block in self._blocks:
            wide = values if block.expand is None else _pointwise(values, block.expand)
            thin = _linear(_depthwise(wide, block), block.project)
            values = thin + values if block.residual else thin
        return np.ascontiguousarray(_pointwise(values, self._head).mean(axis=(2, 3)).T)


def layout() -> list[tuple[int, int, int, int]]:
    """Return kernel, stride, input and output channels of each of the 16 blocks."""
    out = []
    for repeats, kernel, stride, before, after in STAGES:
        out.append((kernel, stride, before, after))
        out += [(kernel, 1, after, after)] * (repeats - 1)
    return out


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the zeros before and after, as TensorFlow's "same" padding has them."""
    total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


def _bands(kernel: Tensor, size: int, out: int, stride: int) -> Tensor:
    """Return float32 (kernel rows, channels, 1, size, out): banded matrices of a kernel (channels, rows, columns)."""
    channels, rows, columns = kernel.shape
    before, _ = same_padding(size, columns, stride)
    bands = np.zeros((rows, channels, 1, size, out), dtype=np.float32)
    for column in range(columns):
        for to in range(out):
            come_from = to * stride + column - before
            if 0 <= come_from < size:
                bands[:, :, 0, come_from, to] = kernel[:, :, column].T
    return bands


def _stem_windows(values: Tensor) -> Tensor:
    """Return the 3 x 3 windows, two apart, of pictures (n, h, w, 3) as (27, n, h / 2, w / 2)."""
    before, after = same_padding(SIDE, 3, 2)
    padded = np.pad(values, ((0, 0), (before, after), (before, after), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2]
    return windows.transpose(3, 4, 5, 0, 1, 2).reshape(27, len(values), SIDE // 2, SIDE // 2)


def _linear(values: Tensor, layer: tuple[Tensor, Tensor]) -> Tensor:
    kernel, bias = layer
    out = kernel @ values.reshape(len(values), -1)
    out += bias[:, None]
    return out.reshape(len(kernel), *values.shape[1:])


def _pointwise(values: Tensor, layer: tuple[Tensor, Tensor]) -> Tensor:
    out = _linear(values, layer)
    return np.clip(out, 0.0, 6.0, out=out)


def _depthwise(values: Tensor, block: _Block) -> Tensor:
    before, after = same_padding(values.shape[2], block.kernel, block.stride)
    padded = np.pad(values, ((0, 0), (0, 0), (before, after), (0, 0)))
    height = values.shape[2] // block.stride
    last = block.stride * (height - 1) + 1
    out = np.matmul(padded[:, :, : last : block.stride], block.bands[0])
    for row in range(1, block.kernel):
        out += np.matmul(padded[:, :, row : row + last : block.stride], block.bands[row])
    out += block.bias
    return np.clip(out, 0.0, 6.0, out=out)
