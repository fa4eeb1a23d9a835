"""Brings what the player shows of an item beside the item itself: waveform, filmstrip, chapters, loudness."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QImage, QPixmap

from avrec_desktop.features import loudness
from avrec_desktop.features.loudness import Loudness
from avrec_desktop.library.spoken import Subtitled, read_subtitles
from avrec_desktop.library.strips import Chapter
from avrec_desktop.library.types import Item
from avrec_desktop.session import Session
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.playerbar import PlayerBar, PlayerController
from avrec_desktop.ui.seekbar import Filmstrip
from avrec_desktop.ui.workers import Runner

#: Filmstrips and loudnesses kept in memory, and bytes read ahead of the item that follows.
KEPT, HEARD, AHEAD = 12, 100, 4 << 20
LEVELLING, LOUDER = "player/levelling", "player/louder"


class Strips(QObject):
    """Filmstrips for cards and the seek bar, made when first asked for.

    Signals:
        ready: (item id) its filmstrip is there.
    """

    ready = Signal(int)

    def __init__(self, runner: Runner, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._session = session
        self._kept: OrderedDict[int, Filmstrip | None] = OrderedDict()
        self._asked = 0

    def get(self, item_id: int) -> Filmstrip | None:
        """Return the filmstrip of an item if it is there; otherwise have it made."""
        if item_id in self._kept:
            self._kept.move_to_end(item_id)
            return self._kept[item_id]
        if item_id != self._asked:
            self._asked = item_id
            self._runner.run(
                lambda: self._load(item_id),
                lambda image: self._store(item_id, image),
                lambda _: self._store(item_id, None),
                key="filmstrip",
                long=True,
            )
        return None

    def _load(self, item_id: int) -> QImage | None:
        path = self._session.library.strips.filmstrip(item_id)
        image = QImage(str(path)) if path is not None else QImage()
        return None if image.isNull() else image

    def _store(self, item_id: int, image: QImage | None) -> None:
        self._asked = 0
        self._kept[item_id] = None if image is None else Filmstrip(QPixmap.fromImage(image))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(item_id)


class NowPlaying(QObject):
    """Dresses the player for the item that is on, and reads ahead of the next one."""

    def __init__(
        self,
        runner: Runner,
        session: Session,
        player: Player,
        bar: PlayerBar,
        control: PlayerController,
        strips: Strips,
        settings: QSettings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._session = session
        self._settings = settings
        self._player = player
        self._bar = bar
        self._menus = control.menus
        self._strips = strips
        self._loudness: OrderedDict[int, Loudness] = OrderedDict()
        self._menus.levelling = str(settings.value(LEVELLING, "item"))  # type: ignore[assignment]
        self._menus.louder = int(str(settings.value(LOUDER, 0)))
        player.item_changed.connect(self._item)
        strips.ready.connect(self._film)
        self._menus.levelling_changed.connect(self._levelled)

    def _item(self, item: Item | None) -> None:
        self._level()
        if item is None:
            return
        library = self._session.library
        following = self._player.following
        wanted = [i.id for i in (item, following) if i is not None]
        self._runner.run(
            lambda: {i: loudness.read(library.database, i) for i in wanted}, self._heard, key="now-loudness", priority=8
        )
        self._run("now-chapters", item, lambda: library.strips.chapters(item.id), self._chapters, long=True)
        if item.has_video:
            self._film(item.id)
            self._run("now-subtitles", item, lambda: self._subtitles(item.id), self._menus.subtitles.offer)
        else:
            self._run("now-wave", item, lambda: self._wave(item), lambda f: self._bar.seek.set_wave(*f), long=True)
        if following is not None:
            self._runner.run(lambda: read_ahead(following.path), key="read-ahead", long=True)

    def _subtitles(self, item_id: int) -> list[Subtitled]:
        with self._session.library.database.read() as db:
            return read_subtitles(db, item_id)

    def _wave(self, item: Item) -> tuple[NDArray[np.uint8] | None, NDArray[np.float32] | None]:
        wave = self._session.library.strips.waveform(item.id)
        if wave is None:
            return None, None
        return wave, self._session.features.understanding.course(item.id, wave, item.duration)

    def _run(
        self, key: str, item: Item, work: Callable[[], Any], show: Callable[[Any], object], *, long: bool = False
    ) -> None:
        def arrived(value: Any) -> None:
            if self._player.item is item:
                show(value)

        self._runner.run(work, arrived, key=key, long=long)

    def _heard(self, found: dict[int, Loudness]) -> None:
        self._loudness |= found
        while len(self._loudness) > HEARD:
            self._loudness.popitem(last=False)
        self._level()

    def _levelled(self) -> None:
        self._settings.setValue(LEVELLING, self._menus.levelling)
        self._settings.setValue(LOUDER, self._menus.louder)
        self._level()

    def _level(self) -> None:
        """Play as loud as is known by now; what follows is asked for beforehand, so that nothing jumps."""
        item = self._player.item
        known = self._loudness.get(item.id, Loudness()) if item is not None else Loudness()
        self._player.set_gain(loudness.gain(known, self._menus.levelling, self._menus.louder))

    def _chapters(self, chapters: list[Chapter]) -> None:
        self._bar.seek.set_chapters(chapters)
        self._menus.set_chapters(chapters)

    def _film(self, item_id: int) -> None:
        item = self._player.item
        if item is not None and item.id == item_id and item.has_video:
            self._bar.seek.set_film(self._strips.get(item_id))


def read_ahead(path: str) -> None:
    """Read the beginning of a file, so that the next item starts without waiting for the disk."""
    try:
        with Path(path).open("rb") as file:
            file.read(AHEAD)
    except OSError:
        return  # the player says so when its turn comes
