"""What the window tells about itself, and words that shorten instead of being cut."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from avrec_desktop import __version__
from avrec_desktop.recommend.panel import Pick
from avrec_desktop.ui.help import AboutDialog, KeysDialog, key_groups
from avrec_desktop.ui.palette import Command, matching
from avrec_desktop.ui.texts import reason, short_reasons
from avrec_desktop.ui.widgets.basics import ElidedLabel
from avrec_desktop.ui.window import PAGES, Parts


def _pick(titles: list[str], tags: list[str]) -> Pick:
    return Pick(1, "A", "/a", 1.0, "because you liked it", "because", [2, 3], titles, tags)


def test_every_key_of_the_window_is_told(parts: Parts) -> None:
    told = {QKeySequence(keys).toString() for _, group in key_groups() for keys, _ in group}
    told |= {f"Ctrl+{n}" for n in range(1, len(PAGES) + 1)}  # the line of Ctrl+1 tells them
    made = {shortcut.key().toString() for shortcut in parts.root.findChildren(QShortcut)}
    assert {keys for keys in made if not keys.startswith("Media")} <= told


@pytest.mark.parametrize("kind", [KeysDialog, AboutDialog])
def test_the_dialogs_show_their_words(qtbot: QtBot, parts: Parts, kind: type[KeysDialog] | type[AboutDialog]) -> None:
    dialog = kind(parts._window)
    qtbot.addWidget(dialog)
    dialog.show()
    texts = [words.text() for words in dialog.findChildren(QLabel)]
    wanted = "Undo the last act" if kind is KeysDialog else __version__
    assert any(wanted in text for text in texts)
    for words in dialog.findChildren(QLabel):
        assert words.height() >= words.heightForWidth(words.width()), words.text()


def test_the_palette_and_the_settings_lead_to_the_keys(qtbot: QtBot, parts: Parts) -> None:
    parts.settings_page.help.keys_wanted.emit()
    assert parts._window.findChild(KeysDialog) is not None
    parts.settings_page.help.about_wanted.emit()
    assert parts._window.findChild(AboutDialog) is not None


def test_a_command_that_begins_with_the_words_comes_first() -> None:
    commands = [Command(text, lambda: None) for text in ("Go to Unplayed", "Now play", "Play or pause")]
    assert [c.text for c in matching(commands, "play")] == ["Play or pause", "Now play", "Go to Unplayed"]


def test_a_reason_says_less_where_there_is_less_room(qtbot: QtBot) -> None:
    pick = _pick(["Deprecation", "Awakening"], ["electronic", "ambient", "synthesizer"])
    whole, shorter = reason(pick), short_reasons(pick)
    assert whole not in shorter
    assert all(len(text) < len(whole) for text in shorter)
    assert shorter[-1] == min(shorter, key=len)
    label = ElidedLabel("", "reason", lines=2)
    qtbot.addWidget(label)
    label.setText(whole, shorter)
    label.resize(2000, 40)
    assert label.shown() == [whole]
    label.resize(label.fontMetrics().horizontalAdvance("Because you liked “Deprecation”"), 40)
    shown = " ".join(label.shown())
    assert "…" not in shown
    assert "Deprecation" in shown and "electronic" in shown
    assert label.toolTip() == whole and label.accessibleName() == whole


def test_words_that_fit_nowhere_end_in_an_ellipsis(qtbot: QtBot) -> None:
    label = ElidedLabel("", "reason", lines=2)
    qtbot.addWidget(label)
    label.setText("One two three four five six seven eight nine ten")
    label.resize(label.fontMetrics().horizontalAdvance("One two three"), 40)
    shown = label.shown()
    assert len(shown) == 2
    assert shown[0] == "One two three"
    assert shown[1].endswith("…")
    assert all(label.fontMetrics().horizontalAdvance(line) <= label.width() for line in shown)
