"""The steps of an import that hold tables: mapping of columns, review of matches, result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDateTime, QLocale, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.behaviour.imports.columns import TableOptions, TablePreview
from avrec_desktop.ui import theme
from avrec_desktop.ui.imports_model import ACTS, BEST, DECISION, SCORE, THING, BadRowsModel, DoubtsModel, thing_text
from avrec_desktop.ui.texts import amount, percent, tr
from avrec_desktop.ui.widgets.basics import button, clear_layout, label

#: The first acts of a file: what, kind, value, seconds since the epoch.
Act = tuple[str, str, float, float]
#: Candidates that have a key of their own.
KEYS = 5


def role_name(role: str) -> str:
    """Return what a column can mean, in words."""
    names = {
        "user": tr("Who"), "item": tr("Item number"), "rating": tr("Rating"), "interest": tr("Interest or share"),
        "plays": tr("Number of plays"), "time": tr("Time"), "title": tr("Title"), "artist": tr("Artist"),
        "album": tr("Album"), "year": tr("Year"), "category": tr("Category"), "duration": tr("Length"),
        "path": tr("File"), "mbid": tr("MusicBrainz number"), "fingerprint": tr("Fingerprint"),
        "library_id": tr("Item of this library"),
    }  # fmt: skip
    return names.get(role, role)


def table_look(view: QTableView, name: str) -> None:
    """Dress a table of rows."""
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(32)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class MappingView(QWidget):
    """What a file was recognised as; for a table, what its columns mean, to be corrected.

    Signals:
        changed: The user corrected something; :meth:`options` and :meth:`form` tell.
        confirmed, left: Buttons.
    """

    changed = Signal()
    confirmed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.M)
        self._title = label("", "h2", wrap=True)
        box.addWidget(self._title)
        box.addWidget(self._controls())
        box.addWidget(self._who())
        self.problem = label("", "error", wrap=True)
        box.addWidget(self.problem)
        self._mapped_hint = self.tr("Check what each column means; the first rows show how it is read.")
        self._hint = label("", "muted")
        box.addWidget(self._hint)
        self.table = QTableWidget()
        table_look(self.table, self.tr("First rows of the table"))
        box.addWidget(self.table, 1)
        self._filler = QWidget()
        box.addWidget(self._filler, 1)
        row = QHBoxLayout()
        row.addWidget(button(self.tr("Another file"), self.left.emit))
        row.addStretch()
        self.go = button(self.tr("Read and match"), self.confirmed.emit, primary=True)
        row.addWidget(self.go)
        box.addLayout(row)
        self._roles: list[QComboBox] = []
        self._columns: tuple[str, ...] = ()

    def _controls(self) -> QWidget:
        self._bar = QFrame()
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        self.kind = QComboBox()
        for key, text in (
            ("history", self.tr("My own history")),
            ("behaviour", self.tr("What many people did")),
            ("items", self.tr("A list of items")),
        ):
            self.kind.addItem(text, key)
        self.delimiter = QComboBox()
        for key, text in (
            (",", self.tr("Comma")), (";", self.tr("Semicolon")), ("\t", self.tr("Tab")), ("|", "|"), ("::", "::"),
        ):  # fmt: skip
            self.delimiter.addItem(text, key)
        self.encoding = QComboBox()
        for name in ("utf-8-sig", "utf-16", "cp1252", "latin-1", "gb18030", "shift_jis", "cp1251"):
            self.encoding.addItem({"utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(name, name), name)
        self.header = QCheckBox(self.tr("First line has names"))
        for text, control in (
            (self.tr("It is"), self.kind),
            (self.tr("Between cells"), self.delimiter),
            (self.tr("Letters"), self.encoding),
        ):
            control.setAccessibleName(text)
            row.addWidget(label(text, "small"))
            row.addWidget(control)
            control.activated.connect(lambda _: self.changed.emit())
        self.header.clicked.connect(lambda _: self.changed.emit())
        row.addWidget(self.header)
        row.addStretch()
        return self._bar

    def _who(self) -> QWidget:
        self._people = QFrame()
        row = QHBoxLayout(self._people)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        self.me = QLineEdit()
        self.me.setPlaceholderText(self.tr("My name in it"))
        self.me.setAccessibleName(self.tr("The name in the table who is me"))
        self.me.setFixedWidth(140)
        self.me.editingFinished.connect(self._named)
        row.addWidget(label(self.tr("Who is me"), "small"))
        row.addWidget(self.me)
        about = self.tr(
            "With a name or number of a user, only what that one did is read, as your own history. Without, everybody "
            "helps the models. Import it once each way to have both."
        )
        row.addWidget(label(about, "small", wrap=True), 1)
        self._asked = ""
        return self._people

    def _named(self) -> None:
        """Look again where another name stands there now; leaving the field as it was is no change."""
        if self.me.text().strip() != self._asked:
            self._asked = self.me.text().strip()
            self.changed.emit()

    def begin(self) -> None:
        """Make ready for another file."""
        self.me.clear()
        self._asked = ""

    def show_problem(self, text: str) -> None:
        """Say why it cannot be read as it is told to, until that is corrected."""
        self.problem.setText(text)
        self.problem.show()
        self.go.setEnabled(False)

    def show_found(
        self,
        title: str,
        notes: Sequence[str],
        preview: TablePreview | None,
        sample: Sequence[Act] = (),
        *,
        people: bool = False,
    ) -> None:
        """Show what was recognised; ``preview`` for tables whose columns can be mapped, else the first acts.

        Args:
            title: What it is.
            notes: What else to say of it.
            preview: How the table is read.
            sample: The first acts.
            people: Whether many people are in it, one of whom may be the user.
        """
        self._title.setText("\n".join((title, *notes)))
        self._bar.setVisible(preview is not None)
        self._people.setVisible(people)
        self._hint.setText(self._mapped_hint if preview is not None else self.tr("The first of what was found:"))
        self.table.setVisible(preview is not None or bool(sample))
        self._filler.setVisible(preview is None and not sample)
        self.problem.setVisible(preview is not None and preview.problem is not None)
        self.go.setEnabled(preview is None or preview.problem is None)
        if preview is None:
            self._fill_sample(sample)
            return
        problem = preview.problem or ""
        self.problem.setText(problem[:1].upper() + problem[1:])
        form = preview.form or ("behaviour" if "user" in preview.roles else "history")
        self.kind.setCurrentIndex(max(0, self.kind.findData(form)))
        self.delimiter.setCurrentIndex(max(0, self.delimiter.findData(preview.delimiter)))
        at = self.encoding.findData(preview.encoding)
        if at < 0:
            self.encoding.addItem(preview.encoding, preview.encoding)
            at = self.encoding.count() - 1
        self.encoding.setCurrentIndex(at)
        self.header.setChecked(preview.header)
        self._fill(preview)

    def _fill(self, preview: TablePreview) -> None:
        from avrec_desktop.behaviour.imports.columns import ROLES

        roles = {column: role for role, column in preview.roles.items()}
        self._columns = preview.columns
        self.table.clear()
        self.table.setRowCount(len(preview.rows) + 1)
        self.table.setColumnCount(len(preview.columns))
        self.table.setHorizontalHeaderLabels(list(preview.columns))
        self._roles = []
        for n, column in enumerate(preview.columns):
            box = QComboBox()
            box.addItem(self.tr("Not used"), "")
            for role in ROLES:
                box.addItem(role_name(role), role)
            box.setCurrentIndex(max(0, box.findData(roles.get(column, ""))))
            box.setAccessibleName(self.tr("Meaning of the column {name}").format(name=column))
            box.activated.connect(lambda _, n=n: self._role_chosen(n))
            self.table.setCellWidget(0, n, box)
            self.table.setColumnWidth(n, 170)
            self._roles.append(box)
        self.table.setRowHeight(0, 44)
        for r, cells in enumerate(preview.rows, 1):
            for n, cell in enumerate(cells):
                self.table.setItem(r, n, QTableWidgetItem(cell[:200]))

    def _fill_sample(self, sample: Sequence[Act]) -> None:
        acts = {
            "complete": self.tr("Played"), "rate": self.tr("Rated"), "like": self.tr("Liked"),
            "dislike": self.tr("Disliked"), "play": self.tr("Played in part"), "skip": self.tr("Skipped"),
        }  # fmt: skip
        self._roles, self._columns = [], ()
        self.table.clear()
        self.table.setRowCount(len(sample))
        self.table.setColumnCount(4)
        self.table.setHorizontalHeaderLabels([self.tr("What"), self.tr("Act"), self.tr("Value"), self.tr("When")])
        for r, (what, kind, value, at) in enumerate(sample):
            when = QDateTime.fromSecsSinceEpoch(int(at))
            cells = (
                what, acts.get(kind, kind), "" if value != value else f"{value:g}",
                QLocale().toString(when, QLocale.FormatType.ShortFormat) if at > 0 else "",
            )  # fmt: skip
            for n, cell in enumerate(cells):
                self.table.setItem(r, n, QTableWidgetItem(cell[:300]))
            self.table.setRowHeight(r, 32)
        for n, width in enumerate((520, 130, 80, 180)):
            self.table.setColumnWidth(n, width)

    def _role_chosen(self, chosen: int) -> None:
        """A meaning belongs to one column."""
        role = self._roles[chosen].currentData()
        for n, box in enumerate(self._roles):
            if n != chosen and role and box.currentData() == role:
                box.setCurrentIndex(0)
        self.changed.emit()

    def options(self) -> TableOptions:
        """Return how it is to be read, as set on the page."""
        me = self.me.text().strip() or None
        if not self._columns:
            return TableOptions(me=me)
        roles = {
            box.currentData(): column
            for box, column in zip(self._roles, self._columns, strict=True)
            if box.currentData()
        }
        kind = self.kind.currentData()
        return TableOptions(
            self.delimiter.currentData(), self.encoding.currentData(), self.header.isChecked(), roles, kind,
            me if kind == "behaviour" else None,
        )  # fmt: skip


class DoubtsTable(QTableView):
    """Uncertain matches; keys 1 to 5 take a candidate, Enter the best, N none of them, Delete leaves it open.

    Signals:
        key_chosen: (number of the candidate from 0, -1 none of them, -2 open).
    """

    key_chosen = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide by keys."""
        keys: dict[int, int] = {Qt.Key.Key_1 + n: n for n in range(KEYS)}
        keys |= {Qt.Key.Key_Return: 0, Qt.Key.Key_Enter: 0, Qt.Key.Key_N: -1, Qt.Key.Key_Delete: -2}
        if event.key() in keys and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.key_chosen.emit(keys[event.key()])
        else:
            super().keyPressEvent(event)


class ReviewView(QWidget):
    """Uncertain matches and what they may be.

    Signals:
        finished, discarded: Buttons.
        searched: (text) another library item is looked for; :meth:`show_others` answers.
    """

    finished = Signal()
    discarded = Signal()
    searched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.M)
        self.about = label("", "muted", wrap=True)
        box.addWidget(self.about)
        self.model = DoubtsModel(self)
        self.table = DoubtsTable()
        self.table.setModel(self.model)
        table_look(self.table, self.tr("Uncertain matches"))
        header = self.table.horizontalHeader()
        for column in (THING, BEST):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in ((ACTS, 70), (SCORE, 70), (DECISION, 150)):
            self.table.setColumnWidth(column, width)
        self.table.key_chosen.connect(self.choose)
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        box.addWidget(self.table, 1)
        self._frame = QFrame()
        self._frame.setObjectName("panel")
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        inner.setSpacing(theme.XS)
        self._question = label("", "", wrap=True)
        inner.addWidget(self._question)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(theme.XS)
        inner.addLayout(self._answers)
        self.other = QLineEdit()
        self.other.setPlaceholderText(self.tr("Another item: type its title and press Enter"))
        self.other.setAccessibleName(self.tr("Search for another item"))
        self.other.returnPressed.connect(lambda: self.searched.emit(self.other.text().strip()))
        inner.addWidget(self.other)
        box.addWidget(self._frame)
        row = QHBoxLayout()
        self.discard = button(self.tr("Discard the import"), self.discarded.emit)
        row.addWidget(self.discard)
        self.rest = button(self.tr("Take all that are 90% alike"), lambda: self.model.accept_from(0.9))
        row.addWidget(self.rest)
        row.addStretch()
        self._count = label("", "small")
        row.addWidget(self._count)
        self.finish = button(self.tr("Import"), self.finished.emit, primary=True)
        row.addWidget(self.finish)
        box.addLayout(row)
        self.model.decided.connect(self._show_count)

    def begin(self, about: str, *, fresh: bool) -> None:
        """Go to the first row; ``fresh``: of an import that is not visible yet."""
        self.about.setText(about)
        self.discard.setText(self.tr("Discard the import") if fresh else self.tr("Leave as it is"))
        self.discard.setAccessibleName(self.discard.text())
        self.finish.setText(self.tr("Import") if fresh else self.tr("Store"))
        self.finish.setAccessibleName(self.finish.text())
        some = self.model.rowCount() > 0
        for widget in (self.table, self._frame, self.rest, self._count):
            widget.setVisible(some)
        if some:
            self.table.setCurrentIndex(self.model.index(0, 0))
            self.table.setFocus()
        else:
            self.finish.setFocus()

    def choose(self, candidate: int) -> None:
        """Decide about the selected rows and go on: a candidate from 0, -1 none of them, -2 leave open."""
        current = self.table.currentIndex().row()
        rows = [i.row() for i in self.table.selectionModel().selectedRows()] or [current]
        if candidate == -2:
            self.model.leave_open(rows)
        else:
            self.model.decide(rows, None if candidate < 0 else candidate)
        following = max(rows) + 1
        if following < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(following, 0))

    def show_others(self, found: Sequence[tuple[int, str]]) -> None:
        """Offer library items that were looked for, in the place of the candidates."""
        clear_layout(self._answers)
        for item, name in found:
            take = lambda item=item, name=name: self._take_other(item, name)  # noqa: E731 - one per button
            self._answers.addWidget(_answer(name, take))
        if not found:
            self._answers.addWidget(label(self.tr("Nothing in your library is called like this."), "muted"))

    def _take_other(self, item: int, name: str) -> None:
        row = self.table.currentIndex().row()
        self.model.decide_other(row, item, name)
        self.table.setFocus()
        if row + 1 < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row + 1, 0))

    def _show_current(self, current: QModelIndex) -> None:
        clear_layout(self._answers)
        self.other.clear()
        doubt = self.model.doubt(current.row())
        if doubt is None:
            self._question.setText("")
            return
        self._question.setText(self.tr("“{name}” is:").format(name=thing_text(doubt)))
        answers: list[tuple[str, int]] = [
            (f"{n + 1}   {self.model.name(c.item_id)}   ({percent(c.score)})", n)
            for n, c in enumerate(doubt.candidates[:KEYS])
        ]
        for text, n in (*answers, (self.tr("N   none of them"), -1)):
            self._answers.addWidget(_answer(text, lambda n=n: self.choose(n)))  # type: ignore[misc]

    def _show_count(self) -> None:
        done, n = len(self.model.decisions), self.model.rowCount()
        self._count.setText(self.tr("{n} of {m} decided; the others stay open").format(n=amount(done), m=amount(n)))


def _answer(text: str, on_click: Callable[[], object]) -> QWidget:
    out = button(text, on_click)
    out.setStyleSheet("text-align: left; font-weight: 400; padding: 4px 12px;")
    return out


class ResultView(QWidget):
    """What an import brought.

    Signals:
        closed, undone: Buttons.
    """

    closed = Signal()
    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.M)
        self.title = label("", "h2", wrap=True)
        box.addWidget(self.title)
        self.text = label("", "", wrap=True)
        box.addWidget(self.text)
        self.bad = BadRowsModel(self)
        self.table = QTableView()
        self.table.setModel(self.bad)
        table_look(self.table, self.tr("Rows that were left out"))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(0, 220)
        self.table.setColumnWidth(1, 90)
        box.addWidget(self.table, 1)
        self._filler = QWidget()
        box.addWidget(self._filler, 1)
        row = QHBoxLayout()
        self.undo = button(self.tr("Undo the import"), self.undone.emit, icon="undo")
        row.addWidget(self.undo)
        row.addStretch()
        self.done = button(self.tr("Done"), self.closed.emit, primary=True)
        row.addWidget(self.done)
        box.addLayout(row)

    def show_result(self, title: str, lines: Sequence[str], *, can_undo: bool) -> None:
        """Show the counts; the bad rows are those of :attr:`bad`."""
        self.title.setText(title)
        self.text.setText("\n".join(lines))
        some = self.bad.rowCount() > 0
        self.table.setVisible(some)
        self._filler.setVisible(not some)
        self.table.setColumnHidden(0, not any(self.bad.data(self.bad.index(n, 0)) for n in range(self.bad.rowCount())))
        self.undo.setVisible(can_undo)
        self.done.setFocus()
