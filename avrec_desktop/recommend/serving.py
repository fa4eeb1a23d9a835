"""The long-lived process that scores with the current model."""

from __future__ import annotations

import logging
import shutil
import threading
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import AvrecError, ComputeError
from avrec_desktop.api.recommend import Explanation, History, ItemFeatures, Part
from avrec_desktop.jobs import ComputeProcess
from avrec_desktop.plugin_host.host import PluginHost
from avrec_desktop.recommend.dataset import save_items
from avrec_desktop.recommend.runs import RunRecord

log = logging.getLogger(__name__)

#: Name of the index of a model's vectors of the items.
INDEX = "items"
_CHILD = "avrec_desktop.recommend.child"
#: Seconds that loading a model may take, and that an answer may take.
LOAD_TIMEOUT, ANSWER_TIMEOUT = 120.0, 30.0


class Serving:
    """Scores histories with one model at a time. Thread-safe; calls wait for one another.

    Args:
        plugins: The plugin host.
        scratch: Folder for the item data that the process maps.
    """

    def __init__(self, plugins: PluginHost, scratch: Path) -> None:
        self._plugins = plugins
        self._scratch = scratch
        self._lock = threading.RLock()
        self._process = ComputeProcess("serving", threads=1)
        self._run: str | None = None
        self._bound: ItemFeatures | None = None
        self._folder: Path | None = None

    def score(self, run: RunRecord, items: ItemFeatures, history: History) -> NDArray[np.float32]:
        """Return the scores of all items, float32 (n_items,).

        Raises:
            AvrecError: The model or its plugin failed, or the process crashed; named.
        """
        with self._lock:
            self._ensure(run, items)
            answer = self._call("score", _history_args(history))
            return np.asarray(answer["scores"], dtype=np.float32)

    def candidates(
        self, run: RunRecord, items: ItemFeatures, history: History, allowed: NDArray[np.bool_], n: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], bool] | None:
        """Return the best rows among those allowed with their scores, and whether an index should be built.

        None where the model's scores are no inner products.

        Raises:
            AvrecError: As :meth:`score`.
        """
        bits = np.packbits(allowed, bitorder="little")
        with self._lock:
            self._ensure(run, items)
            args = {"folder": str(index_folder(run)), "allowed": bits, "n": n}
            answer = self._call("candidates", _history_args(history) | args)
        if answer["rows"] is None:
            return None
        return answer["rows"], answer["scores"], bool(answer["due"])

    def export_vectors(self, run: RunRecord, items: ItemFeatures, path: Path) -> None:
        """Write the vectors that the model has of the items into a ``.npy`` file.

        Raises:
            AvrecError: As :meth:`score`, or the model has none.
        """
        with self._lock:
            self._ensure(run, items)
            self._call("export_vectors", {"path": str(path)}, LOAD_TIMEOUT)

    def explain(
        self, run: RunRecord, items: ItemFeatures, history: History, rows: list[int], limit: int = 5
    ) -> list[Explanation | None]:
        """Return the explanation of each item row with up to ``limit`` items, None where the model cannot say.

        Raises:
            AvrecError: As :meth:`score`.
        """
        with self._lock:
            self._ensure(run, items)
            answer = self._call("explain", {**_history_args(history), "items": rows, "limit": limit})
        return [_explanation(e) for e in answer["explanations"]]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.close()
            self._run = self._bound = None
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _ensure(self, run: RunRecord, items: ItemFeatures) -> None:
        if not self._process.alive:
            self._run = None
        if self._run == run.id and self._bound is items:
            return
        folder = self._save(items)
        if self._run == run.id:
            self._call("bind", {"items": str(folder)})
        else:
            args = {
                "plugins": self._plugins.load_args([run.plugin])["plugins"],
                "model": run.model,
                "directory": str(run.directory),
                "items": str(folder),
            }
            self._call("serve", args, LOAD_TIMEOUT)
            self._run = run.id
        self._bound = items

    def _save(self, items: ItemFeatures) -> Path:
        """Write the items where the process can map them; an earlier folder goes once nothing maps it."""
        if self._bound is items and self._folder is not None:
            return self._folder
        folder = self._scratch / uuid.uuid4().hex[:8]
        try:
            save_items(items, folder)
        except OSError as error:
            raise AvrecError(f"the item data cannot be written: {error.strerror}", path=folder) from error
        old, self._folder = self._folder, folder
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
        return folder

    def _call(self, name: str, args: dict[str, Any], timeout: float = ANSWER_TIMEOUT) -> Any:
        try:
            return self._process.call(f"{_CHILD}:{name}", args, timeout=timeout)
        except ComputeError:
            self._run = None
            raise


def index_folder(run: RunRecord) -> Path:
    """Return where the index of a trained model is kept: with the model, so that it goes with it."""
    return run.directory / "index"


def _history_args(history: History) -> dict[str, Any]:
    return {
        "rows": history.items,
        "values": history.values,
        "times": history.times,
        "user": history.user,
        "now": history.now,
    }


def _explanation(data: dict[str, Any] | None) -> Explanation | None:
    if data is None:
        return None
    return Explanation(data["score"], tuple(Part(kind, key, share) for kind, key, share in data["parts"]))
