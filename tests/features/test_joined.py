"""Large matrices: made part by part, mapped from files without a name, and looked at without staying in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.features import joined
from avrec_desktop.features.joined import Matrix, MatrixShelf
from avrec_desktop.features.nearest import EXACT_UP_TO, products

WIDE = 64


@pytest.fixture
def matrix() -> Matrix:
    rows = np.random.default_rng(3).normal(size=(40_000, WIDE)).astype(np.float32)
    rows[::7] = 0
    return rows


@pytest.fixture
def mapped(tmp_path: Path, matrix: Matrix) -> Matrix:
    return MatrixShelf(tmp_path).fill("some", matrix.shape, lambda: (block for _, block in joined.blocks(matrix, 1000)))


def _resident(matrix: Matrix) -> int:
    """Return how many bytes of a mapped file are in the process's memory."""
    first = matrix.ctypes.data
    lines = iter(Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.split("-", 1)[0] == f"{first:x}" or line.startswith(f"{first:08x}-"):
            return next(int(told.split()[1]) * 1024 for told in lines if told.startswith("Rss:"))
    raise AssertionError("the matrix is not mapped")


def test_a_large_matrix_is_mapped_read_only_and_leaves_no_file(tmp_path: Path, mapped: Matrix, matrix: Matrix) -> None:
    assert isinstance(mapped, np.memmap)
    np.testing.assert_array_equal(mapped, matrix)
    assert not mapped.flags.writeable
    assert list(tmp_path.iterdir()) == []


def test_a_small_matrix_stays_in_memory(tmp_path: Path) -> None:
    found = MatrixShelf(tmp_path).fill(
        "few", (2, 3), lambda: [np.ones((1, 3), np.float32), np.zeros((1, 3), np.float32)]
    )
    assert not isinstance(found, np.memmap)
    assert found.tolist() == [[1, 1, 1], [0, 0, 0]]


def test_where_the_disk_is_full_the_parts_are_asked_for_again(tmp_path: Path, matrix: Matrix) -> None:
    asked: list[int] = []

    def parts() -> Iterator[Matrix]:
        asked.append(1)
        yield matrix[:30_000]
        if len(asked) == 1:
            raise OSError(28, "No space left on device")
        yield matrix[30_000:]

    found = MatrixShelf(tmp_path).fill("full", matrix.shape, parts)
    np.testing.assert_array_equal(found, matrix)
    assert not isinstance(found, np.memmap)
    assert list(tmp_path.iterdir()) == []


def test_looks_part_by_part_find_what_looks_at_the_whole_find(mapped: Matrix, matrix: Matrix) -> None:
    there = np.linalg.norm(matrix, axis=1) > 0
    np.testing.assert_array_equal(joined.known(mapped), there)
    np.testing.assert_allclose(joined.mean_of(mapped, there), matrix[there].mean(axis=0), atol=1e-6)
    rows = np.array([3, 20_001, 39_999])
    np.testing.assert_allclose(
        joined.nearness(mapped, rows), (matrix @ matrix[rows].T).max(axis=1), rtol=1e-4, atol=1e-4
    )
    assert joined.equal(mapped, matrix)
    other = matrix.copy()
    other[-1, -1] += 1
    assert not joined.equal(mapped, other)
    assert not joined.equal(mapped, matrix[:-1])


def test_nobody_is_known_among_no_rows_and_their_mean_is_zero() -> None:
    empty = np.zeros((0, 4), np.float32)
    assert joined.known(empty).shape == (0,)
    assert joined.mean_of(empty, np.zeros(0, bool)).tolist() == [0, 0, 0, 0]


def test_nothing_takes_no_memory_and_can_be_indexed() -> None:
    tracemalloc.start()
    try:
        zeros = joined.nothing(10_000_000, WIDE)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert zeros[[5, 9_999_999]].tolist() == [[0] * WIDE] * 2


def test_a_large_matrix_that_was_read_does_not_stay_in_memory(
    mapped: Matrix, matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped.sum()
    assert _resident(mapped) >= matrix.nbytes
    joined.known(mapped)
    assert _resident(mapped) >= matrix.nbytes, "10 MB are read more cheaply where they are"
    monkeypatch.setattr(joined, "LARGE", matrix.nbytes)
    joined.known(mapped)
    assert _resident(mapped) < matrix.nbytes / 4
    np.testing.assert_array_equal(mapped, matrix)


def test_a_query_over_very_many_rows_gives_the_same_products() -> None:
    rows = np.random.default_rng(1).normal(size=(EXACT_UP_TO + 9, 4)).astype(np.float32)
    query = np.array([1, -2, 3, 0.5], np.float32)
    np.testing.assert_allclose(products(rows, query), rows @ query, rtol=1e-4, atol=1e-5)
