"""Embedding models of the user's own as extractors of avrec desktop."""

from __future__ import annotations

from avrec_desktop.api import FeatureExtractor, hookimpl
from avrec_onnx.extractor import configured, make

__all__ = ["avrec_feature_extractors", "make"]


@hookimpl
def avrec_feature_extractors() -> list[type[FeatureExtractor]]:
    """Return an extractor for each model of the user's list."""
    return configured()
