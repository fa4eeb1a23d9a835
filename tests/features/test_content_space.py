"""The fused space: items with different senses stay comparable, and what models learnt stays meaningful."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import space as module
from avrec_desktop.features.neighbours import similar
from avrec_desktop.features.space import CONTENT_DIM, PART_DIM, Part, Space, fit_basis, fit_part, rotation, unit

TOPICS = 5


def worlds(number: int, dim: int, seed: int, noise: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (number, dim) scattered round one centre per topic, and their topics."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99 + dim).normal(size=(TOPICS, dim)) / np.sqrt(dim)
    topics = np.arange(number) % TOPICS
    points = centres[topics] + rng.normal(size=(number, dim)) * noise / np.sqrt(dim)
    return unit(points.astype(np.float32)), topics


def fused(audio: np.ndarray, video: np.ndarray) -> np.ndarray:
    return fit(audio, video)[0]


def fit(audio: np.ndarray, video: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    parts = {
        "a-v1": fit_part(audio[audio.any(axis=1)]),
        "v-v1": fit_part(video[video.any(axis=1)]),
    }
    space = Space(parts, {"a-v1": "audio", "v-v1": "video"}, ())
    senses = {"audio": parts["a-v1"].apply(audio), "video": parts["v-v1"].apply(video)}
    senses["audio"][~audio.any(axis=1)] = 0
    senses["video"][~video.any(axis=1)] = 0
    fit_basis(space, senses)
    return space.embed(senses), senses


def precision(content: np.ndarray, topics: np.ndarray, query: np.ndarray, among: np.ndarray, n: int = 5) -> float:
    """Share of the n nearest of ``among`` that have the query's topic."""
    likeness = content[query] @ content[among].T
    likeness[query[:, None] == among[None, :]] = -9
    best = among[np.argsort(-likeness, axis=1)[:, :n]]
    return float((topics[best] == topics[query][:, None]).mean())


@pytest.fixture(scope="module")
def mixed() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """300 songs without pictures, 150 films with both, 60 silent films; same topics everywhere."""
    audio, topics = worlds(510, 80, 1)
    video, _ = worlds(510, 60, 2)
    rows = {"songs": np.arange(300), "films": np.arange(300, 450), "silent": np.arange(450, 510)}
    audio[rows["silent"]] = 0
    video[rows["songs"]] = 0
    return fused(audio, video), topics, rows


def test_vectors_are_unit_and_of_fixed_length(mixed) -> None:
    content, _, _ = mixed
    assert content.shape == (510, CONTENT_DIM)
    np.testing.assert_allclose(np.linalg.norm(content, axis=1), 1.0, rtol=1e-5)


@pytest.mark.parametrize(
    ("query", "among"),
    [("songs", "songs"), ("songs", "films"), ("films", "songs"), ("films", "films"), ("silent", "films")],
)
def test_neighbours_share_the_topic_across_senses(mixed, query: str, among: str) -> None:
    content, topics, rows = mixed
    assert precision(content, topics, rows[query], rows[among]) > 0.85


def test_a_missing_sense_does_not_push_an_item_away() -> None:
    audio, topics = worlds(450, 80, 1)
    video, _ = worlds(450, 60, 2)
    video[:300] = 0
    content, senses = fit(audio, video)
    features = ItemFeatures(np.arange(450), content, np.zeros((450, 0), np.float32), modalities=senses)
    shares = []
    for song in range(100):
        found = [n.item_id for n in similar(features, song, 20, "all")]
        assert (topics[found] == topics[song]).mean() > 0.9
        shares.append(np.mean([item >= 300 for item in found]))
    assert np.mean(shares) == pytest.approx(1 / 3, abs=0.12)  # a third of the songs and films are films


def test_opposite_topics_are_further_apart_than_unknown_ones(mixed) -> None:
    content, topics, rows = mixed
    films, silent = rows["films"], rows["silent"]
    same = content[films] @ content[silent].T
    hit = topics[films][:, None] == topics[silent][None, :]
    assert same[hit].mean() > same[~hit].mean() + 0.3


def test_items_without_any_sense_stay_zero_and_empty_libraries_work() -> None:
    audio, _ = worlds(20, 30, 3)
    video = np.zeros((20, 10), np.float32)
    video[:3] = 1.0
    audio[5] = 0
    assert not fused(audio, video)[5].any()
    empty = Space({}, {}, ())
    fit_basis(empty, {})
    assert empty.embed({}).shape == (0, CONTENT_DIM)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_handful_of_items_is_enough(number: int) -> None:
    vectors, _ = worlds(number, 30, 4)
    part = fit_part(vectors)
    out = part.apply(vectors)
    assert out.shape == (number, PART_DIM)
    assert np.isfinite(out).all()
    np.testing.assert_allclose(np.linalg.norm(out, axis=1), 1.0, rtol=1e-4)


@pytest.mark.parametrize("number", [0, 1, 5, 40, 90, 300])
def test_few_items_of_many_numbers_span_the_same_as_all_their_directions(number: int) -> None:
    rows = np.random.default_rng(number).standard_normal((number, 96)) @ np.diag(np.linspace(3, 0.1, 96))
    values, axes = module._principal(rows, PART_DIM)
    assert axes.T @ axes == pytest.approx(np.eye(PART_DIM), abs=1e-8)
    covariance = rows.T @ rows / max(1, number)
    assert values == pytest.approx(np.linalg.eigvalsh(covariance)[::-1][:PART_DIM], abs=1e-8)
    assert covariance @ axes == pytest.approx(axes * values, abs=1e-6)


def test_a_new_fit_is_turned_to_the_old_one() -> None:
    vectors, _ = worlds(400, 40, 5)
    old = fit_part(vectors[:200])
    new = fit_part(vectors, old)
    untouched = fit_part(vectors)
    agreement = (old.apply(vectors) * new.apply(vectors)).sum(axis=1).mean()
    assert agreement > 0.85
    np.testing.assert_allclose(  # turning changes no likeness
        new.apply(vectors) @ new.apply(vectors).T, untouched.apply(vectors) @ untouched.apply(vectors).T, atol=1e-4
    )


def test_the_basis_is_turned_to_the_old_one() -> None:
    vectors, _ = worlds(300, 40, 6)
    part = fit_part(vectors)
    senses = {"audio": part.apply(vectors)}
    old = Space({"a-v1": part}, {"a-v1": "audio"}, ())
    fit_basis(old, {"audio": senses["audio"][:150]})
    new = Space({"a-v1": part}, {"a-v1": "audio"}, ())
    fit_basis(new, senses, old)
    assert (old.embed(senses) * new.embed(senses)).sum(axis=1).mean() > 0.8


def test_rotation_is_orthogonal() -> None:
    rng = np.random.default_rng(0)
    turn = rotation(rng.normal(size=(50, 8)).astype(np.float32), rng.normal(size=(50, 8)).astype(np.float32))
    np.testing.assert_allclose(turn @ turn.T, np.eye(8), atol=1e-5)


def test_more_items_than_landmarks_keep_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    audio, topics = worlds(900, 80, 7)
    video, _ = worlds(900, 60, 8)
    video[:600] = 0
    monkeypatch.setattr(module, "LANDMARKS", 120)
    monkeypatch.setattr(module, "_CHUNK", 128)
    content = fused(audio, video)
    everything = np.arange(900)
    assert precision(content, topics, everything, everything) > 0.85


def test_a_space_survives_storing(tmp_path: Path) -> None:
    vectors, _ = worlds(30, 20, 9)
    part = fit_part(vectors)
    space = Space({"a-v1": part}, {"a-v1": "audio"}, ("calm",))
    senses = {"audio": part.apply(vectors)}
    fit_basis(space, senses)
    space.save(tmp_path / "space.npz")
    loaded = Space.load(tmp_path / "space.npz")
    assert loaded is not None
    assert loaded.tag_names == ("calm",)
    assert isinstance(loaded.parts["a-v1"], Part)
    np.testing.assert_array_equal(loaded.embed(senses), space.embed(senses))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a zip at all" * 50])
def test_a_damaged_space_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "space.npz").write_bytes(content)
    assert Space.load(tmp_path / "space.npz") is None
    assert Space.load(tmp_path / "missing.npz") is None
