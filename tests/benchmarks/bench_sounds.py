"""Sounds that are not music: the fused audio vector must not be below its parts.

``AVREC_BENCH_SOUNDS`` names a folder with two unpacked Debian packages (``apt-get download``, ``dpkg-deb -x``):
``sonic-pi-samples`` (single sounds whose name begins with the kind of instrument) and ``asterisk-core-sounds-en-wav``
(recorded speech, and silence); ``AVREC_BENCH_MEDIA`` names the folder with ``music``. Leave one out, five nearest,
share of sounds whose kind most of them have.

All views are compared as the application compares them: centred and half-whitened for the library
(:func:`avrec_desktop.features.space.fit_part`), and an item of which nothing is to be heard has no vector, is near
nothing that sounds, and stands with others of its kind. A zero vector among vectors of unit length would be the nearest
of all to everything that has no close neighbour. ``raw`` is the vector of the plugin as it is.

Bars: the fused vector at least level with MFCC (mean and deviation of 25 coefficients) for instruments and for speech,
music and silence, and no further below the better of MFCC and networks than two standard errors.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from avrec_desktop.api import MediaError, MediaInfo, MediaText
from avrec_desktop.features.media import DecodedMedia
from avrec_desktop.features.space import PART_DIM, fit_part

sys.path.append(str(Path(__file__).parents[2] / "plugins" / "avrec-music" / "src"))

#: Kinds of instruments with fewer sounds are left out; sounds of each of speech and music; nearest asked;
#: excerpts of each that MFCC and the networks alone get (the fused vector has its own).
_LEAST, _EACH, _NEAREST, _EXCERPTS = 8, 25, 5, 3


def main() -> dict[str, Any]:
    """Describe all sounds in three ways and compare."""
    from avrec_music import Music

    sounds, media = os.environ.get("AVREC_BENCH_SOUNDS"), os.environ.get("AVREC_BENCH_MEDIA")
    if not sounds or not media:
        return {"skipped": "AVREC_BENCH_SOUNDS and AVREC_BENCH_MEDIA are not both set"}
    music = Music()
    music.open()
    result: dict[str, Any] = {}
    for name, files in (("instruments", instruments(Path(sounds))), ("kinds", kinds(Path(sounds), Path(media)))):
        assert files, f"no sounds were found for {name}"
        views: dict[str, list[np.ndarray]] = {"mfcc": [], "musicnn": [], "fused": []}
        labels: list[str] = []
        for path, label in files:
            try:
                found = _describe(music, path)
            except MediaError:
                continue
            labels.append(label)
            for view, vector in found.items():
                views[view].append(vector)
        heard = np.array([vector.any() for vector in views["fused"]])
        rows = {view: np.stack(found) for view, found in views.items()}
        rows["mfcc"] = _standardised(rows["mfcc"])
        accuracy = {view: five_nearest(_in_space(found, heard), labels) for view, found in rows.items()}
        accuracy["raw"] = five_nearest(rows["fused"], labels)
        result[name] = {"sounds": dict(Counter(labels)), **{view: round(v, 3) for view, v in accuracy.items()}}
    for name, figures in result.items():
        best = max(figures["mfcc"], figures["musicnn"])
        noise = 2 * (best * (1 - best) / sum(figures["sounds"].values())) ** 0.5
        assert figures["fused"] >= max(figures["mfcc"], best - noise), (name, result)
    return result


def instruments(folder: Path) -> list[tuple[Path, str]]:
    """Return single sounds with the first word of their names."""
    files = [(p, p.name.split("_")[0]) for p in sorted(folder.rglob("sonic-pi/samples/*.flac"))]
    number = Counter(label for _, label in files)
    return [(path, label) for path, label in files if number[label] >= _LEAST]


def kinds(sounds: Path, media: Path) -> list[tuple[Path, str]]:
    """Return speech, music and silence."""
    spoken = [p for p in sorted(sounds.rglob("asterisk/sounds/*/*.wav")) if p.stat().st_size > 30_000]
    songs = [p for p in sorted((media / "music").rglob("*.ogg")) if p.stat().st_size > 500_000]
    out = [(p, "speech") for p in spoken[:: max(1, len(spoken) // _EACH)][:_EACH]]
    out += [(p, "music") for p in songs[:: max(1, len(songs) // _EACH)][:_EACH]]
    return out + [(p, "silence") for p in sorted(sounds.rglob("asterisk/sounds/*/silence/*.wav"))]


def five_nearest(rows: np.ndarray, labels: list[str]) -> float:
    """Return the share of unit rows whose label most of their nearest have; of equals the nearest decides.

    Rows of zeros are near each other only.
    """
    near = rows @ rows.T
    silent = ~rows.any(axis=1)
    near[np.ix_(silent, silent)] = 1.0
    near[silent[:, None] != silent[None, :]] = -1.0
    np.fill_diagonal(near, -np.inf)
    right = 0
    for row, label in zip(near, labels, strict=True):
        nearest = [labels[i] for i in np.argsort(-row, kind="stable")[:_NEAREST]]
        right += Counter(nearest).most_common(1)[0][0] == label
    return right / len(labels)


def _describe(music: Any, path: Path) -> dict[str, np.ndarray]:
    from avrec_music import timbre
    from avrec_music.spectrogram import RATE

    media = DecodedMedia(MediaInfo(1, str(path), "audio", 0.0, True, False), MediaText())
    samples = media.audio(RATE).samples
    samples = samples[np.linspace(0, len(samples) - 1, min(len(samples), _EXCERPTS)).round().astype(int)]
    samples = np.pad(samples, ((0, 0), (0, max(0, 3 * RATE - samples.shape[1]))))
    spectrograms = music._spectrogram(samples)
    networks = [network(spectrograms).embedding.mean(axis=0) for network in (music._msd, music._mtt)]
    cepstra = timbre.describe(spectrograms)[:, :50]  # mean and deviation of 25 coefficients
    return {
        "mfcc": cepstra.mean(axis=0),
        "musicnn": np.concatenate([n / max(float(np.linalg.norm(n)), 1e-9) for n in networks]),
        "fused": music.extract(media).vector,
    }


def _standardised(matrix: np.ndarray) -> np.ndarray:
    return (matrix - matrix.mean(axis=0)) / np.maximum(matrix.std(axis=0), 1e-6)


def _in_space(rows: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """Return what the application makes of the vectors of a library, where ``heard`` tells those that have one."""
    rows = rows.astype(np.float32)
    out = np.zeros((len(rows), PART_DIM), np.float32)
    out[heard] = fit_part(rows[heard]).apply(rows[heard])
    return out
