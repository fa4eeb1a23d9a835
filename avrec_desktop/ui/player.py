"""Playback: one reused player with a queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

from avrec_desktop.library.play_queue import PlayQueue, QueueState
from avrec_desktop.library.types import Item
from avrec_desktop.ui.texts import amount, tr

#: Most channels of a sound that may be played: with more the resampler of the player's backend takes the app down.
MAX_CHANNELS = 64
#: Share of an item after which it counts as completed, and below which leaving it is a skip.
COMPLETE, SKIP = 0.6, 0.2
#: Steps of the position longer than this many milliseconds are jumps, not listening; shorter visits to an item that
#: was resumed say nothing about it.
JUMP, VISIT = 1500, 2000
#: Seconds from which an item is gone on with where it was left when the queue comes to it: a song begins anew.
LONG = {"audio": 1200.0, "video": 600.0}
#: Seconds at the beginning, and share of the whole at the end, that are not worth going on from.
NOT_BEGUN, OVER = 10.0, 0.95


def too_many_channels(channels: int | None) -> str:
    """Return why a sound with so many channels is not played; nothing where it may be."""
    if (channels or 0) <= MAX_CHANNELS:
        return ""
    text = tr("It cannot be played: it has {n} channels, and at most {most} can be played.")
    return text.format(n=amount(channels or 0), most=amount(MAX_CHANNELS))


def resume_point(item: Item, position: float) -> float:
    """Return where to go on with an item that was left at ``position``, both in seconds."""
    return position if NOT_BEGUN <= position <= OVER * item.duration else 0.0


#: What begins again when it is over: nothing, the item, or the whole queue.
Repeat = Literal["none", "item", "queue"]


def file_url(path: str) -> QUrl:
    """Return the address of a file, whatever bytes are in its name."""
    return QUrl.fromEncoded(Path(path).as_uri().encode())


class Player(QObject):
    """The main player: a queue of items, played by one :class:`QMediaPlayer` that is used again and again.

    Signals:
        item_changed: The item (or None) that is loaded now.
        playing_changed: Whether it plays.
        position_changed: (position, duration) in milliseconds.
        left: (item, fraction played, position in seconds) when an item is left or over.
        failed: (item, message) when an item cannot be played.
        queue_changed: What plays next is another.
        volume_changed: The volume that was chosen, in [0, 1].
        repeat_changed: What is repeated.
    """

    item_changed = Signal(object)
    playing_changed = Signal(bool)
    position_changed = Signal(int, int)
    left = Signal(object, float, float)
    failed = Signal(object, str)
    queue_changed = Signal()
    volume_changed = Signal(float)
    repeat_changed = Signal(str)
    _restored = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue: PlayQueue[Item] = PlayQueue(lambda item: item.id, lambda item: item.artist or item.series)
        self._restored.connect(self._restore)
        self.media = QMediaPlayer(self)
        self.output = QAudioOutput(self)
        self.media.setAudioOutput(self.output)
        self._last = 0  # position of the last report
        self._heard = 0.0  # milliseconds really played of this item
        self._from = 0.0  # milliseconds heard on earlier days, where it was resumed
        self._resume = 0.0
        self._left_at: dict[int, float] = {}  # seconds, of items left since they were put into the queue
        self._loop: tuple[int | None, int | None] = (None, None)
        self._volume, self._gain = 0.64, 1.0
        self._repeat: Repeat = "none"
        # goes on after a failure; a part of the player, so that it neither outlives it nor skips what was chosen since
        self._skip = QTimer(self)
        self._skip.setSingleShot(True)
        self._skip.timeout.connect(self.next)
        self.media.positionChanged.connect(self._moved)
        self.media.durationChanged.connect(lambda _: self._moved(self.media.position()))
        self.media.playbackStateChanged.connect(lambda _: self.playing_changed.emit(self.playing))
        self.media.mediaStatusChanged.connect(self._status)
        self.media.errorOccurred.connect(self._error)

    @property
    def item(self) -> Item | None:
        """The item that is loaded."""
        return self.queue.current

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self.media.playbackState() == QMediaPlayer.PlaybackState.PlayingState

    @property
    def duration(self) -> int:
        """Length of the item in milliseconds, as the player or else the catalogue knows it."""
        if self.media.duration() > 0:
            return self.media.duration()
        return round(1000 * self.item.duration) if self.item else 0

    def play_items(
        self, items: Sequence[Item], at: int = 0, resume: float | None = None, *, jump: float | None = None
    ) -> None:
        """Play a queue from entry ``at``.

        Args:
            items: The queue.
            at: Its entry that is played first.
            resume: Second from which that is played, heard up to there; None: as when the queue comes to it.
            jump: Second from which it is played instead; what lies before does not count as heard.
        """
        self._leave()
        self._left_at.clear()
        self.queue.set(items, at)
        self.queue_changed.emit()
        if jump is not None:
            self._load(0.0)
            self._resume = jump
        else:
            self._load(self._begin_at() if resume is None else resume)

    def enqueue(self, *items: Item) -> None:
        """Put items at the end of the queue."""
        self.change_queue(lambda queue: queue.add(items))

    def play_next(self, *items: Item) -> None:
        """Put items behind the one that plays."""
        self.change_queue(lambda queue: queue.play_next(items))

    def change_queue(self, change: Callable[[PlayQueue[Item]], object]) -> Callable[[], None]:
        """Change the queue; it begins to play where nothing did. What is returned, called in any thread, undoes it."""
        before = self.queue.state()
        change(self.queue)
        if self.item is None and self.queue.next() is not None:
            self._load(self._begin_at())
        self.queue_changed.emit()
        return lambda: self._restored.emit(before)

    def jump(self, row: int) -> None:
        """Play an entry of the queue."""
        self._leave()
        if self.queue.jump(row) is not None:
            self.queue_changed.emit()
            self._load(self._begin_at())

    def _restore(self, state: QueueState[Item]) -> None:
        self.queue.restore(state)
        self.queue_changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.media.pause()
        elif self.item is not None:
            self.media.play()

    def next(self) -> None:
        """Go to the next item of the queue; at its end begin again where that is repeated, else stop."""
        self._leave()
        if self.queue.next() is not None or (self._repeat == "queue" and self.queue.jump(0) is not None):
            self.queue_changed.emit()
            self._load(self._begin_at())
        else:
            self.stop()

    def previous(self) -> None:
        """Go to the start of the item, or to the one before when it has only just begun."""
        if self.media.position() > 3000 or self.queue.at <= 0:
            self.media.setPosition(0)
            return
        self._leave()
        self.queue.previous()
        self.queue_changed.emit()
        self._load(self._begin_at())

    def stop(self) -> None:
        """Stop and let the file go."""
        self._leave()
        self._skip.stop()
        self.queue.set(())
        self.queue_changed.emit()
        # no stop(): it waits for threads that may wait for the interpreter, whose lock it keeps
        self.media.setSource(QUrl())
        self.item_changed.emit(None)

    # -- how it plays

    @property
    def loop(self) -> tuple[int | None, int | None]:
        """Start and end of the repeated part, in milliseconds, or None."""
        return self._loop

    def set_loop(self, start: int | None, end: int | None) -> None:
        """Repeat from start to end (milliseconds) of this item; without an end only the start is remembered."""
        self._loop = (start, end)

    @property
    def repeat(self) -> Repeat:
        """What begins again when it is over."""
        return self._repeat

    def set_repeat(self, repeat: Repeat) -> None:
        """Set what begins again when it is over."""
        if repeat != self._repeat:
            self._repeat = repeat
            self.repeat_changed.emit(repeat)

    @property
    def volume(self) -> float:
        """The volume the user chose, in [0, 1]."""
        return self._volume

    def set_volume(self, volume: float) -> None:
        """Set the volume the user chose, in [0, 1]."""
        changed, self._volume = volume != self._volume, volume
        self._apply_volume()
        if changed:
            self.volume_changed.emit(volume)

    def set_gain(self, decibels: float) -> None:
        """Play this item so much louder or softer; louder only as far as the volume leaves room."""
        self._gain = 10 ** (decibels / 20)
        self._apply_volume()

    def _apply_volume(self) -> None:
        self.output.setVolume(max(0.0, min(1.0, self._volume * self._gain)))

    @property
    def following(self) -> Item | None:
        """The item that comes next."""
        if self._repeat == "item":
            return self.item
        if self._repeat == "queue" and not self.queue.has_next and len(self.queue):
            return self.queue.entries[0]
        return self.queue.following

    def seek(self, milliseconds: int) -> None:
        """Go to a position."""
        self.media.setPosition(max(0, min(milliseconds, self.duration)))

    def seek_by(self, milliseconds: int) -> None:
        """Go forward or back."""
        self.seek(self.media.position() + milliseconds)

    def _begin_at(self) -> float:
        """Return where the item that the queue came to begins: a film or a talk where it was left, a song at 0."""
        item = self.item
        if item is None or item.duration < LONG[item.kind]:
            return 0.0
        return resume_point(item, self._left_at.get(item.id, item.position))

    def _load(self, resume: float) -> None:
        item = self.item
        self._skip.stop()
        self._last, self._heard, self._from, self._resume = 0, 0.0, 1000 * resume, resume
        self._loop = (None, None)
        if item is None:
            return
        self.item_changed.emit(item)
        if refusal := too_many_channels(item.channels):
            self.media.setSource(QUrl())
            self._error(QMediaPlayer.Error.FormatError, refusal)
            return
        self.media.setSource(file_url(item.path))
        self.media.play()

    def _leave(self) -> None:
        """Tell how much of the item was really played: what was jumped over does not count."""
        item, heard, before = self.item, self._heard, self._from
        self._heard = self._from = 0.0
        if item is None or self.duration <= 0 or heard <= (VISIT if before else 0):
            return
        fraction, position = min(1.0, (before + heard) / self.duration), self.media.position() / 1000
        self._left_at[item.id] = 0.0 if fraction > OVER else position
        self.left.emit(item, fraction, self._left_at[item.id])

    def _moved(self, position: int) -> None:
        step, self._last = position - self._last, position
        if 0 < step <= JUMP * max(1.0, self.media.playbackRate()):
            self._heard += step
        start, end = self._loop
        if start is not None and end is not None and position >= end:
            self.media.setPosition(start)
            self._last = start
        self.position_changed.emit(position, self.duration)

    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == QMediaPlayer.MediaStatus.LoadedMedia and self._resume > 0:
            self.media.setPosition(round(1000 * self._resume))
            self._resume = 0.0
        elif status == QMediaPlayer.MediaStatus.EndOfMedia:
            self._moved(self.duration)
            if self._repeat == "item":
                self._leave()
                self._load(0.0)
            else:
                self.next()

    def _error(self, _error: QMediaPlayer.Error, message: str) -> None:
        item = self.item
        if item is not None:
            self._heard = self._from = 0.0
            if self.queue.has_next:
                self._skip.start(0)  # before the news: who hears it may stop, or play something else
            self.failed.emit(item, message)
