"""A small made-up data set, the same on every machine, and a model that needs no training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from avrec_desktop.api.recommend import History, ItemFeatures, Recommender, TrainingData

N_USERS, N_ITEMS = 40, 60
GENRES = ("Action", "Comedy", "Drama", "剧情")


def mixed(*parts: int) -> int:
    """A fixed pseudo-random number of the arguments in [0, 10007)."""
    value = 17
    for part in parts:
        value = (value * 7919 + part * 104729 + 13) % 1000003
    return value % 10007


def write_split(directory: Path, *, cold: bool = False) -> Path:
    """Write the tables of a split: leave the last two out, or hold items out."""
    rows: list[tuple[int, int, int, int, str]] = []
    for user in range(N_USERS):
        size = 6 + mixed(user, 1) % 20
        ranked = sorted(range(N_ITEMS), key=lambda i: (mixed(user, i) * (i + 3), i))[:size]
        for step, item in enumerate(ranked):
            if cold:
                part = {0: "test", 1: "valid"}.get(item % 6, "train")
            else:
                part = {size - 1: "test", size - 2: "valid", size - 3: "valid"}.get(step, "train")
            rating = 1 + mixed(user, item, 2) % 5
            rows.append((100 + user, 1000 + item, rating, 1_000_000 + 500 * step + mixed(user) % 97, part))
    table = pd.DataFrame(rows, columns=["user", "item", "rating", "ts", "part"])
    directory.mkdir(parents=True, exist_ok=True)
    for part in ("train", "valid", "test"):
        table[table.part == part].drop(columns="part").to_csv(directory / f"{part}.csv", index=False)
    items = pd.DataFrame(
        {
            "item": [1000 + i for i in range(N_ITEMS)],
            "title": [f"The film of {('rain', 'snow', 'night', '流浪地球')[i % 4]} part {i}" for i in range(N_ITEMS)],
            "year": [0 if i % 11 == 0 else 1960 + i % 45 for i in range(N_ITEMS)],
            "genres": ["|".join(g for n, g in enumerate(GENRES) if (i + n) % 3 == 0) for i in range(N_ITEMS)],
        }
    )
    items.to_csv(directory / "items.csv", index=False)
    pd.DataFrame({"user": [100 + u for u in range(N_USERS)]}).to_csv(directory / "users.csv", index=False)
    return directory


class CountModel(Recommender):
    """Scores by how often an item was met; made-up numbers break the ties."""

    id = "count"

    def fit(self, data: TrainingData, run: Any) -> None:
        self.counts = np.bincount(data.interactions.items, minlength=data.n_items)
        self.bind(data.items)
        run.epoch(1, 1)

    def bind(self, items: ItemFeatures) -> None:
        self.items = items

    def score(self, history: History) -> Any:
        known = int(history.items.sum())
        noise = [mixed(known, i) / 10007 for i in range(len(self.items))]
        return (self.counts / 4 + np.array(noise)).astype(np.float32)

    def save(self, directory: Path) -> None:
        np.savez(directory / "counts.npz", counts=self.counts)

    @classmethod
    def load(cls, directory: Path, config: Any = None) -> Any:
        model = cls(config)
        model.counts = np.load(directory / "counts.npz")["counts"]
        return model


@pytest.fixture
def make_split(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the made-up split and returns its folder."""
    return lambda **options: write_split(tmp_path / "made-up", **options)


@pytest.fixture
def count_model() -> type[Recommender]:
    """Return the class of the model that needs no training."""
    return CountModel
