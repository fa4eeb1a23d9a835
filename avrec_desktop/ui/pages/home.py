"""Layout of the home page: "Recommended for you" over shelves, or the way in for newcomers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.ui import theme
from avrec_desktop.ui.pages.onboarding import OnboardingPage
from avrec_desktop.ui.widgets.basics import EmptyState, button, label, page_scroll, tool
from avrec_desktop.ui.widgets.card import CARD_WIDTH, RecommendationCard
from avrec_desktop.ui.widgets.novelty import NoveltySlider
from avrec_desktop.ui.widgets.shelf import ShelfRow

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

    @property
    def columns(self) -> int:
        """Cards in a row."""
        return max(1, self._columns)

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
        seen: It comes into view.
    """

    choose_folders = Signal()
    try_sample = Signal()
    refresh = Signal()
    seen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        self.stack.setObjectName("stack")
        box.addWidget(self.stack)
        self.shelves: dict[str, ShelfRow] = {}
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
        self._choosing = EmptyState(
            "creation-outline",
            self.tr("Choosing your first recommendations …"),
            self.tr("They get better as the analysis goes on."),
        )
        self._failed = EmptyState(
            "alert-circle-outline",
            self.tr("No recommendations just now"),
            self.tr("Your library is unharmed. The message below says what went wrong."),
            [button(self.tr("Try again"), self.refresh.emit, icon="refresh", primary=True)],
        )
        self._none = EmptyState(
            "creation-outline",
            self.tr("Nothing to recommend yet"),
            self.tr("Recommendations come while your media is analysed, and with what you like and play."),
            [button(self.tr("Try again"), self.refresh.emit, icon="refresh", primary=True)],
        )
        self.onboarding = OnboardingPage()
        #: Whether the first steps hold the page: what comes meanwhile waits behind them.
        self.held = False
        for page in (
            self._waiting,
            self._choosing,
            self._welcome,
            self._panel,
            self._none,
            self._failed,
            self.onboarding,
        ):
            self.stack.addWidget(page)

    def _make_panel(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        box = QVBoxLayout(page)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        box.setSpacing(theme.XS)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, theme.GUTTER, 0)
        top.setSpacing(theme.M)
        self._head = head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(theme.M)
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        self._title = label(self.tr("Recommended for you"), "h1", wrap=True)
        words.addWidget(self._title)
        self.about: QLabel = label("", "muted", wrap=True)
        words.addWidget(self.about)
        head.addLayout(words, 1)
        self.novelty = NoveltySlider()
        self.novelty.setFixedWidth(max(theme.scaled(340), self.novelty.sizeHint().width()))
        policy = self.novelty.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.novelty.setSizePolicy(policy)
        self.novelty.hide()
        side = QHBoxLayout()
        side.addWidget(self.novelty, 0, Qt.AlignmentFlag.AlignTop)
        side.addStretch()
        head.addLayout(side)
        top.addLayout(head, 1)
        again = tool("refresh", self.tr("Refresh recommendations"), self.refresh.emit)
        top.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(top)
        self.note: QLabel = label("", "error", wrap=True)
        self.note.hide()
        box.addWidget(self.note)
        box.addSpacing(theme.S)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.S, theme.L)
        column.setSpacing(theme.S)
        self.grid = CardGrid()
        column.addWidget(self.grid)
        self._shelves = QVBoxLayout()
        self._shelves.setSpacing(theme.S)
        column.addLayout(self._shelves)
        column.addStretch(1)
        self.area = page_scroll(inner)
        box.addWidget(self.area, 1)
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the slider below the title where there is no room beside it."""
        super().resizeEvent(event)
        others = self.novelty.width() + theme.XL + theme.M + theme.GUTTER + 2 * theme.M + 36
        beside = self._title.fontMetrics().horizontalAdvance(self._title.text()) <= self.width() - others
        self._head.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that the page comes into view."""
        super().showEvent(event)
        self.seen.emit()

    # -- shelves

    def shelf(self, key: str) -> ShelfRow:
        """Return the shelf of a key, made when there is none; shelves stand in the order they were made in."""
        if key not in self.shelves:
            row = self.shelves[key] = ShelfRow(key)
            self._shelves.addWidget(row)
        return self.shelves[key]

    def order_shelves(self, keys: Sequence[str]) -> None:
        """Put the shelves in this order and take away all others."""
        for key in [k for k in self.shelves if k not in keys]:
            row = self.shelves.pop(key)
            self._shelves.removeWidget(row)
            row.hide()
            row.deleteLater()
        if list(self.shelves) != list(keys):
            self.shelves = {key: self.shelves[key] for key in keys}
            for n, row in enumerate(self.shelves.values()):
                self._shelves.removeWidget(row)
                self._shelves.insertWidget(n, row)
        previous = self.grid.cards[-1:]
        for row in self.shelves.values():
            if previous and row.cards:
                QWidget.setTabOrder(previous[-1], row.cards[0])
            previous = row.cards[-1:] or previous

    def all_cards(self) -> list[RecommendationCard]:
        """Return the cards of the panel and of all shelves."""
        return [*self.grid.cards, *(card for row in self.shelves.values() for card in row.cards)]

    def walk(self, card: RecommendationCard, columns: int, rows: int) -> None:
        """Give the focus to the card so many columns and rows away, and bring it into view."""
        lines = self._lines()
        at = next((n for n, line in enumerate(lines) if card in line), -1)
        if at < 0:
            return
        column = lines[at].index(card)
        if rows:
            line = lines[max(0, min(len(lines) - 1, at + rows))]
            target = line[min(column, len(line) - 1)] if line is not lines[at] else card
        elif card in self.grid.cards and abs(columns) == 1:  # text runs on: from the end of a row into the next
            flat = self.grid.cards
            target = flat[max(0, min(len(flat) - 1, flat.index(card) + columns))]
        else:
            line = lines[at]
            target = line[max(0, min(len(line) - 1, column + columns))]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self.show_card(target)

    def show_card(self, card: RecommendationCard) -> None:
        """Bring a card into view, in its shelf and on the page."""
        row = next((row for row in self.shelves.values() if card in row.cards), None)
        if row is not None:
            row.show_card(card)
            self.area.ensureWidgetVisible(row, 0, theme.M)
        else:
            self.area.ensureWidgetVisible(card, 0, theme.M)

    def _lines(self) -> list[list[RecommendationCard]]:
        cards, columns = self.grid.cards, self.grid.columns
        lines = [cards[n : n + columns] for n in range(0, len(cards), columns)]
        return lines + [row.cards for row in self.shelves.values() if row.cards]

    def show_welcome(self) -> None:
        """Show the way in."""
        self._show(self._welcome)

    def hold(self, held: bool) -> None:
        """Let the first steps have the page, or give it back to what came meanwhile."""
        self.held = held
        if held:
            self.stack.setCurrentWidget(self.onboarding)
        elif self.grid.cards:
            self.show_panel()
        else:
            self.stack.setCurrentWidget(self._choosing)

    @property
    def welcoming(self) -> bool:
        """Whether the way in is on show."""
        return self.stack.currentWidget() in {self._welcome, self._waiting, self._choosing}

    def _show(self, page: QWidget) -> None:
        if not self.held:
            self.stack.setCurrentWidget(page)

    def show_failure(self) -> None:
        """Say that there is no panel; one that is on show stays."""
        if self.stack.currentWidget() is not self._panel:
            self._show(self._failed)

    def show_nothing(self) -> None:
        """Say that there is nothing to recommend by now, and what would change that."""
        self._show(self._none)

    def show_panel(self) -> None:
        """Show the panel, laid out at once: a click must meet what is seen."""
        self._show(self._panel)
        for widget in (self._panel, self.grid.parentWidget()):
            layout = widget.layout() if widget is not None else None
            if layout is not None:
                layout.activate()
