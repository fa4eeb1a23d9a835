"""What the playlists page does: every change in a worker, noted and undone like all acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.library.listing import DOWNWARDS
from avrec_desktop.library.playlists import Change, Imported, Playlist
from avrec_desktop.session import Session
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.dragging import EntriesModel
from avrec_desktop.ui.items_model import ItemsModel
from avrec_desktop.ui.pages.playlists import PlaylistsPage
from avrec_desktop.ui.texts import counted, duration, error_text, listed
from avrec_desktop.ui.workers import Runner

#: Milliseconds between news of the library and the smart playlist on show being searched anew.
LIVE = 400


class PlaylistsController(QObject):
    """Lists, shows and changes playlists.

    Signals:
        played: (item id, ids that follow).
        selected: (item id) became current, 0 for none.
        told: A note for the user.
        problem: A message for the user.
    """

    played = Signal(int, object)
    selected = Signal(int)
    told = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        page: PlaylistsPage,
        model: EntriesModel,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        actions: Actions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._model, self._runner = page, model, runner
        self._session, self._actions = session, actions
        self._store = session.library.playlists
        self.playlists: list[Playlist] = []
        self.current = 0
        self._to_choose: Sequence[int] = ()  # rows, as soon as what was changed is on show
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(LIVE)
        self._live.timeout.connect(self._refresh_smart)
        self._connect_page()
        model.moved.connect(self._move)
        model.dropped.connect(lambda ids, at: self.add(self.current, ids, at))
        bridge.playlists_changed.connect(lambda _: self.load())
        for signal in (bridge.items_changed, bridge.behaviour_changed, bridge.features_stored):
            signal.connect(lambda _: None if self._live.isActive() else self._live.start())
        bridge.items_changed.connect(lambda event: model.refresh_items(event.updated))
        bridge.behaviour_changed.connect(
            lambda e: model.refresh_items([e.item_id]) if e.item_id else model.refresh_all()
        )

    def _connect_page(self) -> None:
        page = self._page
        page.new.clicked.connect(lambda: self.create(self.tr("New playlist"), (), edit=True))
        page.new_first.clicked.connect(lambda: self.create(self.tr("New playlist"), (), edit=True))
        page.imported.clicked.connect(self._choose_import)
        page.import_first.clicked.connect(self._choose_import)
        page.export.clicked.connect(self._choose_export)
        page.delete.clicked.connect(lambda: self.delete(self.current))
        page.remove.clicked.connect(lambda: self._remove([i.row() for i in page.chosen()]))
        page.play.clicked.connect(lambda: self._play(shuffled=False))
        page.shuffle.clicked.connect(lambda: self._play(shuffled=True))
        page.lists.currentItemChanged.connect(lambda *_: self.open(page.lists.current_id()))
        page.lists.renamed.connect(self.rename)
        page.lists.deleted.connect(self.delete)
        page.lists.taken.connect(self.add)
        page.name.editingFinished.connect(lambda: self.rename(self.current, page.name.text()))
        page.query.returnPressed.connect(self._change_rule)
        page.query.editingFinished.connect(self._change_rule)
        page.query.offer_from(self._runner, self._session.library.complete)
        page.order.activated.connect(lambda _: self._change_rule())
        page.most.valueChanged.connect(lambda _: self._change_rule())
        page.as_grid.toggled.connect(lambda _: self._show_view())
        page.table.removed.connect(self._remove)
        page.table.shifted.connect(self._shift)
        for view in (page.table, page.grid):
            view.doubleClicked.connect(lambda index: self._play_row(index.row()))
            view.played.connect(lambda _: self._play_row(page.table.currentIndex().row()))
            view.liked.connect(self._actions.like)
            view.refused.connect(self._actions.refuse)
        page.table.selectionModel().currentChanged.connect(self._current_changed)

    # -- showing

    def load(self) -> None:
        """Read the list of playlists, and what the one on show holds."""
        self._runner.run(self._store.list, self._listed, self._say, key="playlists")

    def _listed(self, playlists: list[Playlist]) -> None:
        self.playlists = playlists
        known = {p.id for p in playlists}
        if self.current not in known:
            self.current = playlists[0].id if playlists else 0
        self._page.lists.show_lists(playlists, self.current)
        self._page.right.setCurrentIndex(0 if playlists else 1)
        self._show()

    def open(self, playlist_id: int) -> None:
        """Show a playlist."""
        if playlist_id and playlist_id != self.current:
            self.current = playlist_id
            self._page.lists.show_lists(self.playlists, playlist_id)
            self._show()

    def shown(self) -> Playlist | None:
        """Return the playlist on show."""
        return next((p for p in self.playlists if p.id == self.current), None)

    def _show(self) -> None:
        playlist, page = self.shown(), self._page
        if playlist is None:
            self._model.set_ids(np.empty(0, np.int64))
            return
        page.name.setText(playlist.name)
        page.name.setCursorPosition(0)
        page.rule.setVisible(playlist.smart)
        page.remove.setVisible(not playlist.smart)
        self._model.changeable = not playlist.smart
        page.table.setAcceptDrops(not playlist.smart)
        if playlist.smart and not page.query.hasFocus():
            page.query.setText(playlist.query or "")
        page.order.setCurrentIndex(max(0, page.order.findData(playlist.sort)))
        page.most.blockSignals(True)
        page.most.setValue(playlist.most or 0)
        page.most.blockSignals(False)
        self._fetch(playlist)

    def _refresh_smart(self) -> None:
        playlist = self.shown()
        if playlist is not None and playlist.smart:
            self._fetch(playlist)

    def _fetch(self, playlist: Playlist) -> None:
        profile, library = self._session.profile, self._session.library

        def work() -> tuple[NDArray[np.int64], float]:
            ids = self._store.items(playlist.id, profile)
            return ids, library.total_duration(ids)

        def failed(error: AvrecError) -> None:
            if not self._page.query.explain(error):
                self._say(error)

        self._runner.run(work, lambda found: self._fetched(playlist, *found), failed, key="playlist-items")

    def _fetched(self, playlist: Playlist, ids: NDArray[np.int64], seconds: float) -> None:
        if playlist.id != self.current:
            return
        self._page.query.all_right()
        row = self._page.table.currentIndex().row()
        self._model.set_ids(ids)
        if self._to_choose:
            self._select([row for row in self._to_choose if row < len(ids)])
            self._to_choose = ()
        elif 0 <= row < len(ids) and not self._page.table.currentIndex().isValid():
            self._select([row])
        count = counted(len(ids), self.tr("{n} item"), self.tr("{n} items"))
        self._page.count.setText(f"{count} · {duration(seconds)}" if seconds else count)
        for control in (self._page.play, self._page.shuffle, self._page.export):
            control.setEnabled(bool(len(ids)))
        self._page.empty_text.setText(
            self.tr("Nothing in the library answers its query now.")
            if playlist.smart
            else self.tr("Drag items here, or choose “Add to playlist” from an item's menu.")
        )
        self._show_view()

    def _show_view(self) -> None:
        page = self._page
        page.views.setCurrentWidget(page.view() if self._model.rowCount() else page.empty)

    def _select(self, rows: Sequence[int]) -> None:
        selection = self._page.table.selectionModel()
        flag = QItemSelectionModel.SelectionFlag
        selection.clearSelection()
        for row in rows:
            index = self._model.index(row, 0)
            selection.select(index, flag.Select | flag.Rows)
            selection.setCurrentIndex(index, flag.NoUpdate)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.selected.emit(int(current.data(ItemsModel.id_role)) if current.isValid() else 0)

    # -- playing

    def _play(self, *, shuffled: bool) -> None:
        ids = self._model.ids.tolist()
        if shuffled:
            ids = np.random.default_rng().permutation(self._model.ids).tolist()
        if ids:
            self.played.emit(ids[0], ids)

    def _play_row(self, row: int) -> None:
        if 0 <= row < self._model.rowCount():
            ids = [int(i) for i in self._model.ids[row : row + 200]]
            self.played.emit(ids[0], ids)

    # -- changing

    def create(self, name: str, item_ids: tuple[int, ...] | list[int], *, edit: bool = False) -> None:
        """Make a playlist of items and show it."""
        self._do(lambda: self._store.create(name, item_ids), self.tr("Made the playlist “{name}”."), edit=edit)

    def create_smart(self, name: str, query: str, sort: str = "title", descending: bool = False) -> None:
        """Save a query as a playlist and show it."""
        order = "title" if sort == "relevance" else sort
        self._do(
            lambda: self._store.create_smart(name, query, sort=order, descending=descending),
            self.tr("Saved the search as “{name}”."),
        )

    def add(self, playlist_id: int, item_ids: list[int], at: int | None = None) -> None:
        """Put items into a playlist."""
        one, text = self.tr("Added {n} item to “{name}”."), self.tr("Added {n} items to “{name}”.")
        self._do(lambda: self._store.add(playlist_id, item_ids, at), text, one=one, show=False)

    def rename(self, playlist_id: int, name: str) -> None:
        """Rename a playlist."""
        known = next((p for p in self.playlists if p.id == playlist_id), None)
        wanted = " ".join(name.split())
        if known is None or wanted in ("", known.name):
            if known is not None and playlist_id == self.current:
                self._page.name.setText(known.name)
            return
        self._do(lambda: self._store.rename(playlist_id, wanted), self.tr("Renamed to “{name}”."))

    def delete(self, playlist_id: int) -> None:
        """Delete a playlist."""
        if playlist_id:
            self._do(lambda: self._store.delete(playlist_id), self.tr("Deleted the playlist “{name}”."), show=False)

    def _remove(self, rows: list[int]) -> None:
        key = self.current
        if rows and self._model.changeable:
            one, text = self.tr("Took {n} item out of “{name}”."), self.tr("Took {n} items out of “{name}”.")
            self._do(lambda: self._store.remove(key, rows), text, one=one, show=False)

    def _move(self, rows: list[int], to: int) -> None:
        key = self.current
        first = to - sum(1 for row in rows if row < to)
        self._do(
            lambda: self._store.move(key, rows, to),
            self.tr("Moved {n} items."),
            one=self.tr("Moved {n} item."),
            show=False,
            chosen=range(first, first + len(rows)),
        )

    def _shift(self, rows: list[int], step: int) -> None:
        if not self._model.changeable:
            return
        to = rows[0] - 1 if step < 0 else rows[-1] + 2
        if 0 <= to <= self._model.rowCount():
            self._move(rows, to)

    def _change_rule(self) -> None:
        playlist, page = self.shown(), self._page
        if playlist is None or not playlist.smart:
            return
        sort, most = str(page.order.currentData()), page.most.value() or None
        query, descending = page.query.text().strip(), str(page.order.currentData()) in DOWNWARDS
        if (query, sort, most, descending) == (playlist.query, playlist.sort, playlist.most, playlist.descending):
            page.query.all_right()
            return

        def change() -> Change:
            return self._store.change_smart(playlist.id, query=query, sort=sort, descending=descending, most=most)

        self._do(change, self.tr("Changed “{name}”."))

    def _do(
        self,
        change: Callable[[], Change],
        text: str,
        *,
        one: str = "",
        show: bool = True,
        edit: bool = False,
        chosen: Sequence[int] = (),
    ) -> None:
        """Carry out a change, note it (``one`` for a single item), and show its playlist with these rows chosen."""

        def work() -> tuple[Change, list[Playlist]]:
            return change(), self._store.list()

        def done(found: tuple[Change, list[Playlist]]) -> None:
            made, playlists = found
            if show:
                self.current = made.playlist_id
            self._to_choose = chosen
            self._listed(playlists)
            if edit:
                self._page.name.setFocus()
                self._page.name.selectAll()
            note = counted(made.count, one or text, text, name=made.name)
            self._actions.note_done(note, lambda: self._store.undo(made))

        def failed(error: AvrecError) -> None:
            if not self._page.query.explain(error):
                self._say(error)

        self._runner.run(work, done, failed, priority=10)

    def _say(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))

    # -- files

    def _choose_import(self) -> None:
        kinds = self.tr("Playlists (*.m3u *.m3u8 *.xspf)")
        names, _ = QFileDialog.getOpenFileNames(self._page, self.tr("Import playlists"), "", kinds)
        for name in names:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Make a playlist of a file; says which entries are not in the library."""

        def done(found: Imported) -> None:
            self.current = found.change.playlist_id
            self.load()
            one, many = self.tr("Imported “{name}”: {n} item."), self.tr("Imported “{name}”: {n} items.")
            text = counted(found.found, one, many, name=found.change.name)
            if found.unknown:
                first = listed(entry.title or entry.location for entry in found.unknown[:3])
                one = self.tr("{n} is not in the library: {first}")
                many = self.tr("{n} are not in the library: {first}")
                text += " " + counted(len(found.unknown), one, many, first=first)
                text += " …" if len(found.unknown) > 3 else ""
            self._actions.note_done(text, lambda: self._store.undo(found.change))

        self._runner.run(lambda: self._store.import_file(path), done, self._say, long=True)

    def _choose_export(self) -> None:
        playlist = self.shown()
        if playlist is None:
            return
        name = "".join("_" if c in '/\\:*?"<>|' else c for c in playlist.name)
        kinds = "M3U8 (*.m3u8);;XSPF (*.xspf)"
        path, kind = QFileDialog.getSaveFileName(self._page, self.tr("Export the playlist"), f"{name}.m3u8", kinds)
        if path:
            ending = ".xspf" if kind.startswith("XSPF") else ".m3u8"
            self.export(Path(path if Path(path).suffix else path + ending))

    def export(self, path: Path) -> None:
        """Write the playlist on show into a file."""
        key = self.current
        one, many = self.tr("Wrote {n} entry to {file}."), self.tr("Wrote {n} entries to {file}.")
        self._runner.run(
            lambda: self._store.export_file(key, path),
            lambda n: self.told.emit(counted(n, one, many, file=path.name)),
            self._say,
        )
