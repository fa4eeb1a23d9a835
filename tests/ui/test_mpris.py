"""The player on a real D-Bus session bus of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from avrec_desktop.ui.mpris import NAME, PATH, PLAYER, PROPERTIES, ROOT, Mpris
from avrec_desktop.ui.window import Parts

QtDBus = pytest.importorskip("PySide6.QtDBus")
pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("dbus-daemon", "dbus-send", "dbus-monitor")),
    reason="no D-Bus on this machine",
)

Send = Callable[..., str]


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a session bus that nobody else uses."""
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.fixture
def served(parts: Parts, address: str) -> Iterator[tuple[Mpris, list[str]]]:
    """The player of a window on the bus, and what was asked of the window."""
    asked: list[str] = []
    bus = QtDBus.QDBusConnection.connectToBus(address, "test-mpris")
    mpris = Mpris(
        parts.player,
        lambda: asked.append("raise"),
        lambda: asked.append("quit"),
        bus,
        lambda _: "file:///a.webp",
        parts,
    )
    assert mpris.start()
    yield mpris, asked
    mpris.stop()
    QtDBus.QDBusConnection.disconnectFromBus("test-mpris")


@pytest.fixture
def send(qtbot: QtBot, address: str) -> Send:
    """Calls a method from another process and returns the printed answer."""

    def call(member: str, *args: str) -> str:
        command = [
            "dbus-send", f"--bus={address}", "--print-reply", f"--dest={NAME}", PATH, member, *args,
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            qtbot.waitUntil(lambda: process.poll() is not None, timeout=10_000)
            assert process.stdout is not None
            return process.stdout.read()

    return call


def test_others_see_what_plays(parts: Parts, served: Any, send: Send) -> None:
    answer = send(f"{PROPERTIES}.GetAll", f"string:{PLAYER}")
    assert '"Stopped"' in answer
    parts.player.play_items([parts.session.library.item(3, "default")])
    answer = send(f"{PROPERTIES}.Get", f"string:{PLAYER}", "string:Metadata")
    assert '"Cold River"' in answer
    assert 'object path "/org/avrec/item/3"' in answer
    assert "file:///media/3.ogg" in answer
    parts.player.stop()


def test_lengths_and_places_have_the_type_of_the_specification(parts: Parts, served: Any, send: Send) -> None:
    parts.player.play_items([parts.session.library.item(3, "default")])
    answer = send(f"{PROPERTIES}.Get", f"string:{PLAYER}", "string:Metadata")
    length = re.search(r'"mpris:length"\s+variant\s+(\w+) (\d+)', answer)
    assert length is not None
    assert length.groups() == ("int64", str(1000 * parts.player.duration))
    everything = send(f"{PROPERTIES}.GetAll", f"string:{PLAYER}")
    for name in ("Position", "mpris:length"):
        assert re.search(rf'"{name}"\s+variant\s+int64', everything)
    assert re.search(r'"Volume"\s+variant\s+double', everything)
    assert re.search(r"variant\s+int64", send(f"{PROPERTIES}.Get", f"string:{PLAYER}", "string:Position"))
    parts.player.stop()


def test_others_control_the_player(parts: Parts, served: Any, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = served
    send(f"{ROOT}.Raise")
    assert asked == ["raise"]
    sought: list[int] = []
    monkeypatch.setattr(parts.player, "seek_by", sought.append)
    send(f"{PLAYER}.Seek", "int64:5000000")
    assert sought == [5000]
    send(f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Rate", "variant:double:1.5")
    assert parts.player.media.playbackRate() == pytest.approx(1.5)
    send(f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Volume", "variant:double:0.25")
    assert parts.player.volume == pytest.approx(0.25)


def test_a_jump_is_told_as_a_number_of_64_bits(parts: Parts, served: Any, address: str) -> None:
    with subprocess.Popen(
        ["dbus-monitor", "--address", address, f"type='signal',interface='{PLAYER}'"], stdout=subprocess.PIPE, text=True
    ) as monitor:
        assert monitor.stdout is not None
        assert "NameAcquired" in monitor.stdout.readline()  # it listens
        parts.player.position_changed.emit(90_000, 180_000)
        lines = monitor.stdout
        told = next(line for line in lines if "member=Seeked" in line)
        assert f"path={PATH}" in told
        assert next(lines).split() == ["int64", "90000000"]
        monitor.terminate()


def test_repeat_and_shuffle_are_shared(parts: Parts, served: Any, send: Send) -> None:
    get = f"{PROPERTIES}.Get", f"string:{PLAYER}"
    assert '"None"' in send(*get, "string:LoopStatus")
    assert "boolean false" in send(*get, "string:CanGoNext")
    send(f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:LoopStatus", "variant:string:Playlist")
    assert parts.player.repeat == "queue"
    send(f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:LoopStatus", "variant:string:Nonsense")
    assert '"Playlist"' in send(*get, "string:LoopStatus")
    send(f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Shuffle", "variant:boolean:true")
    assert parts.player.queue.shuffled
    assert parts.queue_panel.shuffle.isChecked()
    assert "boolean true" in send(*get, "string:Shuffle")


def test_the_slider_follows_what_others_choose(parts: Parts, served: Any, send: Send) -> None:
    send(f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Volume", "variant:double:0.25")
    assert parts.player_bar.volume.value() == 50


def test_a_file_is_played_for_another_program(served: Any, send: Send) -> None:
    mpris, _ = served
    asked: list[str] = []
    mpris._play_file = asked.append
    send(f"{PLAYER}.OpenUri", "string:file:///media/cold%20river.ogg")
    send(f"{PLAYER}.OpenUri", "string:http://example.org/a.ogg")
    assert asked == ["/media/cold river.ogg"]


def test_what_is_not_known_is_refused(served: Any, send: Send) -> None:
    assert "Error" in send(f"{PLAYER}.Explode")
    assert "Error" in send(f"{PROPERTIES}.Get", f"string:{PLAYER}", "string:Nonsense")


def test_the_interfaces_describe_themselves(served: Any, send: Send) -> None:
    answer = send("org.freedesktop.DBus.Introspectable.Introspect")
    assert "PlaybackStatus" in answer
    assert "SetPosition" in answer


def test_without_a_bus_nothing_is_offered(parts: Parts) -> None:
    bus = QtDBus.QDBusConnection("no such bus")
    mpris = Mpris(parts.player, lambda: None, lambda: None, bus, lambda _: "", parts)
    assert not mpris.start()
