"""Pictures of items: loaded in workers, visible ones first, kept in memory within bounds."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPixmap, QPixmapCache
from PySide6.QtWidgets import QWidget

from avrec_desktop.library.types import Item
from avrec_desktop.ui import theme
from avrec_desktop.ui.workers import Runner

#: Pictures kept in memory, and requests remembered; older requests are dropped, as what they were for scrolled away.
KEPT, WAITING = 240, 120
SOURCE_SIZE = 256
#: Largest side of a picture that stands alone, device-independent pixels.
FRAMED = 440
#: Kilobytes of pictures in the sizes they are painted in.
_PAINTED = 24 * 1024
#: Colours and figures of placeholders; few, as each is kept in every size.
_HUES, _FIGURES = 32, 8
#: Lies over the pictures of items that cannot be played.
DIM = QColor(0, 0, 0, 120)


class Thumbnails(QObject):
    """Gives the picture of an item, or None and announces it when it is there.

    Args:
        runner: Runs the loading.
        load: Returns the path of an item's thumbnail or None; blocking, called in a worker.

    Signals:
        ready: (item id) its picture is there.
    """

    ready = Signal(int)

    def __init__(self, runner: Runner, load: Callable[[int, int], Path | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), _PAINTED))
        self._runner = runner
        self._load = load
        self._kept: OrderedDict[int, QPixmap | None] = OrderedDict()
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._busy: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._dispatch)

    def get(self, item_id: int) -> QPixmap | None:
        """Return the picture if it is in memory; otherwise have it loaded."""
        if item_id in self._kept:
            self._kept.move_to_end(item_id)
            return self._kept[item_id]
        if item_id > 0 and item_id not in self._busy:
            self._waiting[item_id] = None
            self._waiting.move_to_end(item_id)
            while len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            if not self._timer.isActive():
                self._timer.start(0)
        return None

    @property
    def idle(self) -> bool:
        """Whether nothing is being loaded."""
        return not self._waiting and not self._busy

    def forget(self, item_id: int) -> None:
        """Load the picture of an item anew next time."""
        self._kept.pop(item_id, None)

    def _dispatch(self) -> None:
        while self._waiting and len(self._busy) < 2:
            item_id, _ = self._waiting.popitem(last=True)
            self._busy.add(item_id)
            self._runner.run(
                lambda i=item_id: self._image(i),  # type: ignore[misc]
                lambda image, i=item_id: self._store(i, image),  # type: ignore[misc]
                lambda _error, i=item_id: self._store(i, None),  # type: ignore[misc]
                lambda i=item_id: self._over(i),  # type: ignore[misc]
                priority=-1,
            )

    def _image(self, item_id: int) -> QImage | None:
        path = self._load(item_id, SOURCE_SIZE)
        if path is None:
            return None
        image = QImage(str(path))
        return None if image.isNull() else image

    def _store(self, item_id: int, image: QImage | None) -> None:
        self._kept[item_id] = None if image is None else QPixmap.fromImage(image)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(item_id)

    def _over(self, item_id: int) -> None:
        self._busy.discard(item_id)
        self._dispatch()


class Picture(QWidget):
    """The picture of an item; its placeholder while it has none.

    Args:
        framed: Whether it stands in the middle with room around it, instead of filling all there is.
    """

    def __init__(self, *, framed: bool = False) -> None:
        super().__init__()
        self._framed = framed
        self._kind, self._seed = "audio", ""
        self._pixmap: QPixmap | None = None

    def show_item(self, kind: str, seed: str, pixmap: QPixmap | None) -> None:
        """Show an item of a kind, with the seed of its colours, and its picture if there is one."""
        self._kind, self._seed, self._pixmap = kind, seed, pixmap
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter, box = QPainter(self), QRectF(self.rect())
        if self._framed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = min(FRAMED, 0.8 * box.width(), 0.8 * box.height())
            box = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
            path = QPainterPath()
            path.addRoundedRect(box, 2 * theme.RADIUS, 2 * theme.RADIUS)
            painter.setClipPath(path)
        paint_art(painter, box, self._pixmap, self._kind, self._seed)


def art_seed(item: Item) -> str:
    """Return what the placeholder of an item is made from: the colour of its artist, a figure of its own."""
    return f"{item.artist}\n{item.title}" if item.artist else item.title


def card_art(pixmap: QPixmap | None, kind: str, seed: str, size: QSize, ratio: float, *, dim: bool = False) -> QPixmap:
    """Return an item's picture as :func:`paint_art` paints it, with rounded upper corners; kept for the next time.

    Args:
        pixmap: Its picture, or None.
        kind: ``audio`` or ``video``.
        seed: What the placeholder takes its colours from.
        size: Size on the card, in device-independent pixels.
        ratio: Device pixels per pixel.
        dim: Whether it cannot be played now.
    """
    what = f"{kind}-{_look(seed)}-{theme.is_dark()}" if pixmap is None else str(pixmap.cacheKey())
    key = f"art-{what}-{size.width()}-{size.height()}-{ratio}-{dim}"

    def make(painter: QPainter) -> None:
        box = QRectF(0, 0, size.width(), size.height())
        path = QPainterPath()
        path.addRoundedRect(box.adjusted(0, 0, 0, 2 * theme.RADIUS), theme.RADIUS, theme.RADIUS)
        painter.setClipPath(path)
        paint_art(painter, box, pixmap, kind, seed)
        if dim:
            painter.fillRect(box, DIM)

    return painted(key, size, ratio, make)


def painted(key: str, size: QSize, ratio: float, make: Callable[[QPainter], None]) -> QPixmap:
    """Return a picture that is kept under a key; ``make`` paints it where it is not.

    Args:
        key: What it depends on.
        size: Size in device-independent pixels.
        ratio: Device pixels per pixel.
        make: Paints it, with smooth edges, onto nothing.
    """
    known = _painted(key)
    if known is not None:
        return known
    out = QPixmap(size * ratio)
    out.setDevicePixelRatio(ratio)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    make(painter)
    painter.end()
    QPixmapCache.insert(key, out)
    return out


def card_icon(name: str, colour: str, side: int, ratio: float) -> QPixmap:
    """Return an icon as a picture of ``side`` device-independent pixels; kept for the next time."""
    key = f"icon-{name}-{colour}-{side}-{ratio}"
    known = _painted(key)
    if known is None:
        known = theme.icon(name, colour).pixmap(QSize(side, side), ratio)
        QPixmapCache.insert(key, known)
    return known


def _painted(key: str) -> QPixmap | None:
    found: QPixmap | None = QPixmapCache.find(key)  # type: ignore[call-overload]  # PySide's stubs lack this form
    return found


def _look(seed: str) -> tuple[int, int]:
    """Return the numbers of a placeholder's colour and figure."""
    artist = hashlib.blake2b(seed.partition("\n")[0].encode("utf-8", "replace"), digest_size=2).digest()
    whole = hashlib.blake2b(seed.encode("utf-8", "replace"), digest_size=2).digest()
    return artist[0] * _HUES // 256, whole[0] * _FIGURES // 256


def paint_art(painter: QPainter, box: QRectF, pixmap: QPixmap | None, kind: str, seed: str) -> None:
    """Paint an item's picture into a box: pictures fill it, square covers stand before a soft copy of themselves.

    Without a picture a gradient of the item's own colours with the icon of its kind is painted.
    """
    if pixmap is None:
        _paint_placeholder(painter, box, kind, seed)
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    ratio = pixmap.width() / max(1, pixmap.height())
    if ratio > 1.2:
        painter.drawPixmap(box, pixmap, _cover(QSize(pixmap.width(), pixmap.height()), box))
        return
    tiny = pixmap.scaled(8, 6, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    painter.drawPixmap(box, tiny, QRectF(1, 1, 6, 4))
    painter.fillRect(box, QColor(0, 0, 0, 60))
    side = box.height()
    inner = QRectF(box.center().x() - side * ratio / 2, box.top(), side * ratio, side)
    painter.drawPixmap(inner, pixmap, QRectF(pixmap.rect()))


def _cover(size: QSize, box: QRectF) -> QRectF:
    scale = min(size.width() / box.width(), size.height() / box.height())
    width, height = box.width() * scale, box.height() * scale
    return QRectF((size.width() - width) / 2, (size.height() - height) / 2, width, height)


def _paint_placeholder(painter: QPainter, box: QRectF, kind: str, seed: str) -> None:
    colour, figure = _look(seed)
    hue, dark = (colour / _HUES + (figure % 4 - 1.5) * 0.022) % 1, theme.is_dark()
    gradient = QLinearGradient(box.topLeft(), box.bottomRight())
    gradient.setColorAt(0, QColor.fromHslF(hue, 0.42, 0.34 if dark else 0.73))
    gradient.setColorAt(1, QColor.fromHslF((hue + 0.12) % 1, 0.46, 0.2 if dark else 0.58))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, gradient)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 14 if dark else 34))
    middle = QPointF(
        box.left() + box.width() * (0.08 + 0.84 * (figure * 3 % _FIGURES) / (_FIGURES - 1)),
        box.top() + box.height() * (figure % 3) / 2,
    )
    for share in (0.85, 0.6, 0.35):
        painter.drawEllipse(middle, share * box.height(), share * box.height())
    painter.restore()
    name = "music-note" if kind == "audio" else "movie-open-outline"
    side = min(44.0, box.height() * 0.4)
    white = QColor(255, 255, 255, 190 if dark else 235).name(QColor.NameFormat.HexArgb)
    place = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side).toRect()
    theme.icon(name, white).paint(painter, place)
