"""Keeps the home page up to date: the panel first, its shelves after it, and what the slider does."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import ItemsChanged
from avrec_desktop.recommend.panel import Panel, Pick
from avrec_desktop.recommend.shelves import Shelf, ShelfKey
from avrec_desktop.recommend.tradeoff import Tradeoff
from avrec_desktop.session import Session
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.pages.home import HomePage
from avrec_desktop.ui.preview import Preview
from avrec_desktop.ui.strips import Strips
from avrec_desktop.ui.texts import error_text, panel_label, shelf_title, subtitle
from avrec_desktop.ui.thumbs import Thumbnails, art_seed
from avrec_desktop.ui.widgets.card import Look, RecommendationCard
from avrec_desktop.ui.workers import Runner, TaskSignals

#: Cards of the panel and of a shelf.
PICKS, SHELF = 10, 20
#: Cards made between two looks at what the user does.
AT_ONCE = 5
#: Milliseconds from new vectors to a new panel: the least, and the most as so many times what the last one took.
GROWN, GROWN_MOST, GROWN_SHARE = 3000, 60_000, 20
#: Milliseconds from an act to a new panel while one is being made, and from a panel to the shelves below it.
PRESSING, BELOW = 30, 150
#: Milliseconds without a move after which a film plays on from where the pointer rests.
REST = 350
#: Of each item: its kind, its second line, the seed of its colours.
Facts = dict[int, tuple[str, str, str]]


class HomeController(QObject):
    """Keeps the panel up to date and its previews running.

    Signals:
        opened, played, liked, refused: (item id) acts on a card.
        menu_wanted: (item id, where on the screen) show the menu of an item.
        shown: The panel shows fresh recommendations.
        shelved: The shelves below it are fresh too.
        place_chosen: (before, now) the slider rests at a new place.
        place_wanted: (place) put the slider there; may be emitted in any thread, as undo does.
        problem: A message for the user.
    """

    opened = Signal(int)
    played = Signal(int)
    liked = Signal(int)
    refused = Signal(int)
    menu_wanted = Signal(int, QPoint)
    shown = Signal()
    shelved = Signal()
    place_chosen = Signal(float, float)
    place_wanted = Signal(float)
    problem = Signal(str)

    def __init__(
        self,
        page: HomePage,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        preview: Preview,
        strips: Strips,
        settings: QSettings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._session = session
        self._thumbnails = thumbnails
        self._preview = preview
        self._settings = settings
        self._strips = strips
        self._scrubbed = QTimer(self)  # while it runs, the pointer says what the card shows
        self._scrubbed.setSingleShot(True)
        self._scrubbed.setInterval(REST)
        self._scrubbed.timeout.connect(self._rest)
        self._place_of: tuple[int, float] = (0, 0.0)
        self._facts: Facts = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._due)
        self._made: TaskSignals | None = None  # what makes the panel now
        self._shelving: TaskSignals | None = None  # what makes the shelves now
        self._again = False  # there was news meanwhile
        self._pressing = False  # what the user did waits for no panel that is being made without it
        self._coming: list[Shelf] = []
        self._ready: list[RecommendationCard] = []
        self._cost = {"panel": 0.0, "shelves": 0.0}
        self._grown = False
        self._order: list[ShelfKey] = []
        self._next_shelf = QTimer(self)
        self._next_shelf.setSingleShot(True)
        self._next_shelf.setInterval(0)
        self._next_shelf.timeout.connect(self._fill_shelf)
        self._job, self._below = Job("panel"), Job("shelves")
        self._under: tuple[Panel, float] | None = None  # the panel that lacks its shelves, and the slider's place
        self._next_below = QTimer(self)
        self._next_below.setSingleShot(True)
        self._next_below.setInterval(BELOW)
        self._next_below.timeout.connect(self._make_shelves)
        page.refresh.connect(self.refresh)
        page.novelty.set_place(float(str(settings.value("home/novelty", 0.5))))
        self.place_wanted.connect(self.set_place)
        page.novelty.moved.connect(lambda _: self._glimpse())
        page.novelty.settled.connect(self._settled)
        thumbnails.ready.connect(self._picture)
        bridge.behaviour_changed.connect(lambda e: self._acted() if e.profile in {session.profile, ""} else None)
        bridge.model_changed.connect(lambda _: self._later(200))
        bridge.items_changed.connect(self._items_changed)
        bridge.features_stored.connect(lambda _: self._follow_growth())
        page.seen.connect(self._catch_up)
        bridge.plugins_changed.connect(lambda _: self._later(1000))
        preview.frame.connect(self._frame)
        preview.progressed.connect(self._progress)
        preview.stopped.connect(self._stopped)
        preview.failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        """Whether the panel or the shelves below it are being made, or soon will be."""
        timers = (self._soon, self._next_below, self._next_shelf)
        return self._made is not None or self._shelving is not None or any(t.isActive() for t in timers)

    def start(self) -> None:
        """Show the panel of last time at once, then a fresh one."""

        def work() -> tuple[Panel | None, Facts, bool]:
            panel = self._session.recommend.last_panel(self._session.profile)
            facts = {} if panel is None else self._facts_of(panel.picks)
            return panel, facts, bool(self._session.library.folders())

        self._runner.run(work, self._first, lambda e: self.problem.emit(error_text(e)))

    def refresh(self) -> None:
        """Have the panel made anew, then what stands below it."""
        self._soon.stop()
        self._pressing = False
        self._grown = False
        self._under = None
        self._below.cancel()  # what it makes would be stale, and hold the new panel up
        self._next_shelf.stop()
        self._make(remember=True)

    def set_place(self, place: float) -> None:
        """Put the slider somewhere, as undo does."""
        self._page.novelty.set_place(place)
        self._settings.setValue("home/novelty", place)
        self.refresh()

    def _settled(self, before: float, now: float) -> None:
        self._settings.setValue("home/novelty", now)
        self.refresh()
        self.place_chosen.emit(before, now)

    def _glimpse(self) -> None:
        """Show the panel as it would be, while the slider moves."""
        self._make(remember=False)

    def _make(self, *, remember: bool) -> None:
        profile, place = self._session.profile, self._page.novelty.place
        self._job.cancel()
        job = self._job = Job("panel")

        def work() -> tuple[Panel, Facts]:
            job.check()
            began = time.monotonic()
            panel = self._session.recommend.recommend(profile, PICKS, novelty=place, remember=remember)
            found = panel, self._facts_of(panel.picks)
            self._cost["panel"] = time.monotonic() - began
            return found

        def show(found: tuple[Panel, Facts]) -> None:
            self._show(found)
            if remember:
                self._under = found[0], place
                self._next_below.start()

        def over() -> None:
            if self._made is task:
                self._made = None
                if self._coming:
                    self._next_shelf.start()
                if self._again:
                    self._later(REST)

        task = self._runner.run(work, show, self._refresh_failed, over, key="panel", priority=5)
        self._made, self._again = task, False

    def _make_shelves(self) -> None:
        """Make what stands below the panel, a little after it: who acts again waits for no stale shelves."""
        if self._under is None:
            return
        (panel, place), self._under = self._under, None
        profile, recommend = self._session.profile, self._session.recommend

        def work() -> tuple[list[Shelf], Tradeoff | None, Facts]:
            began = time.monotonic()
            shelves = []
            if panel.picks:
                shelves = recommend.shelves(profile, SHELF, novelty=place, panel=panel, check=job.check)[1:]
            facts = self._facts_of([pick for shelf in shelves for pick in shelf.picks])
            found = shelves, recommend.tradeoff(profile, PICKS, check=job.check), facts
            self._cost["shelves"] = time.monotonic() - began
            return found

        def over() -> None:
            if self._shelving is task:
                self._shelving = None

        job = self._below = Job("shelves")
        task = self._runner.run(work, self._show_shelves, self._shelves_failed, over, key="shelves", priority=1)
        self._shelving = task

    def _facts_of(self, picks: Sequence[Pick]) -> Facts:
        items = self._session.library.items_by_id([p.item for p in picks if p.item > 0], self._session.profile)
        return {i.id: (i.kind, subtitle(i), art_seed(i)) for i in items}

    def _show_shelves(self, found: tuple[list[Shelf], Tradeoff | None, Facts]) -> None:
        shelves, tradeoff, facts = found
        self._facts |= facts
        self._page.novelty.set_tradeoff(tradeoff)
        self._page.novelty.setVisible(tradeoff is not None)
        for card in self._ready:
            if card.parent() is None:  # made for shelves that newer ones have overtaken
                card.deleteLater()
        self._ready = []
        self._coming, self._order = list(shelves), [shelf.key for shelf in shelves]
        self._next_shelf.start()

    def _fill_shelf(self) -> None:
        """Make some of the cards that the next shelf lacks; all of them together would hold the window up."""
        if not self._coming:
            self._page.order_shelves(self._order)
            self.shelved.emit()
            return
        shelf = self._coming[0]
        row = self._page.shelves.get(shelf.key)
        same = {} if row is None else {card.look: card for card in row.cards}
        fresh = 0
        for pick in shelf.picks[len(self._ready) :]:
            card = same.get(self._look(pick))
            if card is None:
                if fresh == AT_ONCE:
                    break
                fresh += 1
                card = self._card(pick)
            self._ready.append(card)
        if len(self._ready) == len(shelf.picks):
            cards, self._ready = self._ready, []
            self._coming.pop(0)
            self._page.shelf(shelf.key).set_cards(shelf_title(shelf), cards)
        self._next_shelf.start()

    def _shelves_failed(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
        self.shelved.emit()

    def _refresh_failed(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
        self._page.show_failure()
        self.shown.emit()

    def _acted(self) -> None:
        """Refresh at once after what the user did, whatever is being made."""
        self._pressing = True
        self._later(PRESSING if self._made is not None else 0)

    def _due(self) -> None:
        """Refresh; but news of the analysis let a panel that is being made be finished, or none might ever show."""
        if self._made is None or self._pressing:
            self.refresh()
        else:
            self._again = True

    def _later(self, milliseconds: int) -> None:
        """Refresh soon; a nearer time wins over a later one, and a busy stream of events cannot put it off for ever."""
        if not self._soon.isActive() or self._soon.remainingTime() > milliseconds:
            self._soon.start(milliseconds)

    def _follow_growth(self) -> None:
        """Follow an analysis that is under way, at a small share of the machine, and only while that is seen."""
        if self._page.isVisible():
            cost = 1000 * GROWN_SHARE * sum(self._cost.values())
            self._later(int(max(GROWN, min(GROWN_MOST, cost))))
        else:
            self._grown = True

    def _catch_up(self) -> None:
        if self._grown:
            self._later(0)

    def _first(self, found: tuple[Panel | None, Facts, bool]) -> None:
        panel, facts, has_folders = found
        if panel is not None and panel.picks:
            self._show((panel, facts))
        elif not has_folders:
            self._page.show_welcome()
        self.refresh()

    def _show(self, found: tuple[Panel, Facts]) -> None:
        panel, facts = found
        self._facts |= facts
        if panel.kind == "empty":
            self._page.show_welcome()
            self.shown.emit()
            return
        self._page.about.setText(panel_label(panel))
        self._page.note.setText(panel.note or "")
        self._page.note.setVisible(bool(panel.note))
        self._place(panel)
        if panel.picks:
            self._page.show_panel()
        else:
            self._page.show_nothing()
        self.shown.emit()

    def _place(self, panel: Panel) -> None:
        """Put fresh cards into the grid; a card with the same pick stays, with its focus and its preview."""
        old = self._page.grid.cards
        focus = self._page.focusWidget()
        at = next((n for n, c in enumerate(old) if c is focus or c.isAncestorOf(focus)), -1)
        cards = self._cards(old, panel.picks)
        self._page.grid.set_cards(cards)
        if cards and at >= 0 and old[at] not in cards:
            cards[min(at, len(cards) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _cards(self, old: Sequence[RecommendationCard], picks: Sequence[Pick]) -> list[RecommendationCard]:
        """Return the cards of picks, those of before where they are the same."""
        same = {card.look: card for card in old}
        return [same.get(self._look(p)) or self._card(p) for p in picks]

    def _look(self, pick: Pick) -> Look:
        """Return all that the card of a pick shows."""
        kind, by, seed = self._facts.get(pick.item, ("audio", "", pick.title))
        return Look(pick.item, pick.title, pick.reason, kind, by, seed)

    def _items_changed(self, news: ItemsChanged) -> None:
        if news.added or news.removed:
            self._later(1500)
        elif any(card.pick.item in news.updated for card in self._page.all_cards()):
            self._later(REST)

    def _card(self, pick: Pick) -> RecommendationCard:
        card = RecommendationCard(pick, self._look(pick))
        card.art.exposed.connect(lambda: card.art.set_pixmap(self._thumbnails.get(pick.item)))
        card.art.scrubbed.connect(lambda share: self._scrub(card, share))
        card.move_wanted.connect(self._page.walk)
        card.entered.connect(lambda c: self._preview.hover(c.pick.item))
        card.left.connect(lambda c: self._preview.leave())
        for source, target in (
            (card.opened, self.opened),
            (card.played, self.played),
            (card.liked, self.liked),
            (card.refused, self.refused),
            (card.menu_wanted, self.menu_wanted),
        ):
            source.connect(target)
        return card

    def _of(self, item_id: int) -> RecommendationCard | None:
        return next((c for c in self._page.all_cards() if c.pick.item == item_id), None)

    def _picture(self, item_id: int) -> None:
        card = self._of(item_id)
        if card is not None:
            card.art.set_pixmap(self._thumbnails.get(item_id))

    def _scrub(self, card: RecommendationCard, share: float) -> None:
        """Show the film at the pointer: from its filmstrip, or while there is none by seeking in the preview."""
        self._place_of = (card.pick.item, share)
        strip = self._strips.get(card.pick.item)
        if strip is not None:
            card.art.set_frame(strip.picture(share).toImage())
            card.art.set_playing(True, share)
        self._scrubbed.start()

    def _rest(self) -> None:
        item, share = self._place_of
        if item == self._preview.current:
            self._preview.scrub(share)

    def _frame(self, image: QImage) -> None:
        card = self._of(self._preview.current)
        if card is not None and not self._scrubbed.isActive():
            card.art.set_frame(image)

    def _progress(self, share: float) -> None:
        card = self._of(self._preview.current)
        if card is not None and not self._scrubbed.isActive():
            card.art.set_playing(True, share)

    def _stopped(self, item_id: int) -> None:
        card = self._of(item_id)
        if card is not None:
            card.art.set_frame(None)
            card.art.set_playing(False)
            card.art.set_note("")

    def _failed(self, item_id: int, message: str) -> None:
        card = self._of(item_id)
        if card is not None:
            card.art.set_note(self.tr("No preview: {why}").format(why=message))
