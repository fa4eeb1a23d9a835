"""The shared decode of one file, as extractors see it. Used in compute processes only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import MediaError
from avrec_desktop.api.media import AudioPatches, Frames, MediaInfo, MediaText
from avrec_desktop.features import pictures, sound

_T = TypeVar("_T")

#: Short side at which frames are decoded; smaller requests are scaled down from it.
MASTER_SIZE = 256
#: Root mean square below which an excerpt counts as silent (-60 dB).
SILENCE = 1e-3


class DecodedMedia:
    """Implements :class:`avrec_desktop.api.media.MediaSource` with PyAV.

    Each kind of content is decoded at most once, whatever the number of extractors; a decode that failed fails
    again at once with the same reason.

    Args:
        info: Facts about the file.
        text: Its words.
        on_step: Called with ``"sound"``, ``"pictures"`` before a decode starts and with ``""`` after it, so that a
            crash in native code can be pinned to the decoder.
        check: Called between pieces of work; raises :class:`Cancelled` to end it.
        blocked: Kinds of decode that crashed before: ``"sound"``, ``"pictures"``.
    """

    def __init__(
        self,
        info: MediaInfo,
        text: MediaText,
        *,
        on_step: Callable[[str], None] = lambda step: None,
        check: Callable[[], None] = lambda: None,
        blocked: frozenset[str] = frozenset(),
    ) -> None:
        self.info = info
        self.text = text
        self._on_step = on_step
        self._check = check
        self._blocked = blocked
        self._errors: dict[str, MediaError] = {}
        self._native: tuple[NDArray[np.float32], list[float], int] | None = None
        self._patches: dict[int, AudioPatches] = {}
        self._frames: dict[int, Frames] = {}
        self._seen: tuple[NDArray[np.float64], NDArray[np.float32]] | None = None

    def audio(self, rate: int = 16000) -> AudioPatches:
        """Return at most 10 excerpts of 3 s spread over the file, mono, at ``rate`` Hz.

        A file shorter than 3 s gives one excerpt with silence at its end.

        Raises:
            MediaError: The file has no decodable sound.
        """
        if rate not in self._patches:
            samples, starts, native = self._excerpts()
            size = round(sound.PATCH_SECONDS * rate)
            out = np.zeros((len(samples), size), dtype=np.float32)
            for row, patch in enumerate(samples):
                converted = sound.resample(patch, native, rate)[:size]
                out[row, : len(converted)] = np.clip(converted, -1.0, 1.0)
            self._patches[rate] = AudioPatches(out, np.asarray(starts, dtype=np.float64), rate)
        return self._patches[rate]

    def audio_stream(self, rate: int = 16000, seconds: float = 30.0) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """Yield (start in seconds, mono float32 samples) windows over the whole file, in order.

        Raises:
            MediaError: The file has no decodable sound.
        """
        self._refuse("sound")
        self._on_step("sound")
        reader = sound.open_sound(self.info.path)
        some = False
        try:
            for window in sound.windows(reader, rate, seconds):
                some = True
                self._on_step("")
                yield window
                self._check()
                self._on_step("sound")
        finally:
            reader.close()
            self._on_step("")
        if not some:
            raise MediaError("none of its sound can be decoded", path=self.info.path)

    def frames(self, size: int = 256) -> Frames:
        """Return at most 32 frames that cover the shots, RGB, short side ``size`` pixels.

        Raises:
            MediaError: The file has no decodable pictures.
        """
        if size in self._frames:
            return self._frames[size]
        master = max(size, MASTER_SIZE)
        if master not in self._frames:
            self._frames[master] = self._guard("pictures", lambda: self._choose(master))
        frames = self._frames[master]
        if size != master:
            frames = Frames(pictures.shrink(frames.pixels, size), frames.times, frames.shot_lengths)
            self._frames[size] = frames
        return frames

    def moments(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float32]]]:
        """Return what was ``heard`` and ``seen`` as (n, 2) times and (n,) liveliness in [0, 1]; 0 is silent or black.

        Nothing is decoded for it: a sense that was not is not there.
        """
        views = {"heard": self._heard(), "seen": self._seen}
        return {sense: view for sense, view in views.items() if view is not None}

    def _heard(self) -> tuple[NDArray[np.float64], NDArray[np.float32]] | None:
        if self._native is None:
            return None
        samples, starts, _ = self._native
        begin = np.asarray(starts, dtype=np.float64)
        power = np.sqrt((samples**2).mean(axis=1))
        level = np.where(power < SILENCE, 0.0, power / max(float(power.max()), SILENCE))
        return np.stack([begin, begin + sound.PATCH_SECONDS], axis=1), level.astype(np.float32)

    def _excerpts(self) -> tuple[NDArray[np.float32], list[float], int]:
        if self._native is None:
            self._native = self._guard("sound", self._read_excerpts)
        return self._native

    def _read_excerpts(self) -> tuple[NDArray[np.float32], list[float], int]:
        reader = sound.open_sound(self.info.path)
        try:
            return sound.excerpts(reader, self._check)
        except MediaError:
            if isinstance(reader, sound.SndfileReader):
                raise
            other = sound.SndfileReader(self.info.path)
        finally:
            reader.close()
        try:
            return sound.excerpts(other, self._check)
        finally:
            other.close()

    def _choose(self, size: int) -> Frames:
        frames, at, light = pictures.choose_frames(self.info.path, size, self._check)
        self._seen = np.stack([at, at], axis=1), light
        return frames

    def _guard(self, step: str, work: Callable[[], _T]) -> _T:
        self._refuse(step)
        self._on_step(step)
        try:
            return work()
        except MediaError as error:
            self._errors[step] = MediaError(error.message, path=self.info.path, hint=error.hint)
            raise self._errors[step] from error
        finally:
            self._on_step("")

    def _refuse(self, step: str) -> None:
        if step in self._errors:
            raise self._errors[step]
        if step in self._blocked:
            raise MediaError(f"decoding its {step} crashed or did not end", path=self.info.path)
