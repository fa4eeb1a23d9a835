"""The menu of chosen items: play, queue, playlists, journeys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from avrec_desktop.session import Session
from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.pages.playlists_control import PlaylistsController
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.queue_panel import QueueController

#: Items of a radio, and steps of a path.
RADIO, STEPS = 50, 10


def chosen_ids(view: QAbstractItemView) -> list[int]:
    """Return the ids of the chosen items of a view, in order."""
    model = view.model()
    assert isinstance(model, ItemsModel)
    chosen = np.zeros(model.rowCount(), dtype=bool)
    for span in view.selectionModel().selection().toList():  # spans: an index for each would take seconds
        chosen[span.top() : span.bottom() + 1] = True
    return [int(i) for i in model.ids_of(np.flatnonzero(chosen))]


class ItemMenu(QObject):
    """Builds and shows the menu on any list of items.

    Args:
        play: Plays an item, followed by others.

    Attributes:
        extend: Each adds further entries for the chosen ids to a menu.
    """

    def __init__(
        self,
        session: Session,
        player: Player,
        queue: QueueController,
        playlists: PlaylistsController,
        play: Callable[[int, Sequence[int]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._player = session, player
        self._queue, self._playlists, self._play = queue, playlists, play
        self.extend: list[Callable[[QMenu, list[int]], None]] = []

    def attach(self, view: QAbstractItemView) -> None:
        """Show the menu on a right click, the menu key or Shift+F10."""
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda at: self.popup(view, view.viewport().mapToGlobal(at)))
        keys = QShortcut(QKeySequence("Shift+F10"), view)  # Qt itself knows the menu key only
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(
            lambda: self.popup(view, view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center()))
        )

    def popup(self, view: QAbstractItemView, at: QPoint) -> None:
        """Show the menu of a view's chosen items."""
        ids = chosen_ids(view)
        if ids:
            menu = self.build(view, ids)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at)

    def build(self, view: QWidget, ids: list[int]) -> QMenu:
        """Return the menu for items."""
        menu = QMenu(view)
        self._entry(menu, self.tr("Play"), lambda: self._play(ids[0], ids))
        self._entry(menu, self.tr("Play next"), lambda: self._queue.play_next(ids))
        self._entry(menu, self.tr("Add to queue"), lambda: self._queue.add(ids))
        menu.addSeparator()
        lists = menu.addMenu(self.tr("Add to playlist"))
        self._entry(lists, self.tr("New playlist"), lambda: self._playlists.create(self.tr("New playlist"), ids))
        known = [p for p in self._playlists.playlists if not p.smart]
        if known:
            lists.addSeparator()
        for playlist in known[:30]:
            name = playlist.name.replace("&", "&&")
            self._entry(lists, name, partial(self._playlists.add, playlist.id, ids))
        menu.addSeparator()
        features = self._session.features
        if len(ids) == 1:
            self._entry(
                menu,
                self.tr("Start a radio from here"),
                lambda: self._queue.play_all(
                    lambda: [ids[0], *features.radio(ids[0], RADIO)], self.tr("Radio: {n} items that go on from here.")
                ),
            )
        ends = self._ends(ids)
        if ends is not None:
            self._entry(
                menu,
                self.tr("Find a path between the two")
                if len(ids) == 2
                else self.tr("Find a path from what plays to here"),
                lambda: self._queue.play_all(
                    lambda: features.path(*ends, STEPS), self.tr("A path of {n} items from one to the other.")
                ),
            )
        for more in self.extend:
            more(menu, ids)
        return menu

    def _ends(self, ids: list[int]) -> tuple[int, int] | None:
        playing = self._player.item
        if len(ids) == 2:
            return ids[0], ids[1]
        if len(ids) == 1 and playing is not None and playing.id != ids[0]:
            return playing.id, ids[0]
        return None

    @staticmethod
    def _entry(menu: QMenu, text: str, call: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _=False: call())
        return action
