"""What is said in an item, as a list that is searched and that plays from the moment chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QLocale, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QTextLayout
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.api.features import Passage
from avrec_desktop.library.words import fold
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import duration
from avrec_desktop.ui.widgets.basics import label, plain_tip

#: Rows shown before the list scrolls, lines of a row, and pixels for its time.
_ROWS, _LINES, _TIME = 5, 2, 52
Index = QModelIndex | QPersistentModelIndex


class PassagesModel(QAbstractListModel):
    """Passages of one item, narrowed to those that hold all words of a filter."""

    #: Role of a row's time in seconds.
    start_role = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.passages: tuple[Passage, ...] = ()
        self._folded: list[str] = []
        self._shown: list[int] = []
        self._words: list[str] = []

    def set_passages(self, passages: Sequence[Passage], folded: Sequence[str]) -> None:
        """Show these; ``folded`` holds their texts as :func:`~avrec_desktop.library.words.fold` gives them."""
        self.passages, self._folded = tuple(passages), list(folded)
        self._narrow()

    def set_filter(self, text: str) -> None:
        """Show only passages that hold every word of ``text``."""
        self._words = fold(text).split()
        self._narrow()

    def passage(self, row: int) -> Passage:
        """Return the passage of a row."""
        return self.passages[self._shown[row]]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of passages shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a row, with their time for tool tips and screen readers."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        passage = self.passage(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return passage.text
        if role == self.start_role:
            return passage.start
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            text = f"{time_text(passage.start)}  {passage.text}"
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def _narrow(self) -> None:
        self.beginResetModel()
        words = self._words
        self._shown = [i for i, text in enumerate(self._folded) if all(word in text for word in words)]
        self.endResetModel()


def time_text(seconds: float) -> str:
    """Return the time of a moment; 0:00 for the very first."""
    return duration(seconds) or "0:00"


def _first_line(text: str, font: QFont, width: int) -> tuple[str, str]:
    """Return what of a text fits a line, broken where its script allows, and the rest."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    end = line.textLength()
    layout.endLayout()
    return text[:end].rstrip(), text[end:].lstrip()


class _PassageDelegate(QStyledItemDelegate):
    """Paints a time and two lines of words; all rows are of one height, so that a list of thousands opens at once."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of every row."""
        return QSize(120, _LINES * option.fontMetrics.lineSpacing() + 2 * theme.XS + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        colours, box = theme.tokens(), option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_soft if selected else colours.raised))
            painter.drawRoundedRect(box, theme.XS, theme.XS)
        painter.setFont(option.font)
        inner = box.adjusted(theme.XS, theme.XS, -theme.XS, -theme.XS)
        start, said = index.data(PassagesModel.start_role), index.data(Qt.ItemDataRole.DisplayRole)
        painter.setPen(QColor(colours.accent))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRect(inner.left(), inner.top(), _TIME, inner.height()), align, time_text(start))
        words = QRect(inner.left() + _TIME, inner.top(), max(10, inner.width() - _TIME), inner.height())
        painter.setPen(QColor(colours.text))
        first, rest = _first_line(said, option.font, words.width())
        step = option.fontMetrics.lineSpacing()
        painter.drawText(words, align, first)
        shown = option.fontMetrics.elidedText(rest, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words.adjusted(0, step, 0, 0), align, shown)
        painter.restore()


class _Filter(QLineEdit):
    """The filter box: the arrow down goes on into the list.

    Signals:
        left: Arrow down.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the list."""
        if event.key() == Qt.Key.Key_Down:
            self.left.emit()
            return
        super().keyPressEvent(event)


class _List(QListView):
    """A list that Enter and Space activate at once, as a click does.

    Signals:
        chosen: (row).
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)


class SpeechPart(QWidget):
    """Heading, filter box and list of passages; not there when nothing was written down.

    Signals:
        chosen: (seconds) play from this moment.
    """

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.XS)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Speech"), "heading"))
        head.addStretch()
        self._language = label("", "small")
        head.addWidget(self._language)
        box.addLayout(head)
        self.filter = _Filter()
        self.filter.setPlaceholderText(self.tr("Find in what is said"))
        self.filter.setAccessibleName(self.tr("Find in what is said"))
        self.filter.setClearButtonEnabled(True)
        box.addWidget(self.filter)
        self.model = PassagesModel(self)
        self.list = _List()
        self.list.setAccessibleName(self.tr("What is said; Enter plays from there"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(_PassageDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setCursor(Qt.CursorShape.PointingHandCursor)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        box.addWidget(self.list)
        self._none = label(self.tr("Nobody says that."), "muted")
        box.addWidget(self._none)
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(lambda: self._choose(0))
        self.filter.left.connect(self._enter_list)
        self.list.chosen.connect(self._choose)
        self.setVisible(False)

    def show_passages(self, passages: Sequence[Passage], folded: Sequence[str], language: str | None) -> None:
        """Show what is said; the same passages again leave filter, choice and place as they are."""
        self.setVisible(bool(passages))
        if tuple(passages) == self.model.passages:
            return
        name = QLocale.languageToString(QLocale(language).language()) if language else ""
        self._language.setText(name)
        self.filter.clear()
        self.model.set_passages(passages, folded)
        self._fit()

    def _narrow(self, text: str) -> None:
        self.model.set_filter(text)
        self._fit()

    def _fit(self) -> None:
        rows = self.model.rowCount()
        self._none.setVisible(not rows)
        self.list.setVisible(bool(rows))
        height = self.list.sizeHintForRow(0) if rows else 0
        self.list.setFixedHeight(min(rows, _ROWS) * height + 2 * self.list.frameWidth() + 2)

    def _enter_list(self) -> None:
        if self.model.rowCount():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.setCurrentIndex(self.model.index(0, 0))

    def _choose(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            self.chosen.emit(self.model.passage(row).start)
