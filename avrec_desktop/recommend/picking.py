"""From scores to picks with titles and reasons: the panel before and after any behaviour, and the shelves below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.recommend import Explanation, Part
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.features.joined import known
from avrec_desktop.library.catalogue import Library
from avrec_desktop.recommend import panel as strategy
from avrec_desktop.recommend.dataset import popularity
from avrec_desktop.recommend.interleaving import Pair, team_draft
from avrec_desktop.recommend.occasion import explored, occasion_of, seed_of
from avrec_desktop.recommend.panel import Check, Panel, Pick, Strategy, goes_on
from avrec_desktop.recommend.scoring import Scored, Scoring
from avrec_desktop.recommend.shelves import TITLES, Choice, Ground, Shelf, choose
from avrec_desktop.recommend.situation import Situation
from avrec_desktop.recommend.tradeoff import Tradeoff, measure_tradeoff

Explanations = dict[int, Explanation | None]


@dataclass(frozen=True)
class Asked:
    """What is asked of a panel.

    Attributes:
        limit: Number of picks.
        model: Score with this model; None: the chosen one.
        settings: The re-ranking.
        pair: Two models that share the panel, or None.
    """

    limit: int
    model: str | None = None
    settings: Strategy = field(default_factory=Strategy)
    pair: Pair | None = None


class Picker:
    """Makes panels and shelves.

    Args:
        library: Knows titles and paths.
        behaviour: Knows the imported tables.
        scoring: Asks the models.
        shown_counts: Returns how often each item was offered in vain, int64 (n_items,).
    """

    def __init__(
        self,
        library: Library,
        behaviour: Behaviour,
        scoring: Scoring,
        shown_counts: Callable[[Situation], NDArray[np.int64]],
    ) -> None:
        self._library = library
        self._behaviour = behaviour
        self._scoring = scoring
        self._shown_counts = shown_counts

    def panel(self, situation: Situation, asked: Asked) -> Panel:
        """Return the panel of a profile."""
        if not len(situation.items):
            return Panel("empty", "Your library is empty", "empty", [])
        if not situation.personal:
            return self._cold(situation, asked.limit)
        if asked.pair is not None and asked.model is None:
            return self._shared(situation, asked, asked.pair)
        return self._personal(situation, asked)

    def shelves(self, situation: Situation, panel: Panel, limit: int, check: Check = goes_on) -> list[Shelf]:
        """Return the shelves, the panel first; no item stands on two, empty ones are left out."""
        if not panel.picks:
            return []
        items = situation.items
        scores = self._scoring.known(situation).values if situation.personal else np.zeros(len(items), np.float32)
        check()
        ground = Ground(
            items, situation.history, situation.allowed, situation.refused, situation.now, situation.positions
        )
        taken = items.rows([p.item for p in panel.picks])
        choices = choose(ground, [int(r) for r in taken if r >= 0], limit, check)
        below = (self._shelf(choice, situation, scores) for choice in choices)
        return [Shelf("for-you", panel.label, panel.picks), *(shelf for shelf in below if shelf.picks)]

    def tradeoff(self, situation: Situation, limit: int, check: Check = goes_on) -> Tradeoff | None:
        """Return what the familiar-new slider does to the panel of a profile that liked something."""
        scores = self._scoring.known(situation).values
        shown = self._shown_counts(situation)
        return measure_tradeoff(scores, situation.allowed, situation.items, situation.history, limit, shown, check)

    def _shelf(self, choice: Choice, situation: Situation, scores: NDArray[np.float32]) -> Shelf:
        explained: Explanations = {}
        if choice.anchor is not None:
            explained = {r: Explanation(1.0, (Part("item", choice.anchor, 1.0),)) for r in choice.rows}
        key = "because" if choice.anchor is not None else choice.key
        picks = self._picks(situation, choice.rows, scores, explained, key)
        title, anchor = TITLES[choice.key], None
        if choice.anchor is not None:
            anchor = int(situation.items.ids[choice.anchor])
            title = title.format(title=f"“{picks[0].because_titles[0]}”") if picks else title
        if choice.mood is not None:
            title = title.format(title=choice.mood)
        return Shelf(choice.key, title, picks, anchor, choice.mood)

    def _cold(self, situation: Situation, limit: int) -> Panel:
        items, allowed = situation.items, situation.allowed
        liked = popularity(situation.catalogue, self._behaviour)
        if liked is not None and (items.ids < 0).all():
            rows = strategy.rerank(liked, allowed, items, limit, Strategy())
            label = "Not personal yet: what people in the imported tables liked most"
            return Panel("content", label, "popular", self._picks(situation, rows, liked, {}, "popular"))
        nothing = np.zeros(len(items), np.float32)
        if known(items.content).any():
            rows = strategy.spread(items, allowed, limit, seed=0)
            label = "Not personal yet: a varied selection. Like a few of these to make it yours"
            return Panel("content", label, "content", self._picks(situation, rows, nothing, {}, "varied"))
        rows = strategy.newest(items, allowed, limit)
        label = "Not personal yet: the newest in your library. Like a few of these to make it yours"
        return Panel("newest", label, "newest", self._picks(situation, rows, nothing, {}, "newest"))

    def _personal(self, situation: Situation, asked: Asked) -> Panel:
        scored = self._scoring.best(situation, asked.settings.candidates(asked.limit), asked.model)
        rows = self._ranked(situation, scored, asked.limit, asked.settings)
        explanations = self._scoring.explanations(situation, scored.run, rows)
        picks = self._picks(situation, rows, scored.values, explanations, "because", scored.model)
        label, key = "Recommended for you", "personal"
        if scored.run is None:
            label, key = "Recommended for you, by content (no model is trained yet)", "by-content"
        return Panel("personal", label, key, picks, scored.model, scored.run.id if scored.run else None, scored.note)

    def _shared(self, situation: Situation, asked: Asked, pair: Pair) -> Panel:
        """Return a panel that two models fill in turns; each pick knows whose it is."""
        most = asked.settings.candidates(asked.limit)
        scored = {model: self._scoring.best(situation, most, model) for model in (pair.a, pair.b)}
        if any(s.run is None for s in scored.values()):  # one that cannot score has no turn
            note = next(s.note for s in scored.values() if s.run is None)
            able = next((model for model, s in scored.items() if s.run is not None), None)
            alone = self._personal(situation, Asked(asked.limit, able, asked.settings))
            return Panel(alone.kind, alone.label, alone.label_key, alone.picks, alone.model, alone.run, note)
        settings = replace(asked.settings, explore=0.0)  # what is compared is the models, not their luck
        lists = {m: self._ranked(situation, s, asked.limit, settings) for m, s in scored.items()}
        drafted = team_draft(lists[pair.a], lists[pair.b], asked.limit, pair.seed)
        picks: dict[int, Pick] = {}
        for side, model in enumerate((pair.a, pair.b)):
            own = [row for row, team in drafted if team == side]
            found = self._scoring.explanations(situation, scored[model].run, own)
            values = scored[model].values
            picks |= {p.item: p for p in self._picks(situation, own, values, found, "because", model)}
        ids = [int(situation.items.ids[row]) for row, _ in drafted]
        label = "Recommended for you, by two models in turns"
        return Panel("personal", label, "shared", [picks[i] for i in ids if i in picks], f"{pair.a}+{pair.b}")

    def _ranked(self, situation: Situation, scored: Scored, limit: int, settings: Strategy) -> list[int]:
        items, history = situation.items, situation.history
        shown, liked = self._shown_counts(situation), history.items[history.values > 0]
        occasion = occasion_of(items, history, situation.now)
        places, seed = round(settings.explore * limit), seed_of(situation.profile, situation.now)

        def explore(rows: list[int], pool: NDArray[np.int64], relevance: NDArray[np.float32]) -> list[int]:
            return explored(rows, pool, relevance, items, history, places, seed)

        chances = explore if places else None
        rows = strategy.rerank(
            scored.values, situation.allowed, items, limit, settings, shown, liked, occasion, chances
        )
        if len(rows) < limit:
            more = situation.relaxed.copy()
            more[rows] = False
            rows += strategy.rerank(scored.values, more, items, limit - len(rows), settings, shown, liked)
        return rows

    def _picks(
        self,
        situation: Situation,
        rows: list[int],
        scores: NDArray[np.float32],
        explanations: Explanations,
        key: str,
        model: str | None = None,
    ) -> list[Pick]:
        items, catalogue, history = situation.items, situation.catalogue, situation.history
        values = {int(r): float(v) for r, v in zip(history.items, history.values, strict=True)}
        because = {row: strategy.causes(explanations.get(row), values, row) for row in rows}
        ids = {row: int(items.ids[row]) for row in (*rows, *(b for rs in because.values() for b in rs))}
        found = {i.id: i for i in self._library.items_by_id([i for i in set(ids.values()) if i > 0], history.user)}
        picks = []
        for row in rows:
            item_id = ids[row]
            item = found.get(item_id)
            if item is None and item_id > 0:
                continue
            causes = [ids[b] for b in because[row]]
            titles = [found[c].title if c in found else catalogue.titles.get(c, "") for c in causes]
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
                    model=model,
                )
            )
        return picks
