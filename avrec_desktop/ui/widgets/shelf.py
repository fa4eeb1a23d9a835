"""A shelf: a title over a row of cards that scrolls sideways."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QPropertyAnimation, QSize, Qt, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from avrec_desktop.ui import motion, theme
from avrec_desktop.ui.widgets.basics import ElidedLabel, tool
from avrec_desktop.ui.widgets.card import CARD_WIDTH, RecommendationCard


class _Strip(QScrollArea):
    """Scrolls sideways only: the wheel turns the page, unless it turns sideways or Shift is held."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll on sideways turns."""
        delta = event.angleDelta()
        sideways = delta.x() if delta.x() else delta.y()
        if abs(delta.x()) > abs(delta.y()) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - sideways)
            event.accept()
        else:
            event.ignore()


class ShelfRow(QWidget):
    """Layout of one shelf; its height never changes, whatever it holds."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setObjectName("scrolled")
        self.cards: list[RecommendationCard] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.M, 0, 0)
        box.setSpacing(theme.S)
        head = QHBoxLayout()
        self.title = ElidedLabel("", "h2")
        head.addWidget(self.title, 1)
        self._back = tool("chevron-left", self.tr("Show what is before"), lambda: self._turn(-1))
        self._on = tool("chevron-right", self.tr("Show what follows"), lambda: self._turn(1))
        for turn in (self._back, self._on):
            turn.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys walk through the cards themselves
            policy = turn.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            turn.setSizePolicy(policy)
            head.addWidget(turn)
        box.addLayout(head)
        self.area = _Strip()
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.M)
        self._row.addStretch()
        self.area.setWidget(inner)
        box.addWidget(self.area)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        bar = self.area.horizontalScrollBar()
        bar.rangeChanged.connect(self._show_turns)
        bar.valueChanged.connect(self._show_turns)
        self._glide = QPropertyAnimation(bar, b"value", self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._show_turns()

    def set_cards(self, title: str, cards: Sequence[RecommendationCard]) -> None:
        """Show these cards; those that are there already stay."""
        self.title.setText(title)
        self.setAccessibleName(title)
        for card in self.cards:
            if card not in cards:
                self._row.removeWidget(card)
                card.hide()
                card.deleteLater()
        changed = list(cards) != self.cards
        self.cards = list(cards)
        if changed:
            for n, card in enumerate(self.cards):
                card.set_width(CARD_WIDTH)
                self._row.insertWidget(n, card)
                card.show()
            for first, second in zip(self.cards, self.cards[1:], strict=False):
                QWidget.setTabOrder(first, second)
        if self.cards:
            self.cards[0].ensurePolished()
            self.area.setFixedHeight(self.cards[0].sizeHint().height() + 2)

    def show_card(self, card: RecommendationCard) -> None:
        """Bring a card into view."""
        self.area.ensureWidgetVisible(card, theme.M, 0)

    def sizeHint(self) -> QSize:
        """Return a small width: the shelf follows the page."""
        return QSize(CARD_WIDTH, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the shelf follows the page."""
        return QSize(CARD_WIDTH, super().minimumSizeHint().height())

    def _turn(self, way: int) -> None:
        bar = self.area.horizontalScrollBar()
        step = CARD_WIDTH + theme.M
        cards = max(1, self.area.viewport().width() // step)
        target = max(bar.minimum(), min(bar.maximum(), (bar.value() // step + way * cards) * step))
        self._glide.stop()
        if motion.reduced():
            bar.setValue(target)
            return
        self._glide.setDuration(220)
        self._glide.setStartValue(bar.value())
        self._glide.setEndValue(target)
        self._glide.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    @Slot()
    def _show_turns(self) -> None:
        bar = self.area.horizontalScrollBar()
        self._back.setEnabled(bar.value() > bar.minimum())
        self._on.setEnabled(bar.value() < bar.maximum())
        for turn in (self._back, self._on):
            turn.setVisible(bar.maximum() > bar.minimum())
