"""Searches, orders and groups the library, and keeps what is shown up to date."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QInputDialog

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs.events import ItemsChanged
from avrec_desktop.library.grouping import Grouped
from avrec_desktop.library.listing import DOWNWARDS, SORTS
from avrec_desktop.library.types import Item, ItemQuery
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.delegates import CELL
from avrec_desktop.ui.items_model import COLUMNS, PAGE, ItemsModel
from avrec_desktop.ui.pages.library import LibraryPage
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.item_views import GridView, TableView
from avrec_desktop.ui.workers import Runner

#: Milliseconds of rest after which, and items from which on, searches are prepared.
WARM_AFTER, WARM_FROM = 1500, 20_000
_NUDGE = QPoint(CELL.width() // 2, CELL.height() // 2)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read for the list: its ids, the items of the first rows, its groups."""

    query: ItemQuery
    ids: NDArray[np.int64]
    first: list[Item]
    grouped: Grouped | None


class LibraryController(QObject):
    """Searches, orders and keeps the list up to date.

    Signals:
        selected: (item id) became current, 0 for none.
        played: (item id, ids that follow).
        loaded: A list was put on show.
        saved: (name, query) the search is to be kept as a smart playlist.
        problem: A message for the user.
    """

    selected = Signal(int)
    played = Signal(int, object)
    loaded = Signal()
    problem = Signal(str)
    saved = Signal(str, object)

    def __init__(
        self,
        page: LibraryPage,
        model: ItemsModel,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._model = model
        self._runner = runner
        self._session = session
        self._thumbnails = thumbnails
        self.query = ItemQuery(profile=session.profile)
        self._only: NDArray[np.int64] | None = None  # a fixed list of items instead of a query
        self._sorted: tuple[str, bool] = (self.query.sort, self.query.descending)  # as chosen, while not searching
        self._settings: QSettings | None = None
        self._reading = self._stale = False
        self._reload = self._single_shot(250, self.load)
        self._warm = self._single_shot(WARM_AFTER, self._warm_search)
        page.search.textChanged.connect(lambda _: self._search())
        page.search.textChanged.connect(lambda text: page.save.setEnabled(bool(text.strip())))
        page.search.offer_from(runner, session.library.complete)
        page.save.clicked.connect(self._ask_name)
        page.order.currentIndexChanged.connect(lambda _: self._order())
        page.group.currentIndexChanged.connect(lambda _: self._group())
        page.fold.clicked.connect(self._fold)
        page.as_grid.toggled.connect(lambda on: self._show_view())
        page.as_grid.toggled.connect(lambda on: self._keep())
        page.table.horizontalHeader().sectionClicked.connect(self._sort_by_column)
        for view in (page.grid, page.table):
            view.doubleClicked.connect(self._play_index)
            view.played.connect(lambda i: self.played.emit(i, self._following(i)))
            view.selectionModel().currentChanged.connect(self._current)
        page.table.setSelectionModel(page.grid.selectionModel())
        thumbnails.ready.connect(self._picture)
        bridge.items_changed.connect(self._changed)
        bridge.behaviour_changed.connect(
            lambda e: model.refresh_items([e.item_id]) if e.item_id else model.refresh_all()
        )
        bridge.features_stored.connect(lambda e: model.refresh_items(e.item_ids))

    def _single_shot(self, milliseconds: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def show_filter(self, title: str, **changes: object) -> None:
        """Show another part of the library: kind, filter or folder."""
        base = ItemQuery(profile=self._session.profile, text=self.query.text, sort=self.query.sort)
        self.query = replace(base, descending=self.query.descending, **changes)  # type: ignore[arg-type]
        self._only = None
        self._page.title.setText(title)
        self.load()

    def show_items(self, title: str, ids: NDArray[np.int64]) -> None:
        """Show these items, in the order chosen; a search looks among them."""
        self.query = ItemQuery(profile=self._session.profile, sort=self.query.sort, descending=self.query.descending)
        self._page.search.clear()
        self._only = np.sort(ids)
        self._page.title.setText(title)
        self.load()

    def load(self) -> None:
        """Read the list of ids anew, and the first rows with it; the current item and the place stay.

        One search runs at a time: what is typed meanwhile waits for it, and only the last of it is looked up.
        """
        if self._reading:
            self._stale = True
            return
        self._reading, self._stale = True, False
        query, only, library, refreshes = self.query, self._only, self._session.library, self._model.refreshes
        field = str(self._page.group.currentData())

        def work() -> _Found:
            if field:
                grouped = library.grouped(query, field, only)
                ids = grouped.ids
            else:
                grouped, ids = None, library.ids(query)
                ids = ids if only is None else ids[np.isin(ids, only)]
            return _Found(query, ids, library.items_by_id(ids[:PAGE].tolist(), query.profile), grouped)

        def over() -> None:
            self._reading = False
            if self._stale:
                self.load()

        self._runner.run(
            work,
            lambda found: self._loaded(found, fresh=refreshes == self._model.refreshes),
            self._failed,
            over,
            key="ids",
            priority=8,
        )

    def _failed(self, error: AvrecError) -> None:
        if not self._stale and not self._page.search.explain(error):
            self.problem.emit(error_text(error))

    def _loaded(self, found: _Found, *, fresh: bool) -> None:
        if self._stale:
            return
        ids, view = found.ids, self._view()
        top = view.indexAt(view.viewport().rect().topLeft() + _NUDGE)
        top_id = int(top.data(ItemsModel.id_role)) if top.isValid() and view.verticalScrollBar().value() else 0
        current = view.currentIndex()
        current_id = int(current.data(ItemsModel.id_role)) if current.isValid() else 0
        self._page.search.all_right()
        self._model.set_ids(ids, found.first if fresh else [], found.grouped)
        if self._page.isVisible():  # what is looked at is analysed first
            self._session.features.prioritise(ids[:PAGE].tolist())
        for item_id, bring in ((current_id, False), (top_id, True)):
            row = self._model.row_of(item_id) if item_id else -1
            if row < 0:
                continue
            index = self._model.index(row, 0)
            if bring:
                view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
            elif not view.currentIndex().isValid():
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                view.selectionModel().setCurrentIndex(index, flags)
        groups = 0 if found.grouped is None else len(found.grouped.keys)
        text = counted(len(ids), self.tr("{n} item"), self.tr("{n} items"))
        if found.grouped is not None:
            text = self.tr("{items} in {groups}").format(
                items=text, groups=counted(groups, self.tr("{n} group"), self.tr("{n} groups"))
            )
        self._page.count.setText(text)
        self._page.fold.setVisible(groups > 0)
        if not found.query.text:
            self._warm.start()
        self._show_view()
        self.loaded.emit()

    def _warm_search(self) -> None:
        """Have looked up what the first letter of a search finds, where that takes time."""
        if len(self._model.ids) > WARM_FROM and not self._reading:
            query, library, runner = self.query, self._session.library, self._runner
            runner.run(lambda: library.warm_search(query, lambda: not runner.closed), key="warm", long=True)

    def _view(self) -> GridView | TableView:
        return self._page.grid if self._page.as_grid.isChecked() else self._page.table

    def _show_view(self) -> None:
        if self._model.rowCount():
            self._page.stack.setCurrentWidget(self._view())
        elif self.query.text:
            self._page.stack.setCurrentWidget(self._page.nothing)
        elif (words := self._none_of_these()) is not None:
            self._page.none_of_these.say(*words)
            self._page.stack.setCurrentWidget(self._page.none_of_these)
        else:
            self._page.stack.setCurrentWidget(self._page.empty)

    def _none_of_these(self) -> tuple[str, str] | None:
        """Return what to say where a part of the library holds nothing; None where all of it is shown."""
        query = self.query
        if query.filter == "liked":
            return self.tr("Nothing liked yet"), self.tr("Press the heart of what you like, or L while it is chosen.")
        if query.filter == "unplayed":
            return self.tr("Everything was played"), self.tr("What comes new into your folders shows here.")
        if query.filter == "recent":
            return self.tr("Nothing played yet"), self.tr("What you play shows here, the latest first.")
        if query.kind is not None:
            text = self.tr("What your folders hold of this kind shows here.")
            return (self.tr("No videos yet") if query.kind == "video" else self.tr("No music yet")), text
        if query.folder_id is not None or self._only is not None:
            return self.tr("Nothing in here"), self.tr("The other parts of your library stand at the left.")
        return None

    def _search(self) -> None:
        text = self._page.search.text().strip()
        key, descending = self._sorted
        if text and key == "title":  # nobody chose another order: the best matches first
            key, descending = "relevance", False
        self.query = replace(self.query, text=text, sort=key, descending=descending)
        self.load()

    def _ask_name(self) -> None:
        query, text = self.query, self._page.search.text().strip()
        dialog = QInputDialog(self._page)
        dialog.setWindowTitle(self.tr("Save the search"))
        dialog.setLabelText(self.tr("Name of the smart playlist:"))
        dialog.setTextValue(text)
        dialog.resize(theme.scaled(380), dialog.sizeHint().height())
        dialog.textValueSelected.connect(lambda name: self.saved.emit(name, replace(query, text=text)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _order(self) -> None:
        key = self._page.order.currentData()
        self._sort(key, key in DOWNWARDS)

    def _sort_by_column(self, column: int) -> None:
        key = COLUMNS[column]
        descending = not self.query.descending if self.query.sort == key else False
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._page.table.horizontalHeader().setSortIndicator(column, order)
        self._sort(key, descending)

    def _sort(self, key: str, descending: bool) -> None:
        self._sorted = (key, descending)
        self._keep()
        self.query = replace(self.query, sort=key, descending=descending)
        self.load()

    def _group(self) -> None:
        self._keep()
        self.load()

    def _fold(self) -> None:
        """Close all groups, or open them where none is open."""
        self._model.close_all(len(self._model.heads) < self._model.rowCount())

    def remember(self, settings: QSettings) -> None:
        """Take order, groups and view from the settings, and store them there from now on."""
        page, key = self._page, str(settings.value("library/order", self.query.sort))
        if key in SORTS and key != "relevance":
            downwards = str(settings.value("library/downwards", key in DOWNWARDS)).lower() == "true"
            self._sorted = (key, downwards)
            self.query = replace(self.query, sort=key, descending=downwards)
        for box, chosen in ((page.order, key), (page.group, settings.value("library/group", ""))):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)
        if settings.value("library/view") == "table":
            page.as_table.setChecked(True)
        self._settings = settings

    def _keep(self) -> None:
        if self._settings is not None:
            key, downwards = self._sorted
            self._settings.setValue("library/order", key)
            self._settings.setValue("library/downwards", downwards)
            self._settings.setValue("library/group", self._page.group.currentData())
            self._settings.setValue("library/view", "grid" if self._page.as_grid.isChecked() else "table")

    def _changed(self, event: ItemsChanged) -> None:
        if event.updated:
            for item_id in event.updated:
                self._thumbnails.forget(item_id)
            self._model.refresh_items(event.updated)
        if not self._reload.isActive():
            self._reload.start()

    def _picture(self, item_id: int) -> None:
        view = self._view()
        if view is self._page.grid and view.isVisible() and self._thumbnails.get(item_id) is not None:
            row = self._model.row_of(item_id)
            if row >= 0:
                view.update(self._model.index(row, 0))

    def _current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.selected.emit(int(current.data(ItemsModel.id_role)) if current.isValid() else 0)

    def _play_index(self, index: QModelIndex) -> None:
        item_id = int(index.data(ItemsModel.id_role))
        if not item_id:
            return
        self.played.emit(item_id, self._following(item_id))

    def _following(self, item_id: int) -> list[int]:
        at = self._model.position_of(item_id)
        return [int(i) for i in self._model.ids[at : at + 200]]
