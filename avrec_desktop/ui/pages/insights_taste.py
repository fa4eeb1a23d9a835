"""The part of the insights page that shows the learned taste and lets the user correct it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from avrec_desktop.library.types import Item
from avrec_desktop.recommend.taste import Term
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import concept_name, signed, subtitle, tr
from avrec_desktop.ui.widgets.basics import ElidedLabel, button, clear_layout, label
from avrec_desktop.ui.widgets.plot import Plot
from avrec_desktop.ui.widgets.why import ShareBar

#: Weights of the buttons: much less, less, as learned, more, much more.
_STEPS = (-1.0, -0.5, 0.0, 0.5, 1.0)
_COLUMNS = 2


def panel(title: str = "", about: str = "") -> tuple[QFrame, QVBoxLayout]:
    """Return a card of the page with a title and a line about it."""
    frame = QFrame()
    frame.setObjectName("panel")
    box = QVBoxLayout(frame)
    box.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
    box.setSpacing(theme.S)
    if title:
        box.addWidget(label(title, "h2"))
    if about:
        box.addWidget(label(about, "small", wrap=True))
    return frame, box


class TermRow(QWidget):
    """A topic, mood, tag or artist with what was learned, and buttons to have less or more of it, or none.

    Signals:
        weighed: (kind, key, weight, blocked).
    """

    weighed = Signal(str, str, float, bool)

    def __init__(self, term: Term) -> None:
        super().__init__()
        self.term = term
        name = term.key if term.kind == "artist" else concept_name(term.key)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.XS, 0, theme.XS)
        box.setSpacing(theme.XS)
        row = QHBoxLayout()
        row.setSpacing(2)
        title = ElidedLabel(name)
        title.setText(name)
        row.addWidget(title, 1)
        row.addWidget(label(self.tr("{n} liked").format(n=term.liked) if term.liked else "", "small"))
        row.addSpacing(theme.S)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        texts = (self.tr("Much less of {name}"), self.tr("Less of {name}"), self.tr("As learned: {name}"),
                 self.tr("More of {name}"), self.tr("Much more of {name}"))  # fmt: skip
        for weight, sign, text in zip(_STEPS, ("−−", "−", "○", "+", "++"), texts, strict=True):
            on = not term.edit.blocked and term.edit.weight == weight
            row.addWidget(self._choice(sign, text.format(name=name), weight, blocked=False, on=on))
        never = self.tr("Never {name}").format(name=name)
        row.addWidget(self._choice("✕", never, 0.0, blocked=True, on=term.edit.blocked))
        box.addLayout(row)
        bar = ShareBar(term.weight)
        words = self.tr("learned: {n}").format(n=signed(term.weight, 2))
        bar.setToolTip(words)
        box.addWidget(bar)
        self.setAccessibleName(f"{name}, {words}")

    def _choice(self, sign: str, text: str, weight: float, *, blocked: bool, on: bool) -> QPushButton:
        choice = QPushButton(sign)
        choice.setObjectName("choice")
        choice.setCheckable(True)
        choice.setChecked(on)
        choice.setFixedSize(30, 26)
        choice.setToolTip(text)
        choice.setAccessibleName(text)
        self._group.addButton(choice)
        choice.clicked.connect(lambda: self.weighed.emit(self.term.kind, self.term.key, weight, blocked))
        return choice


class TastePart(QWidget):
    """Layout of the taste part.

    Signals:
        weighed: (kind, key, weight, blocked) a correction.
        seed_freed: (item id) let it count again.
    """

    weighed = Signal(str, str, float, bool)
    seed_freed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, theme.S, theme.L)
        box.setSpacing(theme.M)
        self.course_frame, course = panel(
            self.tr("Your taste over time"), self.tr("Share of each topic in what you liked, month by month.")
        )
        self.course = Plot("taste")
        course.addWidget(self.course)
        about = self.tr(
            "The bar shows what was learned: how surely you like it more (or less) than the library holds of it. "
            "The buttons correct that; your recommendations follow at once, and you can undo it."
        )
        frame, inner = panel(self.tr("What you like"), about)
        holder = QWidget()
        self._terms = QGridLayout(holder)
        self._terms.setContentsMargins(0, theme.S, 0, 0)
        self._terms.setHorizontalSpacing(theme.XL)
        self._terms.setVerticalSpacing(theme.S)
        for column in range(_COLUMNS):
            self._terms.setColumnStretch(column, 1)
        inner.addWidget(holder)
        self.nothing = label(self.tr("Nothing is learned yet. Like or play a few things first."), "muted", wrap=True)
        inner.addWidget(self.nothing)
        self._artists_title = label(self.tr("Artists and series"), "heading")
        inner.addWidget(self._artists_title)
        second = QWidget()
        self._artists = QGridLayout(second)
        self._artists.setContentsMargins(0, 0, 0, 0)
        self._artists.setHorizontalSpacing(theme.XL)
        for column in range(_COLUMNS):
            self._artists.setColumnStretch(column, 1)
        inner.addWidget(second)
        self.seeds_frame, seeds = panel(
            self.tr("Not used for recommendations"),
            self.tr("What you did with these does not count. Leave out more in the details of an item."),
        )
        third = QWidget()
        self._seeds = QVBoxLayout(third)
        self._seeds.setContentsMargins(0, 0, 0, 0)
        seeds.addWidget(third)
        for part in (frame, self.course_frame, self.seeds_frame):
            box.addWidget(part)
        box.addStretch(1)

    def show_terms(self, terms: Sequence[Term]) -> None:
        """Show what was learned."""
        for kind, grid in (("tag", self._terms), ("artist", self._artists)):
            focus: QWidget | None = self.focusWidget()
            at = focus.accessibleName() if focus is not None else ""
            clear_layout(grid)
            rows = [TermRow(t) for t in terms if t.kind == kind]
            per_column = -(-len(rows) // _COLUMNS)
            for n, row in enumerate(rows):
                row.weighed.connect(self.weighed)
                grid.addWidget(row, n % per_column, n // per_column)
                row.show()
            again = [b for row in rows for b in row.findChildren(QPushButton) if at and b.accessibleName() == at]
            if again:
                again[0].setFocus()
        self.nothing.setVisible(not terms)
        self._artists_title.setVisible(any(t.kind == "artist" for t in terms))

    def show_seeds(self, items: Sequence[Item]) -> None:
        """Show the items that do not count."""
        clear_layout(self._seeds)
        for item in items:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            text = f"{item.title} · {subtitle(item)}"
            name = ElidedLabel(text)
            name.setText(text)
            line.addWidget(name, 1)
            free = button(tr("Use again"), lambda i=item.id: self.seed_freed.emit(i))  # type: ignore[misc]
            free.setAccessibleName(tr("Use {title} again").format(title=item.title))
            line.addWidget(free)
            self._seeds.addWidget(row)
            row.show()
        self.seeds_frame.setVisible(bool(items))
