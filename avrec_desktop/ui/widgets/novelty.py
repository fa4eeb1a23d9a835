"""The slider from the familiar to the new, with what it does to the panel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStyle, QVBoxLayout, QWidget

from avrec_desktop.recommend.tradeoff import Tradeoff
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import percent
from avrec_desktop.ui.widgets.basics import label

#: Milliseconds between two new panels while the slider is dragged.
PACE = 90


class _Meter(QWidget):
    """A word, a thin bar and a percentage."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self._name = name
        self._share: float | None = None
        self.setToolTip(tip)
        self.set_share(None)

    def set_share(self, share: float | None) -> None:
        """Show a share in [0, 1], or that it is not known."""
        self._share = share
        self.setAccessibleName(f"{self._name}: {self._text()}")
        self.update()

    def _text(self) -> str:
        return "–" if self._share is None else percent(self._share)

    def sizeHint(self) -> QSize:
        """Return room for the word and the figure."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(f"{self._name}  {percent(1.0)}") + theme.S, metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        """Return room for the word and the figure."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint word, figure and bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        words = QRectF(0, 0, self.width(), self.height() - 5)
        painter.setPen(QColor(colours.muted))
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, self._side(Qt.AlignmentFlag.AlignLeft) | vertical, self._name)
        painter.setPen(QColor(colours.text))
        painter.drawText(words, self._side(Qt.AlignmentFlag.AlignRight) | vertical, self._text())
        groove = QRectF(0, self.height() - 4, self.width(), 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(groove, 1.5, 1.5)
        if self._share:
            width = groove.width() * self._share
            left = groove.right() - width if self.isRightToLeft() else groove.left()
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(left, groove.top(), width, 3), 1.5, 1.5)

    def _side(self, flag: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
        """Return left or right as the writing runs."""
        return QStyle.visualAlignment(self.layoutDirection(), flag)


class _Slider(QSlider):
    """A slider that a double click sets back to the middle."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back to the middle."""
        self.setValue(50)


class NoveltySlider(QWidget):
    """The slider and three figures that follow while it is dragged.

    Signals:
        moved: (place in [0, 1]) while it is dragged, at most every :data:`PACE` ms.
        settled: (place before, place now) it rests at a new place.
    """

    moved = Signal(float)
    settled = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        self._tradeoff: Tradeoff | None = None
        self._rest = 0.5
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.XS)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setValue(50)
        self.slider.setPageStep(25)
        self.slider.setSingleStep(5)
        self.slider.setMinimumWidth(170)
        name = self.tr("From familiar to new")
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(self.tr("How far recommendations may go from what you know. Double click: the middle."))
        row.addWidget(label(self.tr("Familiar"), "small"))
        row.addWidget(self.slider, 1)
        row.addWidget(label(self.tr("New"), "small"))
        box.addLayout(row)
        meters = QHBoxLayout()
        meters.setSpacing(theme.L)
        self.accuracy = _Meter(
            self.tr("Match"), self.tr("Expected match with your taste, as a share of the best list there is")
        )
        self.diversity = _Meter(self.tr("Variety"), self.tr("How different the picks are from each other"))
        self.novelty = _Meter(self.tr("Newness"), self.tr("How different the picks are from what you like"))
        for meter in (self.accuracy, self.diversity, self.novelty):
            meters.addWidget(meter, 1)
        box.addLayout(meters)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PACE)
        self._pace.timeout.connect(lambda: self.moved.emit(self.place))
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(350)
        self._calm.timeout.connect(self._settle)
        self.slider.valueChanged.connect(self._changed)
        self.slider.sliderReleased.connect(self._settle)

    @property
    def place(self) -> float:
        """Where the slider stands, in [0, 1]."""
        return self.slider.value() / 100

    def set_place(self, place: float) -> None:
        """Put the slider somewhere without telling anybody."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(100 * place))
        self.slider.blockSignals(False)
        self._rest = self.place
        self._show()

    def set_tradeoff(self, tradeoff: Tradeoff | None) -> None:
        """Show figures that follow the slider; None: they are not known."""
        self._tradeoff = tradeoff
        self._show()

    def _changed(self) -> None:
        self._show()
        if not self._pace.isActive():
            self._pace.start()
        self._calm.start()

    def _settle(self) -> None:
        if self.slider.isSliderDown():
            return
        self._calm.stop()
        before, self._rest = self._rest, self.place
        if before != self._rest:
            self._pace.stop()
            self.settled.emit(before, self._rest)

    def _show(self) -> None:
        shares: tuple[float | None, ...] = (None, None, None)
        if self._tradeoff is not None:
            shares = self._tradeoff.at(self.place)
        for meter, share in zip((self.accuracy, self.diversity, self.novelty), shares, strict=True):
            meter.set_share(share)
