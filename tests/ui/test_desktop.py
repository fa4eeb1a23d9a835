"""The window among others: one per library, the tray, notifications, the file manager, the desktop's own files."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtGui import QDesktopServices, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avrec_desktop import paths
from avrec_desktop.library.types import ItemQuery
from avrec_desktop.ui import desktop as desktop_module
from avrec_desktop.ui.app import Application
from avrec_desktop.ui.desktop import NOTIFY, TRAY, on, show_in_file_manager
from avrec_desktop.ui.instance import Instance, ask_other, server_name
from avrec_desktop.ui.window import Parts
from tests.library import media_factory

_ASK = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from avrec_desktop.ui.instance import ask_other
app = QCoreApplication([])
print(ask_other(Path(sys.argv[1]), bring_up=True))
"""


def test_a_second_window_finds_the_first_and_brings_it_up(qtbot: QtBot, tmp_path: Path) -> None:
    assert not ask_other(tmp_path, bring_up=False)
    first = Instance(tmp_path)
    assert first.listening
    asked: list[bool] = []
    first.wanted.connect(lambda: asked.append(True))
    with subprocess.Popen([sys.executable, "-c", _ASK, str(tmp_path)], stdout=subprocess.PIPE, text=True) as second:
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
        assert second.stdout is not None
        assert second.stdout.read().strip() == "True"
    assert asked == [True]
    first.close()
    assert not ask_other(tmp_path, bring_up=False)


_HAND_OVER = _ASK.replace("bring_up=True", "bring_up=True, files=[Path(a) for a in sys.argv[2:]]")


def test_files_opened_elsewhere_are_handed_to_the_window_that_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    first = Instance(tmp_path)
    got: list[list[Path]] = []
    asked: list[bool] = []
    first.opened.connect(got.append)
    first.wanted.connect(lambda: asked.append(True))
    files = [tmp_path / "a b.ogg", tmp_path / "春 #1.mkv"]
    command = [sys.executable, "-c", _HAND_OVER, str(tmp_path), *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as second:
        qtbot.waitUntil(lambda: second.poll() is not None and bool(got) and bool(asked), timeout=20_000)
    assert got == [files]
    assert asked == [True]
    for text in (b"no json", b"[]", b'{"a": 1}', b"[1]"):
        first._open(text)
    assert len(got) == 1, "what is no list of names is left alone"
    first.close()


def test_files_given_at_the_start_are_taken_in_once_the_library_is_open(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    song = media_factory.make_audio(tmp_path / "song.wav", seed=1)
    application = Application(qapp, tmp_path / "library", "default", "light", "en")
    application.take_in([song])
    with qtbot.waitSignal(application.window.ready, timeout=20_000):
        application.open()
    parts = application.window.parts
    assert parts is not None
    qtbot.waitUntil(lambda: parts.session.library.count(ItemQuery()) == 1, timeout=20_000)
    application.close()


def test_what_a_crash_left_behind_does_not_lock_the_library(qtbot: QtBot, tmp_path: Path) -> None:
    crashed = Instance(tmp_path)
    crashed._server.close()
    again = Instance(tmp_path)
    assert again.listening
    again.close()


def test_libraries_do_not_meet_one_another(tmp_path: Path) -> None:
    assert server_name(tmp_path / "a") != server_name(tmp_path / "b")
    assert str(tmp_path) not in server_name(tmp_path / "a")


def test_tray_and_notifications_are_off_until_asked_for(parts: Parts) -> None:
    settings = parts._settings
    assert not on(settings, TRAY)
    assert not on(settings, NOTIFY)
    assert parts.desktop._tray is None
    parts.settings_page.switches[TRAY].setChecked(True)
    assert on(settings, TRAY)
    parts.settings_page.switches[TRAY].setChecked(False)
    assert not on(settings, TRAY)
    assert parts.desktop._tray is None


def test_a_file_is_shown_in_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []
    monkeypatch.setattr(desktop_module, "_ask_file_manager", lambda path: False)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    monkeypatch.setattr(desktop_module.sys, "platform", "linux")
    assert show_in_file_manager(str(tmp_path / "a b.mp3"))
    assert opened == [str(tmp_path)]
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(QProcess, "startDetached", lambda program, args: started.append((program, args)) or (True, 1))
    monkeypatch.setattr(desktop_module.sys, "platform", "darwin")
    assert show_in_file_manager("/m/x.mp3")
    assert started == [("open", ["-R", "/m/x.mp3"])]


def test_the_desktop_file_names_what_is_there() -> None:
    folder = paths.resources() / "desktop"
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(folder / "avrec.desktop", encoding="utf-8")
    main = entry["Desktop Entry"]
    assert main["Exec"].split()[0] == "avrec"
    assert main["Exec"].endswith(" %F"), "it says what it opens, so it must be given it"
    assert (folder / f"{main['Icon']}.svg").is_file()
    assert "audio/flac" in main["MimeType"].split(";")
    assert {f"Desktop Action {a}" for a in main["Actions"].strip(";").split(";")} < set(entry.sections())
    for section in entry.sections():
        assert "Name" in entry[section]


def test_the_store_description_belongs_to_the_desktop_file() -> None:
    folder = paths.resources() / "desktop"
    root = ElementTree.parse(folder / "avrec.metainfo.xml").getroot()
    launchable = root.find("launchable")
    assert launchable is not None
    assert (folder / str(launchable.text)).is_file()
    assert re.fullmatch(r"[a-z]+\.[a-z]+\.\w+", str(root.findtext("id"))), "an id is a reversed domain name"
    for name in ("id", "name", "summary", "metadata_license", "project_license", "description"):
        assert root.find(name) is not None


@pytest.mark.parametrize(
    "command",
    [["desktop-file-validate", "avrec.desktop"], ["appstreamcli", "validate", "--no-net", "avrec.metainfo.xml"]],
)
def test_the_desktop_finds_nothing_to_object_to(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    folder = paths.resources() / "desktop"
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_icon_can_be_drawn(qtbot: QtBot) -> None:
    renderer = QSvgRenderer(str(paths.resources() / "desktop" / "avrec.svg"))
    assert renderer.isValid()
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    assert image.pixelColor(32, 8).alpha() == 255
    assert image.pixelColor(0, 0).alpha() == 0
