"""Putting items into a playlist: a menu of those there are, or a new one under a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from avrec_desktop.library.playlists import Change, Playlist
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.workers import Runner

#: Playlists offered, the last changed first.
OFFERED = 15


class PlaylistAdder(QObject):
    """Asks for a playlist and puts items into it; an undo takes it back.

    Signals:
        problem: A message for the user.
    """

    problem = Signal(str)

    def __init__(self, runner: Runner, session: Session, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._runner, self._actions, self._window = runner, actions, window
        self._playlists = session.library.playlists
        self.dialog: QInputDialog | None = None
        self.menu: QMenu | None = None

    def ask(self, item_ids: Sequence[int], at: QPoint) -> None:
        """Offer the playlists at a place of the screen."""
        ids = list(item_ids)
        if not ids:
            return
        self._runner.run(
            lambda: [p for p in self._playlists.list() if not p.smart],
            lambda found: self._offer(found, ids, at),
            lambda e: self.problem.emit(error_text(e)),
            key="playlists-offered",
        )

    def _offer(self, playlists: Sequence[Playlist], ids: list[int], at: QPoint) -> None:
        menu = self.menu = QMenu(self._window)
        menu.addAction(self.tr("New playlist …")).triggered.connect(lambda: self._name(ids))
        if playlists:
            menu.addSeparator()
        for playlist in sorted(playlists, key=lambda p: -p.updated_at)[:OFFERED]:
            action = menu.addAction(playlist.name.replace("&", "&&"))
            action.triggered.connect(lambda _=False, p=playlist: self._add(p, ids))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _name(self, ids: list[int]) -> None:
        dialog = self.dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("New playlist"))
        dialog.setLabelText(self.tr("Name of the playlist:"))
        dialog.textValueSelected.connect(lambda name: self._create(name.strip(), ids))
        dialog.resize(theme.scaled(380), dialog.sizeHint().height())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add(self, playlist: Playlist, ids: list[int]) -> None:
        self._do(lambda: self._playlists.add(playlist.id, ids), ids, playlist.name)

    def _create(self, name: str, ids: list[int]) -> None:
        if name:
            self._do(lambda: self._playlists.create(name, ids), ids, name)

    def _do(self, work: Callable[[], Change], ids: list[int], name: str) -> None:
        def carry_out() -> Callable[[], object]:
            change = work()
            return lambda: self._playlists.undo(change)

        one = self.tr("Added {n} item to the playlist “{name}”.")
        many = self.tr("Added {n} items to the playlist “{name}”.")
        self._actions.do(carry_out, counted(len(ids), one, many, name=name))
