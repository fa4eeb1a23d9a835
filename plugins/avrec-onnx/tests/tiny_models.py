"""Makes networks of a few numbers, as files, for the tests of the plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

WORDS = ["[PAD]", "[UNK]", "calm", "piano", "at", "night", "战", "斗", "音", "乐", "music", "chase", "action", "city"]


def _save(path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any], weights: dict[str, np.ndarray]) -> Path:
    import onnx
    from onnx import helper, numpy_helper

    held = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def image_net(path: Path, *, size: int = 16, dim: int = 6, positions: bool = False, bad: bool = False) -> Path:
    """Write a network of pictures: (n, 3, size, size) -> (n, dim), or a map (n, dim, size, size)."""
    from onnx import TensorProto, helper

    rng = np.random.default_rng(0)
    weights = {"w": rng.normal(0, 1, (dim, 3, 3, 3)).astype(np.float32)}
    nodes = [
        helper.make_node("Conv", ["pixels", "w"], ["map"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["map"], ["positive"]),
        helper.make_node("ReduceMean", ["positive"], ["mean"], axes=[2, 3], keepdims=0),
    ]
    if bad:
        nodes[2] = helper.make_node("ReduceMean", ["positive"], ["sum"], axes=[2, 3], keepdims=0)
        nodes += [
            helper.make_node("Sub", ["sum", "sum"], ["zero"]),
            helper.make_node("Div", ["sum", "zero"], ["mean"]),
        ]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, size, size])]
    mean = helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["n", dim])
    whole = helper.make_tensor_value_info("positive", TensorProto.FLOAT, ["n", dim, size, size])
    return _save(path, nodes, inputs, [whole, mean] if positions else [mean], weights)


def sound_net(path: Path, *, samples: int, dim: int = 6) -> Path:
    """Write a network of sound: (n, samples) -> (n, dim), energies behind random projections."""
    from onnx import TensorProto, helper

    times = np.arange(samples) / samples
    bands = np.stack([np.sin(2 * np.pi * f * times) for f in np.geomspace(20, samples / 4, dim)], axis=1)
    nodes = [
        helper.make_node("MatMul", ["wave", "w"], ["part"]),
        helper.make_node("Abs", ["part"], ["vector"]),
    ]
    inputs = [helper.make_tensor_value_info("wave", TensorProto.FLOAT, ["n", samples])]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", dim])]
    return _save(path, nodes, inputs, outputs, {"w": bands.astype(np.float32)})


def words_net(path: Path, *, dim: int = 6, extra: str = "") -> Path:
    """Write a network of words: tokens and mask (n, t) -> (n, t, dim); ``extra`` names an input it should not have."""
    from onnx import TensorProto, helper

    table = np.random.default_rng(1).normal(0, 1, (len(WORDS), dim)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["found"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "axis"], ["column"]),
        helper.make_node("Mul", ["found", "column"], ["tokens"]),
    ]
    names = ["input_ids", "attention_mask", *([extra] if extra else [])]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in names]
    outputs = [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["n", "t", dim])]
    return _save(path, nodes, inputs, outputs, {"table": table, "axis": np.array([2])})


def tokenizer(path: Path) -> Path:
    """Write a tokenizer of whole words, Chinese by characters."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Split(Regex(r"[\u4e00-\u9fff]"), "isolated")]
    )
    made.save(str(path))
    return path
