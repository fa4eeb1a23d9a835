"""Speech to text: CPU time for a second of sound, words wrong, memory; and what songs cost.

With espeak-ng installed, it speaks a text of known words in between noise; else, or as well, the spoken film
``wannaworktogether.mp4`` of the folder ``AVREC_BENCH_MEDIA`` is transcribed, and five songs of it must give nothing.
Bar: at most 0.15 CPU seconds for a second.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from avrec_desktop.api import MediaInfo, MediaText
from avrec_desktop.features.media import DecodedMedia

sys.path.append(str(Path(__file__).parents[2] / "plugins" / "avrec-speech" / "src"))

BAR = 0.15
TEXT = """The lighthouse keeper walked down to the water every morning before the sun came up. He carried a lantern in
one hand and a small basket of bread in the other. When the fishing boats came home he counted every one of them. Nobody
in the village remembered how many winters he had lived there. On Sunday the children asked him to tell a story about
the great storm. He told them about waves that were as high as the church, and about the ship that was never found. In
the evening he lit the lamp again and wrote the weather into a book. It was cold, but the sky was full of stars."""


def main() -> dict[str, Any]:
    """Transcribe what there is."""
    from avrec_speech import Speech

    missing = Speech.unavailable()
    if missing is not None:
        return {"skipped": missing}
    speech = Speech()
    out: dict[str, Any] = {}
    media = os.environ.get("AVREC_BENCH_MEDIA")
    if shutil.which("espeak-ng"):
        out["synthetic"] = _synthetic(speech)
    if media:
        film = next(Path(media).rglob("wannaworktogether.mp4"), None)
        if film is not None:
            out["film"] = _figures(speech, film, "video")[0]
        songs = sorted(p for p in Path(media).rglob("*.ogg") if p.stat().st_size > 1_500_000)
        out["songs"] = [_figures(speech, p, "audio")[0] for p in songs[:: max(1, len(songs) // 5)][:5]]
        assert all(song["passages"] == 0 for song in out["songs"]), out["songs"]
    if not out:
        return {"skipped": "espeak-ng is not installed and AVREC_BENCH_MEDIA is not set"}
    for name in ("synthetic", "film"):
        assert name not in out or out[name]["real_time_factor"] <= BAR, out
    return out | {"memory_mb": psutil.Process().memory_info().rss / 1e6}


def _synthetic(speech: Any) -> dict[str, Any]:
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "spoken.wav"
        command = ["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(target), " ".join(TEXT.split())]
        subprocess.run(command, check=True, timeout=60)
        sound, rate = soundfile.read(target, dtype="float32")
        noise = np.random.default_rng(0).normal(0, 0.003, (len(sound) // 2, 1)).astype(np.float32)[:, 0]
        soundfile.write(target, np.concatenate([noise, sound, noise]), rate)
        figures, said = _figures(speech, target, "video")
    return figures | {"words_wrong": word_errors(_words(TEXT), _words(said))}


def _figures(speech: Any, path: Path, kind: str) -> tuple[dict[str, Any], str]:
    source = DecodedMedia(MediaInfo(1, str(path), kind, 0.0, True, kind == "video"), MediaText())  # type: ignore[arg-type]
    began = time.process_time()
    found = speech.extract(source)
    cpu = time.process_time() - began
    seconds = _length(path)
    return {
        "file": path.name,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "real_time_factor": cpu / seconds,
        "passages": len(found.passages),
        "language": found.language,
        **found.descriptors,
    }, " ".join(p.text for p in found.passages)


def _length(path: Path) -> float:
    import av

    with av.open(str(path)) as container:
        return float(container.duration or 0) / 1e6


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def word_errors(wanted: list[str], got: list[str]) -> float:
    """Return the word error rate: edits of words (Levenshtein) over the number of words wanted."""
    row = np.arange(len(got) + 1)
    for i, word in enumerate(wanted, 1):
        costs = [i]
        for j, other in enumerate(got, 1):
            costs.append(min(row[j] + 1, costs[-1] + 1, row[j - 1] + (word != other)))
        row = np.array(costs)
    return float(row[-1]) / max(1, len(wanted))
