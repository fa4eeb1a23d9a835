"""Large matrices as memory maps of files that have no name any more: the system may drop and re-read their pages."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

#: Matrices below this many bytes stay in memory.
SMALL = 4_000_000


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

    def put(self, name: str, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the same values, read-only, float32 of the same shape; mapped from a file when they are many."""
        if matrix.nbytes < SMALL or os.name == "nt":
            return matrix
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=f".{name}-", suffix=".joined") as file:
                matrix.tofile(file.file)
                file.flush()
                mapped = np.memmap(file.name, dtype=np.float32, mode="r", shape=matrix.shape)
        except OSError as error:
            log.info("the matrix %s stays in memory: %s", name, error)
            return matrix
        return mapped
