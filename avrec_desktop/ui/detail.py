"""The detail pane: everything about one item, and what is like it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.api.errors import NotFoundError
from avrec_desktop.api.features import Passage
from avrec_desktop.features.understanding import ItemTopic
from avrec_desktop.library.types import Item
from avrec_desktop.library.vocabulary import vocabulary
from avrec_desktop.library.words import fold
from avrec_desktop.recommend.why import ExplanationDetail
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.similar_menu import fill_similar
from avrec_desktop.ui.texts import amount, decimal, duration, error_text, listed, percent, subtitle
from avrec_desktop.ui.thumbs import Thumbnails, art_seed, paint_art
from avrec_desktop.ui.widgets.basics import Chip, ElidedLabel, FlowLayout, Stars, button, clear_layout, label, tool
from avrec_desktop.ui.widgets.passages import SpeechPart
from avrec_desktop.ui.widgets.topics import TopicsPart
from avrec_desktop.ui.widgets.why import WhyPanel
from avrec_desktop.ui.workers import Runner

WIDTH = 320
SIMILAR = 6
#: Passages, their folded texts, their language.
Spoken = tuple[list[Passage], list[str], str | None]


class Cover(QWidget):
    """The large picture of the pane."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(168)
        self._pixmap: QPixmap | None = None
        self._kind, self._seed = "audio", ""

    def show_item(self, pixmap: QPixmap | None, kind: str, seed: str) -> None:
        """Show an item's picture."""
        self._pixmap, self._kind, self._seed = pixmap, kind, seed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint with rounded corners."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.setClipPath(path)
        paint_art(painter, QRectF(self.rect()), self._pixmap, self._kind, self._seed)


class SimilarRow(QPushButton):
    """An item in the list of similar ones."""

    def __init__(self, item: Item, tip: str) -> None:
        super().__init__()
        self.setObjectName("nav")
        self.setToolTip(tip)
        self.setAccessibleName(f"{item.title}. {tip}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.XS, 0, theme.XS)
        icon = label()
        name = "music-note" if item.kind == "audio" else "movie-open-outline"
        icon.setPixmap(theme.icon(name, theme.tokens().muted).pixmap(18, 18))
        words = QVBoxLayout()
        words.setSpacing(0)
        for text, style in ((item.title, ""), (subtitle(item), "small")):
            line = ElidedLabel(text, style)
            line.setText(text)
            words.addWidget(line)
        row.addWidget(icon)
        row.addLayout(words, 1)
        self.setMinimumHeight(46)


class DetailPane(QFrame):
    """Layout of the pane.

    Signals:
        closed: Hide the pane.
        rated: (0 to 5).
        liked, disliked, played: Buttons.
        opened: (item id) a similar item was chosen.
        searched: (tag) a chip was clicked.
        seed_blocked, weighed: As those of :class:`WhyPanel`.
        similar_wanted: (sense) show all that is like it.
    """

    closed = Signal()
    rated = Signal(int)
    liked = Signal()
    disliked = Signal()
    played = Signal()
    opened = Signal(int)
    searched = Signal(str)
    seed_blocked = Signal(int)
    weighed = Signal(str, str, float, bool)
    similar_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detail")
        self.setFixedWidth(WIDTH)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, theme.S, 0, 0)
        head = QHBoxLayout()
        head.setContentsMargins(theme.L, 0, theme.S, 0)
        head.addWidget(label(self.tr("Details"), "heading"))
        head.addStretch()
        head.addWidget(tool("close", self.tr("Hide details"), self.closed.emit, size=18))
        outer.addLayout(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setStyleSheet("QScrollArea, #inner { background: transparent; }")
        inner = QWidget()
        inner.setObjectName("inner")
        box = QVBoxLayout(inner)
        box.setContentsMargins(theme.L, 0, theme.L, theme.L)
        box.setSpacing(theme.S)
        self.cover = Cover()
        self.title = label("", "h2", wrap=True)
        self.second = label("", "muted", wrap=True)
        for widget in (self.cover, self.title, self.second):
            box.addWidget(widget)
        row = QHBoxLayout()
        self.play = button(self.tr("Play"), self.played.emit, icon="play", primary=True)
        self.like = tool("heart-outline", self.tr("Like"), self.liked.emit)
        self.dislike = tool("thumb-down-outline", self.tr("Dislike"), self.disliked.emit)
        row.addWidget(self.play)
        row.addWidget(self.like)
        row.addWidget(self.dislike)
        row.addStretch()
        box.addLayout(row)
        self.stars = Stars()
        self.stars.rated.connect(self.rated)
        box.addWidget(self.stars)
        self.problem = label("", "error", wrap=True)
        box.addWidget(self.problem)
        self.why = WhyPanel()
        self.why.seed_blocked.connect(self.seed_blocked)
        self.why.weighed.connect(self.weighed)
        box.addWidget(self.why)
        self.topics = TopicsPart()
        self.topics.searched.connect(self.searched)
        box.addWidget(self.topics)
        self._chips_title = label(self.tr("Tags"), "heading")
        box.addWidget(self._chips_title)
        holder = QWidget()
        self._chips = FlowLayout(holder)
        box.addWidget(holder)
        self._about = label("", "muted", wrap=True)
        box.addWidget(self._about)
        self.speech = SpeechPart()
        box.addWidget(self.speech)
        box.addWidget(label(self.tr("File"), "heading"))
        facts = QWidget()
        self._facts = QFormLayout(facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setVerticalSpacing(theme.XS)
        box.addWidget(facts)
        self._similar_title = label(self.tr("More like this"), "heading")
        box.addLayout(self._similar_head())
        similar = QWidget()
        self._similar = QVBoxLayout(similar)
        self._similar.setContentsMargins(0, 0, 0, 0)
        self._similar.setSpacing(0)
        box.addWidget(similar)
        box.addStretch()
        area.setWidget(inner)
        outer.addWidget(area)
        self._area = area

    def show_top(self) -> None:
        """Show the beginning: of another item, not the place the last one was read to."""
        self._area.verticalScrollBar().setValue(0)

    def _similar_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._similar_title)
        row.addStretch()
        more = tool("dots-horizontal", self.tr("More like this, by sound, picture or words"), size=16)
        menu = QMenu(more)
        fill_similar(menu, 0, lambda _, by: self.similar_wanted.emit(by))
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.addWidget(more)
        return row

    def show_item(self, item: Item, pixmap: QPixmap | None) -> None:
        """Fill the pane."""
        self.cover.show_item(pixmap, item.kind, art_seed(item))
        self.title.setText(item.title)
        self.second.setText(" · ".join(str(x) for x in (subtitle(item), item.album, item.year) if x))
        self.stars.set_value(round(item.rating or 0))
        c = theme.tokens()
        self.like.setIcon(theme.icon("heart", c.accent) if item.liked == 1 else theme.icon("heart-outline"))
        self.dislike.setIcon(
            theme.icon("thumb-down", c.accent) if item.liked == -1 else theme.icon("thumb-down-outline")
        )
        self.problem.setText(item.reason or (self.tr("The file is not available now.") if not item.available else ""))
        self.problem.setVisible(bool(self.problem.text()))
        self._about.setText(item.description or "")
        self._about.setVisible(bool(item.description))
        self._show_tags(item)
        self._show_facts(item)

    def show_topics(self, topics: Sequence[ItemTopic]) -> None:
        """Show what the item is about and how it feels."""
        self.topics.show_topics(topics)

    def show_similar(self, items: Sequence[tuple[Item, str]]) -> None:
        """List similar items with what they are alike in."""
        clear_layout(self._similar)
        self._similar_title.setVisible(bool(items))
        for item, by in items:
            row = SimilarRow(item, by)
            row.clicked.connect(lambda _=False, i=item.id: self.opened.emit(i))
            self._similar.addWidget(row)

    def _show_tags(self, item: Item) -> None:
        clear_layout(self._chips)
        best: dict[str, tuple[float, list[str]]] = {}
        for tag in item.tags:
            if vocabulary().of_tag(tag.name) and tag.source not in ("file", "user"):
                continue  # said by the topics and moods above
            p, sources = best.get(tag.name, (0.0, []))
            best[tag.name] = (max(p, tag.p), [*sources, tag.source])
        ranked = sorted(best.items(), key=lambda pair: -pair[1][0])[:14]
        self._chips_title.setVisible(bool(ranked))
        for name, (p, sources) in ranked:
            tip = self.tr("{p} sure, from: {sources}").format(p=percent(p), sources=listed(sources))
            chip = Chip(name, tip)
            chip.clicked.connect(lambda _=False, n=name: self.searched.emit(n))
            self._chips.addWidget(chip)

    def _show_facts(self, item: Item) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        size = f"{decimal(item.size / 1e6, 1)} MB" if item.size else ""
        picture = f"{item.width} × {item.height}" if item.width and item.height else ""
        codecs = " + ".join(x for x in (item.video_codec, item.audio_codec) if x)
        name = PurePath(item.path).name.encode("utf-8", "replace").decode()
        rows = (
            (self.tr("Length"), duration(item.duration)),
            (self.tr("Name"), name),
            (self.tr("Format"), " · ".join(x for x in (item.container or "", codecs) if x)),
            (self.tr("Picture"), picture),
            (self.tr("Size"), size),
            (self.tr("Plays"), amount(item.plays) if item.plays else ""),
        )
        for key, value in rows:
            if value:
                text = ElidedLabel(value, "small")
                text.setText(value)
                self._facts.addRow(label(key, "small"), text)


def spoken_in(session: Session, item_id: int) -> Spoken:
    """Return what is said in an item, ready to be shown and filtered."""
    passages = session.features.passages(item_id)
    language = session.features.language(item_id) if passages else None
    return passages, [fold(passage.text) for passage in passages], language


class DetailController(QObject):
    """Shows the item that is current and keeps it up to date.

    Signals:
        problem: A message for the user.
    """

    problem = Signal(str)

    def __init__(
        self,
        pane: DetailPane,
        runner: Runner,
        session: Session,
        bridge: EventBridge,
        thumbnails: Thumbnails,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._runner = runner
        self._session = session
        self._thumbnails = thumbnails
        self.item: Item | None = None
        pane.closed.connect(self.close)
        thumbnails.ready.connect(self._picture_came)
        bridge.behaviour_changed.connect(lambda e: self._again([e.item_id]))
        bridge.features_stored.connect(lambda e: self._again(e.item_ids))
        bridge.items_changed.connect(lambda e: self._again(e.updated))

    def open(self, item_id: int) -> None:
        """Show an item."""
        if item_id <= 0:
            return
        session = self._session

        def work() -> tuple[Item, tuple[ItemTopic, ...], Spoken, list[tuple[Item, str]]]:
            item = session.library.item(item_id, session.profile)
            near = session.features.similar(item_id, SIMILAR, "all")
            by = {n.item_id: n.by for n in near}
            others = session.library.items_by_id(list(by), session.profile)
            topics = session.features.understanding.of(item_id)
            return item, topics, spoken_in(session, item_id), [(o, by[o.id]) for o in others]

        self._runner.run(work, self._show, lambda e: self.problem.emit(error_text(e)), key="detail", priority=7)
        if self.item is None or self.item.id != item_id:
            self._pane.why.hide()
            self._pane.show_top()

    def _explain(self, item: Item, topics: list[str]) -> None:
        """Say why the item is recommended; that comes after the rest, as the model may have to be loaded."""
        session = self._session

        def work() -> tuple[ExplanationDetail | None, dict[int, str]]:
            try:
                detail = session.recommend.explain(session.profile, item.id)
            except NotFoundError:  # its file is away, or it is not read yet
                return None, {}
            ids = [c.item for c in detail.causes] if detail is not None else []
            known = session.library.items_by_id([i for i in ids if i > 0], session.profile)
            return detail, {i.id: i.title for i in known}

        def show(found: tuple[ExplanationDetail | None, dict[int, str]]) -> None:
            if self.item is None or self.item.id != item.id:
                return
            self._pane.why.show_detail(*found, item.artist or item.series, topics)

        self._runner.run(work, show, lambda e: self.problem.emit(error_text(e)), key="why", priority=4)

    def close(self) -> None:
        """Hide the pane."""
        self.item = None
        self._pane.hide()

    def _again(self, ids: Sequence[int | None]) -> None:
        if self.item is not None and self._pane.isVisible() and self.item.id in ids:
            self.open(self.item.id)

    def _show(self, found: tuple[Item, tuple[ItemTopic, ...], Spoken, list[tuple[Item, str]]]) -> None:
        self.item, topics, spoken, others = found
        self._pane.show_item(self.item, self._thumbnails.get(self.item.id))
        self._pane.show_topics(topics)
        self._pane.speech.show_passages(*spoken)
        names = {
            "audio": self.tr("Alike in sound"),
            "video": self.tr("Alike in picture"),
            "text": self.tr("Alike in words"),
        }
        self._pane.show_similar([(o, names.get(by, self.tr("Alike"))) for o, by in others])
        self._pane.show()
        self._explain(self.item, [t.key for t in topics[:3]])

    def _picture_came(self, item_id: int) -> None:
        if self.item is not None and self.item.id == item_id:
            self._picture()

    def _picture(self) -> None:
        if self.item is not None:
            item = self.item
            self._pane.cover.show_item(self._thumbnails.get(item.id), item.kind, art_seed(item))
