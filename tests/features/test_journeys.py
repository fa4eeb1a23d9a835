"""Radios and paths along the content of items."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_desktop.api.errors import NotFoundError
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import journeys


def on_a_line(n: int = 200, dim: int = 8, noise: float = 0.05, groups: np.ndarray | None = None) -> ItemFeatures:
    """Items between two directions, in order, with some noise; ids from 100 on."""
    rng = np.random.default_rng(5)
    angle = np.linspace(0, np.pi / 2, n)
    content = np.zeros((n, dim))
    content[:, 0], content[:, 1] = np.cos(angle), np.sin(angle)
    content += rng.normal(0, noise, content.shape)
    content /= np.linalg.norm(content, axis=1, keepdims=True)
    content = content.astype(np.float32)
    return ItemFeatures(np.arange(100, 100 + n), content, np.zeros((n, 0), np.float32),
                        modalities={"audio": content}, groups=groups)  # fmt: skip


def test_a_path_goes_evenly_from_one_end_to_the_other() -> None:
    found = journeys.path(on_a_line(), 100, 299, 8)
    assert found[0] == 100
    assert found[-1] == 299
    assert len(found) == len(set(found)) == 10
    steps = np.diff(np.array(found))
    assert (steps > 0).mean() > 0.8
    assert np.corrcoef(found, np.arange(10))[0, 1] > 0.98


def test_a_path_is_smoother_than_the_items_between_in_the_order_of_the_library() -> None:
    features = on_a_line(noise=0.15)
    rng = np.random.default_rng(1)

    def cost(ids: list[int]) -> float:
        rows = features.rows(ids)
        return float((1 - (features.content[rows[:-1]] * features.content[rows[1:]]).sum(axis=1)).sum())

    by_chance = [cost([100, *rng.choice(np.arange(101, 299), 6, replace=False).tolist(), 299]) for _ in range(50)]
    assert cost(journeys.path(features, 100, 299, 6)) < min(by_chance)


def test_a_small_library_gives_a_shorter_path_and_the_same_item_none() -> None:
    features = on_a_line(4)
    assert sorted(journeys.path(features, 100, 103, 10)) == [100, 101, 102, 103]
    assert journeys.path(features, 101, 101, 5) == [101]
    assert journeys.path(on_a_line(2), 100, 101, 3) == [100, 101]


def test_a_radio_stays_near_and_never_repeats() -> None:
    features = on_a_line()
    found = journeys.radio(features, 120, 20, seed=1)
    assert len(set(found)) == 20
    assert 120 not in found
    assert abs(np.array(found) - 120).mean() < 30
    assert journeys.radio(features, 120, 20, seed=2) != found
    assert journeys.radio(features, 120, 20, seed=1) == found
    assert len(journeys.radio(on_a_line(5), 100, 20, seed=0)) == 4


def test_a_radio_mixes_artists() -> None:
    groups = np.repeat(np.arange(100), 2).astype(np.int32)
    rows = on_a_line(groups=groups)
    found = rows.rows(journeys.radio(rows, 150, 40, seed=3))
    alike = (groups[found][1:] == groups[found][:-1]).sum()
    free = on_a_line()
    other = free.rows(journeys.radio(free, 150, 40, seed=3))
    assert alike <= 1
    assert alike <= (groups[other][1:] == groups[other][:-1]).sum()


def test_what_is_not_analysed_is_said(rig) -> None:
    (item,) = rig.add("one.wav")
    with pytest.raises(NotFoundError, match="not been analysed"):
        rig.features.radio(item)
    with pytest.raises(NotFoundError):
        rig.features.path(item, 999)
