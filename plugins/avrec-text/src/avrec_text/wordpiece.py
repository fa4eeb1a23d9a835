"""Cuts text into word pieces, longest match first, as uncased BERT does (Wu et al. 2016; Devlin et al. 2019)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

#: Longer words are unknown, as in BERT.
_LONGEST = 100
#: A run of letters and digits, or one other visible character; a Chinese character stands alone.
_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^\w\s]|_"
)
_CACHE = 20_000


class WordPiece:
    """A tokenizer with a vocabulary in which ``##`` marks pieces that go on a word.

    Args:
        pieces: The vocabulary.
        unknown: Index of the piece for unknown words.
    """

    def __init__(self, pieces: Sequence[str], unknown: int) -> None:
        self._index = {piece: i for i, piece in enumerate(pieces)}
        self._unknown = unknown
        self._cache: dict[str, tuple[int, ...]] = {}

    def encode(self, text: str, limit: int) -> list[int]:
        """Return the indices of the first ``limit`` pieces of a text."""
        out: list[int] = []
        for word in _words(text):
            out.extend(self._pieces(word))
            if len(out) >= limit:
                return out[:limit]
        return out

    def known(self, text: str) -> float:
        """Return the share of the words of a text that are pieces by themselves; 0 where there is no word.

        Words beyond ASCII count as not known: the vocabulary holds letters and characters of other scripts one by one.
        """
        words = [word for word in _words(text) if word.isalpha()]
        return sum(word.isascii() and word in self._index for word in words) / len(words) if words else 0.0

    def _pieces(self, word: str) -> tuple[int, ...]:
        found = self._cache.get(word)
        if found is None:
            found = self._longest_first(word)
            if len(self._cache) < _CACHE:
                self._cache[word] = found
        return found

    def _longest_first(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST:
            return (self._unknown,)
        out, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._index.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return (self._unknown,)
            out.append(piece)
            start = end
        return tuple(out)


def _words(text: str) -> list[str]:
    """Return the words and signs of a text in lower case without accents and controls."""
    plain = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    folded = unicodedata.normalize("NFD", plain.lower())
    return _TOKEN.findall("".join(c for c in folded if unicodedata.category(c) != "Mn"))
