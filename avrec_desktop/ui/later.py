"""The pages that are made when they are first asked for: the window opens sooner, and most days need few of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from avrec_desktop.session import Session
    from avrec_desktop.ui.imports_control import ImportsController
    from avrec_desktop.ui.pages.duplicates import DuplicatesController, DuplicatesPage
    from avrec_desktop.ui.pages.imports import ImportsPage
    from avrec_desktop.ui.pages.insights import InsightsPage
    from avrec_desktop.ui.pages.insights_control import InsightsController
    from avrec_desktop.ui.pages.jobs import JobsPage
    from avrec_desktop.ui.pages.plugins import PluginsController, PluginsPage
    from avrec_desktop.ui.pages.privacy import PrivacyController
    from avrec_desktop.ui.pages.queue_control import AnalysisController
    from avrec_desktop.ui.pages.settings import SettingsController, SettingsPage
    from avrec_desktop.ui.pages.understanding import UnderstandingPage
    from avrec_desktop.ui.pages.understanding_control import UnderstandingController
    from avrec_desktop.ui.pages.understanding_search import MeaningSearch
    from avrec_desktop.ui.shell import MainWindow
    from avrec_desktop.ui.window import Parts


#: What makes each page.
_MAKERS = {
    "duplicates": "duplicates",
    "understanding": "searches",
    "insights": "insights",
    "jobs": "_jobs_and_queue",
    "plugins": "plugins",
    "settings": "_settings_and_data",
    "imports": "imports",
}


class LaterPages(QObject):
    """Base of the window's parts: each page and its controller come to be when one of them is first named.

    Attributes:
        stack: Holds the pages that were made.
    """

    session: Session
    stack: QStackedWidget
    _window: MainWindow
    _pages: dict[str, QWidget]

    def made(self, name: str) -> bool:
        """Return whether a page was made."""
        return name in self._pages

    def page(self, name: str) -> QWidget:
        """Return a page, made when there is none."""
        if name not in self._pages:
            getattr(self, _MAKERS[name])
        return self._pages[name]

    @property
    def _all(self) -> Parts:
        return cast("Parts", self)

    def _take(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self.stack.addWidget(page)

    def _hear(self, *parts: Any) -> None:
        for part in parts:
            part.problem.connect(self._all.message.show_error)

    # -- pages; whoever names one gets it with its controller

    @property
    def duplicates_page(self) -> DuplicatesPage:
        """Review of copies."""
        return cast("DuplicatesPage", self.page("duplicates"))

    @property
    def understanding_page(self) -> UnderstandingPage:
        """Topics, moods and the map."""
        return cast("UnderstandingPage", self.page("understanding"))

    @property
    def insights_page(self) -> InsightsPage:
        """How good the models are, and the taste."""
        return cast("InsightsPage", self.page("insights"))

    @property
    def jobs_page(self) -> JobsPage:
        """Jobs and the queue of the analysis."""
        return cast("JobsPage", self.page("jobs"))

    @property
    def plugins_page(self) -> PluginsPage:
        """Plugins."""
        return cast("PluginsPage", self.page("plugins"))

    @property
    def settings_page(self) -> SettingsPage:
        """Settings."""
        return cast("SettingsPage", self.page("settings"))

    @property
    def imports_page(self) -> ImportsPage:
        """Imports of behaviour."""
        return cast("ImportsPage", self.page("imports"))

    # -- controllers

    @cached_property
    def duplicates(self) -> DuplicatesController:
        """Finds copies and shows them."""
        from avrec_desktop.ui.pages.duplicates import DuplicatesController, DuplicatesPage

        all_, page = self._all, DuplicatesPage()
        control = DuplicatesController(
            page, self._window.runner, self.session, all_.actions, all_.thumbnails, all_.preview, self
        )
        self._hear(control)
        self._take("duplicates", page)
        return control

    @cached_property
    def insights(self) -> InsightsController:
        """Measures models and draws the figures."""
        from avrec_desktop.ui.pages.insights import InsightsPage
        from avrec_desktop.ui.pages.insights_control import InsightsController

        all_, window, page = self._all, self._window, InsightsPage()
        control = InsightsController(page, window.runner, window.jobs, self.session, all_.bridge, self)
        self._hear(control)
        control.told.connect(lambda text: all_.message.show_note(text))
        control.acted.connect(lambda text, work: all_.actions.do(work, text))
        page.taste.weighed.connect(all_.actions.weigh)
        page.taste.seed_freed.connect(lambda i: all_.actions.block_seed(i, blocked=False))
        self._take("insights", page)
        return control

    @cached_property
    def plugins(self) -> PluginsController:
        """Lists, installs and sets up plugins."""
        from avrec_desktop.ui.pages.plugins import PluginsController, PluginsPage

        all_, window, page = self._all, self._window, PluginsPage()
        control = PluginsController(page, window.runner, window.jobs, self.session, all_.bridge, self)
        self._hear(control)
        control.acted.connect(lambda text, work: all_.actions.do(work, text))
        self._take("plugins", page)
        return control

    @cached_property
    def imports(self) -> ImportsController:
        """Imports behaviour."""
        from avrec_desktop.ui.imports_control import ImportsController
        from avrec_desktop.ui.pages.imports import ImportsPage

        all_, window, page = self._all, self._window, ImportsPage()
        control = ImportsController(page, window.runner, window.jobs, self.session, all_.bridge, self)
        self._hear(control)
        control.noted.connect(lambda text: all_.message.show_note(text))
        control.acted.connect(all_.actions.note_done)
        page.left.connect(lambda: all_.show_page("settings"))
        self._take("imports", page)
        return control

    @cached_property
    def _jobs_and_queue(self) -> tuple[JobsPage, AnalysisController]:
        from avrec_desktop.ui.pages.jobs import JobsController, JobsPage
        from avrec_desktop.ui.pages.queue_control import AnalysisController

        all_, window, page = self._all, self._window, JobsPage()
        JobsController(page, window.jobs, self)
        queue = AnalysisController(page.queue, window.runner, window.jobs, self.session, all_.bridge, self)
        self._hear(queue)
        page.scan_wanted.connect(lambda: all_.automation.scan())
        page.analyse_wanted.connect(lambda: all_.automation.analyse())
        page.train_wanted.connect(lambda: all_.automation.train())
        queue.analyse_wanted.connect(lambda: all_.automation.analyse())
        page.tabs.currentChanged.connect(lambda _: all_.show_queue())
        self._take("jobs", page)
        return page, queue

    @property
    def analysis(self) -> AnalysisController:
        """Keeps the queue true while it is on show."""
        return self._jobs_and_queue[1]

    @cached_property
    def searches(self) -> MeaningSearch:
        """Searches by meaning, beside the map."""
        from avrec_desktop.ui.pages.understanding import UnderstandingPage
        from avrec_desktop.ui.pages.understanding_search import MeaningSearch

        page = UnderstandingPage(self._all.thumbnails)
        searches = MeaningSearch(page, self._window.runner, self.session, self._all.thumbnails, self)
        self.__dict__["searches"] = searches  # the controller below asks for it
        self._make_understanding(page, searches)
        return searches

    @property
    def understanding(self) -> UnderstandingController:
        """Shows the map and what is on it."""
        _ = self.searches
        return self._understanding

    def _make_understanding(self, page: UnderstandingPage, searches: MeaningSearch) -> None:
        from avrec_desktop.ui.pages.understanding_control import UnderstandingController

        all_, window = self._all, self._window
        searches.played.connect(lambda i, *_: all_.actions.sought(i))
        part = self._understanding = UnderstandingController(
            page,
            window.runner,
            self.session,
            all_.bridge,
            all_.thumbnails,
            all_.preview,
            window.jobs,
            searches,
            self,
        )
        self._hear(part)
        part.opened.connect(all_.detail.open)
        part.played.connect(lambda i, queue, start: all_.actions.play(i, queue, start if start >= 0 else None))
        part.liked.connect(all_.actions.like_all)
        button = page.selection.playlist_button
        part.playlist_wanted.connect(lambda ids: all_.playlist_adder.ask(ids, button.mapToGlobal(QPoint())))
        part.menu_wanted.connect(lambda ids, at: all_.show_item_menu(all_.understanding_page, ids, at))
        part.library_wanted.connect(all_.show_in_library)
        page.analyse_wanted.connect(lambda: all_.automation.analyse())
        self._take("understanding", page)

    @cached_property
    def _settings_and_data(self) -> tuple[SettingsController, PrivacyController]:
        from avrec_desktop.ui.pages.privacy import PrivacyController
        from avrec_desktop.ui.pages.settings import SettingsController, SettingsPage

        all_, window, session = self._all, self._window, self.session
        page = SettingsPage(str(session.directory))
        control = SettingsController(page, window.runner, session, all_.bridge, self)
        data = PrivacyController(page.data, window.runner, window.jobs, session, self)
        self._hear(control, data)
        control.folders_changed.connect(all_.load_folders_soon)
        control.folders_changed.connect(all_.watching.renew)
        data.noted.connect(lambda text: all_.message.show_note(text))
        page.data.imports_wanted.connect(lambda: all_.show_page("imports"))
        page.add_folder_wanted.connect(all_.choose_folder)
        page.weights_changed.connect(all_.actions.set_weights)
        page.backup_wanted.connect(all_.keeping.choose_target)
        page.restore_wanted.connect(all_.keeping.choose_source)
        all_.watching.attach(page)
        all_.acts.attach(page, control)
        self._take("settings", page)
        return control, data

    @property
    def settings(self) -> SettingsController:
        """Stores what is chosen in the settings."""
        return self._settings_and_data[0]

    @property
    def privacy(self) -> PrivacyController:
        """Exports, anonymises and erases."""
        return self._settings_and_data[1]
