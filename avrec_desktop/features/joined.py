"""Large matrices as memory maps of files that have no name any more: the system may drop and re-read their pages."""

from __future__ import annotations

import logging
import mmap
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Matrix = NDArray[np.float32]

#: Matrices below this many bytes stay in memory.
SMALL = 4_000_000
#: Bytes from which a mapped matrix that was read as a whole does not stay in the process's memory.
LARGE = 64_000_000
#: Rows that are looked at together.
ROWS = 8192


class MatrixShelf:
    """Keeps matrices in files instead of in the memory of the process.

    The joined matrices of 100,000 items take several hundred megabytes, most of which nobody reads for minutes. The
    files are deleted as soon as they are mapped (they last as long as the map), so a crash leaves nothing behind.
    Where that is not possible, as on Windows or on a full disk, the matrix stays in memory.

    Args:
        folder: Where the files are made; on the disk of the library.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, name: str, shape: tuple[int, int], parts: Callable[[], Iterable[Matrix]]) -> Matrix:
        """Return a matrix from its parts, of which one at a time is in memory; do not write into it.

        Args:
            name: What the file is called while it has a name.
            shape: Rows and columns.
            parts: Gives float32 (n, columns) parts from the first row to the last; called again where the disk fails.

        Returns:
            float32 of that shape, mapped from a file when it is large.
        """
        if 4 * shape[0] * shape[1] >= SMALL and os.name != "nt":
            try:
                return self._mapped(name, shape, parts())
            except OSError as error:
                log.info("the matrix %s stays in memory: %s", name, error)
        out, at = np.empty(shape, np.float32), 0
        for part in parts():
            out[at : at + len(part)] = part
            at += len(part)
        return out

    def _mapped(self, name: str, shape: tuple[int, int], parts: Iterable[Matrix]) -> Matrix:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=f".{name}-", suffix=".joined") as file:
            for part in parts:
                np.ascontiguousarray(part, np.float32).tofile(file.file)
            file.flush()
            return np.memmap(file.name, dtype=np.float32, mode="r", shape=shape)


def blocks(matrix: Matrix, rows: int = ROWS) -> Iterator[tuple[slice, Matrix]]:
    """Yield the rows of a matrix part by part; of a large mapped one, no more than a part stays in memory."""
    for start in range(0, len(matrix), rows):
        part = slice(start, min(len(matrix), start + rows))
        yield part, matrix[part]
        let_go(matrix, LARGE)


def let_go(matrix: Matrix, least: int = 0) -> None:
    """Let the pages of a mapped matrix leave the process's memory; who reads them again gets them from the system.

    Args:
        matrix: The matrix; nothing happens to one that is not mapped.
        least: Bytes below which it stays, as reading it anew costs more than it takes up.
    """
    mapped = getattr(matrix, "_mmap", None)
    if matrix.nbytes >= least and isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def nothing(rows: int, columns: int) -> Matrix:
    """Return float32 zeros that take no memory, whatever their number; read-only."""
    return np.broadcast_to(np.zeros((1, columns), np.float32), (rows, columns))


def known(matrix: Matrix) -> NDArray[np.bool_]:
    """Return bool (n,), which rows are not zero."""
    out = np.zeros(len(matrix), bool)
    for part, block in blocks(matrix):
        out[part] = np.einsum("ij,ij->i", block, block) > 0
    return out


def mean_of(matrix: Matrix, rows: NDArray[np.bool_]) -> Matrix:
    """Return the mean of the marked rows, float32 (d,); zero without any."""
    total = np.zeros(matrix.shape[1], np.float64)
    for part, block in blocks(matrix):
        total += block[rows[part]].sum(axis=0, dtype=np.float64)
    return (total / max(1, int(rows.sum()))).astype(np.float32)


def nearness(matrix: Matrix, rows: NDArray[np.int64]) -> Matrix:
    """Return the largest inner product of each row with these rows, float32 (n,)."""
    ends = np.array(matrix[rows], np.float32)
    out = np.empty(len(matrix), np.float32)
    for part, block in blocks(matrix, 4 * ROWS):
        out[part] = (np.asarray(block) @ ends.T).max(axis=1)
    return out


def equal(a: Matrix, b: Matrix) -> bool:
    """Whether two matrices hold the same."""
    if a.shape != b.shape:
        return False
    return all(np.array_equal(block, b[part]) for part, block in blocks(a))
