"""Works."""

from __future__ import annotations

import numpy as np

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, Tag, hookimpl


class Length(FeatureExtractor):
    """How long the title is."""

    id = "title-length"
    name = "Length of the title"
    modality = "text"
    dim = 2
    tags = ("long title", "short title")

    def extract(self, media: MediaSource) -> Features:
        """Return a point on the unit circle."""
        angle = np.pi / 2 * min(1.0, len(media.text.title) / 100)
        share = float(np.sin(angle))
        tags = sorted((Tag("long title", share), Tag("short title", 1 - share)), key=lambda t: -t.p)
        return Features(np.array([np.cos(angle), np.sin(angle)], np.float32), tags=tuple(tags))


@hookimpl
def avrec_feature_extractors() -> list[type[FeatureExtractor]]:
    """Return the extractor."""
    return [Length]
