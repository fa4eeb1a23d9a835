"""The published vocabulary of topics and moods (``resources/vocabulary.toml``), and what of it a text names."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from avrec_desktop import paths
from avrec_desktop.library.words import fold

ConceptKind = Literal["topic", "mood"]

_WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)?")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
#: Words of the longest phrase that is looked for.
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Concept:
    """One topic or mood.

    Attributes:
        key: Stands in the database and in searches.
        names: Name for people by language code (``en``, ``zh``).
        tags: Tags that say so, lower case, and how surely.
        about: Sentences whose meaning is compared with the words around an item.
        valence: Of a mood, -1 to 1 (Russell 1980), like ``energy``; 0 for topics.
    """

    kind: ConceptKind
    key: str
    names: Mapping[str, str]
    words: tuple[str, ...]
    words_zh: tuple[str, ...]
    tags: Mapping[str, float]
    about: tuple[str, ...]
    valence: float = 0.0
    energy: float = 0.0


@dataclass(frozen=True)
class Vocabulary:
    """All concepts, topics first; an index into them is a column of every matrix of topics and moods.

    Attributes:
        version: Changes when the concepts or their words change; items are then worked out again.
        kinds: Words of a search that ask for ``audio`` or ``video``, folded.
    """

    version: int
    concepts: tuple[Concept, ...]
    kinds: Mapping[str, tuple[str, ...]]
    _phrases: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _dense: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _tags: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)

    @property
    def topics(self) -> tuple[Concept, ...]:
        """The topics, in order."""
        return tuple(c for c in self.concepts if c.kind == "topic")

    @property
    def moods(self) -> tuple[Concept, ...]:
        """The moods, in order."""
        return tuple(c for c in self.concepts if c.kind == "mood")

    def index(self, kind: str, key: str) -> int | None:
        """Return the column of a concept, or None for an unknown one."""
        return next((i for i, c in enumerate(self.concepts) if c.kind == kind and c.key == key), None)

    def find(self, text: str) -> dict[int, int]:
        """Return the concepts that a text names, with how many different words of each.

        Whole words and phrases count, plurals included; Chinese words count wherever they stand.
        """
        found: dict[int, set[str]] = {}
        folded = fold(text)
        tokens = _WORD.findall(folded)
        for size in range(1, _LONGEST + 1):
            for start in range(len(tokens) - size + 1):
                head = " ".join(tokens[start : start + size - 1])
                for last in _singulars(tokens[start + size - 1]):
                    phrase = f"{head} {last}" if head else last
                    for concept in self._phrases.get(phrase, ()):
                        found.setdefault(concept, set()).add(phrase)
        if _DENSE.search(folded):
            for word, concepts in self._dense.items():
                if word in folded:
                    for concept in concepts:
                        found.setdefault(concept, set()).add(word)
        return {concept: len(words) for concept, words in found.items()}

    def of_tag(self, name: str) -> tuple[tuple[int, float], ...]:
        """Return the concepts behind a tag, with how surely: those that list it, or else those it names."""
        listed = self._tags.get(name.casefold())
        if listed is not None:
            return listed
        return tuple((concept, 0.9) for concept in self.find(name))

    def asks_for(self, text: str) -> str | None:
        """Return ``audio`` or ``video`` when a search asks for one of the two."""
        folded = fold(text)
        tokens = set(_WORD.findall(folded))
        asked = {
            kind
            for kind, words in self.kinds.items()
            if any((w in folded) if _DENSE.search(w) else (w in tokens) for w in words)
        }
        return asked.pop() if len(asked) == 1 else None


@functools.cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that comes with the app."""
    return load(paths.resources() / "vocabulary.toml")


def label(key: str, language: str) -> str:
    """Return the name of a topic or mood in a language (``zh_CN``, ``en`` ...); the key itself when unknown."""
    names = _names().get(key)
    if names is None:
        return key
    return names.get(language.split("_")[0].split("-")[0].lower(), names["en"])


@functools.cache
def _names() -> dict[str, Mapping[str, str]]:
    return {concept.key: concept.names for concept in vocabulary().concepts}


def load(path: Path) -> Vocabulary:
    """Read a vocabulary file.

    Raises:
        KeyError: A field is missing; the file comes with the app, so this is a fault of the app.
    """
    data = tomllib.loads(path.read_text("utf-8"))
    concepts = tuple(_concept("topic", t) for t in data["topic"]) + tuple(_concept("mood", m) for m in data["mood"])
    phrases: dict[str, list[int]] = {}
    dense: dict[str, list[int]] = {}
    tags: dict[str, list[tuple[int, float]]] = {}
    for index, concept in enumerate(concepts):
        for word in (*concept.words, concept.key):
            phrase = " ".join(_WORD.findall(fold(word)))
            if index not in phrases.setdefault(phrase, []):
                phrases[phrase].append(index)
        for word in concept.words_zh:
            dense.setdefault(fold(word), []).append(index)
        for name, surely in concept.tags.items():
            tags.setdefault(name.casefold(), []).append((index, surely))
    return Vocabulary(
        version=int(data["version"]),
        concepts=concepts,
        kinds={kind: tuple(fold(w) for w in words) for kind, words in data["kinds"].items()},
        _phrases={k: tuple(v) for k, v in phrases.items()},
        _dense={k: tuple(v) for k, v in dense.items()},
        _tags={k: tuple(v) for k, v in tags.items()},
    )


def _concept(kind: ConceptKind, table: dict[str, Any]) -> Concept:
    return Concept(
        kind=kind,
        key=table["key"],
        names={"en": table["en"], "zh": table["zh"]},
        words=tuple(table["words"]),
        words_zh=tuple(table["words_zh"]),
        tags=dict(table["tags"]),
        about=tuple(table["about"]),
        valence=float(table.get("valence", 0.0)),
        energy=float(table.get("energy", 0.0)),
    )


def _singulars(word: str) -> tuple[str, ...]:
    """Return a word and what it may be the plural of."""
    if len(word) > 4 and word.endswith("ies"):
        return word, word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word, word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word, word[:-1]
    return (word,)
