"""Topics and moods from all sources, kept up to date, and corrected by the user."""

from __future__ import annotations

import numpy as np
import pytest

from avrec_desktop.api.errors import Cancelled, InputError, NotFoundError
from avrec_desktop.features import ledger, pipeline, search
from avrec_desktop.features.evidence import MOST_MOODS, MOST_TOPICS, SHOWN, Evidence, sound_mood, strongest
from avrec_desktop.features.neighbours import Neighbour
from avrec_desktop.features.passages import FoundPassage
from avrec_desktop.features.understanding import Topics
from avrec_desktop.jobs.events import FeaturesStored, ItemsChanged
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.vocabulary import vocabulary

WORDS = vocabulary()
HONEST = ["probe-sound", "probe-words"]


def column(key: str) -> int:
    return next(i for i, c in enumerate(WORDS.concepts) if c.key == key)


def test_sources_are_independent_witnesses_and_each_speaks_once() -> None:
    evidence = Evidence()
    evidence.add_tags(WORDS, "sound", [("piano", 0.5), ("harpsichord", 0.5)])
    evidence.add_words(WORDS, {"title": "Piano for the night"})
    piano = column("piano")
    assert evidence.sources(piano) == {"sound": 0.5, "words": 0.55}
    assert evidence.total(len(WORDS.concepts))[piano] == pytest.approx(1 - 0.5 * 0.45)


def test_loud_fast_major_sound_is_happy_and_slow_quiet_sound_calm() -> None:
    fast = {"tempo": 150.0, "loudness": -10.0, "brightness": 1300.0, "minor": 0.0, "key_strength": 0.9}
    slow = {"tempo": 65.0, "loudness": -28.0, "brightness": 450.0, "minor": 0.0, "key_strength": 0.6}
    place = sound_mood(fast)
    assert place is not None and place[0] > 0.6 and place[1] > 0.6
    moods = {}
    for name, values in (("fast", fast), ("slow", slow)):
        evidence = Evidence()
        evidence.add_sound(WORDS, values)
        moods[name] = evidence.total(len(WORDS.concepts))
    assert moods["fast"][column("happy")] > moods["slow"][column("happy")]
    assert moods["slow"][column("calm")] > moods["fast"][column("calm")]
    minor = sound_mood(fast | {"minor": 1.0})
    assert minor is not None and minor[0] < 0 and minor[1] == place[1]
    assert sound_mood({"tempo": 120.0}) is None


def test_only_what_is_likely_is_kept_and_little_of_it() -> None:
    total = np.linspace(0.0, 1.0, len(WORDS.concepts))
    kept = strongest(WORDS, total)
    assert [WORDS.concepts[i].kind for i in kept] == ["topic"] * MOST_TOPICS + ["mood"] * MOST_MOODS
    assert strongest(WORDS, np.full(len(WORDS.concepts), SHOWN - 0.01)) == []


def test_topics_follow_the_analysis_and_the_words(rig) -> None:
    items = rig.add("calm_piano.wav", "red_desert.wav")
    rig.features.extract(HONEST, job=Job())
    found = {t.key: t for t in rig.features.understanding.of(items[0])}
    assert set(found) >= {"piano", "calm"}
    assert set(found["piano"].sources) == {"words"}
    assert "nature" in {t.key for t in rig.features.understanding.of(items[1])}
    assert len(rig.features.understanding.pending()) == 0
    rig.library.edit([items[1]], {"title": "Symphony in C"})
    assert rig.features.understanding.pending().tolist() == [items[1]]
    assert rig.features.understanding.update() == 1
    assert "classical" in {t.key for t in rig.features.understanding.of(items[1])}


def test_topics_are_worked_out_for_all_extractors_of_a_run_together(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    items = rig.add("one.wav", "two.wav", "three.wav")
    monkeypatch.setattr(ledger, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(pipeline, "UNDERSTAND_SECONDS", 3600.0)
    updates: list[list[int]] = []
    settle = rig.features.understanding._settle
    monkeypatch.setattr(rig.features.understanding, "_settle", lambda ids: (updates.append(ids), settle(ids)))
    rig.features.extract(HONEST, job=Job())
    assert len(rig.stored) > 1
    assert [sorted(u) for u in updates] == [sorted(items)]
    assert len(rig.features.understanding.pending()) == 0


def test_topics_follow_a_long_run_while_it_goes_on(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add("one.wav", "two.wav", "three.wav")
    monkeypatch.setattr(ledger, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(pipeline, "UNDERSTAND_SECONDS", 0.0)
    during: list[bool] = []
    settle = rig.features.understanding._settle
    monkeypatch.setattr(
        rig.features.understanding,
        "_settle",
        lambda ids: (during.append(rig.features.activity is not None), settle(ids)),
    )
    rig.features.extract(HONEST, job=Job())
    assert any(during)


def test_what_a_cancelled_run_stored_is_understood(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add("one.wav", "two.wav", "three.wav")
    monkeypatch.setattr(ledger, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(pipeline, "UNDERSTAND_SECONDS", 3600.0)
    job = Job()
    stop = rig.features._events.subscribe(lambda e: job.cancel() if isinstance(e, FeaturesStored) else None)
    with pytest.raises(Cancelled):
        rig.features.extract(HONEST, job=job)
    stop()
    told = {i for event in rig.stored for i in event.item_ids}
    assert told
    assert told.isdisjoint(rig.features.understanding.pending().tolist())


def test_tags_of_a_source_that_is_not_in_use_do_not_count(rig) -> None:
    (item,) = rig.add("track.wav")
    rig.library.set_tags("gone-extractor", {item: [("jazz", 0.9)]})
    rig.library.set_tags("user", {item: [("blues", 1.0)]})
    rig.features.understanding.update([item])
    assert {t.key for t in rig.features.understanding.of(item)} == {"blues"}


def test_a_correction_outlives_analysis_and_can_be_undone(rig) -> None:
    (item,) = rig.add("calm_piano.wav")
    understanding = rig.features.understanding
    understanding.update()
    heard = []
    unsubscribe = rig.library.events.subscribe(heard.append)
    before = understanding.correct([item], "topic", "piano", False)
    understanding.correct([item], "mood", "epic", True)
    unsubscribe()
    assert ItemsChanged(updated=(item,)) in heard
    rig.features.extract(HONEST, job=Job())
    understanding.update([item])
    found = {t.key: t for t in understanding.of(item)}
    assert "piano" not in found
    assert found["epic"].p == 1.0 and found["epic"].sources == {"user": 1.0}
    assert understanding.corrections(item) == {("topic", "piano"): False, ("mood", "epic"): True}
    names = rig.features.item_features().tag_names
    assert "epic" in names and "piano" not in names
    understanding.restore("topic", "piano", before)
    assert "piano" in {t.key for t in understanding.of(item)}
    assert ("topic", "piano") not in understanding.corrections(item)


def test_unknown_topics_and_items_are_refused(rig) -> None:
    (item,) = rig.add("track.wav")
    with pytest.raises(InputError, match="no topic 'polka'"):
        rig.features.understanding.correct([item], "topic", "polka", True)
    with pytest.raises(NotFoundError, match="999"):
        rig.features.understanding.correct([999], "topic", "jazz", True)
    assert rig.features.understanding.corrections(999) == {}


def test_the_matrix_has_the_vocabulary_as_columns(rig) -> None:
    items = rig.add("calm_piano.wav", "zzz.wav", "war.wav")
    rig.features.understanding.update()
    topics = rig.features.understanding.matrix()
    assert topics.ids.tolist() == sorted([items[0], items[2]])
    calm, war = topics.ids.tolist().index(items[0]), topics.ids.tolist().index(items[2])
    assert topics.matrix.shape == (2, len(WORDS.topics)) and topics.moods.shape == (2, 12)
    assert topics.matrix[calm, topics.names.index("piano")] > 0
    assert topics.moods[calm, topics.mood_names.index("calm")] > 0
    assert topics.matrix[war, topics.names.index("war")] > 0


def test_growth_of_the_library_measures_the_words_anew(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add("track.wav")
    understanding = rig.features.understanding
    assert understanding.refresh() == 1
    assert understanding.refresh() == 0
    monkeypatch.setattr(rig.features._meaning, "fit", lambda store, extractors: True)
    assert understanding.refresh() == 1


def topics_of(rows: dict[int, dict[str, float]]) -> Topics:
    names = tuple(c.key for c in WORDS.topics)
    moods = tuple(c.key for c in WORDS.moods)
    matrix = np.zeros((len(rows), len(WORDS.concepts)), np.float32)
    for row, said in enumerate(rows.values()):
        for key, p in said.items():
            matrix[row, column(key)] = p
    ids = np.array(list(rows), np.int64)
    return Topics(ids, names, matrix[:, : len(names)], moods, matrix[:, len(names) :])


def test_an_item_with_both_wishes_beats_one_with_either() -> None:
    wish = search.interpret("calm piano", None)
    topics = topics_of({1: {"calm": 1.0}, 2: {"calm": 0.6, "piano": 0.6}, 3: {"piano": 0.9}, 4: {"rock": 1.0}})
    fit = search.by_concepts(wish, topics)
    assert fit.argmax() == 1
    assert fit[3] == 0.0
    assert fit[2] > 0.0


def test_nearness_adds_concepts_that_are_not_named() -> None:
    nearness = np.zeros(len(WORDS.concepts))
    nearness[column("sea")] = 6.0
    wish = search.interpret("a voyage with Captain Nemo", nearness)
    assert wish.concepts[column("sea")] == pytest.approx(0.5)
    assert wish.concepts[column("travel")] == 1.0
    assert search.interpret("qqq", None).concepts == {}


def test_what_is_only_guessed_adds_and_its_lack_takes_nothing_away() -> None:
    named, guessed = column("technology"), column("science")
    topics = topics_of({1: {"technology": 0.6}, 2: {"technology": 0.6, "science": 0.6}, 3: {"science": 0.6}})
    alone = search.by_concepts(search.Wish({named: 1.0}, None), topics)
    both = search.by_concepts(search.Wish({named: 1.0, guessed: 0.5}, None), topics)
    assert both[0] == pytest.approx(alone[0])
    assert both[1] > both[0] > both[2] > 0


def test_the_nearest_text_counts_little_where_nothing_stands_out() -> None:
    rng = np.random.default_rng(0)
    even = np.linspace(0.1, 0.2, 500)
    assert search.spread_scores(even, even, len(even)).max() < 0.5
    one = np.append(rng.normal(0.15, 0.02, 499), 0.4)
    scores = search.spread_scores(one, one, len(one))
    assert scores[-1] == 1.0
    assert np.sort(scores)[-2] < 0.5
    few = np.array([0.1, 0.1, 0.3])
    assert search.spread_scores(few, few, 3)[2] > 0.8


def test_the_other_kind_counts_less() -> None:
    ids = np.array([1, 2], np.int64)
    parts = {"tags": (ids, np.array([0.6, 0.8]))}
    assert [h.item_id for h in search.blend(ids, parts, np.array([False, False]), 5)] == [2, 1]
    assert [h.item_id for h in search.blend(ids, parts, np.array([False, True]), 5)] == [1, 2]
    assert search.blend(ids, {"tags": (ids, np.zeros(2))}, np.zeros(2, bool), 5) == []


def test_a_moment_is_where_the_words_are_said(rig) -> None:
    (item,) = rig.add("track.wav")
    said = {item: FoundPassage(item, 42.0, 44.0, "the whale is white", 0.9)}
    hits = [Neighbour(item, 0.5, "speech")]
    (moment,) = search.moments(rig.library.database, search.Wish({}, None), hits, [], said)
    assert (moment.start, moment.by) == (42.0, "speech")
    assert moment.end > 44.0


@pytest.mark.parametrize("text", ["OR", "calm OR", "(", "year>", '"', "-"])
def test_half_a_query_can_be_searched_by_meaning(rig, text: str) -> None:
    rig.add("calm.wav")
    rig.features.understanding.update()
    found = rig.features.search(text, 5)
    assert bool(found) == ("calm" in text)
    again, moments = rig.features.search_moments(text, 5)
    assert again == found
    assert [m.item_id for m in moments] == [hit.item_id for hit in found]


def test_items_and_their_moments_cost_one_reading_of_the_search_text(rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add("calm.wav")
    asked = []

    def embed(text, extractors):
        asked.append(text)
        return {}

    monkeypatch.setattr(rig.features._query, "embed", embed)
    found, moments = rig.features.search_moments("calm", 5)
    assert asked == ["calm"]
    assert len(found) == len(moments) == 1


def test_moments_are_where_the_segment_says_so(rig) -> None:
    (item,) = rig.add("track.wav")
    extractors = rig.features._plugins.extractors()
    audio = next(e for e in extractors if "loud" in e.tags)
    wish = search.Wish({column("energetic"): 1.0}, None)
    tags = np.zeros((3, len(audio.tags)), np.uint8)
    tags[1, audio.tags.index("loud")] = 255
    times = np.array([[0.0, 3.0], [20.0, 23.0], [40.0, 43.0]])
    with rig.library.database.write() as connection:
        connection.execute(
            "INSERT INTO segments (item_id, extractor, version, first_row, times, salience, tags)"
            " VALUES (?, ?, ?, 0, ?, NULL, ?)",
            (item, audio.id, audio.version, times.tobytes(), tags.tobytes()),
        )
    (moment,) = search.moments(rig.library.database, wish, [Neighbour(item, 0.5, "tags")], [audio])
    assert (moment.start, moment.by) == (20.0, {"audio": "sound", "video": "picture", "text": "words"}[audio.modality])
    (other,) = search.moments(
        rig.library.database, search.Wish({column("piano"): 1.0}, None), [Neighbour(item, 0.5, "tags")], [audio]
    )
    assert other.by == "highlight"
