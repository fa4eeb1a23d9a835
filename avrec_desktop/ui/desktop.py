"""What ties the window to the desktop: tray, notifications, the player on the bus, the file manager."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from avrec_desktop.ui.player import file_url
from avrec_desktop.ui.shell import MainWindow, app_icon
from avrec_desktop.ui.workers import JobEntry

if TYPE_CHECKING:
    from avrec_desktop.ui.window import Parts

#: Settings: an icon in the tray; a notification when a long job is over. Both are off until asked for.
TRAY, NOTIFY = "window/tray", "window/notifications"


def on(settings: QSettings, key: str) -> bool:
    """Return whether a setting is on."""
    return str(settings.value(key, "false")).lower() in {"true", "1"}


class Desktop(QObject):
    """Keeps tray, notifications and MPRIS in step with the window and the settings."""

    def __init__(self, window: MainWindow, parts: Parts, settings: QSettings) -> None:
        super().__init__(parts)
        self._window = window
        self._parts = parts
        self._settings = settings
        self._tray: QSystemTrayIcon | None = None
        self._mpris: QObject | None = None
        window.jobs.ended.connect(self._job_ended)
        self.apply()
        if sys.platform.startswith(("linux", "freebsd")):
            self._offer_player()

    def apply(self) -> None:
        """Follow the settings."""
        wanted = on(self._settings, TRAY) or on(self._settings, NOTIFY)  # a notification needs an icon to come from
        if wanted and self._tray is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = self._make_tray()
            self._tray.show()
        elif not wanted and self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None

    def bring_up(self) -> None:
        """Bring the window to the front."""
        window = self._window
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Leave tray and bus."""
        if self._tray is not None:
            self._tray.hide()
        if self._mpris is not None:
            self._mpris.stop()  # type: ignore[attr-defined]

    def _make_tray(self) -> QSystemTrayIcon:
        tray = QSystemTrayIcon(app_icon(), self)
        tray.setToolTip("avrec")
        menu = QMenu(self._window)
        player = self._parts.player
        for text, call in (
            (self.tr("Show the window"), self.bring_up),
            (self.tr("Play or pause"), player.toggle),
            (self.tr("Next"), player.next),
            (self.tr("Quit"), self._window.close),
        ):
            menu.addAction(text).triggered.connect(lambda _=False, call=call: call())
        tray.setContextMenu(menu)
        tray.activated.connect(lambda why: self.bring_up() if why == QSystemTrayIcon.ActivationReason.Trigger else None)
        return tray

    def _job_ended(self, entry: JobEntry) -> None:
        if self._tray is None or not on(self._settings, NOTIFY) or self._window.isActiveWindow():
            return
        text = {"done": self.tr("Done"), "failed": self.tr("Failed")}.get(entry.state)
        if text is not None:
            self._tray.showMessage(entry.title, text, app_icon(), 5000)

    def _offer_player(self) -> None:
        from PySide6.QtDBus import QDBusConnection

        from avrec_desktop.ui.mpris import Mpris

        mpris = Mpris(
            self._parts.player,
            self.bring_up,
            self._window.close,
            QDBusConnection.sessionBus(),
            self._art,
            self,
            self._play_file,
        )
        if mpris.start():
            self._mpris = mpris

    def _play_file(self, path: str) -> None:
        """Play a file that another program names; one that the library does not know is taken in."""
        parts = self._parts
        self._window.runner.run(
            lambda: parts.session.library.resolve(path), parts.actions.play, lambda _: parts.take_in([Path(path)])
        )

    def _art(self, item_id: int) -> str:
        folder = self._parts.session.directory / "cache" / "thumbnails" / f"{item_id % 256:02x}"
        found = next(iter(sorted(folder.glob(f"{item_id}-*.webp"))), None) if folder.is_dir() else None
        return file_url(str(found)).toString() if found is not None else ""


def show_in_file_manager(path: str) -> bool:
    """Show a file in the file manager, marked where that is possible; returns whether something opened."""
    if sys.platform == "win32":
        return bool(QProcess.startDetached("explorer.exe", ["/select,", str(Path(path))])[0])
    if sys.platform == "darwin":
        return bool(QProcess.startDetached("open", ["-R", path])[0])
    if QApplication.instance() is not None and _ask_file_manager(path):
        return True
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))


def _ask_file_manager(path: str) -> bool:
    """Ask the desktop's file manager over D-Bus (the interface of freedesktop.org)."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    name = "org.freedesktop.FileManager1"
    message = QDBusMessage.createMethodCall(name, "/org/freedesktop/FileManager1", name, "ShowItems")
    message.setArguments([[file_url(path).toString(QUrl.ComponentFormattingOption.FullyEncoded)], ""])
    registered = bus.interface().isServiceRegistered(name)
    return bool(registered.value()) and bus.send(message)
