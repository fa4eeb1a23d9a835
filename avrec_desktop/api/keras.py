"""Base class of models that train with Keras and serve from plain arrays.

TensorFlow is imported inside methods only: a saved model loads and scores without it.
"""

from __future__ import annotations

import shutil
import warnings
import zipfile
from abc import abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import ModelError
from avrec_desktop.api.recommend import Interactions, ItemFeatures, Recommender, RecommenderConfig, Run, TrainingData
from avrec_desktop.api.storage import load_model, save_model

NETWORK_NAME = "network.keras"
#: Fewest positive interactions of which some are held out to validate on.
MIN_TO_VALIDATE = 200
#: Batches in all below which no graph is traced.
_EAGER_STEPS = 60
#: Rows of a validation batch.
_HELD_BATCH = 4096


@dataclass(frozen=True)
class KerasConfig(RecommenderConfig):
    """Settings of the training loop.

    Attributes:
        epochs: Most passes over the behaviour.
        batch_size: Examples per step.
        learning_rate: Step size of Adam.
        negatives: Sampled items per positive example.
        patience: Epochs without a better validation loss before the run ends.
        validation: Share of the positive examples that is held out, 0 for none.
    """

    epochs: int = 20
    batch_size: int = 512
    learning_rate: float = 0.005
    negatives: int = 4
    patience: int = 3
    validation: float = 0.1


@dataclass(frozen=True)
class Examples:
    """What a network sees in one epoch.

    Attributes:
        inputs: Arrays with equal first dimension, by name of the network's input.
        targets: float32 (n,) or whatever the network's loss takes.
        weights: float32 (n,), weight of each example.
    """

    inputs: dict[str, NDArray[Any]]
    targets: NDArray[Any]
    weights: NDArray[np.float32]


class KerasRecommender(Recommender):
    """A model whose parameters Keras learns.

    A subclass writes :meth:`build` (the network), :meth:`export` (the trained weights as plain arrays), and ``score``
    (with numpy, from :attr:`arrays`). Training, validation, early stopping, cancelling, seeds, saving and loading are
    done here. :meth:`examples` may be overridden where pairs of user and item are not what the network takes.

    Attributes:
        arrays: Plain arrays that scoring needs, saved with the model.
        item_ids: int64 (n,), ids of the items known from training.
        items: The bound items.
        known: int64 (n_bound,), training row of each bound item, -1 for an item that is new.
    """

    Config = KerasConfig
    config: KerasConfig

    def __init__(self, config: RecommenderConfig | None = None) -> None:
        super().__init__(config)
        self.arrays: dict[str, NDArray[Any]] = {}
        self.item_ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.items: ItemFeatures | None = None
        self.known: NDArray[np.int64] = np.zeros(0, np.int64)
        self._network: Any = None
        self._network_file: Path | None = None

    @abstractmethod
    def build(self, data: TrainingData) -> Any:
        """Return the ``keras.Model`` to train; its inputs have the names of :meth:`examples`.

        Without a loss of its own it is compiled with Adam and binary cross-entropy.
        """

    @abstractmethod
    def export(self, network: Any, data: TrainingData) -> dict[str, NDArray[Any]]:
        """Return the arrays that scoring needs; called after each epoch and with the best weights at the end."""

    def examples(self, data: TrainingData, rng: np.random.Generator) -> Examples:
        """Return the examples of one epoch: ``user`` and ``item`` rows, with negatives sampled anew.

        Positive interactions have the target 1, dislikes 0, each weighted by its strength. Per positive,
        ``config.negatives`` items that the user did not touch are drawn uniformly, with the target 0.
        """
        table = data.interactions
        users, items = table.users.astype(np.int64), table.items.astype(np.int64)
        positive = table.values > 0
        drawn_users = np.repeat(users[positive], self.config.negatives)
        drawn = rng.integers(0, max(1, data.n_items), len(drawn_users))
        touched = users * data.n_items + items
        free = ~np.isin(drawn_users * data.n_items + drawn, touched)
        drawn_users, drawn = drawn_users[free], drawn[free]
        return Examples(
            inputs={
                "user": np.concatenate([users, drawn_users]).astype(np.int32),
                "item": np.concatenate([items, drawn]).astype(np.int32),
            },
            targets=np.concatenate([positive, np.zeros(len(drawn))]).astype(np.float32),
            weights=np.concatenate([np.abs(table.values), np.ones(len(drawn))]).astype(np.float32),
        )

    def prepare(self, inputs: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return what the network takes for one batch of examples; override to look up content by row."""
        return inputs

    def batch(self, shown: Examples, rows: NDArray[np.integer[Any]]) -> Examples:
        """Return what the network is given of some rows of the examples; override where its loss is not per row.

        A batch is filled up to a power of two with rows of weight 0, since TensorFlow traces each new shape anew; the
        weights are scaled so that the loss is the mean over the given rows.
        """
        size = 1 << (len(rows) - 1).bit_length()
        filled = np.concatenate([rows, np.zeros(size - len(rows), rows.dtype)])
        weights = shown.weights[filled] * np.float32(size / len(rows))
        weights[len(rows) :] = 0
        inputs = self.prepare({name: array[filled] for name, array in shown.inputs.items()})
        return Examples(inputs, shown.targets[filled], weights)

    def split(self, data: TrainingData, rng: np.random.Generator) -> tuple[TrainingData, TrainingData | None]:
        """Return the data to train on and to validate on (None where there is too little).

        A random share of the positive interactions is held out, from users who keep at least two.
        """
        table = data.interactions
        positive = np.flatnonzero(table.values > 0)
        wanted = int(self.config.validation * len(positive))
        if len(positive) < MIN_TO_VALIDATE or not wanted:
            return data, None
        counts = np.bincount(table.users[positive], minlength=data.n_users)
        able = positive[counts[table.users[positive]] >= 3]
        # at most one row of a user at a time, so that nobody is emptied
        order = rng.permutation(able)
        _, first = np.unique(table.users[order], return_index=True)
        rest = np.setdiff1d(order, order[first], assume_unique=True)
        chosen = np.concatenate([order[first], rng.permutation(rest[counts[table.users[rest]] >= 10])])[:wanted]
        held = np.zeros(len(table), bool)
        held[chosen] = True
        return _part(data, ~held), _part(data, held)

    def fit(self, data: TrainingData, run: Run) -> None:
        """Train on the data; see :meth:`Recommender.fit`.

        The weights with the lowest validation loss (training loss where nothing is held out) are kept, also when the
        run is cancelled or stopped.
        """
        if not (data.interactions.values > 0).any():
            raise ModelError(f"{self.name or self.id} has no likes or plays to learn from", hint="Like a few items.")
        import keras

        keras.utils.set_random_seed(run.seed % 2**32)
        rng = np.random.default_rng(run.seed)
        train, valid = self.split(data, rng)
        network = self.build(train)
        if not network.compiled:
            optimizer = keras.optimizers.Adam(self.config.learning_rate)
            # tracing a graph costs about a second, more than a few dozen small steps cost without one
            eager = self._steps(train) < _EAGER_STEPS
            network.compile(optimizer, loss="binary_crossentropy", run_eagerly=eager, jit_compile=False)
        held = None if valid is None else self.examples(valid, np.random.default_rng(run.seed + 1))
        self._network, self._network_file = network, None
        self.item_ids = data.items.ids.copy()
        self._adopt(train, data)
        try:
            self._loop(network, train, data, held, rng, run)
        finally:
            self._adopt(train, data)

    def _steps(self, data: TrainingData) -> int:
        """Return about how many batches a whole run has."""
        rows = len(data.interactions) * (1 + self.config.negatives)
        return self.config.epochs * -(-rows // self.config.batch_size)

    def _loop(
        self,
        network: Any,
        train: TrainingData,
        data: TrainingData,
        held: Examples | None,
        rng: np.random.Generator,
        run: Run,
    ) -> None:
        best, best_weights, waited = np.inf, network.get_weights(), 0
        try:
            for epoch in range(1, self.config.epochs + 1):
                loss, whole = self._epoch(network, self.examples(train, rng), rng, run)
                metrics = {} if loss is None else {"loss": loss}
                if held is not None:
                    metrics["val_loss"] = self._loss(network, held)
                watched = metrics.get("val_loss", metrics.get("loss", np.inf))
                if watched < best - 1e-5:
                    best, best_weights, waited = watched, network.get_weights(), 0
                else:
                    waited += 1
                if not whole:
                    return
                self._adopt(train, data)
                run.epoch(epoch, self.config.epochs, **metrics)
                if waited > self.config.patience or run.should_stop():
                    return
        finally:
            network.set_weights(best_weights)

    def _epoch(self, network: Any, shown: Examples, rng: np.random.Generator, run: Run) -> tuple[float | None, bool]:
        """Run the batches of an epoch; return the mean loss (None if no batch ran) and whether it came to its end."""
        order = rng.permutation(len(shown.targets))
        size = min(self.config.batch_size, len(order))
        total, seen = 0.0, 0
        for start in range(0, len(order), size):
            if run.should_stop():
                return (total / seen if seen else None), False
            rows = order[start : start + size]
            total += len(rows) * self._step(network.train_on_batch, network, shown, rows)
            seen += len(rows)
        return (total / seen if seen else None), True

    def _loss(self, network: Any, held: Examples) -> float:
        rows = np.arange(len(held.targets))
        parts = [rows[start : start + _HELD_BATCH] for start in range(0, len(rows), _HELD_BATCH)]
        return sum(len(p) * self._step(network.test_on_batch, network, held, p) for p in parts) / max(1, len(rows))

    def _step(self, call: Any, network: Any, shown: Examples, rows: NDArray[np.integer[Any]]) -> float:
        """Give one batch to the network; return its loss, a mean over the rows."""
        network.reset_metrics()  # else Keras reports a running mean
        given = self.batch(shown, rows)
        return float(call(given.inputs, given.targets, given.weights, return_dict=True)["loss"])

    def _adopt(self, train: TrainingData, data: TrainingData) -> None:
        """Take the network's weights as they are into :attr:`arrays`, so that the model can be used."""
        self.arrays = self.export(self._network, train)
        self.bind(data.items)

    def bind(self, items: ItemFeatures) -> None:
        """Take the items to be scored; subclasses extend this to prepare factors of new items."""
        self.items = items
        known = ItemFeatures(self.item_ids, np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
        self.known = known.rows(items.ids)

    @property
    def network(self) -> Any:
        """The trained ``keras.Model``; loaded when first asked for.

        Raises:
            ModelError: There is none, or its file is gone or damaged.
        """
        if self._network is None:
            if self._network_file is None:
                raise ModelError(f"{self.name or self.id} is not trained")
            import keras

            try:
                self._network = keras.saving.load_model(self._network_file, safe_mode=True, compile=False)
            except (OSError, ValueError, TypeError, KeyError) as error:
                raise ModelError(f"the network cannot be read: {error}", path=self._network_file) from error
        return self._network

    def save(self, directory: Path) -> None:
        """Write network, arrays and settings into an empty directory.

        Raises:
            ModelError: The model is not trained.
        """
        if self._network is not None:
            with warnings.catch_warnings():
                # Keras copies TensorFlow variables in a way that numpy 2 deprecates
                warnings.filterwarnings("ignore", message="__array__ implementation", category=DeprecationWarning)
                self._network.save(directory / NETWORK_NAME)
        elif self._network_file is not None:
            shutil.copyfile(self._network_file, directory / NETWORK_NAME)
        else:
            raise ModelError(f"{self.name or self.id} is not trained")
        arrays = {**self.arrays, "item_ids": self.item_ids}
        save_model(directory, self.id, self.version, self.config.to_dict(), arrays)

    @classmethod
    def load(cls, directory: Path, config: RecommenderConfig | None = None) -> Self:
        """Read what :meth:`save` wrote; the network itself is opened only when asked for.

        Raises:
            ModelError: The files are missing or damaged.
        """
        stored, arrays = load_model(directory, cls.id, cls.version)
        network = directory / NETWORK_NAME
        if not zipfile.is_zipfile(network):
            raise ModelError("the saved network is missing or damaged", path=network, hint="Train the model again.")
        try:
            made = cls(config if config is not None else cls.Config.from_dict(stored))
            made.item_ids = arrays.pop("item_ids")
        except (TypeError, KeyError) as error:
            raise ModelError(f"the saved model cannot be read: {error}", path=directory) from error
        made.arrays = arrays
        made._network_file = network
        return made


def _part(data: TrainingData, keep: NDArray[np.bool_]) -> TrainingData:
    table = data.interactions
    part = Interactions(table.users[keep], table.items[keep], table.values[keep], table.times[keep])
    return replace(data, interactions=part)
