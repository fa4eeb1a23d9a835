"""The first minute: items arrive, a short round of likes and dislikes, then the first recommendations."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs.events import ItemsChanged
from avrec_desktop.library.types import Item, ItemQuery
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.preview import Preview
from avrec_desktop.ui.texts import counted, error_text, subtitle
from avrec_desktop.ui.thumbs import Thumbnails, art_seed
from avrec_desktop.ui.widgets.basics import ElidedLabel, button, label
from avrec_desktop.ui.widgets.card import Art
from avrec_desktop.ui.workers import JobCenter, JobEntry, Runner

#: Items of the round, tiles of the wall, and milliseconds after which the round is offered by itself.
ROUND, TILES, PATIENCE = 10, 12, 12_000
_TILE = 132


class _Tile(QWidget):
    """One item that has arrived."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item_id = item.id
        self.setFixedWidth(_TILE)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        self.art = Art(item.kind, art_seed(item))
        self.art.setFixedHeight(78)
        box.addWidget(self.art)
        name = ElidedLabel("", "small")
        name.setText(item.title)
        box.addWidget(name)


class OnboardingPage(QWidget):
    """Layout of the first minute.

    Signals:
        begin, finish, back: Buttons.
        judged: ``like``, ``dislike`` or ``skip``.
    """

    begin = Signal()
    finish = Signal()
    back = Signal()
    judged = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("First steps"))
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self.stack = QStackedWidget()
        self.stack.setObjectName("stack")
        box.addWidget(self.stack)
        self.arriving, self.round = self._make_arriving(), self._make_round()
        self.stack.addWidget(self.arriving)
        self.stack.addWidget(self.round)

    def _make_arriving(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        box = QVBoxLayout(page)
        box.setSpacing(theme.M)
        box.addStretch(1)
        title = label(self.tr("Your library is coming in"), "h1")
        self.count = label("", "muted")
        for widget in (title, self.count):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(widget)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(420)
        self.progress.setAccessibleName(self.tr("Progress of the scan"))
        box.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(theme.M)
        holder = QWidget()
        holder.setFixedSize(QSize(6 * (_TILE + theme.M), 2 * 112))  # the wall has its place before the first tile comes
        self._wall = QGridLayout(holder)
        self._wall.setContentsMargins(0, 0, 0, 0)
        self._wall.setSpacing(theme.M)
        self._wall.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        box.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(theme.M)
        row = QHBoxLayout()
        row.addStretch()
        self.start = button(self.tr("Tell what you like"), self.begin.emit, icon="heart", primary=True)
        self.start.setEnabled(False)
        row.addWidget(self.start)
        row.addWidget(button(self.tr("Not now"), self.finish.emit))
        row.addStretch()
        box.addLayout(row)
        box.addStretch(2)
        self.tiles: list[_Tile] = []
        return page

    def _make_round(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        box = QVBoxLayout(page)
        box.setSpacing(theme.S)
        box.addStretch(1)
        heading = label(self.tr("Do you like this?"), "h1")
        self.step = label("", "muted")
        for widget in (heading, self.step):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(widget)
        box.addSpacing(theme.S)
        self.art = Art("audio", "")
        self.art.setFixedSize(QSize(440, 262))
        box.addWidget(self.art, 0, Qt.AlignmentFlag.AlignHCenter)
        self.title = ElidedLabel("", "h2")
        self.second = ElidedLabel("", "muted")
        for words in (self.title, self.second):
            words.setFixedWidth(440)
            box.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(theme.S)
        row = QHBoxLayout()
        row.setSpacing(theme.M)
        row.addStretch()
        self.dislike = button(self.tr("Dislike"), lambda: self.judged.emit("dislike"), icon="thumb-down-outline")
        self.skip = button(self.tr("Skip"), lambda: self.judged.emit("skip"))
        self.like = button(self.tr("Like"), lambda: self.judged.emit("like"), icon="heart", primary=True)
        for choice in (self.dislike, self.skip, self.like):
            choice.setMinimumWidth(120)
            row.addWidget(choice)
        row.addStretch()
        box.addLayout(row)
        hint = label(self.tr("Keys: L like, X dislike, S skip, Backspace back"), "small")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(hint)
        ends = QHBoxLayout()
        ends.addStretch()
        self.undo = button(self.tr("Back"), self.back.emit, icon="undo")
        ends.addWidget(self.undo)
        ends.addWidget(button(self.tr("Show my recommendations"), self.finish.emit))
        ends.addStretch()
        box.addSpacing(theme.M)
        box.addLayout(ends)
        box.addStretch(2)
        return page

    def set_tiles(self, items: Sequence[Item]) -> list[_Tile]:
        """Show the newest items; a tile that is there already stays where it is. Returns the fresh tiles."""
        have = {tile.item_id for tile in self.tiles}
        fresh = [_Tile(item) for item in items if item.id not in have][: TILES - len(self.tiles)]
        for tile in fresh:
            n = len(self.tiles)
            self.tiles.append(tile)
            self._wall.addWidget(tile, n // 6, n % 6)
        return fresh

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """L likes, X dislikes, S skips, Backspace goes back."""
        keys = {Qt.Key.Key_L: "like", Qt.Key.Key_X: "dislike", Qt.Key.Key_S: "skip"}
        key = Qt.Key(event.key())
        if self.stack.currentWidget() is not self.round:
            super().keyPressEvent(event)
        elif key in keys:
            self.judged.emit(keys[key])
        elif key == Qt.Key.Key_Backspace:
            self.back.emit()
        else:
            super().keyPressEvent(event)


class OnboardingController(QObject):
    """Leads through the first minute.

    Signals:
        begun: The first steps take the home page.
        finished: They are over: recommendations may show.
        problem: A message for the user.
    """

    begun = Signal()
    finished = Signal()
    problem = Signal(str)

    def __init__(
        self,
        page: OnboardingPage,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        preview: Preview,
        actions: Actions,
        jobs: JobCenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._session = session
        self._thumbnails = thumbnails
        self._preview = preview
        self._actions = actions
        self._jobs = jobs
        self._items: list[Item] = []
        self._at = 0
        self._answers: list[str] = []
        self.active = False
        self._asked = False  # the round is wanted, but too little has been read to ask about
        self._entry: JobEntry | None = None
        self._since = QElapsedTimer()
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(150)
        self._look.timeout.connect(self._load)
        bridge.items_changed.connect(self._changed)
        jobs.added.connect(self._watch)
        jobs.ended.connect(self._ended)
        page.begin.connect(self._begin_round)
        page.finish.connect(self.end)
        page.judged.connect(self._judge)
        page.back.connect(self._back)
        thumbnails.ready.connect(self._picture)
        preview.frame.connect(self._frame)
        preview.progressed.connect(self._progress)
        preview.failed.connect(self._no_preview)

    def start(self) -> None:
        """Show what arrives."""
        self.active, self._asked = True, False
        self._since.start()
        self._page.stack.setCurrentWidget(self._page.arriving)
        self._page.count.setText(self.tr("Looking through your folders …"))
        self._page.progress.setRange(0, 0)
        self.begun.emit()
        self._look.start()

    def end(self) -> None:
        """Go on to the recommendations."""
        if self.active:
            self.active = False
            self._preview.leave()
            self.finished.emit()

    # -- items arrive

    def _changed(self, event: ItemsChanged) -> None:
        news = event.added or (self._asked and event.updated)
        if self.active and news and not self._look.isActive():
            self._look.start()

    def _watch(self, entry: JobEntry) -> None:
        if entry.kind in {"scan", "sample"}:
            self._entry = entry
            entry.changed.connect(self._show_progress)

    def _show_progress(self) -> None:
        entry = self._entry
        if entry is None:
            return
        fraction = entry.progress.fraction if entry.progress is not None else None
        if self.active and fraction is not None:
            self._page.progress.setRange(0, 1000)
            self._page.progress.setValue(round(1000 * fraction))

    def _load(self) -> None:
        library, query = self._session.library, ItemQuery(profile=self._session.profile, sort="added", descending=True)

        def work() -> tuple[int, list[Item]]:
            return library.count(query), library.items(query, limit=TILES)

        self._runner.run(work, self._show_arrived, self._failed, key="arriving")

    def _show_arrived(self, found: tuple[int, list[Item]]) -> None:
        count, items = found
        page = self._page
        if count:
            page.count.setText(counted(count, self.tr("{n} item so far"), self.tr("{n} items so far")))
        for tile in page.set_tiles(items):
            tile.art.exposed.connect(lambda t=tile: t.art.set_pixmap(self._thumbnails.get(t.item_id)))
        page.start.setEnabled(count >= ROUND and not self._asked)
        waited = self._since.isValid() and self._since.elapsed() > PATIENCE
        offered = waited and count >= 3 * ROUND
        if self.active and (offered or self._asked) and page.stack.currentWidget() is page.arriving:
            self._begin_round()

    def _ended(self, entry: JobEntry) -> None:
        if self.active and entry.kind in {"scan", "sample"}:
            self._page.progress.setRange(0, 1)
            self._page.progress.setValue(1)
            if entry.state != "done":
                self.end()
            elif self._page.stack.currentWidget() is self._page.arriving:
                self._begin_round()

    # -- the round

    @property
    def _arriving(self) -> bool:
        return self._entry is not None and self._entry.state == "running"

    def _begin_round(self) -> None:
        session = self._session

        def work() -> list[Item]:
            picks = session.recommend.first_picks(session.profile, ROUND)
            return session.library.items_by_id(picks, session.profile)

        self._runner.run(work, self._show_round, self._failed, key="first-picks", priority=5)

    def _show_round(self, items: list[Item]) -> None:
        if not self.active or self._page.stack.currentWidget() is self._page.round:
            return
        if len(items) < ROUND and self._arriving:
            self._asked = True
            self._page.start.setEnabled(False)
            return
        if not items:
            self.end()
            return
        self._asked = False
        self._items, self._at, self._answers = items, 0, []
        self._page.stack.setCurrentWidget(self._page.round)
        self._page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_item()

    def _show_item(self) -> None:
        item, page = self._items[self._at], self._page
        page.step.setText(self.tr("{n} of {total}").format(n=self._at + 1, total=len(self._items)))
        page.title.setText(item.title)
        page.second.setText(subtitle(item))
        page.art.show_item(item.kind, art_seed(item), self._thumbnails.get(item.id))
        page.undo.setEnabled(self._at > 0)
        self._preview.hover(item.id)

    def _judge(self, answer: str) -> None:
        if not self.active or self._at >= len(self._items):
            return
        item = self._items[self._at]
        self._answers.append(answer)
        if answer == "like":
            self._actions.like(item.id)
        elif answer == "dislike":
            self._actions.dislike(item.id)
        self._at += 1
        if self._at < len(self._items):
            self._show_item()
        else:
            self.end()

    def _back(self) -> None:
        if not self._at:
            return
        self._at -= 1
        if self._answers.pop() != "skip":
            self._actions.undo()
        self._show_item()

    def _current(self) -> int:
        return self._items[self._at].id if self.active and self._at < len(self._items) else 0

    def _picture(self, item_id: int) -> None:
        if not self.active:
            return
        if item_id == self._current():
            self._page.art.set_pixmap(self._thumbnails.get(item_id))
        for tile in self._page.tiles:
            if tile.item_id == item_id:
                tile.art.set_pixmap(self._thumbnails.get(item_id))

    def _frame(self, image: QImage) -> None:
        if self._preview.current and self._preview.current == self._current():
            self._page.art.set_frame(image)

    def _progress(self, share: float) -> None:
        if self._preview.current and self._preview.current == self._current():
            self._page.art.set_playing(True, share)

    def _no_preview(self, item_id: int, message: str) -> None:
        if item_id == self._current():
            self._page.art.set_note(self.tr("No preview: {why}").format(why=message))

    def _failed(self, error: AvrecError) -> None:
        self.problem.emit(error_text(error))
        self.end()
