"""Makes waveforms, filmstrips and lists of chapters. Served by compute processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import LibraryError, MediaError
from avrec_desktop.jobs.child import ChildContext

#: Columns of a waveform; frames of a filmstrip, in a row of so many, and the height of one in pixels.
BINS = 600
FRAMES, COLUMNS, FRAME_HEIGHT = 60, 10, 90
#: Sampling rate that waveforms are read at, and limits of their three bands, Hz.
RATE = 11_025
_LOW, _HIGH = 250.0, 2500.0
#: Longer media (seconds) is looked into at each column instead of being decoded as a whole.
_WHOLE = 1500.0
_WINDOW = 1024


def make_waveform(args: dict[str, Any], context: ChildContext) -> bool:
    """Write uint8 (BINS, 4) to ``target``: peak, and the shares of low, middle and high sound, each over time.

    Args:
        args: ``path`` of the file, ``duration`` in seconds, ``target``.
        context: Asked whether to stop.

    Returns:
        False where there is no sound.

    Raises:
        LibraryError: The file cannot be written.
    """
    import av

    duration = float(args["duration"])
    wave = np.zeros((BINS, 4), np.float32)
    try:
        with av.open(os.fsdecode(args["path"]), metadata_errors="replace") as container:
            if not container.streams.audio or duration <= 0:
                return False
            stream = container.streams.audio[0]
            pieces = _whole(container, stream) if duration <= _WHOLE else _glimpses(container, stream, duration)
            for seconds, samples in pieces:
                if context.should_stop():
                    return False
                _add(wave, seconds, samples, duration)
    except (av.error.FFmpegError, ValueError, OverflowError):
        if not wave.any():
            return False
    if not wave.any():
        return False
    peak = wave[:, 0] / max(float(np.quantile(wave[:, 0], 0.995)), 1e-6)
    bands = _filled(wave[:, 1:])
    bands = bands / np.maximum(bands.sum(axis=1, keepdims=True), 1e-9)
    out = np.concatenate([np.clip(peak, 0, 1)[:, None], bands], axis=1)
    _store(args["target"], lambda file: file.write((255 * out).round().astype(np.uint8).tobytes()))
    return True


def _whole(container: Any, stream: Any) -> Iterator[tuple[float, NDArray[np.float32]]]:
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    done = 0
    stream.thread_type = "AUTO"
    for frame in container.decode(stream):
        for part in resampler.resample(frame):
            samples = part.to_ndarray().reshape(-1).astype(np.float32)
            yield done / RATE, samples
            done += len(samples)


def _glimpses(container: Any, stream: Any, duration: float) -> Iterator[tuple[float, NDArray[np.float32]]]:
    import av

    for column in range(0, BINS, 2):
        at = duration * (column + 0.5) / BINS
        container.seek(int(at * 1e6), backward=True)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        got = 0
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                samples = part.to_ndarray().reshape(-1).astype(np.float32)
                got += len(samples)
                yield at, samples
                yield duration * (column + 1.5) / BINS, samples
            if got > 2 * _WINDOW:
                break


def _add(wave: NDArray[np.float32], seconds: float, samples: NDArray[np.float32], duration: float) -> None:
    """Count samples (n,) that begin at ``seconds`` into the columns of ``wave`` they fall into."""
    if not len(samples):
        return
    columns = ((seconds + np.arange(len(samples)) / RATE) / duration * BINS).astype(np.int64)
    np.clip(columns, 0, BINS - 1, out=columns)
    np.maximum.at(wave[:, 0], columns, np.abs(samples))
    hertz = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    for start in range(0, len(samples), _WINDOW):
        energy = np.abs(np.fft.rfft(samples[start : start + _WINDOW], _WINDOW)) ** 2
        low, high = hertz < _LOW, hertz >= _HIGH
        bands = np.array([energy[low].sum(), energy[~low & ~high].sum(), energy[high].sum()], np.float32)
        wave[columns[start], 1:] += np.sqrt(bands)


def _filled(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give columns (n, 3) that no window began in what the one before has."""
    known = bands.any(axis=1)
    last = np.maximum.accumulate(np.where(known, np.arange(len(bands)), 0))
    return bands[last]


def make_filmstrip(args: dict[str, Any], context: ChildContext) -> bool:
    """Write a JPEG sheet of FRAMES pictures at even times, COLUMNS in a row, to ``target``; False without a picture.

    Args:
        args: ``path``, ``duration`` in seconds, ``target``.
        context: Asked whether to stop.

    Raises:
        LibraryError: The file cannot be written.
    """
    import av
    from PIL import Image

    duration = float(args["duration"])
    sheet, size = None, (0, 0)
    try:
        with av.open(os.fsdecode(args["path"]), metadata_errors="replace") as container:
            if not container.streams.video or duration <= 0:
                return False
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            stream.codec_context.skip_frame = "NONKEY"
            picture = None
            for n in range(FRAMES):
                if context.should_stop():
                    return False
                picture = _frame(container, stream, duration * (n + 0.5) / FRAMES) or picture
                if picture is None:
                    continue
                if sheet is None:
                    width = min(2 * FRAME_HEIGHT, max(32, round(FRAME_HEIGHT * picture.width / picture.height)))
                    size = (width, FRAME_HEIGHT)
                    sheet = Image.new("RGB", (COLUMNS * width, FRAMES // COLUMNS * FRAME_HEIGHT))
                sheet.paste(picture.resize(size), (n % COLUMNS * size[0], n // COLUMNS * size[1]))
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError):
        if sheet is None:
            return False
    if sheet is None:
        return False
    _store(args["target"], lambda file: sheet.save(file, "JPEG", quality=72))
    return True


def _frame(container: Any, stream: Any, seconds: float) -> Any:
    import av

    try:
        container.seek(int(seconds * 1e6), backward=True, any_frame=False)
        frame = next(container.decode(stream), None)
    except (av.error.FFmpegError, StopIteration):
        return None
    return frame.to_image() if frame is not None else None


def read_chapters(args: dict[str, Any], context: ChildContext) -> list[dict[str, Any]]:
    """Return the chapters of a file: ``start`` and ``end`` in seconds, ``title``.

    Args:
        args: ``path``.
        context: Not used.

    Raises:
        MediaError: The file cannot be opened.
    """
    import av

    path = os.fsdecode(args["path"])
    try:
        with av.open(path, metadata_errors="replace") as container:
            found = container.chapters() if callable(getattr(container, "chapters", None)) else []
            out = []
            for number, chapter in enumerate(found, 1):
                base = float(chapter["time_base"] or 0)
                title = str(chapter.get("metadata", {}).get("title", "")).strip() or str(number)
                out.append({"start": chapter["start"] * base, "end": chapter["end"] * base, "title": title})
            return out
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(f"the chapters cannot be read: {error}", path=path) from error


def _store(target: str, write: Any) -> None:
    partial = f"{target}.{os.getpid()}.part"
    try:
        with open(partial, "wb") as file:
            write(file)
        os.replace(partial, target)
    except OSError as error:
        raise LibraryError(f"the preview cannot be stored: {error.strerror or error}.", path=partial) from error
