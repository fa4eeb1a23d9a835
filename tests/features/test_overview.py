"""Shares of topics and moods, and the divisions that colour the map."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_desktop.features import overview
from avrec_desktop.features.understanding import Topics
from tests.features.conftest import Rig


@pytest.fixture
def topics() -> Topics:
    """Four items; the third has both topics, the fourth none."""
    matrix = np.array([[0.9, 0.1], [0.5, 0.0], [0.3, 0.8], [0.1, 0.1]], np.float32)
    moods = np.array([[0.0], [0.0], [0.6], [0.0]], np.float32)
    return Topics(np.array([2, 4, 6, 8]), ("jazz", "rock"), matrix, ("calm",), moods)


def test_shares_count_what_is_said_and_what_is_liked(topics: Topics) -> None:
    ids = np.array([2, 4, 6, 8, 10])  # nothing is known of item 10
    nothing = np.array([], np.int64)
    found = {s.key: s for s in overview.shares(topics, ids, np.array([4, 6, 10]))}
    assert [s.key for s in overview.shares(topics, ids, nothing)] == ["jazz", "rock", "calm"]
    assert (found["jazz"].items, found["jazz"].library, found["jazz"].likes) == (3, 0.6, 2 / 3)
    assert (found["rock"].items, found["rock"].library, found["rock"].likes) == (1, 0.2, 1 / 3)
    assert found["calm"].kind == "mood"
    assert all(s.likes == 0 for s in overview.shares(topics, ids, nothing))
    assert [s.items for s in overview.shares(topics, np.array([2]), nothing)] == [1], "what is away does not count"


def test_items_of_a_topic_come_surest_first(topics: Topics) -> None:
    assert overview.having(topics, "topic", "jazz").tolist() == [2, 4, 6]
    assert overview.having(topics, "mood", "calm").tolist() == [6]
    assert overview.having(topics, "mood", "jazz").tolist() == []


def test_items_are_grouped_by_their_strongest_topic(topics: Topics) -> None:
    groups = overview.strongest(np.array([1, 2, 4, 6, 8, 9]), topics.ids, topics.matrix, topics.names)
    assert groups.names == ("jazz", "rock")
    assert groups.codes.tolist() == [-1, 0, 0, 1, -1, -1]
    nothing = Topics(np.zeros(0, np.int64), (), np.zeros((0, 0), np.float32), (), np.zeros((0, 0), np.float32))
    assert overview.strongest(np.array([1]), nothing.ids, nothing.matrix, ()).codes.tolist() == [-1]


def test_groups_are_ordered_by_size_and_empty_ones_left_out() -> None:
    groups = overview.members(np.arange(6), [("small", [0]), ("none", []), ("large", [0, 1, 2]), ("mid", [4, 5])])
    assert groups.names[:2] in {("large", "mid"), ("mid", "large")}
    assert groups.names[2] == "small"
    assert "none" not in groups.names
    assert groups.codes[3] == -1
    assert groups.names[groups.codes[0]] == "small", "an item in several groups belongs to the first"


def test_folders_are_told_apart_where_they_first_differ(rig: Rig) -> None:
    for folder in ("only/red", "only/blue/deep"):
        (rig.folder / folder).mkdir(parents=True)
    ids = rig.add("only/red/a.wav", "only/red/b.wav", "only/blue/deep/c.wav")
    groups = overview.by_folder(rig.library.database, np.array([*ids, 12345]))
    assert groups.names == ("red", "blue")
    assert groups.codes.tolist() == [0, 0, 1, -1]
    alone = overview.by_folder(rig.library.database, np.array(ids[:1]))
    assert alone.names == ("media",)
