"""Decoding of sound into mono excerpts and windows, bounded in memory. Used in compute processes only."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import MediaError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Samples = NDArray[np.float32]

#: Length of an excerpt in seconds, and how many are taken of a file.
PATCH_SECONDS = 3.0
MAX_PATCHES = 10
#: Files up to this length, seconds, are decoded whole: cheaper than ten seeks.
WHOLE_BELOW = 40.0
#: Excerpts are kept at this rate at most, Hz; nothing that an extractor hears lies above.
MAX_RATE = 48000
#: Sparsest sound believed, bytes a second; a longer claimed duration is a damaged header.
_MIN_BYTES_PER_SECOND = 100.0
#: A seek that lands this much too early, seconds, did not work.
_SEEK_SLACK = 20.0
#: Damaged packets in a row after which the rest is given up.
_MAX_BAD_PACKETS = 500


class SoundReader(Protocol):
    """One open sound stream.

    Attributes:
        rate: Sample rate of the file in Hz.
        duration: Length in seconds, 0.0 when unknown.
    """

    rate: int
    duration: float

    def read_at(self, start: float, count: int) -> tuple[float, Samples] | None:
        """Return (true start, at most ``count`` mono samples) from ``start``; None where seeking does not work."""
        ...

    def blocks(self) -> Iterator[Samples]:
        """Yield the whole stream from its beginning as mono blocks."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def open_sound(path: str) -> SoundReader:
    """Open the sound of a file with FFmpeg, or with libsndfile where FFmpeg refuses.

    Raises:
        MediaError: Neither can read it, or it has no sound.
    """
    try:
        return AvReader(path)
    except MediaError as error:
        try:
            return SndfileReader(path)
        except MediaError:
            raise error from None


def open_container(path: str) -> InputContainer:
    """Open a media file for demuxing; nothing but the file itself is ever opened (no playlists' addresses).

    Raises:
        MediaError: It cannot be opened; the reason is fit for people.
    """
    import av

    try:
        return av.open(path, metadata_errors="ignore", options={"protocol_whitelist": "file"})
    except (av.error.FFmpegError, OSError, ValueError, UnicodeError, OverflowError, MemoryError) as error:
        raise MediaError(f"cannot be opened: {reason_of(error)}", path=path) from error


def reason_of(error: BaseException) -> str:
    """Return what an error of a decoder says, without numbers and addresses."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    text = str(text).split("; last error log")[0].strip()
    return text[:1].lower() + text[1:]


def believable_duration(seconds: float, path: str) -> float:
    """Return a claimed duration, or 0.0 where the size of the file makes it impossible."""
    if not math.isfinite(seconds) or seconds <= 0:
        return 0.0
    try:
        size = os.stat(path).st_size  # noqa: PTH116 - a text path with surrogate escapes
    except OSError:
        return 0.0
    return seconds if seconds <= 60.0 or seconds <= size / _MIN_BYTES_PER_SECOND else 0.0


def discard_others(container: InputContainer, stream: Any) -> None:
    """Tell the demuxer to drop the packets of all other streams."""
    from av.stream import Discard

    for other in container.streams:
        if other.index != stream.index:
            with contextlib.suppress(AttributeError, ValueError, TypeError):
                other.discard = Discard.all


class AvReader:
    """Sound through FFmpeg."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._container = open_container(path)
        streams = self._container.streams.audio
        if not streams:
            self._container.close()
            raise MediaError("has no sound", path=path)
        self._stream: AudioStream = streams[0]
        try:
            self._prepare()
        except BaseException:
            self._container.close()
            raise

    def _prepare(self) -> None:
        context = self._stream.codec_context
        if context is None:
            raise MediaError("its sound is in a format that cannot be decoded", path=self._path)
        context.thread_count = 1
        discard_others(self._container, self._stream)
        self.rate = int(context.sample_rate or 0)
        if not self.rate:
            raise MediaError("its sound stream is empty", path=self._path)
        if not 1000 <= self.rate <= 1_000_000:
            raise MediaError(f"its sound claims an impossible sample rate of {self.rate} Hz", path=self._path)
        claimed = 0.0
        if self._stream.duration and self._stream.time_base:
            claimed = float(self._stream.duration * self._stream.time_base)
        elif self._container.duration:
            claimed = self._container.duration / 1e6
        self.duration = believable_duration(claimed, self._path)
        begin = self._stream.start_time
        self._base = self._stream.time_base or Fraction(1, self.rate)
        self._begin = float(begin * self._base) if begin else 0.0

    def read_at(self, start: float, count: int) -> tuple[float, Samples] | None:
        """See :class:`SoundReader`."""
        import av

        try:
            self._container.seek(int((start + self._begin) / self._base), stream=self._stream)
        except (av.error.FFmpegError, OSError, ValueError, OverflowError):
            return None
        parts: list[Samples] = []
        have, at = 0, None
        for time, block in self._decode():
            if at is None:
                at = start if time is None else time - self._begin
                if at < start - _SEEK_SLACK:
                    return None
            if not parts and at < start:
                skip = round((start - at) * self.rate)
                if skip >= len(block):
                    at += len(block) / self.rate
                    continue
                block, at = block[skip:], start
            parts.append(block)
            have += len(block)
            if have >= count:
                break
        return (at or 0.0, _join(parts)[:count])

    def blocks(self) -> Iterator[Samples]:
        """See :class:`SoundReader`."""
        import av

        with contextlib.suppress(av.error.FFmpegError, OSError, ValueError):
            if self._started:
                self._container.seek(int(self._begin / self._base), stream=self._stream)
        for _, block in self._decode():
            yield block

    _started = False

    def _decode(self) -> Iterator[tuple[float | None, Samples]]:
        """Yield (seconds, mono samples) from where the file stands; damaged packets are passed over."""
        import av

        self._started = True
        packets = self._container.demux(self._stream)
        bad = 0
        while bad < _MAX_BAD_PACKETS:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.error.FFmpegError, OSError, ValueError):
                bad += 50  # the demuxer itself stumbles: a few more tries
                continue
            try:
                frames = packet.decode()
            except (av.error.FFmpegError, ValueError, OSError):
                bad += 1
                continue
            for frame in frames:
                if frame.sample_rate == self.rate and frame.samples:
                    bad = 0
                    yield frame.time, _mono(frame)

    def close(self) -> None:
        """See :class:`SoundReader`."""
        self._container.close()


class SndfileReader:
    """Sound through libsndfile, for Vorbis files that FFmpeg rejects."""

    def __init__(self, path: str) -> None:
        import soundfile

        try:
            self._file = soundfile.SoundFile(os.fsencode(path) if os.name == "posix" else path)
        except (soundfile.SoundFileError, OSError, TypeError, ValueError) as error:
            raise MediaError("its sound cannot be decoded", path=path) from error
        self.rate = int(self._file.samplerate)
        self.duration = self._file.frames / self.rate if self._file.frames > 0 else 0.0

    def read_at(self, start: float, count: int) -> tuple[float, Samples] | None:
        """See :class:`SoundReader`."""
        import soundfile

        try:
            self._file.seek(int(start * self.rate))
            data = self._file.read(count, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, RuntimeError, ValueError):
            return None
        return start, _clean(data.mean(axis=1))

    def blocks(self) -> Iterator[Samples]:
        """See :class:`SoundReader`."""
        import soundfile

        with contextlib.suppress(soundfile.SoundFileError, RuntimeError):
            self._file.seek(0)
        while True:
            try:
                data = self._file.read(65536, dtype="float32", always_2d=True)
            except (soundfile.SoundFileError, RuntimeError):
                return
            if not len(data):
                return
            yield _clean(data.mean(axis=1))

    def close(self) -> None:
        """See :class:`SoundReader`."""
        self._file.close()


def excerpts(reader: SoundReader, should_stop: Callable[[], None] = lambda: None) -> tuple[Samples, list[float], int]:
    """Return excerpts of :data:`PATCH_SECONDS` spread over the file.

    Long files are read by seeking; where that fails, or the length is unknown, the file is streamed.

    Args:
        reader: The open sound.
        should_stop: Called now and then; raises to end the work.

    Returns:
        float32 (n, samples) with n in 1..:data:`MAX_PATCHES`, their starts in seconds, and their rate in Hz.

    Raises:
        MediaError: Nothing could be decoded.
    """
    found = _by_seeking(reader, should_stop) if reader.duration > WHOLE_BELOW else None
    found = found or _by_streaming(reader, should_stop)
    if not found:
        raise MediaError("none of its sound can be decoded")
    count = _patch_samples(min(reader.rate, MAX_RATE))
    out = np.zeros((len(found), count), dtype=np.float32)
    for row, (_, samples) in enumerate(found):
        kept = samples if reader.rate <= MAX_RATE else resample(samples, reader.rate, MAX_RATE)
        out[row, : min(count, len(kept))] = kept[:count]
    return out, [start for start, _ in found], min(reader.rate, MAX_RATE)


def resample(samples: Samples, source: int, target: int) -> Samples:
    """Return mono samples (n,) at another rate."""
    if source == target:
        return samples
    import soxr

    return np.asarray(soxr.resample(samples, source, target, quality="HQ"), dtype=np.float32)


def windows(reader: SoundReader, rate: int, seconds: float) -> Iterator[tuple[float, Samples]]:
    """Yield (start, mono float32 samples at ``rate``) windows over the whole file; the last may be shorter."""
    import soxr

    size = max(1, int(seconds * rate))
    converter = soxr.ResampleStream(reader.rate, rate, 1, dtype="float32", quality="HQ")
    parts: list[Samples] = []
    have = done = 0
    for block in reader.blocks():
        parts.append(np.asarray(converter.resample_chunk(block), dtype=np.float32))
        have += len(parts[-1])
        while have >= size:
            joined = _join(parts)
            yield done / rate, joined[:size]
            done += size
            parts, have = [joined[size:]], have - size
    parts.append(np.asarray(converter.resample_chunk(np.zeros(0, np.float32), last=True), dtype=np.float32))
    rest = _join(parts)
    if len(rest):
        yield done / rate, rest


def _patch_samples(rate: int) -> int:
    return round(PATCH_SECONDS * rate)


def _by_seeking(reader: SoundReader, should_stop: Callable[[], None]) -> list[tuple[float, Samples]] | None:
    count = _patch_samples(reader.rate)
    part = reader.duration / MAX_PATCHES
    found: list[tuple[float, Samples]] = []
    for i in range(MAX_PATCHES):
        should_stop()
        got = reader.read_at(max(0.0, (i + 0.5) * part - PATCH_SECONDS / 2), count)
        if got is None:
            return None
        start, samples = got
        if len(samples) == count and (not found or start > found[-1][0]):
            found.append((start, samples))
    return found if len(found) >= MAX_PATCHES // 2 else None


def _by_streaming(reader: SoundReader, should_stop: Callable[[], None]) -> list[tuple[float, Samples]]:
    """Cut excerpts at a regular step while decoding the whole, doubling the step whenever too many are held."""
    count = _patch_samples(reader.rate)
    kept: list[tuple[float, Samples]] = []
    parts: list[Samples] = []
    have = index = 0
    step = 1
    for block in reader.blocks():
        should_stop()
        parts.append(block)
        have += len(block)
        while have >= count:
            joined = _join(parts)
            if index % step == 0:
                kept.append((index * PATCH_SECONDS, joined[:count].copy()))
            index += 1
            parts, have = [joined[count:]], have - count
            if len(kept) >= 4 * MAX_PATCHES:
                kept, step = kept[::2], step * 2
    if not kept:
        return [(0.0, _join(parts))] if have else []
    number = min(MAX_PATCHES, len(kept))
    return [kept[int((i + 0.5) * len(kept) / number)] for i in range(number)]


def _join(parts: list[Samples]) -> Samples:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def _mono(frame: AudioFrame) -> Samples:
    channels = max(1, frame.layout.nb_channels)
    if frame.format.is_planar and len(frame.planes) > channels:
        data = _planes(frame, channels)
    elif frame.format.is_planar:
        data = frame.to_ndarray()
    else:
        data = frame.to_ndarray().reshape(-1, channels).T
    if data.dtype == np.uint8:
        mixed = data.mean(axis=0, dtype=np.float32) / 128.0 - 1.0
    elif data.dtype.kind == "f":
        mixed = data.mean(axis=0, dtype=np.float32)
    else:
        mixed = data.mean(axis=0, dtype=np.float32) / float(1 << (8 * data.dtype.itemsize - 1))
    return _clean(mixed)


def _planes(frame: AudioFrame, channels: int) -> NDArray[Any]:
    """Return samples (channels, n). With eight channels PyAV lists a ninth plane, and reading that crashes."""
    kind = {"u8p": np.uint8, "s16p": np.int16, "s32p": np.int32, "fltp": np.float32, "dblp": np.float64}
    dtype = kind[frame.format.name]
    planes = [np.frombuffer(memoryview(frame.planes[i]), dtype=dtype, count=frame.samples) for i in range(channels)]
    return np.stack(planes)


def _clean(samples: NDArray[Any]) -> Samples:
    out = np.nan_to_num(np.asarray(samples, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(out, -1.0, 1.0, out=out)
