"""Training and recommending: the room's face to the window and the command line."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import (
    AvrecError,
    Cancelled,
    ComputeError,
    InputError,
    ModelError,
    NotFoundError,
    PluginError,
)
from avrec_desktop.api.recommend import Explanation, History, Part
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.features.pipeline import Features
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.jobs.events import EventBus, ModelChanged
from avrec_desktop.library.catalogue import Library
from avrec_desktop.plugin_host.host import PluginHost, RecommenderInfo
from avrec_desktop.recommend import panel as strategy
from avrec_desktop.recommend.current import CurrentCatalogue
from avrec_desktop.recommend.dataset import (
    Catalogue,
    build_training_data,
    imported_history,
    popularity,
    save_training_data,
)
from avrec_desktop.recommend.onboarding import diverse_rows
from avrec_desktop.recommend.panel import Panel, Pick, Strategy
from avrec_desktop.recommend.runs import RunRecord, RunStore
from avrec_desktop.recommend.serving import Serving
from avrec_desktop.recommend.shelves import TITLES, Choice, Ground, Shelf, choose
from avrec_desktop.recommend.shown import ShownStore
from avrec_desktop.recommend.tradeoff import Tradeoff, measure_tradeoff

log = logging.getLogger(__name__)

#: The model used when the user chose none.
BASE_MODEL = "dot"
_DAY = 86400.0
#: An item played within so many days is not recommended again, unless nothing else is left.
RECENT_DAYS = 14.0


@dataclass(frozen=True, slots=True)
class EpochReport:
    """A finished epoch of a training run; handed out by ``Job.partial``."""

    model: str
    phase: str
    epoch: int
    epochs: int
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """Outcome of a training run."""

    model: str
    run: str
    items: int
    interactions: int
    epochs: int
    history: dict[str, list[float]]
    metrics: dict[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model with its current run, if any."""

    id: str
    name: str
    plugin: str
    run: str | None
    trained_at: float | None
    metrics: dict[str, Any]
    history: dict[str, list[float]]
    chosen: bool


class Recommendations:
    """Trains models and fills the panel. Thread-safe."""

    def __init__(
        self, library: Library, behaviour: Behaviour, features: Features, plugins: PluginHost, *, events: EventBus
    ) -> None:
        self._library = library
        self._behaviour = behaviour
        self._features = features
        self._plugins = plugins
        self._events = events
        self._runs = RunStore(library.directory / "models", library.database)
        self._serving = Serving(plugins, library.directory / "cache" / f"serving-{os.getpid()}")
        self._train_lock = threading.Lock()
        self._current = CurrentCatalogue(features, behaviour)
        self._shown = ShownStore(behaviour)
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

    def _info(self, model: str) -> RecommenderInfo:
        infos = self._plugins.recommenders()
        for info in infos:
            if info.id == model:
                return info
        names = ", ".join(sorted(i.id for i in infos)) or "none"
        raise NotFoundError(f"there is no model {model!r}", hint=f"There are: {names}.")

    # -- training

    def train(self, model: str | None, profile: str, job: Job) -> TrainResult:
        """Train a model in a compute process and make the run current.

        The earlier run serves until the new one is stored, and stays when this one fails or is cancelled.

        Raises:
            NotFoundError: There is no such model.
            ModelError: There is too little data, or the model cannot be trained with it.
            PluginError: The plugin failed; it is noted with it.
            ComputeError: The training process crashed.
            Cancelled: The job was cancelled.
        """
        info = self._info(model or self.default_model())
        with self._train_lock:
            job.check()
            catalogue = self._current.get()
            profiles = [profile, *(p.name for p in self._behaviour.profiles() if p.name != profile)]
            data = build_training_data(catalogue, self._behaviour, profiles)
            if len(data.interactions) < max(1, info.min_interactions):
                raise ModelError(
                    f"there are {len(data.interactions)} likes, plays and ratings, "
                    f"and {info.name} needs {max(1, info.min_interactions)}",
                    hint="Like or play a few things first.",
                )
            run, folder = self._runs.begin(info.id, info.plugin, info.plugin_version)
            try:
                save_training_data(data, folder / "data")
                done = self._train_in_process(info, folder, job)
                result = TrainResult(
                    info.id,
                    run,
                    data.n_items,
                    len(data.interactions),
                    done["epochs"],
                    done["history"],
                    done["metrics"] or {"note": "too little history of this profile to hold a part out and measure"},
                    round(done["seconds"], 3),
                )
                self._runs.finish(info.id, run, dataclasses.asdict(result) | {"config": done["config"]})
                self._plugins.clear_failure(info.plugin)
            except Cancelled:
                self._runs.abandon(info.id, run, "cancelled", "cancelled by the user")
                raise
            except (AvrecError, OSError) as error:
                self._runs.abandon(info.id, run, "failed", str(error))
                self._note_failure(info, error)
                if isinstance(error, OSError):
                    raise ModelError(f"the training data cannot be written: {error.strerror}", path=folder) from error
                raise
        self._events.publish(ModelChanged(info.id, run))
        return result

    def _train_in_process(self, info: RecommenderInfo, folder: Path, job: Job) -> dict[str, Any]:
        def on_event(event: dict[str, Any]) -> None:
            metrics = event["metrics"]
            shown = ", ".join(f"{name} {value:.4f}" for name, value in list(metrics.items())[:2])
            what = "Measuring" if event["phase"] == "measure" else "Training"
            job.partial(EpochReport(info.id, event["phase"], event["epoch"], event["epochs"], metrics))
            if not job.cancelled:
                job.progress(event["epoch"], event["epochs"], f"{what} {info.name}: {shown}", **metrics)

        args = {
            "plugins": self._plugins.load_args([info.plugin])["plugins"],
            "model": info.id,
            "config": {},
            "data": str(folder / "data"),
            "out": str(folder / "model"),
            "seed": 0,
            "user": 0,
        }
        with ComputeProcess(f"train-{info.id}", threads=os.cpu_count() or 1, nice=5) as process:
            done: dict[str, Any] = process.call(
                "avrec_desktop.recommend.child:train", args, on_event=on_event, should_stop=lambda: job.cancelled
            )
        return done

    def _note_failure(self, info: RecommenderInfo, error: BaseException) -> None:
        if isinstance(error, ComputeError | PluginError):
            self._plugins.report_failure(info.plugin, str(error))

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
        content alone. A model that fails is named in ``note`` and replaced by the content scorer.

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
        if not 0 <= novelty <= 1:
            raise InputError(f"the novelty is {novelty}, not between 0 and 1")
        now = time.time()
        if model is not None:
            self._info(model)
        catalogue = self._current.get()
        items = catalogue.items
        history = self._history(catalogue, profile, now)
        if not len(items):
            return Panel("empty", "Your library is empty", "empty", [])
        if not (history.values > 0).any():
            panel = self._cold(catalogue, history, profile, limit, now)
        else:
            panel = self._personal(catalogue, history, profile, limit, model, now, Strategy.at(novelty))
        if remember:
            self._shown.store(profile, panel, now)
        return panel

    def first_picks(self, profile: str, n: int = 10) -> list[int]:
        """Return the ids of a few items that differ most, to ask a newcomer about; nothing that was judged already."""
        now = time.time()
        catalogue = self._current.get()
        items = catalogue.items
        allowed, _ = self._allowed(catalogue, self._history(catalogue, profile, now), profile, now)
        rows = diverse_rows(items, allowed & (items.ids > 0), n, seed=int(now // _DAY))
        return [int(i) for i in items.ids[rows]]

    def tradeoff(self, profile: str, limit: int = 10) -> Tradeoff | None:
        """Return what the familiar-new slider does to the panel, at a handful of places; None before any like."""
        now = time.time()
        catalogue = self._current.get()
        history = self._history(catalogue, profile, now)
        if not (history.values > 0).any():
            return None
        scores = self._scores(catalogue, history, None)[0]
        allowed, _ = self._allowed(catalogue, history, profile, now)
        return measure_tradeoff(
            scores, allowed, catalogue.items, history, limit, self._shown.counts(profile, catalogue)
        )

    def shelves(
        self, profile: str, limit: int = 10, *, novelty: float = 0.5, panel: Panel | None = None
    ) -> list[Shelf]:
        """Return the shelves of a profile, "For you" first; no item stands on two, empty ones are left out.

        Args:
            profile: The profile.
            limit: Most picks of a shelf.
            novelty: Place of the familiar-new slider in [0, 1].
            panel: What :meth:`recommend` gave just now, to go on from; None: it is called.

        Raises:
            InputError: The novelty is out of its range.
        """
        now = time.time()
        if panel is None:
            panel = self.recommend(profile, limit, novelty=novelty)
        catalogue = self._current.get()
        history = self._history(catalogue, profile, now)
        first = Shelf("for-you", panel.label, panel.picks)
        if not panel.picks:
            return []
        scores = self._scores(catalogue, history, None)[0] if (history.values > 0).any() else None
        allowed, _ = self._allowed(catalogue, history, profile, now)
        ground = Ground(
            catalogue.items,
            history,
            allowed,
            self._refused(catalogue, history, profile),
            now,
            self._positions(catalogue, profile),
        )
        taken = catalogue.items.rows([p.item for p in panel.picks])
        choices = choose(ground, [int(r) for r in taken if r >= 0], limit)
        below = (self._shelf(choice, catalogue, history, scores) for choice in choices)
        return [first, *(shelf for shelf in below if shelf.picks)]

    def _shelf(
        self, choice: Choice, catalogue: Catalogue, history: History, scores: NDArray[np.float32] | None
    ) -> Shelf:
        known = scores if scores is not None else np.zeros(len(catalogue.items), np.float32)
        explained: dict[int, Explanation | None] = {}
        if choice.anchor is not None:
            explained = {r: Explanation(1.0, (Part("item", choice.anchor, 1.0),)) for r in choice.rows}
        key = "because" if choice.anchor is not None else choice.key
        picks = self._picks(catalogue, choice.rows, known, explained, history, key)
        title, anchor = TITLES[choice.key], None
        if choice.anchor is not None:
            anchor = int(catalogue.items.ids[choice.anchor])
            title = title.format(title=f"“{picks[0].because_titles[0]}”") if picks else title
        if choice.mood is not None:
            title = title.format(title=choice.mood)
        return Shelf(choice.key, title, picks, anchor, choice.mood)

    def _refused(self, catalogue: Catalogue, history: History, profile: str) -> NDArray[np.bool_]:
        refused = np.zeros(len(catalogue.items), bool)
        refused[history.items[history.values < 0]] = True
        with self._library.database.read() as db:
            rows = db.execute(
                "SELECT item_id FROM item_state s JOIN profiles p ON p.id = s.profile_id"
                " WHERE p.name = ? AND (hidden OR liked < 0)",
                (profile,),
            ).fetchall()
        at = catalogue.items.rows([r["item_id"] for r in rows])
        refused[at[at >= 0]] = True
        return refused

    def _positions(self, catalogue: Catalogue, profile: str) -> dict[int, float]:
        with self._library.database.read() as db:
            rows = db.execute(
                "SELECT item_id, position FROM item_state s JOIN profiles p ON p.id = s.profile_id"
                " WHERE p.name = ? AND position > 0 ORDER BY last_played DESC",
                (profile,),
            ).fetchall()
        at = catalogue.items.rows([r["item_id"] for r in rows])
        return {int(row): float(r["position"]) for row, r in zip(at, rows, strict=True) if row >= 0}

    def last_panel(self, profile: str) -> Panel | None:
        """Return the panel shown last, at once, or None."""
        return self._shown.last_panel(profile)

    def _history(self, catalogue: Catalogue, profile: str, now: float) -> History:
        """Return what the profile did, or what a person of that name did in the imported tables."""
        history = catalogue.history(self._behaviour.preferences(profile, now), profile, now)
        return history if len(history) else imported_history(catalogue, self._behaviour, profile, now)

    def _cold(self, catalogue: Catalogue, history: History, profile: str, limit: int, now: float) -> Panel:
        items = catalogue.items
        allowed, _ = self._allowed(catalogue, history, profile, now)
        liked = popularity(catalogue, self._behaviour)
        if liked is not None and (items.ids < 0).all():
            rows = strategy.rerank(liked, allowed, items, limit, Strategy())
            label = "Not personal yet: what people in the imported tables liked most"
            return Panel("content", label, "popular", self._picks(catalogue, rows, liked, {}, history, "popular"))
        analysed = np.linalg.norm(items.content, axis=1) > 0
        if analysed.any():
            rows = strategy.spread(items, allowed, limit, seed=0)
            label = "Not personal yet: a varied selection. Like a few of these to make it yours"
            kind, key = "content", "varied"
        else:
            rows = strategy.newest(items, allowed, limit)
            label = "Not personal yet: the newest in your library. Like a few of these to make it yours"
            kind, key = "newest", "newest"
        picks = self._picks(catalogue, rows, np.zeros(len(items), np.float32), {}, history, key)
        return Panel("content" if kind == "content" else "newest", label, kind, picks)

    def _personal(
        self,
        catalogue: Catalogue,
        history: History,
        profile: str,
        limit: int,
        model: str | None,
        now: float,
        settings: Strategy,
    ) -> Panel:
        items = catalogue.items
        scores, used, note = self._scores(catalogue, history, model)
        allowed, relaxed = self._allowed(catalogue, history, profile, now)
        shown, liked = self._shown.counts(profile, catalogue), history.items[history.values > 0]
        rows = strategy.rerank(scores, allowed, items, limit, settings, shown, liked)
        if len(rows) < limit:
            more = relaxed.copy()
            more[rows] = False
            rows += strategy.rerank(scores, more, items, limit - len(rows), settings, shown, liked)
        explanations = self._explanations(used, catalogue, history, rows)
        picks = self._picks(catalogue, rows, scores, explanations, history, "because")
        label = "Recommended for you"
        if used is None:
            label = "Recommended for you, by content (no model is trained yet)"
        name = used.model if used else "content"
        return Panel(
            "personal", label, "personal" if used else "by-content", picks, name, used.id if used else None, note
        )

    def _scores(
        self, catalogue: Catalogue, history: History, model: str | None
    ) -> tuple[NDArray[np.float32], RunRecord | None, str | None]:
        """Return the scores of all items, the run that gave them (None: by content), and a problem worth showing."""
        wanted = model or self.default_model()
        run, note = self._runs.current(wanted), None
        scores: NDArray[np.float32] | None = None
        if run is not None:
            scores, note = self._model_scores(run, catalogue, history)
        elif model is not None:
            note = f"The model {model!r} is not trained yet, so this is by content alone."
        if run is not None and scores is not None:
            return scores, run, note
        return self._current.scorer(catalogue).score(history), None, note

    def _model_scores(
        self, run: RunRecord, catalogue: Catalogue, history: History
    ) -> tuple[NDArray[np.float32] | None, str | None]:
        try:
            scores = self._serving.score(run, catalogue.items, history)
        except AvrecError as error:
            log.warning("model %s cannot score: %s", run.model, error)
            self._plugins.report_failure(run.plugin, str(error))
            return None, f"The model {run.model!r} failed ({error.message}), so this is by content alone."
        if not np.isfinite(scores).any():
            return None, f"The model {run.model!r} has nothing to say yet, so this is by content alone."
        return scores, None

    def _explanations(
        self, run: RunRecord | None, catalogue: Catalogue, history: History, rows: list[int]
    ) -> dict[int, Explanation | None]:
        if run is None:
            fallback = self._current.scorer(catalogue)
            return {row: fallback.explain(history, row) for row in rows}
        try:
            found = self._serving.explain(run, catalogue.items, history, rows)
        except AvrecError as error:
            log.warning("model %s cannot explain: %s", run.model, error)
            return {}
        return dict(zip(rows, found, strict=True))

    def _picks(
        self,
        catalogue: Catalogue,
        rows: list[int],
        scores: NDArray[np.float32],
        explanations: dict[int, Explanation | None],
        history: History,
        key: str,
    ) -> list[Pick]:
        items = catalogue.items
        values = {int(r): float(v) for r, v in zip(history.items, history.values, strict=True)}
        because = {row: strategy.causes(explanations.get(row), values, row) for row in rows}
        ids = {row: int(items.ids[row]) for row in (*rows, *(b for rs in because.values() for b in rs))}
        known = {
            i.id: i for i in self._library.items_by_id([i for i in set(ids.values()) if i > 0], history.user or "")
        }
        picks = []
        for row in rows:
            item_id = ids[row]
            item = known.get(item_id)
            if item is None and item_id > 0:
                continue
            causes = [ids[b] for b in because[row]]
            titles = [known[c].title if c in known else catalogue.titles.get(c, "") for c in causes]
            tags = strategy.shared_tags(items, row, because[row])
            own_key = key if key != "because" or causes else ("similar" if tags else "model")
            liked = all(values.get(b, 0) >= 0.6 for b in because[row])
            picks.append(
                Pick(
                    item=item_id,
                    title=item.title if item else catalogue.titles[item_id],
                    path=item.path if item else "",
                    score=float(scores[row]),
                    reason=strategy.reason_text(own_key, titles, tags, "liked" if liked else "enjoyed"),
                    reason_key=own_key,
                    because=causes,
                    because_titles=titles,
                    tags=tags,
                    key=catalogue.keys.get(item_id),
                )
            )
        return picks

    def _allowed(
        self, catalogue: Catalogue, history: History, profile: str, now: float
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (fit to be picked, fit when nothing else is left): never what was rated, liked, disliked or hidden."""
        with self._library.database.read() as db:
            rows = db.execute(
                "SELECT item_id, rating IS NOT NULL OR coalesce(liked, 0) <> 0 OR hidden AS stated, last_played"
                " FROM item_state s JOIN profiles p ON p.id = s.profile_id WHERE p.name = ?",
                (profile,),
            ).fetchall()
        relaxed = np.ones(len(catalogue.items), bool)
        community = catalogue.items.ids < 0
        touched = np.zeros(len(relaxed), bool)
        touched[history.items] = True
        relaxed[touched & community] = False
        stated = catalogue.items.rows([r["item_id"] for r in rows if r["stated"]])
        relaxed[stated[stated >= 0]] = False
        allowed = relaxed.copy()
        recent = [r["item_id"] for r in rows if r["last_played"] and now - r["last_played"] < RECENT_DAYS * _DAY]
        played = catalogue.items.rows(recent)
        allowed[played[played >= 0]] = False
        return allowed, relaxed

    # -- inside

    def close(self) -> None:
        """End the serving process."""
        self._unsubscribe()
        self._serving.close()
        self._runs.close()
