"""Fills the Understanding page: the map and its colours, what is chosen on it, and what a search finds."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QImage

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.features import overview
from avrec_desktop.library.types import Item
from avrec_desktop.session import Session
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.pages import understanding_scene as scenes
from avrec_desktop.ui.pages.understanding import UnderstandingPage
from avrec_desktop.ui.pages.understanding_scene import Scene
from avrec_desktop.ui.pages.understanding_search import MeaningSearch
from avrec_desktop.ui.preview import Preview
from avrec_desktop.ui.texts import amount, concept_name, counted, error_text, left, listed, subtitle
from avrec_desktop.ui.thumbs import Thumbnails, art_seed
from avrec_desktop.ui.widgets.map_paint import hues, rest
from avrec_desktop.ui.widgets.map_picture import Name
from avrec_desktop.ui.widgets.overview import Bar
from avrec_desktop.ui.workers import JobCenter, JobEntry, Runner

#: Milliseconds before the card of a point, and before the page follows changes: as a rule, and while an analysis
#: stores results all the time.
REST, SETTLE, BUSY = 90, 2500, 15_000


class UnderstandingController(QObject):
    """Keeps the page up to date while it is shown.

    Signals:
        opened: (item id) show its details.
        played: (item id, ids that follow, from this second; below 0 from where it was left).
        liked: (ids) like these items.
        menu_wanted: (ids, where on the screen) offer what can be done with these items.
        playlist_wanted: (ids) put these items into a playlist.
        library_wanted: (title, ids) show these items in the library.
        problem: A message for the user.
        loaded: The page shows the present state.
    """

    opened = Signal(int)
    played = Signal(int, object, float)
    liked = Signal(object)
    menu_wanted = Signal(object, QPoint)
    playlist_wanted = Signal(object)
    library_wanted = Signal(str, object)
    problem = Signal(str)
    loaded = Signal()

    def __init__(
        self,
        page: UnderstandingPage,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        preview: Preview,
        jobs: JobCenter,
        searches: MeaningSearch,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._view = page, page.view
        self._runner, self._session, self._jobs = runner, session, jobs
        self._thumbnails, self._preview = thumbnails, preview
        self._scene: Scene | None = None
        self._filter = ("", "")
        self._soon = self._single_shot(SETTLE, self.load)
        self._rest = self._single_shot(REST, self._show_card)
        self._hover: tuple[int, QPoint] = (0, QPoint())
        self._connect_page(searches)
        thumbnails.ready.connect(self._picture)
        for news in (bridge.items_changed, bridge.features_stored, bridge.behaviour_changed, bridge.plugins_changed):
            news.connect(lambda _: self._later())
        preview.frame.connect(self._frame)
        preview.progressed.connect(lambda share: self._on_card(preview.current, "set_playing", True, share))
        preview.stopped.connect(lambda i: self._on_card(i, "set_playing", False))
        preview.failed.connect(
            lambda i, why: self._on_card(i, "set_note", self.tr("No preview: {why}").format(why=why))
        )

    def _single_shot(self, milliseconds: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def _connect_page(self, searches: MeaningSearch) -> None:
        page, view, bar = self._page, self._view, self._page.selection
        page.colouring_chosen.connect(lambda _: self._colour(fresh=True))
        page.legend.changed.connect(lambda: self._colour(fresh=False))
        page.layout_wanted.connect(lambda: self.lay_out(anew=True))
        page.progress.cancelled.connect(self._cancel)
        page.overview.chosen.connect(self._set_filter)
        page.strip.cleared.connect(lambda: self._set_filter("", ""))
        page.strip.opened.connect(self._open_filter)
        view.hovered.connect(self._hovered)
        view.camera.moved.connect(self._follow)
        view.played.connect(self._play_point)
        for source in (view, searches):
            source.menu_wanted.connect(self._menu)
        searches.played.connect(self.played)
        searches.problem.connect(self.problem)
        searches.shown.connect(lambda: self._set_filter("", ""))  # results are to be seen whatever their topic
        view.selection_changed.connect(self._tell_selection)
        view.captions_wanted.connect(self._caption)
        view.current_changed.connect(lambda _: self._tell_selection())
        bar.play.connect(self._play_selection)
        bar.like.connect(lambda: self.liked.emit(self._view.selected().tolist()))
        bar.playlist.connect(lambda: self.playlist_wanted.emit(self._view.selected().tolist()))
        bar.details.connect(lambda: self.opened.emit(int(self._view.selected()[0])))
        bar.clear.connect(lambda: self._view.select(np.empty(0, np.int64)))

    # -- the map

    def load(self) -> None:
        """Read everything anew."""
        self._soon.stop()
        self._runner.run(lambda: scenes.load(self._session), self._show, self._failed, key="understanding", priority=6)

    def leave(self) -> None:
        """The page is not shown any more."""
        self._hovered(0, QPoint())

    def _later(self) -> None:
        if self._page.isVisible() and not self._soon.isActive():
            # gathering everything that is known takes a while: not again and again while it grows
            self._soon.start(BUSY if self._jobs.running("analyse") else SETTLE)

    def _failed(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
        self.loaded.emit()

    def _show(self, scene: Scene) -> None:
        before, self._scene = self._scene, scene
        layout = scene.layout
        drawing = bool(self._jobs.running("map"))
        if layout is not None:
            names = [Name(r.x, r.y, " · ".join(self._label(w) for w in r.words), r.level) for r in layout.regions]
            self._view.set_map(layout.ids, layout.xy, names)
            self._page.stack.setCurrentWidget(self._page.map_side)
            self._count(len(layout), layout.without)
            self._colour(fresh=before is None or before.layout is None)
        elif not drawing:
            self._page.stack.setCurrentWidget(self._page.empty)
            self._page.count.setText("")
        likes = scene.liked
        self._page.overview.show_bars(
            [Bar(s.kind, s.key, self._label(s.key), s.library, s.likes if likes else None) for s in scene.shares]
        )
        # while an analysis runs, a map that is there is left in peace
        due = scene.waiting or (layout is not None and layout.stale and not self._jobs.running("analyse"))
        if due and not drawing:
            self.lay_out()
        self.loaded.emit()

    def _count(self, number: int, without: int) -> None:
        text = counted(number, self.tr("{n} item"), self.tr("{n} items"))
        if without:
            text += " · " + self.tr("{n} not analysed yet, and not on the map").format(n=amount(without))
        self._page.count.setText(text)

    def lay_out(self, *, anew: bool = False) -> None:
        """Bring the map up to date as a job, unless that is under way."""
        if self._jobs.running("map"):
            return
        features = self._session.features
        entry = self._jobs.start(self.tr("Drawing the map"), "map", lambda job: features.map(job, anew=anew))
        entry.changed.connect(lambda: self._progress(entry))
        entry.ended.connect(lambda: self._laid_out(entry))
        if self._scene is None or self._scene.layout is None:
            self._page.stack.setCurrentWidget(self._page.waiting)
        self._progress(entry)

    def _progress(self, entry: JobEntry) -> None:
        if entry.state != "running":
            return
        progress = entry.progress
        time = left(progress.eta) if progress is not None else ""
        self._page.progress.show_progress(
            " · ".join(x for x in (entry.title, time) if x), progress.fraction if progress else None
        )

    def _laid_out(self, entry: JobEntry) -> None:
        self._page.progress.hide()
        if entry.error is not None:
            self.problem.emit(error_text(entry.error))
        if entry.state == "done" and len(entry.result):
            self.load()
        elif self._scene is None or self._scene.layout is None:
            self._page.stack.setCurrentWidget(self._page.empty)

    def _cancel(self) -> None:
        for entry in self._jobs.running("map"):
            entry.cancel()

    def _label(self, key: str) -> str:
        own = {
            "audio": self.tr("Music and sound"),
            "video": self.tr("Videos"),
            "liked": self.tr("Liked"),
            "played": self.tr("Played"),
            "unplayed": self.tr("Not played yet"),
        }
        name = own.get(key) or concept_name(key)
        return name[:1].upper() + name[1:]

    def _colour(self, *, fresh: bool) -> None:
        """Colour and filter the points; with ``fresh``, show all groups again."""
        scene = self._scene
        if scene is None or scene.layout is None:
            return
        groups = scene.groups[str(self._page.colouring.currentData())]
        colours = hues()
        codes = np.where((groups.codes >= 0) & (groups.codes < len(colours)), groups.codes, len(colours))
        count = np.bincount(codes, minlength=len(colours) + 1).tolist()
        own = str(self._page.colouring.currentData()) == "folder"
        entries = [
            (i, name if own else self._label(name), colours[i], count[i])
            for i, name in enumerate(groups.names[: len(colours)])
        ]
        if count[len(colours)]:
            entries.append((len(colours), self.tr("Others"), rest(), count[len(colours)]))
        self._page.legend.show_groups(entries, keep=not fresh)
        wanted = self._page.legend.wanted()
        shown = np.isin(codes, list(wanted)) if wanted else np.ones(len(codes), bool)
        if self._filter[1]:
            shown &= np.isin(scene.layout.ids, overview.having(scene.topics, *self._filter))
        self._view.set_groups(codes.astype(np.uint8), shown)

    # -- topics and moods

    def _set_filter(self, kind: str, key: str) -> None:
        self._filter = (kind, key)
        self._page.overview.mark(kind, key)
        self._colour(fresh=False)
        text = ""
        if key and self._scene is not None:
            number = len(overview.having(self._scene.topics, kind, key))
            one, many = self.tr("Only {name}: {n} item"), self.tr("Only {name}: {n} items")
            text = counted(number, one, many, name=self._label(key))
        self._page.strip.show_text(text)

    def _open_filter(self) -> None:
        kind, key = self._filter
        if key and self._scene is not None:
            self.library_wanted.emit(self._label(key), overview.having(self._scene.topics, kind, key))

    # -- what the pointer is on

    def _hovered(self, item_id: int, at: QPoint) -> None:
        self._hover = (item_id, at)
        if item_id:
            self._rest.start()
            return
        self._rest.stop()
        if self._page.card.item:
            self._page.card.clear()
            self._preview.leave()

    def _show_card(self) -> None:
        item_id, at = self._hover

        def show(items: list[Item]) -> None:
            if not items or self._hover[0] != item_id:
                return
            words = ""
            if self._scene is not None:
                keys = scenes.topics_of(self._scene.topics, item_id)
                words = listed(self._label(k) for k in keys[:4])
            self._page.card.show_item(items[0], words, at)
            self._page.card.art.set_pixmap(self._thumbnails.get(item_id))
            self._preview.hover(item_id)

        session = self._session
        self._runner.run(
            lambda: session.library.items_by_id([item_id], session.profile),
            show,
            self._failed,
            key="map-card",
            priority=9,
        )

    def _follow(self) -> None:
        """Let the card go with its point."""
        if self._page.card.item:
            self._page.card.place(self._view.position_of(self._page.card.item))

    def _caption(self, ids: list[int]) -> None:
        session = self._session
        self._runner.run(
            lambda: session.library.items_by_id(ids, session.profile),
            lambda items: self._view.set_captions({i.id: (i.title, i.kind, art_seed(i)) for i in items}),
            self._failed,
            key="map-captions",
            priority=7,
        )

    def _picture(self, item_id: int) -> None:
        self._on_card(item_id, "set_pixmap", self._thumbnails.get(item_id))

    def _frame(self, image: QImage) -> None:
        self._on_card(self._preview.current, "set_frame", image)

    def _on_card(self, item_id: int, name: str, *values: Any) -> None:
        if item_id and item_id == self._page.card.item:
            getattr(self._page.card.art, name)(*values)

    # -- what is chosen

    def _tell_selection(self) -> None:
        """Say what is chosen and what keys act on, on the bar and to screen readers."""
        chosen, current = self._view.selected(), self._view.current
        number = len(chosen)
        count = self.tr("{n} chosen").format(n=amount(number))
        self._page.selection.show_count(number, count)
        wanted = sorted({current, int(chosen[0]) if number == 1 else 0} - {0})

        def show(items: list[Item]) -> None:
            titles = {i.id: f"{i.title} · {subtitle(i)}" for i in items}
            if number == 1:
                self._page.selection.show_count(1, titles.get(int(chosen[0]), count))
            parts = [titles.get(current, "")] if current else []
            parts.append(count if number else self.tr("Nothing chosen"))
            self._view.describe(". ".join(p for p in parts if p))
            if current:
                self._page.found.mark(current)

        session = self._session
        self._runner.run(
            lambda: session.library.items_by_id(wanted, session.profile) if wanted else [],
            show,
            self._failed,
            key="map-chosen",
            priority=8,
        )

    def _play_selection(self) -> None:
        ids = self._view.selected().tolist()
        if ids:
            self.played.emit(ids[0], ids[1:], -1.0)

    def _play_point(self, item_id: int) -> None:
        chosen = self._view.selected().tolist()
        self.played.emit(item_id, [i for i in chosen if i != item_id] if item_id in chosen else [], -1.0)

    def _menu(self, item_id: int, at: QPoint) -> None:
        chosen = self._view.selected().tolist()
        self.menu_wanted.emit(chosen if item_id in chosen else [item_id], at)
