"""Training and recommending: the room's face to the window and the command line."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.behaviour.taste import TasteStore
from avrec_desktop.features import joined
from avrec_desktop.features.pipeline import Features
from avrec_desktop.jobs import Job
from avrec_desktop.jobs.events import EventBus, ModelChanged
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.changes import NOTHING, Moment
from avrec_desktop.plugin_host.host import PluginHost, RecommenderInfo
from avrec_desktop.recommend import taste, why
from avrec_desktop.recommend.current import CurrentCatalogue
from avrec_desktop.recommend.insights import Evaluator
from avrec_desktop.recommend.interleaving import Interleavings, Pair, Preference
from avrec_desktop.recommend.onboarding import diverse_rows
from avrec_desktop.recommend.panel import Check, Panel, Strategy, goes_on
from avrec_desktop.recommend.picking import Asked, Picker
from avrec_desktop.recommend.runs import RunRecord, RunStore
from avrec_desktop.recommend.satisfaction import Satisfaction, running_preference, satisfaction
from avrec_desktop.recommend.scoring import Scoring
from avrec_desktop.recommend.shelves import Shelf
from avrec_desktop.recommend.shown import ShownStore
from avrec_desktop.recommend.situation import Situation, gather
from avrec_desktop.recommend.tradeoff import Tradeoff
from avrec_desktop.recommend.training import EpochReport, Trainer, TrainResult
from avrec_desktop.recommend.why import ExplanationDetail

__all__ = ["BASE_MODEL", "EpochReport", "ModelInfo", "Recommendations", "TrainResult"]

#: The model used when the user chose none.
BASE_MODEL = "dot"
#: Seconds for which the shelves of a panel may start from what the panel started from.
SITUATION_HOLDS = 5.0
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model with its current run, if any; ``notes`` are what it says of itself (:meth:`Recommender.notes`)."""

    id: str
    name: str
    plugin: str
    run: str | None
    trained_at: float | None
    metrics: dict[str, Any]
    history: dict[str, list[float]]
    chosen: bool
    notes: dict[str, Any] = field(default_factory=dict)


class Recommendations:
    """Trains models and fills the panel. Thread-safe.

    Attributes:
        taste: What users said of the learned taste.
        insights: Measures models on the own history.
    """

    def __init__(
        self, library: Library, behaviour: Behaviour, features: Features, plugins: PluginHost, *, events: EventBus
    ) -> None:
        self._library = library
        self._behaviour = behaviour
        self._plugins = plugins
        self._events = events
        self.taste = TasteStore(behaviour)
        self._runs = RunStore(library.directory / "models", library.database)
        self._current = CurrentCatalogue(features, behaviour)
        scratch = library.directory / "cache" / f"serving-{os.getpid()}"
        self._scoring = Scoring(plugins, self._runs, self._current, scratch, self.default_model, features.indexes)
        self._shown = ShownStore(behaviour)
        self._picker = Picker(library, behaviour, self._scoring, self._shown.counts)
        self._trainer = Trainer(behaviour, plugins, self._runs, self._current)
        self._interleavings = Interleavings(behaviour)
        self._last: tuple[Situation, Moment] | None = None
        self.insights = Evaluator(
            library.directory / "insights", behaviour, plugins, self._runs, lambda: self._current.get()
        )
        self._unsubscribe = events.subscribe(self._current.on_event)
        self._runs.recover()

    # -- models

    def models(self) -> list[ModelInfo]:
        """Return all models with their current runs."""
        chosen = self.default_model()
        out = []
        for info in self._plugins.recommenders():
            run = self._runs.current(info.id)
            summary = run.summary if run else {}
            out.append(
                ModelInfo(
                    info.id,
                    info.name,
                    info.plugin,
                    run.id if run else None,
                    run.finished if run else None,
                    summary.get("metrics", {}),
                    summary.get("history", {}),
                    info.id == chosen,
                    summary.get("notes", {}),
                )
            )
        return out

    def default_model(self) -> str:
        """Return the model the user chose, else the base model."""
        with self._library.database.read() as db:
            row = db.execute("SELECT value FROM settings WHERE key = 'model'").fetchone()
        return BASE_MODEL if row is None else str(json.loads(row["value"]))

    def choose(self, model: str) -> None:
        """Use a model for the panel.

        Raises:
            NotFoundError: There is no such model.
        """
        self._info(model)
        with self._library.database.write() as db:
            db.execute(
                "INSERT INTO settings (key, value) VALUES ('model', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (json.dumps(model),),
            )
        self._events.publish(ModelChanged(model, None))

    def forget_models(self) -> list[str]:
        """Delete every trained model, as each knows the histories it learned from; returns their ids."""
        with self._library.database.read() as db:
            models = [r["model"] for r in db.execute("SELECT DISTINCT model FROM runs WHERE state = 'done'")]
        for model in models:
            self._runs.drop(model)
            self._events.publish(ModelChanged(model, None))
        return models

    def _info(self, model: str) -> RecommenderInfo:
        infos = self._plugins.recommenders()
        for info in infos:
            if info.id == model:
                return info
        names = ", ".join(sorted(i.id for i in infos)) or "none"
        raise NotFoundError(f"there is no model {model!r}", hint=f"There are: {names}.")

    # -- training

    def train(self, model: str | None, profile: str, job: Job) -> TrainResult:
        """Train a model in a compute process and store the run.

        The earlier run serves until the new one is stored. It stays when this one fails, is cancelled, or ranks the
        likes that came after the earlier run's training worse than the earlier run does (``promoted`` is False then).

        Raises:
            NotFoundError: There is no such model.
            ModelError: There is too little data, or the model cannot be trained with it.
            PluginError: The plugin failed; it is noted with it.
            ComputeError: The training process crashed.
            Cancelled: The job was cancelled.
        """
        result = self._trainer.train(self._info(model or self.default_model()), profile, job)
        if result.promoted:
            self._events.publish(ModelChanged(result.model, result.run))
        return result

    def retraining_due(self, profile: str, *, fresh: bool = False) -> bool:
        """Whether training the chosen model by itself makes sense: enough was done, or new content is there.

        Args:
            profile: The profile; without anything that it liked or played there is nothing to learn.
            fresh: New content was analysed since.
        """
        if not len(self._behaviour.preferences(profile)):
            return False
        return fresh or self._trainer.due(self.default_model())

    # -- recommending

    def recommend(
        self,
        profile: str,
        limit: int = 10,
        model: str | None = None,
        *,
        novelty: float = 0.5,
        remember: bool = True,
    ) -> Panel:
        """Return the panel of a profile.

        Before any behaviour it is a labelled selection from all over the library (or the newest items while nothing is
        analysed); from the first like on it is personal, scored by the trained model or, while there is none, by
        content alone. A model that fails is named in ``note`` and replaced by the content scorer. While two models are
        compared, they share the panel.

        Args:
            profile: The profile.
            limit: Number of picks.
            model: Score with this model; None: the chosen one.
            novelty: Place of the familiar-new slider in [0, 1]; 0.5 takes the scores as they are.
            remember: Keep the panel as the last one and count its picks as shown; not for a glimpse while the slider
                moves.

        Raises:
            NotFoundError: A model was named that does not exist.
            InputError: The novelty is out of its range.
        """
        return self._panel(self._situation(profile, fresh=True), limit, model, novelty, remember=remember)

    def first_picks(self, profile: str, n: int = 10) -> list[int]:
        """Return the ids of a few items that differ most, to ask a newcomer about; nothing that was judged already."""
        situation = self._situation(profile, fresh=True)
        items = situation.items
        rows = diverse_rows(items, situation.allowed & (items.ids > 0), n, seed=int(situation.now // _DAY))
        return [int(i) for i in items.ids[rows]]

    def tradeoff(self, profile: str, limit: int = 10, *, check: Check = goes_on) -> Tradeoff | None:
        """Return what the familiar-new slider does to the panel, at a handful of places; None before any like.

        Args:
            profile: The profile.
            limit: Number of picks.
            check: As in :meth:`shelves`.
        """
        situation = self._situation(profile)
        if not situation.personal:
            return None
        found = self._picker.tradeoff(situation, limit, check)
        _let_go(situation)
        return found

    def shelves(
        self,
        profile: str,
        limit: int = 10,
        *,
        novelty: float = 0.5,
        panel: Panel | None = None,
        check: Check = goes_on,
    ) -> list[Shelf]:
        """Return the shelves of a profile, "For you" first; no item stands on two, empty ones are left out.

        Args:
            profile: The profile.
            limit: Most picks of a shelf.
            novelty: Place of the familiar-new slider in [0, 1].
            panel: What :meth:`recommend` gave just now, to go on from; None: it is called.
            check: Called between steps; what it raises ends the work, as when a newer panel makes the shelves stale.

        Raises:
            InputError: The novelty is out of its range.
        """
        situation = self._situation(profile, fresh=panel is None)
        if panel is None:
            panel = self._panel(situation, limit, None, novelty)
        shelves = self._picker.shelves(situation, panel, limit, check)
        _let_go(situation)
        if len(shelves) > 1:
            self._shown.record(profile, {shelf.key: shelf.picks for shelf in shelves[1:]}, situation.now)
        return shelves

    def last_panel(self, profile: str) -> Panel | None:
        """Return the panel shown last, at once, or None."""
        return self._shown.last_panel(profile)

    def explain(self, profile: str, item_id: int, model: str | None = None) -> ExplanationDetail | None:
        """Return why an item has its place, in shares that add up, and its place without the causes.

        Nothing is trained: the user is folded in once more without them.

        Returns:
            None where the model has nothing to say of the item, or there is no behaviour yet.

        Raises:
            NotFoundError: There is no such item among those that can be recommended.
        """
        situation = self._situation(profile, fresh=True)
        row = int(situation.items.rows([item_id])[0])
        if row < 0:
            raise NotFoundError(f"the item {item_id} is not among those that can be recommended now")
        if not situation.personal:
            return None
        wanted = model or self.default_model()
        reads = next((i.uses_content for i in self._plugins.recommenders() if i.id == wanted), True)
        return why.explain(self._scoring, situation, row, model, reads_content=reads)

    def _situation(self, profile: str, *, fresh: bool = False) -> Situation:
        """Return the situation of now; unless ``fresh``, that of a moment ago where nothing was done since."""
        database, now = self._behaviour.database, time.time()
        moment, catalogue = database.moment(), self._current.get()
        last = self._last
        if not fresh and last is not None:
            held, then = last
            same = held.profile == profile and held.catalogue is catalogue and 0 <= now - held.now < SITUATION_HOLDS
            if same and database.since(then) == NOTHING:
                return held
        found = gather(catalogue, self._behaviour, self.taste.edits(profile), profile, now)
        self._last = found, moment
        return found

    def _panel(
        self, situation: Situation, limit: int, model: str | None, novelty: float, *, remember: bool = True
    ) -> Panel:
        if not 0 <= novelty <= 1:
            raise InputError(f"the novelty is {novelty}, not between 0 and 1")
        if model is not None:
            self._info(model)
        pair = self._interleavings.current(situation.profile, situation.now)
        self._scoring.capacity = 1 if pair is None else 2
        panel = self._picker.panel(situation, Asked(limit, model, Strategy.at(novelty), pair))
        _let_go(situation)
        shared = pair.id if pair is not None and panel.label_key == "shared" else None
        if remember:
            self._shown.store(situation.profile, panel, situation.now, shared)
        return panel

    # -- comparing two models in the panel

    def compare(self, profile: str, a: str, b: str) -> Pair:
        """Let two trained models share the panel; a comparison under way ends.

        Raises:
            NotFoundError: There is no such model.
            InputError: One of them is not trained, or both are the same.
        """
        for model in (a, b):
            info = self._info(model)
            if self._runs.current(model) is None:
                raise InputError(f"the model {info.name} is not trained yet", hint="Train it first.")
        pair = self._interleavings.start(profile, a, b)
        self._events.publish(ModelChanged(a, None))
        return pair

    def stop_comparing(self, profile: str) -> None:
        """End the comparison under way, if any."""
        self._interleavings.stop(profile)
        self._events.publish(ModelChanged(self.default_model(), None))

    def go_on_comparing(self, profile: str, pair: Pair | None) -> None:
        """Go on with a comparison that was under way before, or with none; what is under way ends."""
        self._interleavings.stop(profile)
        if pair is not None:
            self._interleavings.reopen(pair)
        self._events.publish(ModelChanged(self.default_model(), None))

    def comparison(self, profile: str) -> tuple[Pair, Preference] | None:
        """Return the latest comparison of a profile, under way or ended, with the preference so far; None for none."""
        pairs = self._interleavings.all(profile, time.time())
        return (pairs[0], running_preference(self._behaviour, pairs[0])) if pairs else None

    # -- insights

    def satisfaction(self, profile: str, since: float = 0.0) -> Satisfaction:
        """Return what became of the picks that were shown, by model and week."""
        return satisfaction(self._behaviour, profile, since)

    def taste_terms(self, profile: str) -> list[taste.Term]:
        """Return what the taste of a profile consists of, with the user's corrections."""
        return taste.terms(self._situation(profile), self.taste.edits(profile), self._library.database)

    def taste_course(self, profile: str) -> taste.Course:
        """Return how the most liked topics went over the months."""
        return taste.course(self._situation(profile))

    def finished_runs(self) -> list[RunRecord]:
        """Return the training runs that are kept, with their curves in ``summary["history"]``."""
        return self._runs.finished()

    # -- inside

    def close(self) -> None:
        """End the serving processes."""
        self._unsubscribe()
        self._scoring.close()
        self._runs.close()


def _let_go(situation: Situation) -> None:
    """Let the matrices of very many items leave the memory: some hundred scattered rows bring in much of them."""
    for matrix in (situation.items.content, situation.items.tags):
        joined.let_go(matrix, joined.LARGE)
