"""Content vectors from the item columns title, year and genres."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import ItemFeatures

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

FloatArray = NDArray[np.float32]
#: Returns what texts mean by the name of who reads them, float32 (n_texts, d) unit rows each.
Reader = Callable[[Sequence[str]], dict[str, FloatArray]]

#: Most columns a block of words may have before it is projected.
MAX_WORDS = 4096
#: Columns of a projected block.
PROJECTED = 256
#: Most cells of a block that is kept as counted (256 MB of float32).
MAX_CELLS = 64_000_000
_WORD = re.compile(r"[^\W\d_]{3,}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_ARTICLE = re.compile(r"^(.+), (the|a|an|le|la|les|l'|il|lo|el|los|las|der|die|das)\b", re.IGNORECASE)
_BLOCK_WEIGHTS = {"genres": 1.0, "decade": 0.5, "title": 0.5}


def item_features(table: pd.DataFrame) -> ItemFeatures:
    """Return content vectors for a table of items.

    Three blocks, each of unit rows: ``genres`` (one column a genre), ``decade`` (one column a decade) and ``title``
    (TF-IDF of words, and of character pairs in Chinese, Japanese and Korean text). Genres are also tags. The year
    itself, where it is known, is the modality ``year``: a smooth code in which near years are near.

    Args:
        table: Columns ``item`` and, where they exist, ``title``, ``year``, ``genres`` (separated by ``|``).
    """
    import pandas as pd

    size = len(table)
    empty = pd.Series([""] * size)
    genres, names = _genres(table.get("genres", empty))
    years = pd.to_numeric(table["year"], errors="coerce").fillna(0) if "year" in table else pd.Series(np.zeros(size))
    year: NDArray[np.float64] = np.asarray(years, np.float64)
    titles = table.get("title", empty)
    blocks = {"genres": unit_rows(genres), "decade": _decades(year), "title": title_block(titles)}
    blocks = {name: block for name, block in blocks.items() if block.shape[1] and block.any()}
    columns = [_BLOCK_WEIGHTS[name] * block for name, block in blocks.items()]
    content = np.hstack(columns) if columns else np.zeros((size, 1), np.float32)
    modalities = dict(blocks)
    if (year > 0).any():
        modalities["year"] = year_code(year)
    return ItemFeatures(
        ids=_numeric_ids(table["item"]),
        content=unit_rows(content),
        tags=genres,
        tag_names=names,
        modalities=modalities,
    )


def with_meanings(items: ItemFeatures, titles: Sequence[object] | pd.Series[str], reader: Reader) -> ItemFeatures:
    """Return the items with what their titles mean as further modalities; see :data:`Reader`.

    A reader's vectors are taken off their mean, so that what all titles share says nothing, and made of unit length;
    beyond :data:`PROJECTED` columns they are projected on their main directions.
    """
    texts = [plain_title(t) if isinstance(t, str) else "" for t in titles]
    modalities = dict(items.modalities)
    for name, vectors in reader(texts).items():
        told = np.array([bool(t) for t in texts])[:, None] & vectors.any(1, keepdims=True)
        level = vectors[told[:, 0]].mean(0) if told.any() else np.zeros(vectors.shape[1], np.float32)
        centred = np.where(told, vectors - level, 0).astype(np.float32)
        modalities[name] = unit_rows(_main_columns(centred))
    return replace(items, modalities=modalities)


def plain_title(title: str) -> str:
    """Return a title as it is said: ``"Piano, The"`` is ``"The Piano"``."""
    return _ARTICLE.sub(r"\2 \1", title.strip())


def unit_rows(matrix: FloatArray) -> FloatArray:
    """Return the rows at unit length; zero rows stay zero."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(norms, 1e-9), np.float32)


def year_code(years: NDArray[np.float64], widths: Sequence[float] = (1.0, 4.0)) -> FloatArray:
    """Return unit rows whose products fall with the distance in years, float32 (n, d); zero for year 0.

    Gaussian bumps, one per ``width`` years between the first and the last year, for each width, so that the product
    of two rows is close to the mean over the widths of ``exp(-(a - b)**2 / (4 * width**2))``.
    """
    known = years > 0
    low, high = float(np.quantile(years[known], 0.001)), float(years[known].max())
    codes = []
    for width in widths:
        centres = np.arange(low - width, high + 2 * width, width)
        code = np.exp(-((np.maximum(years, low)[:, None] - centres) ** 2) / (2 * width**2))
        code[~known] = 0
        codes.append(unit_rows(code.astype(np.float32)))
    return unit_rows(np.hstack(codes))


def title_block(titles: Sequence[object] | pd.Series[str]) -> FloatArray:
    """Return TF-IDF vectors of the titles, unit rows, float32 (n, d), projected where there are too many words."""
    from scipy import sparse

    words = [title_words(str(t)) if isinstance(t, str) else [] for t in titles]
    size = len(words)
    counts: dict[str, int] = {}
    for row in words:
        for word in set(row):
            counts[word] = counts.get(word, 0) + 1
    most = max(200, size // 20)
    vocabulary = {w: i for i, w in enumerate(sorted(w for w, n in counts.items() if 2 <= n < most))}
    if not vocabulary:
        return np.zeros((size, 0), np.float32)
    rows = [r for r, row in enumerate(words) for w in sorted(set(row)) if w in vocabulary]
    kept = [w for row in words for w in sorted(set(row)) if w in vocabulary]
    weights = [math.log(size / counts[w]) for w in kept]
    cells = np.array(weights, np.float32), (np.array(rows), np.array([vocabulary[w] for w in kept]))
    matrix = sparse.csr_matrix(cells, shape=(size, len(vocabulary)))
    if len(vocabulary) <= MAX_WORDS and size * len(vocabulary) <= MAX_CELLS:
        return unit_rows(np.asarray(matrix.todense(), np.float32))
    return unit_rows(_project(matrix))


def title_words(title: str) -> list[str]:
    """Return the words of a title, lower case; Chinese, Japanese and Korean runs give their character pairs."""
    text = unicodedata.normalize("NFKC", title).lower()
    found = list(_WORD.findall(_CJK.sub(" ", text)))
    for run in _CJK.findall(text):
        found += [run[i : i + 2] for i in range(max(1, len(run) - 1))]
    return found


def _project(matrix: sparse.csr_matrix[np.float32]) -> FloatArray:
    from scipy.sparse import linalg

    rank = min(PROJECTED, min(matrix.shape) - 1)
    start = np.random.default_rng(0).standard_normal(min(matrix.shape))
    left, values, _ = linalg.svds(matrix.astype(np.float64), k=rank, v0=start)
    return np.asarray(left * values, np.float32)


def _main_columns(vectors: FloatArray) -> FloatArray:
    if vectors.shape[1] <= PROJECTED:
        return vectors
    exact = vectors.astype(np.float64)
    _, directions = np.linalg.eigh(exact.T @ exact)
    return np.asarray(exact @ directions[:, ::-1][:, :PROJECTED], np.float32)


def _genres(column: pd.Series[str]) -> tuple[FloatArray, tuple[str, ...]]:
    table = column.fillna("").astype(str).str.get_dummies("|")
    return table.to_numpy(np.float32), tuple(str(c) for c in table.columns)


def _decades(year: NDArray[np.float64]) -> FloatArray:
    decades, index = np.unique((year // 10).astype(np.int64), return_inverse=True)
    block = np.zeros((len(year), len(decades)), np.float32)
    block[np.arange(len(year)), index] = 1
    return block[:, decades > 0]


def _numeric_ids(column: pd.Series[int]) -> NDArray[np.int64]:
    from pandas.api.types import is_integer_dtype

    if is_integer_dtype(column.dtype):
        return np.asarray(column, np.int64)
    return np.arange(1, len(column) + 1, dtype=np.int64)
