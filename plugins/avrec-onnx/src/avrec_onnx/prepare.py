"""Media as networks take them: pictures of one size, windows of sound, passages of words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import AudioPatches, Frames, MediaText
from avrec_onnx.config import Mel, ModelSpec

#: Most characters of a passage; longer texts are read in as many passages as :data:`_PASSAGES` says.
_LONGEST, _PASSAGES = 1500, 4


def pictures(frames: Frames, spec: ModelSpec) -> NDArray[np.float32]:
    """Return frames as the network takes them, float32 (n, 3, h, w) or (n, h, w, 3).

    The picture is scaled so that ``size / crop`` fits into it, and the middle is taken.
    """
    from PIL import Image

    height, width = spec.size
    out = np.empty((len(frames.pixels), height, width, 3), np.float32)
    for row, pixels in enumerate(frames.pixels):
        factor = max(height / pixels.shape[0], width / pixels.shape[1]) / spec.crop
        shape = (max(width, round(pixels.shape[1] * factor)), max(height, round(pixels.shape[0] * factor)))
        scaled = np.asarray(Image.fromarray(pixels).resize(shape, Image.Resampling.BICUBIC))
        top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
        out[row] = scaled[top : top + height, left : left + width]
    if spec.bgr:
        out = out[..., ::-1]
    out = _normalised(out, spec)
    return np.ascontiguousarray(out.transpose(0, 3, 1, 2) if spec.layout == "nchw" else out)


def sounds(patches: AudioPatches, spec: ModelSpec) -> NDArray[np.float32]:
    """Return excerpts as the network takes them: float32 (n, samples) or (n, time, bands), perhaps with a channel.

    An excerpt shorter than the window is repeated until it fills it, as CLAP was trained.
    """
    length = round(spec.window * spec.rate)
    samples = patches.samples
    repeats = -(-length // max(1, samples.shape[1]))
    out = np.tile(samples, (1, repeats))[:, :length].astype(np.float32)
    if spec.mel is not None:
        out = np.stack([_spectrogram(row, spec.rate, spec.mel) for row in out])
    out = _normalised(out, spec)
    return np.ascontiguousarray(out[:, None] if spec.channel_axis else out)


def passages(text: MediaText) -> list[tuple[str, float]]:
    """Return what is known of an item in words, with weights: what names it, then a few pieces of each longer text."""
    named = (text.title or text.file_name.rsplit(".", 1)[0], text.artist, text.album, text.genre, *text.tags)
    first = ", ".join(dict.fromkeys(part.strip() for part in named if part.strip()))
    found = [(first, 1.0)] if first else []
    lines = " ".join(line.text for line in text.subtitles)
    for longer, weight in ((text.description, 0.8), (lines, 0.5), (text.lyrics, 0.4), (text.transcript, 0.6)):
        pieces = _pieces(longer.strip())
        found += [(piece, weight / len(pieces)) for piece in pieces]
    return found


def _pieces(text: str) -> list[str]:
    if len(text) <= _LONGEST:
        return [text] if text else []
    number = min(_PASSAGES, -(-len(text) // _LONGEST))
    return [text[i * (len(text) - _LONGEST) // (number - 1) :][:_LONGEST] for i in range(number)]


def _spectrogram(samples: NDArray[np.float32], rate: int, mel: Mel) -> NDArray[np.float32]:
    """Return decibels relative to full scale, float32 (bands, time) or (time, bands)."""
    import librosa

    high = mel.high or rate / 2
    power = librosa.feature.melspectrogram(
        y=samples, sr=rate, n_fft=mel.fft, hop_length=mel.hop, n_mels=mel.bands, fmin=mel.low, fmax=min(high, rate / 2)
    )
    decibels = np.asarray(librosa.power_to_db(power, ref=1.0, top_db=None), np.float32)
    return decibels.T if mel.time_first else decibels


def _normalised(values: NDArray[np.float32], spec: ModelSpec) -> NDArray[np.float32]:
    mean, std = np.asarray(spec.mean, np.float32), np.asarray(spec.std, np.float32)
    return np.asarray((values * np.float32(spec.scale) - mean) / std, np.float32)
