"""Pseudonyms and coarse dates."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.privacy.anonymise import Grain, Pseudonyms, coarse_date


def test_a_name_is_stable_under_one_key_and_tells_nothing_under_another() -> None:
    one, two = Pseudonyms(b"k" * 32), Pseudonyms(b"k" * 32)
    assert one.name("item", "Heat") == two.name("item", "Heat")
    assert one.name("item", "Heat") != one.name("user", "Heat")
    assert one.name("item", "Heat") != Pseudonyms().name("item", "Heat")
    assert "Heat" not in one.name("item", "Heat")


def test_a_weak_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Pseudonyms(b"short")


@given(st.text(), st.text())
def test_different_values_have_different_names(a: str, b: str) -> None:
    names = Pseudonyms(b"k" * 32)
    assert (names.name("item", a) == names.name("item", b)) == (a == b)


@pytest.mark.parametrize(("grain", "date"), [("day", "2024-05-09"), ("week", "2024-05-06"), ("month", "2024-05-01")])
def test_dates_are_coarse(grain: Grain, date: str) -> None:
    at = datetime.datetime(2024, 5, 9, 21, 30, tzinfo=datetime.UTC).timestamp()
    assert coarse_date(at, grain) == date
    assert coarse_date(0.0, grain) == ""
