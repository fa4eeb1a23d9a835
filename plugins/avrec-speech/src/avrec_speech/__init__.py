"""The speech extractor of avrec desktop."""

from __future__ import annotations

from avrec_desktop.api import FeatureExtractor, hookimpl
from avrec_speech.extractor import Speech

__all__ = ["Speech", "avrec_feature_extractors"]


@hookimpl
def avrec_feature_extractors() -> list[type[FeatureExtractor]]:
    """Return the extractor of this plugin."""
    return [Speech]
