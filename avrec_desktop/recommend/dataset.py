"""Training data out of the rooms: items with content, and the behaviour of everybody who is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import ModelError
from avrec_desktop.api.recommend import History, Interactions, ItemFeatures, TrainingData
from avrec_desktop.jobs.files import write_atomic

if TYPE_CHECKING:
    from avrec_desktop.behaviour.signals import Preferences
    from avrec_desktop.behaviour.store import Behaviour
    from avrec_desktop.features.pipeline import Features

#: Share of the length of a vector that the categories of community items take.
_MAX_CATEGORIES = 256


@dataclass(frozen=True)
class Catalogue:
    """The items that can be recommended: those of the library, then community items without a file.

    Attributes:
        items: Rows of library items (their ids) and community items (minus their row in ``community_items``).
        titles: Titles of community items by (negative) id.
        keys: Ids of community items in the imported table, by (negative) id.
        aliases: Item id (or negative id) of every row of ``community_items``.
    """

    items: ItemFeatures
    titles: dict[int, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    aliases: dict[int, int] = field(default_factory=dict)

    def history(self, preferences: Preferences, user: str, now: float) -> History:
        """Return a profile's preferences as rows of the items; items that are gone are left out."""
        rows = self.items.rows(preferences.item_ids)
        known = rows >= 0
        return History(rows[known], preferences.values[known], preferences.times[known], user, now)


def build_catalogue(features: Features, behaviour: Behaviour) -> Catalogue:
    """Join the library's items with imported items that match none of them."""
    items = features.item_features()
    imported, aliases = behaviour.community.items()
    loose = [c for c in imported if c.item_id is None]
    if not loose:
        return Catalogue(items, aliases=aliases)
    categories = [[w.strip() for w in (c.category or "").replace("|", ",").split(",") if w.strip()] for c in loose]
    ids = np.array([-c.id for c in loose], np.int64)
    joined = _append(items, ids, categories)
    titles = {-c.id: c.title or c.key for c in loose}
    return Catalogue(joined, titles, {-c.id: c.key for c in loose}, aliases)


def imported_history(catalogue: Catalogue, behaviour: Behaviour, user: str, now: float) -> History:
    """Return the history of a person in the imported tables, by the name used there; empty when there is none."""
    ids, values, times = behaviour.community.person(user, catalogue.aliases)
    at = catalogue.items.rows(ids)
    known = at >= 0
    return History(at[known], values[known], times[known], user, now)


def popularity(catalogue: Catalogue, behaviour: Behaviour) -> NDArray[np.float32] | None:
    """Return how well imported people like each item, float32 (n_items,), NaN where nobody knows it; None without any.

    The mean strength, drawn to the mean of all as if five people had said so.
    """
    ids, counts, totals = behaviour.community.totals(catalogue.aliases)
    at = catalogue.items.rows(ids)
    known = at >= 0
    if not known.any():
        return None
    count, total = np.zeros(len(catalogue.items)), np.zeros(len(catalogue.items))
    count[at[known]], total[at[known]] = counts[known], totals[known]
    mean = total.sum() / max(1.0, count.sum())
    score = (total + 5 * mean) / (count + 5)
    return np.where(count > 0, score, np.nan).astype(np.float32)


def _append(items: ItemFeatures, ids: NDArray[np.int64], categories: list[list[str]]) -> ItemFeatures:
    """Add items whose content is a set of categories, in columns of their own beside the library's."""
    counts: dict[str, int] = {}
    for row in categories:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(counts, key=lambda n: (-counts[n], n))[:_MAX_CATEGORIES]
    at = {name: i for i, name in enumerate(names)}
    block = np.zeros((len(ids), len(names)), np.float32)
    for number, own in enumerate(categories):
        for name in own:
            if name in at:
                block[number, at[name]] = 1.0
    old, new = len(items), len(ids)
    tag_names = tuple(dict.fromkeys((*items.tag_names, *names)))
    column = {name: i for i, name in enumerate(tag_names)}
    tags = np.zeros((old + new, len(tag_names)), np.float32)
    tags[:old, [column[n] for n in items.tag_names]] = items.tags
    tags[old:, [column[n] for n in names]] = block
    unit = block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-9)
    content = np.zeros((old + new, items.content.shape[1] + len(names)), np.float32)
    content[:old, : items.content.shape[1]] = items.content
    content[old:, items.content.shape[1] :] = unit

    def pad(values: NDArray[Any] | None, fill: float) -> NDArray[Any] | None:
        return None if values is None else np.concatenate([values, np.full(new, fill, values.dtype)])

    modalities = {
        name: np.concatenate([m, np.zeros((new, m.shape[1]), np.float32)]) for name, m in items.modalities.items()
    }
    return ItemFeatures(
        ids=np.concatenate([items.ids, ids]),
        content=content,
        tags=tags,
        tag_names=tag_names,
        modalities=modalities,
        groups=pad(items.groups, -1),
        added=pad(items.added, 0.0),
        durations=pad(items.durations, 0.0),
    )


def build_training_data(catalogue: Catalogue, behaviour: Behaviour, profiles: Sequence[str]) -> TrainingData:
    """Collect the interactions of the local profiles and of imported people.

    Args:
        catalogue: The items.
        behaviour: Events and imports.
        profiles: Local profiles to learn from.
    """
    users: list[str] = []
    parts: list[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float32], NDArray[np.float64]]] = []
    for name in profiles:
        history = catalogue.history(behaviour.preferences(name, outside=True), name, 0.0)
        parts.append((np.full(len(history), len(users), np.int32), history.items, history.values, history.times))
        users.append(name)
    n_local = len(users)
    community = _community(catalogue, behaviour, users)
    if community is not None:
        parts.append(community)
    columns = [np.concatenate(c) if parts else np.empty(0) for c in zip(*parts, strict=True)]
    if not columns:
        columns = [np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0)]
    order = np.lexsort((columns[3], columns[0]))
    user, item, value, time = (c[order] for c in columns)
    interactions = Interactions(
        user.astype(np.int32), item.astype(np.int32), value.astype(np.float32), time.astype(np.float64)
    )
    return TrainingData(catalogue.items, interactions, tuple(users), tuple(range(n_local)))


def _community(
    catalogue: Catalogue, behaviour: Behaviour, users: list[str]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float32], NDArray[np.float64]] | None:
    acts = behaviour.community.acts(catalogue.aliases)
    if not len(acts):
        return None
    item_rows = catalogue.items.rows(acts.items)
    keep = item_rows >= 0
    first = len(users)
    users += acts.names
    return acts.users[keep] + np.int32(first), item_rows[keep], acts.values[keep], acts.times[keep]


# -- on disk, for compute processes

_ITEM_ARRAYS = ("ids", "content", "tags", "groups", "added", "durations")


def save_items(items: ItemFeatures, directory: Path) -> None:
    """Write the items as plain arrays, to be memory-mapped by :func:`load_items`.

    Raises:
        OSError: The folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(items, name) for name in _ITEM_ARRAYS}
    arrays |= {f"modality-{name}": matrix for name, matrix in items.modalities.items()}
    present = {name: a for name, a in arrays.items() if a is not None}
    for name, array in present.items():
        np.save(directory / f"{name}.npy", array, allow_pickle=False)
    meta = {"tag_names": items.tag_names, "arrays": sorted(present)}
    write_atomic(directory / "items.json", json.dumps(meta, ensure_ascii=False).encode())


def load_items(directory: Path) -> ItemFeatures:
    """Read what :func:`save_items` wrote, memory-mapped.

    Raises:
        ModelError: The files are missing or damaged.
    """
    try:
        meta = json.loads((directory / "items.json").read_text(encoding="utf-8"))
        arrays = {n: np.load(directory / f"{n}.npy", mmap_mode="r", allow_pickle=False) for n in meta["arrays"]}
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the item data cannot be read: {error}", path=directory) from error
    modalities = {n.removeprefix("modality-"): a for n, a in arrays.items() if n.startswith("modality-")}
    plain = {n: arrays.get(n) for n in _ITEM_ARRAYS}
    return ItemFeatures(**plain, tag_names=tuple(meta["tag_names"]), modalities=modalities)  # type: ignore[arg-type]


def save_training_data(data: TrainingData, directory: Path) -> None:
    """Write items and interactions below ``directory``.

    Raises:
        OSError: The folder cannot be written.
    """
    save_items(data.items, directory / "items")
    for name in ("users", "items", "values", "times"):
        np.save(directory / f"{name}.npy", getattr(data.interactions, name), allow_pickle=False)
    meta = {"user_ids": data.user_ids, "local_users": data.local_users}
    write_atomic(directory / "data.json", json.dumps(meta, ensure_ascii=False).encode())


def load_training_data(directory: Path) -> TrainingData:
    """Read what :func:`save_training_data` wrote.

    Raises:
        ModelError: The files are missing or damaged.
    """
    items = load_items(directory / "items")
    try:
        meta = json.loads((directory / "data.json").read_text(encoding="utf-8"))
        columns = [np.load(directory / f"{n}.npy", allow_pickle=False) for n in ("users", "items", "values", "times")]
    except (OSError, ValueError) as error:
        raise ModelError(f"the training data cannot be read: {error}", path=directory) from error
    return TrainingData(items, Interactions(*columns), tuple(meta["user_ids"]), tuple(meta["local_users"]))
