"""Cuts text into the pieces of a unigram language model (Kudo 2018), as XLM-RoBERTa and E5 do."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

#: Stands for a space before a word.
SPACE = "\u2581"
#: How much worse than the rarest piece an unknown character is.
_UNKNOWN_PENALTY = 10.0
_WORD = re.compile(f"{SPACE}[^{SPACE}]*")
_CACHE = 20_000
#: Runs without a space, as in Chinese, are cut after so many characters; bounds the work.
_LONGEST = 512


class Unigram:
    """A tokenizer that finds the most probable segmentation by dynamic programming.

    Args:
        pieces: The vocabulary.
        scores: float32 (n_pieces,), log probabilities.
        unknown: Index of the piece for unknown characters.
    """

    def __init__(self, pieces: list[str], scores: NDArray[np.float32], unknown: int) -> None:
        self._unknown = unknown
        self._scores = {piece: (float(score), i) for i, (piece, score) in enumerate(zip(pieces, scores, strict=True))}
        self._scores.pop(pieces[unknown], None)
        self._longest = max(map(len, pieces), default=1)
        self._penalty = float(scores.min()) - _UNKNOWN_PENALTY
        self._cache: dict[str, tuple[int, ...]] = {}

    def encode(self, text: str, limit: int) -> list[int]:
        """Return at most ``limit`` piece indices of a text, without begin and end marks."""
        out: list[int] = []
        for match in _WORD.finditer(normalise(text)):
            word = match.group()
            for start in range(0, len(word), _LONGEST):
                out.extend(self._word(word[start : start + _LONGEST]))
                if len(out) >= limit:
                    return out[:limit]
        return out

    def _word(self, word: str) -> tuple[int, ...]:
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            found = self._cache[word] = self._best(word)
        return found

    def _best(self, word: str) -> tuple[int, ...]:
        """Return the most probable segmentation (Viterbi)."""
        size = len(word)
        best = [0.0] + [-np.inf] * size
        back: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            base = best[start]
            if base + self._penalty > best[start + 1]:
                best[start + 1], back[start + 1] = base + self._penalty, (start, self._unknown)
            for end in range(start + 1, min(size, start + self._longest) + 1):
                piece = self._scores.get(word[start:end])
                if piece is not None and base + piece[0] > best[end]:
                    best[end], back[end] = base + piece[0], (start, piece[1])
        out = []
        while size:
            size, piece_index = back[size]
            out.append(piece_index)
        return tuple(reversed(out))


def normalise(text: str) -> str:
    """Return a text in compatibility form, words led by :data:`SPACE`, without controls and lone surrogates."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    words = text.split()
    return SPACE + SPACE.join(words) if words else ""
