"""What the window does as a whole: the palette, the report, the file manager, and the settings of looks and desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QSettings, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from avrec_desktop.ui import motion
from avrec_desktop.ui.commands import window_commands
from avrec_desktop.ui.desktop import on, show_in_file_manager
from avrec_desktop.ui.help import AboutDialog, KeysDialog
from avrec_desktop.ui.palette import Palette
from avrec_desktop.ui.report import ReportDialog, make_report
from avrec_desktop.ui.texts import error_text

if TYPE_CHECKING:
    from avrec_desktop.ui.pages.settings import SettingsController, SettingsPage
    from avrec_desktop.ui.shell import MainWindow
    from avrec_desktop.ui.window import Parts


class WindowActs(QObject):
    """Acts that belong to no page, with their keys.

    Args:
        window: The window.
        parts: Its parts; also the Qt parent.
        settings: Where looks and desktop settings are kept.
    """

    def __init__(self, window: MainWindow, parts: Parts, settings: QSettings) -> None:
        super().__init__(parts)
        self._window = window
        self._parts = parts
        self._settings = settings
        parts.home.place_chosen.connect(self._moved_slider)
        parts.item_menu.extend.append(self.extend_menu)
        menus = parts.playing.menus
        for keys, call in (
            ("Ctrl+K", self.show_palette),
            ("F1", self.show_keys),
            ("Ctrl+Shift+E", self.show_file),
            ("Ctrl+B", menus.repeat_step),
            ("Ctrl+M", parts.playing.show_mini),
            ("Ctrl+Shift+Right", lambda: menus.step_chapter(1)),
            ("Ctrl+Shift+Left", lambda: menus.step_chapter(-1)),
        ):
            QShortcut(QKeySequence(keys), parts.root).activated.connect(call)

    def attach(self, page: SettingsPage, control: SettingsController) -> None:
        """Listen to the settings page, which is made later than this, and show on it what is stored."""
        window, parts, settings = self._window, self._parts, self._settings
        page.theme_chosen.connect(window.theme_chosen)
        page.language_chosen.connect(window.language_chosen)
        page.profile_chosen.connect(window.profile_chosen)
        page.text_size_chosen.connect(window.text_size_chosen)
        page.motion_chosen.connect(lambda chosen: motion.choose(settings, chosen))
        page.switched.connect(self._switched)
        page.report_wanted.connect(self.show_report)
        page.help.keys_wanted.connect(self.show_keys)
        page.help.about_wanted.connect(self.show_about)
        control.acted.connect(lambda text, work: parts.actions.do(work, text))
        self._show_settings(page)

    def _show_settings(self, page: SettingsPage) -> None:
        stored = self._settings
        language = "zh_CN" if QLocale().language() == QLocale.Language.Chinese else "en"
        for choice, value in (
            (page.theme, stored.value("looks/theme", "system")),
            (page.language, language),
            (page.text_size, int(str(stored.value("looks/text", 100)))),
            (page.motion, stored.value("looks/motion", "system")),
        ):
            choice.setCurrentIndex(max(0, choice.findData(value)))
        for key, box in page.switches.items():
            box.setChecked(on(stored, key))

    def show_palette(self) -> None:
        """Let the user find a command by typing."""
        parts, window = self._parts, self._window
        commands = window_commands(parts, self, window.theme_chosen.emit)
        palette = Palette(window, commands)
        palette.searched.connect(parts.search)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def show_report(self) -> None:
        """Make a problem report and show it to the user."""
        self._window.runner.run(
            lambda: make_report(self._parts.session),
            lambda text: ReportDialog(self._window, text).open(),
            lambda e: self._parts.message.show_error(error_text(e)),
            key="report",
        )

    def show_keys(self) -> None:
        """Show all keys."""
        KeysDialog(self._window).open()

    def show_about(self) -> None:
        """Say what this is."""
        AboutDialog(self._window).open()

    def extend_menu(self, menu: QMenu, ids: list[int]) -> None:
        """Add what else can be done with items to their menu."""
        actions, session = self._parts.actions, self._parts.session
        menu.addSeparator()
        menu.addAction(self.tr("Like")).triggered.connect(lambda _=False: actions.like_all(ids))
        if len(ids) == 1:
            menu.addAction(self.tr("Not interested")).triggered.connect(lambda _=False: actions.refuse(ids[0]))
            menu.addSeparator()
            menu.addAction(self.tr("Show in the file manager")).triggered.connect(
                lambda _=False: self._window.runner.run(
                    lambda: session.library.path(ids[0]),
                    self._show_path,
                    lambda e: self._parts.message.show_error(error_text(e)),
                )
            )

    def show_file(self) -> None:
        """Show the file of the open or the playing item in the file manager."""
        item = self._parts.detail.item or self._parts.player.item
        if item is None:
            self._parts.message.show_note(self.tr("Open an item first."))
        else:
            self._show_path(item.path)

    def _show_path(self, path: str) -> None:
        if not show_in_file_manager(path):
            text = self.tr("There is no file manager that could show {path}.").format(path=path)
            self._parts.message.show_error(text)

    def _switched(self, key: str, chosen: bool) -> None:
        self._settings.setValue(key, chosen)
        self._parts.desktop.apply()

    def _moved_slider(self, before: float, _now: float) -> None:
        wanted = self._parts.home.place_wanted
        self._parts.actions.do(lambda: lambda: wanted.emit(before), self.tr("Your recommendations follow the slider."))
