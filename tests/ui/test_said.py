"""What the core says, in the language of the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from avrec_desktop.api.errors import MediaError
from avrec_desktop.ui.said import said
from avrec_desktop.ui.said_texts import TEXTS
from avrec_desktop.ui.texts import error_text


class _Marked(QTranslator):
    """Translates what the core says by putting it into brackets."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, *_rest: Any) -> str:
        if context != "Said":
            return ""
        return "。" if source == "." else f"[{source}]"


@pytest.fixture
def other_language(qapp: QApplication) -> Iterator[None]:
    """The app in another language."""
    translator = _Marked()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.parametrize(
    "text", ["music", "its sound stream is empty.", "Training Extra: 0.5", "Nobody knows this", ""]
)
def test_english_stays_as_it_is(qapp: QApplication, text: str) -> None:
    assert said(text) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("its sound stream is empty", "[its sound stream is empty]"),
        ("its sound stream is empty.", "[its sound stream is empty]。"),
        ("it cannot be opened: Permission denied", "[it cannot be opened: [permission denied]]"),
        ("it cannot be opened: odd {braces}", "[it cannot be opened: odd {braces}]"),
        ("Training EASE: recall 0.5", "[training [What goes together (EASE)]: recall 0.5]"),
        ("nobody knows this", "nobody knows this"),
        ("a line\nand more", "a line\nand more"),
    ],
)
def test_sentences_are_found_again(other_language: None, text: str, wanted: str) -> None:
    assert said(text) == wanted


def test_errors_are_translated_with_their_hints(other_language: None) -> None:
    error = MediaError("there is no such file", hint="Check the connection and try again.")
    assert error_text(error) == "[there is no such file]。 [check the connection and try again]。"


def test_no_text_is_there_twice() -> None:
    assert len({text.casefold() for text in TEXTS}) == len(TEXTS)
