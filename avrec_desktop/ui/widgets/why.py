"""The part of the details that says why an item is recommended, with shares, and lets the user object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from avrec_desktop.recommend.why import ExplanationDetail, Share
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import amount, concept_name, percent, tr
from avrec_desktop.ui.widgets.basics import ElidedLabel, clear_layout, label, tool

#: Parts under this share of the whole are not listed.
_LEAST = 0.02
#: Causes listed by name, and the height of a line, device-independent pixels.
_CAUSES, _LINE = 4, 20


@dataclass(frozen=True, slots=True)
class Part:
    """A line with a bar.

    Attributes:
        text: What it is.
        share: Its part of the whole, in [-1, 1]; negative speaks against the item.
        seed: Item that can be left out of recommendations, or None.
    """

    text: str
    share: float
    seed: int | None = None


def parts_of(detail: ExplanationDetail, titles: Mapping[int, str]) -> list[Part]:
    """Return what adds up to the score, as shares of everything that speaks for or against the item."""
    whole = sum(abs(c.share) for c in detail.causes) + abs(detail.others) + abs(detail.prior)
    whole += sum(abs(e.share) for e in detail.edits)
    if not whole:
        return []
    named = sorted(detail.causes, key=lambda c: -abs(c.share))[:_CAUSES]
    named.sort(key=lambda c: -c.share)
    others = detail.others + sum(c.share for c in detail.causes if c not in named)
    lines = [Part(titles.get(c.item, c.title), c.share / whole, c.item if c.item > 0 else None) for c in named]
    lines += [Part(tr("Your wish: {what}").format(what=concept_name(e.key)), e.share / whole) for e in detail.edits]
    lines.append(Part(tr("Everything else you did"), others / whole))
    lines.append(Part(tr("Apart from what you did"), detail.prior / whole))
    return [line for line in lines if abs(line.share) >= _LEAST and line.text]


def divided(shares: Sequence[Share], names: Mapping[str, str] | None = None) -> list[Part]:
    """Return a division of what the history carries, as shares of it."""
    whole = sum(abs(s.share) for s in shares)
    if not whole:
        return []
    other = tr("Other likeness")
    called = {s.key: other if not s.key else (names or {}).get(s.key) or concept_name(s.key) for s in shares}
    return [Part(called[s.key], s.share / whole) for s in shares if abs(s.share) >= _LEAST * whole]


def counterfactual(detail: ExplanationDetail) -> str:
    """Return what would be without the causes, in a sentence."""
    if detail.rank_without is None:
        return ""
    n = len(detail.without)
    likes = tr("this like") if n == 1 else tr("these {n} likes").format(n=n)
    if detail.rank_without <= detail.rank:
        text = tr("Without {likes} it would still be number {rank} by score: much else speaks for it.")
        return text.format(likes=likes, rank=amount(detail.rank_without))
    text = tr("Without {likes} it would be number {after} by score, not {rank}.")
    return text.format(likes=likes, after=amount(detail.rank_without), rank=amount(detail.rank))


class ShareBar(QWidget):
    """A bar for a share: to the right in the accent, or in the colour of danger for what speaks against."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self.setFixedHeight(5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove and the share."""
        colours = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect())
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box, 2.5, 2.5)
        box.setWidth(max(5.0, box.width() * min(1.0, abs(self._share))))
        if self.isRightToLeft():
            box.moveRight(float(self.width()))
        painter.setBrush(QColor(colours.accent if self._share >= 0 else colours.danger))
        painter.drawRoundedRect(box, 2.5, 2.5)


class ShareLine(QWidget):
    """A named share with its bar, and, for an item of the history, a button that leaves it out.

    Signals:
        blocked: (item id) leave it out of recommendations.
    """

    blocked = Signal(int)

    def __init__(self, part: Part) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(1)
        row = QHBoxLayout()
        row.setSpacing(theme.XS)
        row.addStrut(_LINE)
        name = ElidedLabel(part.text, "small")
        name.setText(part.text)
        row.addWidget(name, 1)
        shown = percent(part.share)
        row.addWidget(label(shown, "small"))
        if part.seed is not None:
            seed = part.seed
            tip = tr("Don't use {title} for recommendations").format(title=part.text)
            leave_out = tool("link-variant-off", tip, lambda: self.blocked.emit(seed), size=13)
            leave_out.setFixedSize(24, _LINE)
            leave_out.setObjectName("tight")
            row.addWidget(leave_out)
        else:
            row.addSpacing(24 + theme.XS)
        box.addLayout(row)
        bar = ShareBar(part.share)
        box.addWidget(bar)
        self.setAccessibleName(f"{part.text}: {shown}")


class WhyPanel(QWidget):
    """Layout of "Why this?".

    Signals:
        seed_blocked: (item id) don't use it for recommendations.
        weighed: (kind, key, weight, blocked) more, less or nothing of a tag or artist.
    """

    seed_blocked = Signal(int)
    weighed = Signal(str, str, float, bool)

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.S)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Why this?"), "heading"))
        head.addStretch()
        self.tune = QToolButton()
        self.tune.setIcon(theme.icon("tune-variant"))
        self.tune.setToolTip(self.tr("More or less like this"))
        self.tune.setAccessibleName(self.tr("More or less like this"))
        self.tune.setFixedSize(30, 28)
        self.tune.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tune.setMenu(QMenu(self.tune))
        head.addWidget(self.tune)
        box.addLayout(head)
        self.place = label("", "small", wrap=True)
        box.addWidget(self.place)
        self._lines = self._holder(box)
        self.without = label("", "", wrap=True)
        box.addWidget(self.without)
        self._topics_title = label(self.tr("What they have in common"), "heading")
        box.addWidget(self._topics_title)
        self._topics = self._holder(box)
        self._senses_title = label(self.tr("Carried by"), "heading")
        box.addWidget(self._senses_title)
        self._senses = self._holder(box)
        self.hide()

    @staticmethod
    def _holder(box: QVBoxLayout) -> QVBoxLayout:
        holder = QWidget()
        lines = QVBoxLayout(holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(theme.S)
        box.addWidget(holder)
        return lines

    def show_detail(
        self, detail: ExplanationDetail | None, titles: Mapping[int, str], artist: str | None, topics: Sequence[str]
    ) -> None:
        """Show an explanation; None hides all of it.

        Args:
            detail: The explanation.
            titles: Of the causes, by item id.
            artist: The item's artist, to have more or less of.
            topics: Its surest topics and moods, likewise.
        """
        self.setVisible(detail is not None)
        if detail is None:
            return
        text = self.tr("Number {rank} of {n} by your taste")
        self.place.setText(text.format(rank=amount(detail.rank), n=amount(detail.candidates)))
        senses = {
            "audio": self.tr("Sound"),
            "video": self.tr("Picture"),
            "text": self.tr("Words"),
            "tags": self.tr("Tags"),
            "behaviour": self.tr("What people play together"),
            "combined": self.tr("All senses together"),
        }
        self._fill(self._lines, parts_of(detail, titles))
        common = divided([s for s in detail.topics if s.key])
        self._fill(self._topics, common)
        self._topics_title.setVisible(bool(common))
        carried = divided(detail.modalities, senses)
        self._fill(self._senses, carried)
        self._senses_title.setVisible(bool(carried))
        self.without.setText(counterfactual(detail))
        self.without.setVisible(bool(self.without.text()))
        self._fill_menu(detail, artist, topics)

    def _fill(self, box: QVBoxLayout, parts: Sequence[Part]) -> None:
        clear_layout(box)
        for part in parts:
            line = ShareLine(part)
            line.blocked.connect(self.seed_blocked)
            box.addWidget(line)
            line.show()  # the layout's own showing comes later, and now and then not at all

    def _fill_menu(self, detail: ExplanationDetail, artist: str | None, topics: Sequence[str]) -> None:
        menu = self.tune.menu()
        menu.clear()
        wanted = [("tag", key, concept_name(key)) for key in topics]
        if artist:
            wanted.insert(0, ("artist", artist, artist))
        for kind, key, name in wanted:
            part = menu.addMenu(name)
            for text, weight, blocked in (
                (self.tr("More of it"), 0.5, False),
                (self.tr("Less of it"), -0.5, False),
                (self.tr("Never"), 0.0, True),
                (self.tr("As learned"), 0.0, False),
            ):
                act = part.addAction(text)
                act.triggered.connect(lambda _=False, k=kind, n=key, w=weight, b=blocked: self.weighed.emit(k, n, w, b))
        if detail.item > 0:
            menu.addSeparator()
            act = menu.addAction(self.tr("Don't use this item for recommendations"))
            act.triggered.connect(lambda: self.seed_blocked.emit(detail.item))
