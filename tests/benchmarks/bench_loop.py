"""The whole main job on real media by the command line: seconds per step, failures, and what is recommended.

``AVREC_BENCH_MEDIA`` names a folder whose ``music/<soundtrack>/`` folders are labels. A profile likes six tracks of one
soundtrack; the figure is how many of the ten recommendations come from that soundtrack, beside chance.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LIKED = os.environ.get("AVREC_BENCH_SOUNDTRACK", "singularity-music")


def _avrec(library: str, *words: str) -> tuple[Any, float]:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "avrec_desktop", "--library", library, "--json", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"avrec {words[0]}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout), round(time.monotonic() - start, 2)


def main() -> dict[str, Any]:
    """Run scan, extract, six likes, train and recommend; return counts, seconds and the picks."""
    media = os.environ.get("AVREC_BENCH_MEDIA")
    if not media:
        raise RuntimeError("set AVREC_BENCH_MEDIA to a folder of real media")
    report: dict[str, Any] = {"seconds": {}}
    with tempfile.TemporaryDirectory() as library:
        scan, report["seconds"]["scan"] = _avrec(library, "scan", media)
        rescan, report["seconds"]["rescan"] = _avrec(library, "scan")
        items, _ = _avrec(library, "items")
        extract, report["seconds"]["extract"] = _avrec(library, "extract")
        report |= {
            "scan": {k: v if k != "failed" else len(v) for k, v in scan.items()},
            "rescan": {k: v if k != "failed" else len(v) for k, v in rescan.items()},
            "audio": sum(i["kind"] == "audio" for i in items),
            "video": sum(i["kind"] == "video" for i in items),
            "extract": {k: v if k != "failed" else len(v) for k, v in extract.items()},
            "failures": scan["failed"] + extract["failed"],
        }
        tracks = [i for i in items if _label(i["path"], media) == LIKED and i["duration"] > 30]
        for item in tracks[:6]:
            _avrec(library, "--profile", "bench", "rate", str(item["id"]), "like")
        train, report["seconds"]["train"] = _avrec(library, "--profile", "bench", "train")
        picks, report["seconds"]["recommend"] = _avrec(library, "--profile", "bench", "recommend", "-n", "10")
        labels = [_label(p["path"], media) for p in picks]
        report |= {
            "liked": [i["title"] for i in tracks[:6]],
            "train": {k: train[k] for k in ("model", "items", "interactions", "epochs", "metrics")},
            "picks": [
                {"label": label, "title": p["title"], "score": round(p["score"], 3), "reason": p["reason"]}
                for label, p in zip(labels, picks, strict=True)
            ],
            "same_soundtrack": sum(label == LIKED for label in labels),
            "chance": round(10 * max(0, len(tracks) - 6) / max(1, len(items)), 2),
        }
    return report


def _label(path: str, media: str) -> str:
    parts = Path(path).relative_to(Path(media).resolve()).parts
    return parts[1] if len(parts) > 2 and parts[0] in {"music", "video"} else parts[0]


if __name__ == "__main__":
    print(json.dumps(main(), ensure_ascii=False, indent=1))
