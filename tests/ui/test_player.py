"""Playing real sound: one player for all items, what counts as played, and excerpts that start and stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame
from pytestqt.qtbot import QtBot

from avrec_desktop.api.media import Kind
from avrec_desktop.library.types import Item
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.preview import HOVER_DELAY, Preview
from tests.ui.conftest import NO_SOUND


def _item(path: Path, item_id: int = 1, seconds: float = 2.0) -> Item:
    return Item(item_id, str(path), "audio", "ready", f"Tone {item_id}", duration=seconds, has_audio=True)


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Two seconds of sound, in a file with an awkward name."""
    path = tmp_path / "tone #1 %20 春.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(2 * 22050) / 10), 22050)
    return path


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[Player]:
    """A player that is stopped at the end."""
    out = Player()
    yield out
    out.stop()


@pytest.fixture
def heard(player: Player) -> list[tuple[int, float]]:
    """(item id, fraction) of what was left."""
    out: list[tuple[int, float]] = []
    player.left.connect(lambda item, fraction, _: out.append((item.id, round(fraction, 2))))
    return out


def test_plays_to_the_end_and_goes_on(qtbot: QtBot, player: Player, heard: list[tuple[int, float]], tone: Path) -> None:
    media = player.media
    player.play_items([_item(tone, 1), _item(tone.rename(tone.with_name("second.wav")), 2)], 1)
    player.media.setPlaybackRate(2.0)
    qtbot.waitUntil(lambda: player.media.position() > 300, timeout=15_000)
    qtbot.waitUntil(lambda: player.item is None, timeout=15_000)
    assert heard[0][0] == 2
    assert heard[0][1] >= 0.9
    assert player.media is media


def test_jumping_is_not_listening(player: Player, heard: list[tuple[int, float]], tone: Path) -> None:
    player.queue.set([_item(tone, 1, seconds=100.0)])
    for position in (200, 400, 90_000, 90_200, 95_000):
        player._moved(position)
    player._leave()
    assert heard == [(1, 0.01)]


def test_a_resumed_item_counts_what_was_heard_before(
    player: Player, heard: list[tuple[int, float]], tone: Path
) -> None:
    player.queue.set([_item(tone, 1, seconds=100.0)])
    player._from = 50_000.0
    for position in range(50_000, 72_000, 1000):
        player._moved(position)
    player._leave()
    assert heard == [(1, 0.71)]


def test_a_short_visit_to_a_resumed_item_says_nothing(
    player: Player, heard: list[tuple[int, float]], tone: Path
) -> None:
    player.queue.set([_item(tone, 1, seconds=100.0)])
    player._from = 90_000.0
    for position in (90_000, 90_500, 91_000):
        player._moved(position)
    player._leave()
    assert heard == []


def test_a_file_that_cannot_be_played_is_named_and_skipped(
    qtbot: QtBot, player: Player, tmp_path: Path, tone: Path
) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"no media at all" * 100)
    with qtbot.waitSignal(player.failed, timeout=15_000) as failed:
        player.play_items([_item(bad, 1), _item(tone, 2)])
    assert failed.args is not None
    assert failed.args[0].id == 1
    assert failed.args[1]
    qtbot.waitUntil(lambda: player.item is not None and player.item.id == 2 and player.playing, timeout=15_000)


def test_a_resumed_item_starts_where_it_was_left(qtbot: QtBot, player: Player, tone: Path) -> None:
    player.play_items([_item(tone)], 0, resume=1.0)
    qtbot.waitUntil(lambda: player.media.position() >= 1000, timeout=15_000)


def _film(path: Path, item_id: int, left_at: float, *, seconds: float = 7200.0, kind: Kind = "video") -> Item:
    return Item(item_id, str(path), kind, "ready", f"Film {item_id}", duration=seconds, position=left_at)


def test_the_queue_goes_on_with_films_and_talks_where_they_were_left_and_begins_songs_anew(
    player: Player, tone: Path
) -> None:
    items = [
        _item(tone, 1),
        _film(tone, 2, 1800.0),
        _film(tone, 3, 3000.0, kind="audio"),
        _film(tone, 4, 100.0, seconds=240.0, kind="audio"),
        _film(tone, 5, 7190.0),
        _film(tone, 6, 4.0),
    ]
    player.play_items(items)
    begun = []
    for _ in items[1:]:
        player.next()
        begun.append(player._from / 1000)
    assert begun == [1800.0, 3000.0, 0.0, 0.0, 0.0]
    player.jump(1)
    assert player._from == 1_800_000
    player.play_items(items, 2)
    assert player._from == 3_000_000
    player.play_items(items, 2, 0.0)
    assert player._from == 0, "who starts an item may say where"


def test_a_film_left_in_the_queue_goes_on_there_when_the_queue_comes_back_to_it(
    player: Player, tone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.play_items([_film(tone, 1, 0.0), _item(tone, 2)])
    monkeypatch.setattr(player.media, "position", lambda: 900_000)
    player._heard = 60_000.0
    player.next()
    monkeypatch.undo()
    player.jump(0)
    assert player._from == 900_000


Finder = Callable[[int, Callable[[Preview.Found | str], None]], None]


def _preview(find: Finder) -> Preview:
    out = Preview(find)
    assert out._timer.interval() == HOVER_DELAY
    return out


def test_a_preview_starts_after_the_delay_and_stops_on_leaving(qtbot: QtBot, tone: Path) -> None:
    preview = _preview(lambda _i, answer: answer((str(tone), 0.5, 1.5)))
    with qtbot.waitSignal(preview.started, timeout=15_000) as started:
        preview.hover(7)
        assert preview.media.source().isEmpty(), "nothing is opened while the pointer may only pass"
    assert started.args == [7]
    qtbot.waitUntil(lambda: preview.media.position() >= 500, timeout=15_000)
    with qtbot.waitSignal(preview.stopped) as stopped:
        preview.leave()
    assert stopped.args == [7]
    assert preview.media.source().isEmpty()
    assert preview.media.playbackState() == QMediaPlayer.PlaybackState.StoppedState


def _opened(qtbot: QtBot, preview: Preview, item: int) -> list[str]:
    """Hover over an item until it is opened, which is before its delay is over; returns what is told of it later."""
    told: list[str] = []
    preview.started.connect(lambda _: told.append("started"))
    preview.progressed.connect(lambda _: told.append("progressed"))
    preview.failed.connect(lambda _, message: told.append(message))
    preview.frame.connect(lambda _: told.append("frame"))
    preview._timer.setInterval(60_000)
    preview.hover(item)
    qtbot.waitUntil(lambda: preview._running or bool(preview._trouble), timeout=15_000)
    return told


def test_an_excerpt_is_opened_before_the_delay_is_over_but_neither_seen_nor_heard(qtbot: QtBot, tone: Path) -> None:
    preview = _preview(lambda _i, answer: answer((str(tone), 0.5, 1.5)))
    told = _opened(qtbot, preview, 7)
    assert preview.media.playbackState() == QMediaPlayer.PlaybackState.PausedState
    assert told == []
    preview._timer.start(0)
    qtbot.waitUntil(lambda: preview._begun, timeout=15_000)
    assert told[0] == "started"
    assert preview.media.playbackState() == QMediaPlayer.PlaybackState.PlayingState
    preview.leave()


def test_a_card_that_the_pointer_only_passed_is_let_go_without_a_word(qtbot: QtBot, tone: Path, tmp_path: Path) -> None:
    broken = _broken(tmp_path)
    preview = _preview(lambda i, answer: answer((str(tone if i == 7 else broken), 0.5, 1.5)))
    for item in (7, 8):
        told = _opened(qtbot, preview, item)
        preview.leave()
        assert told == []
        assert preview.media.source().isEmpty()
    told = _opened(qtbot, preview, 8)
    preview._timer.start(0)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0] not in {"started", "frame", "progressed"}, "who stays is told what is wrong"
    preview.leave()


def test_passing_over_a_card_starts_nothing(qtbot: QtBot) -> None:
    asked: list[int] = []
    preview = _preview(lambda i, _answer: asked.append(i))
    preview.hover(1)
    preview.hover(2)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [2]
    preview.leave()


def test_an_answer_that_comes_too_late_is_dropped(qtbot: QtBot, tone: Path) -> None:
    answers: list[Callable[[Preview.Found | str], None]] = []
    preview = _preview(lambda _i, answer: answers.append(answer))
    preview.hover(1)
    qtbot.waitUntil(lambda: bool(answers))
    preview.leave()
    answers[0]((str(tone), 0.0, 1.0))
    assert preview.media.source().isEmpty()


def test_a_preview_that_cannot_be_found_says_why(qtbot: QtBot) -> None:
    preview = _preview(lambda _i, answer: answer("the drive is not connected"))
    with qtbot.waitSignal(preview.failed) as failed:
        preview.hover(3)
    assert failed.args == [3, "the drive is not connected"]
    preview.leave()


def test_a_preview_of_a_file_that_is_gone_fails_and_holds_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    preview = _preview(lambda _i, answer: answer((str(tmp_path / "gone.wav"), 0.0, 1.0)))
    with qtbot.waitSignal(preview.failed, timeout=15_000) as failed:
        preview.hover(5)
    assert failed.args is not None
    assert failed.args[0] == 5
    assert failed.args[1]
    preview.leave()
    assert preview.media.source().isEmpty()
    assert preview.current == 0


def test_a_preview_of_a_place_with_nothing_in_it_shows_the_beginning(qtbot: QtBot, tone: Path) -> None:
    preview = _preview(lambda _i, answer: answer((str(tone), 600.0, 601.0)))
    with qtbot.assertNotEmitted(preview.failed):
        preview.hover(5)
        qtbot.waitUntil(lambda: 0 < preview.media.position() < 1000, timeout=15_000)
    assert preview._begun
    preview.leave()


def test_a_preview_that_never_begins_says_so_and_lets_the_file_go(
    qtbot: QtBot, tone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = _preview(lambda _i, answer: answer((str(tone), 0.0, 1.0)))
    monkeypatch.setattr(preview.media, "play", lambda: None)
    preview._patience.setInterval(300)
    with qtbot.waitSignal(preview.failed, timeout=15_000) as failed:
        preview.hover(5)
    assert failed.args == [5, "it did not begin to play within 5 s"]
    assert preview.media.source().isEmpty()
    assert preview.current == 5
    with qtbot.assertNotEmitted(preview.progressed):  # it would take the message from the card
        preview._moved(0)
    preview.hover(6)
    assert preview.current == 6
    preview.leave()
    assert not preview._patience.isActive()


def test_a_preview_that_plays_is_not_given_up(qtbot: QtBot, tone: Path) -> None:
    preview = _preview(lambda _i, answer: answer((str(tone), 0.5, 1.5)))
    preview.hover(5)
    qtbot.waitUntil(lambda: preview._begun, timeout=15_000)
    assert not preview._patience.isActive()
    preview.leave()


def _broken(tmp_path: Path) -> Path:
    bad = tmp_path / "broken.mp3"
    bad.write_bytes(b"no media at all" * 100)
    return bad


def test_stopping_after_a_failure_does_not_start_the_queue_again(
    qtbot: QtBot, player: Player, tmp_path: Path, tone: Path
) -> None:
    player.failed.connect(lambda *_: player.stop())
    with qtbot.waitSignal(player.failed, timeout=15_000):
        player.play_items([_item(_broken(tmp_path), 1), _item(tone, 2)])
    with qtbot.assertNotEmitted(player.item_changed, wait=100):
        pass
    assert player.item is None


def test_a_sound_of_too_many_channels_is_refused_and_the_queue_goes_on(
    qtbot: QtBot, player: Player, tone: Path
) -> None:
    odd = replace(_item(tone, 1), channels=255)
    with qtbot.waitSignal(player.failed) as failed:
        player.play_items([odd, _item(tone, 2)])
    assert failed.args is not None
    assert failed.args[0] is odd
    assert "255 channels" in failed.args[1]
    qtbot.waitUntil(lambda: player.playing, timeout=15_000)
    assert player.item is not None and player.item.id == 2


def test_what_is_chosen_after_a_failure_is_not_skipped(
    qtbot: QtBot, player: Player, tmp_path: Path, tone: Path
) -> None:
    queue = [_item(tone, 2), _item(tone, 3)]
    player.failed.connect(lambda *_: player.play_items(queue))
    with qtbot.waitSignal(player.failed, timeout=15_000):
        player.play_items([_item(_broken(tmp_path), 1), _item(tone, 4)])
    qtbot.waitUntil(lambda: player.playing, timeout=15_000)
    assert player.item is queue[0]


def test_a_clip_stands_in_until_another_place_of_the_item_is_wanted(qtbot: QtBot, tone: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.wav"
    clip.write_bytes(tone.read_bytes())
    preview = _preview(lambda _i, answer: answer((str(clip), 0.0, 1.0, str(tone))))
    with qtbot.waitSignal(preview.started, timeout=15_000):
        preview.hover(7)
    assert Path(preview.media.source().toLocalFile()) == clip
    with qtbot.waitSignal(preview.started, timeout=15_000):
        preview.scrub(0.5)
    assert Path(preview.media.source().toLocalFile()) == tone
    qtbot.waitUntil(lambda: preview.media.position() >= 0.45 * preview.media.duration() > 0, timeout=15_000)
    preview.leave()


@pytest.mark.qt_log_ignore("No RHI backend", *NO_SOUND, extend=True)  # offscreen
def test_pictures_left_over_from_another_film_are_not_shown(qtbot: QtBot) -> None:
    preview = Preview(lambda _item, _answer: None)
    shown: list[QImage] = []
    preview.frame.connect(shown.append)
    frame = QVideoFrame(QImage(8, 8, QImage.Format.Format_RGB32))
    preview.hover(1)
    preview._picture(frame)
    assert not preview._next.isActive()
    preview._running = preview._due = True
    preview._timer.stop()
    for _ in range(5):
        preview._picture(frame)
    with qtbot.waitSignal(preview.frame):
        pass
    assert len(shown) == 1
    preview._picture(frame)
    preview.leave()
    preview.hover(2)
    assert not preview._next.isActive()
    preview._picture(frame)
    assert not preview._next.isActive()
    preview.leave()
