"""The fused content space: brings vectors of different senses, present or missing, into one comparable vector.

Per extractor the vectors are centred (so that "missing" is the neutral zero) and half-whitened by principal
components: the k-th direction is divided by the square root of its standard deviation. Full whitening would blow up
noise; none would let one loud direction decide.

Two items are compared on the senses that both have::

    s(i, j) = sum_m w_m <x_im, x_jm> / (prior + sum_m w_m)      over the senses m that i and j share

so a song is not pushed away from a concert film for having no picture. This is no inner product of concatenated
blocks, but it can be made one, nearly: similarities to a few hundred landmark items are turned into coordinates by
the Nyström method (Williams & Seeger 2001), whose inner products give s back. With fewer items than landmarks this is
exact but for the negative part of the spectrum. The result is one matrix that every model can read.

A fitted space is kept until the library has grown by half or the extractors change, and a new one is turned to
match the old one (orthogonal Procrustes), so that what a model has learnt stays meaningful.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.joined import Matrix, known, let_go

#: Length of the fused vector, and of one extractor's part of it.
CONTENT_DIM, PART_DIM = 64, 64
#: Importance of each sense, and of knowing nothing.
WEIGHTS: dict[str, float] = {"audio": 1.0, "video": 1.0, "text": 0.6, "tags": 0.6}
PRIOR = 0.1
#: Power of the standard deviation that is divided out; 0 keeps the spectrum, 1 is full whitening.
WHITENING = 0.5
LANDMARKS = 768
_SAMPLE = 20000
#: Items looked at together; smaller than elsewhere, as each meets every landmark.
_CHUNK = 2048
#: Items that the mean of nothing counts for; keeps the centre of a handful of items near the origin.
_MEAN_PRIOR = 10.0
_FORMAT = 1


@dataclass(frozen=True)
class Part:
    """Projection of one extractor's vectors: ``(x - mean) @ axes``, then unit length."""

    mean: Matrix
    axes: Matrix

    def apply(self, vectors: Matrix) -> Matrix:
        """Return float32 (n, PART_DIM) unit rows of vectors (n, dim)."""
        out = np.empty((len(vectors), self.axes.shape[1]), dtype=np.float32)
        for start in range(0, len(vectors), _CHUNK):
            rows = np.asarray(vectors[start : start + _CHUNK], dtype=np.float32)
            out[start : start + _CHUNK] = (rows - self.mean) @ self.axes
        return unit(out)


@dataclass
class Space:
    """A fitted space.

    Attributes:
        parts: Projection per extractor key (``id-v1``), and of the tags under ``tags``.
        modality_of: Sense of each part.
        tag_names: Tags that the tag part reads, in order.
        landmarks: Per sense float32 (L, d_m) of the landmark items; zero rows where they lack it.
        basis: float32 (L, CONTENT_DIM): similarities to the landmarks times this are the coordinates.
        items: Number of items it was fitted on.
    """

    parts: dict[str, Part]
    modality_of: dict[str, str]
    tag_names: tuple[str, ...]
    landmarks: dict[str, Matrix] = field(default_factory=dict)
    basis: Matrix = field(default_factory=lambda: np.zeros((0, CONTENT_DIM), np.float32))
    items: int = 0

    def embed(self, senses: Mapping[str, Matrix]) -> Matrix:
        """Return float32 (n, CONTENT_DIM), unit rows; zero where an item has no sense at all.

        Args:
            senses: Per sense float32 (n, d_m), unit rows or zero.
        """
        return np.concatenate([np.zeros((0, CONTENT_DIM), np.float32), *self.coordinates(senses)])

    def coordinates(self, senses: Mapping[str, Matrix]) -> Iterator[Matrix]:
        """Yield what :meth:`embed` returns part by part, from the first item to the last."""
        if not len(self.basis):
            number = len(next(iter(senses.values()))) if senses else 0
            yield np.zeros((number, CONTENT_DIM), np.float32)
            return
        for rows, similarity in _to_landmarks(senses, self.landmarks):
            there = np.zeros(len(similarity), dtype=bool)
            for matrix in senses.values():
                there |= matrix[rows].any(axis=1)
                let_go(matrix)
            part = similarity @ self.basis
            part[~there] = 0.0
            yield unit(part)

    def save(self, path: Path) -> None:
        """Write the space; replaces the file in one step."""
        facts = {"format": _FORMAT, "modality_of": self.modality_of, "tags": self.tag_names, "items": self.items}
        arrays: dict[str, Any] = {"basis": self.basis}
        arrays |= {f"landmarks/{name}": value for name, value in self.landmarks.items()}
        for name, part in self.parts.items():
            arrays |= {f"mean/{name}": part.mean, f"axes/{name}": part.axes}
        arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
        temporary = path.with_name(path.name + ".new")
        with temporary.open("wb") as file:
            np.savez(file, **arrays)
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Space | None:
        """Read what :meth:`save` wrote; None when there is nothing usable."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                facts = json.loads(data["facts"].tobytes())
                if facts["format"] != _FORMAT:
                    return None
                parts = {n: Part(data[f"mean/{n}"], data[f"axes/{n}"]) for n in facts["modality_of"]}
                shapes = {data["basis"].shape[1:], *(part.axes.shape[1:] for part in parts.values())}
                if shapes - {(CONTENT_DIM,), (PART_DIM,)}:
                    return None  # made when the space had other dimensions
                prefix = "landmarks/"
                landmarks = {n[len(prefix) :]: data[n] for n in data.files if n.startswith(prefix)}
                return cls(
                    parts, facts["modality_of"], tuple(facts["tags"]), landmarks, data["basis"], int(facts["items"])
                )
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return None


def fit_part(vectors: Matrix, old: Part | None = None) -> Part:
    """Fit the projection of one extractor on its vectors (n, dim), turned to match ``old`` where it fits."""
    chosen = np.asarray(vectors[sample(len(vectors))], dtype=np.float64)
    number, dim = chosen.shape
    mean = chosen.sum(axis=0) / (number + _MEAN_PRIOR)
    centred = chosen - mean
    keep = min(PART_DIM, dim)
    values, axes = _principal(centred, keep)
    deviation = np.sqrt(np.maximum(values, 0.0))
    floor = max(float(deviation[0]) * 1e-2, 1e-6) if len(deviation) else 1.0
    full = np.zeros((dim, PART_DIM))
    full[:, :keep] = axes / np.maximum(deviation, floor) ** WHITENING
    part = Part(mean.astype(np.float32), full.astype(np.float32))
    if old is not None and old.axes.shape == part.axes.shape:
        some = chosen[:4000].astype(np.float32)
        part = Part(part.mean, part.axes @ rotation(part.apply(some), old.apply(some)))
    return part


def _principal(centred: NDArray[np.float64], keep: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest variances (keep,) of rows (n, dim) and their directions (dim, keep), orthonormal.

    With fewer rows than columns the inner products of the rows give the same in a fraction of the time; what the rows
    leave open is filled with fixed directions.
    """
    number, dim = centred.shape
    if number >= dim:
        values, axes = np.linalg.eigh(centred.T @ centred / number)
        return values[::-1][:keep], axes[:, ::-1][:, :keep]
    values, left = np.linalg.eigh(centred @ centred.T / max(1, number))
    values, left = values[::-1][:keep], left[:, ::-1][:, :keep]
    real = values > 1e-10 * max(float(values[0]), 1e-12) if len(values) else np.zeros(0, bool)
    axes = centred.T @ left[:, real] / np.sqrt(number * values[real])
    more = np.random.default_rng(0).standard_normal((dim, keep - axes.shape[1]))
    open_ones, _ = np.linalg.qr(more - axes @ (axes.T @ more))
    return np.pad(values[real], (0, more.shape[1])), np.concatenate([axes, open_ones], axis=1)


def fit_basis(space: Space, senses: Mapping[str, Matrix], old: Space | None = None) -> None:
    """Choose landmarks among the items and compute the basis of ``space`` in place.

    Args:
        space: Gets ``landmarks``, ``basis`` and ``items``.
        senses: Per sense float32 (n, d_m) of all items.
        old: The space before and nothing else to match.
    """
    chosen = _choose_landmarks(senses)
    space.items = len(next(iter(senses.values()))) if senses else 0
    space.landmarks = {name: matrix[chosen] for name, matrix in senses.items()}
    kernel = np.zeros((len(chosen), len(chosen)), dtype=np.float64)
    for rows, similarity in _to_landmarks(space.landmarks, space.landmarks):
        kernel[rows] = similarity
    values, vectors = np.linalg.eigh((kernel + kernel.T) / 2)
    order = np.argsort(values)[::-1][:CONTENT_DIM]
    order = order[values[order] > max(1e-6, float(values[order[0]]) * 1e-3)] if len(order) else order
    basis = np.zeros((len(chosen), CONTENT_DIM))
    basis[:, : len(order)] = vectors[:, order] / np.sqrt(values[order])
    space.basis = basis.astype(np.float32)
    if old is not None and len(old.basis) and set(old.landmarks) == set(space.landmarks):
        shapes = {n: m.shape[1] for n, m in old.landmarks.items()}
        if shapes == {n: m.shape[1] for n, m in space.landmarks.items()}:
            before, after = old.embed(space.landmarks), space.embed(space.landmarks)
            space.basis = space.basis @ rotation(after, before)


def rotation(source: Matrix, target: Matrix) -> Matrix:
    """Return the orthogonal matrix float32 (d, d) that turns rows of ``source`` closest to ``target``."""
    left, _, right = np.linalg.svd(source.T.astype(np.float64) @ target.astype(np.float64))
    return np.asarray(left @ right, dtype=np.float32)


def unit(rows: Matrix) -> Matrix:
    """Scale rows to unit length in place, leaving zero rows; returns them."""
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    np.divide(rows, norms[:, None], out=rows, where=norms[:, None] > 1e-8)
    rows[norms <= 1e-8] = 0.0
    return rows


def _to_landmarks(senses: Mapping[str, Matrix], landmarks: Mapping[str, Matrix]) -> Iterator[tuple[slice, Matrix]]:
    """Yield (rows, similarities float32 (rows, L)) in chunks."""
    names = [n for n in senses if n in landmarks]
    number = len(next(iter(senses.values()))) if senses else 0
    there = {n: landmarks[n].any(axis=1).astype(np.float32) for n in names}
    for start in range(0, number, _CHUNK):
        rows = slice(start, min(number, start + _CHUNK))
        size = rows.stop - rows.start
        total = np.zeros((size, len(next(iter(landmarks.values())))), dtype=np.float32)
        shared = np.full_like(total, PRIOR)
        for name in names:
            block = senses[name][rows]
            weight = np.float32(WEIGHTS.get(name, 0.5))
            total += weight * (block @ landmarks[name].T)
            shared += weight * np.outer(block.any(axis=1).astype(np.float32), there[name])
        yield rows, total / shared


def _choose_landmarks(senses: Mapping[str, Matrix]) -> NDArray[np.int64]:
    """Choose items so that every combination of senses is represented."""
    pattern = sum((known(m).astype(np.int64) << i for i, m in enumerate(senses.values())), np.int64(0))
    pattern = np.atleast_1d(pattern)
    some = np.flatnonzero(pattern)
    if len(some) <= LANDMARKS:
        return some
    generator = np.random.default_rng(0)
    chosen: list[NDArray[np.int64]] = []
    kinds, counts = np.unique(pattern[some], return_counts=True)
    for kind, count in zip(kinds, counts, strict=True):
        share = int(max(min(count, LANDMARKS // (2 * len(kinds))), LANDMARKS * count / len(some) / 2))
        chosen.append(generator.choice(np.flatnonzero(pattern == kind), share, replace=False))
    return np.sort(np.concatenate(chosen))


def sample(number: int) -> NDArray[np.int64]:
    """Return the places of the items that projections are fitted on: all, or some at random, the same every time."""
    if number <= _SAMPLE:
        return np.arange(number)
    return np.sort(np.random.default_rng(0).choice(number, _SAMPLE, replace=False))
