"""The window for everybody: the accessibility tree, made-up long words, writing from right to left, large text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QRect, Qt, QTranslator
from PySide6.QtGui import QAccessible, QAccessibleInterface, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import ElidedLabel
from avrec_desktop.ui.widgets.card import RecommendationCard
from avrec_desktop.ui.window import PAGES, Parts
from tests.ui.conftest import World

_R = QAccessible.Role
#: Roles of things a user operates or reads values from; each must have a name.
OPERATED = {
    _R.PushButton, _R.CheckBox, _R.RadioButton, _R.ComboBox, _R.Slider, _R.SpinBox, _R.EditableText, _R.List,
    _R.Table, _R.Tree, _R.ProgressBar, _R.ButtonMenu, _R.ButtonDropDown, _R.Link, _R.PageTab,
}  # fmt: skip
#: Parts that Qt makes itself inside a named control.
INNER = {_R.ScrollBar, _R.Indicator, _R.Grip, _R.Row, _R.Cell, _R.ListItem, _R.TreeItem, _R.RowHeader, _R.ColumnHeader}


def _walk(root: QWidget) -> Iterator[tuple[QAccessibleInterface, str]]:
    """Yield the visible nodes of the tree with where they are.

    By widget: PySide deletes the interfaces it hands out as children, which Qt still owns.
    """
    closed = (QComboBox, QAbstractSpinBox, QAbstractItemView, QLineEdit)  # what is inside belongs to the control
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or _inside(widget, closed):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None and interface.isValid() and interface.role() not in INNER:
            yield interface, f"{type(widget.parentWidget()).__name__}/{type(widget).__name__} {widget.objectName()}"


def _inside(widget: QWidget, kinds: tuple[type, ...]) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parentWidget()
    return False


def _settle(qtbot: QtBot, parts: Parts) -> None:
    qtbot.waitUntil(lambda: not parts._window.runner.busy, timeout=15_000)
    QApplication.processEvents()


@pytest.mark.parametrize("page", [*PAGES, "stage", "onboarding"])
def test_the_accessibility_tree_has_a_name_for_everything(qtbot: QtBot, parts: Parts, page: str) -> None:
    if page == "onboarding":
        parts.home_page.hold(True)
    elif page == "stage":
        parts.show_page("stage")
    else:
        parts.go(page)
    _settle(qtbot, parts)
    seen = list(_walk(parts._window))
    operated = [(i, where) for i, where in seen if i.role() in OPERATED or i.state().focusable]
    assert len(operated) > 10
    nameless = [
        f"{i.role().name} {where}"
        for i, where in operated
        if i.role() not in {_R.Window, _R.Client, _R.Pane} and not i.text(QAccessible.Text.Name).strip()
    ]
    assert not nameless


class _Pseudo(QTranslator):
    """Makes every text of the app longer by two fifths, with accents and a mark at both ends."""

    _LETTERS = str.maketrans("aeiouAEIOUcnsy", "áéîöüÁÉÎÖÜçñšý")

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, *_rest: Any) -> str:
        if not source or context.startswith("Q"):
            return source
        words, out = source.split("{"), []
        for n, word in enumerate(words):  # placeholders stay as they are
            head, brace, tail = word.partition("}") if n else ("", "", word)
            out.append((("{" + head + brace) if n else "") + tail.translate(self._LETTERS))
        return "⟦" + "".join(out) + "~" * max(1, len(source) * 2 // 5) + "⟧"


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    """The app in a language whose words are long."""
    translator = _Pseudo()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def _texts(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, QLabel | QAbstractButton) and widget.text().strip():
            yield widget, widget.text()
        elif isinstance(widget, QComboBox):
            yield widget, widget.currentText()


@pytest.mark.parametrize("page", PAGES)
def test_long_words_are_not_cut_off(
    qtbot: QtBot, pseudo: None, world: World, open_window: Callable[[World], Parts], page: str
) -> None:
    parts = open_window(world)
    parts._window.resize(1280, 800)
    parts.go(page)
    _settle(qtbot, parts)
    clipped, marked = [], 0
    for widget, text in _texts(parts._window):
        marked += text.strip().startswith("⟦")
        if isinstance(widget, QComboBox | QToolButton) or (isinstance(widget, QLabel) and widget.wordWrap()):
            continue
        if "⟦" in text and widget.sizeHint().width() > widget.width() + 2:
            clipped.append(f"{type(widget).__name__} {text!r}: {widget.width()} of {widget.sizeHint().width()}")
    assert marked > 8, "the page shows translated texts"
    assert not clipped


@pytest.fixture
def right_to_left(qapp: QApplication) -> Iterator[None]:
    """The app in a language written from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def _place(widget: QWidget, parts: Parts) -> QRect:
    return QRect(widget.mapTo(parts._window, widget.rect().topLeft()), widget.size())


def test_the_window_is_mirrored_from_right_to_left(
    qtbot: QtBot, right_to_left: None, world: World, open_window: Callable[[World], Parts]
) -> None:
    parts = open_window(world)
    _settle(qtbot, parts)
    middle = parts._window.width() / 2
    assert _place(parts.sidebar, parts).left() > middle
    assert _place(parts.player_bar.art, parts).left() > middle > _place(parts.player_bar.volume, parts).left()
    cards = parts.home_page.grid.cards
    assert _place(cards[0], parts).left() > _place(cards[1], parts).left()
    parts.go("library")
    parts.detail.open(1)
    qtbot.waitUntil(parts.detail_pane.isVisible)
    _settle(qtbot, parts)
    assert _place(parts.detail_pane, parts).left() < middle
    assert _place(parts.library_page.title, parts).left() > _place(parts.library_page.as_table, parts).left()


def _ink(pixmap: QPixmap) -> tuple[int, int]:
    image = pixmap.toImage()
    paper = image.pixelColor(image.width() // 2, 0)
    half = image.width() // 2
    count = [
        sum(image.pixelColor(x, y) != paper for x in columns for y in range(image.height()))
        for columns in (range(half), range(half, image.width()))
    ]
    return count[0], count[1]


def test_painted_words_stand_where_the_writing_begins(qtbot: QtBot) -> None:
    words = ElidedLabel("Short")
    qtbot.addWidget(words)
    words.resize(300, 24)
    left, right = _ink(words.grab())
    assert left > 0
    assert right == 0
    words.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    left, right = _ink(words.grab())
    assert left == 0
    assert right > 0


def test_large_text_makes_room_for_itself(
    qtbot: QtBot, qapp: QApplication, world: World, open_window: Callable[[World], Parts]
) -> None:
    theme.set_text_scale(1.5)
    theme.apply(qapp, "light")
    try:
        parts = open_window(world)
        _settle(qtbot, parts)
        assert parts.sidebar.fontMetrics().height() >= 18
        clipped = [
            entry.text()
            for entry in parts.sidebar.entries().values()
            if entry.isVisible() and entry.sizeHint().width() > entry.width() + 2
        ]
        assert not clipped
        card = parts.home_page.grid.cards[0]
        lowest = max(child.geometry().bottom() for child in card.findChildren(QWidget))
        assert lowest <= card.height()
    finally:
        theme.set_text_scale(1.0)
        theme.apply(qapp, "light")


def test_a_painter_of_the_tests_works(qapp: QApplication) -> None:
    pixmap = QPixmap(10, 10)
    pixmap.fill(Qt.GlobalColor.white)
    painter = QPainter(pixmap)
    painter.fillRect(0, 0, 2, 2, Qt.GlobalColor.black)
    painter.end()
    assert _ink(pixmap) == (4, 0)
    assert QCoreApplication.instance() is qapp


def _walk_by_tab(parts: Parts, most: int = 120) -> list[QWidget]:
    """Press Tab from the marked entry of the sidebar until the focus is there again; return where it stopped."""
    parts.sidebar.take_focus()
    start = QApplication.focusWidget()
    stops: list[QWidget] = []
    for _ in range(most):
        now = QApplication.focusWidget()
        assert now is not None
        QTest.keyClick(now, Qt.Key.Key_Tab)
        after = QApplication.focusWidget()
        if after is start or after is None:
            break
        stops.append(after)
    return stops


@pytest.mark.parametrize("page", ["home", "library", "playlists", "duplicates", "jobs", "plugins", "settings"])
def test_tab_walks_through_the_page_before_the_player(qtbot: QtBot, parts: Parts, page: str) -> None:
    parts.go(page)
    _settle(qtbot, parts)
    window = parts._window
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    stops = _walk_by_tab(parts)
    inside = [n for n, widget in enumerate(stops) if parts.stack.isAncestorOf(widget)]
    player = [n for n, widget in enumerate(stops) if parts.player_bar.isAncestorOf(widget)]
    assert inside and player
    assert max(inside) < min(player)
    cards = [widget for widget in stops if isinstance(widget, RecommendationCard)]
    groups = [card.parentWidget() for card in cards]
    assert len(groups) == len(set(groups)), "the arrow keys walk through the cards of a group"


def test_another_page_does_not_put_the_focus_anywhere(qtbot: QtBot, parts: Parts) -> None:
    parts.go("library")
    parts.library_page.search.setFocus()
    parts.go("jobs")
    assert parts.root.focusWidget() is parts.sidebar.entries()["jobs"]
