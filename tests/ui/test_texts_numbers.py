"""Numbers, counts and lists as the place and the language write them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from avrec_desktop.recommend.panel import Pick
from avrec_desktop.recommend.service import ModelInfo
from avrec_desktop.ui.choice import choice_words, chosen_parts
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import amount, counted, decimal, listed, percent, reason, short_reasons, signed


@pytest.fixture
def german() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def test_numbers_are_written_as_the_place_does(german: None) -> None:
    assert amount(1234567) == "1.234.567"
    assert decimal(0.25, 2) == "0,25"
    assert signed(-0.25, 2) == "−0,25"
    assert signed(0.25, 2) == "+0,25"


def test_shares_keep_their_sign_and_what_is_rare() -> None:
    assert percent(0.4567) == "46%"
    assert percent(-0.17) == "−17%"
    assert percent(0.001) == "< 1%"
    assert percent(0.0) == "0%"


def test_one_thing_is_not_many() -> None:
    assert counted(1, "{n} item", "{n} items") == "1 item"
    assert counted(0, "{n} item", "{n} items") == "0 items"
    assert counted(2, "{n} item in {name}", "{n} items in {name}", name="x") == "2 items in x"
    assert listed(["a", "b", "c"]) == "a, b, c"


def test_a_reason_without_tags_can_name_one_of_its_titles_only() -> None:
    pick = Pick(1, "Track", "/a", 1.0, "Because you liked", "because", [], ["Main Theme", "Breaking the Chains"])
    assert reason(pick) == "Because you liked “Main Theme” and “Breaking the Chains”"
    assert short_reasons(pick)[0] == "Because you liked “Main Theme”"


def _info(notes: dict[str, object]) -> ModelInfo:
    return ModelInfo("auto", "Automatic blend", "sequence", "1", 1.0, {}, {}, True, notes)


def test_what_a_model_chose_is_told_for_the_profile_it_is_for() -> None:
    notes = {
        "chosen": {"your own taste": 1.0},
        "chosen_for": {"me": {"your own taste": 0.75, "what was always popular": -0.25}},
        "reasons": ["On what was held out “your own taste” alone reached 0.144, no blend more than 0.116."],
    }
    mine, other = choice_words(_info(notes), "me"), choice_words(_info(notes), "other")
    assert mine[0] == "It weighs 2 things: Your own taste 75%, What was always popular −25%."
    assert any("against" in sentence for sentence in mine)
    assert other[0] == "It goes by one thing: Your own taste 100%."
    assert mine[-1] == other[-1] == notes["reasons"][0]
    assert chosen_parts(_info(notes), "me") == [("Your own taste", 0.75), ("What was always popular", -0.25)]


@pytest.mark.parametrize("notes", [{}, {"chosen": [1], "reasons": "x"}, {"chosen": {"a": "b"}, "chosen_for": 3}])
def test_a_model_that_says_nothing_usable_of_its_choice_is_not_told_of(notes: dict[str, object]) -> None:
    assert choice_words(_info(notes), "me") == []


def test_bundled_models_have_plain_names_and_others_their_own() -> None:
    assert said("EASE") == "What goes together (EASE)"
    assert said("ease") == "ease", "a tag of the user's is no model"
    assert said("My own model") == "My own model"
