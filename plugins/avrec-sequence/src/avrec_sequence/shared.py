"""What two items have in common, in information: sharing something rare says more than sharing what all have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import ItemFeatures
from avrec_sequence.common import FloatArray, IntArray

#: A block of which at least this share of the cells is zero, and none negative, is a description.
DESCRIBED = 0.5
#: Items from which the scale of a block is estimated.
SAMPLE = 20_000


@dataclass(frozen=True)
class Block:
    """One kind of knowledge about the items, with the likeness it makes.

    The likeness of items i and j is ``rows[i] * rows[j] * ((x_i - centre) * columns) @ (x_j - centre)``; nothing of
    the size of ``values`` is copied.

    Attributes:
        values: float32 (n_items, d), as the library holds it.
        rows: float32 (n_items,), scale of each item; 0 where nothing is known of it.
        columns: float32 (d,), weight of each column.
        centre: float32 (d,), what is taken off each item.
        typical: float32 (n_items,), mean likeness of each item to all.
        described: Whether it is a description, compared by shared information; else a vector, compared by cosine.
    """

    values: FloatArray
    rows: FloatArray
    columns: FloatArray
    centre: FloatArray
    typical: FloatArray
    described: bool

    def project(self, direction: FloatArray) -> FloatArray:
        """Return the likeness of all items to a direction of :meth:`sum_of`, float32 (n_items, m) or (n_items,)."""
        found = self.values @ direction - self.centre @ direction
        return np.asarray(self.rows[:, None] * found if found.ndim == 2 else self.rows * found, np.float32)

    def sum_of(self, rows: IntArray, weights: NDArray[np.floating]) -> FloatArray:
        """Return the weighted sum of items as a direction, float32 (d,)."""
        scaled = self.rows[rows] * np.asarray(weights, np.float32)
        summed = scaled @ self.values[rows] - scaled.sum() * self.centre
        return np.asarray(self.columns * summed, np.float32)

    def likeness(self, item: int, rows: IntArray) -> FloatArray:
        """Return the likeness of one item to the given ones, float32 (len(rows),)."""
        own = self.rows[item] * self.columns * (self.values[item] - self.centre)
        return np.asarray(self.rows[rows] * (self.values[rows] @ own - self.centre @ own), np.float32)


def shared_blocks(items: ItemFeatures) -> dict[str, Block]:
    """Return the blocks of the items by name; each has a mean likeness of 1 of an item to itself.

    Descriptions (genres, words, tags: not negative, mostly zero) are compared by the information that items share, as
    Lin (1998) puts it: a column weighs by the square of minus the logarithm of how common it is. An item of which much
    is told shares more than one of which little is told. Vectors of networks are compared by their cosine about the
    catalogue's mean. Tags that a modality repeats are left out.
    """
    blocks = {name: block for name, block in sorted(items.modalities.items()) if block.shape[1]}
    if not blocks and items.content.shape[1]:
        blocks["content"] = items.content
    tags = items.tags
    if tags.shape[1] and not any(b.shape == tags.shape and np.array_equal(b > 0, tags > 0) for b in blocks.values()):
        blocks["tags"] = tags
    made = {name: _block(values) for name, values in blocks.items() if len(values)}
    return {name: block for name, block in made.items() if block is not None}


def _block(values: FloatArray) -> Block | None:
    sample = values[:: max(1, len(values) // SAMPLE)]
    if not sample.any():
        return None
    described = bool((sample >= 0).all() and (sample == 0).mean() >= DESCRIBED)
    rows, columns, centre = _described(values) if described else _dense(values)
    own = rows**2 * (values**2 @ columns) if described else (rows > 0).astype(np.float32)
    size = float(own.mean())
    if not np.isfinite(size) or size <= 0:
        return None
    rows = (rows / np.sqrt(size)).astype(np.float32)
    block = Block(values, rows, columns, centre, np.zeros(0, np.float32), described)
    everyone = np.arange(len(values))
    direction = columns * (rows @ values - rows.sum() * centre) / len(everyone)
    return Block(values, rows, columns, centre, block.project(direction.astype(np.float32)), described)


def _described(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    top = values.max(1)
    rows = np.where(top > 0, 1 / np.maximum(top, 1e-9), 0).astype(np.float32)
    common = np.clip(rows @ values / len(values), 1 / len(values), 1.0)
    return rows, (np.log(common) ** 2).astype(np.float32), np.zeros(values.shape[1], np.float32)


def _dense(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    there = np.einsum("ij,ij->i", values, values) > 0
    centre = values[there].mean(0, dtype=np.float64).astype(np.float32)
    squared = np.einsum("ij,ij->i", values, values) - 2 * values @ centre + centre @ centre
    rows = np.where(there & (squared > 1e-12), 1 / np.sqrt(np.maximum(squared, 1e-12)), 0).astype(np.float32)
    return rows, np.ones(values.shape[1], np.float32), centre
