"""MPRIS: lets the desktop, its media keys and other programs control the player over D-Bus (Linux and the BSDs).

The specification is https://specifications.freedesktop.org/mpris-spec/latest/ (version 2.2).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import ClassInfo, QObject, QUrl, Signal
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusObjectPath, QDBusVariant, QDBusVirtualObject

from avrec_desktop.library.types import Item
from avrec_desktop.ui.dbus_numbers import Numbers, table
from avrec_desktop.ui.player import Player, Repeat, file_url

log = logging.getLogger(__name__)

NAME, PATH = "org.mpris.MediaPlayer2.avrec", "/org/mpris/MediaPlayer2"
ROOT, PLAYER, PROPERTIES = "org.mpris.MediaPlayer2", "org.mpris.MediaPlayer2.Player", "org.freedesktop.DBus.Properties"
#: Jumps of the position longer than this many milliseconds beside the clock's are told as seeking.
_JUMP = 2000
#: Kinds of files that are played, as in the desktop file.
_TYPES = (
    "audio/mpeg", "audio/flac", "audio/x-flac", "audio/ogg", "audio/opus", "audio/x-vorbis+ogg", "audio/mp4",
    "audio/aac", "audio/x-wav", "audio/x-aiff", "audio/x-ms-wma", "audio/x-matroska", "video/mp4",
    "video/x-matroska", "video/webm", "video/quicktime", "video/x-msvideo", "video/mpeg", "video/ogg",
)  # fmt: skip
#: The specification's names of what is repeated.
_LOOPS: dict[str, Repeat] = {"None": "none", "Track": "item", "Playlist": "queue"}

_INTROSPECTION = """
<interface name="org.mpris.MediaPlayer2">
  <method name="Raise"/><method name="Quit"/>
  <property name="CanQuit" type="b" access="read"/><property name="CanRaise" type="b" access="read"/>
  <property name="HasTrackList" type="b" access="read"/><property name="Identity" type="s" access="read"/>
  <property name="DesktopEntry" type="s" access="read"/>
  <property name="SupportedUriSchemes" type="as" access="read"/>
  <property name="SupportedMimeTypes" type="as" access="read"/>
</interface>
<interface name="org.mpris.MediaPlayer2.Player">
  <method name="Next"/><method name="Previous"/><method name="Pause"/><method name="PlayPause"/>
  <method name="Stop"/><method name="Play"/>
  <method name="Seek"><arg direction="in" name="Offset" type="x"/></method>
  <method name="SetPosition">
    <arg direction="in" name="TrackId" type="o"/><arg direction="in" name="Position" type="x"/>
  </method>
  <method name="OpenUri"><arg direction="in" name="Uri" type="s"/></method>
  <signal name="Seeked"><arg name="Position" type="x"/></signal>
  <property name="PlaybackStatus" type="s" access="read"/><property name="Rate" type="d" access="readwrite"/>
  <property name="LoopStatus" type="s" access="readwrite"/><property name="Shuffle" type="b" access="readwrite"/>
  <property name="Metadata" type="a{sv}" access="read"/><property name="Volume" type="d" access="readwrite"/>
  <property name="Position" type="x" access="read"/><property name="MinimumRate" type="d" access="read"/>
  <property name="MaximumRate" type="d" access="read"/><property name="CanGoNext" type="b" access="read"/>
  <property name="CanGoPrevious" type="b" access="read"/><property name="CanPlay" type="b" access="read"/>
  <property name="CanPause" type="b" access="read"/><property name="CanSeek" type="b" access="read"/>
  <property name="CanControl" type="b" access="read"/>
</interface>
<interface name="org.freedesktop.DBus.Properties">
  <method name="Get">
    <arg direction="in" name="interface" type="s"/><arg direction="in" name="name" type="s"/>
    <arg direction="out" name="value" type="v"/>
  </method>
  <method name="Set">
    <arg direction="in" name="interface" type="s"/><arg direction="in" name="name" type="s"/>
    <arg direction="in" name="value" type="v"/>
  </method>
  <method name="GetAll"><arg direction="in" name="interface" type="s"/>
    <arg direction="out" name="values" type="a{sv}"/></method>
  <signal name="PropertiesChanged">
    <arg name="interface" type="s"/><arg name="changed" type="a{sv}"/><arg name="invalidated" type="as"/>
  </signal>
</interface>
"""


@ClassInfo({"D-Bus Interface": PLAYER})  # type: ignore[call-arg]
class Mpris(QDBusVirtualObject):  # type: ignore[operator]
    """Serves the player on a bus.

    Args:
        player: The player.
        bring_up: Brings the window to the front.
        end: Ends the app.
        connection: The session bus.
        art: Returns the address of an item's picture, or nothing.
        parent: Qt parent.
        play_file: Plays the file of this path.

    Signals:
        Seeked: The position in microseconds after a jump; sent on the bus, as a number of 64 bits.
    """

    Seeked = Signal("qlonglong")  # type: ignore[arg-type]

    def __init__(
        self,
        player: Player,
        bring_up: Callable[[], object],
        end: Callable[[], object],
        connection: QDBusConnection,
        art: Callable[[int], str],
        parent: QObject,
        play_file: Callable[[str], object] = lambda _: None,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._play_file = play_file
        self._bus = connection
        self._art = art
        self._last = 0
        self._numbers = Numbers(connection, self)
        self._calls: dict[str, Callable[..., object]] = {
            "Raise": bring_up,
            "Quit": end,
            "Next": player.next,
            "Previous": player.previous,
            "Pause": player.media.pause,
            "PlayPause": player.toggle,
            "Stop": player.stop,
            "Play": lambda: None if player.playing else player.toggle(),
            "Seek": lambda offset: player.seek_by(int(offset) // 1000),
            "SetPosition": self._set_position,
            "OpenUri": self._open_uri,
        }
        self.name = ""
        player.playing_changed.connect(lambda _: self._tell("PlaybackStatus"))
        player.item_changed.connect(
            lambda _: self._tell("Metadata", "PlaybackStatus", "CanPlay", "CanPause", "CanSeek")
        )
        player.media.playbackRateChanged.connect(lambda _: self._tell("Rate"))
        player.volume_changed.connect(lambda _: self._tell("Volume"))
        player.repeat_changed.connect(lambda _: self._tell("LoopStatus", "CanGoNext"))
        player.queue_changed.connect(lambda: self._tell("Shuffle", "CanGoNext", "CanGoPrevious"))
        player.position_changed.connect(self._moved)

    def start(self) -> bool:
        """Appear on the bus; returns whether that worked."""
        if not self._bus.isConnected():
            return False
        for name in (NAME, f"{NAME}.instance{os.getpid()}"):  # a second window on another library is another player
            if self._bus.registerService(name):
                self.name = name
                break
        # signals of a virtual object go out too where the flag for them is given
        signals = QDBusConnection.RegisterOption.ExportNonScriptableSignals.value
        option = QDBusConnection.VirtualObjectRegisterOption(signals)
        if not self.name or not self._bus.registerVirtualObject(PATH, self, option):
            log.info("the player cannot be offered on the session bus: %s", self._bus.lastError().message())
            return False
        self._numbers.start()
        return True

    def stop(self) -> None:
        """Leave the bus."""
        if self.name:
            self._bus.unregisterObject(PATH)
            self._numbers.stop()
            self._bus.unregisterService(self.name)
            self.name = ""

    # -- what the bus asks

    def introspect(self, path: str) -> str:
        """Describe the interfaces."""
        return _INTROSPECTION

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        """Answer a call; False for those that are not ours."""
        if message.interface() == PROPERTIES:
            return self._property(message, connection)
        call = self._calls.get(message.member())
        if message.interface() not in {ROOT, PLAYER} or call is None:
            return False
        call(*message.arguments())
        connection.send(message.createReply())
        return True

    def _property(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        interface, *rest = message.arguments()
        known = self._values(str(interface))
        if message.member() == "GetAll":
            connection.send(message.createReply([table(known)]))
        elif message.member() == "Get" and rest and rest[0] in known:
            connection.send(message.createReply([_variant(known[rest[0]])]))
        elif message.member() == "Set" and len(rest) == 2:
            value = rest[1].variant() if isinstance(rest[1], QDBusVariant) else rest[1]
            self._set(str(rest[0]), value)
            connection.send(message.createReply())
        else:
            return False
        return True

    def _set(self, name: str, value: Any) -> None:
        if name == "Rate" and float(value) > 0:
            self._player.media.setPlaybackRate(max(0.25, min(4.0, float(value))))
        elif name == "Volume":
            self._player.set_volume(max(0.0, min(1.0, float(value))))
        elif name == "LoopStatus" and value in _LOOPS:
            self._player.set_repeat(_LOOPS[value])
        elif name == "Shuffle":
            self._player.change_queue(lambda queue: queue.shuffle(bool(value)))

    def _open_uri(self, uri: str) -> None:
        address = QUrl(uri)
        if address.isLocalFile():
            self._play_file(address.toLocalFile())

    def _set_position(self, track: QDBusObjectPath, position: int) -> None:
        item = self._player.item
        if item is not None and track.path() == _track(item) and 0 <= position <= 1000 * self._player.duration:
            self._player.seek(int(position) // 1000)

    def _values(self, interface: str) -> dict[str, Any]:
        if interface == ROOT:
            return {
                "CanQuit": True, "CanRaise": True, "HasTrackList": False, "Identity": "avrec",
                "DesktopEntry": "avrec", "SupportedUriSchemes": ["file"],
                "SupportedMimeTypes": list(_TYPES),
            }  # fmt: skip
        if interface != PLAYER:
            return {}
        player, item = self._player, self._player.item
        return {
            "PlaybackStatus": "Stopped" if item is None else "Playing" if player.playing else "Paused",
            "Rate": float(player.media.playbackRate()), "MinimumRate": 0.25, "MaximumRate": 4.0,
            "Volume": float(player.volume), "Position": self._numbers.int64(1000 * player.media.position()),
            "Metadata": table(self._metadata(item)),
            "LoopStatus": next(name for name, repeat in _LOOPS.items() if repeat == player.repeat),
            "Shuffle": player.queue.shuffled,
            "CanGoNext": player.following is not None, "CanGoPrevious": item is not None,
            "CanPlay": item is not None, "CanPause": item is not None, "CanSeek": item is not None, "CanControl": True,
        }  # fmt: skip

    def _metadata(self, item: Item | None) -> dict[str, Any]:
        if item is None:
            return {"mpris:trackid": QDBusObjectPath("/org/mpris/MediaPlayer2/TrackList/NoTrack")}
        found: dict[str, Any] = {
            "mpris:trackid": QDBusObjectPath(_track(item)),
            "mpris:length": self._numbers.int64(1000 * self._player.duration),
            "xesam:title": item.title,
            "xesam:url": file_url(item.path).toString(QUrl.ComponentFormattingOption.FullyEncoded),
        }
        if item.artist:
            found["xesam:artist"] = [item.artist]
        if item.album:
            found["xesam:album"] = item.album
        art = self._art(item.id)
        if art:
            found["mpris:artUrl"] = art
        return found

    # -- what the bus is told

    def _tell(self, *names: str) -> None:
        if not self.name:
            return
        values = self._values(PLAYER)
        message = QDBusMessage.createSignal(PATH, PROPERTIES, "PropertiesChanged")
        message.setArguments([PLAYER, table({name: values[name] for name in names}), []])
        self._bus.send(message)

    def _moved(self, position: int, _duration: int) -> None:
        step, self._last = position - self._last, position
        if self.name and abs(step) > _JUMP:
            self.Seeked.emit(1000 * position)


def _variant(value: Any) -> QDBusVariant:
    return value if isinstance(value, QDBusVariant) else QDBusVariant(value)


def _track(item: Item) -> str:
    return f"/org/avrec/item/{item.id}"
