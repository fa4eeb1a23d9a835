"""One window per library: a second one finds the first, says so, and can bring it to the front."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_RAISE, _OPEN, _YES = b"raise\n", b"open ", b"yes\n"
#: Longest line that is read, in bytes.
_MOST = 1 << 20
#: Milliseconds to wait for the other window to answer.
PATIENCE = 1500


def server_name(directory: Path) -> str:
    """Return the name that windows of a library meet under; it tells nobody where the library is."""
    digest = hashlib.blake2b(str(directory.resolve()).encode("utf-8", "surrogateescape"), digest_size=12)
    return f"avrec-{digest.hexdigest()}"


def ask_other(directory: Path, *, bring_up: bool, files: Sequence[Path] = ()) -> bool:
    """Return whether another process has a window on this library.

    Args:
        directory: The library directory.
        bring_up: Ask it to come to the front.
        files: Files and folders that it is asked to take in.
    """
    socket = QLocalSocket()
    socket.connectToServer(server_name(directory))
    if not socket.waitForConnected(PATIENCE):
        return False
    if files:
        socket.write(_OPEN + json.dumps([os.fspath(path.absolute()) for path in files]).encode() + b"\n")
    if bring_up:
        socket.write(_RAISE)
        socket.waitForBytesWritten(PATIENCE)
        socket.waitForReadyRead(PATIENCE)
    socket.disconnectFromServer()
    return True


class Instance(QObject):
    """The first window of a library: answers those that come later.

    Signals:
        wanted: Another window asked this one to come to the front.
        opened: (paths) another window was asked to take these in.
    """

    wanted = Signal()
    opened = Signal(list)

    def __init__(self, directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        name = server_name(directory)
        if not self._server.listen(name):  # a socket left over from a crash: nobody answered on it
            QLocalServer.removeServer(name)
            self._server.listen(name)

    @property
    def listening(self) -> bool:
        """Whether others can find this window."""
        return self._server.isListening()

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        while socket.canReadLine():
            line = bytes(socket.readLine(_MOST).data())
            if line == _RAISE:
                socket.write(_YES)
                socket.flush()
                self.wanted.emit()
            elif line.startswith(_OPEN):
                self._open(line.removeprefix(_OPEN))

    def _open(self, text: bytes) -> None:
        try:
            names = json.loads(text)
        except ValueError:
            return
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            self.opened.emit([Path(name) for name in names])
