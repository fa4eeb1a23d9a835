from __future__ import annotations

import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.library.words import clean, display_name, file_words, fold, match_expression, searchable, sort_key


def matches(text: str, query: str) -> bool:
    """Ask a real index of one row."""
    db = sqlite3.connect(":memory:")
    try:
        db.execute(
            "CREATE VIRTUAL TABLE s USING fts5 (a, tokenize = \"unicode61 remove_diacritics 0\", prefix = '1 2')"
        )
        db.execute("INSERT INTO s VALUES (?)", (searchable(text),))
        expression = match_expression(query)
        return expression is not None and bool(db.execute("SELECT 1 FROM s WHERE s MATCH ?", (expression,)).fetchone())
    finally:
        db.close()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Knalgan Theme", "kna the"),
        ("Knalgan Theme", "THEME knalgan"),
        ("Sigur Rós – Ágætis byrjun", "agaetis ros"),
        ("Motörhead", "motor"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("AC/DC: Back in Black", "ac/dc"),
        ("O'Connor", "o'connor"),
        ("千与千寻 主题曲", "千寻"),
        ("千与千寻 主题曲", "主题"),
        ("千与千寻", "千"),
        ("周杰伦Live2024", "周杰伦 live"),
        ("となりのトトロ", "トトロ"),
        ("ﾄﾄﾛ", "トトロ"),
        ("ガンダム", "ガンダム"),
        ("한국어 노래", "한국"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ﬁlm", "film"),
        ("Größe 10%", "grosse 10"),
    ],
)
def test_finds(text: str, query: str) -> None:
    assert matches(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [("Knalgan Theme", "heme"), ("Knalgan Theme", "knalgan song"), ("千与千寻", "寻千"), ("abc", "abcd")],
)
def test_does_not_find(text: str, query: str) -> None:
    assert not matches(text, query)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_valid_query(query: str) -> None:
    matches("any title at all 千与千寻", query)


_WORD = st.text(alphabet=st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=1, max_size=12)


@given(st.lists(_WORD, min_size=1, max_size=5), st.data())
def test_any_beginning_of_any_word_finds_the_text(parts: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(parts))
    start = word[: data.draw(st.integers(1, len(word)))]
    assert matches(" ".join(parts), start)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20), st.data())
def test_any_piece_of_a_chinese_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert matches(text, text[start:end])


@pytest.mark.parametrize("query", ["", "   ", "!!!", "\"'()*:^-+", "AND OR NOT NEAR", "🎵"])
def test_queries_without_words(query: str) -> None:
    expression = match_expression(query)
    assert expression is None or "AND" in query


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_file_names_are_taken_apart() -> None:
    assert matches(file_words("BigBuckBunny720p"), "buck 720")
    assert matches(file_words("07_my-song.final.mp3"), "my song")


def test_sort_key_orders_numbers_case_and_accents_as_people_do() -> None:
    titles = ["Track 10", "track 2", "Élan", "elan 2", "“Quoted”", "Zebra", "02 a", "1 b"]
    assert sorted(titles, key=sort_key) == ["1 b", "02 a", "Élan", "elan 2", "“Quoted”", "track 2", "Track 10", "Zebra"]


def test_sort_key_of_digits_that_are_no_decimals() -> None:
    assert sort_key("x²") == "x00000002"
    assert sort_key(None) == ""


@given(st.text(alphabet=st.characters(), max_size=50))
def test_clean_texts_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)
    if cleaned is not None:
        cleaned.encode("utf-8")
        assert cleaned == cleaned.strip()
        assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in cleaned)


def test_clean_keeps_lines_and_drops_what_is_dangerous() -> None:
    assert clean("a\nb\0c\u202ed") == "a\nbcd"
    assert clean("x\udce4y") == "x\ufffdy"
    assert clean(" \0 ") is None
    assert clean("abcdef", 3) == "abc"
    assert clean(b"x".decode()) == "x"


def test_display_name_of_odd_bytes() -> None:
    assert display_name(b"caf\xe9 \xf0\x9f\x8e\xb5.mp3") == "caf\ufffd 🎵.mp3"
    assert display_name(b"\x01\x02") == "?"


def test_placeholders_of_rippers_say_nothing() -> None:
    from avrec_desktop.library.tags import says_nothing

    assert all(map(says_nothing, ("<Unknown>", "(none)", "Other", "Unknown Artist", "N/A")))
    assert not any(map(says_nothing, ("Unknown Mortal Orchestra", "None More Black", "X")))
