"""Datasets, training runs, ranking, shelves, explanations and evaluation."""
