"""The parts of the settings page about one's data: imports, exports, encryption, erasing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.behaviour.export import ExportResult, backup_name, export_history
from avrec_desktop.jobs import Job
from avrec_desktop.privacy.encrypt import MIN_PASSPHRASE, SUFFIX, decrypt_file
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import amount, counted, error_text
from avrec_desktop.ui.widgets.basics import FlowLayout, button, label, section
from avrec_desktop.ui.workers import JobCenter, Runner


class DataSections(QWidget):
    """Imports, and what can be done with one's own data.

    Signals:
        imports_wanted, export_wanted, decrypt_wanted, erase_wanted: Buttons.
    """

    imports_wanted = Signal()
    export_wanted = Signal()
    decrypt_wanted = Signal()
    erase_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.M)
        frame, box = section(self.tr("Data"))
        text = self.tr("Histories of other programs make the recommendations yours from the first day.")
        box.addWidget(label(text, "muted", wrap=True))
        row = QHBoxLayout()
        name = self.tr("Import listening and watch history …")
        row.addWidget(button(name, self.imports_wanted.emit, icon="database-import-outline"))
        row.addStretch()
        box.addLayout(row)
        outer.addWidget(frame)
        frame, box = section(self.tr("Privacy"))
        text = self.tr(
            "Everything you do stays in this library on this machine. You can read it, take it with you, and erase it."
        )
        box.addWidget(label(text, "muted", wrap=True))
        flow = FlowLayout(spacing=theme.S)
        flow.addWidget(button(self.tr("Export my data …"), self.export_wanted.emit, icon="database-export-outline"))
        flow.addWidget(
            button(self.tr("Open an encrypted export …"), self.decrypt_wanted.emit, icon="lock-open-outline")
        )
        flow.addWidget(button(self.tr("Erase my history …"), self.erase_wanted.emit, icon="delete-outline"))
        box.addLayout(flow)
        outer.addWidget(frame)


class _Dialog(QDialog):
    """A dialog with a title, a text, a form and two buttons."""

    def __init__(self, parent: QWidget, title: str, text: str, action: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        box = QVBoxLayout(self)
        box.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # grows with what it asks; nothing is squeezed
        box.setContentsMargins(theme.XL, theme.L, theme.XL, theme.L)
        box.setSpacing(theme.M)
        box.addWidget(label(title, "h2"))
        words = label(text, "muted", wrap=True)
        words.setFixedWidth(theme.scaled(440))
        box.addWidget(words)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(theme.L)
        self.form.setVerticalSpacing(theme.S)
        box.addLayout(self.form)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        box.addWidget(self.problem)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(button(self.tr("Cancel"), self.reject))
        self.go = button(action, self.accept, primary=True)
        self.go.setDefault(True)
        row.addWidget(self.go)
        box.addLayout(row)

    def say(self, text: str) -> None:
        """Show what is wrong, and keep the dialog open."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


class _Passphrase(QWidget):
    """A box to tick for encryption, and the passphrase twice."""

    def __init__(self, form: QFormLayout, text: str) -> None:
        super().__init__()
        self.wanted = QCheckBox(text)
        self.wanted.setAccessibleName(text)
        form.addRow(self.wanted)
        self.one, self.two = QLineEdit(), QLineEdit()
        names = (self.tr("Passphrase"), self.tr("The same again"))
        for field, name in zip((self.one, self.two), names, strict=True):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setAccessibleName(name)
            form.addRow(name, field)
        self._form = form
        self.wanted.toggled.connect(self._show)
        self._show(False)

    def _show(self, on: bool) -> None:
        for field in (self.one, self.two):
            self._form.setRowVisible(field, on)

    def problem(self) -> str:
        """Return why the passphrase cannot be taken; empty when it can, or none is wanted."""
        if not self.wanted.isChecked():
            return ""
        if len(self.one.text()) < MIN_PASSPHRASE:
            return self.tr("A passphrase needs at least {n} characters. Take several words.").format(n=MIN_PASSPHRASE)
        return "" if self.one.text() == self.two.text() else self.tr("The two are not the same.")

    def value(self) -> str | None:
        """Return the passphrase, or None when none is wanted."""
        return self.one.text() if self.wanted.isChecked() else None


_D = TypeVar("_D", bound=_Dialog)


class ExportDialog(_Dialog):
    """Asks what to export and how."""

    def __init__(self, parent: QWidget, profile: str) -> None:
        text = self.tr(
            "All that {name} rated, liked, played and skipped, in a file that only you may read. "
            "It can be imported again, here or in another library."
        ).format(name=profile)
        super().__init__(parent, self.tr("Export my data"), text, self.tr("Choose where"))
        self.kind = QComboBox()
        self.kind.addItem(self.tr("Table for people and spreadsheets (CSV)"), "csv")
        self.kind.addItem(self.tr("Document for programs (JSON)"), "json")
        self.kind.setAccessibleName(self.tr("Form"))
        self.form.addRow(self.tr("Form"), self.kind)
        self.anonymous = QCheckBox(self.tr("Anonymous: meaningless names, and weeks instead of times"))
        self.anonymous.setAccessibleName(self.anonymous.text())
        self.anonymous.setToolTip(
            self.tr("Titles and paths are left out. A long history stays a pattern that somebody may recognise.")
        )
        self.form.addRow(self.anonymous)
        self.passphrase = _Passphrase(self.form, self.tr("Encrypt the file"))

    def accept(self) -> None:
        """Close when everything is well."""
        self.say(self.passphrase.problem())
        if not self.passphrase.problem():
            super().accept()


class EraseDialog(_Dialog):
    """Asks twice before a history goes."""

    def __init__(self, parent: QWidget, profile: str, acts: int) -> None:
        text = self.tr(
            "{n} acts of {name} will be erased: ratings, likes, plays, skips and own imports, and the models that "
            "learned from them. Media files are not touched."
        ).format(n=amount(acts), name=profile)
        super().__init__(parent, self.tr("Erase my history"), text, self.tr("Erase"))
        self._profile = profile
        self.backup = QCheckBox(self.tr("Keep a backup in the library that can be imported again"))
        self.backup.setAccessibleName(self.backup.text())
        self.backup.setChecked(True)
        self.form.addRow(self.backup)
        self.passphrase = _Passphrase(self.form, self.tr("Encrypt the backup"))
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Type the name of the profile to confirm"))
        self.form.addRow(self.tr("Type “{name}” to confirm").format(name=profile), self.name)
        self.go.setEnabled(False)
        self.name.textChanged.connect(lambda text: self.go.setEnabled(text.strip() == profile))
        self.backup.toggled.connect(self.passphrase.wanted.setEnabled)

    def accept(self) -> None:
        """Close when everything is well."""
        problem = self.passphrase.problem() if self.backup.isChecked() else ""
        self.say(problem)
        if not problem:
            super().accept()


class DecryptDialog(_Dialog):
    """Asks for the passphrase of a file."""

    def __init__(self, parent: QWidget, name: str) -> None:
        text = self.tr("Type the passphrase of {name}.").format(name=name)
        super().__init__(parent, self.tr("Open an encrypted export"), text, self.tr("Choose where"))
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(self.tr("Passphrase"))
        self.form.addRow(self.tr("Passphrase"), self.field)


class PrivacyController(QObject):
    """Carries out what the user wants with the own data.

    Signals:
        problem: A message for the user.
        noted: A sentence about what was done.
    """

    problem = Signal(str)
    noted = Signal(str)

    def __init__(
        self, sections: DataSections, runner: Runner, jobs: JobCenter, session: Session, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = sections
        self._runner = runner
        self._jobs = jobs
        self._session = session
        sections.export_wanted.connect(self.ask_export)
        sections.decrypt_wanted.connect(self.ask_decrypt)
        sections.erase_wanted.connect(self.ask_erase)

    def ask_export(self) -> ExportDialog:
        """Ask how, then where, then write."""
        dialog = ExportDialog(self._view, self._session.profile)
        dialog.accepted.connect(lambda: self._export_where(dialog))
        return self._open(dialog)

    def _export_where(self, dialog: ExportDialog) -> None:
        form = dialog.kind.currentData()
        passphrase = dialog.passphrase.value()
        name = f"avrec-{self._session.profile}.{form}{SUFFIX if passphrase else ''}"
        path, _ = QFileDialog.getSaveFileName(self._view, self.tr("Export my data"), str(Path.home() / name))
        if path:
            self.export(Path(path), form, dialog.anonymous.isChecked(), passphrase)

    def export(self, path: Path, form: Any, anonymous: bool, passphrase: str | None) -> None:
        """Write an export as a job."""
        session = self._session

        def work(job: Job) -> ExportResult:
            return export_history(
                session, session.profile, path, job, form=form, anonymous=anonymous, passphrase=passphrase
            )

        def done(result: ExportResult) -> None:
            one, many = self.tr("{n} act was written to {name}."), self.tr("{n} acts were written to {name}.")
            self.noted.emit(counted(result.acts, one, many, name=path.name))

        self._jobs.start(self.tr("Exporting your data"), "export", work, done)

    def ask_decrypt(self) -> None:
        """Ask which file, the passphrase, and where the plain file goes."""
        title = self.tr("Choose an encrypted export")
        kinds = self.tr("Encrypted exports (*{suffix})").format(suffix=SUFFIX)
        path, _ = QFileDialog.getOpenFileName(self._view, title, str(Path.home()), kinds)
        if not path:
            return
        dialog = DecryptDialog(self._view, Path(path).name)

        def chosen() -> None:
            plain = path.removesuffix(SUFFIX)
            target, _ = QFileDialog.getSaveFileName(self._view, self.tr("Where should the plain file go?"), plain)
            if target:
                self.decrypt(Path(path), Path(target), dialog.field.text())

        dialog.accepted.connect(chosen)
        self._open(dialog)

    def decrypt(self, path: Path, target: Path, passphrase: str) -> None:
        """Decrypt a file as a job."""
        self._jobs.start(
            self.tr("Decrypting {name}").format(name=path.name),
            "decrypt",
            lambda _job: decrypt_file(path, target, passphrase),
            lambda _: self.noted.emit(self.tr("{name} can be read now.").format(name=target.name)),
        )

    def ask_erase(self) -> None:
        """Count what there is, then ask."""
        session = self._session

        def count() -> int:
            return next((p.events for p in session.behaviour.profiles() if p.name == session.profile), 0)

        self._runner.run(count, self.confirm_erase, lambda e: self.problem.emit(error_text(e)), key="erase")

    def confirm_erase(self, acts: int) -> EraseDialog:
        """Ask for the name of the profile, then erase."""
        dialog = EraseDialog(self._view, self._session.profile, acts)
        dialog.accepted.connect(lambda: self.erase(dialog.backup.isChecked(), dialog.passphrase.value()))
        return self._open(dialog)

    def erase(self, backup: bool, passphrase: str | None) -> None:
        """Erase the history as a job."""
        session = self._session
        name = backup_name(session.profile, encrypted=passphrase is not None)
        target = session.directory / "backups" / name if backup else None

        def work(job: Job) -> int:
            count, _ = session.erase_history(session.profile, job, backup=target, passphrase=passphrase)
            return count

        def done(count: int) -> None:
            text = counted(count, self.tr("{n} act was erased."), self.tr("{n} acts were erased."))
            if target is not None:
                text += " " + self.tr("The backup is {path}.").format(path=target)
            self.noted.emit(text)

        self._jobs.start(self.tr("Erasing your history"), "erase", work, done)

    def _open(self, dialog: _D) -> _D:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog
