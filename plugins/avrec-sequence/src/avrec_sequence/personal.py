"""Weights of a blend for one person: what that person's own newest likes say, drawn to what serves everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Validation
from avrec_desktop.api.behaviour import allowed, ndcg
from avrec_sequence.blend import compressed, standardised
from avrec_sequence.common import FloatArray, IntArray

#: How strongly a person's weights are drawn to everybody's, in likes, the candidates; and where nothing can be tried.
STRENGTHS = (3.0, 10.0, 30.0, 100.0)
USUAL_STRENGTH = 10.0
#: Fewest likes of one person that say anything, and people on whom the strength can be tried.
MIN_LIKES, MIN_PEOPLE = 3, 30
#: Steps of Newton's method, and the longest one in any weight.
STEPS, LONGEST = 15, 1.0
#: Cells of scores looked at together.
CELLS = 8_000_000
#: Share of the largest weight below which a part is not needed.
LEAST = 0.03


@dataclass(frozen=True)
class Asked:
    """Held-out likes of people, each with what the parts say at that moment.

    Attributes:
        names: The parts.
        stacked: float32 (n, n_items, n_parts), standardised scores.
        free: bool (n, n_items), what may be listed.
        positives: Rows of the likes, oldest first.
        owners: int64 (n,), whose question it is, from 0.
    """

    names: tuple[str, ...]
    stacked: FloatArray
    free: NDArray[np.bool_]
    positives: Sequence[IntArray]
    owners: IntArray

    def part(self, rows: IntArray) -> Asked:
        """Return some of the questions; owners keep their numbers."""
        wanted = [self.positives[r] for r in rows.tolist()]
        return Asked(self.names, self.stacked[rows], self.free[rows], wanted, self.owners[rows])


def of_their_own(
    scores: Mapping[str, FloatArray],
    held_out: Validation,
    own_scores: Mapping[str, FloatArray],
    steps: Validation,
    weights: Mapping[str, float],
    subtractable: Sequence[str],
) -> tuple[dict[str, dict[str, float]], str]:
    """Return weights per person, and what to say of them.

    Args:
        scores: Per part, of everybody who was held out.
        held_out: What they were asked.
        own_scores: Per part, of the questions of the profiles here.
        steps: These questions; where there are none, everybody gets own weights.
        weights: Everybody's.
        subtractable: Parts that may have a negative weight.
    """
    n_items = next(iter(scores.values())).shape[1]
    signed = np.array([name in subtractable for name in scores])
    people, owners = _owners(held_out)
    everyone = asked_of(scores, allowed(held_out, n_items), held_out.positives, owners)
    usual = scaled(np.array([weights.get(name, 0.0) for name in scores]), everyone)
    strength = best_strength(everyone, usual, signed)
    if len(steps.histories):
        people, owners = _owners(steps)
        asked = asked_of(own_scores, allowed(steps, n_items), steps.positives, owners)
        found = profile_weights(asked, usual, signed, strength, people)
    elif strength is not None:
        found = own_weights(everyone, usual, signed, strength, people)
    else:
        found = {}
    if not found:
        return {}, "; weights of one's own helped nobody"
    return found, f"; people with weights of their own: {len(found)}"


def _owners(asked: Validation) -> tuple[list[str], NDArray[np.int64]]:
    names = [history.user for history in asked.histories]
    people = list(dict.fromkeys(names))
    at = {name: number for number, name in enumerate(people)}
    return people, np.array([at[name] for name in names], np.int64)


def asked_of(
    scores: Mapping[str, FloatArray], free: NDArray[np.bool_], positives: Sequence[IntArray], owners: IntArray
) -> Asked:
    """Return the questions with standardised scores; ``scores`` is float32 (n, n_items) per part."""
    stacked = np.stack([compressed(standardised(scores[name], free)) for name in scores], axis=-1)
    return Asked(tuple(scores), stacked, free, positives, owners)


def scaled(weights: NDArray[np.float64], asked: Asked) -> NDArray[np.float64]:
    """Return everybody's weights times the factor with which the likes are likeliest; the order of items stays."""
    if not weights.any():
        return weights
    values = asked.stacked @ weights.astype(np.float32)
    one = Asked(("all",), values[..., None], asked.free, asked.positives, np.zeros(len(asked.owners), np.int64))
    found = fitted(one, np.ones((1, 1)), 1.0, np.zeros(1, bool))
    return weights * max(float(found[0, 0]), 1e-3)


def fitted(asked: Asked, start: NDArray[np.float64], strength: float, signed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weights per owner, float64 (n_owners, n_parts).

    They maximise the likelihood of the likes (conditional logit over the items that may be listed), less ``strength /
    2`` times the squared distance from ``start``; not negative but where ``signed``. The problem is convex.

    Args:
        asked: The questions.
        start: float64 (n_owners, n_parts), everybody's weights.
        strength: In likes.
        signed: bool (n_parts,).
    """
    weights = start.copy()
    size = weights.shape[1]
    step = max(1, CELLS // max(1, asked.stacked[0].size)) if len(asked.owners) else 1
    for _ in range(STEPS):
        slope = strength * (weights - start)
        curve = np.tile(strength * np.eye(size), (len(weights), 1, 1))
        for begin in range(0, len(asked.owners), step):
            _add_up(asked, slice(begin, begin + step), weights, slope, curve)
        held = (weights <= 0) & (slope > 0) & ~signed
        slope = np.where(held, 0.0, slope)
        curve[held] = 0.0
        curve.transpose(0, 2, 1)[held] = 0.0
        curve[:, np.arange(size), np.arange(size)] += held
        change = np.linalg.solve(curve, slope[..., None])[..., 0]
        change *= np.minimum(1.0, LONGEST / np.maximum(np.abs(change).max(axis=1, keepdims=True), 1e-12))
        moved = weights - change
        moved = np.where(signed, moved, np.maximum(moved, 0.0))
        done = float(np.abs(moved - weights).max(initial=0.0)) < 1e-3
        weights = moved
        if done:
            break
    return weights


def _add_up(
    asked: Asked, rows: slice, weights: NDArray[np.float64], slope: NDArray[np.float64], curve: NDArray[np.float64]
) -> None:
    """Add slope and curvature of minus the log-likelihood of some questions, per owner."""
    block, owners = asked.stacked[rows], asked.owners[rows]
    own = weights[owners].astype(np.float32)
    logits = np.where(asked.free[rows], np.einsum("nip,np->ni", block, own), -np.inf)
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    expected = np.einsum("ni,nip->np", shares, block)
    second = np.matmul((block * shares[..., None]).transpose(0, 2, 1), block)
    second -= expected[:, :, None] * expected[:, None, :]
    counts, sums = np.zeros(len(block)), np.zeros(expected.shape)
    for k, wanted in enumerate(asked.positives[rows]):
        told = np.asarray(wanted)[asked.free[rows][k, wanted]]
        counts[k], sums[k] = len(told), block[k, told].sum(0)
    np.add.at(slope, owners, counts[:, None] * expected - sums)
    np.add.at(curve, owners, counts[:, None, None] * second)


def best_strength(asked: Asked, everybody: NDArray[np.float64], signed: NDArray[np.bool_]) -> float | None:
    """Return how strongly to draw people to everybody's weights; None where own weights help nobody.

    Each person's older held-out likes fit the weights that are judged on the newer ones, beside everybody's. Where
    there are too few people for that, :data:`USUAL_STRENGTH`.

    Args:
        asked: One question per person, with all its held-out likes.
        everybody: float64 (n_parts,).
        signed: Which parts may have negative weights.
    """
    enough = np.flatnonzero([len(p) >= 2 * MIN_LIKES for p in asked.positives])
    if len(enough) < MIN_PEOPLE:
        return USUAL_STRENGTH
    whole = asked.part(enough)
    halves = [(np.asarray(p)[: len(p) // 2], np.asarray(p)[len(p) // 2 :]) for p in whole.positives]
    owners = np.arange(len(enough))
    older = Asked(whole.names, whole.stacked, whole.free, [h[0] for h in halves], owners)
    free = whole.free.copy()
    for row, (first, _) in enumerate(halves):
        free[row, first] = False
    start = np.tile(everybody, (len(enough), 1))

    def values(weights: NDArray[np.float64]) -> FloatArray:
        scores = np.einsum("nip,np->ni", whole.stacked, weights.astype(np.float32))
        newer = [h[1] for h in halves]
        return np.asarray(np.mean([ndcg(scores, free, newer, k) for k in (10, 50)], axis=0))

    reached = {strength: values(fitted(older, start, strength, signed)) for strength in STRENGTHS}
    best = max(STRENGTHS, key=lambda strength: float(reached[strength].mean()))
    if reached[best].mean() <= values(start).mean():
        return None
    # of those that cannot be told from the best one, the strongest: it changes least
    error = {s: (reached[best] - found).std() / np.sqrt(len(enough)) for s, found in reached.items()}
    return max(s for s, found in reached.items() if (reached[best] - found).mean() <= error[s])


def profile_weights(
    asked: Asked,
    everybody: NDArray[np.float64],
    signed: NDArray[np.bool_],
    strength: float | None,
    people: Sequence[str],
) -> dict[str, dict[str, float]]:
    """Return the weights of the profiles here, who are asked for each like by itself.

    They are drawn to everybody's by :data:`USUAL_STRENGTH`: a profile may differ from a crowd that is alike. Weights
    that the older half of its likes gives must make the newer half likelier, else everybody's stay.

    Args:
        asked: One question per like; owners are places in ``people``.
        everybody: float64 (n_parts,).
        signed: Which parts may have negative weights.
        strength: As chosen by :func:`best_strength`, for profiles with too few likes to judge by.
        people: Names.
    """
    out: dict[str, dict[str, float]] = {}
    for owner, name in enumerate(people):
        mine = asked.part(np.flatnonzero(asked.owners == owner))
        mine = replace(mine, owners=np.zeros(len(mine.owners), np.int64))
        own = strength
        if len(mine.owners) >= 2 * MIN_LIKES:
            older, newer = (mine.part(rows) for rows in np.array_split(np.arange(len(mine.owners)), 2))
            trial = fitted(older, everybody[None], USUAL_STRENGTH, signed)[0]
            own = USUAL_STRENGTH if _likelihood(newer, trial) > _likelihood(newer, everybody) else None
        if own is not None:
            out |= own_weights(mine, everybody, signed, own, [name])
    return out


def _likelihood(asked: Asked, weights: NDArray[np.float64]) -> float:
    """Return the logarithm of the likelihood of all likes."""
    logits = np.where(asked.free, asked.stacked @ weights.astype(np.float32), -np.inf).astype(np.float64)
    top = logits.max(1)
    whole = top + np.log(np.exp(logits - top[:, None]).sum(1))
    told = (logits[k, w][np.isfinite(logits[k, w])] - whole[k] for k, w in enumerate(asked.positives))
    return float(sum(each.sum() for each in told))


def own_weights(
    asked: Asked, everybody: NDArray[np.float64], signed: NDArray[np.bool_], strength: float, people: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return the weights of those people who have enough likes, by name.

    Args:
        asked: The questions; owners are places in ``people``.
        everybody: float64 (n_parts,).
        signed: Which parts may have negative weights.
        strength: As chosen by :func:`best_strength`.
        people: Names.
    """
    likes = np.zeros(len(people), np.int64)
    np.add.at(likes, asked.owners, [len(p) for p in asked.positives])
    found = fitted(asked, np.tile(everybody, (len(people), 1)), strength, signed)
    out = {}
    for name, row, count in zip(people, found, likes.tolist(), strict=True):
        if name and count >= MIN_LIKES and (row > 0).any():
            kept = {n: round(float(w), 3) for n, w in zip(asked.names, row, strict=True) if abs(w) > LEAST * row.max()}
            out[name] = kept
    return out
