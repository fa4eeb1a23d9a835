"""The page of imports: choose, look at what was recognised, decide about uncertain matches, result; past imports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.behaviour.imports.results import PastImport, Summary
from avrec_desktop.jobs import Progress
from avrec_desktop.ui import theme
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import amount, counted, left, tr
from avrec_desktop.ui.widgets.basics import ElidedLabel, button, clear_layout, label, section, tool
from avrec_desktop.ui.widgets.imports import MappingView, ResultView, ReviewView


def format_name(form: str) -> str:
    """Return the name of a format in the user's language; names of programs stay."""
    names = {
        "behaviour": tr("Table of many people"),
        "history": tr("Table of one's own history"),
        "items": tr("Table of items"),
        "nfo": tr("Kodi or Jellyfin"),
        "movielens": "MovieLens", "lastfm": "Last.fm", "listenbrainz": "ListenBrainz", "trakt": "Trakt",
        "letterboxd": "Letterboxd", "avrec": "avrec",
    }  # fmt: skip
    return names.get(form, tr("Table"))


class PastRow(QFrame):
    """One past import.

    Signals:
        undone, redone, reviewed, removed: (id).
    """

    undone = Signal(int)
    redone = Signal(int)
    reviewed = Signal(int)
    removed = Signal(int)

    def __init__(self, past: PastImport) -> None:
        super().__init__()
        self.setObjectName("panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = PurePath(past.source).name or past.source
        title = ElidedLabel()
        title.setText(f"{format_name(past.format)} · {name}")
        words.addWidget(title)
        about = ElidedLabel("", "small")
        about.setText(" · ".join(self._about(past)))
        words.addWidget(about)
        row.addLayout(words, 1)
        open_ = past.summary.get("uncertain", 0)
        if past.state == "done" and open_:
            text = counted(open_, self.tr("Decide {n} match"), self.tr("Decide {n} matches"))
            review = button(text, lambda: self.reviewed.emit(past.id))
            review.setAccessibleName(f"{text}, {name}")
            row.addWidget(review)
        if past.state == "done":
            undo = tool("undo", self.tr("Undo the import of {name}").format(name=name))
            undo.clicked.connect(lambda: self.undone.emit(past.id))
        else:
            undo = tool("redo", self.tr("Bring the import of {name} back").format(name=name))
            undo.clicked.connect(lambda: self.redone.emit(past.id))
        row.addWidget(undo)
        if past.state == "undone":
            text = self.tr("Remove the import of {name} for good").format(name=name)
            row.addWidget(tool("delete-outline", text, lambda: self.removed.emit(past.id)))

    def _about(self, past: PastImport) -> list[str]:
        at = QDateTime.fromSecsSinceEpoch(int(past.at))
        parts = [QLocale().toString(at, QLocale.FormatType.ShortFormat)]
        if past.state == "undone":
            parts.append(self.tr("undone"))
        parts.append(past.profile if past.profile is not None else self.tr("many people"))
        if past.summary:
            acts, matched, bad = (past.summary.get(name, 0) for name in ("interactions", "matched", "n_bad"))
            parts.append(counted(acts, self.tr("{n} act"), self.tr("{n} acts")))
            parts.append(counted(matched, self.tr("{n} item in your library"), self.tr("{n} items in your library")))
            if bad:
                parts.append(counted(bad, self.tr("{n} row left out"), self.tr("{n} rows left out")))
        return parts


def _formats() -> QGridLayout:
    """Return what to choose of each program."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.XL)
    grid.setVerticalSpacing(theme.S)
    grid.setColumnStretch(1, 1)
    for n, (name, what) in enumerate(
        (
            ("Last.fm", tr("A CSV or JSON file of your scrobbles, as the usual exporters write it")),
            ("ListenBrainz", tr("The zip of your listens, with loves and hates, or a JSON file")),
            ("Trakt", tr("The zip, folder or JSON of your history and ratings")),
            ("Letterboxd", tr("The zip of your account: diary, watched, ratings, likes")),
            (tr("Kodi, Jellyfin"), tr("The folder of your media, with its .nfo files")),
            ("MovieLens", tr("Folder or zip of any of its sizes")),
            (tr("Any table"), tr("A title or path, and a time, a rating or a number of plays; you say what is what")),
        )
    ):
        grid.addWidget(label(name, "cardTitle"), n, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(what, "muted", wrap=True), n, 1)
    return grid


class StartView(QWidget):
    """The first step: what to choose, and past imports.

    Signals:
        file_wanted, folder_wanted: Buttons.
    """

    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.M)
        about = self.tr(
            "Bring what you heard and watched elsewhere, or what many people liked: exports of Last.fm, ListenBrainz, "
            "Trakt and Letterboxd, watch state of Kodi and Jellyfin, MovieLens, or any table. It stays on this "
            "machine, and every import can be undone as a whole."
        )
        box.addWidget(label(about, "muted", wrap=True))
        row = QHBoxLayout()
        text = self.tr("Choose a file")
        row.addWidget(button(text, self.file_wanted.emit, icon="file-import-outline", primary=True))
        row.addWidget(button(self.tr("Choose a folder"), self.folder_wanted.emit, icon="folder-open-outline"))
        row.addStretch()
        box.addLayout(row)
        self._known, known = section(self.tr("What can be read"))
        known.addLayout(_formats())
        box.addWidget(self._known)
        self._heading = label(self.tr("Past imports"), "h2")
        box.addWidget(self._heading)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self.rows = QVBoxLayout(inner)
        self.rows.setContentsMargins(0, 0, theme.S, theme.L)
        self.rows.setSpacing(theme.S)
        area.setWidget(inner)
        box.addWidget(area, 1)

    def show_past(self, rows: Sequence[PastRow]) -> None:
        """List past imports."""
        clear_layout(self.rows)
        self._heading.setVisible(bool(rows))
        self._known.setVisible(not rows)
        for row in rows:
            self.rows.addWidget(row)
        self.rows.addStretch()


class BusyView(QWidget):
    """What is going on, how long it takes, and a way out.

    Signals:
        cancelled: Button.
    """

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.addStretch(2)
        self._text = label("", "h2")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(self._text)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the import"))
        self._bar.setFixedWidth(420)
        box.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        self._eta = label("", "small")
        self._eta.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(self._eta)
        self.cancel = button(self.tr("Cancel the import"), self.cancelled.emit)
        box.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)

    def begin(self, text: str) -> None:
        """Show that something begins."""
        self._text.setText(text)
        self._bar.setRange(0, 0)
        self._eta.setText("")

    def show_progress(self, progress: Progress) -> None:
        """Show where it stands."""
        fraction = progress.fraction
        self._bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._bar.setValue(round(1000 * fraction))
        words = said(progress.message.encode("utf-8", "replace").decode())
        self._eta.setText(" · ".join(p for p in (words, left(progress.eta)) if p))


class ImportsPage(QWidget):
    """Layout of the page of imports.

    Signals:
        left: Back to the settings.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.XL, theme.S)
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(tool("arrow-left", self.tr("Back to the settings"), self.left.emit))
        head.addWidget(label(self.tr("Imports"), "h1"))
        head.addStretch()
        box.addLayout(head)
        self.start = StartView()
        self.mapping = MappingView()
        self.busy = BusyView()
        self.review = ReviewView()
        self.result = ResultView()
        self.steps = QStackedWidget()
        for view in (self.start, self.mapping, self.busy, self.review, self.result):
            self.steps.addWidget(view)
        box.addWidget(self.steps, 1)

    def show_step(self, view: QWidget) -> None:
        """Show a step."""
        self.steps.setCurrentWidget(view)


def summary_lines(summary: Summary) -> list[str]:
    """Return the counts of an import in words."""
    lines = [tr("{n} acts about {m} items were read.").format(n=amount(summary.interactions), m=amount(summary.items))]
    if summary.matched:
        one, many = tr("{n} item is in your library."), tr("{n} items are in your library.")
        lines.append(counted(summary.matched, one, many))
    if summary.unmatched:
        one = tr("{n} item is not in your library. It stays in the background and helps the models to learn.")
        many = tr("{n} items are not in your library. They stay in the background and help the models to learn.")
        lines.append(counted(summary.unmatched, one, many))
    if summary.uncertain:
        one = tr("{n} item may be in your library: please decide.")
        many = tr("{n} items may be in your library: please decide.")
        lines.append(counted(summary.uncertain, one, many))
    if summary.events:
        one, many = tr("{n} act is new in your history."), tr("{n} acts are new in your history.")
        lines.append(counted(summary.events, one, many))
    if summary.duplicates:
        one = tr("{n} act was known from an earlier import.")
        many = tr("{n} acts were known from an earlier import.")
        lines.append(counted(summary.duplicates, one, many))
    if summary.n_bad:
        lines.append(counted(summary.n_bad, tr("{n} row was left out."), tr("{n} rows were left out.")))
    return [*lines, *summary.notes]
