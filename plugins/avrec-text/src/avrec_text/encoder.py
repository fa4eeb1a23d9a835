"""Sentence vectors by small BERT encoders, computed with numpy.

The networks are multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings", 12 layers) and
all-MiniLM-L6-v2 (Wang et al. 2020, Reimers and Gurevych 2019, 6 layers); the outputs are averaged. The matrices are
shipped in 4-bit blocks and widened when they are loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_text.tokenizer import Unigram
from avrec_text.wordpiece import WordPiece

Matrix = NDArray[np.float32]

DIM, HEADS = 384, 12
#: Most pieces of a text that are read, marks included.
MAX_PIECES = 128
#: What E5 was trained to find before texts that are compared with their like.
E5_PREFIX = "query: "
_EPSILON = 1e-12
_BLOCK_BYTES = 18
#: Pieces that go through the network at once; bounds the memory.
_BATCH_PIECES = 1024


@dataclass(frozen=True)
class _Layer:
    qkv: Matrix
    qkv_bias: Matrix
    out: Matrix
    out_bias: Matrix
    norm: Matrix
    inner: Matrix
    inner_bias: Matrix
    outer: Matrix
    outer_bias: Matrix
    last_norm: Matrix


class Encoder:
    """Turns texts into unit vectors that are near when the texts mean similar things.

    Args:
        path: Weights, written by ``tools/convert_e5.py`` or ``tools/convert_minilm.py``.
        prefix: What is read before each text.
    """

    def __init__(self, path: Path, prefix: str = E5_PREFIX) -> None:
        self._prefix = prefix
        with np.load(path, allow_pickle=False) as data:
            pieces = data["pieces"].tobytes().decode().split("\0")
            self._begin, self._end, unknown = (int(i) for i in data["special"])
            self._tokenizer: Unigram | WordPiece
            if "scores" in data.files:
                self._tokenizer = Unigram(pieces, data["scores"], unknown)
            else:
                self._tokenizer = WordPiece(pieces, unknown)
            self._words = data["word"]
            self._positions = data["positions"].astype(np.float32)
            self._norm = data["norm"]
            self._mean = data["mean"]
            count = sum(name.endswith(".q.w") for name in data.files)
            self._layers = [_read_layer(data, i) for i in range(count)]

    def embed(self, texts: Sequence[str], max_pieces: int = MAX_PIECES) -> Matrix:
        """Return float32 (n_texts, 384), unit rows, centred so that unrelated texts are about orthogonal.

        Args:
            texts: What to read; the beginning of it where it is long.
            max_pieces: Most pieces to read of a text.
        """
        rows = [
            [self._begin, *self._tokenizer.encode(self._prefix + text, max_pieces - 2), self._end] for text in texts
        ]
        out = np.empty((len(rows), DIM), dtype=np.float32)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        start = 0
        while start < len(order):
            end = start + 1
            while end < len(order) and (end + 1 - start) * len(rows[order[end]]) <= _BATCH_PIECES:
                end += 1
            chosen = order[start:end]
            out[chosen] = self._forward([rows[i] for i in chosen])
            start = end
        return out

    def known(self, text: str) -> float:
        """Return the share of the words of a text that the vocabulary holds whole, in [0, 1]; 1 for unigrams."""
        return self._tokenizer.known(text) if isinstance(self._tokenizer, WordPiece) else 1.0

    def _forward(self, rows: list[list[int]]) -> Matrix:
        lengths = np.array([len(row) for row in rows])
        longest = int(lengths.max())
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
        there = np.arange(longest) < lengths[:, None]
        mask = np.where(there, 0.0, -1e9).astype(np.float32)[:, None, None, :]
        hidden = widen(self._words[ids.ravel()]).reshape(len(rows), longest, DIM) + self._positions[:longest]
        hidden = _normalise(hidden, self._norm)
        for layer in self._layers:
            hidden = _normalise(hidden + _attend(hidden, layer, mask), layer.norm)
            inner = _gelu(hidden @ layer.inner + layer.inner_bias)
            hidden = _normalise(hidden + inner @ layer.outer + layer.outer_bias, layer.last_norm)
        mean = (hidden * there[..., None]).sum(axis=1) / lengths[:, None]
        mean = mean / np.linalg.norm(mean, axis=1, keepdims=True) - self._mean
        return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def widen(blocks: NDArray[np.uint8]) -> Matrix:
    """Return float32 (rows, columns) of 4-bit rows uint8 (rows, columns / 32 * 18).

    A block of 32 weights is a float16 scale and 16 bytes: the low halves are the first 16 weights, the high halves the
    others; 8 stands for zero.
    """
    rows = len(blocks)
    parts = blocks.reshape(rows, -1, _BLOCK_BYTES)
    scale = np.ascontiguousarray(parts[:, :, :2]).view(np.float16).astype(np.float32)
    nibbles = np.concatenate([parts[:, :, 2:] & 15, parts[:, :, 2:] >> 4], axis=2)
    return np.asarray(((nibbles.astype(np.float32) - 8.0) * scale).reshape(rows, -1), dtype=np.float32)


def _read_layer(data: np.lib.npyio.NpzFile, index: int) -> _Layer:
    def matrix(name: str) -> Matrix:
        return np.ascontiguousarray(widen(data[f"{index}.{name}.w"]).T)

    def bias(name: str) -> Matrix:
        return np.asarray(data[f"{index}.{name}.b"], dtype=np.float32)

    return _Layer(
        qkv=np.concatenate([matrix(n) for n in "qkv"], axis=1),
        qkv_bias=np.concatenate([bias(n) for n in "qkv"]),
        out=matrix("ao"),
        out_bias=bias("ao"),
        norm=data[f"{index}.aln"],
        inner=matrix("fi"),
        inner_bias=bias("fi"),
        outer=matrix("fo"),
        outer_bias=bias("fo"),
        last_norm=data[f"{index}.oln"],
    )


def _attend(hidden: Matrix, layer: _Layer, mask: Matrix) -> Matrix:
    batch, longest, _ = hidden.shape
    mixed = (hidden @ layer.qkv + layer.qkv_bias).reshape(batch, longest, 3, HEADS, DIM // HEADS)
    query, key, value = (mixed[:, :, i].transpose(0, 2, 1, 3) for i in range(3))
    scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(DIM // HEADS)) + mask
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    joined = (scores @ value).transpose(0, 2, 1, 3).reshape(batch, longest, DIM)
    return np.asarray(joined @ layer.out + layer.out_bias, dtype=np.float32)


def _normalise(values: Matrix, norm: Matrix) -> Matrix:
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    return np.asarray(centred / spread * norm[0] + norm[1], dtype=np.float32)


def _gelu(values: Matrix) -> Matrix:
    from scipy.special import erf

    return np.asarray(0.5 * values * (1.0 + erf(values * np.float32(np.sqrt(0.5)))), dtype=np.float32)
