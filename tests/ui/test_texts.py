"""Numbers in the manner of the place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from avrec_desktop.ui.texts import percent


@pytest.fixture(autouse=True)
def _place() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("place", "expected"),
    [("en", "92%"), ("zh_CN", "92%"), ("de_DE", "92\u00a0%"), ("fr_FR", "92\u00a0%"), ("ar_EG", "٩٢٪\u061c")],
)
def test_a_percentage_is_written_as_the_place_does(place: str, expected: str) -> None:
    QLocale.setDefault(QLocale(place))
    assert percent(0.917) == expected


def test_a_negative_percentage_and_nothing() -> None:
    QLocale.setDefault(QLocale("en"))
    assert (percent(0.034, fine=True), percent(0.34, fine=True), percent(0.0, fine=True)) == ("3.4%", "34%", "0%")
    assert (percent(-0.171), percent(0.0), percent(1.0)) == ("−17%", "0%", "100%")
