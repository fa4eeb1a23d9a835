"""Writes down what is said: Silero VAD finds speech, Whisper (Radford et al. 2022) transcribes what it found."""

from __future__ import annotations

import re

import numpy as np

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, Passage, PluginError, Tag
from avrec_speech import model, windows
from avrec_speech.model import RATE, Line, Whisper

#: A line less sure than this (mean log probability), or repeating itself more (compression ratio), is not kept: what
#: Whisper makes of song and noise. The values are those of the Whisper paper's decoder.
LEAST_SURE, MOST_REPETITION = -1.0, 2.4
#: A line at least so probably no speech is kept only when it is surer than this.
NO_SPEECH, SURE = 0.6, -0.5
#: Seconds of speech below which nothing is written down.
LEAST_SPEECH = 1.0
#: Seconds up to which a sound file may be a song: longer ones are heard from beginning to end as films are.
LONGEST_SONG = 1200.0
#: A language heard with less than this probability is listened for again.
LANGUAGE_SURE = 0.6
_SOUND = re.compile(r"[\s\W]*[\[(*♪].*[\])*♪][\s\W]*", re.DOTALL)
_WORD = re.compile(r"\w")


class Speech(FeatureExtractor):
    """What is said, with times and language; no vector of its own (its words reach the extractors of words)."""

    id = "speech"
    version = model.version()
    name = "Speech"
    modality = "audio"
    dim = 0
    tags = ("speech",)

    def __init__(self) -> None:
        self._whisper: Whisper | None = None

    @classmethod
    def unavailable(cls) -> str | None:
        """Return what has to be installed or set, or None."""
        return model.problem()

    def extract(self, media: MediaSource) -> Features:
        """Return the transcript; empty features where nobody speaks.

        A sound file is first judged by the excerpts that all extractors share: a song whose excerpts hold no speech
        is not decoded as a whole. Films and long recordings are heard from beginning to end: speech can be sparse.

        Raises:
            MediaError: The sound cannot be decoded.
            PluginError: The model cannot be loaded.
        """
        nothing = Features(np.zeros(0, np.float32))
        short = media.info.kind == "audio" and media.info.duration <= LONGEST_SONG
        if short and not windows.speech_in(media.audio(RATE).samples):
            return nothing
        passages: list[Passage] = []
        spoken, sureness = model.language(), 1.0
        total = spoken_seconds = 0.0
        for began, sound, found in windows.blocks(media.audio_stream(RATE)):
            total += len(sound) / RATE
            seconds = sum(end - start for start, end in found) / RATE
            if seconds < min(LEAST_SPEECH, len(sound) / RATE / 2):
                continue
            clips = windows.clips(began, sound, found)
            known = spoken if sureness >= LANGUAGE_SURE else None
            lines, heard, p = self._model().write_down([clip.sound for clip in clips], known)
            if known is None:
                spoken, sureness = heard, p
            for clip, said in zip(clips, lines, strict=True):
                passages += [p for line in said if (p := _passage(clip, line)) is not None]
            spoken_seconds += seconds
        if not passages:
            return nothing
        share = spoken_seconds / max(total, 1e-9)
        # ten seconds of speech make a spoken recording; a few words in a long film hardly do
        tag = Tag("speech", min(1.0, max(share, min(1.0, spoken_seconds / 10.0) * 0.5) * 1.25))
        passages.sort(key=lambda passage: passage.start)
        descriptors = {"speech_share": share, "speech_seconds": spoken_seconds}
        return Features(
            np.zeros(0, np.float32), tags=(tag,), passages=tuple(passages), language=spoken, descriptors=descriptors
        )

    def close(self) -> None:
        """Free the model."""
        self._whisper = None

    def _model(self) -> Whisper:
        """Return the model, loaded when the first speech is heard: a library of songs never needs it."""
        if self._whisper is None:
            folder = model.model_folder()
            if folder is None or model.problem() is not None:
                raise PluginError(model.problem() or "there is no model", plugin="speech")
            self._whisper = Whisper(folder)
        return self._whisper


def _passage(clip: windows.Clip, line: Line) -> Passage | None:
    """Return a line with its times in the file, or None where it is not to be trusted."""
    text = " ".join(line.text.split())
    if not _WORD.search(text) or _SOUND.fullmatch(text):
        return None  # "[Music]", "(laughs)"
    if line.sureness < LEAST_SURE or line.repetition > MOST_REPETITION:
        return None
    if line.no_speech > NO_SPEECH and line.sureness < SURE:
        return None
    start = clip.time(line.start)
    return Passage(start, max(start, clip.time(line.end)), text)
