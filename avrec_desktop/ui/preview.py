"""The excerpt player of the cards: plays the telling seconds of what the pointer or the keyboard rests on."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink

from avrec_desktop.ui import motion
from avrec_desktop.ui.player import file_url

#: Milliseconds of hovering before an excerpt is opened, as the pointer may stay, and before it begins; long enough not
#: to show or sound anything while the pointer passes by.
INTENT, HOVER_DELAY = 40, 120
#: Milliseconds from one picture of a film to the next: the least, the most, and as so many times what one costs.
PICTURE, PICTURE_MOST, PICTURE_SHARE = 40, 500, 3
#: Milliseconds of an item that may be over before a position in it is told.
SHORT = 1000
#: Milliseconds after which an excerpt that has shown and sounded nothing is given up.
PATIENCE = 5000


class Preview(QObject):
    """Plays the telling excerpt of an item after a short hover; one reused player for all cards.

    Args:
        find: Called with (item id, callback); finds path and excerpt in a worker and calls back with
            (path, start, end) in seconds, or with a message. Where a clip made beforehand stands in for the item, its
            path comes first and that of the whole item last.

    Signals:
        frame: A picture of the running excerpt.
        progressed: Share of the excerpt that has played, in [0, 1].
        started: (item id) sound or picture has begun.
        stopped: (item id) the excerpt ended or was left.
        failed: (item id, message).
    """

    frame = Signal(QImage)
    progressed = Signal(float)
    started = Signal(int)
    stopped = Signal(int)
    failed = Signal(int, str)

    Found = tuple[str, float, float] | tuple[str, float, float, str]

    def __init__(
        self, find: Callable[[int, Callable[[Preview.Found | str], None]], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._find = find
        self._item = 0
        self._span = (0.0, 0.0)
        self._whole = ""
        self._jump: float | None = None
        self._loud = True
        self.media = QMediaPlayer(self)
        self.output = QAudioOutput(self)
        self.output.setVolume(0.6)
        self.media.setAudioOutput(self.output)
        self._sink = QVideoSink(self)
        self.media.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._picture)
        self._running = False  # what comes while it is not is left over from another item
        self._due = False  # the delay is over: what was opened meanwhile may be seen and heard
        self._trouble = ""  # what went wrong before that
        self._frame = QVideoFrame()
        self._begun = False  # a picture has come, or the sound moves
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._nothing)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._show)
        self._intent = QTimer(self)
        self._intent.setSingleShot(True)
        self._intent.setInterval(INTENT)
        self._intent.timeout.connect(self._prepare)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOVER_DELAY)
        self._timer.timeout.connect(self._begin)
        self.media.mediaStatusChanged.connect(self._status)
        self.media.positionChanged.connect(self._moved)
        self.media.errorOccurred.connect(self._error)

    @property
    def current(self) -> int:
        """Id of the item under the pointer, or 0."""
        return self._item

    def set_muted(self, muted: bool) -> None:
        """Keep excerpts silent, as while the main player plays."""
        self.output.setMuted(muted)

    def hover(self, item_id: int) -> None:
        """Start the excerpt of an item unless the pointer leaves before the delay is over, or motion is unwanted."""
        if item_id != self._item:
            self.leave()
        self._item = item_id
        if not motion.reduced():
            self._due, self._trouble = False, ""
            self._intent.start()
            self._timer.start()

    def scrub(self, share: float) -> None:
        """Show the running item at a share of its length, as the pointer moves over its picture."""
        if self._item and self._whole:
            # a clip is on: other places are in the item itself only
            self._jump, whole, self._whole = share, self._whole, ""
            self._open(whole)
        elif self._item and self.media.duration() > 0 and self.media.isSeekable():
            start = share * self.media.duration()
            length = self._span[1] - self._span[0]
            self._span = (start / 1000, start / 1000 + max(4.0, length))
            self.media.setPosition(round(start))

    def leave(self) -> None:
        """Stop and let the file go."""
        self._intent.stop()
        self._timer.stop()
        item, self._item = self._item, 0
        self._let_go()
        if item:
            self.stopped.emit(item)

    def _let_go(self) -> None:
        self._next.stop()
        self._patience.stop()
        self._running, self._begun, self._frame = False, False, QVideoFrame()
        self._whole, self._jump, self._span, self._trouble = "", None, (0.0, 0.0), ""
        if not self.media.source().isEmpty():
            # no stop(): it waits for threads that may wait for the interpreter, whose lock it keeps
            self.media.setSource(QUrl())

    def _open(self, path: str) -> None:
        self._begun = False
        self._patience.start()
        self.media.setSource(file_url(path))

    def _prepare(self) -> None:
        """Look for the excerpt and open it, so that it is ready when the delay is over."""
        wanted = self._item

        def found(answer: Preview.Found | str) -> None:
            if wanted != self._item:
                return  # the pointer has gone on meanwhile
            if isinstance(answer, str):
                self._fail(answer)
                return
            path, start, end = answer[:3]
            self._span = (start, end)
            self._whole = answer[3] if len(answer) > 3 else ""
            self._open(path)

        self._find(wanted, found)

    def _begin(self) -> None:
        """Show and play what is ready by now; what is not follows as soon as it is."""
        self._due = True
        if self._trouble:
            self._fail(self._trouble)
        elif self._running:
            self._play()

    def _play(self) -> None:
        self.media.play()
        self.started.emit(self._item)
        if self._frame.isValid():
            self._life()
            self._next.start()

    def _fail(self, message: str) -> None:
        """Say what went wrong, but not on a card that the pointer only passes."""
        self._trouble = message
        if self._due and self._item:
            self.failed.emit(self._item, message)

    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == QMediaPlayer.MediaStatus.LoadedMedia and self._item:
            if self._jump is not None:
                share, self._jump = self._jump, None
                self.scrub(share)
            elif self.media.isSeekable():
                self.media.setPosition(round(1000 * self._span[0]))
            self._running = True
            self._next.setInterval(0)
            if self._due:
                self._play()
            else:
                self.media.pause()  # the first picture is read meanwhile
        elif status == QMediaPlayer.MediaStatus.EndOfMedia and self._item and self._due:
            if self._begun or self._span[0] <= 0:
                self._again()
            else:
                self._nothing()

    def _nothing(self) -> None:
        """Go to the beginning where nothing is at the chosen place, or say that nothing comes.

        A film may claim to be longer than its pictures and sound are, as with subtitles behind their end.
        """
        start, end = self._span
        if start > 0 and self.media.duration() > 0:
            self._span = (0.0, end - start)
            self._patience.start()
            self._again()
            return
        item = self._item
        self._let_go()
        if item:
            self.failed.emit(item, self.tr("it did not begin to play within {n} s").format(n=PATIENCE // 1000))

    def _life(self) -> None:
        self._begun = True
        self._patience.stop()

    def _again(self) -> None:
        self.media.setPosition(round(1000 * self._span[0]))
        self.media.play()

    def _moved(self, position: int) -> None:
        start, end = (round(1000 * s) for s in self._span)
        if not self._item or not self._due or end <= start:
            return
        length = self.media.duration()
        if self._running and (start < position < length or 0 < length < SHORT):
            self._life()
        self.progressed.emit(max(0.0, min(1.0, (position - start) / (end - start))))
        if position > end:
            self._again()

    def _picture(self, frame: QVideoFrame) -> None:
        """Keep the latest picture only: they may come faster than this machine turns them into images."""
        if self._item and self._running and frame.isValid():
            self._frame = frame
            if self._due:
                self._life()
                if not self._next.isActive():
                    self._next.start()

    def _show(self) -> None:
        began = time.perf_counter()
        image, self._frame = self._frame.toImage(), QVideoFrame()
        if not image.isNull():
            self.frame.emit(image.scaledToWidth(320))
        cost = 1000 * (time.perf_counter() - began)
        self._next.setInterval(round(min(PICTURE_MOST, max(PICTURE, PICTURE_SHARE * cost))))

    def _error(self, _error: QMediaPlayer.Error, message: str) -> None:
        if self._item:
            self._patience.stop()
            self._fail(message)
