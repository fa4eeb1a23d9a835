"""Notices what other processes write into the library, such as the command line beside the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from avrec_desktop.jobs.events import BehaviourChanged, ItemsChanged, PlaylistsChanged
from avrec_desktop.session import Session
from avrec_desktop.ui.workers import Runner

#: Milliseconds between looks; one is a question to SQLite that reads no table.
INTERVAL = 3000


class Others(QObject):
    """Looks from time to time, and publishes that anything may have changed when another process wrote.

    SQLite says that something changed, not what: so lists, the panel and the playlists are read anew.
    """

    def __init__(self, runner: Runner, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._session = runner, session
        self._seen: int | None = None
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Look now, unless a look is under way: a drive that does not answer must not pile them up."""
        if self._looking or self._runner.closed:
            return
        self._looking = True
        self._runner.run(self._session.library.database.others, self._found, lambda _: None, self._done)

    def _done(self) -> None:
        self._looking = False

    def _found(self, count: int) -> None:
        before, self._seen = self._seen, count
        if before is not None and count != before:
            for news in (ItemsChanged(), BehaviourChanged(self._session.profile, None), PlaylistsChanged()):
                self._session.events.publish(news)
