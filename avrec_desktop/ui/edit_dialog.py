"""Correcting one item or many: what differs is left alone unless something is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from avrec_desktop.api.errors import InputError
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.edits import WRITABLE, TagWrite
from avrec_desktop.library.types import Item
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.widgets.basics import label
from avrec_desktop.ui.workers import JobCenter, Runner

FIELDS = ("title", "artist", "album", "genre", "year", "track", "series", "season", "episode", "description")
_WHOLE = frozenset({"year", "track", "season", "episode"})


class EditDialog(QDialog):
    """Layout of the dialog.

    Args:
        items: What is edited.
        parent: The window.

    Signals:
        chosen: (fields that were changed, whether to write them into the files too).
    """

    chosen = Signal(object, bool)

    def __init__(self, items: Sequence[Item], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Edit details"))
        self.setMinimumWidth(theme.scaled(520))
        names = {
            "title": self.tr("Title"), "artist": self.tr("Artist"), "album": self.tr("Album"),
            "genre": self.tr("Genre"), "year": self.tr("Year"), "track": self.tr("Track"),
            "series": self.tr("Series"), "season": self.tr("Season"), "episode": self.tr("Episode"),
            "description": self.tr("Description"), "tags": self.tr("Tags"),
        }  # fmt: skip
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.XL, theme.L)
        box.setSpacing(theme.S)
        if len(items) > 1:
            box.addWidget(label(self.tr("{n} items").format(n=len(items)), "muted"))
        form = QFormLayout()
        form.setHorizontalSpacing(theme.L)
        form.setVerticalSpacing(theme.S)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.edits: dict[str, QLineEdit] = {}
        self._before: dict[str, str] = {}
        for name in (*FIELDS, "tags"):
            values = {_shown(item, name) for item in items}
            edit = QLineEdit(values.pop() if len(values) == 1 else "")
            edit.setAccessibleName(names[name])
            if values:
                edit.setPlaceholderText(self.tr("Several values; stays as it is"))
            self._before[name] = edit.text()
            self.edits[name] = edit
            form.addRow(names[name], edit)
        self.edits["tags"].setToolTip(self.tr("Separated by commas"))
        box.addLayout(form)
        self.into_files = QCheckBox(self.tr("Also write into the files (title, artist, album, genre, year, track)"))
        box.addWidget(self.into_files)
        box.addWidget(label(self.tr("Otherwise the files are never touched. Both can be undone."), "small", wrap=True))
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()
        box.addWidget(self.trouble)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)
        self.edits["title" if len(items) == 1 else "artist"].setFocus()

    def changed(self) -> dict[str, Any]:
        """Return the fields that were changed.

        Raises:
            InputError: A number is none.
        """
        out: dict[str, Any] = {}
        for name, edit in self.edits.items():
            text = edit.text().strip()
            if text == self._before[name]:
                continue
            if name == "tags":
                out[name] = [tag for part in text.split(",") if (tag := part.strip())]
            elif name in _WHOLE and text:
                if not (text.isascii() and text.isdigit()):
                    raise InputError(self.tr("{name} must be a whole number.").format(name=edit.accessibleName()))
                out[name] = int(text)
            else:
                out[name] = text or None
        return out

    def _accept(self) -> None:
        try:
            fields = self.changed()
        except InputError as error:
            self.trouble.setText(error_text(error))
            self.trouble.show()
            return
        if fields:
            self.chosen.emit(fields, self.into_files.isChecked())
        self.accept()


def _shown(item: Item, name: str) -> str:
    if name == "tags":
        return ", ".join(tag.name for tag in item.tags if tag.source == "user")
    value = getattr(item, name)
    return "" if value is None else str(value)


class EditController(QObject):
    """Opens the dialog and carries out what was chosen.

    Signals:
        problem: A message for the user.
    """

    problem = Signal(str)

    def __init__(
        self, runner: Runner, jobs: JobCenter, session: Session, actions: Actions, window: QWidget, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runner, self._jobs, self._session = runner, jobs, session
        self._actions, self._window = actions, window
        self.dialog: EditDialog | None = None

    def extend_menu(self, menu: QMenu, ids: list[int]) -> None:
        """Add "Edit details" to a menu of items."""
        menu.addSeparator()
        menu.addAction(self.tr("Edit details …")).triggered.connect(lambda _=False: self.open(ids))

    def open(self, ids: Sequence[int]) -> None:
        """Edit items."""
        library, profile = self._session.library, self._session.profile
        self._runner.run(
            lambda: [library.item(i, profile) for i in ids] if len(ids) < 50 else library.items_by_id(ids, profile),
            self._open,
            lambda e: self.problem.emit(error_text(e)),
        )

    def _open(self, items: list[Item]) -> None:
        if not items:
            return
        dialog = self.dialog = EditDialog(items, self._window)
        ids = [item.id for item in items]
        dialog.chosen.connect(lambda fields, files: self.save(ids, fields, into_files=files))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, ids: list[int], fields: dict[str, Any], *, into_files: bool) -> None:
        """Store the changes and, where it was asked for, write them into the files."""
        library = self._session.library

        def work() -> Callable[[], object]:
            change = library.edit(ids, fields)
            return lambda: library.undo_edit(change)

        self._actions.do(work, counted(len(ids), self.tr("Changed {n} item."), self.tr("Changed {n} items.")))
        names = [name for name in fields if name in WRITABLE]
        if into_files and names:
            self._jobs.start(
                self.tr("Writing tags into files"),
                "write-tags",
                lambda job: library.write_tags(ids, names, job),
                self._written,
            )

    def _written(self, write: TagWrite) -> None:
        library = self._session.library

        if write.ids:
            self._actions.note_done(
                counted(len(write.ids), self.tr("Wrote tags into {n} file."), self.tr("Wrote tags into {n} files.")),
                lambda: library.undo_write(write, Job()),
            )
        if write.failed:
            first = write.failed[0]
            one = self.tr("{n} file could not be written. {name}: {why}")
            many = self.tr("{n} files could not be written. {name}: {why}")
            name = first.path.rpartition("/")[2].encode("utf-8", "replace").decode()
            self.problem.emit(counted(len(write.failed), one, many, name=name, why=said(first.reason)))
