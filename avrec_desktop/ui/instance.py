"""One window per library: a second one finds the first, says so, and can bring it to the front."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_RAISE, _YES = b"raise\n", b"yes\n"
#: Milliseconds to wait for the other window to answer.
PATIENCE = 1500


def server_name(directory: Path) -> str:
    """Return the name that windows of a library meet under; it tells nobody where the library is."""
    digest = hashlib.blake2b(str(directory.resolve()).encode("utf-8", "surrogateescape"), digest_size=12)
    return f"avrec-{digest.hexdigest()}"


def ask_other(directory: Path, *, bring_up: bool) -> bool:
    """Return whether another process has a window on this library; with ``bring_up`` it comes to the front."""
    socket = QLocalSocket()
    socket.connectToServer(server_name(directory))
    if not socket.waitForConnected(PATIENCE):
        return False
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
    """

    wanted = Signal()

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
        if socket.bytesAvailable() and bytes(socket.readLine(64).data()).strip() == _RAISE.strip():
            socket.write(_YES)
            socket.flush()
            self.wanted.emit()
