"""Makes short clips of films for previews. Served by compute processes."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.jobs.child import ChildContext

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Picture = NDArray[np.uint8]

#: Width in pixels, pictures a second and most seconds of a clip; sampling rate of its sound.
WIDTH, RATE, SECONDS, SOUND_RATE = 320, 15, 6.0, 44_100
#: Seconds before the beginning from which on every picture is decoded: they are not stored in the order of showing.
_LEAD = 1.0
#: Pixels to decode for a clip (half a CPU second) above which only those pictures are that others are made from: about
#: every second.
_AFFORDED = 200e6
#: Damaged packets after which a film is given up, and bounds of width by height.
_MOST_DAMAGED, _MOST_ASPECT = 200, 8.0


def make_clip(args: dict[str, Any], context: ChildContext) -> bool:
    """Write a clip of :data:`SECONDS` seconds, h264 and AAC in MP4, to ``target``.

    Args:
        args: ``path`` of the film, ``start`` in seconds, ``target``; ``seconds`` that are to be seen of it.
        context: Asked whether to stop.

    Returns:
        False where there is no picture that can be read.

    Raises:
        LibraryError: The file cannot be written.
    """
    import av

    path, target = os.fsdecode(args["path"]), Path(args["target"])
    partial = target.with_name(f"{target.stem}.{os.getpid()}.part.mp4")
    voice = target.with_name(f"{target.stem}.{os.getpid()}.part.m4a")
    try:
        pictures, begin = read_pictures(path, float(args["start"]), context, float(args.get("seconds", SECONDS)))
    except (av.error.FFmpegError, ValueError, OverflowError):
        return False
    if not pictures:
        return False
    try:
        sound = read_sound(path, begin, len(pictures) / RATE, context)
    except (av.error.FFmpegError, ValueError, OverflowError):
        sound = np.zeros((0, 2), np.float32)  # pictures alone are a preview too
    try:
        _write(pictures, sound, partial, voice)
        os.replace(partial, target)
    except OSError as error:
        if not os.access(target.parent, os.W_OK):
            raise LibraryError(f"the clip cannot be stored: {error.strerror or error}.", path=str(target)) from error
        return False  # moviepy's word for what its encoder refuses
    finally:
        partial.unlink(missing_ok=True)
        voice.unlink(missing_ok=True)
    return True


def read_pictures(
    path: str, start: float, context: ChildContext, seconds: float = SECONDS
) -> tuple[list[Picture], float]:
    """Return pictures uint8 (height, WIDTH, 3), :data:`RATE` a second, and the second that they begin at.

    It begins earlier where there are no pictures for ``seconds`` after ``start``. What cannot be seen in a small
    picture is not computed for a large one: the smoothing of edges, and in the dearest films the pictures that no
    other needs.

    Raises:
        av.error.FFmpegError: The file cannot be opened.
        ValueError: Its facts make no sense.
    """
    import av

    with av.open(path, metadata_errors="replace", options={"protocol_whitelist": "file"}) as film:
        stream = _picture_stream(film)
        if stream is None:
            return [], 0.0
        length = (film.duration or 0) / 1e6
        begin = max(0.0, min(start, length - min(seconds, SECONDS)) if length > 0 else start)
        out, last = _paced(film, stream, begin, context)
    if not out and begin > 0:
        return read_pictures(path, 0.0 if last is None else max(0.0, min(begin, last) - SECONDS), context)
    return out, begin


def read_sound(path: str, begin: float, seconds: float, context: ChildContext) -> NDArray[np.float32]:
    """Return the sound from ``begin`` on, float32 (n, 2) at :data:`SOUND_RATE`; (0, 2) where there is none.

    Raises:
        av.error.FFmpegError: The file cannot be opened.
        ValueError: The sound changes its form in between.
    """
    import av

    out = np.zeros((round(seconds * SOUND_RATE), 2), np.float32)
    place: int | None = None
    with av.open(path, metadata_errors="replace", options={"protocol_whitelist": "file"}) as film:
        if film.streams.audio:
            resampler = av.AudioResampler(format="flt", layout="stereo", rate=SOUND_RATE)
            for frame, at in _frames(film, film.streams.audio[0], begin, context):
                if at >= seconds:
                    break
                place = round(at * SOUND_RATE) if place is None else place
                for part in resampler.resample(frame):
                    samples = part.to_ndarray().reshape(-1, 2)
                    kept = samples[max(0, -place) : max(0, len(out) - place)]
                    out[max(0, place) : max(0, place) + len(kept)] = kept
                    place += len(samples)
    return out if out.any() else out[:0]


def _paced(
    film: InputContainer, stream: VideoStream, begin: float, context: ChildContext
) -> tuple[list[Picture], float | None]:
    """Return the pictures from ``begin`` on, each as often as it lasts, and the time of the last that was decoded."""
    stream.thread_type = "NONE"
    if stream.width >= 2 * WIDTH:
        stream.codec_context.options = {"skip_loop_filter": "nokey" if stream.width >= 4 * WIDTH else "noref"}
    shown, last = None, None
    out: list[Picture] = []
    shrink = _Shrinker(stream)
    for frame, at in _frames(film, stream, begin, context):
        due = min(round(RATE * SECONDS), math.ceil(at * RATE))
        if shown is not None and due > len(out):
            out += [shrink(shown)] * (due - len(out))
            if due == round(RATE * SECONDS):
                break
        shown, last = frame, at + begin
    else:
        if shown is not None and last is not None and last >= begin:
            out.append(shrink(shown))
    return out, last


def _frames(
    film: InputContainer, stream: VideoStream | AudioStream, begin: float, context: ChildContext
) -> Iterator[tuple[Any, float]]:
    """Yield decoded frames from the entry point before ``begin`` on, with their seconds after ``begin``."""
    import av

    video = stream if isinstance(stream, av.VideoStream) else None
    base, zero = float(stream.time_base or 1e-6), begin + (film.start_time or 0) / 1e6
    if begin > 0:
        film.seek(int(zero / base), stream=stream)
    spare: bool | None = None
    clock, damaged = 0.0, 0
    for packet in film.demux(stream):
        context.check()
        at = None if packet.pts is None else packet.pts * base - zero
        if video:
            if spare is None:
                decoded = SECONDS - min(0.0, at or 0.0) / 2
                spare = decoded * float(video.average_rate or RATE) * video.width * video.height > _AFFORDED
            lead = at is not None and at < -_LEAD
            video.codec_context.skip_frame = "NONREF" if spare or lead else "DEFAULT"
        try:
            frames: list[Any] = list(packet.decode())
        except av.error.FFmpegError:
            damaged += 1
            if damaged > _MOST_DAMAGED:
                return
            continue
        for frame in frames:
            if frame.time is not None:
                clock = frame.time - zero
            yield frame, clock
            clock += 1.0 / float(video.average_rate or RATE) if video else frame.samples / frame.sample_rate


def _picture_stream(film: InputContainer) -> VideoStream | None:
    from av.stream import Disposition

    return next((s for s in film.streams.video if not s.disposition & Disposition.attached_pic), None)


class _Shrinker:
    """Gives the frames of a film as they are meant to be seen, all :data:`WIDTH` wide and equally high."""

    def __init__(self, stream: VideoStream) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()
        sample = float(stream.sample_aspect_ratio or 1)
        self._sample = sample if 0.1 < sample < 10 else 1.0
        self._height: int | None = None

    def __call__(self, frame: VideoFrame) -> Picture:
        turn = round(float(frame.rotation) / 90.0) % 4
        if self._height is None:
            ratio = self._sample * frame.width / max(1, frame.height)
            ratio = min(max(1.0 / ratio if turn % 2 else ratio, 1.0 / _MOST_ASPECT), _MOST_ASPECT)
            self._height = max(2, round(WIDTH / ratio / 2) * 2)
        height, width = (WIDTH, self._height) if turn % 2 else (self._height, WIDTH)
        small = self._reformatter.reformat(frame, width, height, "rgb24", interpolation="AREA")
        return np.ascontiguousarray(np.rot90(small.to_ndarray(), turn))


def _write(pictures: list[Picture], sound: NDArray[np.float32], partial: Path, voice: Path) -> None:
    from moviepy import AudioArrayClip, ImageSequenceClip

    film = ImageSequenceClip(pictures, fps=RATE, with_mask=False)
    if len(sound):
        film = film.with_audio(AudioArrayClip(sound, fps=SOUND_RATE))
    film.write_videofile(
        str(partial),
        fps=RATE,
        codec="libx264",
        preset="ultrafast",
        audio_codec="aac",
        audio_bitrate="64k",
        temp_audiofile=str(voice),
        threads=1,
        logger=None,
        ffmpeg_params=["-crf", "30", "-movflags", "+faststart"],
    )
