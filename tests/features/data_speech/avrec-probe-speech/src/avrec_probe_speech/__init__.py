"""Extractors for tests: one that hears what a text file beside the recording says, one that reads what was heard."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from avrec_desktop.api import FeatureExtractor, Features, MediaError, MediaSource, Passage, Tag, hookimpl


class ProbeSpeech(FeatureExtractor):
    """Every line of ``<file>.txt`` is said for two seconds; without the file nothing is."""

    id = "probe-speech"
    modality = "audio"
    dim = 0
    tags = ("speech",)

    def extract(self, media: MediaSource) -> Features:
        beside = Path(media.info.path + ".txt")
        if not beside.exists():
            return Features(np.zeros(0, np.float32))
        lines = beside.read_text(encoding="utf-8").splitlines()
        if lines == ["noise"]:
            raise MediaError("nothing but noise")
        passages = tuple(Passage(2.0 * i, 2.0 * i + 2.0, line) for i, line in enumerate(lines))
        return Features(np.zeros(0, np.float32), tags=(Tag("speech", 0.9),), passages=passages, language="en")


class ProbeReader(FeatureExtractor):
    """Hashed words of the title and the transcript."""

    id = "probe-reader"
    modality = "text"
    dim = 64

    def extract(self, media: MediaSource) -> Features:
        out = np.zeros(self.dim, dtype=np.float32)
        for word in f"{media.text.title} {media.text.transcript}".casefold().split():
            out[zlib.crc32(word.encode()) % self.dim] += 1.0
        return Features(out)


@hookimpl
def avrec_feature_extractors() -> list[type[FeatureExtractor]]:
    return [ProbeSpeech, ProbeReader]
