"""Why an item is recommended, in shares that add up, and what would be without its causes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avrec_desktop.api.recommend import Explanation, ItemFeatures
from avrec_desktop.recommend import panel as strategy
from avrec_desktop.recommend.measure import rank
from avrec_desktop.recommend.scoring import Scored, Scoring
from avrec_desktop.recommend.situation import EDIT_STRENGTH, Situation

#: Items of the history that a model is asked to name.
MOST_NAMED = 500
#: Causes and topics that are listed; the rest is summed up.
LISTED = 6


@dataclass(frozen=True, slots=True)
class Cause:
    """An item of the history and what it adds to the score.

    Attributes:
        item: Its id; negative for an imported item without a file.
        value: How much it was liked, in [-1, 1].
        share: What it adds.
        title: Of an imported item; empty for one of the library, which knows its own.
    """

    item: int
    value: float
    share: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A named part of a score."""

    key: str
    share: float


@dataclass(frozen=True)
class ExplanationDetail:
    """Why an item has its score and its place.

    ``causes``, ``others``, ``prior`` and ``edits`` add up to ``score``. ``topics`` and ``modalities`` are two ways to
    divide what the history carries, ``causes`` and ``others``, and each adds up to it.

    Attributes:
        item: The explained item.
        model: The model, ``"content"`` for the core's own scorer.
        run: Its run, or None.
        score: The explained score.
        causes: The items that carry most, the largest share first (negative ones are dislikes).
        others: What the rest of the history adds.
        prior: What the score would be without any history.
        edits: What the user's corrections add.
        topics: By what the item has in common with the causes; key ``""`` for likeness that no tag names.
        modalities: ``audio``, ``video``, ``text`` and the like; ``"behaviour"`` for a model that reads no content.
        rank: Place by score among all that may be recommended, from 1.
        candidates: How many these are.
        without: The causes of the counterfactual, item ids.
        rank_without: The place that the item would have without them; None where there are none.
    """

    item: int
    model: str
    run: str | None
    score: float
    causes: tuple[Cause, ...]
    others: float
    prior: float
    edits: tuple[Share, ...]
    topics: tuple[Share, ...]
    modalities: tuple[Share, ...]
    rank: int
    candidates: int
    without: tuple[int, ...]
    rank_without: int | None

    @property
    def carried(self) -> float:
        """What the history carries of the score."""
        return sum(c.share for c in self.causes) + self.others


def explain(
    scoring: Scoring, situation: Situation, row: int, model: str | None = None, *, reads_content: bool = True
) -> ExplanationDetail | None:
    """Return why an item row has its score, or None where nobody can say.

    The counterfactual folds the user in once more without the strongest causes: the same model, the same candidates.

    Args:
        scoring: Asks the model.
        situation: The items and the history; the explained item is no cause of itself.
        row: The item row.
        model: A model; None: the chosen one.
        reads_content: Whether the model reads content; else what it learned is behaviour alone.
    """
    history = situation.history.without([row])
    scored = scoring.scores(situation, model, history)
    if not np.isfinite(scored.raw[row]):
        return None
    found = scoring.explanations(situation, scored.run, [row], history=history, limit=MOST_NAMED).get(row)
    if found is None:
        return None
    items = situation.items
    values = {int(r): float(v) for r, v in zip(history.items, history.values, strict=True)}
    shares = {int(p.key): p.share for p in found.parts if p.kind == "item"}
    ordered = sorted(shares, key=lambda r: -abs(shares[r]))
    listed = sorted(ordered[:LISTED], key=lambda r: -shares[r])
    others = sum(shares[r] for r in ordered[LISTED:])
    others += sum(p.share for p in found.parts if p.kind == "bias" and p.key == "others")
    prior = found.score - sum(shares[r] for r in listed) - others
    edits = _edits(situation, scored, row, found)
    removed = strategy.causes(found, values, row)
    after = None
    if removed:
        after = rank(scoring.scores(situation, model, history.without(removed)).values, situation.allowed, row)
    read = reads_content or scored.run is None
    carried = sum(shares[r] for r in listed) + others
    return ExplanationDetail(
        item=int(items.ids[row]),
        model=scored.model,
        run=scored.run.id if scored.run else None,
        score=found.score + sum(e.share for e in edits),
        causes=tuple(_cause(situation, r, values.get(r, 0.0), shares[r]) for r in listed),
        others=others,
        prior=prior,
        edits=edits,
        topics=_scaled(_by_topic(items, row, shares), carried),
        modalities=_scaled(_by_modality(items, row, shares, found, read=read), carried),
        rank=rank(scored.values, situation.allowed, row),
        candidates=int((situation.allowed & np.isfinite(scored.values)).sum()),
        without=tuple(int(items.ids[r]) for r in removed),
        rank_without=after,
    )


def _cause(situation: Situation, row: int, value: float, share: float) -> Cause:
    item = int(situation.items.ids[row])
    return Cause(item, value, share, situation.catalogue.titles.get(item, ""))


def _edits(situation: Situation, scored: Scored, row: int, found: Explanation) -> tuple[Share, ...]:
    """Return what the corrections add, in the units of the explained score."""
    raw = float(scored.raw[row])
    scale = found.score / raw if abs(raw) > 1e-9 and np.isfinite(found.score / raw) else 1.0
    lifts = [(edit.key, float(edit.weight * much[row])) for edit, much in situation.tilt.parts]
    unit = abs(scale) * scored.unit * EDIT_STRENGTH
    return tuple(Share(key, unit * lift) for key, lift in lifts if abs(lift) > 1e-6)


def _by_topic(items: ItemFeatures, row: int, shares: dict[int, float]) -> list[Share]:
    """Divide each cause's share by the tags it has in common with the item; what no tag names has the key ``""``.

    A tag takes of a cause's share what it contributes to the cosine of the two tag vectors.
    """
    rows = np.array(list(shares), np.int64)
    weights = np.array(list(shares.values()))
    if not len(rows) or not items.tags.shape[1]:
        return [Share("", float(weights.sum()))] if len(rows) else []
    own, theirs = np.asarray(items.tags[row], np.float64), np.asarray(items.tags[rows], np.float64)
    sizes = np.linalg.norm(theirs, axis=1) * np.linalg.norm(own)
    common = theirs * own / np.maximum(sizes, 1e-9)[:, None]
    by_tag = weights @ common
    best = np.argsort(-np.abs(by_tag), kind="stable")[:LISTED]
    named = [Share(items.tag_names[i], float(by_tag[i])) for i in best if abs(by_tag[i]) > 0]
    return [*named, Share("", float(weights.sum() - sum(s.share for s in named)))]


def _by_modality(
    items: ItemFeatures, row: int, shares: dict[int, float], found: Explanation, *, read: bool
) -> list[Share]:
    """Return the model's own division by modality, else divide each cause's share by the likeness in each sense."""
    told = [Share(str(p.key), p.share) for p in found.parts if p.kind == "modality"]
    if told:
        return told
    rows, weights = np.array(list(shares), np.int64), np.array(list(shares.values()))
    if not len(rows):
        return []
    if not read or not items.modalities:
        return [Share("behaviour", float(weights.sum()))]
    names = list(items.modalities)
    likeness = np.stack([np.maximum(items.modalities[m][rows] @ items.modalities[m][row], 0.0) for m in names], axis=1)
    total = likeness.sum(axis=1, keepdims=True)
    parts = np.where(total > 0, likeness / np.maximum(total, 1e-9), 0.0)
    by_sense = weights @ parts
    out = [Share(name, float(value)) for name, value in zip(names, by_sense, strict=True) if abs(value) > 0]
    left = float(weights.sum() - by_sense.sum())
    return [*sorted(out, key=lambda s: -abs(s.share)), *([Share("", left)] if abs(left) > 1e-9 else [])]


def _scaled(parts: list[Share], total: float) -> tuple[Share, ...]:
    """Return the parts so that they add up to the total; what rounding or unnamed causes leave goes to the rest."""
    left = total - sum(p.share for p in parts)
    if abs(left) <= 1e-9 * max(1.0, abs(total)):
        return tuple(parts)
    named = [p for p in parts if p.key]
    return (*named, Share("", left + sum(p.share for p in parts if not p.key)))
