"""Makes any number of different tracks from a folder of music: excerpts copied packet by packet, none equal."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import av

#: Seconds of an excerpt, and how far apart two of one recording begin.
LENGTH, STEP = 90.0, 11.0
_SOUND = {".ogg", ".oga", ".mp3", ".flac", ".opus"}


def make_tracks(source: Path, target: Path, number: int) -> int:
    """Write ``number`` excerpts of the recordings below ``source``, one folder each recording, and return how many.

    Args:
        source: A folder of music, read only.
        target: The folder to fill; made when it is not there.
        number: How many.

    Raises:
        RuntimeError: Too little could be read.
    """
    found = sorted(p for p in source.rglob("*") if p.suffix.lower() in _SOUND and p.is_file())
    made, lap = 0, 0
    while made < number and found:
        rest = []
        for path in found:
            name = f"{lap + 1:02d} {path.stem}{path.suffix.lower()}"
            folder = target / path.relative_to(source).with_suffix("")
            if made < number and _excerpt(path, folder / name, lap * STEP):
                made += 1
                rest.append(path)
        found, lap = rest, lap + 1
    if made < number:
        raise RuntimeError(f"only {made} excerpts could be made from {source}")
    return made


def _excerpt(source: Path, target: Path, start: float) -> bool:
    """Copy the packets of the sound from ``start`` seconds on; False where too little is left."""
    with contextlib.suppress(av.error.FFmpegError, OSError, ValueError), av.open(os.fspath(source)) as reader:
        stream = reader.streams.audio[0]
        length = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        if length < start + 15:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with av.open(os.fspath(target), "w") as writer:
            out = writer.add_stream_from_template(stream)
            for key, value in {**reader.metadata, **stream.metadata}.items():
                (out.metadata if target.suffix in {".ogg", ".oga", ".opus"} else writer.metadata)[key] = value
            first = 0
            for packet in reader.demux(stream):
                if packet.pts is None or packet.time_base is None or float(packet.pts * packet.time_base) < start:
                    continue
                first = first or packet.pts
                if float((packet.pts - first) * packet.time_base) > LENGTH:
                    break
                packet.pts -= first
                packet.dts = packet.pts
                packet.stream = out
                writer.mux(packet)
        return target.stat().st_size > 4096
    target.unlink(missing_ok=True)
    return False
