"""Has clips of films made in the background when nothing else is going on."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from avrec_desktop.features.clips import make_ahead
from avrec_desktop.session import Session
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.workers import JobCenter, Runner

#: Milliseconds between two looks, and clips made in one go; a clip costs up to a second.
EVERY, AT_ONCE = 60_000, 10


class ClipMaker(QObject):
    """Looks once a minute whether clips are due; stops when a job starts or something plays."""

    def __init__(self, session: Session, runner: Runner, jobs: JobCenter, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._runner, self._jobs, self._player = session, runner, jobs, player
        # plain values, since the worker reads them
        self._free, self._making = True, False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        player.playing_changed.connect(self._stop)
        jobs.added.connect(self._stop)

    def look(self) -> None:
        """Make a few clips, unless a job runs, something plays or clips are being made."""
        if self._making or self._jobs.running() or self._player.playing:
            return
        self._free = self._making = True
        self._runner.run(
            lambda: make_ahead(self._session.library, AT_ONCE, lambda: self._free),
            on_finished=self._made,
            key="clips",
            long=True,
        )

    def retire(self) -> None:
        """Start no more."""
        self._timer.stop()
        self._free = False

    def _stop(self, _what: object) -> None:
        self._free = False

    def _made(self) -> None:
        self._making = False
