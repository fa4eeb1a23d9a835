"""The sidebar: pages, parts of the library, folders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from avrec_desktop.library.types import Folder
from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import clear_layout, label, tool

WIDTH = 216
_ICONS = {
    "home": "home-variant-outline",
    "library": "view-grid-outline",
    "music": "music",
    "videos": "movie-open-outline",
    "liked": "heart-outline",
    "unplayed": "star-four-points-outline",
    "recent": "clock-plus-outline",
    "playlists": "playlist-music-outline",
    "understanding": "creation-outline",
    "duplicates": "content-duplicate",
    "insights": "chart-line",
    "jobs": "progress-check",
    "plugins": "puzzle-outline",
    "settings": "cog-outline",
}


def icon_of(key: str) -> str:
    """Return the icon of an entry."""
    return _ICONS.get(key, "folder-outline")


class Sidebar(QFrame):
    """Layout of the sidebar.

    Signals:
        chosen: (page, title, query changes) of the entry that was chosen.
        add_folder_wanted: The plus beside "Folders".
    """

    chosen = Signal(str, str, object)
    add_folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._entries: dict[str, QPushButton] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.M, theme.L, theme.M, theme.M)
        box.setSpacing(2)
        brand = QHBoxLayout()
        mark = label()
        mark.setPixmap(theme.icon("waveform", theme.tokens().accent).pixmap(QSize(26, 26)))
        brand.addWidget(mark)
        brand.addWidget(label("avrec", "brand"))
        brand.addStretch()
        box.addLayout(brand)
        box.addSpacing(theme.M)
        entries: tuple[tuple[str, str, dict[str, object] | None], ...] = (
            ("home", self.tr("Home"), None),
            ("library", self.tr("Library"), {}),
            ("music", self.tr("Music"), {"kind": "audio"}),
            ("videos", self.tr("Videos"), {"kind": "video"}),
            ("liked", self.tr("Liked"), {"filter": "liked"}),
            ("unplayed", self.tr("Unplayed"), {"filter": "unplayed"}),
            ("recent", self.tr("Recently added"), {"filter": "recent"}),
            ("playlists", self.tr("Playlists"), None),
            ("understanding", self.tr("Understanding"), None),
            ("duplicates", self.tr("Duplicates"), None),
        )
        # all but the last entries scroll where the window is too low for them
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setStyleSheet("QScrollArea, #inner { background: transparent; } QScrollBar:vertical { width: 8px; }")
        inner = QWidget()
        inner.setObjectName("inner")
        upper = QVBoxLayout(inner)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(2)
        for key, text, changes in entries:
            upper.addWidget(self._entry(key, text, changes))
        upper.addSpacing(theme.M)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Folders"), "section"))
        head.addStretch()
        head.addWidget(tool("plus", self.tr("Add a folder"), self.add_folder_wanted.emit, size=16))
        upper.addLayout(head)
        self._folders = QVBoxLayout()
        self._folders.setSpacing(2)
        upper.addLayout(self._folders)
        upper.addStretch()
        area.setWidget(inner)
        self._area = area
        box.addWidget(area, 1)
        box.addSpacing(theme.S)
        for key, text in (
            ("insights", self.tr("Insights")),
            ("jobs", self.tr("Jobs")),
            ("plugins", self.tr("Plugins")),
            ("settings", self.tr("Settings")),
        ):
            box.addWidget(self._entry(key, text, None))
        self._fit()
        self.select("home")

    def _fit(self) -> None:
        """Be as wide as the longest entry needs, whatever the language and the size of the text."""
        self.ensurePolished()
        widest = 0
        for entry in self._entries.values():
            entry.ensurePolished()
            widest = max(widest, round(1.06 * entry.sizeHint().width()))  # the marked one is bold
        self.setFixedWidth(max(theme.scaled(WIDTH), min(2 * WIDTH, widest + 2 * theme.M + 2)))

    def _entry(self, key: str, text: str, changes: dict[str, object] | None, icon: str = "") -> QPushButton:
        entry = QPushButton(text)
        entry.setObjectName("nav")
        entry.setIcon(theme.icon(icon or icon_of(key), theme.tokens().muted))
        entry.setIconSize(QSize(18, 18))
        entry.setCheckable(True)
        entry.setAccessibleName(text)
        page = "library" if changes is not None else key
        entry.clicked.connect(lambda: self.chosen.emit(page, text, changes or {}))
        self._group.addButton(entry)
        self._entries[key] = entry
        return entry

    def entries(self) -> dict[str, QPushButton]:
        """Return the entries by key, in order."""
        return dict(self._entries)

    def select(self, key: str) -> None:
        """Mark an entry as the one on show."""
        if key in self._entries:
            self._entries[key].setChecked(True)
            if self._area.isAncestorOf(self._entries[key]):
                self._area.ensureWidgetVisible(self._entries[key], 0, theme.S)

    def take_focus(self) -> None:
        """Put the focus on the entry that is on show; the next control is then the first of its page."""
        marked = self._group.checkedButton()
        if marked is not None:
            marked.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, text: str) -> None:
        """Show beside "Jobs" how far the running job is."""
        name = self.tr("Jobs")
        self._entries["jobs"].setText(f"{name}   {text}" if text else name)

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """List the folders, those that are away marked."""
        for key in [k for k in self._entries if k.startswith("folder-")]:
            self._group.removeButton(self._entries.pop(key))
        clear_layout(self._folders)
        for folder in folders:
            icon = "folder-outline" if folder.available else "power-plug-off-outline"
            shown = self.fontMetrics().elidedText(folder.label, Qt.TextElideMode.ElideMiddle, WIDTH - 80)
            entry = self._entry(f"folder-{folder.id}", shown, {"folder_id": folder.id}, icon)
            path = folder.path.encode("utf-8", "replace").decode()
            entry.setToolTip(path if folder.available else self.tr("{path} is not available now").format(path=path))
            entry.setAccessibleName(folder.label)
            self._folders.addWidget(entry)
