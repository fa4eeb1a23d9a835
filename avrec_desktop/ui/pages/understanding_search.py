"""Search by meaning and "more like this": what is found, beside the map and on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.library.types import Item
from avrec_desktop.session import Session
from avrec_desktop.ui.pages import understanding_scene as scenes
from avrec_desktop.ui.pages.understanding import UnderstandingPage
from avrec_desktop.ui.similar_menu import sense_name
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.found import Found
from avrec_desktop.ui.workers import Runner


class MeaningSearch(QObject):
    """Runs searches and shows their results.

    Signals:
        played: (item id, ids that follow, from this second; below 0 from where it was left).
        menu_wanted: (item id, where on the screen).
        problem: A message for the user.
        shown: Results are on show.
    """

    played = Signal(int, object, float)
    menu_wanted = Signal(int, QPoint)
    problem = Signal(str)
    shown = Signal()

    def __init__(
        self, page: UnderstandingPage, runner: Runner, session: Session, thumbnails: Thumbnails, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page, self._view = page, page.view
        self._runner, self._session, self._thumbnails = runner, session, thumbnails
        self._result_ids: list[int] = []
        page.searched.connect(self.search)
        page.found.closed.connect(self.close)
        thumbnails.ready.connect(self._picture)

    def search(self, text: str) -> None:
        """Search by meaning and show what is found, beside the map and on it."""
        text = text.strip()
        if not text:
            self.close()
            return
        title = self.tr("“{text}”").format(text=text)
        self._page.found.show_found(title, self.tr("Searching …"), [])
        self._page.side.setCurrentWidget(self._page.found)
        why = {
            "audio": self.tr("By its sound"),
            "sound": self.tr("By its sound"),
            "video": self.tr("By its picture"),
            "picture": self.tr("By its picture"),
            "text": self.tr("By what its words mean"),
            "speech": self.tr("By what is said"),
            "tags": self.tr("By its topics and moods"),
            "words": self.tr("By the words themselves"),
            "highlight": self.tr("Its most telling stretch"),
        }
        self._runner.run(
            lambda: scenes.search(self._session, text, why),
            lambda found: self._show_found(title, found),
            self._search_failed,
            key="meaning",
            priority=9,
        )

    def show_similar(self, item_id: int, by: str) -> None:
        """Show what is like an item by one sense or by all."""
        why = {
            "audio": self.tr("Alike in sound"),
            "video": self.tr("Alike in picture"),
            "text": self.tr("Alike in words"),
            "tags": self.tr("Alike in topics and moods"),
        }

        def show(answer: tuple[Item, list[Found]]) -> None:
            item, found = answer
            self._show_found(self.tr("Similar to {title}").format(title=item.title), found, sense_name(by), item.id)

        self._page.side.setCurrentWidget(self._page.found)
        self._runner.run(
            lambda: scenes.similar(self._session, item_id, by, why),
            show,
            self._search_failed,
            key="meaning",
            priority=9,
        )

    def close(self) -> None:
        """Show the topics and moods again."""
        self._page.side.setCurrentWidget(self._page.overview)
        self._result_ids = []
        self._view.set_results(np.empty(0, np.int64))

    def _search_failed(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
        self.close()

    def _show_found(self, title: str, found: Sequence[Found], about: str = "", origin: int = 0) -> None:
        if not found:
            about = self.tr("Nothing found. Try other words, or wait until more is analysed.")
        else:
            number = counted(len(found), self.tr("{n} item"), self.tr("{n} items, best first"))
            about = " · ".join(x for x in (about, number) if x)
        self._result_ids = [f.item.id for f in found]
        for card in self._page.found.show_found(title, about, found):
            item_id = card.found.item.id
            card.picture.set_pixmap(self._thumbnails.get(item_id))
            card.chosen.connect(self._choose_result)
            card.played.connect(self._play_result)
            card.menu_wanted.connect(self.menu_wanted)
        marked = np.array([*([origin] if origin else []), *self._result_ids], np.int64)
        self._view.set_results(marked)
        if origin:
            self._view.set_current(origin)
        self.shown.emit()

    def _picture(self, item_id: int) -> None:
        for card in self._page.found.cards:
            if card.found.item.id == item_id:
                card.picture.set_pixmap(self._thumbnails.get(item_id))

    def _choose_result(self, item_id: int) -> None:
        self._view.set_current(item_id)
        self._view.select(np.array([item_id], np.int64))
        self._page.found.mark(item_id)

    def _play_result(self, item_id: int, start: float) -> None:
        at = self._result_ids.index(item_id) + 1 if item_id in self._result_ids else 0
        following = self._result_ids[at:] if start < 0 else []
        self.played.emit(item_id, following, start)
