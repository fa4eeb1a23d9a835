"""Makes the picture of an item from embedded art, folder art or a frame. Served by compute processes."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterator
from typing import Any

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.jobs.child import ChildContext

#: Where in the video to look for a frame, as shares of its length.
_PLACES = (0.2, 0.1, 0.3, 0.5, 0.02, 0.7, 0.85)
#: Frames darker, brighter or flatter than this (mean and standard deviation of 0 to 255) are passed over.
_DARK, _BRIGHT, _FLAT = 20.0, 240.0, 12.0
#: Where all places show the same key frame: so many frames are walked through from the beginning, every n-th looked at.
_WALK, _STRIDE = 300, 15
#: Frames flatter than this show nothing at all; the icon of a film says more.
_NOTHING = 1.0 / 256
_MAX_ART = 32 << 20
_MAX_PIXELS = 120_000_000


def make_thumbnail(args: dict[str, Any], context: ChildContext) -> bool:
    """Write a WebP picture with a longer side of at most ``size`` pixels to ``target``; False where there is none.

    Args:
        args: ``path`` of the media file, ``artwork`` and ``duration`` as in the catalogue, ``target``, ``size``.
        context: Not used.

    Raises:
        LibraryError: The picture cannot be stored.
    """
    picture = _find(args["path"], args["artwork"] or "", float(args["duration"]))
    if picture is None:
        return False
    picture.thumbnail((args["size"], args["size"]))
    partial = f"{args['target']}.{os.getpid()}.part"
    try:
        picture.convert("RGB").save(partial, "WEBP", quality=82, method=2)
        os.replace(partial, args["target"])
    except OSError as error:
        raise LibraryError(f"the picture cannot be stored: {error.strerror or error}.", path=partial) from error
    return True


def _find(path: bytes, artwork: str, duration: float) -> Any:
    if artwork.startswith("file:"):
        beside = os.path.join(os.path.dirname(path), artwork[5:].encode())
        picture = _open_file(beside)
        if picture is not None:
            return picture
    if artwork == "embedded":
        for data in _embedded(path):
            picture = _decode(data)
            if picture is not None:
                return picture
    return _frame(path, duration)


def _open_file(path: bytes) -> Any:
    try:
        with open(path, "rb") as source:
            return _decode(source.read(_MAX_ART))
    except OSError:
        return None


def _decode(data: bytes) -> Any:
    """Return the picture, or None when it is damaged or unreasonably large."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    try:
        picture = Image.open(io.BytesIO(data))
        picture.draft("RGB", (1024, 1024))
        picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        return None
    return picture if min(picture.size) >= 8 else None


def _embedded(path: bytes) -> list[bytes]:
    """Return the embedded pictures of a file, front cover first."""
    import mutagen

    from avrec_desktop.library.tags import TAG_ERRORS, pictures

    try:
        with open(path, "rb") as source:
            file = mutagen.File(source)
            found = pictures(file) if file is not None else []
    except (mutagen.MutagenError, OSError, *TAG_ERRORS):
        found = []
    return found


def _frame(path: bytes, duration: float) -> Any:
    """Return a telling frame (or attached picture) of a video, or None when none can be decoded."""
    import av

    best, best_score = None, -1.0
    try:
        with av.open(os.fsdecode(path), metadata_errors="replace") as container:
            if not container.streams.video:
                return None
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for place in _PLACES:
                frame = _frame_at(container, stream, place * duration)
                if frame is None:
                    continue
                picture = frame.to_image()
                score = _telling(picture)
                if score > best_score:
                    best, best_score = picture, score
                if score >= 1.0:
                    return picture
            for picture in _walk(container, stream):
                score = _telling(picture)
                if score > best_score:
                    best, best_score = picture, score
                if score >= 1.0:
                    break
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError):
        pass
    return best if best_score >= _NOTHING else None


def _walk(container: Any, stream: Any) -> Iterator[Any]:
    """Yield some pictures from the beginning on."""
    container.seek(container.start_time or 0, backward=True, any_frame=False)
    for number, frame in enumerate(itertools.islice(container.decode(stream), _WALK)):
        if number % _STRIDE == 0:
            yield frame.to_image()


def _frame_at(container: Any, stream: Any, seconds: float) -> Any:
    import av

    try:
        if seconds > 0:
            container.seek((container.start_time or 0) + int(seconds * 1e6), backward=True, any_frame=False)
        return next(container.decode(stream), None)
    except (av.error.FFmpegError, StopIteration):
        return None


def _telling(picture: Any) -> float:
    """Return 1.0 or more for a frame that shows something, less for dark, bright or flat ones."""
    import numpy as np

    grey = np.asarray(picture.convert("L").resize((64, 64)), dtype=np.float32)
    mean, spread = float(grey.mean()), float(grey.std())
    if _DARK < mean < _BRIGHT and spread > _FLAT:
        return 1.0 + spread / 256
    return spread / 256 + (_NOTHING if mean > _DARK else 0.0)  # a plain colour is more than black
