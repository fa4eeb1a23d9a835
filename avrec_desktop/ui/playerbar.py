"""The player bar at the foot of the window, and the stage for video."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtMultimediaWidgets import QVideoWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.miniplayer import MiniPlayer
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.playermenu import PlayerMenus
from avrec_desktop.ui.seekbar import SeekBar
from avrec_desktop.ui.texts import duration, subtitle
from avrec_desktop.ui.thumbs import Picture, Thumbnails, art_seed
from avrec_desktop.ui.widgets.basics import ElidedLabel, label, tool

#: Milliseconds that an arrow key goes forward or back over the picture, and percent that it changes the volume by.
SKIP_BY, LOUDER_BY = 10_000, 5


class PlayerBar(QFrame):
    """Layout of the player bar.

    Signals:
        opened: Show what plays in the detail pane.
        stage_wanted: Show the picture of the video.
    """

    opened = Signal()
    stage_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("playerbar")
        self.setFixedHeight(max(72, theme.scaled(66)))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.L, theme.S)
        row.setSpacing(theme.S)
        self.art = QLabel()
        self.art.setFixedSize(QSize(72, 48))
        self.art.setScaledContents(False)
        self.art.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self.art)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch()
        self.title = ElidedLabel("", "cardTitle")
        self.second = ElidedLabel("", "small")
        words.addWidget(self.title)
        words.addWidget(self.second)
        words.addStretch()
        holder = QWidget()
        holder.setLayout(words)
        words.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(200)
        row.addWidget(holder)
        self.previous = tool("skip-previous", self.tr("Previous"))
        self.play = tool("play-circle", self.tr("Play"), size=32)
        self.next = tool("skip-next", self.tr("Next"))
        for control in (self.previous, self.play, self.next):
            row.addWidget(control)
        self.now = label("0:00", "small")
        self.now.setFixedWidth(theme.scaled(52))
        self.now.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.seek = SeekBar()
        self.seek.setAccessibleName(self.tr("Position"))
        self.whole = label("", "small")
        self.whole.setFixedWidth(theme.scaled(52))
        row.addWidget(self.now)
        row.addWidget(self.seek, 1)
        row.addWidget(self.whole)
        self.speed = tool("speedometer", self.tr("Playback speed"))
        self.more = tool("dots-vertical", self.tr("More about playing"))
        self.stage = tool("television-play", self.tr("Show the picture"), self.stage_wanted.emit)
        self.full = tool("fullscreen", self.tr("Full screen"))
        self.queue = tool("playlist-play", self.tr("Show the queue"))
        self.mute = tool("volume-high", self.tr("Mute"))
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setFixedWidth(90)
        self.volume.setAccessibleName(self.tr("Volume"))
        for side in (self.speed, self.more, self.stage, self.full, self.queue, self.mute, self.volume):
            row.addWidget(side)

    def set_full_screen(self, full: bool) -> None:
        """Offer the way back while the picture fills the screen."""
        words = self.tr("Leave the full screen") if full else self.tr("Full screen")
        self.full.setIcon(theme.icon("fullscreen-exit" if full else "fullscreen"))
        self.full.setToolTip(words)
        self.full.setAccessibleName(words)
        self.stage.setEnabled(not full)


class Stage(QWidget):
    """The picture of the video that plays.

    Signals:
        left: Go back to the page before.
        full_screen_wanted, full_screen_left: Fill the screen or return to the window; return to it.
        toggled, muted: Play or pause; sound off or on.
        sought: (milliseconds) go so far forward or back.
        louder: (steps) change the volume.
        keyed: A key was pressed over the picture.
    """

    left = Signal()
    full_screen_wanted = Signal()
    full_screen_left = Signal()
    toggled = Signal()
    muted = Signal()
    sought = Signal(int)
    louder = Signal(int)
    keyed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._full = False
        self.head = QWidget()
        head = QHBoxLayout(self.head)
        head.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        head.addWidget(tool("arrow-left", self.tr("Back"), self.left.emit))
        self.title = label("", "h2")
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(tool("fullscreen", self.tr("Full screen"), self.toggle_full_screen))
        box.addWidget(self.head)
        self.video = QVideoWidget()
        self.video.setAccessibleName(self.tr("Video"))
        self.video.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.art = Picture(framed=True)
        self.art.setAccessibleName(self.tr("Picture"))
        self.art.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.art.hide()
        for picture in (self.video, self.art):
            picture.installEventFilter(self)
        box.addWidget(self.video, 1)
        box.addWidget(self.art, 1)

    def show_item(self, item: Item | None, pixmap: QPixmap | None) -> None:
        """Show the title and the moving picture of an item, or its art when it has none."""
        self.title.setText(item.title if item else "")
        video = item is None or item.has_video
        self.video.setVisible(video)
        self.art.setVisible(not video)
        if item is not None:
            self.art.show_item(item.kind, art_seed(item), pixmap)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or return to the window."""
        self.full_screen_wanted.emit()

    def set_full_screen(self, full: bool) -> None:
        """Note whether the picture fills the screen: Esc then leaves that first."""
        self._full = full

    def focus_picture(self) -> None:
        """Give the keys to the picture."""
        (self.video if self.video.isVisible() else self.art).setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take double clicks and keys over the picture."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.toggle_full_screen()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._take_key(event):
            self.keyed.emit()
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if key == Qt.Key.Key_Escape:
            (self.full_screen_left if self._full else self.left).emit()
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_K}:
            self.toggled.emit()
        elif key == Qt.Key.Key_F:
            self.toggle_full_screen()
        elif key == Qt.Key.Key_M:
            self.muted.emit()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.sought.emit(SKIP_BY if key == Qt.Key.Key_Right else -SKIP_BY)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.louder.emit(1 if key == Qt.Key.Key_Up else -1)
        else:
            return False
        return True


class PlayerController(QObject):
    """Connects bar, stage and player.

    Signals:
        stage_wanted: A video began, or its picture was asked for.
    """

    stage_wanted = Signal()

    def __init__(self, bar: PlayerBar, stage: Stage, player: Player, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        self._stage = stage
        self._player = player
        self._thumbnails = thumbnails
        player.media.setVideoOutput(stage.video)
        player.item_changed.connect(self._item)
        player.playing_changed.connect(self._playing)
        player.position_changed.connect(self._position)
        player.volume_changed.connect(self._show_volume)
        thumbnails.ready.connect(lambda i: self._picture() if player.item and i == player.item.id else None)
        bar.play.clicked.connect(player.toggle)
        bar.next.clicked.connect(player.next)
        bar.previous.clicked.connect(player.previous)
        bar.seek.sliderMoved.connect(player.seek)
        bar.seek.actionTriggered.connect(lambda _: player.seek(bar.seek.sliderPosition()))
        bar.volume.valueChanged.connect(self._volume)
        bar.mute.clicked.connect(self._mute)
        stage.toggled.connect(player.toggle)
        stage.muted.connect(self._mute)
        stage.sought.connect(player.seek_by)
        stage.louder.connect(lambda steps: bar.volume.setValue(bar.volume.value() + LOUDER_BY * steps))
        self.menus = PlayerMenus(player, bar.speed, bar.more, self)
        self.menus.loop_changed.connect(bar.seek.set_loop)
        self.menus.mini_wanted.connect(self.show_mini)
        self.menus.full_screen_wanted.connect(self._full_screen)
        self._mini: MiniPlayer | None = None
        bar.stage_wanted.connect(self.stage_wanted)
        bar.full.clicked.connect(self._full_screen)
        bar.volume.setValue(80)
        self._item(None)

    def _item(self, item: Item | None) -> None:
        bar = self._bar
        for widget in (bar.play, bar.next, bar.previous, bar.seek, bar.speed, bar.more):
            widget.setEnabled(item is not None)
        video = item is not None and item.has_video
        bar.stage.setVisible(video)
        bar.full.setVisible(video)
        bar.title.setText(item.title if item else self.tr("Nothing is playing"))
        bar.second.setText(subtitle(item) if item else self.tr("Pick something to play"))
        self._position(0, round(1000 * item.duration) if item else 0)
        self._picture()
        bar.seek.clear()
        self.menus.set_chapters(())
        if self._in_mini:
            self._show_in_mini()
        elif video:
            self.stage_wanted.emit()
        elif item is None:
            self._stage.left.emit()

    def _picture(self) -> None:
        item = self._player.item
        pixmap = self._thumbnails.get(item.id) if item else None
        self._stage.show_item(item, pixmap)
        if pixmap is None:
            name = "movie-open-outline" if item and item.kind == "video" else "music-note"
            pixmap = theme.icon(name, theme.tokens().muted).pixmap(28, 28)
            self._bar.art.setPixmap(pixmap)
            return
        ratio = self._bar.devicePixelRatioF()
        scaled = pixmap.scaled(
            self._bar.art.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        scaled.setDevicePixelRatio(ratio)
        self._bar.art.setPixmap(scaled)

    def _playing(self, playing: bool) -> None:
        self._bar.play.setIcon(theme.icon("pause-circle" if playing else "play-circle"))
        name = self.tr("Pause") if playing else self.tr("Play")
        self._bar.play.setToolTip(name)
        self._bar.play.setAccessibleName(name)

    def _position(self, position: int, whole: int) -> None:
        seek = self._bar.seek
        seek.setMaximum(whole)
        if not seek.isSliderDown():
            seek.setValue(position)
        self._bar.now.setText(duration(position / 1000) or "0:00")
        self._bar.whole.setText(duration(whole / 1000))

    def _volume(self, value: int) -> None:
        self._player.set_volume((value / 100) ** 2)  # hearing is nearer to the square than to the value
        self._player.output.setMuted(False)
        self._show_muted()

    def _show_volume(self, volume: float) -> None:
        """Follow what another program chose."""
        self._bar.volume.blockSignals(True)
        self._bar.volume.setValue(round(100 * math.sqrt(volume)))
        self._bar.volume.blockSignals(False)

    def _mute(self) -> None:
        self._player.output.setMuted(not self._player.output.isMuted())
        self._show_muted()

    def _show_muted(self) -> None:
        self._bar.mute.setIcon(theme.icon("volume-off" if self._player.output.isMuted() else "volume-high"))

    # -- the mini player

    def show_mini(self) -> None:
        """Show what plays in a small window above all others."""
        if self._player.item is None:
            return
        if self._mini is None:
            mini = self._mini = MiniPlayer(self._bar.window())
            mini.toggled.connect(self._player.toggle)
            mini.next_wanted.connect(self._player.next)
            mini.closed.connect(self._mini_closed)
            self._player.playing_changed.connect(mini.set_playing)
        self._show_in_mini()
        self._mini.set_playing(self._player.playing)
        self._mini.show()
        self._player.media.setVideoOutput(self._mini.video)
        self._stage.left.emit()

    def _show_in_mini(self) -> None:
        item = self._player.item
        if self._mini is None:
            return
        if item is None:
            self._mini.close()
        else:
            self._mini.show_item(item.title, self._thumbnails.get(item.id), item.has_video)

    def _mini_closed(self) -> None:
        self._player.media.setVideoOutput(self._stage.video)
        if self._player.item is not None and self._player.item.has_video:
            self.stage_wanted.emit()

    @property
    def _in_mini(self) -> bool:
        return self._mini is not None and self._mini.isVisible()

    def _full_screen(self) -> None:
        if self._in_mini and self._mini is not None:
            self._mini.close()
        self.stage_wanted.emit()
        self._stage.toggle_full_screen()
