"""Networks on disk, ONNX or Keras, behind one face: arrays in, one vector a row out."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import PluginError
from avrec_onnx.config import PLUGIN, Layout, Network, Pooling

#: What a network of words may be given, and what stands for the text's tokens and its mask.
TOKENS, MASK, SEGMENTS = "input_ids", "attention_mask", "token_type_ids"
_BATCH = 8
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Net(Protocol):
    """A loaded network.

    Attributes:
        inputs: Shape by name; None where any length will do.
    """

    inputs: Mapping[str, tuple[int | None, ...]]

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the chosen output for a batch."""


def lacking(network: Network) -> str | None:
    """Return what is missing for this network, for people, or None."""
    for path in (network.file, network.tokenizer):
        if path is not None and not path.is_file():
            return f"the file {path} is not there"
    needed = ["onnxruntime"] if network.file.suffix == ".onnx" else ["keras"]
    needed += ["tokenizers"] if network.tokenizer is not None else []
    absent = [name for name in needed if importlib.util.find_spec(name) is None]
    return f"install the package {absent[0]} (pip install {absent[0]})" if absent else None


def load(network: Network) -> Net:
    """Load a network.

    Raises:
        PluginError: The file is no such network, or has no such output.
    """
    return _OnnxNet(network) if network.file.suffix == ".onnx" else _KerasNet(network)


class _OnnxNet:
    def __init__(self, network: Network) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1") or 1)
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # gives memory back after a batch
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(network.file), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime's own exceptions have no common base below Exception
            raise _unusable(network, error) from error
        outputs = [output.name for output in self._session.get_outputs()]
        self._output = network.output or outputs[0]
        if self._output not in outputs:
            raise PluginError(
                f"it has no output {self._output!r}; there are: {', '.join(outputs)}", path=network.file, plugin=PLUGIN
            )
        given = self._session.get_inputs()
        self.inputs = {i.name: tuple(d if isinstance(d, int) else None for d in i.shape) for i in given}
        self._types = {i.name: _numpy_type(i.type) for i in given}
        self._network = network

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the chosen output."""
        cast = {name: np.ascontiguousarray(value, self._types[name]) for name, value in feeds.items()}
        try:
            return np.asarray(self._session.run([self._output], cast)[0])
        except Exception as error:
            raise _refused(self._network, feeds, error) from error


class _KerasNet:
    def __init__(self, network: Network) -> None:
        import keras

        try:
            model = keras.models.load_model(network.file, compile=False, safe_mode=True)
        except Exception as error:
            # Keras raises whatever the layers of the file raise
            raise _unusable(network, error) from error
        if not getattr(model, "inputs", None) or not getattr(model, "outputs", None):
            raise PluginError(
                "only functional and sequential Keras models can be used", path=network.file, plugin=PLUGIN
            )
        output = model.outputs[0]
        if network.output:
            layers = {layer.name: layer for layer in model.layers}
            if network.output not in layers:
                names = ", ".join(layers)
                raise PluginError(
                    f"it has no layer {network.output!r}; there are: {names}", path=network.file, plugin=PLUGIN
                )
            output = layers[network.output].output
        inputs = list(model.inputs)
        # built anew, so that it takes plain arrays whatever structure it was saved with
        self._model = keras.Model(inputs[0] if len(inputs) == 1 else inputs, output)
        self._given = inputs
        self._network = network
        self.inputs = {i.name: tuple(i.shape) for i in inputs}

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the output."""
        arrays = [np.asarray(feeds[i.name], i.dtype) for i in self._given]
        try:
            out = self._model(arrays if len(arrays) > 1 else arrays[0], training=False)
        except Exception as error:
            raise _refused(self._network, feeds, error) from error
        return np.asarray(out[0] if isinstance(out, list | tuple) else out)


def embed(net: Net, network: Network, batch: NDArray[np.float32], layout: Layout = "nchw") -> NDArray[np.float32]:
    """Return the vectors of pictures or sounds, float32 (n, dim), not normalised.

    Args:
        net: The network.
        network: Its settings.
        batch: float32 (n, ...) as the network takes it.
        layout: Where the channels of a map of features are.

    Raises:
        PluginError: The network takes another shape, or gives something else than vectors.
    """
    name = network.input or next(iter(net.inputs))
    if name not in net.inputs:
        raise PluginError(
            f"it has no input {name!r}; there are: {', '.join(net.inputs)}", path=network.file, plugin=PLUGIN
        )
    others = [other for other in net.inputs if other != name]
    if others:
        raise PluginError(
            f"it also wants {', '.join(others)}: export the part for this kind of input alone",
            path=network.file,
            plugin=PLUGIN,
        )
    _check_shape(net.inputs[name], batch.shape, name, network)
    parts = [
        pool(net.run({name: batch[at : at + _BATCH]}), network, layout=layout) for at in range(0, len(batch), _BATCH)
    ]
    return np.concatenate(parts)


class Words:
    """A network of words with its tokenizer.

    Raises:
        PluginError: The tokenizer cannot be read, or the network wants something else than tokens.
    """

    def __init__(self, network: Network) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(network.tokenizer))
        except Exception as error:
            # the library raises plain Exception
            raise PluginError(
                f"the tokenizer cannot be read: {error}", path=network.tokenizer, plugin=PLUGIN
            ) from error
        self._tokenizer.enable_truncation(network.max_tokens)
        known = self._tokenizer.padding or {}
        pad = {k: known[k] for k in ("pad_id", "pad_token", "direction") if k in known}
        self._tokenizer.enable_padding(**pad, length=network.max_tokens if network.pad else None)
        self._net = load(network)
        self._network = network
        strange = [name for name in self._net.inputs if name not in (TOKENS, MASK, SEGMENTS)]
        if len(self._net.inputs) == 1:
            self._names = {TOKENS: next(iter(self._net.inputs))}
        elif strange:
            raise PluginError(
                f"it wants {', '.join(strange)}, which words do not give", path=network.file, plugin=PLUGIN
            )
        else:
            self._names = {name: name for name in self._net.inputs}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, float32 (n, dim), not normalised."""
        parts = []
        for at in range(0, len(texts), _BATCH):
            # bytes of file names that are no text are kept as surrogates, which the library refuses
            clean = [text.encode("utf-8", "replace").decode() for text in texts[at : at + _BATCH]]
            found = self._tokenizer.encode_batch(clean)
            tokens = np.array([one.ids for one in found], np.int64)
            mask = np.array([one.attention_mask for one in found], np.int64)
            given = {TOKENS: tokens, MASK: mask, SEGMENTS: np.zeros_like(tokens)}
            feeds = {self._names[name]: value for name, value in given.items() if name in self._names}
            parts.append(pool(self._net.run(feeds), self._network, mask))
        return np.concatenate(parts)


def pool(
    out: NDArray[Any], network: Network, mask: NDArray[np.int64] | None = None, layout: Layout = "nchw"
) -> NDArray[np.float32]:
    """Return one vector a row of what a network gave.

    Args:
        out: (n, dim), (n, positions, dim), or a map of features with four axes.
        network: Names the way of pooling.
        mask: int64 (n, positions), 1 for tokens and 0 for padding.
        layout: Where the channels of a map are.

    Raises:
        PluginError: It has positions and no pooling is set, or the values are not finite.
    """
    values = np.asarray(out, np.float32)
    if values.ndim == 4:
        values = np.moveaxis(values, 1, -1) if layout == "nchw" else values
        values = values.reshape(len(values), -1, values.shape[-1])
    if values.ndim == 3:
        values = _pooled(values, network.pooling, mask, network)
    if values.ndim != 2:
        raise PluginError(
            f"its output has the shape {out.shape}; a vector a row is wanted", path=network.file, plugin=PLUGIN
        )
    if not np.isfinite(values).all():
        raise PluginError(
            "it gave values that are not finite: check mean, std and scale", path=network.file, plugin=PLUGIN
        )
    return values


def _pooled(
    values: NDArray[np.float32], pooling: Pooling, mask: NDArray[np.int64] | None, network: Network
) -> NDArray[np.float32]:
    weights = np.ones(values.shape[:2], np.float32)
    if mask is not None and mask.shape == values.shape[:2]:
        weights = mask.astype(np.float32)
    if pooling == "mean":
        total = np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
        return np.asarray((values * weights[..., None]).sum(axis=1) / total, np.float32)
    if pooling == "max":
        return np.asarray(np.where(weights[..., None] > 0, values, -np.inf).max(axis=1), np.float32)
    if pooling == "first":
        return values[:, 0]
    if pooling == "last":
        last = np.maximum(weights.cumsum(axis=1).argmax(axis=1), 0)
        return values[np.arange(len(values)), last]
    raise PluginError(
        f"its output has {values.shape[1]} positions a row: set 'pooling' to mean, max, first or last",
        path=network.file,
        plugin=PLUGIN,
    )


def _check_shape(wanted: Sequence[int | None], given: Sequence[int], name: str, network: Network) -> None:
    fits = len(wanted) == len(given) and all(w is None or w == g for w, g in list(zip(wanted, given, strict=False))[1:])
    if not fits:
        shown = "(" + ", ".join("any" if w is None else str(w) for w in wanted) + ")"
        raise PluginError(
            f"its input {name!r} takes {shown}, and the settings give {tuple(given)}: check size, layout, rate, window",
            path=network.file,
            plugin=PLUGIN,
        )


def _numpy_type(name: str) -> type:
    table = {"float": np.float32, "float16": np.float16, "double": np.float64, "int64": np.int64, "int32": np.int32}
    return table.get(name.removeprefix("tensor(").removesuffix(")"), np.float32)


def _unusable(network: Network, error: Exception) -> PluginError:
    return PluginError(f"the network cannot be loaded: {_short(error)}", path=network.file, plugin=PLUGIN)


def _refused(network: Network, feeds: Mapping[str, NDArray[Any]], error: Exception) -> PluginError:
    shapes = ", ".join(f"{name} {value.shape}" for name, value in feeds.items())
    return PluginError(f"the network refused {shapes}: {_short(error)}", path=network.file, plugin=PLUGIN)


def _short(error: Exception) -> str:
    return " ".join(_COLOUR.sub("", str(error)).split())[:300] or type(error).__name__
