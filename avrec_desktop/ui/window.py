"""The main window: composition of pages, panes and controllers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QObject, QPoint, QSettings, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.library.clipchild import SECONDS as CLIP_SECONDS
from avrec_desktop.library.types import Folder, Item, ItemQuery
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.acts import WindowActs
from avrec_desktop.ui.automation import Automation
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.clips import ClipMaker
from avrec_desktop.ui.desktop import Desktop, app_icon
from avrec_desktop.ui.detail import DetailController, DetailPane
from avrec_desktop.ui.dragging import DragModel, EntriesModel
from avrec_desktop.ui.edit_dialog import EditController
from avrec_desktop.ui.hover import GridHover
from avrec_desktop.ui.imports_control import ImportsController
from avrec_desktop.ui.item_menu import ItemMenu, chosen_ids
from avrec_desktop.ui.pages.duplicates import DuplicatesController, DuplicatesPage
from avrec_desktop.ui.pages.home import HomePage
from avrec_desktop.ui.pages.home_control import HomeController
from avrec_desktop.ui.pages.imports import ImportsPage
from avrec_desktop.ui.pages.insights import InsightsPage
from avrec_desktop.ui.pages.insights_control import InsightsController
from avrec_desktop.ui.pages.jobs import JobsController, JobsPage
from avrec_desktop.ui.pages.library import LibraryController, LibraryPage
from avrec_desktop.ui.pages.onboarding import OnboardingController
from avrec_desktop.ui.pages.playlists import PlaylistsPage
from avrec_desktop.ui.pages.playlists_control import PlaylistsController
from avrec_desktop.ui.pages.plugins import PluginsController, PluginsPage
from avrec_desktop.ui.pages.privacy import PrivacyController
from avrec_desktop.ui.pages.queue_control import AnalysisController
from avrec_desktop.ui.pages.settings import SettingsController, SettingsPage
from avrec_desktop.ui.pages.understanding import UnderstandingPage
from avrec_desktop.ui.pages.understanding_control import UnderstandingController
from avrec_desktop.ui.pages.understanding_search import MeaningSearch
from avrec_desktop.ui.player import Player, Preview
from avrec_desktop.ui.playerbar import PlayerBar, PlayerController, Stage
from avrec_desktop.ui.playlist_adder import PlaylistAdder
from avrec_desktop.ui.queue_panel import QueueController, QueueModel, QueuePanel
from avrec_desktop.ui.safekeeping import Safekeeping
from avrec_desktop.ui.sidebar import Sidebar
from avrec_desktop.ui.similar_menu import add_similar
from avrec_desktop.ui.strips import NowPlaying, Strips
from avrec_desktop.ui.texts import concept_name, error_text
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.watching import Watching
from avrec_desktop.ui.widgets.basics import EmptyState
from avrec_desktop.ui.widgets.message import MessageBar
from avrec_desktop.ui.workers import JobCenter, Runner

PAGES = ("home", "library", "playlists", "duplicates", "understanding", "insights", "jobs", "plugins", "settings")


class MainWindow(QMainWindow):
    """The window. Shows at once; the library's parts come with :meth:`attach` when it is open.

    Signals:
        theme_chosen: ``system``, ``light`` or ``dark``.
        language_chosen: Language code.
        profile_chosen: Name of a profile.
        text_size_chosen: Percent of the usual size.
        restore_wanted: Path of a backup that is to take the library's place.
        ready: The first contents are on show.
    """

    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    profile_chosen = Signal(str)
    text_size_chosen = Signal(int)
    restore_wanted = Signal(object)
    ready = Signal()

    def __init__(self, settings: QSettings, work: tuple[Runner, JobCenter] | None = None) -> None:
        super().__init__()
        self._settings = settings
        self.setWindowTitle("avrec")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(860, 560)
        self.resize(1280, 800)
        self.setAcceptDrops(True)
        self._lent = False
        if work is None:
            self.runner = Runner(self)
            self.jobs = JobCenter(self.runner, self)
        else:  # goes on where a window in other colours or another language left off
            self.runner, self.jobs = work
            self.runner.setParent(self)
            self.jobs.setParent(self)
        self.parts: Parts | None = None
        waiting = EmptyState("progress-clock", self.tr("Opening your library …"), "")
        waiting.setObjectName("page")
        self.setCentralWidget(waiting)
        geometry = settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def attach(self, session: Session) -> None:
        """Fill the window with the parts of an open library."""
        self.parts = Parts(self, session, self._settings)
        self.setCentralWidget(self.parts.root)
        self.parts.start()

    def hand_over(self) -> tuple[Runner, JobCenter]:
        """Give what runs to another window; this one listens no more and can be deleted when the jobs are over."""
        self._lent = True
        self.runner.cut_quick()
        if self.parts is not None:
            self.parts.close()
        return self.runner, self.jobs

    def show_failure(self, text: str) -> None:
        """Say why the library cannot be opened."""
        page = EmptyState("alert-circle-outline", self.tr("The library cannot be opened"), text)
        page.setObjectName("page")
        self.setCentralWidget(page)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Scan what was dropped; on the page of imports, import it."""
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if self.parts is not None and len(paths) == 1 and self.parts.shown() == "imports":
            self.parts.imports.open(paths[0])
        elif paths and self.parts is not None:
            self.parts.take_in(paths)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or pause with the space bar, wherever no control takes it."""
        if event.key() == Qt.Key.Key_Space and self.parts is not None:
            self.parts.player.toggle()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Store the window's state and end everything."""
        self._settings.setValue("window/geometry", self.saveGeometry())
        if not self._lent:
            if self.parts is not None:
                self.parts.close()
            self.jobs.cancel_all()
            self.runner.close()
        super().closeEvent(event)


class Parts(QObject):
    """The parts of the window that need an open library, wired together."""

    def __init__(self, window: MainWindow, session: Session, settings: QSettings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.session = session
        runner, jobs = window.runner, window.jobs
        self.bridge = EventBridge(session.events, self)
        self.thumbnails = Thumbnails(runner, session.library.thumbnail, self)
        self.strips = Strips(runner, session, self)
        self.player = Player(self)
        self.preview = Preview(self._find_excerpt, self)
        self.player.playing_changed.connect(self.preview.set_muted)
        self.model = DragModel(runner, self._fetch, self)
        self.queued = QueueModel(runner, lambda ids: session.library.items_by_id(ids, session.profile), self)
        self.entries = EntriesModel(runner, lambda ids: session.library.items_by_id(ids, session.profile), self)
        self.actions = Actions(runner, session.library, session.behaviour, self.player, session.profile, self)
        self.automation = Automation(session, runner, jobs, self.bridge, self)
        self.clips = ClipMaker(session, runner, jobs, self.player, self)
        self._make_views()
        shared = (runner, session, self.bridge)
        self.home = HomeController(self.home_page, *shared, self.thumbnails, self.preview, self.strips, settings, self)
        self.onboarding = OnboardingController(
            self.home_page.onboarding, *shared, self.thumbnails, self.preview, self.actions, jobs, self
        )
        self.library = LibraryController(self.library_page, self.model, *shared, self.thumbnails, self)
        self.playlists = PlaylistsController(self.playlists_page, self.entries, *shared, self.actions, self)
        self.queue = QueueController(self.queue_panel, self.queued, runner, session, self.player, self.actions, self)
        self.item_menu = ItemMenu(session, self.player, self.queue, self.playlists, self.actions.play, self)
        self.keeping = Safekeeping(session, runner, jobs, window, self)
        self.edit = EditController(runner, jobs, session, self.actions, window, self)
        self.item_menu.extend.append(self.edit.extend_menu)
        self.item_menu.extend.append(self._offer_similar)
        self.duplicates = DuplicatesController(
            self.duplicates_page, runner, session, self.actions, self.thumbnails, self.preview, self
        )
        self.detail = DetailController(self.detail_pane, *shared, self.thumbnails, self)
        self.playing = PlayerController(self.player_bar, self.stage, self.player, self.thumbnails, self)
        self.insights = InsightsController(self.insights_page, runner, jobs, session, self.bridge, self)
        self.hover = GridHover(self.library_page.grid, self.model, self.preview, self.strips, self)
        self.now = NowPlaying(runner, session, self.player, self.player_bar, self.playing, self.strips, self)
        JobsController(self.jobs_page, jobs, self)
        self.analysis = AnalysisController(self.jobs_page.queue, runner, jobs, session, self.bridge, self)
        self.plugins = PluginsController(self.plugins_page, runner, jobs, session, self.bridge, self)
        self.watching = Watching(self.settings_page, runner, jobs, session, self.automation, self)
        self.settings = SettingsController(self.settings_page, runner, session, self.bridge, self)
        self.playlist_adder = PlaylistAdder(runner, session, self.actions, self._window)
        searches = MeaningSearch(self.understanding_page, runner, session, self.thumbnails, self)
        self.searches = searches
        self.understanding = UnderstandingController(
            self.understanding_page, *shared, self.thumbnails, self.preview, jobs, searches, self
        )
        self.desktop = Desktop(window, self, settings)
        self.imports = ImportsController(self.imports_page, runner, jobs, session, self.bridge, self)
        self.privacy = PrivacyController(self.settings_page.data, runner, jobs, session, self)
        self.acts = WindowActs(window, self, settings)
        self._back = "home"
        self._connect()
        self._connect_understanding()
        self._shortcuts()

    def _make_views(self) -> None:
        self.sidebar = Sidebar()
        self.home_page = HomePage()
        self.library_page = LibraryPage(self.model, self.thumbnails)
        self.insights_page = InsightsPage()
        self.playlists_page = PlaylistsPage(self.entries, self.thumbnails)
        self.duplicates_page = DuplicatesPage()
        self.jobs_page, self.plugins_page = JobsPage(), PluginsPage()
        self.imports_page = ImportsPage()
        self.settings_page = SettingsPage(str(self.session.directory))
        self.understanding_page = UnderstandingPage(self.thumbnails)
        self.stage = Stage()
        self.detail_pane = DetailPane()
        self.detail_pane.hide()
        self.queue_panel = QueuePanel(self.queued)
        self.queue_panel.hide()
        self.message = MessageBar()
        self.player_bar = PlayerBar()
        self.stack = QStackedWidget()
        self.stack.setObjectName("stack")
        self._pages = {
            "home": self.home_page,
            "library": self.library_page,
            "playlists": self.playlists_page,
            "duplicates": self.duplicates_page,
            "understanding": self.understanding_page,
            "insights": self.insights_page,
            "jobs": self.jobs_page,
            "plugins": self.plugins_page,
            "settings": self.settings_page,
            "imports": self.imports_page,
            "stage": self.stage,
        }
        for page in self._pages.values():
            self.stack.addWidget(page)
        self.root = QWidget()
        outer = QVBoxLayout(self.root)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.stack, 1)
        holder = QHBoxLayout()
        holder.setContentsMargins(theme.XL, theme.S, theme.XL, theme.S)
        holder.addWidget(self.message)
        middle.addLayout(holder)
        row.addWidget(self.sidebar)
        row.addLayout(middle, 1)
        row.addWidget(self.detail_pane)
        row.addWidget(self.queue_panel)
        outer.addLayout(row, 1)
        outer.addWidget(self.player_bar)

    def _connect(self) -> None:
        say, note = self.message.show_error, self.message.show_note
        for part in (
            self.home,
            self.library,
            self.playlists,
            self.queue,
            self.edit,
            self.keeping,
            self.duplicates,
            self.watching,
            self.detail,
            self.actions,
            self.automation,
            self.insights,
            self.plugins,
            self.analysis,
            self.settings,
            self.understanding,
            self.onboarding,
            self.playlist_adder,
            self.imports,
            self.privacy,
        ):
            part.problem.connect(say)
        self.automation.told.connect(lambda text: note(text))
        self.insights.told.connect(lambda text: note(text))
        self.insights_page.taste.weighed.connect(self.actions.weigh)
        self.insights_page.taste.seed_freed.connect(lambda i: self.actions.block_seed(i, blocked=False))
        self.privacy.noted.connect(lambda text: note(text))
        self.imports.noted.connect(
            lambda text, i: note(text, self.tr("Undo") if i else None, (lambda: self.imports.redo(i)) if i else None)
        )
        self.settings_page.data.imports_wanted.connect(lambda: self.show_page("imports"))
        self.imports_page.left.connect(lambda: self.show_page("settings"))
        self.actions.noted.connect(
            lambda text, can: note(text, self.tr("Undo") if can else None, self.actions.undo if can else None)
        )
        self.sidebar.chosen.connect(self._chosen)
        for source in (
            self.sidebar.add_folder_wanted,
            self.home_page.choose_folders,
            self.library_page.choose_folders,
            self.settings_page.add_folder_wanted,
        ):
            source.connect(self.choose_folder)
        self.home_page.try_sample.connect(self.make_sample)
        self.onboarding.begun.connect(lambda: self.home_page.hold(True))
        self.onboarding.finished.connect(self._welcomed)
        self.home.opened.connect(self.detail.open)
        self.home.played.connect(lambda i: self.actions.play(i))
        self.home.liked.connect(self.actions.like)
        self.home.refused.connect(self.actions.refuse)
        self.library.selected.connect(self.detail.open)
        self.library.played.connect(self.actions.play)
        self._connect_playlists()
        for view in (self.library_page.grid, self.library_page.table):
            view.liked.connect(self.actions.like)
            view.refused.connect(self.actions.refuse)
        self._connect_detail()
        self.playing.stage_wanted.connect(lambda: self.show_page("stage"))
        self.stage.left.connect(lambda: self.show_page(self._back) if self.shown() == "stage" else None)
        self.jobs_page.scan_wanted.connect(lambda: self.automation.scan())
        self.jobs_page.analyse_wanted.connect(lambda: self.automation.analyse())
        self.jobs_page.train_wanted.connect(lambda: self.automation.train())
        self.analysis.analyse_wanted.connect(lambda: self.automation.analyse())
        self.jobs_page.tabs.currentChanged.connect(lambda _: self._show_queue())
        self.stack.currentChanged.connect(lambda _: self._show_queue())
        self.player.playing_changed.connect(self._tell_playing)
        self._window.jobs.added.connect(self._watch_job)
        for entry in self._window.jobs.running():
            self._watch_job(entry)
        self._window.jobs.ended.connect(lambda _: self._show_busy())
        self.bridge.items_changed.connect(lambda _: self._folders_soon())
        self.settings.folders_changed.connect(lambda: self._folders_soon())
        self.settings_page.weights_changed.connect(self.actions.set_weights)
        self.settings.folders_changed.connect(self.watching.renew)
        self._folder_timer = QTimer(self)
        self._folder_timer.setSingleShot(True)
        self._folder_timer.setInterval(700)
        self._folder_timer.timeout.connect(self._load_folders)

    def _connect_understanding(self) -> None:
        part, actions = self.understanding, self.actions
        part.opened.connect(self.detail.open)
        part.played.connect(lambda i, queue, start: actions.play(i, queue, start if start >= 0 else None))
        part.liked.connect(actions.like_all)
        button = self.understanding_page.selection.playlist_button
        part.playlist_wanted.connect(lambda ids: self.playlist_adder.ask(ids, button.mapToGlobal(QPoint())))
        part.menu_wanted.connect(lambda ids, at: self._item_menu(self.understanding_page, ids, at))
        part.library_wanted.connect(self._show_in_library)
        self.understanding_page.analyse_wanted.connect(lambda: self.automation.analyse())
        self.detail_pane.similar_wanted.connect(
            lambda by: self.more_like(self.detail.item.id, by) if self.detail.item else None
        )
        self.home.menu_wanted.connect(lambda i, at: self._item_menu(self.home_page, [i], at))

    def _connect_playlists(self) -> None:
        self.playlists.selected.connect(self.detail.open)
        self.playlists.played.connect(self.actions.play)
        self.keeping.told.connect(lambda text: self.message.show_note(text))
        self.keeping.restore_confirmed.connect(self._window.restore_wanted)
        self.settings_page.backup_wanted.connect(self.keeping.choose_target)
        self.settings_page.restore_wanted.connect(self.keeping.choose_source)
        self.playlists.told.connect(lambda text: self.message.show_note(text))
        self.library.saved.connect(self._save_search)
        self.player_bar.queue.clicked.connect(self.queue.toggle)
        for view in (
            self.library_page.grid,
            self.library_page.table,
            self.playlists_page.grid,
            self.playlists_page.table,
            self.queue_panel.table,
        ):
            self.item_menu.attach(view)

    def _edit_chosen(self) -> None:
        views = {"library": self.library_page.grid, "playlists": self.playlists_page.table}
        view = views.get(self.shown())
        if view is not None and (ids := chosen_ids(view)):
            self.edit.open(ids)

    def _save_search(self, name: str, query: ItemQuery) -> None:
        terms = [query.text]
        if query.kind is not None:
            terms.append(f"kind:{query.kind}")
        if query.filter in {"liked", "unplayed"}:
            terms.append(f"is:{query.filter}")
        text = f"({query.text}) {' '.join(terms[1:])}" if len(terms) > 1 else query.text
        self.playlists.create_smart(name, text, query.sort, query.descending)
        self.go("playlists")

    def _connect_detail(self) -> None:
        pane, actions = self.detail_pane, self.actions

        def on_item(call: object) -> object:
            return lambda *values: call(self.detail.item.id, *values) if self.detail.item else None  # type: ignore[operator]

        pane.rated.connect(on_item(actions.rate))
        pane.liked.connect(on_item(self._toggle_like))
        pane.disliked.connect(on_item(actions.dislike))
        pane.played.connect(on_item(lambda i: actions.play(i)))
        pane.speech.chosen.connect(on_item(actions.play_at))
        pane.opened.connect(self.detail.open)
        pane.searched.connect(self.search)
        pane.topics.corrected.connect(on_item(self._correct_topic))
        pane.seed_blocked.connect(actions.block_seed)
        pane.weighed.connect(actions.weigh)

    def _shortcuts(self) -> None:
        for n, name in enumerate(PAGES, 1):
            self._shortcut(f"Ctrl+{n}", lambda name=name: self.go(name))
        self._shortcut("Ctrl+E", self._edit_chosen)
        self._shortcut("Ctrl+U", self.queue.toggle)
        self._shortcut("Ctrl+F", self.focus_search)
        self._shortcut("Ctrl+Shift+F", self._search_by_meaning)
        self._shortcut("Ctrl+O", self.choose_folder)
        self._shortcut("Ctrl+Z", self.actions.undo)
        self._shortcut("F5", lambda: self.automation.scan())
        self._shortcut("Ctrl+P", self.player.toggle)
        self._shortcut("Media Play", self.player.toggle)
        self._shortcut("Media Next", self.player.next)
        self._shortcut("Media Previous", self.player.previous)
        self._shortcut("Ctrl+Right", lambda: self.player.seek_by(10_000))
        self._shortcut("Ctrl+Left", lambda: self.player.seek_by(-10_000))
        self._shortcut("F11", self.full_screen)

    def _shortcut(self, keys: str, call: object) -> None:
        QShortcut(QKeySequence(keys), self.root).activated.connect(call)

    # -- life

    def start(self) -> None:
        """Load the first contents."""
        self.acts.show_settings()
        self.player_bar.volume.setValue(int(str(self._settings.value("player/volume", 80))))
        self.home.shown.connect(self._window.ready)
        self.home.start()
        self.library.load()
        self.playlists.load()
        self.watching.start()
        self._load_folders()

    def close(self) -> None:
        """Stop playing and listening, and store what the user set."""
        self._settings.setValue("player/volume", self.player_bar.volume.value())
        self.preview.leave()
        self.player.stop()
        self.desktop.close()
        self.watching.close()
        self.imports.close()
        self.analysis.hide()
        self.bridge.close()
        self.insights.close()
        self.automation.retire()
        self.clips.retire()

    # -- pages

    def show_page(self, name: str) -> None:
        """Show a page."""
        if name != "stage":
            self._back = name
        if name != "insights" and self.shown() == "insights":
            self.insights.leave()
        loaders = {
            "duplicates": self.duplicates.load,
            "imports": self.imports.load,
            "insights": self.insights.load,
            "playlists": self.playlists.load,
            "plugins": self.plugins.load,
            "settings": self.settings.load,
            "understanding": self.understanding.load,
        }
        if name in loaders:
            loaders[name]()
        if name in {"duplicates", "imports", "insights", "jobs", "plugins", "settings", "stage"}:
            self.detail_pane.hide()
        self.understanding.leave()
        self.preview.leave()
        self.stack.setCurrentWidget(self._pages[name])

    def shown(self) -> str:
        """Return the name of the page on show."""
        current = self.stack.currentWidget()
        return next(name for name, page in self._pages.items() if page is current)

    def _chosen(self, page: str, title: str, changes: dict[str, object]) -> None:
        if page == "library":
            self.library.show_filter(title, **changes)
        self.show_page(page)

    def go(self, name: str) -> None:
        """Show a page and mark it in the sidebar."""
        self.sidebar.select(name)
        self._chosen(name, self.tr("Library"), {})

    def _show_queue(self) -> None:
        """Keep the queue true while it is on show, and only then."""
        on_show = self.shown() == "jobs" and self.jobs_page.tabs.currentIndex() == 1
        (self.analysis.show if on_show else self.analysis.hide)()

    def _tell_playing(self, playing: bool) -> None:
        self.session.features.policy.playing = playing

    def _fetch(self, ids: Sequence[int]) -> list[Item]:
        """Return what a view is about to show; what is looked at is analysed first."""
        self.session.features.prioritise(ids)
        return self.session.library.items_by_id(ids, self.session.profile)

    def focus_search(self) -> None:
        """Show the library with the cursor in its search field."""
        if self.shown() != "library":
            self.go("library")
        field: QLineEdit = self.library_page.search
        field.setFocus()
        field.selectAll()

    def _correct_topic(self, item_id: int, kind: str, key: str, holds: bool) -> None:
        understanding = self.session.features.understanding

        def work() -> Callable[[], object]:
            before = understanding.correct([item_id], kind, key, holds)
            return lambda: understanding.restore(kind, key, before)

        text = self.tr("Noted: it is “{name}”.") if holds else self.tr("Noted: it is not “{name}”.")
        self.actions.do(work, text.format(name=concept_name(key)))

    def _search_by_meaning(self) -> None:
        if self.shown() != "understanding":
            self.go("understanding")
        self.understanding_page.focus_search()

    def _offer_similar(self, menu: QMenu, ids: list[int]) -> None:
        if len(ids) == 1:
            add_similar(menu, ids[0], self.more_like)

    def _item_menu(self, page: QWidget, ids: list[int], at: QPoint) -> None:
        menu = self.item_menu.build(page, ids)
        if len(ids) == 1:
            menu.addAction(self.tr("Details")).triggered.connect(lambda: self.detail.open(ids[0]))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def more_like(self, item_id: int, by: str = "all") -> None:
        """Show what is like an item, beside the map."""
        if self.shown() != "understanding":
            self.go("understanding")
        self.searches.show_similar(item_id, by)

    def _show_in_library(self, title: str, ids: NDArray[np.int64]) -> None:
        self.sidebar.select("library")
        self.library.show_items(title, ids)
        self.show_page("library")

    def search(self, text: str) -> None:
        """Look for words in the library."""
        self.go("library")
        self.library_page.search.setText(text)

    def full_screen(self) -> None:
        """Fill the screen with the picture or the window, or go back."""
        if self.shown() == "stage":
            self.stage.toggle_full_screen()
        else:
            window = self._window
            window.showNormal() if window.isFullScreen() else window.showFullScreen()

    # -- folders and jobs

    def choose_folder(self) -> None:
        """Let the user choose a folder and scan it."""
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        path = QFileDialog.getExistingDirectory(self._window, self.tr("Choose a folder with music or films"), music)
        if path:
            self._arrive(lambda: self.automation.scan([Path(path)]))

    def take_in(self, paths: Sequence[Path]) -> None:
        """Scan files and folders that were dropped."""
        wanted = list(paths)
        if self.home_page.welcoming and not self.model.rowCount():
            self._arrive(lambda: self.automation.scan(wanted))
        else:
            self.automation.scan(wanted)

    def _arrive(self, start: Callable[[], object]) -> None:
        """Start what brings items; newcomers see them come and are asked what they like."""
        newcomer = self.home_page.welcoming and not self.model.rowCount()
        if newcomer:
            self.onboarding.start()
        start()
        self.go("home" if newcomer else "library")

    def _welcomed(self) -> None:
        self.home_page.hold(False)
        self.home.refresh()

    def make_sample(self) -> None:
        """Let the user choose where the sample media goes, and make it."""
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        title = self.tr("Where should the sample media go?")
        path = QFileDialog.getExistingDirectory(self._window, title, music)
        if path:
            self._arrive(lambda: self.automation.sample(Path(path) / "avrec sample media"))

    def _folders_soon(self) -> None:
        if not self._folder_timer.isActive():
            self._folder_timer.start()

    def _load_folders(self) -> None:
        def show(folders: Sequence[Folder]) -> None:
            self.sidebar.show_folders(folders)

        self._window.runner.run(
            self.session.library.folders, show, lambda e: self.message.show_error(error_text(e)), key="folders"
        )

    def _watch_job(self, entry: QObject) -> None:
        entry.changed.connect(self._show_busy)  # type: ignore[attr-defined]
        self._show_busy()

    def _show_busy(self) -> None:
        running = self._window.jobs.running()
        if not running:
            self.sidebar.set_busy("")
            return
        progress = running[-1].progress
        fraction = progress.fraction if progress else None
        self.sidebar.set_busy("…" if fraction is None else f"{fraction:.0%}")

    # -- acts

    def _toggle_like(self, item_id: int) -> None:
        item = self.detail.item
        if item is not None and item.liked == 1:
            self.actions.clear_rating(item_id)
        else:
            self.actions.like(item_id)

    def _find_excerpt(self, item_id: int, answer: object) -> None:
        session = self.session

        def work() -> Preview.Found:
            path = session.library.path(item_id)
            start, end = session.features.highlight(item_id)
            clip = session.library.strips.clip(item_id)
            return (path, start, end) if clip is None else (str(clip), 0.0, CLIP_SECONDS, path)

        self._window.runner.run(work, answer, lambda e: answer(error_text(e)), priority=9)  # type: ignore[arg-type, operator]
