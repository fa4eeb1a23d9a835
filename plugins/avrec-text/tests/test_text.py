"""The text extractor: the contract, and that words near in meaning or spelling are near."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avrec_desktop.api import MediaText
from avrec_desktop.api.testing import ExtractorConformance, FakeMedia
from avrec_text import Words
from avrec_text.extractor import DIM, SENTENCE_DIM, field_vector, passages
from avrec_text.wordpiece import WordPiece


class TestWordsConformance(ExtractorConformance):
    extractor = Words


@cache
def _words() -> Words:
    words = Words()
    words.open()
    return words


def _near(a: str, b: str) -> float:
    return float(_words().embed_query(a) @ _words().embed_query(b))


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("quiet piano music", "calm keyboard sonata", "football highlights"),
        ("激烈的战斗音乐", "epic battle soundtrack", "烹饪节目"),
        ("how to cook fish", "烤鱼的做法", "how to fix a laptop"),
        ("Björk live", "bjork", "bach"),
        ("snowboarding", "snowboard", "swimming"),
    ],
)
def test_related_texts_are_nearer_than_unrelated_ones(text: str, near: str, far: str) -> None:
    assert _near(text, near) > _near(text, far) + 0.02


def _topics(name: str) -> tuple[np.ndarray, list[str], list[str]]:
    lines = (Path(__file__).with_name("data") / name).read_text(encoding="utf-8").splitlines()
    topic, english, chinese = zip(*(line.split("\t") for line in lines), strict=True)
    return np.array(topic), list(english), list(chinese)


# The mean that the encoders take off comes from the first set; nothing was chosen by the second.
@pytest.mark.parametrize(
    ("name", "bars"), [("topics.tsv", (0.85, 0.79, 0.95)), ("topics-clear.tsv", (0.93, 0.91, 0.95))]
)
def test_nearest_sentences_share_the_topic_in_english_in_chinese_and_across(
    name: str, bars: tuple[float, float, float]
) -> None:
    topics, english, chinese = _topics(name)
    a, b = (np.stack([_words().embed_query(text) for text in texts]) for texts in (english, chinese))
    shares = []
    for rows in (a, b):
        likeness = rows @ rows.T
        np.fill_diagonal(likeness, -2)
        shares.append(float((topics[likeness.argmax(axis=1)] == topics).mean()))
    shares.append(float((topics[(b @ a.T).argmax(axis=1)] == topics).mean()))
    print(name, "English, Chinese, Chinese against English:", [round(share, 3) for share in shares])
    assert np.all(np.array(shares) >= bars)


def test_only_english_texts_are_read_by_the_english_encoder() -> None:
    second = slice(SENTENCE_DIM, 2 * SENTENCE_DIM)
    assert _words().embed_query("A quiet walk through the old town")[second].any()
    chinese = _topics("topics-clear.tsv")[2]
    for text in (*chinese[::5], *chinese[100:120], "Målvakten räddar en straff", "Тихая прогулка по городу"):
        vector = _words().embed_query(text)
        assert not vector[second].any()
        assert vector[:SENTENCE_DIM].any()


def test_words_are_cut_into_the_longest_pieces_known() -> None:
    pieces = WordPiece(["[UNK]", "snow", "##board", "##boarding", "cafe", ",", "京", "_"], unknown=0)
    assert pieces.encode("Snowboarding, CAFÉ", 10) == [1, 3, 5, 4]
    assert pieces.encode("京snow_board", 10) == [6, 1, 7, 0]
    assert pieces.encode("snow " * 50, 7) == [1] * 7
    assert pieces.encode("s" * 500, 7) == [0]
    assert pieces.known("snow snowboard café 1999") == pytest.approx(2 / 3)
    assert pieces.known("京 京 snow") == pytest.approx(1 / 3), "a known character is no English word"
    assert pieces.known("") == 0


def test_text_without_words_says_nothing() -> None:
    assert not _words().embed_query("... ?! ---").any()


def test_names_are_gathered_once_and_without_separators() -> None:
    texts, weights = passages(MediaText(title="Night_Ride", artist="Ann", album="Ann", description="A drive."))
    assert texts == ["Night Ride, Ann", "A drive."]
    assert weights[0] > weights[1]


def test_genre_outweighs_the_file_name() -> None:
    base = MediaText(genre="ambient", file_name="x")
    same_genre = field_vector(dataclasses.replace(base, file_name="thunder.ogg"))
    same_name = field_vector(MediaText(genre="metal", file_name="x"))
    unit = [v / np.linalg.norm(v) for v in (field_vector(base), same_genre, same_name)]
    assert unit[0] @ unit[1] > unit[0] @ unit[2]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_unit_or_zero_vector(text: str) -> None:
    vector = _words().embed_query(text)
    assert vector.shape == (DIM,)
    assert vector.dtype == np.float32
    norm = np.linalg.norm(vector)
    assert norm == 0 or norm == pytest.approx(1, abs=1e-5)


def test_what_is_said_counts_from_beginning_to_end() -> None:
    beginning, end = "We sail across the ocean. " * 300, "Now the cook fries onions in butter. " * 300
    texts, weights = passages(MediaText(title="Episode 3", transcript=beginning + end))
    assert [t[:7] for t in texts] == ["Episode", "We sail", texts[2][:7], texts[3][:7], texts[4][:7]]
    assert "onions" in texts[-1] and "ocean" in texts[1]
    assert sum(weights[1:]) == pytest.approx(0.6)
    extractor = Words()
    extractor.open()
    query = extractor.embed_query("a cooking lesson")
    silent, spoken = (MediaText(title="Episode 3", transcript=said) for said in ("", "The cook fries onions."))
    vectors = [extractor.extract(FakeMedia(text=words)).vector for words in (silent, spoken)]
    assert query @ vectors[1] > query @ vectors[0]
    extractor.close()


def test_many_texts_are_read_as_one_by_one() -> None:
    texts = ["calm piano at night", "", "夜晚的宁静钢琴", "people cooking " * 40, "?!", "Heat (1995)"]
    together = _words().embed_queries(texts)
    alone = np.stack([_words().embed_query(text) for text in texts])
    assert together.shape == (len(texts), _words().dim)
    np.testing.assert_allclose(together, alone, atol=2e-6)
    assert _words().embed_queries([]).shape == (0, _words().dim)
