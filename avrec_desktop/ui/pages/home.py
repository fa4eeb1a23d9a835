"""The home page: "Recommended for you", or the way in for newcomers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.recommend.panel import Panel, Pick
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.player import Preview
from avrec_desktop.ui.texts import error_text, panel_label
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.basics import EmptyState, button, label, tool
from avrec_desktop.ui.widgets.card import CARD_WIDTH, RecommendationCard
from avrec_desktop.ui.workers import Runner

#: Cards of the panel.
PICKS = 15
#: Most columns; wider windows show larger cards instead, so that the last row is full.
_COLUMNS = 5


class CardGrid(QWidget):
    """Cards in as many columns as fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.M)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        # the cards follow the width, they must not hold it when the window narrows or a scroll bar appears
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cards: list[RecommendationCard] = []
        self._columns = 0

    def set_cards(self, cards: Sequence[RecommendationCard]) -> None:
        """Show these cards, and keep those that are there already where they are the same."""
        for card in self.cards:
            if card not in cards:
                self._grid.removeWidget(card)
                card.hide()
                card.deleteLater()
        self.cards = list(cards)
        self._columns = 0
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = min(_COLUMNS, max(1, (self.width() + theme.M) // (CARD_WIDTH + theme.M)))
        width = (self.width() - theme.M * (columns - 1)) // columns
        for card in self.cards:
            card.set_width(width)
        if columns == self._columns:
            return
        self._columns = columns
        for n, card in enumerate(self.cards):
            self._grid.addWidget(card, n // columns, n % columns)
            card.show()  # the layout's own showing comes later, and now and then not at all
        previous: QWidget | None = None
        for card in self.cards:
            if previous is not None:
                QWidget.setTabOrder(previous, card)
            previous = card


class HomePage(QWidget):
    """Layout of the home page.

    Signals:
        choose_folders, try_sample, refresh: Buttons of the page.
    """

    choose_folders = Signal()
    try_sample = Signal()
    refresh = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        self.stack.setObjectName("stack")
        box.addWidget(self.stack)
        self._panel = self._make_panel()
        self._welcome = EmptyState(
            "headphones",
            self.tr("Your own music and films, worth exploring again"),
            self.tr(
                "Choose the folders where your media lies. Everything stays on this machine, "
                "and no file is ever changed or moved."
            ),
            [
                button(self.tr("Choose folders"), self.choose_folders.emit, icon="folder-plus", primary=True),
                button(self.tr("Try it with sample media"), self.try_sample.emit, icon="auto-fix"),
            ],
        )
        self._waiting = EmptyState("progress-clock", self.tr("Opening your library …"), "")
        self._failed = EmptyState(
            "alert-circle-outline",
            self.tr("No recommendations just now"),
            self.tr("Your library is unharmed. The message below says what went wrong."),
            [button(self.tr("Try again"), self.refresh.emit, icon="refresh", primary=True)],
        )
        for page in (self._waiting, self._welcome, self._panel, self._failed):
            self.stack.addWidget(page)

    def _make_panel(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        box = QVBoxLayout(page)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        box.setSpacing(theme.XS)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Recommended for you"), "h1"))
        head.addStretch()
        head.addWidget(tool("refresh", self.tr("Refresh recommendations"), self.refresh.emit))
        box.addLayout(head)
        self.about: QLabel = label("", "muted", wrap=True)
        box.addWidget(self.about)
        self.note: QLabel = label("", "error", wrap=True)
        self.note.hide()
        box.addWidget(self.note)
        box.addSpacing(theme.S)
        self.grid = CardGrid()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.grid)
        box.addWidget(area, 1)
        return page

    def show_welcome(self) -> None:
        """Show the way in."""
        self.stack.setCurrentWidget(self._welcome)

    def show_failure(self) -> None:
        """Say that there is no panel; one that is on show stays."""
        if self.stack.currentWidget() is not self._panel:
            self.stack.setCurrentWidget(self._failed)

    def show_panel(self) -> None:
        """Show the panel."""
        self.stack.setCurrentWidget(self._panel)


class HomeController(QObject):
    """Keeps the panel up to date and its previews running.

    Signals:
        opened, played, liked, refused: (item id) acts on a card.
        similar_wanted: (item id, sense) show more like it.
        shown: The panel shows fresh recommendations.
        problem: A message for the user.
    """

    opened = Signal(int)
    played = Signal(int)
    liked = Signal(int)
    refused = Signal(int)
    similar_wanted = Signal(int, str)
    shown = Signal()
    problem = Signal(str)

    def __init__(
        self,
        page: HomePage,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        preview: Preview,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._session = session
        self._thumbnails = thumbnails
        self._preview = preview
        self._kinds: dict[int, str] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        page.refresh.connect(self.refresh)
        thumbnails.ready.connect(self._picture)
        bridge.behaviour_changed.connect(lambda e: self._later(30) if e.profile in {session.profile, ""} else None)
        bridge.model_changed.connect(lambda _: self._later(200))
        bridge.items_changed.connect(lambda e: self._later(1500) if e.added or e.removed else None)
        bridge.features_stored.connect(lambda _: self._later(3000))
        bridge.plugins_changed.connect(lambda _: self._later(1000))
        preview.frame.connect(self._frame)
        preview.progressed.connect(self._progress)
        preview.stopped.connect(self._stopped)
        preview.failed.connect(self._failed)

    def start(self) -> None:
        """Show the panel of last time at once, then a fresh one."""
        self._runner.run(
            lambda: (self._session.recommend.last_panel(self._session.profile), bool(self._session.library.folders())),
            self._first,
            lambda e: self.problem.emit(error_text(e)),
        )

    def refresh(self) -> None:
        """Have the panel made anew."""
        self._soon.stop()
        profile = self._session.profile

        def work() -> tuple[Panel, dict[int, str]]:
            panel = self._session.recommend.recommend(profile, PICKS)
            items = self._session.library.items_by_id([p.item for p in panel.picks if p.item > 0], profile)
            return panel, {i.id: i.kind for i in items}

        self._runner.run(work, self._show, self._refresh_failed, key="panel", priority=5)

    def _refresh_failed(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
        self._page.show_failure()
        self.shown.emit()

    def _later(self, milliseconds: int) -> None:
        """Refresh soon; a nearer time wins over a later one, and a busy stream of events cannot put it off for ever."""
        if not self._soon.isActive() or self._soon.remainingTime() > milliseconds:
            self._soon.start(milliseconds)

    def _first(self, found: tuple[Panel | None, bool]) -> None:
        panel, has_folders = found
        if panel is not None and panel.picks:
            self._show((panel, {}))
        elif not has_folders:
            self._page.show_welcome()
        self.refresh()

    def _show(self, found: tuple[Panel, dict[int, str]]) -> None:
        panel, kinds = found
        self._kinds |= kinds
        if panel.kind == "empty":
            self._page.show_welcome()
            self.shown.emit()
            return
        self._page.about.setText(panel_label(panel))
        self._page.note.setText(panel.note or "")
        self._page.note.setVisible(bool(panel.note))
        self._place(panel)
        self._page.show_panel()
        self.shown.emit()

    def _place(self, panel: Panel) -> None:
        """Put fresh cards into the grid; a card with the same pick stays, with its focus and its preview."""
        old = self._page.grid.cards
        focus = self._page.focusWidget()
        at = next((n for n, c in enumerate(old) if c is focus or c.isAncestorOf(focus)), -1)
        same = {(c.pick.item, c.pick.reason): c for c in old}
        cards = [same.get((p.item, p.reason)) or self._card(p) for p in panel.picks]
        self._page.grid.set_cards(cards)
        if cards and at >= 0 and old[at] not in cards:
            cards[min(at, len(cards) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, pick: Pick) -> RecommendationCard:
        card = RecommendationCard(pick, self._kinds.get(pick.item, "audio"))
        card.art.set_pixmap(self._thumbnails.get(card.pick.item))
        card.entered.connect(lambda c: self._preview.hover(c.pick.item))
        card.left.connect(lambda c: self._preview.leave())
        for source, target in (
            (card.opened, self.opened),
            (card.played, self.played),
            (card.liked, self.liked),
            (card.refused, self.refused),
            (card.similar_wanted, self.similar_wanted),
        ):
            source.connect(target)
        return card

    def _of(self, item_id: int) -> RecommendationCard | None:
        return next((c for c in self._page.grid.cards if c.pick.item == item_id), None)

    def _picture(self, item_id: int) -> None:
        card = self._of(item_id)
        if card is not None:
            card.art.set_pixmap(self._thumbnails.get(item_id))

    def _frame(self, image: QImage) -> None:
        card = self._of(self._preview.current)
        if card is not None:
            card.art.set_frame(image)

    def _progress(self, share: float) -> None:
        card = self._of(self._preview.current)
        if card is not None:
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
