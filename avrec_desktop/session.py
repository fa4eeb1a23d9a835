"""The composition root: opens a library directory and wires the rooms. No global state.

The window and the command line are two faces of the calls of :class:`Session`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from avrec_desktop import paths
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.jobs.job import Job

if TYPE_CHECKING:
    from avrec_desktop.behaviour.store import Behaviour
    from avrec_desktop.features.pipeline import Features
    from avrec_desktop.library.catalogue import Library
    from avrec_desktop.plugin_host.host import PluginHost
    from avrec_desktop.recommend.service import Recommendations


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How to open a session.

    Attributes:
        profile: Name of the profile whose behaviour counts.
    """

    profile: str = "default"


class Session:
    """An open library.

    Attributes:
        directory: The library directory.
        profile: Name of the current profile.
        events: News of changes.
        library: The catalogue.
        behaviour: Profiles and events.
        plugins: The plugin host.
        features: The extraction pipeline and vector store.
        recommend: Training and recommendations.
    """

    directory: Path
    profile: str
    events: EventBus
    library: Library
    behaviour: Behaviour
    plugins: PluginHost
    features: Features
    recommend: Recommendations

    @classmethod
    def open(cls, directory: Path | None = None, options: SessionOptions | None = None) -> Self:
        """Open (or create) a library directory.

        Raises:
            LibraryError: It cannot be created or opened, or a newer version of the app wrote it.
        """
        from avrec_desktop.behaviour.store import Behaviour
        from avrec_desktop.features.pipeline import Features
        from avrec_desktop.library.catalogue import Library
        from avrec_desktop.plugin_host.host import PluginHost
        from avrec_desktop.recommend.service import Recommendations

        options = options or SessionOptions()
        self = cls()
        self.directory = directory or paths.default_library()
        self.profile = options.profile
        self.events = EventBus()
        self.library = Library.open(self.directory, events=self.events)
        self.behaviour = Behaviour(self.library.database, events=self.events)
        if not self.library.database.read_only:
            self.behaviour.ensure_profile(self.profile)
        self.plugins = PluginHost(self.directory, paths.bundled_plugins(), paths.user_plugins(), events=self.events)
        self.features = Features(self.library, self.plugins, events=self.events)
        concepts: dict[str, dict[str, tuple[str, ...]]] = {}
        for concept in self.features.understanding.vocabulary.concepts:
            concepts.setdefault(concept.kind, {})[concept.key] = tuple(concept.names.values())
        self.library.name_concepts(concepts)
        self.recommend = Recommendations(self.library, self.behaviour, self.features, self.plugins, events=self.events)
        return self

    def close(self) -> None:
        """End compute processes and close the database."""
        self.recommend.close()
        self.features.close()
        self.plugins.close()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def evaluate(
        self,
        models: Sequence[str] | None,
        *,
        data: Path | None = None,
        out: Path | None = None,
        lone: int | None = None,
        seed: int = 0,
        job: Job,
    ) -> dict[str, Any]:
        """Measure models: on a folder of tables (written to ``out``, default beside it), or on the own history.

        Raises:
            InputError: A model or the tables are not usable.
            ModelError: The own history is too short.
            Cancelled: The job was cancelled.
        """
        from avrec_desktop.recommend.assess import evaluate_tables

        if data is None:
            report = self.recommend.insights.evaluate(self.profile, job, models, keep=not models)
            return {m.id: m.to_metrics() for m in report.models}
        target = out if out is not None else data / "evaluation"
        known = None if lone is None else [lone]
        return evaluate_tables(self.plugins, models or (), data, target, job, lone=known, seeds=[seed])

    def erase_history(
        self, profile: str, job: Job, *, backup: Path | None, passphrase: str | None = None
    ) -> tuple[int, list[str]]:
        """Erase what a profile did, with a backup, and the models that learned from it.

        Returns:
            The number of acts that were erased, and the ids of the models that have to be trained anew.

        Raises:
            NotFoundError: There is no such profile.
            InputError: The backup cannot be written; nothing is erased.
            Cancelled: The job was cancelled before erasing; nothing is erased.
        """
        from avrec_desktop.behaviour.export import erase_history

        count = erase_history(self, profile, job, backup=backup, passphrase=passphrase)
        return count, self.recommend.forget_models()
