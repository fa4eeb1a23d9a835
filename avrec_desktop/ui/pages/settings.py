"""The settings page: folders, looks, language, the model, the weights of signals, sample data."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.behaviour.store import Profile
from avrec_desktop.features.policy import AnalysisSettings
from avrec_desktop.library.strips import LEAST_LIMIT_MB
from avrec_desktop.library.types import Folder
from avrec_desktop.recommend.service import ModelInfo
from avrec_desktop.session import Session
from avrec_desktop.ui import theme
from avrec_desktop.ui.bridge import EventBridge
from avrec_desktop.ui.choice import choice_words
from avrec_desktop.ui.desktop import NOTIFY, TRAY
from avrec_desktop.ui.help import AboutSection
from avrec_desktop.ui.pages.privacy import DataSections
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import counted, error_text, percent
from avrec_desktop.ui.widgets.analysis import AnalysisEditor
from avrec_desktop.ui.widgets.basics import (
    ElidedLabel,
    FlowLayout,
    button,
    clear_layout,
    label,
    page_scroll,
    section,
    tool,
)
from avrec_desktop.ui.widgets.weights import WeightsEditor
from avrec_desktop.ui.workers import Runner

#: Width of the controls that choose.
_CONTROL = 280
#: Least width of their names.
_NAMES = 262


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(theme.L)
    form.setVerticalSpacing(theme.S)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return form


class SettingsPage(QWidget):
    """Layout of the settings page.

    Signals:
        add_folder_wanted, remove_sample_wanted, backup_wanted, restore_wanted: Buttons.
        folder_removed: (id).
        theme_chosen: ``system``, ``light`` or ``dark``.
        language_chosen: Language code.
        text_size_chosen: Percent of the usual size.
        motion_chosen: ``system``, ``full`` or ``reduced``.
        switched: (key of the setting, on).
        cache_chosen: Megabytes.
        report_wanted: A button.
        profile_chosen: Name of a profile.
        model_chosen: Model id.
        weights_changed: :class:`SignalWeights`.
        watch_chosen: Whether folders are to be watched.
        analysis_changed: (name of a setting, value).
    """

    add_folder_wanted = Signal()
    remove_sample_wanted = Signal()
    folder_removed = Signal(int)
    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    text_size_chosen = Signal(int)
    motion_chosen = Signal(str)
    switched = Signal(str, bool)
    cache_chosen = Signal(int)
    report_wanted = Signal()
    profile_chosen = Signal(str)
    model_chosen = Signal(str)
    weights_changed = Signal(object)
    watch_chosen = Signal(bool)
    backup_wanted = Signal()
    restore_wanted = Signal()
    analysis_changed = Signal(str, object)

    def __init__(self, directory: str) -> None:
        super().__init__()
        self.setObjectName("page")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.XL, theme.L, theme.M, 0)
        outer.addWidget(label(self.tr("Settings"), "h1"))
        inner = QWidget()
        self.help = AboutSection()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, theme.S, theme.S, theme.L)
        box.setSpacing(theme.M)
        for part in (
            self._folders_part(directory),
            self._profile_part(),
            self._looks_part(),
            self._desktop_part(),
            self._model_part(),
            self._analysis_part(),
            self._weights_part(),
            self._data_part(),
            self.help,
        ):
            box.addWidget(part)
        box.addStretch()
        for words in inner.findChildren(QLabel):
            if words.buddy() is not None:  # the names of all parts' rows, one column
                words.setMinimumSize(theme.scaled(_NAMES), words.buddy().sizeHint().height())
        outer.addWidget(page_scroll(inner), 1)

    def _data_part(self) -> DataSections:
        self.data = DataSections()
        return self.data

    def _folders_part(self, directory: str) -> QFrame:
        frame, box = section(self.tr("Folders"))
        holder = QWidget()
        self._folders = QVBoxLayout(holder)
        self._folders.setContentsMargins(0, 0, 0, 0)
        box.addWidget(holder)
        self.watch = QCheckBox(self.tr("Notice changes in these folders by itself"))
        self.watch.clicked.connect(self.watch_chosen)
        box.addWidget(self.watch)
        self.watch_note = label("", "small", wrap=True)
        self.watch_note.hide()
        box.addWidget(self.watch_note)
        row = FlowLayout(spacing=theme.S)
        row.addWidget(button(self.tr("Add a folder"), self.add_folder_wanted.emit, icon="folder-plus-outline"))
        self.sample = button(self.tr("Remove sample profiles"), self.remove_sample_wanted.emit, icon="broom")
        row.addWidget(self.sample)
        row.addWidget(button(self.tr("Back up the library …"), self.backup_wanted.emit, icon="content-save-outline"))
        row.addWidget(button(self.tr("Restore a backup …"), self.restore_wanted.emit, icon="backup-restore"))
        box.addLayout(row)
        place = ElidedLabel("", "small")
        place.setText(self.tr("The library itself is in {path}").format(path=directory))
        box.addWidget(place)
        return frame

    def _profile_part(self) -> QFrame:
        frame, box = section(self.tr("Profile"))
        form = _form()
        self.profile = QComboBox()
        self.profile.setAccessibleName(self.tr("Whose taste counts"))
        self.profile.setFixedWidth(_CONTROL)
        self.profile.activated.connect(lambda _: self.profile_chosen.emit(self.profile.currentData()))
        form.addRow(self.tr("Whose taste counts"), self.profile)
        box.addLayout(form)
        return frame

    def show_profiles(self, profiles: Sequence[Profile], current: str) -> None:
        """List the profiles."""
        self.profile.clear()
        for profile in profiles:
            name = self.tr("{name} (sample)").format(name=profile.name) if profile.sample else profile.name
            self.profile.addItem(name, profile.name)
        self.profile.setCurrentIndex(max(0, self.profile.findData(current)))

    def _looks_part(self) -> QFrame:
        frame, box = section(self.tr("Looks and language"))
        form = _form()
        self.theme = QComboBox()
        for name, key in (
            (self.tr("As the desktop"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ):
            self.theme.addItem(name, key)
        self.language = QComboBox()
        for name, key in (("English", "en"), ("简体中文", "zh_CN")):
            self.language.addItem(name, key)
        self.text_size = QComboBox()
        for size in (100, 115, 130, 150):
            self.text_size.addItem(percent(size / 100), size)
        self.motion = QComboBox()
        for name, key in (
            (self.tr("As the desktop"), "system"),
            (self.tr("Full"), "full"),
            (self.tr("Reduced"), "reduced"),
        ):
            self.motion.addItem(name, key)
        for text, control in (
            (self.tr("Colours"), self.theme),
            (self.tr("Language"), self.language),
            (self.tr("Text size"), self.text_size),
            (self.tr("Motion"), self.motion),
        ):
            control.setAccessibleName(text)
            control.setFixedWidth(_CONTROL)
            form.addRow(text, control)
        self.theme.activated.connect(lambda _: self.theme_chosen.emit(self.theme.currentData()))
        self.text_size.activated.connect(lambda _: self.text_size_chosen.emit(self.text_size.currentData()))
        self.motion.activated.connect(lambda _: self.motion_chosen.emit(self.motion.currentData()))
        self.language.activated.connect(lambda _: self.language_chosen.emit(self.language.currentData()))
        box.addLayout(form)
        return frame

    def _desktop_part(self) -> QFrame:
        frame, box = section(self.tr("Desktop and storage"))
        self.switches: dict[str, QCheckBox] = {}
        for key, text in (
            (TRAY, self.tr("Icon in the system tray")),
            (NOTIFY, self.tr("Tell me when a long job is over while I am elsewhere")),
        ):
            switch = QCheckBox(text)
            switch.toggled.connect(lambda chosen, key=key: self.switched.emit(key, chosen))
            self.switches[key] = switch
            box.addWidget(switch)
        form = _form()
        self.cache = QSpinBox()
        self.cache.setRange(LEAST_LIMIT_MB, 100_000)
        self.cache.setSingleStep(64)
        self.cache.setSuffix(self.tr(" MB"))
        self.cache.setFixedWidth(140)
        self.cache.lineEdit().setTextMargins(theme.S, 0, 0, 0)
        name = self.tr("Waveforms and filmstrips take at most")
        self.cache.setAccessibleName(name)
        self.cache.editingFinished.connect(lambda: self.cache_chosen.emit(self.cache.value()))
        form.addRow(name, self.cache)
        box.addLayout(form)
        row = QHBoxLayout()
        row.addWidget(button(self.tr("Problem report …"), self.report_wanted.emit, icon="file-document-outline"))
        row.addStretch()
        box.addLayout(row)
        return frame

    def _model_part(self) -> QFrame:
        frame, box = section(self.tr("Model"))
        form = _form()
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Model that recommends"))
        self.model.activated.connect(lambda _: self.model_chosen.emit(self.model.currentData()))
        self.model.setFixedWidth(_CONTROL)
        form.addRow(self.tr("Recommends"), self.model)
        box.addLayout(form)
        self.model_about = label("", "small", wrap=True)
        box.addWidget(self.model_about)
        return frame

    def _analysis_part(self) -> QFrame:
        frame, box = section(self.tr("Analysis"))
        self.analysis = AnalysisEditor(_CONTROL)
        self.analysis.changed.connect(self.analysis_changed)
        box.addWidget(self.analysis)
        return frame

    def _weights_part(self) -> QFrame:
        frame, box = section(self.tr("What counts how much"))
        box.addWidget(
            label(self.tr("How strongly each thing you do says that you like an item, from -1 to 1."), "muted")
        )
        self.weights = WeightsEditor()
        self.weights.changed.connect(self.weights_changed)
        box.addWidget(self.weights)
        return frame

    def show_folders(self, folders: Sequence[Folder], has_sample: bool) -> None:
        """List the folders."""
        clear_layout(self._folders)
        for folder in folders:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            path = folder.path.encode("utf-8", "replace").decode()
            name = ElidedLabel(path)
            name.setText(path)
            line.addWidget(name, 1)
            state = counted(folder.n_items, self.tr("{n} item"), self.tr("{n} items"))
            state = state if folder.available else self.tr("not available now")
            line.addWidget(label(state, "small"))
            text = self.tr("Forget the folder {path}").format(path=path)
            line.addWidget(tool("close", text, lambda i=folder.id: self.folder_removed.emit(i), size=16))  # type: ignore[misc]
            self._folders.addWidget(row)
        self.sample.setVisible(has_sample)

    def show_models(self, models: Sequence[ModelInfo], profile: str = "") -> None:
        """List the models, and say what the one in use chose for a profile."""
        self.model.clear()
        for info in models:
            self.model.addItem(said(info.name), info.id)
            if info.chosen:
                self.model.setCurrentIndex(self.model.count() - 1)
                self.model_about.setText("\n".join((self._about(info), *choice_words(info, profile))))

    def _about(self, info: ModelInfo) -> str:
        """Return when the model was trained and how well it did, in words."""
        if not info.run:
            return self.tr("Not trained yet.")
        words = [self.tr("Trained.")]
        if info.trained_at is not None:
            at = QDateTime.fromSecsSinceEpoch(int(info.trained_at))
            when = QLocale().toString(at, QLocale.FormatType.ShortFormat)
            words = [self.tr("Trained on {when}.").format(when=when)]
        hits = info.metrics.get("recall@10")
        if isinstance(hits, float):
            text = self.tr("With the newest things you like hidden from it, it had {n} of them among its first ten.")
            words.append(text.format(n=percent(hits)))
        return " ".join(words)


class SettingsController(QObject):
    """Fills the page and stores what is chosen (looks and language are the window's).

    Signals:
        problem: A message for the user.
        folders_changed: The list of folders changed.
        acted: (text, work) something that can be undone: ``work`` is done in a thread and returns what undoes it.
    """

    problem = Signal(str)
    acted = Signal(str, object)
    folders_changed = Signal()
    _stored = Signal()

    def __init__(
        self, page: SettingsPage, runner: Runner, session: Session, bridge: EventBridge, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._runner = runner
        self._session = session
        page.folder_removed.connect(self._remove_folder)
        page.remove_sample_wanted.connect(lambda: self._do(lambda: session.behaviour.remove_sample()))
        page.model_chosen.connect(self._choose_model)
        page.cache_chosen.connect(self._limit_cache)
        self._limit = 0
        self.folders_changed.connect(self.load)
        self._stored.connect(self.load)
        page.analysis_changed.connect(self._store_analysis)
        for news in (bridge.model_changed, bridge.behaviour_changed, bridge.plugins_changed):
            news.connect(lambda _: self.load() if page.isVisible() else None)  # the page loads when it is shown

    def load(self) -> None:
        """Read everything anew."""
        session = self._session

        def work() -> tuple[list[Folder], list[Profile], list[ModelInfo], SignalWeights, int]:
            behaviour, library = session.behaviour, session.library
            models = session.recommend.models()
            return library.folders(), behaviour.profiles(), models, behaviour.weights(), library.strips.limit_mb()

        def show(found: tuple[list[Folder], list[Profile], list[ModelInfo], SignalWeights, int]) -> None:
            folders, profiles, models, weights, self._limit = found
            self._page.show_folders(folders, any(p.sample for p in profiles))
            self._page.show_profiles(profiles, session.profile)
            self._page.show_models(models, session.profile)
            self._page.weights.show_weights(weights)
            self._page.cache.setValue(self._limit)
            self._page.analysis.show_settings(session.features.policy.settings)

        self._runner.run(work, show, lambda e: self.problem.emit(error_text(e)), key="settings")

    def _remove_folder(self, folder_id: int) -> None:
        library, changed = self._session.library, self.folders_changed

        def work() -> object:
            restore = library.remove_folder(folder_id)
            changed.emit()

            def back() -> None:
                restore()
                changed.emit()

            return back

        self.acted.emit(self.tr("The folder is forgotten. Its files are untouched."), work)

    def _limit_cache(self, megabytes: int) -> None:
        strips, before = self._session.library.strips, self._limit
        if megabytes == before:
            return
        self._limit = megabytes

        def work() -> object:
            strips.set_limit_mb(megabytes)
            return lambda: strips.set_limit_mb(before)

        self.acted.emit(self.tr("The limit is {n} MB now.").format(n=megabytes), work)

    def _choose_model(self, model: str) -> None:
        recommend = self._session.recommend

        def work() -> object:
            before = recommend.default_model()
            recommend.choose(model)
            return lambda: recommend.choose(before)

        self.acted.emit(self.tr("Another model recommends now."), work)

    def _store_analysis(self, name: str, value: object) -> None:
        features = self._session.features
        before = features.policy.settings
        if getattr(before, name) == value:
            return

        def store(settings: AnalysisSettings) -> None:
            features.configure(settings)
            self._stored.emit()

        def work() -> object:
            store(before.changed(name, value))
            return lambda: store(before)

        self.acted.emit(self.tr("The analysis follows the new setting."), work)

    def _do(self, work: object) -> None:
        self._runner.run(work, lambda _: self.load(), lambda e: self.problem.emit(error_text(e)))  # type: ignore[arg-type]
