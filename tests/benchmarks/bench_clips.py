"""Preview clips: CPU time of 6 s, 320 pixels wide, from real films, beside moviepy with its defaults.

Bar: at most 1.2 CPU seconds for any clip, child processes counted. ``AVREC_BENCH_MEDIA`` names a folder with films;
those of a second and more are taken, from 40 % of their pictures on. ``AVREC_BENCH_KEEP`` names a folder to keep the
clips in, to look at them.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from avrec_desktop.library.clipchild import SECONDS, WIDTH, make_clip

BAR = 1.2
_FILMS = {".mp4", ".mkv", ".webm", ".avi", ".ogv", ".mpg", ".mpeg", ".mov", ".m4v", ".wmv", ".flv", ".ts"}
#: Bytes below which a file is a test of a container rather than a film.
_LEAST = 300_000


class _Context:
    def check(self) -> None:
        """Never cancelled."""

    def should_stop(self) -> bool:
        """Never."""
        return False


def main() -> dict[str, Any]:
    """Make a clip of each film by both ways."""
    media = os.environ.get("AVREC_BENCH_MEDIA")
    if not media:
        return {"skipped": "AVREC_BENCH_MEDIA is not set"}
    films = _films(Path(media))
    if not films:
        return {"skipped": "there are no films in AVREC_BENCH_MEDIA"}
    rows = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(os.environ.get("AVREC_BENCH_KEEP") or made)
        folder.mkdir(parents=True, exist_ok=True)
        _cpu(_ours, *films[0], folder / "first.mp4")  # imports
        _cpu(_moviepy, *films[0], folder / "first-peer.mp4")
        for number, (film, duration, size) in enumerate(films):
            target = folder / f"{number:02}-{film.stem}.mp4"
            cpu, good = _cpu(_ours, film, duration, size, target)
            peer, peer_good = _cpu(_moviepy, film, duration, size, target.with_suffix(".peer.mp4"))
            rows.append(
                {
                    "film": film.name,
                    "size": "{}x{}".format(*size),
                    "made": good,
                    "cpu_seconds": round(cpu, 3),
                    "moviepy_cpu_seconds": round(peer, 3) if peer_good else None,
                    "kilobytes": target.stat().st_size // 1000 if target.exists() else 0,
                }
            )
    costs = [row["cpu_seconds"] for row in rows]
    peers = [row["moviepy_cpu_seconds"] for row in rows if row["moviepy_cpu_seconds"]]
    result = {
        "films": len(rows),
        "median": statistics.median(costs),
        "max": max(costs),
        "share_above_bar": sum(c > BAR for c in costs) / len(costs),
        "moviepy_median": statistics.median(peers),
        "moviepy_max": max(peers),
        "ratio_median": statistics.median(
            row["cpu_seconds"] / row["moviepy_cpu_seconds"] for row in rows if row["moviepy_cpu_seconds"]
        ),
        "load": os.getloadavg()[0],
        "clips": rows,
    }
    assert all(row["made"] for row in rows), rows
    assert max(costs) <= BAR, result
    return result


def _films(folder: Path) -> list[tuple[Path, float, tuple[int, int]]]:
    import av

    out = []
    seen = set()
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _FILMS or not path.is_file() or path.stat().st_size < _LEAST:
            continue
        if (path.name, path.stat().st_size) in seen:
            continue
        seen.add((path.name, path.stat().st_size))
        try:
            with av.open(str(path)) as container:
                video = container.streams.video[0]
                times = [float(p.pts * p.time_base) for p in container.demux(video) if p.pts is not None]
                if times and video.width and max(times) - min(times) >= 1.0:
                    out.append((path, max(times) - min(times), (video.width, video.height)))
        except (av.error.FFmpegError, IndexError):
            continue
    return out


def _ours(film: Path, duration: float, size: tuple[int, int], target: Path) -> bool:
    return make_clip({"path": str(film), "start": 0.4 * duration, "target": str(target)}, _Context())  # type: ignore[arg-type]


def _moviepy(film: Path, duration: float, size: tuple[int, int], target: Path) -> bool:
    from moviepy import VideoFileClip

    start = max(0.0, min(0.4 * duration, duration - SECONDS))
    height = max(2, round(WIDTH * size[1] / size[0] / 2) * 2)
    try:
        with VideoFileClip(str(film)) as clip:
            part = clip.subclipped(start, min(start + SECONDS, clip.duration)).resized((WIDTH, height))
            part.write_videofile(str(target), logger=None, temp_audiofile=str(target.with_suffix(".mp3")))
    except (OSError, KeyError, ValueError, IndexError, TypeError, AttributeError):
        return False
    return True


def _cpu(call: Callable[..., bool], *args: Any) -> tuple[float, bool]:
    """Return the CPU seconds of a call with its child processes, and what it returned."""
    began, before = time.process_time(), _children()
    good = call(*args)
    gc.collect()
    for process in psutil.Process().children():
        process.wait(timeout=10)  # what is not waited for is not counted
    return time.process_time() - began + _children() - before, good


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
