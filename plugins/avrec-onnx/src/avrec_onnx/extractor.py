"""Extractors made of the list of models, one class each."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, plugin_options
from avrec_desktop.api.media import Modality
from avrec_onnx import nets, prepare
from avrec_onnx.config import PLUGIN, Kind, ModelSpec, read
from avrec_onnx.probe import probe

_MODALITY: dict[Kind, Modality] = {"image": "video", "audio": "audio", "text": "text"}
#: Root mean square below which an excerpt is silent, and spread of brightness below which a picture is empty.
_SILENT, _EMPTY = 1e-4, 2.0
#: Seconds that a picture stands for at most.
_LONGEST_SHOT = 30.0


class Embedder(FeatureExtractor):
    """What all of them have in common; see :func:`make`."""

    spec: ClassVar[ModelSpec]
    trouble: ClassVar[str | None] = None

    def __init__(self) -> None:
        self._net: nets.Net | None = None
        self._words: nets.Words | None = None

    @classmethod
    def unavailable(cls) -> str | None:
        """Return what is wrong with the model, or None."""
        return cls.trouble

    def extract(self, media: MediaSource) -> Features:
        """Return the mean vector, and that of each frame or excerpt.

        Raises:
            MediaError: The file cannot be decoded.
            PluginError: The network cannot be loaded or refuses its input.
        """
        spec = self.spec
        if spec.kind == "text":
            found = prepare.passages(media.text)
            if not found:
                return Features(np.zeros(self.dim, np.float32))
            texts = [spec.network.prefix + text for text, _ in found]
            rows = _unit(self._reader().embed(texts))
            return Features(_unit(np.array([w for _, w in found], np.float32) @ rows))
        rows, times = self._pictures(media) if spec.kind == "image" else self._sounds(media)
        if not len(rows):
            return Features(np.zeros(self.dim, np.float32))
        return Features(_unit(rows.mean(axis=0)), rows, times)

    def embed_query(self, text: str) -> NDArray[np.float32] | None:
        """Return the vector of a search text, where the model has a network of words."""
        network = self.spec.network if self.spec.kind == "text" else self.spec.text
        if network is None or not text.strip():
            return None
        return _unit(self._reader().embed([network.query_prefix + text])[0])

    def close(self) -> None:
        """Free the networks."""
        self._net = self._words = None

    def _pictures(self, media: MediaSource) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        frames = media.frames()
        keep = np.flatnonzero(frames.pixels[:, ::4, ::4].std(axis=(1, 2, 3)) > _EMPTY)
        chosen = type(frames)(frames.pixels[keep], frames.times[keep], frames.shot_lengths[keep])
        times = np.stack([chosen.times, chosen.times + np.minimum(chosen.shot_lengths, _LONGEST_SHOT)], axis=1)
        if not len(keep):
            return np.zeros((0, self.dim), np.float32), times
        batch = prepare.pictures(chosen, self.spec)
        return _unit(nets.embed(self._loaded(), self.spec.network, batch, self.spec.layout)), times

    def _sounds(self, media: MediaSource) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        patches = media.audio(self.spec.rate)
        keep = np.flatnonzero(np.sqrt((patches.samples**2).mean(axis=1)) > _SILENT)
        chosen = type(patches)(patches.samples[keep], patches.starts[keep], patches.rate)
        heard = min(self.spec.window, patches.samples.shape[1] / patches.rate)
        times = np.stack([chosen.starts, chosen.starts + heard], axis=1)
        if not len(keep):
            return np.zeros((0, self.dim), np.float32), times
        return _unit(nets.embed(self._loaded(), self.spec.network, prepare.sounds(chosen, self.spec))), times

    def _loaded(self) -> nets.Net:
        if self._net is None:
            self._net = nets.load(self.spec.network)
        return self._net

    def _reader(self) -> nets.Words:
        if self._words is None:
            network = self.spec.network if self.spec.kind == "text" else self.spec.text
            assert network is not None
            self._words = nets.Words(network)
        return self._words


def make(spec: ModelSpec, cache: Path | None = None) -> type[Embedder]:
    """Return the extractor class of a model; one that does not work says why in :meth:`Embedder.unavailable`."""
    dim, trouble = probe(spec, cache)
    values = {
        "__doc__": f"The model {spec.name}.",
        "__module__": __name__,
        "id": f"onnx-{spec.name}",
        "version": spec.version(),
        "name": spec.title or spec.name,
        "modality": _MODALITY[spec.kind],
        "dim": dim,
        "spec": spec,
        "trouble": trouble,
    }
    return type(f"Embedder_{spec.name.replace('-', '_')}", (Embedder,), values)


def configured() -> list[type[FeatureExtractor]]:
    """Return the extractors of the user's list; none when no list is set.

    Raises:
        PluginError: The list cannot be read or has a wrong entry.
    """
    chosen = str(plugin_options(PLUGIN).get("models", "")).strip()
    return [make(spec) for spec in read(Path(chosen).expanduser())] if chosen else []


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(np.where(norms > 1e-9, rows / np.maximum(norms, 1e-9), 0.0), np.float32)
