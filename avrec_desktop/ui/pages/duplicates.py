"""The duplicates page: copies side by side, each to be heard or seen; one goes to the trash only when asked to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from PySide6.QtCore import QEvent, QFile, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QEnterEvent, QFocusEvent, QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from avrec_desktop.api.errors import InputError
from avrec_desktop.features.duplicates import Copy, Duplicates
from avrec_desktop.jobs.job import Job
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.preview import Preview
from avrec_desktop.ui.texts import counted, decimal, duration, error_text, percent
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.basics import (
    ElidedLabel,
    EmptyState,
    FlowLayout,
    button,
    clear_layout,
    label,
    page_scroll,
    tool,
)
from avrec_desktop.ui.widgets.card import Art
from avrec_desktop.ui.workers import Runner

#: Groups shown at once.
SHOWN = 40
#: Width of a copy.
TILE = 308


def megabytes(size: int) -> str:
    """Return a size for people."""
    return f"{decimal(size / 1e9, 2)} GB" if size >= 1e9 else f"{decimal(size / 1e6, 1)} MB"


class CopyTile(QFrame):
    """One copy: picture, facts, and what can be done with it.

    Signals:
        entered, left: Pointer or focus came and went.
        played, shown, trashed: Buttons.
    """

    entered = Signal()
    left = Signal()
    played = Signal()
    shown = Signal()
    trashed = Signal()

    def __init__(self, copy: Copy, *, best: bool) -> None:
        super().__init__()
        self.copy = copy
        self.setObjectName("card")
        self.setFixedWidth(TILE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, theme.S)
        box.setSpacing(theme.XS)
        self.art = Art("video" if copy.width else "audio", copy.title)
        self.art.setFixedHeight(round(TILE * 9 / 16))
        box.addWidget(self.art)
        words = QVBoxLayout()
        words.setContentsMargins(theme.M, theme.XS, theme.M, 0)
        words.setSpacing(2)
        name = PurePath(copy.path).name.encode("utf-8", "replace").decode()
        folder = str(PurePath(copy.path).parent).encode("utf-8", "replace").decode()
        facts = [megabytes(copy.size), duration(copy.duration)]
        if copy.width and copy.height:
            facts.append(f"{copy.width}×{copy.height}")
        if copy.bit_rate:
            facts.append(f"{round(copy.bit_rate / 1000)} kbit/s")
        if copy.codec:
            facts.append(copy.codec)
        for text, style in ((name, "cardTitle"), (" · ".join(filter(None, facts)), "small"), (folder, "small")):
            middle = text == folder  # its last parts tell copies apart
            line = ElidedLabel("", style, elide=Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight)
            line.setText(text)
            words.addWidget(line)
        box.addLayout(words)
        row = QHBoxLayout()
        row.setContentsMargins(theme.M, 0, theme.S, 0)
        row.addWidget(label(self.tr("Best quality") if best else "", "small"), 1)
        row.addWidget(tool("play", self.tr("Play {name}").format(name=name), self.played.emit))
        row.addWidget(
            tool("folder-open-outline", self.tr("Show {name} in its folder").format(name=name), self.shown.emit)
        )
        row.addWidget(
            tool("trash-can-outline", self.tr("Move {name} to the trash").format(name=name), self.trashed.emit)
        )
        box.addLayout(row)
        self.setAccessibleName(f"{name}, {', '.join(facts)}, {folder}")

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell that the pointer is here."""
        super().enterEvent(event)
        self.entered.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer went."""
        super().leaveEvent(event)
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the focus is here."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the focus went."""
        super().focusOutEvent(event)
        self.left.emit()


class DuplicatesPage(QWidget):
    """Layout of the duplicates page."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, theme.GUTTER, 0)
        head.setSpacing(theme.M)
        head.addWidget(label(self.tr("Duplicates"), "h1"))
        self.count = label("", "muted")
        head.addWidget(self.count)
        head.addStretch()
        self.refresh = tool("refresh", self.tr("Look for duplicates again"))
        head.addWidget(self.refresh)
        outer.addLayout(head)
        outer.addWidget(
            label(
                self.tr(
                    "Copies of one file, and other encodings of one recording. Nothing is removed unless you move it to"
                    " the trash yourself; ratings and plays stay with the copy that is left."
                ),
                "muted",
                wrap=True,
            )
        )
        self.stack = QStackedWidget()
        inner = QWidget()
        self.groups = QVBoxLayout(inner)
        self.groups.setContentsMargins(0, theme.S, theme.S, theme.L)
        self.groups.setSpacing(theme.M)
        area = page_scroll(inner)
        self.none = EmptyState(
            "check-circle-outline",
            self.tr("No duplicates"),
            self.tr("Other encodings of a recording are found once both have been analysed."),
        )
        self.wait = EmptyState("progress-clock", self.tr("Looking for duplicates …"), "")
        for page in (area, self.none, self.wait):
            self.stack.addWidget(page)
        outer.addWidget(self.stack, 1)


class DuplicatesController(QObject):
    """Finds and shows duplicates.

    Signals:
        opened: (item id) show it in the detail pane.
        problem: A message for the user.
    """

    opened = Signal(int)
    problem = Signal(str)
    _undone = Signal()

    def __init__(
        self,
        page: DuplicatesPage,
        runner: Runner,
        session: Session,
        actions: Actions,
        thumbnails: Thumbnails,
        preview: Preview,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._runner, self._session = page, runner, session
        self._actions, self._thumbnails, self._preview = actions, thumbnails, preview
        self.found: list[Duplicates] = []
        self.tiles: list[CopyTile] = []
        self._limit = SHOWN
        self._hot: CopyTile | None = None
        page.refresh.clicked.connect(self.load)
        self._undone.connect(self.load)
        thumbnails.ready.connect(self._picture)
        preview.frame.connect(self._frame)
        preview.progressed.connect(self._progress)
        preview.failed.connect(lambda _, why: self._note(why))

    def load(self) -> None:
        """Look for duplicates."""
        self._page.stack.setCurrentWidget(self._page.wait)
        self._runner.run(
            self._session.features.duplicates,
            self._show,
            lambda e: self.problem.emit(error_text(e)),
            key="duplicates",
            long=True,
        )

    def _show(self, found: list[Duplicates]) -> None:
        self.found = found
        self._leave(self._hot)
        self.tiles = []
        clear_layout(self._page.groups)
        spare = sum(group.spare for group in found)
        one, many = self.tr("{n} group · {size} in further copies"), self.tr("{n} groups · {size} in further copies")
        text = counted(len(found), one, many, size=megabytes(spare))
        self._page.count.setText(text if found else "")
        for group in found[: self._limit]:
            self._page.groups.addWidget(self._group(group))
        if len(found) > self._limit:
            self._page.groups.addWidget(button(self.tr("Show more"), self._more))
        self._page.groups.addStretch()
        self._page.stack.setCurrentIndex(0 if found else 1)

    def _more(self) -> None:
        self._limit += SHOWN
        self._show(self.found)

    def _group(self, group: Duplicates) -> QWidget:
        frame = QFrame()
        frame.setObjectName("panel")
        box = QVBoxLayout(frame)
        box.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
        box.setSpacing(theme.M)
        kind = (
            self.tr("The same file {n} times").format(n=len(group.copies))
            if group.kind == "exact"
            else self.tr("Sounds or looks the same ({p})").format(p=percent(group.likeness))
        )
        head = QHBoxLayout()
        title = ElidedLabel("", "h2")
        title.setText(group.copies[0].title)
        head.addWidget(title, 1)
        head.addWidget(label(kind, "muted"))
        if group.kind == "near":
            apart = button(self.tr("Not duplicates"), lambda: self.tell_apart(group))
            apart.setAccessibleName(self.tr("Not duplicates: {title}").format(title=group.copies[0].title))
            head.addWidget(apart)
        box.addLayout(head)
        flow = FlowLayout(spacing=theme.M)
        for number, copy in enumerate(group.copies):
            tile = CopyTile(copy, best=number == 0 and group.kind == "near")
            tile.art.set_pixmap(self._thumbnails.get(copy.item_id))
            tile.entered.connect(lambda tile=tile: self._enter(tile))
            tile.left.connect(lambda tile=tile: self._leave(tile))
            tile.played.connect(lambda copy=copy: self._actions.play(copy.item_id))
            tile.shown.connect(lambda copy=copy: self._show_folder(copy))
            tile.trashed.connect(lambda copy=copy: self.trash(copy))
            self.tiles.append(tile)
            flow.addWidget(tile)
        box.addLayout(flow)
        return frame

    # -- previews

    def _enter(self, tile: CopyTile) -> None:
        if tile is not self._hot:
            self._leave(self._hot)
            self._hot = tile
            self._preview.hover(tile.copy.item_id)

    def _leave(self, tile: CopyTile | None) -> None:
        if tile is not None and tile is self._hot:
            self._hot = None
            self._preview.leave()
            tile.art.set_playing(False)
            tile.art.set_frame(None)
            tile.art.set_note("")

    def _frame(self, image: QImage) -> None:
        if self._hot is not None:
            self._hot.art.set_frame(image)

    def _progress(self, share: float) -> None:
        if self._hot is not None:
            self._hot.art.set_playing(True, share)

    def _note(self, why: str) -> None:
        if self._hot is not None:
            self._hot.art.set_note(why)

    def _picture(self, item_id: int) -> None:
        for tile in self.tiles:
            if tile.copy.item_id == item_id:
                tile.art.set_pixmap(self._thumbnails.get(item_id))

    # -- acts

    @staticmethod
    def _show_folder(copy: Copy) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(copy.path).parent)))

    def tell_apart(self, group: Duplicates) -> None:
        """Remember that a group holds different recordings, and show it no more; an undo brings it back."""
        self._leave(self._hot)
        features = self._session.features

        def done(forget: Callable[[], None]) -> None:
            def back() -> None:
                forget()
                self._undone.emit()

            text = self.tr("{title}: not shown as duplicates any more.").format(title=group.copies[0].title)
            self._actions.note_done(text, back)
            self._show([g for g in self.found if g is not group])

        self._runner.run(
            lambda: features.tell_apart(copy.item_id for copy in group.copies),
            done,
            lambda e: self.problem.emit(error_text(e)),
        )

    def trash(self, copy: Copy) -> None:
        """Move one copy to the trash; an undo brings it back."""
        self._leave(self._hot)
        library, folder = self._session.library, Path(copy.path).parent

        def back(place: str) -> None:
            if Path(copy.path).exists() or not Path(place).exists():
                raise InputError("it cannot be brought back from the trash.", path=copy.path)
            Path(place).rename(copy.path)
            library.scan([folder], Job())
            self._undone.emit()

        def work() -> str:
            moved, place = QFile.moveToTrash(copy.path)
            if not moved:
                raise InputError(
                    "it cannot be moved to the trash.", path=copy.path, hint="Is there a trash on its drive?"
                )
            library.scan([folder], Job())
            return str(place)

        def done(place: str) -> None:
            name = PurePath(copy.path).name
            self._actions.note_done(self.tr("Moved {name} to the trash.").format(name=name), lambda: back(place))
            self._show(without(self.found, copy))

        self._runner.run(work, done, lambda e: self.problem.emit(error_text(e)), long=True)


def without(groups: Sequence[Duplicates], copy: Copy) -> list[Duplicates]:
    """Return the groups less one copy; a group of one is none."""
    left = (Duplicates(g.kind, g.likeness, tuple(c for c in g.copies if c.path != copy.path)) for g in groups)
    return [group for group in left if len(group.copies) > 1]
