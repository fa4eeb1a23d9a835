"""A blend of models, chosen for the data at hand."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import (
    Explanation,
    History,
    ItemFeatures,
    ModelError,
    Part,
    Recommender,
    RecommenderConfig,
    Run,
    TrainingData,
    Validation,
)
from avrec_desktop.api.arrays import columns_of
from avrec_desktop.api.behaviour import allowed, liked, ndcg, need_likes
from avrec_desktop.api.storage import load_model, save_model
from avrec_sequence.blend import compressed, fit_blend, standardised
from avrec_sequence.bridge import ContentBridge
from avrec_sequence.common import FloatArray, sampled
from avrec_sequence.held_out import is_lone, newest_held_out, step_by_step
from avrec_sequence.kernel import TasteKernel
from avrec_sequence.linear import SeqEASE
from avrec_sequence.personal import of_their_own
from avrec_sequence.recency import Recency
from avrec_sequence.sequence import GRU

#: Parts of the blend, by name: the model and the settings in which it differs from its defaults.
PARTS: dict[str, tuple[type[Recommender], dict[str, Any]]] = {
    "now": (Recency, {}),
    "ever": (Recency, {"half_life": 0.0}),
    "follows": (SeqEASE, {}),
    "together": (SeqEASE, {"decay": 1.0, "mix": 0.0}),
    "next": (GRU, {}),
    "content": (ContentBridge, {}),
    "taste": (TasteKernel, {}),
}
#: What the parts are called in plain words.
CALLED = {
    "now": "what is popular now",
    "ever": "what was always popular",
    "follows": "what follows what",
    "together": "what goes together",
    "next": "what comes next",
    "content": "likeness in content",
    "taste": "your own taste",
}
#: Parts that can say something of items nobody met.
FOR_NEW = ("content", "taste")
#: Parts whose settings are as given, whatever the data.
FIXED = ("ever", "together", "taste")
#: Parts that may have a negative weight.
SUBTRACTABLE = ("ever",)
#: Fewest positive interactions with which a network is worth its time.
MIN_FOR_NETWORK = 2000
#: Users that the blend is fitted on, and cells of scores held for it.
MAX_USERS = 2000
MAX_CELLS = 12_000_000
#: Fewest likes of a single user that a choice is worth; below, what the items have in common with them serves.
MIN_LONE = 100
#: Why nothing is chosen for a lone user.
LONE = f"one user with fewer than {MIN_LONE} likes: your own taste serves alone, there is too little to choose by"
#: Held-out people below which each of their held-out likes is a question of its own.
FEW_PEOPLE = 30
#: Offsets of items nobody met that are tried; the first puts them behind nearly everything.
OFFSETS = (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0)


@dataclass(frozen=True)
class AutoConfig(RecommenderConfig):
    """Settings of :class:`Auto`. With weights given, nothing is chosen any more.

    Attributes:
        budget: Seconds of processor time that choosing may take; networks are left out when it runs short.
        settings: JSON object: settings per part.
        weights: JSON object: weight per part, for items with behaviour.
        new_weights: JSON object: weight per part, for items that nobody met.
        new_offset: What is added to the standardised scores of items that nobody met, to stand among the others.
        own_weights: JSON object: per person, the weights for items with behaviour that take the place of ``weights``.
        why: What was chosen, and by which figures, in a sentence.
        reached: JSON object: the figures, per part and way of blending.
    """

    budget: float = 600.0
    settings: str = "{}"
    weights: str = ""
    new_weights: str = ""
    new_offset: float = -2.0
    own_weights: str = ""
    why: str = ""
    reached: str = ""


class Auto(Recommender):
    """Blends models with weights that held-out behaviour gives them.

    Each part's scores are standardised per user over the items that may be listed; the weights of their sum maximise
    the likelihood of what really came next (conditional logit, non-negative, shrunk to zero). The blend is kept only
    if, on users it was not fitted on, it beats the best single part; else that part serves alone. Whoever has a few
    held-out likes gets weights of their own, drawn to those of everybody (:mod:`.personal`), if that helps people on
    likes that the weights were not fitted on. Items that nobody met have weights of their own, too. Left to itself, the
    model holds out the newest interactions of each user to choose by, and then refits all parts on everything.
    """

    id = "auto"
    name = "Automatic blend"
    Config = AutoConfig
    config: AutoConfig
    parts: ClassVar[dict[str, tuple[type[Recommender], dict[str, Any]]]] = PARTS

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self._models: dict[str, Recommender] = {}
        self._met: NDArray[np.int64] = np.zeros(0, np.int64)
        self._is_met: NDArray[np.bool_] = np.zeros(0, bool)
        self._take_weights()

    def _take_weights(self) -> None:
        config = self.config
        self._weights: dict[str, float] = _read(config.weights) or _read(config.new_weights)
        self._new_weights: dict[str, float] = _read(config.new_weights) or _read(config.weights)
        self._own: dict[str, dict[str, float]] = _read(config.own_weights)

    def fit(self, data: TrainingData, run: Run) -> None:
        """Choose (unless the config already has weights), then fit every part that has a weight."""
        need_likes(self, data)
        if not self.config.weights and is_lone(data, MIN_LONE):
            taste = json.dumps({"taste": 1.0})
            self.config = replace(self.config, weights=taste, new_weights=taste, new_offset=0.0, why=LONE)
        if not self.config.weights:
            part, held_out = newest_held_out(data)
            self.config = self.tune(self.config, part, held_out, run)
        self._take_weights()
        wanted = {*self._new_weights, *self._weights, *(name for own in self._own.values() for name in own)}
        names = [name for name in self.parts if name in wanted]
        _, items, _ = liked(data)
        self._met = data.items.ids[np.unique(items)]
        self._models = {}
        for number, name in enumerate(names, 1):
            model = self._models[name] = self.part(name)
            model.fit(data, _Quiet(run))
            self.bind(data.items)
            run.epoch(number, len(names))
            if run.should_stop():
                break

    @property
    def models(self) -> dict[str, Recommender]:
        """The trained parts by name: those with a weight."""
        return dict(self._models)

    def part(self, name: str) -> Recommender:
        """Return an untrained part with the settings that were chosen for it."""
        cls, own = self.parts[name]
        return cls(cls.Config.from_dict({**own, **_read(self.config.settings).get(name, {})}))

    @classmethod
    def tune(cls, config: RecommenderConfig, data: TrainingData, held_out: Validation, run: Run) -> AutoConfig:
        """Return the config with settings and weights chosen on the held-out behaviour."""
        assert isinstance(config, AutoConfig)
        most = min(MAX_USERS, max(50, MAX_CELLS // max(1, data.n_items)))
        mine = {data.user_ids[row] for row in data.local_users}
        here = [u for u, history in enumerate(held_out.histories) if history.user in mine]
        steps = step_by_step(held_out, here)  # asked as in use: the history grows with every like
        held_out = sampled(held_out, most)
        if len(held_out.histories) < FEW_PEOPLE:
            held_out = sampled(step_by_step(held_out), most)
        met = np.zeros(data.n_items, bool)
        met[data.interactions.items[data.interactions.values > 0]] = True
        new = held_out.candidates is not None and not met[held_out.candidates].any()
        names = [n for n in cls.parts if (n in FOR_NEW or not new) and cls.affordable(n, data)]
        began = time.process_time()
        scores: dict[str, FloatArray] = {}
        own_scores: dict[str, FloatArray] = {}
        settings: dict[str, dict[str, Any]] = {}
        for name in names:
            if run.should_stop() or (name == "next" and time.process_time() - began > config.budget / 2):
                continue
            model, changed = cls._tuned(name, data, held_out, run)
            settings[name] = changed
            scores[name] = model.score_many(held_out.histories)
            own_scores[name] = model.score_many(steps.histories)
        free = allowed(held_out, data.n_items)
        blend = fit_blend(scores, free, held_out.positives, SUBTRACTABLE)
        usual = {"content": 1.0} if "content" in names or new else {}
        weights, new_weights = (usual, blend.weights) if new else (blend.weights, usual)
        why = blend.why
        if len(np.unique(data.interactions.users)) == 1 and "taste" in scores:
            weights, why = {"taste": 1.0}, f"one user alone: the own taste leads; {why}"
        offset = config.new_offset
        if not new:
            offset = _new_offset(scores, free, met, weights, held_out, offset)
        own_weights, own_why = "", ""
        if not new and len(scores) > 1:
            own, own_why = of_their_own(scores, held_out, own_scores, steps, weights, SUBTRACTABLE)
            own_weights = json.dumps(own) if own else ""
        return replace(
            config,
            new_offset=offset,
            own_weights=own_weights,
            settings=json.dumps({n: s for n, s in settings.items() if s}),
            weights=json.dumps(weights),
            new_weights=json.dumps(new_weights),
            why=why + own_why,
            reached=json.dumps({name: round(value, 4) for name, value in blend.reached.items()}),
        )

    @classmethod
    def affordable(cls, name: str, data: TrainingData) -> bool:
        """Return whether the data has what a part learns from."""
        model = cls.parts[name][0]
        likes = int((data.interactions.values > 0).sum())
        if model is GRU:
            return likes >= MIN_FOR_NETWORK
        if model is ContentBridge:
            return len(np.unique(data.interactions.users)) >= 2 and data.items.content.any()
        return model is not TasteKernel or bool(data.items.content.any())

    @classmethod
    def _tuned(
        cls, name: str, data: TrainingData, held_out: Validation, run: Run
    ) -> tuple[Recommender, dict[str, Any]]:
        """Return a part fitted with its best settings, and in what those differ from its defaults."""
        model_class, own = cls.parts[name]
        start = model_class.Config.from_dict(own)
        trials = [{**own, **changes} for changes in model_class.search_space(data)]
        quiet = _Quiet(run)
        if name not in FIXED:
            chosen = model_class.tune(start, data, held_out, quiet)
            if chosen is not None:
                before = start.to_dict()
                trials = [{k: v for k, v in chosen.to_dict().items() if v != before[k]}]
        else:
            trials = [own]
        free = allowed(held_out, data.n_items)
        best: tuple[float, Recommender, dict[str, Any]] | None = None
        for changes in trials:
            model = model_class(model_class.Config.from_dict({**own, **changes}))
            model.fit(data, quiet)
            reached = 0.0
            if len(trials) > 1:
                reached = float(ndcg(model.score_many(held_out.histories), free, held_out.positives).mean())
            if best is None or reached > best[0]:
                best = (reached, model, changes)
        if best is None:
            raise ModelError(f"{name} has no settings to try")
        return best[1], best[2]

    def bind(self, items: ItemFeatures) -> None:
        """Bind the items to every part."""
        for model in self._models.values():
            model.bind(items)
        self._is_met = columns_of(items, self._met) >= 0

    def score(self, history: History) -> FloatArray:
        """Return the blended score of every item."""
        return self.score_many([history])[0]

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return the blended scores float32 (n_histories, n_items); those of a part that serves alone, as they are."""
        alone = self._alone()
        if alone is not None:
            return alone.score_many(histories)
        scores = {name: model.score_many(histories) for name, model in self._models.items()}
        total = np.zeros((len(histories), len(self._is_met)), np.float32)
        for inside in (self._is_met, ~self._is_met):
            free = self._free(histories, inside)
            each = [self._weights_for(history, inside) for history in histories]
            total += np.where(inside, np.float32(self._offset(inside)), np.float32(0))
            for name, found in scores.items():
                weight = np.array([weights.get(name, 0.0) for weights in each], np.float32)[:, None]
                if weight.any():
                    total += np.where(inside, weight * compressed(standardised(found, free)), np.float32(0))
        return total

    def item_vectors(self) -> FloatArray | None:
        """Return the vectors of the part that serves alone; None for a blend, whose scores are no products."""
        alone = self._alone()
        return None if alone is None else alone.item_vectors()

    def query(self, history: History) -> FloatArray | None:
        """Return what goes with :meth:`item_vectors`."""
        alone = self._alone()
        return None if alone is None else alone.query(history)

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return the parts' explanations, weighted as their scores are; what they leave open is the bias."""
        alone = self._alone()
        if alone is not None:
            return alone.explain(history, item, limit)
        inside = self._is_met if self._is_met[item] else ~self._is_met
        weights = self._weights_for(history, inside)
        free = self._free([history], inside)
        total = float(self._offset(inside))
        shares: dict[int, float] = {}
        for name, weight in weights.items():
            if name not in self._models:
                continue
            scores = self._models[name].score_many([history])
            level = float(standardised(scores, free)[0, item])
            total += weight * float(compressed(np.float32(level)))
            # the compression is flat above 1: shares there are those of the logarithm's chord
            scale = (
                weight / _spread(scores, free) * (float(compressed(np.float32(level))) / level if level > 1 else 1.0)
            )
            found = self._models[name].explain(history, item, len(history))
            for part in found.parts if found is not None and np.isfinite(scores[0, item]) else ():
                if part.kind == "item":
                    shares[int(part.key)] = shares.get(int(part.key), 0.0) + scale * part.share
        if not len(history):
            return None
        ordered = sorted(shares.items(), key=lambda entry: -abs(entry[1]))[:limit]
        parts = [Part("item", row, share) for row, share in ordered]
        parts.append(Part("bias", "prior", total - sum(p.share for p in parts)))
        return Explanation(total, tuple(parts))

    def notes(self) -> dict[str, Any]:
        """Return what was chosen and why."""
        weights: dict[str, Any] = {"weights": self._weights, "new_weights": self._new_weights, "own": len(self._own)}
        inner = {name: model.notes() for name, model in self._models.items() if model.notes()}
        plain = {
            "chosen": shares(self._weights),
            "chosen_for": {person: shares(own) for person, own in self._own.items()},
            "reasons": reasons(self.config),
        }
        return {**weights, **plain, "settings": _read(self.config.settings), "why": self.config.why, "parts": inner}

    def save(self, directory: Path) -> None:
        """Write each part into a folder of its own, then the blend."""
        for name, model in self._models.items():
            (directory / name).mkdir()
            model.save(directory / name)
        arrays = {"met": self._met, "names": np.array(list(self._models), dtype="U32")}
        save_model(directory, self.id, self.version, self.config.to_dict(), arrays)

    @classmethod
    def load(cls, directory: Path, config: RecommenderConfig | None = None) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: The files are missing or damaged.
        """
        stored, arrays = load_model(directory, cls.id, cls.version)
        try:
            made = cls(config if config is not None else cls.Config.from_dict(stored))
            made._met = arrays["met"]
            for name in arrays["names"].tolist():
                made._models[name] = cls.parts[name][0].load(directory / name)
        except (TypeError, KeyError) as error:
            raise ModelError(f"the saved model cannot be read: {error}", path=directory) from error
        return made

    def _offset(self, inside: NDArray[np.bool_]) -> float:
        return self.config.new_offset if inside is not self._is_met and self._is_met.any() else 0.0

    def _weights_for(self, history: History, inside: NDArray[np.bool_]) -> dict[str, float]:
        if inside is not self._is_met:
            return self._new_weights
        return self._own.get(history.user, self._weights)

    def _alone(self) -> Recommender | None:
        """Return the only part, when it ranks known and new items alike: its scores can be taken as they are."""
        if self._own or len(self._models) != 1 or (self._is_met.any() and not self._is_met.all() and self._apart()):
            return None
        return next(iter(self._models.values()))

    def _apart(self) -> bool:
        return bool(self.config.new_offset) or self._weights != self._new_weights

    def _free(self, histories: Sequence[History], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        free = np.tile(inside, (len(histories), 1))
        for row, history in enumerate(histories):
            free[row, history.items] = False
        return free


class _Quiet:
    """A run that passes on whether to stop, and keeps the parts' epochs to itself."""

    def __init__(self, run: Run) -> None:
        self.seed = run.seed
        self._run = run

    def epoch(self, epoch: int, epochs: int, **metrics: float) -> None:
        """Drop the report; stopping is asked for with :meth:`should_stop`."""

    def should_stop(self) -> bool:
        """Return whether to stop."""
        return self._run.should_stop()


def _new_offset(
    scores: Mapping[str, FloatArray],
    free: NDArray[np.bool_],
    met: NDArray[np.bool_],
    weights: Mapping[str, float],
    held_out: Validation,
    usual: float,
) -> float:
    """Return the offset with which items that nobody met stand best among the others."""
    if "content" not in scores or met.all() or not free[:, ~met].any():
        return usual
    total = np.zeros(free.shape, np.float32)
    for name, weight in weights.items():
        total += np.float32(weight) * compressed(standardised(scores[name], free & met))
    fresh = compressed(standardised(scores["content"], free & ~met))
    found = {}
    for offset in OFFSETS:
        blended = np.where(met, total, fresh + np.float32(offset))
        found[offset] = float(ndcg(blended, free, held_out.positives).mean())
    return max(found, key=lambda offset: found[offset])


def _spread(scores: FloatArray, free: NDArray[np.bool_]) -> float:
    found = scores[0][free[0] & np.isfinite(scores[0])]
    return max(float(np.std(found)) if len(found) else 1.0, 1e-6)


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Return the shares of the parts by their names in plain words, the largest first; their sizes add up to 1."""
    whole = sum(abs(weight) for weight in weights.values()) or 1.0
    ordered = sorted(weights.items(), key=lambda entry: -abs(entry[1]))
    return {CALLED.get(name, name): round(weight / whole, 4) for name, weight in ordered if weight}


def reasons(config: AutoConfig) -> list[str]:
    """Return why a blend is as it is, in sentences for people."""
    if config.why == LONE:
        return [f"You have fewer than {MIN_LONE} likes: your own taste serves alone, there is too little to choose by."]
    reached: dict[str, float] = _read(config.reached)
    parts = {name: value for name, value in reached.items() if name in CALLED}
    blends = [value for name, value in reached.items() if name not in CALLED]
    if not parts or not blends:
        return []
    best, blend = max(parts, key=lambda name: parts[name]), max(blends)
    if blend >= parts[best]:
        out = [f"On what was held out the blend reached {blend:.3f}, “{CALLED[best]}” alone {parts[best]:.3f}."]
    else:
        out = [
            f"On what was held out “{CALLED[best]}” alone reached {parts[best]:.3f}, no blend more than {blend:.3f}."
        ]
    out.append("The figure is the mean of NDCG@10 and NDCG@50: 1 would be what really came, in its best order.")
    if _read(config.own_weights):
        out.append("Weights of one's own foretell single people better, so who has enough likes gets them.")
    return out


def _read(text: str) -> dict[str, Any]:
    return dict(json.loads(text)) if text else {}
