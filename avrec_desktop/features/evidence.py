"""What speaks for a topic or mood of an item: tags, words, meaning and the measured sound, each with its source."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.library.vocabulary import Vocabulary

#: Sources in the order in which they are named.
SOURCES = ("sound", "picture", "words", "meaning", "user")
#: How surely a word in a field says what the item is about.
FIELD_WEIGHTS: Mapping[str, float] = {
    "title": 0.55,
    "series": 0.5,
    "album": 0.45,
    "description": 0.5,
    "folders": 0.35,
    "file_name": 0.35,
    "lyrics": 0.3,
}
#: Probability from which a topic or mood is kept, and at most so many of each kind.
SHOWN, MOST_TOPICS, MOST_MOODS = 0.2, 8, 5
#: What the mood of the measured sound can say at most, and how far a mood reaches in valence and energy.
_SOUND_MOOD, _REACH = 0.45, 0.4
#: Standard scores from which the meaning of the words speaks, and what it can say at most.
_MEANING_FROM, _MEANING_MOST = 2.3, 0.5


@dataclass
class Evidence:
    """Collects what is said of one item.

    Attributes:
        by_source: Source to (column of the vocabulary to probability).
    """

    by_source: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, source: str, column: int, p: float) -> None:
        """Note that ``source`` says so with probability ``p``; the surest word of one source counts."""
        said = self.by_source.setdefault(source, {})
        said[column] = max(said.get(column, 0.0), min(1.0, p))

    def add_tags(self, vocabulary: Vocabulary, source: str, tags: Iterable[tuple[str, float]]) -> None:
        """Note the concepts behind tags."""
        for name, p in tags:
            for column, surely in vocabulary.of_tag(name):
                self.add(source, column, surely * p)

    def add_words(self, vocabulary: Vocabulary, fields: Mapping[str, str]) -> None:
        """Note what the words of the fields (see :data:`FIELD_WEIGHTS`) name; several words say it more surely."""
        for name, text in fields.items():
            if not text:
                continue
            weight = FIELD_WEIGHTS[name]
            for column, count in vocabulary.find(text).items():
                self.add("words", column, 1.0 - (1.0 - weight) ** min(count, 3))

    def add_sound(self, vocabulary: Vocabulary, descriptors: Mapping[str, float]) -> None:
        """Note the moods near the place of the measured sound in valence and energy."""
        place = sound_mood(descriptors)
        if place is None:
            return
        for column, concept in enumerate(vocabulary.concepts):
            if concept.kind == "mood":
                distance = math.hypot(place[0] - concept.valence, place[1] - concept.energy)
                self.add("sound", column, _SOUND_MOOD * math.exp(-((distance / _REACH) ** 2) / 2))

    def add_meaning(self, scores: Sequence[float] | NDArray[np.float64]) -> None:
        """Note what the meaning of the words comes near to: standard scores (n_concepts,) among all items."""
        for column, score in enumerate(scores):
            if score > _MEANING_FROM:
                self.add("meaning", column, _MEANING_MOST * (1.0 - math.exp(-(score - _MEANING_FROM))))

    def total(self, number: int) -> NDArray[np.float64]:
        """Return float64 (number,): the sources as independent witnesses, ``1 - prod(1 - p)``."""
        missing = np.ones(number)
        for said in self.by_source.values():
            for column, p in said.items():
                missing[column] *= 1.0 - p
        return np.asarray(1.0 - missing)

    def sources(self, column: int) -> dict[str, float]:
        """Return who says so, and how surely."""
        return {s: round(self.by_source[s][column], 3) for s in SOURCES if column in self.by_source.get(s, {})}


def sound_mood(descriptors: Mapping[str, float]) -> tuple[float, float] | None:
    """Return valence and energy in [-1, 1] of measured sound, or None without tempo and loudness.

    Energy rises with loudness, tempo and brightness, valence with a clear major key and tempo: the cues on which
    listeners agree most (Gabrielsson and Lindström 2010; Eerola and Vuoskoski 2011).
    """
    if "tempo" not in descriptors or "loudness" not in descriptors:
        return None
    tempo = _share(descriptors["tempo"], 60.0, 170.0)
    loud = _share(descriptors["loudness"], -30.0, -9.0)
    bright = _share(descriptors.get("brightness", 800.0), 400.0, 1500.0)
    energy = 2.0 * (0.25 * tempo + 0.5 * loud + 0.25 * bright) - 1.0
    mode = 0.0
    if "minor" in descriptors:
        mode = (-1.0 if descriptors["minor"] >= 0.5 else 1.0) * min(1.0, descriptors.get("key_strength", 0.5))
    valence = 0.75 * mode + 0.25 * (2.0 * tempo - 1.0)
    return max(-1.0, min(1.0, valence)), energy


def _share(value: float, low: float, high: float) -> float:
    return max(0.0, min(1.0, (value - low) / (high - low)))


def strongest(vocabulary: Vocabulary, total: NDArray[np.float64]) -> list[int]:
    """Return the columns to keep of one item, surest first: what is likely enough, a few of each kind."""
    out: list[int] = []
    for kind, most in (("topic", MOST_TOPICS), ("mood", MOST_MOODS)):
        columns = [i for i, c in enumerate(vocabulary.concepts) if c.kind == kind and total[i] >= SHOWN]
        out += sorted(columns, key=lambda i: (-total[i], i))[:most]
    return out
