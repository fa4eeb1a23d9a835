"""Fit the constants that bring networks and timbre into one space of 256 directions.

    python tools/fit_space.py FOLDER_WITH_ONE_FOLDER_PER_ALBUM src/avrec_music/weights/space.npz

Of every two albums, by name, the first is used, so that the others can tell how good the result is; at most 8 tracks of
at least 30 s each. Only means, deviations and principal directions of the whole are kept.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parents[3])]

#: Weight of the timbre beside each network, and number of directions kept.
TIMBRE_WEIGHT, DIM = 0.5, 256
_BLOCKS = (200, 200)
_TRACKS, _SECONDS = 8, 30.0


def fit(rows: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return mean (d,) and axes (d, 256) of excerpts float32 (n, d): ``(x - mean) @ axes`` is the vector."""
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    rest = rows.shape[1] - sum(_BLOCKS)
    weights = np.concatenate(
        [np.full(size, size**-0.5) for size in _BLOCKS] + [np.full(rest, TIMBRE_WEIGHT * rest**-0.5)]
    )
    scale = weights / spread
    values, directions = np.linalg.eigh(np.cov((rows - mean) * scale, rowvar=False))
    kept = directions[:, np.argsort(-values)[:DIM]]
    kept *= np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(DIM)])
    return {"mean": mean.astype(np.float32), "axes": (scale[:, None] * kept).astype(np.float32)}


def gather(root: Path) -> NDArray[np.float32]:
    """Return the values of all excerpts of the albums used."""
    import av

    from avrec_desktop.api import MediaError, MediaInfo, MediaText
    from avrec_desktop.features.media import DecodedMedia
    from avrec_music import timbre
    from avrec_music.network import Musicnn
    from avrec_music.spectrogram import RATE, LogMel

    with np.load(Path(__file__).parents[1] / "src/avrec_music/weights/musicnn.npz") as data:
        networks = [Musicnn(data, name) for name in ("MSD/", "MTT/")]
    spectrogram, out = LogMel(), []
    for album in sorted(p for p in root.iterdir() if p.is_dir())[::2]:
        used = 0
        for path in sorted(p for p in album.rglob("*") if p.is_file()):
            try:
                with av.open(str(path)) as container:
                    seconds = (container.duration or 0) / 1e6
                if seconds < _SECONDS:
                    continue
                samples = (
                    DecodedMedia(MediaInfo(1, str(path), "audio", seconds, True, False), MediaText())
                    .audio(RATE)
                    .samples
                )
            except (MediaError, av.error.FFmpegError):
                continue
            image = spectrogram(samples)
            out.append(np.concatenate([n(image).embedding for n in networks] + [timbre.describe(image)], axis=1))
            used += 1
            if used == _TRACKS:
                break
        print(album.name, used, flush=True)
    return np.concatenate(out)


def main() -> None:
    """Fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("music", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    np.savez_compressed(arguments.target, **fit(gather(arguments.music)))


if __name__ == "__main__":
    main()
