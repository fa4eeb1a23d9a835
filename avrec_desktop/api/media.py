"""What an extractor sees of a media file: one shared decode, cut into bounded pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Kind = Literal["audio", "video"]
Modality = Literal["audio", "video", "text"]


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """Facts about a file, known before anything is decoded.

    Attributes:
        item_id: Catalogue id of the item.
        path: Path as text; bytes that are not UTF-8 are kept with surrogate escapes.
        kind: ``"audio"`` or ``"video"``.
        duration: Length in seconds, 0.0 when unknown.
        has_audio: Whether a sound stream exists.
        has_video: Whether a picture stream (not cover art) exists.
    """

    item_id: int
    path: str
    kind: Kind
    duration: float
    has_audio: bool
    has_video: bool


@dataclass(frozen=True, slots=True)
class AudioPatches:
    """Mono excerpts of equal length, spread over the file.

    Attributes:
        samples: float32 (n_patches, n_samples) in [-1, 1].
        starts: float64 (n_patches,), start of each patch in seconds, ascending.
        rate: Sample rate in Hz.
    """

    samples: NDArray[np.float32]
    starts: NDArray[np.float64]
    rate: int


@dataclass(frozen=True, slots=True)
class Frames:
    """Pictures chosen over the file.

    Attributes:
        pixels: uint8 (n_frames, height, width, 3), RGB, short side ``size`` pixels, aspect kept.
        times: float64 (n_frames,), seconds, ascending.
        shot_lengths: float64 (n_frames,), estimated seconds that the shot of each frame lasts.
    """

    pixels: NDArray[np.uint8]
    times: NDArray[np.float64]
    shot_lengths: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TimedText:
    """A line of subtitles or transcript: start and end in seconds, and its text."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class MediaText:
    """All words known about an item; absent fields are empty.

    Attributes:
        folders: Names of the parent folders, outermost first, at most three.
        subtitles: Sidecar or embedded subtitle lines.
        transcript: What is said in it, as far as an extractor has written it down; of long ones, stretches from
            beginning to end, 20,000 characters at most.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    file_name: str = ""
    folders: tuple[str, ...] = ()
    lyrics: str = ""
    subtitles: tuple[TimedText, ...] = field(default=(), repr=False)
    transcript: str = field(default="", repr=False)


@runtime_checkable
class MediaSource(Protocol):
    """The shared decode of one file. Every call is cached, so extractors do not decode again."""

    info: MediaInfo
    text: MediaText

    def audio(self, rate: int = 16000) -> AudioPatches:
        """Return excerpts of 3 s, at most 10 by default, spread over the file.

        Raises:
            MediaError: The file has no decodable sound.
        """
        ...

    def audio_stream(self, rate: int = 16000, seconds: float = 30.0) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """Yield (start in seconds, mono float32 samples) windows over the whole file, in order.

        Costs a decode of the whole file; prefer :meth:`audio` where excerpts will do.
        """
        ...

    def frames(self, size: int = 256) -> Frames:
        """Return frames chosen over the file, at most 32 by default.

        Raises:
            MediaError: The file has no decodable pictures.
        """
        ...
