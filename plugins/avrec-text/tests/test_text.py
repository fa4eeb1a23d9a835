"""The text extractor: the contract, and that words near in meaning or spelling are near."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.api import MediaText
from avrec_desktop.api.testing import ExtractorConformance
from avrec_text import Words
from avrec_text.extractor import DIM, field_vector


class TestWordsConformance(ExtractorConformance):
    extractor = Words


def _near(a: str, b: str) -> float:
    words = Words()
    return float(words.embed_query(a) @ words.embed_query(b))


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("quiet piano music", "piano sonata, quiet", "football highlights"),
        ("激烈的战斗音乐", "战斗 音乐 合集", "烹饪节目"),
        ("Björk live", "bjork", "bach"),
        ("snowboarding", "snowboard", "swimming"),
    ],
)
def test_related_texts_are_nearer_than_unrelated_ones(text: str, near: str, far: str) -> None:
    assert _near(text, near) > _near(text, far) + 0.1


def test_stop_words_and_track_numbers_say_nothing() -> None:
    assert not Words().embed_query("the of 01 02").any()


def test_genre_outweighs_the_file_name() -> None:
    base = MediaText(genre="ambient", file_name="x")
    same_genre = field_vector(dataclasses.replace(base, file_name="thunder.ogg"))
    same_name = field_vector(MediaText(genre="metal", file_name="x"))
    unit = [v / np.linalg.norm(v) for v in (field_vector(base), same_genre, same_name)]
    assert unit[0] @ unit[1] > unit[0] @ unit[2]


@given(st.text(max_size=300))
def test_any_text_gives_a_unit_or_zero_vector(text: str) -> None:
    vector = Words().embed_query(text)
    assert vector.shape == (DIM,)
    assert vector.dtype == np.float32
    norm = np.linalg.norm(vector)
    assert norm == 0 or norm == pytest.approx(1, abs=1e-5)
