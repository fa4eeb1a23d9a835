"""The seek bar: the waveform of a sound or the filmstrip of a film, chapters, and a repeated part."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QSlider, QStyle

from avrec_desktop.library.strips import COLUMNS, FRAMES, Chapter
from avrec_desktop.ui import theme
from avrec_desktop.ui.texts import duration
from avrec_desktop.ui.widgets.basics import plain_tip

#: Height of the bar, and width of one column of the waveform with the gap behind it.
HEIGHT, COLUMN, GAP = 40, 2, 1
#: Energy and brightness, of 1 at most, from which a part is told to be so.
TELLING = 0.15


class Filmstrip:
    """Pictures of a film at even times, cut from one sheet."""

    def __init__(self, sheet: QPixmap) -> None:
        self._sheet = sheet
        self.size = QSize(sheet.width() // COLUMNS, sheet.height() // (FRAMES // COLUMNS))

    def tile(self, share: float) -> QRectF:
        """Return the part of the sheet that shows the film at a share of its length."""
        n = max(0, min(FRAMES - 1, int(share * FRAMES)))
        width, height = self.size.width(), self.size.height()
        return QRectF(n % COLUMNS * width, n // COLUMNS * height, width, height)

    def picture(self, share: float) -> QPixmap:
        """Return the picture at a share of the length."""
        return self._sheet.copy(self.tile(share).toRect())

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Fill a box with as many pictures as fit, from the first to the last."""
        ratio = self.size.width() / max(1, self.size.height())
        count = max(1, round(box.width() / (box.height() * ratio)))
        width = box.width() / count
        for n in range(count):
            target = QRectF(box.left() + n * width, box.top(), width, box.height())
            painter.drawPixmap(target, self._sheet, self.tile((n + 0.5) / count))


class SeekBar(QSlider):
    """A slider that jumps to where it is clicked and shows what it seeks in.

    Signals:
        hovered: (share) the pointer is over a place of the bar; -1 when it has left.
    """

    hovered = Signal(float)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self._wave: NDArray[np.uint8] | None = None
        self._moods: NDArray[np.float32] | None = None
        self._film: Filmstrip | None = None
        self._chapters: Sequence[Chapter] = ()
        self._loop: tuple[int | None, int | None] = (None, None)
        self._bars: tuple[int, QPixmap] | None = None
        self._glance = QLabel(self, Qt.WindowType.ToolTip)
        self._glance.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._glance.setAccessibleName(self.tr("Picture at this place"))
        self._glance.hide()

    def clear(self) -> None:
        """Show a plain bar: another item is on."""
        self._wave, self._moods, self._film, self._chapters, self._loop = None, None, None, (), (None, None)
        self._bars = None
        self._glance.hide()
        self.update()

    def set_wave(self, wave: NDArray[np.uint8] | None, moods: NDArray[np.float32] | None = None) -> None:
        """Show a waveform, uint8 (n, 4) with the peaks first, in the colours of its moods.

        Args:
            wave: The waveform.
            moods: Energy and brightness of each column in [-1, 1], float32 (n, 2).
        """
        self._wave, self._moods, self._bars = wave, moods, None
        self.update()

    def mood_at(self, share: float) -> str:
        """Return what the colour at a share of the length tells, or nothing."""
        if self._wave is None or self._moods is None or not len(self._moods):
            return ""
        energy, bright = self._moods[max(0, min(len(self._moods) - 1, int(share * len(self._moods))))]
        words = []
        if abs(energy) >= TELLING:
            words.append(self.tr("energetic") if energy > 0 else self.tr("calm"))
        if abs(bright) >= TELLING:
            words.append(self.tr("bright") if bright > 0 else self.tr("dark"))
        return " · ".join(words) or self.tr("balanced")

    def set_film(self, film: Filmstrip | None) -> None:
        """Show the pictures of a film."""
        self._film, self._bars = film, None
        self.update()

    def set_chapters(self, chapters: Sequence[Chapter]) -> None:
        """Mark where chapters begin."""
        self._chapters = chapters
        self.update()

    def set_loop(self, start: int | None, end: int | None) -> None:
        """Mark the part that is repeated, in milliseconds."""
        self._loop = (start, end)
        self.update()

    def chapter_at(self, milliseconds: float) -> str:
        """Return the title of the chapter at a position, or nothing."""
        found = [c.title for c in self._chapters if c.start * 1000 <= milliseconds < c.end * 1000]
        return found[0] if found else ""

    # -- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump."""
        if event.button() == Qt.MouseButton.LeftButton and self.maximum() > 0:
            value = self._value_at(event.position())
            self.setSliderPosition(value)
            self.sliderMoved.emit(value)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is at the pointer: time, chapter, picture."""
        super().mouseMoveEvent(event)
        if self.maximum() <= 0:
            return
        value = self._value_at(event.position())
        share = value / self.maximum()
        self.hovered.emit(share)
        words = (duration(value / 1000) or "0:00", self.chapter_at(value), self.mood_at(share))
        text = html.escape(" · ".join(w for w in words if w))
        self.setToolTip(f"<p>{text}</p>{legend(self)}" if words[2] else plain_tip(html.unescape(text)))
        if self._film is not None:
            picture = self._film.picture(share)
            self._glance.setPixmap(picture)
            self._glance.resize(picture.size())
            x = round(event.position().x()) - picture.width() // 2
            self._glance.move(self.mapToGlobal(QPoint(x, -picture.height() - theme.S)))
            self._glance.show()

    def leaveEvent(self, event: QEvent) -> None:
        """Show no picture any more."""
        self._glance.hide()
        self.hovered.emit(-1.0)
        super().leaveEvent(event)

    def hideEvent(self, event: object) -> None:
        """Show no picture any more."""
        self._glance.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in other colours."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._bars = None
        super().changeEvent(event)

    def _value_at(self, place: QPointF) -> int:
        x = round(place.x())
        if self.isRightToLeft():
            x = self.width() - x
        return QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x, self.width())

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint waveform or filmstrip with what has been played, or the plain slider."""
        if (self._wave is None and self._film is None) or not self.isEnabled():
            super().paintEvent(event)
            self._paint_marks(QPainter(self))
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isRightToLeft():
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        colours = theme.tokens()
        played = self.width() * self.sliderPosition() / max(1, self.maximum())
        painter.drawPixmap(0, 0, self._picture())
        dim = QColor(colours.surface)
        dim.setAlphaF(0.62)
        painter.fillRect(QRectF(played, 0, self.width() - played, self.height()), dim)
        painter.fillRect(QRectF(played - 1, 0, 2, self.height()), QColor(colours.accent))
        self._paint_marks(painter)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_marks(self, painter: QPainter) -> None:
        if self.maximum() <= 0:
            return
        scale = self.width() / self.maximum()
        colours = theme.tokens()
        for chapter in self._chapters[1:]:
            painter.fillRect(QRectF(chapter.start * 1000 * scale - 0.5, 0, 1.5, self.height()), QColor(colours.text))
        start, end = self._loop
        if start is not None:
            last = end if end is not None else start
            band = QColor(colours.warning)
            painter.fillRect(QRectF(start * scale, self.height() - 3, max(2.0, (last - start) * scale), 3), band)

    def _picture(self) -> QPixmap:
        """Return the waveform or filmstrip as wide as the bar; kept until the width changes."""
        ratio = self.devicePixelRatioF()
        if self._bars is not None and self._bars[0] == self.width() and self._bars[1].devicePixelRatioF() == ratio:
            return self._bars[1]
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._film is not None:
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(0, 2, self.width(), self.height() - 4), 4, 4)
            painter.setClipPath(shape)
            self._film.paint(painter, QRectF(0, 2, self.width(), self.height() - 4))
        elif self._wave is not None:
            _paint_wave(painter, self._wave, self._moods, self.width(), self.height())
        painter.end()
        self._bars = (self.width(), pixmap)
        return pixmap


def _paint_wave(
    painter: QPainter, wave: NDArray[np.uint8], moods: NDArray[np.float32] | None, width: int, height: int
) -> None:
    """Paint columns as high as the sound is loud, in the colours of its moods."""
    count = max(1, width // (COLUMN + GAP))
    edges = np.linspace(0, len(wave), count + 1).astype(int)
    painter.setPen(Qt.PenStyle.NoPen)
    for n in range(count):
        part = slice(edges[n], max(edges[n] + 1, edges[n + 1]))
        loud = max(0.04, float(wave[part, 0].max()) / 255)
        energy, bright = (0.0, 0.0) if moods is None else moods[part].mean(axis=0).tolist()
        painter.setBrush(mood_colour(energy, bright))
        tall = loud * (height - 6)
        painter.drawRoundedRect(QRectF(n * (COLUMN + GAP), (height - tall) / 2, COLUMN, tall), 1, 1)


def stops() -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Return the colours of calm, even and energetic sound, of dark and of bright sound.

    Blue by violet to orange tells calm from energetic for every kind of colour vision; dark and bright differ in
    lightness.
    """
    if theme.is_dark():
        return ("#4263b8", "#7d4aa8", "#c4502a"), ("#8ed0ff", "#dba4f2", "#ffc44d")
    return ("#23366f", "#5b2a78", "#9c2f10"), ("#3f9be6", "#b968d4", "#f08c00")


def mood_colour(energy: float, bright: float) -> QColor:
    """Return the colour of a mood, both in [-1, 1], blended between the stops."""
    x, y = max(-1.0, min(1.0, energy)), (max(-1.0, min(1.0, bright)) + 1) / 2
    across = (max(0.0, -x), 1 - abs(x), max(0.0, x))
    pairs = [
        (along * share, QColor(colour))
        for share, row in zip((1 - y, y), stops(), strict=True)
        for along, colour in zip(across, row, strict=True)
    ]
    channels = (QColor.red, QColor.green, QColor.blue)
    return QColor(*(round(sum(share * channel(colour) for share, colour in pairs)) for channel in channels))


def legend(bar: SeekBar) -> str:
    """Return what the colours of a waveform mean, as rich text."""
    names = (
        bar.tr("calm and dark"),
        bar.tr("calm and bright"),
        bar.tr("energetic and dark"),
        bar.tr("energetic and bright"),
    )
    (calm_dark, _, loud_dark), (calm_bright, _, loud_bright) = stops()
    rows = (
        f"<span style='color:{colour}'>■</span> {html.escape(name)}"
        for colour, name in zip((calm_dark, calm_bright, loud_dark, loud_bright), names, strict=True)
    )
    return f"<p>{'<br>'.join(rows)}</p>"
