"""Extractors for tests: small honest ones, and one that misbehaves as the file's name says."""

from __future__ import annotations

import ctypes
import os
import zlib
from pathlib import Path

import numpy as np

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, Tag, hookimpl


class ProbeSound(FeatureExtractor):
    """Energy in eight bands; segments per excerpt, louder ones more salient."""

    id = "probe-sound"
    modality = "audio"
    dim = 8
    tags = ("loud",)

    def extract(self, media: MediaSource) -> Features:
        patches = media.audio(16000)
        spectrum = np.abs(np.fft.rfft(patches.samples, axis=1))
        bands = np.stack([b.mean(axis=1) for b in np.array_split(spectrum, 8, axis=1)], axis=1).astype(np.float32)
        power = (patches.samples**2).mean(axis=1)
        times = np.stack([patches.starts, patches.starts + 3.0], axis=1)
        tags = (Tag("loud", float(min(1.0, power.mean() * 4))),)
        return Features(
            bands.mean(axis=0), bands, times, power.astype(np.float32), tags, {"power": float(power.mean())}
        )


class ProbeWords(FeatureExtractor):
    """Hashed words of the title and the file name."""

    id = "probe-words"
    modality = "text"
    dim = 64

    def extract(self, media: MediaSource) -> Features:
        return Features(self._embed(f"{media.text.title} {media.text.file_name}"))

    def embed_query(self, text: str) -> np.ndarray | None:
        return self._embed(text)

    def _embed(self, text: str) -> np.ndarray:
        out = np.zeros(self.dim, dtype=np.float32)
        for word in text.casefold().replace("_", " ").replace(".", " ").split():
            out[zlib.crc32(word.encode()) % self.dim] += 1.0
        return out


class ProbeTrouble(FeatureExtractor):
    """Does what the file's name says: crash, segfault, hang, sleep, raise, nan, shape, decoder, leave."""

    id = "probe-trouble"
    modality = "audio"
    dim = 4

    def extract(self, media: MediaSource) -> Features:
        name = Path(media.info.path).name
        if "crash" in name:
            os.abort()
        if "segfault" in name:
            ctypes.string_at(0)
        if "sleep" in name:
            ctypes.PyDLL(None).sleep(600)  # in native code, and keeps the interpreter
        if "hang" in name:
            while True:
                pass
        if "leave" in name:
            raise SystemExit(3)
        if "raise" in name:
            raise ZeroDivisionError("no luck")
        if "decoder" in name:
            media._refuse("sound")
            media._on_step("sound")
            os.abort()
        vector = np.ones(self.dim + ("shape" in name), dtype=np.float32)
        if "nan" in name:
            vector[0] = np.nan
        return Features(vector)


@hookimpl
def avrec_feature_extractors():
    return [ProbeSound, ProbeWords, ProbeTrouble]
