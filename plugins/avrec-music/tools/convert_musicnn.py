"""Convert the musicnn checkpoints to the weights that this plugin ships, and note what the original graph gives.

Source: the PyPI package ``musicnn`` 0.1.0 (Pons and Serra 2019, ISC). Unpack its wheel and run, with TensorFlow::

    python tools/convert_musicnn.py UNPACKED/musicnn src/avrec_music/weights/musicnn.npz tests/data/reference.npz

Batch normalisations keep their place, as a scale and a shift. The reference is the output of the original graph, run
with TensorFlow's v1 compatibility, for the spectrogram of the signal made by :func:`signal`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NETWORKS = ("MSD", "MTT")
_EPSILON = 1e-3
_ORDER = ("timbral_38", "timbral_67", "temporal_128", "temporal_64", "temporal_32", "mid_1", "mid_2", "mid_3")


def signal() -> NDArray[np.float32]:
    """Return the 3 s signal of the reference at 16 kHz: a plucked tone, a steady one and a rising one."""
    t = np.arange(3 * 16000) / 16000
    plucked = 0.3 * np.sin(2 * np.pi * 220 * t) * np.exp(-3 * (t % 0.5))
    return (plucked + 0.2 * np.sin(2 * np.pi * 330 * t) + 0.1 * np.sin(2 * np.pi * (200 + 400 * t) * t)).astype(
        np.float32
    )


def convert(folder: Path) -> dict[str, NDArray[np.float16]]:
    """Return the folded weights of one network."""
    import tensorflow as tf

    reader = tf.compat.v1.train.NewCheckpointReader(str(folder) + "/")

    def scale_shift(number: int) -> NDArray[np.float32]:
        name = "batch_normalization" + (f"_{number}" if number else "")
        gamma, beta, mean, variance = (
            reader.get_tensor(f"{name}/{part}") for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + _EPSILON)
        return np.stack([scale, beta - mean * scale])

    out = {"input": scale_shift(0), "pooled": scale_shift(9), "penultimate.norm": scale_shift(10)}
    for number, block in enumerate(_ORDER):
        name = "conv2d" + (f"_{number}" if number else "")
        out[f"{block}.kernel"] = reader.get_tensor(f"{name}/kernel")[:, :, 0]
        out[f"{block}.bias"] = reader.get_tensor(f"{name}/bias")
        out[f"{block}.norm"] = scale_shift(number + 1)
    for name, block in (("dense", "penultimate"), ("dense_1", "tags")):
        out[f"{block}.kernel"] = reader.get_tensor(f"{name}/kernel")
        out[f"{block}.bias"] = reader.get_tensor(f"{name}/bias")
    return out


def run_original(folder: Path, spectrogram: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return tag probabilities (50,) and penultimate values (200,) of the original graph for (187, 96)."""
    import tensorflow as tf
    from tensorflow.core.protobuf import meta_graph_pb2

    v1 = tf.compat.v1
    reader = v1.train.NewCheckpointReader(str(folder) + "/")
    meta = meta_graph_pb2.MetaGraphDef()
    meta.ParseFromString((folder / ".meta").read_bytes())
    last = [n.name for n in meta.graph_def.node if n.name.startswith("model/batch_normalization_10")]
    last = [n for n in last if n.endswith("batchnorm/add_1")]
    graph_def = v1.graph_util.extract_sub_graph(meta.graph_def, ["model/Sigmoid", last[-1]])
    for node in graph_def.node:
        node.attr.pop("_output_shapes", None)  # of an older TensorFlow, and refused by this one
        node.device = ""
    graph = v1.Graph()
    with graph.as_default():
        tf.import_graph_def(graph_def, name="")
        there = {node.name for node in graph_def.node}
        feed = {
            f"{name}/read:0": reader.get_tensor(name)
            for name in reader.get_variable_to_shape_map()
            if f"{name}/read" in there
        }
        for node in graph_def.node:
            if node.op == "Placeholder":
                feed[node.name + ":0"] = (
                    False if node.attr["dtype"].type == tf.bool.as_datatype_enum else spectrogram[None]
                )
        with v1.Session() as session:
            tags, penultimate = session.run(["model/Sigmoid:0", last[-1] + ":0"], feed)
    return tags[0], penultimate[0]


def main() -> None:
    """Convert and run the original."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("source", "weights", "reference"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parents[3])]
    from avrec_music.spectrogram import LogMel

    weights, reference = {}, {"signal": signal()}
    spectrogram = LogMel()(reference["signal"][None])[0]
    for network in NETWORKS:
        folder = arguments.source / f"{network}_musicnn"
        weights |= {f"{network}/{name}": value.astype(np.float16) for name, value in convert(folder).items()}
        tags, penultimate = run_original(folder, spectrogram)
        reference |= {f"{network}/tags": tags, f"{network}/penultimate": penultimate}
    for path, arrays in ((arguments.weights, weights), (arguments.reference, reference)):
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **arrays)
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
