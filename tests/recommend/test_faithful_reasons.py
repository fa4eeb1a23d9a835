"""The reasons of every bundled model are true: an item falls when its named causes are taken away."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from avrec_desktop import paths
from avrec_desktop.api.recommend import (
    Explanation,
    History,
    Interactions,
    ItemFeatures,
    Part,
    Recommender,
    TrainingData,
)
from avrec_desktop.api.testing.data import RecordingRun
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.plugin_host.host import PluginHost
from avrec_desktop.recommend.faithfulness import MARGIN, faithfulness

NICHES, PER_NICHE, USERS = 12, 20, 60
#: Models that name no items as causes, as nothing that a user did changes what they say.
WITHOUT_CAUSES = {"popularity", "random", "recency"}


def niches_data() -> TrainingData:
    """Return items of clear niches, and users who like some of four niches each, mixed in time."""
    rng = np.random.default_rng(11)
    n = NICHES * PER_NICHE
    niche = np.arange(n) % NICHES
    content = np.eye(NICHES, 24)[niche] + 0.12 * rng.standard_normal((n, 24))
    content /= np.linalg.norm(content, axis=1, keepdims=True)
    tags = (0.9 * np.eye(NICHES)[niche]).astype(np.float32)
    items = ItemFeatures(
        ids=10 + np.arange(n, dtype=np.int64),
        content=content.astype(np.float32),
        tags=tags,
        tag_names=tuple(f"niche-{k}" for k in range(NICHES)),
        modalities={"audio": content.astype(np.float32)},
        groups=np.arange(n, dtype=np.int32),
        added=1.7e9 + np.arange(n, dtype=np.float64),
        durations=np.full(n, 200.0, np.float32),
    )
    columns: list[tuple[int, int, float, float]] = []
    for user in range(USERS):
        mine = rng.choice(NICHES, 4, replace=False)
        liked = np.concatenate([rng.choice(np.flatnonzero(niche == k), 6, replace=False) for k in mine])
        for at, item in enumerate(rng.permutation(liked)):
            columns.append((user, int(item), 1.0, 1.75e9 + 3600.0 * at + user))
    users, rows, values, times = (np.array(c) for c in zip(*columns, strict=True))
    table = Interactions(
        users.astype(np.int32), rows.astype(np.int32), values.astype(np.float32), times.astype(np.float64)
    )
    return TrainingData(items, table, tuple(f"user-{u}" for u in range(USERS)), (0,))


def histories(data: TrainingData, number: int) -> list[History]:
    out = []
    for user in range(number):
        own = data.interactions.users == user
        rows, times = data.interactions.items[own].astype(np.int64), data.interactions.times[own]
        out.append(History(rows, data.interactions.values[own], times, data.user_ids[user], float(times[-1])))
    return out


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PluginHost]:
    folder = tmp_path_factory.mktemp("host")
    made = PluginHost(folder, paths.bundled_plugins(), folder / "user", events=EventBus())
    yield made
    made.close()


@pytest.fixture(scope="module")
def models(host: PluginHost) -> dict[str, type[Recommender]]:
    """Return the classes, imported as plain modules: loading them as plugins would guard this process for good."""
    wanted = sorted({i.plugin for i in host.recommenders()})
    modules = [importlib.import_module(p["module"]) for p in host.load_args(wanted)["plugins"]]
    return {c.id: c for module in modules for c in module.avrec_recommenders()}


@pytest.mark.timeout(900)
def test_items_fall_without_their_named_causes_in_every_bundled_model(models: dict[str, type[Recommender]]) -> None:
    data = niches_data()
    asked = histories(data, 24)
    found = {}
    for name, cls in models.items():
        model = cls()
        model.fit(data, RecordingRun())
        found[name] = faithfulness(model, asked, tops=8)  # the very first hardly fall among their like
    explaining = {name: f for name, f in found.items() if f.cases}
    assert set(found) - set(explaining) <= WITHOUT_CAUSES
    assert {"dot", "ease", "content-knn", "auto"} <= set(explaining)
    told = {n: (f.cases, round(f.named, 2), round(f.random, 2), round(f.low, 2)) for n, f in explaining.items()}
    assert all(f.ratio >= MARGIN for f in explaining.values()), told
    assert all(f.low > 0 for f in explaining.values()), told  # beyond chance over the cases
    assert all(f.named >= 1 for f in explaining.values()), told  # a ratio of nothing to nothing proves nothing


class Liar(Recommender):
    """Scores by likeness to the newest like, and names the oldest ones as causes."""

    id = "liar"

    def fit(self, data: TrainingData, run: Any) -> None:
        self.bind(data.items)

    def bind(self, items: ItemFeatures) -> None:
        self.items = items

    def score(self, history: History) -> Any:
        if not len(history):
            return np.zeros(len(self.items), np.float32)
        return self.items.content @ self.items.content[history.items[-1]]

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation:
        return Explanation(2.0, tuple(Part("item", int(r), 1.0) for r in history.items[:2]))

    def save(self, directory: Path) -> None:
        raise NotImplementedError

    @classmethod
    def load(cls, directory: Path, config: Any = None) -> Any:
        raise NotImplementedError


def test_a_model_that_names_false_causes_is_found_out() -> None:
    data = niches_data()
    model = Liar()
    model.fit(data, RecordingRun())
    found = faithfulness(model, histories(data, 12))
    assert found.cases
    assert not found.faithful
