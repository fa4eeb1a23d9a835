"""Choosing and decoding of frames, bounded in memory and time. Used in compute processes only.

Only keyframes are decoded where there are enough: encoders put one at most cuts, so they find the shots at a few
per cent of the cost of a full decode. Neighbouring frames that look alike are then merged until at most
:data:`MAX_FRAMES` distinct pictures are left.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import MediaError
from avrec_desktop.api.media import Frames
from avrec_desktop.features.sound import believable_duration, discard_others, open_container

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Pixels = NDArray[np.uint8]

MAX_FRAMES = 32
#: Candidates decoded at most, and at least where the file has them.
_MAX_CANDIDATES, _MIN_CANDIDATES = 96, 12
#: Megapixels of keyframes decoded per minute of film: about 0.3 CPU seconds of h264.
_MEGAPIXELS_PER_MINUTE = 30.0
#: Megapixels decoded at most when keyframes are too few and everything must be decoded.
_DENSE_MEGAPIXELS = 150.0
#: Fewer keyframes than this say too little of a file.
_FEW = 6
#: Distance of two looks (0 same .. 2 nothing in common) above which there is a cut between them.
_CUT = 0.55
_MAX_ASPECT = 4.0
#: Mean brightness below which a picture counts as black.
_BLACK = 12.0
#: Seeks aim this much later, seconds: indexes count in decoding time, which runs ahead of presentation.
_SEEK_AHEAD = 0.2
#: Packets read after a seek, at most, in search of a keyframe.
_SEEK_PACKETS = 600


@dataclass(slots=True)
class _Candidate:
    time: float
    pixels: Pixels
    look: NDArray[np.float32]


def choose_frames(
    path: str, size: int, should_stop: Callable[[], None] = lambda: None
) -> tuple[Frames, NDArray[np.float64], NDArray[np.float32]]:
    """Return at most :data:`MAX_FRAMES` frames that cover the shots of a film, and its light over time.

    Args:
        path: The file.
        size: Short side in pixels.
        should_stop: Called between decodes; raises to end the work.

    Returns:
        The frames; and of all pictures looked at, the dark ones too, float64 (n,) seconds and float32 (n,) liveliness
        in [0, 1], where 0 is black.

    Raises:
        MediaError: It has no pictures, or none can be decoded.
    """
    container = open_container(path)
    try:
        film = _Film(container, path, size, should_stop)
        candidates = film.candidates()
    finally:
        container.close()
    if not candidates:
        raise MediaError("none of its pictures can be decoded", path=path)
    times = np.array([candidate.time for candidate in candidates])
    return _select(candidates, film.duration), times, np.array([_light(c.pixels) for c in candidates], np.float32)


class _Film:
    """One open picture stream."""

    def __init__(self, container: InputContainer, path: str, size: int, should_stop: Callable[[], None]) -> None:
        from av.video.reformatter import VideoReformatter

        self._container = container
        self._path = path
        self._size = size
        self._check = should_stop
        self._stream = _picture_stream(container, path)
        self._stream.codec_context.thread_count = 1
        discard_others(container, self._stream)
        self._base = self._stream.time_base or Fraction(1, 1000)
        self._begin = float((self._stream.start_time or 0) * self._base)
        claimed = float(self._stream.duration * self._base) if self._stream.duration else 0.0
        claimed = claimed or (container.duration or 0) / 1e6
        self.duration = believable_duration(claimed, path)
        self._reformatter = VideoReformatter()
        self._shape: tuple[int, int] | None = None

    def candidates(self) -> list[_Candidate]:
        """Return decoded candidates, in order of time, without doubles."""
        found = {round(c.time, 3): c for c in self._keyframes()}
        if len(found) < _FEW:
            found |= {round(c.time, 3): c for c in self._dense()}
        return [found[t] for t in sorted(found)][: 2 * _MAX_CANDIDATES]

    def _keyframes(self) -> Iterator[_Candidate]:
        for target in self._targets():
            self._check()
            frame = self._keyframe_at(target)
            if frame is not None:
                yield from self._take(frame, self._time(frame, target))

    def _targets(self) -> list[float]:
        """Times to look for a keyframe at: those of the index where there is one, thinned, else evenly spread."""
        pixels = max(1, self._stream.codec_context.width * self._stream.codec_context.height) / 1e6
        allowed = _MEGAPIXELS_PER_MINUTE * max(1.0, self.duration / 60.0) / pixels
        number = int(np.clip(allowed, _MIN_CANDIDATES, _MAX_CANDIDATES))
        known = [
            float(entry.timestamp * self._base) - self._begin
            for entry in getattr(self._stream, "index_entries", ())
            if entry.is_keyframe and not entry.is_discard
        ]
        if len(known) > number:
            wanted = np.linspace(known[0], known[-1], number)
            return sorted({known[int(np.argmin(np.abs(np.asarray(known) - w)))] for w in wanted})
        if len(known) >= _FEW:
            return known
        if not self.duration:
            return [0.0]
        number = min(number, max(1, int(self.duration)))
        return [float(t) for t in (np.arange(number) + 0.5) * self.duration / number]

    def _keyframe_at(self, time: float) -> VideoFrame | None:
        """Decode the keyframe at or before ``time`` alone, without the frames after it."""
        import av

        context = self._stream.codec_context
        try:
            self._container.seek(int((time + self._begin + _SEEK_AHEAD) / self._base), stream=self._stream)
            for number, packet in enumerate(self._packets()):
                if packet.is_keyframe and packet.size:
                    frames = [*context.decode(packet), *context.decode(None)]
                    return frames[0] if frames else None
                if number > _SEEK_PACKETS:
                    break
        except (av.error.FFmpegError, OSError, ValueError, OverflowError):
            return None
        finally:
            context.flush_buffers()
        return None

    def _dense(self) -> Iterator[_Candidate]:
        """Decode from the beginning, within a budget, and take frames at an even step."""
        import av

        context = self._stream.codec_context
        context.flush_buffers()
        try:
            self._container.seek(int(self._begin / self._base), stream=self._stream)
        except (av.error.FFmpegError, OSError, ValueError):
            self._reopen()
            context = self._stream.codec_context
        step = max(self.duration / 24.0, 0.2)
        budget = _DENSE_MEGAPIXELS * 1e6
        last = -1e9
        for packet in self._packets():
            self._check()
            try:
                frames = context.decode(packet)
            except (av.error.FFmpegError, ValueError):
                budget -= 1e5
                frames = []
            for frame in frames:
                budget -= frame.width * frame.height
                time = self._time(frame, last + step)
                if time - last >= step:
                    last = time
                    yield from self._take(frame, time)
            if budget <= 0:
                return

    def _reopen(self) -> None:
        self._container.close()
        self._container = open_container(self._path)
        self._stream = _picture_stream(self._container, self._path)
        discard_others(self._container, self._stream)

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield packets; a demuxer that stumbles ends the stream."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                yield next(packets)
            except StopIteration:
                return
            except (av.error.FFmpegError, OSError, ValueError):
                return

    def _time(self, frame: VideoFrame, fallback: float) -> float:
        return fallback if frame.pts is None else float(frame.pts * self._base) - self._begin

    def _take(self, frame: VideoFrame, time: float) -> Iterator[_Candidate]:
        import av

        try:
            pixels = self._convert(frame)
        except (av.error.FFmpegError, ValueError, OSError, MemoryError):
            return
        yield _Candidate(max(0.0, time), pixels, _look(pixels))

    def _convert(self, frame: VideoFrame) -> Pixels:
        turn = round(float(getattr(frame, "rotation", 0) or 0) / 90.0) % 4
        if self._shape is None:
            ratio = frame.width / max(1, frame.height)
            sample = self._stream.sample_aspect_ratio
            ratio *= float(sample) if sample and 0.1 < float(sample) < 10.0 else 1.0
            ratio = float(np.clip(1.0 / ratio if turn % 2 else ratio, 1.0 / _MAX_ASPECT, _MAX_ASPECT))
            short = self._size
            self._shape = (short, round(short * ratio)) if ratio >= 1 else (round(short / ratio), short)
        height, width = self._shape
        if turn % 2:
            height, width = width, height
        small = self._reformatter.reformat(frame, width=width, height=height, format="rgb24", interpolation="AREA")
        return np.ascontiguousarray(np.rot90(small.to_ndarray(), turn))


def shrink(pixels: Pixels, size: int) -> Pixels:
    """Return frames (n, h, w, 3) scaled down so that their short side is ``size``."""
    from PIL import Image

    height, width = pixels.shape[1:3]
    scale = size / min(height, width)
    target = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.stack([np.asarray(Image.fromarray(p).resize(target, Image.Resampling.BOX)) for p in pixels])


def _picture_stream(container: InputContainer, path: str) -> VideoStream:
    from av.stream import Disposition

    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise MediaError("has no pictures", path=path)
    return max(streams, key=lambda s: s.codec_context.width * s.codec_context.height)


def _look(pixels: Pixels) -> NDArray[np.float32]:
    """Return float32 (112,): a coarse colour histogram and a 4 x 4 layout of mean colours."""
    small = pixels[:: max(1, pixels.shape[0] // 36), :: max(1, pixels.shape[1] // 36)].astype(np.int32)
    code = (small[..., 0] >> 6) * 16 + (small[..., 1] >> 6) * 4 + (small[..., 2] >> 6)
    histogram = np.bincount(code.ravel(), minlength=64).astype(np.float32) / code.size
    rows = np.array_split(small, 4, axis=0)
    cells = [cell.mean(axis=(0, 1)) / 255.0 for row in rows for cell in np.array_split(row, 4, axis=1)]
    return np.concatenate([histogram, np.asarray(cells, dtype=np.float32).ravel()])


def _light(pixels: Pixels) -> float:
    """Return how lively a picture is: 0 for a black one, 0.2 for one colour, 1 for much contrast."""
    some = pixels[::8, ::8].astype(np.float32)
    return 0.0 if some.mean() < _BLACK else 0.2 + 0.8 * min(1.0, float(some.std()) / 64.0)


def _distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return 0 for the same look to 2 for nothing in common."""
    return float(np.abs(a[:64] - b[:64]).sum() / 2 + min(1.0, 3 * np.abs(a[64:] - b[64:]).mean()))


def _select(candidates: list[_Candidate], duration: float) -> Frames:
    """Merge neighbours that look alike, the most alike first, until few enough are left."""
    lit = [c for c in candidates if c.pixels.max() > 24 and c.pixels.std() > 4]
    kept = lit if lit else candidates
    times = np.array([c.time for c in kept])
    end = max(duration, float(times[-1]))
    edges = np.concatenate([[0.0], (times[1:] + times[:-1]) / 2, [end]])
    gaps = [_distance(a.look, b.look) for a, b in itertools.pairwise(kept)]
    shots = np.concatenate([[0], np.cumsum(np.asarray(gaps) > _CUT)]).astype(int)
    lengths = np.bincount(shots, weights=np.diff(edges))[shots]
    chosen = _merge(len(kept), gaps)
    return Frames(
        pixels=np.stack([kept[i].pixels for i in chosen]),
        times=times[chosen].astype(np.float64),
        shot_lengths=lengths[chosen].astype(np.float64),
    )


def _merge(number: int, gaps: list[float]) -> list[int]:
    """Return the rows kept after joining the closest neighbouring groups until :data:`MAX_FRAMES` are left."""
    groups: list[list[int]] = [[i] for i in range(number)]
    distances: list[Any] = list(gaps)
    while len(groups) > MAX_FRAMES:
        at = int(np.argmin(distances))
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
        distances.pop(at)
    return [group[len(group) // 2] for group in groups]
