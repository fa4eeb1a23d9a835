"""Scores and explanations of the trained model, or of the core's own scorer while there is none or it fails."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.api.recommend import Explanation, History, ItemFeatures
from avrec_desktop.features import nearest
from avrec_desktop.features.indexes import IndexKeeper
from avrec_desktop.plugin_host.host import PluginHost
from avrec_desktop.recommend.current import CurrentCatalogue
from avrec_desktop.recommend.runs import RunRecord, RunStore
from avrec_desktop.recommend.serving import INDEX, Serving, index_folder
from avrec_desktop.recommend.situation import Situation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scored:
    """Scores of all items, or of candidates.

    Attributes:
        values: float32 (n_items,), with the user's corrections.
        raw: float32 (n_items,), as the model gives them.
        unit: How much of a score one standard deviation of the corrections is worth.
        run: The run that gave them; None: by content.
        note: A problem worth showing.
        complete: Whether all items were scored; else all but the best candidates are NaN.
    """

    values: NDArray[np.float32]
    raw: NDArray[np.float32]
    unit: float
    run: RunRecord | None
    note: str | None = None
    complete: bool = True

    @property
    def model(self) -> str:
        """Id of the model, ``"content"`` for the core's scorer."""
        return self.run.model if self.run else "content"


class Scoring:
    """Asks models, each in a process of its own. Thread-safe; calls wait for one another.

    Args:
        plugins: The plugin host.
        runs: The trained models.
        current: Gives the core's scorer.
        scratch: Folder for the item data that processes map.
        default_model: Returns the chosen model.
        indexes: Finds candidates where there are very many items.

    Attributes:
        capacity: Models kept loaded; two while they share a panel.
    """

    def __init__(
        self,
        plugins: PluginHost,
        runs: RunStore,
        current: CurrentCatalogue,
        scratch: Path,
        default_model: Callable[[], str],
        indexes: IndexKeeper,
    ) -> None:
        self._plugins = plugins
        self._runs = runs
        self._current = current
        self._scratch = scratch
        self._default_model = default_model
        self._indexes = indexes
        self._lock = threading.RLock()
        self._servings: dict[str, Serving] = {}
        self.capacity = 1
        self._last: tuple[Situation, Scored] | None = None

    def scores(self, situation: Situation, model: str | None = None, history: History | None = None) -> Scored:
        """Return the scores of all items.

        Args:
            situation: The items, the history and the corrections.
            model: A model; None: the chosen one.
            history: Another history than the situation's, for counterfactuals.
        """
        asked = situation.history if history is None else history
        run, note = self._runs.current(model or self._default_model()), None
        raw: NDArray[np.float32] | None = None
        if run is not None:
            raw, note = self._model_scores(run, situation.items, asked)
        elif model is not None:
            note = f"The model {model!r} is not trained yet, so this is by content alone."
        if raw is None:
            run, raw = None, self._current.scorer(situation.catalogue).score(asked)
        values, unit = situation.tilt.apply(raw)
        scored = Scored(values, raw, unit, run, note)
        if history is None:
            self._last = situation, scored
        return scored

    def known(self, situation: Situation) -> Scored:
        """Return the scores of all items by the chosen model: those of the panel where it had the same situation."""
        run, last = self._runs.current(self._default_model()), self._last
        if last is not None and last[0] is situation:
            scored = last[1]
            if (scored.run and scored.run.id) == (run and run.id):
                return scored
        return self.scores(situation)

    def best(self, situation: Situation, n: int, model: str | None = None) -> Scored:
        """Return the scores of all items, or where these are very many of the best ``n`` that are allowed.

        An index finds those where the model's scores are inner products; where the user corrected the taste, all items
        are scored, as a correction may lift any of them.
        """
        few = len(situation.items) <= nearest.EXACT_UP_TO
        if few or not nearest.available() or situation.tilt.lift().any():
            return self.scores(situation, model)
        run = self._runs.current(model or self._default_model())
        if run is None:
            found = None if model is not None else self._content_candidates(situation, n)
        else:
            found = self._model_candidates(run, situation, n)
        if found is None or len(found[0]) < n:
            return self.scores(situation, model)
        rows, scores = found
        values = np.full(len(situation.items), np.nan, np.float32)
        values[rows] = scores
        return Scored(values, values, 0.0, run, complete=False)

    def _content_candidates(self, situation: Situation, n: int) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        items = situation.items
        name = "content" if bool((items.ids >= 0).all()) else "catalogue"
        near = self._indexes.nearest(name, items.ids, items.content)
        return self._current.scorer(situation.catalogue).candidates(situation.history, near, situation.allowed, n)

    def _model_candidates(
        self, run: RunRecord, situation: Situation, n: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        items = situation.items
        try:
            with self._lock:
                serving = self._serving(run.model)
                found = serving.candidates(run, items, situation.history, situation.allowed, n)
        except AvrecError as error:
            log.warning("model %s cannot find candidates: %s", run.model, error)
            return None  # scoring fails the same way, and tells the user
        if found is None:
            return None
        rows, scores, due = found
        if due:
            folder = index_folder(run)
            self._indexes.build(folder, INDEX, items.ids, lambda path: serving.export_vectors(run, items, path))
        return rows, scores

    def explanations(
        self,
        situation: Situation,
        run: RunRecord | None,
        rows: list[int],
        *,
        history: History | None = None,
        limit: int = 5,
    ) -> dict[int, Explanation | None]:
        """Return why each item row has its score; empty when the model fails.

        Args:
            situation: The items and the history.
            run: The run that scored; None: by content.
            rows: The item rows.
            history: Another history than the situation's.
            limit: Most items of the history that a model names.
        """
        asked = situation.history if history is None else history
        if run is None:
            scorer = self._current.scorer(situation.catalogue)
            return {row: scorer.explain(asked, row, limit) for row in rows}
        try:
            with self._lock:
                found = self._serving(run.model).explain(run, situation.items, asked, rows, limit)
        except AvrecError as error:
            log.warning("model %s cannot explain: %s", run.model, error)
            return {}
        return dict(zip(rows, found, strict=True))

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            for serving in self._servings.values():
                serving.close()
            self._servings.clear()

    def _model_scores(
        self, run: RunRecord, items: ItemFeatures, history: History
    ) -> tuple[NDArray[np.float32] | None, str | None]:
        try:
            with self._lock:
                scores = self._serving(run.model).score(run, items, history)
        except AvrecError as error:
            log.warning("model %s cannot score: %s", run.model, error)
            self._plugins.report_failure(run.plugin, str(error))
            return None, f"The model {run.model!r} failed ({error.message}), so this is by content alone."
        if not np.isfinite(scores).any():
            return None, f"The model {run.model!r} has nothing to say yet, so this is by content alone."
        return scores, None

    def _serving(self, model: str) -> Serving:
        """Return the process of a model, the least recently used one given up for it."""
        found = self._servings.pop(model, None)
        if found is None and self._servings and self.capacity == 1:
            # a process that is there loads another model sooner than a new one starts
            found = self._servings.pop(next(iter(self._servings)))
        if found is None:
            found = Serving(self._plugins, self._scratch / uuid.uuid4().hex[:8])
        self._servings[model] = found
        while len(self._servings) > self.capacity:
            self._servings.pop(next(iter(self._servings))).close()
        return found
