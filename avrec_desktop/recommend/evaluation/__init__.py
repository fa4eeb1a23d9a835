"""Offline evaluation of models: data sets, protocol, metrics, statistics and the driver."""

from avrec_desktop.recommend.evaluation.dataset import Dataset, load_dataset
from avrec_desktop.recommend.evaluation.driver import ModelSpec, evaluate_dataset
from avrec_desktop.recommend.evaluation.lone import LoneCase, lone_cases
from avrec_desktop.recommend.evaluation.protocol import Question, top_lists
from avrec_desktop.recommend.evaluation.statistics import Comparison, compare, confidence_interval

__all__ = [
    "Comparison",
    "Dataset",
    "LoneCase",
    "ModelSpec",
    "Question",
    "compare",
    "confidence_interval",
    "evaluate_dataset",
    "load_dataset",
    "lone_cases",
    "top_lists",
]
