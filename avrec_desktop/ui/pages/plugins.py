"""The plugins page: what there is, what it may see, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from avrec_desktop.plugin_host.host import PluginState, PluginStatus
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import error_text, listed, tr
from avrec_desktop.ui.widgets.basics import button, clear_layout, label, page_scroll, tool
from avrec_desktop.ui.widgets.options import OptionsForm
from avrec_desktop.ui.workers import JobCenter, Runner


def permission_words(permissions: Sequence[str]) -> str:
    """Return what a plugin may see, in words."""
    names = {
        "behaviour": tr("likes and plays"),
        "names": tr("titles and file names"),
        "audio": tr("sound"),
        "video": tr("pictures"),
        "network": tr("the network"),
        "files": tr("its own files"),
    }
    return listed(names.get(p, p) for p in permissions) or tr("nothing of yours")


class PluginRow(QFrame):
    """One plugin.

    Signals:
        toggled: (id, on).
        removed: (id).
        set_up: (id, changed options by name).
    """

    toggled = Signal(str, bool)
    removed = Signal(str)
    set_up = Signal(str, dict)

    def __init__(self, status: PluginStatus) -> None:
        super().__init__()
        self.setObjectName("panel")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        box.setSpacing(theme.XS)
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(label(said(status.name), "h2"))
        head.addWidget(label(status.version, "muted"))
        head.addStretch()
        names = {
            PluginState.ACTIVE: self.tr("Works"),
            PluginState.ENABLED: self.tr("Enabled"),
            PluginState.DISABLED: self.tr("Off"),
            PluginState.ERROR: self.tr("Does not work"),
            PluginState.INCOMPATIBLE: self.tr("Made for another version"),
        }
        bad = status.state in {PluginState.ERROR, PluginState.INCOMPATIBLE}
        head.addWidget(label(names[status.state], "error" if bad else "muted"))
        switch = QCheckBox(self.tr("Use"))
        switch.setAccessibleName(self.tr("Use {name}").format(name=status.name))
        switch.setChecked(status.state not in {PluginState.DISABLED, PluginState.INCOMPATIBLE})
        switch.setEnabled(status.state is not PluginState.INCOMPATIBLE)
        switch.toggled.connect(lambda on: self.toggled.emit(status.id, on))
        head.addWidget(switch)
        if status.source == "installed":
            name = self.tr("Remove {name}").format(name=status.name)
            head.addWidget(tool("delete-outline", name, lambda: self.removed.emit(status.id)))
        box.addLayout(head)
        if status.description:
            box.addWidget(label(said(status.description), "", wrap=True))
        may = self.tr("May see: {what}").format(what=permission_words(status.permissions))
        box.addWidget(label("\n".join((may, *self._adds(status))), "small", wrap=True))
        if status.error:
            box.addWidget(label(said(status.error), "error", wrap=True))
        if status.notice:
            self._notice = label(said(status.notice), "notice", wrap=True)
            box.addWidget(self._notice)
        if status.options:
            self._add_options(box, status)

    def _adds(self, status: PluginStatus) -> list[str]:
        """Return what a plugin adds, a line for each kind of it."""
        lines = []
        for kind, one, many in (
            ("extractor", self.tr("Adds the analysis: {names}"), self.tr("Adds the analyses: {names}")),
            ("model", self.tr("Adds the model: {names}"), self.tr("Adds the models: {names}")),
        ):
            names = [said(name) for what, name in status.adds if what == kind]
            if names:
                lines.append((one if len(names) == 1 else many).format(names=listed(names)))
        return lines

    def _add_options(self, box: QVBoxLayout, status: PluginStatus) -> None:
        form = OptionsForm(status.options, status.values)
        form.applied.connect(lambda values: self.set_up.emit(status.id, values))
        form.setVisible(False)
        switch = button(self.tr("Options"), lambda: form.setVisible(not form.isVisible()), icon="tune-variant")
        switch.setAccessibleName(self.tr("Options of {name}").format(name=status.name))
        row = QHBoxLayout()
        row.addWidget(switch)
        row.addStretch()
        box.addLayout(row)
        box.addWidget(form)


class PluginsPage(QWidget):
    """Layout of the plugins page.

    Signals:
        install_wanted: Choose a wheel.
        install_folder_wanted: Choose a source folder.
    """

    install_wanted = Signal()
    install_folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, theme.GUTTER, 0)
        head.addWidget(label(self.tr("Plugins"), "h1"))
        head.addStretch()
        head.addWidget(
            button(self.tr("Install from folder"), self.install_folder_wanted.emit, icon="folder-open-outline")
        )
        head.addWidget(button(self.tr("Install"), self.install_wanted.emit, icon="plus", primary=True))
        box.addLayout(head)
        about = self.tr(
            "Plugins add ways to understand media and models that recommend. They run in processes of their own and "
            "cannot take the app down, but they are other people's programs: install those you trust."
        )
        words = label(about, "muted", wrap=True)
        words.setContentsMargins(0, 0, theme.GUTTER, 0)
        box.addWidget(words)
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, theme.S, theme.S, theme.L)
        self._rows.setSpacing(theme.S)
        box.addWidget(page_scroll(inner), 1)

    def show_rows(self, rows: Sequence[PluginRow]) -> None:
        """Show these plugins."""
        clear_layout(self._rows)
        for row in rows:
            self._rows.addWidget(row)
        self._rows.addStretch()


class PluginsController(QObject):
    """Lists plugins and carries out what the user wants with them.

    Signals:
        problem: A message for the user.
        acted: (text, work) an act to carry out and note; ``work`` returns what takes it back.
    """

    problem = Signal(str)
    acted = Signal(str, object)

    def __init__(
        self, page: PluginsPage, runner: Runner, jobs: JobCenter, session: Session, bridge: EventBridge, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._jobs = jobs
        self._plugins = session.plugins
        self._names: dict[str, str] = {}
        page.install_wanted.connect(self._choose_wheel)
        page.install_folder_wanted.connect(self._choose_folder)
        bridge.plugins_changed.connect(lambda _: self.load())

    def load(self) -> None:
        """Read the list anew; new plugins are asked what they add."""

        def work() -> list[PluginStatus]:
            self._plugins.extractors()
            return self._plugins.plugins()

        self._runner.run(work, self._show, lambda e: self.problem.emit(error_text(e)), key="plugins")

    def install(self, source: str) -> None:
        """Install a plugin as a job."""
        self._jobs.start(self.tr("Installing a plugin"), "install", lambda job: self._plugins.install(source, job))

    def _show(self, plugins: list[PluginStatus]) -> None:
        rows = []
        self._names = {status.id: status.name for status in plugins}
        for status in plugins:
            row = PluginRow(status)
            row.toggled.connect(self._toggle)
            row.set_up.connect(self._set_up)
            row.removed.connect(lambda i: self._do(lambda: self._plugins.remove(i)))
            rows.append(row)
        self._page.show_rows(rows)

    def _toggle(self, plugin_id: str, on: bool) -> None:
        turn, back = self._plugins.enable, self._plugins.disable
        if not on:
            turn, back = back, turn

        def work() -> object:
            turn(plugin_id)
            return lambda: back(plugin_id)

        text = self.tr("The plugin {name} is used.") if on else self.tr("The plugin {name} is not used any more.")
        self.acted.emit(text.format(name=self._names.get(plugin_id, plugin_id)), work)

    def _set_up(self, plugin_id: str, values: dict[str, object]) -> None:
        def work() -> object:
            before = self._plugins.info(plugin_id).values
            self._plugins.set_options(plugin_id, values)
            return lambda: self._plugins.set_options(plugin_id, {name: before[name] for name in values})

        text = self.tr("The plugin {name} has new settings.")
        self.acted.emit(text.format(name=self._names.get(plugin_id, plugin_id)), work)

    def _do(self, work: object) -> None:
        self._runner.run(work, None, lambda e: self.problem.emit(error_text(e)))  # type: ignore[arg-type]

    def _choose_wheel(self) -> None:
        title = self.tr("Choose a plugin")
        path, _ = QFileDialog.getOpenFileName(self._page, title, str(Path.home()), self.tr("Plugins (*.whl)"))
        if path:
            self.install(path)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._page, self.tr("Choose the source folder of a plugin"))
        if path:
            self.install(path)
