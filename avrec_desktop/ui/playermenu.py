"""Menus of the player: speed, and everything else that changes how an item plays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtMultimedia import QMediaMetaData
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from avrec_desktop.features.loudness import Levelling
from avrec_desktop.library.strips import Chapter
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.subtitles import SubtitleFiles
from avrec_desktop.ui.texts import duration

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
#: How much louder than usual all can be brought to, dB.
LOUDER = (-6, -3, 0, 3, 6)


def _track_name(data: QMediaMetaData, number: int) -> str:
    title = str(data.value(QMediaMetaData.Key.Title) or "").strip()
    language = data.value(QMediaMetaData.Key.Language)
    name = ""
    if isinstance(language, QLocale.Language) and language != QLocale.Language.C:
        name = QLocale.languageToString(language)
    words = [w for w in (name, title) if w]
    if words:
        return " – ".join(words)
    return QCoreApplication.translate("PlayerMenus", "Track {n}").format(n=number)


class PlayerMenus(QObject):
    """Fills the menus of the player bar each time they open: what can be chosen depends on the item.

    Signals:
        mini_wanted: Show the mini player.
        full_screen_wanted: Fill the screen with the picture.
        levelling_changed: What is brought to the same loudness, or how loud that is, was chosen.
        loop_changed: (start, end) of the repeated part in milliseconds, or None.
    """

    mini_wanted = Signal()
    full_screen_wanted = Signal()
    levelling_changed = Signal()
    loop_changed = Signal(object, object)

    def __init__(self, player: Player, speed: QToolButton, more: QToolButton, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._chapters: Sequence[Chapter] = ()
        self.subtitles = SubtitleFiles(player)
        self.levelling: Levelling = "item"
        self.louder = 0
        self._speed_button = speed
        self.speed, self.more = self._attach(speed), self._attach(more)
        self.speed.aboutToShow.connect(self._fill_speed)
        self.more.aboutToShow.connect(self._fill_more)

    @staticmethod
    def _attach(button: QToolButton) -> QMenu:
        menu = QMenu(button)
        menu.setAccessibleName(button.accessibleName())
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return menu

    def set_chapters(self, chapters: Sequence[Chapter]) -> None:
        """Offer these chapters."""
        self._chapters = chapters

    def set_speed(self, rate: float) -> None:
        """Play at a speed; the pitch stays where Qt can keep it."""
        media = self._player.media
        media.setPlaybackRate(rate)
        name = self.tr("Playback speed: {n} ×").format(n=QLocale().toString(rate, "g", 3))
        self._speed_button.setToolTip(name)
        self._speed_button.setAccessibleName(name)

    def repeat_step(self) -> None:
        """Set the start of a repeated part, then its end, then none."""
        start, end = self._player.loop
        here = self._player.media.position()
        if start is None:
            self._set_loop(here, None)
        elif end is None and here > start:
            self._set_loop(start, here)
        else:
            self._set_loop(None, None)

    def _set_loop(self, start: int | None, end: int | None) -> None:
        self._player.set_loop(start, end)
        self.loop_changed.emit(start, end)

    def step_chapter(self, way: int) -> None:
        """Go to the next chapter or the one before."""
        here = self._player.media.position() / 1000
        starts = [c.start for c in self._chapters]
        if way > 0:
            target = next((s for s in starts if s > here + 0.5), None)
        else:
            target = next((s for s in reversed(starts) if s < here - 2), None)
        if target is not None:
            self._player.seek(round(1000 * target))

    def _fill_speed(self) -> None:
        self.speed.clear()
        group = QActionGroup(self.speed)
        for rate in SPEEDS:
            text = self.tr("{n} ×").format(n=QLocale().toString(rate, "g", 3))
            self._choice(
                self.speed, group, text, abs(self._player.media.playbackRate() - rate) < 0.01
            ).triggered.connect(lambda _=False, rate=rate: self.set_speed(rate))

    def _fill_more(self) -> None:
        menu, player = self.more, self._player
        menu.clear()
        media = player.media
        self._tracks(self.tr("Sound track"), media.audioTracks(), media.activeAudioTrack(), media.setActiveAudioTrack)
        self._fill_subtitles()
        if self._chapters:
            chapters = menu.addMenu(self.tr("Chapters"))
            for chapter in self._chapters:
                text = f"{duration(chapter.start) or '0:00'}  {chapter.title}".replace("&", "&&")
                chapters.addAction(text).triggered.connect(
                    lambda _=False, at=chapter.start: player.seek(round(1000 * at))
                )
        start, end = player.loop
        words = self.tr("Repeat from here")
        if start is not None:
            words = self.tr("Repeat until here") if end is None else self.tr("End the repeated part")
        repeat = menu.addAction(words)
        repeat.setEnabled(player.item is not None)
        repeat.triggered.connect(lambda _=False: self.repeat_step())
        menu.addSeparator()
        self._fill_repeat(menu.addMenu(self.tr("Repeat")))
        self._fill_levels(menu.addMenu(self.tr("Same loudness for all")))
        mini = menu.addAction(self.tr("Mini player"))
        mini.setEnabled(player.item is not None)
        mini.triggered.connect(lambda _=False: self.mini_wanted.emit())
        full = menu.addAction(self.tr("Full screen"))
        full.setEnabled(player.item is not None and player.item.has_video)
        full.triggered.connect(lambda _=False: self.full_screen_wanted.emit())

    def _fill_subtitles(self) -> None:
        """Offer the subtitles in the film, then those beside it."""
        media, beside = self._player.media, self.subtitles
        tracks = media.subtitleTracks()
        if not tracks and not beside.files:
            return
        menu = self.more.addMenu(self.tr("Subtitles"))
        group = QActionGroup(menu)
        active = media.activeSubtitleTrack()

        def choose(track: int, file: int) -> None:
            media.setActiveSubtitleTrack(track)
            beside.choose(file)

        self._choice(menu, group, self.tr("None"), active < 0 and beside.chosen < 0).triggered.connect(
            lambda _=False: choose(-1, -1)
        )
        for n, data in enumerate(tracks):
            name = _track_name(data, n + 1).replace("&", "&&")
            self._choice(menu, group, name, n == active).triggered.connect(lambda _=False, n=n: choose(n, -1))
        for n in range(len(beside.files)):
            name = beside.name(n).replace("&", "&&")
            self._choice(menu, group, name, n == beside.chosen).triggered.connect(lambda _=False, n=n: choose(-1, n))

    def _fill_repeat(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for repeat, text in (
            ("none", self.tr("Nothing")),
            ("item", self.tr("This item")),
            ("queue", self.tr("The whole queue")),
        ):
            self._choice(menu, group, text, self._player.repeat == repeat).triggered.connect(
                lambda _=False, repeat=repeat: self._player.set_repeat(repeat)
            )

    def _fill_levels(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for levelling, text in (
            ("off", self.tr("Off")),
            ("item", self.tr("Each item by itself")),
            ("album", self.tr("Albums as a whole")),
        ):
            self._choice(menu, group, text, self.levelling == levelling).triggered.connect(
                lambda _=False, levelling=levelling: self.level(levelling, self.louder)
            )
        menu.addSeparator()
        more = QActionGroup(menu)
        for decibels in LOUDER:
            number = QLocale().toString(abs(decibels))
            text = self.tr("{sign}{n} dB").format(sign="+" if decibels > 0 else "−" if decibels else "±", n=number)
            choice = self._choice(menu, more, text, self.louder == decibels)
            choice.setEnabled(self.levelling != "off")
            choice.triggered.connect(lambda _=False, decibels=decibels: self.level(self.levelling, decibels))

    def level(self, levelling: Levelling, louder: int) -> None:
        """Bring each item, albums or nothing to the same loudness, and that by so many dB louder than usual."""
        self.levelling, self.louder = levelling, louder
        self.levelling_changed.emit()

    def _tracks(self, title: str, tracks: Sequence[QMediaMetaData], active: int, choose: object) -> None:
        if len(tracks) < 2:
            return
        menu = self.more.addMenu(title)
        group = QActionGroup(menu)
        for n, data in enumerate(tracks):
            self._choice(menu, group, _track_name(data, n + 1).replace("&", "&&"), n == active).triggered.connect(
                lambda _=False, n=n: choose(n)  # type: ignore[operator]
            )

    @staticmethod
    def _choice(menu: QWidget, group: QActionGroup, text: str, checked: bool) -> QAction:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(checked)
        group.addAction(action)
        menu.addAction(action)
        return action
