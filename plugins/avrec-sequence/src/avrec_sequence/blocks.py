"""Similarity of items, block by block: one kernel from modalities and the place in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import ItemFeatures
from avrec_sequence.common import FloatArray, IntArray

#: Name of the block of the place in the catalogue.
PLACE = "place"
#: Width of a place bump, as a share of the catalogue.
PLACE_WIDTH = 0.25


@dataclass(frozen=True)
class Blocks:
    """Codes of the items, one matrix per kind; the product of two rows is a similarity in [0, 1].

    Attributes:
        codes: By name float32 (n_items, d), unit rows, zero where nothing is known.
    """

    codes: dict[str, FloatArray]

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


def blocks_of(items: ItemFeatures, *, place: bool) -> Blocks:
    """Return the blocks of the items: their modalities, or the fused vector where there are none.

    Args:
        items: The items.
        place: Whether to add the place in the catalogue (by id): what came in together often belongs together.
    """
    codes = {name: code for name, code in sorted(items.modalities.items()) if code.shape[1]}
    if not codes and items.content.shape[1]:
        codes["content"] = items.content
    if place and len(items):
        codes[PLACE] = place_code(items.ids)
    return Blocks(codes)


def place_code(ids: NDArray[np.int64], width: float = PLACE_WIDTH) -> FloatArray:
    """Return unit rows whose products fall with the distance in the order of the ids, float32 (n, d)."""
    place = np.empty(len(ids))
    place[np.argsort(ids, kind="stable")] = np.arange(len(ids)) / max(1, len(ids))
    spread = width / np.sqrt(2)  # the product of two bumps is sqrt(2) times as wide as one
    centres = np.arange(-width, 1 + 1.5 * width, width / 2)
    code = np.exp(-((place[:, None] - centres) ** 2) / (2 * spread**2))
    norms = np.linalg.norm(code, axis=1, keepdims=True)
    return np.asarray(code / np.maximum(norms, 1e-9), np.float32)
