"""The hooks a plugin may implement. Every hook is called in a compute process, never in the app's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from avrec_desktop.api.features import FeatureExtractor
    from avrec_desktop.api.recommend import Recommender

PROJECT = "avrec"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def avrec_feature_extractors() -> Iterable[type[FeatureExtractor]]:
    """Return the extractor classes of the plugin; each is constructed without arguments."""
    raise NotImplementedError


@hookspec
def avrec_recommenders() -> Iterable[type[Recommender]]:
    """Return the model classes of the plugin; each is constructed with its config."""
    raise NotImplementedError
