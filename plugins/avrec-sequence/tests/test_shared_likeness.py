"""What items have in common, and that nothing but their content is read."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from avrec_desktop.api import History, ItemFeatures
from avrec_desktop.api.testing import RecordingRun, history_of, make_training_data
from avrec_sequence import ContentBridge, TasteKernel
from avrec_sequence.blocks import SHARED, blocks_of
from avrec_sequence.bridge import BridgeConfig
from avrec_sequence.shared import shared_blocks


def described(table: list[list[float]]) -> ItemFeatures:
    values = np.array(table, np.float32)
    unit = values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
    nothing = np.zeros((len(values), 0), np.float32)
    return ItemFeatures(np.arange(len(values)), unit, nothing, modalities={"genres": unit})


#: Column 0 is common, 1 is rare, 2 and 3 stand for other things.
GENRES = described([[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]])


def test_sharing_something_rare_says_more_than_sharing_what_is_common():
    block = shared_blocks(GENRES)["genres"]
    likeness = block.likeness(0, np.arange(7))
    assert likeness[1] > 2 * likeness[2] > 0
    assert likeness[5] == 0
    assert likeness[6] == 0  # nothing is known of it


def test_a_block_likens_an_item_to_itself_by_one_on_average():
    block = shared_blocks(GENRES)["genres"]
    own = [float(block.likeness(i, np.array([i]))[0]) for i in range(7)]
    assert np.mean(own) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("dense", [False, True])
def test_sums_and_projections_agree_with_single_likenesses(dense):
    items = make_training_data(4, 40).items if dense else GENRES
    for block in shared_blocks(items).values():
        rows, weights = np.array([0, 2, 3]), np.array([1.0, -0.5, 2.0])
        found = block.project(block.sum_of(rows, weights))
        single = [float(block.likeness(i, rows) @ weights) for i in range(len(items))]
        assert np.allclose(found, single, atol=1e-4)
        typical = [float(block.likeness(i, np.arange(len(items))).mean()) for i in range(len(items))]
        assert np.allclose(block.typical, typical, atol=1e-4)


def test_tags_that_a_modality_repeats_are_left_out():
    tags = (GENRES.content > 0).astype(np.float32)
    repeated = dataclasses.replace(GENRES, tags=tags, tag_names=("a", "b", "c", "d"))
    assert set(shared_blocks(repeated)) == {"genres"}
    others = dataclasses.replace(repeated, tags=tags[::-1].copy())
    assert set(shared_blocks(others)) == {"genres", "tags"}


def test_learnt_scales_are_used_again():
    learnt = blocks_of(GENRES)
    assert set(learnt.codes) == {"genres", "genres" + SHARED}
    fewer = dataclasses.replace(
        GENRES, ids=GENRES.ids[:3], content=GENRES.content[:3], tags=GENRES.tags[:3],
        modalities={"genres": GENRES.modalities["genres"][:3]},
    )  # fmt: skip
    again = blocks_of(fewer, learnt.scales)
    assert np.allclose(again.codes["genres" + SHARED], learnt.codes["genres" + SHARED][:3])


@pytest.mark.parametrize("model", [TasteKernel(), ContentBridge(BridgeConfig(search=False))], ids=lambda m: m.id)
def test_the_order_of_ids_says_nothing(model):
    """Ids often tell when an item came in, or how popular it is: a model must not live on that."""
    data = make_training_data()
    model.fit(data, RecordingRun(1))
    history = history_of(data, 2)
    before = model.score(history)
    shuffled = np.random.default_rng(0).permutation(10 * len(data.items))[: len(data.items)].astype(np.int64)
    other = dataclasses.replace(data, items=dataclasses.replace(data.items, ids=shuffled))
    again = type(model)(model.config)
    again.fit(other, RecordingRun(1))
    assert np.allclose(before, again.score(history), atol=1e-4)


def test_with_one_like_what_is_typical_goes_first_among_equals():
    model = TasteKernel()
    model.fit(dataclasses.replace(make_training_data(1, 60, likes=1), items=GENRES), RecordingRun(1))
    liked = History(np.array([5]), np.ones(1, np.float32), np.zeros(1))
    scores = model.score(liked)
    assert scores[5] == scores.max()
    assert scores[0] > scores[2] > scores[6] == 0  # they share more with the catalogue, though nothing with the like
