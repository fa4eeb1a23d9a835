"""Similarity of items, block by block: the kernel of :mod:`.bridge` is a sum of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from avrec_desktop.api import ItemFeatures
from avrec_sequence.common import FloatArray, IntArray
from avrec_sequence.shared import Block, shared_blocks

#: Ending of the name of a block whose likeness counts shared information, beside the cosine.
SHARED = " (shared)"
#: Most columns of a description that is read in both ways.
MAX_SHARED = 256


@dataclass(frozen=True)
class Blocks:
    """Codes of the items, one matrix per kind; the product of two rows is a similarity.

    Attributes:
        codes: By name float32 (n_items, d), zero where nothing is known.
        scales: By name of a shared block float32 (d,), what the presence of each column is multiplied by.
    """

    codes: dict[str, FloatArray]
    scales: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(next(iter(self.codes.values()))) if self.codes else 0

    def similarity(self, name: str, left: IntArray, right: IntArray) -> FloatArray:
        """Return the similarities of one block, float32 (len(left), len(right))."""
        code = self.codes[name]
        return np.asarray(code[left] @ code[right].T, np.float32)

    def kernel(self, weights: dict[str, float], product: float, left: IntArray, right: IntArray) -> FloatArray:
        """Return ``K + product K**2 / s`` with the weighted sum K of the blocks, and s the sum of the weights.

        The square holds the products of all pairs of blocks: alike in genre and in year at once.
        """
        total = np.zeros((len(left), len(right)), np.float32)
        size = sum(w for name, w in weights.items() if name in self.codes)
        for name, weight in weights.items():
            if weight and name in self.codes:
                total += np.float32(weight) * self.similarity(name, left, right)
        return total + np.float32(product / max(size, 1e-9)) * total * total


def blocks_of(items: ItemFeatures, scales: Mapping[str, FloatArray] | None = None) -> Blocks:
    """Return the blocks of the items: their modalities, or the fused vector where there are none.

    Short descriptions (genres) come a second time, by the information that items share: an item of which much is told
    is then larger than one of which little is told, and what is told of an item goes with how well known it is.

    Args:
        items: The items.
        scales: Scale of the columns of each shared block as a model learnt them; None to take them from the items.
    """
    codes = {name: code for name, code in sorted(items.modalities.items()) if code.shape[1]}
    if not codes and items.content.shape[1]:
        codes["content"] = items.content
    narrow = {name: code for name, code in codes.items() if code.shape[1] <= MAX_SHARED}
    if scales is None:
        found = {name: block for name, block in shared_blocks(items).items() if name in narrow and block.described}
        scales = {name + SHARED: column_scale(block) for name, block in found.items()}
    usable = {name: scale for name, scale in scales.items() if _fits(narrow.get(name.removesuffix(SHARED)), scale)}
    for name, scale in usable.items():
        codes[name] = _presence(narrow[name.removesuffix(SHARED)]) * scale
    return Blocks(codes, usable)


def column_scale(block: Block) -> FloatArray:
    """Return what the presence of each column is multiplied by, float32 (d,)."""
    known = block.rows > 0
    if not known.any():
        return np.zeros(len(block.columns), np.float32)
    # the rows of a description are scaled by one number beside their largest value
    first = int(np.argmax(known))
    return np.asarray(np.sqrt(block.columns) * block.rows[first] * block.values[first].max(), np.float32)


def _fits(code: FloatArray | None, scale: FloatArray) -> bool:
    return code is not None and code.shape[1] == len(scale)


def _presence(code: FloatArray) -> FloatArray:
    top = code.max(1, keepdims=True) if code.shape[1] else code
    return np.asarray(code / np.maximum(top, 1e-9), np.float32)
