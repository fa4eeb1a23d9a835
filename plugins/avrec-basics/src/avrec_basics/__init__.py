"""Light feature extractors for avrec desktop."""

from __future__ import annotations

from avrec_basics.picture import PictureBasics
from avrec_basics.sound import SoundBasics
from avrec_desktop.api import FeatureExtractor, hookimpl

__all__ = ["PictureBasics", "SoundBasics", "avrec_feature_extractors"]


@hookimpl
def avrec_feature_extractors() -> list[type[FeatureExtractor]]:
    """Return the extractors of this plugin."""
    return [SoundBasics, PictureBasics]
