"""A media source made of arrays, for the tests of extractors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import MediaError
from avrec_desktop.api.media import AudioPatches, Frames, MediaInfo, MediaText


class FakeMedia:
    """A :class:`~avrec_desktop.api.media.MediaSource` with the given sound, pictures and words.

    Args:
        sound: Mono samples in [-1, 1] at ``rate``, or None for a file without sound.
        rate: Sample rate of ``sound`` in Hz.
        pictures: uint8 (n_frames, height, width, 3), or None for a file without pictures.
        fps: Pictures per second.
        text: Words about the item.
        patch: Length of the excerpts in seconds.
        max_patches: Most excerpts given.
    """

    def __init__(
        self,
        sound: NDArray[np.floating] | None = None,
        rate: int = 16000,
        pictures: NDArray[np.uint8] | None = None,
        fps: float = 1.0,
        text: MediaText | None = None,
        *,
        patch: float = 3.0,
        max_patches: int = 10,
    ) -> None:
        self._sound = None if sound is None else np.asarray(sound, np.float32)
        self._rate = rate
        self._pictures = pictures
        self._fps = fps
        self._patch = patch
        self._max_patches = max_patches
        self.text = text if text is not None else MediaText()
        seconds = 0.0 if sound is None else len(sound) / rate
        if pictures is not None:
            seconds = max(seconds, len(pictures) / fps)
        self.info = MediaInfo(
            item_id=1,
            path="fake.mkv" if pictures is not None else "fake.flac",
            kind="video" if pictures is not None else "audio",
            duration=seconds,
            has_audio=sound is not None,
            has_video=pictures is not None,
        )

    def audio(self, rate: int = 16000) -> AudioPatches:
        """Return excerpts of equal length; a sound shorter than an excerpt gives one shorter excerpt.

        Raises:
            MediaError: There is no sound.
        """
        sound = self._resampled(rate)
        length = min(len(sound), round(self._patch * rate))
        if not length:
            raise MediaError("the file has no decodable sound", path=self.info.path)
        count = max(1, min(self._max_patches, len(sound) // length))
        starts = np.linspace(0, len(sound) - length, count).astype(np.int64)
        return AudioPatches(np.stack([sound[s : s + length] for s in starts]), starts / rate, rate)

    def audio_stream(self, rate: int = 16000, seconds: float = 30.0) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """Yield (start in seconds, samples) windows over the sound.

        Raises:
            MediaError: There is no sound.
        """
        sound = self._resampled(rate)
        step = max(1, round(seconds * rate))
        for start in range(0, len(sound), step):
            yield start / rate, sound[start : start + step]

    def frames(self, size: int = 256) -> Frames:
        """Return the pictures, scaled by nearest neighbour to a short side of ``size``.

        Raises:
            MediaError: There are no pictures.
        """
        if self._pictures is None or not len(self._pictures):
            raise MediaError("the file has no decodable pictures", path=self.info.path)
        height, width = self._pictures.shape[1:3]
        scale = size / min(height, width)
        rows = np.minimum((np.arange(round(height * scale)) / scale).astype(int), height - 1)
        columns = np.minimum((np.arange(round(width * scale)) / scale).astype(int), width - 1)
        pixels = self._pictures[:, rows][:, :, columns]
        times = np.arange(len(pixels)) / self._fps
        return Frames(np.ascontiguousarray(pixels), times, np.full(len(pixels), 1 / self._fps))

    def _resampled(self, rate: int) -> NDArray[np.float32]:
        if self._sound is None:
            raise MediaError("the file has no decodable sound", path=self.info.path)
        if rate == self._rate or not len(self._sound):
            return self._sound
        at = np.arange(0, len(self._sound), self._rate / rate)
        return np.asarray(np.interp(at, np.arange(len(self._sound)), self._sound), np.float32)
