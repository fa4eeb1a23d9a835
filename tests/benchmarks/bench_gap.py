"""How long it is quiet between two tracks of the queue, by the sound that the player hands out.

``AVREC_BENCH_CHANGES`` says how many changes (8). Told in milliseconds from the end of the last sound of one track to
the first sound of the next; what a sound device adds is not in it.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QAudioBuffer, QAudioBufferOutput

from avrec_desktop.library.types import Item
from tests.benchmarks.bench_lists import _pump

_RATE, _SECONDS = 44100, 1.5


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
            soundfile.write(path, 0.1 * np.sin(np.arange(int(_SECONDS * _RATE)) / (10 + n)), _RATE)
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
        player.play_items(items)
        _pump(lambda: player.item is None, 20 + 3 * _SECONDS * changes)
        player.stop()
    if len(gaps) != changes:
        raise RuntimeError(f"{len(gaps)} changes were heard instead of {changes}")
    app.processEvents()
    figures = {f"p{p}_ms": round(float(np.percentile(gaps, p)), 1) for p in (50, 95, 100)}
    return {"load": round(psutil.getloadavg()[0], 1), "changes": changes, **figures}


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
