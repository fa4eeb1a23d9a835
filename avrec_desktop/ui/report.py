"""The problem report: read first, then copied or saved by the user; nothing is ever sent."""

from __future__ import annotations

from pathlib import Path, PurePath

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from avrec_desktop import __version__
from avrec_desktop.jobs.logfile import read_log
from avrec_desktop.privacy.report import problem_report
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import button, label


def make_report(session: Session) -> str:
    """Return the report of a library; blocking, for worker threads."""
    with session.library.database.read() as db:
        names = {
            str(value)
            for row in db.execute(
                "SELECT title, artist, album, series FROM items UNION SELECT name, NULL, NULL, NULL FROM profiles"
            )
            for value in row
            if value
        }
        places = {str(session.directory.absolute())}
        for (path,) in db.execute("SELECT path FROM files UNION SELECT path FROM folders"):
            shown = bytes(path).decode("utf-8", "replace")
            places |= {shown, str(PurePath(shown).parent)}
            names.add(PurePath(shown).name)
        count = db.execute("SELECT count(*) FROM items").fetchone()[0]
        failed = db.execute("SELECT count(*) FROM items WHERE status = 'failed'").fetchone()[0]
        schema = db.execute("PRAGMA user_version").fetchone()[0]
    facts = {
        "avrec": __version__,
        "qt": qVersion(),
        "schema": schema,
        "items": count,
        "failed items": failed,
        "plugins": ", ".join(f"{p.id} {p.version} ({p.state.value})" for p in session.plugins.plugins()),
    }
    return problem_report(read_log(session.directory), facts, names - {"default"}, places)


class ReportDialog(QDialog):
    """Shows the report before anybody shares it."""

    def __init__(self, parent: QWidget, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Problem report"))
        self.resize(760, 560)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.XL, theme.L)
        box.setSpacing(theme.M)
        about = self.tr(
            "Names, titles and paths are masked. Read it before you share it; it stays on this machine until you do."
        )
        box.addWidget(label(about, "muted", wrap=True))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Problem report"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        box.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(button(self.tr("Copy"), self.copy, icon="content-copy"))
        row.addWidget(button(self.tr("Save …"), self.save, icon="content-save-outline"))
        close = button(self.tr("Close"), self.accept, primary=True)
        row.addWidget(close)
        box.addLayout(row)
        close.setFocus()
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        box.addWidget(self.problem)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def save(self) -> None:
        """Let the user choose a file and write the report there."""
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the problem report"), "avrec-report.txt")
        if path:
            self.write(Path(path))

    def write(self, path: Path) -> None:
        """Write the report to a file, or say why that is not possible."""
        try:
            path.write_text(self.text.toPlainText(), encoding="utf-8")
        except OSError as error:
            self.problem.setText(self.tr("It cannot be saved there: {why}").format(why=error.strerror or str(error)))
            self.problem.show()
