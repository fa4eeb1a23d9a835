"""Makes short clips of films for previews. Served by compute processes."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.jobs.child import ChildContext

#: Width in pixels, pictures a second and most seconds of a clip.
WIDTH, RATE, SECONDS = 320, 15, 6.0


def make_clip(args: dict[str, Any], context: ChildContext) -> bool:
    """Write a clip of :data:`SECONDS` seconds, h264 and AAC in MP4, to ``target``.

    Args:
        args: ``path`` of the film, ``start`` in seconds, ``target``.
        context: Asked whether to stop.

    Returns:
        False where there is no picture that can be read.

    Raises:
        LibraryError: The file cannot be written.
    """
    import av

    path, target = os.fsdecode(args["path"]), Path(args["target"])
    context.check()
    try:
        with av.open(path, metadata_errors="replace") as container:
            if not container.streams.video:
                return False
            width, height = container.streams.video[0].width, container.streams.video[0].height
            sound = bool(container.streams.audio)
    except (av.error.FFmpegError, ValueError):
        return False
    if not width or not height:
        return False
    partial = target.with_name(f"{target.stem}.{os.getpid()}.part.mp4")
    voice = target.with_name(f"{target.stem}.{os.getpid()}.part.m4a")
    size = (WIDTH, max(2, round(WIDTH * height / width / 2) * 2))
    try:
        if not _write(path, float(args["start"]), size, sound, partial, voice):
            return False
        os.replace(partial, target)
    except OSError as error:
        if not os.access(target.parent, os.W_OK):
            raise LibraryError(f"the clip cannot be stored: {error.strerror or error}.", path=str(target)) from error
        return False  # moviepy's word for a film that it cannot read
    finally:
        partial.unlink(missing_ok=True)
        voice.unlink(missing_ok=True)
    return True


def _write(path: str, start: float, size: tuple[int, int], sound: bool, partial: Path, voice: Path) -> bool:
    from moviepy import VideoFileClip

    try:
        # a word for each picture missing at the end of a film would fill the log
        warnings.simplefilter("ignore", UserWarning)
        # ffmpeg scales while it decodes and seeks to the key frame before the start
        with VideoFileClip(path, audio=sound, target_resolution=size, resize_algorithm="fast_bilinear") as film:
            begin = max(0.0, min(start, film.duration - SECONDS))
            film.subclipped(begin, min(begin + SECONDS, film.duration)).write_videofile(
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
    except (KeyError, ValueError, IndexError, TypeError, AttributeError, ZeroDivisionError):
        return False  # raised bare by moviepy for films whose facts it cannot make out
    return partial.exists() and partial.stat().st_size > 0
