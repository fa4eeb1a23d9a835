"""The sidebar: pages, parts of the library, folders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from avrec_desktop.library.types import Folder
from avrec_desktop.ui import theme
from avrec_desktop.ui.widgets.basics import clear_layout, label, tool

WIDTH = 216


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
        entries: tuple[tuple[str, str, str, dict[str, object] | None], ...] = (
            ("home", "home-variant-outline", self.tr("Home"), None),
            ("library", "view-grid-outline", self.tr("Library"), {}),
            ("music", "music", self.tr("Music"), {"kind": "audio"}),
            ("videos", "movie-open-outline", self.tr("Videos"), {"kind": "video"}),
            ("liked", "heart-outline", self.tr("Liked"), {"filter": "liked"}),
            ("unplayed", "star-four-points-outline", self.tr("Unplayed"), {"filter": "unplayed"}),
            ("recent", "clock-plus-outline", self.tr("Recently added"), {"filter": "recent"}),
            ("playlists", "playlist-music-outline", self.tr("Playlists"), None),
            ("understanding", "creation-outline", self.tr("Understanding"), None),
            ("duplicates", "content-duplicate", self.tr("Duplicates"), None),
        )
        for key, icon, text, changes in entries:
            box.addWidget(self._entry(key, icon, text, changes))
        box.addSpacing(theme.M)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Folders"), "section"))
        head.addStretch()
        head.addWidget(tool("plus", self.tr("Add a folder"), self.add_folder_wanted.emit, size=16))
        box.addLayout(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setStyleSheet("QScrollArea, #inner { background: transparent; }")
        inner = QWidget()
        inner.setObjectName("inner")
        self._folders = QVBoxLayout(inner)
        self._folders.setContentsMargins(0, 0, 0, 0)
        self._folders.setSpacing(2)
        area.setWidget(inner)
        box.addWidget(area, 1)
        for key, icon, text in (
            ("insights", "chart-line", self.tr("Insights")),
            ("jobs", "progress-check", self.tr("Jobs")),
            ("plugins", "puzzle-outline", self.tr("Plugins")),
            ("settings", "cog-outline", self.tr("Settings")),
        ):
            box.addWidget(self._entry(key, icon, text, None))
        self._fit()
        self.select("home")

    def _fit(self) -> None:
        """Be as wide as the longest entry needs, whatever the language and the size of the text."""
        self.ensurePolished()
        widest = 0
        for entry in self._entries.values():
            entry.ensurePolished()
            widest = max(widest, entry.sizeHint().width())
        self.setFixedWidth(max(theme.scaled(WIDTH), min(2 * WIDTH, widest + 2 * theme.M + 2)))

    def _entry(self, key: str, icon: str, text: str, changes: dict[str, object] | None) -> QPushButton:
        entry = QPushButton(text)
        entry.setObjectName("nav")
        entry.setIcon(theme.icon(icon, theme.tokens().muted))
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
            entry = self._entry(f"folder-{folder.id}", icon, shown, {"folder_id": folder.id})
            path = folder.path.encode("utf-8", "replace").decode()
            entry.setToolTip(path if folder.available else self.tr("{path} is not available now").format(path=path))
            entry.setAccessibleName(folder.label)
            self._folders.addWidget(entry)
        self._folders.addStretch()
