"""What the player offers beside playing: speed, repeat, chapters, loudness, the mini player, waveform and filmstrip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPixmap
from PySide6.QtMultimedia import QMediaPlayer
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from avrec_desktop.library import spoken
from avrec_desktop.library.strips import COLUMNS, FRAMES, Chapter
from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.seekbar import Filmstrip, SeekBar
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import NO_SOUND, World


def _item(parts: Parts, item_id: int) -> Item:
    return parts.session.library.item(item_id, "default")


def _entries(menu: QMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [a.text() for a in menu.actions() if not a.isSeparator()]


def test_speed_is_chosen_from_a_menu(parts: Parts) -> None:
    menus = parts.playing.menus
    entries = _entries(menus.speed)
    assert "1.25 ×" in entries
    next(a for a in menus.speed.actions() if a.text() == "1.25 ×").trigger()
    assert parts.player.media.playbackRate() == pytest.approx(1.25)
    assert "1.25" in parts.player_bar.speed.accessibleName()
    menus.speed.aboutToShow.emit()
    assert [a.text() for a in menus.speed.actions() if a.isChecked()] == ["1.25 ×"]


def test_chapters_are_offered_and_marked(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    chapters = [Chapter(0, 10, "One"), Chapter(10, 60, "Two & three")]
    sought: list[int] = []
    monkeypatch.setattr(parts.player, "seek", sought.append)
    parts.now._chapters(chapters)
    menus = parts.playing.menus
    assert "Chapters" in _entries(menus.more)
    chapter_menu = next(a.menu() for a in menus.more.actions() if a.text() == "Chapters")
    assert isinstance(chapter_menu, QMenu)
    chapter_menu.actions()[1].trigger()
    assert sought == [10_000]
    assert parts.player_bar.seek.chapter_at(12_000) == "Two & three"
    menus.step_chapter(1)
    assert sought[-1] == 10_000


def test_a_part_is_repeated(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    player: Player = parts.player
    menus = parts.playing.menus
    places = iter([2000, 5000, 7000])
    monkeypatch.setattr(type(player.media), "position", lambda _self: next(places))
    menus.repeat_step()
    assert player.loop == (2000, None)
    menus.repeat_step()
    assert player.loop == (2000, 5000)
    sought: list[int] = []
    monkeypatch.setattr(type(player.media), "setPosition", lambda _self, p: sought.append(p))
    player._moved(4900)
    assert sought == []
    player._moved(5001)
    assert sought == [2000]
    menus.repeat_step()
    assert player.loop == (None, None)


def test_loud_items_are_softened_and_soft_ones_lifted(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.library.database.write() as db:
        db.executemany(
            "INSERT INTO extractions (item_id, extractor, version, state, descriptors, at)"
            " VALUES (?, 'm', 1, 'done', ?, 0)",
            [(1, '{"loudness": -8.0}'), (2, '{"loudness": -24.0}')],
        )
    monkeypatch.setattr(parts.player.media, "play", lambda: None)
    parts.player.set_volume(0.4)
    parts.player.item_changed.emit(None)
    parts.player.queue.set([_item(parts, 1), _item(parts, 2)], 0)
    parts.player.item_changed.emit(parts.player.item)
    qtbot.waitUntil(lambda: parts.player.output.volume() == pytest.approx(0.4 * 10 ** (-10 / 20), abs=0.01))
    parts.player.queue.jump(1)
    parts.player.item_changed.emit(parts.player.item)
    qtbot.waitUntil(lambda: parts.player.output.volume() == pytest.approx(0.4 * 10 ** (6 / 20), abs=0.01))
    parts.playing.menus.level("off", 0)
    assert parts.player.output.volume() == pytest.approx(0.4, abs=0.01)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.player.queue.set(())


def test_what_comes_next_is_as_loud_as_it_should_be_from_its_first_sound_on(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.library.database.write() as db:
        db.execute(
            "INSERT INTO extractions (item_id, extractor, version, state, descriptors, at)"
            " VALUES (2, 'm', 1, 'done', '{\"loudness\": -8.0}', 0)"
        )
    monkeypatch.setattr(parts.player.media, "play", lambda: None)
    monkeypatch.setattr(parts.player.media, "setSource", lambda _: None)
    parts.player.set_volume(0.4)
    parts.player.play_items([_item(parts, 1), _item(parts, 2)])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.player.next()
    assert parts.player.output.volume() == pytest.approx(0.4 * 10 ** (-10 / 20), abs=0.01)
    parts.playing.menus.level("item", 3)
    assert parts.player.output.volume() == pytest.approx(0.4 * 10 ** (-7 / 20), abs=0.01)
    assert parts._settings.value("player/louder") in {3, "3"}
    parts.player.set_gain(40)
    assert parts.player.output.volume() == 1.0
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.player.queue.set(())


def test_the_queue_or_an_item_begins_again(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    player: Player = parts.player
    loaded: list[int] = []
    monkeypatch.setattr(player, "_load", lambda resume: loaded.append(player.item.id if player.item else 0))
    over = QMediaPlayer.MediaStatus.EndOfMedia
    player.play_items([_item(parts, 1), _item(parts, 2)])
    button = parts.queue_panel.repeat
    button.click()
    assert player.repeat == "queue"
    assert "whole queue" in button.accessibleName()
    player._status(over)
    assert player.following is not None
    assert player.following.id == 1
    player._status(over)
    button.click()
    assert player.repeat == "item"
    player._status(over)
    player.next()
    button.click()
    assert player.repeat == "none"
    player._status(over)
    assert loaded == [1, 2, 1, 1, 2]
    assert player.item is None
    menu = parts.playing.menus.more
    assert "Repeat" in _entries(menu)


@pytest.mark.qt_log_ignore("QBackingStore::flush", "This plugin does not", *NO_SOUND, extend=True)  # offscreen
def test_the_mini_player_takes_the_picture_and_gives_it_back(qtbot: QtBot, parts: Parts) -> None:
    parts.player.queue.set([_item(parts, 3)], 0)
    parts.playing.show_mini()
    mini = parts.playing._mini
    assert mini is not None
    assert mini.isVisible()
    assert mini.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert mini.title.text() == "Cold River"
    assert parts.player.media.videoOutput() is mini.video
    qtbot.keyClick(mini, Qt.Key.Key_Escape)
    assert not mini.isVisible()
    assert parts.player.media.videoOutput() is parts.stage.video
    parts.player.queue.set(())


def _sheet() -> QPixmap:
    image = QImage(COLUMNS * 8, FRAMES // COLUMNS * 6, QImage.Format.Format_RGB32)
    for n in range(FRAMES):
        for x in range(8):
            for y in range(6):
                image.setPixelColor(n % COLUMNS * 8 + x, n // COLUMNS * 6 + y, QColor(4 * n, 0, 0))
    return QPixmap.fromImage(image)


def test_a_filmstrip_gives_the_picture_of_a_place(qtbot: QtBot) -> None:
    film = Filmstrip(_sheet())
    for share in (0.0, 0.5, 0.999, 1.0):
        picture = film.picture(share).toImage()
        assert (picture.width(), picture.height()) == (8, 6)
        assert picture.pixelColor(3, 3).red() == 4 * min(FRAMES - 1, int(share * FRAMES))


def _bar(qtbot: QtBot) -> SeekBar:
    bar = SeekBar()
    qtbot.addWidget(bar)
    bar.resize(300, 40)
    bar.setMaximum(60_000)
    return bar


def _ink(bar: SeekBar, x0: int, x1: int) -> int:
    image = bar.grab().toImage()
    background = image.pixelColor(image.width() - 1, 0)
    return sum(image.pixelColor(x, y) != background for x in range(x0, x1) for y in range(image.height()))


def test_a_waveform_is_tall_where_it_is_loud(qtbot: QtBot) -> None:
    bar = _bar(qtbot)
    wave = np.zeros((600, 4), np.uint8)
    wave[:, 1:] = 85
    wave[:300, 0], wave[300:, 0] = 20, 250
    bar.set_wave(wave)
    assert _ink(bar, 160, 290) > 3 * _ink(bar, 10, 140)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_colour_of_the_waveform_tells_its_mood(qtbot: QtBot, look: str) -> None:
    before = theme.is_dark()
    theme.apply(QApplication.instance(), look)
    bar = _bar(qtbot)
    wave = np.full((600, 4), 85, np.uint8)
    wave[:, 0] = 255
    moods = np.zeros((600, 2), np.float32)
    moods[:200] = (-0.9, -0.8)
    moods[400:] = (0.9, 0.8)
    bar.set_wave(wave, moods)
    bar.setSliderPosition(bar.maximum())
    image = bar.grab().toImage()
    calm, energetic = (image.pixelColor(x, 20) for x in (30, 270))
    assert calm.blue() > calm.red() + 60
    assert energetic.red() > energetic.blue() + 60
    assert [bar.mood_at(share) for share in (0.1, 0.5, 0.9)] == ["calm · dark", "balanced", "energetic · bright"]
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(270, 20), QPointF(270, 20), *[Qt.MouseButton.NoButton] * 2,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    bar.mouseMoveEvent(move)
    assert "energetic · bright" in bar.toolTip()
    assert "calm and dark" in bar.toolTip()
    bar.clear()
    assert bar.mood_at(0.5) == ""
    theme.apply(QApplication.instance(), "dark" if before else "light")


def test_seeking_is_mirrored_where_the_writing_is(qtbot: QtBot) -> None:
    bar = _bar(qtbot)
    assert bar._value_at(QPointF(30, 5)) == pytest.approx(6000, abs=400)
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert bar._value_at(QPointF(30, 5)) == pytest.approx(54_000, abs=400)


def test_the_pointer_goes_through_a_film_on_a_card(
    qtbot: QtBot, parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "sheet.png"
    _sheet().save(str(sheet))
    monkeypatch.setattr(parts.session.library.strips, "filmstrip", lambda item: sheet)
    card = next(c for c in parts.home_page.grid.cards if c.pick.item == 3)
    card.art.scrubbed.emit(0.5)
    qtbot.waitUntil(lambda: parts.strips.get(3) is not None)
    card.art.scrubbed.emit(0.5)
    first = card.art._frame
    assert first is not None
    assert first.pixelColor(3, 3).red() == 120
    card.art.scrubbed.emit(0.9)
    second = card.art._frame
    assert second is not None
    assert second.pixelColor(3, 3).red() == 216


def test_a_film_is_marked_with_its_kind_when_the_panel_is_made(parts: Parts, open_window: Callable[..., Parts]) -> None:
    card = next(c for c in parts.home_page.grid.cards if c.pick.item == 3)
    assert card.art.hasMouseTracking()
    assert not next(c for c in parts.home_page.grid.cards if c.pick.item == 1).art.hasMouseTracking()


def test_a_play_from_search_results_is_noted_as_such(world: World, parts: Parts, qtbot: QtBot) -> None:
    item = _item(parts, 1)
    parts.actions.sought(1)
    for fraction in (0.5, 0.6):
        parts.player.left.emit(item, fraction, 10.0)
        qtbot.waitUntil(lambda f=fraction: any(e.value == f for e in world.behaviour.events("default")))  # type: ignore[misc]
    origins = {e.value: e.origin for e in world.behaviour.events("default")}
    assert (origins[0.5], origins[0.6]) == ("search", "app")


def test_subtitle_files_beside_a_film_are_offered_and_shown(
    qtbot: QtBot, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.library.database.write() as db:
        db.execute("UPDATE items SET has_video = 1 WHERE id = 3")
        lines = [(1.0, 3.0, "Mind the harbour"), (2.0, 4.0, "And the lights"), (9.0, 10.0, "Gone")]
        spoken.replace(db, 3, "@subtitles:en", lines)
        spoken.replace(db, 3, "@subtitles", [(1.0, 2.0, "Hello")])
        spoken.replace(db, 3, "ears", [(1.0, 2.0, "Not written by anybody")])
    shown: list[str] = []
    sink = parts.player.media.videoSink()
    sink.subtitleTextChanged.connect(shown.append)
    beside = parts.playing.menus.subtitles
    film = _item(parts, 3)
    monkeypatch.setattr(type(parts.player), "item", property(lambda _: film))
    parts.player.item_changed.emit(film)
    qtbot.waitUntil(lambda: [file.language for file in beside.files] == ["", "en"])
    assert _entries(parts.playing.menus.more)[0] == "Subtitles"
    menu = parts.playing.menus.more.actions()[0].menu()
    assert isinstance(menu, QMenu)
    assert [a.text() for a in menu.actions()] == ["None", "File beside the film", "English, beside the film"]
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["None"]
    menu.actions()[2].trigger()
    for position in (500, 1500, 2500, 3500, 5000, 9500):
        parts.player.position_changed.emit(position, 20_000)
    assert shown == ["Mind the harbour", "Mind the harbour\nAnd the lights", "And the lights", "", "Gone"]
    parts.player.item_changed.emit(film)
    assert shown[-1] == ""
    qtbot.waitUntil(lambda: beside.chosen == 1)
    parts.playing.menus.more.aboutToShow.emit()
    menu = parts.playing.menus.more.actions()[0].menu()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    assert beside.chosen == -1
