"""The music extractor of avrec desktop."""

from __future__ import annotations

from avrec_desktop.api import FeatureExtractor, hookimpl
from avrec_music.extractor import Music

__all__ = ["Music", "avrec_feature_extractors"]


@hookimpl
def avrec_feature_extractors() -> list[type[FeatureExtractor]]:
    """Return the extractor of this plugin."""
    return [Music]
