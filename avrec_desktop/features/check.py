"""Strict checking of what extractors return: only sound values enter the store."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import PluginError
from avrec_desktop.api.features import FeatureExtractor, Features, Passage
from avrec_desktop.library.words import clean

#: Most segments, tags, descriptors and passages taken of one item, and most characters of a passage.
MAX_SEGMENTS, MAX_TAGS, MAX_DESCRIPTORS, MAX_PASSAGES, MAX_PASSAGE = 2000, 200, 100, 20_000, 1000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_TINY = 1e-6
_NO_SEGMENTS = {"segments": None, "times": None, "salience": None, "segment_tags": None}


def checked(features: Features, extractor: FeatureExtractor) -> dict[str, Any]:
    """Return the features as plain values for the wire, vectors brought to unit length.

    Returns:
        ``state`` (``done``, or ``empty`` for a zero vector without passages), ``vector`` float32 (dim,), ``segments``
        float32 (n, dim) or None, ``times`` float64 (n, 2), ``salience`` float32 (n,) or None, ``segment_tags`` uint8
        (n, n_tags) in 255ths or None, ``tags`` as [name, p] pairs, best first, ``descriptors``, ``passages`` as
        [start, end, text], by start, ``language`` or None.

    Raises:
        PluginError: A value has the wrong type, shape or range; the message names the extractor and what it gave.
    """
    name, dim = extractor.id, extractor.dim
    if not isinstance(features, Features):
        raise PluginError(f"extractor {name} returned {type(features).__name__} instead of Features")
    vector = _unit(_numbers(features.vector, (dim,), name, "vector")[None])[0]
    passages = _checked_passages(features, name)
    tags = _checked_tags(features, name)
    some = vector.any() or passages or (dim == 0 and tags)
    out: dict[str, Any] = {"state": "done" if some else "empty", "vector": vector, "passages": passages}
    out |= _checked_segments(features, extractor)
    out["tags"] = tags
    out["descriptors"] = _checked_descriptors(features, name)
    out["language"] = _checked_language(features, name)
    return out


def _checked_segments(features: Features, extractor: FeatureExtractor) -> dict[str, Any]:
    name, dim = extractor.id, extractor.dim
    if features.segments is None or features.times is None:
        if features.segments is not None or features.salience is not None or features.segment_tags is not None:
            raise PluginError(f"extractor {name} gave segments or salience without times")
        return dict(_NO_SEGMENTS)
    number = len(features.segments)
    if number > MAX_SEGMENTS:
        raise PluginError(f"extractor {name} gave {number} segments; at most {MAX_SEGMENTS} are taken")
    if number == 0:
        return dict(_NO_SEGMENTS)
    segments = _unit(_numbers(features.segments, (number, dim), name, "segments"))
    times = _numbers(features.times, (number, 2), name, "times", np.float64)
    if (times[:, 1] < times[:, 0]).any() or (times < 0).any():
        raise PluginError(f"extractor {name} gave a segment that ends before it starts")
    salience = features.salience
    if salience is not None:
        salience = _numbers(salience, (number,), name, "salience")
    tags = features.segment_tags
    if tags is not None:
        tags = _numbers(tags, (number, len(extractor.tags)), name, "segment_tags")
        if tags.size and (tags.min() < 0.0 or tags.max() > 1.0 + 1e-6):
            raise PluginError(f"extractor {name} gave segment_tags that are no probabilities")
        tags = np.rint(np.minimum(tags, 1.0) * 255.0).astype(np.uint8) if tags.size else None
    return {"segments": segments, "times": times, "salience": salience, "segment_tags": tags}


def _checked_tags(features: Features, name: str) -> list[list[Any]]:
    best: dict[str, float] = {}
    for tag in features.tags:
        label, p = getattr(tag, "name", None), getattr(tag, "p", None)
        if not isinstance(label, str) or not label.strip() or not isinstance(p, (int, float, np.floating)):
            raise PluginError(f"extractor {name} gave {tag!r} as a tag")
        if not 0.0 <= float(p) <= 1.0 + 1e-6:
            raise PluginError(f"extractor {name} gave the tag {label!r} the probability {float(p)}")
        key = label.strip()[:80]
        best[key] = max(best.get(key, 0.0), min(1.0, float(p)))
    ranked = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
    return [[label, p] for label, p in ranked[:MAX_TAGS]]


def _checked_descriptors(features: Features, name: str) -> dict[str, float]:
    out: dict[str, float] = {}
    for key, value in features.descriptors.items():
        if not isinstance(value, (int, float, np.number)):
            raise PluginError(f"extractor {name} gave {value!r} for the descriptor {key!r}")
        if math.isfinite(value):
            out[key] = float(value)
    if len(out) > MAX_DESCRIPTORS:
        raise PluginError(f"extractor {name} gave {len(out)} descriptors; at most {MAX_DESCRIPTORS} are taken")
    return out


def _checked_passages(features: Features, name: str) -> list[list[Any]]:
    out: list[list[Any]] = []
    given: tuple[Any, ...] = features.passages
    for passage in given:
        if not isinstance(passage, Passage) or not isinstance(passage.text, str):
            raise PluginError(f"extractor {name} gave {passage!r} as a passage")
        times: tuple[Any, Any] = (passage.start, passage.end)
        if not all(isinstance(t, (int, float, np.number)) and math.isfinite(t) for t in times):
            raise PluginError(f"extractor {name} gave a passage from {times[0]!r} to {times[1]!r}")
        if passage.start < 0 or passage.end < passage.start:
            raise PluginError(f"extractor {name} gave a passage that ends before it starts")
        text = clean(" ".join(passage.text.split()), MAX_PASSAGE)
        if text is not None:
            out.append([float(passage.start), float(passage.end), text])
    if len(out) > MAX_PASSAGES:
        raise PluginError(f"extractor {name} gave {len(out)} passages; at most {MAX_PASSAGES} are taken")
    return sorted(out, key=lambda passage: passage[0])


def _checked_language(features: Features, name: str) -> str | None:
    language: Any = features.language
    if language is None:
        return None
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language.casefold()):
        raise PluginError(f"extractor {name} gave {language!r} as a language; expected a code like 'en'")
    return language.casefold()


def _numbers(value: Any, shape: tuple[int, ...], name: str, what: str, dtype: Any = np.float32) -> NDArray[Any]:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        kind = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise PluginError(f"extractor {name} gave {what} as {kind} instead of an array of numbers")
    if value.shape != shape:
        raise PluginError(f"extractor {name} gave {what} of shape {value.shape} instead of {shape}")
    out = np.ascontiguousarray(value, dtype=dtype)
    if not np.isfinite(out).all():
        raise PluginError(f"extractor {name} gave {what} that are not all finite")
    return out


def _unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    rows = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    return np.where(norms > _TINY, rows / np.maximum(norms, _TINY), 0.0).astype(np.float32)
