"""The Understanding page in a real window: the map, its colours and filters, what is chosen, and search by meaning."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWhatsThis
from pytestqt.qtbot import QtBot

from avrec_desktop.api.errors import ComputeError
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features.atlas import MapLayout, Region
from avrec_desktop.features.neighbours import Neighbour
from avrec_desktop.features.search import Moment
from avrec_desktop.features.understanding import Topics
from avrec_desktop.jobs import Job
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.ui.widgets.overview import BarRow
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import TITLES, FakeFeatures, World

IDS = np.arange(1, 8)
#: Items 1 to 4 on the left, 5 to 7 on the right; item 8 has not been analysed.
XY = np.array([[-0.9, 0.6], [-0.7, 0.2], [-0.8, -0.3], [-0.5, 0], [0.5, 0.5], [0.7, 0], [0.9, -0.6]], np.float32)


@dataclass
class MappedFeatures(FakeFeatures):
    """Analysis with a map, topics and search results that tests choose."""

    layout: MapLayout | None = None
    stale: bool = False
    found: list[Neighbour] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    error: Exception | None = None
    gate: threading.Event | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.understanding.matrix = self.matrix  # type: ignore[method-assign]

    def item_features(self) -> ItemFeatures:
        content = np.ones((8, 4), np.float32)
        return ItemFeatures(np.arange(1, 9), content, np.empty((8, 0), np.float32))

    def known_map(self) -> MapLayout | None:
        return self.layout

    def map(self, job: Job, *, anew: bool = False) -> MapLayout:
        self.asked.append(("map", anew))
        job.progress(1, 4)
        while self.gate is not None and not self.gate.wait(0.01):
            job.check()
        if self.error is not None:
            raise self.error
        self.layout = a_map()
        return self.layout

    def matrix(self) -> Topics:
        """Items 1 to 3 are jazz, 5 to 7 rock; 1 and 5 are calm."""
        matrix, moods = np.zeros((7, 2), np.float32), np.zeros((7, 1), np.float32)
        matrix[:3, 0], matrix[4:, 1] = (0.9, 0.8, 0.7), 0.6
        moods[[0, 4], 0] = 0.5
        return Topics(IDS, ("jazz", "rock"), matrix, ("calm",), moods)

    def search_moments(self, text: str, n: int) -> tuple[list[Neighbour], list[Moment]]:
        self.asked.append(("search", text))
        if self.error is not None:
            raise self.error
        return self.found, self.moments

    def similar(self, item_id: int, n: int = 10, by: str = "all") -> list[Neighbour]:
        self.asked.append(("similar", item_id, by))
        return [Neighbour(6, 0.9, "audio"), Neighbour(7, 0.8, "tags")]


def a_map(*, stale: bool = False) -> MapLayout:
    regions = (Region(-0.7, 0.1, ("jazz",), 4, 0), Region(0.7, 0.0, ("rock", "calm"), 3, 0))
    return MapLayout(IDS, XY, regions, 1, stale)


@pytest.fixture
def mapped(world: World) -> MappedFeatures:
    """The world's analysis, with a map."""
    features = MappedFeatures(world.library, layout=a_map())
    world.features = features
    return features


@pytest.fixture
def page(qtbot: QtBot, open_window: Callable[[World], Parts], world: World, mapped: MappedFeatures) -> Parts:
    """The parts of a window that shows the page with its map."""
    parts = open_window(world)
    parts._window.resize(1280, 800)
    show(qtbot, parts)
    return parts


def show(qtbot: QtBot, parts: Parts) -> None:
    with qtbot.waitSignal(parts.understanding.loaded):
        parts.go("understanding")
    settle(qtbot, parts)


def settle(qtbot: QtBot, parts: Parts) -> None:
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


def at(parts: Parts, item: int) -> QPoint:
    return parts.understanding_page.view.position_of(item)


def click(qtbot: QtBot, parts: Parts, item: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mouseClick(parts.understanding_page.view, Qt.MouseButton.LeftButton, keys, at(parts, item))


def drag(qtbot: QtBot, view: Any, spots: list[QPoint], keys: Qt.KeyboardModifier) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, keys, spots[0])
    for spot in spots[1:]:
        qtbot.mouseMove(view, spot)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, keys, spots[-1])


def chosen(parts: Parts) -> list[int]:
    return parts.understanding_page.view.selected().tolist()


def shown(parts: Parts) -> list[int]:
    view = parts.understanding_page.view
    return view.ids[view._shown].tolist()


def test_the_page_shows_the_map_with_names_and_says_what_is_missing(page: Parts) -> None:
    view = page.understanding_page.view
    assert page.understanding_page.stack.currentWidget() is page.understanding_page.map_side
    assert view.ids.tolist() == IDS.tolist()
    assert {n.text for n in view._names} == {"Jazz", "Rock · Calm"}
    assert "7 items" in page.understanding_page.count.text()
    assert "1 not analysed yet" in page.understanding_page.count.text()
    for item in IDS.tolist():
        assert view.rect().contains(view.position_of(item)), "the whole map is seen"
        assert view.item_at(QPointF(view.position_of(item))) == item


@pytest.mark.parametrize("size", [(860, 560), (1280, 800), (1900, 1000)])
def test_nothing_is_cut_off_in_any_window(qtbot: QtBot, page: Parts, size: tuple[int, int]) -> None:
    page._window.resize(*size)
    page.understanding_page.view.select(IDS)
    QApplication.processEvents()
    parts = page.understanding_page
    for part in (parts.view, parts.side, parts.selection, parts.legend, parts.colouring, parts.more, parts.search):
        corner = part.mapTo(parts, part.rect().bottomRight())
        assert parts.rect().contains(corner), type(part).__name__
        assert part.width() >= part.minimumSizeHint().width(), type(part).__name__
    first = parts.legend._entries[0]
    assert parts.legend.height() >= first.height() > 15
    assert parts.view.geometry().bottom() <= parts.view.parentWidget().height()
    assert parts.selection.geometry().top() >= parts.view.parentWidget().geometry().bottom()


def test_points_have_the_colours_of_the_legend(page: Parts) -> None:
    view, legend = page.understanding_page.view, page.understanding_page.legend
    picture = view.grab().toImage()
    ratio = picture.devicePixelRatio()
    jazz, rock = legend._entries[0], legend._entries[1]
    assert jazz.text().startswith("Jazz")
    for item, entry in ((1, jazz), (7, rock)):
        spot = view.position_of(item) * ratio
        assert picture.pixelColor(spot).name() == entry._colour


def test_the_legend_filters(qtbot: QtBot, page: Parts) -> None:
    legend = page.understanding_page.legend
    legend._entries[0].click()
    assert shown(page) == [1, 2, 3]
    legend._entries[1].click()
    assert shown(page) == [1, 2, 3, 5, 6, 7]
    legend._entries[0].click()
    legend._entries[1].click()
    assert shown(page) == IDS.tolist()
    page.understanding_page.colouring.setCurrentIndex(page.understanding_page.colouring.findData("kind"))
    names = {e.text().split("  ")[0]: e for e in legend._entries.values()}
    assert set(names) == {"Music and sound", "Videos"}
    names["Videos"].click()
    assert shown(page) == [3, 6]


def test_the_legend_follows_changes_and_keeps_what_is_picked(qtbot: QtBot, page: Parts, mapped: MappedFeatures) -> None:
    legend = page.understanding_page.legend
    legend._entries[1].click()
    assert shown(page) == [5, 6, 7]
    topics = mapped.matrix()
    topics.matrix[[0, 1], 0] = 0.0
    topics.matrix[3, 1] = 0.9  # four items of rock now, one of jazz: the order of the groups turns round
    mapped.understanding.matrix = lambda: topics  # type: ignore[method-assign]
    with qtbot.waitSignal(page.understanding.loaded):
        page.understanding.load()
    assert [e.name for e in legend._entries.values()] == ["Rock", "Jazz", "Others"]
    assert [e.name for e in legend._entries.values() if e.isChecked()] == ["Rock"]
    assert shown(page) == [4, 5, 6, 7]


@pytest.mark.parametrize("colouring", ["topic", "mood", "folder", "kind", "liked"])
def test_every_way_to_colour_has_a_legend_that_adds_up(page: Parts, colouring: str) -> None:
    page.understanding_page.colouring.setCurrentIndex(page.understanding_page.colouring.findData(colouring))
    entries = page.understanding_page.legend._entries.values()
    assert sum(int(e.text().rsplit("  ")[-1]) for e in entries) == len(IDS)
    assert all(e.accessibleName() for e in entries)


def test_click_chooses_and_double_click_plays(qtbot: QtBot, page: Parts) -> None:
    click(qtbot, page, 2)
    assert chosen(page) == [2]
    qtbot.waitUntil(lambda: TITLES[1] in page.understanding_page.selection.text.text())
    click(qtbot, page, 5, Qt.KeyboardModifier.ControlModifier)
    assert chosen(page) == [2, 5]
    played: list[int] = []
    page.understanding.played.connect(lambda i, _q, _s: played.append(i))
    qtbot.mouseDClick(page.understanding_page.view, Qt.MouseButton.LeftButton, pos=at(page, 6))
    assert played == [6]
    qtbot.mouseClick(page.understanding_page.view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert chosen(page) == []
    assert not page.understanding_page.selection.isVisible()


def test_a_rectangle_and_a_loop_choose_many(qtbot: QtBot, page: Parts) -> None:
    view = page.understanding_page.view
    left = [at(page, i) for i in (1, 2, 3, 4)]
    low = QPoint(min(p.x() for p in left) - 12, min(p.y() for p in left) - 12)
    high = QPoint(max(p.x() for p in left) + 12, max(p.y() for p in left) + 12)
    drag(qtbot, view, [low, (low + high) / 2, high], Qt.KeyboardModifier.ShiftModifier)
    assert chosen(page) == [1, 2, 3, 4]
    around = [at(page, 6) + QPoint(dx, dy) for dx, dy in ((-20, -20), (20, -20), (20, 20), (-20, 20))]
    drag(qtbot, view, around, Qt.KeyboardModifier.ControlModifier)
    assert chosen(page) == [6]
    page.understanding_page.lasso.click()
    drag(qtbot, view, [p + at(page, 7) - at(page, 6) for p in around], Qt.KeyboardModifier.AltModifier)
    assert chosen(page) == [6, 7], "Alt adds"
    page.understanding_page.legend._entries[0].click()  # jazz: the right side is faint
    drag(qtbot, view, around, Qt.KeyboardModifier.NoModifier)
    assert chosen(page) == [], "what is filtered out cannot be caught"


def test_drag_pans_and_wheel_zooms_at_the_pointer(qtbot: QtBot, page: Parts) -> None:
    view = page.understanding_page.view
    before = at(page, 4)
    drag(qtbot, view, [QPoint(300, 20), QPoint(320, 30), QPoint(340, 40)], Qt.KeyboardModifier.NoModifier)
    assert at(page, 4) - before == QPoint(40, 20)
    assert chosen(page) == []
    spot = at(page, 5)
    view.camera.zoom_at(QPointF(spot), 3.0)
    assert (at(page, 5) - spot).manhattanLength() <= 4, "half a pixel of rounding, three times as large"
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: all(view.rect().contains(at(page, i)) for i in IDS.tolist()))


def test_all_of_the_map_by_keys(qtbot: QtBot, page: Parts) -> None:
    view = page.understanding_page.view
    page._window.activateWindow()
    view.setFocus()
    view.set_current(4)
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.current in {5, 6}
    seen = {view.current}
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
        seen.add(view.current)
    assert len(seen) >= 5, "most points can be reached"
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert chosen(page) == [view.current]
    title = TITLES[view.current - 1]
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface is not None
    qtbot.waitUntil(lambda: title in interface.text(QAccessible.Text.Description))
    assert "1 chosen" in interface.text(QAccessible.Text.Description)
    assert "map" in interface.text(QAccessible.Text.Name).lower()
    with qtbot.waitSignal(view.played) as heard:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert heard.args == [view.current]
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert chosen(page) == IDS.tolist()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert chosen(page) == []
    zoom = view.camera.zoom
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.camera.zoom > zoom
    x = view.camera.x
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.camera.x < x


def test_hovering_shows_a_card_and_starts_the_preview(qtbot: QtBot, page: Parts) -> None:
    view, card = page.understanding_page.view, page.understanding_page.card
    qtbot.mouseMove(view, at(page, 3))
    qtbot.waitUntil(lambda: card.isVisible() and card.item == 3)
    assert page.preview.current == 3
    words = [line.text() for line in card._lines]
    assert words[0] == TITLES[2]
    assert words[2] == "Jazz"
    assert view.rect().contains(card.geometry())
    qtbot.mouseMove(view, QPoint(4, 4))
    qtbot.waitUntil(lambda: not card.isVisible())
    assert page.preview.current == 0


def test_keys_show_the_card_as_well(qtbot: QtBot, page: Parts) -> None:
    view, card = page.understanding_page.view, page.understanding_page.card
    page._window.activateWindow()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: card.isVisible() and card.item == view.current)
    before = card.pos()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert card.pos() != before, "it goes with its point"
    page.understanding_page.search.setFocus()
    qtbot.waitUntil(lambda: not card.isVisible())


def test_close_up_points_become_pictures_with_titles(qtbot: QtBot, page: Parts) -> None:
    view = page.understanding_page.view
    assert not view._pictured
    view.camera.go(*XY[1].tolist(), 6.0, smooth=False)
    qtbot.waitUntil(lambda: view._pictured and view._captions.get(2, ("",))[0] == TITLES[1])
    corner = QPointF(view.position_of(2)) + QPointF(30, 20)
    assert view.item_at(corner) == 2, "the whole picture can be clicked"


def test_the_bar_of_the_chosen_shrinks_to_icons(qtbot: QtBot, page: Parts) -> None:
    bar = page.understanding_page.selection
    page.understanding_page.view.select(IDS[:2])
    QApplication.processEvents()
    bar.resize(900, bar.height())
    assert bar.play_button.text().strip() == "Play"
    bar.resize(300, bar.height())
    assert bar.play_button.text() == ""
    assert bar.play_button.accessibleName() == bar.play_button.toolTip() == "Play"


def test_like_all_is_one_act_and_one_undo(qtbot: QtBot, page: Parts, world: World) -> None:
    page.understanding_page.view.select(np.array([1, 2, 5]))
    page.understanding_page.selection.like_button.click()

    def liked() -> list[int]:
        return sorted(world.library.ids(ItemQuery(filter="liked")).tolist())

    qtbot.waitUntil(lambda: liked() == [1, 2, 5])
    qtbot.waitUntil(lambda: "Liked 3 items" in page.message._text.text())
    page.actions.undo()
    qtbot.waitUntil(lambda: liked() == [])


def test_what_is_chosen_goes_into_a_playlist_and_out_again(qtbot: QtBot, page: Parts, world: World) -> None:
    shelf = world.library.playlists
    rail = shelf.create("Road & Rail", [1]).playlist_id
    page.understanding_page.view.select(np.array([2, 5]))
    page.understanding_page.selection.playlist_button.click()
    qtbot.waitUntil(lambda: page.playlist_adder.menu is not None)
    menu = page.playlist_adder.menu
    assert menu is not None
    assert [a.text() for a in menu.actions() if a.text()] == ["New playlist …", "Road && Rail"]
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: shelf.items(rail).tolist() == [1, 2, 5])
    qtbot.waitUntil(lambda: "Road & Rail" in page.message._text.text())
    page.actions.undo()
    qtbot.waitUntil(lambda: shelf.items(rail).tolist() == [1])
    menu.actions()[0].trigger()
    menu.close()
    dialog = page.playlist_adder.dialog
    assert dialog is not None
    dialog.setTextValue("  Night ")
    dialog.accept()
    qtbot.waitUntil(lambda: {p.name: p.n_items for p in shelf.list()}.get("Night") == 2)
    settle(qtbot, page)


def test_the_menu_of_a_point_is_that_of_all_lists(
    qtbot: QtBot, page: Parts, world: World, mapped: MappedFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _where: menus.append(menu))
    page.understanding_page.view.menu_wanted.emit(6, QPoint())
    texts = [a.text() for a in menus[0].actions()]
    assert {"Play", "Add to queue", "Add to playlist", "More like this", "Like", "Details"} <= set(texts)
    inner = next(a.menu() for a in menus[0].actions() if a.text() == "More like this")
    with qtbot.waitSignal(page.searches.shown):
        inner.actions()[1].trigger()
    assert mapped.asked[-1] == ("similar", 6, "audio")
    page.understanding_page.view.select(np.array([1, 2, 5]))
    page.understanding_page.view.menu_wanted.emit(2, QPoint())
    next(a for a in menus[1].actions() if a.text() == "Like").trigger()
    qtbot.waitUntil(lambda: len(world.library.ids(ItemQuery(filter="liked"))) == 3)
    settle(qtbot, page)


def test_bars_filter_the_map_and_lead_to_the_library(qtbot: QtBot, page: Parts) -> None:
    rows = {r.bar.name: r for r in page.understanding_page.overview.rows}
    assert set(rows) == {"Jazz", "Rock", "Calm"}
    assert rows["Jazz"].bar.library == pytest.approx(3 / 8)
    assert "38% of the library" in rows["Jazz"].accessibleName()
    rows["Jazz"].click()
    assert shown(page) == [1, 2, 3]
    assert "Jazz: 3 items" in page.understanding_page.strip.text.text()
    button = next(b for b in page.understanding_page.strip.findChildren(QAbstractButton) if "Library" in b.text())
    button.click()
    qtbot.waitUntil(lambda: page.shown() == "library" and sorted(page.model.ids.tolist()) == [1, 2, 3])
    assert page.library_page.title.text() == "Jazz"
    page.library_page.search.setText("bell")
    qtbot.waitUntil(lambda: page.model.ids.tolist() == [2])
    page.library_page.search.clear()
    qtbot.waitUntil(lambda: sorted(page.model.ids.tolist()) == [1, 2, 3])
    page.sidebar._entries["library"].click()
    qtbot.waitUntil(lambda: page.model.rowCount() == len(TITLES))


def test_pressing_the_bar_again_shows_everything(page: Parts) -> None:
    row = next(r for r in page.understanding_page.overview.rows if r.bar.key == "rock")
    row.click()
    assert shown(page) == [5, 6, 7]
    row.click()
    assert shown(page) == IDS.tolist()
    assert not page.understanding_page.strip.isVisible()


def test_likes_stand_beside_the_library(qtbot: QtBot, page: Parts, world: World) -> None:
    for item in (1, 5):
        world.behaviour.rate("default", item, "like")
    with qtbot.waitSignal(page.understanding.loaded):
        page.understanding.load()

    def bars() -> dict[str, float | None]:
        return {r.bar.key: r.bar.likes for r in page.understanding_page.overview.rows}

    assert bars() == {"jazz": 0.5, "rock": 0.5, "calm": 1.0}
    names = [r.accessibleName() for r in page.understanding_page.overview.rows if isinstance(r, BarRow)]
    assert any("100% of what you like" in n for n in names)


def test_search_by_meaning_from_anywhere(qtbot: QtBot, page: Parts, mapped: MappedFeatures) -> None:
    mapped.found = [Neighbour(7, 0.9, "tags"), Neighbour(2, 0.5, "text")]
    mapped.moments = [Moment(7, 12.0, 20.0, 0.9, "sound")]
    page.go("home")
    page._window.activateWindow()
    qtbot.waitUntil(page._window.isActiveWindow)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page._window, Qt.Key.Key_F, keys)
    qtbot.waitUntil(lambda: page.understanding_page.search.hasFocus())
    qtbot.keyClicks(page.understanding_page.search, "rock, a storm at night")
    with qtbot.waitSignal(page.searches.shown):
        qtbot.keyClick(page.understanding_page.search, Qt.Key.Key_Return)
    assert ("search", "rock, a storm at night") in mapped.asked
    cards = page.understanding_page.found.cards
    assert [c.found.item.id for c in cards] == [7, 2]
    assert cards[0].found.why == "By its topics and moods: Rock"
    assert cards[1].found.why == "By what its words mean"
    assert page.understanding_page.view._results.tolist() == [7, 2]
    moment = next(b for b in cards[0].findChildren(QAbstractButton) if "0:12" in b.text())
    with qtbot.waitSignal(page.understanding.played) as heard:
        moment.click()
    assert heard.args == [7, [], 12.0]
    with qtbot.waitSignal(page.understanding.played) as heard:
        qtbot.keyClick(cards[0], Qt.Key.Key_Return)
    assert heard.args == [7, [2], -1.0], "the other results follow"
    qtbot.keyClick(cards[1], Qt.Key.Key_Space)
    assert chosen(page) == [2]
    page.understanding_page.found.closed.emit()
    assert page.understanding_page.view._results.tolist() == []


def test_a_search_that_fails_or_finds_nothing_says_so(qtbot: QtBot, page: Parts, mapped: MappedFeatures) -> None:
    with qtbot.waitSignal(page.searches.shown):
        page.searches.search("nothing at all")
    assert "Nothing found" in page.understanding_page.found._about.text()
    mapped.error = ComputeError("the process crashed")
    page.searches.search("again")
    qtbot.waitUntil(lambda: "crashed" in page.message._text.text())
    assert page.understanding_page.side.currentWidget() is page.understanding_page.overview


def test_more_like_this_from_a_card_and_from_the_details(
    qtbot: QtBot, page: Parts, mapped: MappedFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.detail.open(2)
    qtbot.waitUntil(page.detail_pane.isVisible)
    with qtbot.waitSignal(page.searches.shown):
        page.detail_pane.similar_wanted.emit("audio")
    assert mapped.asked[-1] == ("similar", 2, "audio")
    assert [c.found.why for c in page.understanding_page.found.cards] == ["Alike in sound", "Alike in topics and moods"]
    assert page.understanding_page.view.current == 2
    page.go("home")
    card = page.home_page.grid.cards[0]
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _where: menus.append(menu))
    card.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(), QPoint()))
    inner = next(a.menu() for a in menus[0].actions() if a.text() == "More like this")
    with qtbot.waitSignal(page.searches.shown):
        inner.actions()[3].trigger()
    assert mapped.asked[-1] == ("similar", card.pick.item, "text")
    assert page.shown() == "understanding"


def test_without_a_map_one_is_drawn(
    qtbot: QtBot, open_window: Callable[[World], Parts], world: World, mapped: MappedFeatures
) -> None:
    mapped.layout = None
    parts = open_window(world)
    with qtbot.waitSignal(parts.understanding.loaded):
        parts.go("understanding")
    qtbot.waitUntil(lambda: len(parts.understanding_page.view.ids) == len(IDS))
    assert [e.kind for e in parts._window.jobs.entries] == ["map"]
    assert not parts.understanding_page.progress.isVisible()


def test_drawing_the_map_can_be_watched_and_cancelled(
    qtbot: QtBot, open_window: Callable[[World], Parts], world: World, mapped: MappedFeatures
) -> None:
    mapped.layout, mapped.gate = None, threading.Event()
    parts = open_window(world)
    with qtbot.waitSignal(parts.understanding.loaded):
        parts.go("understanding")
    page = parts.understanding_page
    qtbot.waitUntil(page.progress.isVisible)
    qtbot.waitUntil(lambda: page.progress.bar.value() == 250)
    assert page.stack.currentWidget() is page.waiting
    next(b for b in page.progress.findChildren(QAbstractButton)).click()
    qtbot.waitUntil(lambda: not parts._window.jobs.running())
    assert [e.state for e in parts._window.jobs.entries] == ["cancelled"]
    assert page.stack.currentWidget() is page.empty
    assert not page.progress.isVisible()


def test_wheel_and_pinch_zoom_at_the_pointer(qtbot: QtBot, page: Parts) -> None:
    view = page.understanding_page.view
    spot = QPointF(at(page, 5))
    for event in (
        QWheelEvent(
            spot, view.mapToGlobal(spot), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
        QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, spot, spot,
            view.mapToGlobal(spot), 0.2, QPointF(),
        ),
    ):  # fmt: skip
        zoom = view.camera.zoom
        QApplication.sendEvent(view, event)
        assert 1.1 < view.camera.zoom / zoom < 1.4
        assert (at(page, 5) - spot.toPoint()).manhattanLength() <= 4


def test_a_stale_map_is_shown_while_the_new_one_is_drawn(
    qtbot: QtBot, open_window: Callable[[World], Parts], world: World, mapped: MappedFeatures
) -> None:
    mapped.layout = a_map(stale=True)
    parts = open_window(world)
    with qtbot.waitSignal(parts.understanding.loaded):
        parts.go("understanding")
    assert len(parts.understanding_page.view.ids) == len(IDS)
    qtbot.waitUntil(lambda: mapped.asked == [("map", False)] and not parts._window.runner.busy)
    menu = parts.understanding_page.more.menu()
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: mapped.asked[-1] == ("map", True))
    settle(qtbot, parts)


def test_the_page_explains_the_map(qtbot: QtBot, page: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QWhatsThis, "showText", lambda _at, text, _widget: told.append(text))
    next(a for a in page.understanding_page.more.menu().actions() if "How to" in a.text()).trigger()
    assert "Shift and an arrow key" in told[0]


def test_a_map_that_cannot_be_drawn_leaves_a_way_on(
    qtbot: QtBot, open_window: Callable[[World], Parts], world: World, mapped: MappedFeatures
) -> None:
    mapped.layout, mapped.error = None, ComputeError("the process that did the work crashed")
    parts = open_window(world)
    parts.go("understanding")
    qtbot.waitUntil(lambda: "crashed" in parts.message._text.text())
    qtbot.waitUntil(lambda: parts.understanding_page.stack.currentWidget() is parts.understanding_page.empty)
    assert [a for a in mapped.asked if a[0] == "map"] == [("map", False)], "it is not tried again by itself"


def test_nothing_analysed_offers_the_analysis(qtbot: QtBot, parts: Parts, world: World) -> None:
    parts.go("understanding")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    assert parts.understanding_page.stack.currentWidget() is parts.understanding_page.empty
    assert not parts._window.jobs.entries
    button = next(b for b in parts.understanding_page.empty.findChildren(QAbstractButton))
    button.click()
    qtbot.waitUntil(lambda: world.features.extracted == 1 and not parts._window.jobs.running())
