"""The window as a user meets it: pages, search, likes, undo, keys, names for screen readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.ui.window import PAGES, Parts
from tests.ui.conftest import TITLES, World

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def _controls(root: QWidget) -> Iterator[QWidget]:
    """Yield what a user can reach: visible controls and everything else that takes the focus."""
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget, QScrollBar | QHeaderView) or isinstance(
            widget.parentWidget(), QAbstractSpinBox | QComboBox | QLineEdit | QHeaderView | QAbstractItemView
        )
        if inner or not widget.isVisible():
            continue
        if isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return (interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()).strip()


def _titles(parts: Parts) -> list[str]:
    return [card.pick.title for card in parts.home_page.grid.cards]


@pytest.mark.parametrize("page", [*PAGES, "table", "detail", "stage"])
def test_every_control_has_a_name(qtbot: QtBot, parts: Parts, page: str) -> None:
    if page == "stage":
        parts.show_page("stage")
    elif page in {"table", "detail"}:
        parts.go("library")
        parts.library_page.as_table.setChecked(page == "table")
        parts.detail.open(1)
        qtbot.waitUntil(parts.detail_pane.isVisible)
    else:
        parts.go(page)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    found = list(_controls(parts._window))
    assert len(found) > 15
    nameless = [
        f"{type(w).__name__} {w.objectName()} in {type(w.parentWidget()).__name__}" for w in found if not _name(w)
    ]
    assert not nameless


def test_pages_by_keys(qtbot: QtBot, parts: Parts) -> None:
    parts._window.activateWindow()
    qtbot.waitUntil(parts._window.isActiveWindow)
    for n, page in enumerate(PAGES, 1):
        qtbot.keyClick(parts._window, Qt.Key(Qt.Key.Key_0 + n), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda page=page: parts.shown() == page)


def test_search_shows_what_matches_as_one_types(qtbot: QtBot, parts: Parts) -> None:
    qtbot.keyClick(parts._window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: parts.shown() == "library" and parts.model.rowCount() == len(TITLES))
    qtbot.keyClicks(parts.library_page.search, "bel")
    qtbot.waitUntil(lambda: parts.model.rowCount() == 1)
    parts.model.item_at(0)
    qtbot.waitUntil(lambda: parts.model.item_at(0) is not None)
    item = parts.model.item_at(0)
    assert item is not None
    assert item.title == "Bell Tower"
    parts.library_page.search.setText("no such thing")
    qtbot.waitUntil(lambda: parts.library_page.stack.currentWidget() is parts.library_page.nothing)
    parts.library_page.search.clear()
    qtbot.waitUntil(lambda: parts.model.rowCount() == len(TITLES))
    assert parts.library_page.stack.currentWidget() is parts.library_page.grid


def test_filters_of_the_sidebar(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.sidebar._entries["videos"].click()
    qtbot.waitUntil(lambda: parts.model.rowCount() == 2)
    assert parts.library_page.title.text() == "Videos"
    parts.sidebar._entries["liked"].click()
    qtbot.waitUntil(lambda: parts.model.rowCount() == 0)


def test_a_like_changes_the_panel_and_undo_brings_it_back(qtbot: QtBot, parts: Parts, world: World) -> None:
    before = _titles(parts)
    assert "Cold River" in before
    card = next(c for c in parts.home_page.grid.cards if c.pick.title == "Cold River")
    others = [c for c in parts.home_page.grid.cards if c is not card]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: "Cold River" not in _titles(parts) and len(_titles(parts)) == len(before) - 1)
    assert world.behaviour.state("default", card.pick.item).liked == 1
    assert "by your own taste" in parts.home_page.about.text()
    assert any("Cold River" in c.accessibleName() for c in parts.home_page.grid.cards), "the reason names the like"
    assert others
    parts.actions.undo()
    qtbot.waitUntil(lambda: sorted(_titles(parts)) == sorted(before))
    assert world.behaviour.state("default", card.pick.item).liked == 0


def test_not_interested_hides_and_can_be_undone_from_the_message(qtbot: QtBot, parts: Parts) -> None:
    card = parts.home_page.grid.cards[0]
    title = card.pick.title
    qtbot.keyClick(card, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: title not in _titles(parts))
    undo = next(b for b in parts.message.findChildren(QAbstractButton) if b.text().strip() == "Undo")
    undo.click()
    qtbot.waitUntil(lambda: title in _titles(parts))


def test_the_focus_stays_in_the_panel_when_a_card_goes(qtbot: QtBot, parts: Parts) -> None:
    parts._window.activateWindow()
    qtbot.waitUntil(parts._window.isActiveWindow)
    card = parts.home_page.grid.cards[1]
    card.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(card, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: card not in parts.home_page.grid.cards)
    focused = QApplication.focusWidget()
    assert focused is parts.home_page.grid.cards[1]


@pytest.mark.parametrize("width", [860, 1000, 1280, 1900])
def test_cards_and_columns_fit_the_window(qtbot: QtBot, parts: Parts, width: int) -> None:
    parts._window.resize(1900, 700)
    QApplication.processEvents()
    parts._window.resize(width, 700)
    QApplication.processEvents()
    grid = parts.home_page.grid
    assert grid.cards
    assert max(c.geometry().right() for c in grid.cards) < grid.width()
    view = grid.parentWidget()
    assert view is not None
    assert grid.width() <= view.width()
    parts.go("library")
    parts.library_page.as_table.setChecked(True)
    QApplication.processEvents()
    table = parts.library_page.table
    assert table.horizontalHeader().length() <= table.viewport().width()
    assert table.columnWidth(0) >= 150


def test_grid_and_table_share_the_current_item(qtbot: QtBot, parts: Parts) -> None:
    parts.go("library")
    page = parts.library_page
    page.grid.setFocus()
    page.grid.setCurrentIndex(parts.model.index(2, 0))
    qtbot.waitUntil(lambda: parts.detail.item is not None)
    page.as_table.setChecked(True)
    assert page.stack.currentWidget() is page.table
    assert page.table.currentIndex().row() == 2
    assert parts.detail_pane.isVisible()


def test_sorting_by_a_column(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.go("library")
    parts.library_page.as_table.setChecked(True)
    parts.library_page.table.horizontalHeader().sectionClicked.emit(1)
    want = list(world.library.ids(ItemQuery(sort="artist")))
    qtbot.waitUntil(lambda: list(parts.model.ids) == want)
    parts.library_page.table.horizontalHeader().sectionClicked.emit(1)
    want = list(world.library.ids(ItemQuery(sort="artist", descending=True)))
    qtbot.waitUntil(lambda: list(parts.model.ids) == want)


def test_rating_in_the_detail_pane(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.detail.open(2)
    qtbot.waitUntil(parts.detail_pane.isVisible)
    qtbot.keyClick(parts.detail_pane.stars, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: world.behaviour.state("default", 2).rating == 4)
    qtbot.waitUntil(lambda: parts.detail.item is not None and parts.detail.item.rating == 4)


def test_titles_are_shown_as_text_never_as_html(qtbot: QtBot, parts: Parts) -> None:
    card = next(c for c in parts.home_page.grid.cards if c.pick.title.startswith("Heat"))
    tips = [w.toolTip() for w in card.findChildren(QWidget) if "Heat" in w.toolTip()]
    assert tips
    assert all("<b>" not in tip for tip in tips)


def test_a_failing_panel_says_so_and_can_be_tried_again(
    qtbot: QtBot, open_window: Callable[[World], Parts], world: World
) -> None:
    world.recommend.error = AvrecError("the model file is damaged", hint="Train again.")
    parts = open_window(world)
    page = parts.home_page
    assert page.stack.currentWidget() is page._failed
    assert "damaged" in parts.message._text.text()
    world.recommend.error = None
    again = next(b for b in page._failed.findChildren(QAbstractButton))
    again.click()
    qtbot.waitUntil(lambda: len(page.grid.cards) == len(TITLES))
    assert page.stack.currentWidget() is page._panel


def test_an_empty_library_shows_the_way_in(
    qtbot: QtBot, open_window: Callable[[World], Parts], empty_world: World
) -> None:
    parts = open_window(empty_world)
    texts = {b.text().strip() for b in parts.home_page.findChildren(QAbstractButton) if b.isVisible()}
    assert {"Choose folders", "Try it with sample media"} <= texts


def test_a_dropped_folder_is_scanned_and_then_analysed(
    qtbot: QtBot, open_window: Callable[[World], Parts], empty_world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("dropped")
    (folder / "broken.mp3").write_bytes(b"")
    parts = open_window(empty_world)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), copy, data, left, none, QEvent.Type.Drop)
    parts._window.dropEvent(event)
    jobs = parts._window.jobs
    qtbot.waitUntil(
        lambda: [e.kind for e in jobs.entries] == ["scan", "analyse"] and not jobs.running(), timeout=20_000
    )
    assert [f.path for f in empty_world.library.folders()] == [str(folder)]
    assert empty_world.features.extracted == 1
    assert "could not be read" in parts.message._text.text()
    parts.go("jobs")
    texts = [w.text() for w in parts.jobs_page.findChildren(QWidget) if hasattr(w, "text")]
    assert any("broken.mp3" in t for t in texts), "the jobs page names the file and the reason"


def test_plugins_show_their_errors_and_can_be_switched(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.go("plugins")
    page = parts.plugins_page
    qtbot.waitUntil(lambda: len([b for b in page.findChildren(QAbstractButton) if b.text() == "Use"]) == 2)
    assert any(getattr(w, "text", str)() == "boom" for w in page.findChildren(QWidget))
    next(b for b in page.findChildren(QAbstractButton) if b.accessibleName() == "Use Good").click()
    qtbot.waitUntil(lambda: world.plugins.calls == [("disable", "good")])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: world.plugins.calls[1:] == [("enable", "good")])


def test_the_window_remembers_its_place(qtbot: QtBot, open_window: Callable[[World], Parts], world: World) -> None:
    parts = open_window(world)
    parts._window.resize(900, 677)  # the offscreen screen is narrower than the window may be: the height tells
    parts.player_bar.volume.setValue(33)
    parts._window.close()
    again = open_window(world)
    assert again._window.height() == 677
    assert again.player_bar.volume.value() == 33


def test_a_message_takes_its_place_only_while_it_is_there(parts: Parts) -> None:
    parts._window.show()
    assert not parts.notice.isVisible()
    parts.message.show_error("Something is wrong.")
    assert parts.notice.isVisible() and parts.message.isVisible()
    parts.message.hide()
    assert not parts.notice.isVisible()


def test_what_is_not_found_can_be_looked_for_by_meaning(
    qtbot: QtBot, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avrec_desktop.ui.pages.understanding_scene.search", lambda *_: [])
    parts.library_page.search.setText("zzzz")
    with qtbot.waitSignal(parts.understanding_page.searched) as asked:
        parts.library_page.meaning_wanted.emit()
    assert asked.args == ["zzzz"]
    assert parts.shown() == "understanding"
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


@pytest.mark.parametrize(("name", "words"), [("liked", "Nothing liked yet"), ("recent", "Nothing played yet")])
def test_an_empty_part_of_the_library_says_what_would_be_there(
    qtbot: QtBot, parts: Parts, name: str, words: str
) -> None:
    page = parts.library_page
    parts.library.show_filter("A part", filter=name)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.none_of_these)
    assert page.none_of_these._title.text() == words


def test_a_panel_without_picks_says_what_would_bring_some(qtbot: QtBot, parts: Parts) -> None:
    from avrec_desktop.recommend.panel import Panel

    parts.home._show((Panel("by-content", "By content.", "by-content", []), {}))
    page = parts.home_page
    assert page.stack.currentWidget() is page._none
