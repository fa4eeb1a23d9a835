"""What an item is about and how it feels, as chips that can be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from avrec_desktop.features.understanding import ItemTopic
from avrec_desktop.library.vocabulary import ConceptKind, label, vocabulary
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import concept_name, listed, percent
from avrec_desktop.ui.widgets.basics import Chip, FlowLayout, clear_layout, tool
from avrec_desktop.ui.widgets.basics import label as text_label

#: Probability from which a chip is filled.
_SURE = 0.6


class TopicsPart(QWidget):
    """Chips of topics and moods, with a menu to correct each and a button to add one.

    Signals:
        searched: (name) a chip was clicked.
        corrected: (kind, key, holds) the user says that it is so, or that it is not.
    """

    searched = Signal(str)
    corrected = Signal(str, str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._shown: set[tuple[str, str]] = set()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.XS)
        self._title = text_label(self.tr("Topics and moods"), "heading")
        box.addWidget(self._title)
        holder = QWidget()
        self._chips = FlowLayout(holder)
        box.addWidget(holder)
        self.setVisible(False)

    def show_topics(self, topics: Sequence[ItemTopic]) -> None:
        """Show these, moods after topics, each likeliest first."""
        clear_layout(self._chips)
        self._shown = {(t.kind, t.key) for t in topics}
        for topic in topics:
            self._chips.addWidget(self._chip(topic))
        self._chips.addWidget(tool("plus", self.tr("Add a topic or mood"), self._offer, size=16))
        self.setVisible(True)

    def _chip(self, topic: ItemTopic) -> Chip:
        name = concept_name(topic.key)
        sources = listed(f"{self._source(s)} {percent(p)}" for s, p in topic.sources.items() if s != "user")
        if "user" in topic.sources:
            tip = self.tr("You said so.")
            tip = f"{tip} {sources}" if sources else tip
        else:
            tip = self.tr("{p} sure: {sources}").format(p=percent(topic.p), sources=sources)
        chip = Chip(name, tip)
        chip.setAccessibleDescription(self.tr("Menu key: correct it"))
        chip.setProperty("sure", "true" if topic.p >= _SURE else "half")
        chip.setProperty("yours", "true" if "user" in topic.sources else "false")
        chip.clicked.connect(lambda _=False: self.searched.emit(name))
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.customContextMenuRequested.connect(lambda at: self._correct(chip, at, topic))
        return chip

    def menu(self, topic: ItemTopic) -> QMenu:
        """Return the menu of a chip."""
        name = concept_name(topic.key)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Search for “{name}”").format(name=name), lambda: self.searched.emit(name))
        menu.addSeparator()
        if "user" not in topic.sources:
            menu.addAction(
                self.tr("Yes, it is “{name}”").format(name=name),
                lambda: self.corrected.emit(topic.kind, topic.key, True),
            )
        menu.addAction(
            self.tr("No, it is not “{name}”").format(name=name),
            lambda: self.corrected.emit(topic.kind, topic.key, False),
        )
        return menu

    def offer_menu(self) -> QMenu:
        """Return the menu of topics and moods that the item does not have."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        moods = menu.addMenu(self.tr("Mood"))
        topics = menu.addMenu(self.tr("Topic"))
        menus: dict[ConceptKind, QMenu] = {"topic": topics, "mood": moods}
        language = QLocale().name()
        for concept in sorted(vocabulary().concepts, key=lambda c: label(c.key, language).casefold()):
            if (concept.kind, concept.key) not in self._shown:
                action = menus[concept.kind].addAction(concept_name(concept.key))
                action.triggered.connect(partial(self.corrected.emit, concept.kind, concept.key, True))
        return menu

    def _correct(self, chip: Chip, at: QPoint, topic: ItemTopic) -> None:
        self.menu(topic).popup(chip.mapToGlobal(at))

    def _offer(self) -> None:
        self.offer_menu().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _source(self, source: str) -> str:
        return {
            "sound": self.tr("sound"),
            "picture": self.tr("picture"),
            "words": self.tr("words"),
            "meaning": self.tr("meaning of the words"),
        }.get(source, source)
