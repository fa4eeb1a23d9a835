"""Small synthetic data sets with a structure that a model can find."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import Cancelled
from avrec_desktop.api.recommend import History, Interactions, ItemFeatures, Recommender, TrainingData


class RecordingRun:
    """A :class:`~avrec_desktop.api.recommend.Run` that keeps what was reported.

    Args:
        seed: Seed handed to the model.
        cancel_at: Epoch whose report raises :class:`~avrec_desktop.api.errors.Cancelled`, or None.
        stop_after: Number of questions after which :meth:`should_stop` says yes, or None.

    Attributes:
        epochs: (epoch, epochs, metrics) of each report.
        asked: How often :meth:`should_stop` was called.
    """

    def __init__(self, seed: int = 0, *, cancel_at: int | None = None, stop_after: int | None = None) -> None:
        self.seed = seed
        self.cancel_at = cancel_at
        self.stop_after = stop_after
        self.epochs: list[tuple[int, int, dict[str, float]]] = []
        self.asked = 0

    def epoch(self, epoch: int, epochs: int, **metrics: float) -> None:
        """Keep the report.

        Raises:
            Cancelled: At epoch ``cancel_at``.
        """
        self.epochs.append((epoch, epochs, metrics))
        if self.cancel_at is not None and epoch >= self.cancel_at:
            raise Cancelled

    def should_stop(self) -> bool:
        """Return whether ``stop_after`` questions were asked before."""
        self.asked += 1
        return self.stop_after is not None and self.asked > self.stop_after


def make_items(
    n_items: int = 60, *, n_styles: int = 4, dim: int = 16, seed: int = 0, content: bool = True, first_id: int = 100
) -> ItemFeatures:
    """Return items of several styles; item row ``r`` has the style ``r % n_styles``.

    Args:
        n_items: Number of items.
        n_styles: Number of styles; each has a direction in content space and a tag.
        dim: Dimensions of the content, at least ``n_styles``.
        seed: Seed of the noise.
        content: Whether content and tags are known; else they are zero.
        first_id: Id of the first item; ids go up by 3.
    """
    rng = np.random.default_rng(seed)
    style = np.arange(n_items) % n_styles
    audio = np.eye(n_styles, dim)[style] + 0.15 * rng.standard_normal((n_items, dim))
    text = np.eye(n_styles, dim)[style] + 0.25 * rng.standard_normal((n_items, dim))
    tags = np.clip(0.8 * np.eye(n_styles)[style] + 0.1 * rng.random((n_items, n_styles)), 0, 1)
    if not content:
        audio, text, tags = np.zeros_like(audio), np.zeros_like(text), np.zeros_like(tags)
    return ItemFeatures(
        ids=first_id + 3 * np.arange(n_items, dtype=np.int64),
        content=_unit(audio + text),
        tags=tags.astype(np.float32),
        tag_names=tuple(f"style-{s}" for s in range(n_styles)),
        modalities={"audio": _unit(audio), "text": _unit(text)},
        groups=style.astype(np.int32),
        added=1.7e9 + 60.0 * np.arange(n_items, dtype=np.float64),
        durations=np.full(n_items, 200.0, np.float32),
    )


def make_training_data(
    n_users: int = 24,
    n_items: int = 60,
    *,
    n_styles: int = 4,
    likes: int = 8,
    dislikes: int = 2,
    dim: int = 16,
    seed: int = 0,
    content: bool = True,
) -> TrainingData:
    """Return data in which user ``u`` likes items of the style ``u % n_styles`` and dislikes some of another.

    Args:
        n_users: Number of users; the first is a local one.
        n_items: Number of items.
        n_styles: Number of styles, see :func:`make_items`.
        likes: Likes per user, all of the user's style (as far as there are items).
        dislikes: Dislikes per user, of the next style.
        dim: Dimensions of the content.
        seed: Seed of all choices.
        content: Whether content and tags are known.
    """
    rng = np.random.default_rng(seed)
    items = make_items(n_items, n_styles=n_styles, dim=dim, seed=seed, content=content)
    style = np.arange(n_items) % n_styles
    users: list[NDArray[np.int32]] = []
    rows: list[NDArray[np.int32]] = []
    values: list[NDArray[np.float32]] = []
    for user in range(n_users):
        mine, other = (np.flatnonzero(style == (user + k) % n_styles) for k in (0, 1))
        good = rng.permutation(mine)[:likes]
        bad = rng.permutation(other)[:dislikes]
        order = rng.permutation(len(good) + len(bad))
        users.append(np.full(len(order), user, np.int32))
        rows.append(np.concatenate([good, bad])[order].astype(np.int32))
        values.append(np.r_[np.ones(len(good)), -np.ones(len(bad))][order].astype(np.float32))
    counts = [len(r) for r in rows]
    times = np.concatenate([1.75e9 + 3600.0 * np.arange(n) for n in counts]) if counts else np.zeros(0)
    table = Interactions(np.concatenate(users), np.concatenate(rows), np.concatenate(values), times)
    return TrainingData(items, table, tuple(f"user-{u}" for u in range(n_users)), local_users=(0,))


def make_era_data(n_users: int = 40, n_items: int = 96, held: int = 24, seed: int = 3) -> TrainingData:
    """Four styles and two eras, told by content: users like their style, and rarely what is of era 1.

    The last ``held`` items are nobody's.
    """
    rng = np.random.default_rng(seed)
    items = make_training_data(n_users, n_items).items
    era = (np.arange(n_items) // 4) % 2
    code = (np.eye(2)[era] + 0.05 * rng.standard_normal((n_items, 2))).astype(np.float32)
    code /= np.linalg.norm(code, axis=1, keepdims=True)
    items = dataclasses.replace(items, modalities={**items.modalities, "era": code})
    users, liked = [], []
    for user in range(n_users):
        chance = np.where(np.arange(n_items) % 4 == user % 4, 8.0, 1.0) * np.where(era == 0, 6.0, 1.0)
        chance[n_items - held :] = 0
        liked.append(rng.choice(n_items, 12, replace=False, p=chance / chance.sum()))
        users.append(np.full(12, user))
    rows = Interactions(
        np.concatenate(users).astype(np.int32),
        np.concatenate(liked).astype(np.int32),
        np.ones(12 * n_users, np.float32),
        np.tile(np.arange(12.0), n_users),
    )
    return TrainingData(items, rows, tuple(f"u{u}" for u in range(n_users)))


def history_of(data: TrainingData, user: int) -> History:
    """Return what a user row did, oldest first."""
    mine = data.interactions.users == user
    times = data.interactions.times[mine]
    now = float(times[-1]) if len(times) else 0.0
    rows = data.interactions.items[mine].astype(np.int64)
    return History(rows, data.interactions.values[mine], times, data.user_ids[user], now)


def well_placed(model: Recommender, data: TrainingData, held: int = 24) -> tuple[float, float]:
    """Return how often the best new item is of the user's style, and how often it is of the liked era."""
    style, era = 0, 0
    for user in range(data.n_users):
        best = data.n_items - held + int(np.argmax(model.score(history_of(data, user))[-held:]))
        style += best % 4 == user % 4
        era += (best // 4) % 2 == 0
    return style / data.n_users, era / data.n_users


def likes(rows: list[int], value: float = 1.0, user: str = "somebody new") -> History:
    """Return the history of a user who gave each of the item rows the same value, an hour apart."""
    times = 1.76e9 + 3600.0 * np.arange(len(rows), dtype=np.float64)
    now = float(times[-1]) if rows else 0.0
    return History(np.array(rows, np.int64), np.full(len(rows), value, np.float32), times, user, now)


def extended(items: ItemFeatures, more: ItemFeatures) -> ItemFeatures:
    """Return the items of both, those of ``more`` first, so that rows shift as they do in a growing library."""
    return dataclasses.replace(
        items,
        ids=np.concatenate([more.ids, items.ids]),
        content=np.concatenate([more.content, items.content]),
        tags=np.concatenate([more.tags, items.tags]),
        modalities={m: np.concatenate([more.modalities[m], items.modalities[m]]) for m in items.modalities},
        groups=None,
        added=None,
        durations=None,
    )


def _unit(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(norms, 1e-9), np.float32)
