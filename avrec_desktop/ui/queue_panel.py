"""The queue beside the pages: what plays next, put in order, mixed, emptied, saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from avrec_desktop.library.types import Item
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.dragging import EntriesModel, Index
from avrec_desktop.ui.pages.playlists import EntriesTable
from avrec_desktop.ui.player import Player, Repeat
from avrec_desktop.ui.texts import counted, duration, error_text
from avrec_desktop.ui.widgets.basics import ElidedLabel, EmptyState, label, tool
from avrec_desktop.ui.workers import Runner

WIDTH = 340


class QueueModel(EntriesModel):
    """The entries of the queue; the one that plays is bold."""

    playing_row = -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if role == Qt.ItemDataRole.FontRole and index.row() == self.playing_row:
            font = QFont()
            font.setBold(True)
            return font
        return super().data(index, role)


#: What the button of the queue changes to.
_AFTER: dict[Repeat, Repeat] = {"none": "queue", "queue": "item", "item": "none"}


class QueuePanel(QFrame):
    """Layout of the queue."""

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self.setObjectName("detail")
        self.setFixedWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.M, theme.L, theme.M, theme.M)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Queue"), "h2"))
        head.addStretch()
        self.close_button = tool("close", self.tr("Close the queue"), self.hide)
        head.addWidget(self.close_button)
        box.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.count = ElidedLabel("", "small")
        row.addWidget(self.count, 1)
        self.shuffle = tool("shuffle-variant", self.tr("Mix what follows, without repeats"))
        self.shuffle.setCheckable(True)
        self.repeat = tool("repeat-off", self.tr("Repeat nothing"))
        self.save = tool("playlist-plus", self.tr("Save the queue as a playlist"))
        self.clear = tool("playlist-remove", self.tr("Empty the queue"))
        for control in (self.shuffle, self.repeat, self.save, self.clear):
            row.addWidget(control)
        box.addLayout(row)
        self.table = EntriesTable()
        self.table.setAccessibleName(self.tr("Entries of the queue"))
        self.table.horizontalHeader().hide()
        self.table.setModel(model)
        self.empty = EmptyState(
            "playlist-play",
            self.tr("Nothing is waiting"),
            self.tr("Choose “Play next” or “Add to queue” from an item's menu, or drag items here."),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        box.addWidget(self.stack, 1)


class QueueController(QObject):
    """Keeps the panel and the player's queue alike.

    Signals:
        problem: A message for the user.
    """

    problem = Signal(str)

    def __init__(
        self,
        panel: QueuePanel,
        model: QueueModel,
        runner: Runner,
        session: Session,
        player: Player,
        actions: Actions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._model, self._runner = panel, model, runner
        self._session, self._player, self._actions = session, player, actions
        player.queue_changed.connect(self._show)
        player.repeat_changed.connect(self._show_repeat)
        panel.shuffle.toggled.connect(self._shuffle)
        panel.repeat.clicked.connect(lambda: player.set_repeat(_AFTER[player.repeat]))
        panel.clear.clicked.connect(lambda: self._change(lambda queue: queue.clear(), self.tr("Emptied the queue.")))
        panel.save.clicked.connect(self._save)
        panel.table.doubleClicked.connect(lambda index: player.jump(index.row()))
        panel.table.played.connect(lambda _: player.jump(panel.table.currentIndex().row()))
        panel.table.liked.connect(actions.like)
        panel.table.removed.connect(self._remove)
        panel.table.shifted.connect(self._shift)
        model.moved.connect(self._move)
        model.dropped.connect(self._drop)
        self._show()

    def toggle(self) -> None:
        """Show or hide the panel."""
        self._panel.setVisible(self._panel.isHidden())
        if self._panel.isVisible():
            self._panel.table.setFocus()

    def play_next(self, item_ids: list[int]) -> None:
        """Play items after the one that plays."""
        one, many = self.tr("{n} item plays next."), self.tr("{n} items play next.")
        self._fetch(
            item_ids, lambda items: self._change(lambda queue: queue.play_next(items), counted(len(items), one, many))
        )

    def add(self, item_ids: list[int]) -> None:
        """Put items at the end of the queue."""
        self._fetch(item_ids, lambda items: self._change(lambda queue: queue.add(items), self._added(len(items))))

    def _added(self, count: int) -> str:
        return counted(count, self.tr("Added {n} item to the queue."), self.tr("Added {n} items to the queue."))

    def play_all(self, find: Callable[[], list[int]], text: str) -> None:
        """Play the items that ``find`` returns, in a worker."""

        def work() -> list[Item]:
            return [i for i in self._session.library.items_by_id(find(), self._session.profile) if i.available]

        def play(items: list[Item]) -> None:
            if items:
                self._player.play_items(items)
                self._panel.show()
                self._actions.noted.emit(text.format(n=len(items)), False)

        self._runner.run(work, play, lambda e: self.problem.emit(error_text(e)), key="queue-find")

    def _fetch(self, item_ids: list[int], use: Callable[[list[Item]], object]) -> None:
        library, profile = self._session.library, self._session.profile
        self._runner.run(
            lambda: [item for item in library.items_by_id(item_ids, profile) if item.available],
            lambda items: use(items) if items else self.problem.emit(self.tr("None of these items is available now.")),
            lambda e: self.problem.emit(error_text(e)),
        )

    def _change(self, change: Callable[[Any], object], text: str) -> None:
        back = self._player.change_queue(change)
        self._actions.note_done(text, back)

    def _remove(self, rows: list[int]) -> None:
        one, many = self.tr("Took {n} item out of the queue."), self.tr("Took {n} items out of the queue.")
        self._change(lambda queue: queue.remove(rows), counted(len(rows), one, many))

    def _move(self, rows: list[int], to: int) -> None:
        text = counted(len(rows), self.tr("Moved {n} item."), self.tr("Moved {n} items."))
        self._change(lambda queue: queue.move(rows, to), text)
        first = to - sum(1 for row in rows if row < to)
        self._panel.table.selectRow(first)

    def _shift(self, rows: list[int], step: int) -> None:
        to = rows[0] - 1 if step < 0 else rows[-1] + 2
        if 0 <= to <= self._model.rowCount():
            self._move(rows, to)

    def _drop(self, item_ids: list[int], to: int) -> None:
        def put(items: list[Item]) -> None:
            def change(queue: Any) -> None:
                first = len(queue)
                queue.add(items)
                if not queue.shuffled:
                    queue.move(range(first, len(queue)), to)

            self._change(change, self._added(len(items)))

        self._fetch(item_ids, put)

    def _show_repeat(self, repeat: Repeat) -> None:
        icon, words = {
            "none": ("repeat-off", self.tr("Repeat nothing")),
            "queue": ("repeat", self.tr("Repeat the whole queue")),
            "item": ("repeat-once", self.tr("Repeat this item")),
        }[repeat]
        button = self._panel.repeat
        button.setProperty("on", repeat != "none")
        button.style().unpolish(button)
        button.style().polish(button)
        button.setIcon(theme.icon(icon))
        button.setToolTip(words)
        button.setAccessibleName(words)

    def _shuffle(self, on: bool) -> None:
        if on != self._player.queue.shuffled:
            text = self.tr("What follows is mixed.") if on else self.tr("What follows is in order again.")
            self._change(lambda queue: queue.shuffle(on), text)

    def _save(self) -> None:
        ids = [item.id for item in self._player.queue.entries]
        if not ids:
            return
        store = self._session.library.playlists

        def work() -> Callable[[], object]:
            change = store.create(self.tr("Queue"), ids)
            return lambda: store.undo(change)

        self._actions.do(work, self.tr("Saved the queue as a playlist."))

    def _show(self) -> None:
        queue = self._player.queue
        entries = queue.entries
        self._model.playing_row = queue.at
        self._model.set_ids(np.array([item.id for item in entries], np.int64))
        if entries:
            self._model.dataChanged.emit(self._model.index(0, 0), self._model.index(len(entries) - 1, 0))
        left = sum(item.duration for item in entries[queue.at + 1 :])
        count = counted(len(entries), self.tr("{n} item"), self.tr("{n} items")) if entries else ""
        rest = self.tr("{time} to come").format(time=duration(left)) if left else ""
        self._panel.count.setText(" · ".join(part for part in (count, rest) if part))
        self._panel.shuffle.setChecked(queue.shuffled)
        self._panel.stack.setCurrentWidget(self._panel.table if entries else self._panel.empty)
        for control in (self._panel.save, self._panel.clear):
            control.setEnabled(bool(entries))
