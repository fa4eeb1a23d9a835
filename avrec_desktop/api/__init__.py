"""All that a plugin may import. Imports fast: no Qt, no TensorFlow, no database."""

from avrec_desktop.api.errors import AvrecError, Cancelled, InputError, MediaError, ModelError, PluginError
from avrec_desktop.api.features import FeatureExtractor, Features, Passage, Tag
from avrec_desktop.api.hookspecs import hookimpl
from avrec_desktop.api.manifest import API_VERSION
from avrec_desktop.api.media import AudioPatches, Frames, MediaInfo, MediaSource, MediaText, TimedText
from avrec_desktop.api.options import plugin_options
from avrec_desktop.api.recommend import (
    Explanation,
    History,
    Interactions,
    ItemFeatures,
    Part,
    Recommender,
    RecommenderConfig,
    Run,
    TrainingData,
    Validation,
)

__all__ = [
    "API_VERSION",
    "AudioPatches",
    "AvrecError",
    "Cancelled",
    "Explanation",
    "FeatureExtractor",
    "Features",
    "Frames",
    "History",
    "InputError",
    "Interactions",
    "ItemFeatures",
    "MediaError",
    "MediaInfo",
    "MediaSource",
    "MediaText",
    "ModelError",
    "Part",
    "Passage",
    "PluginError",
    "Recommender",
    "RecommenderConfig",
    "Run",
    "Tag",
    "TimedText",
    "TrainingData",
    "Validation",
    "hookimpl",
    "plugin_options",
]
