"""The interface of a recommendation model plugin."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class ItemFeatures:
    """The items a model can recommend, in row order, with everything known of their content.

    Attributes:
        ids: int64 (n_items,), catalogue ids, unique.
        content: float32 (n_items, d), one fused vector per item, unit rows; zero where nothing is known.
        tags: float32 (n_items, n_tags), probabilities of :attr:`tag_names`.
        tag_names: Names of the tag columns.
        modalities: Per modality float32 (n_items, d_m), unit rows; zero where the item lacks the modality.
        groups: int32 (n_items,), artist or series of each item, -1 when unknown.
        added: float64 (n_items,), when the item came into the library, seconds since the epoch.
        durations: float32 (n_items,), seconds, 0 when unknown.
    """

    ids: NDArray[np.int64]
    content: FloatArray
    tags: FloatArray
    tag_names: tuple[str, ...] = ()
    modalities: dict[str, FloatArray] = field(default_factory=dict)
    groups: NDArray[np.int32] | None = None
    added: NDArray[np.float64] | None = None
    durations: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: NDArray[np.int64] | Sequence[int]) -> NDArray[np.int64]:
        """Return the row of each id, int64 (n,); -1 for an unknown id."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.full(len(wanted), -1, dtype=np.int64)
        order = np.argsort(self.ids, kind="stable")
        at = np.searchsorted(self.ids, wanted, sorter=order)
        row = order[np.minimum(at, len(order) - 1)]
        return np.where(self.ids[row] == wanted, row, -1).astype(np.int64)


@dataclass(frozen=True)
class Interactions:
    """Behaviour of all users as columns of equal length, sorted by user, then time.

    Attributes:
        users: int32 (n,), user rows.
        items: int32 (n,), item rows of the :class:`ItemFeatures` that goes with it.
        values: float32 (n,), signed strength of preference in [-1, 1]; negative is dislike.
        times: float64 (n,), seconds since the epoch; 0 when unknown.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    values: FloatArray
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.users)


@dataclass(frozen=True)
class TrainingData:
    """Everything a model may learn from.

    Attributes:
        items: The items.
        interactions: The behaviour.
        user_ids: Name of each user row; local profiles and imported community users alike.
        local_users: Rows of the profiles of this machine.
    """

    items: ItemFeatures
    interactions: Interactions
    user_ids: tuple[str, ...]
    local_users: tuple[int, ...] = ()

    @property
    def n_users(self) -> int:
        """Number of user rows."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Number of item rows."""
        return len(self.items)


@dataclass(frozen=True)
class History:
    """What one user did, oldest first: the query of a recommendation.

    Attributes:
        items: int64 (n,), rows of the bound :class:`ItemFeatures`.
        values: float32 (n,), signed strength of preference in [-1, 1].
        times: float64 (n,), seconds since the epoch; 0 when unknown.
        user: Name of the user, as in :attr:`TrainingData.user_ids`; may be unknown to the model.
        now: Time of the query, seconds since the epoch; 0 when unknown.
    """

    items: NDArray[np.int64]
    values: FloatArray
    times: NDArray[np.float64]
    user: str = ""
    now: float = 0.0

    def __len__(self) -> int:
        return len(self.items)

    def without(self, rows: Sequence[int]) -> History:
        """Return the history without the given item rows (for counterfactuals)."""
        keep = ~np.isin(self.items, np.asarray(rows, dtype=np.int64))
        return History(self.items[keep], self.values[keep], self.times[keep], self.user, self.now)


@dataclass(frozen=True, slots=True)
class Part:
    """One share of a score.

    Attributes:
        kind: What carried it.
        key: Item row for ``"item"``, tag name for ``"tag"``, modality for ``"modality"``, else a short word.
        share: Its part of the score; the shares of one kind list and ``"bias"`` add up to the score.
    """

    kind: Literal["item", "tag", "modality", "bias"]
    key: int | str
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item got its score.

    Attributes:
        score: The score (before any monotone squashing), which the ``item`` and ``bias`` parts add up to.
        parts: Largest share first.
    """

    score: float
    parts: tuple[Part, ...]


class Run(Protocol):
    """The training run a model reports to. Implemented by the host."""

    seed: int

    def epoch(self, epoch: int, epochs: int, **metrics: float) -> None:
        """Report a finished epoch (counted from 1) with its losses and metrics.

        The model must be usable (``score``, ``save``) when this is called.

        Raises:
            Cancelled: The user cancelled the run; let it pass.
        """
        ...

    def should_stop(self) -> bool:
        """Return whether to stop early; ask between batches when an epoch takes long."""
        ...


@dataclass(frozen=True)
class RecommenderConfig:
    """Base of a model's settings: a frozen dataclass of JSON values with defaults for all fields."""

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build settings from JSON values; unknown keys are refused.

        Raises:
            TypeError: A key is unknown.
        """
        names = {f.name: f for f in dataclasses.fields(cls)}
        unknown = sorted(set(data) - set(names))
        if unknown:
            raise TypeError(f"unknown settings for {cls.__name__}: {', '.join(unknown)}")
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})


@dataclass(frozen=True)
class Validation:
    """Held-out behaviour that a model may be tuned on.

    Attributes:
        histories: What each user did before.
        positives: Per user int64, the item rows that came next.
        candidates: int64, the item rows that may be listed, or None for all that the user does not know.
    """

    histories: Sequence[History]
    positives: Sequence[NDArray[np.int64]]
    candidates: NDArray[np.int64] | None = None


class Recommender(ABC):
    """A model that scores items for a user.

    Life: construct with a config, then ``fit`` or ``load``; then ``bind`` the current items, which may include
    items that did not exist at training time; then ``score`` as often as asked. Instances live in a compute
    process and are used by one thread.

    Attributes:
        id: Stable id, lower case, e.g. ``"dot"``.
        version: Raise it when saved models of before cannot be loaded any more.
        name: Name for people.
        Config: Type of the settings.
        uses_content: Whether item content is read.
        min_interactions: Fewest interactions with which :meth:`fit` makes sense.
    """

    id: ClassVar[str]
    version: ClassVar[int] = 1
    name: ClassVar[str] = ""
    Config: ClassVar[type[RecommenderConfig]] = RecommenderConfig
    uses_content: ClassVar[bool] = True
    min_interactions: ClassVar[int] = 1

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        self.config = config if config is not None else self.Config()

    @abstractmethod
    def fit(self, data: TrainingData, run: Run) -> None:
        """Train on the data and bind its items; report each epoch to ``run``.

        Raises:
            ModelError: The data cannot train this model; the message says why.
            Cancelled: Passed through from ``run``.
        """

    @abstractmethod
    def bind(self, items: ItemFeatures) -> None:
        """Take the items to be scored from now on; new items get factors from content where the model can."""

    @abstractmethod
    def score(self, history: History) -> FloatArray:
        """Return a score for every bound item, float32 (n_items,), NaN where it cannot say.

        Higher is better; scores of one call are comparable, those of different models are not. The history is
        read as given, so a like that is newer than the training counts at once (fold-in).
        """

    def item_vectors(self) -> FloatArray | None:
        """Return vectors of the bound items whose inner products with :meth:`query` are the scores, or None.

        With both, a library of hundreds of thousands of items is searched by an index instead of scored item by item.
        A bias is a column of its own, with 1 in the query.

        Returns:
            float32 (n_items, k); a row of zeros where the model cannot say.
        """
        return None

    def query(self, history: History) -> FloatArray | None:
        """Return what goes with :meth:`item_vectors`, float32 (k,); None where scores of it are no inner products."""
        return None

    def score_many(self, histories: Sequence[History]) -> FloatArray:
        """Return scores float32 (n_histories, n_items); override where a batch is cheaper."""
        if not histories:
            nobody = History(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0))
            return np.zeros((0, len(self.score(nobody))), np.float32)
        return np.stack([self.score(h) for h in histories])

    @classmethod
    def search_space(cls, data: TrainingData) -> list[dict[str, Any]]:
        """Return the settings worth trying on the data, each as changes to the defaults; the first is the safest.

        Whoever evaluates or trains the model fits each one and keeps what validates best. One entry: nothing to try.
        """
        return [{}]

    @classmethod
    def tune(
        cls, config: RecommenderConfig, data: TrainingData, held_out: Validation, run: Run
    ) -> RecommenderConfig | None:
        """Return the settings to refit with, chosen on held-out behaviour; None to try the search space instead.

        For models that know a cheaper way than fitting every setting anew.

        Args:
            config: Where to start from.
            data: What may be fitted on; it does not hold the held-out behaviour.
            held_out: What to choose by.
            run: Takes reports.
        """
        return None

    def notes(self) -> dict[str, Any]:
        """Return what the fitted model wants to say of itself as JSON values (what was chosen and why).

        The window shows these keys: ``chosen``, from the names of its parts in plain words to their shares (the sizes
        add up to 1, a negative one counts against); ``chosen_for``, the same by profile where it is another one's;
        ``reasons``, a list of sentences.
        """
        return {}

    def explain(self, history: History, item: int, limit: int = 5) -> Explanation | None:
        """Return what carried the score of item row ``item``, or None when the model cannot say."""
        return None

    @abstractmethod
    def save(self, directory: Path) -> None:
        """Write the model, with the ids of the items it knows, into an existing empty directory.

        No pickle: use ``numpy.savez`` of plain arrays, JSON and ``.keras`` files.
        """

    @classmethod
    @abstractmethod
    def load(cls, directory: Path, config: RecommenderConfig | None = None) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: The files are missing or damaged.
        """
