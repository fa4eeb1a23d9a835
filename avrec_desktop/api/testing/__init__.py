"""Help for testing plugins: conformance suites, synthetic data and stand-ins.

A plugin's tests subclass the suites::

    class TestMyModel(RecommenderConformance):
        model = MyModel
"""

from avrec_desktop.api.testing.data import (
    RecordingRun,
    history_of,
    make_era_data,
    make_items,
    make_training_data,
    well_placed,
)
from avrec_desktop.api.testing.extractor import ExtractorConformance
from avrec_desktop.api.testing.media import FakeMedia
from avrec_desktop.api.testing.recommender import RecommenderConformance

__all__ = [
    "ExtractorConformance",
    "FakeMedia",
    "RecommenderConformance",
    "RecordingRun",
    "history_of",
    "make_era_data",
    "make_items",
    "make_training_data",
    "well_placed",
]
