"""One vector of the words around an item: what they mean, and how they are spelt.

Meaning comes from a sentence encoder of many languages, beside which stands one of English for texts that are English:
it tells English texts apart better and says nothing of the others. Spelling, which carries names that no network
knows, comes from signed hashing of words and character n-grams (Weinberger et al. 2009).
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, MediaText
from avrec_text.encoder import DIM as SENTENCE_DIM
from avrec_text.encoder import Encoder

#: Numbers for spelling, and in all: both encoders, then the spelling.
HASH_DIM = 128
DIM = 2 * SENTENCE_DIM + HASH_DIM
#: Share of the English encoder in the squared length of the meaning of an English text.
ENGLISH = 0.5
#: Share of words that its vocabulary holds whole from which a text is taken to be English.
_ENGLISH_FROM = 0.6
#: Share of the spelling in the squared length of the vector.
SPELLING = 0.04
#: What a word counts by where it stands.
WEIGHTS = {
    "title": 1.0,
    "artist": 1.2,
    "album": 0.8,
    "genre": 1.5,
    "description": 0.8,
    "tags": 1.5,
    "file_name": 0.3,
    "folders": 0.8,
    "lyrics": 0.4,
    "subtitles": 0.5,
    "transcript": 0.4,
}
#: What a character n-gram counts beside a whole word.
GRAM_WEIGHT = 0.3
#: Subtitles and lyrics beyond so many characters add nothing new.
MAX_TEXT = 20_000
_STOP = frozenset(
    re.split(
        r"\s+",
        """the a an of and or in on at to for from with by is are be it its this that as into over
        der die das und ein eine le la les de du des et el los y feat ft vs track audio video file mp3 ogg flac mp4""",
    )
)
#: Characters of a passage that can fill what the encoder reads.
_MAX_PASSAGE = 1500
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SEPARATORS = re.compile(r"[_\s]+|(?<=\w)-(?=\w)")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")


class Words(FeatureExtractor):
    """One vector for all words known about an item, comparable across languages."""

    id = "text"
    version = 3
    name = "Words"
    modality = "text"
    dim = DIM

    def __init__(self) -> None:
        self._encoders: tuple[Encoder, Encoder] | None = None

    def open(self) -> None:
        """Load the sentence encoders (0.3 s, 150 MB)."""
        if self._encoders is None:
            weights = Path(__file__).with_name("weights")
            self._encoders = Encoder(weights / "e5-small.npz"), Encoder(weights / "minilm.npz", prefix="")

    def extract(self, media: MediaSource) -> Features:
        """Return the unit vector of the item's words; zero when there are none."""
        texts, weights = passages(media.text)
        return Features(self._join(texts, weights, field_vector(media.text)))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of a search text; zero when it holds no word."""
        return self._join([text] if _WORD.search(text) else [], [1.0], _hash(_count(text)))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (n_texts, dim); the encoders read all texts together."""
        read = [i for i, text in enumerate(texts) if _WORD.search(text)]
        meanings = np.zeros((len(texts), 2 * SENTENCE_DIM))
        if read:
            meanings[read] = self._meanings([texts[i] for i in read])
        rows = [_whole(meaning, _hash(_count(text))) for meaning, text in zip(meanings, texts, strict=True)]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dim)

    def close(self) -> None:
        """Free the encoders."""
        self._encoders = None

    def _join(self, texts: list[str], weights: list[float], spelling: NDArray[np.float64]) -> NDArray[np.float32]:
        meaning = np.zeros(2 * SENTENCE_DIM)
        if texts:
            meaning += np.asarray(weights) @ self._meanings(texts)
        return _whole(meaning, spelling)

    def _meanings(self, texts: list[str]) -> NDArray[np.float32]:
        """Return float32 (n_texts, 2 * SENTENCE_DIM) unit rows; the second half is zero where a text is not English."""
        self.open()
        assert self._encoders is not None
        every, english = self._encoders
        out = np.zeros((len(texts), 2 * SENTENCE_DIM), dtype=np.float32)
        out[:, :SENTENCE_DIM] = every.embed(texts)
        chosen = [i for i, text in enumerate(texts) if english.known(text) >= _ENGLISH_FROM]
        if chosen:
            out[chosen, :SENTENCE_DIM] *= math.sqrt(1.0 - ENGLISH)
            out[chosen, SENTENCE_DIM:] = math.sqrt(ENGLISH) * english.embed([texts[i] for i in chosen])
        return out


def _whole(meaning: NDArray[np.float64], spelling: NDArray[np.float64]) -> NDArray[np.float32]:
    return _unit(np.concatenate([math.sqrt(1.0 - SPELLING) * _unit(meaning), math.sqrt(SPELLING) * _unit(spelling)]))


def passages(text: MediaText) -> tuple[list[str], list[float]]:
    """Return the passages to read, and how much each counts.

    The first gathers what names the item, each word of it once; description, subtitles and lyrics follow, of which the
    beginning is read, and stretches from all over the transcript.
    """
    named: dict[str, None] = {}
    stem = text.file_name.rsplit(".", 1)[0]
    for part in (text.title or stem, text.artist, text.album, text.genre, *text.tags, *text.folders[-2:]):
        if _WORD.search(part):
            named.setdefault(_SEPARATORS.sub(" ", part).strip())
    lines = " ".join(line.text for line in text.subtitles[:80])
    found = [(", ".join(named), 1.0), (text.description, 0.8), (lines, 0.4), (text.lyrics, 0.4)]
    stretches = _stretches(text.transcript)
    found += [(stretch, 0.6 / len(stretches)) for stretch in stretches]
    kept = [(passage[:_MAX_PASSAGE], weight) for passage, weight in found if _WORD.search(passage[:_MAX_PASSAGE])]
    return [passage for passage, _ in kept], [weight for _, weight in kept]


def _stretches(transcript: str) -> list[str]:
    """Return up to four stretches of what is said, spread from beginning to end; each begins with a whole word."""
    if len(transcript) <= _MAX_PASSAGE:
        return [transcript] if transcript else []
    number = min(4, -(-len(transcript) // _MAX_PASSAGE))
    starts = [i * (len(transcript) - _MAX_PASSAGE) // (number - 1) for i in range(number)]
    cut = [transcript[start : start + _MAX_PASSAGE] for start in starts]
    return [cut[0], *(piece.split(" ", 1)[-1] for piece in cut[1:])]


def field_vector(text: MediaText) -> NDArray[np.float64]:
    """Return the weighted sum of the spellings of the fields, float64 (HASH_DIM,); each has unit length before it."""
    fields = {
        "title": text.title,
        "artist": text.artist,
        "album": text.album,
        "genre": text.genre,
        "description": text.description[:MAX_TEXT],
        "tags": " ".join(text.tags),
        "file_name": text.file_name.rsplit(".", 1)[0],
        "folders": " ".join(text.folders),
        "lyrics": text.lyrics[:MAX_TEXT],
        "subtitles": " ".join(line.text for line in text.subtitles[:500])[:MAX_TEXT],
        "transcript": text.transcript[:MAX_TEXT],
    }
    total = np.zeros(HASH_DIM)
    for name, words in fields.items():
        if words:
            total += WEIGHTS[name] * _unit(_hash(_count(words)))
    return total


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float32]:
    norm = float(np.linalg.norm(vector))
    return (vector / norm if norm > 0 else vector).astype(np.float32)


def _count(text: str) -> dict[str, float]:
    """Return features of a text with their sublinear counts."""
    counts: Counter[str] = Counter()
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = unicodedata.normalize("NFC", "".join(c for c in folded if not unicodedata.combining(c)))
    for run in _WORD.findall(folded):
        counts.update(_features(run))
    return {feature: (1 + math.log(n)) * (GRAM_WEIGHT if feature[0] == "#" else 1.0) for feature, n in counts.items()}


def _features(run: str) -> Iterator[str]:
    """Yield words and n-grams: ``#`` marks parts of words, which weigh less."""
    at = 0
    for match in _CJK.finditer(run):
        yield from _latin(run[at : match.start()])
        characters = match.group()
        # single characters carry meaning in these scripts, pairs are mostly words
        yield from (f"#{c}" for c in characters)
        yield from (characters[i : i + 2] for i in range(len(characters) - 1))
        at = match.end()
    yield from _latin(run[at:])


def _latin(word: str) -> Iterator[str]:
    if not word or word in _STOP or (word.isdecimal() and len(word) < 4):
        return
    yield word
    bounded = f"<{word}>"
    for n in (3, 4):
        yield from (f"#{bounded[i : i + n]}" for i in range(len(bounded) - n + 1))


def _hash(features: dict[str, float]) -> NDArray[np.float64]:
    out = np.zeros(HASH_DIM)
    for feature, weight in features.items():
        code = zlib.crc32(feature.encode("utf-8", "replace"))
        out[code % HASH_DIM] += weight if code & 0x8000_0000 else -weight
    return out
