"""Finds speech in a stream of sound and packs it into clips for the model, so that silence and music cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avrec_speech.model import RATE

Sound = NDArray[np.float32]
#: A stretch of speech, in samples.
Stretch = tuple[int, int]

#: Seconds of sound held at a time.
BLOCK = 150.0
#: Longest clip, seconds; the model hears 30.
CLIP = 29.5
#: Samples that the detector judges at a time.
FRAME = 512
#: Probability from which a frame is speech, and seconds of it from which an excerpt has some.
THRESHOLD, SOME = 0.5, 0.5
#: Seconds of silence put between stretches of a clip that were not neighbours.
_GAP = 0.25


@dataclass(frozen=True, slots=True)
class Clip:
    """Stretches of speech, one after the other.

    Attributes:
        sound: float32 (n_samples,).
        inside: float64 (n,), where each stretch starts in the clip, seconds.
        outside: float64 (n,), where it starts in the file.
        lengths: float64 (n,), seconds.
    """

    sound: Sound
    inside: NDArray[np.float64]
    outside: NDArray[np.float64]
    lengths: NDArray[np.float64]

    def time(self, seconds: float) -> float:
        """Return the time in the file of a time in the clip; what lies in a gap belongs to the stretch before it."""
        at = max(0, int(np.searchsorted(self.inside, seconds, side="right")) - 1)
        return float(self.outside[at] + min(seconds - self.inside[at], self.lengths[at]))


def probabilities(sound: Sound) -> NDArray[np.float32]:
    """Return the probability of speech in each frame of :data:`FRAME` samples (Silero VAD)."""
    from faster_whisper.vad import get_vad_model

    padded = np.pad(sound, (0, -len(sound) % FRAME))
    return np.asarray(get_vad_model()(padded), np.float32).ravel()


def stretches(sound: Sound) -> list[Stretch]:
    """Return where somebody speaks, each at most :data:`CLIP` seconds long."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=THRESHOLD,
        min_speech_duration_ms=250,
        max_speech_duration_s=CLIP,
        min_silence_duration_ms=400,
        speech_pad_ms=200,
    )
    return [(found["start"], found["end"]) for found in get_speech_timestamps(sound, options)]


def speech_in(excerpts: NDArray[np.float32]) -> bool:
    """Return whether anybody speaks in excerpts, float32 (n, n_samples)."""
    frames = SOME * RATE / FRAME
    return any((probabilities(excerpt) > THRESHOLD).sum() >= frames for excerpt in excerpts)


def blocks(
    stream: Iterable[tuple[float, Sound]], find: Callable[[Sound], list[Stretch]] = stretches
) -> Iterator[tuple[float, Sound, list[Stretch]]]:
    """Yield (start in seconds, sound, its stretches) of pieces of the stream that end in silence.

    Args:
        stream: (start in seconds, float32 samples) windows in order.
        find: Finds the stretches.
    """
    began, held = 0.0, np.zeros(0, np.float32)
    for start, window in stream:
        if not len(held):
            began = start
        held = np.concatenate([held, window])
        if len(held) >= BLOCK * RATE:
            found = find(held)
            cut = _cut(found, len(held))
            yield began, held[:cut], [s for s in found if s[1] <= cut]
            held = held[cut:].copy()
            began += cut / RATE
    if len(held):
        yield began, held, find(held)


def _cut(found: Sequence[Stretch], length: int) -> int:
    """Return where to end a piece: before a stretch that may go on, if that leaves at least half of it."""
    if found and found[-1][1] > length - RATE and found[-1][0] > length // 2:
        return found[-1][0]
    return length


def clips(began: float, sound: Sound, found: Sequence[Stretch]) -> list[Clip]:
    """Pack stretches of a piece into as few clips as possible, in order."""
    groups: list[list[Stretch]] = []
    room = 0.0
    for stretch in found:
        length = (stretch[1] - stretch[0]) / RATE
        if not groups or length + _GAP > room:
            groups.append([])
            room = CLIP
        groups[-1].append(stretch)
        room -= length + _GAP
    return [_clip(began, sound, group) for group in groups]


def _clip(began: float, sound: Sound, group: Sequence[Stretch]) -> Clip:
    silence = np.zeros(round(_GAP * RATE), np.float32)
    pieces: list[Sound] = []
    inside: list[float] = []
    filled = 0
    for number, (start, end) in enumerate(group):
        if number and start > group[number - 1][1]:
            pieces.append(silence)
            filled += len(silence)
        inside.append(filled / RATE)
        pieces.append(sound[start:end])
        filled += end - start
    starts = np.array([s for s, _ in group], np.float64)
    ends = np.array([e for _, e in group], np.float64)
    return Clip(np.concatenate(pieces), np.array(inside), began + starts / RATE, (ends - starts) / RATE)
