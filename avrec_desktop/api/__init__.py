"""All that a plugin may import. Imports fast: no Qt, no TensorFlow, no database; each part loads when it is used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_PARTS = {
    "errors": ("AvrecError", "Cancelled", "InputError", "MediaError", "ModelError", "PluginError"),
    "features": ("FeatureExtractor", "Features", "Passage", "Tag"),
    "hookspecs": ("hookimpl",),
    "manifest": ("API_VERSION",),
    "media": ("AudioPatches", "Frames", "MediaInfo", "MediaSource", "MediaText", "TimedText"),
    "options": ("plugin_options",),
    "recommend": (
        "Explanation",
        "History",
        "Interactions",
        "ItemFeatures",
        "Part",
        "Recommender",
        "RecommenderConfig",
        "Run",
        "TrainingData",
        "Validation",
    ),
}
_HOME = {name: part for part, names in _PARTS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the part that a name lives in."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return value


def __dir__() -> list[str]:
    """Return the names that are offered."""
    return sorted({*globals(), *__all__})
