"""Copies: several files of one item, and other encodings of one recording."""

from __future__ import annotations

import shutil

import numpy as np

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import duplicates
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.types import ItemQuery


def items(audio: np.ndarray, durations: list[float], **more: np.ndarray) -> ItemFeatures:
    unit = (audio / np.linalg.norm(audio, axis=1, keepdims=True)).astype(np.float32)
    return ItemFeatures(np.arange(10, 10 + len(unit)), unit, np.zeros((len(unit), 0), np.float32),
                        modalities={"audio": unit, **more}, durations=np.array(durations, np.float32))  # fmt: skip


def test_other_encodings_are_found_and_other_lengths_and_sounds_are_not() -> None:
    rng = np.random.default_rng(0)
    audio = rng.normal(size=(600, 32))
    audio[[7, 300, 599]] = audio[5] + rng.normal(0, 0.02, (3, 32))
    seconds = rng.uniform(100, 400, 600)
    seconds[[5, 7, 300]] = 200.0, 201.0, 199.5
    seconds[599] = 260.0
    ((ids, likeness),) = duplicates.near(items(audio, seconds.tolist()))
    assert sorted(ids) == [15, 17, 310]
    assert 0.97 <= likeness < 1.0


def test_a_chain_of_small_differences_does_not_join_two_recordings() -> None:
    angle = np.arccos(0.975) * np.arange(4)
    audio = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    groups = duplicates.near(items(audio, [100.0] * 4))
    assert sum(len(ids) for ids, _ in groups) == 4
    assert max(len(ids) for ids, _ in groups) <= 3
    features = items(audio, [100.0] * 4)
    for ids, _ in groups:
        head, *rest = features.rows(ids)
        assert (features.content[rest] @ features.content[head] >= duplicates.ALIKE - 1e-6).all()


def test_a_film_with_the_same_music_and_another_picture_is_another_film() -> None:
    audio = np.ones((3, 4))
    video = np.zeros((3, 4), np.float32)
    video[0, 0] = video[1, 1] = 1.0
    groups = duplicates.near(items(audio, [60.0] * 3, video=video))
    assert all({10, 11} - set(ids) for ids, _ in groups)


def test_what_was_told_apart_stands_in_one_group_no_more_not_even_by_way_of_a_third() -> None:
    audio = np.ones((3, 4))
    ((ids, _),) = duplicates.near(items(audio, [100.0] * 3))
    assert sorted(ids) == [10, 11, 12]
    groups = duplicates.near(items(audio, [100.0] * 3), {(10, 12)})
    assert groups
    assert all(not {10, 12} <= set(ids) for ids, _ in groups)
    assert duplicates.near(items(audio, [100.0] * 3), {(10, 11), (10, 12), (11, 12)}) == []


def test_what_was_told_apart_is_remembered_and_can_be_taken_back(rig) -> None:
    rig.add("one.wav", "two.wav")
    one, two = sorted(i.id for i in rig.library.items(ItemQuery()))
    features = items(np.ones((2, 4)), [60.0] * 2)
    features.ids[:] = one, two
    assert len(duplicates.find(rig.library.database, features)) == 1
    back = rig.features.tell_apart([two, one])
    assert duplicates.find(rig.library.database, features) == []
    again = rig.features.tell_apart([one, two])
    again()
    assert duplicates.find(rig.library.database, features) == [], "an undo takes back only what it did"
    back()
    assert len(duplicates.find(rig.library.database, features)) == 1


def test_nothing_known_gives_nothing() -> None:
    assert duplicates.near(items(np.ones((0, 4)), [])) == []


def test_copies_of_one_file_are_found_in_a_library(rig) -> None:
    rig.add("one.wav", "two.wav")
    assert rig.features.duplicates() == []
    shutil.copy(rig.folder / "one.wav", rig.folder / "one copy.wav")
    rig.library.scan([rig.folder], Job())
    (group,) = rig.features.duplicates()
    assert group.kind == "exact"
    assert sorted(c.path.rpartition("/")[2] for c in group.copies) == ["one copy.wav", "one.wav"]
    assert group.spare == group.copies[1].size > 0
