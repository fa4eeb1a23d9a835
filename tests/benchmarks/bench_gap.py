"""How long it is quiet between two tracks of the queue, by the sound that the player hands out and at the device.

``AVREC_BENCH_CHANGES`` says how many changes (8). Told in milliseconds from the end of the last sound of one track to
the first sound of the next. Where ``AVREC_BENCH_MONITOR`` names the monitor of a PulseAudio sink, it is recorded by
``parec`` and what is quiet there is told as well; the sink may be a null sink.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QAudioBuffer, QAudioBufferOutput

from avrec_desktop.library.types import Item
from tests.benchmarks.bench_lists import _pump

_RATE, _SECONDS = 44100, 1.5
#: Hertz from the tone of one track to that of the next, and the loudest sample of 32767 that counts as quiet.
_APART, _SILENT = 60, 200


@contextlib.contextmanager
def _recorded(path: Path) -> Iterator[None]:
    """Record what the sound device plays, as mono of 16 bits, where it is known."""
    device = os.environ.get("AVREC_BENCH_MONITOR")
    if not device:
        yield
        return
    command = ["parec", "-d", device, "--format=s16le", f"--rate={_RATE}", "--channels=1", "--latency-msec=20"]
    with path.open("wb") as file, subprocess.Popen(command, stdout=file) as recorder:
        time.sleep(1.0)  # nothing tells when it has begun
        yield
        time.sleep(1.0)
        recorder.terminate()


def _tone(samples: NDArray[np.float64]) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
    return float(spectrum.argmax() * _RATE / (8 * len(samples)))


def _quiet(path: Path) -> list[float]:
    """Return how many milliseconds it was quiet wherever one tone followed another in a recording."""
    sound = np.fromfile(path, np.int16).astype(np.float64)
    heard = np.flatnonzero(np.abs(sound) > _SILENT)
    out = []
    for at in np.flatnonzero(np.diff(heard) > 0.002 * _RATE):
        end, start = heard[at], heard[at + 1]
        before, after = sound[max(0, end - 2000) : end], sound[start : start + 2000]
        if min(len(before), len(after)) == 2000 and abs(_tone(before) - _tone(after)) > _APART / 2:
            out.append(1000.0 * (start - end) / _RATE)
    return out


def _figures(gaps: list[float]) -> dict[str, float]:
    return {f"p{p}_ms": round(float(np.percentile(gaps, p)), 1) for p in (50, 95, 100)} | {"number": len(gaps)}


def main() -> dict[str, Any]:
    """Return the figures."""
    from avrec_desktop.ui.app import make_application
    from avrec_desktop.ui.player import Player

    changes = int(os.environ.get("AVREC_BENCH_CHANGES", "8"))
    app = make_application()
    gaps: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        items = []
        for n in range(changes + 1):
            path = Path(scratch) / f"{n}.flac"
            turns = (400 + _APART * n) * np.arange(int(_SECONDS * _RATE)) / _RATE
            soundfile.write(path, 0.3 * np.sin(2 * np.pi * turns), _RATE)
            items.append(
                Item(n + 1, str(path), "audio", "ready", f"Tone {n}", duration=_SECONDS, has_audio=True, available=True)
            )
        player, sound = Player(), QAudioBufferOutput()
        player.media.setAudioBufferOutput(sound)
        last: list[float] = []  # where the sound of before ends: (time, start in its track)

        def heard(buffer: QAudioBuffer) -> None:
            if buffer.duration() <= 0:
                return
            now, start = time.perf_counter(), buffer.startTime() / 1e6
            if last and start < last[1]:
                gaps.append(1000 * (now - last[0]))
            last[:] = now + buffer.duration() / 1e6, start

        sound.audioBufferReceived.connect(heard, Qt.ConnectionType.DirectConnection)
        record = Path(scratch) / "record.raw"
        with _recorded(record):
            player.play_items(items)
            _pump(lambda: player.item is None, 20 + 3 * _SECONDS * changes)
        player.stop()
        device = {"at_device": _figures(_quiet(record))} if record.exists() else {}
    if len(gaps) != changes:
        raise RuntimeError(f"{len(gaps)} changes were heard instead of {changes}")
    app.processEvents()
    return {"load": round(psutil.getloadavg()[0], 1), "changes": changes, **_figures(gaps), **device}


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
