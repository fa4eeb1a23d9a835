"""Finding the nearest rows by an index: as good as looking at all, also while rows come, go and change."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import nearest
from avrec_desktop.features.indexes import IndexKeeper
from avrec_desktop.features.nearest import Nearest, StoredIndex
from avrec_desktop.features.neighbours import similar
from avrec_desktop.features.search import by_vector

N, DIM = 6000, 16


def rows_of(n: int = N, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(9).normal(size=(40, DIM))
    out = centres[rng.integers(0, 40, n)] + 0.4 * rng.normal(size=(n, DIM))
    return (out / np.linalg.norm(out, axis=1, keepdims=True)).astype(np.float32)


def exact(matrix: np.ndarray, query: np.ndarray, n: int, allowed: np.ndarray | None = None) -> list[int]:
    scores = matrix @ query
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    return np.argsort(-scores)[:n].tolist()


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IndexKeeper]:
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 1000)
    monkeypatch.setattr(nearest, "_FRESH_FEW", 100)
    found = IndexKeeper(tmp_path / "index")
    yield found
    found.close()


def recall(found: Nearest, matrix: np.ndarray, allowed: np.ndarray | None = None, n: int = 10) -> float:
    rng = np.random.default_rng(3)
    hits = []
    for _ in range(20):
        query = matrix[rng.integers(0, len(matrix), 5)].sum(axis=0)
        rows, scores = found.top(query, n, allowed)
        assert np.allclose(scores, matrix[rows] @ query, atol=1e-4)
        assert (np.diff(scores) <= 1e-6).all()
        hits.append(len(set(rows.tolist()) & set(exact(matrix, query, n, allowed))) / n)
    return float(np.mean(hits))


def test_the_index_is_built_in_the_background_and_finds_nearly_all(keeper: IndexKeeper, tmp_path: Path) -> None:
    matrix, ids = rows_of(), np.arange(N) + 5
    first = keeper.nearest("x", ids, matrix)
    assert first.index is None
    assert recall(first, matrix) == 1.0
    keeper.wait()
    second = keeper.nearest("x", ids, matrix)
    assert second.index is not None
    assert not second.due
    assert second.fresh == 0
    assert keeper.nearest("x", ids, matrix) is second
    assert recall(second, matrix) >= 0.97
    allowed = np.random.default_rng(1).random(N) < 0.5
    assert recall(second, matrix, allowed) >= 0.97
    assert sorted(p.suffix for p in (tmp_path / "index").iterdir()) == [".ivf", ".npz"]
    again = IndexKeeper(tmp_path / "index")
    assert again.nearest("x", ids, matrix).index is not None
    again.close()


def test_rows_that_are_new_changed_or_gone_since_the_build_are_told_right(keeper: IndexKeeper) -> None:
    matrix, ids = rows_of(), np.arange(N)
    keeper.nearest("x", ids, matrix)
    keeper.wait()
    query = matrix[7]
    best = exact(matrix, query, 3)
    gone = best[1]
    keep = np.delete(np.arange(N), gone)
    later = np.vstack([matrix[keep], query[None]])
    later[5] = -later[5]
    ids_later = np.append(ids[keep], N + 50)
    found = keeper.nearest("x", ids_later, later)
    assert found.index is not None
    assert found.fresh == 2
    rows, _ = found.top(query, 3)
    assert {int(ids_later[r]) for r in rows[:2]} == {7, N + 50}
    assert gone not in ids_later[rows].tolist()
    assert not found.due
    assert recall(found, later) >= 0.97
    hidden = np.ones(len(later), bool)
    hidden[-1] = False
    assert N + 50 not in ids_later[found.top(query, 5, hidden)[0]].tolist()


def test_an_index_of_other_vectors_is_not_used_and_made_again(keeper: IndexKeeper) -> None:
    ids = np.arange(N)
    keeper.nearest("x", ids, rows_of())
    keeper.wait()
    other = rows_of(seed=8)
    found = keeper.nearest("x", ids, other)
    assert found.index is None
    assert found.due
    assert recall(found, other) == 1.0
    keeper.wait()
    assert recall(keeper.nearest("x", ids, other), other) >= 0.97
    assert keeper.nearest("x", ids, other).index is not None


def test_where_hardly_anything_is_allowed_all_of_it_is_found(keeper: IndexKeeper) -> None:
    matrix, ids = rows_of(), np.arange(N)
    keeper.nearest("x", ids, matrix)
    keeper.wait()
    allowed = np.zeros(N, bool)
    allowed[[3, 900, 4000]] = True
    rows, _ = keeper.nearest("x", ids, matrix).top(-matrix[3], 10, allowed)
    assert sorted(rows.tolist()) == [3, 900, 4000]


def test_a_damaged_index_is_replaced(keeper: IndexKeeper, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    matrix, ids = rows_of(), np.arange(N)
    keeper.nearest("x", ids, matrix)
    keeper.wait()
    (path,) = (tmp_path / "index").glob("*.ivf")
    path.write_bytes(path.read_bytes()[:100])
    with caplog.at_level(logging.WARNING):
        assert StoredIndex.load(tmp_path / "index", "x", DIM) is None
    assert "made again" in caplog.text
    other = IndexKeeper(tmp_path / "index")
    assert other.nearest("x", ids, matrix).index is None
    other.wait()
    assert other.nearest("x", ids, matrix).index is not None
    other.close()


def test_without_the_library_all_rows_are_looked_at(keeper: IndexKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "available", lambda: False)
    matrix = rows_of()
    assert recall(keeper.nearest("x", np.arange(N), matrix), matrix) == 1.0
    keeper.wait()
    assert keeper.nearest("x", np.arange(N), matrix).index is None


def test_alike_items_and_texts_are_found_by_the_index_as_without_it(
    keeper: IndexKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, words = rows_of(), rows_of(seed=2)
    words[::3] = 0
    features = ItemFeatures(
        np.arange(1, N + 1), rows_of(seed=4), np.zeros((N, 0), np.float32), modalities={"audio": sound, "text": words}
    )

    def answers() -> list[list[int]]:
        return [
            [h.item_id for h in similar(features, item, 8, by, keeper)] for item in (4, 77) for by in ("all", "audio")
        ]

    answers()
    by_vector(keeper, "e", features.ids, words, words[1])
    keeper.wait()
    found = answers()
    ids, scores = by_vector(keeper, "e", features.ids, words, words[1])
    assert len(ids) < N
    assert ids[np.argmax(scores)] == 2
    monkeypatch.setattr(nearest, "EXACT_UP_TO", N)
    for one, other in zip(found, answers(), strict=True):
        assert len(set(one) & set(other)) >= 7
        assert one[0] == other[0]
