"""The interface of a feature extractor plugin."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.media import MediaInfo, MediaSource, Modality


@dataclass(frozen=True, slots=True)
class Tag:
    """A word about an item with its probability in [0, 1]."""

    name: str
    p: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Something said in an item: start and end in seconds, and the words."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Features:
    """What an extractor found in one item.

    Attributes:
        vector: float32 (dim,), unit length; a zero vector means "nothing to say".
        segments: float32 (n_segments, dim), unit rows, or None.
        times: float64 (n_segments, 2), start and end in seconds of each segment, or None.
        salience: float32 (n_segments,), how telling each segment is (higher is more), or None.
        tags: Tags with probabilities, best first.
        descriptors: Named scalars in natural units (``tempo`` in BPM, ``loudness`` in LUFS ...). The mood of sound is
            read from ``tempo``, ``loudness``, ``brightness`` (Hz), ``minor`` (0 or 1) and ``key_strength``.
        segment_tags: float32 (n_segments, n_tags), probabilities of the extractor's ``tags`` in their order, or None;
            searches find moments by them.
        passages: What is said in it, by ascending start; found by search, and read by extractors of words.
        language: The language of the passages, ISO 639 (``en``, ``zh``), or None.
    """

    vector: NDArray[np.float32]
    segments: NDArray[np.float32] | None = None
    times: NDArray[np.float64] | None = None
    salience: NDArray[np.float32] | None = None
    tags: tuple[Tag, ...] = ()
    descriptors: dict[str, float] = field(default_factory=dict)
    segment_tags: NDArray[np.float32] | None = None
    passages: tuple[Passage, ...] = ()
    language: str | None = None


class FeatureExtractor(ABC):
    """Turns a media file into a vector, segment vectors and tags.

    Subclasses set the class attributes. An instance lives in a compute process, is used by one thread, and may
    load its network in :meth:`open`.

    Attributes:
        id: Stable id, lower case, e.g. ``"audio-timbre"``.
        version: Raise it when the vectors change; items are then analysed again.
        name: Name for people.
        modality: Which sense the vector is about.
        dim: Length of the vector; 0 for an extractor that gives none, only tags, descriptors or passages.
        tags: Vocabulary of the tags it may give.
    """

    id: str
    version: int = 1
    name: str = ""
    modality: Modality
    dim: int
    tags: tuple[str, ...] = ()

    @classmethod
    def unavailable(cls) -> str | None:
        """Return what has to be installed or set before it can work here, for people, or None when it can.

        Asked when the plugin is described, so that no file fails for it: cheap, and without loading a network. An
        extractor that is not available is listed with the reason and left out of the analysis. It is asked again when
        an option of the plugin, a file or folder that an option names, or one of its optional packages changes.
        """
        return None

    def applies(self, info: MediaInfo) -> bool:
        """Return whether the extractor has something to say about such a file; default: by modality."""
        if self.modality == "audio":
            return info.has_audio
        if self.modality == "video":
            return info.has_video
        return True

    def open(self) -> None:  # noqa: B027 - optional to override
        """Load what is needed; called once per process before the first :meth:`extract`."""

    @abstractmethod
    def extract(self, media: MediaSource) -> Features:
        """Return the features of one file.

        Raises:
            MediaError: The file cannot be analysed; the message is shown to the user.
        """

    def embed_query(self, text: str) -> NDArray[np.float32] | None:
        """Return float32 (dim,) for a search text in the same space as the item vectors, or None."""
        return None

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Return float32 (n_texts, dim), a row as :meth:`embed_query` gives it for each text, or None.

        Override it where a network reads many texts faster together.
        """
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            vector = self.embed_query(text)
            if vector is None:
                return None
            row[:] = vector
        return rows

    def close(self) -> None:  # noqa: B027 - optional to override
        """Free what :meth:`open` loaded."""
