"""The Understanding page: the map of the library, its topics and moods, and search by meaning. Layout only."""

from __future__ import annotations

import html

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from avrec_desktop.ui import theme
from avrec_desktop.ui.pages.understanding_scene import COLOURINGS
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.widgets.basics import ElidedLabel, EmptyState, button, label, tool
from avrec_desktop.ui.widgets.found import FoundPanel
from avrec_desktop.ui.widgets.map_parts import FilterStrip, HoverCard, Legend, SelectionBar
from avrec_desktop.ui.widgets.map_view import MapView
from avrec_desktop.ui.widgets.overview import Overview

#: Width of the panel beside the map.
SIDE = 304
#: Width of the page below which the panel is narrower and what keys do as well is left out.
_NARROW, _WIDE = 760, 1250


class ProgressStrip(QFrame):
    """How far the drawing of the map is.

    Signals:
        cancelled: Stop it.
    """

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.XS, theme.S, theme.XS)
        self.text = label("")
        row.addWidget(self.text)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the map"))
        row.addWidget(self.bar, 1)
        row.addWidget(tool("close", self.tr("Cancel"), self.cancelled.emit, size=16))
        self.hide()

    def show_progress(self, text: str, fraction: float | None) -> None:
        """Show how far it is; a moving bar while nobody knows."""
        self.text.setText(text)
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(round(1000 * (fraction or 0.0)))
        self.show()


class UnderstandingPage(QWidget):
    """Layout of the page.

    Signals:
        analyse_wanted: Analyse what waits.
        layout_wanted: Lay the map out anew.
        colouring_chosen: One of the ways to colour the map.
        searched: (text) search by meaning.
    """

    analyse_wanted = Signal()
    layout_wanted = Signal()
    colouring_chosen = Signal(str)
    searched = Signal(str)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.M, theme.L)
        box.setSpacing(theme.S)
        box.addLayout(self._head())
        row = QHBoxLayout()
        row.setSpacing(theme.M)
        row.addWidget(self._map_side(thumbnails), 1)
        self.side = QStackedWidget()
        self.side.setFixedWidth(theme.scaled(SIDE))
        self.overview, self.found = Overview(), FoundPanel()
        for part in (self.overview, self.found):
            self.side.addWidget(part)
        row.addWidget(self.side)
        box.addLayout(row, 1)
        self.side.setVisible(self.stack.currentWidget() is not self.empty)
        # beside an empty map there is nothing to tell
        self.stack.currentChanged.connect(lambda _: self.side.setVisible(self.stack.currentWidget() is not self.empty))

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Understanding"), "h1"))
        self.count = ElidedLabel("", "muted")
        head.addSpacing(theme.S)
        head.addWidget(self.count, 3)
        self.search = QLineEdit()
        self.search.setMinimumWidth(theme.scaled(200))
        self.search.setMaximumWidth(theme.scaled(420))
        self.search.setPlaceholderText(self.tr("Search by meaning: calm piano at night …"))
        self.search.setAccessibleName(self.tr("Search by meaning"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            theme.icon("creation-outline", theme.tokens().muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.returnPressed.connect(lambda: self.searched.emit(self.search.text()))
        head.addWidget(self.search, 3)
        return head

    def _map_side(self, thumbnails: Thumbnails) -> QWidget:
        self.stack = QStackedWidget()
        side = QWidget()
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.S)
        box.addLayout(self._tools())
        self.legend, self.strip, self.progress = Legend(), FilterStrip(), ProgressStrip()
        self.view, self.selection = MapView(thumbnails), SelectionBar()
        self.zoom_in.clicked.connect(lambda: self.view.zoom_by(1.5))
        self.zoom_out.clicked.connect(lambda: self.view.zoom_by(1 / 1.5))
        self.fit.clicked.connect(lambda: self.view.fit())
        self.lasso.toggled.connect(self._set_lasso)
        for widget in (self.legend, self.strip):
            box.addWidget(widget)
        frame = QFrame()
        frame.setObjectName("panel")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.view)
        box.addWidget(frame, 1)
        box.addWidget(self.selection)
        self.card = HoverCard(self.view)
        self.waiting = EmptyState(
            "map-outline",
            self.tr("The map is being drawn"),
            self.tr("Items that are alike in sound, picture and words will lie side by side."),
        )
        self.empty = EmptyState(
            "map-search-outline",
            self.tr("Nothing to map yet"),
            self.tr("Once your media has been analysed, it is laid out here by what is in it."),
            [button(self.tr("Analyse now"), self.analyse_wanted.emit, icon="auto-fix", primary=True)],
        )
        self.map_side = side
        for part in (self.empty, self.waiting, side):
            self.stack.addWidget(part)
        column = QWidget()
        whole = QVBoxLayout(column)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.progress)
        whole.addWidget(self.stack, 1)
        return column

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        names = {
            "topic": self.tr("Topic"),
            "mood": self.tr("Mood"),
            "folder": self.tr("Folder"),
            "kind": self.tr("Kind"),
            "liked": self.tr("Likes"),
        }
        self._colour_by = label(self.tr("Colour by"), "muted")
        row.addWidget(self._colour_by)
        self.colouring = QComboBox()
        self.colouring.setAccessibleName(self.tr("Colour by"))
        for key in COLOURINGS:
            self.colouring.addItem(names[key], key)
        self.colouring.currentIndexChanged.connect(
            lambda _: self.colouring_chosen.emit(str(self.colouring.currentData()))
        )
        row.addWidget(self.colouring)
        row.addStretch()
        self.lasso = tool("lasso", self.tr("Choose with a loop (or hold Ctrl and drag)"))
        self.lasso.setCheckable(True)
        self.fit = tool("fit-to-page-outline", self.tr("Show the whole map (Home)"))
        self.zoom_out = tool("minus", self.tr("Zoom out (-)"))
        self.zoom_in = tool("plus", self.tr("Zoom in (+)"))
        self.more = tool("dots-vertical", self.tr("More"))
        menu = QMenu(self.more)
        menu.addAction(self.tr("Lay the map out anew")).triggered.connect(lambda _=False: self.layout_wanted.emit())
        menu.addAction(self.tr("How to use the map")).triggered.connect(lambda _=False: self._explain())
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for part in (self.lasso, self.fit, self.zoom_out, self.zoom_in, self.more):
            part.setIconSize(QSize(20, 20))
            row.addWidget(part)
        return row

    def _explain(self) -> None:
        lines = (
            self.tr("Drag to move the map; turn the wheel or pinch to zoom."),
            self.tr("Click a point to choose it, double click to play it."),
            self.tr("Shift and drag chooses a rectangle, Ctrl and drag a loop; Alt adds to what is chosen."),
            self.tr("Arrow keys move the map, + and - zoom, Home shows all of it."),
            self.tr("Shift and an arrow key goes to the next point that way; Space chooses it, Enter plays it."),
            self.tr("Ctrl+A chooses everything, Escape nothing; the menu key offers more."),
        )
        text = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        QWhatsThis.showText(self.view.mapToGlobal(self.view.rect().center()), text, self.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window, leave the room to the map."""
        super().resizeEvent(event)
        narrow, wide = self.width() < _NARROW, self.width() > _WIDE
        self.side.setFixedWidth(theme.scaled(SIDE - 72 if narrow else SIDE + 88 if wide else SIDE))
        for part in (self._colour_by, self.zoom_in, self.zoom_out):
            part.setVisible(not narrow)

    def _set_lasso(self, on: bool) -> None:
        self.view.lasso = on
        self.view.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def focus_search(self) -> None:
        """Let the user type what to search for."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
