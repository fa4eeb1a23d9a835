"""The main window: composition of pages, panes and controllers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, QSettings, QStandardPaths, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.api.errors import MediaError
from avrec_desktop.library.clipchild import SECONDS as CLIP_SECONDS
from avrec_desktop.library.types import Folder, Item, ItemQuery
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.actions import Actions
from avrec_desktop.ui.acts import WindowActs
from avrec_desktop.ui.automation import Automation
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.clips import ClipMaker
from avrec_desktop.ui.desktop import Desktop
from avrec_desktop.ui.detail import DetailController, DetailPane
from avrec_desktop.ui.dragging import DragModel, EntriesModel
from avrec_desktop.ui.edit_dialog import EditController
from avrec_desktop.ui.fullscreen import FullScreen
from avrec_desktop.ui.hover import GridHover
from avrec_desktop.ui.item_menu import ItemMenu, chosen_ids
from avrec_desktop.ui.later import LaterPages
from avrec_desktop.ui.others import Others
from avrec_desktop.ui.pages.home import HomePage
from avrec_desktop.ui.pages.home_control import HomeController
from avrec_desktop.ui.pages.library import LibraryPage
from avrec_desktop.ui.pages.library_control import LibraryController
from avrec_desktop.ui.pages.onboarding import OnboardingController
from avrec_desktop.ui.pages.playlists import PlaylistsPage
from avrec_desktop.ui.pages.playlists_control import PlaylistsController
from avrec_desktop.ui.player import Player, too_many_channels
from avrec_desktop.ui.playerbar import PlayerBar, PlayerController, Stage
from avrec_desktop.ui.playlist_adder import PlaylistAdder
from avrec_desktop.ui.preview import Preview
from avrec_desktop.ui.queue_panel import QueueController, QueueModel, QueuePanel
from avrec_desktop.ui.safekeeping import Safekeeping
from avrec_desktop.ui.shell import MainWindow
from avrec_desktop.ui.sidebar import Sidebar
from avrec_desktop.ui.similar_menu import add_similar
from avrec_desktop.ui.strips import NowPlaying, Strips
from avrec_desktop.ui.texts import concept_name, error_text, percent
from avrec_desktop.ui.thumbs import Thumbnails
from avrec_desktop.ui.watching import Watching
from avrec_desktop.ui.widgets.message import MessageBar

PAGES = ("home", "library", "playlists", "duplicates", "understanding", "insights", "jobs", "plugins", "settings")


class Parts(LaterPages):
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
        self.library.remember(settings)
        self.playlists = PlaylistsController(self.playlists_page, self.entries, *shared, self.actions, self)
        self.queue = QueueController(self.queue_panel, self.queued, runner, session, self.player, self.actions, self)
        self.item_menu = ItemMenu(session, self.player, self.queue, self.playlists, self.actions.play, self)
        self.keeping = Safekeeping(session, runner, jobs, window, self)
        self.edit = EditController(runner, jobs, session, self.actions, window, self)
        self.item_menu.extend.append(self.edit.extend_menu)
        self.item_menu.extend.append(self._offer_similar)
        self.detail = DetailController(self.detail_pane, *shared, self.thumbnails, self)
        self.playing = PlayerController(self.player_bar, self.stage, self.player, self.thumbnails, self)
        hidden = (self.sidebar, self.detail_pane, self.queue_panel, self.notice)
        self.cinema = FullScreen(self.stage, self.player_bar, self.root, hidden, self.player)
        self.hover = GridHover(self.library_page.grid, self.model, self.preview, self.strips, self)
        self.now = NowPlaying(runner, session, self.player, self.player_bar, self.playing, self.strips, settings, self)
        self.others = Others(runner, session, self)
        self.watching = Watching(runner, jobs, session, self.automation, self)
        self.playlist_adder = PlaylistAdder(runner, session, self.actions, self._window)
        self.desktop = Desktop(window, self, settings)
        self.acts = WindowActs(window, self, settings)
        self._back = "home"
        self._connect()
        self._connect_similar()
        self._shortcuts()

    def _make_views(self) -> None:
        self.sidebar = Sidebar()
        self.home_page = HomePage()
        self.library_page = LibraryPage(self.model, self.thumbnails)
        self.playlists_page = PlaylistsPage(self.entries, self.thumbnails)
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
        self.notice = QWidget()
        holder = QHBoxLayout(self.notice)
        holder.setContentsMargins(theme.XL, theme.S, theme.XL, theme.S)
        holder.addWidget(self.message)
        self.notice.hide()
        middle.addWidget(self.notice)
        row.addWidget(self.sidebar)
        row.addLayout(middle, 1)
        row.addWidget(self.detail_pane)
        row.addWidget(self.queue_panel)
        outer.addLayout(row, 1)
        outer.addWidget(self.player_bar)
        #: What the window shows, in the order of reading.
        self.panes = (self.sidebar, self.stack, self.detail_pane, self.queue_panel, self.message, self.player_bar)

    def _connect(self) -> None:
        say, note = self.message.show_error, self.message.show_note
        for part in (
            self.home,
            self.library,
            self.playlists,
            self.queue,
            self.edit,
            self.keeping,
            self.watching,
            self.detail,
            self.actions,
            self.automation,
            self.onboarding,
            self.playlist_adder,
        ):
            part.problem.connect(say)
        self.watching.acted.connect(lambda text, work: self.actions.do(work, text))
        self.message.turned.connect(lambda _: self._show_notice())
        self.cinema.left.connect(self._show_notice)
        self.automation.told.connect(lambda text: note(text))
        self.actions.noted.connect(
            lambda text, can: note(text, self.tr("Undo") if can else None, self.actions.undo if can else None)
        )
        self.sidebar.chosen.connect(self._chosen)
        for source in (
            self.sidebar.add_folder_wanted,
            self.home_page.choose_folders,
            self.library_page.choose_folders,
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
        searched = self.library_page.search
        self.library_page.meaning_wanted.connect(lambda: self.search_meaning(searched.text()))
        self.library.played.connect(lambda i, _: self.actions.sought(i) if searched.text().strip() else None)
        self.library.played.connect(self.actions.play)
        self._connect_playlists()
        for view in (self.library_page.grid, self.library_page.table):
            view.liked.connect(self.actions.like)
            view.refused.connect(self.actions.refuse)
        self._connect_detail()
        self.playing.stage_wanted.connect(lambda: self.show_page("stage"))
        self.stage.left.connect(lambda: self.show_page(self._back) if self.shown() == "stage" else None)
        self.stack.currentChanged.connect(lambda _: self.show_queue())
        self.player.playing_changed.connect(self._tell_playing)
        self._window.jobs.added.connect(self._watch_job)
        for entry in self._window.jobs.running():
            self._watch_job(entry)
        self._window.jobs.ended.connect(lambda _: self._show_busy())
        self.bridge.items_changed.connect(lambda _: self.load_folders_soon())
        self._folder_timer = QTimer(self)
        self._folder_timer.setSingleShot(True)
        self._folder_timer.setInterval(700)
        self._folder_timer.timeout.connect(self._load_folders)

    def _connect_similar(self) -> None:
        self.detail_pane.similar_wanted.connect(
            lambda by: self.more_like(self.detail.item.id, by) if self.detail.item else None
        )
        self.home.menu_wanted.connect(lambda i, at: self.show_item_menu(self.home_page, [i], at))

    def _connect_playlists(self) -> None:
        self.playlists.selected.connect(self.detail.open)
        self.playlists.played.connect(self.actions.play)
        self.keeping.told.connect(lambda text: self.message.show_note(text))
        self.keeping.restore_confirmed.connect(self._window.restore_wanted)
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
        self.player_bar.volume.setValue(int(str(self._settings.value("player/volume", 80))))
        self.home.shown.connect(self._window.ready)
        self.home.start()
        self.library.load()
        self.playlists.load()
        if self.session.library.database.read_only:
            self.message.show_error(
                self.tr("This library can only be read: its file or folder cannot be written. What you do is not kept.")
            )
        else:
            self.watching.start()
        self._load_folders()

    def close(self) -> None:
        """Stop playing and listening, and store what the user set."""
        self._settings.setValue("player/volume", self.player_bar.volume.value())
        self.cinema.leave()
        self.preview.leave()
        self.player.stop()
        self.desktop.close()
        self.watching.close()
        if self.made("imports"):
            self.imports.close()
        if self.made("jobs"):
            self.analysis.hide()
        self.bridge.close()
        if self.made("insights"):
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
        page = self.page(name)
        if name in {"duplicates", "imports", "insights", "playlists", "plugins", "settings", "understanding"}:
            getattr(self, name).load()
        if name in {"duplicates", "imports", "insights", "jobs", "plugins", "settings", "stage"}:
            self.detail_pane.hide()
        if self.made("understanding"):
            self.understanding.leave()
        self.preview.leave()
        before = self.stack.currentWidget()
        if before is not None and before.isAncestorOf(self.root.focusWidget()):
            # else Qt hands the focus to whatever control of the new page happens to come next
            self.sidebar.take_focus()
        self.stack.setCurrentWidget(page)

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

    def _show_notice(self) -> None:
        """Give the message its place while there is one, but not over a film that fills the screen."""
        self.notice.setVisible(not self.message.isHidden() and not self.cinema.on)

    def show_queue(self) -> None:
        """Keep the queue true while it is on show, and only then."""
        if self.made("jobs"):
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

    def search_meaning(self, words: str) -> None:
        """Look for what words mean, beside the map."""
        self.go("understanding")
        self.understanding_page.search.setText(words)
        self.understanding_page.searched.emit(words)

    def _offer_similar(self, menu: QMenu, ids: list[int]) -> None:
        if len(ids) == 1:
            add_similar(menu, ids[0], self.more_like)

    def show_item_menu(self, page: QWidget, ids: list[int], at: QPoint) -> None:
        """Offer what can be done with items of a page."""
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

    def show_in_library(self, title: str, ids: NDArray[np.int64]) -> None:
        """Show these items in the library."""
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

    def load_folders_soon(self) -> None:
        """Show the folders anew in a moment, once for many changes."""
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
        self.sidebar.set_busy("…" if fraction is None else percent(fraction))

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
            if refusal := too_many_channels(session.library.item(item_id).channels):
                raise MediaError(refusal)
            start, end = session.features.highlight(item_id)
            clip = session.library.strips.clip(item_id)
            return (path, start, end) if clip is None else (str(clip), 0.0, min(CLIP_SECONDS, end - start), path)

        self._window.runner.run(work, answer, lambda e: answer(error_text(e)), priority=9)  # type: ignore[arg-type, operator]
