"""The published vocabulary and what of it a text or a tag names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.library.vocabulary import label, vocabulary

WORDS = vocabulary()


def keys(text: str) -> set[str]:
    return {WORDS.concepts[i].key for i in WORDS.find(text)}


def test_the_vocabulary_is_small_complete_and_free_of_doubles() -> None:
    assert 35 <= len(WORDS.topics) <= 45
    assert len(WORDS.moods) == 12
    names = [c.key for c in WORDS.concepts]
    assert len(set(names)) == len(names)
    for language in ("en", "zh"):
        assert len({c.names[language] for c in WORDS.concepts}) == len(names)
    for concept in WORDS.concepts:
        assert concept.words and concept.words_zh and len(concept.about) == 2, concept.key
        assert all(0.0 < surely <= 1.0 for surely in concept.tags.values()), concept.key


def test_the_moods_are_spread_over_valence_and_energy() -> None:
    signs = {(m.valence > 0, m.energy > 0) for m in WORDS.moods}
    assert len(signs) == 4
    assert all(-1 <= m.valence <= 1 and -1 <= m.energy <= 1 for m in WORDS.moods)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("calm piano at night", {"calm", "piano", "dreamy"}),
        ("People COOKING", {"people", "food"}),
        ("激烈的战斗音乐", {"energetic", "aggressive", "war"}),
        ("Hip-Hop beats", {"hip-hop"}),
        ("Two string quartets", {"strings"}),
        ("Fantasies and stories", {"fantasy"}),
        ("warm embrace", set()),
        ("discography", set()),
        ("", set()),
    ],
)
def test_words_phrases_and_plurals_are_found_whole(text: str, found: set[str]) -> None:
    assert keys(text) == found


def test_a_tag_speaks_as_listed_or_by_its_words() -> None:
    listed = {WORDS.concepts[i].key: surely for i, surely in WORDS.of_tag("Mellow")}
    assert listed == {"calm": 1.0}
    assert {WORDS.concepts[i].key for i, _ in WORDS.of_tag("symphonic death metal")} == {"metal", "dark"}
    assert WORDS.of_tag("muffled") == ()


@pytest.mark.parametrize(
    ("text", "kind"), [("sad songs", "audio"), ("安静的电影", "video"), ("night", None), ("music video", None)]
)
def test_a_search_may_ask_for_one_kind(text: str, kind: str | None) -> None:
    assert WORDS.asks_for(text) == kind


def test_labels_follow_the_language_and_fall_back() -> None:
    assert label("calm", "zh_CN") == "平静"
    assert label("calm", "en-GB") == label("calm", "fr") == "Calm"
    assert label("no such key", "en") == "no such key"


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert all(count >= 1 for count in WORDS.find(text).values())
    assert WORDS.asks_for(text) in {None, "audio", "video"}
