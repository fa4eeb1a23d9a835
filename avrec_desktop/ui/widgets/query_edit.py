"""The search field: offers fields and values while one types, and says what is wrong where it stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QListView

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.library.completion import Completion
from avrec_desktop.library.query import QueryError
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import amount, error_text
from avrec_desktop.ui.widgets.basics import label
from avrec_desktop.ui.workers import Runner

Complete = Callable[[str, int], list[Completion]]
#: Milliseconds after the last key before offers are looked up, and before an unfinished query is called wrong.
OFFER_DELAY, PATIENCE = 80, 1500


class QueryEdit(QLineEdit):
    """A line for queries. :attr:`trouble` is a label to put below it; it hides while there is none."""

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        self.addAction(theme.icon("magnify", theme.tokens().muted), QLineEdit.ActionPosition.LeadingPosition)
        self.trouble: QLabel = label("", "error", wrap=True)
        self.trouble.hide()
        self._runner: Runner | None = None
        self._complete: Complete | None = None
        self._offers: list[Completion] = []
        self._model = QStringListModel(self)
        self._popup = QCompleter(self._model, self)
        self._popup.setWidget(self)
        self._popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup.setMaxVisibleItems(10)
        self._list = QListView()
        self._list.setObjectName("completions")
        self._list.setAccessibleName(self.tr("Completions"))
        self._popup.setPopup(self._list)
        self._popup.activated[QModelIndex].connect(lambda index: self._take(index.row()))  # type: ignore[index]
        self._soon = self._timer(OFFER_DELAY, self._ask)
        self._late = self._timer(PATIENCE, self._show_trouble)
        self._wrong: QueryError | None = None
        self.textEdited.connect(lambda _: self._soon.start())
        self.textChanged.connect(lambda _: self._late.stop())
        self.textChanged.connect(lambda text: None if text else self._list.hide())

    def _timer(self, milliseconds: int, call: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def offer_from(self, runner: Runner, complete: Complete) -> None:
        """Take completions from ``complete(text, cursor)``, asked in a worker."""
        self._runner, self._complete = runner, complete

    # What is wrong.

    def explain(self, error: AvrecError) -> bool:
        """Say what is wrong with the query; returns False for an error that is none of the query.

        What may only be unfinished is not called wrong until one has stopped typing.
        """
        if not isinstance(error, QueryError):
            return False
        self._wrong = error
        if error.unfinished and self.hasFocus():
            self.trouble.hide()
            self._late.start()
        else:
            self._show_trouble()
        return True

    def all_right(self) -> None:
        """Say nothing more."""
        self._wrong = None
        self._late.stop()
        self.trouble.hide()

    def _show_trouble(self) -> None:
        if self._wrong is None:
            return
        text = error_text(self._wrong)
        piece = self.text()[self._wrong.start : self._wrong.end]
        self.trouble.setText(f"{piece}: {text}" if piece and piece not in text else text)
        self.trouble.setAccessibleName(text)
        self.trouble.show()

    # Completions.

    def _ask(self) -> None:
        text, cursor = self.text(), self.cursorPosition()
        if self._runner is None or self._complete is None or not self.hasFocus():
            return
        complete = self._complete
        self._runner.run(
            lambda: complete(text, cursor),
            lambda offers: self._show(text, offers),
            lambda _: self._list.hide(),
            key=f"complete-{id(self)}",
        )

    def _show(self, text: str, offers: list[Completion]) -> None:
        if text != self.text() or not self.hasFocus():
            return
        typed = text[: self.cursorPosition()]
        if not typed or typed[-1].isspace():  # nothing begun: only where it is asked for, by the down key
            offers = offers if self.property("asked") else []
        self.setProperty("asked", False)
        self._offers = offers
        if not offers:
            self._list.hide()
            return
        self._model.setStringList([o.text if not o.count else f"{o.text}   {amount(o.count)}" for o in offers])
        box = self.rect()
        box.setLeft(min(box.width() - 60, self.cursorRect().left()))
        box.setWidth(320)
        self._popup.complete(box)

    def _take(self, row: int) -> None:
        if not 0 <= row < len(self._offers):
            return
        offer = self._offers[row]
        text = self.text()
        space = "" if offer.kind == "field" or text[offer.end : offer.end + 1].isspace() else " "
        self.setText(text[: offer.start] + offer.text + space + text[offer.end :])
        self.setCursorPosition(offer.start + len(offer.text) + len(space))
        if offer.kind == "field":
            self._soon.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show completions with the down key; close them with Escape before anything else."""
        if event.key() == Qt.Key.Key_Down and not self._list.isVisible():
            self.setProperty("asked", True)
            self._ask()
            return
        if self._list.isVisible() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._list.hide()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Call wrong what was left unfinished."""
        super().focusOutEvent(event)
        if self._late.isActive():
            self._late.stop()
            self._show_trouble()
