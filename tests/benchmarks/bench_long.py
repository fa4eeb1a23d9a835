"""Memory and cost of very long files: a sound file and a film of three hours each, with all bundled extractors.

``AVREC_BENCH_HOURS`` changes the length. The bar: all processes together, this one included, below 1.5 GB whatever the
length; that it does not grow is shown by the same measurement on a tenth of the length.
"""

from __future__ import annotations

import os
import resource
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from avrec_desktop import paths
from avrec_desktop.features.crew import own_memory
from avrec_desktop.features.pipeline import Features
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.catalogue import Library
from avrec_desktop.plugin_host.host import PluginHost
from tests.benchmarks.bench_extract import make_film

MEMORY_BAR = 1.5e9


def main() -> dict[str, Any]:
    """Measure both lengths and check the bar."""
    hours = float(os.environ.get("AVREC_BENCH_HOURS", "3"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        short, long = _measure(root / "short", hours / 10), _measure(root / "long", hours)
    out = {"short": short, "long": long, "memory_growth": long["peak_memory_mb"] / short["peak_memory_mb"]}
    assert long["peak_memory_mb"] * 1e6 <= MEMORY_BAR, out
    return out


def _measure(root: Path, hours: float) -> dict[str, float]:
    media = root / "media"
    media.mkdir(parents=True)
    make_sound(media / "long.mp3", hours)
    make_film(media / "long.mkv", hours)
    events = EventBus()
    library = Library.open(root / "library", events=events)
    plugins = PluginHost(root, paths.bundled_plugins(), root / "user", events=events)
    features = Features(library, plugins, events=events)
    try:
        library.scan([media], Job())
        plugins.extractors()
        peaks: list[float] = []
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = features.extract(
            workers=2, budget="full", job=Job(on_progress=lambda p: peaks.append(p.values["memory_mb"]))
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert not done.failed, done.failed
        assert not any(features.pending().values()), features.pending()
    finally:
        features.close()
        plugins.close()
        library.close()
    return {
        "hours": hours,
        "file_mb": sum(p.stat().st_size for p in media.iterdir()) / 1e6,
        "analyses": done.done,
        "seconds": done.seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_memory_mb": max([(done.peak_memory + own_memory()) / 1e6, *peaks]),
    }


def make_sound(path: Path, hours: float) -> None:
    """Write a long sound file at a small rate: chords that change every half minute, with noise."""
    import soundfile

    rate = 16000
    rng = np.random.default_rng(1)
    times = np.arange(30 * rate) / rate
    with soundfile.SoundFile(path, "w", samplerate=rate, channels=1, format="MP3") as out:
        for _ in range(int(hours * 120)):
            tones = sum(np.sin(2 * np.pi * f * times) for f in rng.uniform(80, 2000, 3)) / 5
            out.write((tones + rng.normal(0, 0.02, len(times))).astype(np.float32))


if __name__ == "__main__":
    print(main())
