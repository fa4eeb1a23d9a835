"""What other rooms read: item features, neighbours, search by meaning, highlights."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import neighbours
from avrec_desktop.features.highlight import highlight
from avrec_desktop.jobs.job import Job

HONEST = ["probe-sound", "probe-words"]


def items(matrix: np.ndarray, ids: list[int] | None = None, **more: object) -> ItemFeatures:
    number = len(matrix)
    given = {"tags": np.zeros((number, 0), np.float32), "modalities": {"audio": matrix}} | more
    return ItemFeatures(np.array(ids or range(1, number + 1)), matrix, **given)  # type: ignore[arg-type]


def test_item_features_line_up_and_are_kept_until_something_changes(rig) -> None:
    ids = rig.add("one.wav", "two.wav", "three.wav")
    assert not rig.features.item_features().content.any()
    rig.features.extract(HONEST, job=Job())
    features = rig.features.item_features()
    assert features.ids.tolist() == sorted(ids)
    np.testing.assert_allclose(np.linalg.norm(features.content, axis=1), 1.0, rtol=1e-4)
    assert set(features.modalities) == {"audio", "text"}
    assert "loud" in features.tag_names
    np.testing.assert_allclose(features.durations, 2.0, atol=0.2)
    assert features.added.min() > 1e9
    assert rig.features.item_features() is features
    with rig.library.database.write() as db:  # a rating, a play: nothing that concerns content
        db.execute("INSERT INTO profiles (name, created_at) VALUES ('somebody', 0)")
    assert rig.features.item_features() is features
    with rig.library.database.write() as db:  # as another process would, without an event here
        db.execute("UPDATE items SET updated_at = updated_at + 1 WHERE id = ?", (ids[0],))
    assert rig.features.item_features() is not features
    rig.library.set_tags("user", {ids[0]: [("rare", 1.0)], ids[1]: [("rare", 0.5)]})
    changed = rig.features.item_features()
    assert changed is not features
    assert changed.tags[changed.rows(ids), changed.tag_names.index("rare")].tolist() == [1.0, 0.5, 0.0]
    some = rig.features.item_features([ids[2], 12345, ids[0]])
    assert some.ids.tolist() == [ids[2], ids[0]]
    np.testing.assert_array_equal(some.content, changed.content[changed.rows([ids[2], ids[0]])])


def test_groups_are_artists_or_top_folders(rig) -> None:
    for folder in ("red", "blue"):
        (rig.folder / folder / "deep").mkdir(parents=True)
    ids = rig.add("red/deep/a.wav", "red/b.wav", "blue/c.wav", "loose.wav")
    rig.library.edit([ids[2]], {"artist": "Somebody"})
    features = rig.features.item_features()
    groups = dict(zip(features.ids.tolist(), features.groups.tolist(), strict=True))
    assert groups[ids[0]] == groups[ids[1]] != groups[ids[2]]
    assert groups[ids[3]] == -1


def test_a_missing_item_leaves_the_features(rig) -> None:
    first, second = rig.add("one.wav", "two.wav")
    rig.features.extract(HONEST, job=Job())
    (rig.folder / "one.wav").unlink()
    rig.library.scan(None, Job())
    assert rig.features.item_features().ids.tolist() == [second]
    assert rig.features.similar(first) == []


def test_similar_orders_by_cosine_and_says_what_carried_it() -> None:
    rows = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.7, 0.7], [0, 0]], dtype=np.float32)
    rows[:4] /= np.linalg.norm(rows[:4], axis=1, keepdims=True)
    found = neighbours.similar(items(rows), 1, 10, "all")
    assert [f.item_id for f in found] == [2, 4, 3]
    assert found[0].score == pytest.approx(0.9938, abs=1e-3)
    assert {f.by for f in found} == {"audio"}
    assert neighbours.similar(items(rows), 1, 1, "audio")[0].item_id == 2
    assert neighbours.similar(items(rows), 1, 1, "video") == []
    assert neighbours.similar(items(rows), 5, 3, "all") == []
    assert neighbours.similar(items(rows), 77, 3, "all") == []


def test_top_agrees_with_a_full_sort() -> None:
    scores = np.random.default_rng(0).integers(0, 20, 200).astype(float)
    scores[::7] = -np.inf
    expected = sorted((i for i in range(200) if np.isfinite(scores[i])), key=lambda i: -scores[i])
    for n in (0, 1, 5, 50, 500):
        best = neighbours.top(scores, n)
        assert [scores[i] for i in best] == [scores[i] for i in expected[:n]]


def test_tags_named_in_a_text_score_items() -> None:
    tags = np.array([[0.9, 0.0], [0.2, 0.8], [0.0, 0.0]], dtype=np.float32)
    features = items(np.eye(3, dtype=np.float32), tags=tags, tag_names=("calm", "piano music"))
    assert neighbours.score_by_tags(features, "Calm at night") == {1: pytest.approx(0.9), 2: pytest.approx(0.2)}
    both = neighbours.score_by_tags(features, "calm piano music")
    assert both == {1: pytest.approx(0.45), 2: pytest.approx(0.5)}
    assert neighbours.score_by_tags(features, "calmness") == {}


def test_search_by_meaning_uses_text_vectors_tags_and_words(rig) -> None:
    ids = rig.add("green_forest.wav", "red_desert.wav", "blue_ocean.wav")
    rig.features.extract(HONEST, job=Job())
    found = rig.features.search("ocean blue", 5)
    assert found[0].item_id == ids[2]
    rig.library.set_tags("user", {ids[0]: [("windy", 1.0)], ids[1]: [("windy", 0.4)]})
    assert {f.item_id for f in rig.features.search("windy", 2)} == set(ids[:2])
    assert rig.features.search("windy desert", 1)[0].item_id == ids[1]
    assert rig.features.search("   ", 5) == []


def test_search_works_on_when_the_process_cannot(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    (item,) = rig.add("blue_ocean.wav")
    monkeypatch.setattr(rig.plugins, "load_args", lambda plugin_ids=None: {"plugins": "nonsense"})
    assert [f.item_id for f in rig.features.search("ocean", 5)] == [item]


def store_segments(rig, item: int, name: str, times: np.ndarray, salience: np.ndarray) -> None:
    with rig.library.database.write() as db:
        db.execute(
            "INSERT OR REPLACE INTO segments (item_id, extractor, version, first_row, times, salience)"
            " VALUES (?, ?, 1, 0, ?, ?)",
            (item, name, times.astype(np.float64).tobytes(), salience.astype(np.float32).tobytes()),
        )


@pytest.fixture
def film(rig) -> int:
    (item,) = rig.add("film.wav", seconds=0.5)
    with rig.library.database.write() as db:
        db.execute("UPDATE items SET duration = 300 WHERE id = ?", (item,))
    return item


def test_without_analysis_the_highlight_lies_at_a_third(rig, film: int) -> None:
    assert rig.features.highlight(film) == (100.0, 110.0)


def test_the_highlight_holds_the_most_salient_segment(rig, film: int) -> None:
    starts = np.arange(10) * 30.0 + 13
    times = np.stack([starts, starts + 3], axis=1)
    store_segments(rig, film, "x", times, np.array([1, 2, 3, 4, 5, 9, 5, 4, 3, 2]))
    start, end = rig.features.highlight(film)
    assert start <= starts[5] < starts[5] + 3 <= end
    assert 8 <= end - start <= 15


def test_the_highlight_is_never_silent_or_black(rig, film: int) -> None:
    starts = np.arange(10) * 30.0 + 13
    times = np.stack([starts, starts + 3], axis=1)
    salience = np.array([1, 2, 3, 4, 5, 9, 5, 4, 3, 2])
    store_segments(rig, film, "x", times, salience)
    store_segments(rig, film, "host:heard", times, np.where(salience == 9, 0.0, 0.5))
    start, end = highlight(rig.library.database, film)
    assert not (start < starts[5] + 3 and end > starts[5])


def test_the_highlight_of_a_dark_film_lies_where_it_has_pictures(rig, film: int) -> None:
    starts = np.arange(4) * 8.0  # of 300 s
    times = np.stack([starts, starts], axis=1)
    store_segments(rig, film, "x", times, np.array([1, 2, 3, 4]))
    store_segments(rig, film, "host:seen", times, np.full(4, 0.01))
    start, end = rig.features.highlight(film)
    assert start <= starts[-1] < end


def light(rig, item: int, duration: float, dark: list[tuple[float, float]]) -> None:
    """Store that a film of some seconds was seen twice a second and is black in some stretches."""
    at = np.arange(0.25, duration, 0.5)
    black = np.array([any(begin <= t < end for begin, end in dark) for t in at])
    store_segments(rig, item, "host:seen", np.stack([at, at], axis=1), np.where(black, 0.0, 0.5))
    with rig.library.database.write() as db:
        db.execute("UPDATE items SET duration = ? WHERE id = ?", (duration, item))


@pytest.mark.parametrize(
    ("duration", "dark", "expected"),
    [
        (10.0, [(0, 3.5)], (3.5, 10.0)),  # a film that begins in the dark
        (20.0, [(0, 6), (15, 20)], (6.0, 15.0)),  # room for less than usual
        (9.0, [(2, 3), (7, 9)], (3.0, 7.0)),  # none of 8 s
        (40.0, [(0, 9), (19.5, 30), (30.5, 40)], (9.0, 19.0)),
    ],
)
def test_the_highlight_holds_nothing_black_and_is_rather_shorter(
    rig, film: int, duration: float, dark: list[tuple[float, float]], expected: tuple[float, float]
) -> None:
    light(rig, film, duration, dark)
    store_segments(rig, film, "x", np.array([[0.0, 3.0], [10.0, 13.0]]), np.array([9.0, 1.0]))
    start, end = rig.features.highlight(film)
    assert (start, end) == pytest.approx(expected, abs=0.51)
    assert not any(start < b - 1e-6 and end > a + 1e-6 for a, b in dark)


def test_the_silence_of_a_film_does_not_hide_where_it_is_dark(rig, film: int) -> None:
    light(rig, film, 60.0, [(0, 30)])
    times = np.arange(10)[:, None] * 6.0 + [0.0, 3.0]
    store_segments(rig, film, "host:heard", times, np.zeros(10))
    start, end = rig.features.highlight(film)
    assert start >= 30
    assert end - start == 10


def test_hearing_an_item_later_does_not_forget_what_was_seen(rig) -> None:
    (item,) = rig.add("a.wav", seconds=1.0)
    at, lively = np.array([[0.0, 0.0]]), np.array([0.5], np.float32)
    with rig.features._store.writer() as writer:
        writer.add_moments(item, "seen", at, lively)
        writer.flush()
        writer.add_moments(item, "heard", at, lively)
        writer.flush()
    with rig.library.database.read() as db:
        names = [r[0] for r in db.execute("SELECT extractor FROM segments WHERE item_id = ? ORDER BY 1", (item,))]
    assert names == ["host:heard", "host:seen"]


@pytest.mark.parametrize(("duration", "expected"), [(4.0, (0.0, 4.0)), (12.0, (2.0, 12.0)), (0.0, (0.0, 10.0))])
def test_highlights_stay_inside_short_items(rig, film: int, duration: float, expected: tuple[float, float]) -> None:
    with rig.library.database.write() as db:
        db.execute("UPDATE items SET duration = ? WHERE id = ?", (duration, film))
    assert rig.features.highlight(film) == pytest.approx(expected)


def test_the_highlight_of_a_real_recording_is_where_it_is_loud(rig) -> None:
    import soundfile

    rate = 8000
    level = np.full(100 * rate, 0.01)
    level[60 * rate : 70 * rate] = 0.5
    samples = np.random.default_rng(0).normal(0, 1, len(level)) * level
    soundfile.write(rig.folder / "quiet.wav", np.clip(samples, -1, 1).astype(np.float32), rate)
    rig.library.scan([rig.folder], Job())
    item = rig.library.resolve(str(rig.folder / "quiet.wav"))
    rig.features.extract(["probe-sound"], job=Job())
    start, end = rig.features.highlight(item)
    assert start < 68
    assert end > 62


@pytest.mark.parametrize("by", ["all", "audio"])
def test_nothing_is_like_anything_before_the_analysis(by: str) -> None:
    nothing = np.zeros((0, 64), np.float32)
    items = ItemFeatures(np.array([7, 8]), nothing, np.zeros((2, 0), np.float32), modalities={"audio": nothing})
    assert neighbours.similar(items, 7, 5, by) == []
