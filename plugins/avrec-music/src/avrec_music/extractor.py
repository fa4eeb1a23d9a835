"""What music sounds like: two tagging networks and timbre, side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, plugin_options
from avrec_music import timbre
from avrec_music.descriptors import describe_sound
from avrec_music.labels import VOCABULARY, name_tags, tag_matrix
from avrec_music.network import Musicnn, Output
from avrec_music.spectrogram import RATE, LogMel

Matrix = NDArray[np.float32]

#: Length of the vector, and excerpts that go through the networks: more say little more.
DIM, EXCERPTS = 256, 6
#: Root mean square below which an excerpt counts as silent.
_SILENCE = 1e-3
#: Samples of an excerpt of 3 s; shorter ones are padded.
_SAMPLES = 3 * RATE
#: Least samples from one repetition of a short sound to the next, so that clicks do not become a tone.
_APART = RATE // 2
_WEIGHTS = Path(__file__).with_name("weights")


class Music(FeatureExtractor):
    """Embeddings of musicnn (Million Song Dataset and MagnaTagATune) with timbre beside them.

    The values are standardised and turned to the 256 directions in which music differs most; ``tools/fit_space.py``
    made the constants. Salience of an excerpt is how typical and how loud it is.
    """

    id = "music"
    version = 1
    name = "Music"
    modality = "audio"
    dim = DIM
    tags = VOCABULARY

    def open(self) -> None:
        """Load the networks (6 MB)."""
        self._spectrogram = LogMel()
        network: Callable[..., Callable[[Matrix], Output]] = Musicnn
        if plugin_options("music").get("backend") == "keras":
            from avrec_music.keras_network import KerasMusicnn

            network = KerasMusicnn
        with np.load(_WEIGHTS / "musicnn.npz", allow_pickle=False) as weights:
            self._msd, self._mtt = network(weights, "MSD/"), network(weights, "MTT/")
        with np.load(_WEIGHTS / "space.npz", allow_pickle=False) as space:
            self._mean, self._axes = space["mean"], space["axes"].astype(np.float32)

    def extract(self, media: MediaSource) -> Features:
        """Return embedding, tags and descriptors of the excerpts; nothing for silence.

        Raises:
            MediaError: The file has no decodable sound.
        """
        patches = media.audio(RATE)
        level = np.sqrt((patches.samples**2).mean(axis=1))
        heard = np.flatnonzero(level > _SILENCE)
        if not len(heard):
            return Features(np.zeros(DIM, np.float32))
        if len(heard) > EXCERPTS:
            heard = heard[np.linspace(0, len(heard) - 1, EXCERPTS).round().astype(int)]
        samples = patches.samples[heard]
        if samples.shape[1] < _SAMPLES:
            samples = np.pad(samples, ((0, 0), (0, _SAMPLES - samples.shape[1])))
        filled = _filled(samples)
        spectrograms = self._spectrogram(filled)
        msd, mtt = self._msd(spectrograms), self._mtt(spectrograms)
        raw = np.concatenate([msd.embedding, mtt.embedding, timbre.describe(spectrograms)], axis=1)
        rows = (raw - self._mean) @ self._axes
        vector = _unit(rows.mean(axis=0)[None])[0]
        segments = _unit(rows)
        starts = patches.starts[heard]
        length = patches.samples.shape[1] / RATE
        if media.info.duration > 0:
            length = min(length, media.info.duration)
        loud = 20 * np.log10(level[heard] / level[heard].max())
        return Features(
            vector=vector,
            segments=segments,
            times=np.stack([starts, starts + length], axis=1).astype(np.float64),
            salience=(segments @ vector + np.clip(loud / 20.0, -1.0, 0.0)).astype(np.float32),
            tags=name_tags(tag_matrix(msd.tags.mean(axis=0)[None], mtt.tags.mean(axis=0)[None])[0]),
            segment_tags=tag_matrix(msd.tags, mtt.tags),
            # the tempo of a repeated sound would be made up
            descriptors=describe_sound(samples, spectrograms if filled is samples else self._spectrogram(samples)),
        )


def _filled(samples: Matrix) -> Matrix:
    """Return a lone excerpt (1, n) that ends in silence with what sounds repeated, and others as they are.

    A file shorter than an excerpt is followed by silence, which would be most of what the networks hear.
    """
    if len(samples) > 1 or samples[0, -1]:
        return samples
    sounding = max(len(np.trim_zeros(samples[0], "b")), _APART)
    return np.resize(samples[0, :sounding], samples.shape)


def _unit(rows: Matrix) -> Matrix:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
